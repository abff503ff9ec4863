"""Review: every finding on the five documents was checked by eye, and every rule has a wrong and a right example.

The table of findings is the whole truth as of this version: a finding that is not in it is a false one until somebody
has looked at the source and entered it here.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDFS, SH
from rdflib.term import Node
from tests.conftest import open_once

from policygraph.graph.validation import validate
from policygraph.judging.review import (
    Select,
    fill_message,
    find_doubled_words,
    find_findings,
    observe_clauses,
    read_shapes,
)
from policygraph.keeping.sources import find_root
from policygraph.keeping.store import Store
from policygraph.keeping.terms import Term, read_node, write_node
from policygraph.namespaces import ID, PG

FIVE, SIX, JIANGSU, XINZHENG, YIYUAN = (
    "jiamusi-2020-5", "jiamusi-2020-6", "jiangsu-2019-820", "xinzheng-2010-36", "yiyuan-2021-28",
)  # fmt: skip

# Checked against the source texts: document, code, the words found (or none, where something is absent).
FINDINGS: dict[str, dict[str, list[str | None]]] = {
    FIVE: {
        "basis-about-something-else": [
            "企业信息公示暂行条例",
            "企业信息公示暂行条例",
            "广告法",
            "工业产品生产许可证管理条例",
        ],
        "basis-not-as-cited": [
            "安全生产法",
            "安全生产法",
            "安全生产法",
            "国家科技计划项目管理暂行办法",
            "国务院关于预防煤矿生产安全事故的特别规定",
            "中华人民共和国矿产资源法",
        ],
        "body-replaced": ["中国人民银行佳木斯市中心支行", "中国银行保险监督管理委员会佳木斯监管分局"],
        "conflict-in-law": ["限制存在失信行为的生产经营单位发布广告。"],
        "dishonesty-undefined": [None],
        "no-recognition": [None],
        "persons-named-differently": [None],
        "rights-reduced-without-basis": [None],
        "antecedent-missing": ["生产经营单位的主要负责人有前款违法行为"],
        "body-appendix-differ": ["(一) 加强安全监管监察。"],
        "missing-date": [None],
        "missing-signature": ["佳木斯市应急管理局"],
        "no-objection-procedure": [None],
        "no-repair-procedure": [None],
        "number-differs": ["银监发〔2014〕3号"],
        "quote-cut": ["对生产经营单位执行有关安全生产的法律、法规和国家标准或者行业标准的情况进行监督检查"],
        "sanction-on-plan-only": [
            "严格审慎审查存在失信行为的生产经营单位新改扩建项目的环评申报事项。",
            "依法限制取得政府性资金支持。",
            "在实施税收优惠政策时，将生产经营单位的失信状况作为审慎性参考依据。",
            "暂停审批存在失信行为的生产经营单位科技项目。",
        ],
        "sanction-on-policy-only": [
            "在各部门主管领域内取消对存在失信行为的生产经营单位的政策性资金支持。",
            "在向生产经营单位和个人颁发荣誉证书、嘉奖和表彰等荣誉性称号时，应当参考其安全生产信用状况，"
            "对存在失信行为的生产经营单位，不予颁发政府荣誉。",
            "将存在失信行为的生产经营单位信息通报金融机构，作为其评级授信、信贷融资、管理和退出的重要参考依据。",
        ],
        "signatory-without-measure": ["佳木斯市人力资源和社会保障局"],
        "title-differs": ["国务院进一步加强企业安全生产工作的通知"],
        "two-names-side-by-side": ["市自然资源局、市自然资源和规划局"],
    },
    SIX: {
        "body-replaced": ["中国人民银行佳木斯市中心支行", "中国银行保险监督管理委员会佳木斯监管分局"],
        "conflict-in-law": ["安全生产许可证到期后可通过申报有关资料,直接延期一个许可周期。"],
        "preference-without-review": [None],
        "document-without-bases": [None],
        "doubled-word": ["资金资金"],
    },
    JIANGSU: {
        "rights-reduced-without-basis": [None],
        "cut-sentence": ["实现政府主导、企业自律和社会监督的有效融"],
        "document-without-bases": [None],
        "misread-character": ["崎地区"],
        "missing-date": [None],
        "missing-issuer": [None],
        "no-objection-procedure": [None],
    },
    XINZHENG: {
        "conflict-in-law": ["必要时可责令其停产停业整顿，纠正违法行为，经验收合格，方可恢复生产"],
        "preference-without-review": [None],
        "rights-reduced-without-basis": [None],
        "document-without-bases": [None],
        "no-objection-procedure": [None],
        "no-repair-procedure": [None],
        "referenced-form-absent": [
            "新郑市安全生产诚信生产经营单位评选标准",
            "新郑市生产经营单位安全生产诚信建设承诺书",
            "新郑市生产经营单位安全生产诚信评估报告",
            "新郑市生产经营单位安全生产诚信评估申请受理回执单",
            "新郑市生产经营单位安全生产诚信评估申请表",
        ],
    },
    YIYUAN: {
        "rights-reduced-without-basis": [None],
        "document-without-bases": [None],
        "number-differs": ["发改财金〔2017〕1798号"],
        "title-differs": ["国家安全监管总局关于印发〈对安全生产领域失信行为开展联合激励的实施办法〉的通知"],
    },
}

HEAD = """
@base <https://w3id.org/policygraph/id/> .
@prefix pg: <https://w3id.org/policygraph/ns#> .
@prefix cv: <http://data.europa.eu/m8g/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix eli: <http://data.europa.eu/eli/ontology#> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<doc/m> a pg:PolicyDocument .
<doc/m/a> a pg:Clause ; pg:document <doc/m> ; pg:level "al" ; pg:order 3 ; pg:text "甲" .
<concept/rank-law> pg:rankOrder 1 . <concept/rank-state-council-document> pg:rankOrder 6 .
<law/x> a pg:Work ; dcterms:title "甲通知"@zh ; eli:id_local "国发〔2014〕20号" ; pg:workKind <concept/kind-notice> ;
    pg:basisRank <concept/rank-state-council-document> .
