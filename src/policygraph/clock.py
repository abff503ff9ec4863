"""The one clock: the day it is in China, where the law that is asked about is in force.

A conclusion depends on its day, so a service in another time zone, and a command line beside it, must mean the same
day by *today*. Only the command line and the web read it (an import contract says so): everything below is given the
day it works for. The offset is fixed: China has had one time zone since 1949 and no summer time since 1992, and a
zone database is not installed everywhere.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China standard time, UTC+8."""


def now() -> datetime:
    """The instant it is, with its zone; the only reading of the clock, so that a test can stop it."""
    return datetime.now(UTC)


def day_in_china(instant: datetime) -> str:
    """The day of an instant in China, ISO. The instant must carry its zone.

    >>> [day_in_china(datetime(2026, 11, 24, hour, minute, tzinfo=UTC)) for hour, minute in ((15, 59), (16, 0))]
    ['2026-11-24', '2026-11-25']
    """
    if instant.tzinfo is None:
        raise ValueError("an instant without its zone is no instant")
    return instant.astimezone(CHINA).date().isoformat()


def write_instant(instant: datetime) -> str:
    """An instant as China's clocks show it, ISO with its offset, to the second: its first ten characters are the day.

    >>> write_instant(datetime(2026, 11, 26, 17, 30, 5, tzinfo=UTC))
    '2026-11-27T01:30:05+08:00'
    """
    if instant.tzinfo is None:
        raise ValueError("an instant without its zone is no instant")
    return instant.astimezone(CHINA).isoformat(timespec="seconds")


def today() -> str:
    """The day it is now in China, ISO; only ever a default, which the answer names."""
    return day_in_china(now())
