"""Places side by side: what each place says on the same matter, in its own words, with who acts and on what basis.

``wording`` finds the words that two texts share and the words that differ, ``tables`` puts measures and mechanisms
of all places into rows and cells. Nothing is scored: a cell shows what is
written, says why it is empty, and leaves the judgement to its reader.
"""

from policygraph.judging.comparing.tables import (
    VIEWS,
    Cell,
    Comparison,
    Entry,
    Place,
    Row,
    Statement,
    cell_answer,
    choose,
    entry_answer,
    find_places,
)
from policygraph.judging.comparing.wording import Echo, find_echo

__all__ = [
    "VIEWS",
    "Cell",
    "Comparison",
    "Echo",
    "Entry",
    "Place",
    "Row",
    "Statement",
    "cell_answer",
    "choose",
    "entry_answer",
    "find_echo",
    "find_places",
]
