"""Every page that is linked, asked of the application once and written as a file with its links.

The way begins at the first page and at every thing that has a name, and follows links. A page and the same page in the
other language are asked for one after the other: they rest on the same answers, which the site keeps for a while. An
address that leads on to another day or to a suffix is followed; one that leads to another page becomes a page that
leads there. Nothing is asked for twice, and nothing but the present page is held in memory.
"""

from __future__ import annotations

import asyncio
import gzip
from collections import deque
from collections.abc import Callable, Collection, Coroutine, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from html import escape
from pathlib import Path

from fastapi import FastAPI

from policygraph.errors import DataError, InputError, LimitError
from policygraph.judging.rules.issue import Issue, IssueState
from policygraph.keeping.store import Store
from policygraph.speaking.app import Options, Reply, ask, create_app
from policygraph.speaking.publishing.addresses import (
    ORIGIN,
    SEARCH_INDEX,
    Place,
    Rewriter,
    find_clash,
    find_place,
    lead,
)
from policygraph.speaking.publishing.finding import write_index
from policygraph.speaking.publishing.placing import Folder, write_folder
from policygraph.speaking.sparql.engine import Settings
from policygraph.speaking.web.site import Site
from policygraph.words import Language, read_languages, source_language

MOST_FILES = 200_000
"""Files of one site; more are no site that a browser of files can be asked to hold."""
_HOPS = 3
_PAGE = "text/html"
_MARKED = frozenset({_PAGE, "application/atom+xml"})
_ACCEPT_PAGE = "text/html,*/*;q=0.1"


@dataclass(frozen=True, slots=True)
class Published:
    """What was published: the pages among the files, the bytes, the addresses that nothing stands at, and the documents
    of a later day."""

    folder: Path
    dataset: str
    day: str
    pages: int
    files: int
    size: int
    missing: tuple[str, ...]
    unissued: tuple[tuple[str, str], ...]
    """The documents that the pages call not yet issued, with their first possible day."""


def list_unissued(store: Store, day: str) -> tuple[tuple[str, str], ...]:
    """The documents of a dataset that are dated later than a day, by id, with the first day they may be of."""
    table = store.ask("documents")
    found = []
    for row in (dict(zip(table.columns, row, strict=True)) for row in table.rows):
        since, until = (row["date"] or row[bound] for bound in ("date_from", "date_to"))
        known = [date.fromisoformat(str(one)) if one else None for one in (since, until)]
        if Issue(*known).state(date.fromisoformat(day)) is IssueState.before:
            found.append((str(row["document"]).rsplit("/", 1)[-1], str(since)))
    return tuple(sorted(found))


def publish(
    dataset: Path, place: Path, day: str, *, url: str | None = None, languages: Collection[str] = (),
    progress: Callable[[str], None] = lambda _: None,
) -> Published:  # fmt: skip
    """Write the site of a built dataset, as of a day, into a folder; in all languages where none is chosen.

    Errors: those of ``open_dataset`` and ``write_folder``; ``InputError`` for an unknown language; ``DataError`` for
    a page that the application cannot make. Nothing has changed then.
    """
    spoken = choose_languages(languages)
    with write_folder(place, {"publisher": "policygraph", "as_of": day, "url": url}) as folder:
        app = open_app(dataset, day, spoken)
        try:
            crawl = Crawl(app, folder, day, url, progress)
            run_whole(crawl.run)
        finally:
            app.state.close()
        site: Site = app.state.current()
        pages = sum(1 for file in folder.digests if file.endswith(".html"))
        return Published(
            place, site.store.dataset or "", day, pages, len(folder.digests), folder.size,
            tuple(sorted(crawl.missing)), list_unissued(site.store, day),
        )  # fmt: skip


def run_whole(work: Callable[[], Coroutine[None, None, None]]) -> None:
    """Do something asynchronous to its end, also for a caller whose thread has an event loop of its own (a notebook).

    Errors: those of the work.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        asyncio.run(work())
        return
    # one thread runs one loop: where there is one already, the work gets a thread
    with ThreadPoolExecutor(1) as apart:
        apart.submit(lambda: asyncio.run(work())).result()


def choose_languages(codes: Collection[str]) -> Mapping[str, Language]:
    """The languages of a site: that of the documents, and those chosen; all where none is.

    Errors: ``InputError`` for a language that there is not.

    >>> [list(choose_languages(codes)) for codes in ((), ("zh",), ("en",))]
    [['zh', 'en'], ['zh'], ['zh', 'en']]
    """
    known = read_languages()
    strange = sorted(set(codes) - set(known))
    if strange:
        raise InputError("--language", f"没有语言 {strange[0]!r}", f"有的是 {'、'.join(known)}")
    return {code: one for code, one in known.items() if not codes or code in codes or not one.foreign}


def open_app(dataset: Path, day: str, languages: Mapping[str, Language]) -> FastAPI:
    """The application that makes the pages: of one day, with the dataset and nothing of the user's beside it."""
    # nobody's library: what is published follows from the dataset alone
    library = dataset / ".no-library"
    options = Options(Settings(workers=1), published=day, public_url=ORIGIN, library=library, languages=languages)
    return create_app(dataset, options)


