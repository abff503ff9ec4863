"""How Chinese official texts write things: the ground on which every floor reads, names, compares and searches.

Each meaning has one home, and nothing is exported here: import from the room itself.

* ``spans``: where words stand, and one spelling of a text with the way back to the source;
* ``numerals``, ``dates``: 七十五 and 二〇二〇年六月十六日 as values;
* ``numbers``: 佳应急联发〔2020〕6号 in whatever brackets;
* ``guarding``: foreign text on its way to a spreadsheet or a terminal.

Nothing here opens a file, knows a document, a law or a graph, or holds a word that a lawyer would want to change.
"""
