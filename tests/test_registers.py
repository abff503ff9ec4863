"""Registers: every error at once with its place, the same facts from CSV, Excel and Turtle, watch lists kept apart."""

from __future__ import annotations

import contextlib
import csv
import shutil
from datetime import date, datetime
from pathlib import Path

import duckdb
import openpyxl
import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Graph
from rdflib.namespace import RDF

from policygraph.errors import InputError, LimitError, NotFoundError
from policygraph.judging.decisions import decide_all
from policygraph.judging.rules import describe_tables, load_policies
from policygraph.judging.rules.facts import TABLE, TABLES
from policygraph.keeping.batch import BadRegister, prepare_register
from policygraph.keeping.batch.tables import chunk_file
from policygraph.keeping.registers import (
    RegisterError,
    is_restricted,
    load_register,
    neighbourhood_query,
    reading,
    register_graphs,
    register_of,
    shipped_codes,
)
from policygraph.keeping.registers.cells import (
    USCC_ALPHABET,
    CellProblem,
    check_character,
    parse_cell,
    parse_day,
    parse_uscc,
)
from policygraph.namespaces import PG, instance
from policygraph.reading.intake import workbooks
from policygraph.reading.intake.running import Bounds, read_turtle_apart
from policygraph.reading.intake.workbooks import Limits

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "data" / "registers" / "sample"
NOVEMBER = date(2026, 11, 21)

HEADS = {table.name: ",".join(column.name for column in table.columns) for table in TABLES}
UNIT = "91230800MA0000000R"


def write(folder: Path, **tables: str) -> Path:
    """A register folder with these CSV bodies; the header is the table's usual one."""
    folder.mkdir(exist_ok=True)
    tables.setdefault("enterprises", f"{UNIT},示例甲（虚构）,230803,")
    for name, body in tables.items():
        (folder / f"{name}.csv").write_text(f"{HEADS[name]}\n{body}\n", encoding="utf-8")
    return folder


