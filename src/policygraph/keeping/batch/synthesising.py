"""``register synthesise``: an invented register of any size, the same for the same seed on every machine.

Skewed as real registers are: most enterprises have no adverse record, a few have many; some facts are unknown.
Edge cases are planted: records on and beside the last day of a window, leap days, expiries on the day, shared
persons, stayed penalties, delisted and lapsed listings, scores on the bounds. Random numbers are MD5 of the row's
number, because the random functions of engines differ and change. All of it is invented and says so.
"""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

from policygraph.errors import InputError
from policygraph.judging.rules.counting import add_months
from policygraph.judging.rules.facts import TABLES
from policygraph.judging.screening.sql import quote_name, write_literal
from policygraph.keeping.batch.duck import DEFAULT_MEMORY, Connection, open_duckdb, telling
from policygraph.keeping.batch.tables import empty_select
from policygraph.keeping.registers.cells import USCC_ALPHABET

MOST_ENTERPRISES = 50_000_000
SYNTHETIC = """# 这是什么：程序生成的登记册的说明。单位、人员、记录全部是虚构的，只用于测试。
@prefix pg: <https://w3id.org/policygraph/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

<https://w3id.org/policygraph/id/register/synthetic> a pg:Register ;
    rdfs:label "程序生成的登记册（全部虚构）"@zh ;
    pg:synthetic true ;
    pg:publicRegister false .
"""


def synthesise_register(
    out: Path,
    *,
    enterprises: int,
    seed: int,
    as_of: date,
    conditions: tuple[str, ...] = (),
    regions: tuple[str, ...] = ("230803",),
    format: str = "parquet",
    memory: int = DEFAULT_MEMORY,
) -> dict[str, int]:
    """Write an invented register, one file per table; rows per table come back.

    ``as_of`` is the day around which edge cases are planted; ``regions`` are drawn evenly.
    Errors: ``InputError`` for a folder that exists, a number out of range or another format.
    """
    if not 1 <= enterprises <= MOST_ENTERPRISES:
        raise InputError("--enterprises", f"{enterprises} 不在 1 到 {MOST_ENTERPRISES} 之间", "例如 100000")
    if format not in ("parquet", "csv"):
        raise InputError("--format", f"没有 {format!r}", "用 parquet 或 csv")
    if out.exists():
        raise InputError(str(out), "目标已经存在", "换一个 --out，或先删除它")
    work = out.with_name(f"{out.name}.partial")
    work.mkdir(parents=True, exist_ok=True)
    rows: dict[str, int] = {}
    with telling(work), open_duckdb(work / "spill", memory, work / "units.duckdb") as connection:
        _define(connection, seed, as_of, enterprises, regions, conditions)
        for table in TABLES:
            target = work / f"{table.name}.{format}"
            how = "FORMAT parquet" if format == "parquet" else "HEADER"
            names = ", ".join(quote_name(column.name) for column in table.columns)
            invented = _QUERIES.get(table.name) or empty_select(table)
            connection.execute(f"COPY (SELECT {names} FROM ({invented})) TO {write_literal(target.as_posix())} ({how})")
            source = "read_parquet" if format == "parquet" else "read_csv"
            found = connection.execute(f"SELECT count(*) FROM {source}({write_literal(target.as_posix())})").fetchone()
            rows[table.name] = int(found[0]) if found else 0
    (work / "register.ttl").write_text(SYNTHETIC, encoding="utf-8")
    (work / "units.duckdb").unlink()
    (work / "units.duckdb.wal").unlink(missing_ok=True)
    shutil.rmtree(work / "spill", ignore_errors=True)
    work.rename(out)
    return rows


def edge_days(as_of: date) -> tuple[date, ...]:
    """Days on and beside the ends of windows before a day, and days that months lack.

    >>> date(2023, 11, 21) in edge_days(date(2026, 11, 21)), date(2024, 2, 29) in edge_days(date(2026, 11, 21))
    (True, True)
    """
    one = timedelta(days=1)
    found = {as_of - one, as_of, as_of + one}
    for months in (12, 24, 36):
        end = add_months(as_of, -months)
        found |= {end - one, end, end + one}
    years = range(as_of.year - 8, as_of.year + 1)
    found |= {date(year, 2, 29) for year in years if year % 4 == 0}
    found |= {date(year, 8, 31) for year in years[-4:]}
    return tuple(sorted(found))


