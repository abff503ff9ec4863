"""No code of a concept, a table, a column or a condition stands in a sentence about a case, on any surface.

The enterprises of the sample are walked with all they have, and without the statements of completeness: what is missing
is told in sentences that a full register never makes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from docx import Document
from starlette.testclient import TestClient
from tests.conftest import Visit, open_once

from policygraph.judging.decisions import Decision, Hearing, decision_json
from policygraph.judging.rules import Register, make_register
from policygraph.judging.rules.codes import SCHEMES
from policygraph.judging.rules.facts import TABLES
from policygraph.keeping.assessments import Desk, find_occasion, open_desk
from policygraph.keeping.registers import load_register
from policygraph.keeping.store import NamedQuery, Store, load_queries
from policygraph.speaking.cli.asking import find_labels
from policygraph.speaking.cli.deciding import describe_decision
from policygraph.speaking.papers.opinion import render_opinion
from policygraph.speaking.web.facts import facts_of
from policygraph.words import find_word

ROOT = Path(__file__).resolve().parents[1]
DAY = date(2026, 11, 26)
SENTENCES = ("reason", "what", "supplier", "warnings", "missing", "currency")
"""The members of a decision in JSON that hold sentences; the others hold data, codes among them."""


@pytest.fixture(scope="module")
def store(dataset: Path) -> Store:
    return open_once(dataset)


@pytest.fixture(scope="module")
def desk(store: Store) -> Desk:
    return open_desk(store, DAY)


@pytest.fixture(scope="module")
def registers(desk: Desk) -> dict[str, Register]:
    """The sample, without its statements of completeness, and without what was punished and determined either."""
    full = load_register(ROOT / "data" / "registers" / "sample", conditions=desk.conditions(), codes=desk.codes)
    without = {"whole": (), "bare": ("coverage",), "poor": ("coverage", "penalties", "determinations")}
    return {
        name: make_register(name, [row for row in full.rows if row.table not in tables], synthetic=True)
        for name, tables in without.items()
    }


@cache
def _pattern(words: frozenset[str]) -> re.Pattern[str]:
    ordered = sorted(map(re.escape, words), key=len, reverse=True)
    return re.compile(rf"(?<![A-Za-z0-9_/-])(?:{'|'.join(ordered)})(?![A-Za-z0-9_/-])")


def find_codes(desk: Desk, text: str) -> list[str]:
    """The codes in a text: of concepts, tables, columns, policies and conditions; Chinese ones are words."""
    known = {code for scheme in SCHEMES for code in desk.codes.of(scheme)} | {table.name for table in TABLES}
    known |= {column.name for table in TABLES for column in table.columns} | set(desk.policies)
    known |= {item.condition for policy in desk.policies.values() for item in policy.asked}
    return _pattern(frozenset(word for word in known if word.isascii())).findall(text)


def _sentences(value: object, inside: bool = False) -> Iterator[str]:
    if isinstance(value, str) and inside:
        yield value
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from _sentences(one, name in SENTENCES)
    elif isinstance(value, list):
        for one in value:
            yield from _sentences(one, inside)


def _decisions(desk: Desk, register: Register) -> Iterator[tuple[Decision, list[str]]]:
    hearing = Hearing(register)
    for entity in register.enterprises:
        for policy in desk.policies.values():
            decision = desk.decide(register, entity, policy, DAY, hearing=hearing)
            if decision.outcome != "inapplicable":
                prospect = desk.foresee(register, entity, policy, DAY, hearing=hearing)
                said = [*describe_decision(decision, prospect, desk.codes, desk.titles())]
                yield decision, [*said, *_sentences(decision_json(decision, prospect))]


@pytest.mark.parametrize("name", ["whole", "bare", "poor"])
def test_no_code_stands_in_a_sentence_of_the_terminal_or_of_json(
    desk: Desk, registers: dict[str, Register], name: str
) -> None:
    told = [text for _, lines in _decisions(desk, registers[name]) for text in lines]
    assert len(told) > 1000
    assert [(codes, text) for text in told if (codes := find_codes(desk, text))] == []


def test_what_a_field_is_called_stands_in_what_is_missing(desk: Desk, registers: dict[str, Register]) -> None:
    """The register is not complete for one field, which is told by its name."""
    told = [text for _, lines in _decisions(desk, registers["bare"]) for text in lines]
    assert any("列入名单（安全生产与应急管理）在 2026-11-26 没有完整性说明" in text for text in told)


@pytest.mark.slow
def test_no_code_stands_in_a_paper(store: Store, desk: Desk, registers: dict[str, Register]) -> None:
    """One paper for each policy and outcome."""
    register = registers["bare"]
    drawn: set[tuple[str, str]] = set()
    for decision, _ in _decisions(desk, register):
        if (decision.policy, decision.outcome) in drawn:
            continue
        drawn.add((decision.policy, decision.outcome))
        policy = desk.policies[decision.policy]
        occasion = find_occasion(store, desk, policy.document, DAY, date(2021, 12, 31))
        prospect = desk.foresee(register, decision.entity, policy, DAY)
        paper = Document(
            io.BytesIO(
                render_opinion(decision, occasion, prospect, register=register, codes=desk.codes, titles=desk.titles())
            )
        )
        cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
        told = [text for text in (*(one.text for one in paper.paragraphs), *cells) if find_codes(desk, text)]
        assert told == [], (decision.policy, decision.outcome)
    assert len(drawn) > 6


@pytest.mark.parametrize("language", ["", "/en"])
def test_no_code_stands_in_the_answer_of_a_page(
    visit: Visit, desk: Desk, registers: dict[str, Register], language: str
) -> None:
    """In English a code of one word is a word (tax, date): there those of two are looked for."""
    client: TestClient = visit(headers={"Accept": "text/html"})
    names = {"jiamusi": "91230803MA9XN00015", "jiangsu": "91320602MA9XN00022", "yiyuan": "91370323MA9XN0003P"}
    for place, entity in names.items():
        facts = facts_of(registers["bare"], entity)
        data = {**dict(facts.fields()), "as_of": DAY.isoformat(), "do": "decide"}
        answer = client.post(f"{language}/check", data=data).text
        section = answer.partition('<section aria-labelledby="overview">')[2]
        verdicts = section.partition('<section aria-labelledby="facts-head"')[0]
        plain = re.sub("<[^>]*>", " ", verdicts)
        assert len(plain) > 2000
        found = [code for code in find_codes(desk, plain) if not language or re.search("[_/]", code)]
        assert found == [], place
        named = "work safety and emergency management" if language else "安全生产与应急管理"
        assert named in plain or place == "yiyuan", place  # its conditions ask for every field


@pytest.mark.parametrize("query", [one for one in load_queries() if not one.about_entity], ids=lambda one: one.name)
def test_a_table_on_the_terminal_says_codes_in_words(store: Store, query: NamedQuery) -> None:
    """JSON and CSV keep the codes; what is read on a terminal has the words of the pages."""
    answer = store.ask(query.name, {one.name: str(one.example) for one in query.parameters if one.required})
    shown = answer.columns[: answer.columns.index("quote")] if "quote" in answer.columns else answer.columns
    # the code of a finding is asked for by itself, and what is said of it stands beside it
    coded = [one for one in shown if f"{one}_label" not in answer.columns and (query.name, one) != ("findings", "code")]
    labels = find_labels(store, answer)
    raw = {
        (column, cell)
        for row in answer.rows
        for column, cell in zip(answer.columns, row, strict=True)
        if column in coded and isinstance(cell, str) and re.fullmatch(r"[a-z][a-z-]+", cell)
        if labels.get(cell) is None and labels.get(f"{column}.{cell}") is None
        if find_word("codes", cell, column) == cell
    }
    assert not raw
