"""Find the bodies a text names, as it names them: who signs, who is addressed, who leads, acts or supports.

Names come from a registry that the caller passes in, and an alias counts only in its own jurisdiction (市应急管理局
inside a Jiamusi text is Jiamusi's). A category (各有关部门) is not an organisation and says so. Where a text assigns
responsibility (实施单位：…, the last column of a table, （X牵头，Y配合）), names that the registry does not know are
kept as written without a slug: an unknown department is a fact about the text, not an error. People are never returned:
nothing outside the registry is taken from running text, and an unknown name must have the form of a body.

Two names of one body side by side stay two mentions; `find_side_by_side` lists them. Quoted law is left alone: who
acts there is not said by this document.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from policygraph.reading.branches import crosses_end, find_name_end, joins_bodies, splits_names
from policygraph.reading.documents import Document, Problem
from policygraph.reading.duties import Duty, find_duties, parts_names, unit_clauses
from policygraph.reading.passages import NO_BREAK, Passage, read_passages
from policygraph.reading.patterns import forms_of
from policygraph.reading.patterns.bodies import (
    AND_UNITS,
    BARE_DEPARTMENT,
    BARE_RUN_END,
    BODY,
    BRACKETS,
    DUTY_AT_END,
    EACH_PLACE,
    LIST_END,
    OPEN_UNITS,
    PLACES_IN_A_ROW,
    ROLE_BEHIND,
)
from policygraph.reading.vocabulary import Vocabulary
from policygraph.text.spans import Span

MentionRole = Literal["lead", "implement", "support", "sign", "address", "mention"]

NATION = "100000"


@dataclass(frozen=True, slots=True)
class OrganisationName:
    """One way to write a body or a category; `scope` is the jurisdiction where it counts, None means everywhere.

    `kind` is official, abbreviation, bare, former, misprint or category; only bare and category are read differently.
    """

    slug: str
    label: str
    kind: str
    scope: str | None


@dataclass(frozen=True, slots=True)
class OrganisationMention:
    """A body or category where the text names it; `slug` is None when the registry does not know the name.

    `open_ended` stands on the last name of a list that ends with 等: others may act too.
    """

    as_written: str
    spans: tuple[Span, ...]
    clause: str
    slug: str | None
    is_category: bool
    role: MentionRole
    open_ended: bool


_HEADER_ROLES: dict[str, MentionRole] = {"issuers": "sign", "signature": "sign", "addressees": "address"}
_LEVELS_WITHOUT_BODIES = frozenset({"number", "date", "keywords", "title", "attachments"})
_SEPARATORS = "、，,；;。/／"
_BRACKETS = BRACKETS.compile()


def find_organisations(
    source: str,
    document: Document,
    names: tuple[OrganisationName, ...],
    jurisdiction: str | None,
    vocabulary: Vocabulary | None = None,
    passages: tuple[Passage, ...] | None = None,
) -> tuple[OrganisationMention, ...]:
    """Every body that the text names, in reading order; empty when there is none.

    ``passages`` are those of the document, where the caller has read them.

    Without a vocabulary no line, column or bracket is recognised as assigning responsibility.

    >>> from policygraph.reading.documents import Clause
    >>> words = "实施单位：佳木斯市财政局、市水务局等"
    >>> leaf = Clause("al_1", None, "", "al", "", words, (Span(0, len(words)),), 1)
    >>> document = Document(None, None, (), None, (), None, (), None, (), (), (), (leaf,), (), len(words))
    >>> names = (OrganisationName("jiamusi/caizhengju", "佳木斯市财政局", "official", "230800"),)
    >>> words_of = Vocabulary(responsibility_labels=("实施单位",), open_list_words=("等",), body_endings=("局",))
    >>> for mention in find_organisations(words, document, names, "230800", words_of):
    ...     print(mention.as_written, mention.slug, mention.role, mention.open_ended)
    佳木斯市财政局 jiamusi/caizhengju implement False
    市水务局 None implement True
    """
    words = vocabulary or Vocabulary()
    index = _index(names, jurisdiction, words)
    unit_lists = unit_clauses(document, words)
    found: list[OrganisationMention] = []
    for passage in read_passages(source, document) if passages is None else passages:
        if passage.level in _LEVELS_WITHOUT_BODIES or (passage.level == "cell" and passage.text.startswith("《")):
            continue
        found.extend(_find_in_passage(passage, index, words, passage.clause in unit_lists))
    return tuple(found)


def find_uncut_lists(
    source: str,
    document: Document,
    mentions: tuple[OrganisationMention, ...],
    vocabulary: Vocabulary,
    passages: tuple[Passage, ...] | None = None,
) -> tuple[Problem, ...]:
    """A problem for each item of a list of those responsible that could not be read as a body or a category.

    >>> from policygraph.reading.documents import Clause
    >>> words = "责任单位：市水务局、见附件"
    >>> leaf = Clause("al_1", None, "", "al", "", words, (Span(0, len(words)),), 1)
    >>> document = Document(None, None, (), None, (), None, (), None, (), (), (), (leaf,), (), len(words))
    >>> words_of = Vocabulary(responsibility_labels=("责任单位",), body_endings=("局",))
    >>> mentions = find_organisations(words, document, (), None, words_of)
    >>> [(problem.code, words[problem.start : problem.end]) for problem in find_uncut_lists(
    ...     words, document, mentions, words_of)]
    [('department-list-uncut', '见附件')]
    """
    unit_lists = unit_clauses(document, vocabulary)
    named = {at for mention in mentions for span in mention.spans for at in range(span.start, span.end)}
    filler = re.compile(
        "|".join(
            re.escape(word)
            for group in (
                vocabulary.open_list_words,
                vocabulary.joining_words,
                vocabulary.jointly_words,
                vocabulary.duty_words,
                vocabulary.division_words,
                vocabulary.lead_labels,
                vocabulary.support_labels,
                vocabulary.responsibility_labels,
            )
            for word in sorted(group, key=len, reverse=True)
        )
        or "(?!)"
    )
    found: list[Problem] = []
    for passage in read_passages(source, document) if passages is None else passages:
        for duty in find_duties(passage, vocabulary, passage.clause in unit_lists):
            named_here = any(passage.offsets[at] in named for at in range(duty.start, duty.end))
            if not (duty.listed or (duty.bracketed and named_here)):
                continue
            for item in re.finditer(f"[^{re.escape(_SEPARATORS)}：:]+", passage.text[duty.start : duty.end]):
                places = range(duty.start + item.start(), duty.start + item.end())
                if any(passage.offsets[at] in named for at in places):
                    continue
                if len(re.findall("[一-鿿]", filler.sub("", item.group()))) >= 2:
                    start, end = passage.bounds(duty.start + item.start(), duty.start + item.end())
                    found.append(
                        Problem(
                            "department-list-uncut",
                            f"“{item.group().strip()}”没有读成机构：不是登记的名称，字尾也不像机构；请核对责任单位",
                            start,
                            end,
                        )
                    )
    return tuple(found)


def find_run_together(
    source: str,
    document: Document,
    mentions: tuple[OrganisationMention, ...],
    vocabulary: Vocabulary,
    passages: tuple[Passage, ...] | None = None,
) -> tuple[Problem, ...]:
    """A problem for each registered name that may be only the beginning of a longer one, where that was not decided.

    >>> from policygraph.reading.documents import Clause
    >>> words = "由市应急局联系市公安局办理"
    >>> leaf = Clause("al_1", None, "", "al", "", words, (Span(0, len(words)),), 1)
    >>> document = Document(None, None, (), None, (), None, (), None, (), (), (), (leaf,), (), len(words))
    >>> words_of = Vocabulary(place_endings=("市",), before_bodies=("由",), office_endings=("局",))
    >>> names = tuple(OrganisationName(label, label, "official", None) for label in ("市应急局", "市公安局"))
    >>> mentions = find_organisations(words, document, names, None, words_of)
    >>> [mention.as_written for mention in mentions]
    ['市应急局']
    >>> [words[problem.start : problem.end] for problem in find_run_together(words, document, mentions, words_of)]
    ['市应急局联系市公安局']
    """
    known: dict[str, list[OrganisationMention]] = defaultdict(list)
    for mention in mentions:
        if mention.slug is not None and not mention.is_category:
            known[mention.clause].append(mention)
    found: list[Problem] = []
    for passage in read_passages(source, document) if passages is None else passages:
        places = {place: at for at, place in enumerate(passage.offsets)} if passage.clause in known else {}
        begins = [places[m.spans[0].start] for m in known.get(passage.clause, ()) if m.spans[0].start in places]
        for mention in known.get(passage.clause, ()):
            start, last = places.get(mention.spans[0].start), places.get(mention.spans[-1].end - 1)
            if start is None or last is None:
                continue
            end = find_name_end(passage, start, last + 1, vocabulary)
            linked = any(passage.text.endswith(_links(vocabulary), last + 1, at) for at in begins if last < at < end)
            if end > last + 1 and not linked:
                words = passage.text[start:end]
                first, until = passage.bounds(start, end)
                found.append(
                    Problem(
                        "names-run-together",
                        f"“{words}”连写：按登记的名称读作“{mention.as_written}”，后面可能是另一个机构，请核对",
                        first,
                        until,
                    )
                )
    return tuple(found)


def find_side_by_side(mentions: tuple[OrganisationMention, ...]) -> tuple[Problem, ...]:
    """A problem for each pair of neighbouring names in one list of responsibility that seem to mean the same body.

    >>> one = OrganisationMention("市自然资源局", (Span(0, 6),), "c", "x/ziran", False, "implement", False)
    >>> other = replace(one, as_written="市自然资源和规划局", spans=(Span(7, 16),))
    >>> find_side_by_side((one, other))[0].message
    '“市自然资源局”与“市自然资源和规划局”并列，疑为同一机构；按原文保留两个名称，请核对'
    >>> find_side_by_side((one, replace(other, slug="x/shuiwu", as_written="市水务局")))
    ()
    """
    return tuple(
        Problem(
            "two-names-side-by-side",
            f"“{one.as_written}”与“{other.as_written}”并列，疑为同一机构；按原文保留两个名称，请核对",
            one.spans[0].start,
            other.spans[-1].end,
        )
        for one, other in itertools.pairwise(mentions)
        if one.clause == other.clause and one.role == other.role and one.role in ("lead", "implement", "support")
        if one.as_written != other.as_written and other.spans[0].start - one.spans[-1].end <= 2
        if (one.slug is not None and one.slug == other.slug) or _abridges(one.as_written, other.as_written)
    )


def _abridges(one: str, other: str) -> bool:
    """Whether one name is the other with words left out: 市自然资源局 of 市自然资源和规划局."""
    shorter, longer = sorted((one, other), key=len)
    letters = iter(longer)
    return len(shorter) >= 5 and shorter[-1] == longer[-1] and all(letter in letters for letter in shorter)


@dataclass(frozen=True, slots=True)
class _Index:
    """Names that count here, by first character, longest first; bare names apart."""

    by_initial: dict[str, tuple[OrganisationName, ...]]
    bare: dict[str, tuple[OrganisationName, ...]]


def _index(names: tuple[OrganisationName, ...], jurisdiction: str | None, words: Vocabulary) -> _Index:
    by_initial: dict[str, list[OrganisationName]] = defaultdict(list)
    bare: dict[str, list[OrganisationName]] = defaultdict(list)
    for name in names:
        label = "".join(name.label.split())
        if not label or name.scope not in (None, NATION, jurisdiction):
            continue
        if name.kind == "bare" and not label.endswith(words.full_form_endings):
            bare[label].append(name)
        else:
            by_initial[label[0]].append(replace(name, label=label))
    return _Index(
        {
            initial: tuple(sorted(group, key=lambda n: (-len(n.label), n.label, n.slug)))
            for initial, group in by_initial.items()
        },
        {label: tuple(sorted(group, key=lambda n: n.slug)) for label, group in bare.items()},
    )


@dataclass(frozen=True, slots=True)
class _Hit:
    """A name inside a passage, by positions in its words."""

    start: int
    end: int
    slug: str | None
    is_category: bool


def _find_in_passage(
    passage: Passage, index: _Index, words: Vocabulary, is_list: bool
) -> Iterator[OrganisationMention]:
    duties = sorted(find_duties(passage, words, is_list), key=lambda duty: duty.start)
    hits = _known_hits(passage, index, words, _lists(passage, duties))
    taken = bytearray(len(passage.text))
    for hit in hits:
        taken[hit.start : hit.end] = b"\1" * (hit.end - hit.start)
    for duty in duties:
        hits.extend(_unknown_hits(passage, duty, taken, words))
    hits = _qualify_categories(passage.text, sorted(hits, key=lambda hit: hit.start), words)
    header = _HEADER_ROLES.get(passage.level)
    ends = _ends_of_lists(passage.text, hits, words)
    starts = [duty.start for duty in duties]
    for hit, end in zip(hits, ends, strict=True):
        place = bisect_right(starts, hit.start) - 1
        here = duties[place] if place >= 0 and hit.end <= duties[place].end else None
        yield OrganisationMention(
            as_written=passage.text[hit.start : hit.end],
            spans=passage.spans(hit.start, hit.end),
            clause=passage.clause,
            slug=hit.slug,
            is_category=hit.is_category,
            role=header or _printed_role(passage.text, end, here, words),
            open_ended=any(passage.text.startswith(word, hit.end) for word in words.open_list_words),
        )


def _lists(passage: Passage, duties: list[Duty]) -> list[tuple[int, int]]:
    """Where names stand side by side: the lists of those responsible; in a header, the whole."""
    if passage.level in _HEADER_ROLES:
        return [(0, len(passage.text))]
    return [(duty.start, duty.end) for duty in duties]


def _known_hits(passage: Passage, index: _Index, words: Vocabulary, lists: list[tuple[int, int]]) -> list[_Hit]:
    """Registered names by longest match from the left, then bare names inside enumerations.

    A name that goes on behind a registered one, or before it in a list, is another body's: it stays without a slug.
    """
    text = passage.text
    hits: list[_Hit] = []
    taken = bytearray(len(text))
    at = 0
    while at < len(text):
        name = _name_at(passage, at, index, words)
        if name is None:
            at += 1
            continue
        end = at + len(name.label)
        hit = _Hit(at, end, _slug_of(name, index), name.kind == "category")
        if hit.is_category:
            hit = replace(hit, end=_with_units(text, end, words))
        else:
            hit = _lengthen(passage, hit, index, words, lists, taken)
        hits.append(hit)
        taken[hit.start : hit.end] = b"\1" * (hit.end - hit.start)
        at = hit.end
    if index.bare:
        hits.extend(_bare_hits(text, index.bare, taken, words))
    return hits


def _name_at(passage: Passage, at: int, index: _Index, words: Vocabulary) -> OrganisationName | None:
    """The longest registered name that stands at a place; None when none begins there."""
    text = passage.text
    name = next((name for name in index.by_initial.get(text[at], ()) if text.startswith(name.label, at)), None)
    if name is None or not _begins_name(passage, at, name.label, words):
        return None
    return None if crosses_end(passage, at + len(name.label), words) else name


def _slug_of(name: OrganisationName, index: _Index) -> str | None:
    """The body that a name means; None when several bodies have it."""
    slugs = {other.slug for other in index.by_initial[name.label[0]] if other.label == name.label}
    return name.slug if len(slugs) == 1 else None


def _lengthen(
    passage: Passage, hit: _Hit, index: _Index, words: Vocabulary, lists: list[tuple[int, int]], taken: bytearray
) -> _Hit:
    """The whole name of which a registered one is a part; the registered one where it is the whole."""
    begin, stop = next((place for place in lists if place[0] <= hit.start < place[1]), (hit.start, 0))
    end = find_name_end(passage, hit.start, hit.end, words, stop)
    if any(
        _parted(passage, hit.end, at, index, words) or _may_part(passage.text, hit.end, at, end, index, words)
        for at in range(hit.end + 1, end)
    ):
        end = hit.end
    start = hit.start
    while (
        start > begin
        and not taken[start - 1]
        and passage.breaks[start] == NO_BREAK
        and _is_han(passage.text[start - 1])
    ):
        start -= 1
    before = passage.text[start : hit.start]
    if not before.endswith(words.body_endings) or before.endswith(words.jointly_words):
        start = hit.start
    return hit if (start, end) == (hit.start, hit.end) else _Hit(start, end, None, False)


def _with_units(text: str, end: int, words: Vocabulary) -> int:
    """Where a category ends that goes on with units in general: 各部门|和单位 is one category."""
    units = forms_of(words).find(AND_UNITS, text, end)
    return units.end() if units else end


def _parted(passage: Passage, end: int, at: int, index: _Index, words: Vocabulary) -> bool:
    """Whether a registered name of its own begins behind a verb or a joining word: 市应急管理局|抄送|市财政局."""
    return passage.text.endswith(_links(words), end, at) and _name_at(passage, at, index, words) is not None


def _links(words: Vocabulary) -> tuple[str, ...]:
    """The words with which a gap between two bodies may end: verbs, prepositions, words of handing over."""
    return (*words.before_bodies, *words.long_actor_verbs, *words.handing_words, *words.between_words)


def _may_part(text: str, end: int, at: int, stop: int, index: _Index, words: Vocabulary) -> bool:
    """Whether what goes on behind a name is a registered name, but for a gap that may be a verb.

    市应急局|联系|市公安局 are two names; a gap that ends like a place is no verb: 国家税务总局|黑龙江省|佳木斯市税务局.
    """
    if text.endswith(words.place_endings, end, at):
        return False
    return any(name.label == text[at:stop] for name in index.by_initial.get(text[at], ()))


def _is_han(character: str) -> bool:
    return "一" <= character <= "鿿"


def _begins_name(passage: Passage, at: int, label: str, words: Vocabulary) -> bool:
    """Whether a name may begin here, so that the tail of another place's name is not taken for ours."""
    if at == 0 or passage.breaks[at] != NO_BREAK:
        return True
    before = passage.text[at - 1]
    if label.startswith(words.place_endings):
        return not "一" <= before <= "鿿" or before in words.before_bodies
    return before not in words.place_endings


