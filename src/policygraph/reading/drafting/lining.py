"""Condition lines: which records each condition of a policy looks at, and what is unclear about that.

A line is drafted only where every word of a condition is understood: the records (未受到…行政处罚), what they are
refined by (安全监管部门, 较大以上, 主要负责人), the period, and fillers that change nothing. Any other word makes the
condition a question; so does a period that records of the kind need and the text does not say, a list of which the
colour, or a certificate of which the grade is not told. A condition with a question is proposed as one that the
authority determines, so that nothing is decided by what was not understood. Which lines a record and its refinements
become is a file (``ontology/drafting``) and not known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from policygraph.namespaces import policy_ids
from policygraph.reading.drafting.conditions import months_of, read_bounds, write_window
from policygraph.reading.drafting.lexicon import GAP, Concept, Lexicon, Sign, find_signs
from policygraph.reading.drafting.listing import COLOURS
from policygraph.reading.drafting.proposals import Certainty, Proposal, Sort, Value
from policygraph.reading.drafting.sentences import Segment, Sentence, stretches
from policygraph.reading.patterns import Forms
from policygraph.reading.patterns.bodies import BODY
from policygraph.reading.patterns.drafting import (
    BETWEEN,
    BOUND,
    CONDITIONS_AHEAD,
    CONVENTION,
    GIVEN_AS,
    GRADED,
    JUDGED,
    LEAVING,
    LIST_NAME,
    LISTED_IN_A_NAME,
    WINDOW,
)
from policygraph.text.spans import Span

JUDGEMENT = "line-record-judgement"
"""The record of a condition that only a determination settles."""
EXCLUSION = "line-record-not-listed"
"""The record of a condition that bars those on a blacklist."""
WHOLE = "line-question-whole"
"""Asked of a policy: whether it asks all that the text makes a condition."""
_JUDGED = "condition-kind-required-judgement"
SCORE = "line-record-score"
"""The record of a condition on the score that somebody was given last."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a condition that one line is about: its words, its records, and what is unclear."""

    start: int
    end: int
    record: str
    refinements: tuple[str, ...] = ()
    months: int | None = None
    bounds: tuple[Value, ...] = ()
    questions: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    judge: str = ""
    """Who determines whether it holds, as printed; empty where the text does not say."""


def find_lines(
    sentences: Iterable[Sentence],
    conditions: tuple[Proposal, ...],
    identifier: str,
    lexicon: Lexicon,
    forms: Forms,
    windows: Mapping[str, str],
) -> Iterator[Proposal]:
    """The policies that sets of conditions make, and the lines of each of their conditions; nothing without a set.

    The first set makes one, and each other that says who gets on a list or is given a grade: a red list and a blacklist
    of one document are decided by themselves. ``windows`` are periods that a person has entered, by the address of the
    condition.
    """
    sets = [one for one in conditions if one.type == "ConditionSet"]
    barring = [one for one in conditions if one.rule == "condition-excluding"]
    known = tuple(sentences)
    places = {(one.clause, one.passage.spans(one.start, one.end)): one for one in known}
    convention = next((m for s in known if (m := forms.find(CONVENTION, s.text))), None)
    reader = _LineReader(lexicon, forms, convention)
    deciding = [one for one in sets if one is sets[0] or _enters_some(places[one.clause, one.spans].announced, forms)]
    # what another policy of the document asks is its own, and nothing that this one leaves out
    own = {sentence for one in deciding for sentence in _sentences_of(one, conditions, places)}
    barred: set[str] = set()
    titles = _name_apart(tuple(places[one.clause, one.spans] for one in deciding))
    for name, title, one in zip(policy_ids(identifier), titles, deciding, strict=False):
        asked = [condition for condition in conditions if condition.address in one.values_of("hasCondition")]
        listed = {places[condition.clause, condition.spans] for condition in asked}
        left = _left_out(tuple(one for one in known if one not in own or one in listed), tuple(listed), one, forms)
        lead = places[one.clause, one.spans]
        policy = _policy(one, lead, name, title, tuple(other.address for other in barring), left, forms)
        yield policy
        barred.update(policy.values_of("excludedBy"))
        for condition in asked:
            sentence = places[condition.clause, condition.spans]
            window = windows.get(condition.address, "")
            yield from _propose(condition, sentence, reader.read(sentence, window), identifier, rule="condition-line")
    for condition in (one for one in barring if one.address in barred):
        sentence = next(one for one in known if one.clause == condition.clause and condition.quote in one.text)
        at = sentence.start + sentence.text.index(condition.quote)
        refined = reader.refine(condition.quote, EXCLUSION)
        part = _Part(at, at + len(condition.quote), EXCLUSION, refined)
        yield from _propose(condition, sentence, (part,), identifier, rule="condition-line-excluding")


