"""A citation of one place of one text, as an official paper, a web page, a note or a bibliography writes it.

What is quoted is handed in: words that a span of the source attests, never what stands on a page. One citation is of
one place: the cells of a table are never glued into one quotation. Every form carries the same parts (title, document
number, place, words, day, dataset), so that whoever meets one form can find the others. Pure: no query, no clock.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from policygraph.judging.answers import Answer, Cell
from policygraph.text.titles import name_text
from policygraph.words import say

COLUMNS = (
    "thing", "clause", "document", "title", "number", "place", "words", "unquoted", "status", "date", "source",
    "sha256", "start", "end", "spans", "url", "official", "plain", "markdown", "html", "bibtex",
)  # fmt: skip
"""The columns of citations as data, in their order."""

# what has a meaning in Markdown inside a line (CommonMark 0.31, 2.4)
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|~])")
# what has a meaning to BibTeX or TeX
_TEX = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "%": r"\%", "#": r"\#",
    "&": r"\&", "$": r"\$", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
_KEY = re.compile(r"[^A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Citation:
    """One place of one text with its words, and where both can be looked up.

    >>> place = "https://a.example/id/doc/x/sec_2/para_9"
    >>> url = "https://a.example/doc/x#sec_2/para_9"
    >>> one = Citation(place, place, "https://a.example/id/doc/x", "转发《办法》的通知", "某发〔2020〕5号", "二（九）",
    ...                "限制参与。", "", url, "2026-11-26", "0" * 64)
    >>> one.official
    '《转发〈办法〉的通知》（某发〔2020〕5号）二（九）：“限制参与。”'
    >>> one.markdown
    '[《转发〈办法〉的通知》（某发〔2020〕5号）二（九）](https://a.example/doc/x#sec_2/para_9)：“限制参与。”'
    >>> one.key, one.csl()["section"]
    ('doc-x-sec-2-para-9', '二（九）')
    """

    thing: str
    """The IRI that was asked for: a measure, a clause, a provision, anything that quotes a clause."""
    clause: str
    """The IRI of the place itself."""
    document: str
    title: str
    number: str
    """The document number as it is normalised; empty where the text has none."""
    place: str
    """The place in official writing: 附件二（九）; empty for a whole text."""
    words: str
    """The words of the place, verbatim, the breaks of the layout repaired; empty where none are quoted."""
    unquoted: str
    """Why no words are quoted; empty where some are."""
    url: str
    as_of: str
    dataset: str
    status: str = ""
    """How a provision stands on the day, in words; empty for a clause, which only says what it says."""
    edition: str = ""
    """Which dated text of a law the words are of."""
    issuers: str = ""
    date: str = ""
    """The day of the text; empty where it has none."""
    source: str = ""
    sha256: str = ""
    spans: tuple[tuple[int, int], ...] = ()
    """Where the words stand in the source: pairs of code points, the end exclusive."""

    @property
    def name(self) -> str:
        """The text and the place in it, without words."""
        of = self.edition or self.number
        return name_text(self.title) + (say("citing", "number", number=of) if of else "") + self.place

    @property
    def official(self) -> str:
        """The form of official papers: title, number, place, and the words in quotation marks."""
        return self.name + (say("citing", "words", words=self.words) if self.words else "")

    @property
    def provenance(self) -> str:
        """On which bytes and which day the citation rests, and where it can be looked up."""
        where = "，".join(f"[{start}, {end})" for start, end in self.spans)
        parts = (
            self.status,
            say("citing", "on_day", day=self.as_of, dataset=self.dataset[:16]),
            say("citing", "in_source", sha256=self.sha256, spans=where) if self.sha256 and where else "",
        )
        return "；".join(filter(None, parts))

    @property
    def plain(self) -> str:
        """The official form with what it rests on and its address, in one line."""
        return say(
            "citing", "plain", official=self.official.replace("\n", " "), provenance=self.provenance, url=self.url
        )

    @property
    def markdown(self) -> str:
        """A link with the words behind it."""
        name = _MARKDOWN.sub(r"\\\1", self.name)
        words = _MARKDOWN.sub(r"\\\1", self.words.replace("\n", " "))
        return f"[{name}]({self.url})" + (say("citing", "words", words=words) if words else "")

    @property
    def html(self) -> Markup:
        """A paragraph to paste where text may be rich."""
        link = Markup('<a href="{}">{}</a>').format(self.url, self.name)
        words = say("citing", "words", words=self.words) if self.words else ""
        body = Markup("<br>").join(words.split("\n"))
        return Markup('<p lang="zh-CN">{}{}</p>').format(link, body)

    @property
    def key(self) -> str:
        """A key for bibliographies: the path of the place in ASCII."""
        return _KEY.sub("-", self.clause.rpartition("/id/")[2]).strip("-")

    @property
    def note(self) -> str:
        """The place, the words and what they rest on, for the forms that have one field for all of it."""
        words = say("citing", "words", words=self.words.replace("\n", " ")) if self.words else ""
        return f"{self.place}{words} {self.provenance}".strip()

    @property
    def bibtex(self) -> str:
        """An entry for BibTeX and BibLaTeX."""
        fields = (
            ("title", "{" + _tex(self.title) + "}"),
            ("author", "{" + _tex(self.issuers) + "}" if self.issuers else ""),
            ("number", _tex(self.number)),
            ("edition", _tex(self.edition)),
            ("date", self.date),
            ("year", self.date[:4]),
            ("pages", _tex(self.place)),
            ("note", _tex(self.note)),
            ("url", self.url),
            ("urldate", self.as_of),
            ("language", "chinese"),
        )
        lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields if value)
        return f"@misc{{{self.key},\n{lines}}}\n"

    def csl(self) -> dict[str, object]:
        """An item of CSL-JSON (Citation Style Language 1.0.2, type ``regulation``)."""
        item: dict[str, object] = {
            "id": self.key,
            "type": "legislation" if "/id/law/" in self.clause else "regulation",
            "title": self.title,
            "number": self.edition or self.number,
            "authority": self.issuers,
            "section": self.place,
            "note": self.note,
            "URL": self.url,
            "language": "zh-CN",
            "accessed": {"date-parts": [[int(part) for part in self.as_of.split("-")]]},
        }
        if self.date:
            item["issued"] = {"date-parts": [[int(part) for part in self.date.split("-")]]}
        return {name: value for name, value in item.items() if value}

    def row(self) -> tuple[Cell, ...]:
        """The cells of ``COLUMNS``; what there is none of is empty."""
        first, last = (self.spans[0][0], self.spans[-1][1]) if self.spans else (None, None)
        texts = (
            self.thing, self.clause, self.document, self.title, self.number, self.place, self.words, self.unquoted,
            self.status, self.date, self.source, self.sha256,
        )  # fmt: skip
        told = (self.url, self.official, self.plain, self.markdown, str(self.html), self.bibtex)
        spans = "；".join(f"{start}–{end}" for start, end in self.spans)
        return (*(text or None for text in texts), first, last, spans or None, *told)


def tabulate_citations(citations: Iterable[Citation], as_of: str, dataset: str) -> Answer:
    """Citations as a table, a row each."""
    return Answer(COLUMNS, tuple(one.row() for one in citations), as_of=as_of, dataset=dataset)


def render_csl(citations: Iterable[Citation]) -> str:
    """Citations as a list of CSL-JSON."""
    return json.dumps([one.csl() for one in citations], ensure_ascii=False, indent=1)


def _tex(text: str) -> str:
    return "".join(_TEX.get(character, character) for character in text)