<law/plan> a pg:Work ; dcterms:title "乙纲要"@zh ; pg:workKind <concept/kind-plan> ;
    pg:basisRank <concept/rank-state-council-document> .
<law/act> a pg:Work ; dcterms:title "丙法"@zh ; pg:workKind <concept/kind-law> ; pg:basisRank <concept/rank-law> .
<org/a> a cv:PublicOrganisation ; skos:prefLabel "甲局"@zh .
<org/b> a cv:PublicOrganisation ; skos:prefLabel "乙局"@zh .
<org/c> a cv:PublicOrganisation ; skos:prefLabel "丙局"@zh .
"""
CITATION = '<c> a pg:Citation ; pg:document <doc/m> ; pg:clause <doc/m/a> ; pg:citationRole "cited" ; '
BASIS = "<b> a pg:LegalBasisCitation ; pg:document <doc/m> ; pg:clause <doc/m/a> ; "
TWO = """
<doc/m> pg:signature <s/1> , <s/2> ; eli:passed_by <org/a> , <org/b> .
<s/1> pg:signatureRole "issuer" ; pg:agent <org/a> ; pg:asWritten "甲局" ; pg:order 1 .
<s/2> pg:signatureRole "issuer" ; pg:agent <org/b> ; pg:asWritten "乙局" ; pg:order 2 .
<doc/m/issuers> a pg:Clause ; pg:document <doc/m> ; pg:level "issuers" ; pg:order 1 ; pg:text "甲局乙局" .
<doc/m/signature> a pg:Clause ; pg:document <doc/m> ; pg:level "signature" ; pg:order 9 ; pg:text """
SANCTION = """
<measure/m/1> a pg:SanctionMeasure , pg:Measure ; pg:document <doc/m> ; pg:clause <doc/m/a> ; pg:quote "甲" . """
DUTY = """
<measure/m/1> pg:document <doc/m> ; pg:responsibility <r> .
<r> a pg:Responsibility ; pg:clause <doc/m/a> ; """


def problem(code: str) -> str:
    return f"""
<p> a pg:Problem ; pg:document <doc/m> ; pg:code "{code}" ; pg:message "两处不同" ; pg:attestedBy <span/1> .
<span/1> oa:hasSelector <pos/1> , <quote/1> . <pos/1> a oa:TextPositionSelector ; oa:start 2 ; oa:end 3 .
<quote/1> oa:exact "甲" .
<doc/m/a> pg:attestedBy <span/2> . <span/2> oa:hasSelector <pos/2> .
<pos/2> a oa:TextPositionSelector ; oa:start 0 ; oa:end 5 . """


ACT = """
<concept/effect-stop> pg:direction <concept/direction-adverse> . <concept/direction-adverse> skos:notation "adverse" .
<measure/m/1> a pg:SanctionMeasure , pg:Measure ; pg:document <doc/m> ; pg:clause <doc/m/a> ; pg:quote "甲" ;
    skos:notation "一" ; pg:effect <concept/effect-stop> .
