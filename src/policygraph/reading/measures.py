"""Read the measures of a document: groups and items, who carries them out, and on which legal basis.

Three layouts are common and all are keyed on form, not on one text: a numbered part whose heading names measures, with
（一）… groups, 1. … items and a line 实施单位：…; an appendix table with columns for measure, basis and department; and
an article that announces its items (实施下列惩戒措施：（一）…). Where a document has body and table, paragraph or item
and row are one measure: joined where printed number and words agree, then where the words alone are alike, and a
difference in wording is reported with both texts, never levelled; what stays alone is named. A group that is a single
paragraph is its own item, and who opens its sentence (市公安局对其…) carries it out.

Responsibilities and bases stay where they are printed. What a whole group shares is on the group, and only a group
that is its own item carries them on the item too: none of the bases of a group is ascribed to one of its items here.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from policygraph.reading.citations import Citation, Locator
from policygraph.reading.documents import Clause, Document, Problem
from policygraph.reading.duties import bare_words, unit_columns
from policygraph.reading.notations import notation_of_label, tell_apart
from policygraph.reading.organisations import (
    OrganisationMention,
    find_run_together,
    find_side_by_side,
    find_uncut_lists,
)
from policygraph.reading.passages import Passage, read_passage
from policygraph.reading.patterns import forms_of
from policygraph.reading.patterns.bodies import (
    ACTED_BY,
    LIST_OF_MEASURES,
    LISTED_PARTS,
    REST_IN_ANNEX,
    SPEAKS_OF_ALL,
    TO_THE_LISTED,
    is_department,
)
from policygraph.reading.patterns.drafting import ACTOR, CONDITIONS_AHEAD, TRIGGER
from policygraph.reading.vocabulary import Vocabulary
from policygraph.text.folding import fold
from policygraph.text.likeness import likeness, share_of_pairs
from policygraph.text.locators import read_opening
from policygraph.text.numerals import parse_numeral
from policygraph.text.sentences import find_last_bracket
from policygraph.text.spans import Span


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """One pin-point of a cited document with the words quoted from it; `citation` is an index into the citations."""

    title_as_written: str | None
    number_as_written: str | None
    locator: Locator | None
    quote_spans: tuple[Span, ...]
    citation: int
    clause: str


@dataclass(frozen=True, slots=True)
class Responsibility:
    """A body or category that carries out a measure, as the text says it."""

    mention: OrganisationMention


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure; `stated_in` lists its clauses, body first, then the row of the appendix."""

    address: str
    notation: str
    title: str
    stated_in: tuple[str, ...]
    group: str | None
    responsibilities: tuple[Responsibility, ...]
    bases: tuple[LegalBasis, ...]
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class MeasureGroup:
    """A numbered group of measures, with what all of them share."""

    address: str
    notation: str
    title: str
    clause: str
    responsibilities: tuple[Responsibility, ...]
    bases: tuple[LegalBasis, ...]


@dataclass(frozen=True, slots=True)
class MeasureSet:
    """What a document says about measures; all empty when it has no measures in a form known here."""

    groups: tuple[MeasureGroup, ...]
    measures: tuple[Measure, ...]
    problems: tuple[Problem, ...]


def leave_out(found: MeasureSet, addresses: frozenset[str]) -> MeasureSet:
    """The same without the measures at some addresses, and without the groups there that hold no other measure.

    >>> leave_out(MeasureSet((), (), ()), frozenset({"para_1"}))
    MeasureSet(groups=(), measures=(), problems=())
    """
    left = tuple(one for one in found.measures if one.address not in addresses)
    held = {one.group for one in left}
    groups = tuple(one for one in found.groups if one.address not in addresses or one.address in held)
    return replace(found, groups=groups, measures=left)


def name_measures(found: MeasureSet, titles: Mapping[str, str]) -> MeasureSet:
    """The same with the titles that people gave to measures, by address, in the place of those that were read.

    >>> name_measures(MeasureSet((), (), ()), {"para_1": "限制参加政府采购"})
    MeasureSet(groups=(), measures=(), problems=())
    """
    named = tuple(replace(one, title=titles.get(one.address, one.title)) for one in found.measures)
    return replace(found, measures=named)


_NUMBERED = frozenset({"sec", "para", "subpara", "point", "subpoint", "art", "chp", "part", "stage"})
_SECTIONS = frozenset({"sec", "chp", "part"})
_LIKE_ENOUGH = 0.8
_LIKE_UNDER_ONE_NUMBER = 0.5
"""How much of a row's words must stand in a measure that bears its number."""
_SHORTEST_INSIDE = 8
"""The characters of a row from which its words may be looked for inside a longer sentence with another number."""
_ASSIGNED = ("lead", "implement", "support")
_PART = re.compile("[^，,。；;]+")
_SENTENCE = re.compile("[^。；;]+[。；;]?")
_APART = ("measure-without-row", "row-without-measure")
"""What is said of a measure that stands in the text only, or in the table only."""