def to_workbook(folder: Path, path: Path, *, typed: bool) -> Path:
    """The CSV folder as an Excel workbook, dates as text or as Excel dates."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for source in sorted(folder.glob("*.csv")):
        sheet = book.create_sheet(source.stem)
        with source.open(encoding="utf-8-sig", newline="") as lines:
            for number, row in enumerate(csv.reader(lines)):
                cells: list[object] = []
                for cell in row:
                    is_day = typed and number and len(cell) == 10 and cell[4] == cell[7] == "-"
                    cells.append(datetime.fromisoformat(cell) if is_day else cell)
                sheet.append(cells)
    book.save(path)
    return path


# --- one register, many forms ----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_same_register_as_csv_xlsx_and_turtle_decides_the_same(tmp_path: Path) -> None:
    policies = load_policies(Graph().parse(path) for path in sorted((ROOT / "shapes/eligibility").glob("*.ttl")))
    original = load_register(SAMPLE)
    graphs = register_graphs(original)
    turtle = tmp_path / "sample.ttl"
    (graphs.open + graphs.restricted).serialize(turtle, format="turtle")
    gb = tmp_path / "gb"
    shutil.copytree(SAMPLE, gb)
    for path in gb.glob("*.csv"):
        path.write_bytes(path.read_text(encoding="utf-8-sig").encode("gb18030"))
    others = [
        load_register(gb),
        load_register(to_workbook(SAMPLE, tmp_path / "text.xlsx", typed=False)),
        load_register(to_workbook(SAMPLE, tmp_path / "typed.xlsx", typed=True)),
        load_register(turtle),
    ]
    for other in others:
        assert other.rows == original.rows
    assert (others[3].synthetic, others[3].public) == (True, True)
    assert "enterprises.csv: GB18030" in others[0].notes
    for uscc in original.enterprises[::7]:
        expected = [d.outcome for d in decide_all(original, uscc, policies, NOVEMBER)]
        for other in others:
            assert [d.outcome for d in decide_all(other, uscc, policies, NOVEMBER)] == expected


@pytest.mark.slow
def test_the_sample_is_invented_says_so_and_exercises_every_outcome() -> None:
    register = load_register(SAMPLE)
    assert (register.synthetic, register.public) == (True, True)
    assert all("虚构" in str(row.cells["name"]) for row in register.rows if row.table == "enterprises")
    policies = load_policies(Graph().parse(path) for path in sorted((ROOT / "shapes/eligibility").glob("*.ttl")))
    seen: dict[str, set[str]] = {name: set() for name in policies}
    for uscc in register.enterprises:
        for decision in decide_all(register, uscc, policies, NOVEMBER):
            seen[decision.policy].add(decision.grade if decision.outcome == "graded" else decision.outcome)  # type: ignore[arg-type]  # graded always has a grade
    assert seen["jiamusi-2020-6"] == {
        "eligible", "ineligible", "excluded", "suspended", "undetermined", "inapplicable",
    }  # fmt: skip
    assert seen["jiamusi-2020-5"] == {"target", "not_target", "undetermined", "inapplicable"}
    assert seen["jiangsu-2019-820"] == {"target", "not_target", "undetermined", "inapplicable"}
    assert seen["yiyuan-2021-28"] == {"eligible", "ineligible", "undetermined", "inapplicable"}
    assert seen["xinzheng-2010-36"] == {"五星级", "四星级", "三星级", "未评为星级", "undetermined", "inapplicable"}


def test_watch_list_entries_never_enter_the_open_graph() -> None:
    graphs = register_graphs(load_register(SAMPLE))
    assert len(set(graphs.restricted.subjects(RDF.type, PG.Listing))) == 4
    words = {str(value) for value in graphs.open.objects(None, PG.listColour)}
    assert words == {"red", "black"}
    restricted_nodes = set(graphs.restricted.subjects(RDF.type, PG.Listing))
    assert restricted_nodes.isdisjoint(graphs.open.all_nodes())


@pytest.mark.slow
def test_an_enterprise_cut_out_of_a_store_is_decided_like_the_whole_register() -> None:
    policies = load_policies(Graph().parse(path) for path in sorted((ROOT / "shapes/eligibility").glob("*.ttl")))
    register = load_register(SAMPLE)
    graphs = register_graphs(register)
    store = ox.Store()
    for name, graph in (("open", graphs.open), ("restricted", graphs.restricted)):
        data = graph.serialize(format="nt").encode()
        store.load(data, ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(f"https://example.org/{name}"))
    for uscc in register.enterprises:
        entity = ox.NamedNode(str(instance("entity", uscc)))
        found = store.query(
            neighbourhood_query(), use_default_graph_as_union=True, substitutions={ox.Variable("entity"): entity}
        )
        assert isinstance(found, ox.QueryTriples)
        cut = found.serialize(format=ox.RdfFormat.N_TRIPLES)
        assert cut is not None
        part = register_of(Graph(bind_namespaces="none").parse(data=cut, format="nt"), "sample")
        assert part.enterprises == (uscc,)
        assert decide_all(part, uscc, policies, NOVEMBER) == decide_all(register, uscc, policies, NOVEMBER)


# --- errors ----------------------------------------------------------------------------------------------------------


def errors_of(path: Path) -> list[tuple[str, int, str]]:
    with pytest.raises(RegisterError) as caught:
        load_register(path)
    return [(error.file, error.row, error.column) for error in caught.value.errors]


def test_all_errors_are_reported_at_once_with_their_cells(tmp_path: Path) -> None:
    body = "\n".join(
        [
            f"P-1,{UNIT},,2025-13-01,work_safety,,,,,",
            f"P-2,{UNIT},,2025-01-01,worksafety,,,,,",
            f"P-3,{UNIT},,2025-01-01,work_safety,,,maybe,,",
            f"P-4,{UNIT},,2025-01-01,work_safety,,,,cancelled,",
            "P-5,,,2025-01-01,work_safety,,,,,",
            "P-6,91230800MA0000000X,,2025-01-01,work_safety,,,,,",
            f"P-7,{UNIT},,2025-01-01,work_safety,,,,,",
            f"P-7,{UNIT},,2025-01-02,work_safety,,,,,",
            "P-8,,NOBODY,2025-01-01,work_safety,,,,,",
            f"P-9,{UNIT},,2025-01-01 08:00,work_safety,,,,,",
        ]
    )
    assert errors_of(write(tmp_path / "r", penalties=body)) == [
        ("penalties.csv", 2, "date"),
        ("penalties.csv", 3, "authority_function"),
        ("penalties.csv", 4, "safety_matter"),
        ("penalties.csv", 5, "status"),
        ("penalties.csv", 6, "uscc"),
        ("penalties.csv", 7, "uscc"),
        ("penalties.csv", 9, "record_id"),
        ("penalties.csv", 10, "person_id"),
        ("penalties.csv", 11, "date"),
    ]


def test_a_message_says_where_what_and_what_to_write(tmp_path: Path) -> None:
    folder = write(tmp_path / "r", penalties=f"P-1,{UNIT},,2025-02-30,work_safety,,,,,")
    with pytest.raises(RegisterError) as caught:
        load_register(folder)
    assert "penalties.csv 第 2 行 date 列 '2025-02-30'：没有这一天。写成 2026-11-21 这样的日期" in str(caught.value)


def test_only_the_first_hundred_are_listed_and_the_total_is_said(tmp_path: Path) -> None:
    body = "\n".join(f"P-{n},{UNIT},,not a day,work_safety,,,,," for n in range(150))
    with pytest.raises(RegisterError) as caught:
        load_register(write(tmp_path / "r", penalties=body))
    assert len(caught.value.errors) == 100
    assert "共 150 处，列出前 100 处" in str(caught.value)


def test_conflicting_determinations_on_one_day_are_an_error_and_repeated_ones_are_not(tmp_path: Path) -> None:
    same = f"{UNIT},jiamusi-2020-6/1,passed,2026-01-01,,\n{UNIT},jiamusi-2020-6/1,passed,2026-01-01,,"
    assert len(load_register(write(tmp_path / "a", determinations=same)).rows) == 2
    conflict = f"{UNIT},jiamusi-2020-6/1,passed,2026-01-01,,\n{UNIT},jiamusi-2020-6/1,failed,2026-01-01,,"
    assert errors_of(write(tmp_path / "b", determinations=conflict)) == [("determinations.csv", 3, "uscc")]


def test_a_determination_about_an_unknown_condition_is_named_when_the_conditions_are_known(tmp_path: Path) -> None:
    folder = write(tmp_path / "r", determinations=f"{UNIT},jiamusi-2020-6/l,passed,2026-01-01,,")
    with pytest.raises(RegisterError, match="是否为 jiamusi-2020-6/1"):
        load_register(folder, conditions=["jiamusi-2020-6/1", "jiamusi-2020-5/target"])
    assert load_register(folder).rows


@pytest.mark.parametrize(
    ("header", "column"),
    [("uscc,name", "region"), ("uscc,name,region,regoin", "regoin"), ("uscc,name,region,name", "name"), ("", "uscc")],
)
def test_wrong_headers_are_named(tmp_path: Path, header: str, column: str) -> None:
    (tmp_path / "enterprises.csv").write_text(header + "\n", encoding="utf-8")
    assert column in {found[2] for found in errors_of(tmp_path)}


def test_chinese_headers_are_understood(tmp_path: Path) -> None:
    text = f"统一社会信用代码,名称,监管所在地\n{UNIT},示例（虚构）,230803\n"
    (tmp_path / "enterprises.csv").write_bytes(text.encode("gb18030"))
    assert load_register(tmp_path).enterprises == (UNIT,)


def test_files_that_are_not_registers_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        load_register(tmp_path / "absent")
    for name, data in (("a.xlsx", b"not a zip"), ("a.ttl", b"<a> <b> ."), ("a.pdf", b"x")):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(InputError):
            load_register(tmp_path / name)
    broken = write(tmp_path / "r")
    (broken / "penalties.csv").write_bytes(b"\xff\xff\x00")
    (broken / "penalty.csv").write_text("x\n")
    assert {found[0] for found in errors_of(broken)} == {"penalties.csv", "penalty.csv"}


def test_too_many_rows_or_bytes_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write(tmp_path / "r", penalties="\n".join(f"P-{n},{UNIT},,2025-01-01,work_safety,,,,," for n in range(5)))
    monkeypatch.setattr(reading, "MOST_ROWS", 3)
    with pytest.raises(LimitError):
        load_register(folder)
    monkeypatch.setattr(reading, "MOST_BYTES", 10)
    with pytest.raises(LimitError):
        load_register(folder)


def test_a_time_of_day_in_excel_and_a_datetime_in_turtle_are_errors(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "commitments"
    sheet.append(["uscc", "date", "published"])
    sheet.append([UNIT, datetime(2025, 1, 1, 8, 30), True])
    book.save(tmp_path / "r.xlsx")
    assert ("r.xlsx[commitments]", 2, "date") in errors_of(tmp_path / "r.xlsx")
    graphs = register_graphs(load_register(SAMPLE))
    stamp = '"2025-02-02T00:00:00"^^<http://www.w3.org/2001/XMLSchema#dateTime>'
    text = graphs.open.serialize(format="nt").replace('"2025-02-02"^^<http://www.w3.org/2001/XMLSchema#date>', stamp)
    (tmp_path / "r.ttl").write_text(text, encoding="utf-8")
    assert ("r.ttl#penalties", "date") in {(found[0], found[2]) for found in errors_of(tmp_path / "r.ttl")}


def test_dates_that_run_backwards_are_errors(tmp_path: Path) -> None:
    folder = write(tmp_path / "r", coverage="penalties,2026-01-01,2025-01-01,,,,")
    assert errors_of(folder) == [("coverage.csv", 2, "to")]


# --- cells -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", ["9", "1", "5", "A", "N", "Y"])
def test_codes_of_every_registration_authority_are_accepted(first: str) -> None:
    stem = f"{first}1230800MA0000000"
    assert parse_uscc(stem + check_character(stem)) == stem + check_character(stem)


@pytest.mark.parametrize(
    "code",
    ["", "91230800MA000000", "91230800MA0000000I", "Z1230800MA00000005", "91230800MA0000001R", "91230800MA0000000R0"],
)
def test_wrong_codes_are_refused(code: str) -> None:
    with pytest.raises(CellProblem):
        parse_uscc(code)


@given(
    st.text(USCC_ALPHABET, min_size=17, max_size=17).filter(lambda stem: stem[0].isdigit() or stem[0] in "ANY"),
    st.data(),
)
def test_any_single_wrong_character_is_noticed(stem: str, data: st.DataObject) -> None:
    code = stem + check_character(stem)
    place = data.draw(st.integers(1, 17))
    other = data.draw(st.sampled_from([char for char in USCC_ALPHABET if char != code[place]]))
    with pytest.raises(CellProblem):
        parse_uscc(code[:place] + other + code[place + 1 :])


@pytest.mark.parametrize("text", ["2026-11-21", "2026/11/21", "2026年11月21日", "20261121", "2026.11.21"])
def test_dates_in_all_notations(text: str) -> None:
    assert parse_day(text) == NOVEMBER


@pytest.mark.parametrize(
    "text", ["2026-11-21 00:00", "2026-11/21", "26-11-21", "2026-00-10", "21.11.2026", "二〇二六年"]
)
def test_what_is_not_a_date(text: str) -> None:
    with pytest.raises(CellProblem):
        parse_day(text)


@pytest.mark.parametrize("text", ["true", "TRUE", "是", "1", "１"])
def test_booleans(text: str) -> None:
    assert parse_cell(TABLE["commitments"].column("published"), text) is True


@pytest.mark.slow
@given(st.text(max_size=40))
def test_any_text_in_any_cell_is_a_value_or_a_named_problem(text: str) -> None:
    for table in TABLES:
        for column in table.columns:
            with contextlib.suppress(CellProblem):
                parse_cell(column, text)


def test_the_description_of_the_tables_names_every_column() -> None:
    text = describe_tables(shipped_codes())
    for table in TABLES:
        assert f"### {table.name}（" in text
        for column in table.columns:
            assert f"| `{column.name}` |" in text


# --- closed codes, authorities, repairs, corrected results -----------------------------------------------------------


def test_an_authority_that_the_graph_knows_needs_no_code_and_the_register_says_so(tmp_path: Path) -> None:
    body = f"P-1,{UNIT},,2025-01-01,,,佳木斯市 应急管理局,,,\nP-2,{UNIT},,2025-02-01,work_safety,,佳木斯市应急管理局,,,"
    register = load_register(write(tmp_path / "r", penalties=body))
    functions = {row.evidence: row.text("authority_function") for row in register.rows if row.table == "penalties"}
    assert functions == {"P-1": "work_safety", "P-2": "work_safety"}
    assert any("空白 1 行" in note and "work_safety" in note for note in register.notes)


def test_an_authority_nobody_knows_is_one_error_that_lists_its_rows(tmp_path: Path) -> None:
    rows = [f"P-{n},{UNIT},,2025-01-01,,,某某街道办,,," for n in range(25)]
    rows.append(f"Q-1,{UNIT},,2025-01-01,,,某某管理处,,,")
    rows.append(f"Q-2,{UNIT},,2025-01-01,,,,,,")
    with pytest.raises(RegisterError) as caught:
        load_register(write(tmp_path / "r", penalties="\n".join(rows)))
    told = {(error.value, error.row): error.cause for error in caught.value.errors}
    assert set(told) == {("某某街道办", 2), ("某某管理处", 27), ("", 28)}
    assert "第 2、3、4" in told["某某街道办", 2]
    assert "等 25 行" in told["某某街道办", 2]


@pytest.mark.parametrize(
    ("written", "body", "known"),
    [("tax", "佳木斯市应急管理局", "work_safety"), ("work_safety", "佳木斯市财政局", "finance")],
)
def test_a_function_that_contradicts_the_body_is_one_error_with_both_readings(
    tmp_path: Path, written: str, body: str, known: str
) -> None:
    """Either way: what would hide an offence, and what would invent one. Another body's rows are not touched by it."""
    rows = [f"P-{n},{UNIT},,2025-01-0{n},{written},,{body},,," for n in (1, 2)]
    rows.append(f"P-3,{UNIT},,2025-01-03,{written},,某某街道办,,,")
    with pytest.raises(RegisterError) as caught:
        load_register(write(tmp_path / "r", penalties="\n".join(rows)))
    (error,) = caught.value.errors
    assert (error.row, error.column, error.value) == (2, "authority_function", written)
    assert f"机构库中该机关的职能为 {known}（第 2、3 行）" in error.cause
    assert body in error.cause
    (receipt,) = [receipt for receipt in caught.value.receipts if receipt.table == "penalties"]
    assert (receipt.seen, receipt.kept) == (3, 1)


