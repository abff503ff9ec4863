"""Exports of other systems become a register by a mapping profile, and what does not become one is named.

Headers are as public exporters write them; every row is invented here. A guard is tested by what would happen without
it: a penalty counted for nothing, a person's number in a file, a period declared complete over rows that were left out.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import random
import stat
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.biff import ErrorValue, make_xls

from policygraph.errors import DataError, InputError, LimitError, NotFoundError, PolicygraphError
from policygraph.judging.rules.codes import Body
from policygraph.judging.rules.facts import TABLE
from policygraph.keeping.registers import load_register, shipped_codes
from policygraph.keeping.registers.cells import CellProblem, check_character
from policygraph.keeping.registers.importing.drafting import draft_profile
from policygraph.keeping.registers.importing.headers import find_header
from policygraph.keeping.registers.importing.mapping import REASONS, Setting, map_sheet
from policygraph.keeping.registers.importing.profiles import fold_title, list_profiles, load_profile
from policygraph.keeping.registers.importing.reports import ImportReport, describe_import
from policygraph.keeping.registers.importing.running import Wish, import_files, read_sheets
from policygraph.keeping.registers.importing.values import read_day
from policygraph.reading.intake import workbooks
from policygraph.reading.intake.exports import read_export, read_old_workbook
from policygraph.reading.intake.workbooks import Limits, Sheet

Rows = Mapping[str, Sequence[Sequence[object]]]

CODES = shipped_codes()
HERE = "230803"
BUREAU = "佳木斯市应急管理局"
PERSON = "11010519491231002X"
"""The number that the standard GB 11643 gives as its example: nobody's."""
EXPORT = [
    "行政相对人名称", "行政相对人代码_1（统一社会信用代码）", "行政相对人代码_2（工商注册号）",
    "行政相对人代码_3（组织机构代码）", "行政相对人代码_4（税务登记号） ", "行政相对人代码_5（事业单位证书号）",
    "行政相对人代码_6（社会组织登记证号）", "法定代表人", "法定代表人身份证号", "证件类型", "证件号码",
    "行政处罚决定书文号", "违法行为类型", "违法事实", "处罚依据", "处罚类别", "处罚内容", "处罚金额（万元）",
    "没收违法所得、没收非法财务的金额（万元）", "暂扣或吊销证照名称及编号", "处罚决定日期", "处罚有效期",
    "公示截止期", "处罚机关", "处罚机关统一社会信用代码", "数据来源单位", "数据来源单位统一社会信用代码", "备注",
    "数据导出时间",
]  # fmt: skip
DATABASE = [
    "CF_XDR_MC", "CF_XDR_LB", "CF_XDR_SHXYM", "CF_XDR_GSDJ", "CF_XDR_ZZJG", "CF_XDR_SFZ", "CF_FRDB", "CF_FR_SFZH",
    "CF_WSH", "CF_CFMC", "CF_WFXW", "CF_SY", "CF_YJ", "CF_CFLB1", "CF_CFLB2", "CF_NR", "CF_NR_FK", "CF_JG",
    "CF_JDRQ", "CF_YXQ", "CF_GSJZQ", "CF_XZJG", "CF_ZT", "DFBM", "SJC", "BZ",
]  # fmt: skip
DEFAULTERS = [
    "失信被执行人姓名/名称", "身份证号码/组织机构代码", "执行法院", "省份", "执行依据文号", "立案时间", "案号",
    "做出执行依据单位", "生效法律文书确定的义务", "被执行人的履行情况", "失信被执行人行为具体情形", "发布时间",
    "已履行部分", "未履行部分",
]  # fmt: skip
ABNORMAL = [
    "企业名称", "统一社会信用代码", "列入经营异常名录原因", "列入日期", "作出决定机关(列入)",
    "移出经营异常名录原因", "移出日期", "作出决定机关(移出)",
]  # fmt: skip
GRADES = [
    "企业名称", "统一社会信用代码", "标准化等级", "证书编号", "发证日期", "有效期至", "评审单位",
]  # fmt: skip


def unit(number: int) -> str:
    """An invented code with its check character."""
    code = f"91230803MA9X{number:05d}"
    return code + check_character(code)


def penalty(**cells: object) -> list[object]:
    """A row of the export of 29 columns."""
    row: dict[str, object] = {
        "行政相对人名称": "示例甲（虚构）", EXPORT[1]: unit(1), "行政处罚决定书文号": "（佳）应急罚〔2025〕1号",
        "违法行为类型": "未按规定培训", "处罚类别": "罚款", "处罚决定日期": "2025-03-01", "处罚机关": BUREAU,
        "数据导出时间": "2026-11-20 08:30:00", "处罚金额（万元）": 2,
    }  # fmt: skip
    short = {"uscc": EXPORT[1], "no": "行政处罚决定书文号", "kind": "处罚类别", "on": "处罚决定日期", "by": "处罚机关"}
    row.update({short.get(name, name): cell for name, cell in cells.items()})
    assert row.keys() <= set(EXPORT), row.keys() - set(EXPORT)
    return [row.get(title) for title in EXPORT]


def record(head: Sequence[str], **cells: object) -> list[object]:
    """A row below another header."""
    assert cells.keys() <= set(head), cells.keys() - set(head)
    return [cells.get(title) for title in head]


def to_csv(rows: Iterable[Sequence[object]], separator: str = ",", encoding: str = "utf-8") -> bytes:
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=separator).writerows([["" if c is None else c for c in row] for row in rows])
    return target.getvalue().encode(encoding)


def to_xlsx(sheets: Rows, change: Callable[[openpyxl.Workbook], None] | None = None) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    if change is not None:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bring(
    folder: Path,
    profile: str,
    data: bytes | Sequence[Sequence[object]],
    name: str = "导出.csv",
    out: str = "out",
    **wish: Any,
) -> ImportReport:
    """Import one file; rows are written as CSV."""
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else to_csv(data))
    wish.setdefault("region", HERE)
    return import_files([path], load_profile(profile, CODES), folder / out, Wish(**wish), CODES)


