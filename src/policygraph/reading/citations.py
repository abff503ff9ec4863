"""Find the documents that a text cites, the pin-points and the words it quotes, then resolve them - never by guessing.

Finding and resolving are two steps, as lawyers do it: what is printed is kept as printed, with its place; only then
is it held against a registry that the caller passes in. A citation may carry a number without a title, a title
without a number, or several pin-points that follow later in the same table cell. Titles that are not instruments
(forms, the document's own annex) are found too, but say so in `role`. A document that stands inside the quoted words
of another (绿色信贷指引 inside 安委〔2014〕8号) is cited by that other one, and says so in `nested_in`.

It does not repair misprints: a wrong number or title stays as printed, and the resolution is flagged. Outside 《》 a
title counts only directly before an article (行政处罚法第三十三条), in single marks (〈…〉) too. It does not decide
which citation supports which measure (that is `measures`).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from policygraph.reading.documents import Document
from policygraph.reading.passages import LINE, PARAGRAPH, SPACE, Passage, read_passages
from policygraph.reading.patterns import Forms, Pattern, forms_of
from policygraph.reading.patterns.citations import (
    ABOUT,
    ALIAS,
    ALIAS_BEFORE,
    ANNEX_BEFORE_TITLE,
    ARTICLE_GOES_ON,
    ASIDE,
    BARE_TITLE,
    BASIS_LABEL,
    BEFORE_PIN_POINT,
    BRACKET_AT_END,
    EDITION,
    HEADING,
    JOINED_ORDER,
    RUN_INTO_NUMBER,
    RUN_INTO_YEARLY_NUMBER,
    TITLE_SUFFIX,
    WRAPPED_TITLE,
    WRAPPER_TAIL,
)
from policygraph.reading.vocabulary import Vocabulary
from policygraph.text.folding import fold
from policygraph.text.likeness import drops_characters, likeness
from policygraph.text.locators import Level, Place, find_places, read_opening, write_place
from policygraph.text.numbers import NATION, find_numbers, normalise_number, parse_number
from policygraph.text.spans import Span

LocatorKind = Literal["article", "item", "heading"]
CitationRole = Literal["cited", "self", "form"]
ResolutionKind = Literal["provision", "work", "ambiguous", "unresolved"]
ResolvedBy = Literal["number", "title", "variant", "none"]


@dataclass(frozen=True, slots=True)
class Locator:
    """A pin-point: as written, and normalised so that 第75条 and 第七十五条 are one.

    `items` lists the items of an article that are quoted (（三）, （六）) when only some of them are.
    """

    text: str
    kind: LocatorKind
    normal: str
    spans: tuple[Span, ...]
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Words quoted from a cited document, in a table cell or after a label; no locator when none is printed."""

    locator: Locator | None
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Citation:
    """One mention of a document; `text` is its words at `spans`, pin-points may stand further on.

    `start` and `end` are the bounds of the spans: what lies between two of them (a page cut, the words of another
    column) is no word of the mention.
    ``alias_of`` is the index of the citation that gave this one its short name (以下简称《裁量权规定》).
    """

    text: str
    title: str | None
    number: str | None
    number_as_written: str | None
    locators: tuple[Locator, ...]
    start: int
    end: int
    spans: tuple[Span, ...]
    clause: str
    nested_in: int | None = None
    role: CitationRole = "cited"
    excerpts: tuple[Excerpt, ...] = ()
    alias_of: int | None = None


@dataclass(frozen=True, slots=True)
class WorkName:
    """How the registry names a work: its slug, official title, number and known other titles."""

    slug: str
    title: str
    number: str | None
    variants: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Resolution:
    """Which work a citation means, how that was found, and what the print says differently."""

    kind: ResolutionKind
    slug: str | None
    candidates: tuple[str, ...]
    by: ResolvedBy
    number_differs: bool = False
    title_differs: bool = False


_LONGEST_TITLE = 200
_RESEMBLES = 0.7
"""From this likeness on a printed title is taken for a registered one, where the number agrees."""
_OPENING = "《〈"
_CLOSING = "》〉"
_SINGLE_OPENING = "〈‹＜<"
_SINGLE_CLOSING = "〉›＞>"
_NEVER_IN_A_TITLE = "。；：！？，《》\n"
_BRACKET_AT_END = BRACKET_AT_END.compile()
_HEADING = HEADING.compile()
_BASIS_LABEL = BASIS_LABEL.compile()

