"""Of what a bot resolves, how much people would have had: weeks before and after its launch.

Contacts are counted for bot and people together. Had nobody come who would not have come
without the bot, the weeks after its launch would be as the weeks before lead one to expect.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy import special

from forecasts.calendar import FloatArray
from forecasts.correction import Correction

MIN_BEFORE, MIN_AFTER = 8, 4  # weeks
MAX_BEFORE, MAX_AFTER = 26, 12
MIN_DAYS = 5  # of a week, or it is left out
# Standard deviation of what is stated: towards it a measurement is pulled.
STATED_ERROR = 0.40
# Half of a 90 % interval that could be anywhere from 0 to 1.
MAX_POINTS = 100.0
# Weekly volume, in logarithms: how far its level may wander in a week, how much weeks differ
# beside that, and how steep a trend may be in a week (standard deviation).
WALKS = (0.0, 0.005, 0.01, 0.02, 0.04, 0.08)
NOISES = (0.005, 0.01, 0.02, 0.04, 0.08, 0.16)
TREND = 0.01
LEVEL = 1.0


@dataclass(frozen=True, slots=True)
class LaunchDays:
    """The days around a bot's launch, the array entries of one day each.

    ``day`` counts from the launch, the days before negative; ``came`` contacts and ``expected``
    ones, as forecast from the days before; ``resolved`` by the bot. Only days that were observed
    and whose labels are closed.
    """

    day: FloatArray
    came: FloatArray
    expected: FloatArray
    resolved: FloatArray


@dataclass(frozen=True, slots=True)
class _Weeks:
    """Weeks around a launch, their number in order of time; the first after it is 0."""

    number: FloatArray
    came: FloatArray
    expected: FloatArray
    resolved: FloatArray

    def __len__(self) -> int:
        return len(self.number)


def substitution(days: LaunchDays | None, stated: float) -> Correction:
    """theta = 1 - (contacts that came - contacts expected) / resolved, from 0 to 1.

    The same as (contacts that people would have had - first contacts that they had) / resolved:
    after the launch people have what the bot does not resolve. Pulled to ``stated`` as far as
    it is unsure, and ``stated`` itself where fewer than eight weeks before or four after the
    launch are known, where nothing was resolved, or where the weeks say nothing.
    """
    if days is None:
        return Correction(stated, "setting: no history before the bot's launch")
    before, after = _weeks(days, -MAX_BEFORE, 0), _weeks(days, 0, MAX_AFTER)
    if len(before) < MIN_BEFORE or len(after) < MIN_AFTER:
        words = f"setting: {len(before)} weeks before and {len(after)} after the launch are known"
        return Correction(stated, f"{words}, {MIN_BEFORE} and {MIN_AFTER} are needed")
    resolved = float(after.resolved.sum())
    if resolved <= 0:
        return Correction(stated, "setting: the bot resolved nothing after its launch")
    mean, error = _expected(before, after)
    theta = 1 - (float(after.came.sum()) - mean) / resolved
    return _judged(theta, error / resolved, len(before), len(after), stated)


def _judged(theta: float, error: float, before: int, after: int, stated: float) -> Correction:
    """What was measured, pulled to what is stated as far as it is unsure (both are normal)."""
    points = 100 * float(special.ndtri(0.95)) * error
    if points > MAX_POINTS:
        words = f"setting: {before} weeks before and {after} after the launch are unsure by"
        return Correction(stated, f"{words} {points:.0f} points, which says nothing")
    trust = STATED_ERROR**2 / (STATED_ERROR**2 + error**2)
    center, spread = stated + trust * (theta - stated), np.sqrt(trust) * error

    def quantile(levels: FloatArray) -> FloatArray:
        return np.asarray(center + spread * special.ndtri(levels), dtype=np.float64)

    words = f"measured: {before} weeks before and {after} after the launch"
    words += f" say {round(100 * theta)} % give or take {points:.0f}"
    return Correction(float(np.clip(center, 0.0, 1.0)), words, quantile)


def _weeks(days: LaunchDays, first: int, end: int) -> _Weeks:
    """Weeks from one number to another that have five known days or more, and contacts."""
    week = np.floor(days.day / 7)
    known = [one for one in range(first, end) if (week == one).sum() >= MIN_DAYS]
    sums = np.array(
        [
            [part[week == one].sum() for one in known]
            for part in (days.came, days.expected, days.resolved)
        ]
    ).reshape(3, len(known))
    good = (sums[0] > 0) & (sums[1] > 0)
    return _Weeks(np.array(known, dtype=np.float64)[good], *sums[:, good])


def _expected(before: _Weeks, after: _Weeks) -> tuple[float, float]:
    """Contacts expected after the launch without the bot, and their standard error.

    The logarithm of what came over what was expected is a level that wanders, a trend and the
    noise of a week (a structural time series, as in Brodersen et al. 2015, "Inferring causal
    impact"). How much of each, the weeks before tell: a mean over a grid by likelihood.
    """
    weight = after.expected / after.expected.sum()
    found = [_ahead(before, after, weight, walk, noise) for walk, noise in product(WALKS, NOISES)]
    likelihood, mean, variance = np.array(found).T
    share = np.exp(likelihood - likelihood.max())
    share /= share.sum()
    center = float(share @ mean)
    spread = float(share @ (variance + (mean - center) ** 2))
    expected = float(after.expected.sum() * np.exp(center))
    return expected, expected * np.sqrt(spread)


def _ahead(
    before: _Weeks, after: _Weeks, weight: FloatArray, walk: float, noise: float
) -> tuple[float, float, float]:
    """Log likelihood of the weeks before; mean and variance of the weighted weeks after."""
    week = np.append(before.number, after.number)
    since = week - week[0]
    shared = LEVEL**2 + walk**2 * np.minimum.outer(since, since) + TREND**2 * np.outer(week, week)
    own = noise**2 + 1 / np.append(before.came, after.expected)
    whole = shared + np.diag(own)
    num = len(before)
    ratio = np.log(before.came / before.expected)
    past, cross = whole[:num, :num], whole[:num, num:] @ weight
    solved = np.linalg.solve(past, np.column_stack([ratio, cross]))
    log_det = float(np.linalg.slogdet(past)[1])
    likelihood = -0.5 * (float(ratio @ solved[:, 0]) + log_det)
    variance = float(weight @ whole[num:, num:] @ weight - cross @ solved[:, 1])
    return likelihood, float(cross @ solved[:, 0]), variance
