"""What a repository writes about a text around it: the front matter of Markdown, the fields of a JSON object.

The values of title, number, issuer and date stand in for what the text itself does not say; each is marked, so that
the header can take it. Everything else of the record is set aside. What the keys are called, the words tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from policygraph.reading.patterns import Forms
from policygraph.reading.patterns.header import TITLE_END
from policygraph.reading.patterns.portal import RECORD_LABEL
from policygraph.reading.patterns.records import (
    FRONT_MATTER,
    FRONT_MATTER_FIELD,
    JSON_ESCAPE,
    JSON_STRING,
    LISTED_DATE,
    LISTED_ISSUERS,
    LISTED_NUMBER,
)
from policygraph.text.spans import Edit

FIELD_MARK = "\x1f"
"""Stands before a value of a record, once for the first level, twice for the second …; counts as white space."""

LEVELS = ("title", "number", "issuers", "date")
_RECORD_ROOM = 3000  # characters at the beginning of a page in which its own record of the document stands

_FRONT_MATTER = FRONT_MATTER.compile()
_FRONT_MATTER_FIELD = FRONT_MATTER_FIELD.compile()
_LINE = re.compile(r"[^\n]+")
FEWEST_LABELS = 3
"""Labels with values of their own that make a record of what stands above a text."""
_JSON_STRING = JSON_STRING.compile()
_JSON_ESCAPE = JSON_ESCAPE.compile()
_ESCAPES = {"n": "\n", "r": "", "t": " ", "b": "", "f": ""}


class Value(NamedTuple):
    """A value of a record: its key, and its bounds in the text."""

    key: str
    start: int
    end: int


def find_record(text: str, forms: Forms) -> list[Edit]:
    """What sets a record aside and marks the values that count; empty when the text has none.

    >>> from policygraph.reading.vocabulary import Vocabulary
    >>> forms = Forms(Vocabulary(title_keys=("title",)))
    >>> [(edit.start, edit.end) for edit in find_record("---\\ntitle： 甲办法\\ntags： x\\n---\\n第一条", forms)]
    [(0, 11), (14, 27)]
    >>> find_record("第一条 “---”", forms)
    []
    """
    matter = _FRONT_MATTER.match(text)
    if matter:
        values = [Value(m["key"], *m.span("value")) for m in _FRONT_MATTER_FIELD.finditer(matter.group())]
        return _mark(text, 0, matter.end(), [value for value in values if level_of(value.key, forms)], forms)
    if text.lstrip().startswith("{") and text.rstrip().endswith("}"):
        values = list(_find_strings(text))
        content = max(values, key=lambda value: value.end - value.start, default=None)
        if content is not None and content.end - content.start > len(text) // 3:
            known = [value for value in values if value is content or level_of(value.key, forms)]
            edits = _mark(text, 0, len(text), known, forms, content)
            return sorted((*edits, *_unescape(text, known)), key=lambda edit: edit.start)
    return []


def find_listed(text: str, forms: Forms) -> list[Edit]:
    """What marks the number, the issuer and the date of issue that a page lists above the text; empty for none.

    >>> from policygraph.reading.vocabulary import Vocabulary
    >>> forms = Forms(Vocabulary(number_keys=("发文字号",), issue_date_labels=("成文日期",)))
    >>> [(edit.start, edit.end) for edit in find_listed("发文字号：清应急〔2031〕47号\\t有效", forms)]
    [(0, 5), (17, 18)]
    >>> find_listed("依照发文字号：清应急〔2031〕47号的规定", forms)
    []
    """
    edits: list[Edit] = []
    for level, pattern in (("number", LISTED_NUMBER), ("issuers", LISTED_ISSUERS), ("date", LISTED_DATE)):
        listed = forms.find(pattern, text, 0, _RECORD_ROOM)
        if listed is not None:
            start, end = listed.span("value")
            mark = "\n" + FIELD_MARK * (LEVELS.index(level) + 1)
            edits.append(Edit(listed.start("key" if listed["key"] else "bare"), start, mark))
            edits.append(Edit(end, listed.end(), "\n"))
    return sorted(edits, key=lambda edit: edit.start)


def find_stacked(text: str, forms: Forms) -> list[Edit]:
    """What joins each label of a record with the value below it; empty when no record is stacked so above the text.

    Copied from a page, or from a list of terms, every label and every value is a line of its own. Three labels with at
    most one line between them are a record. The last value stands no farther from its label than those before it:
    what follows an empty label is the text.

    >>> from policygraph.reading.vocabulary import Vocabulary
    >>> forms = Forms(Vocabulary(portal_labels=("索引号", "标题", "发布日期")))
    >>> copied = "索引号\\n1\\n标题\\n关于甲的通知\\n发布日期\\n\\n关于甲的通知"
    >>> [(copied[edit.start : edit.end], edit.replacement) for edit in find_stacked(copied, forms)]
    [('\\n', '：'), ('\\n', '：'), ('', '：')]
    >>> find_stacked("索引号\\n标题\\n发布日期\\n甲\\n乙\\n丙", forms)
    []
    """
    lines = [line for line in _LINE.finditer(text, 0, _RECORD_ROOM) if line.group().strip()]
    labels = {at: found for at, line in enumerate(lines) if (found := forms.find(RECORD_LABEL, line.group().strip()))}
    run = _first_run(sorted(labels))
    gaps = [_line_ends(text, lines[at], lines[at + 1]) for at in run[:-1] if at + 1 not in labels]
    # the head of a table that lost its bars is labels alone, and below the first sentence stands the text
    if len(gaps) < FEWEST_LABELS - 1 or any("。" in line.group() for line in lines[: run[0]]):
        return []
    edits: list[Edit] = []
    for at in run:
        label, below = lines[at], lines[at + 1] if at + 1 < len(lines) else None
        colon = "" if labels[at]["colon"] else "："
        last = below is not None and at == run[-1] and _is_own_title(labels[at]["label"], below.group(), forms)
        if below is None or last or at + 1 in labels or _line_ends(text, label, below) > max(gaps):
            edits += [Edit(label.end(), label.end(), colon)] if colon else []
        else:
            edits.append(Edit(label.end(), below.end() - len(below.group().lstrip()), colon))
    return edits


def _is_own_title(label: str, below: str, forms: Forms) -> bool:
    """Whether the line below the last label of a record is the title of the text, and not what the label asks for."""
    key = re.sub(r"\s", "", label)
    return level_of(key, forms) != "title" and forms.find(TITLE_END, below.strip()) is not None


def _first_run(labels: Sequence[int]) -> list[int]:
    """The first lines of labels that have at most one other line between them."""
    run: list[int] = []
    for at in labels:
        if run and at - run[-1] > 2:
            if len(run) >= FEWEST_LABELS:
                break
            run = []
        run.append(at)
    return run


def _line_ends(text: str, above: re.Match[str], below: re.Match[str]) -> int:
    return text.count("\n", above.end(), below.start())


def level_of(key: str, forms: Forms) -> str | None:
    """The level of the header that a key names; None when it names none.

    >>> from policygraph.reading.vocabulary import Vocabulary
    >>> forms = Forms(Vocabulary(date_keys=("publishDate",)))
    >>> level_of("publishdate", forms), level_of("tags", forms)
    ('date', None)
    """
    words = forms.vocabulary
    lists = (words.title_keys, words.number_keys, words.issuer_keys, words.date_keys)
    folded = key.strip().casefold()
    return next(
        (level for level, keys in zip(LEVELS, lists, strict=True) if folded in {word.casefold() for word in keys}), None
    )


def _find_strings(text: str) -> Iterator[Value]:
    """The strings of a JSON object with their keys."""
    key = ""
    for match in _JSON_STRING.finditer(text):
        if text[match.end() :].lstrip()[:1] == "：":
            key = _JSON_ESCAPE.sub(_mean, match["words"])
        else:
            yield Value(key, *match.span("words"))


def _mark(
    text: str, start: int, end: int, values: list[Value], forms: Forms, content: Value | None = None
) -> list[Edit]:
    """The stretches between the values that count, each with the mark of the value behind it."""
    edits: list[Edit] = []
    at = start
    for value in values:
        level = None if value is content else level_of(value.key, forms)
        mark = FIELD_MARK * (LEVELS.index(level) + 1) if level else ""
        edits.append(Edit(at, value.start, "\n" + mark))
        at = value.end
    edits.append(Edit(at, end, "\n"))
    return [edit for edit in edits if edit.start < edit.end]


def _unescape(text: str, values: list[Value]) -> Iterator[Edit]:
    """The escapes inside the strings as the characters they mean (RFC 8259, section 7)."""
    for value in values:
        for match in _JSON_ESCAPE.finditer(text, value.start, value.end):
            yield Edit(match.start(), match.end(), _mean(match))


def _mean(escape: re.Match[str]) -> str:
    """The character that an escape stands for; nothing for a half of a pair, which is no character."""
    if escape["code"] is None:
        return _ESCAPES.get(escape["char"], escape["char"])
    meant = chr(int(escape["code"], 16))
    return "" if "\ud800" <= meant <= "\udfff" else meant
