"""Screen a whole register: the shapes of ``decisions`` as one SQL query, written once and run by any engine.

``view`` is the as-of view as SQL, ``compiling`` turns shapes into expressions over it, ``queries`` writes the outcome
rule around them, ``sql`` holds the words. Pure: policies and a date in, text out; ``batch`` runs it.
"""

from policygraph.judging.screening.queries import OutputColumn, Screening, compile_screening
from policygraph.judging.screening.sql import DUCKDB, SPARK, Dialect
from policygraph.judging.screening.view import AsOf

__all__ = ["DUCKDB", "SPARK", "AsOf", "Dialect", "OutputColumn", "Screening", "compile_screening"]
