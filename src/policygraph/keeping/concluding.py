"""The conclusion that stands before the rows where a question asks whether something may be done.

One home for the command, the notebook and the tools of agents. Deliberately absent: the conclusion itself, which the
named question draws, and whatever is not one of its sentences.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from policygraph.judging.answers import Answer
from policygraph.keeping.store import Store

CONCLUDING = "conclusions"
"""The named question that draws conclusions."""


@dataclass(frozen=True, slots=True)
class Concluded:
    """What may be said of one act: the sentence, how sure it is, the clause and its words.

    ``certainty`` is that of what was read; a field is empty where the row has none.
    """

    sentence: str
    conclusion: str
    certainty: str
    verification: str
    measure: str
    notation: str
    clause: str
    quote: str


def conclude(store: Store, query: str, values: Mapping[str, str], answer: Answer) -> tuple[Concluded, ...]:
    """The conclusions that the answer to a named question begins with; none where it does not ask what may be done.

    To be a target of a measure says nothing of whether it may be taken, so of a question about an enterprise and a
    measure the conclusion on the measure comes first.
    """
    if query == CONCLUDING:
        return tuple(_read(answer))
    if store.find_query(query).about_entity and "measure" in values and "as_of" in values:
        asked = {"measure": values["measure"], "as_of": values["as_of"]}
        return tuple(_read(store.ask(CONCLUDING, asked)))
    return ()


def _read(answer: Answer) -> Iterator[Concluded]:
    names = ("sentence", "conclusion_label", "certainty", "verification", "measure", "notation", "clause", "quote")
    at = [answer.columns.index(name) for name in names]
    seen: set[tuple[str, str]] = set()
    for row in answer.rows:
        found = Concluded(*(str(row[column] or "") for column in at))
        if found.sentence and (found.measure, found.sentence) not in seen:
            seen.add((found.measure, found.sentence))
            yield found