_NAMES_KEPT = 4096
"""Names of works whose spelling for comparison is kept: each citation is held against all registered works."""

# what opens a line of a quoted text, by how deep it lies
_LEVEL: dict[Level, int] = {"article": 0, "heading": 0, "item": 1, "number": 2, "point": 3}
_SENTENCE_ENDS = "。；：！？”）》.;:!?)"


def find_citations(
    source: str,
    document: Document,
    vocabulary: Vocabulary | None = None,
    passages: tuple[Passage, ...] | None = None,
) -> tuple[Citation, ...]:
    """Every mention of a document by title or number, in reading order; empty when there is none.

    ``passages`` are those of the document, where the caller has read them.

    The words tell which titles are forms (承诺书, 申请表 …), which brackets are remarks, and where a number begins in
    a sentence without blanks; without them a title has no aside and a number all that stands before it.

    >>> from policygraph.reading.documents import Clause
    >>> words = "依据《安全生产法》第六十二条、第七十五条和国办发[2015]20号"
    >>> leaf = Clause("al_1", None, "", "al", "", words, (Span(0, len(words)),), 1)
    >>> document = Document(None, None, (), None, (), None, (), None, (), (), (), (leaf,), (), len(words))
    >>> for citation in find_citations(words, document, Vocabulary(short_run_ins=("和",))):
    ...     print(citation.text, citation.title, citation.number, [locator.normal for locator in citation.locators])
    《安全生产法》第六十二条、第七十五条 安全生产法 None ['第六十二条', '第七十五条']
    国办发[2015]20号 None 国办发〔2015〕20号 []
    """
    words = vocabulary or Vocabulary()
    forms = forms_of(words)
    own = _own_titles(source, document, forms)
    found: list[Citation] = []
    named: dict[str, int] = {}
    for passage in read_passages(source, document) if passages is None else passages:
        if passage.level == "number":
            continue
        first = len(found)
        aliases = [(passage.offsets[m.start()], m["alias"]) for m in forms.find_all(ALIAS, passage.text)]
        for citation in _find_in_passage(source, passage, first, forms):
            _name(named, aliases, first, found, citation.start)
            meant = named.get(citation.title or "") if citation.number is None else None
            role = _role(citation, document, own, forms) if meant is None else found[meant].role
            found.append(replace(citation, role=role, alias_of=meant))
        _name(named, aliases, first, found, len(source))
    return tuple(found)


def _name(
    named: dict[str, int], aliases: list[tuple[int, str]], first: int, found: list[Citation], before: int
) -> None:
    """Note which citation each short name printed above a place means: the last one of its passage."""
    while aliases and aliases[0][0] < before:
        place, alias = aliases.pop(0)
        behind = [at for at in range(first, len(found)) if found[at].start < place]
        if behind:
            named.setdefault(alias, behind[-1])


def is_basis_passage(passage: Passage) -> bool:
    """Whether a passage lists bases with their words: a table cell or a labelled line that begins with a title.

    >>> from policygraph.reading.passages import read_passage
    >>> words = "法律依据：《广告法》第五条广告主…"
    >>> is_basis_passage(read_passage(words, "al_1", "al", [Span(0, len(words))]))
    True
    """
    if passage.level == "cell":
        return passage.text.startswith("《")
    return _BASIS_LABEL.match(passage.text) is not None


