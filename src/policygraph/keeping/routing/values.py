"""The values with which a named question is asked, and the columns by which its rows are kept.

Deliberately absent: the choice of the named question.
"""

from __future__ import annotations

from collections.abc import Set
from datetime import date, timedelta

from policygraph.judging.asking import Piece, Preset
from policygraph.keeping.routing.lexicon import Lexicon
from policygraph.keeping.routing.outcomes import PLACES
from policygraph.keeping.routing.reader import Read
from policygraph.keeping.store import NamedQuery

NARROWED = ("mechanism", "procedure")
"""The columns that hold a concept of the scheme of that name; rows are kept by those that a question names."""


class Filling:
    """The values of one named question out of one reading; ``unclear`` are names that fit several things."""

    def __init__(
        self, query: NamedQuery, read: Read, lexicon: Lexicon, today: str, preset: Preset = (), *, kinds: bool = False
    ) -> None:
        """``kinds``: people ask for this answer by the kind of measure, so that its rows are kept to those of it."""
        self.values: dict[str, str] = dict(preset)
        self.narrow: dict[str, frozenset[str]] = {}
        self.unclear: tuple[str, ...] = ()
        self._query, self._read, self._lexicon = query, read, lexicon
        self._types = {parameter.type: parameter.name for parameter in query.parameters}
        self._columns = {column.name for column in query.columns}
        self._needed = {parameter.type for parameter in query.parameters if parameter.required}
        self._put_things()
        if kinds and read.of_kind and "measure" in self._columns and "measure" not in self.values:
            self.narrow["measure"] = read.measures & read.of_kind or read.measures or read.of_kind
        self._put_concepts()
        self._put_days(today)
        if "document" not in self._columns | self._types.keys():
            self.narrow.pop("document", None)

    @property
    def missing(self) -> tuple[str, ...]:
        """The parameters that the question needs and does not give."""
        return tuple(p.name for p in self._query.parameters if p.required and p.name not in self.values)

    def _put(self, kind: str, found: frozenset[str], *, several: bool) -> None:
        short = self._lexicon.short
        if len(found) == 1 and kind in self._types:
            self.values[self._types[kind]] = short(next(iter(found)))
        elif found and kind in self._columns - self._needed and (several or len(found) == 1):
            self.narrow[kind] = found
        elif found and kind in self._types:
            self.unclear += tuple(sorted(short(one) for one in found))

    def _put_things(self) -> None:
        read, types, columns = self._read, self._types, self._columns
        if "entity" in types:
            entities = {m.value for piece in read.pieces for m in piece.means("entity")}
            if len(entities) == 1:
                self.values[types["entity"]] = next(iter(entities))
        self._put("work", frozenset(m.value for piece in read.pieces for m in piece.means("work")), several=False)
        bodies = [piece for piece in read.pieces if piece.means("department")]
        # 去哪个法院 asks for a body, and names none beside one that is named
        named = [one for one in bodies if not one.means("cue")] or bodies
        self._put("department", frozenset[str]().union(*(self._find_bodies(piece) for piece in named)), several=True)
        if read.measures and "measure" in columns | types.keys():
            self._put("measure", read.measures, several=True)
        if read.documents and "measure" not in self.values:
            self._put("document", read.documents, several=True)
        locators = [m.value for piece in read.pieces for m in piece.means("locator")]
        if locators and ("work" in self.values or "work" in self.narrow):
            self._put_place(locators[0])

    def _put_place(self, locator: str) -> None:
        """A place in a law: as a value where the question takes one, else the rows are kept to those of the place."""
        if "locator" in self._types:
            if "work" in self.values:
                self.values[self._types["locator"]] = locator
            return
        column = next((name for name in PLACES if name in self._columns), None)
        if column is not None and "work" in self._columns:
            self.narrow[column] = frozenset((locator,))

    def _find_bodies(self, piece: Piece) -> frozenset[str]:
        """The bodies that a name means; a column that tells bodies by their names alone is kept by the names.

        There a body that carries no measure (a ministry that a short name may mean) would leave nothing of an answer
        that says itself who acts: the rows are not kept by it.
        """
        found = self._departments(piece, "measure" in self._columns)
        if (
            "department" in self._columns
            and "department_label" not in self._columns
            and "department" not in self._types
        ):
            return frozenset(self._lexicon.body_labels[one] for one in found & self._lexicon.carriers)
        return found

    def _put_concepts(self) -> None:
        named = {m.value for piece in self._read.pieces for m in piece.means("concept")}
        for column in self._columns & set(NARROWED):
            held = frozenset(one for one in named if f"/{column}-" in one)
            if held:
                # some questions answer with the concept, some with its code
                self.narrow[column] = held | {one.rpartition(f"/{column}-")[2] for one in held}

    def _put_days(self, today: str) -> None:
        names = {parameter.name for parameter in self._query.parameters if parameter.type == "date"}
        telling = (piece for piece in self._read.pieces if piece not in self._read.describing)
        found = sorted(m.value for piece in telling for m in piece.means("date"))
        if "since" in names and found:
            self.values["since"] = self._before(found[0])
            found = found[1:]
        if "as_of" in names:
            self.values["as_of"] = found[-1].rpartition("/")[2] if found else today

    def _before(self, written: str) -> str:
        """The day that a comparison begins with, itself not counted: the last of a period, or the one before it begins.

        今天和2020年比 compares with the end of 2020; 2020年以来 counts what happened in 2020 too.
        """
        first, _, last = written.rpartition("/")
        from_then = any(
            self._lexicon.plays(meaning, "from") for piece in self._read.pieces for meaning in piece.means("asking")
        )
        if first and from_then:
            return (date.fromisoformat(first) - timedelta(days=1)).isoformat()
        return last

    def _departments(self, piece: Piece, of_measures: bool) -> frozenset[str]:
        """The bodies that a name may mean, those that carry measures where it is about them, of its places first."""
        lexicon = self._lexicon
        found = meant = frozenset(m.value for m in piece.means("department"))
        if of_measures:
            found = found & lexicon.carriers or found
        else:
            called = frozenset(m.value for m in lexicon.named.get(piece.text, ()) if m.kind == "department")
            found = called or found
        read = self._read
        places = {*read.places, *(r for r, docs in lexicon.homes.items() if docs & read.documents)}
        near = frozenset(one for one in found if lexicon.seats.get(one) in places)
        if near or not of_measures or not places or len(meant) < 2:
            return near or found
        return self._mates(meant, places) or found

    def _mates(self, called: frozenset[str], places: Set[str]) -> frozenset[str]:
        """The bodies of some places with the function of those that a short name calls, none of which sits there:
        安监局 in a document of a place that has an 应急管理局 by now. Asked only for a name that several bodies have.
        """
        lexicon = self._lexicon
        heirs = {heir for one in called for heir in lexicon.heirs.get(one, ())}
        told = frozenset[str]().union(*(lexicon.functions.get(one, frozenset()) for one in called | heirs))
        found = frozenset(
            one for one, has in lexicon.functions.items() if has & told and lexicon.seats.get(one) in places
        )
        return found & lexicon.carriers or found
