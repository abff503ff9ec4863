"""What a page or a JSON file has instead of its words: codes of characters, and numbers that a browser computes.

A reader quotes what a file prints. A code is no word of a document, and the number of an item that a browser writes
before it is one. Both are written out before the text is read, so that every place in it is one of words people see.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from html.entities import html5

from policygraph.reading.documents.numbering import opens_clause
from policygraph.reading.patterns.markup import (
    CODED_TAG,
    ITEM_NUMBER,
    LIST_TAG,
    OPENS_CODE,
    OPENS_TAG,
    TAG,
    TAG_OR_CODE,
    TYPED_NUMBER,
    UNNUMBERED,
)

_TAG_OR_CODE = TAG_OR_CODE.compile()
_OPENS_TAG = OPENS_TAG.compile()
_TAG = TAG.compile()
_CODED_TAG = CODED_TAG.compile()
_TAG_CODE = re.compile("&(?:lt|gt|amp);")
_TWICE = re.compile("&(?:amp;)+(?=[#A-Za-z])")
_OPENS_CODE = OPENS_CODE.compile()
_LIST_TAG = LIST_TAG.compile()
_ITEM_NUMBER = ITEM_NUMBER.compile()
_UNNUMBERED = UNNUMBERED.compile()
_TYPED_NUMBER = TYPED_NUMBER.compile()


def spell_out(text: str) -> tuple[str, str] | None:
    """A file with its words themselves where it has codes or tags for them, and its form; None where it has neither.

    ``\\\\u7532`` of a JSON object (RFC 8259, section 7), ``&ldquo;`` of a web page (HTML, section 13.5), the numbers
    of an ordered list (HTML, section 4.4.5). A code that was coded again (``&amp;ldquo;``) and one whose semicolon is
    lost mean their character: no document prints such a code. Codes of blanks stay, for the layout reads them; so does
    a code whose character would open a tag or another code.

    >>> spell_out('{"title": "\\\\u7532"}'), spell_out('{"title": "甲"}'), spell_out('{"a": ')
    (('json', '{"title": "甲"}'), None, None)
    >>> spell_out("<p title='&gt;'>信用&ldquo;红名单&#12299;&nbsp;&lt;p&gt;</p>")
    ('html', "<p title='&gt;'>信用“红名单》&nbsp;&lt;p></p>")
    >>> spell_out("<p>信用&amp;ldquo;红名单&rdquo的&amp;nbsp;R&D</p>")
    ('html', '<p>信用“红名单”的&nbsp;R&D</p>')
    >>> spell_out('{"body": "&lt;p&gt;一、甲&lt;/p&gt;"}')
    ('json', '{"body": "<p>一、甲</p>"}')
    >>> spell_out('{"body": "<p>&ldquo;红名单&rdquo;&quot;</p>"}')
    ('json', '{"body": "<p>“红名单”&quot;</p>"}')
    >>> spell_out("<ol start=3><li>限制招标<li>限制供地</ol>")
    ('html', '<ol start=3><li>3. 限制招标<li>4. 限制供地</ol>')
    """
    form, spelt = "html", text
    if text.lstrip().startswith("{"):
        form = "json"
        if "\\u" in text:
            try:
                spelt = json.dumps(json.loads(text), ensure_ascii=False)
            except (ValueError, RecursionError):
                return None
        if not _TAG.search(spelt) and len(_CODED_TAG.findall(spelt)) > 1:
            # a page that was put into the object as text, once more than a reader would
            spelt = _TAG_CODE.sub(lambda found: html.unescape(found.group()), spelt)
    if "&" in spelt and any(found["code"] is None for found in _TAG_OR_CODE.finditer(spelt)):
        # in a string of JSON these two would end it, or escape what follows
        spelt = _TAG_OR_CODE.sub(partial(_spell, stays='"\\' if form == "json" else ""), spelt)
    spelt = _number_items(spelt)
    return (form, spelt) if spelt != text else None


def _spell(found: re.Match[str], stays: str) -> str:
    """The character of a code; a tag, and a code that must stay, as it is."""
    code = found["code"]
    if code is None:
        return found.group()
    once = _TWICE.sub("&", code)
    name = once.strip("&;")
    if not name.startswith("#") and f"{name};" not in html5:
        return str(code)
    meant = html.unescape(once if once.endswith(";") else f"{once};")
    opens = {"<": _OPENS_TAG, "&": _OPENS_CODE}.get(meant)
    if meant in stays or meant.isspace() or not meant.isprintable():
        return once
    return once if opens is not None and opens.match(found.string, found.end()) else meant


@dataclass(slots=True)
class _List:
    """An ordered list while its tags are read: where its items begin, with the number each is given."""

    kind: str
    next: int
    items: list[tuple[int, int]] = field(default_factory=list)
    typed: bool = False


def _number_items(text: str) -> str:
    """A page with the numbers that a browser prints before the items of its ordered lists.

    None where a style says that there are none, or where an item has a number of its own in its words.
    """
    written = dict(_item_numbers(text)) if "<ol" in text.lower() else {}
    if not written:
        return text
    parts, last = [], 0
    for place in sorted(written):
        parts += [text[last:place], written[place]]
        last = place
    return "".join([*parts, text[last:]])


def _item_numbers(text: str) -> Iterator[tuple[int, str]]:
    opened: list[_List | None] = []
    for tag in _LIST_TAG.finditer(text):
        name, attributes = tag["name"].lower(), tag["attributes"]
        if name != "li" and tag["closing"]:
            done = opened.pop() if opened else None
            if done is not None and not done.typed:
                yield from ((place, f"{_write(number, done.kind)}. ") for place, number in done.items)
        elif name == "ul" or (name == "ol" and _UNNUMBERED.search(attributes)):
            opened.append(None)
        elif name == "ol":
            given = {m["which"].lower(): m["value"] for m in _ITEM_NUMBER.finditer(attributes)}
            start = given.get("start", "1")
            opened.append(_List(given.get("type", "1"), int(start) if start.isdecimal() else 1))
        elif not tag["closing"] and opened and (holder := opened[-1]) is not None:
            given = {m["which"].lower(): m["value"] for m in _ITEM_NUMBER.finditer(attributes)}
            number = int(given["value"]) if given.get("value", "").isdecimal() else holder.next
            words = _TAG.sub("", text[tag.end() : tag.end() + 400]).lstrip()
            holder.typed = holder.typed or opens_clause(words) is not None or bool(_TYPED_NUMBER.match(words))
            holder.next = number + 1
            behind = _first_words(text, tag.end())
            if behind is not None:
                holder.items.append((behind, number))


def _first_words(text: str, start: int) -> int | None:
    """Where the words of an item begin, behind the tags that open it; None where a list stands there or it ends."""
    at = start
    while True:
        at += len(text[at : at + 200]) - len(text[at : at + 200].lstrip())
        tag = _TAG.match(text, at)
        if tag is None:
            return at
        if tag["name"].lower() in {"ol", "ul", "li"}:
            return None
        at = tag.end()


def _write(number: int, kind: str) -> str:
    """A number of a list in the form that its ``type`` asks for; in digits where that has no letter for it."""
    return chr(ord(kind) + number - 1) if kind in {"a", "A"} and 0 < number <= 26 else str(number)
