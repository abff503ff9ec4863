"""Words and patterns: every pattern is proven, every word of a concept file does what the file promises, none is bad.

A file that says 加一个 altLabel，程序就多认得一个词 is taken at its word: an invented word is added to a copy of the
knowledge, and what the program then recognises is compared with what it recognised before.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import RDF, SKOS, Graph, Literal, URIRef
from tests.files import read_graph
from tests.han import count_floor, count_words
from tests.words import WORDS

from policygraph.errors import DataError
from policygraph.graph.knowledge import load_organisation_names
from policygraph.graph.lexicons import load_lexicon
from policygraph.graph.memory import make_graph
from policygraph.graph.words import load_vocabulary
from policygraph.judging.rules.codes import coded_columns, read_codes
from policygraph.keeping.dataset.knowledge import WORD_CONCEPTS, load_words
from policygraph.keeping.search import SearchIndex, collect_entries
from policygraph.keeping.search.entries import Select
from policygraph.keeping.search.parts import make_lexicon
from policygraph.namespaces import ID
from policygraph.reading import patterns
from policygraph.reading.branches import splits_names
from policygraph.reading.citations import find_citations
from policygraph.reading.documents import Clause, Document, parse_document
from policygraph.reading.drafting import Concept, draft_reading
from policygraph.reading.measures import find_measures
from policygraph.reading.organisations import OrganisationName, find_organisations
from policygraph.reading.patterns import Forms, Pattern, forms_of
from policygraph.reading.patterns.bodies import ANNOUNCED_BY
from policygraph.reading.patterns.drafting import (
    ACTOR,
    DECISION,
    JUDGED,
    LEAVING,
    LISTED_IN_A_NAME,
    NOTICE,
    OPENING_CASE,
    OWN_PERSONS,
    PARTY_ACT,
    REGRADED,
    SUBJECTS,
)
from policygraph.reading.patterns.header import ADDRESSEE_END, ENACTED, PROMULGATION
from policygraph.reading.texts import Knowledge, read_text
from policygraph.reading.vocabulary import Vocabulary, concept_slugs
from policygraph.text.spans import Span

ROOT = Path(__file__).resolve().parents[1]
PROMISE = "加一个 altLabel，程序就多认得一个词"
WORD = "玄曜"
"""An invented word: nothing in any file knows it."""

# --- patterns -----------------------------------------------------------------------------------------------------


def _patterns() -> tuple[Pattern, ...]:
    """Every pattern of the reading floor."""
    modules = [
        importlib.import_module(f"{patterns.__name__}.{m.name}") for m in pkgutil.iter_modules(patterns.__path__)
    ]
    return tuple(value for module in modules for value in vars(module).values() if isinstance(value, Pattern))


PATTERNS = _patterns()


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.name)
def test_a_pattern_matches_its_examples_and_refuses_what_it_must(pattern: Pattern) -> None:
    forms = Forms(WORDS)
    assert [text for text in pattern.matches if not forms.find(pattern, text)] == []
    assert [text for text in pattern.refuses if forms.find(pattern, text)] == []
    assert len(set(pattern.matches)) >= 3
    assert pattern.refuses


def test_patterns_have_names_of_their_own() -> None:
    names = [pattern.name for pattern in PATTERNS]
    assert len(names) > 60
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_a_pattern_that_names_a_list_there_is_not_is_no_pattern() -> None:
    with pytest.raises(AttributeError):
        Pattern("odd", r"(?&no_such_list)", (), ()).compile(WORDS)


def test_without_words_a_pattern_of_words_matches_nothing() -> None:
    bare = Forms(Vocabulary())
    worded = [pattern for pattern in PATTERNS if pattern.regex.startswith("(?&")]
    assert len(worded) > 10
    assert [p.name for p in worded for text in p.matches if "|" not in p.regex and bare.find(p, text)] == []


# --- words that cannot be used ------------------------------------------------------------------------------------


def _copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "ontology", tmp_path / "ontology")
    (tmp_path / "data").mkdir()
    return tmp_path


def _edit(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1
    path.write_text(text.replace(before, after), encoding="utf-8")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('"特此"@zh', '"特此.*"@zh', "concept/reading-closing-formula: “特此.*”不是一个词"),
        ('"特此"@zh', '"特 此"@zh', "“特 此”不是一个词"),
        ('"特此"@zh', '""@zh', "“”不是一个词"),
        ('"特此"@zh', '"特此通知如下请认真贯彻执行不得有误"@zh', "不是一个词"),
        ('"特此"@zh', '"hereby"@en', "“hereby”没有标为中文（@zh）"),
        ('"特此"@zh', "<concept/reading-list-lead>", "没有标为中文（@zh）"),
        (
            "<concept/reading-closing-formula> a",
            "<concept/reading-closing> a",
            "concept/reading-closing: 程序没有这个概念",
        ),
        (
            '    skos:altLabel "下列"@zh , "以下"@zh .',
            '    skos:note ""@zh .',
            "concept/reading-list-pointer: 没有这个概念，或者它一个词也没有",
        ),
    ],
)
def test_a_word_that_cannot_be_used_is_refused_with_its_place(
    tmp_path: Path, before: str, after: str, told: str
) -> None:
    root = _copy(tmp_path)
    _edit(root / "ontology" / "reading" / "body.ttl", before, after)
    with pytest.raises(DataError) as caught:
        load_words(root)
    assert told in str(caught.value)
    assert "skos:altLabel" in str(caught.value)
    if "没有这个概念，" not in told:
        assert "ontology/reading/body.ttl" in str(caught.value)


def test_a_reading_file_that_is_gone_is_refused(tmp_path: Path) -> None:
    root = _copy(tmp_path)
    (root / "ontology" / "reading" / "bodies.ttl").unlink()
    with pytest.raises(DataError, match="concept/reading-body-ending"):
        load_words(root)


# --- what a file promises -----------------------------------------------------------------------------------------


FILES = tuple(
    path
    for folder in ("concepts", "reading")
    for path in sorted((ROOT / "ontology" / folder).glob("*.ttl"))
    if PROMISE in path.read_text(encoding="utf-8").split("@base")[0]
)
KNOWLEDGE = {
    f"ontology/{path.parent.name}/{path.name}": read_graph(path.relative_to(ROOT).as_posix())
    for path in (
        *sorted((ROOT / "ontology" / "reading").glob("*.ttl")),
        *(ROOT / "ontology" / f"{name}.ttl" for name in WORD_CONCEPTS),
    )
}


def with_word(slug: str) -> Vocabulary:
    """The shipped words, and the invented one among the labels of a concept."""
    concept = ID[f"concept/{slug}"]
    files = {
        place: graph + _label(concept) if (concept, None, None) in graph else graph
        for place, graph in KNOWLEDGE.items()
    }
    return load_vocabulary(files)


def _label(concept: URIRef) -> Graph:
    graph = Graph()
    graph.add((concept, SKOS.altLabel, Literal(WORD, lang="zh")))
    return graph


Probe = Callable[[Vocabulary], object]


def parsed(text: str, *, field: str = "") -> Probe:
    """The addresses of a text's clauses, or a field of its header."""

    def probe(words: Vocabulary) -> object:
        document = parse_document(text.replace("□", WORD), words)
        return getattr(document, field) if field else [clause.id for clause in document.clauses]

    return probe


