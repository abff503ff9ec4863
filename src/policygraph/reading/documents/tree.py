"""Clauses with addresses: paragraphs and numbers become a tree in which every word has one place.

A number opens a clause when it continues a sequence, starts one that goes on, or plausibly nests; otherwise it is left
in its sentence (a cited article, a line of a quoted law). Addresses carry the printed number (`sec_2/para_9`), also
where numbering runs on across parts; a number printed twice gets `-2`. In statutes the paragraphs of an article are
`para_n` (款) and hold its `point_n` (项).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from policygraph.reading.documents.layout import Page, Paragraph, ends_sentence
from policygraph.reading.documents.numbering import RANK, Marker, find_markers, opens_clause
from policygraph.reading.documents.tables import Piece, Row, Table
from policygraph.reading.documents.values import Clause, Problem
from policygraph.reading.patterns import Forms
from policygraph.reading.patterns.bodies import SPEAKS_OF_ALL
from policygraph.reading.patterns.body import (
    BRACKET_HEADING,
    CLOSING_FORMULA,
    HEADING_BEFORE_SENTENCE,
    HEADING_BEFORE_SPACE,
    HEADING_LEAD,
    LABEL_HEADING,
    LABELLED_LINE,
    LEADS_TO_LIST,
    REFERS_BACK,
)
from policygraph.text.sentences import find_last_bracket
from policygraph.text.spans import Span

Run = tuple[int, int, int]  # start and end in the page, and the paragraph it belongs to
_Own = tuple[Paragraph, int, int, int, int]

_SEGMENTS = {
    "part": "part",
    "chp": "chp",
    "lsec": "sec",
    "art": "art",
    "stage": "stage",
    "dec1": "sec",
    "dec2": "para",
    "dec3": "subpara",
    "dec4": "point",
    "cn_dun": "sec",
    "cn_paren": "para",
    "ordinal": "item",
    "ar_dot": "subpara",
    "ar_half": "point",
    "ar_paren": "point",
    "circled": "subpoint",
}
# Styles that one list may mix; they are looked ahead for together.
_FAMILY = {"ar_dot": "ar_dot", "ar_half": "ar_dot"}
_UNDER_ARTICLE = ("point", "subpoint", "subsubpoint", "subsubpoint")
_LONGEST_DOUBT = 60
"""Characters of a sentence that are shown whole where it is doubted."""
_LABELLED_LINE = LABELLED_LINE.compile()
_BRACKET_HEADING = BRACKET_HEADING.compile()
_HEADING_LEAD = HEADING_LEAD.compile()
_HEADING_BEFORE_SPACE = HEADING_BEFORE_SPACE.compile()
_HEADING_BEFORE_SENTENCE = HEADING_BEFORE_SENTENCE.compile()
_LABEL_HEADING = LABEL_HEADING.compile()


@dataclass(slots=True, eq=False)
class Node:
    """A clause while the tree grows; `own` are words not yet handed to children: paragraph, label end, bounds."""

    id: str
    parent: Node | None
    label: str = ""
    level: str = ""
    heading: str = ""
    style: str = ""
    number: int = 0
    heading_only: bool = False
    quoted: bool = False  # an item of a list that restarts a numbering still going on outside: a quoted provision
    runs: list[Run] = field(default_factory=list)
    own: _Own | None = None  # paragraph, its index, start, label end, end
    children: list[Node] = field(default_factory=list)
    counters: dict[str, int] = field(default_factory=dict)


class Tree:
    """The clauses of one document, grown part by part in reading order."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.root = Node("", None)
        self.problems: list[Problem] = []
        self.spanning: list[tuple[str, str]] = []  # a row, and a cell above that it shares
        self._paragraphs = 0

    def next_paragraph(self) -> int:
        """A fresh paragraph index: runs of one paragraph are joined without a line break."""
        self._paragraphs += 1
        return self._paragraphs

    def add(self, parent: Node, segment: str, level: str, label: str = "", heading: str = "") -> Node:
        """A new child; a segment that its siblings have already gets `-2`, `-3` …."""
        count = parent.counters.get(segment, 0) + 1
        parent.counters[segment] = count
        name = segment if count == 1 else f"{segment}-{count}"
        node = Node(f"{parent.id}/{name}" if parent.id else name, parent, label, level, heading)
        parent.children.append(node)
        return node

    def add_counted(self, parent: Node, level: str) -> Node:
        """A new unnumbered child such as `al_3`: the third of its kind under this parent."""
        count = parent.counters.get(level, 0) + 1
        parent.counters[level] = count
        return self.add(parent, f"{level}_{count}", level)

    def add_lines(self, parent: Node, level: str, pieces: Sequence[Sequence[Piece]]) -> Node:
        """A leaf made of paragraphs of the page, for headers and trailers."""
        node = self.add(parent, level, level)
        for paragraph in pieces:
            index = self.next_paragraph()
            node.runs += [(a, b, index) for a, b in paragraph]
        return node

    def add_table(self, parent: Node, table: Table) -> None:
        """Rows and cells below an appendix; the printed header is row 0."""
        rows: list[tuple[int, Row]] = [(0, table.header)] if table.header else []
        rows += list(enumerate(table.rows, start=parent.counters.get("row", 0) + 1))
        parent.counters["row"] = parent.counters.get("row", 0) + len(table.rows)
        above: dict[int, Node] = {}
        for number, row in rows:
            node = self.add(parent, f"row_{number}", "row", row.label)
            self.spanning += [(node.id, above[at].id) for at in sorted(row.covered) if at in above]
            for column, cell in enumerate(row.cells, start=1):
                if not cell:
                    continue
                leaf = above[column - 1] = self.add(node, f"cell_{column}", "cell")
                for paragraph in cell:
                    index = self.next_paragraph()
                    leaf.runs += [(a, b, index) for a, b in paragraph]
        for start, end in table.repeated:
            for span in self.page.words.spans(start, end):
                self.problems.append(
                    Problem("repeated-table-header", "换页后重印的表头，不是新的一行", span.start, span.end)
                )
        for piece in table.headless:
            self.doubt(
                "row-without-head", "这一行的第一格是空的，也没有合并单元格；按单独一行读出，请对照原件核对", [piece]
            )

    def printed(self, paragraph: Paragraph, start: int, end: int) -> str:
        """A label in the characters of the source, without white space."""
        words = self.page.words
        spans = [span for a, b in paragraph.pieces(start, end) for span in words.spans(a, b)]
        return re.sub(r"\s+", "", "".join(words.source[span.start : span.end] for span in spans))

    def doubt(self, code: str, message: str, pieces: Sequence[Piece]) -> None:
        """List a doubt about words of the page that stay in their clause."""
        spans = [span for start, end in pieces for span in self.page.words.spans(start, end)]
        if spans:
            self.problems.append(Problem(code, message, spans[0].start, spans[-1].end, doubt=True))

    def emit(self, parent: Node, paragraph: Paragraph, index: int, start: int, end: int) -> None:
        """Put unnumbered words under a parent as `al_n`, a list inside one sentence as `item_n`."""
        listed = split_list(paragraph.text[start:end], self.page.forms)
        if not listed:
            self._leaf(self.add_counted(parent, "al"), paragraph, index, start, end)
            return
        lead, items, tail = listed
        self._leaf(self.add_counted(parent, "al"), paragraph, index, start, start + lead)
        for low, high in items:
            self._leaf(self.add_counted(parent, "item"), paragraph, index, start + low, start + high)
        if paragraph.text[start + tail : end].strip():
            self._leaf(self.add_counted(parent, "al"), paragraph, index, start + tail, end)

    def _leaf(self, node: Node, paragraph: Paragraph, index: int, start: int, end: int) -> None:
        node.runs = [(a, b, index) for a, b in paragraph.pieces(start, end)]

    def open(self, node: Node) -> None:
        """Hand a clause's own words to children: its heading, then `al_1` (in an article `para_1`)."""
        if node.own is None:
            return
        paragraph, index, start, label_end, end = node.own
        node.own = None
        text = paragraph.text
        if node.level == "para" and not node.style:
            self.emit(node, paragraph, index, start, end)
            return
        if node.style == "art":
            bracket = _BRACKET_HEADING.match(text[label_end:end])
            split = label_end + bracket.end() if bracket else label_end
        else:
            split = label_end + _measure_heading(text[label_end:end], node.style, self.page.forms)[1]
        self._leaf(self.add(node, "heading", "heading"), paragraph, index, start, split)
        if not text[split:end].strip():
            return
        if node.style == "art":
            first = self.add_counted(node, "para")
            first.own = (paragraph, index, split, split, end)
        else:
            self.emit(node, paragraph, index, split, end)

    def finish(self) -> tuple[Clause, ...]:
        """All clauses in reading order, with text and spans of their whole subtree."""
        order: list[Node] = []
        stack = list(reversed(self.root.children))
        while stack:
            node = stack.pop()
            if node.own is not None:
                paragraph, index, start, label_end, end = node.own
                if split_list(paragraph.text[label_end:end], self.page.forms):
                    self.open(node)
                else:
                    self._leaf(node, paragraph, index, start, end)
                    node.own = None
            order.append(node)
            stack.extend(reversed(node.children))
        for node in reversed(order):
            if node.children:
                node.runs = [run for child in node.children for run in child.runs]
        clauses: list[Clause] = []
        for node in order:
            spans = self._spans(node.runs)
            if not spans:
                continue
            parent = node.parent.id if node.parent and node.parent.id else None
            text = self._text(node.runs)
            clauses.append(Clause(node.id, parent, node.label, node.level, node.heading, text, spans, len(clauses) + 1))
        return tuple(clauses)

    def _spans(self, runs: Sequence[Run]) -> tuple[Span, ...]:
        words = self.page.words
        source = words.source
        merged: list[Span] = []
        for start, end, _ in runs:
            for span in words.spans(start, end):
                gap = source[merged[-1].end : span.start] if merged and merged[-1].end <= span.start else "x"
                if merged and (not gap or gap.isspace()):
                    merged[-1] = Span(merged[-1].start, span.end)
                else:
                    merged.append(span)
        return tuple(merged)

    def _text(self, runs: Sequence[Run]) -> str:
        """The words as printed, line breaks inside a paragraph removed, paragraphs on lines of their own."""
        words = self.page.words
        parts: list[str] = []
        last: Run | None = None
        for run in runs:
            piece = self.page.printed(run[0], run[1])
            if last is not None:
                if last[2] != run[2]:
                    parts.append("\n")
                else:
                    gap = words.text[last[1] : run[0]]
                    if "\n" not in gap:
                        parts.append(gap if gap.isspace() else "")
                    elif (
                        parts[-1][-1:].isascii()
                        and parts[-1][-1:].isalnum()
                        and piece[:1].isascii()
                        and piece[:1].isalpha()
                    ):
                        parts.append(" ")
            parts.append(re.sub(r"\s*[\r\n]\s*", "", piece))
            last = run
        return "".join(parts)


