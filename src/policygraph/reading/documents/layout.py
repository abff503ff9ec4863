"""Lines and paragraphs: what the page looked like, with noise set aside and broken sentences joined again.

Copies of official documents come through PDF extraction, OCR and web portals: lines are wrapped or glued, page
numbers stand inside sentences, tags and portal furniture stand around the text. Here that is undone once, so that the
rest of the reading floor sees paragraphs. Words are never changed, only passed over, and what is passed over is listed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from policygraph.reading.documents.numbering import opens_clause
from policygraph.reading.documents.values import Problem
from policygraph.text.spans import Edit, Normalised, Span, is_invisible, normalise

CELL_BREAK = "\x1e"  # a paragraph break inside a table cell; counts as white space


class Line(NamedTuple):
    """A stretch of the normalised text without the white space around it."""

    start: int
    end: int
    after_blank: bool
    indented: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A source text as lines that carry words of the document, and what was set aside on the way."""

    words: Normalised
    lines: tuple[Line, ...]
    problems: tuple[Problem, ...]

    def text(self, line: Line) -> str:
        """The words of a line."""
        return self.words.text[line.start : line.end]


# Matches <p>, </td>, <br/>, <!-- INFO END -->; not 《关于修改<中华人民共和国广告法>的决定》.
_TAG = re.compile(r"</?(?P<name>[A-Za-z][A-Za-z0-9]{0,20})(?:[\s/][^<>]{0,2000})?>", re.DOTALL)
# Matches [bookmark： _GoBack], &nbsp；, **; not [2010], [ ].
_MARK = re.compile(
    r"\[[A-Za-z]{3,20}：[^\[\]\n]{0,80}\]|&(?:nbsp|ensp|emsp|thinsp|zwnj|zwj|\#\d{1,6}|\#x[0-9a-fA-F]{1,5})；|\*\*|```"
)
# Matches "## " before a heading, "---"; not "#1".
_LINE_MARK = re.compile(r"(?m)^[ \t\u3000]*(?:\#{1,6}(?=[ \t\u3000\u4e00-\u9fff])|>(?=[ \t]))")
_PIPE_ROW = re.compile(r"(?m)^[ \t]*\|.*\|[ \t]*$")
_BLOCKS = frozenset(
    [
        "p",
        "br",
        "div",
        "li",
        "ul",
        "ol",
        "tr",
        "table",
        "tbody",
        "thead",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "section",
        "article",
        "center",
        "hr",
        "body",
        "html",
    ]
)


def _problem(code: str, message: str, spans: Iterable[Span]) -> list[Problem]:
    return [Problem(code, message, span.start, span.end) for span in spans]


def _find_comments(text: str) -> Iterator[tuple[int, int]]:
    """The bounds of HTML comments; one that is never closed is no comment."""
    start = text.find("<！--")
    while start >= 0:
        end = text.find("-->", start)
        if end < 0:
            return
        yield start, end + 3
        start = text.find("<！--", end)


def _find_tags(text: str) -> Iterator[tuple[int, int, str]]:
    """HTML tags and what stands in for each: a line end, a tab between cells, a break inside a cell, or nothing."""
    row = -1
    first_cell = True
    line_end, tabbed = -1, False
    for match in _TAG.finditer(text):
        name = match["name"].lower()
        closing = match.group().startswith("</")
        if name == "tr":
            if closing and row >= 0:
                for gap in re.compile(r"[\n\t]").finditer(text, row, match.start()):
                    yield gap.start(), gap.end(), " "
            row, first_cell = (-1 if closing else match.end()), True
            stand_in = "\n"
        elif name in {"td", "th"}:
            stand_in = "" if closing or first_cell else "\t"
            first_cell = first_cell and closing
        elif name in _BLOCKS:
            if match.start() > line_end:
                begin = text.rfind("\n", max(0, line_end), match.start()) + 1
                line_end = text.find("\n", match.start())
                line_end = len(text) if line_end < 0 else line_end
                tabbed = "\t" in text[begin:line_end]
            stand_in = CELL_BREAK if row >= 0 or tabbed else "\n"
        else:
            stand_in = ""
        yield match.start(), match.end(), stand_in


