"""Which classes of record a condition is judged by, in the words of CCCEV: evidence types, listed for each condition.

What a condition asks of a register stands in its shapes: the links of the as-of view along which they look, and the
classes whose completeness they ask for. So the list follows from the shapes under the readings that are used, and can
never say another thing than a decision does. It says what is looked at: whether records speak for or against, and
what their absence means, say the shapes.

The records themselves are evidence too (``cv:Evidence``), but of an enterprise, and stand in a register's graphs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS
from rdflib.term import Node

from policygraph.graph.memory import make_graph
from policygraph.judging.rules.facts import RECORD_TABLES, TABLE, Table
from policygraph.judging.rules.shapes import Policy, closure, reach
from policygraph.namespaces import CCCEV, PG, instance

_TABLES: Mapping[Node, Table] = {PG[table.link]: table for table in RECORD_TABLES if table.link}


def describe_evidence(policies: Iterable[Policy], union: Graph) -> Graph:
    """The evidence types of each condition that is judged by records; ``union`` names the classes of record.

    CCCEV 2.1: ``cv:hasEvidenceTypeList`` from the requirement, ``cv:specifiesEvidenceType`` from the list.
    """
    found = make_graph()
    for policy in policies:
        defaults, reached = policy.defaults(), reach(policy.main)
        for asked in policy.asked:
            deciding = [
                shape
                for shape in policy.shapes
                if shape.condition == asked.condition
                and shape.report == "verdict"  # the others only show records
                and all(defaults[question] == value for question, value in shape.readings)
            ]
            parts = closure(reached, [URIRef(shape.iri) for shape in deciding])
            tables = {_TABLES[value] for _, _, value in parts if value in _TABLES}
            looked_at = sorted({table.name for table in tables} | {name for one in deciding for name in one.covers})
            if not looked_at:
                continue
            condition = instance("condition", *asked.condition.split("/"), base=policy.base)
            listed = instance("condition", *asked.condition.split("/"), "evidence", base=policy.base)
            found.add((condition, CCCEV.hasEvidenceTypeList, listed))
            found.add((listed, RDF.type, PG.EvidenceList))
            for name in looked_at:
                record, kind = PG[str(TABLE[name].record)], instance("evidence-type", name)
                found.add((listed, CCCEV.specifiesEvidenceType, kind))
                found.add((kind, RDF.type, PG.RecordType))
                found.add((kind, DCTERMS.identifier, Literal(name)))
                found.add((kind, PG.recordClass, record))
                for label in union.objects(record, RDFS.label):
                    found.add((kind, RDFS.label, label))
    return found
