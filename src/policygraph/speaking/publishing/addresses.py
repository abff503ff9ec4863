"""Which file stands for which address of the service, and how pages lead to each other from wherever they lie.

A page is a folder with ``index.html``, so that its address looks as it does in the service; links name the file,
because from ``file://`` no folder has an index. Names are ASCII and alike on every disk: what an address chooses
(``?area=政府采购``) becomes a folder with the choice in it, or with a digest where it is not plain.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit

from policygraph.speaking.addresses import MEDIA_TYPES

ORIGIN = "https://published.invalid"
"""What absolute addresses begin with while pages are made (RFC 2606: nobody's); no file that is written has it."""

INDEX = "index.html"
SEARCH_INDEX = "/search-index.js"

_FILES = frozenset({*filter(None, MEDIA_TYPES), "atom", "css", "js", "svg", "gz"})
_BARE_FILES = frozenset({"SHA256SUMS"})
_VOID = "/.well-known/void"
_DROPPED = frozenset({"v", "start", "end"})
"""What an address says that makes no other file: the version of a style, the span that a source is lit at."""
_DAY = "as_of"
_MOST = 80
# jiamusi-2020-5 · 230800 · 2026-11-26;  not: 政府采购 · https://w3id.org/…
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
# href="/doc/a#sec_1" of any element;  not: the words of a text, where quotation marks are escaped
_LINK = re.compile(r"""(?P<before>\s(?:href|src|action)=")(?P<target>[^"]*)(?P<after>")""")
# <https://published.invalid/dumps/x#distribution> in Turtle;  not: an IRI of the data
_OWN = re.compile(rf"<{re.escape(ORIGIN)}(?P<target>/[^>]*)>")


@dataclass(frozen=True, slots=True)
class Place:
    """A file of the site, the place in it, and the address that the service answers with it."""

    file: str
    fragment: str
    address: str

    @property
    def is_page(self) -> bool:
        return self.file.endswith(f"/{INDEX}") or self.file == INDEX


@lru_cache(maxsize=1 << 16)
def find_place(address: str, day: str) -> Place:
    """The file for an address of the service (a path, what it asks for, a fragment) on a site of one day.

    >>> find_place("/doc/jiamusi-2020-5#annex_1", "2026-11-26").file
    'doc/jiamusi-2020-5/index.html'
    >>> lit = find_place("/doc/jiamusi-2020-5/source?start=9&end=12#lit", "2026-11-26")
    >>> lit.file, lit.fragment, lit.address
    ('doc/jiamusi-2020-5/source/index.html', 'char=9,12', '/doc/jiamusi-2020-5/source')
    >>> find_place("/queries/measures.csv?document=jiamusi-2020-5", "2026-11-26").file
    'queries/measures/document-jiamusi-2020-5.csv'
    >>> find_place("/law/x?as_of=2001-01-01", "2026-11-26").address
    '/law/x?as_of=2026-11-26'
    >>> find_place("/graph/law.ttl", "2026-11-26").file, find_place("/.well-known/void", "2026-11-26").file
    ('graph/law.ttl.gz', '.well-known/void.ttl')
    """
    parts = urlsplit(address)
    asked = parse_qsl(parts.query)
    kept = [(name, day if name == _DAY else value) for name, value in asked if name not in _DROPPED]
    told = dict(asked)
    fragment = parts.fragment
    if "start" in told and "end" in told:
        fragment = f"char={told['start']},{told['end']}"
    path = unquote(parts.path)
    file = _name_file(path, [(name, value) for name, value in kept if name != _DAY])
    return Place(file, fragment, quote(path) + (f"?{urlencode(kept)}" if kept else ""))


def _name_file(path: str, chosen: list[tuple[str, str]]) -> str:
    if path == _VOID:
        return f"{_VOID[1:]}.ttl"
    segments = [segment if _PLAIN.fullmatch(segment) else _digest(segment) for segment in path.split("/") if segment]
    last = segments[-1] if segments else ""
    stem, _, suffix = last.rpartition(".")
    choice = "_".join(f"{name}-{value if _PLAIN.fullmatch(value) else _digest(value)}" for name, value in chosen)
    if len(choice) > _MOST:
        choice = _digest(choice)
    if last in _BARE_FILES or (stem and suffix in _FILES):
        if choice:
            segments[-1:] = [stem, f"{choice}.{suffix}"]
        packed = ".gz" if segments[0] == "graph" else ""
        return "/".join(segments) + packed
    return "/".join([*segments, *([choice] if choice else []), INDEX])


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@lru_cache(maxsize=1 << 16)
def lead(source: str, target: str) -> str:
    """The way from one file to another, as a relative reference.

    >>> lead("measure/a/b/index.html", "doc/a/index.html"), lead("index.html", "index.html")
    ('../../../doc/a/index.html', 'index.html')
    """
    here, there = source.split("/")[:-1], target.split("/")
    shared = 0
    # posixpath.relpath asks the disk where it is, twice a link
    while shared < min(len(here), len(there) - 1) and here[shared] == there[shared]:
        shared += 1
    return quote("/".join([".."] * (len(here) - shared) + there[shared:]), safe="/.-_~")


class Rewriter:
    """Rewrites the links of pages to files and notes where they lead; ``url`` is where the site will stand."""

    def __init__(self, day: str, url: str | None) -> None:
        self.day = day
        self.url = url
        self._known: dict[tuple[str, str], tuple[str, Place | None]] = {}

    def rewrite_page(self, text: str, at: Place) -> tuple[str, list[Place]]:
        """A page whose links name files, and the places that they lead to, in their order."""
        found: list[Place] = []

        def replace(match: re.Match[str]) -> str:
            target, place = self._lead(match["target"], at)
            if place is not None:
                found.append(place)
            return match["before"] + target + match["after"]

        return _LINK.sub(replace, text), found

    def _lead(self, written: str, at: Place) -> tuple[str, Place | None]:
        """A reference of a page as it stands in its file, escaped, and the place it leads to; None for another site."""
        key = (at.file, written)
        if key not in self._known:
            target = html.unescape(written).removeprefix(ORIGIN)
            if not target or target.startswith(("#", "//")) or (":" in target and urlsplit(target).scheme):
                self._known[key] = written, None
            else:
                whole = target.startswith("/") and "/." not in target
                place = find_place(target if whole else urljoin(at.address, target), self.day)
                self._known[key] = html.escape(self._refer(at, place)), place
        return self._known[key]

    def _refer(self, at: Place, place: Place) -> str:
        """A reference to a place: absolute in a feed, which is read elsewhere, where the address is known."""
        named = quote(place.file, safe="/.-_~")
        way = f"{self.url}/{named}" if self.url and at.file.endswith(".atom") else lead(at.file, place.file)
        return way + (f"#{place.fragment}" if place.fragment else "")

    def forget(self) -> None:
        """What was kept of one page is of no use to the next."""
        self._known.clear()

    def rewrite_data(self, text: str, at: Place) -> str:
        """Data with absolute addresses of ours: those of the public address, else relative to the file."""

        def refer(target: str) -> str:
            place = find_place(target, self.day)
            if self.url is None:
                return self._refer(at, place)
            return f"{self.url}/{quote(place.file)}" + (f"#{place.fragment}" if place.fragment else "")

        return _OWN.sub(lambda match: f"<{refer(match['target'])}>", text)


def find_clash(files: Iterable[str]) -> tuple[str, str] | None:
    """Two files that are one on a disk that does not tell capitals apart; None where there are none.

    >>> find_clash(["law/a", "law/A"]), find_clash(["a", "b"])
    (('law/a', 'law/A'), None)
    """
    known: dict[str, str] = {}
    for file in files:
        other = known.setdefault(file.casefold(), file)
        if other != file:
            return other, file
    return None
