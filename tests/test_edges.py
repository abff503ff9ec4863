"""The view for one enterprise and its twin in SQL at the edges of days, seen through shapes that ask for one term each.

Registers of life are thin at edges: a record on the very day of a delisting, a post that ends on the day asked about.
Here every event falls on the day before, on the day and on the day after, and an invented policy without any law in
it asks for each term of the view by itself, so that one wrong comparison cannot hide behind another condition. The
expected answers of the first tests are written out, because two twins could share a mistake.
"""

from __future__ import annotations

import calendar
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import duckdb
import pytest
from rdflib import Graph

from policygraph.judging.decisions import Decision, MeasureRow, decide
from policygraph.judging.rules import Policy, Register, Row, Value, make_register, read_policy
from policygraph.judging.rules.facts import COVERABLE, ROLES
from policygraph.judging.rules.terms import as_of_link, class_word, former_link, left_term
from policygraph.judging.screening.sql import write_literal
from policygraph.keeping.batch import screen_register, write_csv
from policygraph.keeping.registers.cells import check_character
from policygraph.keeping.sources import find_root

pytestmark = pytest.mark.slow

DAYS = (date(2026, 11, 21), date(2024, 2, 29), date(2026, 3, 31))
REGION = "9902"
ONE = timedelta(days=1)
NEAR = (-ONE, timedelta(0), ONE)
Cells = dict[str, Value | None]
DURING = ("penalties", "accidents", "dishonesty", "listings")
LISTS = ("red", "black", "watch")

_LINKS = {name: f"has{class_word(name)[0].upper()}{class_word(name)[1:]}" for name in COVERABLE}


def _some(path: str, *parts: str, at_least: int = 1) -> str:
    """A constraint: so many values of a path have these properties."""
    inside = " , ".join(f"[ sh:path pg:{part} ]" for part in parts)
    return f"sh:path {path} ; sh:qualifiedMinCount {at_least} ; sh:qualifiedValueShape [ sh:property {inside} ]"


def questions() -> dict[str, str]:
    """One constraint for each question about a term of the view; a unit passes where the answer is yes."""
    asked = {
        "two-field-coverages": _some("pg:listingFieldCoverage", "coversAsOf ; sh:hasValue true", at_least=2),
        "one-field-coverage": _some("pg:listingFieldCoverage", "coversAsOf ; sh:hasValue true"),
        "two-active-black-fields": "sh:path pg:activeBlackField ; sh:minCount 2",
        "two-years-rated": _some(
            "pg:hasAssessment",
            "score ; sh:minInclusive 75",
            "cyclesAgo ; sh:minCount 1 ; sh:maxInclusive 1",
            at_least=2,
        ),
        "valid-certificate": _some("pg:hasCertificate", "validAsOf ; sh:hasValue true"),
        "no-valid-certificate": _some("pg:hasCertificate", "validAsOf ; sh:hasValue false"),
        "lapsed-certificate": _some("pg:hasCertificate", "lapsedAsOf ; sh:hasValue true"),
        "lapsed-listing": _some("pg:hasListing", "lapsedAsOf ; sh:hasValue true"),
        "a-week": _some("pg:hasPenalty", "daysAgo ; sh:minCount 1 ; sh:maxInclusive 7"),
    }
    for name in LISTS:
        active = (f'listColour ; sh:hasValue "{name}"', "activeAsOf ; sh:hasValue true")
        asked[f"active-{name}"] = _some("pg:hasListing", *active)
        for table in DURING:
            link = f"pg:{_LINKS[table]}"
            asked[f"during-{name}-{table}"] = _some(link, f'duringList ; sh:hasValue "{name}"')
            asked[f"during-active-{name}-{table}"] = _some(link, f'duringActiveList ; sh:hasValue "{name}"')
    for role in ROLES:
        asked[f"held-{role}"] = f"sh:path pg:{as_of_link(role)} ; sh:minCount 1"
        asked[f"left-{role}"] = f"sh:path pg:{former_link(role)} ; sh:minCount 1"
        asked[f"left-within-{role}"] = _some(
            f"( pg:{former_link(role)} pg:hasPenalty )", f"{left_term(role)} ; sh:minCount 1 ; sh:maxInclusive 12"
        )
    for table in COVERABLE:
        word = class_word(table)
        asked[f"covered-{table}"] = f"sh:path pg:{word}CoversAsOf ; sh:hasValue true"
        asked[f"covered-12-{table}"] = f"sh:path pg:{word}CoversMonths ; sh:minCount 1 ; sh:minInclusive 12"
        asked[f"covered-open-12-{table}"] = f"sh:path pg:{word}CoversMonthsOpen ; sh:minCount 1 ; sh:minInclusive 12"
        link = f"pg:{_LINKS[table]}"
        asked[f"within-12-{table}"] = _some(link, "monthsAgo ; sh:minCount 1 ; sh:maxInclusive 12")
        asked[f"within-open-12-{table}"] = _some(link, "monthsAgoOpen ; sh:minCount 1 ; sh:maxInclusive 12")
    return asked


