"""Documents are read into headers and clause trees: the five sources, other layouts, statutes, and any text at all."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policygraph.documents import Clause, Document, leaves, outline, parse_document

ROOT = Path(__file__).resolve().parents[1]
IDS = ("jiamusi-2020-5", "jiamusi-2020-6", "jiangsu-2019-820", "xinzheng-2010-36", "yiyuan-2021-28")


def read_source(name: str) -> str:
    return (ROOT / "data" / "documents" / name / "source.txt").read_bytes().decode("utf-8")


def assert_covered(source: str, document: Document) -> None:
    """Every character that is no white space lies in exactly one leaf or in a problem, never in both."""
    owner: dict[int, str] = {}
    for clause in leaves(document):
        for span in clause.spans:
            for place in range(span.start, span.end):
                if not source[place].isspace():
                    assert place not in owner, f"{source[place]!r} at {place} in {owner[place]} and {clause.id}"
                    owner[place] = clause.id
    aside = {place for p in document.problems for place in range(p.start, p.end) if not source[place].isspace()}
    both = aside & owner.keys()
    assert not both, [(source[place], owner[place]) for place in sorted(both)[:5]]
    missing = [place for place, c in enumerate(source) if not c.isspace() and place not in owner and place not in aside]
    assert not missing, [(place, source[place]) for place in missing[:5]]


def squeeze(text: str) -> str:
    return re.sub(r"\s", "", text)


def assert_sound(source: str, document: Document) -> None:
    """What holds for every parse: addresses, order, spans and texts fit together."""
    assert_covered(source, document)
    ids = [clause.id for clause in document.clauses]
    assert len(ids) == len(set(ids))
    assert [clause.order for clause in document.clauses] == list(range(1, len(ids) + 1))
    assert document.source_length == len(source)
    known = set(ids)
    for clause in document.clauses:
        assert clause.id.isascii()
        assert clause.parent is None or (clause.parent in known and clause.id.startswith(clause.parent + "/"))
        assert clause.spans
        assert all(0 <= span.start < span.end <= len(source) for span in clause.spans)
        assert squeeze("".join(source[span.start : span.end] for span in clause.spans)) == squeeze(clause.text)
        assert clause.text == clause.text.strip()
    for problem in document.problems:
        assert 0 <= problem.start <= problem.end <= len(source)
        assert re.fullmatch("[a-z]+(-[a-z]+)*", problem.code)
        assert re.search("[\u4e00-\u9fff]", problem.message)


def ids_of(document: Document) -> list[str]:
    return [clause.id for clause in document.clauses]


def clause_of(document: Document, address: str) -> Clause:
    return next(clause for clause in document.clauses if clause.id == address)


@pytest.mark.parametrize("name", IDS)
def test_the_outline_of_a_source_is_the_golden_one(name: str, check_golden: Callable[[str, str], None]) -> None:
    source = read_source(name)
    document = parse_document(source)
    assert_sound(source, document)
    check_golden(f"{name}.outline.txt", outline(document))