def set_aside(text: str) -> Probe:
    """The codes of what is set aside in a text."""
    return lambda words: [p.code for p in parse_document(text.replace("□", WORD), words).problems]


def named(text: str, *names: OrganisationName) -> Probe:
    """The bodies that a text names, with their roles."""

    def probe(words: Vocabulary) -> object:
        source = text.replace("□", WORD)
        found = find_organisations(source, parse_document(source, words), names, "230800", words)
        return [(mention.as_written, mention.role, mention.open_ended) for mention in found]

    return probe


def parted(text: str) -> Probe:
    """Where names are cut whose last part begins with a joining word, which the invented word begins with."""

    def probe(words: Vocabulary) -> object:
        joining = replace(words, joining_words=(*words.joining_words, WORD[0]))
        source = text.replace("□", WORD)
        return [at for at in range(len(source)) if splits_names(source, at, joining)]

    return probe


def measured(text: str) -> Probe:
    """The measures of a text, and how many have somebody to carry them out and a basis."""

    def probe(words: Vocabulary) -> object:
        source = text.replace("□", WORD)
        document = parse_document(source, words)
        citations = find_citations(source, document, words)
        mentions = find_organisations(source, document, (), "230800", words)
        found = find_measures(source, document, citations, mentions, words)
        return [(m.notation, len(m.responsibilities), len(m.bases)) for m in found.measures]

    return probe


def doubted(text: str) -> Probe:
    """The codes of what is doubtful about the measures of a text."""

    def probe(words: Vocabulary) -> object:
        source = text.replace("□", WORD)
        return [p.code for p in find_measures(source, parse_document(source, words), (), (), words).problems]

    return probe


def cited(text: str) -> Probe:
    """The roles of a text's citations."""

    def probe(words: Vocabulary) -> object:
        source = text.replace("□", WORD)
        return [c.role for c in find_citations(source, parse_document(source, words), words)]

    return probe


