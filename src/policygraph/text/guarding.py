"""Foreign text on its way out: to a spreadsheet program that would run it, to a terminal that would obey it.

A register is written by others. A name ``=HYPERLINK(…)`` in a CSV file becomes a formula when a clerk opens it; an
escape character recolours or clears a terminal; a bidirectional control makes a reader see another name than the one
that is there. Cells that come from a register are therefore guarded in CSV, in a way that can be undone exactly:

* a control or bidirectional control character is written ``\\uXXXX``, and so is a backslash that stands before ``u``;
* a text that begins with ``=``, ``+``, ``-``, ``@``, a tab or a line break gets one apostrophe in front, and so does a
  text that has apostrophes before such a character.

Numbers, dates and the words of policygraph itself never change. Excel cells are typed text and need no apostrophe.
"""

from __future__ import annotations

import re

STARTERS = "=+-@\t\r\n＝＋－＠"
"""Characters that make a spreadsheet program take a text for a formula, half and full width (OWASP, CSV injection)."""

CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff"
"""As the inside of a character class: controls but tab and line breaks, line separators, bidirectional controls."""

# matches: =1+1 · '-2 · \t=x                             does not match: 甲=乙
_FORMULA = re.compile(f"'*[{re.escape(STARTERS)}]")
# matches: \x1b · U+202E · the backslash of \u0041         does not match: C:\temp
_UNSEEN = re.compile(rf"[{CONTROLS}]|\\(?=u)")
_UNSEEN_IN_BLOCK = re.compile(rf"[{CONTROLS}]")
_UNSEEN_ON_TERMINAL = re.compile(rf"[{CONTROLS}\r\n\t]")
_WRITTEN = re.compile(r"\\u(?P<code>[0-9a-f]{4})")


def guard_cell(text: str) -> str:
    """A text of a register as a CSV cell.

    >>> guard_cell("=HYPERLINK(1)"), guard_cell("甲公司"), guard_cell("'=1"), guard_cell("a\\u202eb")
    ("'=HYPERLINK(1)", '甲公司', "''=1", 'a\\\\u202eb')
    """
    shown = _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
    return f"'{shown}" if _FORMULA.match(shown) else shown


def unguard_cell(cell: str) -> str:
    """The text that ``guard_cell`` guarded.

    >>> unguard_cell(guard_cell("'=1\\x1b")) == "'=1\\x1b"
    True
    """
    text = cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:]) else cell
    return _WRITTEN.sub(lambda match: chr(int(match["code"], 16)), text)


def show_text(text: str) -> str:
    """A text as one harmless piece of a line on a terminal: nothing in it moves, colours or reverses anything.

    >>> show_text("甲\\x1b[31m公司\\u202e\\n")
    '甲\\\\u001b[31m公司\\\\u202e\\\\u000a'
    """
    return _UNSEEN_ON_TERMINAL.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def show_block(text: str) -> str:
    """The same for a text that may run over several lines, as a clause does: its line breaks stay.

    >>> show_block("一、\\n二、\\x1b[2J")
    '一、\\n二、\\\\u001b[2J'
    """
    return _UNSEEN_IN_BLOCK.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
