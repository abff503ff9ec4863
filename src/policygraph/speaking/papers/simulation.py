"""What a run of the policy laboratory leaves behind: JSON, pictures with a text twin, a page and the variants' graphs.

Everything bears the mark of a variant, so that no copy of a part can be taken for an answer about the law: the first
line of every text, a line in every picture, a member of the JSON, the names of columns and graphs. A picture shows the
largest numbers only; its twin, and the table under it on the page, shows all.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from rdflib import Dataset

from policygraph.judging.decisions.outcomes import outcome_word
from policygraph.judging.rules.variants import Variant
from policygraph.keeping.batch.verifying import Agreement
from policygraph.keeping.laboratory import Movement, Outcome
from policygraph.namespaces import PREFIXES
from policygraph.words import Words, find_word, say, source_language

MOST_BARS = 40
"""Rows of a picture; the twin has all of them."""
_LEFT, _LONGEST, _LINE, _TOP, _WIDTH = 420, 300, 24, 72, 800
_SHARES = (("region", "figure_region"), ("industry", "figure_industry"))


@dataclass(frozen=True, slots=True)
class Trial:
    """All that is told of a run: the policy, the day, its variants and what came out."""

    policy: str
    label: str
    as_of: str
    dataset: str
    register: str
    variants: Sequence[Variant]
    outcome: Outcome
    titles: Mapping[str, str]
    """What conditions, regions and the like are called, by their code."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a picture: the variant, what is counted, how many, and of how many where that is known."""

    variant: str
    label: str
    enterprises: int
    of: int | None = None

    @property
    def number(self) -> str:
        """The number as it is printed."""
        return str(self.enterprises) if self.of is None else f"{self.enterprises} / {self.of}"


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture and the table that says the same."""

    key: str
    title: str
    column: str
    rows: tuple[Bar, ...]


def trial_json(trial: Trial) -> str:
    """The run as JSON; its first member says that it is about variants."""
    outcome = trial.outcome
    told: dict[str, Any] = {  # Any: JSON
        "variant": True,
        "mark": say("simulating", "mark"),
        "policy": trial.policy,
        "as_of": trial.as_of,
        "dataset": trial.dataset,
        "register": trial.register,
        "synthetic": outcome.synthetic,
        "restricted": outcome.restricted,
        "enterprises": outcome.enterprises,
        "variants": [
            {
                "name": variant.name,
                "variant_of": variant.base,
                "graph": str(variant.iri),
                "changes": [
                    {"setting": one.key, "meaning": one.meaning, "before": one.before, "after": one.after}
                    for one in variant.changes
                ],
                "decisive": outcome.decisive(variant.policy.id),
                "outcomes": [_moved(one) for one in _of(variant, outcome.movements) if not one.condition],
                "conditions": [
                    {"condition": one.condition, **_moved(one)}
                    for one in _of(variant, outcome.movements)
                    if one.condition
                ],
                **{
                    by: [
                        {"value": one.value or None, "enterprises": one.enterprises, "of": one.of}
                        for one in outcome.shares
                        if one.variant == variant.policy.id and one.by == by
                    ]
                    for by, _ in _SHARES
                },
                "size": None,
            }
            for variant in trial.variants
        ],
        "check": None if outcome.agreement is None else _checked(outcome.agreement),
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def trial_lines(trial: Trial) -> Iterable[str]:
    """The run in lines for a terminal."""
    outcome = trial.outcome
    yield say("simulating", "mark")
    yield say("simulating", "told", policy=trial.label, as_of=trial.as_of, n=outcome.enterprises)
    if outcome.synthetic:
        yield say("simulating", "synthetic")
    for variant in trial.variants:
        yield say(
            "simulating", "variant", name=variant.name, changes=variant.told, n=outcome.decisive(variant.policy.id)
        )
        for figure in figures_of(trial, (variant,)):
            if figure.rows:
                yield f"  {figure.title}"
                yield from (f"    {row.label}: {row.number}" for row in figure.rows[:MOST_BARS])
    if outcome.restricted:
        yield say("simulating", "restricted")
    if outcome.agreement is not None:
        yield agreement_text(outcome.agreement)


def agreement_text(agreement: Agreement) -> str:
    """What the second engine said, in one sentence."""
    told = say("simulating", "checked", n=len(agreement.enterprises), answers=agreement.cells)
    return told + say("simulating", "differences", n=len(agreement.differing))


def figures_of(trial: Trial, variants: Sequence[Variant]) -> tuple[Figure, ...]:
    """The pictures of some variants: by answer, by condition, by region and by industry."""
    outcome = trial.outcome
    names = {variant.policy.id: variant.name for variant in variants}
    moved = [one for one in outcome.movements if one.variant in names]
    outcomes = tuple(
        Bar(names[one.variant], f"{_answer(one.before)} → {_answer(one.after)}", one.enterprises)
        for one in moved
        if not one.condition
    )
    conditions = tuple(
        Bar(
            names[one.variant],
            f"{_condition(one.before)} → {_condition(one.after)} · {trial.titles.get(one.condition, one.condition)}",
            one.enterprises,
        )
        for one in moved
        if one.condition
    )
    found = [
        Figure("outcomes", say("simulating", "figure_outcome"), say("simulating", "col_move"), outcomes),
        Figure("conditions", say("simulating", "figure_condition"), say("simulating", "col_move"), conditions),
    ]
    for by, word in _SHARES:
        rows = tuple(
            Bar(names[one.variant], _value(one.value, trial.titles), one.enterprises, one.of)
            for one in outcome.shares
            if one.by == by and one.variant in names
        )
        found.append(Figure(f"by-{by}", say("simulating", word), say("simulating", f"col_{by}"), rows))
    return tuple(found)


def draw_bars(figure: Figure) -> str:
    """A figure as SVG that stands by itself, works in print and needs no script."""
    shown = _largest(figure.rows)
    most = max((row.enterprises for row in shown), default=1)
    rows: list[dict[str, object]] = []
    y, last = _TOP, None
    for row in shown:
        if row.variant != last:
            rows.append({"heading": True, "label": row.variant, "y": y})
            y, last = y + _LINE, row.variant
        length = round(row.enterprises / most * _LONGEST, 1)
        label = row.label if len(row.label) <= _MOST_LABEL else row.label[: _MOST_LABEL - 1] + "…"
        rows.append({"heading": False, "label": label, "y": y, "length": length, "number": row.number})
        y += _LINE
    left_out = len(figure.rows) - len(shown)
    more = say("simulating", "more", n=left_out) if left_out else "" if shown else say("simulating", "nobody")
    picture = {
        "key": figure.key,
        "title": figure.title,
        "description": "；".join(f"{row.variant} {row.label} {row.number}" for row in shown),
        "mark": say("simulating", "mark"),
        "rows": rows,
        "left": _LEFT,
        "width": _WIDTH,
        "height": y + (_LINE if more else 0),
        "more": more,
    }
    return _templates().get_template("bars.svg").render(p=picture)


_MOST_LABEL = 30


def write_twin(figure: Figure) -> str:
    """What a picture shows as text, all of it."""
    lines = [figure.title, say("simulating", "mark"), ""]
    lines += [f"{row.variant}\t{row.label}\t{row.number}" for row in figure.rows] or [say("simulating", "nobody")]
    return "\n".join(lines) + "\n"


def render_trial(trial: Trial) -> dict[str, bytes]:
    """The files of a run by name: the JSON, the page, the pictures with their twins, and the variants as graphs."""
    figures = figures_of(trial, trial.variants)
    pictures = {figure.key: draw_bars(figure) for figure in figures}
    outcome = trial.outcome
    words: Words = source_language().words["simulating"]
    told = say("simulating", "told", policy=trial.label, as_of=trial.as_of, n=outcome.enterprises)
    foot = [say("simulating", "dataset", dataset=trial.dataset[:12]), say("simulating", "no_size")]
    foot += [say("simulating", "synthetic")] if outcome.synthetic else []
    foot += [say("simulating", "restricted")] if outcome.restricted else []
    foot += [agreement_text(outcome.agreement)] if outcome.agreement is not None else []
    page = _templates().get_template("simulation.html")
    html = page.render(
        words=words,
        t={
            "title": say("simulating", "title", policy=trial.label),
            "told": told,
            "foot": " ".join(foot),
            "variants": [
                {"name": v.name, "changes": v.changes, "decisive": outcome.decisive(v.policy.id)}
                for v in trial.variants
            ],
            "figures": [
                # our own template wrote the picture, with every text escaped
                {"title": f.title, "column": f.column, "rows": f.rows, "svg": Markup(pictures[f.key])}
                for f in figures
            ],
        },
    )
    files = {"summary.json": trial_json(trial).encode(), "index.html": html.encode()}
    files["variants.trig"] = write_graphs(trial.variants).encode()
    for figure in figures:
        files[f"{figure.key}.svg"] = pictures[figure.key].encode()
        files[f"{figure.key}.txt"] = write_twin(figure).encode()
    return files


def write_graphs(variants: Iterable[Variant]) -> str:
    """The variants as TriG, each in its own named graph below ``graph/variant/``."""
    bundle = Dataset()
    for prefix, namespace in PREFIXES.items():
        bundle.bind(prefix, namespace)
    for variant in variants:
        place = bundle.graph(variant.iri)
        for triple in variant.graph:
            place.add(triple)
    return str(bundle.serialize(format="trig"))


def _largest(rows: Sequence[Bar]) -> list[Bar]:
    """The rows of the largest numbers, in their own order."""
    chosen = sorted(range(len(rows)), key=lambda at: (-rows[at].enterprises, at))[:MOST_BARS]
    return [rows[at] for at in sorted(chosen)]


def _of(variant: Variant, movements: Iterable[Movement]) -> list[Movement]:
    return [one for one in movements if one.variant == variant.policy.id]


def _moved(one: Movement) -> dict[str, object]:
    return {"before": one.before, "after": one.after, "enterprises": one.enterprises}


def _checked(agreement: Agreement) -> dict[str, object]:
    return {
        "engine": "pySHACL",
        "enterprises": len(agreement.enterprises),
        "answers": agreement.cells,
        "differences": [
            say("simulating", "difference", name=name, unit=unit, told=told, expected=expected)
            for unit, name, told, expected in agreement.differing
        ],
    }


def _answer(state: str) -> str:
    """An outcome with its grade in words."""
    outcome, _, grade = state.partition(" ")
    return " ".join(part for part in (outcome_word(outcome), grade) if part)


def _condition(outcome: str) -> str:
    return find_word("checking", f"cond_{outcome}") if outcome != "—" else outcome


def _value(value: str, titles: Mapping[str, str]) -> str:
    if not value:
        return say("simulating", "unknown")
    return f"{value} {titles[value]}" if value in titles else value


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("policygraph"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
