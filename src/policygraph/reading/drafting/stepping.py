"""Steps of procedures: clauses in which somebody does what a procedure consists of, with actor, recipient and timing.

A sentence is cut where another actor, another act or a word such as 同时 begins; each piece with a word of a procedure
is a step. What kind of procedure it is says a long word of the step (责令停产整顿), else the heading of the paragraph.
Steps of one kind under one heading are one procedure, in the order of the text. Measures that are listed are no
steps, and neither are aims, calls and definitions; a piece without a verb of its own belongs to the piece beside it.
Whether an authority takes a step or a party is said beside it, because a time limit binds who takes the step: told by
who is named, and where nobody is by what only a party does (提出异议); else it is left unsaid.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from policygraph.reading.drafting.leading import Lead, cut_lead
from policygraph.reading.drafting.lexicon import Lexicon, Sign, find_signs
from policygraph.reading.drafting.measuring import is_aim, split_names
from policygraph.reading.drafting.phrases import (
    Actor,
    find_actor,
    find_actor_in,
    find_channel,
    find_force,
    find_recipient,
    find_timings,
    is_trigger,
    opens_with,
    verb_signs,
    without_openers,
)  # fmt: skip
from policygraph.reading.drafting.proposals import Certainty, Proposal, Sort, Value, quote_beside
from policygraph.reading.drafting.sentences import Segment, Sentence, stretches
from policygraph.reading.patterns import Forms
from policygraph.reading.patterns.drafting import (
    BOUND,
    CONDITIONS_AHEAD,
    DEFINITION,
    LIMIT,
    LIST_NAME,
    MEMBERS,
    NEW_TURN,
    PARTY_ACT,
    ROWS_BY_NUMBER,
    TARGET,
    TRIGGER,
    URGING,
)
from policygraph.reading.vocabulary import Vocabulary

_TELLING = 5
"""The characters from which a word of a step says what kind it is, whatever stands over the paragraph."""
_STEP_NAME = 3
"""The characters of a heading that names a step at most (受理, 再公示)."""
_BARRED = 4
"""The characters before a word of a procedure in which it is forbidden (不得再次列入)."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step found in a sentence: where its words are, what kind it is, who acts."""

    sentence: Sentence
    start: int
    end: int
    kind: str
    signs: tuple[Sign, ...]
    actor: Actor | None
    triggers: tuple[Segment, ...]
    lead: Lead | None = None
    """The announcement of its list, where that names who acts."""
    depth: int = 0
    """How many of the headings stand over the whole procedure; those below them name its steps."""


