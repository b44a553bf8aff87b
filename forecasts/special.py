"""Special days: how busy a holiday, its eve or the day after is, and at which hours.

Such days are rare, so each kind starts from what is usual, learns from all series together and
then from the series itself. How strongly differs by kind: holidays differ much from each other,
the days after them little.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forecasts.calendar import DayKind, FloatArray, IntArray
from forecasts.cube import Cube
from forecasts.parents import Level


@dataclass(frozen=True, slots=True)
class Usual:
    """What is known of a factor before any occasion was seen.

    ``strength`` is 1 / variance of its Gamma prior, ``variance`` that of one occasion around it.
    """

    factor: float
    strength: float
    variance: float


# Against the same weekday, a holiday against the average day.
USUAL_DAYS = {
    DayKind.HOLIDAY: Usual(0.5, 1.5, 0.3),
    DayKind.BEFORE: Usual(0.9, 4.0, 0.15),
    DayKind.AFTER: Usual(1.15, 50.0, 0.03),
    DayKind.BRIDGE: Usual(1.0, 20.0, 0.05),
    DayKind.MINOR: Usual(0.9, 12.0, 0.1),
}
USUAL_SLOT = Usual(1.0, 8.0, 0.1)
# On a holiday on which nobody works.
CLOSED_FACTOR = 0.1
# A holiday on a quieter weekday does not show how busy holidays are.
QUIET_WEEKDAY = 0.5
# What a slot shows counts half for one at this distance: so few days give no sharper shape.
SMOOTHING_HOURS = 1.0
TINY = 1e-12


def day_factors(
    cube: Cube,
    expected: FloatArray,
    week: FloatArray,
    levels: Sequence[Level],
    closes_on_holidays: bool,
) -> FloatArray:
    """Factor per series and DayKind, (series, kinds): the usual one, then parents, then its own.

    ``expected`` are the contacts of each day if it were ordinary, (series, days), ``week`` the
    weekday factors (series, 7). A holiday is measured against the average day.
    """
    total = cube.contacts.sum(axis=2)
    factors = np.ones((len(total), len(DayKind)))
    for kind, usual in USUAL_DAYS.items():
        days = cube.kind == kind
        base = expected[:, days]
        if kind == DayKind.HOLIDAY:
            base = _of_average_day(base, week[:, cube.weekday[days]])
        closed = closes_on_holidays and kind == DayKind.HOLIDAY
        factor = np.full(len(total), CLOSED_FACTOR if closed else usual.factor)
        actual = (total[:, days] * (base > 0)).sum(axis=1)
        num, base = (base > 0).sum(axis=1), base.sum(axis=1)
        for level in levels:
            factor *= learnt_ratio(actual, base * factor, num, level, usual)
        factors[:, kind] = factor
    return factors


def _of_average_day(expected: FloatArray, factor: FloatArray) -> FloatArray:
    """Days without their weekday's factor; 0 for quiet weekdays, which do not count."""
    base: FloatArray = np.divide(
        expected, factor, out=np.zeros_like(expected), where=factor >= QUIET_WEEKDAY
    )
    return base


def slot_factors(
    cube: Cube, share: FloatArray, week: FloatArray, levels: Sequence[Level]
) -> FloatArray | None:
    """What a kind of day multiplies the shares of its slots by, (series, kinds, slots).

    Only the shape of each day counts, not how many came. None where no special day was seen.
    """
    if not (cube.kind != DayKind.ORDINARY).any():
        return None
    num_series, _, per_day = cube.contacts.shape
    near = _nearness(per_day)
    factors = np.ones((num_series, len(DayKind), per_day))
    for kind in USUAL_DAYS:
        days = cube.kind == kind
        came = cube.contacts[:, days]
        usual = usual_shares(share, week, kind)[:, cube.weekday[days]] * cube.exposure[:, days]
        day_total = came.sum(axis=2) / np.maximum(usual.sum(axis=2), TINY)
        actual, base = came.sum(axis=1), np.einsum("sdk,sd->sk", usual, day_total)
        num = (day_total > 0).sum(axis=1)[:, None]
        for level in levels:
            expected = (base * factors[:, kind]) @ near
            factors[:, kind] *= learnt_ratio(actual @ near, expected, num, level, USUAL_SLOT)
    return factors


def usual_shares(share: FloatArray, week: FloatArray, kind: int) -> FloatArray:
    """What the shares of a kind of day start from, (series, 7, slots).

    A holiday has the hours of the average day: it is not a Monday because it falls on one.
    """
    if kind != DayKind.HOLIDAY:
        return share
    average = np.einsum("swk,sw->sk", share, week)[:, None]
    whole = average.sum(axis=2, keepdims=True)
    normal = np.divide(average, whole, out=np.zeros_like(average), where=whole > 0)
    return np.broadcast_to(normal, share.shape)


def learnt_ratio(
    actual: FloatArray, expected: FloatArray, num: IntArray, level: Level, usual: Usual
) -> FloatArray:
    """Each group's ratio shrunk to 1, and 1 where the group says nothing new.

    The posterior mean of a Gamma-Poisson factor. ``num`` occasions have shown it; as they
    scatter, each says at most 1 / ``usual.variance`` contacts' worth.
    """
    came, base = level.total(actual), level.total(expected)
    occasions = np.maximum(level.largest(num.astype(np.float64)), 1.0)
    dispersion = 1 + usual.variance * base / occasions
    learnt = (came / dispersion + usual.strength) / (base / dispersion + usual.strength)
    is_new = level.is_new.reshape(-1, *(1,) * (learnt.ndim - 1))
    return np.where(is_new, learnt, 1.0)


def _nearness(per_day: int) -> FloatArray:
    """How much a slot's contacts count for another, (slots, slots)."""
    slots = np.arange(per_day)
    hours = np.abs(slots[:, None] - slots) * 24 / per_day
    near = 0.5 ** (hours / SMOOTHING_HOURS)
    return np.asarray(near / near.sum(axis=0), dtype=np.float64)