def _name_apart(leads: tuple[Sentence, ...]) -> tuple[str, ...]:
    """What each policy is called: the heading over its conditions, else what announces them.

    Below one heading (名单管理) a red list and a blacklist are told apart by what announces the conditions of each.
    """
    headed = [(one.headings[-1] if one.headings else one.announced).rstrip("：:") for one in leads]
    return tuple(
        one.announced.rstrip(_LEAD_END) if headed.count(title) > 1 and one.announced else title
        for one, title in zip(leads, headed, strict=True)
    )


def _sentences_of(
    one: Proposal, conditions: tuple[Proposal, ...], places: Mapping[tuple[str, tuple[Span, ...]], Sentence]
) -> Iterator[Sentence]:
    """The sentences of a set: its items, and what announces them."""
    items = [
        places[asked.clause, asked.spans]
        for asked in conditions
        if asked.address in one.values_of("hasCondition")
    ]  # fmt: skip
    yield from items
    leads = {item.announced.rstrip(_LEAD_END) for item in items}
    yield from (sentence for sentence in places.values() if sentence.text.rstrip(_LEAD_END) in leads)


_LEAD_END = "：: "


def _enters_some(lead: str, forms: Forms) -> bool:
    """Whether what announces conditions says that who meets them is put on a list or given a grade.

    Who is not put on one (不予列入), who leaves it, and what a grade or list is followed by are none of that.
    """
    words = forms.vocabulary
    if _keeps_off(lead, forms) or any(word in lead for word in words.unlisted_words):
        return False
    listed, graded = forms.find(LIST_NAME, lead), forms.find(GRADED, lead)
    if listed is not None and forms.find(LISTED_IN_A_NAME, lead, listed.end()) is None:
        return any(0 <= lead.find(word) < listed.start("name") for word in words.entry_words)
    return graded is not None and forms.find(GIVEN_AS, lead, 0, graded.start("grade")) is not None


def _keeps_off(lead: str, forms: Forms) -> bool:
    """Whether what announces conditions keeps somebody off a list or grade, lets them stay or takes them off it."""
    words = forms.vocabulary
    return forms.find(LEAVING, lead) is not None or any(
        word in lead for word in (*words.barring_words, *words.staying_words)
    )


def _colours(text: str, forms: Forms) -> frozenset[str]:
    """The colours of the lists that words name; empty where they name none."""
    return frozenset(colour for match in forms.find_all(LIST_NAME, text) for colour in COLOURS if match[colour])


def _left_out(
    sentences: tuple[Sentence, ...], listed: tuple[Sentence, ...], first: Proposal, forms: Forms
) -> tuple[str, ...]:
    """Words that may be conditions and that the first set does not hold, so that a person must look before it decides.

    They are what stands below the list and is none of its items (an item with paragraphs of its own too), the items of
    every other list of conditions, and what stands below another heading that tells of conditions or cases.
    """
    parent = next(one.item for one in listed if one.clause == first.clause).rsplit("/", 1)[0]
    above = {heading for one in listed for heading in one.headings}
    about = _colours(next(iter(listed)).announced, forms) if listed else frozenset()
    leads = {one.announced.rstrip(_LEAD_END) for one in listed}
    found = []
    for sentence in sentences:
        if sentence in listed or sentence.text.rstrip(_LEAD_END) in leads:
            continue
        # who leaves the red list is no question of the blacklist
        named = _colours(sentence.announced, forms)
        if about and named and about.isdisjoint(named):
            continue
        inside = sentence.clause.startswith(f"{parent}/")
        other = bool(sentence.announced) and forms.find(CONDITIONS_AHEAD, sentence.announced) is not None
        headed = any(
            word in heading
            for heading in sentence.headings if heading not in above
            for word in forms.vocabulary.list_heads
        )  # fmt: skip
        if inside or other or headed:
            found.append(sentence.text)
    return tuple(dict.fromkeys(found))