def resolve_citation(citation: Citation, works: tuple[WorkName, ...], vocabulary: Vocabulary) -> Resolution:
    """Which registered work a citation means: by number, then title, then known variant; unresolved when in doubt.

    A number that differs from the registry's, or a title that does, is accepted only when the other one agrees,
    and flagged. Two works that answer equally well are `ambiguous`. The words tell what of a title is an edition, an
    issuer, or a notice that passes it on.

    >>> works = (WorkName("guanggao-fa", "中华人民共和国广告法", None, ()),)
    >>> cited = Citation("《广告法》", "广告法", None, None, (), 0, 5, (Span(0, 5),), "al_1")
    >>> resolve_citation(cited, works, Vocabulary()).slug
    'guanggao-fa'
    >>> resolve_citation(replace(cited, title="商标法"), works, Vocabulary()).kind
    'unresolved'
    """
    forms = forms_of(vocabulary)
    number = _spell(citation.number) if citation.number else None
    titles = title_keys(citation.title, forms) if citation.title else frozenset()
    by_number = [work for work in works if number and work.number and _spell(work.number) == number]
    by_title = [work for work in works if titles & title_keys(work.title, forms)]
    by_variant = [work for work in works if any(titles & title_keys(variant, forms) for variant in work.variants)]
    agreeing = by_title or by_variant
    if by_number:
        if len(by_number) > 1 and len(both := [work for work in by_number if work in agreeing]) == 1:
            by_number = both
        if len(by_number) > 1 or (agreeing and by_number[0] not in agreeing):
            return _doubtful([*by_number, *agreeing])
        work = by_number[0]
        differs = citation.title is not None and work not in by_title and work not in by_variant
        if differs and not _resembles(titles, work, forms):
            return _doubtful([work])
        return _resolved(citation, work, "number", title_differs=differs)
    if number:
        shortened = [work for work in agreeing if work.number and _drops_characters(number, work.number)]
        if len(shortened) == 1:
            return _resolved(citation, shortened[0], "number", number_differs=True)
    if len(agreeing) > 1:
        return _doubtful(agreeing)
    if agreeing:
        work = agreeing[0]
        return _resolved(
            citation, work, "title" if by_title else "variant", number_differs=bool(number and work.number)
        )
    return Resolution("unresolved", None, (), "none")


def _resolved(
    citation: Citation, work: WorkName, by: ResolvedBy, *, number_differs: bool = False, title_differs: bool = False
) -> Resolution:
    kind: ResolutionKind = "provision" if citation.locators else "work"
    return Resolution(kind, work.slug, (work.slug,), by, number_differs, title_differs)


def _doubtful(works: list[WorkName]) -> Resolution:
    return Resolution("ambiguous", None, tuple(sorted({work.slug for work in works})), "none")


@lru_cache(maxsize=_NAMES_KEPT)
def _spell(number: str) -> str:
    """A number in its one spelling; as printed, without blanks, when it is none."""
    return normalise_number(number) or "".join(number.split())


@lru_cache(maxsize=_NAMES_KEPT)
def title_keys(title: str, forms: Forms) -> frozenset[str]:
    """The forms under which a title is compared: bare, without its issuer, and without 印发…的通知 around it.

    The name of the state before it and the edition in brackets behind it do not count.
    """
    bare = fold(title, "spelling").text
    edition = forms.find(EDITION, bare)
    bare = bare[: edition.start()] if edition else bare
    keys = {_without_marks(bare)}
    if wrapped := forms.find(WRAPPED_TITLE, bare):
        keys.add(_without_marks(wrapped["inner"]))
    for key in tuple(keys):
        if about := forms.find(ABOUT, key):
            keys.add(key[about.start() :])
    return frozenset(key for key in keys if len(key) > 1)


def _without_marks(title: str) -> str:
    return fold(title, "words").text.removeprefix(NATION)


def _resembles(titles: frozenset[str], work: WorkName, forms: Forms) -> bool:
    """Whether a printed title is near enough to a work's own, so that its number may be trusted."""
    names = [key for name in (work.title, *work.variants) for key in title_keys(name, forms)]
    return any(
        drops_characters(printed, name) or likeness(printed, name) >= _RESEMBLES for printed in titles for name in names
    )


def _drops_characters(printed: str, registered: str) -> bool:
    """Whether two numbers of one year and serial differ only by characters dropped from the agency's code."""
    one, other = parse_number(printed), parse_number(registered)
    if not one or not other or (one.form, one.year, one.serial) != (other.form, other.year, other.serial):
        return False
    shorter, longer = sorted((one.code, other.code), key=len)
    return shorter != longer and len(shorter) >= 2 and drops_characters(shorter, longer)


