"""The acts of documents with their conclusions on a day, read from the store: for decisions, papers and pages alike.

What a conclusion says beside its sentence (conditions, bases, competence, bodies) stands in the dataset item by item;
the question ``conclusions`` joins the items for whoever reads rows, and here they are handed on as they are, so that
nothing has to be cut out of joined words again. What became of a basis comes from the question ``basis-health``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from policygraph.judging.decisions import ActRow, DayReading, TimeRule, compare_days
from policygraph.judging.law.conclusions.wording import ITEM_MARK, name_basis
from policygraph.keeping.store import Answer, Cell, Iri, Store

QUERIES = Path(__file__).parents[1] / "queries" / "acts"
ITEMS = QUERIES / "items.rq"
Items = Mapping[str, Mapping[str, tuple[str, ...]]]
"""By act (for later instruments, by document) what stands under each column, item by item."""


def list_items(store: Store, as_of: str, about: Iterable[str] | None = None) -> Items:
    """What stands beside the conclusions of a day, item by item; nothing for a dataset that knows no conclusions.

    ``about`` are the IRIs of the acts (and documents) wanted; all for None.
    """
    text = ITEMS.read_text(encoding="utf-8")
    asked = ({},) if about is None else tuple({"about": Iri(one)} for one in sorted(set(about)))
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for values in asked:
        for one, column, items, _ in store.select(text, as_of=as_of, **values):
            found.setdefault(str(one), {})[str(column)] = tuple(str(items).split(ITEM_MARK))
    return found


@dataclass(frozen=True, slots=True)
class Acts:
    """The acts of measures by measure, and those that belong to no measure by document id."""

    of_measures: Mapping[str, tuple[ActRow, ...]]
    decisions: Mapping[str, tuple[ActRow, ...]]


def list_acts(store: Store, as_of: date, document: str = "") -> Acts:
    """The acts with their conclusions on the day; empty for a dataset that knows no conclusions."""
    day = as_of.isoformat()
    asked = {"as_of": day} | ({"document": document} if document else {})
    items, standings = list_items(store, day), list_standings(store, asked)
    measures: dict[str, list[ActRow]] = {}
    beside: dict[str, list[ActRow]] = {}
    for row in _records(store.ask("conclusions", asked)):
        document_id = str(row["document"]).rsplit("/", 1)[-1]
        home, key = (measures, str(row["measure"])) if row["measure"] else (beside, document_id)
        mine = items.get(str(row["act"]), {})
        known = standings.get(str(row["measure"]), {})
        cited = mine.get("basis_then", ())
        home.setdefault(key, []).append(
            ActRow(
                act=str(row["act"]),
                notation=str(row["notation"] or ""),
                title=str(row["act_title"] or ""),
                addressee=str(row["addressee"] or ""),
                nature=str(row["nature"] or ""),
                nature_label=str(row["nature_label"] or ""),
                conclusion=str(row["conclusion"] or ""),
                label=str(row["conclusion_label"] or ""),
                group=str(row["advice"] or ""),
                group_label=str(row["advice_label"] or ""),
                sentence=str(row["sentence"] or ""),
                sentence_en=str(row["sentence_en"] or ""),
                note=str(row["note"] or ""),
                verification=str(row["verification"] or ""),
                certainty=str(row["certainty"] or ""),
                competence=mine.get("competence", ()),
                cited=cited,
                status=tuple((basis, *known[basis]) for basis in cited if basis in known),
                rests_on=mine.get("basis_now", ()),
                fit=mine.get("fit", ()),
                conditions=mine.get("conditions", ()),
                beside=mine.get("beside", ()),
                acting=mine.get("department_today", ()),
                unread=mine.get("texts_unread", ()),
                reading=str(row["reading"] or ""),
                later=items.get(str(row["document"]), {}).get("later_instruments", ()),
                insufficiency=str(row["insufficiency_label"] or ""),
            )
        )
    return Acts({key: tuple(rows) for key, rows in measures.items()}, {key: tuple(r) for key, r in beside.items()})


def list_days(store: Store, acts: Iterable[ActRow], then: Iterable[ActRow]) -> tuple[DayReading, ...]:
    """The acts whose conclusions differ between the days of conduct and decision, by the dataset's rules of time."""
    rules = {
        str(nature): TimeRule(str(rule), both is True, str(words))
        for nature, rule, both, words in store.select((QUERIES / "time-rules.rq").read_text(encoding="utf-8"))
    }
    restraints = {
        str(advice): int(str(restraint))
        for advice, restraint in store.select((QUERIES / "restraints.rq").read_text(encoding="utf-8"))
    }
    return tuple(compare_days(acts, then, rules, restraints))


def list_standings(store: Store, asked: Mapping[str, str]) -> dict[str, dict[str, tuple[str, str]]]:
    """By measure and basis, as it is named, the code of its standing and the place it has today."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for row in _records(store.ask("basis-health", asked)):
        name = name_basis(*(str(row[cell] or "") for cell in ("work_title", "locator", "work_number")))
        found.setdefault(str(row["measure"]), {})[name] = (str(row["standing"] or ""), str(row["candidate"] or ""))
    return found


def _records(answer: Answer) -> Iterable[dict[str, Cell]]:
    return (dict(zip(answer.columns, row, strict=True)) for row in answer.rows)
