"""Where a printed name ends that begins with the name of a registered body.

Branches, local offices and inner bureaus are named after the body they belong to: parent, place and form in one run
(中国人民银行某某市中心支行, 市公安局交警支队). Such a run is one name of one body, and the registered one is not meant.
What stands behind a name without going on with it (a verb, 和, 等, another body of the same place) leaves it as it is.

Which body the longer name means is not said here: it is looked up, and where the registry does not know it, it stays
without one, and its parent is a candidate among others.
"""

from __future__ import annotations

import re

from policygraph.reading.passages import LINE, NO_BREAK, Passage
from policygraph.reading.patterns import Forms, forms_of
from policygraph.reading.patterns.bodies import BARE_DEPARTMENT, BRANCH_ALONE, LISTED_REST, NAME_ENDS, NAME_GOES_ON
from policygraph.reading.vocabulary import Vocabulary

# matches 云栖市税务局 · 交警支队;  not: 、 · （ · 1
_RUN = re.compile(r"[一-鿿]+")

_SHORTEST = 3
"""Characters of the shortest name that a joining word may follow, where it is not what a department is called bare."""


def find_name_end(passage: Passage, start: int, end: int, words: Vocabulary, listed: int = 0) -> int:
    """Where the name ends whose beginning ``text[start:end]`` is a registered name; ``end`` when it is the whole name.

    ``listed`` is where the list of those responsible ends in which the name stands, 0 when it stands in none: in a
    list, whatever has the form of a body goes on with the name up to the next separator.

    >>> from policygraph.reading.passages import read_passage
    >>> from policygraph.text.spans import Span
    >>> words_of = Vocabulary(branch_endings=("支行",), office_endings=("局",), place_endings=("市",),
    ...     body_endings=("局", "支行"), actor_verbs=("可以",), between_words=("移送",))
    >>> def name(text: str, known: str) -> str:
    ...     passage = read_passage(text, "al_1", "al", (Span(0, len(text)),))
    ...     return text[: find_name_end(passage, 0, len(known), words_of)]
    >>> name("人民银行云栖市中心支行对企业授信", "人民银行"), name("税务总局云栖市税务局", "税务总局")
    ('人民银行云栖市中心支行', '税务总局云栖市税务局')
    >>> name("市公安局移送市检察院", "市公安局"), name("市公安局市财政局", "市公安局")
    ('市公安局', '市公安局')
    """
    forms = forms_of(words)
    at = end
    while (more := _read_on(passage, start, at, forms, listed)) > at:
        at = more
    return at


def crosses_end(passage: Passage, end: int, words: Vocabulary) -> bool:
    """Whether a word for units in general lies over the end of a name: 应急管理部 in 应急管理部门 is no name.

    >>> from policygraph.reading.passages import read_passage
    >>> from policygraph.text.spans import Span
    >>> passage = read_passage("财政部门", "al_1", "al", (Span(0, 4),))
    >>> crosses_end(passage, 3, Vocabulary(generic_units=("部门",)))
    True
    """
    return any(
        passage.text.startswith(word, end - before) and passage.breaks[end] in (NO_BREAK, LINE)
        for word in words.generic_units
        for before in range(1, len(word))
        if before <= end < len(passage.text)
    )


def splits_names(text: str, at: int, words: Vocabulary) -> int:
    """The length of a joining word at a place, when what stands before it is a whole name; 0 when there is none.

    >>> words_of = Vocabulary(joining_words=("和",), body_endings=("局", "委员会"))
    >>> splits_names("市水务局和市林业局", 4, words_of), splits_names("市发展和改革委员会", 3, words_of)
    (1, 0)
    """
    word = next((word for word in words.joining_words if text.startswith(word, at)), "")
    if not word or not text.endswith(words.body_endings, 0, at) or text.startswith(words.joined_places, at):
        return 0
    forms = forms_of(words)
    if at < _SHORTEST and not forms.find(BARE_DEPARTMENT, text[:at]):
        return 0
    return len(word) if len(text) - at - len(word) > 2 else 0


def joins_bodies(text: str, at: int, words: Vocabulary) -> int:
    """The length of a word such as 会同 at a place, where it is not the beginning of a place; 0 when there is none.

    >>> words_of = Vocabulary(jointly_words=("会同",), joined_places=("会同县",))
    >>> joins_bodies("市公安局会同市司法局", 4, words_of), joins_bodies("税务总局会同县税务局", 4, words_of)
    (2, 0)
    """
    if words.joined_places and text.startswith(words.joined_places, at):
        return 0
    return next((len(word) for word in words.jointly_words if text.startswith(word, at)), 0)


def _read_on(passage: Passage, start: int, end: int, forms: Forms, listed: int) -> int:
    """Where the next piece of a name ends that has been read up to ``end``; ``end`` when nothing goes on with it."""
    text = passage.text
    run = _RUN.match(text, end)
    if run is None:
        return end
    wrapped = passage.breaks[end] == LINE
    stop = min((at for at in range(end + 1, run.end()) if passage.breaks[at] != NO_BREAK), default=run.end())
    if passage.breaks[end] != NO_BREAK and not wrapped:
        return end
    if forms.find(NAME_ENDS, text, end, stop) or _of_the_same_place(text, start, end, forms.vocabulary):
        return end
    pattern = BRANCH_ALONE if wrapped else LISTED_REST if listed > end else NAME_GOES_ON
    if pattern is LISTED_REST:
        stop = _end_of_item(text, end, min(stop, listed), forms.vocabulary)
    more = forms.find(pattern, text, end, stop)
    return more.end() if more and not crosses_end(passage, more.end(), forms.vocabulary) else end


def _end_of_item(text: str, start: int, stop: int, words: Vocabulary) -> int:
    """Where the first name of several ends that 会同 or 和 joins; ``stop`` when nothing joins."""
    return next(
        (
            at
            for at in range(start + 1, stop)
            if joins_bodies(text, at, words) or splits_names(text[start:stop], at - start, words)
        ),
        stop,
    )


def _of_the_same_place(text: str, start: int, end: int, words: Vocabulary) -> bool:
    """Whether what follows a name begins with that name's own place: two bodies side by side, 市委|市政府."""
    name = text[start:end]
    if name.startswith(words.place_endings):
        return text.startswith(words.place_endings, end)
    place = next((name[: at + 1] for at in range(1, len(name)) if name[at] in words.place_endings), "")
    return bool(place) and text.startswith(place, end)
