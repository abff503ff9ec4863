"""What things are called on a page: a name for every IRI, a word for every code, in the language of the page.

A reader never meets a raw IRI or an English code on a Chinese page. Names of things and of concepts come from the
graph; words for the few codes that are no concept (``named``, ``believed``) and for the levels of a clause come
from the language's file in ``words``. Which of the graph's labels a language shows, and which it falls back to, is
told there too; what has no name but the Chinese one keeps it, and a page in another language marks it as Chinese.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from policygraph.keeping.store import Cell
from policygraph.namespaces import slug_of
from policygraph.text.locators import address_of, find_places
from policygraph.text.numbers import NATION
from policygraph.text.numerals import HAN
from policygraph.words import Language, source_language

Row = Mapping[str, Cell]

# 限制；公示 · priority; support
_LIST = re.compile(r"[；;]\s*")
# 一、 · 1. · 1．  not: （一）
_CLOSING = re.compile(r"[、.．]$")
_OF_BODIES = ("issuers", "issuer")
"""Columns that hold names of bodies as the registry has them."""
# 《政府采购法》第二十二条（2014年修正文本）;  not: 《甲法》《乙法》
_CITED = re.compile(rf"《(?P<title>[^《》]+)》(?P<place>[^《》（]*(?:（[{HAN}]+）[^《》（]*)*)(?:（[^《》]*）)?")
_TITLE = re.compile("《[^《》]+》")
# （2014年修正文本） · （2021年）;  not: （2014年第2号）以外
_EDITION = re.compile(r"（[0-9]{4}年[^《》（）]*）")
_HAN = re.compile(r"[一-鿿〇]")
# 《安全生产法》第七十八条（2021年） · 佳应急联发〔2020〕5号;  not: (art. 45)
_RUN = re.compile(r"[《〔（“]*[一-鿿〇](?:[一-鿿〇0-9·、，。；：《》〔〕（）“”,—-]*[一-鿿〇》〕）”])?")


def has_han(text: object) -> bool:
    """Whether a text has Chinese characters, and so needs a language mark on an English page.

    >>> has_han("第七十五条"), has_han("Article 75"), has_han(None)
    (True, False, False)
    """
    return isinstance(text, str) and _HAN.search(text) is not None


def split_han(text: object) -> list[tuple[str, bool]]:
    """A text cut into what is Chinese, with its marks, and what is not: an English page marks each as what it is.

    >>> split_han("basis: 《安全生产法》第七十八条（2021年）; see there")
    [('basis: ', False), ('《安全生产法》第七十八条（2021年）', True), ('; see there', False)]
    >>> split_han("")
    []
    """
    whole, found, end = str(text), list[tuple[str, bool]](), 0
    for run in _RUN.finditer(whole):
        found += [(whole[end : run.start()], False), (run[0], True)]
        end = run.end()
    return [(piece, is_han) for piece, is_han in (*found, (whole[end:], False)) if piece]


# further_force · basis-health · as_of;  not: JSON, 90
_CODE = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)+")


def split_codes(text: object) -> list[tuple[str, bool]]:
    """A text cut into names of columns and of questions, which a program reads, and words.

    >>> split_codes("day 见 as_of；JSON")
    [('day 见 ', False), ('as_of', True), ('；JSON', False)]
    """
    whole, found, end = str(text), list[tuple[str, bool]](), 0
    for run in _CODE.finditer(whole):
        found += [(whole[end : run.start()], False), (run[0], True)]
        end = run.end()
    return [(piece, is_code) for piece, is_code in (*found, (whole[end:], False)) if piece]


# `basis_then` · `第75条`;  not: an apostrophe, a backtick that stands alone
_QUOTED = re.compile(r"`([^`]+)`")


def split_quoted(text: object) -> list[tuple[str, bool]]:
    """A text cut into what stands in backticks, which a program reads, and words; the backticks fall away.

    >>> split_quoted("see `as_of`; an act")
    [('see ', False), ('as_of', True), ('; an act', False)]
    """
    return [(piece, place % 2 == 1) for place, piece in enumerate(_QUOTED.split(str(text))) if piece]


# matches the issue of issue 为 before · the via of via=cited;  not: the cited of via=cited, conclusions.ttl
_WORD = re.compile(r"(?<![\w.=-])[a-z][a-z0-9_]*(?![\w.-])", re.ASCII)


def name_columns(text: object, heads: Mapping[str, str]) -> list[tuple[str, str]]:
    """A text about a question cut so that each column it names stands with its head; other stretches have none.

    A word behind ``=`` is a value of a column and never a column, even where one is called so too.

    >>> name_columns("conclusion 按 conclusions.ttl 得出，issue 为 before", {"conclusion": "结论", "issue": "有无"})
    [('conclusion', '结论'), (' 按 conclusions.ttl 得出，', ''), ('issue', '有无'), (' 为 before', '')]
    >>> name_columns("via=cited 时 cited 为空", {"via": "由何而及", "cited": "所引条目"})
    [('via', '由何而及'), ('=cited 时 ', ''), ('cited', '所引条目'), (' 为空', '')]
    """
    whole, found, end = str(text), list[tuple[str, str]](), 0
    for run in _WORD.finditer(whole):
        if heads.get(run[0]):
            found += [(whole[end : run.start()], ""), (run[0], heads[run[0]])]
            end = run.end()
    return [(piece, head) for piece, head in (*found, (whole[end:], "")) if piece]


_ROWS = frozenset({"row", "table-row"})
"""The levels whose printed numbers are said in words of their own."""


def cite_clause(labels: Iterable[tuple[str, str, str]], levels: Mapping[str, str]) -> str:
    """How a clause is cited, from the label, level and address segment of each clause on the way down to it.

    Printed numbers are joined; what has none is counted in the words of ``levels``. Empty for no clause.

    >>> way = [("附件", "annex", "annex_1"), ("二、", "sec", "sec_2"), ("（九）", "para", "para_9")]
    >>> cite_clause(way, {"al": "第{n}段"})
    '附件二（九）'
    >>> cite_clause([*way[:2], ("", "al", "al_1")], {"al": "第{n}段"})
    '附件二第1段'
    """
    words = []
    for label, level, segment in labels:
        number = segment.rpartition("_")[2]
        if label and level not in _ROWS:
            words.append(_CLOSING.sub("", label))
        else:
            words.append(levels.get(f"{level}-label" if label else level, level).format(n=label or number))
    return "".join(words)


@dataclass(frozen=True, slots=True)
class Term:
    """A thing's name in Chinese and, where there is one, in English; its number; its code inside its scheme."""

    zh: str
    en: str | None
    notation: str | None