def _bare_hits(
    text: str, bare: dict[str, tuple[OrganisationName, ...]], taken: bytearray, words: Vocabulary
) -> Iterator[_Hit]:
    """Bare names (公安、财政、金融等部门): only in an enumeration that says that departments are meant."""
    for end_of_run in forms_of(words).find_all(BARE_RUN_END, text):
        end = end_of_run.start()
        items: list[tuple[int, int]] = []
        while True:
            start = end
            while start > 0 and "一" <= text[start - 1] <= "鿿" and not taken[start - 1] and end - start < 16:
                start -= 1
            if start == end:
                break
            items.append((start, end))
            if start == 0 or text[start - 1] != "、":
                break
            end = start - 1
        for place, (start, end) in enumerate(reversed(items)):
            label = _bare_label(text[start:end], bare, words, first=place == 0)
            if label:
                found = bare[label]
                slug = found[0].slug if len({name.slug for name in found}) == 1 else None
                yield _Hit(end - len(label), end, slug, False)


def _bare_label(
    item: str, bare: dict[str, tuple[OrganisationName, ...]], words: Vocabulary, *, first: bool
) -> str | None:
    """The bare name that an item of an enumeration is; the first item may have words of the sentence before it."""
    if item in bare:
        return item
    if first:
        return next((item[at:] for at in range(len(item)) if item[at:] in bare), None)
    return item[1:] if item.startswith(words.place_endings) and item[1:] in bare else None


