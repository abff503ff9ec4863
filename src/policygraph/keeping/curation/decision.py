"""A decision while it is being made: what changes, in which files, with which lines of the journal, and the writing.

Whatever decides on a document makes one of these, tells it each change, and finishes it: then all files say it, or
none does. Nothing enters the model whose quote is not verbatim in its clause, and nobody writes over what somebody
else has decided meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from types import MappingProxyType

from rdflib import Graph, URIRef

from policygraph.errors import DataError, InputError
from policygraph.graph.blanks import skolemise
from policygraph.graph.grounding import ground_quotes
from policygraph.graph.memory import make_graph
from policygraph.judging.rules.codes import read_codes
from policygraph.judging.rules.shapes import load_policies
from policygraph.keeping.commits import PENDING, commit
from policygraph.keeping.conditions import expand_lines
from policygraph.keeping.curation.cases import (
    CURATION_FILES,
    DRAFT,
    JOURNAL,
    LINES,
    MODEL,
    STATES,
    Case,
    name_words,
    statements_by_subject,
)  # fmt: skip
from policygraph.keeping.curation.journal import Entry, read_journal, write_entries
from policygraph.keeping.holding import StaleError, hold_folder
from policygraph.keeping.turtle import apply_changes, change_file, parse, statements_of, write_block
from policygraph.keeping.workspace import BODIES, LAWS, name_judged
from policygraph.namespaces import base_of, policy_ids, slug_of

Changes = dict[str, dict[URIRef, Graph | None]]
"""What changes, by file and subject; None takes a subject away."""


class Decision:
    """What is being changed in one go: the changes so far, and the lines that will tell them.

    ``more`` names a file beside model, draft and states that changes too: the registry of bodies, or that of laws.
    """

    def __init__(self, case: Case, by: str, at: str, *more: str) -> None:
        if not by.strip():
            raise InputError("--by", "没有写明是谁", "写岗位或团队，例如 --by 法制科；不写个人姓名")
        self.case = case
        self.by = by
        self.at = at
        self.texts = {name: case.text(name) for name in (*CURATION_FILES, LINES, *more)}
        self.journal = read_journal(case)
        self.graphs = {name: case.graph(name) for name in (MODEL, DRAFT, STATES, LINES, *more)}
        self.changes: Changes = {name: {} for name in self.graphs}
        self.entries: list[Entry] = []
        self.first = len(self.journal) + 1

    def said(self, name: str, subject: URIRef) -> Graph | None:
        """What a file says of a subject after the changes so far; None for nothing."""
        if subject in self.changes[name]:
            return self.changes[name][subject]
        found = statements_of(self.graphs[name], subject)
        return found if len(found) else None

    def after(self, name: str, more: Mapping[URIRef, Graph | None] = MappingProxyType({})) -> Graph:
        """What a file says after the changes so far, and some more."""
        return apply_changes(self.graphs[name], self.changes[name] | dict(more))

    def tell(
        self, action: str, kind: str, subject: str, wanted: Changes, *, note: str = "", undoes: int | None = None
    ) -> None:
        """Make changes and add the line that tells them."""
        before = {name: {node: self.said(name, node) for node in group} for name, group in wanted.items()}
        for name, group in wanted.items():
            self.changes[name] |= group
        self.entries.append(
            Entry(
                self.first + len(self.entries), self.first, self.at, self.by, action, kind, subject,
                self._write(before), self._write(wanted), note, undoes,
            )
        )  # fmt: skip

    def _write(self, changes: Mapping[str, Mapping[URIRef, Graph | None]]) -> dict[str, dict[str, str | None]]:
        base = self.case.base
        return {
            name: {
                slug_of(str(node)) if base_of(str(node)) == base else str(node): None
                if said is None
                else write_block(said, node, base)
                for node, said in group.items()
            }
            for name, group in changes.items()
            if group
        }

    def require(self, address: str, seen: str | None) -> None:
        """Go on only when a thing still says what whoever decides has seen; None asks for nothing.

        Errors: ``StaleError`` when somebody has decided on it or changed it meanwhile.
        """
        if seen is not None and seen != name_seen(self, address):
            raise StaleError(
                address, "您看过以后，另有人改过或定过这一项", "什么也没有写；请看现在的样子，仍要的重做一次"
            )

    def finish(self) -> tuple[Entry, ...]:
        """Write all files, or none; whoever else wants to write meanwhile waits.

        Errors: ``InputError`` for a quote that is not verbatim; ``StaleError`` when somebody else changed a file
        meanwhile, ``BusyError`` when somebody does not let go of them; ``StorageError``.
        """
        self._check_quotes()
        with ExitStack() as held:
            for folder in sorted({self.case.path(name).parent for name in self.texts}):
                held.enter_context(hold_folder(folder))
            return self._write_all()

    def _write_all(self) -> tuple[Entry, ...]:
        case = self.case
        if (case.folder / PENDING).exists():
            raise StaleError(str(case.folder), "另一个程序写到一半停下了", "什么也没有写；请重做一次，它先被接着写完")
        for name, text in self.texts.items():
            if case.text(name) != text:
                raise StaleError(str(case.path(name)), "另有人刚刚改过这个文件", "什么也没有写；请看过以后重做一次")
        texts: dict[str, str | None] = {}
        for name, changes in self.changes.items():
            if changes:
                opening = _OPENINGS[name].format(identifier=case.identifier)
                texts[name] = change_file(self.texts[name], changes, str(case.path(name)), opening, case.base)
        if self.changes[LINES]:
            shapes = self._write_shapes()
            judged = {name_judged(policy): text for policy, text in shapes.items()}
            texts |= {name: judged.get(name) for name in self._names_judged() if name in judged or case.text(name)}
            if not shapes:
                texts[LINES] = None
        texts[JOURNAL] = self.texts[JOURNAL] + write_entries(self.entries)
        commit(case.folder / PENDING, case.places, texts)
        return tuple(self.entries)

    def _names_judged(self) -> tuple[str, ...]:
        """What the shapes of the policies that the document may have are called."""
        return tuple(map(name_judged, policy_ids(self.case.identifier)))

    def _write_shapes(self) -> dict[str, str]:
        """The shapes that the changed lines expand to, by policy; none where no line is left, and no file stays.

        Errors: ``InputError`` for lines that cannot be expanded: nothing is written then.
        """
        case = self.case
        lines = self.after(LINES)
        if not len(lines):
            return {}
        try:
            shapes = expand_lines(case.folder, lines, read_codes(case.desk.concepts), case.base)
            load_policies([parse(text, str(case.shapes), case.base) for text in shapes.values()])
        except DataError as error:
            raise InputError(error.place, error.cause, f"什么也没有写；{error.remedy}") from error
        return shapes

    def _check_quotes(self) -> None:
        """Refuse what would enter the model with words that its clause does not have."""
        changed = (*self.changes[MODEL].values(), *self.changes[LINES].values())
        entering = make_graph(*(said for said in changed if said is not None))
        if not len(entering):
            return
        _, failures = ground_quotes(skolemise(entering), self.case.reading)
        for failure in failures:
            place = f"{self.case.identifier} {slug_of(str(failure.subject))}（条款 {failure.clause}）"
            raise InputError(place, f"{failure.cause}：“{failure.quote}”", "引文照条款的原文逐字写，标点也照印")


def _name_place(node: URIRef, base: str) -> str:
    """What a thing is called in the journal: its address, or its whole IRI where it stands under another base."""
    return slug_of(str(node)) if base_of(str(node)) == base else str(node)


def name_seen(decision: Decision, address: str) -> str:
    """The name of what a proposal, or else a statement of the model, says now; empty when neither is there."""
    case = decision.case
    written = statements_by_subject(case, decision.graphs[DRAFT], address)
    if written:
        return name_words("\n\n".join(write_block(said, one, case.base) for one, said in written.items()))
    found = (decision.said(name, case.iri(address)) for name in (MODEL, DRAFT, LINES))
    said = next((one for one in found if one is not None), None)
    return name_words(write_block(said, case.iri(address), case.base)) if said is not None else ""


_OPENINGS = {
    MODEL: "整理稿：{identifier} 的措施、条件、名单、程序等，都有条款和引文；policygraph curate 写出，也可手工改。",
    DRAFT: "草稿：{identifier} 还没有人核定的建议；回答里没有它们。由 policygraph draft 写出，不要手工改。",
    LINES: "条件行：{identifier} 的每个条件看哪些记录、期间多长、报告什么结果；policygraph curate 写出，也可手工改。",
    BODIES: "机构：本工作区的文件里出现的机构，其全称、简称、职能、地区；policygraph curate 写出，也可手工改。",
    LAWS: "法规：本工作区的文件所引、整理时登记的法律和文件，其名称、文号、日期；policygraph curate 写出，也可手工改。",
    STATES: "整理状态：{identifier} 的每一类由谁、何时看到了哪一步；由 policygraph curate 写出。",
}
