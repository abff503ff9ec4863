"""The search page and its rows: what was typed is resolved, a question is answered first, nothing is a dead end.

The page, ``/search.json`` and ``/search.csv`` say the same. What is asked about today's law leads on to a dated
address, as every page does. The code of an enterprise is answered by a hint alone: the page that says so has an address
without it, and no link of it holds what was typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from policygraph.errors import InputError
from policygraph.keeping.routing import Candidate, Routed, narrow_answer
from policygraph.keeping.search import Entry, Found, Hit, cut_snippet, holds_code
from policygraph.keeping.store import Answer, Cell, Iri, NamedQuery, parse_day
from policygraph.namespaces import slug_of
from policygraph.speaking.exports import gap_header, render_csv, render_json
from policygraph.speaking.web.names import Names, has_han
from policygraph.speaking.web.site import Now, Site, make_router, read_number, read_page
from policygraph.speaking.web.things import Concluded, date_page, list_conclusions
from policygraph.text.spans import Span
from policygraph.words import Language

HITS = 20
"""Results of a search on one page."""
MOST_HITS = 200
"""Results of a search in one answer in rows."""
ROWS = 5
"""Rows of a named question that stand above the results; the rest is on its own page."""
_CONCLUDING = "conclusions"
"""The named question whose rows are told as sentences."""
ANSWERED = 5
"""Measures whose conclusions stand above the results of a question."""
COLUMNS = (
    "kind", "title", "number", "locator", "url", "why", "answer", "thing", "alias", "place", "areas", "document",
    "text",
)  # fmt: skip
"""The columns of a search in rows; the first five say what was found and where it stands."""
LISTS = ("measures", "legislation", "departments", "mechanisms", "documents", "queries")
"""Where whoever found nothing may begin."""
_FACETS = ("place", "kind", "area")


def show_search(now: Now, request: Request, q: str = "") -> Response:
    """What was found for some words, a page at a time; the conclusion first where they ask for one."""
    if now.published:
        return now.render(request, "find.html", "search", q="")
    if holds_code(q):
        return lead_from_code(now, request)
    at = read_page(request)
    chosen = read_choices(request)
    as_of = request.query_params.get("as_of") or None
    found = now.finder.find(q, **chosen, limit=HITS, start=(at - 1) * HITS, as_of=as_of or now.day())
    language = now.language_of(request)
    names = now.names[language.code]
    asking = ask_for(now, names, q, as_of, found)
    if (found.reading.asks or asking) and as_of is None:
        return date_page(now, request)
    asking = asking if at == 1 else None
    answers = list_answers(now, found, asking, as_of)
    asked = {"q": q, **{key: value for key, value in chosen.items() if value}, **({"as_of": as_of} if as_of else {})}
    return now.render(
        request,
        "search.html",
        "search",
        q=q,
        found=found,
        result=found.result,
        hits=[show_hit(now, names, hit) for hit in found.result.hits],
        nearest=[(entry, title_of(now, names, entry), address_of_entry(now, entry)) for entry in found.nearest],
        answers=answers,
        asking=asking,
        concluded=len(choose_measures(now, found, asking)),
        headings={c.name: c.label for c in asking.query.columns} if asking and asking.query else {},
        as_of=as_of,
        chosen=chosen,
        lists=LISTS,
        hint="code" if request.query_params.get("hint") == "code" else "",
        seek=lambda words: f"{language.prefix}/search?{urlencode({'q': words})}",
        refine=lambda **change: refine_address(language.prefix, asked, change),
        at=at,
        pages=-(-found.result.total // HITS),
        data_links=[
            (form.upper(), f"{language.prefix}/search.{form}?{urlencode(asked)}") for form in ("json", "csv") if q
        ],
    )


def send_json(now: Now, request: Request, q: str = "") -> Response:
    """What was found for some words as rows, best first; paged as the questions are."""
    answer = answer_search(now, request, q)
    if isinstance(answer, Response):
        return answer
    return Response(render_json(*answer), media_type="application/json")


def send_csv(now: Now, request: Request, q: str = "") -> Response:
    """The same rows as CSV."""
    answer = answer_search(now, request, q)
    if isinstance(answer, Response):
        return answer
    media_type = "text/csv; charset=utf-8; header=present"
    return Response(render_csv(answer[0]), media_type=media_type, headers=gap_header(answer[0].coverage))


def answer_search(now: Site, request: Request, q: str) -> tuple[Answer, Routed | None] | Response:
    """The rows of a search, with how a question was understood; or the way to where it is answered.

    Where nothing was found the rows are what is similar, each marked as such (``why`` is ``nearest``); beside an
    answer there are none, because what is similar to the words of a question is no answer to it. Errors:
    ``InputError`` for a number of rows that is none or too large.
    """
    start, limit = read_number(request, "_next", 0), read_number(request, "_limit", HITS)
    if not 0 < limit <= MOST_HITS:
        raise InputError("_limit", f"应为 1 到 {MOST_HITS} 行", "其余用 _next 续取")
    language = now.language_of(request)
    names = now.names[language.code]
    if holds_code(q):
        words = language.words["finding"]
        row = ("check", words["code_go"], None, None, f"{language.prefix}/check", "code", words["code_title"])
        return Answer(COLUMNS, ((*row, *(None,) * (len(COLUMNS) - len(row))),), dataset=now.store.dataset), None
    as_of = request.query_params.get("as_of") or None
    found = now.finder.find(q, **read_choices(request), limit=limit, start=start, as_of=as_of or now.day())
    asking = ask_for(now, names, q, as_of, found)
    if (found.reading.asks or asking) and as_of is None:
        return date_page(now, request)
    answers: dict[str, str] = {}
    for one in list_answers(now, found, asking, as_of):
        sentence = language.pick(zh=str(one["sentence"] or ""), en=str(one["sentence_en"] or "") or None)
        measure = str(one["measure"])
        answers[measure] = " ".join(part for part in (answers.get(measure), sentence) if part)
    rows = [make_row(now, names, hit, answers) for hit in found.result.hits]
    if not rows and not start and not (asking and asking.rows):
        similar = (Hit(entry, 0.0, None, (), (), "nearest") for entry in found.nearest)
        rows = [make_row(now, names, hit, answers) for hit in similar][:limit]
    following = str(start + limit) if start + limit < found.result.total else None
    answer = Answer(
        COLUMNS, tuple(rows), as_of=as_of, dataset=now.store.dataset, truncated=following is not None, next=following,
        coverage=now.store.find_gaps(),
    )  # fmt: skip
    return answer, asking.routed if asking else None


def lead_from_code(now: Site, request: Request) -> Response:
    """Lead to the hint at an address that holds nothing that was typed; nobody may keep that answer."""
    target = f"{now.language_of(request).prefix}/search?hint=code"
    return RedirectResponse(target, status_code=303, headers={"Cache-Control": "no-store"})


def read_choices(request: Request) -> dict[str, str | None]:
    """The facets that an address chooses."""
    return {name: request.query_params.get(name) or None for name in _FACETS}


@dataclass(frozen=True, slots=True)
class Choice:
    """A named question that may be meant, where it is answered, and what it would be about; empty for no one thing."""

    candidate: Candidate
    address: str
    meant: str = ""

    @property
    def is_coded(self) -> bool:
        """Whether it is one question of the codebook: such a one is called by its own sentence."""
        return "question" in self.candidate.parameters


@dataclass(frozen=True, slots=True)
class Asking:
    """What became of a question: how it was routed, the named question, the first of its rows, how many there are.

    ``query`` and ``answer`` are None where it is asked back or refused; ``address`` is where all rows stand,
    ``narrowed`` says that the rows told here are those of them that are about what was asked. ``choices`` are the
    named questions that may be meant; ``about`` what it hangs on, by name.
    """

    routed: Routed
    query: NamedQuery | None = None
    answer: Answer | None = None
    rows: int = 0
    address: str = ""
    narrowed: bool = False
    choices: tuple[Choice, ...] = ()
    about: tuple[str, ...] = ()

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures whose conclusions answer it; none where something else does."""
        if self.query is None or self.answer is None or self.query.name != _CONCLUDING:
            return ()
        at = self.answer.columns.index("measure")
        # what is determined of somebody else has a conclusion and no measure
        return tuple(dict.fromkeys(str(row[at]) for row in self.answer.rows if row[at] is not None))


