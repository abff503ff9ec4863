"""From a question in a person's words to one of the questions that can be answered, or to none: without a model.

A question is read as pieces: words of asking (依据, 还有效吗, who), names (documents, works, bodies), regions, days,
places in a law, words that the documents use, and what nobody knows. What a named question is asked by
(``#+ asked``) is read the same way. Two things are compared: whether a phrasing asks with the same words for the same
kinds of thing, in whatever order, and how much oftener each run of characters of the question stands in the phrasings
of one named question than in those of all others. The best one is taken only when it is good and clearly better than
every other.

Every word comes in from outside (``keeping.routing`` reads them from the dataset and the query files): no topic, no
document and no word of a language stands here. Deliberately absent: a language model, a guess, a memory of what was
asked before, and the clock: days come in.

pieces    a question as pieces
wordings  how much what is said speaks for each named question
likeness  the named question that is meant
certainty how far the counting leads to one of them
"""

from policygraph.judging.asking.certainty import (
    AGREEING,
    BESIDE,
    DENIED,
    OUTSPOKEN,
    SURE,
    SURE_ENGLISH,
    UNASKED,
    Heard,
    hear,
)
from policygraph.judging.asking.likeness import (
    GOOD,
    SAME,
    WORTH,
    Features,
    Phrasing,
    Preset,
    Scope,
    Score,
    choose,
    count_misplaced,
    part_phrasings,
    rate,
    weigh_cues,
)
from policygraph.judging.asking.pieces import Kind, Meaning, Piece, list_openings, read_pieces
from policygraph.judging.asking.wordings import NAMED, Evidence, cut_pairs, cut_runs, is_chinese

__all__ = (
    "AGREEING", "BESIDE", "DENIED", "GOOD", "NAMED", "OUTSPOKEN", "SAME", "SURE", "SURE_ENGLISH", "UNASKED",
    "WORTH", "Evidence", "Features", "Heard", "Kind", "Meaning", "Phrasing", "Piece", "Preset", "Scope", "Score",
    "choose", "count_misplaced", "cut_pairs", "cut_runs", "hear", "is_chinese", "list_openings", "part_phrasings",
    "rate", "read_pieces", "weigh_cues",
)  # fmt: skip
