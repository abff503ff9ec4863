"""Today is the day in China, for the command line and the web alike, wherever the machine stands."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Visit
from tests.files import read_nodes

from policygraph import clock

SOURCE = Path(clock.__file__).parent
# what gives the time of day; time.monotonic measures a span and is no clock
READINGS = {
    *(f"datetime.{name}" for name in ("now", "utcnow", "today")),
    "date.today",
    *(f"time.{name}" for name in ("time", "time_ns", "localtime", "gmtime", "strftime", "ctime")),
}


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 11, 24, 15, 59, 59, tzinfo=UTC), "2026-11-24"),
        (datetime(2026, 11, 24, 16, 0, 0, tzinfo=UTC), "2026-11-25"),
        (datetime(2026, 11, 24, 16, 30, tzinfo=UTC), "2026-11-25"),
        (datetime(2026, 11, 25, 15, 30, tzinfo=UTC), "2026-11-25"),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), "2027-01-01"),
        (datetime(2028, 2, 28, 16, 0, tzinfo=UTC), "2028-02-29"),
        # noon in summer: no daylight saving
        (datetime(2026, 7, 1, 15, 30, tzinfo=UTC), "2026-07-01"),
        # the same instant told in another zone
        (datetime(2026, 11, 24, 8, 30, tzinfo=timezone(timedelta(hours=-8))), "2026-11-25"),
        (datetime(2026, 11, 25, 0, 30, tzinfo=timezone(timedelta(hours=8))), "2026-11-25"),
    ],
)
def test_the_day_of_an_instant_is_the_day_in_china(
    monkeypatch: pytest.MonkeyPatch, instant: datetime, day: str
) -> None:
    assert clock.day_in_china(instant) == day
    monkeypatch.setattr(clock, "now", lambda: instant)
    assert clock.today() == day


def test_an_instant_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        clock.day_in_china(datetime(2026, 11, 24))


def test_the_clock_reads_the_instant_whatever_the_zone_of_the_machine() -> None:
    assert abs(clock.now() - datetime.now(timezone(timedelta(hours=-5)))) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 11, 24, 15, 59, tzinfo=UTC), "2026-11-24"),
        (datetime(2026, 11, 24, 16, 30, tzinfo=UTC), "2026-11-25"),
        (datetime(2026, 11, 25, 15, 59, tzinfo=UTC), "2026-11-25"),
    ],
)
def test_the_command_line_and_the_web_mean_the_same_day(
    run: Callable[..., Any],
    dataset: Path,
    visit: Visit,
    monkeypatch: pytest.MonkeyPatch,
    instant: datetime,
    day: str,
) -> None:
    monkeypatch.setattr(clock, "now", lambda: instant)
    asked = run("ask", "basis-health", "--format", "json", "--dataset", str(dataset))
    assert json.loads(asked.stdout)["as_of"] == day
    health = run("health", "yiyuan-2021-28", "--format", "json", "--dataset", str(dataset))
    assert json.loads(health.stdout)["as_of"] == day
    client = visit(follow_redirects=False)
    assert f"as_of={day}" in client.get("/compare").headers["location"]
    assert f"as_of={day}" in client.get("/measure/jiamusi-2020-5/para_9").headers["location"]
    assert f'value="{day}"' in client.get("/check").text


def test_nothing_but_the_clock_reads_the_time() -> None:
    found, last = [], {name.split(".")[1] for name in READINGS}
    for path in sorted(SOURCE.rglob("*.py")):
        for node in read_nodes(path):
            if isinstance(node, ast.Attribute) and node.attr in last:
                name = ast.unparse(node)
                found += [f"{path.relative_to(SOURCE)}:{name}"] * (".".join(name.split(".")[-2:]) in READINGS)
    assert found == ["clock.py:datetime.now"]