def split_list(text: str, forms: Forms) -> tuple[int, list[tuple[int, int]], int] | None:
    """A list inside one sentence: end of its lead-in, bounds of its items, start of the rest; None if there is none.

    >>> from policygraph.reading.vocabulary import Vocabulary
    >>> forms = Forms(Vocabulary(list_leads=("包括",)))
    >>> text = "实施联合惩戒，包括：发布公告；加大执法检查频次；其他限制措施。同时，建立机制。"
    >>> lead, items, tail = split_list(text, forms)
    >>> text[:lead], [text[a:b] for a, b in items], text[tail:]
    ('实施联合惩戒，包括：', ['发布公告；', '加大执法检查频次；', '其他限制措施。'], '同时，建立机制。')
    >>> split_list("重点包括：安全生产等领域的严重失信行为。", forms) is None
    True
    """
    if "；" not in text or "：" not in text:
        return None
    for match in forms.find_all(LEADS_TO_LIST, text):
        lead = match.end()
        stop = text.find("。", lead)
        stop = len(text) if stop < 0 else stop + 1
        body = text[lead:stop]
        if body.count("；") < 1 or opens_clause(body.lstrip()):
            continue
        items = []
        begin = lead
        for semicolon in re.finditer("；", body):
            items.append((begin, lead + semicolon.end()))
            begin = lead + semicolon.end()
        if text[begin:stop].strip():
            items.append((begin, stop))
        if all(len(text[a:b].strip()) >= 3 for a, b in items):
            return lead, items, stop
    return None


