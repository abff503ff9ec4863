"""How Chinese official texts write things: the ground on which every floor reads, names, compares and searches.

Each meaning has one home, and nothing is exported here: import from the room itself.

* ``spans``: where words stand, and one spelling of a text with the way back to the source;
* ``numerals``, ``dates``: 七十五 and 二〇二〇年六月十六日 as values;
* ``numbers``: 佳应急联发〔2020〕6号 however it is printed or typed, one parser and one spelling;
* ``folding``: a text without the differences that do not count, at three strengths, with the way back;
* ``locators``: 第七十五条第二款第（三）项 and 二（一）3 in one grammar, and one rule of what lies in what;
* ``quotes``: where a quotation stands, verbatim but for white space;
* ``likeness``: how alike two texts are, where they agree and differ, what comes nearest;
* ``guarding``: foreign text on its way to a spreadsheet or a terminal.

Invalid and valid spellings stand in ``tests/spellings``, where anyone can add a line.

Nothing here opens a file, knows a document, a law or a graph, or holds a word that a lawyer would want to change.
"""