def find_measures(
    source: str,
    document: Document,
    citations: tuple[Citation, ...],
    mentions: tuple[OrganisationMention, ...],
    vocabulary: Vocabulary | None = None,
    passages: tuple[Passage, ...] | None = None,
) -> MeasureSet:
    """The measures of a document with their groups; an empty set when nothing has the form of measures.

    ``passages`` are those of the document, where the caller has read them.

    >>> from policygraph.reading.documents import parse_document
    >>> find_measures("", parse_document("", Vocabulary()), (), ()).measures
    ()
    """
    words = vocabulary or Vocabulary()
    reader = _Reader(source, document, citations, mentions, words)
    rows = reader.rows()
    groups: list[MeasureGroup] = []
    measures: list[Measure] = []
    problems = [
        *find_side_by_side(mentions),
        *find_uncut_lists(source, document, mentions, words, passages),
        *find_run_together(source, document, mentions, words, passages),
    ]
    # what a sentence announces in a table of its own is read from the table
    drafts = [draft for draft in reader.drafts() if not reader.announces_table(draft)]
    inner = frozenset(draft.clause for draft in drafts)
    around = {clause: draft.clause for draft in drafts for clause in draft.item_ids if clause in inner}
    matched = _match_rows(drafts, rows, frozenset(around.values()))
    short = _short_addresses([address for draft in drafts for address in (draft.clause, *draft.item_ids)])
    for place, draft in enumerate(drafts):
        row = matched.get((place, None))
        own = {at: one for (where, at), one in matched.items() if where == place and at is not None}
        group, items, differences = reader.build(draft, row, own, short)
        groups.append(group)
        # what a part announces and what stands under it as a group of its own is told there, once
        told = [one for one in items if draft.clause not in around.values() or one.stated_in[0] not in inner]
        if draft.clause in around and not draft.items:
            told = [replace(one, group=short[around[draft.clause]]) for one in told]
        measures.extend(told)
        problems.extend(differences)
        if rows and row is None and draft.clause not in around.values():
            problems.extend(_without_row(draft, own, rows, reader))
    used = {id(row) for row in matched.values()}
    alone = [row for row in rows if id(row) not in used]
    names = _row_addresses([row.clause for row in alone])
    for row in alone:
        measures.append(reader.build_row(row, names[row.clause]))
        if drafts and not row.announced:
            start, end = reader.bounds(row.clause)
            problems.append(Problem("row-without-measure", f"正文中没有与附表“{row.title}”对应的措施", start, end))
    measures = reader.number(measures)
    problems = reader.gather_apart(problems, measures)
    return MeasureSet(tuple(groups), tuple(measures), tuple(sorted(problems, key=lambda p: (p.start, p.end, p.code))))