def _measure_heading(rest: str, style: str, forms: Forms) -> tuple[str, int, bool]:
    """The heading in the words after a number: itself, where it ends, and whether nothing but it stands there."""
    whole = rest.strip()
    if not whole:
        return "", len(rest), True
    left = len(rest) - len(rest.lstrip())
    lead = _HEADING_LEAD.match(whole)
    offset = left + (lead.end() if lead else 0)
    body = rest[offset:].rstrip()
    if not ends_sentence(body) and "。" not in body and len(body) <= 80:
        spaced = _HEADING_BEFORE_SPACE.match(body)
        if spaced and RANK[style] <= RANK["cn_paren"] and not re.search("[，；：]", spaced["heading"]):
            return spaced["heading"], offset + spaced.end("heading"), False
        return _tidy(body), len(rest), True
    limit = 40 if RANK[style] <= RANK["ordinal"] else 25
    first = re.match(rf"[^。；！？：]{{1,{limit}}}。[”』]?", body)
    if first and _even(first.group()):
        if first.end() == len(body):
            return (_tidy(body[:-1]), len(rest), True) if limit == 40 else ("", 0, False)
        if first.group().count("，") <= 1:
            return _tidy(first.group().rstrip("。")), offset + first.end(), False
    colon = _LABEL_HEADING.match(body)
    if colon and not forms.find(LEADS_TO_LIST, colon.group()) and _even(colon.group()):
        return colon["heading"].strip(), offset + colon.end(), False
    spaced = _HEADING_BEFORE_SENTENCE.match(body)
    if spaced and RANK[style] <= RANK["cn_paren"] and not re.search("[，；：。“”（）]", spaced["heading"]):
        return spaced["heading"], offset + spaced.end("heading"), False
    return "", 0, False


