"""Which dated text of which work a file holds: its title, its history, its name, held against what is registered.

A wrong match would show a lawyer the words of another law, or of another day. So a text is matched only where what it
says of itself leads to one registered work and one registered text; otherwise it is refused with what would settle
it. What the text says of itself comes first: its history (题注), then how many articles it has, and only then the name
of the file and the front matter, which anybody may have written. A later day in a name than in the history is a
contradiction, though collections do drop the last amendment: the number of articles settles it where it is, as far as
registered, that of one of the two texts alone, with a note that tells both; otherwise the file is refused with both. A
history that ends before a text with the very number of articles found decides nothing.

No file is opened here, and nothing is guessed from the words of the articles.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from policygraph.errors import InputError
from policygraph.judging.law.quotations import Statute
from policygraph.reading.citations import title_keys
from policygraph.reading.patterns import forms_of
from policygraph.reading.patterns.header import DATED_ACT
from policygraph.reading.vocabulary import Vocabulary
from policygraph.text.dates import WRITTEN_DATE, date_of, parse_date


@dataclass(frozen=True, slots=True)
class Edition:
    """A registered dated text: its date, since when it is in force and how many articles it has, where known."""

    date: str
    since: str | None = None
    articles: int | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """A work that a text can be of, with its other titles and its registered texts."""

    slug: str
    title: str
    variants: tuple[str, ...] = ()
    editions: tuple[Edition, ...] = ()

    def find(self, day: str) -> Edition | None:
        """The registered text of that date; None when none is."""
        return next((edition for edition in self.editions if edition.date == day), None)


@dataclass(frozen=True, slots=True)
class Heading:
    """What a file says of its text: a title, the days of its history, a date and a year stated beside the text."""

    title: str | None
    acts: tuple[str, ...] = ()
    stated: str | None = None
    year: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The date of a text and what a person should know of how it was found."""

    date: str
    notes: tuple[str, ...] = ()


# matches: "---\ntitle: 某条例\n---\n";  not: "---\n第一条", "# 某条例"
_FRONT = re.compile(r"\A\ufeff?---[ \t]*\r?\n(?P<fields>(?:[^\r\n]*\r?\n){0,60}?)(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)")
# matches: title: 某条例 · 公布日期： "2021-06-10";  not: 第一条 为了安全
_FIELD = re.compile(r"^(?P<key>[^\s:：]{1,20})[ \t]*[:：][ \t]*[\"']?(?P<value>[^\r\n]*?)[\"']?[ \t]*$", re.MULTILINE)
# matches: 20210610, 安全生产法_20210610;  not: 2021061, 202106101
_COMPACT = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<m>[01]\d)(?P<d>[0-3]\d)(?!\d)")
# matches: 2021, 安全生产法（2021年修正）;  not: 20211
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
# matches: （2021年修正）, (2021-06-10), _20210610, （）;  not: （试行）
_TAIL = re.compile(
    r"[\s_-]*(?:[（(【\[][^（()）【】\[\]]*\d{4}[^（()）【】\[\]]*[）)】\]]|[\d._-]{4,})\s*$|^[\d._\s-]{4,}"
)


def split_front(text: str) -> tuple[Mapping[str, str], str]:
    """The fields of the front matter of a Markdown file and the text behind it; no fields where it has none.

    >>> split_front("---\\ntitle: 某条例\\n---\\n第一条 略。")
    ({'title': '某条例'}, '第一条 略。')
    """
    found = _FRONT.match(text)
    if found is None:
        return {}, text
    fields = {match["key"].lower(): match["value"] for match in _FIELD.finditer(found["fields"].replace("\r\n", "\n"))}
    return fields, text[found.end() :]


def read_heading(statute: Statute, fields: Mapping[str, str], name: str, words: Vocabulary) -> Heading:
    """What a text, its front matter and the name of its file (without its ending) say of it.

    >>> read_heading(Statute("某条例", (), (), ("2020-01-02",)), {}, "某条例(2021-06-10)", Vocabulary())
    Heading(title='某条例', acts=('2020-01-02',), stated='2021-06-10', year=None)
    >>> read_heading(Statute(None, (), ()), {}, "某条例（2021年修正）", Vocabulary())
    Heading(title='某条例', acts=(), stated=None, year='2021')
    """
    dates = [date_of(match) for match in WRITTEN_DATE.finditer(name)]
    dates += [_real(f"{m['y']}-{m['m']}-{m['d']}") for m in _COMPACT.finditer(name)]
    for key, value in fields.items():
        act = forms_of(words).find(DATED_ACT, key)
        if key == "date" or (act and act["published"]):
            dates.append(parse_date(value) or _real(value[:10]))
    stated = max((day for day in dates if day), default=None)
    years = _YEAR.findall(name)
    bare = _TAIL.sub("", name).strip(" _-")
    named = bare if re.search(r"[\u4e00-\u9fff]{2}", bare) else None
    title = statute.title or fields.get("title") or named
    return Heading(title, statute.acts, stated, None if stated else max(years, default=None))


def find_work(title: str, works: Iterable[Work], words: Vocabulary) -> tuple[Work, ...]:
    """The works of that title; several where it does not tell them apart, none where none has it.

    The name of the state, the issuer before 关于 and the edition in brackets do not count.

    >>> law = Work("x-fa", "中华人民共和国某法")
    >>> [work.slug for work in find_work("某法", [law], Vocabulary())], find_work("某法实施条例", [law], Vocabulary())
    (['x-fa'], ())
    """
    forms = forms_of(words)
    keys = title_keys(_TAIL.sub("", title), forms)
    return tuple(
        work for work in works if any(keys & title_keys(known, forms) for known in (work.title, *work.variants))
    )


