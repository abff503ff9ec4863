"""The knowledge files are held to rules that need no lawyer: terms exist, names are unique, sources say where from.

Every Turtle file under `ontology/`, `data/` and `shapes/` is read, whoever wrote it. A misspelt term raises nothing
in RDF and a shape with a wrong path finds nothing, so both are looked for here. Whether a quote is verbatim is
checked by the build and by `test_models.py`; whether a fact is true stays with the people named in each file.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter, defaultdict
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import DCTERMS, OWL, PROV, RDF, RDFS, SH, SKOS, XSD
from rdflib.term import Node
from tests.files import read_graph

from policygraph.graph.memory import make_steady
from policygraph.graph.validation import validate
from policygraph.keeping.sources import find_root
from policygraph.namespaces import (
    ADMS,
    BASE,
    CCCEV,
    CPOV,
    DCAT,
    EARL,
    ELI,
    ID,
    LEGAL,
    OA,
    ORG,
    PG,
    VOID,
    clause_iri,
    source_iri,
)

ROOT = find_root()
SHARED = Path(__file__).resolve().parents[1] / ".." / "shared"
FILES = tuple(sorted(p for top in ("ontology", "data", "shapes") for p in (ROOT / top).rglob("*.ttl")))
DOCUMENTS = tuple(sorted(p.name for p in (ROOT / "data" / "documents").iterdir() if p.is_dir()))
CERTAINTIES = {"verified", "believed", "not-found"}

every_file = pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(ROOT).as_posix())
every_document = pytest.mark.parametrize("document", DOCUMENTS)

FOREIGN: dict[str, str] = {
    str(ELI): """LegalResource LegalResourceSubdivision LegalExpression Format has_part is_part_of has_annex is_annex_of
        id_local number passed_by jurisdiction date_document date_publication first_date_entry_in_force
        date_no_longer_in_force in_force type_document title based_on basis_for implements implemented_by cites cited_by
        amends amended_by repeals repealed_by changes changed_by consolidates related_to is_about version version_date
        is_member_of is_realized_by realizes responsibility_of publisher relevant_for language description""",
    str(CCCEV): """Criterion Requirement InformationRequirement Constraint Evidence EvidenceType EvidenceTypeList
        InformationConcept ReferenceFramework PublicOrganisation hasRequirement isRequirementOf isDerivedFrom
        hasEvidenceTypeList specifiesEvidenceType hasSupportingEvidence supportsRequirement
        isSpecifiedIn constrains hasConcept registrationDate""",
    str(ORG): """Organization FormalOrganization OrganizationalUnit ChangeEvent Membership Role member organization
        memberDuring role hasMember memberOf classification purpose originalOrganization resultingOrganization
        changedBy resultedFrom subOrganizationOf hasSubOrganization unitOf hasUnit""",
    str(OA): """SpecificResource TextPositionSelector TextQuoteSelector hasSource hasSelector start end exact prefix
        suffix""",
    str(EARL): """Assertion TestResult TestCriterion TestRequirement assertedBy subject test result mode outcome info
        passed failed cantTell inapplicable untested automatic manual semiAuto""",
    str(LEGAL): "LegalEntity legalIdentifier legalName companyStatus companyType companyActivity",
    str(ADMS): "Identifier identifier schemeAgency status",
    str(DCAT): """Catalog DataService Dataset Distribution accessURL byteSize compressFormat dataset distribution
        downloadURL endpointDescription endpointURL mediaType servesDataset service""",
    str(VOID): """Dataset DatasetDescription classPartition classes dataDump distinctObjects distinctSubjects entities
        properties property propertyPartition sparqlEndpoint subset triples uriSpace vocabulary inDataset
        exampleResource documents class""",
}
"""The terms of other vocabularies that we know to exist; a term is added here after looking it up at its source."""
CLOSED = (RDF, RDFS, OWL, SKOS, DCTERMS, PROV, SH, XSD)
"""Vocabularies that rdflib lists in full."""


@cache
def parse(path: Path) -> Graph:
    return read_graph(path.relative_to(ROOT).as_posix())


@cache
def merged(*tops: str) -> Graph:
    graph = Graph()
    for path in FILES:
        if path.relative_to(ROOT).as_posix().startswith(tops):
            graph += parse(path)
    return graph


def everything() -> Graph:
    return merged("ontology", "data", "shapes")


@cache
def iris(graph: Graph) -> frozenset[URIRef]:
    """Every IRI of a graph, those of datatypes too."""
    nodes = {node for triple in graph for node in triple}
    types = {node.datatype for node in nodes if isinstance(node, Literal) and node.datatype is not None}
    return frozenset({node for node in nodes if isinstance(node, URIRef)} | types)


def own_terms(graph: Graph) -> set[URIRef]:
    return {s for s in graph.subjects(RDF.type, None) if isinstance(s, URIRef) and str(s).startswith(str(PG))}


@cache
def defined_terms() -> frozenset[URIRef]:
    """Our own terms that the ontology defines."""
    return frozenset(own_terms(merged("ontology")))


@cache
def things_known() -> frozenset[Node]:
    """Every concept, organisation and work that a file may name, and whatever else is said there."""
    return frozenset(
        merged("ontology/concepts", "ontology/reading", "data/organisations", "data/legislation").subjects()
    )


def languages(graph: Graph, subject: Node, predicate: URIRef) -> Counter[str | None]:
    return Counter(o.language for o in graph.objects(subject, predicate) if isinstance(o, Literal))


# --- every file ---------------------------------------------------------------------------------------------------


@every_file
def test_a_file_opens_by_saying_what_it_is_who_may_change_it_and_how_to_check_it(path: Path) -> None:
    opening = re.match(r"(?:#[^\n]*\n)+", path.read_text(encoding="utf-8"))
    assert opening, "没有开头的说明"
    words = opening.group()
    assert re.search(r"[一-鿿]", words.splitlines()[0]), "第一行没有说明这是什么"
    assert "谁可以改" in words
    assert "怎样检查" in words


@every_file
def test_every_iri_is_ascii(path: Path) -> None:
    assert sorted({iri for iri in iris(parse(path)) if not iri.isascii()}) == []


@every_file
def test_no_file_names_a_place_outside_the_project(path: Path) -> None:
    assert re.findall(r"file:|\.\./", path.read_text(encoding="utf-8")) == []


@every_file
def test_every_term_of_another_vocabulary_exists_there(path: Path) -> None:
    unknown = []
    for iri in set(iris(parse(path))):
        if str(iri).startswith(BASE.rstrip("/")):
            continue
        namespace = next((n for n in FOREIGN if iri.startswith(n)), None)
        if namespace is not None:
            known = iri.removeprefix(namespace) in FOREIGN[namespace].split()
        else:
            closed = next((n for n in CLOSED if iri.startswith(str(n))), None)
            is_list_item = re.fullmatch(re.escape(str(RDF)) + r"_\d+", iri) is not None
            known = is_list_item or (iri in closed if closed is not None else _is_plain_reference(iri))
        if not known:
            unknown.append(str(iri))
    assert sorted(unknown) == []


def _is_plain_reference(iri: URIRef) -> bool:
    return str(iri).startswith("https://www.apache.org/licenses/")


@every_file
def test_every_own_term_used_is_defined(path: Path) -> None:
    used = {iri for iri in iris(parse(path)) if str(iri).startswith(str(PG))}
    assert sorted(str(t) for t in used - defined_terms()) == []


@every_file
def test_every_concept_organisation_and_work_named_exists(path: Path) -> None:
    known = things_known()
    kinds = tuple(str(ID[kind]) for kind in ("concept/", "region/", "org/", "law/"))
    named = {o for o in parse(path).objects() if isinstance(o, URIRef) and str(o).startswith(kinds)}
    assert sorted(str(iri) for iri in named - known) == []


def test_the_program_uses_only_defined_terms() -> None:
    defined = {str(term).removeprefix(str(PG)) for term in own_terms(merged("ontology"))}
    missing: dict[str, str] = {}
    for path in sorted((ROOT / "src").rglob("*")):
        if path.suffix == ".py":
            names = re.findall(r"\bPG\.([A-Za-z]\w*)|\bPG\[\"([A-Za-z]\w*)\"\]", path.read_text(encoding="utf-8"))
            used = {name for pair in names for name in pair if name}
        elif path.suffix == ".rq":
            used = set(re.findall(r"\bpg:([A-Za-z]\w*)", re.sub(r"(?m)^\s*#.*$", "", path.read_text(encoding="utf-8"))))
        else:
            continue
        missing |= dict.fromkeys(used - defined, path.name)
    assert missing == {}


# --- our vocabulary -----------------------------------------------------------------------------------------------


def test_the_ontology_says_its_licence_and_version() -> None:
    ontology = URIRef(str(PG).rstrip("#"))
    graph = parse(ROOT / "ontology" / "policygraph.ttl")
    version = graph.value(ontology, OWL.versionInfo)
    assert graph.value(ontology, DCTERMS.license) == URIRef("https://www.apache.org/licenses/LICENSE-2.0")
    assert graph.value(ontology, OWL.versionIRI) == URIRef(f"{ontology}/{version}")
    assert languages(graph, ontology, DCTERMS.title) == Counter(["zh", "en"])


def test_every_own_term_is_named_and_defined_in_both_languages() -> None:
    graph = merged("ontology")
    wanted = Counter(["zh", "en"])
    assert [
        str(term)
        for term in sorted(own_terms(graph))
        if languages(graph, term, RDFS.label) != wanted or languages(graph, term, SKOS.definition) != wanted
    ] == []


def test_a_term_is_defined_in_one_file_only() -> None:
    homes: dict[URIRef, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "ontology").glob("*.ttl")):
        for term in own_terms(parse(path)):
            homes[term].append(path.name)
    assert {str(t): h for t, h in homes.items() if len(h) > 1} == {}


@pytest.mark.slow
def test_the_declared_domains_hold_wherever_a_property_is_used() -> None:
    ontology = merged("ontology")
    parents: dict[Node, set[Node]] = defaultdict(set)
    for child, parent in ontology.subject_objects(RDFS.subClassOf):
        parents[child].add(parent)
    data = everything()
    wrong = set()
    for term, domain in ontology.subject_objects(RDFS.domain):
        assert isinstance(term, URIRef)
        for subject in data.subjects(term, None):
            types = set(data.objects(subject, RDF.type)) - {SH.NodeShape, SH.PropertyShape}
            pending = list(types)
            while pending:
                higher = parents[pending.pop()] - types
                types |= higher
                pending += higher
            if types and domain not in types:
                wrong.add(f"{term} {domain}: {subject}")
    assert sorted(wrong) == []


def test_every_concept_is_named_and_defined_in_both_languages_and_belongs_to_one_scheme() -> None:
    graph = merged("ontology/concepts", "ontology/reading")
    wanted = Counter(["zh", "en"])
    schemes = set(graph.subjects(RDF.type, SKOS.ConceptScheme))
    wrong = []
    for concept in {*graph.subjects(RDF.type, SKOS.Concept), *schemes}:
        languages_fit = all(languages(graph, concept, p) == wanted for p in (SKOS.prefLabel, SKOS.definition))
        homes = set(graph.objects(concept, SKOS.inScheme))
        if not languages_fit or (concept not in schemes and not (len(homes) == 1 and homes <= schemes)):
            wrong.append(str(concept))
    assert sorted(wrong) == []


def test_no_concept_repeats_its_name_among_its_other_names() -> None:
    graph = merged("ontology/concepts", "ontology/reading")
    concepts = set(graph.subjects(RDF.type, SKOS.Concept))
    same = {c: set(graph.objects(c, SKOS.prefLabel)) & set(graph.objects(c, SKOS.altLabel)) for c in concepts}
    assert {str(c): words for c, words in same.items() if words} == {}


def test_a_word_names_one_concept_of_a_scheme() -> None:
    """The labels are a dictionary; in ``ontology/reading`` one word may be a header here and a label there."""
    graph = merged("ontology/concepts")
    owners: dict[tuple[Node, str], set[Node]] = defaultdict(set)
    for concept, scheme in graph.subject_objects(SKOS.inScheme):
        for label in (*graph.objects(concept, SKOS.prefLabel), *graph.objects(concept, SKOS.altLabel)):
            if isinstance(label, Literal) and label.language == "zh":
                owners[scheme, str(label)].add(concept)
    assert {key: concepts for key, concepts in owners.items() if len(concepts) > 1} == {}


def test_an_effect_has_a_direction_unless_narrower_ones_say_it() -> None:
    graph = merged("ontology/concepts")
    directions = set(graph.subjects(SKOS.inScheme, ID["concept/scheme-directions"]))
    effects = set(graph.subjects(SKOS.inScheme, ID["concept/scheme-effects"]))
    headings = set(graph.objects(None, SKOS.broader)) & effects
    assert len(directions) == 3
    assert {e for e in effects if set(graph.objects(e, PG.direction)) - directions} == set()
    assert {e for e in effects if len(set(graph.objects(e, PG.direction))) != 1} == headings
    for heading in headings:
        under = {graph.value(e, PG.direction) for e in graph.subjects(SKOS.broader, heading)}
        assert len(under) > 1, heading


def test_an_english_label_is_words_not_a_slug() -> None:
    graph = merged("ontology/concepts", "ontology/reading", "data/editorial")
    labels = {
        (str(thing), str(label))
        for name in (SKOS.prefLabel, RDFS.label)
        for thing, label in graph.subject_objects(name)
        if isinstance(label, Literal) and label.language == "en"
    }
    assert labels
    slug = re.compile(r"[a-z]+(?:-[a-z]+)+|.*: [a-z-]+")
    assert {pair for pair in labels if slug.fullmatch(pair[1])} == set()


def test_every_organisation_document_and_work_has_one_english_name_marked_as_a_gloss() -> None:
    graph = merged("data/editorial", "data/organisations", "data/legislation", "data/documents")
    for kind in (CPOV.PublicOrganisation, PG.PolicyDocument, PG.Work, PG.Act, PG.ProcedureStep):
        things = set(graph.subjects(RDF.type, kind))
        assert things
        assert {str(t) for t in things if languages(graph, t, RDFS.label)["en"] != 1} == set()
        assert {str(t) for t in things if (t, PG.glossedIn, Literal("en")) not in graph} == set()
    assert set(graph.subjects(PG.glossedIn)) <= set(graph.subjects(RDF.type))


def test_ranks_are_in_one_order() -> None:
    graph = merged("ontology/concepts")
    orders = sorted(int(str(o)) for o in graph.objects(None, PG.rankOrder))
    assert orders == list(range(1, 9))


def test_every_region_reaches_the_nation() -> None:
    graph = merged("ontology/concepts")
    for region in graph.subjects(SKOS.inScheme, ID["concept/scheme-regions"]):
        assert graph.value(region, PG.code) == Literal(str(region).rsplit("/", 1)[-1])
        chain = [region]
        while (broader := graph.value(chain[-1], SKOS.broader)) is not None:
            assert broader not in chain
            chain.append(broader)
        assert chain[-1] == ID["region/100000"]


# --- organisations ------------------------------------------------------------------------------------------------


def test_a_name_means_one_body_within_a_jurisdiction() -> None:
    graph = merged("data/organisations", "ontology/concepts")
    owners: dict[tuple[Node | None, str], set[Node]] = defaultdict(set)
    for body, form in graph.subject_objects(PG.nameForm):
        owners[graph.value(body, ELI.jurisdiction), str(graph.value(form, PG.literalForm))].add(body)
    for category in graph.subjects(SKOS.inScheme, ID["concept/scheme-categories"]):
        for label in (*graph.objects(category, SKOS.prefLabel), *graph.objects(category, SKOS.altLabel)):
            if isinstance(label, Literal) and label.language == "zh":
                owners[graph.value(category, PG.scopeRegion), str(label)].add(category)
    assert {key: bodies for key, bodies in owners.items() if len(bodies) > 1} == {}


def test_a_form_said_to_be_printed_is_printed() -> None:
    texts = "".join((ROOT / "data" / "documents" / d / "source.txt").read_text(encoding="utf-8") for d in DOCUMENTS)
    words = "".join(texts.split())
    graph = merged("data/organisations")
    printed = {str(graph.value(f, PG.literalForm)) for f in graph.subjects(PG.printed, Literal(True))}
    assert sorted(form for form in printed if form not in words) == []


def test_two_names_side_by_side_are_kept_apart_and_linked() -> None:
    graph = merged("data/organisations")
    one, other = ID["org/jiamusi/ziranju"], ID["org/jiamusi/ziran-ziyuanju"]
    assert (one, PG.possiblySame, other) in graph
    assert (other, PG.possiblySame, one) in graph


def test_a_succession_is_told_by_an_event_and_from_both_ends() -> None:
    graph = merged("data/organisations")
    told = set()
    for event in graph.subjects(RDF.type, ORG.ChangeEvent):
        result = graph.value(event, ORG.resultingOrganization)
        assert (result, ORG.resultedFrom, event) in graph
        for original in graph.objects(event, ORG.originalOrganization):
            assert (original, ORG.changedBy, event) in graph
            told.add((original, result))
    assert told == set(graph.subject_objects(PG.succeededBy))


def test_no_person_has_an_iri() -> None:
    words = (ROOT / "data" / "organisations.ttl").read_text(encoding="utf-8")
    source = (ROOT / "data" / "documents" / "xinzheng-2010-36" / "source.txt").read_text(encoding="utf-8")
    names = re.findall(r"[长员]:([一-鿿]{2,4}) ", source)
    assert names
    assert [name for name in names if name in words] == []


# --- legislation --------------------------------------------------------------------------------------------------


def test_every_dated_claim_says_how_sure_it_is_and_how_it_is_known() -> None:
    graph = merged("data/legislation", "data/organisations")
    kinds = (PG.Work, PG.WorkVersion, PG.WorkEvent, PG.RelatedProvision, ORG.ChangeEvent)
    for node in {n for kind in kinds for n in graph.subjects(RDF.type, kind)}:
        assert {str(o) for o in graph.objects(node, PG.certainty)} <= CERTAINTIES, node
        assert len(list(graph.objects(node, PG.certainty))) == 1, node
        assert graph.value(node, PG.sourceNote), node
    for event in {*graph.subjects(RDF.type, PG.WorkEvent), *graph.subjects(RDF.type, ORG.ChangeEvent)}:
        date = graph.value(event, DCTERMS.date)
        assert isinstance(date, Literal), event
        assert date.datatype == XSD.date, event


def test_no_two_texts_of_a_work_are_in_force_on_one_day() -> None:
    graph = merged("data/legislation")
    texts: dict[Node, list[tuple[str, str]]] = defaultdict(list)
    for text, work in graph.subject_objects(PG.versionOf):
        begins, ends = (str(graph.value(text, term) or "") for term in (PG.inForceFrom, PG.inForceUntil))
        if begins:
            texts[work].append((begins, ends or "9999"))
    assert any(len(days) > 1 for days in texts.values())
    overlaps = {
        str(work): (one, other)
        for work, days in texts.items()
        for one, other in pairwise(sorted(days))
        if other[0] <= one[1]
    }
    assert overlaps == {}


def test_a_work_that_ceased_has_the_event_that_ended_it() -> None:
    graph = merged("data/legislation")
    ended = {work for work in graph.subjects(PG.inForceUntil, None) if (work, RDF.type, PG.Work) in graph}
    events = {
        work
        for event, work in graph.subject_objects(PG.work)
        if str(graph.value(event, PG.eventKind)) in ("repealed", "expired")
    }
    assert {str(w) for w in ended ^ events} == set()


def test_titles_and_numbers_point_at_one_work() -> None:
    graph = merged("data/legislation")
    names: dict[str, set[Node]] = defaultdict(set)
    for term in (DCTERMS.title, PG.titleVariant, ELI.id_local):
        for work, name in graph.subject_objects(term):
            names[str(name)].add(work)
    assert {name: works for name, works in names.items() if len(works) > 1} == {}


def test_a_reason_that_names_a_renumbered_article_says_of_which_text() -> None:
    """A reason is printed beside a conclusion of its days: by then a bare number is another rule's.

    The article of the law that the judgement itself is about is of the text that it states; only others are looked for.
    """
    graph = everything()
    moves: list[tuple[str, str, str]] = []
    for event, kind in graph.subject_objects(PG.eventKind):
        number, after = graph.value(event, PG.fromProvision), graph.value(event, PG.toProvision)
        if str(kind) in ("renumbered", "rewritten") and number is not None and str(number) != str(after or ""):
            title = str(graph.value(graph.value(event, PG.work), DCTERMS.title)).removeprefix("中华人民共和国")
            moves.append((title, str(number), str(graph.value(event, DCTERMS.date))))
    assert len(moves) >= 6
    bare = [
        f"{bearing}: {reason}"
        for bearing, reason in graph.subject_objects(PG.reason)
        for title, number, day in moves
        if str(graph.value(bearing, PG.bearingTo) or "9999") >= day and re.search(rf"{title}》?{number}", str(reason))
    ]
    assert not bare, bare


@pytest.mark.parametrize(
    ("old", "new"), [("第六十二条", "第六十五条"), ("第七十五条", "第七十八条"), ("第九十一条", "第九十四条")]
)
def test_the_articles_of_the_safety_law_that_the_memo_quotes_were_renumbered_in_2021(old: str, new: str) -> None:
    graph = merged("data/legislation")
    event = graph.value(None, PG.fromProvision, Literal(old))
    assert graph.value(event, PG.work) == ID["law/anquan-shengchan-fa"]
    assert graph.value(event, PG.eventKind) == Literal("renumbered")
    assert graph.value(event, PG.toProvision) == Literal(new)
    assert graph.value(event, DCTERMS.date) == Literal("2021-09-01", datatype=XSD.date)


# --- documents ----------------------------------------------------------------------------------------------------


@every_document
def test_the_metadata_describe_the_very_bytes_of_the_source(document: str) -> None:
    folder = ROOT / "data" / "documents" / document
    graph = parse(folder / "metadata.ttl")
    raw = (folder / "source.txt").read_bytes()
    source = source_iri(document)
    assert str(graph.value(source, PG.sha256)) == hashlib.sha256(raw).hexdigest()
    raw.decode(str(graph.value(source, PG.charset)))
    assert graph.value(source, PG.receivedAs)
    assert graph.value(source, DCTERMS.provenance)


@every_document
def test_a_document_has_the_date_of_its_text_or_an_interval_with_a_reason(document: str) -> None:
    graph = parse(ROOT / "data" / "documents" / document / "metadata.ttl")
    root = clause_iri(document, "")
    dated = graph.value(root, ELI.date_document) is not None
    inferred = [graph.value(root, p) is not None for p in (PG.dateFrom, PG.dateTo, PG.dateInference)]
    assert inferred == [not dated] * 3


@every_document
def test_every_instrument_to_check_against_comes_with_its_reason(document: str) -> None:
    graph = parse(ROOT / "data" / "documents" / document / "metadata.ttl")
    root = clause_iri(document, "")
    reasons = {
        graph.value(note, PG.work)
        for note in graph.objects(root, PG.laterInstrumentNote)
        if graph.value(note, PG.reason) and str(graph.value(note, PG.certainty)) in CERTAINTIES
    }
    noted = {graph.value(note, PG.work) for note in graph.objects(root, PG.laterInstrumentNote)}
    assert noted == reasons
    assert len(noted) == len(set(graph.objects(root, PG.laterInstrumentNote)))
    by_hand = (PG.laterInstrument, PG.earlierInstrument, PG.unorderedInstrument)
    assert [term for term in by_hand if (root, term, None) in graph] == [], "先后由日期推出，不手写"


def test_the_four_issuers_absent_from_the_signature_page_are_named() -> None:
    graph = parse(ROOT / "data" / "documents" / "jiamusi-2020-5" / "metadata.ttl")
    defects = " ".join(str(o) for o in graph.objects(None, PG.sourceDefect))
    source = (ROOT / "data" / "documents" / "jiamusi-2020-5" / "source.txt").read_text(encoding="utf-8")
    head, notice = source.split("文件\n", 1)
    signatures = "".join(re.split(r"\n附件\n", notice.split("附件:", 1)[1].split("\n", 1)[1])[0].split())
    issuers = head.split()
    absent = [name for name in issuers if name not in signatures]
    assert len(issuers) == 14
    assert len(absent) == 4
    assert [name for name in absent if name not in defects] == []


# --- shapes -------------------------------------------------------------------------------------------------------


@cache
def profile() -> Graph:
    return make_steady(merged("shapes/profile"))


def test_every_shape_that_reports_has_an_iri_a_severity_and_words_in_both_languages() -> None:
    graph = profile()
    named = {s for s in graph.subjects(RDF.type, None) if isinstance(s, URIRef)}
    reporting = {s for s in named if (s, RDF.type, SH.PropertyShape) in graph or (s, SH.message, None) in graph}
    assert reporting
    wrong = [
        str(shape)
        for shape in reporting
        if languages(graph, shape, SH.message) != Counter(["zh", "en"])
        or ((shape, RDF.type, SH.SPARQLConstraint) not in graph and graph.value(shape, SH.severity) is None)
    ]
    assert sorted(wrong) == []
    assert [o for o in graph.objects(None, SH.property) if isinstance(o, URIRef) and o not in named] == []


@pytest.mark.slow
def test_the_registries_and_concepts_conform_to_the_profile() -> None:
    data = merged("ontology", "data/organisations", "data/legislation")
    assert [f"{r.shape} {r.focus} {r.message_zh}" for r in validate(data, profile())] == []


def required() -> list[tuple[URIRef, URIRef]]:
    """Each class and each property shape on it that wants at least one value."""
    graph = profile()
    return sorted(
        (target, shape)
        for holder, target in graph.subject_objects(SH.targetClass)
        for shape in graph.objects(holder, SH.property)
        if isinstance(target, URIRef) and isinstance(shape, URIRef) and graph.value(shape, SH.minCount) is not None
    )


def test_a_bare_node_is_reported_by_every_shape_that_requires_something() -> None:
    data = Graph()
    for target, _ in required():
        data.add((ID[f"bare/{target.rsplit('#', 1)[-1].rsplit('/', 1)[-1]}"], RDF.type, target))
    reported = {(r.shape, r.focus) for r in validate(data, profile())}
    silent = [
        (str(shape), str(target))
        for target, shape in required()
        if (str(shape), str(ID[f"bare/{target.rsplit('#', 1)[-1].rsplit('/', 1)[-1]}"])) not in reported
    ]
    assert silent == []


PREFIXES = """
@base <https://w3id.org/policygraph/id/> .
@prefix pg: <https://w3id.org/policygraph/ns#> .
@prefix cv: <http://data.europa.eu/m8g/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix eli: <http://data.europa.eu/eli/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


