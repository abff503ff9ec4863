"""What the editors' Chinese phrases mean in English, for pages in English: a gloss beside the words, never instead.

A condition or a competence is printed as one phrase of parts that the editors wrote in both languages: what is asked,
its provision in brackets, what is known of the bodies named. Each part is looked up; a phrase of which a part has no
English stays without a gloss, since half of one would mislead. Pure: rows in, phrases out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from policygraph.keeping.store import Cell

# （《安全生产法》第六十二条第二款（2021年））;  not: （资格审查）
_PROVISION = re.compile(r"（《[^》]+》[^（）]*(?:（[^（）]*）[^（）]*)*）")
# [（已有的判断自 {since} 起）] is said only at times;  {since} is filled in
_SOMETIMES = re.compile(r"\[([^\]]*)\]")
_OWN_WORDS = 4
"""Characters that a phrase with a slot begins with, so that no other phrase is taken for it."""
_SLOT = re.compile(r"\{(\w+)\}")


class Glosses:
    """English for the phrases of a dataset, by their Chinese words.

    The row whose ``phrase`` is ``or`` has the words that join ways of which one is enough.
    """

    def __init__(self, rows: Iterable[Mapping[str, Cell]]) -> None:
        self._known: dict[str, str] = {}
        self._patterns: list[tuple[re.Pattern[str], str]] = []
        self._or = ("", "")
        for row in rows:
            zh, en = str(row["zh"]), str(row["en"])
            if row.get("phrase") == "or":
                self._or = (zh, en)
            self._known.setdefault(_SOMETIMES.sub("", zh), _SOMETIMES.sub("", en))
            before, *rest = _SLOT.split(_SOMETIMES.sub(r"\1", zh))
            # a sentence of many slots is told in English elsewhere; a phrase has one, after words of its own
            if len(rest) == 2 and len(before) >= _OWN_WORDS:
                pattern = f"{re.escape(before)}(?P<{rest[0]}>.+){re.escape(rest[1])}"
                self._patterns.append((re.compile(pattern), _SOMETIMES.sub(r"\1", en)))

    def _find(self, phrase: str) -> str:
        """The English of a phrase as it was written, or with something in its slots; empty for neither."""
        if phrase in self._known:
            return self._known[phrase]
        found = ((pattern.fullmatch(phrase), en) for pattern, en in self._patterns)
        return next((en.format(**match.groupdict()) for match, en in found if match), "")

    def say(self, phrase: str) -> str:
        """The gloss of a phrase; empty where a part of it has none.

        >>> glosses = Glosses([{"zh": "采购人；财政部门", "en": "buyers; finance departments"},
        ...                    {"zh": "所写单位不在其内", "en": "the bodies named are not among them"}])
        >>> glosses.say("采购人；财政部门（《政府采购法》第十三条）：所写单位不在其内")
        'buyers; finance departments (《政府采购法》第十三条): the bodies named are not among them'
        >>> glosses.say("采购人"), glosses.say("")
        ('', '')
        >>> ways = [{"zh": "甲", "en": "one"}, {"zh": "乙", "en": "two"}]
        >>> Glosses([*ways, {"zh": "；或者，", "en": "; or ", "phrase": "or"}]).say("甲；或者，乙")
        'one; or two'
        >>> glosses = Glosses([{"zh": "没有查明[（自 {since} 起）]", "en": "not known[ (from {since})]"}])
        >>> glosses.say("没有查明（自 2021 起）"), glosses.say("没有查明")
        ('not known (from 2021)', 'not known')
        """
        or_zh, or_en = self._or
        if or_zh and or_zh in phrase:
            ways = [self.say(way) for way in phrase.split(or_zh)]
            return or_en.join(ways) if all(ways) else ""
        if found := self._find(phrase):
            return found
        provision = _PROVISION.search(phrase)
        head, after = (phrase[: provision.start()], phrase[provision.end() :]) if provision else (phrase, "")
        if not provision:
            head, colon, rest = head.rpartition("：")
            after = colon + rest
        found = self._find(head)
        tail = self._find(after.removeprefix("：")) if after else ""
        if not found or (after and not tail):
            return ""
        where = f" ({provision[0][1:-1]})" if provision else ""
        return found + where + (f": {tail}" if tail else "")
