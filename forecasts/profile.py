"""The core volume model: level x weekday x slot share x day factor, shrunk where data is thin.

A Gamma-Poisson profile in the spirit of the busyness factors of call-centre research
(Oreshkin, Regnard and L'Ecuyer 2016): every factor is a ratio of contacts to what the next
wider model expects, pulled towards 1 by a Gamma prior. A short or thin series so inherits the
shape of its parents, a long one keeps its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forecasts.annual import Season, fit_season
from forecasts.calendar import BoolArray, DayKind, FloatArray, IntArray, Slots, weekday
from forecasts.cube import Cube
from forecasts.parents import Level
from forecasts.special import day_factors, slot_factors, usual_shares
from forecasts.winsorise import winsorised

# A slot or day that should have held this many contacts and held none is closed.
CLOSED_AFTER = 10.0
TINY = 1e-12


@dataclass(frozen=True, slots=True)
class ProfileSettings:
    """How fast the profile forgets, and how strongly it is pulled to its parents.

    Half-lives are in days. A strength is 1 / variance of a factor's Gamma prior. The variances
    say how much days and slots scatter for reasons not worth learning.
    """

    level_half_life: float = 28.0
    shape_half_life: float = 70.0
    smoothing_half_life: float = 10.0
    root_strength: float = 1.0
    weekday_strength: float = 15.0
    slot_strength: float = 8.0
    day_variance: float = 0.03
    slot_variance: float = 0.03


@dataclass(frozen=True, slots=True)
class Profile:
    """The fitted factors; the shares of a weekday sum to 1.

    ``level`` contacts of an average day (series,), ``weekday`` (series, 7), ``share``
    (series, 7, slots), ``day_factor`` by DayKind (series, kinds), ``slot_factor`` what such a
    day multiplies its shares by (series, kinds, slots), None where no such day was seen.
    ``season`` is None where too little of a year is known.
    """

    level: FloatArray
    weekday: FloatArray
    share: FloatArray
    day_factor: FloatArray
    slot_factor: FloatArray | None = None
    season: Season | None = None

    def mean(self, slots: Slots, kind: IntArray) -> FloatArray:
        """Expected contacts per interval without events, shape (series, intervals).

        ``kind`` is the DayKind of each interval's day.
        """
        day = weekday(slots.day)
        mean = np.empty((len(self.level), len(day)))
        for one in np.unique(kind):
            at = kind == one
            per_day = self.level[:, None] * self._days(one)
            mean[:, at] = per_day[:, day[at]] * self._shares(one)[:, day[at], slots.slot[at]]
        return mean if self.season is None else mean * self.season.of(slots.day)

    def _days(self, kind: int) -> FloatArray:
        """What a day of this kind has of the level, (series, 7)."""
        factor = self.day_factor[:, [kind]]
        if kind == DayKind.HOLIDAY:
            return np.minimum(self.weekday, factor)
        return self.weekday * factor

    def _shares(self, kind: int) -> FloatArray:
        """Which part of a day of this kind each slot has, (series, 7, slots)."""
        if kind == DayKind.ORDINARY:
            return self.share
        share = usual_shares(self.share, self.weekday, kind)
        if self.slot_factor is not None:
            share = share * self.slot_factor[:, kind, None]
        whole = share.sum(axis=2, keepdims=True)
        normal: FloatArray = np.divide(share, whole, out=np.zeros_like(share), where=whole > TINY)
        return normal


def fit_profile(
    cube: Cube,
    levels: Sequence[Level],
    settings: ProfileSettings,
    closes_on_holidays: bool = False,
) -> Profile:
    """Estimate the profile.

    Special days teach only their own factor; outages and spikes are winsorised first.
    """
    ordinary = cube.kind == DayKind.ORDINARY
    cube = winsorised(cube, ordinary)
    num_series, _, per_day = cube.contacts.shape
    week, share = np.ones((num_series, 7)), np.full((num_series, 7, per_day), 1 / per_day)
    # Weekdays, shares and the local level need each other; the second round settles them.
    for _ in range(2):
        sums = _sums(cube, _local_level(cube, week, share, ordinary, settings), ordinary, settings)
        week = _weekdays(sums, share, levels, settings)
        share = _shares(sums, week, levels, settings)
    level = _level(cube, week, share, ordinary, settings)
    local = _local_level(cube, week, share, ordinary, settings)
    seen = _seen(cube, week, share)
    factors = day_factors(cube, local * seen, week, levels, closes_on_holidays)
    slots = slot_factors(cube, share, week, levels)
    season = fit_season(cube, level[:, None] * seen, settings.level_half_life)
    return Profile(level, week, share, factors, slots, season)


def ratio(
    actual: FloatArray, expected: FloatArray, strength: float, dispersion: FloatArray | float = 1.0
) -> FloatArray:
    """Actual against expected, shrunk to 1: the posterior mean of a Gamma-Poisson factor.

    The prior is Gamma with mean 1 and variance 1 / strength. Both sums are divided by the
    dispersion (variance of a count / its mean): contacts that come in bad days together are no
    independent witnesses. Exactly 0 where nothing came although much was expected.
    """
    shrunk = (actual / dispersion + strength) / (expected / dispersion + strength)
    return np.where((actual == 0) & (expected >= CLOSED_AFTER), 0.0, shrunk)


@dataclass(frozen=True, slots=True)
class _Sums:
    """Decayed sums over ordinary days: (series, 7, slots), and days seen (series, 7).

    ``exposure`` is in average days' contacts: times weekday and share it is what to expect.
    """

    contacts: FloatArray
    exposure: FloatArray
    num_days: FloatArray


def _sums(cube: Cube, level: FloatArray, ordinary: BoolArray, settings: ProfileSettings) -> _Sums:
    weight = _decay(len(cube.day), settings.shape_half_life) * ordinary
    contacts = np.zeros((len(cube.contacts), 7, cube.contacts.shape[2]))
    exposure, num_days = np.zeros_like(contacts), np.zeros(contacts.shape[:2])
    for number in range(7):
        days = cube.weekday == number
        contacts[:, number] = np.einsum("d,sdk->sk", weight[days], cube.contacts[:, days])
        weighted = level[:, days] * weight[days]
        exposure[:, number] = np.einsum("sd,sdk->sk", weighted, cube.exposure[:, days])
        num_days[:, number] = cube.exposure[:, days].any(axis=2) @ weight[days]
    return _Sums(contacts, exposure, num_days)


def _decay(num_days: int, half_life: float) -> FloatArray:
    age = np.arange(num_days)[::-1]
    return np.asarray(0.5 ** (age / half_life), dtype=np.float64)


def _seen(cube: Cube, week: FloatArray, share: FloatArray) -> FloatArray:
    """Which part of each day was observed, in average days, shape (series, days)."""
    seen = np.zeros(cube.exposure.shape[:2])
    for number in range(7):
        days = cube.weekday == number
        seen[:, days] = np.einsum("sdk,sk->sd", cube.exposure[:, days], share[:, number])
    return seen * week[:, cube.weekday]


def _local_level(
    cube: Cube, week: FloatArray, share: FloatArray, ordinary: BoolArray, settings: ProfileSettings
) -> FloatArray:
    """Contacts of an average day around each day, shape (series, days)."""
    days = np.arange(len(cube.day))
    near = 0.5 ** (np.abs(days[:, None] - days) / settings.smoothing_half_life)
    near *= ordinary[:, None]
    total, seen = cube.contacts.sum(axis=2) @ near, _seen(cube, week, share) @ near
    level: FloatArray = np.divide(total, seen, out=np.zeros_like(total), where=seen > TINY)
    return level


def _level(
    cube: Cube, week: FloatArray, share: FloatArray, ordinary: BoolArray, settings: ProfileSettings
) -> FloatArray:
    """Today's level (series,), exponentially decayed, a series without days at the average."""
    weight = _decay(len(cube.day), settings.level_half_life) * ordinary
    total = cube.contacts.sum(axis=2) @ weight
    seen = _seen(cube, week, share) @ weight
    measured = seen > TINY
    own = np.divide(total, seen, out=np.zeros_like(total), where=measured)
    usual = own[measured].mean() if measured.any() else 0.0
    level: FloatArray = usual * ratio(total, usual * seen, strength=1.0)
    return level


