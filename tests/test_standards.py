"""The standards are in the data: what a stranger asks in their words has the true answer, on every graph we write."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, PROV, RDF, RDFS, SH, SKOS
from rdflib.term import Node
from tests.conftest import Visit, open_once

from policygraph.graph.entailing import entail, parse_pattern, read_axioms
from policygraph.graph.memory import make_graph
from policygraph.graph.validation import validate
from policygraph.judging.decisions.deciding import decide
from policygraph.judging.decisions.rendering import decision_graph
from policygraph.keeping.assessments import open_policies
from policygraph.keeping.registers import load_register, register_graphs
from policygraph.keeping.sources import find_root
from policygraph.keeping.store import Store
from policygraph.keeping.terms import read_turtle
from policygraph.namespaces import ADMS, CCCEV, CPOV, DCAT, ELI, LEGAL, PG, PREFIXES
from policygraph.speaking.sparql.vocabulary import list_standards, read_shapes, read_terms, render_document, version_of
from policygraph.speaking.web.learning import HEAD, read_picture

ROOT = find_root()
SEMIC = Path(__file__).resolve().parents[1] / ".." / "shared" / "conformance" / "semic"
NAMES = "".join(f"PREFIX {name}: <{space}>\n" for name, space in PREFIXES.items())


@pytest.fixture(scope="module")
def store(dataset: Path) -> Store:
    return open_once(dataset)


@pytest.fixture(scope="module")
def built(store: Store) -> Graph:
    """What a dataset states of things: without the rules that check it."""
    return make_graph(*(store.read_graph(name) for name in store.list_graphs() if "/graph/shapes/" not in name))


@pytest.fixture(scope="module")
def register() -> Graph:
    parts = register_graphs(load_register(ROOT / "data" / "registers" / "sample"))
    return Graph() + parts.open + parts.restricted


@pytest.fixture(scope="module")
def ontology() -> Graph:
    return make_graph(*(read_turtle(path) for path in sorted((ROOT / "ontology").glob("*.ttl"))))


# --- superclasses, superproperties, labels ------------------------------------------------------------------------


def test_what_follows_from_the_vocabulary_is_stated_in_every_graph(
    built: Graph, register: Graph, ontology: Graph
) -> None:
    axioms = read_axioms(ontology)
    assert len(axioms.classes) > 25
    assert len(axioms.terms) > 6
    for graph in (built, register):
        told = [(s, p, o) for s, p, o in entail([graph], axioms) if p != RDFS.label or (s, p, None) not in graph]
        assert [triple for triple in told if triple not in graph] == []


def test_everything_of_ours_has_a_label_with_a_language(built: Graph, register: Graph) -> None:
    for graph in (built, register):
        kinds = {kind for kind in graph.objects(None, RDF.type) if str(kind).startswith(str(PG))}
        kinds |= {SKOS.Concept, LEGAL.LegalEntity, CPOV.PublicOrganisation, ELI.LegalResource}
        things = {thing for kind in kinds for thing in graph.subjects(RDF.type, kind)}
        assert len(things) > 100
        assert sorted(str(t) for t in things if (t, RDFS.label, None) not in graph)[:5] == []
        labels = [label for label in graph.objects(None, RDFS.label) if isinstance(label, Literal)]
        assert Counter(label.language is None for label in labels)[True] == 0


def test_a_pattern_takes_the_first_path_that_leads_somewhere() -> None:
    work, text, part = (PG[name] for name in ("w", "v", "p"))
    facts = make_graph(
        [
            (part, RDF.type, PG.Provision), (part, ELI.is_part_of, text), (part, PG.locator, Literal("第三条")),
            (text, PG.versionOf, work), (work, DCTERMS.title, Literal("某法")),
            (text, RDFS.label, Literal("某年文本", lang="zh")),
        ]
    )  # fmt: skip
    pattern = Literal("{《eli:is_part_of/pg:versionOf》|《eli:is_part_of》}{eli:number|pg:locator}", lang="zh")
    axioms = read_axioms(make_graph([(PG.Provision, PG.labelPattern, pattern)]))
    assert set(entail([facts], axioms)) == {
        (part, RDFS.label, Literal("《某法》第三条", lang="zh")),
        (work, RDFS.label, Literal("某法", lang="zh")),
    }
    with pytest.raises(KeyError):
        parse_pattern("{nobody:knows}")


@pytest.mark.parametrize(
    ("printed", "label"),
    [
        ({"titleAsWritten": "某办法", "numberAsWritten": "某发〔2020〕1号", "locator": "第三条"}, "《某办法》第三条"),
        ({"numberAsWritten": "某发〔2020〕1号", "locator": "第三条"}, "某发〔2020〕1号第三条"),
        ({"numberAsWritten": "某发〔2020〕1号"}, "某发〔2020〕1号"),
        ({"titleAsWritten": "某办法"}, "《某办法》"),
    ],
)
def test_a_basis_without_a_title_is_called_by_its_number(ontology: Graph, printed: dict[str, str], label: str) -> None:
    basis = PG["b"]
    facts = [(basis, RDF.type, PG.LegalBasisCitation), *((basis, PG[term], Literal(v)) for term, v in printed.items())]
    labels = [o for s, p, o in entail([facts], read_axioms(ontology)) if (s, p) == (basis, RDFS.label)]
    assert labels == [Literal(label, lang="zh")]


def test_a_decision_states_what_its_classes_are(store: Store, ontology: Graph) -> None:
    sample = load_register(ROOT / "data" / "registers" / "sample")
    entity = next(str(row.cells["uscc"]) for row in sample.rows if row.table == "enterprises")
    graph = decision_graph(decide(sample, entity, open_policies(store)["jiamusi-2020-6"], date(2026, 11, 1)))
    axioms = read_axioms(ontology)
    assert [t for t in entail([graph], axioms) if t not in graph and t[1] != RDFS.label] == []
    assert set(graph.subjects(RDF.type, PROV.Activity)) == set(graph.subjects(RDF.type, PG.Assessment)) != set()


# --- the published shapes -----------------------------------------------------------------------------------------


@pytest.mark.shared
def test_the_published_shapes_find_nothing_wrong_and_do_look(built: Graph, register: Graph) -> None:
    """CPSV-AP, CCCEV, CPOV and Core Business on the built graph and on a register, with what each looked at."""
    if not SEMIC.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail("没有 ../shared/conformance/semic")
        pytest.skip("没有 ../shared/conformance/semic，无法对照 SEMIC 的形状")
    looked: dict[str, Counter[Node]] = {"build": Counter(), "register": Counter()}
    for name, graph in (("build", built), ("register", register)):
        for path in sorted(SEMIC.glob("*.ttl")):
            shapes = Graph().parse(path)
            seen = _seen_by(graph, set(shapes.objects(None, SH.targetClass)))
            wrong = [r for r in validate(seen, shapes) if r.severity == "Violation"]
            assert [f"{path.name} {r.focus} {r.path} {r.message_en}" for r in wrong] == []
            for kind in set(shapes.objects(None, SH.targetClass)):
                looked[name][kind] = len(set(graph.subjects(RDF.type, kind)))
    build, sample = looked["build"], looked["register"]
    assert build[ELI.LegalResource] > 200
    assert build[CCCEV.Criterion] == build[CCCEV.Requirement] == 70
    assert build[CCCEV.EvidenceType] == 9
    assert build[CCCEV.EvidenceTypeList] == 41
    assert build[CPOV.PublicOrganisation] > 80
    assert build[SKOS.Concept] > 500
    assert len(set(built.subjects(RDF.type, ELI.LegalResourceSubdivision))) > 900
    assert sample[LEGAL.LegalEntity] == sample[ADMS.Identifier] == 37
    assert sample[CCCEV.Evidence] == 90


def test_a_condition_lists_the_records_it_is_judged_by(built: Graph, register: Graph) -> None:
    """What the lines name in words, the list names in the terms of CCCEV; and records of each class can be evidence."""
    listed = {
        (condition, str(kind).rsplit("/", 1)[-1])
        for condition, one in built.subject_objects(CCCEV.hasEvidenceTypeList)
        for kind in built.objects(one, CCCEV.specifiesEvidenceType)
    }
    lines = make_graph(*(read_turtle(path) for path in (ROOT / "data" / "documents").glob("*/conditions.ttl")))
    named = {
        (condition, str(table))
        for rule, condition in lines.subject_objects(PG.decides)
        for table in lines.objects(rule, PG.inTable)
        if not list(lines.objects(rule, PG.underInterpretation))
    }
    assert len({condition for condition, _ in named}) > 5
    assert len({condition for condition, _ in listed}) == 41
    assert named - listed == set()
    conditions = {condition for condition, _ in listed}
    assert all((condition, RDF.type, CCCEV.Criterion) in built for condition in conditions)
    evidence = {kind for one in register.subjects(RDF.type, CCCEV.Evidence) for kind in register.objects(one, RDF.type)}
    for _, record in built.subject_objects(PG.recordClass):
        assert record in evidence or (record, RDFS.subClassOf, CCCEV.Evidence) in built


def _seen_by(graph: Graph, kinds: set[Node]) -> Graph:
    """What shapes that target some classes look at: all about their instances, and the type of everything."""
    focus = {thing for kind in kinds for thing in graph.subjects(RDF.type, kind)}
    seen = Graph()  # pySHACL needs the store with contexts
    for s, p, o in graph:
        if s in focus or p == RDF.type:
            seen.add((s, p, o))
    return seen


# --- ten questions of a stranger ----------------------------------------------------------------------------------


def ask(store: Store, text: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in store.select(NAMES + text)]


def test_measures_without_a_basis(store: Store) -> None:
    naive = ask(store, "SELECT ?m { ?m a pg:Measure FILTER NOT EXISTS { ?m pg:legalBasis ?b } }")
    truth = store.ask("measures-without-basis", {})
    assert {str(row[0]) for row in naive} == {str(row[0]) for row in truth.rows} != set()
    none = (
        "SELECT ?m { ?m pg:document id:doc\\/jiamusi-2020-5 ; a pg:Measure FILTER NOT EXISTS { ?m pg:legalBasis ?b } }"
    )
    assert ask(store, none) == []


def test_measures_without_a_department(store: Store) -> None:
    naive = ask(store, "SELECT ?m { ?m a pg:Measure FILTER NOT EXISTS { ?m pg:duty ?d } }")
    named = {str(row[0]) for row in store.ask("departments-of-measures", {}).rows}
    every = {str(row[0]) for row in store.ask("measures", {}).rows}
    assert {str(row[0]) for row in naive} == every - named != set()


def test_titles_by_language(store: Store) -> None:
    titles = 'SELECT ?d ?t {{ ?d a pg:{} ; dcterms:title ?t FILTER(LANGMATCHES(LANG(?t), "zh")) }}'
    assert len(ask(store, titles.format("PolicyDocument"))) == 5
    works = ask(store, "SELECT ?w { ?w a pg:Work }")
    assert len(ask(store, titles.format("Work"))) == len(works) > 70
    assert ask(store, 'SELECT ?t { ?x dcterms:title ?t FILTER(LANG(?t) = "") }') == []


def test_the_name_of_anything_by_one_property(store: Store) -> None:
    provision = ask(
        store,
        'SELECT ?l { ?p a pg:Provision ; rdfs:label ?l FILTER(CONTAINS(?l, "安全生产法》第七十五条")) } LIMIT 1',
    )
    assert provision == [("《中华人民共和国安全生产法》第七十五条",)]
    assert ask(store, "SELECT ?c { ?c a pg:Clause FILTER NOT EXISTS { ?c rdfs:label ?l } }") == []


def test_laws_in_force_and_no_longer(store: Store) -> None:
    force = "SELECT ?w {{ ?w a pg:Work ; eli:in_force eli:InForce-{} }}"
    ended = {str(row[0]) for row in ask(store, force.format("notInForce"))}
    living = {str(row[0]) for row in ask(store, force.format("inForce"))}
    until = ask(store, "SELECT ?w { ?w a pg:Work ; eli:date_no_longer_in_force ?d }")
    assert ended == {str(row[0]) for row in until} != set()
    assert len(living) > 40
    assert not ended & living
    # nothing is told of a document whose force nobody verified
    assert ask(store, "SELECT ?d { ?d a pg:PolicyDocument ; eli:in_force ?f }") == []


def test_the_law_of_a_day(store: Store) -> None:
    found = ask(
        store,
        """SELECT ?text { ?text eli:is_member_of id:law\\/anquan-shengchan-fa ; eli:first_date_entry_in_force ?from .
        OPTIONAL { ?text eli:date_no_longer_in_force ?until }
        FILTER(?from <= "2020-06-16"^^xsd:date && (!BOUND(?until) || ?until >= "2020-06-16"^^xsd:date)) }""",
    )
    assert [str(row[0]).rsplit("/", 1)[-1] for row in found] == ["2014-08-31"]


def test_what_repealed_and_amended_a_law(store: Store) -> None:
    repealed = ask(
        store,
        'SELECT ?old { ?w eli:repealed_by ?act ; rdfs:label ?old . ?act rdfs:label ?new FILTER(LANG(?old) = "zh") }',
    )
    assert ("失信行为纠正后的信用信息修复管理办法（试行）",) in repealed
    assert len({row[0] for row in repealed}) == 5
    assert (
        ask(store, "SELECT ?w { ?w eli:repealed_by ?act FILTER NOT EXISTS { ?w eli:in_force eli:InForce-notInForce } }")
        == []
    )
    assert (
        len(ask(store, "SELECT ?w ?act { ?w eli:amended_by ?act . ?act a eli:LegalResource ; dcterms:title ?t }")) > 30
    )


def test_every_legal_resource_of_whatever_kind(store: Store) -> None:
    kinds = {"PolicyDocument", "Annex", "Work", "WorkVersion"}
    typed = ask(store, "SELECT DISTINCT ?k { ?x a eli:LegalResource , ?k FILTER(STRSTARTS(STR(?k), STR(pg:))) }")
    # an annex is a resource of its own, and a part of its notice
    assert {str(row[0]).partition("#")[2] for row in typed} == kinds | {"Clause"}
    for kind in kinds:
        assert ask(store, f"SELECT ?x {{ ?x a pg:{kind} FILTER NOT EXISTS {{ ?x a eli:LegalResource }} }}") == []


def test_the_parts_of_a_document_from_either_side(store: Store) -> None:
    whole = "id:doc\\/yiyuan-2021-28"
    down = ask(store, f"SELECT DISTINCT ?c {{ {whole} eli:has_part+ ?c }}")
    up = ask(store, f"SELECT DISTINCT ?c {{ ?c eli:is_part_of+ {whole} }}")
    assert sorted(map(str, down)) == sorted(map(str, up))
    assert len(down) > 30
    assert ask(store, "SELECT ?a { ?a eli:is_part_of ?b FILTER NOT EXISTS { ?b eli:has_part ?a } }") == []


def test_what_a_code_means(store: Store) -> None:
    meant = ask(
        store,
        """SELECT DISTINCT ?v ?l { pg:certainty pg:codeList ?list . ?x pg:certainty ?v .
        ?code skos:inScheme ?list ; skos:notation ?v ; rdfs:label ?l FILTER(LANG(?l) = "zh") } ORDER BY ?v""",
    )
    assert [row[0] for row in meant] == ["believed", "not-found", "verified"]
    lists = ask(store, "SELECT ?p ?v { ?p pg:codeList ?list . ?code skos:inScheme ?list ; skos:notation ?v }")
    for term in {row[0] for row in lists}:
        used = {row[0] for row in ask(store, f"SELECT DISTINCT ?v {{ ?x <{term}> ?v }}")}
        assert used <= {row[1] for row in lists if row[0] == term}, term


def test_what_the_graph_of_a_statement_is(store: Store) -> None:
    where = ask(
        store,
        """SELECT ?g ?n { GRAPH ?g { id:measure\\/jiamusi-2020-5\\/para_9 skos:notation ?notation }
        ?g a void:Dataset ; void:triples ?n ; dcterms:type id:concept\\/graph-kind-structure }""",
    )
    assert len(where) == 1
    assert sorted(str(row[0]) for row in ask(store, "SELECT ?g { ?g a void:Dataset ; dcterms:type ?k }")) == sorted(
        store.list_graphs()
    )
    counted = ask(store, "SELECT ?g ?n { ?g void:triples ?n } ORDER BY ?g LIMIT 3")
    for graph, number in counted:
        assert len(store.read_graph(str(graph))) == number


def test_a_source_is_a_resource_and_a_condition_has_an_identifier(store: Store) -> None:
    assert ask(store, "SELECT ?s { ?s dcterms:source ?o FILTER(isLiteral(?o)) }") == []
    assert ask(store, "SELECT ?c { ?c a cv:Criterion FILTER NOT EXISTS { ?c dcterms:identifier ?i } }") == []
    asof = ask(store, "SELECT ?o { pg:monthsAgo rdfs:isDefinedBy ?o }")
    assert [str(row[0]) for row in asof] == [str(PG).replace("#", "/asof")]


# --- vocabulary, catalogue, papers --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "truth"),
    [
        # nothing found is the truth of the last five: each thing has its number, names, scheme and place
        (
            "SELECT ?n ?l { ?d a pg:PolicyDocument ; dcterms:identifier ?n ; eli:cites/eli:is_part_of* ?w ."
            ' ?w eli:in_force eli:InForce-notInForce ; rdfs:label ?l FILTER(LANG(?l) = "zh") }',
            {
                ("jiamusi-2020-5", "国务院关于预防煤矿生产安全事故的特别规定"),
                ("jiamusi-2020-5", "国家科技计划项目管理暂行办法"),
                ("jiamusi-2020-5", "社会信用体系建设规划纲要（2014-2020年）"),
            },
        ),
        (
            "SELECT ?n ?on { ?d a pg:PolicyDocument ; dcterms:identifier ?n OPTIONAL { ?d eli:date_document ?on } }",
            {
                ("jiamusi-2020-5", None), ("jiamusi-2020-6", "2020-06-16"), ("jiangsu-2019-820", None),
                ("xinzheng-2010-36", "2010-12-29"), ("yiyuan-2021-28", "2021-08-05"),
            },
        ),
        (
            "SELECT ?a { <https://w3id.org/policygraph/id/measure/jiamusi-2020-5/para_5> pg:duty/pg:agent/rdfs:label ?a"
            ' FILTER(LANG(?a) = "zh") }',
            {("佳木斯市市场监督管理局",)},
        ),
        (
            "SELECT ?n (COUNT(?m) AS ?k) { ?m a pg:Measure ; pg:document/dcterms:identifier ?n } GROUP BY ?n",
            {
                ("jiamusi-2020-5", 20), ("jiamusi-2020-6", 29), ("jiangsu-2019-820", 29),
                ("xinzheng-2010-36", 18), ("yiyuan-2021-28", 18),
            },
        ),
        (
            "SELECT ?n { ?d a pg:PolicyDocument ; dcterms:identifier ?n FILTER NOT EXISTS { ?d eli:passed_by ?o } }",
            {("jiangsu-2019-820",)},
        ),
        ("SELECT ?m { ?m a pg:Measure FILTER NOT EXISTS { ?m skos:notation ?n } }", set()),
        ('SELECT ?c { ?c a skos:Concept FILTER NOT EXISTS { ?c skos:prefLabel ?l FILTER(LANG(?l) = "zh") } }', set()),
        ("SELECT ?c { ?c a skos:Concept FILTER NOT EXISTS { ?c skos:inScheme/rdfs:label ?s } }", set()),
        ("SELECT ?m { ?m a pg:Measure ; rdfs:label ?l } GROUP BY ?m HAVING (COUNT(?l) != 2)", set()),
        ("SELECT ?c { ?c a pg:Clause FILTER NOT EXISTS { ?c eli:is_part_of+ ?d . ?d a pg:PolicyDocument } }", set()),
    ],
)  # fmt: skip
def test_ten_more_questions_of_a_stranger(store: Store, question: str, truth: set[tuple[object, ...]]) -> None:
    """By the names of the vocabulary page alone: labels, languages, counts, optional dates, paths through parts."""
    told = ask(store, question)
    assert set(told) == truth
    assert len(told) == len(truth)


def test_the_vocabulary_page_in_the_docs_is_what_ontology_and_shapes_say(
    ontology: Graph, request: pytest.FixtureRequest
) -> None:
    shapes = make_graph(*(read_turtle(path) for path in sorted((ROOT / "shapes" / "profile").glob("*.ttl"))))
    text = render_document(read_terms(ontology), read_shapes(shapes), version_of(ontology)).rstrip() + "\n"
    path = ROOT / "docs" / "vocabulary.md"
    if request.config.getoption("--update-golden"):
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text
    assert text.count("\n| `pg:") == len({s for s in ontology.subjects(RDF.type) if str(s).startswith(str(PG))})


def test_every_vocabulary_that_the_data_use_is_told_with_its_standard(built: Graph, register: Graph) -> None:
    known = {PREFIXES[standard.prefix] for standard in list_standards()} | {str(PG)}
    used = {
        str(term) for graph in (built, register) for _, p, o in graph for term in ((p, o) if p == RDF.type else (p,))
    }
    assert {term for term in used if not term.startswith(tuple(known))} == set()


def _anchors(page: str) -> list[str]:
    return re.findall('<section id="([^"]+)"', page)


def test_the_vocabulary_answers_as_page_turtle_version_part_and_context(visit: Visit) -> None:
    client = visit()
    page = client.get("/ns", headers={"Accept": "text/html"}).text
    for wanted in ('id="Clause"', "eli:LegalResourceSubdivision", "CCCEV", 'id="monthsAgo"'):
        assert wanted in page
    letter = client.get("/ns/terms/c", headers={"Accept": "text/html"}).text
    assert max(len(page.encode()), len(letter.encode())) < 150_000
    assert 'href="/ns/terms/c#Clause"' in page
    clause = letter.partition('<section id="Clause">')[2].partition("</section>")[0]
    for wanted in ("文件的一个结构单位", "A structural unit of a document", "eli:LegalResourceSubdivision"):
        assert wanted in clause
    told = {name for path in re.findall(r'href="(/ns/terms/[a-z])"', page) for name in _anchors(client.get(path).text)}
    assert told == set(re.findall('<li id="([^"]+)"', page))
    assert client.get("/ns/terms/9").status_code == 404
    turtle = client.get("/ns", headers={"Accept": "text/turtle"})
    assert "@prefix pg:" in turtle.text
    assert "monthsAgo" not in turtle.text
    assert client.get("/ns/0.1.0", headers={"Accept": "text/turtle"}).text == turtle.text
    for path in ("/ns/asof", "/ns/asof/0.1.0"):
        assert "pg:monthsAgo" in client.get(path, headers={"Accept": "text/turtle"}).text
    for path in ("/ns/9.9.9", "/ns/asof/9.9.9", "/ns/nothing/0.1.0"):
        assert client.get(path).status_code == 404
    context = client.get("/ns/context.jsonld")
    assert context.headers["Content-Type"].startswith("application/ld+json")
    held = json.loads(context.text)["@context"]
    assert held["pg:clause"] == {"@id": "pg:clause", "@type": "@id"}
    thing = json.loads(client.get("/measure/jiamusi-2020-5/para_9.jsonld").text)
    assert thing["@context"].items() <= held.items()


def test_the_catalogue_has_what_dcat_ap_asks_for(visit: Visit) -> None:
    """DCAT-AP 3: the mandatory properties and those recommended for which there is anything to say."""
    graph = Graph().parse(data=visit().get("/.well-known/void", headers={"Accept": "text/turtle"}).text)
    asked: dict[Node, tuple[URIRef, ...]] = {
        DCAT.Catalog: (
            DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCAT.dataset, DCAT.service, DCTERMS.license,
            DCTERMS.language, FOAF.homepage,
        ),
        DCAT.Dataset: (
            DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCAT.keyword, DCAT.theme, DCAT.distribution,
            DCTERMS.identifier, DCTERMS.language, DCTERMS.accessRights, DCTERMS.conformsTo, DCAT.landingPage,
        ),
        DCAT.Distribution: (DCAT.accessURL, DCTERMS["format"], DCTERMS.license, DCTERMS.description, DCAT.byteSize),
        DCAT.DataService: (DCTERMS.title, DCAT.endpointURL, DCAT.servesDataset, DCTERMS.license),
        FOAF.Agent: (FOAF.name,),
    }  # fmt: skip
    for kind, terms in asked.items():
        things = set(graph.subjects(RDF.type, kind))
        assert things, kind
        assert [(str(t), str(p)) for t in things for p in terms if (t, p, None) not in graph] == []
    for thing in graph.objects(None, DCTERMS.publisher):
        assert (thing, RDF.type, FOAF.Agent) in graph


def test_the_redirects_lead_to_addresses_that_answer(visit: Visit) -> None:
    """Each rule for w3id.org, followed on a thing of its kind."""
    rules = re.findall(
        r"^RewriteRule \^(\S*)\$ \S+?HOME\}(\S+) ", (ROOT / "deploy" / "w3id.htaccess").read_text(), re.M
    )
    assert len(rules) == 5
    client = visit()
    for path in ("ns", "ns/0.1.0", "id/doc/jiamusi-2020-5", "graph/law", ""):
        pattern, target = next(rule for rule in rules if re.fullmatch(rule[0], path))
        tail = re.fullmatch(pattern, path)
        assert tail is not None
        answer = client.get(
            target.replace("$1", tail[1] if tail.lastindex else ""), headers={"Accept": "text/turtle, */*"}
        )
        assert answer.status_code == 200, path


# --- learning -----------------------------------------------------------------------------------------------------


def test_every_query_from_which_the_model_is_learnt_has_rows_and_every_edge_is_in_the_data(store: Store) -> None:
    nodes, edges = read_picture()
    keys = {node.key for node in nodes}
    for node in nodes:
        assert store.select(f"{HEAD}\n{node.query}"), node.key
    for edge in edges:
        assert {edge.start, edge.end} <= keys
        for term in edge.property.split(" / "):
            assert store.select(f"{HEAD}\nSELECT ?a WHERE {{ ?a {term} ?b }} LIMIT 1"), term


def test_the_page_shows_of_each_kind_a_live_example_its_turtle_and_ways_to_ask(visit: Visit) -> None:
    client = visit()
    for address, word in (("/learn", "认识数据模型"), ("/en/learn", "Learn the model")):
        page = client.get(address)
        assert page.status_code == 200
        assert word in page.text
        for node in read_picture()[0]:
            part = page.text.partition(f'<section id="{node.key}">')[2].partition("</section>")[0]
            assert "a pg:" in part or "a cv:" in part or "oa:" in part, node.key
            for wanted in ("curl -H", "import policygraph", "/sparql?query="):
                assert wanted in part
    assert 'aria-labelledby="model-title model-text"' in page.text


def test_every_question_is_asked_with_its_examples_and_has_selects(store: Store, visit: Visit) -> None:
    empty = []
    for question in store.list_queries():
        if question.about_entity:
            continue
        values = {parameter.name: str(parameter.example) for parameter in question.parameters if parameter.required}
        if not store.ask(question.name, values).rows:
            empty.append(question.name)
    assert empty == []
    page = visit().get("/queries/basis-health").text
    assert '<select name="document"' in page
    assert re.search(r'<input type="date" name="as_of" value="\d{4}-\d\d-\d\d"', page)


def test_a_document_and_a_law_say_in_the_head_of_their_pages_what_they_are(visit: Visit) -> None:
    client = visit()
    for language, path in (("", "doc/jiamusi-2020-6"), ("/en", "law/anquan-shengchan-fa")):
        head = client.get(f"{language}/{path}").text.partition("</head>")[0]
        block = re.search(r'<script type="application/ld\+json">(.*?)</script>', head, re.DOTALL)
        assert block is not None
        told = json.loads(block[1])
        assert told["@id"].endswith(f"/id/{path}")
        assert told["@type"] == ["Legislation", "eli:LegalResource"]
        assert told["name"]["@value"]
        turtle = re.search(r'<link rel="alternate" type="text/turtle" href="([^"]+)">', head)
        assert turtle is not None
        assert client.get(turtle[1]).status_code == 200
    assert told["name"]["@value"] == "中华人民共和国安全生产法"
