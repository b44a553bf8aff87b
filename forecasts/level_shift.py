"""A level that shifted in the last days: told, because the forecast believes it only slowly.

The newest whole days are compared with the same weekdays of the six weeks before them, in
logarithms, and their mean deviation with how far days lay from that before. Holidays, events and
outages are left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from forecasts.calendar import BoolArray, Calendar, DayKind, Event, FloatArray, IntArray
from forecasts.cube import build_cube
from forecasts.history import History

EPOCH = date(1970, 1, 1)
NEWEST_DAYS = 7
REFERENCE_WEEKS = 6
MIN_REFERENCE_WEEKS = 2
# Deviations that are known before it can be said how far days usually lie from the level.
MIN_DAYS = 14
# Of a day that is judged, at least this part was observed.
WHOLE = 0.9
# A smaller shift is no news, and the forecast follows it soon.
SMALLEST = float(np.log(1.25))
# Standard deviations: one day must stand out more than several.
ONE_DAY, SEVERAL_DAYS = 5.0, 4.0
MAD_TO_SD = 1.4826
LEAST_SD = 0.05


@dataclass(frozen=True, slots=True)
class LevelShift:
    """Since ``first`` a series has ``factor`` times what was usual."""

    unique_id: str
    first: date
    factor: float


def level_shifts(
    history: History, calendar: Calendar, events: Sequence[Event]
) -> tuple[LevelShift, ...]:
    """The series whose newest days (one to seven) lie on another level than the weeks before.

    ``calendar`` in the history's zone. Nothing is found in series that are shorter than about five
    weeks, or have so few contacts that a day says little.
    """
    cube = build_cube(history, calendar, events)
    part = cube.exposure.sum(axis=2)
    usual = np.median(part, axis=1, keepdims=True)
    is_whole = (part >= WHOLE * usual) & (usual > 0) & (cube.kind == DayKind.ORDINARY)
    total = cube.contacts.sum(axis=2)
    rate = np.divide(total * usual, part, out=np.full_like(total, np.nan), where=is_whole)
    found = []
    for row, name in enumerate(history.unique_ids):
        shift = _newest_shift(rate[row], is_whole[row])
        if shift is not None:
            days, factor = shift
            first = EPOCH + timedelta(days=int(cube.day[-1]) - days + 1)
            found.append(LevelShift(name, first, factor))
    return tuple(found)


def _newest_shift(rate: FloatArray, is_whole: BoolArray) -> tuple[int, float] | None:
    """How many days ago the shift began, counted from the last day as 1, and its factor."""
    expected = _same_weekdays(rate)
    known = np.flatnonzero(is_whole & (expected > 0))
    newest = known[known >= len(rate) - NEWEST_DAYS]
    before = known[known < len(rate) - NEWEST_DAYS]
    if not len(newest) or len(before) < MIN_DAYS:
        return None
    deviation = np.full_like(rate, np.nan)
    deviation[known] = np.log((rate[known] + 1) / (expected[known] + 1))
    usual = float(np.median(deviation[before]))
    spread = MAD_TO_SD * float(np.median(np.abs(deviation[before] - usual)))
    return _largest(deviation - usual, newest, np.sqrt(spread**2 + LEAST_SD**2), expected)


def _same_weekdays(rate: FloatArray) -> FloatArray:
    """The median of the same weekday in the weeks before; nan with fewer than two of them.

    The newest days are never part of what they are compared with: weekdays repeat after them.
    """
    weeks = np.stack([_earlier(rate, 7 * back) for back in range(1, REFERENCE_WEEKS + 1)])
    enough = (~np.isnan(weeks)).sum(axis=0) >= MIN_REFERENCE_WEEKS
    median = np.full(len(rate), np.nan)
    median[enough] = np.nanmedian(weeks[:, enough], axis=0)
    return median


def _earlier(rate: FloatArray, days: int) -> FloatArray:
    return np.concatenate([np.full(min(days, len(rate)), np.nan), rate[:-days]])


def _largest(
    deviation: FloatArray, newest: IntArray, spread: float, expected: FloatArray
) -> tuple[int, float] | None:
    """The run of newest days that stands out most, if any stands out enough."""
    best, found = 0.0, None
    for count in range(1, len(newest) + 1):
        days = newest[-count:]
        noise = np.sqrt(spread**2 + 1 / (expected[days] + 1)).mean()
        mean = float(deviation[days].mean())
        height = abs(mean) * np.sqrt(count) / noise
        least = ONE_DAY if count == 1 else SEVERAL_DAYS
        alike = (np.sign(deviation[days]) == np.sign(mean)).all()
        if abs(mean) > SMALLEST and height > max(least, best) and alike:
            best, found = height, (len(deviation) - int(days[0]), float(np.exp(mean)))
    return found