@dataclass(slots=True)
class Crawl:
    """The way through the application: what is still to be asked for, and what has been."""

    app: FastAPI
    folder: Folder
    day: str
    url: str | None
    progress: Callable[[str], None]
    missing: set[str] = field(default_factory=set)
    _todo: deque[Place] = field(default_factory=deque)
    _known: set[str] = field(default_factory=set)
    _made: Mapping[str, bytes] = field(default_factory=dict)
    _is_open: bool = True

    async def run(self, addresses: Iterable[str] | None = None) -> None:
        """Write every file, or those of some addresses and no others.

        Errors: ``DataError``; ``LimitError``; ``OSError`` of the disk.
        """
        async with self.app.router.lifespan_context(self.app):
            site: Site = self.app.state.current()
            site.store.keep_answers()
            rewriter = Rewriter(self.day, self.url)
            self._made = {SEARCH_INDEX: write_index(site, lambda path: find_place(path, self.day))}
            seeds = self._list_seeds(site) if addresses is None else addresses
            self._add([find_place(address, self.day) for address in seeds])
            self._is_open = addresses is None
            while self._todo:
                place = self._todo.popleft()
                await self._write(place, rewriter)
                rewriter.forget()
                if len(self.folder.digests) % 100 == 0:
                    self.progress(f"{len(self.folder.digests)} / {len(self._known)}")
        clash = find_clash(self.folder.digests)
        if clash is not None:
            raise DataError(clash[0], f"与 {clash[1]} 只差大小写，有的磁盘上是同一个文件", "请改其中一个的标识")

    def _list_seeds(self, site: Site) -> Iterable[str]:
        yield "/"
        for row in site.rows("names"):
            address = site.localise(row["thing"])
            if address is not None:
                yield address

    def _add(self, places: Iterable[Place], beside: Place | None = None) -> None:
        """Note places to write; the page of ``beside`` in another language and its data come next."""
        for place in places:
            if place.file in self._known or not self._is_open:
                continue
            self._known.add(place.file)
            if len(self._known) > MOST_FILES:
                raise LimitError(str(self.folder.path.name), f"超过 {MOST_FILES} 个文件", "请分开发布")
            if beside is not None and self._stem(place.address) == self._stem(beside.address):
                self._todo.appendleft(place)
            else:
                self._todo.append(place)

    def _stem(self, address: str) -> str:
        """What the addresses of a page, in any language, and of its data share: they rest on the same answers."""
        site: Site = self.app.state.current()
        prefix = next(
            (one.prefix for one in site.languages.values() if one.foreign and address.startswith(f"{one.prefix}/")), ""
        )
        path, _, query = address.removeprefix(prefix).partition("?")
        folder, _, last = path.rpartition("/")
        asked = [part for part in query.split("&") if not part.startswith("as_of=")]
        return f"{folder}/{last.partition('.')[0]}?{'&'.join(asked)}"

    async def _write(self, place: Place, rewriter: Rewriter) -> None:
        if place.address in self._made:
            self.folder.write(place.file, self._made[place.address])
            return
        reply, leads_to = await self._ask(place)
        if leads_to is not None:
            self.folder.write(place.file, write_stub(lead(place.file, leads_to.file), leads_to.fragment))
            self._add([leads_to])
            return
        content = reply.body
        if place.is_page != (reply.media_type == _PAGE):
            raise DataError(place.address, f"回答是 {reply.media_type}，与文件 {place.file} 不合", "请报告这个错误")
        if reply.media_type in _MARKED:
            text, places = rewriter.rewrite_page(content.decode(), place)
            self._add(places, place)
            content = text.encode()
        elif place.file.endswith(".ttl"):
            content = rewriter.rewrite_data(content.decode(), place).encode()
        elif place.file.startswith("graph/"):
            content = gzip.compress(content, 6, mtime=0)
        self.folder.write(place.file, content)

    async def _ask(self, place: Place) -> tuple[Reply, Place | None]:
        """The answer for a place, or the other place that its address leads to.

        Errors: ``DataError`` for a page that fails, and for data that are linked and not there.
        """
        address = place.address
        for _ in range(_HOPS):
            reply = await ask(self.app, address, _ACCEPT_PAGE if place.is_page else "*/*")
            if not 300 <= reply.status < 400:
                break
            target = find_place(reply.location.removeprefix(ORIGIN), self.day)
            if target.file != place.file:
                return reply, target
            address = target.address
        if reply.status in (400, 404) and place.is_page and reply.media_type == _PAGE:
            # a page that says so, as the service does, of a thing or choice that this dataset has not; it is told
            self.missing.add(place.address)
        elif reply.status != 200:
            raise DataError(
                place.address, f"取不到这一页（{reply.status}）：{reply.body[:200].decode(errors='replace')}",
                "请用 policygraph get 看这个地址，或用 policygraph build 重建数据集",
            )  # fmt: skip
        return reply, None


def write_stub(target: str, fragment: str) -> bytes:
    """A page that leads on, for an address that the service redirects."""
    there = escape(target + (f"#{fragment}" if fragment else ""))
    words = source_language().words
    return (
        f'<!doctype html>\n<html lang="{source_language().tag}">\n<meta charset="utf-8">\n'
        f'<title>{words["original"]}</title>\n<meta http-equiv="refresh" content="0; url={there}">\n'
        f'<a href="{there}">{words["original"]}</a>\n</html>\n'
    ).encode()
