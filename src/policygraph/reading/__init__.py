"""From a text to values: clauses, citations, bodies and measures, each with the exact place of its words.

Pure but for ``intake``, which decodes what somebody sent: no file is opened here, no engine, no network, no clock.
Nothing is concluded and nothing is RDF; a word that a reader must know comes in as an argument, from ``graph``'s
knowledge files.
"""
