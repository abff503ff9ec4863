"""Runs of periods: the named propositions about results in a row, and the shapes that ask for them."""

from __future__ import annotations

from collections.abc import Callable

from rdflib import BNode, Literal, URIRef
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from policygraph.errors import DataError
from policygraph.graph.memory import make_number
from policygraph.judging.rules.facts import TABLE
from policygraph.judging.rules.kinds.pieces import Pieces, reach_step
from policygraph.judging.rules.lines import (
    Conditions,
    Line,
    Rule,
    Run,
)
from policygraph.judging.rules.terms import class_word
from policygraph.namespaces import PG, iri


class Runs:
    """Writes what the rule of a run states; ``fail`` makes the error of a line."""

    def __init__(
        self, pieces: Pieces, conditions: Conditions, rule: Rule, fail: Callable[[Line, str, str], DataError]
    ) -> None:
        self.pieces = pieces
        self.graph = pieces.graph
        self.conditions = conditions
        self.rule = rule
        self.fail = fail

    def fragments(self) -> None:
        """The named propositions about a run, once for all its rules; hand-written shapes may refer to them too.

        A result fails on the failing steps of the ladder, whose bounds stand there only. The latest period counts
        while its result is no older than one period; a period without a result breaks the run only where the table is
        complete for as long as that result could have been published.
        """
        run, table = self.one_run(), self.run_table()
        word = class_word(table)
        ladder = next(rule for rule in self.conditions.rules if rule.iri == run.ladder)
        failing: list[Node] = []
        upper: Literal | None = None
        for step in ladder.steps:
            assert ladder.measured is not None
            if step.failing:
                failing.append(
                    self.pieces.node(*self.pieces.tests(tuple(reach_step(ladder.measured, step, upper)), []))
                )
            upper = step.lower if step.lower is not None else upper
        self.fragment("", (SH["or"], self.pieces.listed(failing)))
        self.fragment("not", (SH["not"], self.part("")))
        self.fragment("current", (SH["or"], self.pieces.listed([self.result(0)])))
        self.fragment(
            "covered", (SH.property, self.pieces.node((SH.path, PG[f"{word}CoversAsOf"]), (SH.hasValue, Literal(True))))
        )
        for number in range(1, run.count + 1):
            whole = self.pieces.node(
                (SH.path, PG[f"{word}CoversMonths"]),
                (SH.minCount, make_number(1)),
                (SH.minInclusive, self.months(number)),
            )
            self.fragment(f"covered-{number}", (SH.property, whole))
        periods = range(run.count)
        whole_run = [*(self.result(number, "") for number in periods), self.part("covered")]
        self.fragment("run", (SH["and"], self.pieces.listed(whole_run)))
        broken: list[Node] = [self.result(0, "not")]
        for number in periods[1:]:
            gap = self.pieces.opposite(self.result(number))
            broken += [
                self.pieces.node(
                    (SH["and"], self.pieces.listed([self.result(0), self.result(number, "not"), self.part("covered")]))
                ),
                self.pieces.node(
                    (SH["and"], self.pieces.listed([self.result(0), gap, self.part(f"covered-{number + 1}")]))
                ),
            ]
        stale = [self.pieces.opposite(self.part("current")), self.part("covered-1")]
        broken.append(self.pieces.node((SH["and"], self.pieces.listed(stale))))
        self.fragment("no-run", (SH["or"], self.pieces.listed(broken)))
        inside = [self.pieces.within(PG.monthsAgo, run.period.months * run.count), (SH.node, self.part("not"))]
        self.fragment("ended", (SH["or"], self.pieces.listed([self.some_result(inside)])))
        held = self.pieces.node((SH["or"], self.pieces.listed([self.part("run"), self.part(f"covered-{run.count}")])))
        self.fragment(
            "run-with-gaps", (SH["and"], self.pieces.listed([self.pieces.opposite(self.part("ended")), held]))
        )

    def one_run(self) -> Run:
        if self.rule.run is None:
            raise self.fail(self.rule.lines[0], "条件没有写 pg:run（连续几个周期）", "写明是哪一连续")
        return self.rule.run

    def run_table(self) -> str:
        ladder = next(rule for rule in self.conditions.rules if rule.iri == self.one_run().ladder)
        assert ladder.pattern is not None
        return ladder.pattern.table

    def part(self, name: str) -> URIRef:
        """The shape of a proposition about the run, by the run's name."""
        run = self.one_run()
        ending = f"-{name}" if name else ""
        return iri(f"{self.conditions.base}id/shape/{self.conditions.policy}/{run.name}{ending}")

    def fragment(self, name: str, constraint: tuple[URIRef, Node]) -> None:
        self.graph.add((self.part(name), RDF.type, SH.NodeShape))
        self.graph.add((self.part(name), *constraint))

    def months(self, periods: int) -> Literal:
        return make_number(self.one_run().period.months * periods)

    def result(self, number: int, fails: str | None = None) -> BNode:
        """The proposition that there is a result so many periods back, failing (``""``) or not (``"not"``)."""
        cycle = self.pieces.node((SH.path, PG.cyclesAgo), (SH.hasValue, make_number(number)))
        tests: list[tuple[URIRef, Node]] = [(SH.property, cycle)]
        if number == 0:
            tests.append(self.pieces.within(PG.monthsAgo, self.one_run().period.months))
        if fails is not None:
            tests.append((SH.node, self.part(fails)))
        return self.some_result(tests)

    def some_result(self, tests: list[tuple[URIRef, Node]]) -> BNode:
        return self.pieces.node(
            (SH.path, PG[str(TABLE[self.run_table()].link)]),
            (SH.qualifiedMinCount, make_number(1)),
            (SH.qualifiedValueShape, self.pieces.node(*tests)),
        )

    def no_run(self, shape: URIRef, line: Line) -> None:
        """There is certainly no run: a result in it does not fail, or a period is known to have none."""
        self.one_run()
        self.pieces.state(shape, self.pieces.opposite(self.part("ended" if line.gaps else "no-run")))

    def run_unknown(self, shape: URIRef, line: Line) -> None:
        """Neither a run nor certainly none."""
        self.one_run()
        names = ("ended", "run-with-gaps") if line.gaps else ("run", "no-run")
        self.pieces.state(shape, *(self.part(name) for name in names))

    def run_ended(self, shape: URIRef) -> None:
        """Each result inside the whole run that does not fail is reported."""
        inside = self.pieces.within(PG.monthsAgo, self.one_run().period.months * self.one_run().count)
        self.of_run(shape, inside, (SH.node, self.part("not")))

    def in_run(self, shape: URIRef) -> None:
        """Each failing result of the periods of the run is reported."""
        self.of_run(shape, self.pieces.within(PG.cyclesAgo, self.one_run().count - 1), (SH.node, self.part("")))

    def of_run(self, shape: URIRef, *tests: tuple[URIRef, Node]) -> None:
        self.pieces.property(shape, PG[str(TABLE[self.run_table()].link)], (SH["not"], self.pieces.node(*tests)))

    def run_broken(self, shape: URIRef) -> None:
        """There are results, and a period before the latest is known to have none."""
        run = self.one_run()
        nothing = self.pieces.node((SH.path, PG[str(TABLE[self.run_table()].link)]), (SH.maxCount, make_number(0)))
        earlier = [self.result(number) for number in range(1, run.count)]
        there = earlier if len(earlier) < 2 else [self.pieces.node((SH["and"], self.pieces.listed(earlier)))]
        self.pieces.state(shape, nothing, *there, self.pieces.opposite(self.part(f"covered-{run.count}")))
