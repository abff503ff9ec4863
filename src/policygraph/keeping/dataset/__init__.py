"""The dataset: built from the files, written once, and held against its digests by whoever opens it.

Nothing is imported here, because asking a dataset needs none of what building it needs. Import from the modules:

    manifest   what a built dataset says of itself, and whether its inputs are still those it was built from
    opening    a built dataset as a store, refused when it is not the one its manifest names
    building   files → dataset
    knowledge  the knowledge files in their graphs, and what a reader looks up in them
    checking   a built dataset against the profile shapes it holds
"""
