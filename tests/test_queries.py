"""The named queries: their contract, and their rows on a small dataset.

``data_small.trig`` is small enough that each golden table under ``golden/queries`` can be checked by reading it. What
the queries answer on the five documents is tested in ``test_answers.py``.
"""

from __future__ import annotations

import csv
import io
import re
from itertools import pairwise
from pathlib import Path

import pyoxigraph as ox
import pytest
import yaml

from policygraph.errors import DataError
from policygraph.keeping.store import Answer, Cell, Iri, NamedQuery, Store, load_queries, open_store, parse_query
from policygraph.keeping.store.questions import FOLDER
from policygraph.speaking.web.names import has_han, name_columns, split_quoted

HERE = Path(__file__).parent
ID = "https://w3id.org/policygraph/id/"

# The public contract: name, parameters (? = optional), columns that every answer starts with, columns added since.
CONTRACT = """
documents | | document title number date date_from date_to jurisdiction issuers clauses measures force_status evidence \
| jurisdiction_label date_inference later_instruments earlier_instruments unordered_instruments
curation | document? | document kind state settled curated_by date note | document_label kind_label state_label \
not_looked_for
measures | document? | measure document notation title kind group action area addressee force effect clause quote \
| addressee_as_written lawfully requires needs_judgement group_label further_force
acts | document? measure? | measure document notation act act_title addressee force effect direction reduces_rights \
reason clause quote | title action addressee_as_written lawfully requires area
departments-of-measures | document? | measure document notation department department_label role via as_written clause \
quote | title level
legal-bases | document? measure? | measure document notation work work_title work_number locator rank level clause \
quote | title title_as_written number_as_written resolution
measures-citing | work locator? | measure document notation title locator rank clause quote | work work_title level \
via cited fit act from
measures-of-department | department | measure document notation title role via clause quote | department \
department_label as_written level named named_label taken
measures-without-basis | document? | measure document notation title document_basis clause quote |
basis-strength | document? as_of | measure document notation title strongest_rank clause quote | strongest_level work \
work_label locator fit standing as_of
findings | document? | document severity code finding_label message remedy clause quote | finding shape
text-reuse | document? | document other_document length similarity differing other_differing other_clause other_quote \
clause quote | reuse
basis-fit | document? measure? as_of? | measure document notation title work_title locator fit fit_label reason \
opinion judged clause quote | work level from to provision as_of
conclusions | document? measure? as_of | measure document notation act act_title addressee nature direction conclusion \
verification reading reason competence basis_then basis_now status certainty fit conditions department \
department_today later_instruments clause quote | sentence conclusion_label rule texts_unread beside from to as_of \
sentence_en advice advice_label nature_label issue note note_en reading_en insufficiency insufficiency_label \
looked_at looked_at_en
document-force | document? | document topic topic_label answer reason date |
remedies | document? as_of | document department department_label remedy remedy_label taken_to deadline work \
work_title provision deadline_provision text certainty from to as_of |
bearings | work? document? measure? as_of | work work_title provision gist version fit fit_label measure document \
notation act act_title type requirement requirement_kind reason from to certainty cited as_of | reading taken
impact | work locator? as_of | measure document notation title locator level change change_date change_to department \
department_label condition condition_title clause quote | work as_of via cited fit act
changes | since document? as_of | date kind document measure notation act act_title before before_label after \
after_label rule why department department_today clause quote | work work_title event change provision successor \
certainty sentence sentence_en interval since as_of
documents-in-time | document? as_of | document number date date_from date_to force_status instrument instrument_title \
instrument_number since applies reason certainty as_of | order text_certainty
departments-in-time | department? as_of | department department_label acting acting_label since change evidence \
certainty date_certainty documents as_of |
basis-health | document? as_of | measure document notation work_title locator status candidate since evidence \
certainty clause quote | as_of work level title number_now date_certainty cited_version basis event standing \
text_certainty work_number
conditions | document? | condition document notation title combination kind window machine_checkable clause quote \
| condition_set condition_set_label
grades | document? | document grade lower lower_inclusive upper upper_inclusive veto clause quote | grade_label
consequences | document? | document when measure title clause quote | when_label consequence
lists | document? | document list entry validity public exit effect clause quote | list_label kind
transitions | document? | document from_list to_list trigger clause quote | from_list_label \
to_list_label transition title
procedures | document? | document procedure step actor recipient deadline clause quote | procedure_label order \
timing timing_kind force
general-rules | document? | rule document title kind items open_ended addressee addressee_as_written force note \
clause quote | kind_label
mechanisms | | mechanism document status clause quote | mechanism_label
answers | question? document? as_of | question document answer value unit absence clause quote | question_label topic \
kind answer_label_en note source coded_on as_of premise reason reason_en other_reading other_answer other_value \
other_reading_en other_answer_en
codebook | | question topic question_label kind allowed several definition includes excludes examples \
| question_label_en definition_en premises
legal-basis-chain | entity as_of measure? | entity ground condition measure notation addressee department work_title \
locator rank basis_status outcome clause quote | title department_label level as_of
impact-entities | work locator? as_of entity? | entity entity_label outcome measure notation title locator level \
basis_status clause quote | work as_of
signatories-without-measures | document? | document department note | department_label
department-aliases | | department as_written kind document clause | department_label
"""
QUESTIONS = {line.split()[0]: [part.split() for part in line.split("|")[1:]] for line in CONTRACT.strip().splitlines()}
VALUES = {
    "entity": "91230803MA9XN00129",
    "work": "zhengfu-caigou-fa",
    "department": "jiamusi/caizhengju",
    "as_of": "2026-11-22",
    "since": "2020-01-01",
}
ELSEWHERE = {
    "changes": "test_changes.py",
    "basis-health": "test_health.py",
    "legal-basis-chain": "test_assessments.py",
    "impact-entities": "test_assessments.py",
    "answers": "test_compare_codebook.py",
    "codebook": "test_compare_codebook.py",
}
"""Questions whose rows are tested, with data of their own, in another file."""