def _unknown_hits(passage: Passage, duty: Duty, taken: bytearray, words: Vocabulary) -> list[_Hit]:
    """Names in a list of responsibility that the registry does not know, if they have the form of a body."""
    text = passage.text
    found: list[_Hit] = []
    start = duty.start
    bracketed = _bracketed(text, duty, words)
    for at in range(duty.start, duty.end + 1):
        ends = at == duty.end or bool(taken[at]) or (text[at] in _SEPARATORS and at not in bracketed)
        if ends or (at > start and parts_names(passage, start, at, words)):
            if at > start:
                found.extend(_unknown_hit(text, start, at, words))
            start = at + 1 if ends else at
    return found


def _bracketed(text: str, duty: Duty, words: Vocabulary) -> frozenset[int]:
    """The places of a list inside what is one item: brackets (各省（区、市）), places in general (各省、自治区)."""
    rows = forms_of(words).find_all(PLACES_IN_A_ROW, text)
    runs = itertools.chain(_BRACKETS.finditer(text, duty.start, duty.end), rows)
    return frozenset(at for match in runs for at in range(match.start(), match.end()))


def _qualify_categories(text: str, hits: list[_Hit], words: Vocabulary) -> list[_Hit]:
    """A body directly before a category only says whose departments are meant: 国务院|相关部门 is one mention."""
    merged: list[_Hit] = []
    for hit in hits:
        before = merged[-1] if merged else None
        joined = before is not None and before.end == hit.start and not before.is_category
        if joined and before is not None and hit.is_category and text.startswith(words.whose_words, hit.start):
            merged[-1] = replace(hit, start=before.start)
        else:
            merged.append(hit)
    return merged


