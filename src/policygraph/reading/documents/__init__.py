"""Read an official document into its header and clause tree, with the exact place of every word.

The reading floor is pure: text in, frozen values out. It never raises on odd input; what it cannot place it lists
as a problem. It keys on form (numbering, brackets, layout, the standing formulae of official documents), never on the
words of a particular text; and it guesses nothing: a date in the running text is not the document's date.

`values` what comes out · `layout` lines and paragraphs · `numbering` what may open a clause · `header` and `trailer`
what stands around the body, each a table of `steps` · `tables` · `tree` clauses with addresses · `parsing` the whole ·
`outlines` and `printed` tables for people.
"""

from policygraph.reading.documents.outlines import outline
from policygraph.reading.documents.parsing import leaves, parse_document
from policygraph.reading.documents.printed import PrintedTable, list_tables
from policygraph.reading.documents.values import Clause, Document, Mention, Problem
from policygraph.reading.documents.webpages import spell_out

__all__ = [
    "Clause",
    "Document",
    "Mention",
    "PrintedTable",
    "Problem",
    "leaves",
    "list_tables",
    "outline",
    "parse_document",
    "spell_out",
]