def invented_policy(*names: str, **more: str) -> Policy:
    """A policy that asks these questions, or all: findings that grant nothing, beside one requirement all meet.

    ``more`` are constraints that the test itself states, by name; then nothing else is asked.
    """
    known = more or questions()
    wanted = {name: constraint for name, constraint in known.items() if not names or name in names}
    asks, shapes = [], []
    head = 'a sh:{0}Shape ; sh:targetClass pg:Subject ; dcterms:source <doc/edges-2030-1/al_1> ; pg:quote "虚构" ;'
    ending = 'pg:validFrom "2000-01-01"^^xsd:date ; sh:message "虚构"@zh , "invented"@en ;'
    for name, constraint in {"always": "sh:path pg:regionCode ; sh:minCount 1", **wanted}.items():
        condition = f"<condition/edges-2030-1/{name}>"
        part = "requirement" if name == "always" else "finding"
        asks.append(f'[ pg:condition {condition} ; pg:part "{part}" ; rdfs:label "虚构"@zh ]')
        shapes.append(
            f"<shape/edges-2030-1/{name}> {head.format('Property')} pg:decides {condition} ; "
            f"sh:severity sh:Violation ; {ending} {constraint} ."
        )
    text = f"""
        @base <https://w3id.org/policygraph/id/> . @prefix pg: <https://w3id.org/policygraph/ns#> .
        @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix dcterms: <http://purl.org/dc/terms/> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
        <policy/edges-2030-1> a pg:Policy ; dcterms:identifier "edges-2030-1" ; rdfs:label "虚构"@zh , "Invented"@en ;
          pg:document <doc/edges-2030-1> ; pg:regionPrefix "{REGION}" ; pg:combination "allOf" ;
          pg:positiveOutcome "eligible" ; pg:negativeOutcome "ineligible" ;
          pg:dateFrom "2000-01-01"^^xsd:date ; pg:dateTo "2000-01-01"^^xsd:date ; pg:asks ( {" ".join(asks)} ) .
        {" ".join(shapes)}"""
    return read_policy(Graph().parse(data=text, format="turtle"))


