"""Tables of spellings that anyone can extend (``tests/spellings``), and the laws of folding, numbers and places."""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.words import parse_document

from policygraph.reading.documents.numbering import opens_clause
from policygraph.text.folding import Folded, Strength, fold
from policygraph.text.likeness import drops_characters, find_gaps, find_runs, likeness, shared_pairs
from policygraph.text.locators import (
    LEVELS,
    Ordinal,
    Place,
    Step,
    contains,
    count_ordinals,
    find_places,
    lies_in,
    read_opening,
    read_place,
    read_places,
    read_typed,
    write_place,
)
from policygraph.text.numbers import complete_number, find_numbers, normalise_number, parse_number, spell_numbers
from policygraph.text.quotes import read_print
from policygraph.text.spans import Span, normalise

TABLES = Path(__file__).parent / "spellings"
STRENGTHS: tuple[Strength, ...] = ("spelling", "name", "words")


def read_table(name: str) -> list[dict[str, str]]:
    lines = (TABLES / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


NUMBERS, PLACES, CONTAINMENT = read_table("numbers"), read_table("places"), read_table("containment")
words = st.text(
    alphabet=st.sampled_from(
        "国办发令公告第条款项章〔〕〈〉《》[]()（）【】<>２０1９2019-—年号 \n\u3000\u200d㈠⑴一二三十百零至、和ßﬁAaＡ：“"
    ),
    max_size=40,
)


# --- numbers of documents ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", NUMBERS, ids=lambda row: row["written"])
def test_a_number_in_every_way_it_is_written(row: dict[str, str]) -> None:
    printed, typed = parse_number(row["written"]), complete_number(row["written"])
    assert (str(typed) if typed else "") == row["spelling"]
    assert (str(printed) if printed else "") == (row["spelling"] if row["read"] == "text" else "")


@given(st.one_of(words, st.sampled_from([row["written"] for row in NUMBERS])))
def test_spelling_a_number_twice_is_spelling_it_once(written: str) -> None:
    for number in (parse_number(written), complete_number(written)):
        if number is not None:
            assert parse_number(str(number)) == number
            assert normalise_number(str(number)) == str(number)


@given(st.lists(st.one_of(words, st.sampled_from([row["written"] for row in NUMBERS])), max_size=4))
def test_numbers_found_in_a_text_are_numbers_in_its_own_bounds(pieces: list[str]) -> None:
    text = "".join(pieces)
    for place in find_numbers(text):
        assert 0 <= place.start < place.code_end < place.end <= len(text)
        assert parse_number(text[place.start : place.end]) is not None


@given(words)
def test_spelling_the_numbers_of_a_text_keeps_the_way_back(text: str) -> None:
    spelt = spell_numbers(normalise(text))
    assert len(spelt.text) == len(spelt.positions)
    assert spell_numbers(spelt).text == spelt.text


def test_a_number_in_angle_brackets_is_found_in_a_sentence() -> None:
    text = "按照国办发〈2019〉35号、国发［２０１４］２１号和国务院第493号令执行"
    assert [text[place.code_end : place.end] for place in find_numbers(text)] == [
        "〈2019〉35号",
        "［２０１４］２１号",
        "第493号令",
    ]


# --- places ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", PLACES, ids=lambda row: row["written"])
def test_a_place_in_every_way_it_is_written(row: dict[str, str]) -> None:
    expected = [place for place in row["places"].split("|") if place]
    assert [write_place(place) for place in read_places(row["written"])] == expected


@pytest.mark.parametrize("row", CONTAINMENT, ids=lambda row: f"{row['outer']}-{row['inner']}")
def test_what_lies_in_what(row: dict[str, str]) -> None:
    assert lies_in(row["inner"], row["outer"]) is (row["holds"] == "是")


@st.composite
def places(draw: st.DrawFn) -> Place:
    """Places that official texts can print: rising levels, （1） only below a number or alone, a range at the end."""
    levels = [level for level in LEVELS if draw(st.booleans())] or [draw(st.sampled_from(LEVELS))]
    if "point" in levels and len(levels) > 1 and "number" not in levels:
        levels.remove("point")
    steps = []
    for level in levels:
        top = 999 if level == "number" else 9999
        first = Ordinal(draw(st.integers(1, top)), draw(st.integers(0, 20)) if level == "article" else 0)
        steps.append(Step(level, first, first))
    first = steps[-1].first
    if draw(st.booleans()) and first.number < 900:
        steps[-1] = Step(levels[-1], first, Ordinal(first.number + draw(st.integers(1, 99)), 0))
    return Place(tuple(steps))


small = st.builds(
    lambda steps, ranged: Place(
        tuple(
            Step(level, Ordinal(low), Ordinal(low + (ranged if number + 1 == len(steps) else 0)))
            for number, (level, low) in enumerate(sorted(steps.items(), key=lambda item: LEVELS.index(item[0])))
        )
    ),
    st.dictionaries(
        st.sampled_from(["chapter", "heading", "article", "paragraph", "item"]),
        st.integers(1, 2),
        min_size=1,
        max_size=3,
    ),
    st.integers(0, 1),
)


@given(places())
def test_a_place_reads_back_as_it_was_written(place: Place) -> None:
    assert read_places(write_place(place)) == (place,)
    assert lies_in(write_place(place), write_place(place))


@given(small, small, small)
def test_containment_is_a_partial_order(one: Place, two: Place, three: Place) -> None:
    assert contains(one, one)
    if contains(one, two) and contains(two, one):
        assert one == two
    if contains(one, two) and contains(two, three):
        assert contains(one, three)


@given(places(), places())
def test_a_list_of_whole_places_is_read_in_order(one: Place, two: Place) -> None:
    if one.steps[0].level == two.steps[0].level == "article":
        assert read_places(f"{write_place(one)}、{write_place(two)}") == (one, two)


@given(words)
def test_any_words_are_read_without_raising_and_what_is_read_is_written_back(text: str) -> None:
    for place in (*read_places(text), *read_typed(text)):
        assert read_place(write_place(place)) is not None
    for start in range(0, len(text), 7):
        ends = [(one.start, one.end) for one in find_places(text, start)]
        assert all(start <= low < high <= len(text) for low, high in ends)
        assert ends == sorted(ends)
    opening = read_opening(text)
    assert opening is None or 0 < opening.end <= len(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("第七十五条规定", ["第七十五条"]),
        ("二（二）、第三部分第（五）条", ["二（二）", "第三部分（五）"]),
        ("第七十五条、30日内", ["第七十五条"]),
        ("第八条（一）有资质", ["第八条"]),
        ("12月底前", []),
        ("（一）坚持", []),
        ("二、加强", []),
        ("二（一）3日内", ["二（一）"]),
        ("二（一）3、4", ["二（一）3"]),
        ("第一百一十二条和第三人", ["第一百一十二条"]),
    ],
)
def test_in_running_text_only_what_is_surely_a_place_is_read(text: str, found: list[str]) -> None:
    assert [write_place(one.place) for one in find_places(text, 0)] == found