@pytest.mark.parametrize("word", ["emergency_management", "worksafety", "work-safety", "安全生产"])
def test_an_unknown_code_is_an_error_that_names_the_nearest(tmp_path: Path, word: str) -> None:
    with pytest.raises(RegisterError) as caught:
        load_register(write(tmp_path / "r", penalties=f"P-1,{UNIT},,2025-01-01,{word},,,,,"))
    (error,) = caught.value.errors
    assert (error.column, error.value) == ("authority_function", word)
    assert "work_safety（安全生产与应急管理）" in error.remedy


def test_every_standing_of_a_penalty_is_read(tmp_path: Path) -> None:
    standings = list(shipped_codes().of("penalty-statuses"))
    assert set(standings) == {"effective", "annulled", "stayed", "changed", "void", "no_penalty"}
    body = "\n".join(f"P-{n},{UNIT},,2025-01-01,tax,,,,{word}," for n, word in enumerate([*standings, ""]))
    register = load_register(write(tmp_path / "r", penalties=body))
    found = [row.text("status") for row in register.rows if row.table == "penalties"]
    assert sorted(found, key=str) == sorted([*standings, "effective"])


LISTED = f"L-1,{UNIT},,watch,work_safety,2026-01-01,,,\nL-2,{UNIT},,black,tax,2026-01-01,,,"


