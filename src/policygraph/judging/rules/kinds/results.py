"""Which results each kind of condition can report, and what becomes of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from rdflib import URIRef
from rdflib.namespace import SH


@dataclass(frozen=True, slots=True)
class Result:
    """What a result line becomes: how grave it is, what it reports, and which form of shape says it."""

    severity: URIRef
    form: str
    report: str | None = None
    needs: str | None = None


_RECORD_RESULTS = {
    "seen": Result(SH.Info, "record", "evidence"),
    "cites": Result(SH.Info, "record", "cites"),
    "warning": Result(SH.Info, "record", "warning"),
    "finding": Result(SH.Info, "record", "finding"),
    "open": Result(SH.Warning, "record", needs="evidence"),
    "determined": Result(SH.Info, "passed", "evidence"),
    "binds": Result(SH.Info, "record", "binds"),
    "frees": Result(SH.Info, "record", "frees"),
}
"""Results that every kind can have: they show records, or leave the condition open because of one."""
_FORBIDDEN = _RECORD_RESULTS | {
    "offender": Result(SH.Violation, "record"),
    "judge": Result(SH.Warning, "found-not-judged", needs="judgement"),
    "coverage": Result(SH.Warning, "coverage", needs="evidence"),
    "holder": Result(SH.Warning, "holder", needs="evidence"),
    "denied": Result(SH.Violation, "failed"),
}
KINDS: Mapping[str, Mapping[str, Result]] = MappingProxyType(
    {
        "forbidden-record": _FORBIDDEN,
        "not-on-list": _FORBIDDEN,
        "required-record": _RECORD_RESULTS
        | {
            "lacking": Result(SH.Violation, "lacking"),
            "unknown": Result(SH.Warning, "not-known", needs="evidence"),
            "stale": Result(SH.Warning, "stale", needs="evidence"),
        },
        "required-judgement": _RECORD_RESULTS
        | {
            "denied": Result(SH.Violation, "refusal"),
            "not-judged": Result(SH.Violation, "not-judged"),
            "judge": Result(SH.Warning, "to-judge", needs="judgement"),
            "later": Result(SH.Warning, "outdated", needs="judgement"),
            "again": Result(SH.Warning, "reopened", needs="judgement"),
        },
        "on-list": _RECORD_RESULTS
        | {
            "none": Result(SH.Violation, "none"),
            "denied": Result(SH.Violation, "denied"),
            "judge": Result(SH.Warning, "clue", needs="judgement"),
            "unknown": Result(SH.Warning, "incomplete", needs="evidence"),
            "later": Result(SH.Warning, "later", needs="judgement"),
            "joined": Result(SH.Warning, "joined", needs="judgement"),
            "again": Result(SH.Warning, "again", needs="judgement"),
            "changed": Result(SH.Warning, "changed", needs="judgement"),
            "refused": Result(SH.Violation, "failed"),
            "clash": Result(SH.Warning, "clash", needs="judgement"),
            "ended": Result(SH.Warning, "ended", needs="judgement"),
            "expired": Result(SH.Warning, "expired", needs="evidence"),
        },
        "run-of-periods": _RECORD_RESULTS
        | {
            "none": Result(SH.Violation, "no-run"),
            "offender": Result(SH.Violation, "run-ended"),
            "unknown": Result(SH.Warning, "run-unknown", needs="evidence"),
            "run": Result(SH.Info, "in-run", "evidence"),
            "broken": Result(SH.Info, "run-broken", "warning"),
        },
        "grade": _RECORD_RESULTS | {"unknown": Result(SH.Warning, "any", needs="evidence")},
        "notice": _RECORD_RESULTS,
    }
)
"""The kinds and the results that each can report. ``on-list`` serves every fact whose absence has to be covered."""
BOUNDED = frozenset({"record", "found-not-judged", "coverage"})
"""Forms that the period of a rule bounds, one shape for each reading of its last day."""
