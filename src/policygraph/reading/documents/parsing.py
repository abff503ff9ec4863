"""The whole document: header, body, ending and annexes, read in order and put into one tree."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from itertools import pairwise

from policygraph.reading.documents.header import (
    Header,
    annex_mark,
    find_number,
    is_organisation,
    is_title,
    read_header,
    split_addressees,
    title_kind,
)
from policygraph.reading.documents.layout import (
    Line,
    Page,
    Paragraph,
    ends_sentence,
    join_paragraphs,
    lay_out,
    make_paragraph,
)
from policygraph.reading.documents.numbering import opens_clause
from policygraph.reading.documents.tables import Table, read_table
from policygraph.reading.documents.trailer import read_ending, titled_annex
from policygraph.reading.documents.tree import Body, Node, Tree
from policygraph.reading.documents.values import Clause, Document, Mention, Problem
from policygraph.reading.patterns import Forms, forms_of
from policygraph.reading.patterns.ending import APPENDIX, ARTICLE_OPENING, FOLLOWING_TITLE, SEALED, SEALED_FOR
from policygraph.reading.patterns.header import (
    AFTER_DAY,
    ANNOUNCED_AT_END,
    ANNOUNCEMENT_NUMBER,
    BEFORE_PROMULGATOR,
    DATED_ACT,
    DECREE,
    ISSUER_OF_TITLE,
    LETTERHEAD_TAIL,
    NAMED_SUBJECT,
    PROMULGATORS,
    PUBLISHED_AT_END,
    SUBJECT_OF_TITLE,
)
from policygraph.reading.patterns.lines import TABLE_HEAD
from policygraph.reading.vocabulary import Vocabulary
from policygraph.text.dates import WRITTEN_DATE, date_of
from policygraph.text.numbers import normalise_number, normalise_serial
from policygraph.text.numerals import parse_numeral
from policygraph.text.spans import Span

_ARTICLE_OPENING = ARTICLE_OPENING.compile()
_FOLLOWING_TITLE = FOLLOWING_TITLE.compile()
_TABLE_HEAD = TABLE_HEAD.compile()
_AFTER_DAY = AFTER_DAY.compile()
_DECREE = DECREE.compile()
_ANNOUNCEMENT_NUMBER = ANNOUNCEMENT_NUMBER.compile()
_ANNOUNCED_AT_END = ANNOUNCED_AT_END.compile()
_MOST_PARTS = 200  # texts with dates of their own that one annex may hold; keeps odd input linear


def leaves(document: Document) -> tuple[Clause, ...]:
    """The clauses without children, in reading order; empty when the document has none.

    >>> [clause.id for clause in leaves(parse_document("一、总体要求\\n坚持标本兼治。", Vocabulary()))]
    ['sec_1/heading', 'sec_1/al_1']
    """
    parents = {clause.parent for clause in document.clauses}
    return tuple(clause for clause in document.clauses if clause.id not in parents)


def parse_document(source: str, vocabulary: Vocabulary) -> Document:
    """Read a text into its header, its clauses with addresses, and the problems met; never raises.

    What a title, a name or a line of a portal is, the words of the vocabulary tell; numbers and brackets need none.

    >>> words = Vocabulary(document_kinds=("意见",))
    >>> text = "新政〔2010〕36号\\n关于建立诚信联动机制的意见\\n一、指导思想\\n依法推进。\\n2010年12月29日"
    >>> document = parse_document(text, words)
    >>> document.number, document.title, document.kind, document.date
    ('新政〔2010〕36号', '关于建立诚信联动机制的意见', '意见', '2010-12-29')
    >>> [clause.id for clause in document.clauses]
    ['number', 'title', 'sec_1', 'sec_1/heading', 'sec_1/al_1', 'date']
    >>> parse_document("", words).clauses
    ()
    """
    page = lay_out(source, forms_of(vocabulary))
    tree = Tree(page)
    fields = [(level, line) for line in page.lines if (level := page.field(line))]
    lines = [line for line in page.lines if not page.field(line)]
    glued = _cut_following_title(page, lines)
    header, lines = read_header(page, lines)
    ending = read_ending(page, lines, header.body, annex=False)
    _add_fields(tree, page, header, fields, {level for level, _ in (*header.entries, *ending.entries)})
    _add_header(tree, tree.root, page, header)
    _grow_body(tree, tree.root, page, ending.body)
    for level, entry in ending.entries:
        _add_entry(tree, tree.root, page, level, entry)
    annex_titles = _add_annexes(tree, page, ending.rest, glued)
    for line in glued:
        for span in page.words.spans(line.start, line.end):
            tree.problems.append(
                Problem("following-title", "文末粘着另一份文件的标题，不属于本文件", span.start, span.end)
            )
    clauses = tree.finish()
    uncut = _find_uncut_tables(page, clauses, tree.problems)
    problems = tuple(sorted((*page.problems, *tree.problems, *uncut), key=lambda p: (p.start, p.end, p.code)))
    document = _describe(page, header, ending.entries, annex_titles, clauses, problems)
    return replace(document, spanning=tuple(tree.spanning))


def _find_uncut_tables(page: Page, clauses: Sequence[Clause], aside: Sequence[Problem]) -> Iterator[Problem]:
    """A problem for each head of a table above numbered rows that was not read as one: its columns are lost."""
    heads = [page.words.spans(*head.span("head")) for head in _TABLE_HEAD.finditer(page.words.text)]
    read = {
        at for clause in clauses if clause.level == "cell" for span in clause.spans for at in (span.start, span.end)
    }
    read |= {at for problem in aside if not problem.doubt for at in (problem.start, problem.end)}
    for spans in heads:
        start, end = spans[0].start, spans[-1].end
        if not any(start <= at <= end for at in read):
            yield Problem(
                "table-uncut",
                "像表头的一行，下面带序号的各行没有分成栏：这张表没有读成表，请对照原件核对",
                start,
                end,
                doubt=True,
            )


def _add_fields(tree: Tree, page: Page, header: Header, fields: Sequence[tuple[str, Line]], stated: Set[str]) -> None:
    """Let a record around the text say what the text itself does not; what it says as well is set aside."""
    for level, line in fields:
        if level in stated:
            for span in page.words.spans(line.start, line.end):
                tree.problems.append(Problem("record", "资料库所加的著录信息，正文中另有", span.start, span.end))
        else:
            header.entries.append((level, [line]))


def _cut_following_title(page: Page, lines: list[Line]) -> list[Line]:
    """Take the title of a following document, which a crawl glued behind the last sentence, off the end."""
    if len(lines) < 5:
        return []
    text = page.text(lines[-1])
    match = _FOLLOWING_TITLE.search(text[-120:])
    if match and is_title(match["title"], page.forms) and not is_organisation(match["title"], page.forms):
        cut = lines[-1].end - len(match["title"])
        glued = Line(cut, lines[-1].end, False, False)
        lines[-1] = lines[-1]._replace(end=lines[-1].start + len(page.words.text[lines[-1].start : cut].rstrip()))
        return [glued]
    above = page.text(lines[-2])
    if is_title(text, page.forms) and len(text) >= 8 and _ARTICLE_OPENING.match(above) and ends_sentence(above):
        return [lines.pop()]
    return []


def _pieces(lines: Sequence[Line]) -> list[list[tuple[int, int]]]:
    return [[(line.start, line.end)] for line in lines]


def _add_header(tree: Tree, parent: Node, page: Page, header: Header) -> None:
    for level, lines in header.entries:
        joined = level in {"title", "number", "addressees", "promulgation"}
        tree.add_lines(parent, level, [[(line.start, line.end) for line in lines]] if joined else _pieces(lines))


def _group_names(page: Page, lines: Sequence[Line]) -> list[list[Line]]:
    """The lines of a signature by name: where blank lines separate the names, lines without one belong together.

    Whole names that stand in one printed line with a gap between them are two names.
    """
    spaced = any(line.after_blank for line in lines[1:])
    groups: list[list[Line]] = []
    for line in lines:
        above = groups[-1][-1] if groups else None
        beside = above is not None and "\n" not in page.words.text[above.end : line.start]
        if above is None or line.after_blank or not spaced or (beside and _are_names(page, above, line)):
            groups.append([])
        groups[-1].append(line)
    return groups


def _are_names(page: Page, *lines: Line) -> bool:
    return all(is_organisation(page.text(line), page.forms) for line in lines)


def _add_entry(tree: Tree, parent: Node, page: Page, level: str, lines: Sequence[Line]) -> None:
    groups = _group_names(page, lines) if level == "signature" else [[line] for line in lines]
    tree.add_lines(parent, level, [[(line.start, line.end) for line in group] for group in groups])


def _grow_body(tree: Tree, base: Node, page: Page, lines: Sequence[Line]) -> None:
    """Grow the clauses of a body; 附录 opens an appendix that holds what follows."""
    lines = _drop_repeated_headers(tree, page, lines)
    start = 0
    home = base
    for at, line in enumerate(lines):
        text = page.text(line) if line.end - line.start <= 12 else ""
        if page.forms.find(APPENDIX, text.strip()):
            Body(tree, home).grow(_make_blocks(page, lines[start:at]))
            home = tree.add_counted(base, "app")
            home.label = text.strip()
            begin = line.start + len(text) - len(text.lstrip())  # a cell in a line of its own keeps its tabs
            tree.add_lines(home, "heading", [[(begin, begin + len(home.label))]])
            start = at + 1
    Body(tree, home).grow(_make_blocks(page, lines[start:]))


def _drop_repeated_headers(tree: Tree, page: Page, lines: Sequence[Line]) -> list[Line]:
    """Set aside the header cells that a table printed cell by cell repeats on every page.

    A header is a run of two to eight short lines that stands between longer or numbered ones; where the whole run
    comes again in the same order, it is printed again. Names of organisations make no header, because letterheads
    and lists of signatories repeat each other.
    """
    words = [page.text(line) if line.end - line.start <= 16 else "" for line in lines]
    cells = [
        bool(w) and not ends_sentence(w) and not opens_clause(w) and not is_organisation(w, page.forms) for w in words
    ]
    headers: dict[str, tuple[str, ...]] = {}
    kept: list[Line] = []
    at = 0
    while at < len(lines):
        run = headers.get(words[at], ()) if cells[at] else ()
        if run and tuple(words[at : at + len(run)]) == run:
            for line in lines[at : at + len(run)]:
                for span in page.words.spans(line.start, line.end):
                    tree.problems.append(
                        Problem("repeated-table-header", "换页后重印的表头，不是新的一行", span.start, span.end)
                    )
            at += len(run)
            continue
        if cells[at] and (at == 0 or not cells[at - 1]):
            end = next((n for n in range(at, min(at + 9, len(lines))) if not cells[n]), at + 9)
            if 2 <= end - at <= 8 and end < len(lines):
                headers.setdefault(words[at], tuple(words[at:end]))
        kept.append(lines[at])
        at += 1
    return kept


def _make_blocks(page: Page, lines: Sequence[Line]) -> list[Paragraph | Table]:
    blocks: list[Paragraph | Table] = []
    group: list[Line] = []
    tabbed = False
    for line in [*lines, None]:
        here = line is not None and "\t" in page.text(line)
        if group and (line is None or here != tabbed):
            blocks.extend([read_table(page, group)] if tabbed else join_paragraphs(page, group))
            group = []
        if line is not None:
            group.append(line)
            tabbed = here
    return blocks


def _add_annexes(tree: Tree, page: Page, rest: list[Line], glued: list[Line]) -> list[list[Line]]:
    """Put what follows the ending under `annex_N`, one for each mark or title; returns the lines of their titles."""
    titles: list[list[Line]] = []
    marks = [at for at, line in enumerate(rest) if _marks_annex(page, line)]
    if rest and (not marks or marks[0] > 0):
        unmarked = rest[: marks[0]] if marks else rest
        if _is_annex(page, unmarked):
            marks.insert(0, 0)
        elif len(unmarked) <= 2 and is_title(page.text(unmarked[0]), page.forms):
            glued.extend(unmarked)
        else:
            for line in unmarked:
                for span in page.words.spans(line.start, line.end):
                    tree.problems.append(Problem("trailing-text", "文末不属于正文的零散文字", span.start, span.end))
    number = 0
    for begin, end in pairwise([*marks, len(rest)]):
        lines = rest[begin:end]
        for _ in range(_MOST_PARTS):
            lines, number = _add_annex(tree, page, lines, number, titles)
            if not lines:
                break
    return titles


def _marks_annex(page: Page, line: Line) -> bool:
    text = page.text(line) if line.end - line.start <= 140 else ""
    return annex_mark(text, page.forms) is not None or titled_annex(text, page.forms) is not None


def _add_annex(
    tree: Tree, page: Page, lines: list[Line], last: int, titles: list[list[Line]]
) -> tuple[list[Line], int]:
    """Add one annex; returns the lines of another one below its date, and the number this one got."""
    text = page.text(lines[0])
    mark = annex_mark(text, page.forms)
    titled = titled_annex(text, page.forms) if mark is None else None
    number = parse_numeral(mark or (titled["number"] if titled else None) or "") or last + 1
    annex = tree.add(tree.root, f"annex_{number}", "annex")
    if mark is not None:
        annex.label = re.sub(r"\s", "", text)
        tree.add_lines(annex, "heading", _pieces(lines[:1]))
        lines = lines[1:]
    elif titled:
        label = text[: titled.start("title")]
        annex.label = re.sub(r"\s", "", label)
        tree.add_lines(annex, "heading", [[(lines[0].start, lines[0].start + len(label.rstrip()))]])
        lines[0] = lines[0]._replace(start=lines[0].start + len(label))
    header, lines = read_header(page, lines, annex=True)
    _add_header(tree, annex, page, header)
    title = header.lines("title")
    if title:
        titles.append(title)
        annex.heading = _join_title(page, title)
    ending = read_ending(page, lines, header.body, annex=True)
    rest = ending.rest
    if rest and not (is_title(page.text(rest[0]), page.forms) and _is_annex(page, rest)):
        ending.body += [line for _, entry in ending.entries for line in entry] + rest
        ending.entries, rest = [], []
    _grow_body(tree, annex, page, ending.body)
    for level, entry in ending.entries:
        _add_entry(tree, annex, page, level, entry)
    return rest, number


def _is_annex(page: Page, rest: Sequence[Line]) -> bool:
    """Whether lines without an annex mark hold a text of their own and not scraps."""
    words = [page.text(line) for line in rest]
    return any(opens_clause(text) or "\t" in text or (ends_sentence(text) and len(text) > 20) for text in words)


def _join_title(page: Page, lines: Sequence[Line]) -> str:
    """A title as printed, without the line breaks and spaces that only its layout asked for."""
    joined = "".join(_printed(page, [(line.start, line.end)]) for line in lines)
    return re.sub(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])", "", joined)


def _printed(page: Page, pieces: Sequence[tuple[int, int]]) -> str:
    return "".join(page.printed(start, end) for start, end in pieces)


def _mention(page: Page, pieces: Sequence[tuple[int, int]]) -> Mention:
    return Mention(re.sub(r"\s+", "", _printed(page, pieces)), _spans(page, pieces))


def _describe(
    page: Page,
    header: Header,
    entries: Sequence[tuple[str, list[Line]]],
    annex_titles: Sequence[list[Line]],
    clauses: tuple[Clause, ...],
    problems: tuple[Problem, ...],
) -> Document:
    """The header fields of a document from the lines that state them; a field that nothing states stays empty."""
    title_lines = _unmarked(page, header.lines("title") or (annex_titles[0] if annex_titles else []))
    title = _join_title(page, title_lines) if title_lines else None
    number, written, number_pieces = _read_number(page, header)
    date, date_pieces = _read_date(page, header, entries)
    signatories = _read_signatories(page, [*header.entries, *entries])
    issuers = (
        _read_issuers(page, header, title_lines)
        or signatories
        or _read_issuers(page, header, title_lines, by_record=True)
    )
    if number is None and title is not None:
        title, number, written, number_pieces = _number_of_announcement(
            page, header, title, written, number_pieces, issuers
        )
    return Document(
        number=number,
        number_as_written=written,
        number_spans=_spans(page, number_pieces),
        date=date,
        date_spans=_spans(page, date_pieces),
        title=title,
        title_spans=_spans(page, [(line.start, line.end) for line in title_lines]),
        kind=title_kind(title, page.forms) if title else None,
        issuers=issuers,
        signatories=signatories,
        addressees=_read_addressees(page, header),
        clauses=clauses,
        problems=problems,
        source_length=len(page.words.source),
    )


def _number_of_announcement(
    page: Page,
    header: Header,
    title: str,
    written: str | None,
    pieces: list[tuple[int, int]],
    issuers: Sequence[Mention],
) -> tuple[str, str | None, str | None, list[tuple[int, int]]]:
    """The title without the number of an announcement at its end, and that number in full: its issuer, its kind and
    what is printed (2031年第6号). The same as given where nothing is such a number, or where several issued it."""
    lines = header.lines("title")
    if written is None and lines and (found := _ANNOUNCED_AT_END.search(page.text(lines[-1]))):
        written, pieces = (
            found["number"],
            [(lines[-1].start + found.start("number"), lines[-1].start + found.end("number"))],
        )
        title = _ANNOUNCED_AT_END.sub("", title)
    announced = _ANNOUNCEMENT_NUMBER.match(written or "")
    heads = [page.text(line) for line in header.lines("issuers")]
    kind = next((kind for head in (*heads, title) if (kind := title_kind(head, page.forms))), "")
    if announced is None or len(issuers) != 1:
        return title, None, written, pieces
    return title, normalise_number(f"{issuers[0].text}{kind}{announced['number']}"), written, pieces


def _unmarked(page: Page, lines: Sequence[Line]) -> Sequence[Line]:
    """The lines of a title without title marks around the whole of it."""
    text = "".join(page.text(line) for line in lines)
    if not (text.startswith("《") and text.find("》") == len(text) - 1 and text.count("《") == 1):
        return lines
    first = [lines[0]._replace(start=lines[0].start + 1), *lines[1:]]
    return [*first[:-1], first[-1]._replace(end=first[-1].end - 1)]


def _spans(page: Page, pieces: Sequence[tuple[int, int]]) -> tuple[Span, ...]:
    return tuple(span for a, b in pieces for span in page.words.spans(a, b))


def _read_number(page: Page, header: Header) -> tuple[str | None, str | None, list[tuple[int, int]]]:
    """The document's own number: normalised, as written, and where; a decree's number from its line of promulgation."""
    lines = header.lines("number")
    if lines:
        joined = "\n".join(page.text(line) for line in lines)
        found = find_number(joined.replace("\n", "") if len(lines) > 1 else joined, page.forms)
        if found and len(lines) == 1:
            pieces = [(lines[0].start + found[0], lines[0].start + found[1])]
        else:
            pieces = [(line.start, line.end) for line in lines]
        written = " ".join(_printed(page, pieces).split())
        number = normalise_number(written)
        if number is None:
            issuer = "".join(re.sub(r"\s", "", page.text(line)) for line in header.lines("issuers")[-1:])
            number = normalise_serial(issuer, joined) if issuer else None
        return number, written, pieces
    for paragraph in _history(page, header):
        match = _DECREE.search(paragraph.text)
        if match:
            org = _bare_organisation(match["org"], page.forms)
            start = match.end("org") - len(org)
            pieces = paragraph.pieces(start, match.end())
            number = normalise_serial(f"{org}令", match["number"])
            return number, " ".join(_printed(page, pieces).split()), pieces
    return None, None, []


def _history(page: Page, header: Header) -> list[Paragraph]:
    """The acts in a statute's history, each as one paragraph."""
    return [make_paragraph(page, lines) for level, lines in header.entries if level == "promulgation"]