class StepFinder:
    """Finds steps with the words of one vocabulary and one lexicon."""

    def __init__(self, lexicon: Lexicon, forms: Forms) -> None:
        self._lexicon = lexicon
        self._forms = forms
        self._words: Vocabulary = forms.vocabulary

    def find(self, sentences: Iterable[Sentence]) -> Iterator[Step]:
        """The steps of a text, in reading order; who acts goes on through a paragraph until another is named."""
        actor: Actor | None = None
        clause, asked = "", ""
        for sentence in sentences:
            if sentence.clause != clause:
                clause, actor, asked = sentence.clause, None, ""
            if (sentence.listed and not self._lists_steps(sentence)) or self._frames(sentence):
                continue
            announced = None if actor else self._announced_actor(sentence)
            for found in self._find(sentence, actor or announced):
                # 当事人可以提出异议，市局应当核查并答复: what is done next answers what a party asked
                step = replace(found, kind=asked) if asked and self._answers(found) else found
                if _side(step, self._forms) == "actor-side-party":
                    asked = step.kind
                if announced is not None and step.actor is announced and sentence.lead is not None:
                    yield replace(step, lead=cut_lead(sentence.lead))
                    continue
                actor = step.actor or actor
                # what an authority does next is said without naming it: 申请人提出申请。收到申请后核实材料
                if actor is not None and actor.is_subject:
                    actor = None
                yield step

    def _lists_steps(self, sentence: Sentence) -> bool:
        """Whether a sentence is an item of a list that is announced as a procedure: 按照以下程序进行：（一）….."""
        announced = sentence.announced
        return self._announces(announced) and self._forms.find(CONDITIONS_AHEAD, announced) is None

    def _announced_actor(self, sentence: Sentence) -> Actor | None:
        """Who is to take the steps of a list, as its announcement says (市水务局应当按照以下程序办理：)."""
        if sentence.lead is None:
            return None
        lead = cut_lead(sentence.lead)
        return find_actor_in(lead.passage, lead.start, lead.end, self._forms)

    def _announces(self, text: str) -> bool:
        """Whether words with a colon behind them announce the steps of a procedure."""
        return text.endswith(("：", ":")) and any(word in text for word in self._words.procedure_heads)

    def _frames(self, sentence: Sentence) -> bool:
        """Whether a sentence is about the whole and no step of it: a definition, the bounds of a grade, criteria, the
        setting up of a body, which rows of a table are for whom, what announces measures."""
        if any(self._forms.find(form, sentence.text) for form in (DEFINITION, BOUND, ROWS_BY_NUMBER)):
            return True
        if any(word in heading for heading in sentence.headings for word in self._words.criteria_headings):
            return True
        if sentence.text.endswith(("：", ":")) and any(word in sentence.text for word in self._words.measure_headings):
            return True
        return any(word in sentence.text for word in self._words.framing_words) or self._announces(sentence.text)

    def _find(self, sentence: Sentence, carried: Actor | None) -> Iterator[Step]:
        aim = is_aim(sentence, self._words)
        listed = sentence.listed  # an item of an announced procedure, or it would not be read
        found: list[Step] = []
        for piece in self._pieces(sentence):
            actor = next((a for a in (find_actor(sentence, s, self._forms) for s in piece) if a), None)
            if aim and actor is None:
                continue
            begin, end = piece[0].start, piece[-1].end
            text = sentence.passage.text[begin:end]
            signs = self._own_signs(text)
            if actor is not None and actor.is_subject and not any(self._acts(sentence, one) for one in piece):
                signs = find_signs(text, self._lexicon.procedures)  # 对名单有异议的，可以向市局提出
            carried = actor or carried
            timed = any(self._is_timed(sentence, segment) for segment in piece)
            if not (signs or timed or listed) or self._urges(sentence, piece, actor):
                continue
            if actor is None and not listed and (self._calls(piece) or self._only_sanctions(signs, text)):
                continue
            triggers = tuple(segment for segment in piece if is_trigger(segment, self._forms))
            if len(triggers) == len(piece):
                continue
            kind = self._left(sentence, begin, end, self._kind(sentence, signs, triggers))
            found.append(Step(sentence, begin, end, kind, signs, carried, triggers))
        # 十日内落实措施，年底前反馈情况: of the procedure that the sentence tells, before or behind
        kinds = [step.kind for step in found]
        for place, step in enumerate(found):
            near = (*reversed(kinds[: place + 1]), *kinds[place + 1 :])
            kind = next((one for one in near if one), "")
            if kind:
                yield replace(step, kind=kind, depth=self._depth(sentence))

    def _answers(self, step: Step) -> bool:
        """Whether an authority takes a step of which only a short word tells the kind."""
        by_authority = step.actor is not None and not step.actor.is_subject
        return by_authority and not self._told(step.sentence, step.signs)

    def _depth(self, sentence: Sentence) -> int:
        """How many headings stand over the whole procedure: all, but those that only name a step (受理。) below one
        that names the procedure (信用修复) or says that it is one (评价程序)."""
        headings = sentence.headings
        for place, heading in enumerate(headings[:-1], start=1):
            whole = self._named(heading) or heading.endswith(self._words.procedure_heads or ("\0",))
            if whole and all(len(below) <= _STEP_NAME for below in headings[place:]):
                return place
        return len(headings)

    def _pieces(self, sentence: Sentence) -> list[list[Segment]]:
        """The segments of a sentence by step; a condition opens the step behind it, a purpose closes the one before."""
        pieces: list[list[Segment]] = []
        waiting: list[Segment] = []
        for segment in sentence.segments:
            purpose = opens_with(segment.text, self._words.aim_openers)
            if is_trigger(segment, self._forms) or purpose or not self._acts(sentence, segment):
                if purpose and pieces and not waiting:
                    pieces[-1].append(segment)
                else:
                    waiting.append(segment)
                continue
            if self._stands_alone(sentence, waiting) and find_actor(sentence, segment, self._forms) is not None:
                pieces.append(waiting)
                waiting = []
            new = (
                self._forms.find(NEW_TURN, segment.text) is not None
                or find_actor(sentence, segment, self._forms) is not None
                or (bool(pieces) and self._is_other_act(pieces[-1], segment))
            )
            if pieces and not waiting and not new:
                pieces[-1].append(segment)
            else:
                pieces.append([*waiting, segment])
                waiting = []
        if waiting and pieces:
            pieces[-1] += [segment for segment in waiting if not self._bars(segment.text)]
        if waiting and not pieces and sentence.listed:
            pieces.append(waiting)
        return pieces

    def _stands_alone(self, sentence: Sentence, waiting: list[Segment]) -> bool:
        """Whether segments without a word of a procedure say what somebody does whom they name, so that who acts
        behind them takes a step of its own (当事人有异议的，可以向市局提出，市局应当核实)."""
        told = [one for one in waiting if not is_trigger(one, self._forms)]
        named = any(find_actor(sentence, one, self._forms) for one in waiting)
        return bool(told) and named and not self._bars(told[-1].text)

    def _acts(self, sentence: Sentence, segment: Segment) -> bool:
        """Whether a segment has a word of a procedure in it that is no name, or a limit for somebody whom it names."""
        return bool(self._signs(segment.text)) or self._is_timed(sentence, segment)

    def _is_timed(self, sentence: Sentence, segment: Segment) -> bool:
        """Whether a segment says by when somebody whom it names acts, whatever the act is called (十日内答复)."""
        actor = find_actor(sentence, segment, self._forms)
        if actor is None or is_trigger(segment, self._forms):
            return False
        if self._bars(segment.text):
            return False
        return self._forms.find(LIMIT, sentence.passage.text, actor.end, segment.end) is not None

    def _bars(self, text: str) -> bool:
        """Whether words forbid what they name (两年内不得再次列入): that is no step."""
        return any(word in text for word in self._words.staying_words)

    def _is_other_act(self, piece: list[Segment], segment: Segment) -> bool:
        """Whether a segment says another act than the piece before it: when or how is said anew, or it is of another
        procedure."""
        text = without_openers(segment.text, self._words)
        if any(start == 0 for _, start, _ in find_timings(text, self._lexicon, self._forms)):
            return True
        kinds = {sign.concept for sign in self._signs(segment.text)}
        return not kinds & {sign.concept for one in piece for sign in self._signs(one.text)}

    def _calls(self, piece: list[Segment]) -> bool:
        """Whether a piece is a general call: without an actor of its own it begins with 加强, 坚持 or the like."""
        acting = next((segment for segment in piece if not is_trigger(segment, self._forms)), piece[0])
        words = self._words
        if any(opens_with(segment.text, words.principle_openers) for segment in piece):
            return True
        return opens_with(acting.text, words.organising_openers + words.principle_openers)

    def _urges(self, sentence: Sentence, piece: list[Segment], actor: Actor | None) -> bool:
        """Whether what a piece does is an appeal, whoever is named: it begins with 弘扬, 营造 or the like.

        Behind the clause that names somebody (各部门要提高认识，加强风险预警) 加强, 推进 and the like appeal, too.
        """
        doing = (one for one in piece if not is_trigger(one, self._forms) and self._acts(sentence, one))
        acting = next(doing, piece[-1])
        inside = actor is not None and acting.start <= actor.start < acting.end
        text = sentence.passage.text[actor.end : acting.end] if actor is not None and inside else acting.text
        if actor is not None and not inside and opens_with(acting.text, self._words.organising_openers):
            return True
        return any(self._forms.find(URGING, words) is not None for words in (text, acting.text))

    def _own_signs(self, text: str) -> tuple[Sign, ...]:
        """The signs of a procedure that are no mere part of a measure (督查 in 经常性的安全督查)."""
        effects = [sign for sign in find_signs(text, self._lexicon.effects) if sign.direction != "neutral"]
        return tuple(
            sign
            for sign in self._signs(text)
            if not any(
                effect.start <= sign.start
                and sign.end <= effect.end
                and effect.end - effect.start > sign.end - sign.start
                for effect in effects
            )
        )

    def _only_sanctions(self, signs: tuple[Sign, ...], text: str) -> bool:
        """Whether all that is done is to sanction (实施联合惩戒): where nobody is named it is a measure and no step."""
        sanctions = self._words.sanction_words
        return all(any(word in text[sign.start : sign.end] for word in sanctions) for sign in signs)

    def _signs(self, text: str) -> tuple[Sign, ...]:
        # 对列入名单的单位 says whom something is done to, and is no entry
        aside = [match.span("target") for match in self._forms.find_all(TARGET, text)]
        return tuple(
            sign
            for sign in verb_signs(text, self._lexicon.procedures, self._forms, ended=False)
            if not any(start <= sign.start and sign.end <= end for start, end in aside)
            and not self._bars(text[max(0, sign.start - _BARRED) : sign.start])
        )

    def _kind(self, sentence: Sentence, signs: tuple[Sign, ...], triggers: tuple[Segment, ...]) -> str:
        """What announces the step, else what a telling word of it says, else the nearest heading that names one
        procedure, else any word, rather of what is done than of when; empty where nothing tells."""
        if told := self._told(sentence, signs):
            return told
        longest = max(signs, key=_length, default=None)
        if longest is None:
            return ""
        before = sum(len(segment.text) + 1 for segment in triggers)
        done = [sign for sign in signs if sign.start >= before] if triggers else []
        return max(done, key=_length, default=longest).concept

    def _told(self, sentence: Sentence, signs: tuple[Sign, ...]) -> str:
        """The kind of a step that is told by more than a short word of it; empty where nothing else tells."""
        if sentence.listed and (announced := self._named(sentence.announced)):
            return announced
        depth = self._depth(sentence)
        if depth < len(sentence.headings) and (whole := self._named(sentence.headings[depth - 1])):
            return whole
        longest = max(signs, key=_length, default=None)
        if longest is not None and longest.end - longest.start >= _TELLING:
            return longest.concept
        return next((one for one in map(self._named, reversed(sentence.headings)) if one), "")

    def _left(self, sentence: Sentence, begin: int, end: int, kind: str) -> str:
        """The kind of a step, which for leaving a red list is what the words for that say and no repair of credit.

        The list that is left stands behind the word of exit (移出守信名单); where it has no colour of its own
        (移出名单), it is the list of those whom the sentence names first (激励对象).
        """
        words = self._words
        passage = sentence.passage.text
        for word in words.exit_words:
            at = passage.find(word, begin, end)
            if at < 0:
                continue
            behind = passage[at + len(word) : end]
            name = self._forms.find(LIST_NAME, behind)
            bare = behind.lstrip('“"').startswith(words.bare_list_names)
            told = name or (self._forms.find(MEMBERS, passage[sentence.start : at]) if bare else None)
            usual = self._named(word + words.bare_list_names[0])
            if told is not None and told["red"] and kind in ("", usual):
                reds = (self._named(word + red) for red in words.red_list_words)
                return next((red for red in reds if red not in ("", usual)), kind)
        return kind

    def _named(self, words: str) -> str:
        """The procedure that a heading or an announcement names; empty where it joins several (移出与救济)."""
        signs = find_signs(words, self._lexicon.procedures)
        parts = [{sign.concept for sign in find_signs(part, self._lexicon.procedures)} for part in split_names(words)]
        if not signs or (len(parts) > 1 and not set.intersection(*parts)):
            return ""
        return max(signs, key=lambda sign: (sign.end - sign.start, sign.start)).concept