class Names:
    """All names of a dataset in one language; nothing in it changes."""

    def __init__(self, language: Language, things: Iterable[Row], clauses: Iterable[Row]) -> None:
        self.language = language
        words: Mapping[str, Mapping[str, str]] = language.words
        self._codes = words["codes"]
        self._terms: dict[str, Term] = {}
        self._by_code: dict[tuple[str, str], str] = {}
        self._renderings: dict[tuple[str, str], str] = {}
        """What the Chinese labels that queries give are called in another language, by family and label."""
        self._laws: dict[str, str] = {}
        """The English names of laws by their titles, with and without the name of the country."""
        for row in things:
            iri = str(row["thing"])
            term = Term(str(row["zh"]), _text(row["en"]), _text(row["notation"]))
            if iri in self._terms:
                continue
            self._terms[iri] = term
            if slug_of(iri).startswith("concept/"):
                self._add_concept(slug_of(iri).removeprefix("concept/"), term)
            elif slug_of(iri).startswith("region/"):
                self._renderings.setdefault(("", term.zh), self._word(term))
            elif slug_of(iri).startswith("org/"):
                # only where a column names bodies: elsewhere the words are those of a text
                for column in _OF_BODIES:
                    self._renderings.setdefault((column, term.zh), self._word(term))
            elif slug_of(iri).startswith("law/") and term.en:
                self._laws.setdefault(term.zh, term.en)
                self._laws.setdefault(term.zh.removeprefix(NATION), term.en)
        self._clauses = _cite_clauses(clauses, words["levels"])
        self._levels = words["levels"]
        self._source = self._levels["source"]

    def _add_concept(self, slug: str, term: Term) -> None:
        family, _, code = slug.partition("-")
        word = self._word(term)
        for key in filter(None, (code, term.notation)):
            self._by_code.setdefault((family, key), word)
        # a number is the code of a concept only where the column says of which: elsewhere 3 is three
        if term.notation and not term.notation.isdigit():
            self._by_code.setdefault(("", term.notation), word)
        if word != term.zh:
            self._renderings.setdefault((family, term.zh), word)
            self._renderings.setdefault(("", term.zh), word)

    def _word(self, term: Term) -> str:
        return self.language.pick(zh=term.zh, en=term.en)

    def knows(self, iri: object) -> bool:
        """Whether a thing has a name of its own, is a clause, or a source."""
        text = str(iri)
        return text in self._terms or text in self._clauses or slug_of(text).startswith("source/")

    def name(self, iri: object) -> str:
        """What a thing is called; a clause is cited by its document and number; the path when it has no name."""
        text = str(iri)
        clause = self._clauses.get(text)
        if clause:
            document, place = clause
            return f"{self.name(document)} {place}"
        term = self._terms.get(text)
        slug = slug_of(text)
        if term is None:
            place = slug.partition("#char=")[2]
            return self._source.format(n=place.replace(",", "–")) if place else slug
        if slug.startswith("doc/"):
            return term.notation or term.zh
        title = self._word(term)
        return f"{term.notation} {title}" if slug.startswith("measure/") and term.notation else title

    def place_of(self, iri: object) -> str:
        """How a clause is cited inside its own document; empty for anything that is no clause."""
        return self._clauses.get(str(iri), ("", ""))[1]

    def spell_place(self, locator: object) -> str:
        """A place in a law as it is called in the language of the page; as printed where it is no such place.

        In Chinese 第二十二条第一款 stays what it is; in English it is Article 22 (1).
        """
        text = str(locator or "")
        address = address_of(text) if self.language.foreign else None
        if address is None:
            return text
        way = [("", segment.rpartition("_")[0], segment) for segment in address.split("/")]
        spelt = cite_clause(way, self._levels).strip()
        return spelt[:1].upper() + spelt[1:]

    def gloss_law(self, citation: str) -> str:
        """A citation with the English name of its law and place in front; as it is in Chinese and where there is none.

        《政府采购法》第二十二条 is Government Procurement Law …, Article 22 《政府采购法》第二十二条.
        """
        found = _CITED.fullmatch(citation) if self.language.foreign else None
        title = self._laws.get(found["title"]) if found else None
        if found is None or title is None:
            return citation
        place = self.spell_place(found["place"])
        return f"{title}, {place} {citation}" if place and not has_han(place) else f"{title} {citation}"

    def gloss_citations(self, text: str) -> str:
        """A sentence with the English name and place of each law that it cites in front of its own; others stay.

        So 《政府采购法》第二十二条 becomes Government Procurement Law, Article 22 《政府采购法》第二十二条.
        """
        if not self.language.foreign:
            return text

        told, end = "", 0
        for title in _TITLE.finditer(text):
            places = find_places(text, title.end())
            close = places[-1].end if places else title.end()
            edition = _EDITION.match(text, close)
            citation = text[title.start() : edition.end() if edition else close]
            glossed = self.gloss_law(citation)
            if glossed != citation:
                glossed = glossed.replace(str(self.language.words["of_nation"]), "", 1)
            told += text[end : title.start()] + glossed
            end = title.start() + len(citation)
        return told + text[end:]

    def title(self, iri: object) -> str:
        """A thing's own title without its number; its path when it has none."""
        term = self._terms.get(str(iri))
        return slug_of(str(iri)) if term is None else self._word(term)

    def say(self, value: Cell, column: str = "") -> str:
        """A value in the words of the page: a code as its word, a concept's Chinese label as its English one.

        ``column`` says what the value is about, where one code or label stands for several things.
        """
        if value is None:
            return ""
        if value is True or value is False:
            return self._codes["yes" if value else "no"]
        text = str(value)
        if slug_of(text) != text:
            return self.name(text)
        # what is said of a column comes before what is said anywhere, and a word of the pages before any one concept
        for found in (
            self._by_code.get((column, text)) if column else None,
            self._codes.get(f"{column}.{text}"),
            self._codes.get(text),
            self._by_code.get(("", text)),
        ):
            if found is not None:
                return found
        if self.language.foreign and has_han(text):
            return str(self.language.words["semicolon"]).join(self._render(part, column) for part in _LIST.split(text))
        return text

    def _render(self, label: str, column: str) -> str:
        """A Chinese label in the language of the page, or several of them side by side; as it is where one has none.

        A list of bodies is rendered as far as they are known: a name stays a name beside another one.
        """
        parts = [label] if self._rendering(label, column) else label.split("、")
        found = [self._rendering(part, column) for part in parts]
        if not all(found) and column not in _OF_BODIES:
            return label
        told = (word or part for word, part in zip(found, parts, strict=True))
        # a name of a body may hold a comma
        return str(self.language.words["semicolon" if column in _OF_BODIES else "list_comma"]).join(told)

    def _rendering(self, label: str, column: str) -> str | None:
        others = str(source_language().words["and_others"])
        if column in _OF_BODIES and label.endswith(others):
            found = self._rendering(label.removesuffix(others), column)
            return f"{found}{self.language.words['and_others']}" if found else None
        return self._renderings.get((column, label)) or self._renderings.get(("", label))