def _find_pipes(text: str) -> Iterator[tuple[int, int, str]]:
    """The bars of a table drawn with | and its rulers; cells are separated by tabs instead."""
    for row in _PIPE_ROW.finditer(text):
        if set(row.group()) <= set("|-： \t"):
            yield row.start(), row.end(), ""
            continue
        bars = [m.start() for m in re.compile(r"\|").finditer(text, row.start(), row.end())]
        for bar in bars:
            yield bar, bar + 1, "" if bar in (bars[0], bars[-1]) else "\t"


def _strip_markup(words: Normalised) -> tuple[Normalised, list[Problem]]:
    """The text without tags, comments and marks of the file format; tables become tab-separated lines."""
    text = words.text
    found: list[tuple[int, int, str, str]] = []
    if "<" in text:
        found += [(start, end, "", "网页的注释，不属于正文") for start, end in _find_comments(text)]
        found += [(start, end, stand_in, "网页的标记，不属于正文") for start, end, stand_in in _find_tags(text)]
    if any(c in text for c in "[&*`"):
        found += [
            (m.start(), m.end(), " " if m.group()[0] == "&" else "", "排版软件留下的标记，不属于正文")
            for m in _MARK.finditer(text)
        ]
    if "#" in text or ">" in text:
        found += [(m.start(), m.end(), "", "排版标记，不属于正文") for m in _LINE_MARK.finditer(text)]
    if "|" in text:
        found += [(start, end, stand_in, "表格线，不属于正文") for start, end, stand_in in _find_pipes(text)]
    edits: list[Edit] = []
    problems: list[Problem] = []
    last = 0
    for start, end, stand_in, message in sorted(found):
        if start < last:
            continue
        last = end
        edits.append(Edit(start, end, stand_in))
        if not text[start:end].isspace():
            problems += _problem("markup", message, words.spans(start, end))
    return (words.rewrite(edits), problems) if edits else (words, problems)


_TERMINAL = "。！？；：…"
_CLOSERS = "”’》）】」』\"'"
# Matches 。, 。”, ；）, the OCR's 意见.; not 》 alone, not "3.".
_ENDS_SENTENCE = re.compile(rf"(?:[{_TERMINAL}]|(?<=[\u4e00-\u9fff）”])\.)[{_CLOSERS}]*$")
_GAP = re.compile(r"[ \u3000]*(?:\u3000{2}|[ ]{4})[ \u3000]*")
# Matches the space of 第一章 总　　则, which separates nothing.
_SPACED_HEADING = re.compile(r"(?:^|\s)\S{0,8}[章节编]?\s*\S$")


def ends_sentence(text: str) -> bool:
    """Whether a stretch ends where a sentence or an item may end.

    >>> ends_sentence("认真贯彻执行。"), ends_sentence("形成“褒扬诚信”的合力"), ends_sentence("提示如下：")
    (True, False, True)
    """
    return bool(_ENDS_SENTENCE.search(text[-8:]))


def _cut_lines(text: str) -> list[Line]:
    """The lines of a text; runs of ideographic spaces separate paragraphs of a crawl that lost its line ends."""
    lines: list[Line] = []
    blank = True
    for raw in re.finditer(r"[^\n]+", text):
        piece = raw.group()
        if raw.start() >= 2 and text[raw.start() - 2] == "\n":
            blank = True
        if not piece.strip():
            blank = True
            continue
        start = raw.start()
        starts = [start]
        if "\t" not in piece:
            for gap in _GAP.finditer(piece):
                before, after = piece[starts[-1] - start : gap.start()], piece[gap.end() : gap.end() + 12]
                if not before.strip() or not after:
                    continue
                spaced = len(before.strip()) <= 12 and _SPACED_HEADING.search(before) and len(after.split()[0]) == 1
                if (len(piece) > 120 or ends_sentence(before) or len(gap.group()) >= 6) and not spaced:
                    starts.append(start + gap.end())
        for index, begin in enumerate(starts):
            end = starts[index + 1] if index + 1 < len(starts) else raw.end()
            chunk = text[begin:end]
            left = begin + len(chunk) - len(chunk.lstrip(" \u3000\x1e" if "\t" in chunk else None))
            right = begin + len(chunk.rstrip(" \u3000\x1e\n" if "\t" in chunk else None))
            if left < right and text[left:right].strip():
                lines.append(
                    Line(left, right, blank, left - begin >= 2 or text[begin : begin + 1] == "\u3000" or index > 0)
                )
                blank = False
    return lines


