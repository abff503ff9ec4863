"""What is cited when a thing of the dataset is cited: its places, each with the words that the source attests there.

A measure is cited where it is stated (in the body and, apart from it, in the cell of the appendix), a row of a table
cell by cell, a clause by all its words, whatever else quotes a clause by the words it quotes. A law is cited by the
text in force on the day; its words stand here only where the user imported that text, since no dataset holds them. No
words are taken from a page. ``Rail`` is what stands beside a page that can be cited.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

import pyoxigraph as ox
from fastapi import Request

from policygraph.errors import NotFoundError
from policygraph.judging.law.statuses import day_before
from policygraph.keeping.library import StatuteText
from policygraph.keeping.store import Cell, Iri
from policygraph.keeping.verification import ground_quotes
from policygraph.namespaces import slug_of
from policygraph.speaking.papers.citations import Citation
from policygraph.speaking.web.site import Site
from policygraph.speaking.web.wordings import Shelf
from policygraph.text.locators import article_of, lies_in
from policygraph.words import find_word, say

Record = dict[str, Cell]

_MOVES = ("renumbered", "rewritten", "repealed")
_EDITS = ("amended", "revised")

MOST_WORDS = 2_000
"""The longest clause that is quoted whole, in characters; of a longer one the parts are quoted."""


def cite_measure(now: Site, request: Request, row: Record, as_of: str) -> list[Citation]:
    """Where a measure is stated: a citation for the body, another for its cell in the appendix.

    ``row`` is one of ``measures``. Where a clause states several measures, only the words of this one are quoted.
    """
    iri = str(row["measure"])
    shared = sum(other["clause"] == row["clause"] for other in now.ask("measures")) > 1
    found = []
    for stated in now.rows("measure-statements", measure=Iri(iri)):
        own = shared and stated["clause"] == row["clause"] and row["quote"]
        found.append(_cite(now, request, iri, str(stated["clause"]), str(own or stated["text"]), as_of))
    return found or [_cite(now, request, iri, str(row["clause"]), str(row["quote"] or ""), as_of)]


def cite_clause(now: Site, request: Request, clause: str, as_of: str) -> list[Citation]:
    """A clause with all its words; a row cell by cell; a table, and what is too long, without words."""
    (owner,) = now.rows("clause-document", clause=Iri(clause))
    rows = {str(r["clause"]): r for r in now.rows("document-clauses", document=owner["document"])}
    below: dict[str, list[str]] = {}
    for iri, row in rows.items():
        below.setdefault(str(row["parent"]), []).append(iri)
    if rows[clause]["level"] == "row" and clause in below:
        cells = [iri for iri in below[clause] if rows[iri]["text"]]
        return [_cite(now, request, clause, iri, str(rows[iri]["text"]), as_of) for iri in cells]

    def leaves(iri: str) -> Iterable[str]:
        for child in below.get(iri, ()):
            yield from leaves(child)
        if iri not in below:
            yield iri

    ends = list(leaves(clause))
    if any(rows[iri]["level"] in ("cell", "row") for iri in ends) and ends != [clause]:
        return [_cite(now, request, clause, clause, "", as_of, say("citing", "unquoted_table"))]
    texts = [str(rows[iri]["text"]) for iri in ends if rows[iri]["text"]]
    words = "\n".join(texts)
    if len(words) > MOST_WORDS:
        return [_cite(now, request, clause, clause, "", as_of, say("citing", "unquoted_long", most=MOST_WORDS))]
    spans = _spans(now, [(iri, str(rows[iri]["text"])) for iri in ends if rows[iri]["text"]])
    return [_cite(now, request, clause, clause, words, as_of, found=spans)]


def cite_document(now: Site, request: Request, iri: str, as_of: str) -> list[Citation]:
    """A document as a whole; nothing is quoted of it."""
    return [_cite(now, request, iri, iri, "", as_of, say("citing", "unquoted_whole"))]


def cite_thing(now: Site, request: Request, iri: str, as_of: str) -> list[Citation]:
    """Whatever quotes a clause, by the words it quotes. Errors: ``NotFoundError`` for what quotes none."""
    rows = now.rows("quoting-thing", thing=Iri(iri))
    if not rows:
        raise NotFoundError(slug_of(iri), "它没有引着条款的原文，不能逐字引用", "请引措施、条款、法规或其条文")
    return [_cite(now, request, iri, str(r["clause"]), str(r["quote"]), as_of) for r in rows]


def cite_law(now: Site, request: Request, law: Record, locator: str, path: str, as_of: str) -> list[Citation]:
    """A law, or a provision of it, in the text in force on a day; its words only where the user imported that text.

    ``law`` is one of ``works``; ``path`` is the address of the provision below the law. A number that left its place
    is cited in the text in which it stood there: in the one of that day it is another rule's, or nobody's.
    """
    shelf = Shelf(now, law["work"], as_of)
    dated, meant = _find_text(now, law, locator, as_of, shelf) if locator else (shelf.current, "")
    status = "；".join(filter(None, (tell_status(now, law, locator, as_of), meant)))
    edition = shelf.versions.get(dated or "")
    iri = str(law["work"])
    slug = slug_of(iri).removeprefix("law/")
    words, source, sha256 = "", "", ""
    unquoted = say("citing", "unquoted_whole")
    if locator:
        unquoted = say("citing", "unquoted_law")
        side = shelf.side(dated, locator)
        text = shelf.load(dated) if dated else None
        if side.text and isinstance(text, StatuteText):
            words, unquoted, source, sha256 = side.text, "", text.source, text.sha256
    at = f"/{path}" if path else ""
    return [
        Citation(
            thing=iri + at,
            clause=iri + (f"/{dated}" if dated and path else "") + at,
            document=iri,
            title=str(law["title"]),
            number=str(law["number"] or ""),
            place=locator,
            words=words,
            unquoted=unquoted,
            url=_locate(now, f"/law/{slug}{at}?{urlencode({'as_of': as_of})}", iri + at),
            as_of=as_of,
            dataset=now.store.dataset or "",
            status=status,
            edition=str(edition["label"] or edition["date"]) if edition else "",
            issuers=str(law["issuer"] or ""),
            date=str(edition["date"]) if edition and edition["date"] and len(str(edition["date"])) == 10 else "",
            source=source,
            sha256=sha256,
        )
    ]


def tell_status(now: Site, law: Record, locator: str, as_of: str) -> str:
    """How a law stands on a day, and where the number of its provision went, in the words of a citation.

    Of a law that is in force but was amended the last amendment by that day is told: no change was seen only since.
    """
    state = find_state(now, str(law["work"]), as_of)
    standing = str(state["standing"]) if state else "unverifiable"
    told = say("citing", "whole_standing", standing=find_word("codes", standing, "status"))
    events = now.rows("work-events", work=law["work"])
    changed = [str(e["date"]) for e in events if e["kind"] in (*_MOVES, *_EDITS) and str(e["date"]) <= as_of]
    later = [str(v["from"]) for v in now.rows("work-versions", work=law["work"])[1:] if v["from"]]
    changed += [day for day in later if day <= as_of]
    if standing == "in-force" and changed:
        told = say("citing", "whole_amended", day=max(changed))
    left = _find_leaving(now, law, locator, as_of) if locator else None
    moved = say("citing", "moved", to=left["to"], day=left["date"]) if left and left["to"] else ""
    return "；".join(filter(None, (told, moved)))


def find_state(now: Site, work: str, as_of: str) -> Record | None:
    """The status of a law as a whole on a day; None where the dataset does not say."""
    return next(iter(now.rows("work-status", work=now.thing_iri(slug_of(work)), as_of=as_of)), None)


def find_moves(events: Iterable[Record], locator: str, as_of: str) -> list[Record]:
    """By a day, the changes that took a provision's number away or gave it to another one, oldest first."""
    return [
        e
        for e in events
        if str(e["date"]) <= as_of and e["kind"] in _MOVES and e["from"] != e["to"]
        if lies_in(str(e["from"] or ""), locator) or lies_in(str(e["to"] or ""), locator)
    ]


