"""How lines end and go on: ends of sentences, references cut by a line break, short labels."""

from __future__ import annotations

from policygraph.reading.patterns import Pattern
from policygraph.text.numerals import HAN

TERMINAL = "。！？；：…"
CLOSERS = "”’》）】」』\"'"

SENTENCE_END = Pattern(
    "end of a sentence",
    rf"(?: [{TERMINAL}] | (?<=[\u4e00-\u9fff）”])\. ) [{CLOSERS}]* $",
    matches=("认真执行。", "“守信激励。”", "提出意见.", "如下："),
    refuses=("形成“褒扬诚信”", "3.", "办法》"),
)
LEADS_TO_REFERENCE = Pattern(
    "words before a reference",
    r"(?: [，、（《“—》] | 第 | (?&reference_leads) ) $",
    matches=("依照", "违反《条例》", "第七条和", "符合本办法", "按规定，"),
    refuses=("认真执行。", "重点任务"),
)
CUT_NUMBER_ABOVE = Pattern(
    "number cut at the end of a line",
    r"(?: （[^（）]{0,5} | 第\s*\S{0,4} ) $",
    matches=("依照（", "依照第", "第三（十", "违反第二十"),
    refuses=("认真执行", "（已经关上）", "（超过五个字的括号"),
)
CUT_NUMBER_BELOW = Pattern(
    "number cut at the beginning of a line",
    r"\S{0,5}? (?: ） | [条章节款项编] ) | [^（）]{0,3} ）",
    matches=("三）", "七条规定", "）项"),
    refuses=("认真执行", "各级人民政府负责（三）"),
    by="match",
)
SHORT_LABEL = Pattern(
    "short label",
    r"[^，。：]{1,8} ：",
    matches=("实施单位：市财政局", "目标：", "附件1："),
    refuses=("为了推进，责任：", "加强组织领导和监督检查工作："),
    by="match",
)
SERIAL_NUMBER = Pattern(
    "serial number alone in its line",
    rf"[（(]? (?P<number> \d{{1,3}} | [{HAN}]{{1,5}} ) [）)]? [.．、]?",
    matches=("1", "12.", "（三）", "十二、"),
    refuses=("1.1", "第一条", "一、总则"),
    by="fullmatch",
)
ROW_NUMBER = Pattern(
    "number that opens a row whose columns are lost",
    r"(?P<number> [0-9]{1,3} ) [.．、]? (?= [ \u3000\t] | $ )",
    matches=("1 限制招标", "12", "3． 限制供地"),
    refuses=("2020年", "1.1 总则", "一、总则"),
    by="match",
)
REST_OF_PLACE = Pattern(
    "rest of an article's number that a line break cut",
    rf"第? [0-9{HAN}]{{0,8}} [条款项]",
    matches=("十六条", "条", "第二款规定"),
    refuses=("市财政局", "一〇二地质队"),
    by="match",
)
TABLE_HEAD = Pattern(
    "head of a table whose columns are lost",
    r"""
    (?: ^ | (?<=\n) ) (?P<head> [一-鿿（）]{1,12} (?: [ \u3000\t]+ [一-鿿（）、]{2,14} ){2,} ) [ \u3000]* \n+
    \s* [0-9]{1,3} (?= [ \u3000\t]* (?: \n | [一-鿿] ) )
    """,
    matches=(
        "序号 类别 违法行为 违反条款\n1\n建设项目",
        "事项\t适用情形\t责任单位\n12\t未依法公开",
        "一\n编号 违法行为（一） 处罚裁量\n5 未依法公开",
    ),
    refuses=("市财政局 市公安局 市税务局\n2019年5月6日", "总 则\n1\n", "序号 类别 违法行为\n一、总则", "序号 类别\n1"),
)