def _define(
    connection: Connection,
    seed: int,
    as_of: date,
    enterprises: int,
    regions: tuple[str, ...],
    conditions: tuple[str, ...],
) -> None:
    """Random numbers and the enterprises, as macros and a view."""
    run = connection.execute
    # u(i, k): the k-th random number of row i, from 0 to below 1
    run(f"CREATE MACRO u(i, k) AS md5_number_lower(concat(i, ':', k, ':{seed}')) / 18446744073709551616.0")
    run(f"CREATE MACRO today_is() AS {write_literal(as_of)}")
    days = ", ".join(write_literal(day) for day in edge_days(as_of))
    run(f"CREATE MACRO edge(i, k) AS list_extract([{days}], 1 + CAST(floor(u(i, k) * {len(edge_days(as_of))}) AS INT))")
    # most records are recent; one in sixteen lies on an edge
    run(
        "CREATE MACRO past(i, k) AS CASE WHEN u(i, k) < 0.06 THEN edge(i, k + 1) "
        "ELSE today_is() - CAST(floor(pow(u(i, k + 1), 1.6) * 2600) AS INT) END"
    )
    run("CREATE MACRO pick(items, i, k) AS list_extract(items, 1 + CAST(floor(u(i, k) * len(items)) AS INT))")
    run(f"CREATE MACRO conditions() AS [{', '.join(write_literal(name) for name in conditions)}]::VARCHAR[]")
    alphabet = write_literal(USCC_ALPHABET)
    digit = "(i // CAST(pow(31, n) AS BIGINT)) % 31"
    run(f"CREATE MACRO digit(i, n) AS substr({alphabet}, 1 + CAST({digit} AS BIGINT), 1)")
    code = " || ".join(f"digit(i, {place})" for place in range(6, -1, -1))
    total = " + ".join(
        f"(instr({alphabet}, substr(body, {place + 1}, 1)) - 1) * {pow(3, place, 31)}" for place in range(17)
    )
    places = ", ".join(write_literal(region) for region in regions)
    run(
        "CREATE TABLE units AS SELECT i, region, body || "
        f"substr({alphabet}, CAST((31 - ({total}) % 31) % 31 AS BIGINT) + 1, 1) AS uscc FROM ("
        "SELECT i, region, CASE WHEN u(i, 2) < 0.004 THEN '11' WHEN u(i, 2) < 0.01 THEN 'N1' ELSE '91' END "
        f"|| region || 'MA' || {code} AS body FROM (SELECT range AS i, pick([{places}], range, 1) AS region "
        f"FROM range({enterprises})))"
    )


def _several(first: int, share: float, most: int) -> str:
    """Rows of units for records: most units have none, some one, few many; ``j`` numbers all of them."""
    return (
        f"SELECT i, uscc, region, n, i * 40 + n AS j FROM (SELECT i, uscc, region, unnest(range(CASE "
        f"WHEN u(i, {first}) >= {share} THEN 0 "
        f"ELSE least({most}, CAST(floor(1 / pow(1 - u(i, {first + 1}), 0.6)) AS BIGINT)) END)) AS n FROM units)"
    )


_WHO = (
    "CASE WHEN u(j, 90) < 0.2 THEN NULL ELSE uscc END AS uscc, CASE WHEN u(j, 90) < 0.2 THEN 'R-' || i END AS person_id"
)

