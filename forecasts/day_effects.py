"""What makes a day busier than its weekday, beyond holidays and events.

Two things: the month's cycle (salaries, bills and statements come on the same days), and the
days that make up for a closed one. Both are factors of a day, so they enter the profile like
events: as exposure in the past, as a factor in the future.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from forecasts.calendar import BoolArray, DayKind, FloatArray, IntArray, weekday
from forecasts.cube import Cube

# Below this the month's cycle cannot be told from a change of level.
MIN_DAYS = 70
# Smooth in the day of the month: waves of a month, a half and a third of it.
WAVES = 3
# Standard deviations of a factor's logarithm before anything is known; of the n-th wave 1 / n.
WAVE_SCALE = 0.1
CATCH_UP_SCALE = 0.2
# A series differs from all series together by this part of these.
OWN_PART = 0.5
# How strongly the errors of different series agree on one day.
SHARED = 0.3
# A day errs like its neighbours, so it says only a part of what it seems to say.
CLUSTERING = 2.0
SMALLEST_NOISE = 0.02
LEVEL_HALF_LIFE = 28.0
ROUNDS = 4
NUM_SD = 3.0
MAD_TO_SD = 1.4826
# A weekday with less than this part of an average day is no working day.
WORKING_DAY = 0.2
# A day is missing if less than this part of its contacts could be seen.
SEEN_PART = 0.3
# Which open day after a holiday, and after a day without rows. The first day after a holiday is
# a DayKind of its own.
AFTER_HOLIDAY = (2, 3)
AFTER_GAP = (1, 2, 3)
LONG_AGO = 99
TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Closures:
    """Open days since a series was last closed, counted by ``after``.

    ``works`` (series, 7): the weekdays on which a series has contacts; ``since_holiday`` and
    ``since_gap`` (series,): where the count stands.
    """

    works: BoolArray
    since_holiday: IntArray
    since_gap: IntArray

    def after(
        self, day: IntArray, kind: IntArray, missing: BoolArray
    ) -> tuple[FloatArray, "Closures"]:
        """Which days come so many open days after a closure, and where the count stands then.

        1 where they do, shape (series, days, len(AFTER_HOLIDAY) + len(AFTER_GAP)), for
        consecutive days of the given DayKind; ``missing`` (series, days) had no rows.
        """
        holiday, gap = self.since_holiday, self.since_gap
        found = np.zeros((*missing.shape, len(AFTER_HOLIDAY) + len(AFTER_GAP)))
        for number, weekday_number in enumerate(weekday(day)):
            works = self.works[:, weekday_number]
            is_holiday = works & (kind[number] == DayKind.HOLIDAY)
            is_gap = works & missing[:, number] & ~is_holiday
            opens = works & ~is_holiday & ~is_gap
            holiday = np.where(is_holiday, 0, np.minimum(holiday + opens, LONG_AGO))
            gap = np.where(is_gap, 0, np.minimum(gap + opens, LONG_AGO))
            if kind[number] == DayKind.ORDINARY:
                counts = [holiday == one for one in AFTER_HOLIDAY] + [
                    gap == one for one in AFTER_GAP
                ]
                found[:, number] = np.stack(counts, axis=1) & opens[:, None]
        return found, Closures(self.works, holiday, gap)


@dataclass(frozen=True, slots=True)
class DayEffects:
    """Logarithms of the factors, ``coefficients`` (series, features), and the closures before
    ``last_day``, the last day of the history."""

    coefficients: FloatArray
    closures: Closures
    last_day: int

    def ahead(self, day: IntArray, kind: IntArray) -> FloatArray:
        """Factors of consecutive days from the last day of the history on, (series, days)."""
        missing = np.zeros((len(self.coefficients), len(day)), dtype=np.bool_)
        return _factors(self.coefficients, day, self.closures.after(day, kind, missing)[0])


def month_waves(day: IntArray) -> FloatArray:
    """Cosines and sines of the position in the month, shape (days, 2 x waves)."""
    dates = pd.to_datetime(day, unit="D")
    phase = (dates.day.to_numpy() - 0.5) / dates.days_in_month.to_numpy()
    angles = 2 * np.pi * phase[:, None] * np.arange(1, WAVES + 1)
    return np.concatenate([np.cos(angles), np.sin(angles)], axis=1)


def fit_day_effects(cube: Cube) -> tuple[DayEffects, Cube]:
    """Estimate the factors, and put them into the exposure of the cube.

    Ridge regression of the logarithm of each ordinary day against its surroundings: first of all
    series together, then of what is left of each series. Where nothing can be learnt the factor
    is 1.
    """
    days = _observe(cube)
    long_ago = np.full(len(days.total), LONG_AGO)
    closures = Closures(days.works, long_ago, long_ago)
    before, closures = closures.after(cube.day[:-1], cube.kind[:-1], days.missing[:, :-1])
    last = closures.after(cube.day[-1:], cube.kind[-1:], days.missing[:, -1:])[0]
    after = np.concatenate([before, last], axis=1)
    last_day = int(cube.day[-1])
    coefficients = np.zeros((len(days.total), 2 * WAVES + after.shape[2]))
    if len(cube.day) < MIN_DAYS:
        return DayEffects(coefficients, closures, last_day), cube
    waves = np.broadcast_to(month_waves(cube.day), (*after.shape[:2], 2 * WAVES))
    design = np.concatenate([waves, after], axis=2)
    for _ in range(ROUNDS):
        known = np.einsum("sdf,sf->sd", design, coefficients)
        coefficients = _ridge(design, *days.deviations(known), days.is_long)
    factors = _factors(coefficients, cube.day, after)
    exposure = cube.exposure * factors[:, :, None]
    return DayEffects(coefficients, closures, last_day), replace(cube, exposure=exposure)


def makes_up_for_gap(cube: Cube) -> BoolArray:
    """Which days are the first open ones after a day without rows, shape (series, days).

    What came then says little of other days, and no calendar foretells it.
    """
    days = _observe(cube)
    long_ago = np.full(len(days.total), LONG_AGO)
    closures = Closures(days.works, long_ago, long_ago)
    after = closures.after(cube.day, cube.kind, days.missing)[0]
    return np.asarray(after[:, :, len(AFTER_HOLIDAY) :].any(axis=2))


def _factors(coefficients: FloatArray, day: IntArray, after: FloatArray) -> FloatArray:
    waves = coefficients[:, : 2 * WAVES] @ month_waves(day).T
    catch_up = np.einsum("sdf,sf->sd", after, coefficients[:, 2 * WAVES :])
    return np.asarray(np.exp(waves + catch_up), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class _Days:
    """Days of the past, (series, days): contacts, what an average level would have brought of
    them, which can be learnt from, and which are missing."""

    total: FloatArray
    usual: FloatArray
    learnable: BoolArray
    missing: BoolArray
    works: BoolArray

    @property
    def is_long(self) -> BoolArray:
        """Whether a series is known for long enough, (series,)."""
        known_for = self.learnable.shape[1] - self.learnable.argmax(axis=1)
        long: BoolArray = self.learnable.any(axis=1) & (known_for >= MIN_DAYS)
        return long

    def deviations(self, known: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Log of each day against its surroundings, with what is already known in it, winsorised
        (0 where nothing can be learnt), and the precision of each day."""
        days = np.arange(self.total.shape[1])
        near = 0.5 ** (np.abs(days[:, None] - days) / LEVEL_HALF_LIFE)
        usual = self.usual * np.exp(known)
        around = (self.total * self.learnable) @ near
        level = around / np.maximum((usual * self.learnable) @ near, TINY)
        expected = np.maximum(level * usual, TINY)
        # The + 1 keeps quiet days quiet: 0 against 2 contacts says little.
        error = np.where(self.learnable, np.log((self.total + 1) / (expected + 1)), 0.0)
        scale = MAD_TO_SD * _median_of(np.abs(error), self.learnable)
        noise = np.sqrt(np.maximum(scale, SMALLEST_NOISE)[:, None] ** 2 + 1 / (expected + 1))
        error = np.clip(error, -NUM_SD * noise, NUM_SD * noise)
        precision = self.learnable / (CLUSTERING * noise**2)
        return np.where(self.learnable, known + error, 0.0), precision