@dataclass(frozen=True, slots=True)
class _Item:
    """A numbered measure of a group, and the lines below it that say who acts and on which basis."""

    clause: str
    notation: str
    title: str
    duty_clauses: tuple[str, ...]
    basis_clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Section:
    """A part that lists measures: its address (None for the whole text), its number, and what it lists."""

    clause: str | None
    label: str
    groups: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class _Draft:
    """A group of the body before it is joined with its row; `words` are the leaf clauses that state the measure."""

    clause: str
    notation: str
    title: str
    number: int | None
    words: tuple[str, ...]
    items: tuple[_Item, ...]
    duty_clauses: tuple[str, ...]
    basis_clauses: tuple[str, ...]

    @property
    def item_ids(self) -> tuple[str, ...]:
        return tuple(item.clause for item in self.items)


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of an appendix table that states a measure.

    `number` and `label` are printed before the words of the measure, or else in a column of their own.
    """

    clause: str
    measure: str
    title: str
    number: int | None
    label: str
    basis_clauses: tuple[str, ...]
    unit_clauses: tuple[str, ...]
    lead: str
    """The paragraph with a colon right above a table without a column of departments; empty where none is."""
    announced: bool = False
    """Whether a sentence with a colon stands right above the table: then the text itself tells it there, once."""


class _Reader:
    """The document's clauses, citations and mentions, looked up by address."""

    def __init__(
        self,
        source: str,
        document: Document,
        citations: tuple[Citation, ...],
        mentions: tuple[OrganisationMention, ...],
        words: Vocabulary,
    ) -> None:
        self._source = source
        self._document = document
        self._words = words
        self._clauses = {clause.id: clause for clause in document.clauses}
        self._children: dict[str | None, list[Clause]] = defaultdict(list)
        for clause in sorted(document.clauses, key=lambda clause: clause.order):
            self._children[clause.parent].append(clause)
        self._citations: dict[str, list[tuple[int, Citation]]] = defaultdict(list)
        for index, citation in enumerate(citations):
            self._citations[citation.clause].append((index, citation))
        self._mentions: dict[str, list[OrganisationMention]] = defaultdict(list)
        for mention in mentions:
            self._mentions[mention.clause].append(mention)

    def bounds(self, clause: str) -> tuple[int, int]:
        """First and last place of a clause in the source; (0, 0) when it has no span."""
        spans = self._clauses[clause].spans
        return (spans[0].start, spans[-1].end) if spans else (0, 0)

    def sections(self) -> list[_Section]:
        """The numbered parts whose heading names measures and that have numbered groups, and those of a whole list.

        A list is an appendix, or a text, whose title ends with measures and a word for a list (惩戒措施清单): its parts
        need no such heading.
        """
        clauses = sorted(self._document.clauses, key=lambda clause: clause.order)
        found = [
            _Section(clause.id, clause.label, groups)
            for clause in clauses
            if clause.level in _SECTIONS and self._names_measures(clause) and (groups := self._groups(clause.id))
        ]
        for place, title in self._titles():
            if not forms_of(self._words).find(LIST_OF_MEASURES, title):
                continue
            if any(clause.level == "row" and clause.id.startswith(f"{place}/" if place else "") for clause in clauses):
                continue  # the list is a table, and what stands around it explains it
            known = tuple(section.clause or "" for section in found)
            own: list[Clause] = []
            for part in self._numbered(place):
                if part.level in _SECTIONS and self._numbered(part.id):
                    if not any(one == part.id or one.startswith(part.id + "/") for one in known):
                        found.append(_Section(part.id, part.label, tuple(self._numbered(part.id))))
                else:
                    own.append(part)
            found += [_Section(place, "", tuple(own))] if own else []
        return found

    def _titles(self) -> Iterator[tuple[str | None, str]]:
        """The text and its appendices with their titles."""
        yield None, self._document.title or ""
        yield from ((clause.id, clause.heading) for clause in self._document.clauses if clause.level == "annex")

    def _names_measures(self, section: Clause) -> bool:
        """Whether a heading names measures of credit, or says 措施 and nothing else below a title about credit."""
        heading = self._heading(section)
        if any(word in heading for word in self._words.measure_headings):
            return True
        around = self._words_above(section) + (self._document.title or "")
        return heading in self._words.bare_measure_headings and self._speaks_of_credit(around)

    def _groups(self, part: str) -> tuple[Clause, ...]:
        """The numbered groups of a part that names measures; not what one of its sentences announces as something else.

        有下列情形之一的，不予惩戒： announces conditions and 按照下列程序办理： steps. Below a table with the measures
        of the part nothing is one of them that a sentence announces as anything but measures.
        """
        forms = forms_of(self._words)
        found: list[Clause] = []
        tabled, other = False, False
        for child in self._children[part]:
            if child.level == "app":
                tabled, other = tabled or self._lists_measures(child), False
            elif child.level in ("al", "para") and not self._children[child.id] and child.level not in _NUMBERED:
                text = self._passage(child).text
                bare = text.rstrip("：:")
                told = bare.endswith(self._words.measure_headings) or forms.find(TO_THE_LISTED, bare) is not None
                steps = any(word in bare for word in self._words.procedure_heads)
                announces = text.endswith(("：", ":")) and not told
                other = announces and (tabled or steps or forms.find(CONDITIONS_AHEAD, bare) is not None)
            elif child.level in _NUMBERED and not (other or self._announces_below(child) or self._tells_term(child)):
                found.append(child)
        return tuple(found)

    def _tells_term(self, article: Clause) -> bool:
        """Whether an article begins with how long measures last (惩戒期限为一年): that is none of them."""
        if article.level != "art":
            return False
        opening = _PART.match(self._statement(article))
        return opening is not None and any(word in opening.group() for word in self._words.validity_words)

    def _announces_below(self, article: Clause) -> bool:
        """Whether paragraphs of an article announce the measures: those are its items, and it is none itself."""
        return article.level == "art" and any(
            child.level == "para" and self._announces(child) for child in self._children[article.id]
        )

    def _lists_measures(self, table: Clause) -> bool:
        """Whether a table has a column of measures."""
        return any(where == table.id for where, _ in unit_columns(self._document, self._words.measure_headers))

    def _numbered(self, clause: str | None) -> list[Clause]:
        return [child for child in self._children[clause] if child.level in _NUMBERED]

    def _passage(self, clause: Clause) -> Passage:
        return read_passage(self._source, clause.id, clause.level, clause.spans)

    def _heading(self, clause: Clause) -> str:
        """A clause's heading without its number and final stop."""
        heading = clause.heading
        if not heading:
            first = next((child for child in self._children[clause.id] if child.level == "heading"), None)
            heading = self._passage(first).text if first else ""
        return _without_number("".join(heading.split()), clause.label).rstrip("。.：:；;")

    def _statement(self, clause: Clause) -> str:
        """What a clause says without its number and final stop, and without what at its end only says who acts."""
        passage = self._passage(clause)
        text = passage.text.rstrip("。.；;")
        if opening := find_last_bracket(text):
            assigned = [mention for mention in self._mentions[clause.id] if mention.role in _ASSIGNED]
            if any(mention.spans[0].start > passage.offsets[opening] for mention in assigned):
                text = text[:opening]
        last = text.rfind("。", 0, -1) + 1
        if last and self._only_assigns(text[last:]):
            text = text[:last]
        return self._without_labels(_without_number(text, clause.label)).rstrip("。.；;")

    def _without_labels(self, text: str) -> str:
        """The words of a measure where sentences with labels tell its sides: 实施部门：市财政局。惩戒措施：限制招标."""
        others = self._duty_labels() + self._words.basis_headers
        kept = [part for part in re.split("(?<=。)", text) if not self._labelled(part, others)]
        stated = "".join(kept) or text
        label, colon, words = stated.replace("：", ":", 1).partition(":")
        return words if colon and words and label in self._measure_labels() else stated

    def drafts(self) -> Iterator[_Draft]:
        """The groups of measures: those of a part that names measures, and lists that a sentence announces as such."""
        sections = self.sections()
        inside = tuple(f"{group.id}/" for section in sections for group in section.groups)
        found = [
            (group.order, self._draft(group, group, notation_of_label(section.label)))
            for section in sections
            for group in section.groups
        ]
        listed = {group.id for section in sections for group in section.groups}
        for clause in self._document.clauses:
            if clause.level not in _NUMBERED or clause.id in listed or clause.id.startswith(inside):
                continue
            if self._announces(clause):
                labelled = self._labelled_ancestor(clause)
                found.append((clause.order, self._draft(clause, labelled, self._prefix(labelled))))
        yield from (draft for _, draft in sorted(found, key=lambda pair: pair[0]))

    def _is_alone(self, group: Clause) -> bool:
        """Whether a group is the only numbered one of a part that names measures."""
        parent = self._clauses.get(group.parent or "")
        return parent is not None and parent.level in _SECTIONS and len(self._numbered(parent.id)) == 1

    def _labelled_below(self, part: str | None, labels: tuple[str, ...]) -> Iterator[Clause]:
        """The lines with one of the labels that stand in a part itself, below its numbered groups."""
        for leaf in self._children[part]:
            if leaf.level == "al" and not self._children[leaf.id] and self._labelled(self._passage(leaf).text, labels):
                yield leaf

    def _announces(self, clause: Clause) -> bool:
        """Whether a clause lists numbered items under a sentence such as 实施下列惩戒措施：."""
        children = self._children[clause.id]
        first = next((child.order for child in children if child.level in _NUMBERED), -1)
        above = [child for child in children if child.level == "al" and child.order < first]
        # what stands between them announces the items: 有下列情形之一的，不予惩戒：
        leads = [child for child in above if self._passage(child).text.endswith(("：", ":"))]
        lead = next(reversed(leads), None)
        if lead is None or self._children[lead.id]:
            return False
        text = self._passage(lead).text.rstrip("：:")
        if text.endswith(self._words.measure_headings) or forms_of(self._words).find(TO_THE_LISTED, text):
            return True
        around = text + self._words_above(clause)
        return text.endswith(self._words.announcement_heads) and self._speaks_of_credit(around)

    def _speaks_of_credit(self, text: str) -> bool:
        """Whether words are about good or bad credit or a list: other announced measures are no measures here."""
        words = self._words
        groups = (words.incentive_words, words.sanction_words, words.red_list_words, words.black_list_words)
        return any(word in text for group in groups for word in group)

    def _words_above(self, clause: Clause) -> str:
        """The headings that a clause stands under, its own among them."""
        found = []
        at: Clause | None = clause
        while at is not None:
            found.append(self._heading(at))
            at = self._clauses.get(at.parent or "")
        return "".join(found)

    def _labelled_ancestor(self, clause: Clause) -> Clause:
        """The clause itself, or for an unnumbered paragraph the numbered clause it stands in."""
        at: Clause | None = clause
        while at is not None and not at.label:
            at = self._clauses.get(at.parent or "")
        return at or clause

    def _prefix(self, clause: Clause) -> str:
        """The number of the part a clause stands in; an article needs none."""
        part = self._clauses.get(clause.parent or "")
        return notation_of_label(part.label) if part and part.level == "sec" and clause.level != "art" else ""

    def _draft(self, group: Clause, labelled: Clause, prefix: str) -> _Draft:
        notation = prefix + notation_of_label(labelled.label, keep=True)
        duties, bases, words = self._sort_leaves(group)
        if self._is_alone(group):
            # nothing else in its part can be meant by a line of responsibility or bases below it
            duties += tuple(leaf.id for leaf in self._labelled_below(group.parent, self._duty_labels()))
            bases += tuple(leaf.id for leaf in self._labelled_below(group.parent, self._words.basis_headers))
        items = tuple(self._item(item, notation) for item in self._numbered(group.id) if not self._side_of(item))
        for item in self._numbered(group.id):
            side, leaves = self._side_of(item), self._leaves(item.id)
            duties += leaves if side == "duty" else ()
            bases += leaves if side == "basis" else ()
            words += leaves if side == "measure" else ()
        heading = self._heading(labelled)
        if not self._children[group.id]:
            words, heading = (group.id,), self._statement(group)
        elif not heading:
            heading = "".join(self._passage(self._clauses[leaf]).text for leaf in words).rstrip("。.；;：:")
        return _Draft(group.id, notation, heading, _number(labelled.label), words, items, duties, bases)

    def _item(self, item: Clause, notation: str) -> _Item:
        """A measure of a group; lines below it with labels (依据：…, 责任单位：…) are its own."""
        duties, bases, words = self._sort_leaves(item)
        told = self._statement(item)
        if bases or len(duties) > (self._first_level(item) == "heading"):
            heading = self._heading(item)
            told = heading or "".join(self._passage(self._clauses[leaf]).text for leaf in words).rstrip("。.；;：:")
        else:
            duties, bases = (item.id,), ()
        notation += notation_of_label(item.label, keep=item.level in ("para", "point"))
        return _Item(item.id, notation, told, duties, bases)

    def _first_level(self, clause: Clause) -> str:
        return self._children[clause.id][0].level if self._children[clause.id] else ""

    def _sort_leaves(self, group: Clause) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        """The unnumbered leaves of a group: lines of responsibility, lines of bases, and the words of the measure.

        A heading may say who acts, too (减少检查，由市粮食局负责。).
        """
        duties: list[str] = []
        bases: list[str] = []
        words: list[str] = []
        for leaf in self._children[group.id]:
            if leaf.level == "heading":
                duties.append(leaf.id)
            if leaf.level in _NUMBERED or leaf.level == "heading" or self._children[leaf.id]:
                continue
            text = self._passage(leaf).text
            if self._labelled(text, self._words.basis_headers):
                bases.append(leaf.id)
                duties += [leaf.id] if any(one.role in _ASSIGNED for one in self._mentions[leaf.id]) else []
            elif self._labelled(text, self._duty_labels()) or self._only_assigns(text) or self._only_names(leaf):
                duties.append(leaf.id)
            elif (words or self._heading(group)) and self._is_about_all(group, text):
                continue
            else:
                words.append(leaf.id)
        return tuple(duties), tuple(bases), tuple(words)

    def _is_about_all(self, group: Clause, text: str) -> bool:
        """Whether a paragraph behind the last numbered group of a part is about all of them (以上措施…, …见附表)."""
        last = self._numbered(group.parent or "")[-1:] == [group]
        return last and forms_of(self._words).find(SPEAKS_OF_ALL, text) is not None

    def _side_of(self, item: Clause) -> str:
        """What a numbered item of a measure tells of it, where its heading is nothing but a label: 2.法律及政策依据."""
        head = next((child for child in self._children[item.id] if child.level == "heading"), None)
        label = bare_words(head) if head else re.split("[：:]", bare_words(item), maxsplit=1)[0]
        if label in self._words.basis_headers:
            return "basis"
        if label in (*self._duty_labels(), *self._words.unit_headers):
            return "duty"
        return "measure" if label in self._measure_labels() else ""

    def _measure_labels(self) -> tuple[str, ...]:
        return self._words.measure_headings + self._words.measure_headers

    def _leaves(self, clause: str) -> tuple[str, ...]:
        """The leaves below a clause without its heading; the clause itself where it has nothing below it."""
        children = [child for child in self._children[clause] if child.level != "heading"]
        return tuple(leaf for child in children for leaf in self._leaves(child.id)) if children else (clause,)

    def _duty_labels(self) -> tuple[str, ...]:
        return self._words.responsibility_labels + self._words.lead_labels + self._words.support_labels

    def _only_assigns(self, text: str) -> bool:
        """Whether all that a paragraph says is by whom a measure is carried out: 由市金融办实施。"""
        assigned = forms_of(self._words).find(ACTED_BY, text)
        return assigned is not None and (assigned.start(), assigned.end()) == (0, len(text.rstrip("。；;.")))

    def _only_names(self, leaf: Clause) -> bool:
        """Whether a paragraph is nothing but brackets around those responsible: （市财政局、市税务局）."""
        text = self._passage(leaf).text.rstrip("。；;.")
        whole = text.startswith(("（", "(")) and text.endswith(("）", ")")) and not find_last_bracket(text)
        return whole and any(mention.role in _ASSIGNED for mention in self._mentions[leaf.id])

    @staticmethod
    def _labelled(text: str, labels: tuple[str, ...]) -> bool:
        return any(text.lstrip("（(").startswith((label + "：", label + ":")) for label in labels)

    def rows(self) -> list[_Row]:
        """The rows of tables that have a column of measures and one of bases or departments, or a sentence above them
        that says who takes the measures."""
        measure_columns = unit_columns(self._document, self._words.measure_headers)
        basis_columns = unit_columns(self._document, self._words.basis_headers)
        department_columns = unit_columns(self._document, self._words.unit_headers)
        number_columns = unit_columns(self._document, self._words.number_headers)
        telling_columns = unit_columns(self._document, self._words.content_headers)
        found: list[_Row] = []
        for table in [clause for clause in self._document.clauses if clause.level == "app"]:
            columns = [
                {segment for where, segment in group if where == table.id}
                for group in (measure_columns, basis_columns, department_columns, number_columns)
            ]
            columns[3] -= columns[1] | columns[2]
            columns[0] -= columns[1] | columns[2] | columns[3]
            columns[0] = columns[0] & {segment for where, segment in telling_columns if where == table.id} or columns[0]
            lead = "" if columns[2] else self._lead_of(table)
            if not columns[0] or not (columns[1] or columns[2] or (lead and self._actors((lead,)))):
                continue
            for row in self._children[table.id]:
                if row.level == "row" and not row.id.endswith("/row_0"):
                    found.extend(self._row(row, columns, lead, bool(self._lead_of(table))))
        return found

    def _lead_of(self, table: Clause) -> str:
        """The paragraph with a colon that stands right above a table; empty where none does."""
        above = [one for one in self._children[table.parent] if one.order < table.order]
        lead = above[-1] if above else None
        told = lead is not None and lead.level in ("al", "para") and not self._children[lead.id]
        return lead.id if lead is not None and told and self._passage(lead).text.endswith(("：", ":")) else ""

    def gather_apart(self, problems: list[Problem], measures: list[Measure]) -> list[Problem]:
        """One doubt in the place of one for each measure, where the text says that other measures are in a table."""
        apart = [one for one in problems if one.code in _APART]
        said = self._rest_in_annex() if len(apart) > 1 else None
        if said is None:
            return problems
        places = {(one.code, one.start) for one in apart}
        told: dict[str, list[str]] = {code: [] for code in _APART}
        for one in measures:
            for code in _APART:
                if any((code, self.bounds(clause)[0]) in places for clause in (one.stated_in[0], self._above(one))):
                    told[code].append(one.notation)
        words, start, end = said
        body, rows = ("、".join(dict.fromkeys(told[code])) for code in _APART)
        doubt = Problem(
            "measures-apart",
            f"正文写明“{words}”：{body} 与附表 {rows} 没有对应，各作一项；有无重复，请核对",
            start,
            end,
        )
        return [*(one for one in problems if one.code not in _APART), doubt]

    def _above(self, measure: Measure) -> str:
        """The clause that holds the one that states a measure; itself where none does."""
        return self._clauses[measure.stated_in[0]].parent or measure.stated_in[0]

    def _rest_in_annex(self) -> tuple[str, int, int] | None:
        """The sentence that says other measures stand in an appendix, and where it is; None where there is none."""
        parents = {clause.parent for clause in self._document.clauses}
        for clause in self._document.clauses:
            if clause.id in parents or clause.level == "cell" or ("见" not in clause.text and "列" not in clause.text):
                continue
            passage = self._passage(clause)
            found = forms_of(self._words).find(REST_IN_ANNEX, passage.text)
            if found:
                return found.group().rstrip("。；"), *passage.bounds(*found.span())
        return None

    def announces_table(self, draft: _Draft) -> bool:
        """Whether a group has a table in the place of items, right below the sentence that announces it."""
        leads = {self._lead_of(one) for one in self._children[draft.clause] if one.level == "app"} - {""}
        return bool(leads) and leads >= set(draft.item_ids)

    def _row(self, row: Clause, columns: list[set[str]], lead: str, announced: bool) -> Iterator[_Row]:
        shared = [self._clauses[cell] for line, cell in self._document.spanning if line == row.id]
        cells = {cell.id.rsplit("/", 1)[-1]: cell for cell in (*shared, *self._children[row.id])}
        measure, bases, units, numbers = (
            [cells[segment] for segment in sorted(group) if segment in cells] for group in columns
        )
        if not measure:
            return
        text = self._passage(measure[0]).text
        opening = read_opening(text)
        label = text[: opening.end] if opening else ""
        title = text[len(label) :].rstrip("。.；;")
        label = label or "".join(self._passage(cell).text for cell in numbers[:1])
        yield _Row(
            row.id,
            measure[0].id,
            title,
            _number(label),
            label,
            tuple(cell.id for cell in bases),
            tuple(cell.id for cell in units),
            lead,
            announced,
        )

    def _bases(self, clauses: tuple[str, ...]) -> tuple[LegalBasis, ...]:
        """One legal basis for each pin-point of each document cited in these clauses, in printed order."""
        return tuple(
            LegalBasis(citation.title, citation.number_as_written, locator, spans, index, citation.clause)
            for clause in clauses
            for index, citation in self._citations[clause]
            if citation.role == "cited" and citation.nested_in is None
            for locator, spans in _pin_points(citation)
        )

    def _bases_inside(self, clauses: tuple[str, ...]) -> tuple[LegalBasis, ...]:
        """The bases that sentences of a paragraph give behind a label: 限制招标。依据：《招标投标法》第二十六条。"""
        found: list[LegalBasis] = []
        for clause in clauses:
            passage = self._passage(self._clauses[clause])
            for part in _SENTENCE.finditer(passage.text):
                if self._labelled(part.group(), self._words.basis_headers):
                    start, end = passage.bounds(*part.span())
                    found += [one for one in self._bases((clause,)) if self._stands(one, start, end)]
        return tuple(found)

    def _stands(self, basis: LegalBasis, start: int, end: int) -> bool:
        """Whether the citation of a basis stands in a stretch of the source."""
        return any(at == basis.citation and start <= one.start < end for at, one in self._citations[basis.clause])

    def _responsibilities(self, clauses: tuple[str, ...]) -> tuple[Responsibility, ...]:
        return tuple(
            Responsibility(mention)
            for clause in clauses
            for mention in self._mentions[clause]
            if mention.role in _ASSIGNED
        )

    def _actors(self, leaves: tuple[str, ...]) -> tuple[Responsibility, ...]:
        """Who opens a lead-in (各级负有安全监管职责的部门…制定并落实以下措施：) carries out what it announces."""
        found = []
        for leaf in leaves:
            passage = self._passage(self._clauses[leaf])
            for mention in self._mentions[leaf]:
                begins = mention.spans and passage.offsets and mention.spans[0].start == passage.offsets[0]
                if (begins or mention.role in _ASSIGNED) and passage.text.endswith(("：", ":")):
                    found.append(Responsibility(replace(mention, role="implement")))
        return tuple(found)

    def build(
        self, draft: _Draft, row: _Row | None, own: dict[int, _Row], short: dict[str, str]
    ) -> tuple[MeasureGroup, list[Measure], list[Problem]]:
        """A group with its measures, joined with the row of the appendix when there is one.

        ``own`` are the rows of its items by their place.
        """
        printed = (
            *self._actors(draft.words if draft.items else ()),
            *self._responsibilities(draft.duty_clauses),
            *(() if draft.items else self._responsibilities(draft.words)),
        )
        printed = printed or (() if draft.items else self._subjects(draft.words))
        responsibilities = self._with_row(printed, row)
        bases = (
            *(() if draft.items else self._bases_inside(draft.words)),
            *self._bases(draft.basis_clauses + (row.basis_clauses if row else ())),
        )
        address = short[draft.clause]
        group = MeasureGroup(address, draft.notation, draft.title, draft.clause, responsibilities, bases)
        row_clauses = (row.clause,) if row else ()
        row_spans = self._clauses[row.measure].spans if row else ()
        if draft.items:
            items = [
                Measure(
                    short[item.clause],
                    item.notation,
                    item.title,
                    (item.clause, *((own[at].clause,) if at in own else ())),
                    address,
                    self._with_row(
                        self._responsibilities(item.duty_clauses)
                        or (() if responsibilities else self._subjects((item.clause,))),
                        own.get(at),
                    ),
                    (
                        *(() if item.basis_clauses else self._bases_inside((item.clause,))),
                        *self._bases((*item.basis_clauses, *(own[at].basis_clauses if at in own else ()))),
                    ),
                    (*self._clauses[item.clause].spans, *(self._clauses[own[at].measure].spans if at in own else ())),
                )
                for at, item in enumerate(draft.items)
            ]
        else:
            stated = draft.words or (draft.clause,)
            spans = tuple(span for clause in stated for span in self._clauses[clause].spans)
            statements = [self._statement(self._clauses[clause]) for clause in stated]
            items = [
                Measure(
                    address,
                    draft.notation,
                    "。".join(statements) if draft.clause not in stated else draft.title,
                    (*stated, *row_clauses),
                    address,
                    responsibilities,
                    bases,
                    (*spans, *row_spans),
                )
            ]
        told = [(draft.title, row), *((draft.items[at].title, one) for at, one in own.items())]
        return group, items, [problem for title, one in told for problem in self._differences(title, one)]

    def _with_row(self, printed: tuple[Responsibility, ...], row: _Row | None) -> tuple[Responsibility, ...]:
        """Who is responsible in the body and in the row of a measure; whom both name in one role is named once."""
        said = {(one.mention.as_written, one.mention.role) for one in printed}
        units = self._responsibilities(row.unit_clauses) if row else ()
        return (*printed, *(one for one in units if (one.mention.as_written, one.mention.role) not in said))

    def _subjects(self, leaves: tuple[str, ...]) -> tuple[Responsibility, ...]:
        """Who acts in the words of a measure: departments that open a part of its sentence, right before its verb.

        A part that says in which case something is done (市公安局通报三次的) names nobody who does it.
        """
        forms = forms_of(self._words)
        found: list[Responsibility] = []
        for leaf in leaves:
            passage = self._passage(self._clauses[leaf])
            opening = read_opening(passage.text)
            known = {passage.text[slice(*_place(passage, one))]: one for one in self._mentions[leaf]}
            for part in _PART.finditer(passage.text, opening.end if opening else 0):
                actor = forms.find(ACTOR, passage.text, *part.span())
                if actor is not None and forms.find(TRIGGER, part.group()) is None:
                    found.extend(self._acting(passage, *actor.span("actor"), known))
        return tuple(found)

    def _acting(
        self, passage: Passage, begin: int, end: int, known: dict[str, OrganisationMention]
    ) -> Iterator[Responsibility]:
        """The departments that a stretch lists, in printed order: known ones, and what has the form of one.

        None where one of them has neither, for its words may be no name: 限制参加政府 ends like a body, so a name that
        nobody knows must open with whose it is.
        """
        forms = forms_of(self._words)
        cuts = [match.span() for match in forms.find_all(LISTED_PARTS, passage.text[begin:end])]
        parts = [
            (begin + left, begin + right)
            for (_, left), (right, _) in pairwise([(0, 0), *cuts, (end - begin, end - begin)])
            if left < right
        ]
        ours = forms.vocabulary.place_endings
        names = [passage.text[left:right] for left, right in parts]
        if not all(name in known or (name.startswith(ours) and is_department(name, forms)) for name in names):
            return
        for (left, right), name in zip(parts, names, strict=True):
            spans = passage.spans(left, right)
            unknown = OrganisationMention(name, spans, passage.clause, None, False, "implement", False)
            yield Responsibility(replace(known.get(name, unknown), role="implement", spans=spans))

    def build_row(self, row: _Row, address: str) -> Measure:
        """A measure that stands in a table only, under an address that no other row has."""
        return Measure(
            address,
            notation_of_label(row.label, keep=True) or row.clause.rsplit("_", 1)[-1],
            row.title,
            (row.clause,),
            None,
            self._responsibilities(row.unit_clauses) or self._actors((row.lead,) if row.lead else ()),
            self._bases(row.basis_clauses),
            self._clauses[row.measure].spans,
        )

    def number(self, measures: list[Measure]) -> list[Measure]:
        """The same measures, each under a number that no other one of the document has."""
        told = tell_apart([(one.notation, one.stated_in[0]) for one in measures], self._clauses)
        return [replace(one, notation=notation) for one, notation in zip(measures, told, strict=True)]

    def _differences(self, title: str, row: _Row | None) -> list[Problem]:
        if row is None or _plain(title) == _plain(row.title):
            return []
        start, end = self.bounds(row.measure)
        return [
            Problem(
                "body-appendix-differ",
                f"正文作“{title}”，附表作“{row.title}”；两处文字不同，均予保留",
                start,
                end,
            )
        ]


