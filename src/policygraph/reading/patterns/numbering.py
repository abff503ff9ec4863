"""The numbers that may open a clause, and the words around a number that make it a reference.

Everything here is the structure of official texts (GB/T 9704; 立法法 art. 61: 编章节条款项目), so it names no words.
"""

from __future__ import annotations

from policygraph.reading.patterns import Pattern
from policygraph.text.numerals import HAN

_UNITS = "[万亿元个米吨倍年月日天分公千百平升级名人次条项款小周户家]"
# OCR sets spaces between the characters of a numeral, and reads 一 as a dash where nothing but a number can stand.
_NUMERAL = rf"[{HAN}](?:\s?[{HAN}]){{0,7}}"
_DASHED = rf"(?:[{HAN}—–-](?:\s?[{HAN}—–-]){{0,3}})"

MARKER = Pattern(
    "number that may open a clause",
    rf"""
    第\s*(?:
        (?P<part>{_NUMERAL}|\d{{1,2}}) \s* (?:编|篇|部\s?分)
      | (?P<chp>{_NUMERAL}|\d{{1,3}}) \s* 章
      | (?P<lsec>{_NUMERAL}|\d{{1,3}}) \s* 节
      | (?P<art>{_NUMERAL}|\d{{1,4}}) \s* 条
        (?: \s* 之 \s* (?P<branch>[{HAN}]{{1,3}}) (?![{HAN}规，。]) )?
      | (?P<stage>[{HAN}]{{1,3}}|\d{{1,2}}) \s* 阶\s?段 (?=[：\s（(]|$)
      | (?P<ordinal>[{HAN}]{{1,3}}) \s* [，、：] )
    | （ \s* (?P<cn_paren>{_DASHED}) \s* ） (?: \s* [、.．] )?
    | （ \s* (?P<ar_paren>\d{{1,3}}) \s* ） (?: \s* [、.] )?
    | (?P<cn_half>[{HAN}]{{1,3}}) \s* ）
    | (?P<cn_dun>{_DASHED}) \s* [、.]
    | (?P<dec>\d{{1,2}}(?:\.\d{{1,2}}){{1,3}}) \.? (?=\s*[\u4e00-\u9fff“]) (?!\s*{_UNITS})
    | (?P<dec1>\d{{1,2}}) (?=[ \u3000]+[\u4e00-\u9fff]{{2,20}}\s*$) (?![ \u3000]*{_UNITS})
    | (?P<ar_dot>\d{{1,3}}) \s* (?:、|\.(?!\s*\d)|。(?=\S))
    | (?P<ar_half>\d{{1,2}}) \s* ）
    | (?P<circled>[①-⑳㉑-㉟])
    """,
    matches=(
        "第二十二条之一",
        "第五章",
        "第一阶段：",
        "（十五）",
        "（ 三 ）、",
        "（—）",
        "二、",
        "12.",
        "（1）",
        "2）",
        "①",
        "第一，",
        "1.2.3目标",
        "3 总体要求",
    ),
    refuses=("2.5万", "2020年", "第三人", "总体要求"),
    by="match",
)
AFTER_ARTICLE = Pattern(
    "words that go on behind an article",
    r"第|规定|所[列称规]|的|之|中|和|、|至|或|与|及|要求|，|。|；|款|项(?!目)|）|”|》",
    matches=("规定的情形", "所列情形", "第三款", "和第九条"),
    refuses=("项目审批", "为了规范", "本办法"),
    by="match",
)
AFTER_ITEM = Pattern(
    "words that go on behind an item",
    r"\s* (?: 项(?!目) | 款(?!项) | 目(?![标录的前]) | 类(?=[，、情]) ) | [、和至或及与]\s*（",
    matches=("项规定", "款、", "、（二）", "目所列"),
    refuses=("项目审批", "款项支付", "目标任务", "、审批"),
    by="match",
)
BEFORE_REFERENCE = Pattern(
    "words before a number that refers",
    r"(?: [第条款项] | 附[件表图] | [见如上下][表图] | 公式 | 号文? | 前述 | 上述 | \d ) \s* $",
    matches=("第三条", "见附件", "国发〔2014〕20号文", "上述"),
    refuses=("认真执行。", "各部门"),
)
QUOTED = Pattern(
    "quoted words",
    r"《[^《》]{0,160}(?:《[^《》]{0,160}》[^《》]{0,160}){0,4}》 | “[^“”]{0,240}” | 〈[^〈〉]{0,160}〉",
    matches=("《办法（一）》", "《关于印发《细则》的通知》", "“三同时”"),
    refuses=("《办法", "（一）"),
)
SENTENCE_END_BEFORE_NUMBER = Pattern(
    "end of a sentence before a number",
    r"(?: [。！？；：…] | (?<=[\u4e00-\u9fff）”])\. ) [”’》）】」]* $",
    matches=("认真执行。", "“守信激励。”", "提出意见."),
    refuses=("3.", "办法》", "如下"),
)