def _own_titles(source: str, document: Document, forms: Forms) -> frozenset[str]:
    """The title keys of the document itself and of its annexes: what it names without citing it."""
    titles = [document.title or ""]
    for clause in document.clauses:
        if clause.level in ("title", "attachments"):
            words = "".join("".join(source[span.start : span.end] for span in clause.spans).split())
            mark = forms.find(ANNEX_BEFORE_TITLE, words)
            titles.append(words[mark.end() :] if mark else words)
    return frozenset(key for title in titles if title for key in title_keys(title, forms))


def _role(citation: Citation, document: Document, own: frozenset[str], forms: Forms) -> CitationRole:
    if citation.number and document.number and citation.number == _spell(document.number):
        return "self"
    if citation.title is None:
        return "cited"
    if citation.number is None and title_keys(citation.title, forms) & own:
        return "self"
    name = _BRACKET_AT_END.sub("", citation.title)
    if citation.number is None and not citation.locators and name.endswith(forms.vocabulary.form_words):
        return "form"
    return "cited"


@dataclass(frozen=True, slots=True)
class _Found:
    """A mention inside a passage, by positions in the passage's words."""

    start: int
    end: int
    title: str | None
    number: tuple[int, int] | None
    locators: tuple[Locator, ...]


def _find_in_passage(source: str, passage: Passage, first: int, forms: Forms) -> Iterator[Citation]:
    """The citations of one passage, `first` being the index that the first of them will have."""
    found = list(_scan(passage, forms))
    basis = is_basis_passage(passage)
    tops = [place for place in range(len(found)) if basis and _opens_basis(passage, found, place, forms)]
    following = dict(itertools.pairwise(tops))
    above: int | None = None
    for place, one in enumerate(found):
        nested_in: int | None = None
        locators = one.locators
        excerpts: tuple[Excerpt, ...] = ()
        if place in following or tops[-1:] == [place]:
            above = place
            content_end = found[following[place]].start if place in following else len(passage.text)
            locators, excerpts = _read_excerpts(passage, one, content_end, forms)
        elif above is not None:
            nested_in = first + above
        start, end = passage.bounds(one.start, one.end)
        as_written = passage.text[slice(*one.number)] if one.number else None
        yield Citation(
            text=_printed(source, passage, one.start, one.end),
            title=one.title,
            number=_spell(as_written) if as_written else None,
            number_as_written=_printed(source, passage, *one.number) if one.number else None,
            locators=locators,
            start=start,
            end=end,
            spans=passage.spans(one.start, one.end),
            clause=passage.clause,
            nested_in=nested_in,
            excerpts=excerpts,
        )


def _printed(source: str, passage: Passage, start: int, end: int) -> str:
    """The words of a stretch of a passage as the source prints them, without what lies between their spans."""
    return "".join(source[span.start : span.end] for span in passage.spans(start, end))


def _scan(passage: Passage, forms: Forms) -> Iterator[_Found]:
    """Titles with what is attached to them, and numbers that stand alone, in order."""
    text = passage.text
    numbers = dict(_numbers(text, forms))
    bare = {match.start("title"): match for match in forms.find_all(BARE_TITLE, text)}
    at = 0
    while at < len(text):
        if text[at] == "《" and (close := _closing(text, at)) is not None:
            if forms.find(ALIAS_BEFORE, text[max(0, at - 8) : at]):
                at = close
                continue
            yield (one := _attach(passage, at, close, numbers, forms))
            at = one.end
        elif (single := _single(text, at)) is not None and _points_at_article(
            one := _attach(passage, at, single, numbers, forms)
        ):
            yield one
            at = one.end
        elif at in numbers:
            end = numbers[at]
            if end < len(text) and text[end] == "《" and (close := _closing(text, end)) is not None:
                one = _attach(passage, end, close, numbers, forms)
                yield replace(one, start=at, number=one.number or (at, end))
                at = one.end
            else:
                locators, last = _chain(passage, end, forms)
                yield _Found(at, last or end, None, (at, end), locators)
                at = last or end
        elif at in bare and (pointed := _chain(passage, bare[at].end(), forms))[0]:
            locators, last = pointed
            if last is not None and locators[0].kind == "article":
                yield _Found(at, last, bare[at]["title"], None, locators)
            at = last or at + 1
        else:
            at += 1


