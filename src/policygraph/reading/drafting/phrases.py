"""The parts of a sentence that every rule asks for: who acts, whom it is done to, how binding it is, when, where.

Each gives words of the text or nothing; what is not printed is not supplied.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from policygraph.reading.drafting.lexicon import Concept, Lexicon, Sign, find_signs
from policygraph.reading.drafting.proposals import Sort, Value
from policygraph.reading.drafting.sentences import Segment, Sentence
from policygraph.reading.passages import Passage
from policygraph.reading.patterns import Forms
from policygraph.reading.patterns.drafting import (
    ACTOR,
    CHANNEL,
    DECISION,
    DURATION,
    FIELD,
    LIMIT,
    MODAL_TRAP,
    OWN_PERSONS,
    RECIPIENT,
    SINCE,
    TARGET,
    TRIGGER,
)
from policygraph.reading.vocabulary import Vocabulary

UNSAID_FORCE = "force-plain"
_BLANK = "□"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts as printed, and where the name stands in the passage."""

    words: str
    start: int
    end: int
    is_subject: bool
    """Whether it is the subject of the measures that acts (an enterprise), not a body."""


def find_actor(sentence: Sentence, segment: Segment, forms: Forms) -> Actor | None:
    """Who acts at the beginning of a segment; None when nobody is named there."""
    return find_actor_in(sentence.passage, segment.start, segment.end, forms)


def find_actor_in(passage: Passage, start: int, end: int, forms: Forms) -> Actor | None:
    """Who acts at the beginning of a stretch; None when nobody is named there."""
    match = forms.find(ACTOR, passage.text, start, end)
    if match is None:
        return None
    words = forms.vocabulary
    subject = match["actor"].endswith(words.actor_persons) and not match["actor"].endswith(words.category_words)
    return Actor(match["actor"], match.start("actor"), match.end("actor"), subject)


def find_target(text: str, forms: Forms) -> str:
    """Whom the words say it is done to; empty when they do not."""
    best = ""
    for match in forms.find_all(TARGET, text):
        best = best or match["target"]
    return best


def find_persons(text: str, forms: Forms) -> str:
    """The persons of a unit that words say something is done to (限制其主要负责人担任…); empty when they name none."""
    match = forms.find(OWN_PERSONS, text)
    return match["persons"] if match else ""


def find_force(text: str, lexicon: Lexicon, forms: Forms) -> tuple[str, str]:
    """How binding the words are: the concept and the word, the first that is one; the plain force without a word."""
    bare = list(text)
    for trap in forms.find_all(MODAL_TRAP, text):
        bare[trap.start() : trap.end()] = _BLANK * (trap.end() - trap.start())
    signs = find_signs("".join(bare), lexicon.forces)
    if not signs:
        return UNSAID_FORCE, ""
    first = min(signs, key=lambda sign: (sign.start, -sign.end))
    return first.concept, text[first.start : first.end]


def is_trigger(segment: Segment, forms: Forms) -> bool:
    """Whether a segment says in which case or after what something is done."""
    return forms.find(TRIGGER, segment.text) is not None


def opens_with(text: str, words: tuple[str, ...]) -> bool:
    """Whether a text begins with one of the words."""
    return text.startswith(words) if words else False


def without_openers(text: str, words: Vocabulary) -> str:
    """A segment without the words that only join it to the one before (同时, 并)."""
    for word in words.parallel_words:
        if text.startswith(word) and len(text) > len(word) + 1:
            return text[len(word) :]
    return text