def _bare_organisation(name: str, forms: Forms) -> str:
    """An issuer's name without what a line of promulgation prints around it: 经, 日, 第九届, 公告."""
    name = _AFTER_DAY.sub("", name)
    before = forms.find(BEFORE_PROMULGATOR, name)
    return _without_publishing(name[before.end() :] if before else name, forms)


def _without_publishing(name: str, forms: Forms) -> str:
    published = forms.find(PUBLISHED_AT_END, name)
    return name[: published.start()] if published else name


def _read_date(
    page: Page, header: Header, entries: Sequence[tuple[str, list[Line]]]
) -> tuple[str | None, list[tuple[int, int]]]:
    """The date below the signature, else the one below the title, else the latest act in a statute's history."""
    stated = [line for level, lines in entries if level == "date" for line in lines] + header.lines("date")
    for line in stated:
        match = WRITTEN_DATE.search(page.text(line))
        date = date_of(match) if match else None
        if match and date:
            return date, [(line.start + match.start(), line.start + match.end())]
    best: tuple[str, list[tuple[int, int]]] | None = None
    lines = header.lines("promulgation")
    if not lines:
        return None, []
    start, end = lines[0].start, lines[-1].end
    history = page.words.text[start:end]
    matches = list(WRITTEN_DATE.finditer(history))
    for at, match in enumerate(matches):
        act = history[match.end() : matches[at + 1].start() if at + 1 < len(matches) else len(history)]
        date = date_of(match)
        verb = page.forms.find(DATED_ACT, act)
        if date and verb and verb["published"] and (best is None or date >= best[0]):
            best = (date, [(start + match.start(), start + match.end())])
    return best if best else (None, [])