def _pin_points(citation: Citation) -> Iterator[tuple[Locator | None, tuple[Span, ...]]]:
    if citation.excerpts:
        yield from ((excerpt.locator, excerpt.spans) for excerpt in citation.excerpts)
    elif citation.locators:
        yield from ((locator, ()) for locator in citation.locators)
    else:
        yield None, ()


_Unit = tuple[int, int | None]
"""A group by its place, or one of its items by the place of both."""


def _match_rows(drafts: list[_Draft], rows: list[_Row], parts: frozenset[str]) -> dict[_Unit, _Row]:
    """Which row belongs to which group or item: the same number and like words, then like words alone.

    A number alone joins nothing: a body may begin anew in each part where its table counts on. `parts` are the clauses
    that hold groups; a row is a measure, never a part.
    """
    units: list[tuple[_Unit, str, int | None]] = []
    for place, draft in enumerate(drafts):
        if draft.clause not in parts:
            units.append(((place, None), draft.title, draft.number))
            units += [((place, at), one.title, _last_number(one.notation)) for at, one in enumerate(draft.items)]
    matched: dict[_Unit, _Row] = {}
    used: set[str] = set()
    for same_number, alike, least in (
        (True, _share_inside, _LIKE_UNDER_ONE_NUMBER),
        (False, _likeness, _LIKE_ENOUGH),
        (False, _share_of_long, _LIKE_ENOUGH),
    ):
        pairs = [
            (-alike(title, row.title), -_likeness(title, row.title), at, place)
            for at, (_, title, number) in enumerate(units)
            if not _is_taken(units[at][0], matched)
            for place, row in enumerate(rows)
            if row.clause not in used and (not same_number or (number is not None and number == row.number))
        ]
        for share, _, at, place in sorted(pairs):
            unit, row = units[at][0], rows[place]
            if -share >= least and not _is_taken(unit, matched) and row.clause not in used:
                matched[unit] = row
                used.add(row.clause)
    return matched