"""
CONCLUDED = """
<measure/m/1/conclusion_1> a pg:ConclusionInterval ; pg:ofAct <measure/m/1> ; pg:conclusion "{0}" ;
    pg:intervalFrom "2020-01-01"^^xsd:date {1} ; pg:sentence "“甲”与《丙法》第一条不一致。"@zh , "inconsistent"@en . """
ASKED = "; pg:askedBy <v> "
ENDED = '; pg:intervalTo "2021-01-01"^^xsd:date'
CITED = """
<measure/m/1> pg:hasLegalBasis <b> .
<b> a pg:LegalBasisCitation ; pg:clause <doc/m/a> ; pg:quote "甲" ; pg:titleAsWritten "丙法" ; pg:locator "第一条" ;
    pg:citedWork <law/act> .
<b/status_1> a pg:StatusInterval ; pg:ofCitation <b> ; pg:standing "{0}" ; pg:candidate "第二条" . """
VIEW = """
<v> a pg:Bearing ; pg:work <law/act> ; pg:citedLocator "第一条" ; pg:fit "{0}" ; pg:bearsOn <measure/m/1> ;
    pg:reason "讲的是别的事。"@zh . """
ASKER = """
<concept/requirement-fair-competition> skos:notation "fair-competition" .
<v> a pg:Bearing ; pg:work <law/act> ; pg:requiresRank <concept/rank-law> ; pg:bearingFrom "2024-08-01"^^xsd:date ;
    pg:requirementKind <concept/requirement-fair-competition> .
<measure/m/1> a pg:IncentiveMeasure , pg:Measure ; pg:document <doc/m> ; pg:clause <doc/m/a> ; pg:quote "甲" ;
    skos:notation "一" . """
REPLACED = """
<change> <http://www.w3.org/ns/org#originalOrganization> <org/a> ;
    <http://www.w3.org/ns/org#resultingOrganization> <org/{0}> ; dcterms:date "2023-01-01"^^xsd:date . """


def named(*words: str) -> str:
    """A sanction whose acts name persons by these words."""
    return ACT + "".join(
        f'<measure/m/1/act_{n}> pg:actOf <measure/m/1> ; pg:addresseeAsWritten "单位的{word}" .'
        for n, word in enumerate(words)
    )


