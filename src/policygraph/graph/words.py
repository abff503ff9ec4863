"""The words of reading, from the concept files of ``ontology/reading`` into the value that the readers take.

Three parts of the knowledge meet here: the concepts of the reading scheme (their alternative labels are the words),
the kinds of documents and the functions of departments (all their Chinese labels are). What a lawyer may have written
by mistake is refused with the file, the concept and the remedy: a word that is a pattern, a concept that no reader
knows, a list without a word. Nothing is opened here, and a word is never repaired.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from rdflib import Graph, URIRef
from rdflib.namespace import SKOS
from rdflib.term import Node

from policygraph.errors import DataError
from policygraph.graph.knowledge import is_chinese
from policygraph.namespaces import ID, slug_of
from policygraph.reading.vocabulary import Vocabulary, concept_slugs

READING = ID["concept/scheme-reading"]
KINDS = ID["concept/scheme-kinds"]
FUNCTIONS = ID["concept/scheme-functions"]
LABELLED = {KINDS: "reading-document-kind", FUNCTIONS: "reading-function-word"}
"""The lists of words that the labels of a scheme fill; they have no concept of their own."""

LONGEST_WORD = 16
# matches: 局 · ICP备 · 精神文明建设办公室;  not: 印 发 · 局|委 · 第.条 · 特此通知。
_WORD = re.compile(rf"[\w·]{{1,{LONGEST_WORD}}}")


def load_vocabulary(files: Mapping[str, Graph]) -> Vocabulary:
    """The words of reading from the graphs of the concept files; the keys are the places that an error names.

    Errors: ``DataError`` that lists every word and concept that cannot be used.
    """
    words: dict[str, list[str]] = {}
    faults: list[str] = []
    known = concept_slugs()
    for place, graph in sorted(files.items()):
        for slug, label in _labels(graph):
            fault = _fault(slug, label, known)
            if fault:
                faults.append(f"{place}: concept/{slug}: {fault}")
            else:
                words.setdefault(slug, []).append(str(label))
    faults += [f"concept/{slug}: 没有这个概念，或者它一个词也没有" for slug in known if slug not in words]
    if faults:
        raise DataError(
            "ontology/reading",
            f"{len(faults)} 处用词不能用\n" + "\n".join(faults) + "\n",
            '每个概念至少写一个 skos:altLabel "词"@zh；词里不写标点、空格和正则表达式；概念的名称照文件原有的写',
        )
    return Vocabulary.from_words(words)


def _labels(graph: Graph) -> Iterator[tuple[str, Node]]:
    """Each label that is a word of reading, with the slug of its concept, sorted."""
    for concept in _sorted(graph.subjects(SKOS.inScheme, READING)):
        slug = slug_of(str(concept)).removeprefix("concept/")
        yield from ((slug, label) for label in _sorted(graph.objects(concept, SKOS.altLabel)))
    for scheme, slug in LABELLED.items():
        for concept in _sorted(graph.subjects(SKOS.inScheme, scheme)):
            for term in (SKOS.prefLabel, SKOS.altLabel):
                yield from ((slug, label) for label in _sorted(graph.objects(concept, term)) if is_chinese(label))


def _sorted(nodes: Iterable[Node]) -> list[Node]:
    return sorted(nodes, key=str)


def _fault(slug: str, label: Node, known: Mapping[str, str]) -> str | None:
    """What is wrong with a word or its concept; None when nothing is."""
    if slug not in known:
        return "程序没有这个概念"
    if isinstance(label, URIRef) or not is_chinese(label):
        return f"“{label}”没有标为中文（@zh）"
    if not _WORD.fullmatch(str(label)):
        return f"“{label}”不是一个词（1 至 {LONGEST_WORD} 个字，没有标点和空格）"
    return None