def _factor(
    actual: FloatArray,
    expected: FloatArray,
    num_days: FloatArray,
    level: Level,
    strength: float,
    variance: float,
) -> FloatArray:
    """The ratio of each series' group; a group that says nothing new leaves 1."""
    group_expected = level.total(expected)
    days = np.maximum(level.largest(num_days), TINY)
    dispersion = 1 + variance * group_expected / days
    factor = ratio(level.total(actual), group_expected, strength, dispersion)
    is_new = level.is_new.reshape(-1, *(1,) * (factor.ndim - 1))
    return np.where(is_new, factor, 1.0)


def _weekdays(
    sums: _Sums, share: FloatArray, levels: Sequence[Level], settings: ProfileSettings
) -> FloatArray:
    """Weekday factors (series, 7), from the widest parent to the series itself."""
    actual = sums.contacts.sum(axis=2)
    exposure = (sums.exposure * share).sum(axis=2)
    week = np.ones_like(actual)
    strength = settings.root_strength
    for level in levels:
        expected = exposure * week
        week *= _factor(actual, expected, sums.num_days, level, strength, settings.day_variance)
        strength = settings.weekday_strength
    return np.asarray(week, dtype=np.float64)


def _shares(
    sums: _Sums, week: FloatArray, levels: Sequence[Level], settings: ProfileSettings
) -> FloatArray:
    """Slot shares (series, 7, slots): each level first over all weekdays, then by weekday."""
    exposure = sums.exposure * week[:, :, None]
    share = np.full_like(exposure, 1 / exposure.shape[2])
    days = sums.num_days[:, :, None]
    strength = settings.root_strength
    for level in levels:
        expected = (exposure * share).sum(axis=1, keepdims=True)
        actual = sums.contacts.sum(axis=1, keepdims=True)
        every_day = days.sum(axis=1, keepdims=True)
        share *= _factor(actual, expected, every_day, level, strength, settings.slot_variance)
        strength = settings.slot_strength
        expected = exposure * share
        share *= _factor(sums.contacts, expected, days, level, strength, settings.slot_variance)
    total = share.sum(axis=2, keepdims=True)
    normal: FloatArray = np.divide(share, total, out=np.zeros_like(share), where=total > TINY)
    return normal