class _Units:
    """Makes enterprises one after the other and keeps what each is expected to answer."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.count = 0

    def unit(self, region: str = REGION) -> str:
        stem = f"91990200MB{self.count:07d}"
        self.count += 1
        uscc = stem + check_character(stem)
        self.add("enterprises", {"uscc": uscc, "name": f"虚构{self.count}", "region": region})
        return uscc

    def add(self, table: str, cells: Cells) -> None:
        self.rows.append(Row(table, {name: value for name, value in cells.items() if value is not None}))

    def record(self, table: str, uscc: str, day: date, **cells: Value | None) -> None:
        number: Cells = {"record_id": f"R-{len(self.rows):05d}", "uscc": uscc}
        more: dict[str, Cells] = {
            "penalties": {"date": day, "authority_function": "work_safety", "status": "effective"},
            "accidents": {"date": day, "fatalities": 1, "liability": "liable"},
            "dishonesty": {"date": day, "field": "work_safety"},
            "listings": {"listed_on": day, "list": "black", "field": "work_safety"},
        }
        self.add(table, number | more[table] | cells)

    def register(self) -> Register:
        return make_register("edges", self.rows)


def screened(register: Register, policy: Policy, as_of: date, folder: Path) -> dict[str, dict[str, object]]:
    """The rows of a screening by enterprise."""
    write_csv(register, folder / "csv")
    out = folder / "out.parquet"
    screen_register(folder / "csv", [policy], as_of, out, conditions=[item.condition for item in policy.asked])
    with duckdb.connect() as connection:
        found = connection.execute(f"SELECT * FROM read_parquet({write_literal(str(out))})")
        names = [str(item[0]) for item in found.description or ()]
        return {str(row[0]): dict(zip(names, row, strict=True)) for row in found.fetchall()}


def compared(
    register: Register, policy: Policy, as_of: date, folder: Path
) -> tuple[dict[str, set[str]], list[tuple[str, str, object, str]]]:
    """The questions that each unit answers with yes, and where screening and decision differ: unit, what, either."""
    rows = screened(register, policy, as_of, folder)
    answers: dict[str, set[str]] = {}
    found: list[tuple[str, str, object, str]] = []
    for entity in register.enterprises:
        decision = decide(register, entity, policy, as_of)
        answers[entity] = affirmed(decision)
        told = {f"{policy.id}:outcome": decision.outcome}
        told |= {f"{part.condition}:outcome": part.outcome for part in (*decision.conditions, *decision.findings)}
        found += [(entity, n, rows[entity][n], said) for n, said in told.items() if rows[entity][n] != said]
    return answers, found


def yes(register: Register, entity: str, policy: Policy, as_of: date) -> set[str]:
    """The questions that are answered with yes."""
    return affirmed(decide(register, entity, policy, as_of))


def affirmed(decision: Decision) -> set[str]:
    """The questions that a decision answers with yes."""
    return {part.condition.rsplit("/", 1)[-1] for part in decision.findings if part.outcome == "passed"}


# --- both twins ------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("as_of", DAYS)
def test_the_twins_agree_where_an_event_falls_on_the_day(as_of: date, tmp_path: Path) -> None:
    units = _Units()
    back, year = timedelta(days=40), _months_before(as_of, 12)
    for end, step in product(("valid_until", "delisted_on"), NEAR):
        for last, other in ((as_of, -ONE), (as_of, NEAR[1]), (as_of, ONE), (as_of - back, NEAR[1])):
            uscc = units.unit()  # the end beside the day asked about, or before it; a record beside the end
            for name in LISTS:
                units.record("listings", uscc, as_of - 3 * back, list=name, **{end: last + step})
            for table in DURING:
                units.record(table, uscc, last + step + other)
    for step in NEAR:
        uscc = units.unit()
        for name in LISTS:
            units.record("listings", uscc, as_of - back, list=name)
        for table in DURING:
            units.record(table, uscc, as_of - back + step)
        for expires, revoked in (
            (as_of + step, None),
            (as_of + back, as_of + step),
            (None, as_of + step),
            (None, None),
        ):
            uscc = units.unit()
            cells: Cells = {"grade": 1, "issued": as_of - 2 * back, "expires": expires, "revoked_on": revoked}
            units.add("certificates", cells | {"uscc": uscc})
        for start, until in product((None, as_of + step), (None, as_of + step, year + step)):
            uscc = units.unit()
            for role in ROLES:
                person = f"P{len(units.rows)}"
                if start is None or until is None or start <= until:
                    post: Cells = {"person_id": person, "uscc": uscc, "role": role, "from": start, "to": until}
                    units.add("persons", post)
                    units.record("penalties", uscc, as_of - back, person_id=person)
        for other in NEAR:
            uscc = units.unit()
            for table in COVERABLE:
                units.add("coverage", {"table": table, "uscc": uscc, "from": year + step, "to": as_of + other})
        uscc = units.unit()
        for table in DURING:
            units.record(table, uscc, year + step)
        repaired = str(units.rows[-1].cells["record_id"])
        units.add("repairs", {"record_id": f"X-{repaired}", "uscc": uscc, "of": repaired, "completed_on": year + step})
        units.record("penalties", units.unit(), as_of - timedelta(days=7) + step)
        uscc = units.unit()
        for number, published in ((as_of.year - 1, as_of + step), (as_of.year - 2, as_of - 10 * back)):
            cells = {"year": number, "score": 80, "veto": False, "published_on": published}
            units.add("assessments", cells | {"uscc": uscc})
    policy = invented_policy()
    register = units.register()
    answers, differences = compared(register, policy, as_of, tmp_path)
    assert differences == []
    silent = {"two-field-coverages", "one-field-coverage", "two-active-black-fields"}
    silent |= {f"within-{way}12-{table}" for way in ("", "open-") for table in ("commitments", "determinations")}
    never = set(questions()) - {name for answer in answers.values() for name in answer} - silent
    assert never == set(), "a question that nobody answers with yes proves nothing"


def _months_before(day: date, months: int) -> date:
    """The corresponding day so many months before; the days beside it are what the test is about."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