@pytest.fixture(scope="module")
def small() -> Store:
    return open_store([HERE / "data_small.trig"])


def _required(query: NamedQuery) -> dict[str, str | None]:
    return {p.name: VALUES[p.name] for p in query.parameters if p.required}


def _find(name: str) -> NamedQuery:
    return next(query for query in load_queries() if query.name == name)


@pytest.mark.parametrize("query", load_queries(), ids=lambda query: query.name)
def test_a_query_keeps_its_contract(query: NamedQuery) -> None:
    """A new question is entered in the table above first: its name, parameters and columns are public from then on."""
    parameters, columns, added = QUESTIONS[query.name]
    assert [p.name + ("" if p.required else "?") for p in query.parameters] == parameters
    assert [column.name for column in query.columns] == columns + added
    assert all(column.label for column in query.columns)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.rq")), ids=lambda path: path.stem)
def test_a_query_file_says_in_chinese_what_it_answers_and_who_may_change_it(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# 这个查询回答：")
    assert lines[1].startswith("# 谁可以改：")
    assert lines[2].startswith(f"# 怎样检查：policygraph ask {path.stem}")
    decorators = yaml.safe_load("\n".join(line.removeprefix("#+ ") for line in lines if line.startswith("#+ ")))
    query = parse_query(path.stem, path.read_text(encoding="utf-8"))
    assert decorators["summary"] == f"{query.summary_zh} / {query.summary_en}"
    assert [parameter["name"] for parameter in decorators["params"]] == [p.name for p in query.parameters]
    assert [next(iter(column)) for column in decorators["columns"]] == [c.name for c in query.columns]
    # the page of questions shows it as a sentence in the reader's language, under the job that it serves
    assert decorators["job"] == query.job
    assert query.sentence_zh
    assert query.sentence_en


# as_of · data/editorial/remedies.ttl · pg:StrengthInterval · P3Y;  not: 75, 第七十五条
_READ_BY_PROGRAMS = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_./:][A-Za-z0-9]+)*", re.ASCII)


