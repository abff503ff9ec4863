"""Normalising keeps the way back to the source; numerals and dates are read as official texts print them."""

from __future__ import annotations

import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygraph.text.dates import parse_date
from policygraph.text.numbers import normalise_number
from policygraph.text.numerals import parse_numeral, write_numeral
from policygraph.text.spans import Edit, Span, normalise


@given(st.integers(0, 9999))
def test_a_numeral_reads_back_as_the_number_it_was_written_for(number: int) -> None:
    assert parse_numeral(write_numeral(number)) == number


@pytest.mark.parametrize(
    ("numeral", "number"),
    [
        ("九百九十九", 999),
        ("一百零八", 108),
        ("一百一十", 110),
        ("廿一", 21),
        ("卅", 30),
        ("二〇", 20),
        ("十 五", 15),
        ("1２", 12),
        ("两", 2),
    ],
)
def test_numerals_in_use(numeral: str, number: int) -> None:
    assert parse_numeral(numeral) == number


@pytest.mark.parametrize("words", ["", "条", "百", "一十十", "十百", "二三十", "1.5", "一万", "-3"])
def test_what_is_no_numeral(words: str) -> None:
    assert parse_numeral(words) is None


@given(st.dates(datetime.date(1949, 1, 1), datetime.date(2099, 12, 31)))
def test_a_date_reads_back_in_every_spelling(day: datetime.date) -> None:
    year = "".join("〇一二三四五六七八九"[int(c)] for c in str(day.year))
    chinese = f"{year}年{write_numeral(day.month)}月{write_numeral(day.day)}日"
    for written in (
        chinese,
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year} 年 {day.month} 月 {day.day} 日",
        f"{day.year}-{day.month:02}-{day.day:02}",
        f"{day.year}/{day.month}/{day.day}",
    ):
        assert parse_date(written) == day.isoformat()


@pytest.mark.parametrize("words", ["2021年2月30日", "2021年13月1日", "2020年6月", "二〇一〇年", "第三次", "2020.6", ""])
def test_what_is_no_date(words: str) -> None:
    assert parse_date(words) is None


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("佳应急联发〔2020〕6号", "佳应急联发〔2020〕6号"),
        ("国发\n[2010] 23 号", "国发〔2010〕23号"),
        ("发改财金【2017】2219号", "发改财金〔2017〕2219号"),
        ("苏发改信用发(2019)820号", "苏发改信用发〔2019〕820号"),
        ("安委（２０１４）第８号", "安委〔2014〕8号"),
    ],
)
def test_document_numbers_in_every_bracket(written: str, number: str) -> None:
    assert normalise_number(written) == number


@pytest.mark.parametrize("words", ["2020年第6号", "〔2020〕6号", "国发〔2020〕号", "国发〔20〕6号"])
def test_what_is_no_document_number(words: str) -> None:
    assert normalise_number(words) is None


@given(st.text(alphabet=st.sampled_from("安全(（一)）\u200d\x00\u3000\xa0\r\n㈠⑴⒈①⼀0０:；\ud800"), max_size=60))
def test_spans_survive_normalisation(source: str) -> None:
    words = normalise(source)
    assert len(words.positions) == len(words.text)
    for start in range(len(words.text)):
        spans = words.spans(start, min(start + 3, len(words.text)))
        assert all(0 <= span.start < span.end <= len(source) for span in spans)
        assert all(left.end <= right.start for left, right in pairwise(spans))
        inside = "".join(source[span.start : span.end] for span in spans)
        assert not any(c in inside for c in "\u200d\x00")
    assert "".join(normalise(words.text).text) == words.text


def test_what_is_set_aside_is_left_out_of_spans() -> None:
    words = normalise("国发[注]〔2010〕23号").rewrite([Edit(2, 5, "")])
    assert words.text == "国发〔2010〕23号"
    assert words.spans(0, len(words.text)) == (Span(0, 2), Span(5, 14))
    assert words.rewrite([Edit(0, 1, "")]).spans(0, 5) == (Span(1, 2), Span(5, 9))


def test_nothing_asked_nothing_given() -> None:
    assert normalise("").text == ""
    assert normalise("安全").spans(1, 1) == ()