def table(folder: Path, name: str) -> list[dict[str, str]]:
    """The rows of a table that an import wrote; none when it wrote no such table."""
    path = folder / f"{name}.csv"
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))) if path.exists() else []


def aside(report: ImportReport) -> dict[str, int]:
    found: dict[str, int] = {}
    for sheet in report.sheets:
        for _, reason, _ in sheet.aside:
            found[reason] = found.get(reason, 0) + 1
    return found


def sums(report: ImportReport) -> bool:
    return all(s.seen == len(s.kept) + len(s.refused) + len(s.aside) for s in report.sheets)


# --- the four sources ------------------------------------------------------------------------------------------------


def write_four(folder: Path) -> dict[str, Path]:
    """One file of each source, with what real ones carry: titles, totals, explanations, serials, several encodings."""
    rows: list[Sequence[object]] = [
        ["双公示行政处罚信息"], ["导出单位：示例"], EXPORT, penalty(), penalty(no="（佳）应急罚〔2025〕2号", on=45809),
        penalty(
            uscc=unit(2), 行政相对人名称="示例乙（虚构）", kind="警告；罚款", on=datetime(2020, 5, 6, 9, 30)
        ),
        ["合计", 3],
    ]  # fmt: skip
    defaulter = {
        "失信被执行人姓名/名称": "示例丙（虚构）", "身份证号码/组织机构代码": unit(3), "执行法院": "示例县人民法院",
        "案号": "（2025）示0803执12号", "被执行人的履行情况": "全部未履行", "发布时间": "2025年8月1日",
    }  # fmt: skip
    person = defaulter | {
        "失信被执行人姓名/名称": "某某",
        "身份证号码/组织机构代码": "1101051949****002X",
        "案号": "13",
    }
    defaulters: list[Sequence[object]] = [DEFAULTERS, record(DEFAULTERS, **defaulter), record(DEFAULTERS, **person)]
    sheets: Rows = {"数据": [list(row) for row in rows], "表格说明": [["怎样填写"]]}
    files = {
        "shuanggongshi-penalties": ("处罚.xlsx", to_xlsx(sheets)),
        "shixin-bei-zhixing": ("失信.csv", to_csv(defaulters, "\t", "gb18030")),
        "jingying-yichang": (
            "异常.csv",
            to_csv([ABNORMAL, record(ABNORMAL, **{
                "企业名称": "示例甲（虚构）", "统一社会信用代码": unit(1), "列入日期": "2024-07-08",
                "作出决定机关(列入)": "佳木斯市市场监督管理局",
            })], ";", "utf-16"),
        ),
        "anquan-biaozhunhua": (
            "标准化.xls",
            make_xls({"名单": [["安全生产标准化企业名单"], GRADES,
                ["示例甲（虚构）", unit(1), "一级", "AQB-1", date(2024, 6, 1), date(2027, 5, 31), "示例评审（虚构）"],
                ["示例丁（虚构）", unit(4), "三级", "AQB-2", date(2024, 6, 1), None, None]]}),
        ),
    }  # fmt: skip
    for name, data in files.values():
        (folder / name).write_bytes(data)
    return {profile: folder / name for profile, (name, _) in files.items()}


@pytest.mark.slow
def test_four_files_with_real_headers_are_imported_decided_and_screened(
    run: Callable[..., Any], dataset: Path, tmp_path: Path
) -> None:
    out = tmp_path / "register"
    printed = {}
    for profile, path in write_four(tmp_path).items():
        done = run("register", "import", str(path), "--profile", profile, "--out", str(out), "--region", HERE,
            "--from", "2020-01-01", "--to", "2026-11-20", "--source", "示例平台（虚构）", "--exported-on", "2026-11-20",
            "--dataset", str(dataset))  # fmt: skip
        assert done.returncode == (3 if profile == "jingying-yichang" else 0), done.stderr
        printed[profile] = done.stdout
    assert "7 行 = 收入 3 + 有错误 0 + 搁置 3" not in printed["shuanggongshi-penalties"]
    assert "6 行 = 收入 3 + 有错误 0 + 搁置 3" in printed["shuanggongshi-penalties"]
    assert "说明性的工作表" in printed["shuanggongshi-penalties"]
    assert "法定代表人身份证号" in printed["shuanggongshi-penalties"]
    assert "待归类 1 项" in printed["jingying-yichang"]
    register = load_register(out)
    tables = {name: [row for row in register.rows if row.table == name] for name in TABLE}
    assert {name: len(rows) for name, rows in tables.items() if rows} == {
        "enterprises": 4, "penalties": 3, "certificates": 2, "listings": 1, "coverage": 2,
    }  # fmt: skip
    assert [row.text("list") for row in tables["listings"]] == ["black"]
    assert {row.text("authority_function") for row in tables["penalties"]} == {"work_safety"}
    done = run(
        "decide",
        str(out),
        "--policy",
        "jiamusi-2020-6",
        "--as-of",
        "2026-11-20",
        "--format",
        "json",
        "--dataset",
        str(dataset),
    )
    answers = {answer["entity"]: answer for answer in json.loads(done.stdout)}
    assert answers[unit(3)]["outcome"] == "excluded"
    failed = [c for c in answers[unit(1)]["conditions"] if c["condition"] == "jiamusi-2020-6/4"]
    assert failed[0]["outcome"] == "failed"
    assert len(failed[0]["evidence"]) >= 1
    assert str(failed[0]["evidence"][0]).startswith("〔佳〕应急罚〔2025〕")
    passed = [c for c in answers[unit(2)]["conditions"] if c["condition"] == "jiamusi-2020-6/4"]
    assert passed[0]["outcome"] == "passed"
    screened = tmp_path / "screened.csv"
    done = run(
        "screen",
        str(out),
        "--policy",
        "jiamusi-2020-6",
        "--as-of",
        "2026-11-20",
        "--out",
        str(screened),
        "--dataset",
        str(dataset),
    )
    assert done.returncode in (0, 3), done.stderr
    rows = {row["uscc"]: row for row in csv.DictReader(io.StringIO(screened.read_text(encoding="utf-8-sig")))}
    assert {uscc: row["jiamusi-2020-6:outcome"] for uscc, row in rows.items()} == {
        uscc: answer["outcome"] for uscc, answer in answers.items()
    }


