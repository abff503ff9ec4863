"""Drafts and their curation: what is proposed for a document, what people decide about it, and how they agree.

``cases`` opens a document, ``drafting`` writes its draft, ``deciding`` accepts, edits, rejects, settles and takes back,
``halves`` keeps open what is half told, ``meanings`` puts together what states one thing, ``decision`` writes all of it
or nothing, ``journal`` keeps what was done, ``agreement`` compares two curators, ``remaining`` lists what is left.
Everything takes and gives values; who and when are told by whoever calls, for nothing here reads a clock. A dataset
holds nothing of a draft: `build` reads ``model.ttl`` and ``curation.ttl`` alone.
"""
