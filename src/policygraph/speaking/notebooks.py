"""The Python door: ``import policygraph as pg; ds = pg.open()``.

Small, and in the words of the command line: ``ask`` (``question`` for a sentence), ``sparql``, ``decide``, ``screen``,
``parse``, ``load_register``.
An answer is a sequence of rows that shows itself as a table in a terminal and a notebook, names its day and dataset,
says what nobody has looked at, and becomes a frame of whatever library is at hand.

Deliberately absent: a second way to ask. Every function here calls what the commands call, and raises the same errors
(``policygraph.errors``), with place, cause and remedy.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from policygraph.clock import today
from policygraph.errors import InputError
from policygraph.judging.answers import Answer, Cell, Gap, warn_of_gaps
from policygraph.judging.decisions import Decision
from policygraph.judging.decisions.rendering import decision_json
from policygraph.judging.rules import Register
from policygraph.keeping.assessments import load_assessments, open_desk, open_policies, open_screening
from policygraph.keeping.concluding import Concluded, conclude
from policygraph.keeping.registers import load_register as read_register
from policygraph.keeping.routing import Candidate, Routed, Router, answer_senses, narrow_answer
from policygraph.keeping.sources import read_any_source
from policygraph.keeping.store import GraphAnswer, Store
from policygraph.reading.texts import Reading, read_text, serialise_reading
from policygraph.speaking.cli.terminal import load_store
from policygraph.speaking.exports import plain_text, render_csv, render_json, render_routed, render_table
from policygraph.text.dates import read_day

if TYPE_CHECKING:
    from rdflib import Graph

    from policygraph.keeping.batch import Summary

Frame = Any
"""A data frame or table of a library that the caller has installed; none of them is a dependency."""


@dataclass(frozen=True, slots=True)
class Rows(Sequence[Mapping[str, Cell]]):
    """The rows of an answer, each a mapping by column; None is an empty cell.

    >>> rows = Rows(Answer(("notation", "rank"), (("二（九）", None),), "2026-11-22", "0123"))
    >>> rows[0]["notation"], len(rows), rows.columns, rows.as_of
    ('二（九）', 1, ('notation', 'rank'), '2026-11-22')
    """

    answer: Answer
    conclusions: tuple[Concluded, ...] = ()
    """What may be done, where a question in a sentence asked that."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return self.answer.columns

    @property
    def as_of(self) -> str | None:
        """The day that was asked for, in ISO form; None where the question has none."""
        return self.answer.as_of

    @property
    def dataset(self) -> str | None:
        """The hash of the dataset that answered."""
        return self.answer.dataset

    @property
    def coverage(self) -> tuple[Gap, ...]:
        """The declared gaps: of these documents and kinds, no row does not mean no rule."""
        return self.answer.coverage

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.answer.rows)

    @overload
    def __getitem__(self, index: int) -> Mapping[str, Cell]: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Mapping[str, Cell]]: ...
    def __getitem__(self, index: int | slice) -> Mapping[str, Cell] | Sequence[Mapping[str, Cell]]:
        """A row by its number, or several."""
        if isinstance(index, slice):
            return [self._row(row) for row in self.answer.rows[index]]
        return self._row(self.answer.rows[index])

    def __iter__(self) -> Iterator[Mapping[str, Cell]]:
        """The rows in order."""
        return map(self._row, self.answer.rows)

    def _row(self, row: tuple[Cell, ...]) -> Mapping[str, Cell]:
        return dict(zip(self.columns, row, strict=True))

    def to_csv(self) -> str:
        """The rows as ``ask --format csv`` prints them."""
        return render_csv(self.answer)

    def to_json(self) -> str:
        """The answer as ``ask --format json`` prints it."""
        return render_json(self.answer)

    def to_pandas(self) -> Frame:
        """The rows as a pandas frame. Errors: ``InputError`` where pandas is not installed."""
        return _library("pandas").DataFrame.from_records(self.answer.rows, columns=list(self.columns))

    def to_polars(self) -> Frame:
        """The rows as a polars frame. Errors: ``InputError`` where polars is not installed."""
        return _library("polars").DataFrame(self._columns())

    def to_arrow(self) -> Frame:
        """The rows as an Arrow table. Errors: ``InputError`` where pyarrow is not installed."""
        return _library("pyarrow").table(self._columns())

    def _columns(self) -> dict[str, list[Cell]]:
        # a column of IRIs is a column of text for a library that knows only plain types
        rows = [tuple(str(cell) if isinstance(cell, str) else cell for cell in row) for row in self.answer.rows]
        return {name: [row[at] for row in rows] for at, name in enumerate(self.columns)}

    def __repr__(self) -> str:
        """The table that a terminal shows, with its day, dataset and gaps."""
        first = dict.fromkeys(one.sentence for one in self.conclusions)
        return "\n".join((*first, render_table(self.answer).rstrip("\n")))

    def _repr_html_(self) -> str:
        """The table that a notebook shows."""
        head = "".join(f"<th>{escape(name)}</th>" for name in self.columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(plain_text(cell))}</td>" for cell in row) + "</tr>"
            for row in self.answer.rows
        )
        foot = " · ".join(part for part in ((self.dataset or "")[:12], self.as_of, warn_of_gaps(self.coverage)) if part)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table><p>{escape(foot)}</p>"


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of a question in a sentence: how it was understood, and the rows; None where it was asked back.

    Where one of a few named questions is meant, ``readings`` are those with their first rows; ``rows`` is None there
    too, because none of them is the answer.
    """

    routed: Routed
    rows: Rows | None
    conclusions: tuple[Concluded, ...] = ()
    """What may be done, a sentence an act, with clause, words and certainty: first, where the question asks that."""
    readings: tuple[tuple[Candidate, Rows], ...] = ()

    def __repr__(self) -> str:
        """What the command prints: how it was understood, what may be done, then the table."""
        rows = [repr(self.rows)] if self.rows is not None else []
        rows += [f"{one.summary_zh}\n{found!r}" for one, found in self.readings]
        return "\n".join((render_routed(self.routed), *self._sentences, *rows))

    @property
    def _sentences(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.sentence for one in self.conclusions))

    def _repr_html_(self) -> str:
        """The same in a notebook."""
        lines = (*render_routed(self.routed).splitlines(), *self._sentences)
        told = "".join(f"<p>{escape(line)}</p>" for line in lines)
        told += self.rows._repr_html_() if self.rows is not None else ""
        return told + "".join(f"<p>{escape(one.summary_zh)}</p>{rows._repr_html_()}" for one, rows in self.readings)


class Dataset:
    """A dataset that is open: questions, SPARQL, decisions, screening.

    ``hash`` names the bytes that answer.
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    @property
    def hash(self) -> str:
        """The content hash of the dataset; it stands on every answer."""
        return self.store.dataset or ""

    @property
    def policies(self) -> tuple[str, ...]:
        """The ids of the policies that can be decided."""
        return tuple(open_policies(self.store))

    def questions(self) -> Rows:
        """The named questions: what each answers, and parameters that work."""
        rows = tuple(
            (q.name, q.summary_zh, q.summary_en, " ".join(f"{p.name}={p.example!r}" for p in q.parameters))
            for q in self.store.list_queries()
        )
        return Rows(Answer(("name", "summary", "summary_en", "example"), rows, dataset=self.store.dataset))

    def ask(
        self, name: str, /, *, register: Register | str | Path | None = None, limit: int | None = None, **values: Any
    ) -> Rows:
        """Answer a named question; values are ids, numbers, names, IRIs, dates. ``as_of`` is today without it.

        A question about an enterprise needs a ``register``. Errors: ``NotFoundError`` for a name of nothing,
        ``InputError`` for a value that cannot be used.
        """
        if not name.isascii():
            return self._ask_sentence(name, register, values)
        query = self.store.find_query(name)
        words = {key: None if value is None else str(value) for key, value in values.items()}
        if any(parameter.name == "as_of" for parameter in query.parameters):
            words["as_of"] = words.get("as_of") or today()
        if query.about_entity:
            if register is None:
                raise InputError("register", f"{name} 问的是一个单位", "请给出登记册：register=路径")
            day = _day(words["as_of"] or "")
            desk = open_desk(self.store, day)
            facts = self._register(register)
            entity = words.get("entity")
            load_assessments(self.store, desk, facts, (entity,) if entity else facts.enterprises, day)
        return Rows(self.store.ask(name, words, limit=limit))

    def _ask_sentence(self, text: str, register: Register | str | Path | None, values: Mapping[str, Any]) -> Rows:
        """The rows that answer a question in a sentence, with what may be done first; refused where not certain."""
        if others := values.keys() - {"as_of"}:
            raise InputError(
                text, f"一句话的问题不另给 {'、'.join(sorted(others))}", "请把它们写进问题里，或者用问题的名称"
            )
        asked = self.question(text, register=register, as_of=values.get("as_of"))
        if asked.rows is None:
            raise InputError(text, render_routed(asked.routed), "请说得具体些，或者用 question() 取得可能的问题")
        return replace(asked.rows, conclusions=asked.conclusions)

    def question(
        self, text: str, /, *, register: Register | str | Path | None = None, as_of: str | date | None = None
    ) -> Asked:
        """Answer a question in a sentence, Chinese or English, without a model: ``.routed`` says how it was understood.

        Where that is not certain ``.rows`` is None and ``.routed.candidates`` are the named questions that may be
        meant, answered in ``.readings`` where one of them surely is; nothing is guessed. Errors: those of ``ask``.
        """
        routed = self._router.route(text, _day(as_of or today()).isoformat())
        if routed.state != "answer" or routed.query is None:
            senses = answer_senses(self.store, routed)
            return Asked(routed, None, readings=tuple((one.asked, Rows(one.answer, one.conclusions)) for one in senses))
        values: dict[str, Any] = dict(routed.parameters)
        found = self.ask(routed.query, register=register, **values)
        answer = narrow_answer(found.answer, routed.narrow)
        return Asked(routed, Rows(answer), conclude(self.store, routed.query, routed.parameters, answer))

    @cached_property
    def _router(self) -> Router:
        return Router(self.store)

    def sparql(self, query: str, *, limit: int | None = None) -> Rows | Graph | bool:
        """Answer SPARQL: rows for SELECT, an rdflib graph for CONSTRUCT and DESCRIBE, a truth value for ASK."""
        found = self.store.query(query, limit=limit)
        if isinstance(found, Answer):
            return Rows(found)
        if isinstance(found, GraphAnswer):
            from rdflib import Graph

            return Graph().parse(data=found.serialise(), format="turtle")
        return found

    def decide(
        self, register: Register | str | Path, policy: str, as_of: str | date | None = None, entity: str | None = None
    ) -> tuple[Decision, ...]:
        """Decide one enterprise, or each of a register, under a policy (or ``all``), condition by condition.

        A decision's ``outcome`` is a code; ``decision_json`` of ``policygraph`` writes it as ``decide`` does.
        """
        day = _day(as_of or today())
        desk = open_desk(self.store, day)
        facts = self._register(register)
        if entity is not None and facts.enterprise(entity) is None:
            raise InputError(entity, "登记册中没有这个单位", f"登记册中有 {len(facts.enterprises)} 个")
        return tuple(
            desk.decide(facts, one, each, day, today=date.fromisoformat(today()))
            for one in ((entity,) if entity is not None else facts.enterprises)
            for each in desk.choose(policy)
        )

    def screen(self, register: str | Path, policy: str, out: str | Path, as_of: str | date | None = None) -> Summary:
        """Screen a whole register into a file (``.csv`` or ``.parquet``) with the answers of ``decide``."""
        return open_screening(self.store).screen(Path(register), policy, _day(as_of or today()), Path(out))

    def _register(self, given: Register | str | Path) -> Register:
        return given if isinstance(given, Register) else load_register(given, self)

    def __repr__(self) -> str:
        """The hash, and what is in it."""
        return f"<Dataset {self.hash[:12]}: {len(self.store.ask('documents').rows)} documents>"


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document that was read: ``reading`` with all its values, ``to_dict()`` as ``parse --format json`` prints it."""

    reading: Reading

    @property
    def title(self) -> str | None:
        """The title as printed; None when there is none."""
        return self.reading.document.title

    @property
    def number(self) -> str | None:
        """The document number, normalised; None when there is none."""
        return self.reading.document.number

    def to_dict(self) -> dict[str, Any]:  # Any: a JSON object
        """The one JSON shape of a parsed document."""
        return serialise_reading(self.reading)

    def __repr__(self) -> str:
        """The outline that ``parse`` prints."""
        from policygraph.reading.documents import outline

        return outline(self.reading.document)


def open(folder: str | Path | None = None, *, workspace: str | Path | None = None) -> Dataset:
    """Open a dataset: that in a folder, that of a workspace, or (without either) our five documents, built if need be.

    Errors: ``InputError`` for a folder without a dataset, ``DataError`` for one that is not what its manifest says.
    """
    return Dataset(
        load_store(Path(folder) if folder is not None else None, Path(workspace) if workspace is not None else None)
    )


def parse(path: str | Path) -> Parsed:
    """Read any official document: text, Markdown, HTML, JSON, Word, PDF with a text layer."""
    from policygraph.keeping.dataset.knowledge import load_knowledge

    source = read_any_source(Path(path))
    return Parsed(read_text(source.text, load_knowledge(), sha256=source.sha256, charset=source.charset))


def load_register(path: str | Path, dataset: Dataset | None = None) -> Register:
    """Load a register (a folder of CSV, ``.xlsx``, ``.ttl``) by the codes and conditions of a dataset.

    Errors: one ``InputError`` with every bad cell.
    """
    desk = open_desk((dataset or open()).store, date.fromisoformat(today()))
    return read_register(Path(path), conditions=desk.conditions(), codes=desk.codes)


def screen(
    register: str | Path, policy: str, out: str | Path, as_of: str | date | None = None, dataset: Dataset | None = None
) -> Summary:
    """Screen a whole register under a policy into a file, by a dataset or, without one, by our five documents.

    Errors: those of ``Dataset.screen``.
    """
    return (dataset or open()).screen(register, policy, out, as_of)


def _day(given: str | date) -> date:
    return given if isinstance(given, date) else read_day(given, "as_of")


def _library(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise InputError(name, "没有安装这个库", f"请先 pip install {name}，或用 to_csv()、to_json()") from error


__all__ = [
    "Asked", "Dataset", "Decision", "Parsed", "Register", "Rows", "decision_json", "load_register", "open", "parse",
    "screen",
]  # fmt: skip
