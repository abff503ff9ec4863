"""The words that tell what a line, a heading, a column or a name is: knowledge that is handed in, never written here.

A lawyer keeps these words in ``ontology/reading/*.ttl``, the kinds of documents in ``ontology/concepts/kinds.ttl``;
``graph`` reads the files and hands the words in as one frozen value. The reading floor knows forms only: numbers,
brackets, positions. With no words nothing is recognised, and nothing fails.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words by what they tell, each list with its longest words first; empty means that nothing is recognised.

    The field ``open_list_words`` holds the alternative labels of the concept ``reading-open-list-word``, and so on for
    every field; what a word of a list does is said there, in the definition of its concept.

    >>> Vocabulary.from_words({"reading-open-list-word": ["等"]}).open_list_words
    ('等',)
    >>> Vocabulary.from_words({"reading-open-list": ["等"]})
    Traceback (most recent call last):
    ...
    ValueError: unknown reading concept: 'reading-open-list'
    """

    # measures.ttl: measures, their bases, and who carries them out
    measure_headings: tuple[str, ...] = ()
    announcement_heads: tuple[str, ...] = ()
    announcing_verbs: tuple[str, ...] = ()
    measure_headers: tuple[str, ...] = ()
    basis_headers: tuple[str, ...] = ()
    unit_headers: tuple[str, ...] = ()
    contact_headers: tuple[str, ...] = ()
    content_headers: tuple[str, ...] = ()
    number_headers: tuple[str, ...] = ()
    responsibility_labels: tuple[str, ...] = ()
    lead_labels: tuple[str, ...] = ()
    support_labels: tuple[str, ...] = ()
    duty_words: tuple[str, ...] = ()
    open_list_words: tuple[str, ...] = ()
    form_words: tuple[str, ...] = ()
    category_words: tuple[str, ...] = ()
    rest_words: tuple[str, ...] = ()
    bare_measure_headings: tuple[str, ...] = ()
    list_title_words: tuple[str, ...] = ()
    # concepts/functions.ttl: what departments do, by which they are named in lists
    function_words: tuple[str, ...] = ()
    # concepts/kinds.ttl and header.ttl: what stands above the text
    document_kinds: tuple[str, ...] = ()
    paper_kinds: tuple[str, ...] = ()
    open_kinds: tuple[str, ...] = ()
    letterhead_words: tuple[str, ...] = ()
    signer_labels: tuple[str, ...] = ()
    grade_marks: tuple[str, ...] = ()
    contents_headings: tuple[str, ...] = ()
    annex_words: tuple[str, ...] = ()
    appendix_words: tuple[str, ...] = ()
    about_words: tuple[str, ...] = ()
    forwarding_words: tuple[str, ...] = ()
    notice_openers: tuple[str, ...] = ()
    purpose_openers: tuple[str, ...] = ()
    addressee_openers: tuple[str, ...] = ()
    number_continuations: tuple[str, ...] = ()
    publishing_words: tuple[str, ...] = ()
    enacting_words: tuple[str, ...] = ()
    in_force_words: tuple[str, ...] = ()
    repeal_words: tuple[str, ...] = ()
    promulgation_openers: tuple[str, ...] = ()
    assembly_endings: tuple[str, ...] = ()
    session_words: tuple[str, ...] = ()
    # body.ttl: lists, references and closing formulas of the text
    list_leads: tuple[str, ...] = ()
    list_pointers: tuple[str, ...] = ()
    closing_formulas: tuple[str, ...] = ()
    back_pointers: tuple[str, ...] = ()
    referring_openers: tuple[str, ...] = ()
    reference_leads: tuple[str, ...] = ()
    # ending.ttl: notes, imprint and signature below the text
    attachment_labels: tuple[str, ...] = ()
    keyword_labels: tuple[str, ...] = ()
    copy_labels: tuple[str, ...] = ()
    distribution_labels: tuple[str, ...] = ()
    imprint_words: tuple[str, ...] = ()
    print_run_words: tuple[str, ...] = ()
    note_openers: tuple[str, ...] = ()
    note_labels: tuple[str, ...] = ()
    signer_posts: tuple[str, ...] = ()
    acting_words: tuple[str, ...] = ()
    seal_words: tuple[str, ...] = ()
    # portal.ttl: what a web portal prints around the text
    breadcrumb_labels: tuple[str, ...] = ()
    home_words: tuple[str, ...] = ()
    source_labels: tuple[str, ...] = ()
    portal_labels: tuple[str, ...] = ()
    stamp_labels: tuple[str, ...] = ()
    issue_date_labels: tuple[str, ...] = ()
    portal_buttons: tuple[str, ...] = ()
    portal_leads: tuple[str, ...] = ()
    portal_footers: tuple[str, ...] = ()
    registration_words: tuple[str, ...] = ()
    title_keys: tuple[str, ...] = ()
    number_keys: tuple[str, ...] = ()
    issuer_keys: tuple[str, ...] = ()
    date_keys: tuple[str, ...] = ()
    # bodies.ttl: names of bodies and what stands around them
    body_endings: tuple[str, ...] = ()
    generic_units: tuple[str, ...] = ()
    addressee_units: tuple[str, ...] = ()
    addressee_endings: tuple[str, ...] = ()
    actor_units: tuple[str, ...] = ()
    branch_endings: tuple[str, ...] = ()
    office_endings: tuple[str, ...] = ()
    between_words: tuple[str, ...] = ()
    full_form_endings: tuple[str, ...] = ()
    bare_run_heads: tuple[str, ...] = ()
    bare_run_qualifiers: tuple[str, ...] = ()
    whose_words: tuple[str, ...] = ()
    place_endings: tuple[str, ...] = ()
    before_bodies: tuple[str, ...] = ()
    joining_words: tuple[str, ...] = ()
    jointly_words: tuple[str, ...] = ()
    division_words: tuple[str, ...] = ()
    joined_places: tuple[str, ...] = ()
    # citations.ttl: what stands around a cited title or number
    number_run_ins: tuple[str, ...] = ()
    short_run_ins: tuple[str, ...] = ()
    alias_words: tuple[str, ...] = ()
    wrapper_kinds: tuple[str, ...] = ()
    trial_words: tuple[str, ...] = ()
    edition_words: tuple[str, ...] = ()
    pin_point_leads: tuple[str, ...] = ()
    article_continuations: tuple[str, ...] = ()
    edition_leads: tuple[str, ...] = ()
    pointing_words: tuple[str, ...] = ()
    reference_verbs: tuple[str, ...] = ()
    # drafting.ttl: what the draft of a curated model goes by, beside the labels of the concepts
    aim_headings: tuple[str, ...] = ()
    principle_openers: tuple[str, ...] = ()
    campaign_openers: tuple[str, ...] = ()
    aim_openers: tuple[str, ...] = ()
    modal_traps: tuple[str, ...] = ()
    actor_verbs: tuple[str, ...] = ()
    charged_verbs: tuple[str, ...] = ()
    absence_words: tuple[str, ...] = ()
    actor_persons: tuple[str, ...] = ()
    group_heads: tuple[str, ...] = ()
    incentive_words: tuple[str, ...] = ()
    sanction_words: tuple[str, ...] = ()
    red_list_words: tuple[str, ...] = ()
    black_list_words: tuple[str, ...] = ()
    watch_list_words: tuple[str, ...] = ()
    entry_words: tuple[str, ...] = ()
    exit_words: tuple[str, ...] = ()
    revoking_words: tuple[str, ...] = ()
    objection_words: tuple[str, ...] = ()
    judging_words: tuple[str, ...] = ()
    judging_openers: tuple[str, ...] = ()
    veto_words: tuple[str, ...] = ()
    validity_words: tuple[str, ...] = ()
    publicity_words: tuple[str, ...] = ()
    score_words: tuple[str, ...] = ()
    grade_words: tuple[str, ...] = ()
    grading_openers: tuple[str, ...] = ()
    grade_levels: tuple[str, ...] = ()
    trigger_endings: tuple[str, ...] = ()
    list_heads: tuple[str, ...] = ()
    listed_targets: tuple[str, ...] = ()
    handing_words: tuple[str, ...] = ()
    channel_words: tuple[str, ...] = ()
    definition_words: tuple[str, ...] = ()
    nominal_endings: tuple[str, ...] = ()
    parallel_words: tuple[str, ...] = ()
    embedding_endings: tuple[str, ...] = ()
    organising_openers: tuple[str, ...] = ()
    reporting_words: tuple[str, ...] = ()
    any_of_words: tuple[str, ...] = ()
    transition_words: tuple[str, ...] = ()
    denial_words: tuple[str, ...] = ()
    passive_words: tuple[str, ...] = ()
    lawful_words: tuple[str, ...] = ()
    suffered_words: tuple[str, ...] = ()
    receiver_words: tuple[str, ...] = ()
    encouraging_words: tuple[str, ...] = ()
    founding_words: tuple[str, ...] = ()
    handed_things: tuple[str, ...] = ()
    line_fillers: tuple[str, ...] = ()
    all_of_words: tuple[str, ...] = ()
    barring_words: tuple[str, ...] = ()
    urging_adverbs: tuple[str, ...] = ()
    urging_words: tuple[str, ...] = ()
    party_verbs: tuple[str, ...] = ()
    party_things: tuple[str, ...] = ()
    subject_leads: tuple[str, ...] = ()
    opening_cases: tuple[str, ...] = ()
    managing_words: tuple[str, ...] = ()
    person_words: tuple[str, ...] = ()
    unlisted_words: tuple[str, ...] = ()
    deciding_words: tuple[str, ...] = ()
    decided_things: tuple[str, ...] = ()
    framing_words: tuple[str, ...] = ()
    field_endings: tuple[str, ...] = ()
    channel_openers: tuple[str, ...] = ()
    norm_words: tuple[str, ...] = ()
    criteria_headings: tuple[str, ...] = ()
    procedure_heads: tuple[str, ...] = ()
    regrading_words: tuple[str, ...] = ()
    bare_list_names: tuple[str, ...] = ()
    joint_list_words: tuple[str, ...] = ()
    intending_words: tuple[str, ...] = ()
    staying_words: tuple[str, ...] = ()
    conflict_words: tuple[str, ...] = ()
    yielding_words: tuple[str, ...] = ()

    @classmethod
    def from_words(cls, words: Mapping[str, Iterable[str]]) -> Vocabulary:
        """The vocabulary from the words of the reading concepts, by concept slug.

        Errors: ``ValueError`` for a concept that no reader knows. A concept that is not there leaves its list empty.
        """
        known = concept_slugs()
        for slug in words:
            if slug not in known:
                raise ValueError(f"unknown reading concept: {slug!r}")
        return cls(
            **{known[slug]: tuple(sorted(set(group), key=lambda w: (-len(w), w))) for slug, group in words.items()}
        )

    @property
    def title_kinds(self) -> tuple[str, ...]:
        """What a title may end with: kinds of documents and of other papers, the longest first.

        A word that ends with another one of two or more characters adds nothing and would make the kind longer than
        it is (实施意见 is 意见); a single character never counts so (办法 is no 法).

        >>> Vocabulary(document_kinds=("意见", "实施意见", "办法", "法"), paper_kinds=("名单",)).title_kinds
        ('办法', '名单', '意见', '法')
        """
        return _shortest(frozenset((*self.document_kinds, *self.paper_kinds, *self.open_kinds)))

    @property
    def long_kinds(self) -> tuple[str, ...]:
        """Those of `title_kinds` that are more than one character: the only ones that count inside a line."""
        return tuple(word for word in self.title_kinds if len(word) > 1)

    @property
    def long_actor_verbs(self) -> tuple[str, ...]:
        """Those of `actor_verbs` that are more than one character: a single one may begin a place (自贡市, 应城市)."""
        return tuple(word for word in self.actor_verbs if len(word) > 1)

    @property
    def long_channel_openers(self) -> tuple[str, ...]:
        """Those of `channel_openers` that are more than one character: a single one may stand in a name (所在地)."""
        return tuple(word for word in self.channel_openers if len(word) > 1)

    @property
    def long_grade_words(self) -> tuple[str, ...]:
        """Those of `grade_words` that are more than one character: they need no letter or number before them."""
        return tuple(word for word in self.grade_words if len(word) > 1)

    @property
    def long_body_endings(self) -> tuple[str, ...]:
        """Those of `body_endings` that are more than one character: a place and one of them is a name (市妇联)."""
        return tuple(word for word in self.body_endings if len(word) > 1)


@lru_cache(maxsize=8)
def _shortest(words: frozenset[str]) -> tuple[str, ...]:
    """The words that end with no other one of two or more characters, the longest first."""
    short = [word for word in words if not any(o != word and len(o) > 1 and word.endswith(o) for o in words)]
    return tuple(sorted(short, key=lambda word: (-len(word), word)))


def concept_slugs() -> dict[str, str]:
    """The field of `Vocabulary` by the slug of the concept whose labels fill it.

    >>> concept_slugs()["reading-before-body"], concept_slugs()["reading-note-opener"]
    ('before_bodies', 'note_openers')
    """
    return {f"reading-{_singular(field.name).replace('_', '-')}": field.name for field in fields(Vocabulary)}


def _singular(name: str) -> str:
    return name.removesuffix("ies") + "y" if name.endswith("ies") else name.removesuffix("s")