def test_places_are_marked_in_the_text_as_it_stands() -> None:
    text = "《某法》第\u200d八条㈠项规定"
    (found,) = find_places(text, 4)
    assert (write_place(found.place), text[found.start : found.end]) == ("第八条（一）", "第\u200d八条㈠项")


DOCUMENTS = sorted((Path(__file__).resolve().parents[1] / "data" / "documents").glob("*/source.txt"))
PRINTED_ONLY = {"stage", "circled", "ordinal", "dec1", "dec2", "dec3", "ar_half", "part"}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.parent.name)
def test_a_number_that_opens_a_clause_is_the_same_for_the_parser_and_for_whoever_reads_the_clause(path: Path) -> None:
    """The parser knows more styles and damaged print (`numbering`); on what both know they must not differ."""
    seen = 0
    for clause in parse_document(path.read_text(encoding="utf-8")).clauses:
        text = normalise(clause.text[:60]).text
        marker, opening = opens_clause(text), read_opening(text)
        if clause.label and not (marker and marker.style in PRINTED_ONLY):
            read = (opening.step.first.number, opening.step.first.insert) if opening else None
            assert read == ((marker.number, marker.branch) if marker else None), clause.id
            seen += read is not None
    assert seen > 10


# --- folding -----------------------------------------------------------------------------------------------------


def _sound(folded: Folded, source: str) -> None:
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    assert all(0 <= low < high <= len(source) for low, high in zip(folded.starts, folded.ends, strict=True))
    assert list(folded.starts) == sorted(folded.starts)