def _closing(text: str, opening: int) -> int | None:
    """The end (exclusive) of the title that opens at `opening`, inner 《》 and 〈〉 included; None when unclosed."""
    first = text.find("》", opening, opening + _LONGEST_TITLE)
    if first <= opening + 1:
        return None
    depth = 0
    for at in range(opening, min(len(text), opening + _LONGEST_TITLE)):
        if text[at] in _OPENING:
            depth += 1
        elif text[at] in _CLOSING:
            depth -= 1
            if depth == 0:
                return at + 1
    # the inner title of 《印发《…》的通知》 may have lost its mark: then the first closing one ends the title
    return first + 1


def _single(text: str, opening: int) -> int | None:
    """The end (exclusive) of a title in single marks, as some pages print 《》, however the pair is mixed; None when
    none opens here or the sentence ends first."""
    if text[opening] not in _SINGLE_OPENING:
        return None
    for at in range(opening + 1, min(len(text), opening + _LONGEST_TITLE)):
        if text[at] in _SINGLE_CLOSING:
            # a tag or a figure in such marks is no title
            return at + 1 if any("\u4e00" <= char <= "\u9fff" for char in text[opening:at]) else None
        if text[at] in _NEVER_IN_A_TITLE or text[at] in _SINGLE_OPENING:
            return None
    return None


def _points_at_article(one: _Found) -> bool:
    """Whether an article follows: single marks also set off other things, and only a text has articles."""
    return bool(one.locators) and one.locators[0].kind == "article"


def _numbers(text: str, forms: Forms) -> Iterator[tuple[int, int]]:
    """Document numbers with their agency's code, without the words of the sentence that run into it."""
    for place in find_numbers(text):
        short = RUN_INTO_YEARLY_NUMBER if place.form == "year" else JOINED_ORDER
        start = place.start + _run_in(text[place.start : place.code_end], forms, RUN_INTO_NUMBER, short)
        if start < place.code_end and parse_number(text[start : place.end]):
            yield start, place.end


def _run_in(agency: str, forms: Forms, *before: Pattern) -> int:
    at = 0
    for pattern in before:
        if (match := forms.find(pattern, agency, at)) and match.end() < len(agency):
            at = match.end()
    return at


def _attach(passage: Passage, start: int, close: int, numbers: dict[int, int], forms: Forms) -> _Found:
    """A title with its number in brackets (also after 的通知) or directly behind it, and the pin-points that follow."""
    text = passage.text
    title = text[start + 1 : close - 1]
    end: int = close
    number: tuple[int, int] | None = None
    if close in numbers:
        end, number = numbers[close], (close, numbers[close])
    bracket = tail.end() if (tail := forms.find(WRAPPER_TAIL, text, close)) else close
    while number is None and (after := _closing_bracket(text, bracket)) is not None:
        inside = next(
            ((at, numbers[at]) for at in range(bracket, after) if at in numbers and numbers[at] < after), None
        )
        if parse_number(text[bracket + 1 : after - 1]):
            number = (bracket + 1, after - 1)
        elif inside:
            number = inside
        elif forms.find(TITLE_SUFFIX, text, bracket, after):
            title += text[bracket:after]
        elif not forms.find(ASIDE, text, bracket, after):
            break
        end = bracket = after
    locators, last = _chain(passage, end, forms)
    return _Found(start, last or end, title, number, locators)


def _closing_bracket(text: str, opening: int) -> int | None:
    """The end of the bracket that opens at `opening`; None when none opens there or it does not close soon."""
    depth = 0
    for at in range(opening, min(len(text), opening + 120)):
        if text[at] in "（(":
            depth += 1
        elif text[at] in "）)":
            depth -= 1
        if depth == 0:
            return at + 1 if at > opening else None
    return None


def _chain(passage: Passage, start: int, forms: Forms) -> tuple[tuple[Locator, ...], int | None]:
    """The pin-points that follow a title without other words between, and where the last ends (None when none do)."""
    text = passage.text
    at = match.end() if (match := forms.find(BEFORE_PIN_POINT, text, start)) else start
    found = find_places(text, at)
    locators = tuple(_locator(passage, one.start, one.end, one.place) for one in found)
    return locators, found[-1].end if found else None