_QUERIES: dict[str, str] = {
    "enterprises": "SELECT uscc, '示例单位' || i || '（虚构）' AS name, region, "
    "pick(['非煤矿山', '危险化学品', '建筑施工', '商贸', '机械', '轻工', '餐饮'], i, 3) AS industry FROM units",
    "persons": "SELECT * FROM (SELECT 'R-' || i AS person_id, uscc, 'principal' AS role, '示例' || i AS name, "
    "CASE WHEN u(i, 10) < 0.5 THEN DATE '2019-01-01' END AS \"from\", "
    "CASE WHEN u(i, 11) < 0.06 THEN greatest(past(i, 12), DATE '2019-01-01') END AS \"to\" FROM units "
    "UNION ALL SELECT 'D-' || i, uscc, 'safety_deputy', NULL, NULL, NULL FROM units WHERE u(i, 13) < 0.93 "
    "UNION ALL SELECT 'R-' || i, uscc, 'legal_representative', '示例' || i, NULL, NULL FROM units WHERE u(i, 14) < 0.7 "
    # some hold a post at a second enterprise, far from the first in the list
    "UNION ALL SELECT 'R-' || ((i * 7) % (SELECT count(*) FROM units)), uscc, 'directly_responsible', NULL, NULL, NULL "
    "FROM units WHERE u(i, 15) < 0.03)",
    "commitments": "SELECT uscc, past(i, 20) AS date, u(i, 22) < 0.95 AS published FROM units WHERE u(i, 23) < 0.9",
    "penalties": f"SELECT 'P-' || j AS record_id, {_WHO}, past(j, 30) AS date, "
    "pick(['work_safety', 'work_safety', 'transport', 'market_supervision', 'tax', 'environment'], j, 32) "
    "AS authority_function, NULL AS decision_no, NULL AS authority, "
    "CASE WHEN u(j, 33) < 0.8 THEN u(j, 34) < 0.5 END AS safety_matter, "
    "CASE WHEN u(j, 35) < 0.94 THEN 'effective' "
    "ELSE pick(['annulled', 'stayed', 'changed', 'void', 'no_penalty'], j, 29) END AS status, "
    f"NULL AS reason FROM ({_several(36, 0.08, 12)})",
    "accidents": "SELECT 'A-' || j AS record_id, uscc, past(j, 40) AS date, "
    "CAST(floor(pow(u(j, 42), 3) * 4) AS INT) AS fatalities, "
    "pick(['liable', 'liable', 'not_liable', 'under_investigation'], j, 43) AS liability, "
    f"pick(['一般', '一般', '一般', '较大', '重大'], j, 44) AS severity FROM ({_several(45, 0.01, 4)})",
    "dishonesty": f"SELECT 'S-' || j AS record_id, {_WHO}, past(j, 50) AS date, "
    "pick(['work_safety', 'tax', 'market_supervision', 'environment'], j, 52) AS field, NULL AS kind, "
    f"pick(['minor', 'minor', 'minor', 'moderate', 'serious'], j, 53) AS severity FROM ({_several(54, 0.05, 8)})",
    "certificates": "SELECT uscc, CASE WHEN u(i, 60) < 0.25 THEN 1 WHEN u(i, 60) < 0.7 THEN 2 ELSE 3 END AS grade, "
    "issued, CASE WHEN u(i, 61) < 0.95 THEN greatest(issued, CASE WHEN u(i, 62) < 0.03 THEN edge(i, 63) "
    "ELSE issued + INTERVAL 3 YEAR - INTERVAL 1 DAY END)::DATE END AS expires, "
    "CASE WHEN u(i, 64) < 0.01 THEN greatest(issued, past(i, 65)) END AS revoked_on, NULL AS certificate_no "
    "FROM (SELECT *, past(i, 66) AS issued FROM units WHERE u(i, 68) < 0.55)",
    "listings": f"SELECT 'L-' || j AS record_id, {_WHO}, "
    "pick(['black', 'black', 'watch', 'red', 'red'], j, 70) AS list, "
    "pick(['work_safety', 'work_safety', 'tax', 'market_supervision'], j, 71) AS field, listed_on, "
    "CASE WHEN u(j, 72) < 0.7 THEN greatest(listed_on, CASE WHEN u(j, 73) < 0.1 THEN edge(j, 74) "
    "ELSE listed_on + INTERVAL 1 YEAR END)::DATE END AS valid_until, "
    "CASE WHEN u(j, 75) < 0.3 THEN greatest(listed_on, past(j, 76)) END AS delisted_on, NULL AS authority "
    f"FROM (SELECT *, past(j, 78) AS listed_on FROM ({_several(80, 0.04, 5)}))",
    "assessments": "SELECT uscc, year, "
    "pick([74.9, 75, 84.99, 85, 94.99, 95, 60, 88, 91, 79], i * 40 + year, 82) AS score, "
    "u(i * 40 + year, 83) < 0.04 AS veto, make_date(year + 1, 3, 1) AS published_on "
    "FROM (SELECT i, uscc, unnest(range(year(today_is()) - 3, year(today_is()))) AS year FROM units "
    "WHERE substr(region, 1, 4) = '4101') WHERE u(i * 40 + year, 84) < 0.85",
    "determinations": "SELECT uscc, condition, "
    "CASE WHEN u(i * 100 + n, 85) < 0.9 THEN 'passed' ELSE 'failed' END AS outcome, "
    "past(i * 100 + n, 86) AS date, NULL AS by, NULL AS note FROM (SELECT i, uscc, n, "
    "list_extract(conditions(), n + 1) AS condition FROM (SELECT i, uscc, unnest(range(len(conditions()))) AS n "
    "FROM units) WHERE u(i * 100 + n, 88) < CASE WHEN condition LIKE '%/1' THEN 0.6 ELSE 0.02 END)",
    "repairs": f"SELECT 'X-' || j AS record_id, {_WHO}, 'S-' || j AS of, "
    "greatest(past(j, 50), past(j, 97)) AS completed_on, NULL AS authority, NULL AS decision_no "
    f"FROM ({_several(54, 0.05, 8)}) WHERE u(j, 96) < 0.15",
    "coverage": 'SELECT * FROM (SELECT t AS "table", today_is() - 2200 AS "from", today_is() + 400 AS "to", '
    "CASE WHEN t = 'accidents' THEN today_is() - 3 END AS exported_on, NULL AS uscc, NULL AS field, "
    "'示例（虚构）' AS source FROM (SELECT unnest(['commitments', 'penalties', 'accidents', 'certificates', "
    "'dishonesty', 'listings', 'assessments', 'repairs']) AS t) "
    "WHERE t NOT IN ('listings', 'commitments') "
    "UNION ALL SELECT 'listings', today_is() - 2200, today_is() + 400, NULL, NULL, 'work_safety', NULL "
    "UNION ALL SELECT 'listings', past(i, 92) - 1200, today_is() + 30, NULL, uscc, NULL, NULL "
    "FROM units WHERE u(i, 94) < 0.05)",
}