def _even(text: str) -> bool:
    return all(text.count(a) == text.count(b) for a, b in ("《》", "（）", "“”"))


def _tidy(heading: str) -> str:
    """A heading without the wide spacing of 总 则."""
    heading = heading.strip().strip("：").rstrip("。").strip()
    return re.sub(r"\s+", "", heading) if re.fullmatch(r"\S(?:\s+\S)+", heading) else heading


def _quoted(text: str) -> list[tuple[int, int]]:
    """The bounds of quoted words, from the mark that opens them to the one that closes them; inner ones are part.

    >>> _quoted("指“下列物质：“有毒物质”：（一）危险废物”的，（二）其他")
    [(1, 22)]
    """
    found: list[tuple[int, int]] = []
    depth = start = 0
    for match in re.finditer("[“”]", text):
        if match.group() == "“":
            start = start if depth else match.start()
            depth += 1
        elif depth:
            depth -= 1
            if not depth:
                found.append((start, match.end()))
    return found


@dataclass(slots=True)
class _Candidate:
    marker: Marker
    paragraph: int
    first: bool  # stands at the beginning of its paragraph
    marked: bool = False  # and a mark of the file format makes it a heading
    following: tuple[int, ...] = ()  # the numbers of the next candidates of its style
    others: dict[str, int] = field(default_factory=dict)  # the next number of every style


