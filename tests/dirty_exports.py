"""Exports as they come, at random but always the same: a file of each profile in each form, with all that goes wrong.

Titles above the header, repeated headers, totals, merged ranges, error values, formulas without a result, rows too
long or too short, codes of persons, masked ones, unknown codes, bodies without a function, days of every notation and
days that do not exist, a record told twice, alike and otherwise. Everything is invented.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

import openpyxl
from tests.biff import ErrorValue, make_xls
from tests.test_importing import (
    ABNORMAL,
    BUREAU,
    DATABASE,
    DEFAULTERS,
    EXPORT,
    GRADES,
    PERSON,
    penalty,
    record,
    to_csv,
    to_xlsx,
    unit,
)

Rows = list[list[object]]

FORMS = ("xlsx", "xls", "csv")
MASKED = "2308**********1234"
CODES: tuple[object, ...] = (
    unit(1)[:-1] + "?",
    unit(2)[:-1],
    PERSON,
    MASKED,
    "230800100001234",
    "12345678-9",
    "2308001000012",
    None,
    "",
    "NULL",
    f"'{unit(1)}",
    f'="{unit(2)}"',
    f" {unit(3)}\u200b",
    f"{unit(1)[:4]} {unit(1)[4:]}",
    unit(4).lower(),
    "９１２３０８０３ＭＡ９Ｘ００００１" + unit(1)[-1],
    9.1230803e17,
)
DAYS: tuple[object, ...] = (
    "2025-03-01",
    "2025/3/1",
    "2025年3月1日",
    "20250301",
    "2025.3.1",
    "2025-03-01 08:30:00",
    "2025-02-30",
    "2025-13-01",
    "2025-02-28T16:30:00Z",
    "2025-03-01至2028-02-29",
    "45717",
    "45717.5",
    45717,
    45717.25,
    date(2025, 3, 1),
    datetime(2025, 3, 1, 9, 30),
    "２０２５－０３－０１",
    "长期",
    "9999-12-31",
    None,
    "",
    "-",
    " 2025-03-01 ",
    True,
)
BODIES: tuple[object, ...] = (BUREAU, BUREAU, BUREAU, "无名局", "佳木斯市市场监督管理局", f" {BUREAU} ", None, "")
KINDS: tuple[object, ...] = (
    "罚款",
    "警告",
    "罚款；警告",
    "警告、罚款",
    "不予处罚",
    "新种类",
    "罚款；新种类",
    "罚款;不予处罚",
    None,
    "-",
    "罚款|没收违法所得",
)
NAMES: tuple[object, ...] = (
    "示例甲（虚构）",
    "示例乙（虚构）",
    f"示例丙{PERSON}（虚构）",
    " 示例丁 （虚构）",
    "合计食品有限公司（虚构）",
    None,
    "NULL",
    3.0,
)


def make_rows(profile: str, number: int, seed: int) -> tuple[Sequence[str], Rows]:
    """Header and rows of a file of a profile: most are sound, some have one or two cells that are not."""
    chance = random.Random(f"{profile}-{seed}")
    makers: Mapping[str, Callable[[random.Random, int], list[object]]] = {
        "shuanggongshi-penalties": _penalty,
        "shixin-bei-zhixing": _defaulter,
        "jingying-yichang": _abnormal,
        "anquan-biaozhunhua": _grade,
        "database": _database,
    }
    heads = {
        "shuanggongshi-penalties": EXPORT,
        "shixin-bei-zhixing": DEFAULTERS,
        "jingying-yichang": [*ABNORMAL, "列入何种名单", "是否移出"],
        "anquan-biaozhunhua": [*GRADES, "证书状态", "撤销日期"],
        "database": [*DATABASE, "CF_CFJG"],
    }
    head = heads[profile]
    rows: Rows = []
    for place in range(number):
        rows.append(makers[profile](chance, place))
        if chance.random() < 0.05:
            rows.append(list(rows[chance.randrange(len(rows))]))
        if chance.random() < 0.02:
            rows.append(list(head))
        if chance.random() < 0.02:
            rows.append([chance.choice(["合计", "小 计：3 条", "总计"]), *[None] * (len(head) - 2), 3])
    return head, rows


def make_file(profile: str, form: str, number: int, seed: int) -> bytes:
    """The bytes of a file of a profile in one of ``FORMS``."""
    chance = random.Random(f"{profile}-{form}-{seed}")
    head, rows = make_rows(profile, number, seed)
    above: Rows = [["一张表（虚构）"], ["导出单位：示例"]]
    whole: Rows = [*above, list(head), *rows]
    if form == "csv":
        for row in chance.sample(rows, max(1, len(rows) // 40)):
            row[:] = row[:-1] if chance.random() < 0.5 else [*row, chance.choice(["多出", ""])]
        separator, encoding = chance.choice([(",", "utf-8-sig"), ("\t", "gb18030"), (";", "utf-16"), ("|", "utf-8")])
        return to_csv([[_write(cell) for cell in row] for row in whole], separator, encoding)
    spoilt = chance.sample(range(3, len(whole)), max(1, len(whole) // 40))
    if form == "xls":
        for place in spoilt:
            whole[place][chance.randrange(len(head))] = ErrorValue()
        cells = [[_plain(cell) for cell in row] for row in whole]
        return make_xls({"数据": cells}, merged=[(0, 0, 0, 5), (len(whole) - 1, len(whole) - 1, 1, 2)])

    def spoil(book: openpyxl.Workbook) -> None:
        sheet = book.worksheets[0]
        sheet.merge_cells("A1:F1")
        for place in spoilt:
            sheet.cell(place + 1, chance.randrange(len(head)) + 1).value = chance.choice(["=1+1", "#N/A"])
        sheet.merge_cells(start_row=len(whole) - 1, end_row=len(whole), start_column=2, end_column=2)
        sheet.row_dimensions[7].hidden = True

    sheets: Mapping[str, Sequence[Sequence[object]]] = {"数据": whole, "表格说明": [["怎样填写"]]}
    return to_xlsx(sheets, spoil)


def _pick(chance: random.Random, sound: object, others: Sequence[object], share: float = 0.12) -> object:
    return chance.choice(others) if chance.random() < share else sound


def _unit(chance: random.Random) -> object:
    return _pick(chance, unit(chance.randrange(40)), CODES)


def _penalty(chance: random.Random, place: int) -> list[object]:
    return penalty(
        行政相对人名称=_pick(chance, f"示例{place % 9}（虚构）", NAMES),
        uscc=_unit(chance),
        no=_pick(chance, f"（佳）应急罚〔2025〕{place}号", (f"文号{PERSON}", None, "[2025] 第 7 号", 7.0)),
        on=_pick(chance, chance.choice(DAYS[:6]), DAYS, 0.3),
        by=_pick(chance, BUREAU, BODIES, 0.2),
        kind=_pick(chance, "罚款", KINDS, 0.4),
        证件号码=_pick(chance, None, (PERSON, MASKED)),
        违法行为类型=_pick(chance, "未按规定培训", (None, f"某某{PERSON}违规", "2025")),
        **{
            EXPORT[2]: _pick(chance, None, ("230800100001234",)),
            "数据导出时间": _pick(chance, "2026-11-20", DAYS, 0.02),
        },
    )


def _database(chance: random.Random, place: int) -> list[object]:
    return record(
        [*DATABASE, "CF_CFJG"],
        CF_XDR_MC=_pick(chance, f"示例{place % 9}（虚构）", NAMES),
        CF_XDR_SHXYM=_unit(chance),
        CF_XDR_LB=_pick(chance, "法人", ("自然人", "个体工商户", "其他", None, "")),
        CF_XDR_SFZ=_pick(chance, None, (PERSON, MASKED)),
        CF_WSH=_pick(chance, f"佳应急罚〔2025〕{place}号", (None, "[2025]7号")),
        CF_CFLB1=_pick(chance, "罚款", KINDS),
        CF_CFLB2=_pick(chance, None, KINDS),
        CF_JDRQ=_pick(chance, "2025-03-01", DAYS, 0.3),
        CF_ZT=_pick(chance, chance.choice(["0", "1", None]), ("2", "撤销", 1, "9")),
        CF_XZJG=_pick(chance, BUREAU, BODIES),
        CF_CFJG=_pick(chance, None, (BUREAU, "无名局")),
    )


def _defaulter(chance: random.Random, place: int) -> list[object]:
    return record(
        DEFAULTERS,
        **{
            "失信被执行人姓名/名称": _pick(chance, f"示例{place % 9}（虚构）", NAMES),
            "身份证号码/组织机构代码": _unit(chance),
            "执行法院": _pick(chance, "示例县人民法院", (None,)),
            "案号": _pick(chance, f"（2025）示0803执{place}号", (None, "[2025] 第 7 号")),
            "被执行人的履行情况": _pick(chance, "全部未履行", ("全部已履行", "部分未履行", "不详", None), 0.3),
            "发布时间": _pick(chance, "2025年8月1日", DAYS, 0.3),
            "立案时间": _pick(chance, None, DAYS),
        },
    )


def _abnormal(chance: random.Random, place: int) -> list[object]:
    out = chance.random() < 0.2
    head = [*ABNORMAL, "列入何种名单", "是否移出"]
    return record(
        head,
        **{
            "企业名称": _pick(chance, f"示例{place % 9}（虚构）", NAMES),
            "统一社会信用代码": _unit(chance),
            "列入日期": _pick(chance, f"2024-07-{place % 28 + 1:02d}", DAYS, 0.3),
            "移出日期": _pick(chance, "2025-01-02" if out else None, DAYS, 0.05),
            "作出决定机关(列入)": _pick(chance, "佳木斯市市场监督管理局", (None, f"某局{PERSON}")),
            "是否移出": _pick(chance, "是" if out else "否", (None, "未知")),
        },
    )


def _grade(chance: random.Random, place: int) -> list[object]:
    head = [*GRADES, "证书状态", "撤销日期"]
    return record(
        head,
        **{
            "企业名称": _pick(chance, f"示例{place % 9}（虚构）", NAMES),
            "统一社会信用代码": _unit(chance),
            "标准化等级": _pick(chance, "三级", ("一级", "二级", "四级", "小微", 3, None), 0.4),
            "证书编号": f"AQB-{place}",
            "发证日期": _pick(chance, f"2024-06-{place % 28 + 1:02d}", DAYS, 0.3),
            "有效期至": _pick(chance, "2027-05-31", DAYS, 0.3),
            "证书状态": _pick(chance, None, ("有效", "撤销", "未知")),
            "撤销日期": _pick(chance, None, DAYS, 0.05),
            "评审单位": "示例评审（虚构）",
        },
    )


def _write(cell: object) -> object:
    return cell.isoformat() if isinstance(cell, (date, datetime)) else cell


def _plain(cell: object) -> object:
    """What the small writer of old workbooks can write."""
    if isinstance(cell, datetime):
        return cell.date()
    return str(cell) if isinstance(cell, bool) else cell
