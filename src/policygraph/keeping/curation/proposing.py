"""Proposals that somebody else made, a language model for instance: one JSON object a line, through the same gate.

A line says ``type`` (``SanctionMeasure``, ``ProcedureStep`` …), ``clause`` (its address), ``quote`` (verbatim words of
that clause) and ``values`` (properties by local name, a text or a list of texts each; concepts by slug), and who
proposes it (``by``). Every line is checked against the document and the concepts before anything is kept: a quote that
is not verbatim in its clause, a printed word that the clause does not have, a concept that there is not and a property
that no statement has are all told, each with its line and what to do; then nothing of the file is kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from policygraph.errors import InputError
from policygraph.graph.drafts import value_node
from policygraph.graph.grounding import find_quote
from policygraph.keeping.curation.cases import Case
from policygraph.namespaces import slug_of
from policygraph.reading.drafting import ADDRESSES, PRINTED, SORTS, TYPES, Certainty, Proposal, Sort, Value
from policygraph.reading.drafting.drafting import flat_address
from policygraph.text.likeness import near_words

MAX_PROPOSALS_BYTES = 20_000_000
_KEYS = frozenset({"type", "clause", "quote", "values", "by", "certainty"})
# P3Y · P18M · P90D;  not: 3年 · P · P1Y6M (a period of registers is whole years, months or days)
_DURATION = re.compile(r"P[1-9][0-9]{0,3}[YMD]")
# 90 · 59.5;  not: 1e3 · nan
_DECIMAL = re.compile(r"-?[0-9]{1,9}(?:\.[0-9]{1,6})?")
_EXAMPLES = {
    Sort.number: "2", Sort.decimal: "59.5", Sort.mark: "true", Sort.duration: "P3Y",
    Sort.thing: "list/haitang-2031-7/red",
}  # fmt: skip
PROPOSED = "proposed-by"
"""How the rule of a proposal begins that no rule of ours made; the name of whoever did follows."""


def read_proposals(case: Case, path: Path) -> tuple[Proposal, ...]:
    """The proposals of a file of JSON lines, all sound; empty when it has none.

    Errors: ``InputError`` that lists every line that cannot be taken, with cause and remedy.
    """
    try:
        if path.stat().st_size > MAX_PROPOSALS_BYTES:
            raise InputError(str(path), f"文件超过 {MAX_PROPOSALS_BYTES // 1_000_000} MB", "请分成几个文件")
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise InputError(str(path), "不是 UTF-8 文本", "请存为 UTF-8") from error
    except OSError as error:
        raise InputError(str(path), f"无法读取（{error.strerror}）", "请检查路径和权限") from error
    found: list[Proposal] = []
    faults: list[InputError] = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                place = f"{path}:{number}"
                found.append(check_statement(case, _parse(line, place), place, f"p{len(found) + 1}"))
            except InputError as fault:
                faults.append(fault)
    if faults:
        told = "\n".join(str(fault) for fault in faults)
        raise InputError(str(path), f"{len(faults)} 行不能用，一行也没有收\n{told}\n", "改正所列各行后重试")
    return tuple(found)


def check_statement(case: Case, raw: Mapping[str, Any], place: str, step: str) -> Proposal:  # Any: a JSON object
    """A statement that somebody makes about a document, held against its words and the concepts.

    ``place`` is what an error names, ``step`` the last step of its address. Errors: ``InputError`` with the remedy.
    """
    kind = _text(raw, "type", place)
    if kind not in TYPES or kind not in ADDRESSES:
        raise InputError(place, f"没有 {kind} 这一类陈述", f"可用的有: {'、'.join(sorted(ADDRESSES))}")
    clause, quote = _text(raw, "clause", place), _text(raw, "quote", place)
    known = [one.id for one in case.reading.document.clauses]
    if clause not in known:
        near = near_words(clause, known, 3)
        raise InputError(place, f"文件里没有条款 {clause}", f"最接近的是: {'、'.join(near) or '（没有）'}")
    spans = find_quote(case.reading, clause, quote)
    if not spans:
        raise InputError(
            f"{place}（条款 {clause}）", f"引文不是该条款的原文：“{quote}”", "照条款的原文逐字引，标点也照印，不要改写"
        )
    values = tuple(_values(case, raw.get("values", {}), clause, place))
    by = raw.get("by", "")
    certainty = str(raw.get("certainty", Certainty.possible))
    if certainty not in set(Certainty):
        raise InputError(place, f"没有 {certainty} 这一种把握", f"可用的有: {'、'.join(Certainty)}")
    return Proposal(
        TYPES[kind],
        kind,
        f"{ADDRESSES[kind]}/{case.identifier}/{flat_address(clause)}/{step}",
        clause,
        "".join(quote.split()),
        spans,
        f"{PROPOSED} {by or '?'}",
        Certainty(certainty),
        values,
    )


def _parse(line: str, place: str) -> dict[str, Any]:  # Any: a JSON object
    try:
        raw = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(place, f"不是 JSON（{error}）", "每行一个 JSON 对象，不换行") from error
    if not isinstance(raw, dict):
        raise InputError(place, "不是 JSON 对象", '例如 {"type": "SanctionMeasure", "clause": "sec_2/para_1", …}')
    strange = sorted(set(raw) - _KEYS)
    if strange:
        raise InputError(place, f"没有 {strange[0]} 这个键", f"可用的有: {'、'.join(sorted(_KEYS))}")
    return raw


def _text(raw: Mapping[str, Any], key: str, place: str) -> str:  # Any: a JSON object
    value = raw.get(key)
    if not isinstance(value, str) or not value.strip():
        raise InputError(place, f"{key} 没有写，或者不是文字", f"每行都要有 {key}")
    return value


def _values(case: Case, raw: object, clause: str, place: str) -> Iterator[Value]:
    if not isinstance(raw, dict):
        raise InputError(place, "values 不是对象", '例如 "values": {"effect": ["effect-restrict"]}')
    for term, given in raw.items():
        if term not in SORTS or SORTS[term] is Sort.thing:
            near = near_words(str(term), SORTS, 3)
            raise InputError(place, f"没有 {term} 这个属性", f"最接近的是: {'、'.join(near) or '（没有）'}")
        for text in given if isinstance(given, list) else [given]:
            value = Value(term, text if isinstance(text, str) else json.dumps(text), SORTS[term])
            check_value(case, value, clause, place)
            yield value


def check_value(case: Case, value: Value, clause: str, place: str) -> None:
    """Refuse a value that is no concept, not printed in the clause, or not of its sort. Errors: ``InputError``."""
    if value.sort is Sort.concept and value.term != "agent":
        node = value_node(value, case.identifier, case.base)
        if not any(case.desk.concepts.triples((node, None, None))):
            known = {slug_of(str(one)).removeprefix("concept/") for one in case.desk.concepts.subjects()}
            near = near_words(value.text, known, 3)
            raise InputError(
                place, f"{value.term} 的 {value.text} 不是概念", f"最接近的是: {'、'.join(near) or '（没有）'}"
            )
    if value.term in PRINTED and not find_quote(case.reading, clause, value.text):
        raise InputError(
            f"{place}（条款 {clause}）", f"{value.term} 不是该条款的原文：“{value.text}”", "照条款的原文逐字写"
        )
    try:
        if value.sort is Sort.number:
            int(value.text)
        elif value.sort is Sort.decimal:
            if not _DECIMAL.fullmatch(value.text):
                raise ValueError(value.text)
        elif value.sort is Sort.duration:
            if not _DURATION.fullmatch(value.text):
                raise ValueError(value.text)
        elif value.sort is Sort.thing:
            value_node(value, case.identifier, case.base)
        elif value.sort is Sort.mark and value.text not in ("true", "false"):
            raise ValueError(value.text)
    except ValueError as error:
        raise InputError(
            place,
            f"{value.term} 的 {value.text[:40]!r} 不是它该有的样子",
            f"应是 {value.sort}，例如 {_EXAMPLES[value.sort]}",
        ) from error
