"""Sentences and phrases: printed one after another, cut out of a text, closed by a remark in brackets."""

from __future__ import annotations

import re
from collections.abc import Iterable

_STOP, _JOINT = "。", "；"
# matches ，of 行政许可，政府采购 · 。」 as one;  not: 、 between names, （ that opens
_BOUNDARY = re.compile("[，。；：！？][”’」』）》]*")


def begin_excerpt(text: str, at: int, until: int) -> int:
    """Where an excerpt begins that may begin at ``at`` and must hold what stands at ``until``: behind a mark between.

    An excerpt that begins inside a word shows another word. ``at`` itself where no mark stands between.

    >>> text = "由市应急管理局认定，依法限制参与政府采购活动"
    >>> text[begin_excerpt(text, 3, 12):], text[begin_excerpt(text, 3, 5):]
    ('依法限制参与政府采购活动', '急管理局认定，依法限制参与政府采购活动')
    """
    boundary = _BOUNDARY.search(text, max(at - 1, 0), until) if at else None
    return boundary.end() if boundary and boundary.end() <= until else at


def join_sentences(parts: Iterable[str]) -> str:
    """Parts in one line, each once closed: a part that is a sentence loses its full stop where another follows.

    >>> join_sentences(["没有读到条文。", "", "查库至2026-06-01", "另见说明。"])
    '没有读到条文；查库至2026-06-01；另见说明。'
    """
    return mend_joints(_JOINT.join(filter(None, parts)))


def tell_fate(basis: str, standing: str, successor: str = "") -> str:
    """What became of a basis and where to look now: the successor stands behind the fate, which is not its own.

    >>> tell_fate("《甲规定》第十条", "已废止", "相关：《乙条例》第六十四条")
    '《甲规定》第十条：已废止 → 相关：《乙条例》第六十四条'
    >>> tell_fate("", "条号已变", "第七十八条"), tell_fate("《甲规定》第十条", "")
    ('条号已变 → 第七十八条', '《甲规定》第十条')
    """
    fate = standing + (f" → {successor}" if successor else "")
    return f"{basis}：{fate}" if basis and fate else basis or fate


def mend_joints(text: str) -> str:
    """The text without a full stop before what joins two parts.

    >>> mend_joints("甲自某日起施行。；乙没有变动。")
    '甲自某日起施行；乙没有变动。'
    """
    return text.replace(_STOP + _JOINT, _JOINT)


def find_last_bracket(text: str) -> int:
    """Where the bracket opens that closes at the end of a text; 0 where none does.

    >>> find_last_bracket("限制招标（县（区）财政局）"), find_last_bracket("（一）限制招标")
    (4, 0)
    """
    depth = 0
    for at in range(len(text) - 1, -1, -1):
        depth += (text[at] in "）)") - (text[at] in "（(")
        if depth <= 0:
            return at if at < len(text) - 1 else 0
    return 0
