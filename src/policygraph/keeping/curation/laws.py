"""A law that a document names and no registry knows: registered with its facts, or said to be one that is known.

The registries' nearest works stand beside the name (`find_works`), and a person looks at them first: a title that is
printed otherwise than it is registered becomes a further title of that work, in the workspace's own files and for its
documents only. A work that is none of them is registered as a row of a catalogue would be: title, number, rank and
days, ``believed`` because nobody has checked them, and no word of its text. Either is one action of the journal, and
is taken back like every other.
"""

from __future__ import annotations

from collections.abc import Mapping

from rdflib import Graph, Literal, URIRef

from policygraph.errors import InputError, NotFoundError
from policygraph.graph.knowledge import load_kinds
from policygraph.graph.memory import make_graph
from policygraph.keeping.catalogues import COLUMNS, describe_work, list_known, name_work, read_work
from policygraph.keeping.curation.cases import Case
from policygraph.keeping.curation.decision import Decision
from policygraph.keeping.curation.journal import Entry
from policygraph.keeping.curation.names import LAW, list_names
from policygraph.keeping.curation.statements import Choice, list_scheme
from policygraph.keeping.workspace import LAWS
from policygraph.namespaces import BASE, PG, instance, slug_of
from policygraph.reading.citations import title_keys
from policygraph.reading.patterns import forms_of
from policygraph.text.likeness import near_words

BASES = "legal-bases"


def list_ranks(case: Case) -> tuple[Choice, ...]:
    """The ranks that a law may have, each by the word that a catalogue writes for it."""
    ranks = list_scheme(case.desk.concepts, "ranks")
    return tuple(Choice(one.names["zh"], one.names) for one in ranks if "zh" in one.names)


def register_law(case: Case, written: str, said: Mapping[str, str], by: str, at: str) -> tuple[Entry, ...]:
    """Register a law for a name that the document prints; ``said`` is what a row of a catalogue says (`COLUMNS`).

    A title that is not told is the one printed; one that differs from it keeps the printed words as a further title.
    Errors: ``InputError`` for a name that the document does not print or that is no unknown law, for what cannot be a
    rank or a day, and for a work that is registered already; ``StaleError``; ``StorageError``.
    """
    decision = _begin(case, written, by, at)
    concepts, works = case.desk.concepts, case.desk.knowledge.works
    forms = forms_of(case.desk.knowledge.vocabulary)
    work = read_work({"title": written} | {k: v for k, v in said.items() if v.strip()}, concepts, written)
    known = list_known(works, work, forms)
    if known:
        told = "、".join(f"《{one.title}》（law/{one.slug}）" for one in known)
        way = f"policygraph curate assign {case.identifier} {written} law/{known[0].slug}"
        raise InputError(
            f"《{work.title}》", f"名称或文号已经登记过：{told}", f"就是它的，点它旁边的“就是这一部”，或 {way}"
        )
    for name, value in (("issuer", work.issuer), ("rank", work.rank)):
        if not value:
            raise InputError(
                f"《{work.title}》", f"没有写{COLUMNS[name]}", "登记一部要写发布机关和效力级别，照文件上的写"
            )
    slug = name_work(work, forms)
    node = instance("law", slug, base=case.base)
    statements = describe_work(work, slug, case.base, f"{case.identifier}（{by.strip()}）", load_kinds(concepts))
    wanted: dict[URIRef, Graph | None] = {}
    for subject, term, value in statements:
        one = wanted.setdefault(URIRef(str(subject)), make_graph())
        assert one is not None
        one.add((subject, term, value))
    if set(title_keys(work.title, forms)).isdisjoint(title_keys(written, forms)):
        said_of = wanted[node]
        assert said_of is not None
        said_of.add((node, PG.titleVariant, Literal(written, lang="zh")))
    decision.tell("register", BASES, slug_of(str(node)), {LAWS: wanted}, note=work.title)
    return decision.finish()


def assign_law(case: Case, written: str, slug: str, by: str, at: str) -> tuple[Entry, ...]:
    """Say that a printed title means a work that a registry knows: it is a further title of it from now on.

    Errors: ``InputError`` for a name that the document does not print; ``NotFoundError`` for a work that nobody has
    registered; ``StaleError``; ``StorageError``.
    """
    decision = _begin(case, written, by, at)
    known = [one.slug for one in case.desk.knowledge.works]
    if slug not in known:
        near = "、".join(near_words(slug, known, 3)) or "（没有）"
        raise NotFoundError(slug[:60], "没有登记这一部", f"最接近的是: {near}；没有的，用所印的名称登记")
    node = instance("law", *slug.split("/"), base=case.desk.homes.get(f"law/{slug}", BASE))
    changed = make_graph(decision.said(LAWS, node) or ())
    changed.add((node, PG.titleVariant, Literal(written, lang="zh")))
    decision.tell("assign", BASES, f"law/{slug}", {LAWS: {node: changed}}, note=written)
    return decision.finish()


def _begin(case: Case, written: str, by: str, at: str) -> Decision:
    """A decision on a law that the document names and nobody registered. Errors: ``InputError``."""
    printed = sorted({name.written for name in list_names(case) if name.kind == LAW})
    if written not in printed:
        near = "、".join(near_words(written, printed, 3)) or "（没有）"
        raise InputError(
            written[:60] or "（空）", "不是文件里印着而没有登记的法律、文件名称",
            f"最接近的是: {near}；全部见 policygraph curate names {case.identifier}",
        )  # fmt: skip
    # a version control system keeps no empty folder
    case.path(LAWS).parent.mkdir(exist_ok=True)
    return Decision(case, by, at, LAWS)
