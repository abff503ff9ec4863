"""Screen a whole register: the shapes of ``decisions`` as a few steps of SQL, written once and run by any engine.

``view`` is the as-of view as SQL, ``compiling`` turns shapes into expressions over it, ``queries`` writes the outcome
rule around them, ``sql`` holds the words. Pure: policies and a date in, text out; ``batch`` runs it.
"""

from policygraph.judging.screening.queries import OutputColumn, Screening, Step, compile_screening
from policygraph.judging.screening.view import AsOf

__all__ = ["AsOf", "OutputColumn", "Screening", "Step", "compile_screening"]
