"""Search: what can be found, finding words in it, and understanding what somebody typed.

entries  what can be found, read from the dataset
index    words in names and texts, however they are written; nothing that stands there is missed
apart    words that stand apart in one clause
parts    what the words of a query mean: laws, numbers, places in them, departments, areas, questions
finder   what was typed is resolved first, then searched for; a way on where nothing is found
"""

from policygraph.keeping.search.entries import KINDS, Entry, collect_entries
from policygraph.keeping.search.finder import Finder, Found, find_code, holds_code, open_finder
from policygraph.keeping.search.index import Facet, Hit, SearchIndex, SearchResult, Snippet, cut_snippet

__all__ = (
    "KINDS", "Entry", "Facet", "Finder", "Found", "Hit", "SearchIndex", "SearchResult", "Snippet", "collect_entries",
    "cut_snippet", "find_code", "holds_code", "open_finder",
)  # fmt: skip