# One wrong and one right example a rule; the right one differs in the point of the rule only.
EXAMPLES = {
    "antecedent-missing": (
        BASIS + 'pg:titleAsWritten "丙法" ; pg:quote "有前款行为的，给予处分。" .',
        BASIS + 'pg:titleAsWritten "丙法" ; pg:quote "应当公示下列信息。\\n可以公示前款信息。" .',
    ),
    "conflict-in-law": (
        ACT + CONCLUDED.format("conflict", ""),
        ACT + CONCLUDED.format("conflict", ENDED),
    ),
    "rights-reduced-without-basis": (
        ACT + CONCLUDED.format("insufficient", ""),
        ACT + "<measure/m/1> pg:reducesRights false ." + CONCLUDED.format("insufficient", ""),
    ),
    "basis-not-as-cited": (ACT + CITED.format("renumbered"), ACT + CITED.format("in-force")),
    "basis-about-something-else": (
        ACT + CITED.format("in-force") + VIEW.format("unsupportive"),
        ACT + CITED.format("in-force") + VIEW.format("unsupportive") + VIEW.format("direct").replace("<v>", "<w>"),
    ),
    "dishonesty-undefined": (
        ACT + '<measure/m/1> pg:addresseeAsWritten "存在失信行为的单位" .',
        ACT + '<measure/m/1> pg:addresseeAsWritten "存在失信行为的单位" . '
        '<doc/m/b> a pg:Clause ; pg:document <doc/m> ; pg:text "本办法所称失信行为，是指下列行为。" .',
    ),
    "no-recognition": (
        SANCTION,
        SANCTION + "<p> pg:document <doc/m> ; pg:procedureKind <concept/procedure-recognition> .",
    ),
    "preference-without-review": (
        ASKER + CONCLUDED.format("insufficient", ASKED),
        ASKER
        + CONCLUDED.format("insufficient", ASKED)
        + '<doc/m/b> a pg:Clause ; pg:document <doc/m> ; pg:text "经公平竞争审查后实施。" .',
    ),
    "body-replaced": (
        DUTY + 'pg:agent <org/a> ; pg:asWritten "甲局" .' + REPLACED.format("b"),
        DUTY + 'pg:agent <org/a> ; pg:asWritten "甲局" .' + REPLACED.format("a"),
    ),
    "persons-named-differently": (
        named("主要责任人", "相关责任人", "有关人员"),
        named("主要责任人", "相关责任人", "主要责任人"),
    ),
    "basis-ended-before-issue": (
        '<doc/m> eli:date_document "2021-01-01"^^xsd:date . <law/x/e> pg:work <law/x> ; pg:eventKind "expired" ; '
        'dcterms:date "2021-01-01"^^xsd:date . ' + CITATION + 'pg:citedWork <law/x> ; pg:titleAsWritten "甲通知" .',
        '<doc/m> eli:date_document "2020-12-31"^^xsd:date . <law/x/e> pg:work <law/x> ; pg:eventKind "expired" ; '
        'dcterms:date "2021-01-01"^^xsd:date . ' + CITATION + 'pg:citedWork <law/x> ; pg:titleAsWritten "甲通知" .',
    ),
    "body-appendix-differ": (problem("body-appendix-differ"), problem("markup")),
    "citation-without-number": (
        CITATION + 'pg:resolution "ambiguous" ; pg:titleAsWritten "关于进一步加强工作的通知" .',
        CITATION + 'pg:resolution "work" ; pg:citedWork <law/x> ; pg:titleAsWritten "甲通知" .',
    ),
    "cut-sentence": (problem("cut-sentence"), problem("markup")),
    "document-without-bases": (SANCTION, SANCTION + "<measure/m/1> pg:hasLegalBasis <b> ."),
    "doubled-word": ('<doc/m/a> pg:doubledWord "资金资金" .', '<doc/m/a> pg:heading "财政资金使用支持" .'),
    "implementer-not-issuer": (
        TWO + '"甲局乙局" .' + DUTY + 'pg:agent <org/c> ; pg:asWritten "丙局" .',
        TWO + '"甲局乙局" .' + DUTY + 'pg:agent <org/a> ; pg:asWritten "甲局" .',
    ),
    "locator-beyond-statute": (
        "<law/act/1> pg:versionOf <law/act> ; pg:articleCount 88 . <law/act/1/art_99> eli:is_part_of <law/act/1> . "
        + BASIS
        + 'pg:citedWork <law/act> ; pg:citedProvision <law/act/1/art_99> ; pg:locator "第九十九条" ; '
        'pg:titleAsWritten "丙法" ; pg:quote "甲" .',
        "<law/act/1> pg:versionOf <law/act> ; pg:articleCount 88 . <law/act/1/art_88> eli:is_part_of <law/act/1> . "
        + BASIS
        + 'pg:citedWork <law/act> ; pg:citedProvision <law/act/1/art_88> ; pg:locator "第八十八条" ; '
        'pg:titleAsWritten "丙法" ; pg:quote "甲" .',
    ),
    "measure-without-basis": (
        SANCTION + "<measure/m/2> pg:document <doc/m> ; pg:hasLegalBasis <b> .",
        SANCTION
        + "<measure/m/1> pg:inheritedLegalBasis <b> . <measure/m/2> pg:document <doc/m> ; pg:hasLegalBasis <b> .",
    ),
    "misread-character": (
        '<misreading/1> a pg:Misreading ; pg:misreadAs "崎地区" ; pg:probablyMeant "跨地区" . '
        '<doc/m/b> a pg:Clause ; pg:document <doc/m> ; pg:text "信息崎地区共享" .',
        '<misreading/1> a pg:Misreading ; pg:misreadAs "崎地区" ; pg:probablyMeant "跨地区" . '
        '<doc/m/b> a pg:Clause ; pg:document <doc/m> ; pg:text "信息跨地区共享" .',
    ),
    "missing-date": ("", '<doc/m> eli:date_document "2020-01-01"^^xsd:date .'),
    "missing-issuer": ("", "<doc/m> eli:passed_by <org/a> ."),
    "missing-signature": (TWO + '"甲局" .', TWO + '"甲\\n局乙\\n局" .'),
    "name-varies": (
        TWO + '"甲局乙局" .' + DUTY + 'pg:agent <org/a> ; pg:asWritten "丁局" .',
        TWO + '"甲局乙局" .' + DUTY + 'pg:agent <org/a> ; pg:asWritten "甲\\n局" .',
    ),
    "no-objection-procedure": (
        SANCTION
        + '<ms> pg:document <doc/m> ; pg:mechanism <concept/mechanism-objection-remedy> ; pg:status "delegated" .',
        SANCTION
        + '<ms> pg:document <doc/m> ; pg:mechanism <concept/mechanism-objection-remedy> ; pg:status "stated" .',
    ),
    "no-repair-procedure": (
        SANCTION,
        SANCTION
        + '<ms> pg:document <doc/m> ; pg:mechanism <concept/mechanism-credit-repair> ; pg:status "equivalent" .',
    ),
    "number-differs": (
        CITATION + 'pg:citedWork <law/x> ; pg:numberDiffers true ; pg:numberAsWritten "国发〔2014〕2号" .',
        CITATION + 'pg:citedWork <law/x> ; pg:numberAsWritten "国发〔2014〕20号" .',
    ),
    "quote-cut": (
        BASIS + 'pg:titleAsWritten "丙法" ; pg:quote "对执行情况进行监督检查" .',
        BASIS + 'pg:titleAsWritten "丙法" ; pg:quote "对执行情况进行监督检查。 " .',
    ),
    "referenced-form-absent": (
        '<c> a pg:Citation ; pg:document <doc/m> ; pg:clause <doc/m/b> ; pg:citationRole "form" ; '
        'pg:titleAsWritten "评选标准" . <doc/m/b> pg:text "根据本方案制定的标准自评，依据《评选标准》评分。" .',
        '<c> a pg:Citation ; pg:document <doc/m> ; pg:clause <doc/m/b> ; pg:citationRole "form" ; '
        'pg:titleAsWritten "事项清单" . <doc/m/b> pg:text "按照备忘录，梳理成全面、清晰的《事项清单》并公开。" .',
    ),
    "sanction-on-plan-only": (
        SANCTION + "<measure/m/1> pg:hasLegalBasis <b> . " + BASIS + "pg:citedWork <law/plan> .",
        SANCTION + "<measure/m/1> pg:hasLegalBasis <b> . " + BASIS + "pg:citedWork <law/act> .",
    ),
    "sanction-on-policy-only": (
        SANCTION
        + "<measure/m/1> pg:hasLegalBasis <b> . "
        + BASIS
        + "pg:citedWork <law/x> ; pg:basisRank <concept/rank-state-council-document> .",
        SANCTION
        + "<measure/m/1> pg:hasLegalBasis <b> . "
        + BASIS
        + "pg:citedWork <law/act> ; pg:basisRank <concept/rank-law> .",
    ),
    "signatory-without-measure": (
        TWO + '"甲局乙局" .' + DUTY + "pg:agent <org/a> .",
        TWO + '"甲局乙局" .' + DUTY + "pg:agent <org/a> , <org/b> .",
    ),
    "title-differs": (
        CITATION + 'pg:citedWork <law/x> ; pg:titleDiffers true ; pg:titleAsWritten "甲知通" .',
        CITATION + 'pg:citedWork <law/x> ; pg:titleAsWritten "甲通知" .',
    ),
    "two-names-side-by-side": (problem("two-names-side-by-side"), problem("markup")),
}

