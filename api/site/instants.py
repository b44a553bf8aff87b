"""From ISO 8601 text to minutes since 1970 in UTC, by the site's clock where no offset is given."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from api.site.cells import CellInvalid, Parse
from api.site.problems import shown
from scheduler.horizon import Horizon
from scheduler.problem import IntArray

_FORM = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[T ]([0-9]{2}):([0-9]{2})(?::00(?:\.0+)?)?(?: ?(Z|[+-][0-9]{2}:?[0-9]{2}))?)?"
)
_EXAMPLE = "2026-01-05T08:00+01:00 or, in the site's time zone, 2026-01-05T08:00"
FIRST_YEAR, LAST_YEAR = 1970, 2199


def epoch_minutes(instant: datetime) -> int:
    """Whole minutes from 1970-01-01T00:00Z."""
    return int(instant.timestamp()) // 60


def utc_series(minutes: IntArray) -> pd.DatetimeIndex:
    """UTC instants of epoch minutes."""
    return pd.DatetimeIndex((minutes * 60).astype("datetime64[s]")).as_unit("us").tz_localize(UTC)


def instant(zone: ZoneInfo, allow_date: bool = False) -> Parse[int]:
    """An instant as epoch minutes: with an offset, or the wall clock of ``zone`` without one.

    Whole minutes only; 24:00 is the next midnight. A wall time that the spring change skips or
    the autumn change repeats is refused. With ``allow_date`` a bare date is that day's start.
    """
    wanted = f"an instant in whole minutes like {_EXAMPLE}" + (
        " or a date like 2026-01-05" if allow_date else ""
    )

    def parse(text: str) -> int:
        match = _FORM.fullmatch(text)
        if not match or (match[4] is None and not allow_date):
            raise CellInvalid.expected(wanted, text)
        wall = _wall(match)
        if wall is None:
            raise CellInvalid(f"{shown(text)} is not on the calendar or the clock")
        if match[6]:
            return epoch_minutes(wall.replace(tzinfo=_offset(match[6], text)))
        if match[4] is None:  # a day may start at 01:00 where the clock skips midnight
            return epoch_minutes(wall.replace(tzinfo=zone))
        return _of_wall_clock(wall, zone, text)

    return parse


def _wall(match: re.Match[str]) -> datetime | None:
    year, month, day = int(match[1]), int(match[2]), int(match[3])
    hour, minute = int(match[4] or 0), int(match[5] or 0)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    is_day_end = (hour, minute) == (24, 0)
    try:
        wall = datetime(year, month, day, 0 if is_day_end else hour, minute)
    except ValueError:
        return None
    return wall + timedelta(days=1) if is_day_end else wall


def _offset(text: str, whole_text: str) -> timezone:
    if text == "Z":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    if minutes > 14 * 60 or int(text[-2:]) >= 60:
        raise CellInvalid(f"{shown(whole_text)} has an offset beyond 14:00")
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def _of_wall_clock(wall: datetime, zone: ZoneInfo, text: str) -> int:
    before, after = (wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if before.utcoffset() == after.utcoffset():
        return epoch_minutes(before)
    if before.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == wall:
        raise CellInvalid(
            f"{shown(text)} happens twice in {zone.key}, as the clock is set back: write "
            f"{before.isoformat(timespec='minutes')} or {after.isoformat(timespec='minutes')}"
        )
    raise CellInvalid(
        f"{shown(text)} does not exist in {zone.key}, as the clock is set forward: "
        "correct the time or add an offset"
    )


def on_grid(parse: Parse[int], horizon: Horizon) -> Parse[int]:
    """Only instants where an interval starts, counted from the horizon's start both ways."""
    origin = epoch_minutes(horizon.start)

    def parse_on_grid(text: str) -> int:
        minute = parse(text)
        if (minute - origin) % horizon.interval_minutes:
            wanted = f"the start of a {horizon.interval_minutes}-minute interval"
            raise CellInvalid.expected(wanted, text)
        return minute

    return parse_on_grid


def limited(parse: Parse[int], is_allowed: Callable[[int], bool], complaint: str) -> Parse[int]:
    """Only epoch minutes that pass the test; the complaint reads after the instant."""

    def parse_limited(text: str) -> int:
        minute = parse(text)
        if not is_allowed(minute):
            raise CellInvalid(f"{shown(text)} {complaint}")
        return minute

    return parse_limited


def horizon_minutes(minutes: IntArray, horizon: Horizon) -> IntArray:
    """Epoch minutes as minutes from the horizon's start."""
    return np.asarray(minutes - epoch_minutes(horizon.start), dtype=np.int64)


def span_text(horizon: Horizon) -> str:
    """The horizon as a message names it."""
    first, last = (horizon.instant(minute) for minute in (0, horizon.num_minutes))
    return f"{first.isoformat(timespec='minutes')} to {last.isoformat(timespec='minutes')}"