def route_question(now: Site, names: Names, question: str, as_of: str | None) -> Asking:
    """The named question that a question in a sentence is, with its rows on a day; or the choices that are asked back.

    What is about an enterprise is never answered here, because an address would hold it: its page leads to the check.
    """
    routed = now.router.route(question, as_of or now.day())
    if routed.state != "answer" or routed.query is None:
        called: Mapping[str, str] = names.language.words["asked_for"] if routed.reason == "missing" else {}
        about = tuple(called.get(one) or name_slug(names, now, one) for one in routed.about)
        return Asking(routed, choices=list_choices(routed, about), about=about)
    query = now.store.find_query(routed.query)
    values = {**routed.parameters, **({"as_of": as_of} if as_of and _has(query, "as_of") else {})}
    address = question_address(query.name, values)
    if query.about_entity:
        return Asking(routed, query, address=address)
    whole = now.answer(query.name, values)
    answer = narrow_answer(whole, routed.narrow)
    rows = answer.rows if query.name == _CONCLUDING else answer.rows[:ROWS]
    return Asking(
        routed, query, replace(answer, rows=rows), len(answer.rows), address, len(answer.rows) < len(whole.rows)
    )


def list_choices(routed: Routed, about: Sequence[str]) -> tuple[Choice, ...]:
    """The questions that may be meant, each place once; where a name fits several things, each about each of them."""
    choices: list[Choice] = []
    for one in routed.candidates:
        if routed.reason == "ambiguous" and len(one.missing) == 1:
            for value, meant in zip(routed.about, about, strict=True):
                given = {**one.parameters, one.missing[0]: value}
                choices.append(Choice(one, question_address(one.query, given), meant))
        else:
            choices.append(Choice(one, question_address(one.query, one.parameters)))
    once = dict[str, Choice]()
    for choice in choices:
        once.setdefault(choice.address, choice)
    return tuple(once.values())