# --- expected answers, written out -----------------------------------------------------------------------------------


def test_a_listing_ends_on_the_day_of_delisting_and_after_its_last_day() -> None:
    policy, as_of = invented_policy("active-red"), DAYS[0]
    for end, step, active in (
        ("delisted_on", -ONE, False),
        ("delisted_on", NEAR[1], False),
        ("delisted_on", ONE, True),
        ("valid_until", -ONE, False),
        ("valid_until", NEAR[1], True),
    ):
        units = _Units()
        uscc = units.unit()
        units.record("listings", uscc, as_of - 90 * ONE, list="red", **{end: as_of + step})
        assert ("active-red" in yes(units.register(), uscc, policy, as_of)) is active, (end, step)


def test_a_record_of_the_day_of_delisting_was_not_made_on_the_list(tmp_path: Path) -> None:
    """On the day of listing and the last day of a term the unit stands on the list; on that of delisting not."""
    policy, as_of = invented_policy("during-watch-dishonesty"), DAYS[0]
    listed, end = as_of - 90 * ONE, as_of - 30 * ONE
    units = _Units()
    expected: dict[str, bool] = {}
    for column, day, held in (
        ("delisted_on", listed - ONE, False),
        ("delisted_on", listed, True),
        ("delisted_on", end - ONE, True),
        ("delisted_on", end, False),
        ("valid_until", end, True),
        ("valid_until", end + ONE, False),
    ):
        uscc = units.unit()
        units.record("listings", uscc, listed, list="watch", **{column: end})
        units.record("dishonesty", uscc, day, severity="serious")
        expected[uscc] = held
    register = units.register()
    rows = screened(register, policy, as_of, tmp_path)
    for uscc, held in expected.items():
        assert ("during-watch-dishonesty" in yes(register, uscc, policy, as_of)) is held
        told = rows[uscc]["edges-2030-1/during-watch-dishonesty:outcome"]
        assert told == ("passed" if held else "failed")


DETERMINED = "edges-2030-1/always"


def _judged(term: str, *parts: str, path: str = "pg:hasListing") -> str:
    """A constraint: some record carries a relation to the determination about the condition all meet."""
    return _some(path, *parts, f"{term} ; sh:hasValue <condition/{DETERMINED}>")


def test_who_took_office_after_a_determination_brought_the_record_along(tmp_path: Path) -> None:
    """The first day of unbroken time in office, whichever posts it was spent in, is held against the determination."""
    path = " ".join(f"( pg:{as_of_link(role)} pg:hasDishonesty )" for role in ROLES)
    policy = invented_policy(joined=_judged("joinedSinceDetermination", path=f"[ sh:alternativePath ( {path} ) ]"))
    as_of = DAYS[0]
    day, units = as_of - 100 * ONE, _Units()
    expected: dict[str, bool] = {}
    for posts, joined in (
        (((ONE, None),), True),
        (((timedelta(0), None),), False),
        (((-ONE, None),), False),
        (((None, None),), False),
        (((ONE, 99 * ONE),), False),  # left on the day before the one asked about
        (((ONE, 100 * ONE),), True),
        (((-50 * ONE, timedelta(0)), (ONE, None)), False),  # another post without a gap
        (((-50 * ONE, -ONE), (ONE, None)), True),  # one day between two posts, the day of the determination
        (((-50 * ONE, 3 * ONE), (5 * ONE, None)), True),
        (((-50 * ONE, 3 * ONE), (4 * ONE, None)), False),
        (((-50 * ONE, None), (5 * ONE, None)), False),  # one more post beside the old one
        (((None, ONE), (2 * ONE, None)), False),
        (((None, ONE), (3 * ONE, None)), True),
        (((-50 * ONE, None), (200 * ONE, None)), False),  # a post of the days to come
    ):
        uscc = units.unit()
        person = f"P{uscc[-8:]}"
        for role, (since, until) in zip(ROLES, posts, strict=False):
            post: Cells = {"person_id": person, "uscc": uscc, "role": role}
            post |= {"from": None if since is None else day + since, "to": None if until is None else day + until}
            units.add("persons", post)
        units.record("dishonesty", uscc, day - 500 * ONE, person_id=person)
        units.add("determinations", {"uscc": uscc, "condition": DETERMINED, "outcome": "failed", "date": day})
        expected[uscc] = joined
    register = units.register()
    answers, differences = compared(register, policy, as_of, tmp_path)
    assert {entity: "joined" in said for entity, said in answers.items()} == expected
    assert differences == []