class Body:
    """Grows the clauses of one part's body below a base node."""

    def __init__(self, tree: Tree, base: Node) -> None:
        self.tree = tree
        self.base = base
        self.stack: list[Node] = []
        self.last: dict[str, int] = {}
        self.above = ""  # the end of the paragraph before

    def grow(self, blocks: Sequence[Paragraph | Table]) -> None:
        """Place paragraphs and tables in order."""
        candidates = self._collect(blocks)
        openers = self._openers_ahead(candidates, len(blocks))
        final = self._closing_from(blocks, candidates)
        for at, block in enumerate(blocks):
            if isinstance(block, Table):
                self._place_table(block)
                continue
            self._place(block, candidates[at], openers[at], at >= final)
        self.stack = []

    def _collect(self, blocks: Sequence[Paragraph | Table]) -> list[list[_Candidate]]:
        found: list[list[_Candidate]] = []
        for at, block in enumerate(blocks):
            if isinstance(block, Table):
                found.append([])
                continue
            marked = self.tree.page.is_marked(block.lines[0])
            quoted = _quoted(block.text)
            found.append(
                [
                    _Candidate(marker, at, marker.start == 0, marked and marker.start == 0)
                    for marker in find_markers(block.text)
                    if not any(start < marker.start < end for start, end in quoted)
                ]
            )
        ahead: dict[str, tuple[int, ...]] = {}
        for group in reversed(found):
            for candidate in reversed(group):
                style = _FAMILY.get(candidate.marker.style, candidate.marker.style)
                candidate.following = ahead.get(style, ())
                candidate.others = {name: numbers[0] for name, numbers in ahead.items()}
                ahead[style] = (candidate.marker.number, *candidate.following[:30])
        return found

    @staticmethod
    def _openers_ahead(candidates: Sequence[Sequence[_Candidate]], count: int) -> list[Marker | None]:
        """For each block the marker that opens the next numbered paragraph after it."""
        ahead: list[Marker | None] = [None] * count
        current: Marker | None = None
        for at in range(count - 1, -1, -1):
            ahead[at] = current
            if candidates[at] and candidates[at][0].first:
                current = candidates[at][0].marker
        return ahead

    @staticmethod
    def _closing_from(blocks: Sequence[Paragraph | Table], candidates: Sequence[Sequence[_Candidate]]) -> int:
        """Where the unnumbered paragraphs begin that close a numbered text; past the end when there are none."""
        at = len(blocks)
        while at > 0 and not candidates[at - 1] and isinstance(blocks[at - 1], Paragraph):
            at -= 1
        return at if 0 < at < len(blocks) else len(blocks) + 1

    def _place(
        self, paragraph: Paragraph, candidates: Sequence[_Candidate], ahead: Marker | None, closing: bool
    ) -> None:
        index = self.tree.next_paragraph()
        accepted: list[tuple[Marker, Node]] = []
        begin = 0
        pending: Node | None = None
        end = len(paragraph.text)
        for candidate in candidates:
            candidate.marker = self._adopt(candidate)
            if not self._accept(candidate):
                continue
            marker = candidate.marker
            self._close_chunk(paragraph, index, begin, marker.start, pending, ahead, closing)
            pending = self._enter(candidate, paragraph)
            pending.own = (paragraph, index, marker.start, marker.end, end)
            accepted.append((marker, pending))
            begin = marker.start
        self._close_chunk(paragraph, index, begin, end, pending, ahead, closing)
        self.above = paragraph.text[-8:]
        if self._breaks_off(paragraph.text):
            self._doubt_cut(paragraph)

    def _breaks_off(self, text: str) -> bool:
        """Whether a paragraph of sentences ends inside one: neither a list behind a label nor a remark in brackets
        behind the last sentence does."""
        if ends_sentence(text[-8:]) or not re.search("[。；]", text[max(0, len(text) - 400) :]):
            return False
        vocabulary = self.tree.page.forms.vocabulary
        labels = (*vocabulary.responsibility_labels, *vocabulary.lead_labels, *vocabulary.support_labels)
        last = text[max(text.rfind(stop) for stop in "。；") + 1 :]
        begins = (text.lstrip("（("), last.lstrip("（( \u3000"))
        if any(words.startswith((f"{label}：", f"{label}:")) for words in begins for label in labels):
            return False
        opening = find_last_bracket(text)
        return not (opening and ends_sentence(text[:opening].rstrip()))

    def _doubt_cut(self, paragraph: Paragraph) -> None:
        """List the sentence that breaks off, from its beginning; of a long one the part behind its last comma."""
        text = paragraph.text
        begin = max(text.rfind(stop) for stop in "。；") + 1
        if len(text) - begin > _LONGEST_DOUBT:
            begin = max(begin, text.rfind("，", begin, len(text) - 1) + 1)
        self.tree.doubt("cut-sentence", "句子没有结束，原文此处似有残缺", paragraph.pieces(begin, len(text)))

    def _close_chunk(
        self,
        paragraph: Paragraph,
        index: int,
        begin: int,
        end: int,
        pending: Node | None,
        ahead: Marker | None,
        closing: bool,
    ) -> None:
        """Settle the words between two accepted numbers."""
        if pending is not None and pending.own is not None:
            own = pending.own
            pending.own = (own[0], own[1], own[2], own[3], end)
            heading, _, only = _measure_heading(paragraph.text[own[3] : end], pending.style, self.tree.page.forms)
            pending.heading_only = only
            if pending.style == "art":
                bracket = _BRACKET_HEADING.match(paragraph.text[own[3] : end])
                pending.heading = next(filter(None, bracket.groups()), "") if bracket else ""
                pending.heading_only = not paragraph.text[own[3] : end].strip()
            elif not self._current("art"):
                pending.heading = heading
        elif paragraph.text[begin:end].strip():
            self._place_unnumbered(paragraph, index, begin, end, ahead, closing)

    def _place_unnumbered(
        self, paragraph: Paragraph, index: int, begin: int, end: int, ahead: Marker | None, closing: bool
    ) -> None:
        article = next((node for node in reversed(self.stack) if node.style == "art"), None)
        if article is not None:
            while self.stack[-1] is not article:
                self.stack.pop()
            self.tree.open(article)
            self.tree.add_counted(article, "para").own = (paragraph, index, begin, begin, end)
            return
        if closing and self.tree.page.forms.find(CLOSING_FORMULA, paragraph.text, begin):
            self.stack = []
        home = self._home(paragraph.text[begin:end], ahead, closing)
        self.tree.open(home)
        self.tree.emit(home, paragraph, index, begin, end)

    def _home(self, text: str, ahead: Marker | None, closing: bool) -> Node:
        """The clause an unnumbered paragraph belongs to; closes the clauses that end before it."""
        while self.stack and self.stack[-1].quoted:
            self.stack.pop()
        if not self.stack:
            return self.base
        top = self.stack[-1]
        parent = self.stack[-2] if len(self.stack) > 1 else self.base
        labelled = bool(_LABELLED_LINE.match(text)) and len(text) <= 200
        forms = self.tree.page.forms
        refers = any(forms.find(pattern, text) is not None for pattern in (REFERS_BACK, SPEAKS_OF_ALL))
        ended = not labelled and self._ends_list(top, parent, ahead, refers)
        if ended and (refers or not closing):
            self.stack.pop()
            return parent
        if top.heading_only and not ended and (top.own is not None or "al" in top.counters):
            listed = RANK[top.style] <= RANK["cn_paren"] or not labelled
            if listed or top.own is None:
                return top
        if "al" in top.counters:
            continues = ahead is None or ahead.style == top.style or RANK[ahead.style] <= RANK[top.style]
            if continues and not (closing and top.style not in {"cn_dun", "chp", "part"}):
                return top
        if ahead is not None and ahead.style == top.style and ahead.number == top.number + 1:
            return top
        if ahead is not None and RANK[ahead.style] > RANK[top.style] and not labelled:
            return top
        if any("al" in node.counters for node in parent.children[-12:-1] if node.style == top.style):
            return top
        if closing and not labelled and (ended or not top.heading_only):
            self.stack = []
            return self.base
        if labelled or RANK[top.style] > RANK["cn_paren"]:
            self.stack.pop()
            return parent
        return top

    def _ends_list(self, top: Node, parent: Node, ahead: Marker | None, refers: bool) -> bool:
        """Whether an item closes a list of single sentences, so that the paragraph below goes on with what it is in.

        A list is told by the semicolons between its items, by a colon before it, or by a paragraph that refers back to
        it (有前款情形的). What a colon announces may also be headings, of which only the last has a paragraph below it:
        that is said as a doubt. Anything else leaves the paragraph where the numbers put it.
        """
        if ahead is not None and (ahead.style == top.style and ahead.number == top.number + 1):
            return False
        if ahead is not None and RANK[ahead.style] > RANK[top.style] and not refers:
            return False
        lead, items = self._items_to(top, parent)
        if len(items) < 2:
            return False
        ends = [paragraph.text[at:end].rstrip()[-2:] for paragraph, _, _, at, end in items]
        if refers or ends[1].endswith("；"):
            return True
        if not lead.endswith("："):
            return False
        sentences = [ends_sentence(end) for end in ends]
        if any(sentences) or RANK[top.style] < RANK["cn_paren"]:
            return all(sentences)
        paragraph, _, start, at, _ = items[0]
        self.tree.doubt(
            "paragraph-place",
            f"“{top.label}”下面没有编号的一段，是接着这一项还是接着整个列举，原文没有写明；按接着整个列举读出",
            paragraph.pieces(start, at),
        )
        return True

    def _items_to(self, top: Node, parent: Node) -> tuple[str, list[_Own]]:
        """The items of a list up to one, the nearest first, and what stands before them; none where the item has a
        paragraph below it already."""
        items: list[_Own] = []
        last = top.number + 1
        for node in reversed(parent.children if parent.children[-1] is top else ()):
            if node.style != top.style or node.number >= last:
                return "".join(self.tree.page.words.text[a:b] for a, b, _ in node.runs).rstrip(), items
            if node.children or node.own is None:
                return "", []
            last = node.number
            items.append(node.own)
        return "", items

    def _place_table(self, table: Table) -> None:
        if self.base.level == "app":
            home = self.base
        else:
            home = self.stack[-1] if self.stack else self.base
            self.tree.open(home)
            home = self.tree.add_counted(home, "app")
        self.tree.add_table(home, table)

    def _current(self, style: str) -> Node | None:
        return next((node for node in reversed(self.stack) if node.style == style), None)

    def _adopt(self, candidate: _Candidate) -> Marker:
        """The marker in the style of the sequence it continues: texts mix 1. 2） 3、 in one list."""
        marker = candidate.marker
        if not candidate.first or marker.style not in _FAMILY or self._current(marker.style) is not None:
            return marker
        kin = next((node for node in reversed(self.stack) if node.style in _FAMILY), None)
        if kin is not None and kin.number + 1 == marker.number and self.last.get(marker.style) != kin.number:
            return marker._replace(style=kin.style)
        return marker

    def _accept(self, candidate: _Candidate) -> bool:
        """Whether a number continues, starts or plausibly nests a sequence."""
        marker = candidate.marker
        style, number = marker.style, marker.number
        following = candidate.following
        goes_on = bool(following) and following[0] == number + 1
        starts = goes_on or any(later in (number + 1, number + 2) for later in following[:2])
        current = self._current(style)
        last = self.last.get(style)
        if style == "dec1" and candidate.others.get("dec2") != 1 and last is None:
            return False
        if candidate.marked and RANK[style] <= RANK["cn_paren"]:
            return True
        if marker.doubt and following and following[0] == number:
            return False  # the number itself comes later; here it is only mentioned
        if marker.doubt == 2 and not goes_on:
            return False
        if current is not None and (number == current.number + 1 or (marker.branch and number == current.number)):
            return True
        if last is not None and number == last + 1:
            return True
        if marker.doubt == 0 and last is not None and number == last + 2 and goes_on:
            return True
        if candidate.first:
            if number == 1:
                return style not in {"stage", "ordinal", "circled", "ar_half"} or goes_on or style == "stage"
            if last is None:
                return goes_on
            if goes_on:
                return style != "art" or abs(number - last) <= 5
            return 0 <= number - last <= 2 and (not following or following[0] != last + 1)
        if last is None and number > 1 and marker.doubt == 0 and style in {"chp", "art"}:
            return goes_on
        if number != 1 or marker.doubt == 2:
            return False
        return starts or (marker.doubt == 0 and style in {"chp", "art"})

    def _enter(self, candidate: _Candidate, paragraph: Paragraph) -> Node:
        """Open the clause of an accepted number at its place in the tree."""
        marker = candidate.marker
        style = marker.style
        current = self._current(style)
        quoted = self._restarts_inside(candidate, current)
        if quoted:
            current = None
        elif current is not None:
            while self.stack[-1] is not current:
                self.stack.pop()
            self.stack.pop()
        else:
            while (
                self.stack and RANK[self.stack[-1].style] >= RANK[style] and not self._nests(self.stack[-1], candidate)
            ):
                self.stack.pop()
        self._check_sequence(candidate, current, paragraph)
        self.last[style] = marker.number
        parent = self.stack[-1] if self.stack else self.base
        article = next((at for at, node in enumerate(self.stack) if node.style == "art"), None)
        level = _SEGMENTS[style]
        if article is not None and style != "art":
            level = _UNDER_ARTICLE[min(len(self.stack) - article - 1, 3)]
        elif quoted or (current is not None and current.quoted):
            level = "point"
        self.tree.open(parent)
        holder = parent
        if parent.style == "art":
            holder = next((c for c in reversed(parent.children) if c.level == "para"), parent)
            self.tree.open(holder)
        branch = f"-{marker.branch}" if marker.branch else ""
        label = self.tree.printed(paragraph, marker.start, marker.end)
        node = self.tree.add(holder, f"{level}_{marker.number}{branch}", level, label)
        node.style, node.number = style, marker.number
        node.quoted = quoted or (current is not None and current.quoted)
        self.stack.append(node)
        return node

    def _restarts_inside(self, candidate: _Candidate, current: Node | None) -> bool:
        """Whether a list starts again at one behind a colon while the outer list goes on later: a quoted provision."""
        if current is None or current.quoted or candidate.marker.number != 1 or not candidate.first:
            return False
        return self.above.endswith("：") and current.number + 1 in candidate.following

    @staticmethod
    def _nests(top: Node, candidate: _Candidate) -> bool:
        """Whether a style that usually encloses another stands inside it: it starts at one, the outer goes on."""
        return candidate.marker.number == 1 and candidate.others.get(top.style) == top.number + 1

    def _check_sequence(self, candidate: _Candidate, current: Node | None, paragraph: Paragraph) -> None:
        marker = candidate.marker
        last = current.number if current is not None else self.last.get(marker.style)
        pieces = paragraph.pieces(marker.start, marker.end)
        if not pieces or marker.branch:
            return
        label = self.tree.printed(paragraph, marker.start, marker.end)
        if last is None or marker.number in (1, last + 1):
            if last is None and marker.number != 1:
                self.tree.doubt("numbering-gap", f"编号从“{label}”开始，前面的编号不见了", pieces)
            elif current is not None and marker.number == 1:
                self.tree.doubt("numbering-repeat", f"编号“{label}”在同一层重新开始", pieces)
            return
        if marker.number <= last:
            self.tree.doubt("numbering-repeat", f"编号“{label}”重复或倒退", pieces)
        else:
            self.tree.doubt("numbering-gap", f"编号跳到“{label}”，中间缺 {marker.number - last - 1} 个", pieces)