def _is_taken(unit: _Unit, matched: dict[_Unit, _Row]) -> bool:
    """Whether a group or item has its row: that of a group is its items', and theirs are the group's."""
    place, at = unit
    if at is None:
        return any(where == place for where, _ in matched)
    return unit in matched or (place, None) in matched


def _without_row(draft: _Draft, own: dict[int, _Row], rows: list[_Row], reader: _Reader) -> Iterator[Problem]:
    """A group whose table has no row for it, or the items of it that have none where others have; the row that has
    its number and other words is named."""
    left = [(draft.clause, draft.title, draft.number)]
    if own:
        left = [(i.clause, i.title, _last_number(i.notation)) for at, i in enumerate(draft.items) if at not in own]
    for clause, title, number in left:
        start, end = reader.bounds(clause)
        same = next((row for row in rows if number is not None and row.number == number), None)
        beside = f"；同号的一行作“{same.title}”，文字不像，没有合并" if same else ""
        yield Problem("measure-without-row", f"附表中没有与“{title}”对应的行{beside}", start, end)


def _last_number(notation: str) -> int | None:
    """The number of an item itself: 2 of 六（三）2."""
    last = re.search(r"[（(]?[^（()）]+[)）]?$", notation)
    digits = re.search(r"[0-9]+$", notation)
    return int(digits.group()) if digits else _number(last.group()) if last else None


