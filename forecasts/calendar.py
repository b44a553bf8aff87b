"""Opening hours, public holidays and events: what the calendar knows in advance."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import IntEnum
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasts.errors import CalendarInvalid

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]
Spans = tuple[tuple[int, int], ...]

DAY_MINUTES = 24 * 60
ALWAYS_OPEN: tuple[Spans, ...] = (((0, DAY_MINUTES),),) * 7
EPOCH = date(1970, 1, 1)
# 1 January 1970 was a Thursday; Monday is 0.
EPOCH_WEEKDAY = 3
# Events of the bot change what it is offered or resolves, not how many contacts come.
BOT_EVENTS = frozenset({"bot_down", "bot_degraded"})
# Categories of the holiday tables that name days on which a part of the country rests.
MINOR_CATEGORIES = frozenset({"bank", "de_facto", "half_day", "optional"})
# From its start to its end another version of the bot answers.
NEW_VERSION = "bot_new_version"


class DayKind(IntEnum):
    """Why a day's volume differs from its weekday's.

    A MINOR day is listed as a half, bank or optional holiday only: an eve, an intermediate day of
    a feast, a day of remembrance.
    """

    ORDINARY = 0
    HOLIDAY = 1
    BEFORE = 2
    AFTER = 3
    BRIDGE = 4
    MINOR = 5


@dataclass(frozen=True, slots=True)
class Event:
    """A window in which volume is multiplied; ``unique_id`` None means every series.

    ``kind`` is free, but "outage" says that the past in it was not measured, "bot_down"
    multiplies what the bot is offered instead, "bot_degraded" the share that it resolves, and in
    "bot_new_version" another version answers. ``factor`` None: it is learnt from earlier events
    of the same kind.
    """

    kind: str
    start: datetime
    end: datetime
    factor: float | None = 1.0
    unique_id: str | None = None

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise CalendarInvalid(f"event {self.kind!r}: ends before it starts ({self.start})")
        if self.factor is not None and not 0 <= self.factor < float("inf"):
            raise CalendarInvalid(f"event {self.kind!r}: the factor {self.factor} is not >= 0")


@dataclass(frozen=True, slots=True)
class Slots:
    """Where intervals lie on the local wall clock, each array of shape (intervals,).

    ``day`` counts local days from 1 January 1970, ``slot`` intervals of the wall clock from
    midnight: the hour that a clock change repeats falls into the same slots twice.
    """

    day: IntArray
    slot: IntArray
    per_day: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """The local calendar of a site or queue.

    ``opening_hours`` holds, from Monday, the open spans of a day in wall-clock minutes,
    half-open. ``holiday_hours`` None means that a public holiday is like its weekday.
    ``added_holidays`` and ``ignored_holidays`` correct the official list of the country.
    """

    time_zone: str
    country: str | None = None
    region: str | None = None
    opening_hours: tuple[Spans, ...] = ALWAYS_OPEN
    holiday_hours: Spans | None = None
    added_holidays: frozenset[date] = field(default=frozenset())
    ignored_holidays: frozenset[date] = field(default=frozenset())

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise CalendarInvalid(f"time_zone: {self.time_zone!r} is not a known zone") from error
        if len(self.opening_hours) != 7:
            raise CalendarInvalid("opening_hours: seven days are needed, Monday first")
        for spans in (*self.opening_hours, self.holiday_hours or ()):
            for start, end in spans:
                if not 0 <= start < end <= DAY_MINUTES:
                    raise CalendarInvalid(f"opening_hours: {start}-{end} is no span of a day")
        if self.country is not None:
            _official_holidays(self.country, self.region, 2000)

    def slots(self, ds: pd.DatetimeIndex, interval_minutes: int) -> Slots:
        """The local day and slot of each interval start."""
        minutes = local_seconds(ds, self.time_zone) // 60
        slot = (minutes % DAY_MINUTES) // interval_minutes
        return Slots(minutes // DAY_MINUTES, slot, -(-DAY_MINUTES // interval_minutes))

    def is_open(self, ds: pd.DatetimeIndex) -> BoolArray:
        """Whether each instant lies in opening hours, shape (intervals,)."""
        table = np.zeros((8, DAY_MINUTES), dtype=np.bool_)
        for kind, spans in enumerate((*self.opening_hours, self.holiday_hours or ())):
            for start, end in spans:
                table[kind, start:end] = True
        minutes = local_seconds(ds, self.time_zone) // 60
        day = minutes // DAY_MINUTES
        row = weekday(day)
        if self.holiday_hours is not None and len(day):
            row = np.where(self._is_holiday(day), 7, row)
        is_open: BoolArray = table[row, minutes % DAY_MINUTES]
        return is_open

    def day_kinds(self, day: IntArray) -> IntArray:
        """The DayKind of local days (numbers since 1 January 1970), same shape.

        The day before and a minor holiday count only if they are no weekend, the day after is
        the next one with opening hours that is no holiday, a bridge day joins a holiday to a
        weekend. Where two fit, the earlier of holiday, before, minor, bridge, after wins.
        """
        if not len(day):
            return np.zeros(0, dtype=np.int64)
        # Two weeks more on each side, so that the edges see their neighbours.
        first, last = int(day.min()) - 14, int(day.max()) + 14
        span = np.arange(first, last + 1)
        holiday = self._is_holiday(span)
        weekend = np.isin(weekday(span), list(self._weekend()))
        no_hours = np.array([not spans for spans in self.opening_hours])[weekday(span)]
        free = holiday | weekend
        follows = np.append(False, holiday[:-1])
        precedes = np.append(holiday[1:], False)
        enclosed = np.append(free[1:], False) & np.append(False, free[:-1])
        kinds = np.zeros(len(span), dtype=np.int64)
        kinds[_first_after(holiday, holiday | no_hours)] = DayKind.AFTER
        kinds[~free & enclosed & follows] = DayKind.BRIDGE
        kinds[~free & self._is_minor(span)] = DayKind.MINOR
        kinds[~free & precedes] = DayKind.BEFORE
        kinds[holiday] = DayKind.HOLIDAY
        return kinds[day - first]

    def _is_holiday(self, day: IntArray) -> BoolArray:
        return self._is_listed(day, _official_holidays, self.added_holidays)

    def _is_minor(self, day: IntArray) -> BoolArray:
        return self._is_listed(day, _minor_holidays, frozenset())

    def _is_listed(
        self,
        day: IntArray,
        of_year: Callable[[str, str | None, int], frozenset[date]],
        added: frozenset[date],
    ) -> BoolArray:
        """Which days the country's tables have, ``added`` with them, the ignored ones never."""
        listed: set[date] = set()
        if self.country is not None:
            for year in range(_date(int(day.min())).year, _date(int(day.max())).year + 1):
                listed |= of_year(self.country, self.region, year)
        dates = (listed | added) - self.ignored_holidays
        return np.isin(day, [(one - EPOCH).days for one in dates])

    def _weekend(self) -> frozenset[int]:
        return _weekend(self.country) if self.country is not None else frozenset({5, 6})


