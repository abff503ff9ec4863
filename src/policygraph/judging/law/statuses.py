"""What became of a cited basis, from one day to another: derived once from dates and events, filtered by questions.

The law changes on few days. For each citation the days are cut where something happens to its work or its provision,
and on each stretch the first case of a ladder that holds gives the status, since when, on which event, with which
certainty, and the sentence that says why. The ladder is here; its order, the status of each case and the sentences
are ``ontology/concepts/standing.ttl``. Provisions are compared by ``text.locators.lies_in`` and nothing else.

A provision is read with the text in force on the document's own day (else the first day of its inferred interval);
only what happened after that day is a change to it. Nothing is ever replaced: a successor is a candidate to look at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS, SKOS
from rdflib.term import Node

from policygraph.graph.memory import make_day, make_graph, make_text
from policygraph.namespaces import ELI, ID, PG
from policygraph.text.locators import lies_in
from policygraph.text.sentences import mend_joints

FIRST = "0001-01-01"
LAST = "9999-12-31"
_ENDS = ("repealed", "expired")
_MOVES = ("renumbered", "rewritten", "repealed")
_EDITS = ("amended", "revised")


@dataclass(frozen=True, slots=True)
class Case:
    """A rung of the ladder: its name, its status (empty: that of the event), and the pattern of its sentence."""

    name: str
    status: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Event:
    """A dated event of a work, or of one provision of it."""

    node: str
    kind: str
    day: str
    provision: str
    successor: str
    number_now: str
    note: str
    certainty: str
    date_certainty: str
    follower: str
    related: str

    @property
    def place(self) -> tuple[str, str]:
        """What orders events: the day, then the name."""
        return self.day, self.node


@dataclass(frozen=True, slots=True)
class Status:
    """What is so on the days of an interval; empty where there is nothing to say."""

    status: str
    event: str = ""
    since: str = ""
    candidate: str = ""
    number_now: str = ""
    evidence: str = ""
    certainty: str = ""
    date_certainty: str = ""
    standing: str = ""


def status_intervals(union: Graph) -> Graph:
    """What became of each citation that is a basis, and of each work, from day to day (``pg:StatusInterval``).

    ``chain_events`` must be in the union. The first interval has no beginning and the last no end. A work as a whole
    goes the same ladder, read as it stands on the day itself: an amendment is no change to it.
    """
    cases = read_cases(union)
    works: dict[Node, _Work] = {}
    intervals = make_graph()
    for basis in sorted(set(_bases(union)), key=str):
        work = union.value(basis, PG.citedWork)
        if work is not None and work not in works:
            works[work] = _read_work(union, work)
        reader = _Reader(union, basis, works[work] if work is not None else None, cases)
        for number, (since, until, status) in enumerate(reader.intervals(), start=1):
            _describe(intervals, basis, PG.ofCitation, number, since, until, status)
    for work in sorted(set(union.subjects(RDF.type, PG.Work)), key=str):
        reader = _Reader(union, work, works.get(work) or _read_work(union, work), cases)
        reader.read_on, reader.is_whole = LAST, True
        for number, (since, until, status) in enumerate(reader.intervals(), start=1):
            _describe(intervals, work, PG.ofWork, number, since, until, status)
    return intervals


def read_cases(union: Graph) -> Mapping[str, Case]:
    """The cases of the ladder by name, in their order. Errors: ``KeyError`` later, where a case is not there."""
    scheme = ID["concept/scheme-standing"]
    found = [
        (
            int(str(union.value(node, PG.order))),
            Case(
                str(union.value(node, SKOS.notation)),
                str(union.value(node, PG.status) or ""),
                next((str(v) for v in union.objects(node, PG.evidencePattern) if language_of(v) == "zh"), ""),
            ),
        )
        for node in union.subjects(SKOS.inScheme, scheme)
    ]
    return {case.name: case for _, case in sorted(found, key=lambda item: item[0])}


# [{version}自{from}起施行|自{from}起施行] · [；{opening}] · {note};  not: {从}
_CHOICE = re.compile(r"\[(?P<choice>[^\[\]]*)\]")
_SLOT = re.compile(r"\{(?P<slot>[a-z_]+)\}")


def fill_pattern(pattern: str, slots: Mapping[str, str]) -> str:
    """A sentence from a pattern: of a choice in brackets the first part whose slots are all known, or nothing.

    >>> fill_pattern("自{from}起施行[；{note}|，没有记录]。", {"from": "2021-09-01", "note": ""})
    '自2021-09-01起施行，没有记录。'
    >>> fill_pattern("{note}[；{same}]", {"note": "第五条未变。", "same": "另见说明。"})
    '第五条未变；另见说明。'
    """
    words: list[str] = []
    for is_choice, parts in _cut_pattern(pattern):
        chosen = next((part for part in parts if all(map(slots.get, part[1::2]))), ()) if is_choice else parts[0]
        words.extend(chosen)
        for index in range(len(words) - len(chosen) + 1, len(words), 2):
            words[index] = slots.get(words[index], "")
    # what fills a slot may be a sentence of its own
    return mend_joints("".join(words))


def find_slots(pattern: str) -> frozenset[str]:
    """The slots that a pattern names: who fills it need not work out any other.

    >>> sorted(find_slots("自{from}起施行[；{note}|，没有记录]。"))
    ['from', 'note']
    """
    return frozenset(slot for _, parts in _cut_pattern(pattern) for part in parts for slot in part[1::2])


@cache
def _cut_pattern(pattern: str) -> tuple[tuple[bool, tuple[tuple[str, ...], ...]], ...]:
    """A pattern cut once: its stretches, each with whether it is a choice and its parts; words and slots take turns."""
    return tuple(
        (bool(index % 2), tuple(tuple(_SLOT.split(part)) for part in (stretch.split("|") if index % 2 else [stretch])))
        for index, stretch in enumerate(_CHOICE.split(pattern))
    )


@dataclass(frozen=True, slots=True)
class _Work:
    """A work with its events, oldest first."""

    node: Node
    starts: str
    issued: str
    read: str
    is_plan: bool
    note: str
    checked: str
    date_certainty: str
    events: tuple[Event, ...]


def _bases(union: Graph) -> Iterator[Node]:
    for term in (PG.hasLegalBasis, PG.inheritedLegalBasis, PG.documentBasis):
        for basis in union.objects(None, term):
            if (basis, PG.nestedIn, None) not in union:
                yield basis


def _read_work(union: Graph, work: Node) -> _Work:
    def said(term: URIRef) -> str:
        return str(union.value(work, term) or "")

    events = sorted((_read_event(union, event) for event in union.subjects(PG.work, work)), key=lambda e: e.place)
    return _Work(
        node=work,
        starts=said(PG.inForceFrom),
        issued=said(ELI.date_document),
        read=said(PG.textCertainty),
        is_plan=(work, PG.planPeriodTo, None) in union,
        note=said(PG.sourceNote),
        checked=said(PG.checkedUntil),
        date_certainty=said(PG.dateCertainty),
        events=tuple(event for event in events if event.kind and event.day),
    )


def _read_event(union: Graph, event: Node) -> Event:
    def said(term: URIRef) -> str:
        return str(union.value(event, term) or "")

    return Event(
        node=str(event),
        kind=said(PG.eventKind),
        day=said(DCTERMS.date),
        provision=said(PG.fromProvision),
        successor=said(PG.toProvision),
        number_now=said(PG.formerNumberNow),
        note=said(PG.sourceNote),
        certainty=said(PG.certainty),
        date_certainty=said(PG.dateCertainty),
        follower=said(PG.followedBy),
        related="、".join(_related(union, event)),
    )


def _related(union: Graph, event: Node) -> Iterator[str]:
    """The provisions that are near in content, the nearest first, each with its work."""
    found = []
    for near in union.objects(event, PG.relatedProvision):
        work = union.value(near, PG.inWork)
        titles = union.objects(work, DCTERMS.title) if work is not None else ()
        title = next((str(one) for one in titles if _is_zh(one)), "")
        closest = str(union.value(near, PG.nearest) or "false") == "true"
        number = union.value(near, PG.provision)
        if title and number is not None:
            found.append((not closest, str(near), f"《{title}》{number}" + ("（最接近）" if closest else "")))
    for *_, line in sorted(found):
        yield line


class _Reader:
    """One citation: what its work and its provision went through, and the ladder on each stretch of days."""

    def __init__(self, union: Graph, basis: Node, work: _Work | None, cases: Mapping[str, Case]) -> None:
        document = _document_of(union, basis)
        provision = union.value(basis, PG.citedProvision)
        self.work = work
        self.cases = cases
        self.is_whole = False
        self.locator = str(union.value(basis, PG.locator) or "")
        self.read_on = said_of(union, document, ELI.date_document) or said_of(union, document, PG.dateFrom)
        version = union.value(provision, ELI.is_part_of) if provision is not None else None
        if work is None or (version, PG.versionOf, work.node) not in union:
            version = None
        # rdflib takes None for "anything": a version that is not known is never looked up
        labels = union.objects(version, RDFS.label) if version is not None else ()
        self.version = "" if version is None else str(version)
        self.version_label = next((str(label) for label in labels if language_of(label) == "zh"), "")
        self.version_from = said_of(union, version, PG.inForceFrom)
        self.version_date_certainty = said_of(union, version, PG.dateCertainty)
        self.has_earlier_text = bool(self.version) and any(
            str(other) < self.version for other in union.subjects(PG.versionOf, work.node if work else None)
        )

    @cached_property
    def events(self) -> tuple[Event, ...]:
        return self.work.events if self.work is not None else ()

    @cached_property
    def begins(self) -> str:
        """The day the text that is cited came into force, or was issued where that is not known."""
        return self.version_from or (self.work.starts or self.work.issued if self.work is not None else "")

    def intervals(self) -> Iterator[tuple[str, str, Status]]:
        """The stretches of days with one status each, neighbours that say the same joined."""
        cuts = {FIRST, *(event.day for event in self.events)}
        if self.begins:
            cuts.add(self.begins)
        if self.work is not None and self.work.checked:
            cuts.add(day_after(self.work.checked))
        found: list[tuple[str, Status]] = []
        for day in sorted(cuts):
            status = self.status_on(day)
            if not found or found[-1][1] != status:
                found.append((day, status))
        for index, (day, status) in enumerate(found):
            yield day, day_before(found[index + 1][0]) if index + 1 < len(found) else LAST, status

    def status_on(self, day: str) -> Status:
        """The status on one day: the first case that holds, with its sentence."""
        if self.work is None:
            return self.say("unidentified", {}, certainty="not-found")
        return _Day(self, self.work, day).status()

    def say(self, name: str, slots: Mapping[str, str], event: Event | None = None, **said: str) -> Status:
        """A status of a case, with its sentence; ``said`` are the other fields."""
        case = self.cases[name]
        status = said.pop("status", "") or case.status or (event.kind if event is not None else "")
        return Status(
            status=status,
            event=event.node if event is not None else "",
            evidence=fill_pattern(case.pattern, slots),
            standing="plan-ended" if status == "expired" and self.work is not None and self.work.is_plan else status,
            **said,
        )

    def latest(self, day: str, kinds: tuple[str, ...], fits: Callable[[Event], bool]) -> Event | None:
        """The last event of some kinds up to a day that fits; None when there is none."""
        found = [event for event in self.events if event.kind in kinds and event.day <= day and fits(event)]
        return found[-1] if found else None

    def is_here(self, event: Event) -> bool:
        """Whether an event is about the provision cited, or about one that it lies in."""
        return bool(event.provision) and lies_in(self.locator, event.provision)

    def is_later(self, event: Event) -> bool:
        """Whether an event came after the document."""
        return event.day > self.read_on


class _Day:
    """What had happened to a citation by one day."""

    def __init__(self, reader: _Reader, work: _Work, day: str) -> None:
        self.reader, self.work, self.day = reader, work, day
        here, later = reader.is_here, reader.is_later
        ends = [event for event in reader.events if event.kind in _ENDS and not event.provision]
        self.end = ends[0] if ends else None
        moves = [event for event in reader.events if event.kind in _MOVES and here(event) and later(event)]
        self.move = moves[0] if moves and moves[0].day <= day else None
        self.next = self._follow()
        self.part = reader.latest(day, ("repealed",), lambda e: later(e) and self._is_part(e))
        self.edit = reader.latest(day, _EDITS, lambda e: later(e) and here(e))
        self.same = reader.latest(day, ("unchanged",), here)
        self.opening = reader.latest(day, ("enters-into-force",), here)
        self.whole = reader.latest(day, _EDITS, lambda e: later(e) and not e.provision)

    def _is_part(self, event: Event) -> bool:
        own = self.reader.locator
        return bool(event.provision) and event.provision != own and lies_in(event.provision, own)

    def _follow(self) -> Event | None:
        """The last event up to the day on the way that a renumbered provision went on; None when it stayed."""
        known = {event.node: event for event in self.reader.events}
        last, event = None, self.move
        while event is not None:
            event = known.get(event.follower)
            if event is None or event.day > self.day:
                break
            last = event
        return last

    def status(self) -> Status:
        """The first case that holds."""
        reader, work = self.reader, self.work
        begins = reader.begins
        if begins and begins > self.day:
            return self._not_yet()
        if self.end is not None and self.end.day <= self.day:
            return self._by("ended", self.end, {"end": self.end.note})
        if self.move is not None:
            return self._moved(self.move)
        if self.part is not None:
            return self._by("part-repealed", self.part, {"part": self.part.provision, "note": self.part.note})
        if self.whole is not None and self._is_unexamined(self.whole):
            slots = {"whole": self.whole.day, "note": self.whole.note}
            return self._by("unexamined", self.whole, slots, date_certainty="")
        if self.edit is not None:
            return self._by("amended", self.edit, {"note": self.edit.note})
        if begins and work.read == "verified":
            return self._in_force()
        if begins and self.end is not None:
            return self._in_force_by_its_end(self.end)
        return reader.say("unverifiable", {"note": work.note}, certainty="not-found")

    def _is_unexamined(self, whole: Event) -> bool:
        """Whether the whole was amended after the last day for which the provision was looked at."""
        seen = max((event.day for event in (self.edit, self.same) if event is not None), default="")
        return whole.day > seen

    def _by(self, name: str, event: Event, slots: Mapping[str, str], **more: str) -> Status:
        said = {
            "since": event.day,
            "certainty": event.certainty,
            "date_certainty": event.date_certainty or event.certainty,
            "candidate": f"相关：{event.related}" if event.related else "",
        }
        return self.reader.say(name, slots, event, **(said | more))

    def _moved(self, move: Event) -> Status:
        """A provision that left its place: renumbered, rewritten or deleted, followed to where it stands on the day."""
        last = self.next or move
        moved_on = self.next is not None and self.next.kind != "renumbered"
        amended = self.whole is not None and self.whole.day > last.day
        slots = {
            "move": move.note,
            "next": self.next.note if self.next is not None else "",
            "whole": self.whole.day if self.whole is not None and amended else "",
        }
        successor = (self.next.successor if self.next is not None else "") or ("" if moved_on else move.successor)
        return self._by(
            "moved-on" if moved_on else "moved",
            last,
            slots,
            status=last.kind if moved_on else move.kind,
            since=last.day if moved_on else move.day,
            certainty="believed" if amended and not moved_on else last.certainty,
            candidate=successor or (f"相关：{last.related}" if last.related else ""),
            number_now=move.number_now,
        )

    def _not_yet(self) -> Status:
        reader, work = self.reader, self.work
        certainty = reader.version_date_certainty or work.date_certainty or "verified"
        slots = {
            "version": reader.version_label,
            "in_force": reader.begins if reader.version or work.starts else "",
            "issued": reader.begins,
        }
        return reader.say("not-yet-in-force", slots, since=reader.begins, certainty=certainty, date_certainty=certainty)

    def _in_force(self) -> Status:
        slots = {
            "version": self.reader.version_label,
            "from": self.reader.begins,
            "opening": self.opening.note if self.opening is not None else "",
            "same": self.same.note if self.same is not None else "",
            "checked": self.work.checked,
        }
        checked = bool(self.work.checked) and self.work.checked >= self.day
        said = self._since() | {"certainty": "verified" if checked else "believed"}
        if self.same is not None and self.same.related:
            said["candidate"] = f"相关：{self.same.related}"
        name = "whole-in-force" if self.reader.is_whole else "in-force"
        return self.reader.say(name, slots, self.same, **said)

    def _in_force_by_its_end(self, end: Event) -> Status:
        slots = {"end": end.day, "note": end.note}
        return self.reader.say("in-force-until", slots, None, **(self._since() | {"certainty": "believed"}))

    def _since(self) -> dict[str, str]:
        """Since when the words of the provision stand; unknown where the work has an earlier text and no record."""
        reader = self.reader
        if self.opening is not None:
            return {"since": self.opening.day, "date_certainty": self.opening.date_certainty or self.opening.certainty}
        if reader.has_earlier_text:
            return {}
        certainty = reader.version_date_certainty or self.work.date_certainty or "verified"
        return {"since": reader.begins, "date_certainty": certainty}


def _describe(graph: Graph, thing: Node, of: URIRef, number: int, since: str, until: str, status: Status) -> None:
    node = URIRef(f"{thing}/status_{number}")
    graph.add((node, RDF.type, PG.StatusInterval))
    graph.add((node, of, thing))
    for term, day in (
        (PG.intervalFrom, since if since != FIRST else ""),
        (PG.intervalTo, until if until != LAST else ""),
    ):
        if day:
            graph.add((node, term, make_day(day)))
    if status.event:
        graph.add((node, PG.event, URIRef(status.event)))
    if status.since:
        graph.add((node, PG.since, make_day(status.since)))
    for term, words in (
        (PG.status, status.status),
        (PG.standing, status.standing),
        (PG.candidate, status.candidate),
        (PG.formerNumberNow, status.number_now),
        (PG.certainty, status.certainty),
        (PG.dateCertainty, status.date_certainty),
    ):
        if words:
            graph.add((node, term, make_text(words)))
    graph.add((node, PG.evidenceText, make_text(status.evidence, "zh")))


def _document_of(union: Graph, basis: Node) -> Node | None:
    """The document that a basis is cited by: its own statement, else that of what rests on it."""
    document = union.value(basis, PG.document)
    if document is None:
        holders = [
            holder for term in (PG.hasLegalBasis, PG.inheritedLegalBasis) for holder in union.subjects(term, basis)
        ]
        document = next((union.value(holder, PG.document) for holder in sorted(holders, key=str)), None)
    return document


def said_of(union: Graph, node: Node | None, term: URIRef) -> str:
    """The value as text; empty where there is none, or nothing to ask about."""
    return "" if node is None else str(union.value(node, term) or "")


def language_of(term: Node) -> str:
    """The language of a literal; empty for one without, and for what is none."""
    return (term.language or "") if isinstance(term, Literal) else ""


def _is_zh(term: Node) -> bool:
    return language_of(term) in ("zh", "")


def day_after(day: str) -> str:
    """The next day; the last of days stays."""
    return day if day == LAST else (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def day_before(day: str) -> str:
    """The day before; the first and the last of days stay."""
    return day if day in (FIRST, LAST) else (date.fromisoformat(day) - timedelta(days=1)).isoformat()