def _share_inside(stated: str, printed: str) -> float:
    """How much of a row's words stand in a measure, in whatever order: what a table cuts short is still like it."""
    return max(_likeness(stated, printed), share_of_pairs(_plain(printed), _plain(stated)))


def _share_of_long(stated: str, printed: str) -> float:
    """The same where no number agrees, for rows that say enough to be found in one sentence only."""
    return _share_inside(stated, printed) if len(_plain(printed)) >= _SHORTEST_INSIDE else 0.0


def _place(passage: Passage, mention: OrganisationMention) -> tuple[int, int]:
    """Where a name stands in the words of its passage; (0, 0) where it does not."""
    spans = mention.spans
    if not spans or spans[0].start not in passage.offsets:
        return 0, 0
    return passage.offsets.index(spans[0].start), bisect_left(passage.offsets, spans[-1].end)


def _likeness(one: str, other: str) -> float:
    return likeness(_plain(one), _plain(other))


def _plain(words: str) -> str:
    """Words in one width of punctuation, so that only real differences count."""
    return fold(words, "spelling").text


def _number(label: str) -> int | None:
    opening = read_opening(_plain(label))
    return opening.step.first.number if opening else parse_numeral(label.strip("、.．"))


def _without_number(words: str, label: str) -> str:
    label = "".join(label.split())
    if label and words.startswith(label):
        words = words[len(label) :].lstrip("、.．")
    return words