# What portals print around a document. Matches 首页/ 政策法规/ 省内法规, 当前位置：首页 > 通知公告; not 首页设计规范.
_BREADCRUMB = re.compile(
    r"(?:(?:您?的?(?:当前|现在|所在)的?位置|您现在的位置)[是：]?.{0,80}|首页\s*[/>＞»›→|·-].{0,80})"
)
# Matches 来源：南通市信用办 发布时间：2020/02/10 字体：[ ], 发布日期：2020-02-10 浏览次数：12; not 实施单位：市财政局.
_SOURCE_LINE = re.compile(
    r"""
    (?: \[?【? (?:信息|文章|稿件)?
        (?: 来\s*源 | 作\s*者 | 编\s*辑 | 发布(?:时间|日期|机构|单位|人) | 更新(?:时间|日期)
          | (?:发表|添加|录入)时间 | 字体(?:大小)? | 字号 | (?:浏览|阅读|点击|访问)(?:次数|量|数)?
          | 索\s*引\s*号 | 信息分类 | 主题分类 | 公开(?:方式|范围|形式|日期) | 生成日期 | 成文日期
          | 信息名称 | 信息索引 | 有\s*效\s*性 | 体裁分类 | 发文机关 | 发文字号 | 文\s*号
          | 名\s*称 | 标\s*题 | 分享到? | 时效性 )
        】?\]? \s* ： \s* [^。；]{0,60}? (?=\s|$|[|｜【\[]|(?:来源|字体|字号|浏览|阅读|点击)) .{0,80} )""",
    re.VERBOSE,
)
_SOURCE_WORD = re.compile(
    r"来\s*源\s*：|发布(?:时间|日期)\s*：|字体(?:大小)?\s*：|(?:浏览|阅读|点击)(?:次数|量|数)?\s*：|索\s*引\s*号\s*：|成文日期\s*："
)
# Matches 打印本页, 【关闭窗口】, 上一篇：关于…的通知, 分享到：; not 打印设备管理办法.
_BUTTON = re.compile(
    r"""
    [【\[（]? \s* (?:我要)?
    (?: 打\s*印(?:本页|本文|此页)? | 关\s*闭(?:窗口|本页|页面)? | 收藏(?:本页)?
      | 返回(?:顶部|首页|列表|上一页)? | [上下]一[篇页条](?:：.{0,80})? | 分享(?:到.{0,30})?
      | 扫一扫.{0,40} | 责任编辑(?:：.{0,20})? | 版权所有.{0,60} | 主办单位：.{0,60} | 网站地图
      | 网站标识码.{0,40} | 相关(?:链接|文章|附件|阅读|解读)(?:：.{0,60})?
      | [（【]?大[\s|]*中[\s|]*小[）】]? | 保存 | 纠错 | 无障碍(?:浏览)?
      | 附件下载(?:：.{0,60})? | .{0,6}ICP备.{0,40} | .{0,4}公网安备.{0,40} )
    \s* [】\]）]?""",
    re.VERBOSE,
)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S{3,200}")
_RULE = re.compile(r"[-=_*~—–─━﹏·.\s]{3,}|[○●◆★☆■□▲△▼\s]{1,6}")
# Matches - 3 -, — 12 —, 第 3 页 共 10 页, ·5·, 3/10; not 12.
_PAGE_NUMBER = re.compile(
    r"(?:[-—–－─·•~]\s*\d{1,4}\s*[-—–－─·•~]|第\s*\d{1,4}\s*页(?:\s*[，,/]?\s*共\s*\d{1,4}\s*页)?|\d{1,4}\s*/\s*\d{1,4}|[Pp]age\s*\d{1,4})"
)
# Matches 二、指导方针和主要目标..........8; not 其他……
_CONTENTS_LINE = re.compile(r".{2,100}?[.…·]{5,}\s*\d{1,4}")
_BARE_NUMBER = re.compile(r"\d{1,3}")


