"""The reader's page as a tree: clauses in order, each leaf's characters cut where a highlight begins or ends.

Highlights are spans of the source, and they nest (a department inside a measure), so text is cut at every border and
each piece carries the kinds that cover it: no markup is ever spliced into a string. Pure: rows in, values out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import groupby, pairwise

from policygraph.text.folding import fold
from policygraph.text.likeness import find_gaps
from policygraph.text.locators import read_opening


@dataclass(frozen=True, slots=True)
class Highlight:
    """A span of the source with the kind of thing it is, where it leads and what it says on hover."""

    start: int
    end: int
    kind: str
    target: str | None
    title: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters covered by the same highlights."""

    text: str
    kinds: tuple[str, ...]
    target: str | None
    title: str

    def looks_like(self, other: Piece) -> bool:
        """Whether both are covered by the same highlights."""
        return (self.kinds, self.target, self.title) == (other.kinds, other.target, other.title)


@dataclass(frozen=True, slots=True)
class Note:
    """A problem of the source that the reader puts in the margin, with its place in the untouched text."""

    message: str
    start: int
    end: int


@dataclass(slots=True)
class ClauseNode:
    """A clause on the page; a leaf has paragraphs of pieces and its first and last place, a parent has children."""

    iri: str
    anchor: str
    label: str
    level: str
    heading: str
    paragraphs: list[list[Piece]] = field(default_factory=list)
    children: list[ClauseNode] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    originals: list[str] = field(default_factory=list)
    """Where each span stands in the original that the text was extracted from; empty where the text is the original."""

    def walk(self) -> Iterator[ClauseNode]:
        """This clause and all below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def leaves(self) -> Iterator[ClauseNode]:
        """The clauses without parts at or below this one, in reading order."""
        return (node for node in self.walk() if not node.children)

    @property
    def place(self) -> tuple[int, int]:
        """From the first to the last character of the clause in the source; 0, 0 when it has none."""
        spans = [span for leaf in self.leaves for span in leaf.spans]
        return (min(start for start, _ in spans), max(end for _, end in spans)) if spans else (0, 0)

    @property
    def original(self) -> str:
        """Where the clause stands in the original, as ``placeInOriginal`` writes it; empty when that is not known."""
        return join_places(where for leaf in self.leaves for where in leaf.originals)

    @property
    def articles(self) -> list[list[Piece]]:
        """The paragraphs with a break before each provision that is quoted in one: a cell of a table to be read."""
        return [part for line in self.paragraphs for part in break_articles(line)]

    @property
    def words(self) -> str:
        """The words of the clause in one line, as a citation quotes them."""
        return "".join(piece.text for leaf in self.leaves for line in leaf.paragraphs for piece in line)

    @property
    def all_notes(self) -> list[Note]:
        """The notes at or below this clause, each once."""
        return list(dict.fromkeys(note for leaf in self.leaves for note in leaf.notes))

    @property
    def opening(self) -> str:
        """The first words below the number, for the contents; empty when the clause has no text of its own."""
        if self.paragraphs:
            return "".join(piece.text for piece in self.paragraphs[0]).removeprefix(self.label).strip()[:16]
        return next((child.opening for child in self.children if child.opening), "")


BETWEEN = " – "
"""Between the first and the last place of words that stand in several."""
# page 2 · row 3 · file;  not: 第2页
_STEP = re.compile(r"(?P<kind>[a-z]+)(?: (?P<number>\d+))?")


def join_places(places: Iterable[str]) -> str:
    """The first place of some in reading order and, where it is another, the last; empty for none.

    >>> join_places(["page 1 line 2 – page 1 line 3", "", "page 2 line 1"]), join_places([])
    ('page 1 line 2 – page 2 line 1', '')
    """
    ends = [end for where in places if where for end in where.split(BETWEEN)]
    return BETWEEN.join(dict.fromkeys((*ends[:1], *ends[-1:])))


def say_place(where: str, words: Mapping[str, str]) -> str:
    """A place in an original in the words of a language; a step that has no word is told as it is.

    >>> say_place("page 2 line 7 – page 2 line 9", {"page": "第{n}页", "line": "第{n}行", "within": "{whole}{part}"})
    '第2页第7行 – 第2页第9行'
    """

    def say_step(step: re.Match[str]) -> str:
        return words[step["kind"]].format(n=step["number"] or "") if step["kind"] in words else step[0]

    def put_within(whole: str, part: str) -> str:
        return words["within"].format(whole=whole, part=part)

    return BETWEEN.join(reduce(put_within, map(say_step, _STEP.finditer(end))) for end in where.split(BETWEEN))


def cut_pieces(text: str, start: int, highlights: Iterable[Highlight]) -> list[Piece]:
    """Cut ``text``, which begins at ``start`` of the source, at every border of the highlights that touch it.

    >>> pieces = cut_pieces("实施单位:佳木斯市财政局", 10, [Highlight(15, 22, "organisation", "/org/x", "财政")])
    >>> [(p.text, p.kinds) for p in pieces]
    [('实施单位:', ()), ('佳木斯市财政局', ('organisation',))]
    """
    end = start + len(text)
    touching = [h for h in highlights if h.start < end and h.end > start]
    borders = sorted({start, end, *(min(max(b, start), end) for h in touching for b in (h.start, h.end))})
    pieces: list[Piece] = []
    for left, right in pairwise(borders):
        covering = sorted(
            (h for h in touching if h.start <= left and h.end >= right), key=lambda h: (h.end - h.start, h.kind)
        )
        piece = Piece(
            text[left - start : right - start],
            tuple(dict.fromkeys(h.kind for h in covering)),
            next((h.target for h in covering if h.target), None),
            " · ".join(dict.fromkeys(h.title for h in covering if h.title)),
        )
        # two spans of one thing (with and without its number) are one link
        if pieces and piece.looks_like(pieces[-1]):
            pieces[-1] = replace(piece, text=pieces[-1].text + piece.text)
        else:
            pieces.append(piece)
    return pieces


def split_paragraphs(pieces: Iterable[Piece], text: str | None = None) -> list[list[Piece]]:
    """The pieces of one leaf as paragraphs: a line break of the layout is dropped, no other character is.

    ``text`` is the clause's text with the layout repaired: only its line breaks are breaks. Without it all are.

    >>> pieces = cut_pieces("失信行为的生\\n产经营单位\\n附则", 0, [])
    >>> [line[0].text for line in split_paragraphs(pieces, "失信行为的生产经营单位\\n附则")][-1]
    '附则'
    >>> len(split_paragraphs(pieces)), len(split_paragraphs(pieces, "失信行为的生产经营单位\\n附则"))
    (3, 2)
    """
    breaks = None
    if text is not None:
        parts = ["".join(part.split()) for part in text.split("\n")]
        breaks = {sum(len(part) for part in parts[:number]) for number in range(1, len(parts))}
    lines: list[list[Piece]] = [[]]
    seen = 0
    for piece in pieces:
        for index, part in enumerate(piece.text.split("\n")):
            # two cells of a layout table are two lines, though no line break stands between what is shown of them
            if (index and breaks is None) or (breaks is not None and seen in breaks and lines[-1]):
                lines.append([])
            seen += len("".join(part.split()))
            if part:
                lines[-1].append(Piece(part, piece.kinds, piece.target, piece.title))
    return [line for line in lines if any(piece.text.strip() for piece in line)]


_CLOSED = "。；;！？”"
"""After which another provision may begin: what was said before is finished."""


def break_articles(line: Iterable[Piece]) -> list[list[Piece]]:
    """A paragraph broken before each cited text and each number of a provision that follows a finished sentence.

    No character is lost, and a title or number inside a sentence breaks nothing.

    >>> cited = Piece("《安全生产法》第六十二条", ("citation",), "/law/x", "")
    >>> line = [cited, Piece(" 检查。第七十五条 应当依照第八条公告。", (), None, "")]
    >>> [[piece.text for piece in part] for part in break_articles(line)]
    [['《安全生产法》第六十二条', ' 检查。'], ['第七十五条 应当依照第八条公告。']]
    """
    parts: list[list[Piece]] = [[]]

    def is_closed() -> bool:
        before = "".join(piece.text for piece in parts[-1]).rstrip()
        return bool(before) and before[-1] in _CLOSED

    for piece in line:
        if piece.kinds:
            if "citation" in piece.kinds and piece.text.lstrip().startswith("《") and is_closed():
                parts.append([])
            parts[-1].append(piece)
            continue
        begin = 0
        for at, character in enumerate(piece.text):
            before = piece.text[:at].rstrip() or "".join(one.text for one in parts[-1]).rstrip()
            if character.isspace() or not before or before[-1] not in _CLOSED or not read_opening(piece.text, at):
                continue
            if at > begin:
                parts[-1].append(replace(piece, text=piece.text[begin:at]))
            parts.append([])
            begin = at
        parts[-1].append(replace(piece, text=piece.text[begin:]))
    return [part for part in parts if part]


def attach_notes(roots: Iterable[ClauseNode], notes: Iterable[Note]) -> list[Note]:
    """Put each note beside the leaf that holds it, or that follows it; what comes after the last leaf is given back.

    >>> leaf = ClauseNode("x", "al_1", "", "al", "", spans=[(10, 20)])
    >>> attach_notes([leaf], [Note("句子没有结束", 18, 20), Note("页脚", 30, 32)])
    [Note(message='页脚', start=30, end=32)]
    >>> leaf.notes
    [Note(message='句子没有结束', start=18, end=20)]
    """
    ends = sorted(
        ((end, index, leaf) for index, leaf in enumerate(one for root in roots for one in root.leaves)
         for _, end in leaf.spans),
        key=lambda item: item[:2],
    )  # fmt: skip
    rest = []
    for note in notes:
        leaf = next((leaf for end, _, leaf in ends if end > note.start), None)
        if leaf is None:
            rest.append(note)
        elif note not in leaf.notes:
            leaf.notes.append(note)
    return rest


def mark_differences(one: str, other: str) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """Two wordings of the same thing cut into stretches, each with whether it differs from the other wording.

    The width of punctuation, white space and a number at the beginning are no difference.

    >>> mark_differences("（一）加强安全监管", "(一)加强安全监管监察")
    ([('（一）加强安全监管', False)], [('(一)加强安全监管', False), ('监察', True)])
    """
    sides = (_comparable(one), _comparable(other))
    left, right = ("".join(character for character, _ in side) for side in sides)
    differing: tuple[set[int], set[int]] = (set(), set())
    for a, b, c, d in find_gaps(left, right):
        differing[0].update(place for _, place in sides[0][a:b])
        differing[1].update(place for _, place in sides[1][c:d])
    return _stretches(one, differing[0]), _stretches(other, differing[1])


def _comparable(text: str) -> list[tuple[str, int]]:
    """The characters that count when wordings are compared, each with its place in the text."""
    blanks = len(text) - len(text.lstrip())
    number = read_opening(text, blanks)
    begin = number.end if number and number.step.level != "article" else 0
    words = fold(text, "spelling")
    return [pair for pair in zip(words.text, words.starts, strict=True) if pair[1] >= begin]


def _stretches(text: str, marked: set[int]) -> list[tuple[str, bool]]:
    return [
        ("".join(character for _, character in group), differs)
        for differs, group in groupby(enumerate(text), key=lambda item: item[0] in marked)
    ]