FORM = '<form/1> . <form/1> a pg:NameForm ; pg:literalForm "丁局" ; pg:formKind "{}"'
STOPPED = (
    '<law/x> pg:workKind <concept/kind-rule> . <law/x/e> pg:work <law/x> ; pg:eventKind "repealed" ; '
    'dcterms:date "2025-07-30"^^xsd:date {} . '
)
# The edges of a criterion: code, example, and how many findings it gives.
EDGES = [
    # a name without its place, or in a registered short form, misleads nobody; a former name does
    ("name-varies", TWO + '"甲局乙局" .' + DUTY + 'pg:agent <org/a> ; pg:asWritten "局" .', 0),
    ("name-varies", TWO + '"甲局乙局" . <org/a> pg:nameForm ' + FORM.format("abbreviation") + " . "
     + DUTY + 'pg:agent <org/a> ; pg:asWritten "丁局" .', 0),
    ("name-varies", TWO + '"甲局乙局" . <org/a> pg:nameForm ' + FORM.format("former") + " . "
     + DUTY + 'pg:agent <org/a> ; pg:asWritten "丁局" .', 1),
    # one finding however many are missing
    ("missing-signature", TWO + '"无" .', 1),
    # a body that is probably an issuer is reported once, as two names of one body
    ("implementer-not-issuer", TWO + '"甲局乙局" . <org/c> pg:possiblySame <org/a> . '
     + DUTY + 'pg:agent <org/c> ; pg:asWritten "丙局" .', 0),
    # punctuation alone is no difference
    ("body-appendix-differ", problem("body-appendix-differ").replace(
        "两处不同", "正文作“严格审慎审查”，附表作“严格、审慎审查”；两处文字不同，均予保留"), 0),
    ("body-appendix-differ", problem("body-appendix-differ").replace(
        "两处不同", "正文作“加强监管”，附表作“加强监管监察”；两处文字不同，均予保留"), 1),
    # a misprint that the registry knows, though nothing but the title tells
    ("title-differs", '<law/x> pg:misprintedTitle "乙通知" . '
     + CITATION + 'pg:citedWork <law/x> ; pg:titleAsWritten "乙通知" .', 1),
    # what was repealed leaves the plan alone; what was repealed in part does not
    ("sanction-on-plan-only", SANCTION + "<measure/m/1> pg:hasLegalBasis <b> , <b2> . " + BASIS
     + "pg:citedWork <law/plan> . <b2> a pg:LegalBasisCitation ; pg:citedWork <law/x> . " + STOPPED.format(""), 1),
    ("sanction-on-plan-only", SANCTION + "<measure/m/1> pg:hasLegalBasis <b> , <b2> . " + BASIS
     + "pg:citedWork <law/plan> . <b2> a pg:LegalBasisCitation ; pg:citedWork <law/x> . "
     + STOPPED.format('; pg:fromProvision "第三条"'), 0),
    ("sanction-on-plan-only", SANCTION + "<measure/m/1> pg:hasLegalBasis <b2> . "
     + "<b2> a pg:LegalBasisCitation ; pg:citedWork <law/x> . " + STOPPED.format(""), 0),
]  # fmt: skip
# What an excerpt is cut at: never inside a word.
EXCERPTS = [
    ("quote-cut", BASIS + 'pg:titleAsWritten "丙法" ; pg:quote "应当检查，对标准进行监督" .', "对标准进行监督"),
    ("quote-cut", BASIS + 'pg:titleAsWritten "丙法" ; pg:quote "对甲、乙和丙的情况进行监督检查以及其他各种检查" .',
     "对甲、乙和丙的情况进行监督检查以及其他各种检查"),
    ("antecedent-missing", BASIS + 'pg:titleAsWritten "丙法" ; pg:quote "有前款违法行为，给予处分。" .',
     "有前款违法行为"),
]  # fmt: skip
FORM_CITED = (
    '<c> a pg:Citation ; pg:document <doc/m> ; pg:clause <doc/m/b> ; pg:citationRole "form" ; '
    'pg:titleAsWritten "{0}" . <doc/m/b> pg:text "依据《{0}》办理。" .'
)


