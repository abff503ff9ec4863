"""Citing: the rail of a page, ``/cite`` for one thing, ``/excerpts`` for a list of them, ``/report`` for what is wrong.

Nothing is kept here: what somebody collects is a list in an address (with script, in their own browser), and a report
is a text to send on. Every form of a citation is made here, from the words that a span attests; a page only shows it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import Response

from policygraph.errors import InputError, LimitError, NotFoundError
from policygraph.keeping.store import parse_day
from policygraph.namespaces import slug_of
from policygraph.speaking.exports import render_json
from policygraph.speaking.papers.citations import Citation, render_csl, tabulate_citations
from policygraph.speaking.papers.excerpts import list_rows, render_excerpts
from policygraph.speaking.web.law import find_law
from policygraph.speaking.web.quoting import (
    cite_clause,
    cite_document,
    cite_law,
    cite_measure,
    cite_thing,
    make_rail,
)
from policygraph.speaking.web.site import Now, Page, Site, make_router
from policygraph.speaking.web.things import date_page
from policygraph.version import __version__
from policygraph.words import Language

MOST_EXCERPTS = 40
"""Things in one list: an address of more is cut off by browsers and proxies."""
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FORMS: Mapping[str, str] = {
    "json": "application/json",
    "txt": "text/plain; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "bib": "application/x-bibtex; charset=utf-8",
    "csl": "application/vnd.citationstyles.csl+json",
    "docx": DOCX,
}
"""The suffixes under which citations are files, with their media types."""


def read_path(now: Site, written: str) -> str:
    """The path of a thing from its IRI, its address here, or the path itself; errors: ``InputError`` for none.

    What stands behind ``#`` of a document's address is the clause.
    """
    text = written.strip()
    base = next((base for base in now.store.bases if text.startswith(f"{base}id/")), None)
    if base is None and "://" in text:
        parts = urlsplit(text)
        text = parts.path + (f"#{parts.fragment}" if parts.fragment else "")
    text = text.removeprefix(f"{base}id/") if base else text.partition("?")[0]
    for prefix in (one.prefix for one in now.languages.values() if one.foreign):
        text = text.removeprefix(prefix + "/") if text.startswith(prefix + "/") else text
    path = text.strip("/").removeprefix("id/").replace("#", "/").strip("/")
    if "/" not in path:
        raise InputError(
            "of",
            f"{written[:60]!r} 不是可以引用的事物",
            "写成 IRI、网址或路径，例如 doc/jiamusi-2020-5/annex_1/sec_2/para_9",
        )
    return path


def find_citations(now: Site, request: Request, path: str, as_of: str) -> list[Citation]:
    """The citations of a thing on a day. Errors: ``NotFoundError`` for what is not there or quotes nothing."""
    kind, _, rest = path.partition("/")
    iri = now.thing_iri(*path.split("/"))
    if kind == "law":
        return _cite_law(now, request, rest, as_of)
    if not now.store.knows(iri):
        raise NotFoundError(path, "图中没有这个事物", "请从措施、文件或法规的页面引用")
    if kind == "doc":
        known = now.names[now.source.code].place_of(iri)
        return cite_clause(now, request, iri, as_of) if known else _cite_whole(now, request, iri, as_of)
    row = next((r for r in now.ask("measures") if r["measure"] == iri), None) if kind == "measure" else None
    return cite_measure(now, request, row, as_of) if row else cite_thing(now, request, iri, as_of)


def _cite_whole(now: Site, request: Request, iri: str, as_of: str) -> list[Citation]:
    if all(row["document"] != iri for row in now.ask("documents")):
        return cite_thing(now, request, iri, as_of)
    return cite_document(now, request, iri, as_of)


def _cite_law(now: Site, request: Request, rest: str, as_of: str) -> list[Citation]:
    law, locator, path = find_law(now, rest)
    return cite_law(now, request, law, locator, path, as_of)


def show_cite(now: Now, request: Request) -> Response:
    """The citations of one thing in every form. Errors: ``InputError`` without a thing."""
    dated = _date(now, request)
    if dated is not None:
        return dated
    paths, as_of, citations = read_list(now, request, "cite")
    return now.render(
        request,
        "cite.html",
        of=paths[0],
        rail=make_rail(now, paths[0], citations, as_of, _places(paths[0], citations), card=False),
        as_of=as_of,
        citations=citations,
        csl=render_csl(citations),
        data_links=link_forms("cite", paths, as_of),
    )


def show_excerpts(now: Now, request: Request) -> Response:
    """The list that an address holds, numbered as its paper is; each can be moved and taken out."""
    dated = _date(now, request)
    if dated is not None:
        return dated
    paths, as_of, citations = read_list(now, request, "excerpts")
    moves = {
        path: {name: write_list(order, as_of) for name, order in list_moves(paths, at).items()}
        for at, path in enumerate(paths)
    }
    return now.render(
        request,
        "excerpts.html",
        paths=paths,
        as_of=as_of,
        rows=list(zip(citations, list_rows(citations), strict=True)),
        moves=moves,
        path_of=lambda citation: slug_of(citation.thing),
        most=MOST_EXCERPTS,
        data_links=link_forms("excerpts", paths, as_of) if paths else (),
    )


def list_moves(paths: Sequence[str], at: int) -> dict[str, list[str]]:
    """The list with one of its things moved up, moved down, and taken out; a move that is none is left out.

    >>> list_moves(["a", "b", "c"], 1)
    {'up': ['b', 'a', 'c'], 'down': ['a', 'c', 'b'], 'out': ['a', 'c']}
    >>> list_moves(["a"], 0)
    {'out': []}
    """
    before, after = list(paths[:at]), list(paths[at + 1 :])
    moves = {
        "up": [*before[:-1], paths[at], *before[-1:], *after],
        "down": [*before, *after[:1], paths[at], *after[1:]],
    }
    return {**{name: order for name, order in moves.items() if order != list(paths)}, "out": before + after}


def write_list(paths: Iterable[str], as_of: str) -> str:
    """What an address of a list ends with."""
    return urlencode([*(("of", path) for path in paths), ("as_of", as_of)])


def link_forms(name: str, paths: Iterable[str], as_of: str) -> list[tuple[str, str]]:
    """Where the citations of a list stand as files."""
    query = write_list(paths, as_of)
    return [(suffix.upper(), f"/{name}.{suffix}?{query}") for suffix in FORMS]


def send_cite(now: Now, request: Request, suffix: str) -> Response:
    """The citations of one thing as a file."""
    return _send(now, request, "cite", suffix)


def send_excerpts(now: Now, request: Request, suffix: str) -> Response:
    """The citations of a list as a file."""
    return _send(now, request, "excerpts", suffix)


def _send(now: Site, request: Request, name: str, suffix: str) -> Response:
    if suffix not in FORMS:
        raise InputError(name, f"没有 .{suffix[:20]} 这种格式", f"可用 {'、'.join(FORMS)}")
    dated = _date(now, request)
    if dated is not None:
        return dated
    _, as_of, citations = read_list(now, request, "cite")
    dataset = now.store.dataset or ""
    body: str | bytes
    if suffix == "docx":
        body = render_excerpts(citations, as_of, dataset)
    elif suffix == "json":
        body = render_json(tabulate_citations(citations, as_of, dataset))
    elif suffix == "csl":
        body = render_csl(citations)
    else:
        form = {"txt": "plain", "md": "markdown", "html": "html", "bib": "bibtex"}[suffix]
        body = "\n".join(str(getattr(one, form)) for one in citations) + "\n"
    headers = {"Content-Disposition": f'attachment; filename="{name}.{suffix}"'} if suffix in ("docx", "bib") else {}
    return Response(body, media_type=FORMS[suffix], headers=headers)


def send_citations(now: Now, request: Request, identifier: str) -> Response:
    """The citations of every clause of a document in official form, by anchor, as a script.

    It is for a published site, where the reader has nobody to ask, and where a page opened from a disk may load a
    script and nothing else. Errors: ``NotFoundError`` for no document.
    """
    document = str(now.thing_iri("doc", identifier))
    if all(row["document"] != document for row in now.ask("documents")):
        raise NotFoundError(identifier, "没有这份文件", "文件见 /documents")
    found = {}
    for row in now.rows("clause-labels"):
        if row["document"] == document:
            clause = str(row["clause"])
            told = cite_clause(now, request, clause, now.day())
            official, html = "\n".join(one.official for one in told), "".join(str(one.html) for one in told)
            found[clause.removeprefix(document + "/")] = (official, html)
    body = f"window.policygraphCitations = {json.dumps(found, ensure_ascii=False)};\n"
    return Response(body, media_type="text/javascript; charset=utf-8")


def show_report(now: Now, request: Request) -> Response:
    """A text that says where something is wrong, to be sent on; nothing is sent or kept here."""
    dated = _date(now, request)
    if dated is not None:
        return dated
    paths, as_of, citations = read_list(now, request, "cite")
    return now.render(request, "report.html", of=paths[0], as_of=as_of, citations=citations, program=__version__)


def read_list(now: Site, request: Request, name: str) -> tuple[list[str], str, list[Citation]]:
    """The things of an address, its day, and their citations; a list may be empty, a citation is of something.

    Errors: ``LimitError`` for too many; ``InputError`` for what is no thing, or no day.
    """
    written = [value for value in request.query_params.getlist("of") if value.strip()]
    if len(written) > MOST_EXCERPTS:
        raise LimitError("of", f"一份摘录最多 {MOST_EXCERPTS} 件，这里有 {len(written)} 件", "请分成几份")
    if not written and name == "cite":
        raise InputError("of", "没有说引用什么", "例如 /cite?of=measure/jiamusi-2020-5/para_9")
    as_of = parse_day(request.query_params.get("as_of") or now.day())
    paths = list(dict.fromkeys(read_path(now, value) for value in written))
    return paths, as_of, [one for path in paths for one in find_citations(now, request, path, as_of)]


def _places(path: str, citations: Iterable[Citation]) -> list[str]:
    return [one.place for one in citations if one.place] if path.startswith("law/") else []


def _date(now: Site, request: Request) -> Response | None:
    """An undated address leads on to a dated one."""
    return None if request.query_params.get("as_of") else date_page(now, request)


PAGES: tuple[Page, ...] = (
    ("/cite", "cite", show_cite),
    ("/excerpts", "excerpts", show_excerpts),
    ("/report", "report", show_report),
)
FILES: tuple[Page, ...] = (
    ("/cite.{suffix}", "cite_file", send_cite),
    ("/excerpts.{suffix}", "excerpts_file", send_excerpts),
    ("/citations-{identifier}.js", "document_citations", send_citations),
)
"""Citations as pages, and as files in the language of the documents."""


def citing_router(languages: Iterable[Language]) -> APIRouter:
    """Citing, excerpts and reports in every language, and citations as files."""
    return make_router(languages, PAGES, files=FILES)