def _read_signatories(page: Page, entries: Sequence[tuple[str, list[Line]]]) -> tuple[Mention, ...]:
    found: list[Mention] = []
    for level, lines in entries:
        for group in _group_names(page, lines) if level == "signature" else ():
            names = [line for line in group if not page.forms.find(SEALED_FOR, page.text(line))]
            found += _split_names(page, [(line.start, line.end) for line in names]) if names else []
    return tuple(found)


def _split_names(page: Page, pieces: Sequence[tuple[int, int]]) -> list[Mention]:
    """One name, or several that stand on one line with spaces between them; a remark on a seal is no part of one."""
    if len(pieces) == 1:
        start, end = pieces[0]
        parts = [(start + m.start(), start + m.end()) for m in re.finditer(r"\S+", page.words.text[start:end])]
        if len(parts) > 1 and all(is_organisation(page.words.text[a:b], page.forms) for a, b in parts):
            return [_mention(page, [_without_seal(page, *part)]) for part in parts]
    return [_mention(page, [*pieces[:-1], _without_seal(page, *pieces[-1])])]


def _without_seal(page: Page, start: int, end: int) -> tuple[int, int]:
    sealed = page.forms.find(SEALED, page.words.text[start:end])
    return (start, start + sealed.start()) if sealed and sealed.start() else (start, end)