def shapes_graph() -> Graph:
    graph = Graph()
    for path in sorted((find_root() / "shapes" / "review").glob("*.ttl")):
        graph.parse(path, format="turtle")
    return graph


SHAPES = shapes_graph()
RULES = {shape.code: shape for shape in read_shapes(SHAPES)}


def select_from(data: Graph) -> Select:
    store = ox.Store()
    store.bulk_load(data.serialize(format="nt").encode(), format=ox.RdfFormat.N_TRIPLES)

    def select(text: str, /, **values: Node) -> list[dict[str, Node]]:
        bound: dict[ox.Variable, Term] = {ox.Variable(name): write_node(value) for name, value in values.items()}
        solutions = store.query(text, substitutions=bound)
        assert isinstance(solutions, ox.QuerySolutions)
        names = [variable.value for variable in solutions.variables]
        return [{name: read_node(row[name]) for name in names if row[name] is not None} for row in solutions]

    return select


READ = "".join(
    f"<doc/m> pg:settledKind <concept/curated-{kind}> ."
    for kind in ("metadata", "measures", "departments", "legal-bases", "mechanisms", "procedures")
)
"""Somebody has read the document of the examples to its end: only then may a rule say what it lacks."""


def graph_of(example: str, read: str = READ) -> Graph:
    return Graph().parse(data=HEAD + example + read, format="turtle")