def _locator(passage: Passage, start: int, end: int, place: Place) -> Locator:
    normal = write_place(place)
    kind: LocatorKind = "article" if normal.startswith("第") else "item"
    return Locator(passage.text[start:end], kind, normal, passage.spans(start, end))


def _opens_basis(passage: Passage, found: list[_Found], place: int, forms: Forms) -> bool:
    """Whether a title in a list of bases opens a new one, or stands inside the quoted words of the one before."""
    start = found[place].start
    if place == 0:
        return True
    before = passage.text[start - 1]
    if passage.breaks[start] == PARAGRAPH:
        return True
    if found[place - 1].end == start:
        return True
    if passage.text[found[place - 1].end : start] in ("、", "，", "；", ";", *forms.vocabulary.joining_words):
        return True
    if passage.breaks[start] in (SPACE, LINE):
        return before in _SENTENCE_ENDS
    one = found[place]
    return before in "。；" and (one.number is not None or bool(one.locators))


@dataclass(frozen=True, slots=True)
class _Opener:
    kind: Level
    start: int
    end: int
    place: Place

    @property
    def number(self) -> int:
        return self.place.steps[-1].first.number

    @property
    def normal(self) -> str:
        return write_place(self.place)


def _openers(passage: Passage, start: int, end: int, forms: Forms) -> list[_Opener]:
    """The numbers that open a line of the quoted words between `start` and `end`, at whatever level."""
    text = passage.text
    found: list[_Opener] = []
    at = start
    while at < end:
        if at == start or passage.breaks[at] != "." or text[at - 1] in "。；;":
            opener = _opener(text, at, end)
            if opener and _may_open(passage, opener.kind, at, opener.end, forms, first=at == start):
                found.append(opener)
                at = opener.end - 1
        at += 1
    return found


def _opener(text: str, start: int, end: int) -> _Opener | None:
    """The number that opens the words at `start`, with the paragraph and item printed behind an article's."""
    opening = read_opening(text, start, end)
    if opening is None or opening.step.level not in _LEVEL:
        return None
    if opening.step.level == "article" and (found := find_places(text[:end], start)):
        first, last = found[0], found[0].place.steps[-1]
        # a range of articles is spoken of, it opens nothing
        return _Opener("article", start, first.end, first.place) if last.first == last.last else None
    return _Opener(opening.step.level, start, opening.end, Place((opening.step,)))


def _may_open(passage: Passage, kind: Level, start: int, end: int, forms: Forms, *, first: bool) -> bool:
    if kind == "article" and forms.find(ARTICLE_GOES_ON, passage.text, end):
        return False
    if first or passage.breaks[start] == PARAGRAPH:
        return True
    if passage.text[start - 1] in _SENTENCE_ENDS:
        return True
    if kind != "article" and passage.breaks[start] == LINE:
        return passage.text[end : end + 1] not in ("项", "款", "的")
    blank_behind = end < len(passage.text) and passage.breaks[end] != "."
    return kind == "article" and passage.breaks[start] == SPACE and blank_behind


def _read_excerpts(
    passage: Passage, one: _Found, content_end: int, forms: Forms
) -> tuple[tuple[Locator, ...], tuple[Excerpt, ...]]:
    """The pin-points and quoted words between one title and the next."""
    content = one.end
    while content < content_end and passage.text[content] in "：:，,、；;":
        content += 1
    if content >= content_end:
        return one.locators, tuple(Excerpt(locator, ()) for locator in one.locators)
    openers = _openers(passage, content, content_end, forms)
    if one.locators:
        *earlier, last = one.locators
        rest = _numbered_excerpts(passage, content, content_end, openers, last)
        excerpts = (*(Excerpt(locator, ()) for locator in earlier), *rest)
    elif openers and openers[0].start == content:
        excerpts = _numbered_excerpts(passage, content, content_end, openers, None)
    else:
        excerpts = _headed_excerpts(passage, content, content_end)
    return tuple(excerpt.locator for excerpt in excerpts if excerpt.locator), excerpts