def name_slug(names: Names, now: Site, written: str) -> str:
    """What a thing is called that a question was understood to name by its slug; other words as they are."""
    iris = (now.store.find_iri(f"id/{kind}/{written}") for kind in _NAMED)
    return next((names.title(iri) for iri in iris if names.knows(iri)), written)


_NAMED = ("org", "doc", "law", "measure", "concept")
"""The kinds of things that a question names."""


def ask_for(now: Site, names: Names, q: str, as_of: str | None, found: Found) -> Asking | None:
    """What becomes of words that ask something; of other words only where nothing holds them and they are understood.

    Measures without legal basis is no sentence, and asks what 哪些措施没有依据 asks. None where nothing is asked.
    """
    if found.reading.asks:
        return hold_to(now, found, route_question(now, names, q, as_of))
    if found.result.total or len(found.reading.parts) < _SEVERAL:
        return None
    asking = hold_to(now, found, route_question(now, names, q, as_of))
    return asking if asking.rows else None


_SEVERAL = 2
"""Words that may ask something without a word of asking: one alone is a word to look for."""


def hold_to(now: Site, found: Found, asking: Asking) -> Asking:
    """A question without its answer where that is of measures with another area or direction than was asked about.

    It was understood to ask something, and what it was understood to ask about is not what its words say.
    """
    return Asking(asking.routed) if asking.measures and not choose_measures(now, found, asking) else asking


def question_address(name: str, values: Mapping[str, str]) -> str:
    """The page of a named question with its values, without the language."""
    return f"/queries/{name}" + (f"?{urlencode(values)}" if values else "")


def _has(query: NamedQuery, name: str) -> bool:
    return any(parameter.name == name for parameter in query.parameters)


def list_answers(now: Site, found: Found, asking: Asking | None, as_of: str | None) -> list[Concluded]:
    """The conclusions, on a day, of the measures that a question asks about; none where it asks for none."""
    measures = choose_measures(now, found, asking)
    if as_of is None or not measures:
        return []
    day = parse_day(as_of)
    return [one for measure in measures[:ANSWERED] for one in list_conclusions(now, day, measure=measure)]


def choose_measures(now: Site, found: Found, asking: Asking | None) -> tuple[str, ...]:
    """The measures that every word of a question fits; where they fit none, those that it was understood to mean and
    that are of the area and direction that it names. None where something else was understood than what may be done.
    """
    if asking and asking.routed.state == "ask-back" and _CONCLUDING not in {c.query for c in asking.routed.candidates}:
        return ()
    meant = asking.measures if asking else ()
    return found.measures or tuple(one for one in meant if now.finder.bears_on(found.reading, one))