def tell_checkable(conditions: Iterable[Proposal], lines: tuple[Proposal, ...]) -> Iterator[Proposal]:
    """The conditions with whether records settle them: wholly, in part, or not at all; those without lines are not."""
    for condition in conditions:
        if condition.type != "Condition":
            yield condition
            continue
        records = {one.values_of("lineRecord")[0] for one in lines if condition.address in one.values_of("decides")}
        told = records - {JUDGEMENT}
        word = "no" if not told else "yes" if told == records else "partly"
        yield replace(condition, values=(*condition.values, Value("machineCheckable", word)))


def _policy(
    first: Proposal,
    lead: Sentence,
    name: str,
    title: str,
    barring: tuple[str, ...],
    left: tuple[str, ...],
    forms: Forms,
) -> Proposal:
    """What a set of conditions decides: whom incentives, or sanctions, are for; ``left`` are words outside the set.

    Of those who are not put on a list, or leave it, nothing is told by the words around: a person says what follows.
    """
    words = forms.vocabulary
    places = (lead.announced, *reversed(lead.headings), lead.passage.text[: lead.start])
    outcome = ""
    # who is watched is no target of the sanctions that a heading names: what follows for them a person says
    watched = _colours(lead.announced, forms) == {"watch"}
    for text in () if watched else places:
        # below 红名单的退出 nobody is told to be eligible, whatever the heading above it names
        if _keeps_off(text, forms):
            break
        kinds = {
            kind
            for kind, group in (("eligible", words.incentive_words), ("target", words.sanction_words))
            if any(word in text for word in group)
        }
        if len(kinds) == 1:
            outcome = kinds.pop()
            break
    values = [
        Value("title", title, Sort.name),
        *first_values(first, "hasCondition"),
        *(Value("excludedBy", address, Sort.thing) for address in barring if outcome == "eligible"),
    ]
    told = any(word in lead.announced for word in (*words.all_of_words, *words.any_of_words))
    if told:
        values += first_values(first, "combination")
    else:
        values.append(Value("openQuestion", "line-question-combination", Sort.concept))
    if left:
        values += (Value("openQuestion", WHOLE, Sort.concept), *(Value("unclearWords", words) for words in left))
    if outcome:
        values.append(Value("positiveOutcome", outcome))
    else:
        values.append(Value("openQuestion", "line-question-outcome", Sort.concept))
    return Proposal(
        "conditions", "Policy", f"policy/{name}", first.clause, first.quote, first.spans, "policy-of-one-set",
        Certainty.likely, tuple(values),
    )  # fmt: skip


def first_values(proposal: Proposal, *terms: str) -> tuple[Value, ...]:
    """The values of some properties of a proposal, in their order."""
    return tuple(value for value in proposal.values if value.term in terms)


def _propose(
    condition: Proposal, sentence: Sentence, parts: tuple[_Part, ...], identifier: str, *, rule: str
) -> Iterator[Proposal]:
    """The proposals of a condition's lines: the first by the number of the condition, the others after it."""
    number = condition.address.rsplit("/", 1)[1]
    passage = sentence.passage
    for place, part in enumerate(parts, start=1):
        values = [
            Value("decides", condition.address, Sort.thing),
            Value("lineRecord", part.record, Sort.concept),
            *(Value("lineRefinement", one, Sort.concept) for one in part.refinements),
            *part.bounds,
            *(Value("unclearWords", words) for words in part.unread),
            *(Value("openQuestion", one, Sort.concept) for one in part.questions),
            *([Value("judgedBy", part.judge)] if part.judge else []),
        ]
        if part.months is not None:
            years, rest = divmod(part.months, 12)
            values.append(Value("window", f"P{part.months}M" if rest else f"P{years}Y", Sort.duration))
        yield Proposal(
            "conditions", "ConditionRule", f"rule/{identifier}/{number}{f'-{place}' if place > 1 else ''}",
            condition.clause, passage.text[part.start : part.end], passage.spans(part.start, part.end),
            f"{rule}-open" if part.questions else rule,
            Certainty.possible if part.questions or part.record == JUDGEMENT else Certainty.likely, tuple(values),
        )  # fmt: skip