def _read_issuers(
    page: Page, header: Header, title_lines: Sequence[Line], *, by_record: bool = False
) -> tuple[Mention, ...]:
    """Who issues: the letterhead, else the organisation that opens the title, else a statute's line of promulgation.

    What only a portal's record says stands behind all of these, and behind a signature.
    """
    found: list[Mention] = []
    for line in header.lines("issuers"):
        if page.field(line) is not None and not by_record:
            continue
        text = page.text(line)
        tail = page.forms.find(LETTERHEAD_TAIL, text)
        name = text[: tail.start()] if tail else text
        if name:
            found += _split_names(page, [(line.start, line.start + len(name))])
    if found:
        return tuple(found)
    if title_lines:
        pieces: list[tuple[int, int]] = []
        for line in title_lines:
            text = page.text(line)
            match = None if page.forms.find(SUBJECT_OF_TITLE, text) else page.forms.find(ISSUER_OF_TITLE, text)
            if match and is_organisation(match["org"].strip(), page.forms):
                pieces.append((line.start, line.start + len(match["org"])))
                if match.end() == len(text):
                    continue
            break
        else:
            pieces = []
        whole = _join_title(page, title_lines)
        if pieces and page.forms.find(NAMED_SUBJECT, whole):
            return tuple(mention for piece in pieces for mention in _split_names(page, [piece]))
    return _read_promulgators(page, header)


def _read_promulgators(page: Page, header: Header) -> tuple[Mention, ...]:
    for pattern in PROMULGATORS:
        for paragraph in _history(page, header):
            match = page.forms.find(pattern, paragraph.text)
            if match:
                org = _bare_organisation(match["org"], page.forms)
                end = match.start("org") + len(_without_publishing(match["org"], page.forms))
                return (_mention(page, paragraph.pieces(end - len(org), end)),)
    return ()


def _read_addressees(page: Page, header: Header) -> tuple[Mention, ...]:
    lines = header.lines("addressees")
    if not lines:
        return ()
    text, places = "", []
    for line in lines:
        words = page.text(line)
        places += list(range(line.start, line.end))
        text += words
    found = []
    for start, end in split_addressees(text, page.forms):
        pieces: list[tuple[int, int]] = []
        for place in places[start:end]:
            if pieces and pieces[-1][1] == place:
                pieces[-1] = (pieces[-1][0], place + 1)
            else:
                pieces.append((place, place + 1))
        found.append(_mention(page, pieces))
    return tuple(found)
