"""Lists of subjects: how one gets on a red, black or watch list, for how long, whether it is public, how one gets off.

A document has one list of each colour at most for these rules: what it says about it in several places is put together,
each word with its clause. Its name is what it is called where something is said of it: a list on which somebody must
not be (未被列入严重违法失信企业名单) may be anybody's and says nothing of this one. What is said of 名单 without its
colour is said of the one list that its paragraph, else its part, else the document names; where that names several, it
is asked of each. Moves between lists are transitions.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from policygraph.reading.drafting.measuring import is_aim
from policygraph.reading.drafting.phrases import in_book_marks, is_trigger
from policygraph.reading.drafting.proposals import Certainty, Proposal, Sort, Value, quote_beside
from policygraph.reading.drafting.sentences import Segment, Sentence
from policygraph.reading.patterns import Forms
from policygraph.reading.patterns.drafting import (
    CONDITIONS_AHEAD,
    DEFINITION,
    LEAVING,
    LIST_NAME,
    LISTED_IN_A_NAME,
    NOTICE,
    REGRADED,
    TARGET,
)
from policygraph.reading.vocabulary import Vocabulary

COLOURS = ("red", "black", "watch")
"""The lists that a document may have, by what their names say."""
_UNNAMED = "\0"
"""Stands for the name of a list where none is printed."""
_QUOTED = re.compile(r"[“”\"]")


@dataclass(frozen=True, slots=True)
class Named:
    """A list named in a segment of a sentence."""

    sentence: Sentence
    segment: Segment
    colour: str
    name: str
    core: str
    """The word of the vocabulary in the name."""


def find_lists(sentences: tuple[Sentence, ...], identifier: str, forms: Forms) -> Iterator[Proposal]:
    """A proposal for each colour of list that the text says something of; a mere mention is none."""
    named = tuple(_names(sentences, forms))
    bare = tuple(_bare_names(sentences, forms))
    meanings = tuple(_meant(bare, named))
    places = {id(sentence): place for place, sentence in enumerate(sentences)}
    for colour in COLOURS:
        mentions = [one for one in named if one.colour == colour]
        if mentions:
            near = [one for one, colours in zip(bare, meanings, strict=True) if colours == {colour}]
            meant = [replace(one, colour=colour, name=mentions[0].name) for one in near]
            doubtful = [
                one for one, colours in zip(bare, meanings, strict=True) if colour in colours and len(colours) > 1
            ]
            told = sorted([*mentions, *meant], key=lambda one: places[id(one.sentence)])
            yield from _describe(told, doubtful, colour, identifier, forms)


def _names(sentences: tuple[Sentence, ...], forms: Forms) -> Iterator[Named]:
    """The lists named in running text; not those of conditions, where what has happened on any list is told."""
    words = forms.vocabulary
    for sentence in sentences:
        if forms.find(DEFINITION, sentence.text) or forms.find(CONDITIONS_AHEAD, sentence.announced):
            continue
        for segment in sentence.segments:
            if is_aim(sentence, words):
                continue
            joint = tuple(_joint_names(segment.text, words))
            for word, at in joint:
                if not in_book_marks(segment.text, at):
                    yield from (Named(sentence, segment, one, word, word) for one in ("red", "black"))
            for match in forms.find_all(LIST_NAME, segment.text):
                colour = next(colour for colour in COLOURS if match[colour])
                taken = any(at < match.end() and match.start() < at + len(word) for word, at in joint)
                if not taken and not in_book_marks(segment.text, match.start()):
                    yield Named(sentence, segment, colour, _QUOTED.sub("", match["name"]), match[colour])


def _joint_names(text: str, words: Vocabulary) -> Iterator[tuple[str, int]]:
    """Where words stand that mean a red list and a blacklist at once, and the words."""
    for word in words.joint_list_words:
        yield from ((word, match.start()) for match in re.finditer(re.escape(word), text))


def _bare_names(sentences: Iterable[Sentence], forms: Forms) -> Iterator[Named]:
    """Where a list without its colour is said to be public or to last for some time; in sentences that name none.

    有效期三年 right behind a sentence that names a list says so of an entry, too.
    """
    words = forms.vocabulary
    above: Sentence | None = None
    for sentence in sentences:
        before, above = above, sentence
        if forms.find(DEFINITION, sentence.text) or forms.find(CONDITIONS_AHEAD, sentence.announced):
            continue
        if forms.find(LIST_NAME, sentence.text) or is_aim(sentence, words):
            continue
        name = next((word for word in words.bare_list_names if word in sentence.text), "")
        near = before is not None and before.clause == sentence.clause and forms.find(LIST_NAME, before.text)
        if not name and near and sentence.text.startswith(words.validity_words):
            name = _UNNAMED
        for segment in sentence.segments if name else ():
            mention = Named(sentence, segment, "", name, name)
            if _tells(_without_notice(mention, forms), words.publicity_words, words.validity_words):
                yield mention


def _meant(bare: Iterable[Named], named: Iterable[Named]) -> Iterator[set[str]]:
    """The colours of the lists that each 名单 may mean: those named in its paragraph, else its part, else anywhere."""
    near: dict[str, set[str]] = defaultdict(set)
    part: dict[tuple[str, ...], set[str]] = defaultdict(set)
    anywhere: set[str] = set()
    for one in named:
        for colours in (near[one.sentence.clause], part[one.sentence.headings], anywhere):
            colours.add(one.colour)
    for one in bare:
        yield near.get(one.sentence.clause) or part.get(one.sentence.headings) or anywhere


def _describe(
    mentions: list[Named], doubtful: list[Named], colour: str, identifier: str, forms: Forms
) -> Iterator[Proposal]:
    """What the mentions of a list say of it; ``doubtful`` is what is said of this list or of another one."""
    words = forms.vocabulary
    entry = next((m for m in mentions if _enters(m, forms)), None)
    public = next((found for m in mentions if (found := _published(m, forms))), None)
    valid = next((found for m in mentions if (found := _validity(m, words, forms))), None)
    leaving = next((m for m in mentions if _tells_exit(m, forms)), None)
    founded = next((m for m in mentions if _tells(m, words.founding_words)), None)
    first = entry or public or valid or leaving or founded
    if first is None:
        return
    denied = next((m for m in mentions if any(word in m.segment.text for word in words.denial_words)), None)
    publicity = "no" if denied else "yes" if public else "unstated"
    # a proposal quotes what the words of its fields are taken from
    main = first.sentence
    end = first.segment.end
    effect = _effect(entry, words) if entry else None
    quote_end = max(end, effect.end) if effect else end
    told_of = [m for m in (entry, founded, public, valid, leaving) if m is not None]
    # 红黑名单 is what a list is called only where it has no name of its own
    own = [m for m in mentions if m.core not in words.joint_list_words] or mentions
    names = tuple(dict.fromkeys(m.name for m in told_of if m in own)) or (own[0].name,)
    name = max((m.name for m in own if m.name.endswith(names)), key=len)
    values = [
        Value("prefLabel", name, Sort.name),
        Value("listKind", colour),
        Value("publicity", publicity),
    ]
    parts: list[Proposal] = []
    for term, found in (("entry", entry), ("validity", valid), ("exit", leaving)):
        if found is not None:
            start = _opening(found) if term == "entry" else found.segment.start
            values.append(Value(term, found.sentence.passage.text[start : found.segment.end]))
            parts.append(quote_beside("lists", found.sentence.passage, start, found.segment.end))
    told = denied or public
    if told is not None:
        parts.append(quote_beside("lists", told.sentence.passage, told.segment.start, told.segment.end))
    if effect is not None:
        values.append(Value("listEffect", effect.text))
    if doubtful:
        values.append(Value("openQuestion", "line-question-which-list", Sort.concept))
        values += (Value("unclearWords", words) for words in dict.fromkeys(m.segment.text for m in doubtful))
        parts += (quote_beside("lists", m.sentence.passage, m.segment.start, m.segment.end) for m in doubtful)
    yield Proposal(
        "lists",
        "CreditList",
        f"list/{identifier}/{colour}",
        main.clause,
        main.passage.text[_opening(first) : quote_end],
        main.passage.spans(_opening(first), quote_end),
        "list-named",
        # two names of which none is the other's end may be two lists
        Certainty.likely if entry and all(name.endswith(one) for one in names) else Certainty.possible,
        tuple(values),
        tuple(parts),
    )


def _opening(mention: Named) -> int:
    """Where the words about a list begin: at the sentence, without who acts."""
    return mention.sentence.start


def _effect(entry: Named, words: Vocabulary) -> Segment | None:
    """What entry entails, as the clauses behind it in the sentence say; None when it ends there."""
    after = [s for s in entry.sentence.segments if s.start > entry.segment.start]
    after = [s for s in after if not s.text.startswith(words.aim_openers)]
    if not after:
        return None
    start, end = after[0].start, after[-1].end
    return Segment(start, end, entry.sentence.passage.text[start:end])


def _enters(mention: Named, forms: Forms) -> bool:
    """Whether somebody is put on the list: a word of entry stands before its name, and not as what has happened."""
    words = forms.vocabulary
    if is_trigger(mention.segment, forms):
        return False
    text = _QUOTED.sub("", mention.segment.text)
    at = text.find(mention.core)
    if forms.find(LISTED_IN_A_NAME, text, at + len(mention.core)) is not None:
        return False  # 对列入名单的单位 is who is on it already, 列入名单管理的期限 is a period
    entered = max((text.rfind(word, 0, at) for word in words.entry_words), default=-1)
    # 认定其退出红名单 takes somebody off, and so does 取消其列入红名单的资格
    left = [match for match in forms.find_all(LEAVING, text) if match.start() < at]
    if any(match.start() > entered or match.group() in words.revoking_words for match in left):
        return False
    return entered >= 0 and not any(word in text for word in words.passive_words)


def _tells_exit(mention: Named, forms: Forms) -> bool:
    """Whether a segment says that somebody gets off the list, or loses what it stands for (取消红名单资格)."""
    bare = _without_notice(mention, forms)
    if _tells(bare, forms.vocabulary.exit_words):
        return True
    return any(match.group() in forms.vocabulary.revoking_words for match in forms.find_all(LEAVING, bare.segment.text))


def _tells(mention: Named, *lists: tuple[str, ...]) -> bool:
    """Whether words of a list stand in the segment outside of the name of the list itself."""
    text = mention.segment.text.replace(mention.core, "")
    return any(word in text for words in lists for word in words)


def _published(mention: Named, forms: Forms) -> Named | None:
    """The mention with the clause of its sentence that says whether the list is public; None where none does.

    It may be another one than that with the name (列入黑名单的，由市局向社会公布) where it names nothing else that is
    published; what is shown of those who are about to be listed is a notice and no publication.
    """
    words = forms.vocabulary
    if _tells(mention, words.publicity_words, words.denial_words):
        return mention
    before = mention.sentence.text[: mention.segment.end - mention.sentence.start]
    if not is_trigger(mention.segment, forms) or any(
        f"{word}{entry}" in before for word in words.intending_words for entry in words.entry_words
    ):
        return None
    for segment in mention.sentence.segments:
        if segment.start > mention.segment.start and not forms.find(LIST_NAME, segment.text):
            beside = _without_notice(replace(mention, segment=segment), forms).segment.text
            if beside.endswith(words.publicity_words):
                return replace(mention, segment=segment)
    return None


def _validity(mention: Named, words: Vocabulary, forms: Forms) -> Named | None:
    """The mention with the clause of its sentence that says how long an entry lasts; None where none does.

    It may be another one than that with the name (从再次列入黑名单之日起，期限为三年) where that names no list itself.
    """
    if _tells(_without_notice(mention, forms), words.validity_words):
        return mention
    for segment in mention.sentence.segments:
        other = segment.start > mention.segment.start and not forms.find(LIST_NAME, segment.text)
        beside = replace(mention, segment=segment)
        if other and any(word in _without_notice(beside, forms).segment.text for word in words.validity_words):
            return beside
    return None


def _without_notice(mention: Named, forms: Forms) -> Named:
    """The mention without the words for a public notice ahead of a decision (公示期5个工作日, 公示期满无异议的).

    How long objections may be raised is a step of procedure and says nothing of how long an entry lasts.
    """
    sentence, segment = mention.sentence, mention.segment
    text = sentence.text
    for match in forms.find_all(NOTICE, text):
        text = text[: match.start()] + "\0" * len(match.group()) + text[match.end() :]
    first = segment.start - sentence.start
    return replace(mention, segment=replace(segment, text=text[first : first + len(segment.text)].replace("\0", "")))


def find_transitions(sentences: tuple[Sentence, ...], identifier: str, forms: Forms) -> Iterator[Proposal]:
    """Moves between lists: 转入 and a list, with the list named before it; and in some case 移出 a list, the end of its
    measures, or another grade."""
    number = 0
    named = tuple(_names(sentences, forms))
    colours: list[str] = []
    for sentence in (one for one in sentences if forms.find(DEFINITION, one.text) is None):
        while len(colours) < len(named) and named[len(colours)].sentence is sentence:
            colours.append(named[len(colours)].colour)
        for place, segment in enumerate(sentence.segments):
            trigger = next((s for s in sentence.segments[:place] if is_trigger(s, forms)), None)
            lists = _moves(sentence, place, identifier, forms)
            if trigger is not None and not lists:
                lists = _leaves(segment, identifier, forms, colours, {one.colour for one in named})
            regraded = forms.find(REGRADED, segment.text) if not lists else None
            if regraded is not None:
                trigger = trigger or _whom(sentence.segments[:place], forms)
                to = regraded["grade"] or regraded["managed"] or regraded.group()
                lists = (Value("toList", to),) if trigger is not None else ()
            if lists:
                number += 1
                yield _transition(sentence, segment, f"transition/{identifier}/{number}", trigger, lists)


def _whom(segments: tuple[Segment, ...], forms: Forms) -> Segment | None:
    """Whom a sentence is about, by what they did: 对发生不良记录的企业; None where it says so of nobody."""
    for segment in segments:
        match = forms.find(TARGET, segment.text)
        if match is not None and "的" in match["target"]:
            start, end = segment.start + match.start("target"), segment.start + match.end("target")
            return Segment(start, end, match["target"])
    return None


def _moves(sentence: Sentence, place: int, identifier: str, forms: Forms) -> tuple[Value, ...]:
    """From which list to which one a segment moves somebody; empty when it does not."""
    segment = sentence.segments[place]
    word = next((w for w in forms.vocabulary.transition_words if w in segment.text), "")
    match = forms.find(LIST_NAME, segment.text, segment.text.find(word) + len(word)) if word else None
    if match is None:
        return ()
    to = next(colour for colour in COLOURS if match[colour])
    before = [m for s in sentence.segments[: place + 1] for m in forms.find_all(LIST_NAME, s.text)]
    others = [colour for m in before for colour in COLOURS if m[colour] and colour != to]
    return (
        *(Value("fromList", f"list/{identifier}/{one}", Sort.thing) for one in others[:1]),
        Value("toList", f"list/{identifier}/{to}", Sort.thing),
    )


def _leaves(segment: Segment, identifier: str, forms: Forms, before: list[str], named: set[str]) -> tuple[Value, ...]:
    """The list that a segment takes somebody off, and the words that do; empty when it takes nobody off.

    A list without a name of its own (移出名单) is the one named last; who no longer gets the measures of a list that
    the text names (停止…激励措施) leaves it, too.
    """
    words = forms.vocabulary
    left = forms.find(LEAVING, segment.text)
    if left is None or any(stay in segment.text[: left.start()] for stay in words.staying_words):
        return ()
    at, word = left.start(), left.group()
    behind = segment.text[at + len(word) :]
    match = forms.find(LIST_NAME, segment.text, at + len(word))
    if match is not None:
        colour = next(colour for colour in COLOURS if match[colour])
    elif before and behind.lstrip('“"').startswith(words.bare_list_names):
        colour = before[-1]
    elif word in words.revoking_words or any(header in behind for header in words.measure_headers):
        good, bad = (any(w in behind for w in group) for group in (words.incentive_words, words.sanction_words))
        colour = "" if good == bad else "red" if good else "black"
        if colour not in named:
            return ()
    else:
        return ()
    return Value("fromList", f"list/{identifier}/{colour}", Sort.thing), Value("toList", segment.text[at:])


def _transition(
    sentence: Sentence, segment: Segment, address: str, trigger: Segment | None, lists: tuple[Value, ...]
) -> Proposal:
    passage = sentence.passage
    return Proposal(
        "transitions",
        "TransitionRule",
        address,
        sentence.clause,
        passage.text[sentence.start : segment.end],
        passage.spans(sentence.start, segment.end),
        "move-between-lists",
        Certainty.likely,
        (Value("title", segment.text, Sort.name), *lists, *((Value("trigger", trigger.text),) if trigger else ())),
    )