# --- columns ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "field"),
    [
        ("行政相对人代码_1(统一社会信用代码)", "uscc"),
        ("行政相对人代码_3（统一社会信用代码）", "uscc"),
        ("代码＿2 (统一社会信用代码)", "uscc"),
        ("*行政相对人名称（必填）", "party"),
        ("行政相对人名称 ", "party"),
        ("cf_cfjg", "authority"),
        ("行政相对人代码_4（税务登记号） ", "tax_no"),
    ],
)
def test_a_title_is_known_in_each_spelling(written: str, field: str) -> None:
    header = find_header(load_profile("shuanggongshi-penalties", CODES), Sheet("", ((1, ("处罚类别", written)),)))
    assert header is not None
    assert header.fields[field] == (1,)


def test_a_numbered_code_of_another_body_is_not_that_of_the_party() -> None:
    written = ("处罚类别", "处罚决定日期", "处罚机关代码_1（统一社会信用代码）", "处罚结果")
    header = find_header(load_profile("shuanggongshi-penalties", CODES), Sheet("", ((1, written),)))
    assert header is not None
    assert "uscc" not in header.fields
    assert header.unmapped == (2,)
    assert 3 in header.ignored


def test_what_is_not_mapped_is_named_and_what_is_left_out_says_why(tmp_path: Path) -> None:
    report = bring(tmp_path, "shuanggongshi-penalties", [[*EXPORT, "信用分", None], [*penalty(), "99", "散"]])
    told = "\n".join(describe_import(report))
    assert "没有对应的列：信用分、AE 列（没有列名）" in told or "没有对应的列：信用分" in told
    for title in (*EXPORT, "信用分"):
        assert title.strip() in told
    found = json.loads((tmp_path / "out/import/report.json").read_text(encoding="utf-8"))["runs"][0]["sheets"][0]
    assert found["unmapped"][0] == "信用分"
    assert {c["title"].strip() for c in found["columns"]} >= {title.strip() for title in EXPORT}
    assert all(c["reason"] for c in found["columns"] if c["use"] == "ignored")


def test_a_missing_column_stops_the_import_with_the_nearest_titles(tmp_path: Path) -> None:
    head = [title.replace("处罚决定日期", "处罚决定之日期").replace("处罚机关", "处罚的机关") for title in EXPORT]
    with pytest.raises(InputError) as wrong:
        bring(tmp_path, "shuanggongshi-penalties", [["标题"], head, penalty()])
    assert wrong.value.place == "导出.csv 第 2 行"
    assert "处罚决定之日期" in wrong.value.cause
    assert "处罚的机关" in wrong.value.cause
    assert "--set" in wrong.value.remedy
    assert not (tmp_path / "out").exists()


def test_a_value_for_the_whole_file_stands_in_for_a_column_only_when_given(tmp_path: Path) -> None:
    head = [title for title in EXPORT if title != "处罚机关"]
    row = [cell for cell, title in zip(penalty(), EXPORT, strict=True) if title != "处罚机关"]
    with pytest.raises(InputError, match="处罚机关"):
        bring(tmp_path, "shuanggongshi-penalties", [head, row])
    bring(tmp_path, "shuanggongshi-penalties", [head, row], given={"authority": BUREAU})
    assert [r["authority_function"] for r in table(tmp_path / "out", "penalties")] == ["work_safety"]


def test_old_and_new_names_side_by_side_must_agree(tmp_path: Path) -> None:
    head = [*DATABASE, "CF_CFJG"]
    good = {
        "CF_XDR_MC": "示例甲（虚构）", "CF_XDR_SHXYM": unit(1), "CF_WSH": "佳应急罚〔2025〕1号", "CF_CFLB1": "罚款",
        "CF_JDRQ": "2025-03-01", "CF_XZJG": BUREAU, "CF_ZT": "0",
    }  # fmt: skip
    rows: list[Sequence[object]] = [
        record(head, **good, CF_CFJG=BUREAU),
        record(head, **good | {"CF_WSH": "佳应急罚〔2025〕2号"}, CF_CFJG="佳木斯市市场监督管理局"),
    ]
    report = bring(tmp_path, "shuanggongshi-penalties", [head, *rows])
    assert [(number, "不一致" in cause) for number, cause, _ in report.sheets[0].refused] == [(3, True)]
    assert len(table(tmp_path / "out", "penalties")) == 1


# --- codes -----------------------------------------------------------------------------------------------------------