def quoted(text: str) -> Probe:
    """The titles, numbers and pin-points of a text's citations."""

    def probe(words: Vocabulary) -> object:
        source = text.replace("□", WORD)
        found = find_citations(source, parse_document(source, words), words)
        return [(c.title, c.number, [locator.normal for locator in c.locators]) for c in found]

    return probe


def excerpted(text: str) -> Probe:
    """The pin-points of what a table cell quotes."""

    def probe(words: Vocabulary) -> object:
        source = text.replace("□", WORD)
        leaf = Clause("c", None, "", "cell", "", source, (Span(0, len(source)),), 1)
        document = Document(None, None, (), None, (), None, (), None, (), (), (), (leaf,), (), len(source))
        found = find_citations(source, document, words)
        return [[e.locator.normal if e.locator else None for e in c.excerpts] for c in found]

    return probe


def fits(pattern: Pattern, text: str) -> Probe:
    """Whether a pattern finds a text."""
    return lambda words: forms_of(words).find(pattern, text.replace("□", WORD)) is not None


def drafted(text: str, *, effect: str = "", force: str = "", heading: str = "约束") -> Probe:
    """What a draft proposes for a sentence in a part of its own: class, words, codes, timings.

    ``effect`` and ``force`` are words that the concepts are to have beside their own, ``heading`` stands above.
    """
    lexicon = replace(
        LEXICON,
        effects=(*LEXICON.effects, Concept("effect-probed", (effect,) * bool(effect), "favourable")),
        forces=(*LEXICON.forces, Concept("force-probed", (force,) * bool(force))),
    )

    def probe(words: Vocabulary) -> object:
        source = f"意见\n一、监管\n（一）{heading}。{text.replace('□', WORD)}\n二、其他\n（一）附则。另行通知。\n"
        reading = read_text(source, Knowledge((), (), words), identifier="a")
        return [
            (p.type, p.quote, p.values, [(part.quote, part.values) for part in p.parts])
            for p in draft_reading(reading, lexicon, words)
        ]

    return probe


CONCEPTS = sorted((ROOT / "ontology" / "concepts").glob("*.ttl"))
LEXICON = load_lexicon(make_graph(*(read_graph(path.relative_to(ROOT).as_posix()) for path in CONCEPTS)))
HEAD = "关于加强监管的通知\n"
BODY = "一、总则\n依法监管。\n二、附则\n本文自公布之日起执行。\n"
MEMO = "合作备忘录\n一、联合惩戒措施\n（一）限制参加采购。\n"
FINANCE = OrganisationName("jiamusi/caizheng", "财政", "bare", "230800")
MINISTRY = OrganisationName("national/caizhengbu", "财政部", "official", "100000")
NATION = OrganisationName("national/guowuyuan", "国务院", "official", "100000")

