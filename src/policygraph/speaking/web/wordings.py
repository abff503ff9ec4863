"""An article then and now, for the pages: in the words of the texts that the user imported, else in its gist.

*Then* is the text that the document could cite on its own day, *now* the text in force on the day asked for; a
recorded renumbering is followed, and nothing else is put in an article's place. The library is read when a page is
asked for and need not exist; what it holds stands on pages and in no answer, graph or dump.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from policygraph.errors import DataError, InputError
from policygraph.keeping.library import StatuteText, load_text
from policygraph.keeping.store import Cell
from policygraph.namespaces import slug_of
from policygraph.speaking.web.reader import mark_differences
from policygraph.speaking.web.site import Site
from policygraph.text.locators import address_of, lies_in

Record = dict[str, Cell]
State = Literal["text", "not_imported", "no_article", "no_edition", "broken"]
Change = Literal["same", "one", "differs", "apart"]
Stretches = tuple[tuple[str, bool], ...]

LONGEST = 8_000
"""The longest provision whose words are compared, in characters; what is longer is shown without marks."""
_UNMATCHED = "unmatched"
"""What stands for the status of an article of a former text of which nobody has said where it stands now."""
_GONE = frozenset({"repealed", "expired", "rewritten", "not-yet-in-force", _UNMATCHED})
"""Statuses in which no provision of the day is known to be the one cited."""


@dataclass(frozen=True, slots=True)
class Side:
    """An article in one dated text: its words in stretches with whether they differ, or why there are none."""

    edition: str | None
    label: str | None
    locator: str
    state: State
    stretches: Stretches = ()
    gists: tuple[Record, ...] = ()

    @property
    def text(self) -> str:
        """The words of the article; empty where no text is at hand."""
        return "".join(text for text, _ in self.stretches)


@dataclass(frozen=True, slots=True)
class Wording:
    """A cited article then and now; ``now`` is None where nothing in force corresponds to it.

    ``doubtful`` says that the whole was amended and nobody compared this article.
    """

    title: str
    locator: str
    then: Side | None
    now: Side | None
    change: Change
    candidate: str | None = None
    doubtful: bool = False
    cited: bool = True
    """Whether a document cites it: else ``then`` is a former text, of no document's day."""


@dataclass(frozen=True, slots=True)
class Imported:
    """An imported text of a law: its date and how many articles it has."""

    edition: str
    articles: int


def list_wordings(now: Site, bases: Iterable[Record], as_of: str) -> list[Wording]:
    """The articles that bases cite, each once; only those of laws with registered texts, cited by number.

    Each basis has the work, its title, the locator, and what ``add_health`` adds.
    """
    found: dict[tuple[Cell, ...], Wording] = {}
    for basis in bases:
        key = tuple(basis.get(name) for name in ("work", "locator", "cited_version", "status", "candidate"))
        if key in found or basis["work"] is None or address_of(str(basis["locator"] or "")) is None:
            continue
        shelf = Shelf(now, basis["work"], as_of)
        if shelf.versions:
            found[key] = shelf.compare(basis)
    return list(found.values())


def list_article(
    now: Site, law: Record, locator: str, citing: Iterable[Record], moves: Iterable[Record], as_of: str
) -> list[Wording]:
    """An article of a law then and now: as each document cites it, else as its registered texts and changes tell.

    ``citing`` are rows with what ``add_health`` adds, ``moves`` the recorded changes of number by that day.
    """
    found = list_wordings(now, [row for row in citing if row.get("status")], as_of)
    if found or address_of(locator) is None:
        return found
    shelf = Shelf(now, law["work"], as_of)
    basis: Record = {"work": law["work"], "work_title": law["title"], "locator": locator, "status": None}
    holding = {str(g["version"]).rsplit("/", 1)[-1] for g in shelf.gists if lies_in(str(g["provision"]), locator)}
    former = [edition for edition in shelf.versions if edition in holding and edition != shelf.current]
    renumbered = [move for move in moves if move["kind"] == "renumbered" and move["from"] and move["to"]]
    # the number is a former one, or else today's: either way the article is followed from its former number
    moved = next((move for move in renumbered if move["from"] == locator), None)
    moved = moved or next((move for move in reversed(renumbered) if move["to"] == locator), None)
    if moved is not None:
        day = str(moved["date"])
        before = [edition for edition, row in shelf.versions.items() if row["from"] and str(row["from"]) < day]
        basis |= {"locator": moved["from"], "cited_version": before[-1] if before else None}
        basis |= {"status": "renumbered", "candidate": moved["to"]}
    elif former and shelf.current not in holding:
        basis |= {"cited_version": former[-1], "status": _UNMATCHED}
    return [replace(shelf.compare(basis), cited=False)] if shelf.versions else []


