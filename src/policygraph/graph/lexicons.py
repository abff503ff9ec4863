"""The words of the concepts for a draft: the labels of a concept scheme into the value that the drafting room takes."""

from __future__ import annotations

from rdflib import Graph, Literal
from rdflib.namespace import SKOS
from rdflib.term import Node

from policygraph.namespaces import ID, PG, slug_of
from policygraph.reading.drafting.lexicon import Concept, Lexicon

SCHEMES = {
    "effects": "scheme-effects",
    "forces": "scheme-forces",
    "areas": "scheme-policy-areas",
    "addressees": "scheme-addressees",
    "procedures": "scheme-procedures",
    "timings": "scheme-timings",
    "conditions": "scheme-condition-kinds",
    "mechanisms": "scheme-mechanisms",
    "records": "scheme-line-records",
    "refinements": "scheme-line-refinements",
    "directions": "scheme-directions",
}
"""The concept schemes that a draft chooses from, by the field of the `Lexicon`."""
_TERMS = (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel)


def load_lexicon(concepts: Graph) -> Lexicon:
    """The concepts of the schemes with their Chinese labels; a scheme that is not there leaves its list empty."""
    found = {field: _load(concepts, scheme) for field, scheme in SCHEMES.items()}
    # an effect without direction is a heading only, and no measure may have it
    return Lexicon(**found | {"effects": tuple(one for one in found["effects"] if one.direction)})


def _load(concepts: Graph, scheme: str) -> tuple[Concept, ...]:
    found = []
    for node in sorted(concepts.subjects(SKOS.inScheme, ID[f"concept/{scheme}"]), key=str):
        words = sorted(
            {
                str(label)
                for term in _TERMS
                for label in concepts.objects(node, term)
                if isinstance(label, Literal) and (label.language or "").startswith("zh")
            }
        )
        direction = concepts.value(node, PG.direction)
        found.append(
            Concept(
                _slug(str(node)),
                tuple(words),
                _slug(str(direction)).removeprefix("direction-") if direction else "",
                tuple(sorted(_slug(str(one)) for one in concepts.objects(node, PG.refines))),
                (node, PG.asksWindow, Literal(True)) in concepts,
                _text(concepts.value(node, PG.usuallyReduces)),
                _text(concepts.value(node, PG.usualReason)),
                _slug(_text(concepts.value(node, PG.asksWhich))),
                _slug(_text(concepts.value(node, PG.tellsWhich))),
                (node, PG.ofAllParts, Literal(True)) in concepts,
            )
        )
    return tuple(found)


def _text(node: Node | None) -> str:
    """A value as text; a mark that is false is one, too, which Python takes for nothing."""
    return "" if node is None else str(node)


def _slug(iri: str) -> str:
    return slug_of(iri).removeprefix("concept/")
