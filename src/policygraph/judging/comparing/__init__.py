"""Places side by side: what each place says on the same matter, in its own words, with who acts and on what basis.

``wording`` finds the words that two texts share and the words that differ, ``tables`` puts measures and mechanisms
of all places into rows and cells, ``reuse`` finds the runs of words that clauses of several documents share. Nothing
is scored: a cell shows what is written, says why it is empty, and leaves the judgement to its reader.

Nothing is imported here: a build, which needs ``reuse``, does not wait for the tables.
"""