def test_unknown_codes_become_a_work_list_and_no_row_until_it_is_answered(tmp_path: Path) -> None:
    rows: list[Sequence[object]] = [
        EXPORT, penalty(), penalty(no="2", by="某某联合执法队"), penalty(no="3", by="某某联合执法队"),
        penalty(no="4", kind="其他"), penalty(no="5", kind="罚款；责令喝茶"),
    ]  # fmt: skip
    report = bring(tmp_path, "shuanggongshi-penalties", rows)
    assert aside(report) == {"unclassified": 4}
    assert len(table(tmp_path / "out", "penalties")) == 1
    path = tmp_path / "out/import/待归类.csv"
    listed = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    assert {(row["清单"], row["值"], row["行数"]) for row in listed} == {
        ("functions", "某某联合执法队", "2"),
        ("shuanggongshi-penalties/kinds", "其他", "1"),
        ("shuanggongshi-penalties/kinds", "责令喝茶", "1"),
    }
    told = "\n".join(describe_import(report))
    assert all(row["值"] in told for row in listed)
    answers = {"某某联合执法队": "fire_rescue", "其他": "-", "责令喝茶": "drop"}
    target = io.StringIO(newline="")
    writer = csv.DictWriter(target, listed[0].keys())
    writer.writeheader()
    writer.writerows([{**row, "填写": answers[row["值"]]} for row in listed])
    (tmp_path / "答.csv").write_text(target.getvalue(), encoding="utf-8-sig")
    again = bring(tmp_path, "shuanggongshi-penalties", rows, answers=tmp_path / "答.csv")
    assert aside(again) == {"duplicate": 1, "dropped": 1}
    found = {row["decision_no"]: row["authority_function"] for row in table(tmp_path / "out", "penalties")}
    assert found == {
        "（佳）应急罚〔2025〕1号": "work_safety",
        "2": "fire_rescue",
        "3": "fire_rescue",
        "4": "work_safety",
    }
    assert len(path.read_text(encoding="utf-8-sig").splitlines()) == 1
    (tmp_path / "答.csv").write_text(target.getvalue().replace("fire_rescue", "消防"), encoding="utf-8-sig")
    with pytest.raises(InputError, match="不是可填的代码"):
        bring(tmp_path, "shuanggongshi-penalties", rows, answers=tmp_path / "答.csv", out="other")


@pytest.mark.parametrize(
    ("kind", "state", "status"),
    [
        ("罚款", "0", "effective"), ("罚款", None, "effective"), ("罚款", "1", "annulled"),
        ("罚款", "撤销", "annulled"),
        ("不予处罚", "0", "no_penalty"), ("没收违法所得、没收非法财物", 0, "effective"),
        ("警告,罚款", "0", "effective"),
        ("罚款、警告", "0", "effective"), ("罚款", "2", None), ("罚款", "7", None), ("1", "0", None),
        (None, "0", "effective"),
        ("罚款;不予处罚", "0", None),
    ],
)  # fmt: skip
def test_kind_and_state_give_a_status_or_nothing(
    kind: object, state: object, status: str | None, tmp_path: Path
) -> None:
    row = {
        "CF_XDR_MC": "示例甲（虚构）", "CF_XDR_SHXYM": unit(1), "CF_WSH": "佳应急罚〔2025〕1号", "CF_CFLB1": kind,
        "CF_JDRQ": "2025-03-01", "CF_XZJG": BUREAU, "CF_ZT": state,
    }  # fmt: skip
    report = bring(tmp_path, "shuanggongshi-penalties", [DATABASE, record(DATABASE, **row)])
    assert [r["status"] for r in table(tmp_path / "out", "penalties")] == ([status] if status else [])
    assert aside(report) == ({} if status else {"unclassified": 1})


def test_a_defaulter_who_has_performed_waits_for_the_court(tmp_path: Path) -> None:
    row = {
        "失信被执行人姓名/名称": "示例甲（虚构）", "身份证号码/组织机构代码": unit(1), "执行法院": "示例法院",
        "案号": "1号",
        "被执行人的履行情况": "全部已履行", "发布时间": "2025-08-01",
    }  # fmt: skip
    rows: list[Sequence[object]] = [DEFAULTERS, record(DEFAULTERS, **row)]
    report = bring(tmp_path, "shixin-bei-zhixing", rows)
    assert aside(report) == {"unclassified": 1}
    assert table(tmp_path / "out", "listings") == []
    lines = (tmp_path / "out/import/待归类.csv").read_text(encoding="utf-8-sig").splitlines()
    for answer, kept, left in (("drop", 0, {"dropped": 1}), ("keep", 1, {})):
        (tmp_path / "答.csv").write_text(f"{lines[0]}\n{lines[1]}{answer}\n", encoding="utf-8")
        settled = bring(tmp_path, "shixin-bei-zhixing", rows, answers=tmp_path / "答.csv", out=answer)
        assert aside(settled) == left
        assert len(table(tmp_path / answer, "listings")) == kept


def test_a_body_with_several_functions_is_asked_about(tmp_path: Path) -> None:
    """A name that means bodies with different functions in the place of the enterprise decides for none of them."""
    name, here = "某某综合执法局", {"work_safety": HERE, "transport": HERE}
    bodies = {**CODES.bodies, name: tuple(Body(function, place) for function, place in here.items())}
    path = tmp_path / "导出.csv"
    path.write_bytes(to_csv([EXPORT, penalty(by=name)]))
    profile = load_profile("shuanggongshi-penalties", CODES)
    report = import_files([path], profile, tmp_path / "out", Wish(region=HERE), replace(CODES, bodies=bodies))
    assert aside(report) == {"unclassified": 1}
    listed = (tmp_path / "out/import/待归类.csv").read_text(encoding="utf-8-sig")
    assert name in listed
    assert all(function in listed for function in here)


def test_the_list_of_abnormal_operations_becomes_a_listing_only_by_a_decision(tmp_path: Path) -> None:
    row = {
        "企业名称": "示例甲（虚构）", "统一社会信用代码": unit(1), "列入日期": "2024-07-08", "移出日期": "2025-01-02",
        "作出决定机关(列入)": "佳木斯市市场监督管理局",
    }  # fmt: skip
    rows: list[Sequence[object]] = [ABNORMAL, record(ABNORMAL, **row)]
    assert aside(bring(tmp_path, "jingying-yichang", rows)) == {"unclassified": 1}
    assert table(tmp_path / "out", "listings") == []
    lines = (tmp_path / "out/import/待归类.csv").read_text(encoding="utf-8-sig").splitlines()
    (tmp_path / "答.csv").write_text(f"{lines[0]}\n{lines[1]}watch\n", encoding="utf-8")
    bring(tmp_path, "jingying-yichang", rows, answers=tmp_path / "答.csv")
    (listing,) = table(tmp_path / "out", "listings")
    assert (listing["list"], listing["field"], listing["delisted_on"]) == ("watch", "market_supervision", "2025-01-02")


