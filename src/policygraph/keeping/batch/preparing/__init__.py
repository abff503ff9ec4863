"""``register to-parquet``: a register of any size, checked column by column and written in chunks.

The checks are those of ``registers``: a fast path in SQL recognises cells that are surely sound, and every *different*
cell that it does not recognise is given to the same ``parse_cell`` that reads small registers. So a million sound
cells cost a second, a thousand spellings of a date cost a thousand calls, and there is no second set of rules.
Each file is read once: its typed rows carry the row of their enterprise and its chunk, and only rows with a cell that
the fast path did not take keep their texts, to be read again. All errors are collected, grouped for people, and
written in full beside the register; nothing is written when there is one. The typed rows are temporary tables, which
DuckDB moves to disk where memory ends; the register appears under its name by one rename.

``steps`` says what comes after what, ``job`` holds what they share; ``files``, ``cells``, ``checks``, ``functions``
and ``chunks`` are the steps, ``faults`` what is told of them.
"""

from policygraph.keeping.batch.preparing.faults import BadRegister, ErrorGroup
from policygraph.keeping.batch.preparing.files import write_csv
from policygraph.keeping.batch.preparing.job import Progress
from policygraph.keeping.batch.preparing.steps import DEFAULT_CHUNK, prepare_register

__all__ = ["DEFAULT_CHUNK", "BadRegister", "ErrorGroup", "Progress", "prepare_register", "write_csv"]