@pytest.fixture(scope="module")
def store(dataset: Path) -> Store:
    return open_once(dataset)


def test_every_finding_on_the_five_documents_was_checked_by_eye(store: Store) -> None:
    answer = store.ask("findings")
    found: dict[str, dict[str, list[str | None]]] = {}
    for row in answer.rows:
        record = dict(zip(answer.columns, row, strict=True))
        document = str(record["document"]).rsplit("/", 1)[-1]
        quote = None if record["quote"] is None else str(record["quote"])
        found.setdefault(document, {}).setdefault(str(record["code"]), []).append(quote)
        assert record["message"]
        assert "{" not in str(record["message"])
        assert record["remedy"]
        assert record["finding_label"]
    for document, codes in found.items():
        for code, quotes in codes.items():
            assert sorted(quotes, key=str) == sorted(FINDINGS[document].get(code, []), key=str), (document, code)
    assert {d: set(c) for d, c in found.items()} == {d: set(c) for d, c in FINDINGS.items()}
    assert len(answer.rows) == 63


def test_a_rule_says_whether_the_five_documents_hold_an_example(store: Store) -> None:
    seen = {str(row[2]) for row in store.ask("findings").rows}
    for code, rule in RULES.items():
        claims = SHAPES.value(rule.iri, PG.hasExample)
        assert claims is not None
        assert bool(claims) == (code in seen), code
        words = str(SHAPES.value(rule.iri, PG.trueExample))
        assert words.startswith("五份文件中没有实例") != (code in seen), code


def test_every_rule_is_complete() -> None:
    for code, rule in RULES.items():
        assert rule.iri == ID[f"shape/review/{code}"]
        for words in (rule.messages, rule.remedies, rule.labels):
            assert Counter(word.language for word in words) == {"zh": 1, "en": 1}, code
        assert rule.severity in (SH.Violation, SH.Warning, SH.Info)
    assert set(EXAMPLES) == set(RULES)


@pytest.mark.parametrize("code", sorted(EXAMPLES))
def test_a_rule_finds_the_wrong_and_passes_the_right(code: str) -> None:
    wrong, right = EXAMPLES[code]
    assert len(find_findings(select_from(graph_of(wrong)), [RULES[code]])) == 1
    assert find_findings(select_from(graph_of(right)), [RULES[code]]) == ()


@pytest.mark.parametrize("code", sorted(EXAMPLES))
def test_a_rule_that_tells_of_a_lack_is_silent_on_a_document_that_nobody_has_read(code: str) -> None:
    found = find_findings(select_from(graph_of(EXAMPLES[code][0], "")), [RULES[code]])
    assert len(found) == ("pg:settledKind" not in RULES[code].select)


def test_a_finding_is_about_a_member_of_the_class_that_its_rule_is_for() -> None:
    rule = replace(
        RULES["missing-date"], target=PG.Measure, select=f"SELECT $this ?document {{ $this <{PG.document}> ?document }}"
    )
    data = graph_of(
        "<measure/a> a pg:SanctionMeasure , pg:Measure ; pg:document <doc/a> . <b> a pg:Clause ; pg:document <doc/a> ."
    )
    assert [found.focus for found in find_findings(select_from(data), [rule])] == [ID["measure/a"]]


@pytest.mark.slow
@pytest.mark.parametrize("code", sorted(EXAMPLES))
def test_a_shacl_engine_finds_the_same(code: str) -> None:
    """The shapes are SHACL: pySHACL, node by node, agrees with the one query on both examples."""
    only = Graph()
    for subject in (RULES[code].iri, RULES[code].iri + "/select", ID["shape/review/prefixes"]):
        for triple in SHAPES.triples((subject, None, None)):
            only.add(triple)
    for holder in SHAPES.objects(ID["shape/review/prefixes"], SH.declare):
        for triple in SHAPES.triples((holder, None, None)):
            only.add(triple)
    for example in EXAMPLES[code]:
        data = graph_of(example)
        found = [(str(f.focus), f.messages) for f in find_findings(select_from(data), [RULES[code]])]
        results = validate(data, only)
        assert [result.focus for result in results] == [focus for focus, _ in found]
        # pySHACL fills the slots and drops the language, so either language may come first
        for result, (_, messages) in zip(results, found, strict=True):
            assert result.message_zh in {str(message) for message in messages}
        assert all(URIRef(str(SH) + result.severity) == RULES[code].severity for result in results)