class _LineReader:
    """Reads conditions with the words of one lexicon."""

    def __init__(self, lexicon: Lexicon, forms: Forms, convention: re.Match[str] | None) -> None:
        self._lexicon = lexicon
        self._forms = forms
        self._convention = convention
        self._judged = tuple(one for one in lexicon.conditions if one.slug == _JUDGED)

    def read(self, sentence: Sentence, window: str) -> tuple[_Part, ...]:
        """The parts of a condition, each with its records; one that is a question where any word is not understood."""
        start, end = _trim(sentence.passage.text, sentence.start, sentence.end)
        text = sentence.passage.text[start:end]
        parts = self._cut(text)
        months, question = self._window(text, window)
        refinements = {part: self.refine(text[part.start : part.end], part.record, text) for part in parts}
        unread = self._unread(text, parts, refinements)
        questions: list[str] = []
        read: list[_Part] = []
        for part in parts:
            record = next((one for one in self._lexicon.records if one.slug == part.record), None)
            asks = record is not None and record.asks_window
            if asks and months is None:
                questions.append(question or "line-question-window")
            questions += self._lacking(record, refinements[part])
            bounds = self._bounds(text[part.start : part.end]) if part.record == SCORE else ()
            if part.record == SCORE and not bounds:
                questions.append("line-question-bound")
            read.append(replace(part, refinements=refinements[part], months=months if asks else None, bounds=bounds))
        if len(read) > 1 and (joined := _ALTERNATIVE.search(text)):
            unread = (*unread, joined[0])
        if months is not None and not any(part.months for part in read):
            unread = (*unread, *(match[0] for match in self._forms.find_all(WINDOW, text)))
        if unread or not read:
            questions.append("line-question-words")
        if questions:
            asked = tuple(dict.fromkeys(questions))
            return (_Part(start, end, JUDGEMENT, questions=asked, unread=unread, judge=self._judge(text)),)
        read = [replace(part, judge=self._judge(text)) if part.record == JUDGEMENT else part for part in read]
        if len(read) == 1:
            return (replace(read[0], start=start, end=end),)
        return tuple(replace(part, start=start + part.start, end=start + part.end) for part in read)

    def _cut(self, text: str) -> tuple[_Part, ...]:
        """The stretches between commas, each with the record that it names; neighbours that are judged are one."""
        parts: list[_Part] = []
        begin = 0
        for segment in _segments(text):
            signs = find_signs(segment.text, self._lexicon.records)
            after = max((sign.end for sign in signs), default=0)
            judged = self._judged_from(segment.text, after)
            end = segment.end if judged is None else segment.start + judged
            for record in dict.fromkeys(sign.concept for sign in signs):
                parts.append(_Part(begin, end, record))
            if judged is not None and parts and parts[-1].record == JUDGEMENT:
                parts[-1] = replace(parts[-1], end=segment.end)
            elif judged is not None:
                parts.append(_Part(end if signs else begin, segment.end, JUDGEMENT))
            begin = segment.end + 1 if signs or judged is not None else begin
        return tuple(parts)

    def _judged_from(self, text: str, after: int) -> int | None:
        """Where words begin that only a determination settles, or that say whose it is; None without such words."""
        signs = [sign.start for sign in find_signs(text, self._judged)]
        named = self._forms.find(JUDGED, text)
        starts = [*signs, *([named.start()] if named else [])]
        return min((start for start in starts if start >= after), default=None)

    def _judge(self, text: str) -> str:
        """Who determines whether a condition holds, as printed; empty where nobody is named, or several are."""
        named = [match["judge"] for one in _segments(text) if (match := self._forms.find(JUDGED, one.text))]
        return named[0] if len(named) == 1 else ""

    def refine(self, words: str, record: str, whole: str = "") -> tuple[str, ...]:
        """What the records of a condition are refined by, by slug: whose they are is said once for all parts."""
        known = tuple(one for one in self._lexicon.refinements if record in one.about)
        found = {sign.concept for sign in find_signs(words, known)}
        if whole:
            persons = tuple(one for one in known if one.of_all)
            found |= {sign.concept for sign in find_signs(whole, persons)}
        return tuple(sorted(found))

    def _window(self, text: str, entered: str) -> tuple[int | None, str]:
        """The months that a condition looks back, or what is unclear about them; neither where it names none."""
        if entered:
            months = months_of(entered)
            return months, "" if months else "line-question-window-unclear"
        found: set[int] = set()
        for match in self._forms.find_all(WINDOW, text):
            months = months_of(write_window(match))
            if months is None:
                return None, "line-question-window-unclear"
            found.add(months)
        if len(found) > 1:
            return None, "line-question-window-unclear"
        return (found.pop(), "") if found else (None, "")

    def _lacking(self, record: Concept | None, refinements: tuple[str, ...]) -> Iterator[str]:
        """The question that exactly one refinement of the records must answer, where none does or several do."""
        if record is None or not record.asks:
            return
        told = [one for one in self._lexicon.refinements if one.slug in refinements and one.tells == record.asks]
        if len(told) != 1:
            yield record.asks

    def _bounds(self, text: str) -> tuple[Value, ...]:
        """The bounds of a score; 以上 and 以下 include it (Civil Code, article 1259) unless the text says otherwise."""
        found = tuple(read_bounds(text, self._convention, self._forms))
        told = {value.term.removesuffix("Inclusive") for value in found if value.sort is Sort.mark}
        counted = (Value(f"{v.term}Inclusive", "true", Sort.mark) for v in found if v.term in {"lower", "upper"} - told)
        return (*found, *counted)

    def _unread(
        self, text: str, parts: tuple[_Part, ...], refinements: Mapping[_Part, tuple[str, ...]]
    ) -> tuple[str, ...]:
        """The words of a condition that are neither records, refinements, periods, bounds nor fillers."""
        left = list(text)

        def strike(start: int, end: int) -> None:
            left[start:end] = _STRUCK * (end - start)

        for part in parts:
            words = text[part.start : part.end]
            if part.record == JUDGEMENT:
                strike(part.start, part.end)
                continue
            concept = next(one for one in self._lexicon.records if one.slug == part.record)
            for sign in find_signs(words, (concept,)):
                for start, end in _pieces(words, sign, concept):
                    strike(part.start + start, part.start + end)
        records = "".join(left)
        chosen = {slug for found in refinements.values() for slug in found}
        known = tuple(one for one in self._lexicon.refinements if one.slug in chosen)
        for sign in find_signs(text, known):
            strike(sign.start, sign.end)
        for pattern in (WINDOW, BOUND, BETWEEN):
            for match in self._forms.find_all(pattern, text):
                strike(*match.span())
        rest = "".join(left)
        for filler in self._forms.vocabulary.line_fillers:
            rest = rest.replace(filler, _STRUCK * len(filler))
        return tuple(dict.fromkeys(_WORDS.findall(self._mend_words(text, records, rest))))

    def _mend_words(self, text: str, records: str, rest: str) -> str:
        """What is not understood, whole: a filler or a refinement inside a word or a name is part of it.

        应 is a filler, and 由市应急管理局认定 must not be asked about as 急管理局认定. ``records`` is the condition
        without its records, which stay apart.
        """
        mended = list(rest)
        for at in range(1, len(text) - 1):
            inside = rest[at] == _STRUCK and _is_word(rest[at - 1]) and _is_word(rest[at + 1])
            if inside and records[at] != _STRUCK:
                mended[at] = text[at]
        for name in self._forms.find_all(BODY, text):
            asked = [at for at in range(*name.span()) if mended[at] != _STRUCK]
            if not asked:
                continue
            start = asked[0]
            while start > name.start() and rest[start - 1] == _STRUCK != records[start - 1]:
                start -= 1
            mended[start : asked[-1]] = text[start : asked[-1]]
        return "".join(mended)