def choose_edition(place: str, heading: Heading, work: Work, articles: int) -> Choice:
    """The registered text that a file holds, ``articles`` being how many articles it has.

    Errors: ``InputError`` that says what is known and what would settle it.

    >>> law = Work("x", "某法", (), (Edition("2014-08-31", "2014-12-01", 9), Edition("2021-06-10", "2021-09-01", 9)))
    >>> choose_edition("a.md", Heading("某法", ("2002-06-29", "2021-06-10")), law, 9).date
    '2021-06-10'
    >>> choose_edition("a.md", Heading("某法", year="2014"), law, 9).date
    '2014-08-31'
    >>> choose_edition("a.md", Heading("某法", ("2023-01-01",)), law, 9)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    policygraph.errors.InputError: a.md: 《某法》没有登记 2023-01-01 的文本。...
    """
    choice = weigh_days(place, heading, work, articles)
    if choice is None:
        raise InputError(place, f"没有写明是《{work.title}》哪一天的文本（题注、文件名里都没有日期）", _settle(work))
    edition = work.find(choice.date)
    if edition is None:
        told = max(heading.acts, default="")
        starting = [one for one in work.editions if one.since == choice.date and one.date >= told]
        if len(starting) != 1:
            remedy = f"{_settle(work)}，或加 --new 存为自己的文本"
            raise InputError(place, f"《{work.title}》没有登记 {choice.date} 的文本", remedy)
        edition = starting[0]
        choice = Choice(edition.date, (*choice.notes, f"{choice.date} 是施行日期，文本日期是 {edition.date}"))
    if heading.stated is None and edition.articles != articles:
        later = [one.date for one in work.editions if one.date > edition.date and one.articles == articles]
        if later:
            raise InputError(
                place,
                f"题注只到 {edition.date}，条数（{articles} 条）却与后来的文本（{'、'.join(later)}）相同，题注可能不全",
                _settle(work),
            )
    return choice


def weigh_days(place: str, heading: Heading, work: Work, articles: int) -> Choice | None:
    """The day of a text by the order of evidence: its history, its number of articles, the name of its file.

    None where nothing tells a day. Errors: ``InputError`` where the name tells a later day than the history and the
    number of articles does not settle it; it names both.

    >>> law = Work("x", "某法", (), (Edition("2014-08-31", None, 8), Edition("2021-06-10", None, 9)))
    >>> heading = Heading("某法", ("2014-08-31",), stated="2021-06-10")
    >>> [choice.date for n in (8, 9) if (choice := weigh_days("a.md", heading, law, n))]
    ['2014-08-31', '2021-06-10']
    """
    told = max(heading.acts, default=None)
    if told is None:
        if heading.stated is None and heading.year is not None:
            (day,) = _of_year(place, heading.year, work)
            return Choice(day, (f"文件名写 {heading.year} 年，那一年登记的文本只有 {day}",))
        return Choice(heading.stated) if heading.stated else None
    said, candidates = _claim(heading, work)
    if not said or told in candidates:
        return Choice(told)
    if said < told:
        # an earlier year in a name is often that of the first text; an earlier day is told
        return Choice(told, (f"文件名（文件头）写 {said}，题注到 {told}，依题注",) if heading.stated else ())
    own, named = work.find(told), [one for day in candidates if (one := work.find(day)) is not None]
    fitting = [one for one in named if one.articles == articles]
    if len(fitting) == 1 and (own is None or own.articles != articles):
        day = fitting[0].date
        return Choice(
            day, (f"题注只到 {told}，文件名（文件头）写 {said}；本文 {articles} 条，是 {day} 文本的条数，依 {day}",)
        )
    if own is not None and own.articles == articles and not fitting:
        return Choice(told, (f"文件名（文件头）写 {said}，题注到 {told}，条数也是 {told} 文本的，依题注，请核对",))
    raise InputError(
        place,
        f"题注只到 {told}，文件名（文件头）却写 {said}，条数（{articles} 条）也分不出是哪一次",
        _settle(work),
    )


def _claim(heading: Heading, work: Work) -> tuple[str, tuple[str, ...]]:
    """What the name of a file and its front matter tell: the day or year, and the dates of texts it can mean.

    A day on which a registered text came into force means that text. Empty where they tell nothing.
    """
    if heading.stated:
        starting = [one.date for one in work.editions if one.since == heading.stated]
        return heading.stated, tuple(dict.fromkeys((heading.stated, *starting)))
    if heading.year:
        return heading.year, tuple(one.date for one in work.editions if one.date.startswith(heading.year))
    return "", ()


def _of_year(place: str, year: str, work: Work) -> tuple[str]:
    found = [one.date for one in work.editions if one.date.startswith(year)]
    if len(found) != 1:
        raise InputError(
            place, f"文件名写 {year} 年，《{work.title}》那一年登记的文本有 {len(found)} 次", _settle(work)
        )
    return (found[0],)


def compare_count(work: Work, day: str, articles: int) -> str | None:
    """What to say where a text has another number of articles than is registered; None where they agree.

    >>> compare_count(Work("x", "某法", (), (Edition("2021-06-10", None, 119),)), "2021-06-10", 118)
    '本文 118 条，登记的 2021-06-10 文本 119 条，请核对'
    """
    edition = work.find(day)
    if edition is None or edition.articles is None or edition.articles == articles:
        return None
    return f"本文 {articles} 条，登记的 {day} 文本 {edition.articles} 条，请核对"


def _settle(work: Work) -> str:
    known = "；".join(f"{one.date}，{one.articles} 条" if one.articles else one.date for one in work.editions)
    return f"用 --date 写明是哪一次文本（登记的有: {known or '没有'}）"


def _real(written: str) -> str | None:
    try:
        return date.fromisoformat(written).isoformat()
    except ValueError:
        return None
