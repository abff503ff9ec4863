"""Registers of any size: prepare them as Parquet, screen them on DuckDB or Sail, compare two screenings.

``preparing`` checks and cuts into chunks, ``running`` screens chunk by chunk, ``differing`` says who changed and
because of what, ``synthesising`` invents registers for tests and benchmarks, ``verifying`` decides a few again,
``renewing`` screens only what changed;
``duck`` and ``sail`` are the engines.
What is asked and how outcomes follow stands in ``screening``; this folder knows files and engines only.
"""

from policygraph.keeping.batch.differing import Change, Differences, compare_screenings
from policygraph.keeping.batch.preparing import BadRegister, ErrorGroup, prepare_register, write_csv
from policygraph.keeping.batch.running import Count, Summary, screen_register
from policygraph.keeping.batch.synthesising import synthesise_register
from policygraph.keeping.batch.tables import Prepared, is_prepared, read_prepared

__all__ = [
    "BadRegister",
    "Change",
    "Count",
    "Differences",
    "ErrorGroup",
    "Prepared",
    "Summary",
    "compare_screenings",
    "is_prepared",
    "prepare_register",
    "read_prepared",
    "screen_register",
    "synthesise_register",
    "write_csv",
]