# --- whom a row is about ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"uscc": "9123 0803 " + unit(1)[8:]}, "no-code"),
        ({"uscc": "230800100001234"}, "no-code"),
        ({"uscc": "12345678-9"}, "no-code"),
        ({"uscc": None, EXPORT[2]: "230800100001234"}, "no-code"),
        ({"uscc": None}, "no-code"),
        ({"uscc": None, "证件号码": PERSON}, "person"),
        ({"uscc": None, "证件号码": "1101051949****002X"}, "masked"),
        ({"uscc": PERSON}, "person"),
    ],
)
def test_a_row_without_the_code_of_a_unit_is_set_aside_for_a_reason(
    cells: dict[str, object], reason: str, tmp_path: Path
) -> None:
    report = bring(tmp_path, "shuanggongshi-penalties", [EXPORT, penalty(), penalty(no="2", **cells)])
    assert aside(report) == {reason: 1}
    assert REASONS[reason] in "\n".join(describe_import(report))
    assert len(table(tmp_path / "out", "penalties")) == 1


def test_a_wrong_check_character_is_refused_and_blanks_around_a_code_do_not_count(tmp_path: Path) -> None:
    wrong = unit(1)[:-1] + ("0" if unit(1)[-1] != "0" else "1")
    report = bring(
        tmp_path, "shuanggongshi-penalties", [EXPORT, penalty(uscc=wrong), penalty(no="2", uscc=f"\t{unit(2)} ")]
    )
    assert [number for number, _, _ in report.sheets[0].refused] == [2]
    assert [row["uscc"] for row in table(tmp_path / "out", "penalties")] == [unit(2)]


def test_no_number_of_a_person_is_written_anywhere(tmp_path: Path) -> None:
    (tmp_path / "人员.csv").write_text(f"证件号码,uscc,role\n{PERSON},{unit(1)},principal\n", encoding="utf-8")
    rows: list[Sequence[object]] = [
        EXPORT, penalty(), penalty(no="2", uscc=None, 证件号码=PERSON, 行政相对人名称="某某"),
        penalty(no=f"文{PERSON}"),
        penalty(no="7", 违法行为类型=f"某某{PERSON}违规", 法定代表人身份证号=PERSON),
        penalty(no="4", by=f"机关 {PERSON}"), penalty(no="5", on=PERSON), penalty(no="6", uscc=PERSON + "1"),
    ]  # fmt: skip
    report = bring(tmp_path, "shuanggongshi-penalties", rows, people=tmp_path / "人员.csv")
    written = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert len(written) >= 7
    for path in written:
        assert PERSON not in path.read_text(encoding="utf-8-sig"), path
    assert PERSON not in "\n".join(describe_import(report))
    (person,) = table(tmp_path / "out", "persons")
    assert person["person_id"].startswith("person-")
    assert (person["uscc"], person["role"], person["name"]) == (unit(1), "principal", "")
    (own,) = [row for row in table(tmp_path / "out", "penalties") if row["person_id"]]
    assert (own["person_id"], own["uscc"]) == (person["person_id"], "")
    salt = tmp_path / "out/import/salt"
    assert stat.S_IMODE(salt.stat().st_mode) == 0o600
    assert "salt" in (tmp_path / "out/import/.gitignore").read_text(encoding="utf-8")
    load_register(tmp_path / "out")
    again = bring(
        tmp_path, "shuanggongshi-penalties", [EXPORT, rows[2]], out="out", name="再.csv", people=tmp_path / "人员.csv"
    )
    assert aside(again) == {"duplicate": 1}
    other = bring(tmp_path, "shuanggongshi-penalties", [EXPORT, rows[2]], out="other", people=tmp_path / "人员.csv")
    assert other.sheets[0].kept[0][1]["person_id"] != person["person_id"]
    salt.unlink()
    with pytest.raises(InputError, match="另一份盐"):
        bring(tmp_path, "shuanggongshi-penalties", rows, people=tmp_path / "人员.csv")


def test_where_a_unit_is_supervised_is_said_by_people(tmp_path: Path) -> None:
    rows: list[Sequence[object]] = [EXPORT, penalty(), penalty(no="2", uscc=unit(2))]
    with pytest.raises(InputError, match="登记地") as wrong:
        bring(tmp_path, "shuanggongshi-penalties", rows, region="")
    assert "--region" in wrong.value.remedy
    assert not (tmp_path / "out").exists()
    (tmp_path / "地.csv").write_text(f"uscc,region\n{unit(1)},230805\n", encoding="utf-8")
    report = bring(tmp_path, "shuanggongshi-penalties", rows, region="", regions=tmp_path / "地.csv")
    assert aside(report) == {"no-region": 1}
    assert [row["region"] for row in table(tmp_path / "out", "enterprises")] == ["230805"]
    load_register(tmp_path / "out")
    with pytest.raises(InputError, match="行政区划"):
        bring(tmp_path, "shuanggongshi-penalties", rows, region="佳木斯")


# --- coverage --------------------------------------------------------------------------------------------------------

KNOWN: dict[str, Any] = {"begun": date(2020, 1, 1), "ended": date(2026, 11, 20), "source": "示例平台（虚构）"}