def _unknown_hit(text: str, start: int, end: int, words: Vocabulary) -> Iterator[_Hit]:
    """The body or the categories that an unregistered item of a list names; nothing when it has no such form."""
    item = text[start:end]
    forms = forms_of(words)
    named = item[: listed.start()] if (listed := forms.find(LIST_END, item)) else item
    named = named[: duty.start()] if (duty := forms.find(DUTY_AT_END, named)) else named
    if forms.find(EACH_PLACE, named) or (len(_split_jointly(named, words)) == 1 and forms.find(BARE_DEPARTMENT, named)):
        yield _Hit(start, start + len(named), None, forms.find(EACH_PLACE, named) is not None)
        return
    if units := forms.find(OPEN_UNITS, item):
        yield from _unknown_hit(text, start, start + units.end("named"), words)
        if units["whose"]:
            yield _Hit(start + units.start("units"), start + units.end("units"), None, True)
        return
    first = len(item)
    at = 0
    while words.category_words and at < len(item):
        word = next((word for word in words.category_words if item.startswith(word, at)), None)
        if word:
            begin = _category_begin(item, at, words) if first == len(item) else at
            after = _with_units(item, at + len(word), words)
            yield _Hit(start + begin, start + after, None, True)
            first = min(first, begin)
            at = after
        else:
            at += 1
    offset = 0
    ending = forms.find(LIST_END, item[:first])
    for name in _split_jointly(item[: ending.start() if ending else first], words):
        if name not in (*words.jointly_words, *words.joining_words):
            for pattern in (EACH_PLACE, BARE_DEPARTMENT, BODY):
                if match := forms.find(pattern, name):
                    yield _Hit(start + offset, start + offset + match.end(), None, pattern is EACH_PLACE)
                    break
        offset += len(name)


