"""What the booster is told of an interval: nothing that its origin did not know.

A forecast for the k-th week after an origin sees the same times of the week in the four weeks
before the origin, whatever k is, so no forecast feeds another one.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasts.calendar import (
    DAY_MINUTES,
    BoolArray,
    DayKind,
    FloatArray,
    IntArray,
    Slots,
    weekday,
)
from forecasts.core import Ahead, Core
from forecasts.cube import Cube

FeatureArray = npt.NDArray[np.float32]

WEEK_DAYS = 7
LAG_WEEKS = (1, 2, 3, 4)
# A lead beyond so many weeks is told as this one: that far, leads hardly differ.
LAST_LEAD = 4
# Holidays further off say nothing.
FAR_DAYS = 10
CALENDAR = (
    "weekday",
    "slot",
    "day_of_month",
    "days_to_month_end",
    "kind",
    "since_holiday",
    "to_holiday",
    "lead",
)
SERIES = ("part_1", "part_2", "part_3", "log_mean", "event")
SLOT_LAGS = tuple(f"slot_{number}" for number in LAG_WEEKS)
DAY_LAGS = tuple(f"day_{number}" for number in LAG_WEEKS)
LEVEL_WEEKS = (1, 2, 4)
LEVELS = tuple(f"level_{number}" for number in LEVEL_WEEKS)
FEATURES = (*CALENDAR, *SERIES, *SLOT_LAGS, *DAY_LAGS, *LEVELS)
CATEGORICAL = ("part_1", "part_2", "part_3")


def features(
    core: Core,
    ahead: Ahead,
    mean: FloatArray,
    interval_minutes: int,
    rows: slice = slice(None),
) -> FeatureArray:
    """The table for the intervals right after an origin, (series, intervals, features).

    ``mean`` (series, intervals) is the core forecast for them; ``rows`` chooses series of it.
    """
    slots, mean = ahead.slots, mean[rows]
    # Weeks of 168 hours after the origin, from 1.
    lead = np.arange(len(slots.day)) // (WEEK_DAYS * DAY_MINUTES // interval_minutes) + 1
    span = np.arange(slots.day[0] - FAR_DAYS, slots.day[-1] + FAR_DAYS + 1)
    holidays = span[core.model.calendar.day_kinds(span) == DayKind.HOLIDAY]
    table = np.empty((*mean.shape, len(FEATURES)), dtype=np.float32)
    for number, column in enumerate(_calendar(slots, ahead.kind, lead, holidays)):
        table[:, :, number] = column
    first = len(CALENDAR)
    table[:, :, first : first + 3] = core.model.parts[rows, None]
    table[:, :, first + 3] = np.log(mean + 1)
    table[:, :, first + 4] = np.log(ahead.events[rows] + 0.1)
    first += len(SERIES)
    day = slots.day - WEEK_DAYS * (lead - 1)
    came, expected = _lags(core.cube, rows, day, slots.slot, mean)
    for number in range(len(LAG_WEEKS)):
        table[:, :, first + number] = _log_ratio(came[number], expected[number])
    first += len(LAG_WEEKS)
    by_day = _sums(came, slots.day), _sums(expected, slots.day)
    for number in range(len(LAG_WEEKS)):
        table[:, :, first + number] = _log_ratio(by_day[0][number], by_day[1][number])
    first += len(LAG_WEEKS)
    by_week = _sums(came, lead).cumsum(axis=0), _sums(expected, lead).cumsum(axis=0)
    for number, weeks in enumerate(LEVEL_WEEKS):
        ratio = _log_ratio(by_week[0][weeks - 1], by_week[1][weeks - 1])
        table[:, :, first + number] = ratio
    return table


def _calendar(
    slots: Slots, kind: IntArray, lead: IntArray, holidays: IntArray
) -> tuple[FloatArray | IntArray, ...]:
    dates = pd.to_datetime(slots.day, unit="D")
    of_month = dates.day.to_numpy()
    known = np.concatenate([[-(10**6)], np.sort(holidays), [10**6]])
    after = np.searchsorted(known, slots.day, side="right")
    before = np.searchsorted(known, slots.day, side="left")
    return (
        weekday(slots.day),
        slots.slot,
        of_month,
        dates.days_in_month.to_numpy() - of_month,
        kind,
        np.minimum(slots.day - known[after - 1], FAR_DAYS),
        np.minimum(known[before] - slots.day, FAR_DAYS),
        np.minimum(lead, LAST_LEAD),
    )


def _lags(
    cube: Cube, rows: slice, day: IntArray, slot: IntArray, mean: FloatArray
) -> tuple[FeatureArray, FeatureArray]:
    """Contacts of the weeks before the origin, and what ``mean`` is for as much of them as was
    seen, both (lags, series, intervals)."""
    came = np.zeros((len(LAG_WEEKS), *mean.shape), dtype=np.float32)
    expected = np.zeros_like(came)
    for number, weeks in enumerate(LAG_WEEKS):
        row = day - WEEK_DAYS * weeks - cube.day[0]
        inside = np.flatnonzero((row >= 0) & (row < len(cube.day)))
        ordinary = inside[cube.kind[row[inside]] == DayKind.ORDINARY]
        at = (rows, row[ordinary], slot[ordinary])
        came[number][:, ordinary] = cube.contacts[at]
        expected[number][:, ordinary] = cube.exposure[at] * mean[:, ordinary]
    return came, expected


def _sums(values: FeatureArray, group: IntArray) -> FeatureArray:
    """Sums over intervals of one group, handed to each of them; groups are consecutive."""
    starts = np.flatnonzero(np.diff(group, prepend=group[0] - 1))
    sums = np.add.reduceat(values, starts, axis=2)
    return np.repeat(sums, np.diff(np.append(starts, len(group))), axis=2)


def _log_ratio(came: FeatureArray, expected: FeatureArray) -> FeatureArray:
    """Nan where nothing was to be expected; the + 1 keeps small counts small."""
    seen: BoolArray = expected > 0
    ratio = np.log((came + 1) / (expected + 1))
    return np.where(seen, ratio, np.float32(np.nan))
