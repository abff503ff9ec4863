"""Condition lines on disk: expanded into the shapes that are reviewed, and held against them.

``data/documents/<id>/conditions.ttl`` says each condition once; ``shapes.ttl`` beside it holds the few that no kind
fits, written by hand. Together they make ``shapes/eligibility/<id>.ttl``, which is kept as text, because a lawyer
reviews there, in a diff, what a changed line does. So the same thing stands in two places, and every build refuses
when they differ. A document without condition lines keeps its shapes as they are written. One with several policies, a
red list and a blacklist, has one file of lines and a file of shapes for each policy (``<id>.2.ttl``).

Only this module knows the places; what lines mean is known to ``rules.kinds``.
"""

from __future__ import annotations

from pathlib import Path

from rdflib import Graph
from rdflib.namespace import DCTERMS, RDF, RDFS, SH

from policygraph.errors import DataError
from policygraph.graph.memory import make_graph
from policygraph.judging.rules.codes import Codes, read_codes
from policygraph.judging.rules.kinds import expand
from policygraph.judging.rules.lines import split_policies
from policygraph.judging.rules.turtle import write_shapes
from policygraph.keeping.terms import read_turtle
from policygraph.keeping.workspace import ELIGIBILITY, Workspace
from policygraph.keeping.writing import write_files
from policygraph.namespaces import BASE, PG, document_of, policy_ids

LINES = "conditions.ttl"
SHAPES = "shapes.ttl"

_OPENING = """这是什么：{label}的判断形状（SHACL Core），由 data/documents/{id}/{sources}展开而成，供审阅和运行。
谁可以改：不要直接改本文件；改条件行后运行 `policygraph expand --write`，再审阅本文件的 git diff。
怎样检查：`policygraph build` 和 `pytest tests/test_kinds.py` 核对本文件与条件行一致、引文与条款一致。
形状看的是“截至日视图”：每条记录有 pg:monthsAgo（距截至日的月数，满日计入），所以“3年内”就是 ≤ 36，形状里没有日期运算。
结果的意义：Violation＝不符合，Warning＝不能判断（缺证据或缺认定），都没有＝符合；Info＝证据、提示、发现。"""


def expand_documents(workspace: Workspace, codes: Codes | None = None) -> dict[str, str]:
    """The text of the shapes that the condition lines of a workspace's documents stand for, by the id of the policy.

    ``codes`` are the closed codes of registers where the caller has them read; else those of its ground.

    Errors: ``DataError`` for a mistake in a file, with its place.
    """
    folders = [workspace.folder(name) for name in workspace.documents()]
    concepts = sorted((workspace.ground / "ontology" / "concepts").glob("*.ttl"))
    codes = codes or read_codes(make_graph(*map(read_turtle, concepts)))
    expanded: dict[str, str] = {}
    for folder in folders:
        if (folder / LINES).is_file():
            expanded |= expand_document(folder, codes, workspace.base)
    return expanded


def expand_document(folder: Path, codes: Codes, base: str = BASE) -> dict[str, str]:
    """The text of the shapes of one document by policy: its lines expanded, joined with what is written by hand."""
    return expand_lines(folder, read_turtle(folder / LINES), codes, base)


def expand_lines(folder: Path, lines: Graph, codes: Codes, base: str = BASE) -> dict[str, str]:
    """The text of the shapes of one document as `expand_document`, for lines that may not stand in its folder yet."""
    place = f"data/documents/{folder.name}/{LINES}"
    by_hand = folder / SHAPES
    hand = (read_turtle(by_hand),) if by_hand.is_file() else ()
    sources = f"{LINES} 的条件行" + (f"和同处手写的 {SHAPES}" if hand else "")
    expanded: dict[str, str] = {}
    policies = split_policies(lines, *hand)
    for own, *written in policies:
        graph = expand(own, place, codes, *written)
        policy = next(graph.subjects(RDF.type, PG.Policy))
        name = str(graph.value(policy, DCTERMS.identifier))
        known = name in policy_ids(folder.name)
        if len(policies) > 1 and (name in expanded or not known):
            raise DataError(
                place,
                f"一份文件有几个政策，{name} 不能作为其中一个的标识",
                f"依次用 {'、'.join(policy_ids(folder.name)[:3])} 等",
            )
        labels = (str(v) for v in graph.objects(policy, RDFS.label) if getattr(v, "language", None) == "zh")
        opening = _OPENING.format(label=next(labels, "政策"), id=folder.name, sources=sources)
        expanded[name if known else folder.name] = write_shapes(graph, opening, base)
    return expanded


def find_differences(workspace: Workspace, codes: Codes | None = None) -> list[str]:
    """The policies whose reviewed shapes are not what their lines expand to, one sentence each; empty when none."""
    expanded = expand_documents(workspace, codes)
    changed = [
        f"shapes/eligibility/{name}.ttl 与 data/documents/{document_of(name)}/{LINES} 展开的不一致："
        "改了条件行的，运行 policygraph expand --write 并审阅 git diff；直接改了形状的，改到条件行里去"
        for name, text in expanded.items()
        if _read(_home(workspace, name)) != text
    ]
    lined = dict.fromkeys(document_of(name) for name in expanded)
    left = (name for one in lined for name in policy_ids(one) if name not in expanded)
    return changed + [
        f"shapes/eligibility/{name}.ttl 的政策不在 data/documents/{document_of(name)}/{LINES} 里："
        "删去这个文件，或补上条件行"
        for name in left
        if _home(workspace, name).is_file()
    ]


def write_documents(workspace: Workspace) -> tuple[str, ...]:
    """Write the shapes that the lines expand to; the ids of the policies whose shapes changed.

    Errors: ``DataError`` for a mistake in a file; ``StorageError`` when the folder does not take them.
    """
    expanded = expand_documents(workspace)
    texts = {name: text for name, text in expanded.items() if _read(_home(workspace, name)) != text}
    write_files({_home(workspace, name): text.encode() for name, text in texts.items()})
    return tuple(texts)


def quoted(shapes: Graph) -> Graph:
    """Which clause each reported shape quotes, in the terms in which quotes of models are verified."""
    found = make_graph()
    for shape in shapes.subjects(SH.targetClass):
        for clause in shapes.objects(shape, DCTERMS.source):
            found.add((shape, PG.clause, clause))
        for quote in shapes.objects(shape, PG.quote):
            found.add((shape, PG.quote, quote))
    return found


def _home(workspace: Workspace, name: str) -> Path:
    return workspace.shapes / ELIGIBILITY / f"{name}.ttl"


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""