def local_seconds(ds: pd.DatetimeIndex, time_zone: str) -> IntArray:
    """Seconds on the local wall clock since 1 January 1970, 00:00 local."""
    seconds: IntArray = ds.tz_convert(time_zone).tz_localize(None).as_unit("s").asi8
    return seconds


def weekday(day: IntArray) -> IntArray:
    """Monday is 0, of days counted from 1 January 1970."""
    return (day + EPOCH_WEEKDAY) % 7


def event_factors(
    events: Iterable[Event], unique_ids: Sequence[str], ds: pd.DatetimeIndex
) -> FloatArray:
    """What the events multiply the volume by, shape (series, intervals)."""
    volume = [event for event in events if event.kind not in BOT_EVENTS | {NEW_VERSION}]
    return _product(volume, unique_ids, ds)


def bot_availability(
    events: Iterable[Event], unique_ids: Sequence[str], ds: pd.DatetimeIndex
) -> FloatArray:
    """What "bot_down" multiplies the offered share by, in [0, 1], shape (series, intervals)."""
    down = [event for event in events if event.kind == "bot_down"]
    return np.minimum(_product(down, unique_ids, ds), 1.0)


def bot_quality(
    events: Iterable[Event], unique_ids: Sequence[str], ds: pd.DatetimeIndex
) -> FloatArray:
    """What "bot_degraded" multiplies the resolved share by, in [0, 1], (series, intervals)."""
    degraded = [event for event in events if event.kind == "bot_degraded"]
    return np.minimum(_product(degraded, unique_ids, ds), 1.0)