def test_a_listing_ends_after_a_determination_by_delisting_term_or_repair(tmp_path: Path) -> None:
    policy = invented_policy(ended=_judged("endedSinceDetermination"))
    as_of = DAYS[0]
    day, units = as_of - 100 * ONE, _Units()
    expected: dict[str, bool] = {}
    for cells, repaired, ended in (
        ({}, None, False),
        ({"delisted_on": day}, None, False),
        ({"delisted_on": day + ONE}, None, True),
        ({"delisted_on": as_of + ONE}, None, False),
        ({"valid_until": day - ONE}, None, False),
        ({"valid_until": day}, None, True),
        ({"valid_until": as_of - ONE}, None, True),
        ({"valid_until": as_of}, None, False),
        ({"valid_until": day + ONE, "delisted_on": day}, None, False),
        ({"valid_until": day + ONE, "delisted_on": day + ONE}, None, True),
        ({"valid_until": day + ONE}, day, False),
        ({}, day, False),
        ({}, day + ONE, True),
        ({}, as_of + ONE, False),
    ):
        uscc = units.unit()
        units.record("listings", uscc, day - 500 * ONE, **cells)
        if repaired is not None:
            of = str(units.rows[-1].cells["record_id"])
            units.add("repairs", {"record_id": f"X-{of}", "uscc": uscc, "of": of, "completed_on": repaired})
        units.add("determinations", {"uscc": uscc, "condition": DETERMINED, "outcome": "passed", "date": day})
        expected[uscc] = ended
    register = units.register()
    answers, differences = compared(register, policy, as_of, tmp_path)
    assert {entity: "ended" in said for entity, said in answers.items()} == expected
    assert differences == []


def test_a_table_is_complete_since_a_listing(tmp_path: Path) -> None:
    """From the very day of listing to the day asked about, without a gap, over all fields, by whichever rows."""
    policy = invented_policy(whole=_some("pg:hasListing", "dishonestyCoveredSince ; sh:hasValue true"))
    as_of = DAYS[0]
    day, units = as_of - 100 * ONE, _Units()
    expected: dict[str, bool] = {}
    for spans, whole in (
        (((-ONE, 100 * ONE),), True),
        (((timedelta(0), 100 * ONE),), True),
        (((ONE, 100 * ONE),), False),
        (((timedelta(0), 99 * ONE),), False),
        (((timedelta(0), 50 * ONE), (51 * ONE, 200 * ONE)), True),
        (((timedelta(0), 50 * ONE), (52 * ONE, 200 * ONE)), False),
        ((), False),
    ):
        uscc = units.unit()
        units.record("listings", uscc, day)
        for since, until in spans:
            units.add("coverage", {"table": "dishonesty", "uscc": uscc, "from": day + since, "to": day + until})
        expected[uscc] = whole
    uscc = units.unit()
    units.record("listings", uscc, day)
    one: Cells = {"table": "dishonesty", "uscc": uscc, "from": day, "to": as_of, "field": "work_safety"}
    units.add("coverage", one)
    expected[uscc] = False
    register = units.register()
    answers, differences = compared(register, policy, as_of, tmp_path)
    assert {entity: "whole" in said for entity, said in answers.items()} == expected
    assert differences == []
    units.add("coverage", {"table": "dishonesty", "from": day, "to": as_of})
    register = units.register()
    answers, differences = compared(register, policy, as_of, tmp_path / "general")
    assert all("whole" in said for said in answers.values())
    assert differences == []