@pytest.mark.parametrize(("code", "example", "number"), EDGES)
def test_a_criterion_holds_at_its_edges(code: str, example: str, number: int) -> None:
    assert len(find_findings(select_from(graph_of(example)), [RULES[code]])) == number


@pytest.mark.parametrize(("code", "example", "excerpt"), EXCERPTS)
def test_an_excerpt_is_cut_at_punctuation_only(code: str, example: str, excerpt: str) -> None:
    (finding,) = find_findings(select_from(graph_of(example)), [RULES[code]])
    assert finding.quote == excerpt


@pytest.mark.parametrize(
    ("form", "consequence"),
    [
        ("某市评选标准", "以它为准的条件、等级不能判断"),
        ("某市诚信承诺书", "是否违诺不能核对"),
        ("某市评估申请表", "不影响条件的判断"),
    ],
)
def test_a_remedy_says_what_the_absent_paper_decides(form: str, consequence: str) -> None:
    (finding,) = find_findings(select_from(graph_of(FORM_CITED.format(form))), [RULES["referenced-form-absent"]])
    assert consequence in next(str(remedy) for remedy in finding.remedies if remedy.language == "zh")
    assert "{" not in "".join(map(str, finding.remedies))


def test_all_missing_signatures_are_named_in_one_message_in_printed_order() -> None:
    (finding,) = find_findings(select_from(graph_of(TWO + '"无" .')), [RULES["missing-signature"]])
    assert next(str(m) for m in finding.messages if m.language == "zh") == "2个印发机关在落款页没有：甲局、乙局。"
    assert finding.quote == "甲局"


def test_a_focus_outside_the_target_class_is_no_finding() -> None:
    data = graph_of('<doc/m> pg:doubledWord "资金资金" . <doc/m> pg:document <doc/m> .')
    assert find_findings(select_from(data), [RULES["doubled-word"]]) == ()


def test_a_slot_without_a_value_stays_and_line_breaks_go() -> None:
    assert fill_message("{?quote}、{?other}", {"quote": Literal("甲\n局")}) == "甲 局、{?other}"


def test_doubled_words_are_seen_in_leaf_clauses_only() -> None:
    assert find_doubled_words("一、联合激励对象\n联合激励对象为") == ()
    data = graph_of(
        '<doc/m/b> a pg:Clause ; pg:text "联合激励对象联合激励对象为" . <doc/m/b/1> eli:is_part_of <doc/m/b> ; '
        'pg:text "财政资金资金使用" .'
    )
    assert set(observe_clauses(data)) == {(ID["doc/m/b/1"], PG.doubledWord, Literal("资金资金"))}


def test_findings_are_validation_results_in_a_graph_of_their_own(store: Store) -> None:
    rows = store.select(
        "SELECT ?g ?f WHERE { GRAPH ?g { ?f a <https://w3id.org/policygraph/ns#Finding> , "
        "<http://www.w3.org/ns/shacl#ValidationResult> } }"
    )
    assert len(rows) == 63
    assert {str(graph) for graph, _ in rows} == {"https://w3id.org/policygraph/graph/review"}
    assert (PG.Finding, RDFS.subClassOf, SH.ValidationResult) in Graph().parse(
        find_root() / "ontology" / "law-in-time.ttl"
    )


def test_a_preference_is_held_against_the_law_that_asks_and_not_against_one_that_is_named_beside() -> None:
    """A sentence may name many laws; which of them asks for a basis is a relation (``pg:askedBy``)."""
    rule = [RULES["preference-without-review"]]
    law = '<law/act> dcterms:title "公平法"@zh . '
    named = CONCLUDED.format("insufficient", "").replace("《丙法》", "《公平法》")
    asked = CONCLUDED.format("insufficient", ASKED)
    assert find_findings(select_from(graph_of(ASKER + law + named)), rule) == ()
    assert len(find_findings(select_from(graph_of(ASKER + law + asked)), rule)) == 1
