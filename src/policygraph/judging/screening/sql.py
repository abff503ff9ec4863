"""Small words of SQL: names, literals and logic, written in one place so that nothing is quoted by hand.

What is generated is DuckDB's SQL; other engines have it translated, so that there is one definition of everything.
Booleans built here are never NULL as long as their parts are not, and every atom of a query is coalesced.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

TRUE, FALSE = "TRUE", "FALSE"
WORDS = "words"
"""The type of the few words that answers are made of; an engine that knows closed types stores each as a number."""


def quote_name(name: str) -> str:
    """An identifier in double quotes.

    >>> quote_name('from'), quote_name('a"b')
    ('"from"', '"a""b"')
    """
    return '"' + name.replace('"', '""') + '"'


def write_literal(value: str | int | Decimal | bool | date) -> str:
    """A constant of SQL.

    >>> write_literal("重大"), write_literal(True), write_literal(date(2026, 11, 21)), write_literal(Decimal("94.5"))
    ("'重大'", 'TRUE', "DATE '2026-11-21'", '94.5')
    >>> write_literal("O'Neill")
    "'O''Neill'"
    """
    if isinstance(value, bool):
        return TRUE if value else FALSE
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, (int, Decimal)):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    if "\\" in value:
        raise ValueError(f"a backslash means different things to the engines: {value!r}")
    return "'" + value.replace("'", "''") + "'"


def write_word(word: str | None) -> str:
    """One of the words that answers are made of, or none, as a constant of their type.

    >>> write_word("failed"), write_word(None)
    ("CAST('failed' AS words)", 'CAST(NULL AS words)')
    """
    return f"CAST({'NULL' if word is None else write_literal(word)} AS {WORDS})"


def all_of(parts: Iterable[str]) -> str:
    """True when every part is; TRUE for none.

    >>> all_of(["a", "TRUE", "b"]), all_of([]), all_of(["a", "FALSE"])
    ('(a AND b)', 'TRUE', 'FALSE')
    """
    return _join(parts, "AND", TRUE, FALSE)


def any_of(parts: Iterable[str]) -> str:
    """True when one part is; FALSE for none."""
    return _join(parts, "OR", FALSE, TRUE)


def negate(part: str) -> str:
    """The opposite of a boolean expression.

    >>> negate("a"), negate("(NOT a)"), negate("TRUE")
    ('(NOT a)', 'a', 'FALSE')
    """
    if part in (TRUE, FALSE):
        return FALSE if part == TRUE else TRUE
    if part.startswith("(NOT ") and part.endswith(")") and _is_simple(part[5:-1]):
        return part[5:-1]
    return f"(NOT {part})"


def coalesce(parts: Iterable[str], otherwise: str = "NULL") -> str:
    """The first part that is not NULL."""
    known = [part for part in parts if part != "NULL"]
    if not known:
        return otherwise
    rest = [] if otherwise == "NULL" else [otherwise]
    return f"coalesce({', '.join([*known, *rest])})" if len(known) + len(rest) > 1 else known[0]


def _is_simple(text: str) -> bool:
    return all(char.isalnum() or char in '_"' for char in text)


def _join(parts: Iterable[str], word: str, neutral: str, decisive: str) -> str:
    kept = sorted({part for part in parts if part != neutral})
    if decisive in kept:
        return decisive
    if not kept:
        return neutral
    return kept[0] if len(kept) == 1 else "(" + f" {word} ".join(kept) + ")"