def test_a_repair_names_a_record_and_stays_as_hidden_as_the_record(tmp_path: Path) -> None:
    body = f"X-1,{UNIT},,L-1,2026-05-01,某局,\nX-2,{UNIT},,L-2,2026-06-01,,示修〔2026〕2号"
    register = load_register(write(tmp_path / "r", listings=LISTED, repairs=body))
    graphs = register_graphs(register)
    assert len(set(graphs.open.subjects(RDF.type, PG.Repair))) == 1
    (hidden,) = graphs.restricted.subjects(RDF.type, PG.Repair)
    assert (graphs.restricted.value(hidden, PG.repairOf), RDF.type, PG.Listing) in graphs.restricted
    assert hidden not in graphs.open.all_nodes()
    assert register_of(graphs.open + graphs.restricted, register.name).rows == register.rows
    assert {row.evidence for row in register.rows if is_restricted(row, register)} == {"L-1", "X-1"}


@pytest.mark.parametrize(
    ("row", "cause"),
    [
        ("X-1,{unit},,L-9,2026-05-01,,", "没有这条记录"),
        ("X-1,{unit},,L-1,2025-05-01,,", "早于"),
        ("X-1,{other},,L-1,2026-05-01,,", "另一单位"),
        ("X-1,{unit},,D-1,2026-05-01,,", "2 条记录"),
        ("X-1,{unit},,X-1,2026-05-01,,", "没有这条记录"),
        ("X-1,{unit},,,2026-05-01,,", "必填"),
    ],
)
def test_a_repair_of_nothing_is_an_error(tmp_path: Path, row: str, cause: str) -> None:
    stem = "91230800MA0000001"
    other = stem + check_character(stem)
    units = f"{UNIT},示例甲（虚构）,230803,\n{other},示例乙（虚构）,230803,"
    twice = f"D-1,{UNIT},,2025-01-01,tax,,"
    folder = write(
        tmp_path / "r", enterprises=units, listings=f"{LISTED}\nD-1,{UNIT},,red,tax,2024-01-01,,,", dishonesty=twice,
        repairs=row.format(unit=UNIT, other=other),
    )  # fmt: skip
    with pytest.raises(RegisterError) as slow:
        load_register(folder)
    assert [error.file for error in slow.value.errors] == ["repairs.csv"]
    assert cause in slow.value.errors[0].cause
    with pytest.raises(BadRegister) as fast:
        prepare_register(folder, tmp_path / "out")
    with fast.value.report.open(encoding="utf-8", newline="") as file:
        assert [(found["file"], found["cause"]) for found in csv.DictReader(file)] == [
            (error.file, error.cause) for error in slow.value.errors
        ]