# Per concept: what shows that its word is recognised. □ is the invented word.
PROBES: dict[str, Probe] = {
    "kind-notice": parsed("关于加强监管的□\n" + BODY, field="kind"),
    "reading-branch-ending": named("一、甲\n（一）由财政部云栖□对企业授信。\n", MINISTRY),
    "reading-office-ending": named("一、甲\n（一）由财政部云栖□对企业授信。\n", MINISTRY),
    "reading-between-word": named("一、甲\n（一）财政部□云栖分局办理。\n", MINISTRY),
    "reading-measure-heading": measured("备忘录\n一、□\n（一）限制参加采购。\n（二）加强检查。\n"),
    "reading-announcement-head": measured(
        "办法\n第一条 对失信企业采取□：\n（一）限制参加采购。\n（二）加强检查。\n第二条 略。\n"
    ),
    "reading-procedure-head": drafted(
        "第一条 名单管理按照以下□：\n（一）市应急局于每月5日前公示名单。\n（二）市应急局通报有关部门。\n第二条 略。\n"
    ),
    "reading-regrading-word": fits(REGRADED, "信用等级□D级"),
    "reading-grading-opener": drafted("评价结果□优秀、一般两级。优秀：90分以上。一般：不满60分。\n"),
    "reading-grade-level": drafted("评价结果分为优秀、一般两□。优秀：90分以上。一般：不满60分。\n"),
    "reading-bare-list-name": drafted("一、黑名单\n（一）列入。列入黑名单的企业从严监管。企业完成整改的，移出□。\n"),
    "reading-back-pointer": parsed("某市办法\n一、甲\n（一）乙。\n（二）丙。\n有□情形的，从重。\n二、丁\n戊。\n"),
    "reading-referring-opener": parsed("某市办法\n一、甲\n（一）乙。\n（二）丙。\n□前款情形的，从重。\n二、丁\n戊。\n"),
    "reading-party-verb": fits(PARTY_ACT, "可以□书面异议"),
    "reading-party-thing": fits(PARTY_ACT, "可以提出书面□"),
    "reading-deciding-word": fits(DECISION, "□移出名单的决定"),
    "reading-decided-thing": fits(DECISION, "作出移出名单的□"),
    "reading-unlisted-word": drafted("一、监管\n（一）减少检查。对□列入黑名单的企业减少检查频次。\n"),
    "reading-charged-verb": fits(ACTOR, "由市应急管理局□其主要负责人"),
    "reading-absence-word": drafted("一、名单\n（一）退出。公示□异议的，予以确认。\n"),
    "reading-person-word": fits(OWN_PERSONS, "限制其□任职"),
    "reading-managing-word": fits(LISTED_IN_A_NAME, "□的期限"),
    "reading-subject-lead": fits(SUBJECTS, "惩戒□存在失信行为的企业"),
    "reading-opening-case": fits(OPENING_CASE, "□可责令其停产"),
    "reading-staying-word": drafted("一、黑名单\n（一）退出。企业再次违法的，□移出黑名单。\n"),
    "reading-announcing-verb": fits(ANNOUNCED_BY, "市财政局□下列惩戒措施："),
    "reading-measure-header": measured(
        "<table><tr><td>序号</td><td>□</td><td>实施单位</td></tr>"
        "<tr><td>1</td><td>限制参加采购</td><td>市财政局</td></tr></table>"
    ),
    "reading-basis-header": measured(MEMO + "□：《广告法》第五条\n"),
    "reading-unit-header": measured(
        "<table><tr><td>措施</td><td>□</td></tr><tr><td>限制参加采购</td><td>市财政局</td></tr></table>"
    ),
    "reading-content-header": measured(
        "<table><tr><td>措施</td><td>□内容</td><td>实施单位</td></tr>"
        "<tr><td>采购</td><td>3.限制参加采购</td><td>市财政局</td></tr></table>"
    ),
    "reading-contact-header": named(
        "<table><tr><td>单位</td><td>□</td></tr><tr><td>云栖市水务局</td><td>中山路</td></tr></table>"
    ),
    "reading-joint-list-word": drafted("□在政府网站公布。"),
    "reading-intending-word": drafted("□列入黑名单的，由市局向社会公示。"),
    "reading-number-header": measured(
        "<table><tr><td>□</td><td>措施</td><td>实施单位</td></tr>"
        "<tr><td>6</td><td>限制参加采购</td><td>市财政局</td></tr></table>"
    ),
    "reading-responsibility-label": named("一、甲\n（一）乙。\n□：市财政局\n"),
    "reading-lead-label": named("一、甲\n（一）乙。\n□：市财政局\n"),
    "reading-support-label": named("一、甲\n（一）乙。\n□：市财政局\n"),
    "reading-duty-word": named("一、甲\n（一）限制参加采购。（市财政局□）\n"),
    "reading-open-list-word": named("一、甲\n（一）乙。\n实施单位：市财政局□\n"),
    "reading-form-word": cited("一、填写《安全□》报送。"),
    "reading-rest-word": doubted(
        "一、对象\n失信企业。\n二、惩戒措施\n（一）限制招标。\n（二）停止补贴。\n□措施见附表。\n附表\n\n惩戒措施\t责任单位\n通报批评\t市财政局\n"
    ),
    "reading-bare-measure-heading": measured(
        "守信激励方案\n一、对象\n一级企业。\n二、□\n（一）减少检查。\n（二）优先办理。\n"
    ),
    "reading-list-title-word": measured("失信惩戒措施□\n1.限制招标。\n依据：《广告法》第五条\n2.停止补贴。\n"),
    "reading-category-word": named("一、甲\n（一）乙。\n实施单位：□\n"),
    "reading-paper-kind": parsed("安全生产工作□\n" + BODY, field="kind"),
    "reading-open-kind": parsed("安全生产联合惩戒□\n" + BODY, field="kind"),
    "reading-letterhead-word": parsed("佳木斯市应急管理局□\n" + HEAD + BODY, field="issuers"),
    "reading-signer-label": parsed("佳木斯市应急管理局文件\n□：张某某\n" + HEAD + BODY),
    "reading-grade-mark": parsed("□\n佳木斯市应急管理局文件\n" + HEAD + BODY),
    "reading-contents-heading": parsed(
        HEAD + "□\n第一章 总则\n第二章 附则\n第一章 总则\n第一条 甲。\n第二章 附则\n第二条 乙。"
    ),
    "reading-annex-word": parsed(HEAD + "请执行。\n2020年6月16日\n□1\n实施方案\n一、甲。\n二、乙。"),
    "reading-appendix-word": parsed(HEAD + "一、甲\n依法监管。\n□一\n有关说明如下。\n"),
    "reading-about-word": parsed("佳木斯市人民政府□加强监管的通知\n" + BODY, field="issuers"),
    "reading-forwarding-word": parsed("佳木斯市人民政府□《办法》的通知\n" + BODY, field="issuers"),
    "reading-notice-opener": parsed("□加强监管，制定办法临政办发〔2020〕8号现印发执行\n" + BODY),
    "reading-purpose-opener": parsed("安全生产信用管理办法□规范监管制定本办法\n" + BODY, field="title"),
    "reading-addressee-opener": parsed("关于加强监管的通知□市直部门：\n现通知如下。\n" + BODY, field="title"),
    "reading-number-continuation": parsed("国发〔2014〕20号□要求加强监管\n" + BODY, field="number"),
    "reading-publishing-word": fits(ENACTED, "2014年8月7日□"),
    "reading-enacting-word": parsed("某省监管条例\n2014年7月23日国务院会议□\n第一条 甲。\n第二条 乙。", field="date"),
    "reading-in-force-word": fits(ENACTED, "自2014年8月7日起□"),
    "reading-repeal-word": fits(ENACTED, "2014年8月7日□"),
    "reading-promulgation-opener": fits(PROMULGATION, "□2014年8月7日决定修正"),
    "reading-assembly-ending": parsed(
        "某省监管条例\n2014年7月23日某省人民□第三次会议通过\n第一条 甲。\n第二条 乙。", field="issuers"
    ),
    "reading-session-word": parsed(
        "某省监管条例\n2014年7月23日某省人民政府□会议通过\n第一条 甲。\n第二条 乙。", field="issuers"
    ),
    "reading-list-lead": parsed("一、甲\n实施惩戒，□：发布公告；加大检查频次；限制采购。\n二、乙\n丙。"),
    "reading-list-pointer": parsed("一、甲\n采取□惩戒手段：发布公告；加大检查频次；限制采购。\n二、乙\n丙。"),
    "reading-closing-formula": parsed("一、甲\n（一）依法监管。\n（二）依法处理。\n□通知。"),
    "reading-reference-lead": parsed("一、甲\n违法的单位应当受到惩戒，并且□\n第三条处理。\n二、乙\n丙。"),
    "reading-attachment-label": parsed(HEAD + "请认真执行。\n□：1.信用承诺书\n佳木斯市应急管理局\n2020年6月16日"),
    "reading-keyword-label": parsed(HEAD + "请执行。\n佳木斯市应急管理局\n2020年6月16日\n□：安全生产 信用\n"),
    "reading-copy-label": parsed(HEAD + "请执行。\n佳木斯市应急管理局\n2020年6月16日\n□：市委办公室。\n"),
    "reading-distribution-label": parsed(HEAD + "请执行。\n佳木斯市应急管理局\n2020年6月16日\n□：各科室。\n"),
    "reading-imprint-word": parsed(HEAD + "请执行。\n佳木斯市应急管理局\n2020年6月16日\n市应急局 2020年6月17日□\n"),
    "reading-print-run-word": parsed(HEAD + "请执行。\n佳木斯市应急管理局\n2020年6月16日\n□200份\n"),
    "reading-note-opener": parsed(HEAD + "请执行。\n佳木斯市应急管理局\n2020年6月16日\n（□，请妥存）\n"),
    "reading-note-label": parsed(HEAD + "请执行。\n佳木斯市应急管理局\n2020年6月16日\n□：主动\n"),
    "reading-signer-post": parsed("某省人民政府令\n关于公布条例的决定\n请执行。\n□ 张某某\n2020年6月16日"),
    "reading-acting-word": parsed("某省人民政府令\n关于公布条例的决定\n请执行。\n□省长 张某某\n2020年6月16日"),
    "reading-seal-word": parsed(HEAD + "请执行。\n佳木斯市应急管理局\n（市发展改革委 □）\n2020年6月16日"),
    "reading-issue-date-label": set_aside("□：2020-06-17\n" + HEAD + BODY),
    "reading-breadcrumb-label": set_aside("□：政务 > 通知\n" + HEAD + BODY),
    "reading-home-word": set_aside("□ > 通知公告\n" + HEAD + BODY),
    "reading-source-label": set_aside("□：市信用办\n" + HEAD + BODY),
    "reading-portal-label": set_aside("□：市信用办\n" + HEAD + BODY),
    "reading-stamp-label": set_aside("□：2020-06-17\n" + HEAD + BODY),
    "reading-portal-button": set_aside(HEAD + BODY + "□\n"),
    "reading-portal-lead": set_aside(HEAD + BODY + "□：关于做好信用修复工作\n"),
    "reading-portal-footer": set_aside(HEAD + BODY + "□归本网站所有\n"),
    "reading-registration-word": set_aside(HEAD + BODY + "京□05070218号\n"),
    "reading-body-ending": parsed(HEAD + "请执行。\n佳木斯市应急管理□\n2020年6月16日"),
    "reading-generic-unit": parsed(HEAD + "各有关□：\n请执行。\n", field="addressees"),
    "reading-addressee-unit": parsed(HEAD + "各有关□：\n请执行。\n", field="addressees"),
    "reading-addressee-ending": fits(ADDRESSEE_END, "各有关□"),
    "reading-actor-unit": named("一、甲\n（一）乙。\n实施单位：沿江□\n"),
    "reading-full-form-ending": named(
        "一、甲\n（一）由市□办理。\n", OrganisationName("jiamusi/a", f"市{WORD}", "bare", "230800")
    ),
    "reading-bare-run-head": named("一、甲\n（一）由财政等□办理。\n", FINANCE),
    "reading-bare-run-qualifier": named("一、甲\n（一）由财政等□部门办理。\n", FINANCE),
    "reading-whose-word": named(
        "一、甲\n（一）由国务院□部门办理。\n",
        NATION,
        OrganisationName("category-x", f"{WORD}部门", "category", None),
    ),
    "reading-place-ending": named(
        "一、甲\n（一）由鹤岗□财政局办理。\n", OrganisationName("jiamusi/cz", f"{WORD}财政局", "abbreviation", "230800")
    ),
    "reading-before-body": lambda words: WORD in words.before_bodies,
    "reading-joining-word": named("一、甲\n（一）由国务院□财政部牵头。\n", NATION, MINISTRY),
    "reading-jointly-word": named("一、甲\n（一）乙。\n实施单位：市水务局□市粮食局\n"),
    "reading-division-word": named("一、甲\n（一）乙。（市粮食局、海关□负责）\n"),
    "reading-joined-place": parted("市水务局□分局和市粮食局"),
    "function-audit": named("一、甲\n（一）乙。\n实施单位：市□\n"),
    "reading-number-run-in": quoted("一、□国办发〔2019〕35号执行。"),
    "reading-short-run-in": quoted("一、□国办发〔2019〕35号执行。"),
    "reading-alias-word": quoted("一、依照《安全生产法》（□《安法》）执行。"),
    "reading-wrapper-kind": quoted("一、依照《信用办法》的□（国发〔2014〕20号）执行。"),
    "reading-trial-word": quoted("一、依照《信用办法》（□）执行。"),
    "reading-edition-word": quoted("一、依照《信用办法》（2014年□）（国发〔2014〕20号）执行。"),
    "reading-pin-point-lead": quoted("一、依照《安全生产法》□第七十五条执行。"),
    "reading-title-key": parsed("---\n□: 信用修复办法\n---\n第一条 甲。\n"),
    "reading-number-key": parsed("---\n□: 国发〔2014〕20号\n---\n第一条 甲。\n"),
    "reading-issuer-key": parsed("---\n□: 佳木斯市财政局\n---\n第一条 甲。\n"),
    "reading-date-key": parsed("---\n□: 2020-03-02\n---\n第一条 甲。\n"),
    "reading-edition-lead": quoted("一、依照□安全生产法第七条执行。"),
    "reading-pointing-word": quoted("一、□法第七条另有规定。"),
    "reading-reference-verb": quoted("一、对□安全生产法第七条的，从重处罚。"),
    "reading-aim-heading": drafted("对失信企业限制准入。\n（二）□。对失信企业限制准入。"),
    "reading-principle-opener": drafted("对失信企业限制准入。\n（二）□监管。对失信企业限制准入。"),
    "reading-campaign-opener": drafted("□对失信企业限制准入。"),
    "reading-aim-opener": drafted("□对失信企业限制准入。"),
    "reading-modal-trap": drafted("市财政局按□对失信企业限制准入。", force=WORD[0]),
    "reading-actor-verb": drafted("市财政局□对失信企业限制准入。"),
    "reading-actor-person": drafted("□应当向市财政局提出修复申请。"),
    "reading-group-head": drafted("对失信者实施下列□：\n1.限制准入，另行扣分；\n2.限制融资，另行扣分。"),
    "reading-incentive-word": drafted("通报。\n（二）□管理。对企业向社会公示。"),
    "reading-sanction-word": drafted("通报。\n（二）□管理。对企业向社会公示。"),
    "reading-red-list-word": drafted("市财政局将企业列入□。"),
    "reading-black-list-word": drafted("市财政局将企业列入□。"),
    "reading-watch-list-word": drafted("市财政局将企业列入□。"),
    "reading-entry-word": drafted("市财政局将企业□黑名单。"),
    "reading-exit-word": drafted("市财政局将企业□黑名单。"),
    "reading-revoking-word": fits(LEAVING, "□其红名单资格"),
    "reading-objection-word": fits(NOTICE, "公示期满无□的"),
    "reading-veto-word": drafted("得分90分以上的为A级，60分以上不满90分的为B级。\n二、管理\n有重大隐患的单位□。"),
    "reading-judging-word": fits(JUDGED, "由市财政局□的"),
    "reading-judging-opener": fits(JUDGED, "由市财政局□认定的"),
    "reading-validity-word": drafted("黑名单□一年。"),
    "reading-publicity-word": drafted("黑名单□。"),
    "reading-denial-word": drafted("黑名单□公开。"),
    "reading-score-word": drafted("五星级□95分以上。"),
    "reading-grade-word": drafted("甲□，得分95分以上。"),
    "reading-trigger-ending": drafted("企业违法失信□，市财政局限制准入。"),
    "reading-list-head": drafted("企业符合下列□：\n1.未发生事故；\n2.未受到处罚。"),
    "reading-listed-target": drafted("对拒不改正的□限制准入。"),
    "reading-handing-word": drafted("各部门及时将失信信息通报，□市财政局共享。"),
    "reading-channel-word": drafted("市财政局通过信用□向社会公示失信企业。"),
    "reading-definition-word": drafted("对失信企业限制准入□。"),
    "reading-nominal-ending": drafted("对失信企业公示□。"),
    "reading-parallel-word": drafted("市财政局通报各部门，□及时通报企业。"),
    "reading-embedding-ending": drafted("对失信企业责令其整改□。"),
    "reading-organising-opener": drafted("通报。\n（二）□宣传。对失信企业予以公示。"),
    "reading-reporting-word": drafted("各部门将失信企业□信息通报相关部门。"),
    "reading-any-of-word": drafted("企业符合下列情形□：\n1.未发生事故；\n2.未受到处罚。"),
    "reading-transition-word": drafted("重点关注名单企业再犯的，□黑名单。"),
    "reading-passive-word": drafted("企业□列入黑名单。"),
    "reading-lawful-word": drafted("对失信企业□限制准入。"),
    "reading-suffered-word": drafted("失信企业□限制准入。"),
    "reading-receiver-word": drafted("市财政局将失信信息通报给□。"),
    "reading-handed-thing": drafted("各部门将失信信息通报□单位。"),
    "reading-founding-word": drafted("市财政局□黑名单。"),
    "reading-encouraging-word": drafted("□失信企业参加社会活动。", effect=WORD),
    "reading-line-filler": drafted("企业符合下列条件：\n1.□3年内无失信行为；\n2.未列入黑名单。"),
    "reading-all-of-word": drafted("企业□符合下列情形：\n1.未发生事故；\n2.未受到处罚。"),
    "reading-barring-word": drafted("已被列入黑名单的企业，□激励对象。"),
    "reading-urging-adverb": drafted("市财政局要□提高质量并通报失信信息。"),
    "reading-urging-word": drafted("市财政局要□通报失信信息。"),
    "reading-framing-word": drafted("□市财政局定期通报失信信息。"),
    "reading-criteria-heading": drafted("市财政局定期通报失信信息。", heading=WORD),
    "reading-field-ending": drafted("在公示失信企业□予以限制，市财政局定期通报。"),
    "reading-channel-opener": drafted("市财政局将名单□信用网站向社会公示。"),
    "reading-norm-word": drafted("有关□与本意见不一致的，从其要求执行。"),
    "reading-conflict-word": drafted("有关法律法规修改，与本意见□的，从其规定。"),
    "reading-yielding-word": drafted("有关法律法规修改，与本意见不一致的，□。"),
    "reading-article-continuation": excerpted("《安全生产法》第一条：下列单位适用本法。\n第七十五条□情形，从其规定。"),
}


