"""Registers of facts about enterprises: load them with every error at once, keep them as RDF, read them back.

``cells`` reads single values, ``bodies`` the function of an authority, ``reading`` files, ``graphs`` RDF; ``codes`` are
the closed codes that travel with the program. What tables and columns there are stands in
``policygraph.judging.rules.facts``; this folder decides nothing.
"""

from policygraph.keeping.registers.codes import shipped_codes
from policygraph.keeping.registers.graphs import (
    PARTLY_PUBLIC,
    RegisterGraphs,
    claim_openly,
    is_restricted,
    neighbourhood_query,
    register_graphs,
    register_of,
)
from policygraph.keeping.registers.reading import CellError, RegisterError, load_register

__all__ = [
    "PARTLY_PUBLIC",
    "CellError",
    "RegisterError",
    "RegisterGraphs",
    "claim_openly",
    "is_restricted",
    "load_register",
    "neighbourhood_query",
    "register_graphs",
    "register_of",
    "shipped_codes",
]