def test_a_corrected_result_and_two_certificates_of_one_day_are_kept(tmp_path: Path) -> None:
    results = f"{UNIT},2025,80,否,2026-03-01\n{UNIT},2025,90,否,2026-05-01"
    papers = f"{UNIT},1,2024-06-01,2027-05-31,,A-1\n{UNIT},1,2024-06-01,2027-05-31,,A-2\n{UNIT},1,2024-06-01,,,"
    register = load_register(write(tmp_path / "r", assessments=results, certificates=papers))
    assert [row.evidence for row in register.rows if row.table == "assessments"] == [
        "assessments:2025:2026-03-01",
        "assessments:2025:2026-05-01",
    ]
    assert [row.evidence for row in register.rows if row.table == "certificates"] == [
        "certificates:1:2024-06-01",
        "certificates:1:2024-06-01:A-1",
        "certificates:1:2024-06-01:A-2",
    ]
    twice = f"{UNIT},2025,80,否,2026-03-01\n{UNIT},2025,90,否,2026-03-01"
    assert errors_of(write(tmp_path / "b", assessments=twice)) == [("assessments.csv", 3, "uscc")]


def test_what_is_looked_up_and_kept_is_the_same_for_a_register_of_any_size(tmp_path: Path) -> None:
    penalties = f"P-1,{UNIT},,2025-01-01,,,佳木斯市应急管理局,,,\nP-2,,R-1,2025-01-01,,,市应急管理局,,changed,"
    folder = write(
        tmp_path / "r", penalties=penalties, persons=f"R-1,{UNIT},principal,,,", listings=LISTED,
        repairs=f"X-1,{UNIT},,L-1,2026-05-01,,", coverage=f"penalties,2020-01-01,9999-12-31,2026-11-01,{UNIT},,",
        certificates=f"{UNIT},1,2024-06-01,9999-12-31,,A-1\n{UNIT},1,2024-06-01,9999-12-31,,A-2",
        assessments=f"{UNIT},2025,80,否,2026-03-01\n{UNIT},2025,90,否,2026-05-01",
    )  # fmt: skip
    register = load_register(folder)
    prepare_register(folder, tmp_path / "out")
    with duckdb.connect() as connection:
        for table in TABLES:
            file = chunk_file(tmp_path / "out", 0, table.name)
            rows = [row for row in register.rows if row.table == table.name]
            if not rows:
                assert not file.exists()
                continue
            found = connection.execute(f"SELECT * FROM read_parquet('{file}') ORDER BY ALL").fetchall()
            wanted = [tuple(row.cells.get(column.name) for column in table.columns) for row in rows]
            assert sorted(found, key=str) == sorted(wanted, key=str), table.name


