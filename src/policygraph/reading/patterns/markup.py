"""What a file format leaves in a text: tags, entities, marks of Markdown, bars and rulers of drawn tables."""

from __future__ import annotations

from policygraph.reading.patterns import Pattern
from policygraph.text.numerals import HAN

_ATTRIBUTES = r"""(?: (?<= = ) (?: "[^"<]*+" | '[^'<]*+' ) | [^<>] )*+"""
"""What stands in a tag behind its name: a value between quotation marks may hold a > (HTML, section 13.1.2.3)."""
TAG = Pattern(
    "tag",
    rf"</?(?P<name>[A-Za-z][A-Za-z0-9]{{0,20}})(?:[\s/]{_ATTRIBUTES})?>",
    matches=("<p>", "</td>", "<br/>", '<p align="center">', """<b onclick='if(a>1){go()}'>""", '<a title="a>b">'),
    refuses=("《关于修改<中华人民共和国广告法>的决定》", "<！-- INFO END -->"),
)
TAG_OR_CODE = Pattern(
    "tag, or code of a character between tags, of a page as it was sent",
    rf"""
    < [A-Za-z!/] {_ATTRIBUTES} >
    | (?P<code> & (?: amp; )* (?: [A-Za-z][A-Za-z0-9]{{1,30}} | \# (?: \d{{1,7}} | [xX][0-9A-Fa-f]{{1,6}} ) )
        (?: ; | (?= [^\x00-\x7f] ) ) )
    """,
    matches=("&ldquo;", "&#12308;", "&#x3015;", "<p title='&gt;'>", "&amp;amp;", "&amp;ldquo;", "&rdquo的"),
    refuses=("&ldquo", "A&B；", "&#;", "&ldquo=1", "R&D 部门"),
)
LIST_TAG = Pattern(
    "tag of a list or of its items",
    rf"< (?P<closing> / )? (?P<name> (?i: ol | ul | li ) ) (?P<attributes> (?: [\s/] {_ATTRIBUTES} )? ) >",
    matches=("<ol>", "</OL>", '<li value="3">', "<ul class='a'>"),
    refuses=("<link>", "<p>", "<old>"),
)
ITEM_NUMBER = Pattern(
    "attribute that says how a list counts",
    r"""(?P<which> (?i: start | value | type ) ) \s* = \s* ["']? (?P<value> \d{1,4} | [1aAiI] ) \b""",
    matches=("start=3", 'value="12"', "type='a'"),
    refuses=("start=-1", "type=disc", "restart"),
)
UNNUMBERED = Pattern(
    "style of a list that prints no numbers",
    r"""list-style (?: -type )? \s* : [^;"']{0,60}? \b none \b""",
    matches=("style='list-style: none'", "list-style-type:none", "list-style: outside none"),
    refuses=("list-style: decimal", "display: none", "list-style-image:url(x)"),
)
TYPED_NUMBER = Pattern(
    "number that an item has in its words",
    rf"[（(]? [0-9{HAN}①-⑳]{{1,4}} [)）.．、，:：]",
    matches=("1.限制招标", "（二）限制供地", "一、总则", "3）其他"),
    refuses=("限制招标", "2031年起施行", "三家单位"),
    by="match",
)
CODED_TAG = Pattern(
    "tag whose marks are codes",
    r"&lt; /? (?: p | br | div | span | table | tr | td | li | ul | ol | h[1-6] | strong | b | a | section ) \b",
    matches=("&lt;p&gt;", "&lt;/div&gt;", "&lt;td colspan=2&gt;"),
    refuses=("<p>", "&lt;办法&gt;", "&lt;5万元"),
)
OPENS_TAG = Pattern(
    "what makes a tag of a < before it",
    r"[A-Za-z/!?&]",
    matches=("p>", "/td>", "!--", "&amp;"),
    refuses=("办法>", " 95分", ""),
    by="match",
)
OPENS_CODE = Pattern(
    "what makes a code of a & before it",
    r"\#? \w{1,31} ;",
    matches=("gt;", "#12308;", "amp;"),
    refuses=("B公司", "#；", ""),
    by="match",
)
PAGE = Pattern(
    "whole web page",
    r"(?i: <(?:html|body) (?: \s [^<>]{0,2000} )? > )",
    matches=("<html>", '<BODY class="x">', '<html lang="zh">'),
    refuses=("<table>", "html"),
)
SPAN_OF_CELL = Pattern(
    "rows or columns that a cell spans",
    r"""\s (?P<which> (?i: row | col ) ) (?i:span) \s* = \s* ["'＂]? (?P<count> [1-9]\d{0,3} )""",
    matches=('<td rowspan="2">', "<th COLSPAN=3>", "<td class='a' rowspan = '12'>"),
    refuses=('<td rowspan="0">', "<td data-rowspan=2>"),
)
MARK = Pattern(
    "mark",
    r"""
    \[[A-Za-z]{3,20}：[^\[\]\n]{0,80}\]
    | &(?:nbsp|ensp|emsp|thinsp|zwnj|zwj|\#\d{1,6}|\#x[0-9a-fA-F]{1,5})；
    | \*\* | ```
    """,
    matches=("[bookmark： _GoBack]", "&nbsp；", "**附件**"),
    refuses=("[2010]", "[ ]", "A&B；"),
)
BLANK_CODES = Pattern(
    "codes of blanks that are printed",
    r"(?: \s* & (?: nbsp | ensp | emsp | thinsp | \#160 | \#819[2-9] | \#820[0-2] | \#12288 ) [;；] \s* )+",
    matches=("&emsp;", "&nbsp;&nbsp;", "&#160；", "&#12288;"),
    refuses=("&zwj;", "&#8203;", " ", "&amp;"),
    by="fullmatch",
)
PRINTED_MARGIN = Pattern(
    "tag that opens the head or foot of the pages that a word processor wrote as a web page",
    r"""<div \s [^<>]*? \b title \s* = \s* ["'] (?: header | footer ) ["'] [^<>]* >""",
    matches=('<div title="header">', "<div class='a' title='footer'>", '<div title="footer" class="b">'),
    refuses=('<div title="headline">', '<p title="header">'),
)
SITE_FOOT = Pattern(
    "tag that opens the foot of a site by its class or id",
    r"""
    < (?i: div | section | table | ul | dl | p ) \s [^<>]*? \b (?i: class | id ) \s* = \s* ["']?
    (?: [^"'<>]* [\s_-] )? (?i: [a-z0-9]*? foot (?: er )? | copyright ) (?: [\d\s_-] [^"'<>]* )? ["'\s>]
    """,
    matches=('<div class="footer">', '<div id="page-foot">', "<table class='w1200 siteFooter'>", "<div id=copyright>"),
    refuses=('<div class="footnote">', '<p class="foothold">', "<div>footer</div>", "<span class='footer'>"),
    by="match",
)
LINKED = Pattern(
    "link, picture or form in a part of a page",
    r"< (?i: a | img | form | input ) [\s>]",
    matches=('<a href="/">', "<IMG src='a'>", "<form>"),
    refuses=("<article>", "<abbr>", "a >"),
)
LINK = Pattern(
    "link with its words",
    r"""< [aA] \s [^<>]*? \b (?i: href ) \s* = [^<>]* > (?P<words> (?: (?! < / [aA] > ) . ){0,400}? ) < / [aA] >""",
    matches=('<a href="/x">政策解读</a>', "<A class='b' HREF=x><b>甲</b></A>", '<a href="x.pdf">附件</a>'),
    refuses=("<a name='t1'>第一条</a>", "<abbr href=x>甲</abbr>", "<a href=x>甲"),
)
LINKED_FILE = Pattern(
    "link to a file",
    r"""\b (?i: href ) \s* = [^<>]*? \. (?i: docx? | xlsx? | pdf | wps | ofd | et | zip | rar ) \b""",
    matches=('href="a.docx"', "HREF='/x/b.PDF'", "href=c.zip"),
    refuses=('href="a.html"', "src=a.pdf", "href=/document"),
)
LINE_MARK = Pattern(
    "line-mark",
    r"(?m:^)[ \t\u3000]*(?:\#{1,6}(?=[ \t\u3000\u4e00-\u9fff])|>(?=[ \t]))",
    matches=("## 一、总体要求", "#附件", "> 引文"),
    refuses=("#1", "第一条 ## 略"),
)
PIPE_ROW = Pattern(
    "pipe-row",
    r"(?m:^[ \t]*\|.*\|[ \t]*$)",
    matches=("| 序号 | 措施 |", "|---|---|", "  | 1 | 限制 |  "),
    refuses=("甲|乙", "| 甲"),
)
LONE_BAR = Pattern(
    "bar of a table that has one cell in this line",
    r"(?m:^ [^|\n]*? (?P<bar> \|) [ \t]* $)",
    matches=("某镇人民政府办公室文件 |", "|", "河应急〔2031〕9号 | "),
    refuses=("| 甲 |", "甲 | 乙", "甲|乙|"),
)
GAP = Pattern(
    "gap between paragraphs",
    r"[ \u3000]*(?:\u3000{2}|[ ]{4})[ \u3000]*",
    matches=("。\u3000\u3000二、", "执行。    三、", "\u3000\u3000\u3000"),
    refuses=("总\u3000则", "附件 1"),
)
SPACED_HEADING = Pattern(
    "heading set wide",
    r"(?:^|\s)\S{0,8}[章节编]?\s*\S$",
    matches=("第一章 总", "总", "第三节\u3000职"),
    refuses=("", "认真贯彻执行各项安全生产措施要求"),
)