_STRUCK = "\0"
# 税务部门 · A;  not: punctuation, a number in brackets
_WORDS = re.compile(r"[\u4e00-\u9fffA-Za-z]+")


def _is_word(character: str) -> bool:
    return bool(_WORDS.match(character))


# 或 · 或者: lines of one condition hold together, so that alternatives are for a person to take apart
_ALTERNATIVE = re.compile(r"或者?")


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    """A condition without the stop behind it."""
    while end > start and text[end - 1] in "。；;，,、":
        end -= 1
    return start, end


def _segments(text: str) -> Iterator[Segment]:
    for start, end in stretches(text, 0):
        yield Segment(start, end, text[start:end])


def _pieces(text: str, sign: Sign, concept: Concept) -> tuple[tuple[int, int], ...]:
    """Where the words of a concept stand in its sign, without what stands in the gap between them."""
    matched = text[sign.start : sign.end]
    for word in sorted(concept.words, key=len, reverse=True):
        pieces = word.split(GAP)
        if matched.startswith(pieces[0]) and matched.endswith(pieces[-1]):
            found, at = [], 0
            for number, piece in enumerate(pieces):
                place = matched.rfind(piece) if number == len(pieces) - 1 else matched.find(piece, at)
                if place < at:
                    break
                found.append((sign.start + place, sign.start + place + len(piece)))
                at = place + len(piece)
            else:
                return tuple(found)
    return ((sign.start, sign.end),)