def test_a_field_is_complete_only_in_a_table_that_has_fields(tmp_path: Path) -> None:
    body = f"listings,2020-01-01,2026-12-31,,{UNIT},tax,\npenalties,2020-01-01,2026-12-31,,{UNIT},tax,"
    assert errors_of(write(tmp_path / "r", coverage=body)) == [("coverage.csv", 3, "field")]


def test_a_folder_is_read_apart_as_it_is_read_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same rows, notes and errors with their places, and not a line of it taken apart by this process."""
    folder = tmp_path / "r"
    folder.mkdir()
    sound = "uscc,name,region\n91230800MA0000000R,某某公司（虚构）,230803\n"
    (folder / "enterprises.csv").write_bytes(sound.encode("gb18030"))
    read = load_register(folder)
    with monkeypatch.context() as patch:
        patch.setattr(workbooks, "parse_csv", lambda _: pytest.fail("taken apart here"))
        apart_from_us = load_register(folder, apart=True)
    assert (apart_from_us.rows, apart_from_us.receipts) == (read.rows, read.receipts)
    for spoilt in (sound.replace("230803", "x").encode(), sound.encode() + b'"', b"uscc\n\xff\xff", b""):
        (folder / "enterprises.csv").write_bytes(spoilt)
        told = []
        for apart in (False, True):
            with pytest.raises(InputError) as caught:
                load_register(folder, apart=apart)
            told.append(str(caught.value))
        assert told[0] == told[1]


def test_turtle_is_read_apart_as_it_is_read_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same register, the same words for what is no Turtle, and no parser in the process of a service."""
    graphs = register_graphs(load_register(SAMPLE))
    file = tmp_path / "r.ttl"
    (graphs.open + graphs.restricted).serialize(file, format="turtle", encoding="utf-8")
    folder = tmp_path / "tables"
    shutil.copytree(SAMPLE, folder)
    here = load_register(file), load_register(folder)
    assert len(here[0].rows) > 50
    assert here[1].synthetic
    with monkeypatch.context() as patch:
        patch.setattr("policygraph.reading.intake.triples.Graph", lambda **_: pytest.fail("parsed here"))
        assert (load_register(file, apart=True), load_register(folder, apart=True)) == here
    for spoilt in (b"<a> <b> .", b"<a> <b> \xff .", b"\n[" * 3000):
        file.write_bytes(spoilt)
        told = []
        for apart in (False, True):
            with pytest.raises(InputError) as caught:
                load_register(file, apart=apart)
            told.append(str(caught.value))
        assert told[0] == told[1]


def test_turtle_that_takes_too_much_ends_its_reader_and_nobody_else() -> None:
    """Names that an abbreviation makes long: a little file, gigabytes of memory; and one that takes too long."""
    long = "https://example.org/" + "x" * 100_000
    text = f"@prefix a: <{long}> .\n" + "\n".join(f"a:{number} a:p{number} a:o{number} ." for number in range(4000))
    with pytest.raises(LimitError, match="内存"):
        read_turtle_apart("r.ttl", text.encode(), Bounds(Limits(), memory=160, processor=60, patience=60))
    with pytest.raises(LimitError, match="秒"):
        read_turtle_apart("r.ttl", text.encode(), Bounds(Limits(), memory=4096, processor=60, patience=0.2))
