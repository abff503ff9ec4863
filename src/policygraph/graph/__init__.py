"""Between values and RDF: what was read becomes triples, knowledge files become values, data are checked with SHACL.

Deliberately absent: reading of files (``keeping`` hands graphs in), any judgement about an enterprise, any engine
besides rdflib and pySHACL.
"""