def count(words: str, n: int) -> str:
    """Words that tell a number, in the form that the number asks for: those before the bar for one, else those behind.

    A language without such forms writes no bar.

    >>> count("{n} basis|{n} bases", 1), count("{n} basis|{n} bases", 0), count("依据 {n} 项", 1)
    ('1 basis', '0 bases', '依据 1 项')
    """
    one, _, others = words.partition("|")
    return (others if others and n != 1 else one).format(n=n)


def _cite_clauses(rows: Iterable[Row], levels: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    ways: dict[str, list[tuple[str, str, str]]] = {}
    cited = {}
    for row in rows:
        iri, parent = str(row["clause"]), str(row["parent"])
        way = [*ways.get(parent, []), (str(row["label"] or ""), str(row["level"]), iri.rpartition("/")[2])]
        ways[iri] = way
        cited[iri] = (str(row["document"]), spell_way(way, levels))
    return cited


def spell_way(way: list[tuple[str, str, str]], levels: Mapping[str, str]) -> str:
    """How a clause is cited from the way down to it, tables included; see `cite_clause`."""
    return cite_clause(_show_tables(way), levels)


def _show_tables(way: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """The way to a clause as it is cited: a row of an appendix by that alone, whatever annex it closes.

    A table that the text does not call an appendix is one of the place where it stands, and so are its rows.

    >>> _show_tables([("附件", "annex", "annex_1"), ("附录", "app", "app_1"), ("（一）", "row", "row_1")])
    [('（一）', 'row', 'row_1')]
    >>> way = [("四、", "sec", "sec_4"), ("", "app", "app_2"), ("8", "row", "row_1"), ("", "cell", "cell_2")]
    >>> cite_clause(_show_tables(way), {"tables": "第{n}表", "table-row-label": "“{n}”行", "cell": "第{n}栏"})
    '四第2表“8”行第2栏'
    """
    row = next((at for at, part in enumerate(way) if part[1] == "row"), None)
    table = next((part for part in way if part[1] == "app"), None)
    if row is not None and (table is None or table[0]):
        return way[row:]
    shown = []
    for label, level, segment in way:
        if table is not None and not table[0] and level in ("app", "row"):
            one = "table" if segment.endswith("_1") else "tables"
            level = one if level == "app" else "table-row"
        shown.append((label, level, segment))
    return shown


def _text(value: Cell) -> str | None:
    return None if value is None else str(value)