def _find_text(now: Site, law: Record, locator: str, as_of: str, shelf: Shelf) -> tuple[str | None, str]:
    """The dated text in which a provision is cited on a day, and what its number means in the text of that day."""
    rows = _find_cited(now, law, locator, as_of)
    if any(row["status"] == "in-force" for row in rows):
        return shelf.current, ""
    cited = max(rows, key=lambda row: str(row["cited_version"]), default=None)
    if cited is not None:
        return str(cited["cited_version"]).rsplit("/", 1)[-1], str(cited["number_now"] or "")
    left = _find_leaving(now, law, locator, as_of)
    if left is None:
        return shelf.current, ""
    before = shelf.find_text(day_before(str(left["date"])))
    taken = next(
        (
            e
            for e in find_moves(now.rows("work-events", work=law["work"]), locator, as_of)
            if e["date"] == left["date"] and e["to"] == locator and e["from"]
        ),
        None,
    )
    edition = shelf.versions.get(shelf.find_text(str(left["date"])) or "")
    if before is None or taken is None or edition is None:
        return before, ""
    label = str(edition["label"] or edition["date"])
    return before, say("citing", "number_now", text=label, number=locator, former=taken["from"])


def _find_leaving(now: Site, law: Record, locator: str, as_of: str) -> Record | None:
    """The last change by a day that took a provision from its place; None where documents cite it as it stands."""
    if any(row["status"] == "in-force" for row in _find_cited(now, law, locator, as_of)):
        return None
    moves = find_moves(now.rows("work-events", work=law["work"]), article_of(locator) or locator, as_of)
    gone = [e for e in moves if e["from"] and lies_in(locator, str(e["from"]))]
    return gone[-1] if gone else None