def test_every_list_of_words_has_a_probe_and_every_probe_a_list() -> None:
    lists = set(concept_slugs()) - {"reading-document-kind", "reading-function-word"}
    lists |= {"kind-notice", "function-audit"}
    assert set(PROBES) == lists


@pytest.mark.parametrize("slug", sorted(PROBES))
def test_a_word_added_to_a_list_is_recognised(slug: str) -> None:
    probe = PROBES[slug]
    assert probe(with_word(slug)) != probe(WORDS)


def test_a_title_goes_on_after_an_open_kind_only() -> None:
    probe = parsed("建立安全生产联合惩戒□\n实施方案\n" + BODY, field="title")
    assert probe(with_word("reading-open-kind")) == f"建立安全生产联合惩戒{WORD}实施方案"
    assert probe(with_word("reading-paper-kind")) == f"建立安全生产联合惩戒{WORD}"


def test_the_kind_of_a_title_is_no_longer_than_a_kind() -> None:
    kind = parsed("关于加强监管的实施意见\n" + BODY, field="kind")
    assert "实施意见" in WORDS.document_kinds
    assert kind(WORDS) == "意见"
    assert parsed("信用修复管理办法\n" + BODY, field="kind")(WORDS) == "办法"


def _finds_a_category(graph: Graph) -> object:
    names = load_organisation_names(Graph(), graph)
    source = f"一、甲\n（一）由{WORD}办理。\n"
    found = find_organisations(source, parse_document(source, WORDS), names, None, WORDS)
    return [(mention.as_written, mention.is_category) for mention in found]


