"""Files that somebody sends: every cell read or refused by name, in a process that can be killed.

Nothing is imported here, so that the reading process starts quickly and holds little. Import from the modules:

    workbooks bytes of an .xlsx workbook or a .zip of CSV files → sheets of cells, with what cannot be read and where
    triples   bytes of a file of triples → its triples
    worker    the process that does it, bounded in memory, time and output (a task imports what it needs)
    running   starts that process for one file and reads what it says

What a table, a header or a total row is stands in ``keeping.registers``; here are cells and places only.
"""