def _find_cited(now: Site, law: Record, locator: str, as_of: str) -> list[Record]:
    """How a provision stands on a day wherever documents cite it in a text that is known."""
    return [
        row
        for row in now.ask("basis-health", as_of=as_of)
        if row["work"] == law["work"] and row["locator"] == locator and row["cited_version"]
    ]


@dataclass(frozen=True, slots=True)
class Rail:
    """What stands beside a page that can be cited: its citations, and the queries of the addresses it leads to."""

    of: str
    """What is cited, as an address names it: ``measure/jiamusi-2020-5/para_9``."""
    as_of: str
    citations: tuple[Citation, ...]
    sparql: str
    """A query with the thing bound in it, which returns rows."""
    has_card: bool = True
    """Whether the page itself is also a paper."""

    @property
    def query(self) -> str:
        """What an address of this thing on this day ends with."""
        return urlencode({"of": self.of, "as_of": self.as_of})

    @property
    def opened(self) -> str:
        """What the address of its query ends with."""
        return urlencode({"query": self.sparql})


def make_rail(
    now: Site, of: str, citations: Iterable[Citation], as_of: str, provisions: Iterable[str] = (), *, card: bool = True
) -> Rail:
    """The rail of a measure, a law (with the ``provisions`` that its page is about), or another thing."""
    return Rail(of, as_of, tuple(citations), write_query(now, of, provisions), card)


def write_query(now: Site, of: str, provisions: Iterable[str] = ()) -> str:
    """The query that shows what the graph states of a thing, with the thing bound at its end (SPARQL 1.1, 10.2.2).

    Terms are written by the RDF library, so that none can become part of the query.
    """
    kind, _, rest = of.partition("/")
    name = {"measure": "opened-measure", "law": "opened-law"}.get(kind, "opened-thing")
    text = "\n".join(line for line in now.page_queries[name].splitlines() if not line.startswith("#"))
    if kind == "law":
        work = ox.NamedNode(now.thing_iri("law", rest.partition("/")[0]))
        rows = [f"({work} {ox.Literal(place)})" for place in provisions]
        head = "(?work ?provision)" if rows else "?work"
        return f"{text}\nVALUES {head} {{ {' '.join(rows) or work} }}\n"
    variable = "?measure" if kind == "measure" else "?thing"
    return f"{text}\nVALUES {variable} {{ {ox.NamedNode(now.thing_iri(of))} }}\n"


def _cite(
    now: Site, request: Request, thing: str, clause: str, words: str, as_of: str, unquoted: str = "",
    found: tuple[str, str, tuple[tuple[int, int], ...]] | None = None,
) -> Citation:  # fmt: skip
    source, sha256, spans = found or _spans(now, [(clause, words)] if words else [])
    owners = now.rows("clause-document", clause=Iri(clause))
    document = str(owners[0]["document"]) if owners else clause
    row = next(r for r in now.ask("documents") if r["document"] == document)
    local = now.localise(thing if slug_of(thing).startswith("measure/") else clause) or ""
    if slug_of(thing).startswith("measure/"):
        local += f"?{urlencode({'as_of': as_of})}"
    return Citation(
        thing=thing,
        clause=clause,
        document=document,
        title=str(row["title"] or slug_of(document).removeprefix("doc/")),
        number=str(row["number"] or ""),
        place=now.names[now.source.code].place_of(clause),
        words=words,
        unquoted=unquoted,
        url=_locate(now, local, thing if slug_of(thing).startswith("measure/") else clause),
        as_of=as_of,
        dataset=now.store.dataset or "",
        issuers=str(row["issuers"] or ""),
        date=str(row["date"] or ""),
        source=source,
        sha256=sha256,
        spans=spans,
    )


def _spans(now: Site, quotes: Iterable[tuple[str, str]]) -> tuple[str, str, tuple[tuple[int, int], ...]]:
    """The source that attests words, its sha256 and where they stand in it; empty where nothing attests them."""
    grounds = ground_quotes(now.store, quotes)
    spans = tuple(sorted({span for ground in grounds for span in ground.spans}))
    return (grounds[0].source, grounds[0].sha256, spans) if grounds else ("", "", ())


def _locate(now: Site, path: str, iri: str) -> str:
    """Where a citation leads: the page of a service with a public address; else the IRI, which holds anywhere.

    A citation is carried away: the address that a service is merely bound to leads nobody else anywhere.
    """
    return iri if now.published or now.address is None else now.address.rstrip("/") + path