@pytest.mark.parametrize("query", load_queries(), ids=lambda query: query.name)
def test_a_query_is_described_alike_in_both_languages(query: NamedQuery) -> None:
    assert has_han(query.description_zh)
    named = [piece for piece, is_code in split_quoted(query.description_en) if is_code]
    words = "".join(piece for piece, is_code in split_quoted(query.description_en) if not is_code)
    assert "`" not in words
    assert len(words.split()) > 12
    # Chinese stands in an English description only as quoted words of the source
    assert not has_han(re.sub(r"“[^”]*”", "", words))
    # what a program reads (columns, values, questions, files) is the same in both
    codes = {code for piece in named for code in _READ_BY_PROGRAMS.findall(piece)}
    assert codes == set(_READ_BY_PROGRAMS.findall(query.description_zh))
    assert not [word for word in words.split() if "_" in word]


@pytest.mark.parametrize("query", load_queries(), ids=lambda query: query.name)
def test_a_query_runs_on_an_empty_store(query: NamedQuery) -> None:
    solutions = ox.Store().query(query.text, use_default_graph_as_union=True)
    assert isinstance(solutions, ox.QuerySolutions)
    assert list(solutions) == []


@pytest.mark.parametrize("query", [q for q in load_queries() if q.name not in ELSEWHERE], ids=lambda query: query.name)
def test_rows_on_the_small_dataset(query: NamedQuery, small: Store, request: pytest.FixtureRequest) -> None:
    """The golden tables are read by people; ``--update-golden`` writes them, the git diff is the review."""
    found = _render(small.ask(query.name, _required(query)))
    path = HERE / "golden" / "queries" / f"{query.name}.csv"
    if request.config.getoption("--update-golden", default=False):
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")


def _render(answer: Answer) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(answer.columns)
    for row in answer.rows:
        writer.writerow("" if cell is None else str(cell).removeprefix(ID) for cell in row)
    return out.getvalue()


def _records(answer: Answer) -> list[dict[str, Cell]]:
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


def test_a_bound_parameter_stays_in_its_column(small: Store) -> None:
    rows = _records(small.ask("measures", document="memo"))
    assert {row["document"] for row in rows} == {Iri(f"{ID}doc/memo")}
    assert len(rows) == 3


def test_numbers_truth_values_and_resources_are_typed(small: Store) -> None:
    five, none = _records(small.ask("grades", document="plan"))
    assert (five["lower"], five["lower_inclusive"], five["upper"], five["veto"]) == (95, True, None, False)
    assert (none["upper"], none["upper_inclusive"], none["veto"]) == (75, False, True)
    assert isinstance(five["grade"], Iri)
    assert not isinstance(five["grade_label"], Iri)


def test_an_article_reaches_its_items_in_any_numerals(small: Store) -> None:
    for written in ("第二十二条", "第22条", "22", "第二十二条（二）", "第22条第二项"):
        (row,) = _records(small.ask("measures-citing", work="政府采购法", locator=written))
        assert row["locator"] == "第二十二条（二）"
    assert small.ask("measures-citing", work="政府采购法", locator="第二条").rows == ()
    assert small.ask("measures-citing", work="政府采购法", locator="第二十二条（三）").rows == ()


def test_a_department_is_reached_by_name_and_by_category_but_not_by_an_open_end(small: Store) -> None:
    named = {d: [(r["notation"], r["via"]) for r in _records(small.ask("measures-of-department", department=d))]
             for d in ("佳木斯市财政局", "jiamusi/yingjiju", "org/jiamusi/rensheju")}  # fmt: skip
    assert named == {
        "佳木斯市财政局": [("二（二）", "named"), ("二（三）", "category")],
        "jiamusi/yingjiju": [("二（一）1", "named"), ("二（三）", "category")],
        "org/jiamusi/rensheju": [("二（三）", "category")],
    }