def _chrome_code(text: str) -> tuple[str, str] | None:
    """What kind of page furniture a whole line is; None when it belongs to the document."""
    if len(text) > 200:
        return None
    if _PAGE_NUMBER.fullmatch(text):
        return "page-number", "页码，不属于正文"
    if _RULE.fullmatch(text):
        return "separator", "分隔线，不属于正文"
    if _CONTENTS_LINE.fullmatch(text):
        return "table-of-contents", "目录的一行，正文中另有"
    if _BREADCRUMB.fullmatch(text) or _SOURCE_LINE.fullmatch(text) or _ADDRESS.fullmatch(text):
        return "web-chrome", "网页栏目信息，不属于正文"
    if all(_BUTTON.fullmatch(part) for part in re.split(r"[ \u3000\t|｜]+", text)) or _BUTTON.fullmatch(text):
        return "web-chrome", "网页按钮或页脚，不属于正文"
    return None


def _set_aside(words: Normalised, lines: list[Line]) -> tuple[list[Line], list[Problem]]:
    """Leave out page numbers, running heads and portal furniture; list them."""
    text = words.text
    kept: list[Line] = []
    problems: list[Problem] = []
    shorts = Counter(text[line.start : line.end] for line in lines if line.end - line.start <= 40)
    chrome: list[tuple[str, str] | None] = []
    last_number, last_place = None, -10_000
    for line in lines:
        words_here = text[line.start : line.end]
        found = _chrome_code(words_here)
        if found is None and _BARE_NUMBER.fullmatch(words_here):
            number = int(words_here)
            if line.start - last_place > 150 and (last_number is None or number == last_number + 1) and number > 0:
                found = "page-number", "页码，不属于正文"
            last_number, last_place = number, line.start
        chrome.append(found)
    heads = {
        text[lines[near].start : lines[near].end]
        for at, found in enumerate(chrome)
        if found and found[0] == "page-number"
        for near in (at - 1, at + 1)
        if 0 <= near < len(lines) and not chrome[near] and lines[near].end - lines[near].start <= 40
    }
    heads = {head for head in heads if shorts[head] >= 3 and not ends_sentence(head) and not opens_clause(head)}
    portal = _portal_headlines(text, lines)
    turned = False  # a page was turned: the blank lines around its number are no sign of a new paragraph
    for at, line in enumerate(lines):
        found = chrome[at]
        if found is None and heads and text[line.start : line.end] in heads:
            found = "running-head", "每页重复的页眉或页脚，不属于正文"
        if found is None and at in portal:
            found = "web-chrome", "网站列出的标题，不是文件自己的标题"
        if found is None:
            kept.append(line._replace(after_blank=False) if turned else line)
            turned = False
        else:
            turned = turned or found[0] in {"page-number", "running-head"}
            problems.extend(_problem(*found, words.spans(line.start, line.end)))
    return kept, problems


def _portal_headlines(text: str, lines: Sequence[Line]) -> set[int]:
    """Lines above a portal's source line whose words come again below it: the portal's headline, not the title."""
    for at, line in enumerate(lines[:15]):
        if _SOURCE_WORD.search(text[line.start : min(line.end, line.start + 120)]):
            below = re.sub(r"\s", "", text[line.end : line.end + 1500])
            found = set()
            for above in range(at):
                core = re.sub(r"^【[^】]{1,12}】|[\s《》“”]", "", text[lines[above].start : lines[above].end])
                if len(core) >= 6 and core in re.sub(r"[《》“”]", "", below):
                    found.add(above)
            return found
    return set()


