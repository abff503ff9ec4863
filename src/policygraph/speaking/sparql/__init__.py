"""The SPARQL service: protocol, isolation, description, dumps and tokens.

It exists because the Python peers either block on one query, read files through ``FROM`` or call any address
through ``SERVICE``. Nothing is imported here: a query worker loads `speaking.sparql.worker` alone, and must not
pay for a web framework in memory or in start-up time. Import from the modules:

    engine       what a query request and its answer are; the refusals and their words
    syntax       what can be known of a query before it runs: form, dataset clause, SERVICE, update
    negotiation  which media type an Accept header asks for
    planning     what is decided of a query before any process sees it
    worker       the isolated process that evaluates queries (standard library and pyoxigraph only)
    generations  one loaded dataset and the processes forked from it
    lanes        who waits, whose turn it is, who is refused: short and long lane, clients in turns
    asking       a question to one such process and its answer
    workers      the pool of such processes: one path for every query, with its deadline, and reload
    caching      answers that are kept, and the ETag that is known before anything runs
    remote       the same engine interface over somebody else's SPARQL endpoint
    protocol     SPARQL 1.1 Protocol as plain ASGI, and how FastAPI mounts it
    description  service description, VoID and DCAT
    dumps        the published files and their checksums
    things       what an IRI of ours answers when it is looked up
    tokens       who may see restricted graphs
"""
