"""Registers as other systems export them, brought into our tables by a mapping profile that is data.

    profiles  ``data/mappings/*.toml``: which titles mean what, code tables, what is left out on purpose
    headers   where the header of a sheet stands and which column holds which field
    values    cells as exporters write them: texts, days in every notation, numbers of units and persons
    mapping   the rows of a sheet to rows of our tables; each is kept, refused or set aside with a reason
    merging   what a folder holds already, joined with what comes in; nothing is half-written
    reports   what became of every row, column and code, for people and programs
    drafting  a first profile from the header of a file nobody has described yet

Nothing is guessed: a code that the profile does not know goes to a work list (待归类), a unit without its code is set
aside, a period is declared complete only where export day, source and range are known and no record was left out.
"""
