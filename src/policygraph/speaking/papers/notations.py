"""How a paper names several acts at once: by their numbers, in as few words as tell them apart.

What acts share (an office, a duty, an unread text) is said once with their numbers; a number that stands in the same
paragraph as the one before it is told by its end alone, and all acts, or all but a few, are said as such.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from policygraph.words import say


def join_notations(notations: Iterable[str]) -> str:
    """Numbers of acts in one phrase; the paragraph that several share is said with the first of them.

    >>> join_notations(["二（一）1", "二（一）3·1", "二（二）", "二（五）·1", "二（五）·2", "三"])
    '二（一）1、3·1、二（二）、二（五）·1、·2、三'
    >>> join_notations(["二（二）", "二（三）", "其他"]), join_notations([])
    ('二（二）、二（三）、其他', '')
    """
    told, before = [], ""
    for notation in dict.fromkeys(notations):
        paragraph = notation.partition("·")[0].rstrip("0123456789")
        rest = notation.removeprefix(paragraph)
        told.append(rest if rest and paragraph and paragraph == before else notation)
        # what follows the paragraph itself, with no number of its own, is named in full
        before = paragraph if rest else ""
    return "、".join(told)


def which_acts(some: Sequence[str], whole: Sequence[str]) -> str:
    """Which acts something is about, in as few words as tell it: all, all but a few, or their numbers.

    >>> which_acts(["一", "三"], ["一", "二", "三"]), which_acts(["一"], ["一", "二", "三"]), which_acts(["一"], ["一"])
    ('除二外各项', '一', '一')
    """
    named = set(some)
    others = [one for one in dict.fromkeys(whole) if one not in named]
    if len(named) > 1 and not others:
        return say("opinion", "all_acts")
    if others and len(others) < len(named):
        return say("opinion", "all_but", acts=join_notations(others))
    return join_notations(some)


def gather_by_acts(pairs: Iterable[tuple[str, str]], whole: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Words with the acts they touch: words that touch the same acts stand together, those of most acts first."""
    touched: dict[str, list[str]] = {}
    for word, notation in pairs:
        touched.setdefault(word, []).append(notation)
    together: dict[tuple[str, ...], list[str]] = {}
    for word, notations in touched.items():
        together.setdefault(tuple(dict.fromkeys(notations)), []).append(word)
    ordered = sorted(together.items(), key=lambda item: (-len(item[0]), item[1]))
    return [(which_acts(notations, whole), words) for notations, words in ordered]