def list_law(now: Site, citing: Iterable[Record], as_of: str) -> list[Wording]:
    """The articles of a law that documents cite, in their order; ``citing`` as for `list_article`."""
    return list_wordings(now, [row for row in citing if row.get("status")], as_of)


def list_imported(now: Site, work: Cell) -> list[Imported]:
    """The registered texts of a law that the user imported, oldest first; empty when there are none."""
    shelf = Shelf(now, work, "")
    texts = [shelf.load(edition) for edition in shelf.versions]
    return [
        Imported(text.version, sum("/" not in provision.path for provision in text.provisions))
        for text in texts
        if isinstance(text, StatuteText)
    ]


class Shelf:
    """The registered texts of one work, with their gists and what the user's library holds of them."""

    def __init__(self, now: Site, work: Cell, as_of: str) -> None:
        self.library, self.slug = now.library, slug_of(str(work)).removeprefix("law/")
        rows = [row for row in now.rows("work-versions", work=work) if row["date"]]
        self.versions = {str(row["version"]).rsplit("/", 1)[-1]: row for row in rows}
        self.gists = now.rows("work-gists", work=work)
        self.current = self.find_text(as_of)

    def find_text(self, day: str) -> str | None:
        """The text in force on a day; None where none is registered for it."""
        return next(
            (
                edition
                for edition, row in reversed(self.versions.items())
                if row["from"] and str(row["from"]) <= day and (row["until"] is None or day <= str(row["until"]))
            ),
            None,
        )

    def load(self, edition: str) -> StatuteText | Literal["broken"] | None:
        """An imported text; None when nobody imported it."""
        try:
            return load_text(self.library, self.slug, edition)
        except InputError:
            return None
        except DataError:
            return "broken"

    def compare(self, basis: Record) -> Wording:
        """What a basis cites, in the text of its day and in the text of the day asked for."""
        locator, status, candidate = str(basis["locator"]), basis.get("status"), basis.get("candidate")
        cited = basis.get("cited_version")
        then = self.side(str(cited).rsplit("/", 1)[-1], locator) if cited else None
        moved = str(candidate) if status == "renumbered" and candidate and address_of(str(candidate)) else locator
        gone = status in _GONE or (status == "renumbered" and moved == locator)
        after = None if gone else self.side(self.current, moved)
        title = str(basis["work_title"] or "")
        doubtful = status == "unverifiable" and after is not None and (then is None or then.edition != after.edition)
        told = str(candidate) if gone and candidate else None
        if then is None or after is None or not (then.stretches and after.stretches):
            one = then is not None and after is not None and (then.edition, locator) == (after.edition, moved)
            return Wording(title, locator, None if one else then, after, "one" if one else "apart", told, doubtful)
        if (then.edition, locator) == (after.edition, moved):
            return Wording(title, locator, None, after, "one", told)
        left, right = _mark(then.text, after.text)
        differs = any(marked for _, marked in (*left, *right))
        then, after = replace(then, stretches=left), replace(after, stretches=right)
        return Wording(title, locator, then, after, "differs" if differs else "same", told, doubtful)

    def side(self, edition: str | None, locator: str) -> Side:
        """A provision in one dated text."""
        if edition is None or edition not in self.versions:
            return Side(edition, None, locator, "no_edition")
        row = self.versions[edition]
        label = str(row["label"] or row["date"])
        gists = [g for g in self.gists if g["version"] == row["version"]]
        near = [g for g in gists if g["provision"] == locator]
        near = near or [g for g in gists if lies_in(locator, str(g["provision"]))]
        near = near or [g for g in gists if lies_in(str(g["provision"]), locator)]
        text = self.load(edition)
        if text is None or text == "broken":
            return Side(edition, label, locator, "broken" if text else "not_imported", gists=tuple(near))
        provision = text.find(locator)
        if provision is None:
            return Side(edition, label, locator, "no_article", gists=tuple(near))
        return Side(edition, label, locator, "text", ((provision.text, False),))


@lru_cache(maxsize=512)
def _mark(one: str, other: str) -> tuple[Stretches, Stretches]:
    if max(len(one), len(other)) > LONGEST:
        return ((one, one != other),), ((other, one != other),)
    left, right = mark_differences(one, other)
    return tuple(left), tuple(right)