@pytest.mark.parametrize(
    ("shape", "wrong", "right"),
    [
        (
            "position/start",
            "<p> a oa:TextPositionSelector ; oa:start 9 ; oa:end 9 .",
            "<p> a oa:TextPositionSelector ; oa:start 8 ; oa:end 9 .",
        ),
        (
            "document/date",
            "<d> a pg:PolicyDocument .",
            '<d> a pg:PolicyDocument ; pg:dateFrom "2020-01-01"^^xsd:date ; pg:dateTo "2020-12-31"^^xsd:date ; '
            'pg:dateInference "文号的年份"@zh .',
        ),
        (
            "document/date",
            '<d> a pg:PolicyDocument ; eli:date_document "2020-06-16"^^xsd:date ; pg:dateTo "2020-12-31"^^xsd:date ; '
            'pg:dateFrom "2020-01-01"^^xsd:date ; pg:dateInference "两样都有"@zh .',
            '<d> a pg:PolicyDocument ; eli:date_document "2020-06-16"^^xsd:date .',
        ),
        ("source-text/origin", "<s> a pg:SourceText .", '<s> a pg:SourceText ; pg:receivedAs "来文.txt" .'),
        ("source-text/origin", "<s> a pg:SourceText .", "<s> a pg:SourceText ; dcterms:source <https://a.example/> ."),
        (
            "question",
            "<q> a pg:Question ; pg:presupposes <p> . <p> a pg:Premise ; pg:premiseQuestion <r> . "
            "<r> a pg:Question ; pg:presupposes <o> . <o> a pg:Premise ; pg:premiseQuestion <q> .",
            "<q> a pg:Question ; pg:presupposes <p> . <p> a pg:Premise ; pg:premiseQuestion <r> . <r> a pg:Question .",
        ),
        (
            "question/presupposes",
            "<q> a pg:Question ; pg:presupposes <r> . <r> a pg:Question .",
            "<q> a pg:Question ; pg:presupposes <p> . <p> a pg:Premise ; pg:premiseQuestion <r> .",
        ),
        (
            "premise",
            "<p> a pg:Premise ; pg:premiseQuestion <q> ; pg:premiseValue <b> . <q> pg:allowedValue <a> .",
            "<p> a pg:Premise ; pg:premiseQuestion <q> ; pg:premiseValue <b> . <q> pg:allowedScheme <s> . "
            "<b> skos:inScheme <s> .",
        ),
        (
            "open-note",
            '<s> a pg:ProcedureStep ; pg:note "文字两可，故未记期限。"@zh .',
            '<s> a pg:ProcedureStep ; pg:note "文字两可，故未记期限。"@zh ; pg:leavesOpen <q> . <q> a pg:Question .',
        ),
        (
            "premise/reason",
            '<p> a pg:Premise ; pg:unmetReason "没有"@zh .',
            '<p> a pg:Premise ; pg:unmetReason "没有"@zh , "None"@en .',
        ),
        (
            "document-order/unique",
            "<d> a pg:PolicyDocument . <a> a pg:Clause ; pg:document <d> ; pg:order 1 . "
            "<b> a pg:Clause ; pg:document <d> ; pg:order 1 .",
            "<d> a pg:PolicyDocument . <a> a pg:Clause ; pg:document <d> ; pg:order 1 . "
            "<b> a pg:Clause ; pg:document <d> ; pg:order 2 .",
        ),
        (
            "citation/named",
            "<c> a pg:Citation .",
            '<c> a pg:Citation ; pg:titleAsWritten "《广告法》" .',
        ),
        (
            "citation/settled",
            '<c> a pg:Citation ; pg:citationRole "cited" .',
            '<c> a pg:Citation ; pg:citationRole "cited" ; pg:resolution "unresolved" .',
        ),
        (
            "citation/settled",
            "<c> a pg:Citation .",
            '<c> a pg:Citation ; pg:citationRole "form" .',
        ),
        (
            "citation/resolved",
            '<c> a pg:Citation ; pg:resolution "work" .',
            '<c> a pg:Citation ; pg:resolution "work" ; pg:citedWork <law/x> . <law/x> a pg:Work .',
        ),
        (
            "basis/rank",
            "<c> a pg:LegalBasisCitation ; pg:citedWork <law/x> .",
            "<c> a pg:LegalBasisCitation ; pg:citedWork <law/x> ; pg:basisRank <concept/rank-law> .",
        ),
        (
            "measure/kind",
            "<m> a pg:IncentiveMeasure , pg:SanctionMeasure .",
            "<m> a pg:SanctionMeasure .",
        ),
        (
            "measure/direction",
            "<m> a pg:SanctionMeasure ; pg:effect <e> , <f> . <e> pg:direction <concept/direction-adverse> .",
            "<m> a pg:SanctionMeasure ; pg:effect <e> . <e> pg:direction <concept/direction-adverse> .",
        ),
        (
            "measure/department",
            "<m> a pg:SanctionMeasure .",
            '<m> a pg:SanctionMeasure ; pg:note "本句没有写明由谁实施。"@zh .',
        ),
        (
            "act/split",
            "<m> a pg:SanctionMeasure . <a> pg:actOf <m> .",
            "<m> a pg:SanctionMeasure . <a> pg:actOf <m> . <b> pg:actOf <m> .",
        ),
        (
            "act/effects",
            "<m> a pg:SanctionMeasure ; pg:effect <e1> , <e2> . <a> pg:actOf <m> ; pg:effect <e1> .",
            "<m> a pg:SanctionMeasure ; pg:effect <e1> , <e2> . <a> pg:actOf <m> ; pg:effect <e1> . "
            "<b> pg:actOf <m> ; pg:effect <e2> .",
        ),
        (
            "act/consistent",
            "<a> a pg:Act ; pg:reducesRights true ; pg:direction <concept/direction-neutral> .",
            "<a> a pg:Act ; pg:reducesRights true ; pg:direction <concept/direction-adverse> .",
        ),
        (
            "act/measure",
            "<a> a pg:Act ; pg:actOf <m> .",
            "<a> a pg:Act ; pg:actOf <m> . <m> a pg:IncentiveMeasure .",
        ),
        (
            "timing/limit",
            '<t> a pg:Timing ; pg:timingKind <concept/timing-limit> ; pg:asWritten "及时" .',
            '<t> a pg:Timing ; pg:timingKind <concept/timing-limit> ; pg:asWritten "自收到之日起20个工作日内" .',
        ),
        (
            "timing/kind",
            "<t> a pg:Timing ; pg:timingKind <concept/effect-suspend> .",
            "<t> a pg:Timing ; pg:timingKind <concept/timing-vague> .",
        ),
        (
            "step/who",
            "<s> a pg:ProcedureStep .",
            '<s> a pg:ProcedureStep ; pg:note "行为人没有写明。"@zh .',
        ),
        (
            "step/side",
            "<s> a pg:ProcedureStep ; pg:actorSide <concept/actor-side-party> , <concept/actor-side-authority> .",
            "<s> a pg:ProcedureStep ; pg:actorSide <concept/actor-side-party> .",
        ),
        (
            "step/deadline",
            '<s> a pg:ProcedureStep ; pg:deadline "及时" .',
            "<s> a pg:ProcedureStep ; pg:timing <t> . <t> a pg:Timing .",
        ),
        (
            "condition/judgement",
            '<c> a pg:Condition ; pg:machineCheckable "partly" .',
            '<c> a pg:Condition ; pg:machineCheckable "partly" ; pg:needsJudgement "是否严格履行"@zh .',
        ),
        (
            "grade/lower-end",
            "<g> a pg:Grade ; pg:lower 85 .",
            "<g> a pg:Grade ; pg:lower 85 ; pg:lowerInclusive true .",
        ),
        (
            "grade/upper-end",
            "<g> a pg:Grade ; pg:upperInclusive false .",
            "<g> a pg:Grade ; pg:upper 95.0 ; pg:upperInclusive false .",
        ),
        (
            "grade/lower",
            "<g> a pg:Grade ; pg:lower 95 ; pg:upper 85 .",
            "<g> a pg:Grade ; pg:lower 85 ; pg:upper 95 .",
        ),
        (
            "grounded-mechanism/grounded",
            '<m> a pg:MechanismStatement ; pg:status "stated" .',
            '<m> a pg:MechanismStatement ; pg:status "absent" .',
        ),
        (
            "work/dated",
            '<w> a pg:Work ; pg:certainty "verified" .',
            '<w> a pg:Work ; pg:approximateDate "2012"^^xsd:gYear .',
        ),
        (
            "event/numbers",
            '<e> a pg:WorkEvent ; pg:eventKind "renumbered" ; pg:fromProvision "第七十五条" .',
            '<e> a pg:WorkEvent ; pg:eventKind "renumbered" ; '
            'pg:fromProvision "第七十五条" ; pg:toProvision "第七十八条" .',
        ),
        (
            "event/provision",
            '<e> a pg:WorkEvent ; pg:eventKind "rewritten" .',
            '<e> a pg:WorkEvent ; pg:eventKind "amended" .',
        ),
        (
            "version-dated",
            '<v> a pg:WorkVersion ; pg:approximateDate "2022"^^xsd:gYear ; pg:inForceFrom "2022-01-01"^^xsd:date .',
            '<v> a pg:WorkVersion ; pg:approximateDate "2022"^^xsd:gYear .',
        ),
        (
            "version/from",
            '<v> a pg:WorkVersion ; pg:inForceFrom "2021-09-01"^^xsd:date ; pg:inForceUntil "2021-08-31"^^xsd:date .',
            '<v> a pg:WorkVersion ; pg:inForceFrom "2014-12-01"^^xsd:date ; pg:inForceUntil "2021-08-31"^^xsd:date .',
        ),
        (
            "bearing/work",
            "<b> a pg:Bearing ; pg:work <law/x> .",
            "<b> a pg:Bearing ; pg:work <law/x> . <law/x> a pg:Work .",
        ),
        (
            "bearing/text",
            "<b> a pg:Bearing ; pg:bearingText <law/x/1> .",
            "<b> a pg:Bearing ; pg:bearingText <law/x/1> . <law/x/1> a pg:WorkVersion .",
        ),
        (
            "bearing/fit",
            '<b> a pg:Bearing ; pg:fit "silent" .',
            '<b> a pg:Bearing ; pg:fit "limits" .',
        ),
        (
            "bearing/reason",
            '<b> a pg:Bearing ; pg:reason "相称原则。"@zh .',
            '<b> a pg:Bearing ; pg:reason "要求惩戒与失信轻重相称。"@zh .',
        ),
        (
            "bearing/certainty",
            '<b> a pg:Bearing ; pg:certainty "sure" .',
            '<b> a pg:Bearing ; pg:certainty "believed" .',
        ),
        (
            "bearing/from",
            '<b> a pg:Bearing ; pg:bearingFrom "2021" .',
            '<b> a pg:Bearing ; pg:bearingFrom "2021-09-01"^^xsd:date .',
        ),
        (
            "bearing/to",
            '<b> a pg:Bearing ; pg:bearingFrom "2021-09-01"^^xsd:date ; pg:bearingTo "2021-08-31"^^xsd:date .',
            '<b> a pg:Bearing ; pg:bearingFrom "2014-12-01"^^xsd:date ; pg:bearingTo "2021-08-31"^^xsd:date .',
        ),
        (
            "bearing/editorial",
            "<b> a pg:Bearing ; pg:editorial false .",
            "<b> a pg:Bearing ; pg:editorial true .",
        ),
        (
            "bearing-reach",
            "<b> a pg:Bearing ; pg:bearsOn <measure/a> ; pg:bearsOnType <act-type/t> . <act-type/t> a pg:ActType .",
            "<b> a pg:Bearing ; pg:bearsOn <measure/a> .",
        ),
        (
            "bearing-reach",
            "<b> a pg:Bearing ; pg:bearsOnType <act-type/t> .",
            "<b> a pg:Bearing ; pg:bearsOnType <act-type/t> . <act-type/t> a pg:ActType .",
        ),
        (
            "bearing-type",
            '<b> a pg:Bearing ; pg:bearsOnType <act-type/t> ; pg:fit "direct" .',
            '<b> a pg:Bearing ; pg:bearsOnType <act-type/t> ; pg:fit "forbids" .',
        ),
        (
            "bearing-verified",
            '<b> a pg:Bearing ; pg:work <law/x> ; pg:certainty "verified" . <law/x> pg:textCertainty "not-found" .',
            '<b> a pg:Bearing ; pg:work <law/x> ; pg:certainty "verified" . <law/x> pg:textCertainty "verified" .',
        ),
        (
            "bearing-verified",
            '<c> a pg:Competence ; pg:work <law/x> ; pg:certainty "verified" .',
            '<c> a pg:Competence ; pg:work <law/x> ; pg:certainty "believed" .',
        ),
        (
            "bearing-unread",
            '<b> a pg:Bearing ; pg:fit "unread" ; pg:certainty "verified" .',
            '<b> a pg:Bearing ; pg:fit "unread" ; pg:certainty "believed" .',
        ),
        (
            "bearing-text-of-work",
            "<b> a pg:Bearing ; pg:work <law/x> ; pg:bearingText <law/y/1> . <law/y/1> pg:versionOf <law/y> .",
            "<b> a pg:Bearing ; pg:work <law/x> ; pg:bearingText <law/x/1> , <law/x/2> . "
            "<law/x/1> pg:versionOf <law/x> . <law/x/2> pg:versionOf <law/x> .",
        ),
        (
            "bearing-requirement",
            "<b> a pg:Bearing ; pg:requirementKind <concept/requirement-case-ground> .",
            "<b> a pg:Bearing ; pg:requirementKind <concept/requirement-case-ground> ; "
            'pg:requirement "须有处罚决定"@zh .',
        ),
        (
            "bearing-leaves",
            '<b> a pg:Bearing ; pg:fit "conditions" ; pg:leavesTo <law/x> . <law/x> a pg:Work .',
            '<b> a pg:Bearing ; pg:fit "conditional" ; pg:leavesTo <law/x> . <law/x> a pg:Work .',
        ),
        (
            "bearing-specifies",
            '<b> a pg:Bearing ; pg:fit "forbids" ; pg:specifies <law/x> . <law/x> a pg:Work .',
            '<b> a pg:Bearing ; pg:fit "conditions" ; pg:specifies <law/x> . <law/x> a pg:Work .',
        ),
        (
            "act-reading/reading",
            "<a> a pg:ActReading .",
            "<a> a pg:ActReading ; pg:underReading <interpretation/x> . <interpretation/x> a pg:Interpretation .",
        ),
        (
            "act-reading",
            '<a> a pg:ActReading ; pg:triggerKind "own-making" .',
            '<a> a pg:ActReading ; pg:triggerKind "own-making" ; pg:triggerReason "原文单说失信。"@zh .',
        ),
        (
            "rank-exemption/within",
            "<e> a pg:RankExemption .",
            "<e> a pg:RankExemption ; pg:withinRank <concept/rank-law> .",
        ),
        (
            "bearing-decisive",
            '<b> a pg:Bearing ; pg:decisive true ; pg:certainty "verified" .',
            '<b> a pg:Bearing ; pg:decisive true ; pg:certainty "believed" .',
        ),
        (
            "competence/acts",
            "<c> a pg:Competence .",
            "<c> a pg:Competence ; pg:bearsOn <measure/a> .",
        ),
        (
            "competence/power",
            '<c> a pg:Competence ; pg:power "decide" .',
            '<c> a pg:Competence ; pg:power "set" .',
        ),
        (
            "competence/within",
            '<c> a pg:Competence ; pg:withinPower "maybe" .',
            '<c> a pg:Competence ; pg:withinPower "unknown" .',
        ),
        (
            "competence/authority",
            "<c> a pg:Competence .",
            '<c> a pg:Competence ; pg:authority "省级以上应急管理部门"@zh .',
        ),
        (
            "competence/reason",
            '<c> a pg:Competence ; pg:reason "在其内。"@zh .',
            '<c> a pg:Competence ; pg:reason "本局是县政府工作部门。"@zh .',
        ),
        (
            "competence-provision",
            '<c> a pg:Competence ; pg:withinPower "no" .',
            '<c> a pg:Competence ; pg:withinPower "no" ; pg:work <law/x> ; pg:provision "第三条" . <law/x> a pg:Work .',
        ),
        (
            "competence-verified",
            '<c> a pg:Competence ; pg:certainty "verified" .',
            '<c> a pg:Competence ; pg:certainty "verified" ; pg:work <law/x> .',
        ),
        (
            "act-type/label",
            "<t> a pg:ActType .",
            '<t> a pg:ActType ; <http://www.w3.org/2000/01/rdf-schema#label> "处罚"@zh , "penalties"@en .',
        ),
        (
            "act-type-marks",
            "<t> a pg:ActType .",
            "<t> a pg:ActType ; pg:nature <concept/nature-penalty> .",
        ),
        (
            "decision-act/nature",
            "<d> a pg:DecisionAct .",
            "<d> a pg:DecisionAct ; pg:nature <concept/nature-sanction> .",
        ),
        (
            "decision-act/direction",
            "<d> a pg:DecisionAct ; pg:direction <concept/direction-both> .",
            "<d> a pg:DecisionAct ; pg:direction <concept/direction-adverse> .",
        ),
        (
            "force-question/topic",
            "<q> a pg:ForceQuestion ; pg:forceTopic <concept/area-general> .",
            "<q> a pg:ForceQuestion ; pg:forceTopic <concept/force-topic-filing> .",
        ),
        (
            "force-question/answer",
            '<q> a pg:ForceQuestion ; pg:forceAnswer "perhaps" .',
            '<q> a pg:ForceQuestion ; pg:forceAnswer "unknown" .',
        ),
        (
            "force-question/reason",
            '<q> a pg:ForceQuestion ; pg:reason "没有查到。"@zh .',
            '<q> a pg:ForceQuestion ; pg:reason "向市司法局查规范性文件备案登记。"@zh .',
        ),
        (
            "statutory-remedy/kind",
            '<r> a pg:StatutoryRemedy ; pg:remedyKind "petition" .',
            '<r> a pg:StatutoryRemedy ; pg:remedyKind "review" .',
        ),
        (
            "statutory-remedy/against",
            "<r> a pg:StatutoryRemedy ; pg:againstActsOf <concept/area-general> .",
            "<r> a pg:StatutoryRemedy ; pg:againstActsOf <concept/organisation-type-branch> .",
        ),
        (
            "statutory-remedy/provision",
            '<r> a pg:StatutoryRemedy ; pg:provision "二十条" .',
            '<r> a pg:StatutoryRemedy ; pg:provision "第二十条" .',
        ),
        (
            "statutory-remedy/text",
            '<r> a pg:StatutoryRemedy ; pg:bearingText "2023" .',
            "<r> a pg:StatutoryRemedy ; pg:bearingText <law/x/2023-09-01> .",
        ),
        (
            "statutory-remedy/certainty",
            '<r> a pg:StatutoryRemedy ; pg:certainty "sure" .',
            '<r> a pg:StatutoryRemedy ; pg:certainty "believed" .',
        ),
        (
            "act-nature/one",
            "<a> a pg:Act ; pg:nature <concept/nature-soft> , <concept/nature-benefit> .",
            "<a> a pg:Act ; pg:nature <concept/nature-soft> .",
        ),
        (
            "act-nature/trigger",
            '<a> a pg:Act ; pg:triggerKind "both" .',
            '<a> a pg:Act ; pg:triggerKind "legal-fact" .',
        ),
        (
            "act-nature/makes",
            '<a> a pg:Act ; pg:makes "allows" .',
            '<a> a pg:Act ; pg:makes "points" .',
        ),
        (
            "act-nature-reason",
            "<m> a pg:SanctionMeasure ; pg:nature <concept/nature-penalty> .",
            '<m> a pg:SanctionMeasure ; pg:nature <concept/nature-penalty> ; pg:natureReason "停产是处罚的一种。"@zh .',
        ),
        (
            "act-trigger-reason",
            '<m> a pg:SanctionMeasure ; pg:triggerKind "legal-fact" .',
            '<m> a pg:SanctionMeasure ; pg:triggerKind "legal-fact" ; pg:triggerReason "原文写“受到行政处罚”。"@zh .',
        ),
        (
            "act-makes-reason",
            '<m> a pg:SanctionMeasure ; pg:nature <concept/nature-benefit> ; pg:makes "sets" ; '
            'pg:makesReason "文件自己规定停业。"@zh .',
            '<m> a pg:SanctionMeasure ; pg:nature <concept/nature-penalty> ; pg:makes "sets" ; '
            'pg:makesReason "文件自己规定停业。"@zh .',
        ),
        *(
            (
                "jurisdiction/registered",
                f"<d> a {kind} ; eli:jurisdiction <region/370399> .",
                f"<d> a {kind} ; eli:jurisdiction <region/370399> . "
                "<region/370399> skos:inScheme <concept/scheme-regions> .",
            )
            for kind in ("pg:PolicyDocument", "cv:PublicOrganisation", "pg:LegalWork")
        ),
        (
            "provision-gist/short",
            f'<p> a pg:Provision ; pg:gist "{"大" * 81}"@zh .',
            f'<p> a pg:Provision ; pg:gist "{"大" * 80}"@zh .',
        ),
    ],
)
def test_a_shape_reports_the_wrong_and_passes_the_right(shape: str, wrong: str, right: str) -> None:
    def reports(data: str) -> bool:
        graph = Graph().parse(data=PREFIXES + data, format="turtle") + merged("ontology/policygraph.ttl")
        name = shape.removesuffix("/unique")
        return str(ID[f"shape/profile/{name}"]) in {result.shape for result in validate(graph, profile())}

    assert reports(wrong)
    assert not reports(right)


def test_shape_lists_are_lists() -> None:
    graph = merged("shapes")
    for term in (SH["in"], SH["or"], SH.xone, SH.languageIn):
        for head in graph.objects(None, term):
            assert isinstance(head, BNode)
            assert list(Collection(graph, head))


# --- against the published shapes ---------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.shared
def test_organisations_and_criteria_agree_with_the_published_shapes() -> None:
    folder = SHARED / "conformance" / "semic"
    if not folder.is_dir():
        message = "没有 ../shared/conformance/semic，无法对照 SEMIC 的 CPOV 与 CCCEV 形状"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    shapes = Graph()
    for path in sorted(folder.glob("*.ttl")):
        shapes.parse(path, format="turtle")
    published = {str(iri) for iri in iris(shapes)}
    used = {str(iri) for iri in iris(everything()) if iri.startswith(str(CCCEV))}
    assert sorted(used - published) == []
    cpov = Graph().parse(folder / "cpov.shacl.ttl", format="turtle")
    results = validate(merged("data/organisations", "ontology/concepts"), cpov)
    assert [f"{r.focus} {r.path} {r.message_en}" for r in results if r.severity == "Violation"] == []