def is_new_version(
    events: Iterable[Event], unique_ids: Sequence[str], ds: pd.DatetimeIndex
) -> BoolArray:
    """Where another version of the bot answers, shape (series, intervals)."""
    off = [replace(event, factor=0.0) for event in events if event.kind == NEW_VERSION]
    is_on: BoolArray = _product(off, unique_ids, ds) == 0
    return is_on


def event_masks(
    events: Iterable[Event], unique_ids: Sequence[str], ds: pd.DatetimeIndex
) -> dict[str, BoolArray]:
    """Where events without a stated factor are, by kind, (series, intervals); only if any is."""
    masks: dict[str, BoolArray] = {}
    for event in (one for one in events if one.factor is None):
        mask = _product([replace(event, factor=0.0)], unique_ids, ds) == 0
        if mask.any():
            masks[event.kind] = masks.get(event.kind, np.False_) | mask
    return masks


def _product(
    events: Sequence[Event], unique_ids: Sequence[str], ds: pd.DatetimeIndex
) -> FloatArray:
    factors = np.ones((len(unique_ids), len(ds)))
    rows = {unique_id: row for row, unique_id in enumerate(unique_ids)}
    for event in events:
        if event.factor is None:
            continue
        first, last = ds.searchsorted([_utc(event.start), _utc(event.end)])
        if event.unique_id is None:
            factors[:, first:last] *= event.factor
        elif event.unique_id in rows:
            factors[rows[event.unique_id], first:last] *= event.factor
    return factors


def _utc(instant: datetime) -> pd.Timestamp:
    stamp = pd.Timestamp(instant)
    return stamp.tz_localize("UTC") if stamp.tzinfo is None else stamp.tz_convert("UTC")


def _date(day: int) -> date:
    return date.fromordinal(EPOCH.toordinal() + day)


def _first_after(holiday: BoolArray, closed: BoolArray) -> IntArray:
    """The first day that is not closed after each holiday."""
    open_days = np.flatnonzero(~closed)
    position = np.searchsorted(open_days, np.flatnonzero(holiday))
    return open_days[np.unique(position[position < len(open_days)])]


@lru_cache(maxsize=1024)
def _official_holidays(country: str, region: str | None, year: int) -> frozenset[date]:
    import holidays  # the tables take a while to load, and not every command needs them

    try:
        return frozenset(holidays.country_holidays(country, subdiv=region, years=year))
    except NotImplementedError as error:
        raise CalendarInvalid(f"country, region: {error}") from error


@lru_cache(maxsize=1024)
def _minor_holidays(country: str, region: str | None, year: int) -> frozenset[date]:
    import holidays

    known = holidays.country_holidays(country, subdiv=region).supported_categories
    categories = tuple(MINOR_CATEGORIES.intersection(known))
    if not categories:
        return frozenset()
    return frozenset(
        holidays.country_holidays(country, subdiv=region, years=year, categories=categories)
    )


@lru_cache(maxsize=64)
def _weekend(country: str) -> frozenset[int]:
    import holidays

    return frozenset(holidays.country_holidays(country).weekend)