def _names_a_code(graph: Graph) -> object:
    column = next(column for _, column in coded_columns() if column.scheme == "functions")
    return read_codes(graph).nearest(column, WORD)


def _select_from(graph: Graph) -> Select:
    store = ox.Store()
    store.load(graph.serialize(format="nt").encode(), format=ox.RdfFormat.N_TRIPLES)

    def select(query: str) -> list[list[str | None]]:
        solutions = store.query(query)
        assert isinstance(solutions, ox.QuerySolutions)
        return [[getattr(value, "value", None) for value in row] for row in solutions]

    return select


def _finds_a_mechanism(graph: Graph) -> object:
    return [hit.entry.kind for hit in SearchIndex(collect_entries(_select_from(graph))).search(WORD).hits]


def _asks_whether_it_may_be_done(graph: Graph) -> object:
    return make_lexicon(_select_from(graph), ()).read(f"{WORD}限制").asks_may


# What reads the labels of a concept file outside `ontology/reading`, and one concept of it.
READERS: dict[str, tuple[str, Callable[[Graph], object]]] = {
    "categories": ("category-all-departments", _finds_a_category),
    "functions": ("function-work-safety", _names_a_code),
    "mechanisms": ("mechanism-credit-repair", _finds_a_mechanism),
    "search-words": ("search-may", _asks_whether_it_may_be_done),
}


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_file_that_promises_to_be_a_dictionary_is_one(path: Path) -> None:
    graph = read_graph(path.relative_to(ROOT).as_posix())
    concepts = {str(c).rsplit("/", 1)[-1] for c in graph.subjects(RDF.type, SKOS.Concept)}
    if path.stem in READERS:
        slug, recognise = READERS[path.stem]
        assert slug in concepts
        assert recognise(graph + _label(ID[f"concept/{slug}"])) != recognise(graph)
    else:
        probed = concepts & set(PROBES)
        assert probed
        assert path.parent.name != "reading" or probed == concepts
        for slug in probed:
            assert PROBES[slug](with_word(slug)) != PROBES[slug](WORDS)


