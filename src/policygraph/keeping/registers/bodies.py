"""The function of an authority, looked up by its name: what was used, and which names nobody knows.

A penalty matters by the function of the authority that imposed it. Where the register leaves the code empty and names
the authority, the function of that body in the graph is used and the receipt says so. A name the graph does not know
is one problem for all its rows, so that a clerk settles it once: silence would make the penalty count for nothing.
So is a code that contradicts the body named: a penalty of the emergency bureau entered as one of the tax office would
prove a clean record, and which of the two cells is wrong only the clerk can tell. Nothing is decided until then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policygraph.judging.rules.codes import Codes

MOST_PLACES = 20
"""How many rows of one unknown body are named one by one."""

Problem = tuple[str, int, str, str, str, str]
"""File, first row, column, value, cause, remedy."""


class Bodies:
    """Resolves names of authorities and remembers what happened, by file."""

    def __init__(self, codes: Codes) -> None:
        self.codes = codes
        self.used: dict[tuple[str, str, str], int] = {}
        self.differing: dict[tuple[str, str, str, str], list[int]] = {}
        self.unknown: dict[tuple[str, str], list[int]] = {}
        self.several: dict[tuple[str, str, str], list[int]] = {}
        self.empty: dict[str, list[int]] = {}

    def resolve(
        self, file: str, rows: Sequence[int], function: str | None, name: str | None, region: str
    ) -> str | None:
        """The function to use for some rows: the one written, else that of the named body; None: a problem is noted.

        >>> Bodies(Codes({})).resolve("penalties.csv", [2], "tax", None, "230803")
        'tax'
        """
        found = self.find(function, name, region)
        if found is not None:
            if function is None and name is not None:
                self.use(file, name, found, len(rows))
            return found
        known = self.codes.functions_of(name, region) if name else ()
        if name is None:
            self.empty.setdefault(file, []).extend(rows)
        elif function is not None:
            self.differing.setdefault((file, name, function, "、".join(known)), []).extend(rows)
        elif known:
            self.several.setdefault((file, name, "、".join(known)), []).extend(rows)
        else:
            self.unknown.setdefault((file, name), []).extend(rows)
        return None

    def find(self, function: str | None, name: str | None, region: str) -> str | None:
        """The function written, or of the body named, where the two agree and there is one; None otherwise.

        >>> Bodies(Codes({})).find(None, "某局", "230803") is None
        True
        """
        known = self.codes.functions_of(name, region) if name else ()
        if function is not None:
            return None if known and function not in known else function
        return known[0] if len(known) == 1 else None

    def use(self, file: str, name: str, function: str, rows: int) -> None:
        """Note that so many empty cells take the function of the body that their rows name."""
        self.used[file, name, function] = self.used.get((file, name, function), 0) + rows

    def problems(self) -> Iterator[Problem]:
        """One problem for each name that gives no function, with its rows, and one for rows that name nobody."""
        for file, rows in sorted(self.empty.items()):
            cause = f"authority_function 与 authority 都为空（{name_rows(rows)}）"
            yield file, min(rows), "authority_function", "", cause, "填写处罚机关的职能代码，或机构库中的机关名称"
        for (file, name), rows in sorted(self.unknown.items()):
            remedy = "在这些行的 authority_function 填写职能代码，或请维护机构库的人补充该机关"
            yield file, min(rows), "authority", name, f"机构库中没有这个机关（{name_rows(rows)}）", remedy
        for (file, name, functions), rows in sorted(self.several.items()):
            cause = f"机构库中叫这个名称的机关有几种职能：{functions}（{name_rows(rows)}）"
            yield file, min(rows), "authority", name, cause, "在这些行的 authority_function 填写职能代码"
        for (file, name, function, known), rows in sorted(self.differing.items()):
            cause = f"与 authority“{name}”矛盾：机构库中该机关的职能为 {known}（{name_rows(rows)}）"
            remedy = (
                f"核对决定书后改正其一：职能写错的改为 {known} 或留空，机关写错的改正 authority；"
                "该机关确有这项职能的，请维护机构库的人补充"
            )
            yield file, min(rows), "authority_function", function, cause, remedy

    def refused(self) -> set[tuple[str, int]]:
        """File and number of every row whose authority gives no function."""
        found = {(file, row) for file, rows in self.empty.items() for row in rows}
        found |= {(key[0], row) for key, rows in self.unknown.items() for row in rows}
        found |= {(key[0], row) for key, rows in self.several.items() for row in rows}
        return found | {(key[0], row) for key, rows in self.differing.items() for row in rows}

    def notes(self) -> list[str]:
        """What was looked up: the names of bodies whose function in the graph fills an empty cell."""
        return [
            f"{file}: authority_function 空白 {rows} 行，按机构库中“{name}”的职能作 {function}"
            for (file, name, function), rows in sorted(self.used.items())
        ]


def name_rows(rows: list[int]) -> str:
    """Rows by number, all of a few, the first of many.

    >>> name_rows([7, 2, 3])
    '第 2、3、7 行'
    """
    shown = "、".join(str(row) for row in sorted(rows)[:MOST_PLACES])
    return f"第 {shown} 行" + (f"等 {len(rows)} 行" if len(rows) > MOST_PLACES else "")