@pytest.mark.parametrize("as_of", DAYS)
def test_a_table_is_complete_since_a_day(as_of: date, tmp_path: Path) -> None:
    """From a day named in the shape to the day asked about, without a gap, by whichever rows; of one field too."""
    day, zero = as_of - 500 * ONE, timedelta(0)
    bound = f'sh:minCount 1 ; sh:maxInclusive "{day}"^^xsd:date'
    inside = ('field ; sh:hasValue "work_safety"', f"coversFrom ; {bound}")
    policy = invented_policy(
        whole=f"sh:path pg:dishonestyCoversFrom ; {bound}",
        known="sh:path pg:dishonestyCoversFrom ; sh:minCount 1",
        inside=_some("pg:dishonestyFieldCoverage", *inside),
    )
    to, units = 500 * ONE, _Units()
    expected: dict[str, set[str]] = {}
    for spans, answers in (
        ([(-ONE, to, None, None)], "whole known"),
        ([(zero, to, None, None)], "whole known"),
        ([(ONE, to, None, None)], "known"),
        ([(zero, to - ONE, None, None)], ""),
        ([(zero, to, None, to - ONE)], ""),
        ([(zero, to + 9 * ONE, None, to)], "whole known"),
        ([(zero, 50 * ONE, None, None), (51 * ONE, to, None, None)], "whole known"),
        ([(zero, 50 * ONE, None, None), (52 * ONE, to, None, None)], "known"),
        ([(zero, 60 * ONE, None, None), (50 * ONE, to, None, None)], "whole known"),
        ([(zero, to, "work_safety", None)], "inside"),
        ([(zero, to, "tax", None)], ""),
        ([(zero, 99 * ONE, "work_safety", None), (100 * ONE, to, None, None)], "known inside"),
        ([(zero, 99 * ONE, "tax", None), (100 * ONE, to, None, None)], "known"),
        ([(to + ONE, to + 9 * ONE, None, None)], ""),
        ([], ""),
    ):
        uscc = units.unit()
        for since, until, field, exported in spans:
            cells: Cells = {"table": "dishonesty", "uscc": uscc, "from": day + since, "to": day + until, "field": field}
            units.add("coverage", cells | {"exported_on": None if exported is None else day + exported})
        expected[uscc] = {"whole", "known", "inside"} & set(answers.split())
    register = units.register()
    affirmed_by, differences = compared(register, policy, as_of, tmp_path)
    told = {entity: said - {"always"} for entity, said in affirmed_by.items()}
    assert told == expected
    assert differences == []
    units.add("coverage", {"table": "dishonesty", "from": day, "to": as_of, "field": "work_safety"})
    units.add("coverage", {"table": "dishonesty", "from": day + 200 * ONE, "to": as_of})
    register = units.register()
    told = {entity: yes(register, entity, policy, as_of) for entity in register.enterprises}
    assert all("inside" in answers for answers in told.values()), "rows about everybody are added to one's own"
    assert [entity for entity, answers in told.items() if "whole" in answers] != []
    assert compared(register, policy, as_of, tmp_path / "general")[1] == []


def test_general_coverage_is_counted_for_a_unit_with_rows_of_other_tables(tmp_path: Path) -> None:
    """A count over coverage of one table must not see a unit's own row for another table and answer nought."""
    policy, as_of = invented_policy("two-field-coverages", "one-field-coverage", "covered-penalties"), DAYS[0]
    units = _Units()
    own, plain, half = units.unit(), units.unit(), units.unit()
    span: Cells = {"from": as_of - 400 * ONE, "to": as_of + ONE}
    for field in ("work_safety", "tax"):
        units.add("coverage", span | {"table": "listings", "field": field})
    units.add("coverage", span | {"table": "penalties", "uscc": own})
    units.add("coverage", {"table": "listings", "field": "tax", "uscc": half, "from": as_of, "to": as_of})
    register = units.register()
    rows = screened(register, policy, as_of, tmp_path)
    for uscc in (own, plain, half):
        assert yes(register, uscc, policy, as_of) - {"covered-penalties"} == {
            "two-field-coverages",
            "one-field-coverage",
        }
        assert rows[uscc]["edges-2030-1/two-field-coverages:outcome"] == "passed"
        assert rows[uscc]["edges-2030-1/one-field-coverage:outcome"] == "passed"


def test_a_repealed_policy_ends_on_the_day_of_its_repeal(tmp_path: Path) -> None:
    as_of = DAYS[0]
    units = _Units()
    uscc = units.unit()
    for step, outcome, code in ((-ONE, "inapplicable", "after-repeal"), (NEAR[1], "inapplicable", "after-repeal"),
                                (ONE, "eligible", None)):  # fmt: skip
        policy = replace(invented_policy("active-black"), repealed_on=as_of + step)
        decision = decide(units.register(), uscc, policy, as_of)
        assert (decision.outcome, decision.reason_code) == (outcome, code)
        row = screened(units.register(), policy, as_of, tmp_path / str(step.days))[uscc]
        assert (row["edges-2030-1:outcome"], row["edges-2030-1:reason_code"]) == (outcome, code)


