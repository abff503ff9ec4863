"""Texts as typed cells: the fast path in SQL, and ``parse_cell`` for every different text that it does not take.

So there is one set of rules: what the fast path takes is surely sound, and of all else small registers decide.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from decimal import Decimal

from policygraph.judging.rules.facts import TABLE, Column, Table
from policygraph.judging.screening.sql import all_of, any_of, quote_name, write_literal
from policygraph.keeping.batch.preparing.job import Job, list_literals, name_typed, write_value
from policygraph.keeping.batch.tables import DECIMALS, sql_type
from policygraph.keeping.registers.cells import USCC_ALPHABET, CellProblem, parse_cell

_PAST_BLANKS = "chr(12289)"
"""The first character after all white space of Unicode; of those before it, the visible of ASCII will do."""
_PLAIN_REGION = r"[1-9][0-9]|[1-9][0-9]{3}|[1-9][0-9]{5}|[1-9][0-9]{8}|[1-9][0-9]{11}"


def type_cells(job: Job, table: Table, rows: str, types: Mapping[str, str]) -> None:
    """Type every cell of some rows: the fast path by SQL, every other different text by ``parse_cell``.

    A row with such a text keeps all its texts in one more column, until it was read again; a blank row is among
    them, for every table has cells that must be filled.
    """
    unsure, typed, texts = [], [], []
    for column in table.columns:
        name = quote_name(column.name)
        if column.name not in types:
            typed.append(f"{_default(column)} AS {name}")
            continue
        slow, value = _slow_test(job, table, column, f"r.{name}", types[column.name])
        unsure.append(slow)
        typed.append(f"{value} AS {name}")
        texts.append(f"{name} := CAST(r.{name} AS VARCHAR)")
    cells = f"CASE WHEN {any_of(unsure)} THEN struct_pack({', '.join(texts)}) END AS cells"
    mine, (units, of_unit) = name_typed(table), _find_units(table, types)
    job.sql.execute(
        f"CREATE OR REPLACE TABLE {mine} AS SELECT {', '.join(typed)}, r.line, {of_unit}, {cells} FROM {rows} r {units}"
    )
    found = job.sql.execute(f"SELECT count(*), count(cells) FROM {mine}").fetchone() or (0, 0)
    job.seen[table.name] = int(found[0])
    if found[1]:
        job.sql.execute(
            f"CREATE OR REPLACE TABLE raw AS SELECT line, unnest(cells) FROM {mine} WHERE cells IS NOT NULL"
        )
        blank = all_of(f"{quote_name(name)} IS NULL" for name in types)
        job.seen[table.name] -= job.count(f"SELECT count(*) FROM raw WHERE {blank}")
        job.sql.execute(f"DELETE FROM raw WHERE {blank}")
        job.sql.execute(f"DELETE FROM {mine} WHERE cells IS NOT NULL")
    job.sql.execute(f"ALTER TABLE {mine} DROP COLUMN cells")
    if found[1]:
        _read_again(job, table, types)
        job.sql.execute("DROP TABLE raw")


def _read_again(job: Job, table: Table, types: Iterable[str]) -> None:
    """Type the rows that kept their texts, and note what is wrong with them."""
    file, present = job.files[table.name], set(types)
    job.sql.execute(
        "CREATE OR REPLACE TABLE slow (col VARCHAR, cell VARCHAR, value VARCHAR, cause VARCHAR, remedy VARCHAR)"
    )
    typed, joins, broken = [], [], []
    units, of_unit = _find_units(table, present)
    for column in table.columns:
        name, kind = quote_name(column.name), sql_type(column)
        if column.name not in present:
            typed.append(f"{_default(column)} AS {name}")
            continue
        cell = f"r.{name}"
        slow, value = _slow_test(job, table, column, cell, "VARCHAR")
        if not _judge(job, f"raw r {units}", column, slow):
            typed.append(f"{value} AS {name}")
            continue
        alias = quote_name(f"slow_{column.name}")
        told = f"{alias}.col = {write_literal(column.name)} AND {alias}.cell = coalesce({cell}, '')"
        joins.append(f"LEFT JOIN slow {alias} ON {told} AND {slow}")
        typed.append(f"CASE WHEN {slow} THEN CAST({alias}.value AS {kind}) ELSE {value} END AS {name}")
        broken.append(f"{alias}.cause IS NOT NULL")
        job.sql.execute(
            f"INSERT INTO errors SELECT {write_literal(file)}, r.line, {write_literal(column.name)}, "
            f"{cell}, {alias}.cause, {alias}.remedy FROM raw r {units} JOIN slow {alias} ON {told} "
            f"AND {alias}.cause IS NOT NULL WHERE {slow}"
        )
    sound = f" WHERE NOT coalesce({any_of(broken)}, FALSE)" if broken else ""
    read = f"SELECT {', '.join(typed)}, r.line FROM raw r {units} {' '.join(joins)}{sound}"
    job.sql.execute(f"INSERT INTO {name_typed(table)} BY NAME SELECT r.*, {of_unit} FROM ({read}) r {units}")


def _slow_test(job: Job, table: Table, column: Column, cell: str, kind: str) -> tuple[str, str]:
    """Whether a cell must be read by ``parse_cell``, and the value of one that need not."""
    sound, value = _fast_path(job, table, column, cell, kind)
    if column.required:
        return f"(NOT coalesce({sound}, FALSE))", value
    if column.default:
        value = f"CASE WHEN {cell} IS NULL THEN {_default(column)} ELSE {value} END"
    return f"(NOT coalesce({sound}, {cell} IS NULL))", value


def _judge(job: Job, rows: str, column: Column, slow: str) -> int:
    """Give every different cell that the fast path did not take to ``parse_cell``."""
    found = job.sql.execute(
        f"SELECT DISTINCT coalesce(r.{quote_name(column.name)}, '') FROM {rows} WHERE {slow}"
    ).fetchall()
    told: list[tuple[str, str | None, str | None, str | None]] = []
    for (cell,) in found:
        try:
            value = parse_cell(column, cell, job.conditions, job.codes)
            if isinstance(value, Decimal) and -int(value.as_tuple().exponent) > DECIMALS:
                raise CellProblem("小数位过多", f"最多 {DECIMALS} 位小数")
            told.append((cell, None if value is None else write_value(value), None, None))
        except CellProblem as wrong:
            told.append((cell, None, wrong.cause, wrong.remedy))
    if told:
        job.sql.execute(
            "INSERT INTO slow SELECT ?, unnest(?::VARCHAR[]), unnest(?::VARCHAR[]), unnest(?::VARCHAR[]), "
            "unnest(?::VARCHAR[])",
            [column.name, *(list(part) for part in zip(*told, strict=True))],
        )
    return len(told)


def _fast_path(job: Job, table: Table, column: Column, cell: str, type_: str) -> tuple[str, str]:
    """A test that only sound cells pass, false or NULL for others, and the value of a cell that passed it."""
    kind = column.kind
    if kind == "date":
        value = f"try_cast({cell} AS DATE)" if type_ == "VARCHAR" else cell
        written = f"(CAST({value} AS VARCHAR) = {cell})" if type_ == "VARCHAR" else "TRUE"
        return all_of([f"({value} BETWEEN DATE '1000-01-01' AND DATE '2999-12-31')", written]), value
    if kind == "bool":
        if type_ != "VARCHAR":
            return f"({cell} IS NOT NULL)", cell
        return f"({cell} IN ('true', 'false', '是', '否', '1', '0'))", f"({cell} IN ('true', '是', '1'))"
    if kind == "integer":
        if type_ != "VARCHAR":
            allowed = f"({cell} IN ({', '.join(column.allowed)}))" if column.allowed else "TRUE"
            return all_of([f"({cell} BETWEEN 0 AND 999999)", allowed]), cell
        known = f"regexp_full_match({cell}, '0|[1-9][0-9]{{0,5}}')"
        allowed = f"({cell} IN ({list_literals(column.allowed)}))" if column.allowed else "TRUE"
        return all_of([known, allowed]), f"try_cast({cell} AS INTEGER)"
    if kind == "decimal":
        known = f"regexp_full_match({cell}, '[0-9]{{1,2}}([.][0-9]{{1,{DECIMALS}}})?|100')"
        return known, f"try_cast({cell} AS {sql_type(column)})"
    if kind == "uscc":
        return (_uscc_test(cell) if table.name == "enterprises" else "(e.line IS NOT NULL)"), cell
    if kind == "region":
        return f"regexp_full_match({cell}, '{_PLAIN_REGION}')", cell
    if kind in ("code", "table", "function", "field"):
        return f"({cell} IN ({list_literals(job.codes.allowed(column))}))", cell
    if kind == "condition":
        return (f"({cell} IN ({list_literals(sorted(job.conditions))}))" if job.conditions else "FALSE"), cell
    # texts are compared byte by byte, so the first character need not be cut out
    ends = (cell, f"right({cell}, 1)")
    return all_of(f"({end} >= {_PAST_BLANKS} OR {end} BETWEEN '!' AND '~')" for end in ends), cell


def _default(column: Column) -> str:
    return f"CAST({write_literal(column.default) if column.default else 'NULL'} AS {sql_type(column)})"


def _find_units(table: Table, present: Container[str]) -> tuple[str, str]:
    """How rows ``r`` of a table find their enterprise: a join, and the columns that it gives."""
    if table.name == "enterprises" or "uscc" not in present:
        return "", "CAST(NULL AS BIGINT) AS unit, CAST(NULL AS INTEGER) AS chunk"
    return f'LEFT JOIN {name_typed(TABLE["enterprises"])} e ON e."uscc" = r."uscc"', "e.unit, e.chunk"


def _uscc_test(cell: str) -> str:
    """GB 32100 in SQL: form and check character."""
    alphabet = write_literal(USCC_ALPHABET)
    total = " + ".join(
        f"(instr({alphabet}, substr({cell}, {place + 1}, 1)) - 1) * {pow(3, place, 31)}" for place in range(17)
    )
    wanted = f"substr({alphabet}, CAST((31 - ({total}) % 31) % 31 AS BIGINT) + 1, 1)"
    return all_of(
        [f"regexp_full_match({cell}, '[0-9ANY][{USCC_ALPHABET}]{{17}}')", f"(substr({cell}, 18, 1) = {wanted})"]
    )
