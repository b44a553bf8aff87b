"""The year's season: what the same weeks of earlier years say about the weeks to come."""

from dataclasses import dataclass

import numpy as np

from forecasts.calendar import BoolArray, DayKind, FloatArray, IntArray
from forecasts.cube import Cube

# 52 weeks, so that weekdays and most feasts fall on each other.
YEAR = 364
# Days of an earlier year that must be known before the day it is compared with.
MIN_DAYS = 28
SMOOTHING_HALF_LIFE = 4.0
# One year's season comes back by this share, as its logarithm; more years are believed more.
DOUBT_YEARS = 0.5
FURTHEST = 2 * YEAR
LARGEST = 5.0
# Around a day at least this part of the usual contacts was seen, and came.
SEEN_PART = 0.1


@dataclass(frozen=True, slots=True)
class Season:
    """Factors of consecutive days from ``first_day`` on, (days,), the same for all series."""

    first_day: int
    factor: FloatArray

    def of(self, day: IntArray) -> FloatArray:
        """The factors of days: 1 before the first day, after the last one as on that."""
        at = np.clip(day - self.first_day, 0, len(self.factor) - 1)
        return np.where(day < self.first_day, 1.0, self.factor[at])


def fit_season(cube: Cube, expected: FloatArray, level_half_life: float) -> Season | None:
    """How busier the days to come will be than the level says; None with under 13 months.

    ``expected`` (series, days) are the contacts of each day at today's level. All series are
    added up, as one alone says too little. The level is a decayed mean of the last weeks, so a
    day of an earlier year is compared with the same decayed mean of that year: what counts is
    how the season went on from there. Several years are averaged as logarithms.
    """
    num_days = len(cube.day)
    if num_days < YEAR + MIN_DAYS:
        return None
    busy, is_known = _busyness(cube, expected)
    weight = 0.5 ** (np.arange(num_days)[::-1] / level_half_life)
    ahead = num_days + np.arange(FURTHEST)
    total, num_years = np.zeros(FURTHEST), np.zeros(FURTHEST)
    for shift in range(YEAR, num_days - MIN_DAYS + FURTHEST, YEAR):
        reference = _level_then(weight, busy, is_known, shift)
        then = ahead - shift
        usable = (then >= 0) & (then < num_days) & (reference > 0)
        usable[usable] &= is_known[then[usable]]
        total[usable] += np.log(busy[then[usable]] / reference)
        num_years[usable] += 1
    index = np.exp(total / (num_years + DOUBT_YEARS))
    factor = np.where(num_years > 0, np.clip(index, 1 / LARGEST, LARGEST), 1.0)
    return Season(int(cube.day[-1]) + 1, factor)


def _busyness(cube: Cube, expected: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Contacts against the expected ones around each day, and where enough was seen, (days,)."""
    ordinary = cube.kind == DayKind.ORDINARY
    days = np.arange(len(cube.day))
    near = 0.5 ** (np.abs(days[:, None] - days) / SMOOTHING_HALF_LIFE)
    came = (cube.contacts.sum(axis=(0, 2)) * ordinary) @ near
    base = (expected.sum(axis=0) * ordinary) @ near
    is_known = (base > SEEN_PART * base.max(initial=0.0)) & (came > SEEN_PART * base)
    return np.divide(came, base, out=np.ones_like(came), where=is_known), is_known


def _level_then(weight: FloatArray, busy: FloatArray, is_known: BoolArray, shift: int) -> float:
    """What today's level was worth ``shift`` days ago; 0 if too little of that time is known.

    The same days before then and before now are compared: those that are known of both.
    """
    if shift > len(busy) - MIN_DAYS:
        return 0.0
    both = is_known[: len(busy) - shift] & is_known[shift:]
    if both.sum() < MIN_DAYS:
        return 0.0
    decayed = weight[shift:] * both
    then, now = (decayed * busy[: len(busy) - shift]).sum(), (decayed * busy[shift:]).sum()
    return float(then / now)