def _row_addresses(clauses: list[str]) -> dict[str, str]:
    """The last step of a row's address; with the table and what it stands in where a text has several tables.

    >>> _row_addresses(["annex_1/app_1/row_1", "annex_1/app_1/row_2"])
    {'annex_1/app_1/row_1': 'row_1', 'annex_1/app_1/row_2': 'row_2'}
    >>> sorted(_row_addresses(["app_1/row_1", "sec_1/app_1/row_1"]).values())
    ['app_1-row_1', 'sec_1-app_1-row_1']
    """
    short = {clause: clause.rsplit("/", 1)[-1] for clause in clauses}
    if len(set(short.values())) == len(short):
        return short
    return {clause: clause.replace("/", "-") for clause in clauses}


def _short_addresses(clauses: list[str]) -> dict[str, str]:
    """Addresses below the part they stand in; with the part when two would be the same (sec_7/al_1)."""
    short = {clause: _below_part(clause) for clause in clauses}
    seen: dict[str, int] = defaultdict(int)
    for address in short.values():
        seen[address] += 1
    if all(count == 1 for count in seen.values()):
        return short
    return {clause: "-".join(_part_and_rest(clause)) for clause in clauses}


def _below_part(clause: str) -> str:
    return _part_and_rest(clause)[-1]


def _part_and_rest(clause: str) -> list[str]:
    """The part a clause stands in, if any, and its address below it.

    >>> _part_and_rest("annex_1/sec_2/para_9"), _part_and_rest("art_12/para_1/point_2")
    (['sec_2', 'para_9'], ['art_12/para_1/point_2'])
    """
    segments = [segment for segment in clause.split("/") if not segment.startswith("annex_")]
    if len(segments) > 1 and segments[0].startswith(("sec_", "chp_", "part_")):
        return [segments[0], "/".join(segments[1:])]
    return ["/".join(segments)]