@pytest.mark.slow
def test_a_policy_begins_on_the_day_of_its_issue_and_an_undated_one_after_its_interval(tmp_path: Path) -> None:
    as_of = DAYS[0]
    units = _Units()
    uscc = units.unit()
    for first, last, outcome, code in (
        (as_of, as_of, "eligible", None),
        (as_of + ONE, as_of + ONE, "inapplicable", "before-issue"),
        (as_of - 9 * ONE, as_of, "undetermined", None),
        (as_of - 9 * ONE, as_of - ONE, "eligible", None),
        (as_of, as_of + ONE, "undetermined", None),
    ):
        policy = replace(invented_policy("active-black"), issued_from=first, issued_to=last)
        decision = decide(units.register(), uscc, policy, as_of)
        assert (decision.outcome, decision.reason_code) == (outcome, code), (first, last)
        row = screened(units.register(), policy, as_of, tmp_path / f"{first}-{last}")[uscc]
        assert (row["edges-2030-1:outcome"], row["edges-2030-1:reason_code"]) == (outcome, code)


def test_a_place_is_a_prefix_and_a_kind_of_subject_too(tmp_path: Path) -> None:
    as_of = DAYS[0]
    units = _Units()
    inside, outside, parent = units.unit(f"{REGION}81"), units.unit("990181"), units.unit("99")
    policy = replace(invented_policy("active-black"), outside_subjects=("11", "N1"))
    register = units.register()
    rows = screened(register, policy, as_of, tmp_path)
    codes = {inside: None, outside: "outside-jurisdiction", parent: "outside-jurisdiction"}
    for uscc, code in codes.items():
        assert decide(register, uscc, policy, as_of).reason_code == code
        assert rows[uscc]["edges-2030-1:reason_code"] == code
    barred = replace(policy, outside_subjects=("9199",))
    assert decide(register, inside, barred, as_of).reason_code == "wrong-subject"


# --- measures --------------------------------------------------------------------------------------------------------


def test_no_measure_follows_while_it_is_unknown_whether_the_document_was_issued() -> None:
    """A finding may hold all the same, and yet nothing may be done on it: the document may not exist on that day."""
    as_of = DAYS[0]
    base = replace(invented_policy("active-black"), issued_from=as_of - 9 * ONE, issued_to=as_of - ONE)
    graph = Graph().parse(find_root() / "shapes" / "eligibility" / "jiangsu-2019-820.ttl")
    rule = next(rule for rule in read_policy(graph).measures if rule.condition is not None)
    measure = MeasureRow("https://w3id.org/policygraph/id/measure/edges-2030-1/1", "edges-2030-1", "1", "公示", "unit")
    on_list = replace(rule, condition="edges-2030-1/active-black", measures=(measure.measure,))
    policy = replace(base, measures=(on_list,))
    units = _Units()
    uscc = units.unit()
    units.record("listings", uscc, as_of - 90 * ONE)
    register = units.register()
    for last, outcome, measures in ((as_of - ONE, "eligible", 1), (as_of, "undetermined", 0)):
        decision = decide(register, uscc, replace(policy, issued_to=last), as_of, measures=[measure])
        finding = next(part for part in decision.findings if part.condition == "edges-2030-1/active-black")
        assert (decision.outcome, finding.outcome, len(decision.measures)) == (outcome, "passed", measures)
    clean = units.unit()
    assert decide(units.register(), clean, policy, as_of, measures=[measure]).measures == ()


def test_no_measure_of_a_grade_follows_while_the_grade_is_undetermined() -> None:
    as_of = DAYS[0]
    base = invented_policy("active-black")
    measure = MeasureRow("https://w3id.org/policygraph/id/measure/edges-2030-1/2", "edges-2030-1", "2", "参考", "unit")
    graph = Graph().parse(find_root() / "shapes" / "eligibility" / "xinzheng-2010-36.ttl")
    rule = next(rule for rule in read_policy(graph).measures if rule.grade is not None)
    asked = tuple(
        replace(item, part="grade", grade="甲级") if item.condition.endswith("/always") else item for item in base.asked
    )
    policy = replace(base, asked=asked, measures=(replace(rule, grade="甲级", measures=(measure.measure,)),))
    units = _Units()
    uscc = units.unit()
    for last, measures in ((as_of - ONE, 1), (as_of, 0)):
        dated = replace(policy, issued_from=as_of - 9 * ONE, issued_to=last)
        decision = decide(units.register(), uscc, dated, as_of, measures=[measure])
        assert decision.grade == "甲级"
        assert len(decision.measures) == measures