def _length(sign: Sign) -> tuple[int, int]:
    """By how much a sign tells: the longest, of the same length the first."""
    return sign.end - sign.start, -sign.start


def propose_step(step: Step, address: str, procedure: str, order: int, lexicon: Lexicon, forms: Forms) -> Proposal:
    """The proposal of a step: its actor, recipient, force, channel and timings as printed."""
    sentence = step.sentence
    passage = sentence.passage
    text = passage.text[step.start : step.end]
    force, word = find_force(text, lexicon, forms)
    values = [
        Value("procedure", procedure, Sort.thing),
        Value("order", str(order), Sort.number),
        Value("title", text, Sort.name),
        Value("force", force, Sort.concept),
    ]
    if word:
        values.append(Value("forceAsWritten", word))
    if step.actor is not None:
        values.append(Value("actor", step.actor.words))
    lead = step.lead
    beside = (quote_beside("procedures", lead.passage, lead.start, lead.end),) if lead is not None else ()
    side = _side(step, forms)
    if side:
        values.append(Value("actorSide", side, Sort.concept))
    recipient = find_recipient(text, forms)
    if recipient and (step.actor is None or recipient != step.actor.words):
        values.append(Value("recipient", recipient))
    channel = find_channel(text, forms)
    if channel:
        values.append(Value("channel", channel))
    return Proposal(
        "procedures",
        "ProcedureStep",
        address,
        sentence.clause,
        text,
        passage.spans(step.start, step.end),
        "step-in-sentence",
        Certainty.likely if any(sign.end - sign.start >= 4 for sign in step.signs) else Certainty.possible,
        tuple(values),
        (*_timings(step, lexicon, forms), *beside),
    )