def test_all_files_of_reading_promise_and_the_others_say_what_they_are_for() -> None:
    assert {path.stem for path in FILES if path.parent.name == "reading"} == {
        path.stem for path in (ROOT / "ontology" / "reading").glob("*.ttl")
    }
    for path in sorted((ROOT / "ontology" / "concepts").glob("*.ttl")):
        opening = path.read_text(encoding="utf-8").split("@base")[0]
        assert path in FILES or "是程序的词表" not in opening, path.name


# --- no word in Python --------------------------------------------------------------------------------------------


MOST_HAN = 16
"""Han characters that the literals of one module may hold: the 第 … 条 of a number, 中华人民共和国 before a title."""


def test_the_reading_floor_keeps_structure_and_no_words() -> None:
    """Numerals, 第 … 条 and 年月日 are structure; whoever needs more moves words to ``ontology/reading``.

    Patterns are structure throughout; what an outline or the intake of a workbook tells people is no word of reading.
    """
    counts = count_floor(("src/policygraph/reading",))
    apart = ("reading/patterns/", "reading/intake/", "documents/outlines.py")
    words = {path: words for path, (words, _) in counts.items() if not any(part in path for part in apart)}
    assert words
    assert {path: count for path, count in words.items() if count > MOST_HAN} == {}


def test_a_word_in_python_would_be_counted() -> None:
    tree = ast.parse('ENDS = ("局", "委", "办公室")\nP = Pattern("甲", r"第.条", matches=("第一条",), refuses=())')
    assert count_words(tree) == (8, 0)
