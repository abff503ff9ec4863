"""What rows must keep: dates in their order, each key once, and references to what the register holds."""

from __future__ import annotations

from policygraph.judging.rules.facts import TABLES, Table, has_fields
from policygraph.judging.screening.sql import all_of, any_of, quote_name, write_literal
from policygraph.keeping.batch.preparing.job import Job, is_personal, list_literals, name_typed
from policygraph.keeping.registers.reading import ORDERED


def check_rows(job: Job, table: Table) -> None:
    """What one row must keep by itself: a subject, and dates in their order."""
    names = {column.name for column in table.columns}
    if {"uscc", "person_id"} <= names and not table.column("uscc").required:
        job.report(
            table, all_of(['r."uscc" IS NULL', 'r."person_id" IS NULL']), "uscc", "NULL",
            write_literal("uscc 与 person_id 都为空"), "填写记录所属的单位或人员",
        )  # fmt: skip
    for first, last in ORDERED:
        if {first, last} <= names:
            start, end = f"r.{quote_name(first)}", f"r.{quote_name(last)}"
            cause = f"'早于 {first}（' || CAST({start} AS VARCHAR) || '）'"
            job.report(table, f"{start} > {end}", last, end, cause, "核对两个日期")
    if table.name == "coverage":
        divided = list_literals(table.name for table in TABLES if has_fields(table.name))
        wrong = f'r."field" IS NOT NULL AND r."table" NOT IN ({divided})'
        job.report(table, wrong, "field", 'r."field"', write_literal("此表不分领域"), "留空")


def check_duplicates(job: Job, table: Table) -> None:
    """Rows with one key: twice the same determination or coverage is once, everything else is an error."""
    keys = ", ".join(quote_name(name) for name in table.key)
    cells = ", ".join(quote_name(column.name) for column in table.columns)
    if not job.count(f"SELECT count(*) - count(DISTINCT hash({keys})) FROM {name_typed(table)}"):
        return
    if table.name == "determinations":
        same = 'r."outcome" = r.first_outcome'
        _number_rows(job, table, keys, 'first_value("outcome") OVER w AS first_outcome')
    elif table.name == "coverage":
        _number_rows(job, table, keys, f"first_value(hash({cells})) OVER w AS first_hash, hash({cells}) AS own_hash")
        same = "r.own_hash = r.first_hash"
    else:
        _number_rows(job, table, keys, "0 AS none")
        same = "FALSE"
    cause = "'与第 ' || CAST(r.first_line AS VARCHAR) || ' 行"
    told = f"{cause}同日而结论相反'" if table.name == "determinations" else f"{cause}重复'"
    remedy = "核对哪一份认定有效，只保留一份" if table.name == "determinations" else "只保留一行，或改正编号"
    key = f"r.{quote_name(table.key[0])}"
    job.report(table, f"r.place > 1 AND NOT ({same})", table.key[0], key, told, remedy, source="numbered")
    folded = job.sql.execute(f"SELECT line, first_line FROM numbered r WHERE r.place > 1 AND ({same})").fetchall()
    reasons = [(int(line), f"与第 {first} 行重复，只记一次") for line, first in folded]
    job.repeated[table.name] = reasons
    job.sql.execute(f"DELETE FROM {name_typed(table)} WHERE line IN (SELECT line FROM numbered WHERE place > 1)")


def _number_rows(job: Job, table: Table, keys: str, more: str) -> None:
    job.sql.execute(
        f"CREATE OR REPLACE TABLE numbered AS SELECT *, row_number() OVER w AS place, "
        f"first_value(line) OVER w AS first_line, {more} FROM {name_typed(table)} "
        f"WINDOW w AS (PARTITION BY {keys} ORDER BY line) QUALIFY count(*) OVER (PARTITION BY {keys}) > 1"
    )


def check_references(job: Job, table: Table) -> None:
    """Every enterprise and person that a row names must be known, and a person's enterprise must be theirs."""
    if table.name == "enterprises":
        return
    cause = write_literal("enterprises 表中没有这个单位")
    job.report(table, 'r.unit IS NULL AND r."uscc" IS NOT NULL', "uscc", 'r."uscc"', cause, "补充单位，或改正代码")
    if not is_personal(table):
        return
    nobody = 'r."person_id" IS NOT NULL AND r."person_id" NOT IN (SELECT "person_id" FROM posts)'
    job.report(
        table, nobody, "person_id", 'r."person_id"', write_literal("persons 表中没有这个人"), "补充人员，或改正编号"
    )
    both = f'SELECT count(*) FROM {name_typed(table)} WHERE "person_id" IS NOT NULL AND "uscc" IS NOT NULL'
    if not job.count(both):
        return
    elsewhere = (
        'r."person_id" IN (SELECT "person_id" FROM posts) AND r."uscc" IS NOT NULL '
        'AND (r."person_id", r."uscc") NOT IN (SELECT ("person_id", "uscc") FROM posts)'
    )
    cause = "'人员 ' || r.\"person_id\" || ' 没有在这个单位任职'"
    job.report(table, elsewhere, "uscc", 'r."uscc"', cause, "改正单位或人员，或只填人员")


def check_repairs(job: Job, table: Table) -> None:
    """A record that names another must name one of the register, of the same subject, and not an earlier day."""
    for column in table.columns:
        if column.kind != "record":
            continue
        parts = []
        for other in TABLES:
            names = {known.name for known in other.columns}
            if "record_id" not in names or other.name == table.name:
                continue
            person = '"person_id"' if "person_id" in names else "CAST(NULL AS VARCHAR)"
            parts.append(
                f'SELECT {write_literal(other.name)} AS owner, "record_id", "uscc", {person} AS "person_id", '
                f"{quote_name(str(other.date))} AS day FROM {name_typed(other)}"
            )
        job.sql.execute(f"CREATE OR REPLACE TEMP VIEW numbered_records AS {' UNION ALL '.join(parts)}")
        name, done = f"r.{quote_name(column.name)}", f"r.{quote_name(str(table.date))}"
        found, owners, uscc, person, day = (
            f'(SELECT {told} FROM numbered_records n WHERE n."record_id" = {name})'
            for told in (
                "count(*)",
                "string_agg(n.owner, '、' ORDER BY n.owner)",
                'min(n."uscc")',
                'min(n."person_id")',
                "min(n.day)",
            )
        )
        other_unit = all_of(['r."person_id" IS NULL', f'r."uscc" IS DISTINCT FROM {uscc}'])
        stranger = any_of([f'r."person_id" IS DISTINCT FROM {person}', other_unit])
        for wrong, cause, remedy in (
            (f"{found} = 0", write_literal("登记册中没有这条记录"), "补充该记录，或改正编号"),
            (
                f"{found} > 1",
                f"'有 ' || CAST({found} AS VARCHAR) || ' 条记录用这个编号（' || {owners} || '）'",
                "使编号不重复",
            ),
            (
                f"{found} = 1 AND {stranger}",
                write_literal("该记录属于另一单位或人员"),
                "改正编号，或改正单位、人员",
            ),
            (
                f"{found} = 1 AND NOT {stranger} AND {done} < {day}",
                f"'完成日期 ' || CAST({done} AS VARCHAR) || ' 早于该记录的日期 ' || CAST({day} AS VARCHAR)",
                "核对两个日期",
            ),
        ):
            job.report(table, wrong, column.name, name, cause, remedy)