def _side(step: Step, forms: Forms) -> str:
    """Who takes a step, an authority or a party; empty where neither who is named nor what is done tells."""
    if step.actor is not None:
        return "actor-side-party" if step.actor.is_subject else "actor-side-authority"
    text = step.sentence.passage.text[step.start : step.end]
    for limit in reversed(tuple(forms.find_all(LIMIT, text))):
        text = text[: limit.start()] + text[limit.end() :]  # 自收到申请之日起 says what came before
    doing = [one for one in stretches(text, 0) if forms.find(TRIGGER, text[slice(*one)]) is None]
    acts = any(forms.find(PARTY_ACT, text[slice(*one)]) is not None for one in doing)
    return "actor-side-party" if acts else ""


def _timings(step: Step, lexicon: Lexicon, forms: Forms) -> Iterator[Proposal]:
    """Every timing of a step: triggers as whole clauses, and in what is left limits, frequencies and vague words."""
    passage = step.sentence.passage
    for segment in step.triggers:
        yield _timing(step, "timing-trigger", segment.start, segment.end)
    inside = [(segment.start, segment.end) for segment in step.triggers]
    for kind, start, end in find_timings(passage.text[step.start : step.end], lexicon, forms):
        at, to = step.start + start, step.start + end
        if not any(a <= at and to <= b for a, b in inside) or kind == "timing-limit":
            yield _timing(step, kind, at, to)


def _timing(step: Step, kind: str, start: int, end: int) -> Proposal:
    passage = step.sentence.passage
    words = passage.text[start:end]
    return Proposal(
        "procedures",
        "Timing",
        "",
        step.sentence.clause,
        words,
        passage.spans(start, end),
        "timing-in-step",
        Certainty.likely,
        (Value("timingKind", kind, Sort.concept), Value("asWritten", words)),
        link="timing",
    )
