"""What repositories write around a text: the front matter of Markdown files, the strings of a JSON object."""

from __future__ import annotations

from policygraph.reading.patterns import Pattern

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