def lay_out(source: str) -> Page:
    """Cut a source into the lines that carry the document's words.

    >>> page = lay_out("首页/ 政策法规\\n关于加强安全生产的通知\\n- 1 -\\n[bookmark: _GoBack]各有关单位：")
    >>> [page.text(line) for line in page.lines], [problem.code for problem in page.problems]
    (['关于加强安全生产的通知', '各有关单位：'], ['markup', 'web-chrome', 'page-number'])
    """
    words = normalise(source)
    problems: list[Problem] = []
    words, markup = _strip_markup(words)
    problems += markup
    lines, chrome = _set_aside(words, _cut_lines(words.text))
    problems += chrome + _list_invisible(source, problems + chrome)
    return Page(words, tuple(lines), tuple(problems))


def _list_invisible(source: str, already: Sequence[Problem]) -> list[Problem]:
    """Runs of characters that print nothing, unless they lie inside something that is set aside anyway."""
    invisible = {c for c in set(source) if is_invisible(c)}
    if not invisible:
        return []
    covered = sorted((p.start, p.end) for p in already)
    problems = []
    at = 0
    for run in re.finditer(f"[{re.escape(''.join(sorted(invisible)))}]+", source):
        while at < len(covered) and covered[at][1] <= run.start():
            at += 1
        if at < len(covered) and covered[at][0] <= run.start() and run.end() <= covered[at][1]:
            continue
        problems.append(
            Problem("invisible-character", "不可见字符（零宽或控制字符），不属于正文", run.start(), run.end())
        )
    return problems


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together, as one string, with the way back to the page."""

    text: str
    lines: tuple[Line, ...]
    offsets: tuple[int, ...]  # where each line begins in `text`

    def pieces(self, start: int, end: int) -> list[tuple[int, int]]:
        """The stretches of the page that hold ``text[start:end]``, without white space at their ends."""
        found = []
        for line, offset in zip(self.lines, self.offsets, strict=True):
            low, high = max(start, offset), min(end, offset + line.end - line.start)
            if low < high:
                chunk = self.text[low:high]
                left, right = len(chunk) - len(chunk.lstrip()), len(chunk.rstrip())
                if left < right:
                    found.append((line.start + low + left - offset, line.start + low + right - offset))
        return found


def make_paragraph(page: Page, lines: Sequence[Line]) -> Paragraph:
    """One paragraph of these lines, without the line ends between them."""
    if len(lines) == 1:
        return Paragraph(page.text(lines[0]), (lines[0],), (0,))
    text, offsets = "", []
    parts: list[str] = []
    length = 0
    for line in lines:
        words = page.text(line)
        if parts and parts[-1][-1].isascii() and parts[-1][-1].isalnum() and words[0].isascii() and words[0].isalpha():
            parts.append(" ")
            length += 1
        offsets.append(length)
        parts.append(words)
        length += len(words)
    text = "".join(parts)
    return Paragraph(text, tuple(lines), tuple(offsets))


def _width(text: str) -> int:
    """How much room a line takes, in half-width columns."""
    return sum(1 if c.isascii() else 2 for c in text) if len(text) <= 200 else 2 * len(text)


@dataclass(frozen=True, slots=True)
class _Measure:
    """The type area of a hard-wrapped text: its width in columns (None = not wrapped) and what marks a paragraph."""

    width: int | None
    indents: bool  # paragraphs begin with an indent
    gaps: bool  # blank lines stand between paragraphs


def _measure_type_area(page: Page, lines: Sequence[Line]) -> _Measure:
    sample = lines[:4000]
    broken = [_width(text) for line in sample if not ends_sentence(text := page.text(line)) and "\t" not in text]
    if len(broken) < 8:
        return _Measure(None, False, False)
    width = Counter(broken).most_common(1)[0][0]
    near = sum(abs(w - width) <= 4 for w in broken)
    if width < 24 or near < 0.55 * len(broken):
        return _Measure(None, False, False)
    openers = [line for line in sample if opens_clause(page.text(line)[:20])]
    indents = len(openers) >= 3 and sum(line.indented for line in openers) >= 0.8 * len(openers)
    gaps = len(openers) >= 3 and sum(line.after_blank for line in openers) >= 0.8 * len(openers)
    return _Measure(
        width,
        indents and not all(line.indented for line in sample),
        gaps and sum(line.after_blank for line in sample) < 0.7 * len(sample),
    )


_OPENERS = "《〈“（【〔「"
_PAIRS = dict(zip("》〉”）】〕」", _OPENERS, strict=True))
# Ends after which a number such as 第三十六条 or （二） goes on with the sentence.
_LEADS_TO_REFERENCE = re.compile(
    r"(?:[，、（《“—]|依照|按照|根据|违反|本办法|本法|本条例|本规定|本意见|》|第|和|或者?|及|与|至)$"
)


def _open_brackets(text: str) -> bool:
    """Whether a bracket or quotation mark is still open at the end of a line."""
    depth: Counter[str] = Counter()
    for c in text[-400:]:
        if c in _PAIRS:
            depth[_PAIRS[c]] = max(0, depth[_PAIRS[c]] - 1)
        elif c in _OPENERS:
            depth[c] += 1
    return any(depth.values())


def _goes_on(page: Page, above: Line, below: Line, measure: _Measure) -> bool:
    """Whether the sentence of one line goes on in the next: page breaks and hard wraps."""
    upper, lower = page.text(above), page.text(below)
    if "\t" in upper or "\t" in lower:
        return False
    full = measure.width is not None and _width(upper) >= measure.width - 6
    if ends_sentence(upper):
        flush = (measure.indents and not below.indented) or (measure.gaps and not below.after_blank)
        return full and flush and not below.after_blank and not opens_clause(lower)
    if lower[0] in "，。；、：！？”》）〉":
        return True
    if re.search(r"(?:（[^（）]{0,5}|第\s*\S{0,4})$", upper) and re.match(
        r"\S{0,5}?(?:）|[条章节款项编])|[^（）]{0,3}）", lower
    ):
        return True
    marker = opens_clause(lower)
    if marker:
        spaced = lower[marker.end : marker.end + 1].isspace()
        return bool(_LEADS_TO_REFERENCE.search(upper)) and not spaced and not lower.startswith("附")
    if upper[-1] in "，、（《“〈" or _open_brackets(upper):
        return True
    if measure.width is not None:
        return full
    opener = opens_clause(upper)
    rest = upper[opener.end :] if opener else upper
    if "。" in rest or "；" in rest:
        return True
    if opener:
        return len(rest) > 45 or (len(rest) > 30 and "，" in rest and opener.style not in {"cn_dun", "chp", "lsec"})
    if re.match(r"[^，。：]{1,8}：", rest):
        return "，" in rest
    if "，" in rest:
        return len(rest) > 12
    return len(rest) >= 20 and not re.search(r"\s", rest) and "。" in lower


def join_paragraphs(page: Page, lines: Sequence[Line]) -> list[Paragraph]:
    """Join the lines of a body into paragraphs; table lines (with tabs) stay alone.

    >>> page = lay_out("各部门在日常监管工作、\\n\\n执法中，发现问题的应反馈。\\n一、其他")
    >>> [paragraph.text for paragraph in join_paragraphs(page, page.lines)]
    ['各部门在日常监管工作、执法中，发现问题的应反馈。', '一、其他']
    """
    measure = _measure_type_area(page, lines)
    paragraphs: list[Paragraph] = []
    group: list[Line] = []
    for line in lines:
        if group and not _goes_on(page, group[-1], line, measure):
            paragraphs.append(make_paragraph(page, group))
            group = []
        group.append(line)
    if group:
        paragraphs.append(make_paragraph(page, group))
    return paragraphs