@given(st.one_of(words, st.text(max_size=30)), st.sampled_from(STRENGTHS))
def test_every_folded_character_knows_its_place(text: str, strength: Strength) -> None:
    folded = fold(text, strength)
    _sound(folded, text)
    for place, character in enumerate(folded.text):
        span = folded.span(place, place + 1)
        # the brackets round a year are those of a number only where a number stands
        assert character in "〔〕" or character in fold(text[span.start : span.end], strength).text
    _sound(count_ordinals(folded), text)


def test_an_ordinal_in_digits_stands_for_the_whole_numeral() -> None:
    counted = count_ordinals(fold("第七十五条", "name"))
    at = counted.text.index("75")
    assert counted.span(at, at + 2) == counted.span(at, at + 1) == Span(1, 4)


@given(words, st.sampled_from(STRENGTHS))
def test_folding_twice_is_folding_once(text: str, strength: Strength) -> None:
    once = fold(text, strength).text
    assert fold(once, strength).text == once


@given(words, words)
def test_what_a_weak_fold_forgets_a_stronger_one_forgets_too(one: str, other: str) -> None:
    for weak, strong in pairwise(STRENGTHS):
        if fold(one, weak).text == fold(other, weak).text:
            assert fold(one, strong).text == fold(other, strong).text


@pytest.mark.parametrize(
    ("one", "other", "from_on"),
    [
        ("(一)加强;监管", "（一）加强；\n监管", "spelling"),
        ("９５分", "95分", "spelling"),
        ("《安全生产法》", "安全生产法", "name"),
        ("“黑名单”", "黑名单", "name"),
        ("A级", "a级", "name"),
        ("（一）", "【一】", "name"),
        ("国办发〈2019〉35号", "国办发[2019]第35号", "name"),
        ("约谈，培训。", "约谈培训", "words"),
        ("可以", "应当", ""),
        ("20号", "820号", ""),
    ],
)
def test_from_which_strength_on_two_texts_are_one(one: str, other: str, from_on: str) -> None:
    same = [strength for strength in STRENGTHS if fold(one, strength).text == fold(other, strength).text]
    assert same == [strength for number, strength in enumerate(STRENGTHS) if from_on in STRENGTHS[: number + 1]]


# --- likeness ----------------------------------------------------------------------------------------------------


@given(words, words)
def test_likeness_is_a_share_and_the_same_from_both_sides(one: str, other: str) -> None:
    for measure in (likeness, shared_pairs):
        assert 0 <= measure(one, other) <= 1
        assert measure(one, other) == measure(other, one)
    assert likeness(one, one) == 1
    if drops_characters(one, other):
        assert likeness(one, other) == pytest.approx(2 * len(one) / ((len(one) + len(other)) or 1)) or not other


def test_frequent_characters_count_in_long_texts_too() -> None:
    assert find_runs("甲" + "依法" * 150, "乙乙" + "依法" * 150) == ((1, 2, 300),)


@given(words, words)
def test_runs_and_gaps_cover_both_texts_without_overlap(one: str, other: str) -> None:
    pieces = [(run.a, run.a + run.size, run.b, run.b + run.size) for run in find_runs(one, other)]
    assert all(one[a:b] == other[c:d] for a, b, c, d in pieces)
    cover = sorted([*pieces, *find_gaps(one, other)])
    assert "".join(one[a:b] for a, b, _, _ in cover) == one
    assert "".join(other[c:d] for _, _, c, d in cover) == other


# --- quotations --------------------------------------------------------------------------------------------------


def test_a_quote_is_located_across_pieces() -> None:
    assert read_print([(0, "一、总 体"), (9, "要求")]).find("总体要求") == (Span(2, 5), Span(9, 11))
    assert read_print([(0, "一、总体"), (4, "要求")]).find("总体要求") == (Span(2, 6),)
    assert read_print([(0, "一、总体")]).find("要求") == ()
    assert read_print([(0, "一、总体")]).find(" ") == ()


@given(st.text(alphabet="安全 \n（一(，", max_size=20), st.integers(0, 20), st.integers(1, 8), st.integers(0, 20))
def test_every_stretch_of_a_text_is_found_verbatim_and_nothing_else(source: str, at: int, long: int, cut: int) -> None:
    passage = read_print([(0, source[:cut]), (len(source[:cut]) + 3, source[cut:])])
    quote = source[at : at + long]
    spans = passage.find(quote)
    spaced = source[:cut] + "~~~" + source[cut:]
    assert "".join("".join(spaced[s.start : s.end] for s in spans).split()) == "".join(quote.split())
    assert passage.find(quote + "号") == ()
