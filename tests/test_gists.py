"""A gist says what a provision means in the editors' own words: it never repeats a run of the statute.

The statute texts are data of public mirrors and lie outside the project, in ``../shared/legislation`` and
``../shared/documents-dev``; they are read in place. Where they are absent the comparison is skipped and says so.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF
from rdflib.term import Node

from policygraph.keeping.sources import find_root
from policygraph.namespaces import ELI, ID, PG
from policygraph.text.locators import address_of

ROOT = find_root()
SHARED = Path(__file__).resolve().parents[1] / ".." / "shared"
LONGEST_RUN = 12
"""Han characters that a gist may share with the statute in one run: the length of a term, not of a clause."""
TEXTS = {
    "anquan-shengchan-fa/2021-06-10": "legislation/anquan_shengchan_fa_2021.txt",
    "anquan-xukezheng-tiaoli/2014-07-29": "legislation/anquan_xukezheng_tiaoli_2014.txt",
    "daolu-yunshu-tiaoli/2023-07-20": "legislation/daolu_yunshu_tiaoli.txt",
    "dianxin-tiaoli/2016-02-06": "legislation/dianxin_tiaoli.txt",
    "geren-xinxi-baohu-fa/2021-08-20": "legislation/geren_xinxi_baohu_fa_2021.txt",
    "gongping-jingzheng-shencha-tiaoli/2024-06-06": "legislation/gongping_jingzheng_shencha_2024.txt",
    "gongye-xukezheng-tiaoli/2005-07-09": "legislation/gongye_xukezheng_2005.txt",
    "gongye-xukezheng-tiaoli/2023-07-20": "legislation/gongye_xukezheng_2023.txt",
    "guanggao-fa/2021-04-29": "legislation/guanggao_fa_2021.txt",
    "henan-anquan-shengchan-tiaoli/2019-05-31": "legislation/henan_anquan_shengchan_2019.txt",
    "henan-shehui-xinyong/2019-11-29": "documents-dev/F09_henan_shehui_xinyong_tiaoli_2019.txt",
    "henan-yingshang-tiaoli/2020-11-28": "legislation/henan_yingshang_2020.txt",
    "jianshe-huanbao-tiaoli/2017-07-16": "legislation/jianshe_huanbao_tiaoli.txt",
    "kuangchan-ziyuan-fa/2009-08-27": "legislation/kuangchan_ziyuan_fa_2009.txt",
    "kuangchan-ziyuan-fa/2024-11-08": "legislation/kuangchan_ziyuan_fa_2024.txt",
    "lifa-fa/2023-03-13": "legislation/lifa_fa.txt",
    "meikuang-anquan-tiaoli/2024-01-24": "legislation/meikuang_anquan_tiaoli_2024.txt",
    "meikuang-tebie-guiding/2013-07-18": "legislation/meikuang_tebie_guiding_2005.txt",
    "qiye-gongshi-tiaoli/2014-08-07": "legislation/qiye_xinxi_gongshi_2014.txt",
    "qiye-touzi-hezhun-beian-tiaoli/2016-11-30": "legislation/qiye_touzi_hezhun_beian.txt",
    "shandong-anquan-shengchan-tiaoli/2021-12-03": "legislation/shandong_anquan_shengchan_2021.txt",
    "shandong-shehui-xinyong/2020-07-24": "legislation/shandong_shehui_xinyong_2020.txt",
    "shandong-yingshang-tiaoli/2020-09-25": "legislation/shandong_yingshang_2020.txt",
    "shichang-zhuti-dengji-tiaoli/2021-07-27": "legislation/shichang_zhuti_dengji_tiaoli.txt",
    "shigu-baogao-tiaoli/2007-04-09": "legislation/shigu_baogao_tiaoli_2007.txt",
    "shuishou-zhengguan-fa/2015-04-24": "legislation/shuishou_zhengguan_fa.txt",
    "xingzheng-chufa-fa/2021-01-22": "legislation/xingzheng_chufa_fa_2021.txt",
    "xingzheng-fuyi-fa/2023-09-01": "legislation/xingzheng_fuyi_fa.txt",
    "xingzheng-xuke-fa/2019-04-23": "legislation/xingzheng_xuke_fa_2019.txt",
    "xinyong-xiufu-banfa/2025-11-20": "documents-dev/R01_xinyong_xiufu_banfa_2025.txt",
    "youhua-yingshang-tiaoli/2019-10-22": "legislation/youhua_yingshang_tiaoli_2019.txt",
    "zhaobiao-toubiao-fa/2017-12-27": "legislation/zhaobiao_toubiao_fa_2017.txt",
    "zhengfu-caigou-fa/2014-08-31": "legislation/zhengfu_caigou_fa_2014.txt",
    "zhengfu-caigou-shishi-tiaoli/2015-01-30": "legislation/zhengfu_caigou_shishi_tiaoli_2015.txt",
    "zhengxinye-tiaoli/2013-01-21": "legislation/zhengxinye_tiaoli.txt",
}
"""The file that holds the words of each dated text that has one."""


def read_gists() -> Graph:
    graph = Graph()
    for path in sorted((ROOT / "data" / "legislation").glob("*.ttl")):
        graph.parse(path, format="turtle")
    return graph


GRAPH = read_gists()


def provisions() -> Iterator[Node]:
    yield from sorted(set(GRAPH.subjects(PG.gist, None)), key=str)


def longest_run(gist: str, statute: str) -> str:
    """The longest run of Han characters that both have.

    >>> longest_run("没有依据的文件不得减损权利", "规范性文件不得减损权益")
    '文件不得减损权'
    """
    one, other = ("".join(re.findall(r"[一-鿿]+", words)) for words in (gist, statute))
    match = SequenceMatcher(None, one, other, autojunk=False).find_longest_match()
    return one[match.a : match.a + match.size]


def test_a_provision_with_a_gist_belongs_to_a_registered_text_and_its_address_is_its_number() -> None:
    wrong = []
    for node in provisions():
        text, number = GRAPH.value(node, ELI.is_part_of), str(GRAPH.value(node, ELI.number))
        in_place = URIRef(f"{text}/{address_of(number)}") == node
        if not in_place or (node, RDF.type, PG.Provision) not in GRAPH or (text, RDF.type, PG.WorkVersion) not in GRAPH:
            wrong.append(str(node))
    assert wrong == []


def test_a_gist_is_one_short_sentence_in_each_language() -> None:
    for node in provisions():
        words = [o for o in GRAPH.objects(node, PG.gist) if isinstance(o, Literal)]
        assert sorted(str(o.language) for o in words) == ["en", "zh"], node
        assert max(map(len, words)) <= 80, node


def test_a_run_of_the_statute_is_found_in_a_gist_that_copies_it() -> None:
    statute = "行政机关在作出行政处罚决定之前，应当告知当事人拟作出的行政处罚内容"
    assert len(longest_run("行政机关在作出行政处罚决定之前应当告知", statute)) > LONGEST_RUN
    assert len(longest_run("处罚以前要告诉当事人拟罚什么", statute)) <= LONGEST_RUN


@pytest.mark.shared
@pytest.mark.parametrize("text", sorted(TEXTS))
def test_a_gist_copies_no_run_of_the_statute(text: str) -> None:
    path = SHARED / TEXTS[text]
    if not path.is_file():
        message = f"没有 ../shared/{TEXTS[text]}，无法核对条文大意没有抄录条文"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    statute = path.read_text(encoding="utf-8")
    version = ID[f"law/{text}"]
    nodes = [node for node in provisions() if (node, ELI.is_part_of, version) in GRAPH]
    assert nodes, "这个文本没有条文大意"
    copied = {}
    for node in nodes:
        for gist in GRAPH.objects(node, PG.gist):
            run = longest_run(str(gist), statute)
            if len(run) > LONGEST_RUN:
                copied[str(node)] = run
    assert copied == {}