@pytest.mark.parametrize("left_out", ["begun", "ended", "source", None])
def test_a_period_is_complete_only_where_all_is_known(left_out: str | None, tmp_path: Path) -> None:
    wish = {name: value for name, value in KNOWN.items() if name != left_out}
    report = bring(tmp_path, "shuanggongshi-penalties", [EXPORT, penalty()], **wish)
    rows = table(tmp_path / "out", "coverage")
    if left_out is None:
        assert [(r["table"], r["from"], r["to"], r["exported_on"]) for r in rows] == [
            ("penalties", "2020-01-01", "2026-11-20", "2026-11-20")
        ]
    else:
        assert rows == []
        assert "没有记录就不等于没有发生" in report.no_coverage


@pytest.mark.parametrize(
    ("cells", "settled"),
    [
        ({"uscc": None, "证件号码": PERSON}, "person"),
        ({"kind": "新种类"}, "unclassified"),
        ({"on": "2025-02-30"}, "refused"),
    ],
)
def test_rows_left_out_leave_a_gap_until_somebody_says_that_they_do_not(
    cells: dict[str, object], settled: str, tmp_path: Path
) -> None:
    rows: list[Sequence[object]] = [EXPORT, penalty(), penalty(no="2", **cells), ["合计", 2]]
    report = bring(tmp_path, "shuanggongshi-penalties", to_xlsx({"表": rows}), name="a.xlsx", **KNOWN)
    assert table(tmp_path / "out", "coverage") == []
    assert f"--settled {settled}" in report.no_coverage
    bring(tmp_path, "shuanggongshi-penalties", to_xlsx({"表": rows}), name="a.xlsx", settled=(settled,), **KNOWN)
    (row,) = table(tmp_path / "out", "coverage")
    assert REASONS[settled] in row["source"]


def test_an_export_day_is_that_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="晚于"):
        bring(tmp_path, "shuanggongshi-penalties", [EXPORT, penalty()], exported_on=date(2026, 12, 1), **KNOWN)
    assert not (tmp_path / "out").exists()


# --- forms -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
def test_text_is_read_in_each_encoding_and_separator(encoding: str, separator: str) -> None:
    rows: list[Sequence[object]] = [EXPORT, penalty(违法事实='他说"好",然后;走|了\n第二行'), penalty(no="2")]
    (sheet,) = read_export("导出.xls", to_csv(rows, separator, encoding), Limits())
    assert [list(cells) for _, cells in sheet.rows] == [["" if c is None else str(c) for c in row] for row in rows]


def test_a_page_that_is_called_a_workbook_is_refused() -> None:
    with pytest.raises(InputError, match="网页"):
        read_export("导出.xls", "<html><table><tr><td>甲</td></tr></table></html>".encode("gb18030"), Limits())


@pytest.mark.parametrize("date1904", [False, True])
def test_an_old_workbook_is_read_with_its_epoch_and_its_errors(date1904: bool, tmp_path: Path) -> None:
    day = date(2024, 6, 1)
    serial = (day - (date(1904, 1, 1) if date1904 else date(1899, 12, 30))).days
    rows: list[Sequence[object]] = [GRADES, ["示例甲（虚构）", unit(1), "一级", "1", day, date(2027, 5, 31)],
            ["示例甲（虚构）", unit(1), 2, "2", serial, None],
            ["示例甲（虚构）", unit(1), "二级", "3", day, ErrorValue()]]  # fmt: skip
    data = make_xls({"填表说明": [["x"]], "名单": rows}, date1904=date1904)
    report = bring(tmp_path, "anquan-biaozhunhua", data, name="a.xls")
    assert [(number, "错误值" in cause) for number, cause, _ in report.sheets[1].refused] == [(4, True)]
    found = table(tmp_path / "out", "certificates")
    assert [(row["grade"], row["issued"]) for row in found] == [("1", "2024-06-01"), ("2", "2024-06-01")]
    assert sums(report)


def test_serial_days_of_a_new_workbook_follow_its_epoch(tmp_path: Path) -> None:
    def from_1904(book: openpyxl.Workbook) -> None:
        book.epoch = datetime(1904, 1, 1)

    rows: list[list[object]] = [list(GRADES), ["示例甲（虚构）", unit(1), "一级", "1", 43982, None]]
    bring(tmp_path, "anquan-biaozhunhua", to_xlsx({"名单": rows}, from_1904), name="a.xlsx")
    assert [row["issued"] for row in table(tmp_path / "out", "certificates")] == ["2024-06-01"]


def test_the_grade_of_small_firms_and_the_end_of_a_period(tmp_path: Path) -> None:
    rows: list[Sequence[object]] = [GRADES, ["示例甲（虚构）", unit(1), "小微", "1", "2024-06-01", None, None],
            ["示例乙（虚构）", unit(2), "Ⅰ级", "2", "2024-06-01", "2024-06-01至2027-05-31", None],
            ["示例乙（虚构）", unit(2), "二级", "3", "2024-06-01", "三年", None]]  # fmt: skip
    report = bring(tmp_path, "anquan-biaozhunhua", rows)
    assert aside(report) == {"unclassified": 1}
    assert len(report.sheets[0].refused) == 1
    assert [row["expires"] for row in table(tmp_path / "out", "certificates")] == ["2027-05-31"]


@pytest.mark.parametrize("bad", ["2024-02-30", "三月", 3.5, "2024-05-31T25:00:00Z", "昨天 08:00", "99999"])
def test_what_is_no_day_is_refused(bad: object) -> None:
    with pytest.raises(CellProblem):
        read_day(bad, {""})  # type: ignore[arg-type]  # a cell as it may come