def title_of(now: Site, names: Names, entry: Entry) -> str:
    """What an entry is called in the language of the page: an article by its law, a clause by its document."""
    if entry.kind == "article":
        return names.title(now.store.find_iri("id/" + "/".join(slug_of(entry.iri).split("/")[:2])))
    if entry.kind == "clause":
        return names.title(entry.document)
    if entry.english:
        return names.language.pick(zh=entry.name, en=entry.english)
    return entry.name or slug_of(entry.iri)


def locator_of(names: Names, entry: Entry) -> str | None:
    """Where an entry stands in its document or law; None for what is a whole."""
    return (names.place_of(entry.iri) or None) if entry.kind == "clause" else entry.locator


def address_of_entry(now: Site, entry: Entry, day: str | None = None) -> str:
    """The local address of an entry, without the language; with a day where the text of a year was asked for."""
    path = now.localise(entry.iri) or "/"
    return f"{path}?{urlencode({'as_of': day})}" if day else path


def make_row(now: Site, names: Names, hit: Hit, answers: Mapping[str, str]) -> tuple[Cell, ...]:
    """A hit as a row of ``COLUMNS``."""
    entry = hit.entry
    text = cut_snippet(entry.text, hit.text_marks).text
    return (
        entry.kind,
        title_of(now, names, entry),
        entry.number,
        names.spell_place(locator_of(names, entry)) or None,
        names.language.prefix + address_of_entry(now, entry, hit.day),
        hit.reason,
        answers.get(entry.iri),
        Iri(entry.iri),
        hit.alias,
        names.say(entry.place) or None,
        str(names.language.words["semicolon"]).join(names.say(area) for area in entry.areas) or None,
        entry.document,
        text or None,
    )


def show_hit(now: Site, names: Names, hit: Hit) -> dict[str, object]:
    """A hit as the page shows it: its name and a snippet of its text, both cut where a mark begins or ends."""
    entry = hit.entry
    gist = entry.kind == "article"
    english = (entry.english or "") if gist and names.language.foreign else ""
    snippet = cut_snippet(english or entry.text, () if english else hit.text_marks)
    title = title_of(now, names, entry)
    named = title == entry.name and entry.kind not in ("article", "clause")
    words = hit.because or ((hit.alias,) if hit.alias else ())
    return {
        "entry": entry,
        "address": address_of_entry(now, entry, hit.day),
        "day": hit.day,
        "why": hit.reason,
        "because": words,
        "is_han": has_han(title),
        "name": mark_spans(title, hit.name_marks if named else ()),
        "locator": locator_of(names, entry),
        "number": entry.number if entry.kind in ("document", "work", "clause", "measure") else None,
        "gist": gist,
        "is_english": bool(english),
        "text": mark_spans(snippet.text, snippet.marks),
    }


def mark_spans(text: str, marks: Iterable[Span]) -> list[tuple[str, bool]]:
    """A text in stretches, each with whether it is marked.

    >>> mark_spans("失信联合惩戒", [Span(4, 6)])
    [('失信联合', False), ('惩戒', True)]
    """
    stretches, last = [], 0
    for mark in marks:
        stretches += [(text[last : mark.start], False), (text[mark.start : mark.end], True)]
        last = mark.end
    return [(words, marked) for words, marked in [*stretches, (text[last:], False)] if words]


def refine_address(prefix: str, asked: Mapping[str, str], change: Mapping[str, object]) -> str:
    """The address of the same search with other choices; a new choice begins at the first page."""
    values = {**asked, **change}
    return f"{prefix}/search?{urlencode({key: value for key, value in values.items() if value})}"


def search_router(languages: Iterable[Language]) -> APIRouter:
    """The page of search and its rows as files, in every language: titles are in them."""
    known = tuple(languages)
    files = [
        (f"{one.prefix}/search.{form}", f"search_{form}", handler)
        for one in known
        for form, handler in (("json", send_json), ("csv", send_csv))
    ]
    return make_router(known, (("/search", "search", show_search),), files=files)
