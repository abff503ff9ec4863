"""From a text to values: clauses, citations, bodies and measures, each with the exact place of its words.

Pure but for ``intake``, which decodes what somebody sent: no file is opened here, no engine, no network, no clock.
Nothing is concluded and nothing is RDF. The words that a reader must know (``vocabulary``) come in as an argument,
from the files of ``ontology/reading`` that ``graph.words`` reads; ``patterns`` are the forms they stand in.
"""