@pytest.mark.slow
def test_hostile_old_workbooks_are_refused_in_words() -> None:
    data = make_xls({"名单": [["甲"] * 5] * 300})
    rng = random.Random(5)
    for _ in range(60):
        spoilt = bytearray(data)
        for _ in range(rng.randrange(1, 12)):
            spoilt[rng.randrange(8, len(spoilt))] = rng.randrange(256)
        cut = bytes(spoilt[: rng.choice([len(spoilt), rng.randrange(600, len(spoilt))])])
        with contextlib.suppress(InputError, LimitError):
            read_old_workbook("a.xls", cut, Limits())
    with pytest.raises(PolicygraphError, match="上限"):
        read_old_workbook("a.xls", make_xls({"a": [["x"] * 20] * 20}), Limits(cells=100))
    far: list[list[object]] = [[]] * 60000
    with pytest.raises(PolicygraphError, match="上限"):
        read_old_workbook("a.xls", make_xls({"a": [*far, [None] * 250 + ["x"]]}), Limits())


def test_what_is_no_record_on_a_sheet_is_told_from_records(tmp_path: Path) -> None:
    def merge(book: openpyxl.Workbook) -> None:
        sheet = book["数据"]
        sheet.merge_cells("A1:AC1")
        sheet.merge_cells("A6:A7")

    rows: list[Sequence[object]] = [
        ["双公示"],
        EXPORT,
        penalty(),
        EXPORT,
        penalty(no="2"),
        penalty(no="3"),
        penalty(no="4"),
        ["小计：4 条"],
    ]
    report = bring(tmp_path, "shuanggongshi-penalties", to_xlsx({"数据": rows, "字典": [["x"]]}, merge), name="a.xlsx")
    assert aside(report) == {"title": 1, "header": 1, "total": 1, "explanation": 1}
    assert [number for number, _, _ in report.sheets[0].refused] == [6, 7]
    assert [number for number, _ in report.sheets[0].kept] == [3, 5]
    assert sums(report)


def test_a_header_of_two_lines_under_merged_cells(tmp_path: Path) -> None:
    def merge(book: openpyxl.Workbook) -> None:
        for place in ("B1:C1", "A1:A2", "D1:D2", "E1:E2", "F1:F2", "G1:G2"):
            book["数据"].merge_cells(place)

    rows: list[list[object]] = [
        ["行政相对人名称", "行政相对人代码", None, "行政处罚决定书文号", "处罚类别", "处罚决定日期", "处罚机关"],
        [None, "统一社会信用代码", "工商注册号", None, None, None, None],
        ["示例甲（虚构）", unit(1), None, "1号", "罚款", "2025-03-01", BUREAU],
    ]
    report = bring(tmp_path, "shuanggongshi-penalties", to_xlsx({"数据": rows}, merge), name="a.xlsx")
    assert [row["uscc"] for row in table(tmp_path / "out", "penalties")] == [unit(1)]
    assert sums(report)


def test_a_sheet_of_plain_rows_is_scanned_as_the_walk_scans_it() -> None:
    rows: list[Sequence[object]] = [
        EXPORT,
        *[penalty(no=str(number), on=datetime(2025, 1, 1)) for number in range(40)],
        [None, None, 0, True, 1.5],
    ]
    parts = workbooks.unpack("a", to_xlsx({"数据": rows}), Limits())
    data = parts["xl/worksheets/sheet1.xml"]
    fast = workbooks._scan_plain(data, [])
    assert fast is not None
    assert fast == workbooks._scan_sheet(data, [])
    for old, new in (
        (b' t="n"', b' t="e"'),
        (b"<v>", b"<f>1</f><v>"),
        (b'r="B2"', b'r="B3"'),
        (b"<sheetData>", b"<sheetData><!-- -->"),
    ):
        assert old in data
        assert workbooks._scan_plain(data.replace(old, new, 1), []) is None
    assert workbooks._scan_plain(data, [False]) is None


# --- merging ---------------------------------------------------------------------------------------------------------


def test_two_sources_of_one_decision_make_one_record(tmp_path: Path) -> None:
    bring(tmp_path, "shuanggongshi-penalties", [EXPORT, penalty(), penalty(no="2号")])
    row = {
        "CF_XDR_MC": "示例甲（虚构）", "CF_XDR_SHXYM": unit(1), "CF_WSH": "(佳)应急罚[2025] 1号", "CF_CFLB1": "罚款",
        "CF_JDRQ": "2025/3/1 00:00:00", "CF_XZJG": BUREAU, "CF_ZT": "0",
    }  # fmt: skip
    rows: list[Sequence[object]] = [
        record(DATABASE, **row),
        record(DATABASE, **row | {"CF_WSH": "2号", "CF_ZT": "1"}),
        record(DATABASE, **row | {"CF_WSH": "3号"}),
    ]
    report = bring(tmp_path, "shuanggongshi-penalties", [DATABASE, *rows], name="库表.csv")
    assert aside(report) == {"duplicate": 1}
    assert [cause for _, cause, _ in report.sheets[0].refused] == [
        f"2号/{unit(1)} 与已导入的记录矛盾（status effective / annulled）"
    ]
    found = table(tmp_path / "out", "penalties")
    assert len({row["record_id"] for row in found}) == len(found) == 3
    assert sums(report)
    load_register(tmp_path / "out")
    runs = json.loads((tmp_path / "out/import/report.json").read_text(encoding="utf-8"))["runs"]
    assert len(runs) == 2


def test_two_versions_in_one_file_are_both_refused(tmp_path: Path) -> None:
    report = bring(tmp_path, "shuanggongshi-penalties", [EXPORT, penalty(), penalty(on="2025-03-02"), penalty(no="2")])
    assert [number for number, _, _ in report.sheets[0].refused] == [2, 3]
    assert len(table(tmp_path / "out", "penalties")) == 1


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/penalties.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="不是导入产生的文件夹"):
        bring(tmp_path, "shuanggongshi-penalties", [EXPORT, penalty()])
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["penalties.csv"]


