"""What repositories write around a text: the front matter of Markdown files, the strings of a JSON object."""

from __future__ import annotations

from policygraph.reading.patterns import Pattern
from policygraph.text.numbers import BRACKETED

FRONT_MATTER = Pattern(
    "front matter",
    r"\s* -{3} [ ]* \n (?: [^\n]{0,2000} \n ){0,80}? -{3} [ ]* (?: \n | $ )",
    matches=("---\ntitle： 甲\n---\n", "---\n---", "\n---\ndate： 2022-01-01\n---\n第一条"),
    refuses=("----\n甲\n----", "第一条\n---\n甲\n---"),
    by="match",
)
FRONT_MATTER_FIELD = Pattern(
    "field of front matter",
    r"""(?m: ^ (?P<key> [\w一-鿿-]{1,30} ) [ ]* ： [ ]* ["']? (?P<value> [^\n"']{1,500}? ) ["']? [ ]* $ )""",
    matches=("title： 甲办法", "发文字号： 临政发〔2020〕8号", "author： '市应急局'"),
    refuses=("- 甲", "title："),
)
JSON_STRING = Pattern(
    "string of a JSON object",
    r""" " (?P<words> (?: [^"\\] | \\ . )* ) " """,
    matches=('"title"', '"甲\\"乙"', '""'),
    refuses=("title", '"甲'),
)
JSON_ESCAPE = Pattern(
    "escape in a JSON string",
    r"\\ (?: u (?P<code> [0-9A-Fa-f]{4} ) | (?P<char> [^u] ) )",
    matches=("\\n", "\\u4e00", '\\"'),
    refuses=("n", "\\"),
)


_BLANKS = r" \u3000"


def _listed(keys: str, before: str = "") -> str:
    """A label of a record before its value: with a colon wherever a cell or a row begins, or before a gap in a row.

    ``before`` is what else may stand before a label without a colon.
    """
    return rf"""
    (?: (?: ^ | (?<=[\n\t•·【\[]) | (?<=[ \u3000]) ) [ \u3000]* (?P<key> (?&{keys}:spaced) ) [】\]]? \s* ： \s*
      | (?: ^ | (?<=[\n\t\x0b{before}]) ) [ \u3000]* (?P<bare> (?&{keys}:spaced) ) [ \u3000\t]+ )
    """


LISTED_NUMBER = Pattern(
    "document number in the record of a page",
    rf"""
    {_listed("number_keys")}
    (?P<value> [\u4e00-\u9fffA-Za-z·]{{1,18}} {BRACKETED} ) [ \u3000]* (?: $ | [\n\t】|] | (?<=[ \u3000]) )
    """,
    matches=(
        "发文字号：清应急〔2031〕47号\t公文时效：有效",
        "【发 文 号】：安委办〔2015〕14号",
        "文号：\n国发〔2014〕21号\n",
        "发布日期：2017-07-11 17:23:00 文  号：楚政通〔2017〕55号",
        "文 号 连政办发〔2013〕67号 主 题 词",
        "标题\t关于甲的通知\t文号\t楚政通〔2017〕55号",
    ),
    refuses=("文号：无\n国发〔2014〕21号", "有关文号：国发〔2014〕21号", "文号：国发〔2014〕21号的规定"),
)
LISTED_DATE = Pattern(
    "date of issue in the record of a page",
    rf"""
    {_listed("issue_date_labels", _BLANKS)}
    (?P<value> \d{{4}} [-/.年] \d{{1,2}} [-/.月] \d{{1,2}} 日? )
    (?: [ \u3000]+ \d{{1,2}} [:：] \d{{2}} (?: [:：] \d{{2}} )? )? [ \u3000]* (?: $ | [\n\t】|] | (?<=[ \u3000]) )
    """,
    matches=(
        "成文日期：2017-07-04 11:16:11",
        "发布机构 某市人民政府 发文日期 2013-07-02",
        "发文机关\t某市人民政府\t成文日期\t2031-04-09",
        "【成文日期】：2031年5月6日\t有效",
    ),
    refuses=("发布日期：2017-07-04", "成文日期：\n", "以成文日期：2017-07-04为准"),
)
LISTED_ISSUERS = Pattern(
    "issuers in the record of a page",
    rf"""
    {_listed("issuer_keys")}
    (?P<value> [\u4e00-\u9fff]{{2,40}}? (?&body_endings) ) [ \u3000]* (?: $ | [\n\t】|] | (?<=[ \u3000]) )
    """,
    matches=(
        "发文机关：云泽市应急管理局\t成文日期：2031-05-11",
        "【制定机关】：某市人民政府",
        "索引号\tYZ-1\t发文机关\t某市发展和改革委员会",
    ),
    refuses=("发文机关：无\n", "由发文机关：市应急局负责解释", "作者：张某"),
)