def test_a_category_reaches_nobody_in_a_document_of_one_issuer(small: Store) -> None:
    """The concept says: every signatory of a *jointly signed* document; one issuer is the author, not a signatory."""
    assert small.ask("measures-of-department", department="xinzheng/caizhengju").rows == ()
    assert small.ask("signatories-without-measures", document="plan").rows == ()


def test_a_duty_without_a_clause_of_its_own_is_grounded_in_the_measure(small: Store) -> None:
    (row,) = _records(small.ask("departments-of-measures", document="plan"))
    assert (row["clause"], row["quote"]) == (Iri(f"{ID}doc/plan/sec_7/al_1"), "责令其限期整改")


def test_a_nested_citation_is_not_a_basis_of_the_measure(small: Store) -> None:
    titles = [row["title_as_written"] for row in _records(small.ask("legal-bases"))]
    assert "绿色信贷指引" not in titles


def test_every_mechanism_has_a_row_for_every_document(small: Store) -> None:
    rows = _records(small.ask("mechanisms"))
    assert {(row["mechanism_label"], row["document"]) for row in rows} == {
        (label, Iri(f"{ID}doc/{document}")) for label in ("信用修复", "失信联合惩戒") for document in ("memo", "plan")
    }
    silent = {(row["document"], row["status"]) for row in rows if row["clause"] is None}
    assert silent == {(Iri(f"{ID}doc/memo"), "absent"), (Iri(f"{ID}doc/plan"), "uncurated")}
    assert {row["status"] for row in rows if row["clause"] is not None} == {"stated", "equivalent"}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("SELECT ?a\nWHERE { ?a ?b ?c }", "summary"),
        ("#+ summary: 甲 / A\n#+ description: 乙\n#+ columns:\n#+   - a: 甲\n\nSELECT ?a\nWHERE { ?a ?b ?c }", "_en"),
        (
            "#+ summary: 甲 / A\n#+ description: 乙\n#+ description_en: B\n"
            "#+ columns:\n#+   - b: 乙\n\nSELECT ?a\nWHERE { ?a ?b ?c }",
            "columns",
        ),
        (
            "#+ summary: 甲 / A\n#+ description: 乙\n#+ description_en: B\n"
            "#+ params:\n#+   - name: document\n#+     type: document\n"
            "#+ columns:\n#+   - a: 甲\n\nSELECT ?a\nWHERE { ?a ?b ?document }",
            "SELECT",
        ),
        (
            "#+ summary: 甲 / A\n#+ description: 乙\n#+ description_en: B\n"
            "#+ params:\n#+   - name: a\n#+     type: number\n",
            "类型",
        ),
        (
            "#+ summary: 甲 / A\n#+ job: lunch\n#+ description: 乙\n#+ description_en: B\n"
            "#+ columns:\n#+   - a: 甲\n\nSELECT ?a\nWHERE { ?a ?b ?c }",
            "job",
        ),
        ("#+ 坏行", "看不懂"),
        ("#+   - name: a", "列表"),
    ],
)
def test_a_query_file_with_a_slip_is_refused(text: str, fault: str) -> None:
    with pytest.raises(DataError, match=fault):
        parse_query("slip", text)


@pytest.mark.parametrize("query", load_queries(), ids=lambda query: query.name)
def test_a_value_of_a_column_is_never_printed_as_a_column(query: NamedQuery) -> None:
    heads = {column.name: column.label for column in query.columns}
    told = name_columns(query.description_zh, heads)
    assert not [piece for (before, _), (piece, head) in pairwise(told) if head and before.endswith(("=", "为 "))]


def test_a_word_behind_an_equals_sign_is_a_value_even_where_a_column_is_called_so() -> None:
    heads = {"via": "由何而及", "cited": "文件所引条目"}
    assert name_columns("via=cited 照引；cited 是条号", heads) == [
        ("via", "由何而及"), ("=cited 照引；", ""), ("cited", "文件所引条目"), (" 是条号", ""),
    ]  # fmt: skip