def test_a_disk_that_fails_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Path.write_bytes

    def fail(self: Path, data: bytes) -> int:
        if "report.json" in self.name:
            raise OSError(28, "No space left on device")
        return write(self, data)

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(PolicygraphError, match="磁盘已满"):
        bring(tmp_path, "shuanggongshi-penalties", [EXPORT, penalty()])
    assert not (tmp_path / "out").exists()


# --- profiles --------------------------------------------------------------------------------------------------------


def test_the_profiles_open_with_what_they_are_and_argue_their_table() -> None:
    profiles = list_profiles(CODES)
    assert {p.name for p in profiles} == {
        "shuanggongshi-penalties", "shixin-bei-zhixing", "jingying-yichang", "anquan-biaozhunhua",
    }  # fmt: skip
    for path in sorted((Path(__file__).parents[1] / "data/mappings").glob("*.toml")):
        head = "".join(line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#"))
        assert all(words in head for words in ("这是什么：", "谁可以改：", "怎样检查：")), path.name
    assert all(len(p.argument) > 30 and p.coverage_told for p in profiles)


def write_profile(folder: Path, change: Callable[[str], str]) -> str:
    source = Path(__file__).parents[1] / "data/mappings/shuanggongshi-penalties.toml"
    path = folder / "mine.toml"
    path.write_text(change(source.read_text(encoding="utf-8")), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('table = "penalties"', 'table = "penalty"', "不是登记册"),
        ('"1" = "annulled"', '"1" = "gone"', "不在 results"),
        ('results = ["effective", ', 'results = ["fine", "effective", ', "不是这一列的代码"),
        ('reason = { field = "violation" }', 'reason = { field = "violence" }', "没有字段"),
        ('titles = ["备注", "BZ"', 'titles = ["CF_ZT", "BZ"', "又是字段"),
        ('date = { field = "decided_on" }', "", "必填"),
        ('title = "双公示', 'draft = true\ntitle = "双公示', "草稿"),
        ("[subject]", "[subject", "TOML"),
        ('numbered = ["', 'numbers = ["', "没有这一项"),
    ],
)  # fmt: skip
def test_a_wrong_profile_is_refused_with_its_place(old: str, new: str, told: str, tmp_path: Path) -> None:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    with pytest.raises((InputError, DataError), match=told) as wrong:
        load_profile(write_profile(tmp_path, change), CODES)
    assert "mine.toml" in wrong.value.place
    assert wrong.value.remedy


def test_an_unknown_profile_names_those_there_are() -> None:
    with pytest.raises(NotFoundError, match="shuanggongshi-penalties"):
        load_profile("shuanggongshi-penalty", CODES)


def test_a_draft_proposes_with_figures_and_is_refused_until_confirmed(tmp_path: Path) -> None:
    head: list[object] = ["行政相对人的名称", "统一社会信用代码", "文号", "处罚日期", "处罚的机关", "天气"]
    (sheet,) = read_sheets(
        "新.csv", to_csv([["标题"], head, ["示例甲（虚构）", unit(1), "1", "2025-01-01", BUREAU, "晴"]])
    )
    text = draft_profile("新", sheet, list_profiles(CODES))
    assert all(f'titles = ["{title}"]' in text for title in head)
    assert "party（行政相对人名称）相似 0." in text
    assert "没有相近的字段" in text
    assert text.count("待确认") > len(head)
    (tmp_path / "新.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="草稿"):
        load_profile(str(tmp_path / "新.toml"), CODES)


def test_titles_do_not_depend_on_marks_and_blanks() -> None:
    assert fold_title("**处罚 机关(必填)*", ("*", "（必填）")) == "处罚机关"


# --- no row is lost, no code is guessed ------------------------------------------------------------------------------

CELLS = st.sampled_from([
    None, "", "-", unit(1), unit(2), unit(3)[:-1] + "?", PERSON, "230800100001234", "罚款", "不予处罚", "新种类",
    "合计",
    BUREAU,
    "无名局", "2025-03-01", "2025-13-01", 45717, 45717.5, 1e17, "示例甲（虚构）", "1号", "NULL", "'x", *EXPORT[:2],
])  # fmt: skip


@pytest.mark.slow
@settings(max_examples=120, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(EXPORT), CELLS), max_size=8), st.integers(0, 3))
def test_rows_seen_are_kept_refused_and_set_aside_and_no_unknown_code_is_a_row(
    changes: list[dict[str, Any]], above: int
) -> None:
    rows: list[Sequence[object]] = [*[["标题"]] * above, EXPORT]
    for number, change in enumerate(changes):
        rows.append(penalty(no=str(number), **change))
    filled = [(n, tuple(row)) for n, row in enumerate(rows, start=1) if any(c is not None for c in row)]
    sheet = Sheet("表", tuple(filled))  # type: ignore[arg-type]  # cells as drawn
    profile = load_profile("shuanggongshi-penalties", CODES)
    header = find_header(profile, sheet)
    assert header is not None
    mapped = map_sheet(profile, "a.xlsx", sheet, header, Setting(CODES, region=HERE))
    assert mapped.seen == len(filled) - 1 == len(mapped.kept) + len(mapped.refused) + len(mapped.aside)
    numbers = [n for n, _ in mapped.kept] + [n for n, _, _ in mapped.refused] + [n for n, _, _ in mapped.aside]
    assert sorted(numbers) == sorted(n for n, _ in filled if n != header.row)
    source = {number: dict(zip(EXPORT, cells, strict=False)) for number, cells in filled}
    for number, row in mapped.kept:
        assert source[number]["处罚机关"] == BUREAU
        assert source[number]["处罚类别"] in (None, "", "-", "NULL", "罚款", "不予处罚")
        assert row["uscc"] in (unit(1), unit(2))
        assert row["status"] == ("no_penalty" if source[number]["处罚类别"] == "不予处罚" else "effective")