def _observe(cube: Cube) -> _Days:
    seen_slots = cube.exposure.sum(axis=1)
    rate = np.divide(
        cube.contacts.sum(axis=1), seen_slots, out=np.zeros_like(seen_slots), where=seen_slots > 0
    )
    share = rate / np.maximum(rate.sum(axis=1, keepdims=True), TINY)
    part = np.einsum("sdk,sk->sd", cube.exposure, share)
    total = cube.contacts.sum(axis=2)
    ordinary = cube.kind == DayKind.ORDINARY
    whole = (part > SEEN_PART) & ordinary
    by_weekday = np.zeros((len(total), 7))
    for number in range(7):
        days = whole & (cube.weekday == number)
        by_weekday[:, number] = (total * days).sum(axis=1) / np.maximum(
            (part * days).sum(axis=1), TINY
        )
    factor = by_weekday / np.maximum(by_weekday.mean(axis=1, keepdims=True), TINY)
    works = factor > WORKING_DAY
    usual = part * factor[:, cube.weekday]
    learnable = whole & works[:, cube.weekday]
    started = np.logical_or.accumulate(part > SEEN_PART, axis=1)
    missing = started & (part <= SEEN_PART)
    # The history may begin and end within a day.
    missing[:, [0, -1]] = False
    return _Days(total, usual, learnable, missing, works)


def _median_of(values: FloatArray, chosen: BoolArray) -> FloatArray:
    """Median of the chosen values of each row, 1 where there are none."""
    ordered = np.sort(np.where(chosen, values, np.inf), axis=1)
    num = chosen.sum(axis=1)
    middle = ordered[np.arange(len(values)), np.maximum(num - 1, 0) // 2]
    return np.where(num > 0, middle, 1.0)


def _ridge(
    design: FloatArray, target: FloatArray, precision: FloatArray, is_long: BoolArray
) -> FloatArray:
    """Coefficients (series, features), pulled to those of all series, and these to 0.

    Only a long series (series,) has something of its own to say.
    """
    waves = np.tile(np.arange(1, WAVES + 1), 2)
    num_after = design.shape[2] - 2 * WAVES
    prior = np.concatenate([waves**2 / WAVE_SCALE**2, np.full(num_after, 1 / CATCH_UP_SCALE**2)])
    weighted = design * precision[:, :, None]
    square = np.einsum("sdf,sdg->sfg", weighted, design, optimize=True)
    product = np.einsum("sdf,sd->sf", weighted, target)
    # So many series that err together say only as much as a few.
    agreeing = 1 + SHARED * (len(design) - 1)
    pooled = np.linalg.solve(
        square.sum(axis=0) / agreeing + np.diag(prior), product.sum(axis=0) / agreeing
    )
    if len(design) == 1:
        return np.asarray(pooled[None])
    left = product - square @ pooled
    own = np.linalg.solve(square + np.diag(prior / OWN_PART**2), left[:, :, None])[:, :, 0]
    return np.asarray(pooled + own * is_long[:, None], dtype=np.float64)