def verb_signs(text: str, concepts: tuple[Concept, ...], forms: Forms, *, ended: bool = True) -> tuple[Sign, ...]:
    """The signs in a text that say something is done.

    Left out are names (公示 in 公示制度, 实施惩戒 in 实施惩戒的过程) unless somebody decides on them (作出公示的决定),
    fields that are listed (在授予荣誉等方面), what is being ended (终止惩戒; unless ``ended`` is false), what was
    suffered (被限制), titles, and at the beginning the words of mere encouragement (支持主体通过…).
    """
    words = forms.vocabulary
    fields = [match.span() for match in forms.find_all(FIELD, text)]
    found = tuple(
        sign
        for sign in find_signs(text, concepts)
        if (not _is_name(text, sign, words) or _is_decided(text, sign, forms))
        and not text[: sign.start].endswith(words.suffered_words or ("\0",))
        and not any(start <= sign.start and sign.end <= end for start, end in fields)
        and not (ended and _is_ended(text, sign, words))
        and not (sign.start == 0 and text[: sign.end] in words.encouraging_words)
    )
    # what is taken away or barred is no favour: 限制享受便利措施, 取消优惠
    barred = min((sign.start for sign in found if sign.direction == "adverse"), default=len(text))
    return tuple(sign for sign in found if not (sign.direction == "favourable" and sign.start > barred))


def in_book_marks(text: str, at: int) -> bool:
    """Whether a place is inside a title in book marks.

    >>> in_book_marks("按《黑名单办法》列入黑名单", 3), in_book_marks("按《黑名单办法》列入黑名单", 10)
    (True, False)
    """
    return text.rfind("《", 0, at) > text.rfind("》", 0, at)


def _is_name(text: str, sign: Sign, words: Vocabulary) -> bool:
    following = text[sign.end :].lstrip("”’")
    endings = words.embedding_endings if sign.phrase else (*words.embedding_endings, *words.nominal_endings)
    # 列入黑名单管理的期限 is a period
    managed = next((word for word in words.managing_words if following.startswith(word)), "")
    named = bool(managed) and opens_with(following[len(managed) :], words.embedding_endings)
    return named or opens_with(following, endings) or in_book_marks(text, sign.start)


def _is_decided(text: str, sign: Sign, forms: Forms) -> bool:
    """Whether words stand inside what somebody decides: 移出名单 of 作出是否移出名单的决定."""
    return any(
        decision.start("matter") <= sign.start and sign.end <= decision.end("matter")
        for decision in forms.find_all(DECISION, text)
        if not text[: decision.start()].endswith(forms.vocabulary.suffered_words)
    )


def _is_ended(text: str, sign: Sign, words: Vocabulary) -> bool:
    """Whether a word of ending stands at the sign or a few characters before it."""
    for word in words.exit_words:
        at = text.find(word, max(0, sign.start - len(word) - _NEAR))
        if 0 <= at <= sign.start:
            return True
    return False


_NEAR = 6


def find_timings(text: str, lexicon: Lexicon, forms: Forms) -> Iterator[tuple[str, int, int]]:
    """The kind of each timing in a text and where its words are: limits, then how often, vague words."""
    taken: list[tuple[int, int]] = []
    for match in forms.find_all(LIMIT, text):
        taken.append(match.span())
        yield "timing-limit", *match.span()
    for match in forms.find_all(DURATION, text):
        taken.append(match.span("length"))
        yield "timing-limit", *match.span("length")
    for sign in find_signs(text, lexicon.timings):
        # the name of a kind (期限) is no timing itself
        if sign.concept in ("timing-limit", "timing-trigger") or text[sign.start : sign.end] in ("频次", "及时类用语"):
            continue
        if not any(start < sign.end and sign.start < end for start, end in taken):
            yield sign.concept, sign.start, sign.end


def find_recipient(text: str, forms: Forms) -> str:
    """To whom something goes as printed, the last named; empty when nobody is.

    In 自告知之日起十日内向市局提出 the day from which time runs hands nothing over.
    """
    for timing in (LIMIT, SINCE):
        for match in reversed(tuple(forms.find_all(timing, text))):
            text = f"{text[: match.start()]}，{text[match.end() :]}"
    found = [match["recipient"] for match in forms.find_all(RECIPIENT, text)]
    return found[-1] if found else ""


def find_channel(text: str, forms: Forms) -> str:
    """The platform, site or medium as printed; empty when none is named."""
    match = forms.find(CHANNEL, text)
    return match["channel"] if match else ""


def concept_values(term: str, signs: tuple[Sign, ...]) -> tuple[Value, ...]:
    """Each concept of some signs once, in reading order."""
    return tuple(Value(term, slug, Sort.concept) for slug in dict.fromkeys(sign.concept for sign in signs))
