"""In the editors' own words a law is named so that one knows which: 条例第五条 alone may be any of three."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from rdflib import Graph, Literal
from rdflib.namespace import DCTERMS, SKOS

from policygraph.keeping.sources import find_root
from policygraph.namespaces import PG
from policygraph.text.numbers import NATION

# matches 条例第十九条 · 《办法》第三条; not: 第十九条 · 条例的第二章
_NAMED = re.compile(r"(?P<kind>条例|办法|规定|法)》?第[一二三四五六七八九十百]+条")
_SAME = ("同", "该", "本", "》")
"""What leads back to the law named just before (同条例), or closes its title."""


def find_unnamed(text: str, names: frozenset[str]) -> Iterator[str]:
    """The places of a text whose law nobody can tell: no title and no spoken name stands before the article."""
    for found in _NAMED.finditer(text):
        before = text[: found.start()]
        whole = text[: found.end("kind")]
        if before.endswith(_SAME) or found[0].startswith(f"{found['kind']}》"):
            continue
        if not any(whole.endswith(name) for name in names):
            yield text[max(0, found.start() - 8) : found.end()]


@pytest.fixture(scope="module")
def names() -> frozenset[str]:
    graph = Graph().parse(find_root() / "data/editorial/short-names.ttl")
    for path in (find_root() / "data/legislation").glob("*.ttl"):
        graph.parse(path)
    titles = (*graph.objects(None, DCTERMS.title), *graph.objects(None, SKOS.altLabel))
    return frozenset(str(title).removeprefix(NATION) for title in titles if isinstance(title, Literal))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("安全生产法第七十八条与政府采购法实施条例第十九条第一款", []),
        ("《企业信息公示暂行条例》第十八条；同条例第六条", []),
        ("列入名单（条例第十九条）", ["列入名单（条例第十九条"]),
        ("生产许可（公示条例第十八条）", ["许可（公示条例第十八条"]),
        ("江苏的条例第二十九条", ["江苏的条例第二十九条"]),
    ],
)
def test_a_law_without_its_name_is_found(text: str, found: list[str], names: frozenset[str]) -> None:
    assert [place[-len(want) :] for place, want in zip(find_unnamed(text, names), found, strict=True)] == [
        want[-len(want) :] for want in found
    ]


@pytest.mark.slow
def test_the_editors_name_every_law_whose_article_they_cite(names: frozenset[str]) -> None:
    paths = [*find_root().glob("data/documents/*/*.ttl"), *find_root().glob("data/editorial/*.ttl")]
    unnamed = [
        f"{path.parent.name}/{path.name}: {place}"
        for path in sorted(paths)
        for term in (PG.reason, PG.requirement, PG.note)
        for text in sorted(map(str, Graph().parse(path).objects(None, term)))
        for place in find_unnamed(text, names)
    ]
    assert unnamed == []