def _split_jointly(names: str, words: Vocabulary) -> list[str]:
    """甲会同乙 as 甲, 会同 and 乙, 甲局和乙局 as 甲局, 和 and 乙局; the whole where no word joins two names."""
    found: list[str] = []
    start = at = 0
    while at < len(names):
        length = joins_bodies(names, at, words) or splits_names(names[start:], at - start, words)
        if length:
            found += [names[start:at], names[at : at + length]]
            start = at + length
        at += length or 1
    return [*found, names[start:]]


def _category_begin(item: str, at: int, words: Vocabulary) -> int:
    """Where a category begins with its short qualifier: 体育总局等|国务院相关部门."""
    after = max((item.rfind(word, 0, at) + len(word) for word in words.open_list_words if word in item[:at]), default=0)
    return after if at - after <= 4 and not any(word in item[after:at] for word in words.joining_words) else at


def _ends_of_lists(text: str, hits: list[_Hit], words: Vocabulary) -> list[int]:
    """For each hit, where the list of names it stands in (甲、乙和丙) ends."""
    ends = [hit.end for hit in hits]
    for place in range(len(hits) - 2, -1, -1):
        if text[hits[place].end : hits[place + 1].start] in ("、", *words.joining_words):
            ends[place] = ends[place + 1]
    return ends


def _printed_role(text: str, end: int, duty: Duty | None, words: Vocabulary) -> MentionRole:
    """The role that the words behind a list of names give it (X牵头, Y配合), else the role of its label."""
    role: MentionRole = duty.role if duty else "mention"
    end += next((len(word) for word in words.open_list_words if text.startswith(word, end)), 0)
    if duty is not None and end >= duty.end:
        return role
    if text.startswith(words.lead_labels, end):
        return "lead"
    if duty is None:
        return role
    if text.startswith(words.support_labels, end):
        return "support"
    return _role_behind(text[end : duty.end], words) or role


def _role_behind(text: str, words: Vocabulary) -> MentionRole | None:
    """The role that is printed behind a name in brackets of its own, or at the end of its stretch of the list.

    市工商局（牵头）、市质监局; 市工商局、某某站、市质监局配合，…: what is no name between them changes nothing.
    """
    behind = forms_of(words).find(ROLE_BEHIND, text)
    if behind is None:
        return None
    return "lead" if behind["role"] in words.lead_labels else "support"