def _numbered_excerpts(
    passage: Passage,
    content: int,
    content_end: int,
    openers: list[_Opener],
    last: Locator | None,
) -> tuple[Excerpt, ...]:
    """Excerpts under printed numbers; a number below the level of the first belongs to the words under it."""
    level = 0 if last else min(_LEVEL[opener.kind] for opener in openers[:1])
    heads = [opener for opener in openers if _LEVEL[opener.kind] <= level]
    blocks: list[tuple[_Opener | None, int, int]] = []
    if last:
        blocks.append((None, content, heads[0].start if heads else content_end))
    for place, head in enumerate(heads):
        blocks.append((head, head.end, heads[place + 1].start if place + 1 < len(heads) else content_end))
    excerpts: list[Excerpt] = []
    for opener, start, end in blocks:
        below = [inner for inner in openers if start <= inner.start < end]
        if opener is None and last is not None:
            excerpts.append(_article_excerpt(passage, last, start, end, below))
        elif opener is not None and opener.kind == "article":
            locator = _locator(passage, opener.start, opener.end, opener.place)
            excerpts.append(_article_excerpt(passage, locator, start, end, below))
        elif opener is not None:
            excerpts.extend(_item_excerpts(passage, opener, start, end, below))
    return tuple(excerpts)


def _article_excerpt(passage: Passage, article: Locator, start: int, end: int, below: list[_Opener]) -> Excerpt:
    """The words of an article; when it quotes a single item of several, the pin-point names that item."""
    items = [inner for inner in below if inner.kind == "item"]
    numbers = [inner.number for inner in items]
    whole = numbers == list(range(1, len(numbers) + 1)) and len(numbers) != 1
    locator = article
    if items and not whole:
        printed = tuple(inner.normal for inner in items)
        locator = replace(article, items=printed)
        if len(printed) == 1:
            locator = replace(
                locator,
                text=article.text + passage.text[items[0].start : items[0].end],
                normal=article.normal + printed[0],
                spans=(*article.spans, *passage.spans(items[0].start, items[0].end)),
            )
    return Excerpt(locator, passage.spans(start, end))


def _item_excerpts(passage: Passage, opener: _Opener, start: int, end: int, below: list[_Opener]) -> Iterator[Excerpt]:
    """The words of an item; under a bare heading (四、…) the items below it are the pin-points: 四（二）."""
    lower = [inner for inner in below if inner.kind == below[0].kind] if below else []
    heading = passage.text[start : lower[0].start] if lower else ""
    numbers = [inner.number for inner in lower]
    whole = len(numbers) > 1 and numbers == list(range(1, len(numbers) + 1))
    if lower and not whole and heading and _HEADING.fullmatch(heading) and opener.kind == "heading":
        for place, inner in enumerate(lower):
            until = lower[place + 1].start if place + 1 < len(lower) else end
            # the heading belongs to the quote, and a quote has no hole where the item's number stands
            words = passage.spans(start if place == 0 else inner.end, until)
            spans = (*passage.spans(opener.start, opener.end), *passage.spans(inner.start, inner.end))
            text = passage.text[opener.start : opener.end] + passage.text[inner.start : inner.end]
            locator = Locator(text, "item", opener.normal + inner.normal, spans)
            yield Excerpt(locator, words)
        return
    locator = _locator(passage, opener.start, opener.end, opener.place)
    yield Excerpt(locator, passage.spans(start, end))


def _headed_excerpts(passage: Passage, content: int, content_end: int) -> tuple[Excerpt, ...]:
    """Excerpts under unnumbered headings (税务领域信用建设。); a heading alone in its line takes all that follows."""
    starts = [content]
    starts += [at for at in range(content + 1, content_end) if passage.breaks[at] == PARAGRAPH]
    blocks: list[tuple[Locator | None, int]] = []
    bare = False
    for place, start in enumerate(starts):
        line_end = starts[place + 1] if place + 1 < len(starts) else content_end
        match = _HEADING.match(passage.text, start, line_end)
        if match and not bare:
            heading = match.group().removesuffix("。")
            end = start + len(heading)
            locator = Locator(passage.text[start:end], "heading", heading, passage.spans(start, end))
            blocks.append((locator, start))
            bare = match.end() == line_end and line_end < content_end
        elif not blocks:
            blocks.append((None, start))
    return tuple(
        Excerpt(locator, passage.spans(start, blocks[place + 1][1] if place + 1 < len(blocks) else content_end))
        for place, (locator, start) in enumerate(blocks)
    )
