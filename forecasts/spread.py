"""How far days and intervals scatter around the mean: measured out of sample, then drawn.

A count is Poisson around mean x day factor x interval factor. The day factor is log-normal,
because that lets series share a part of it cheaply and exactly; the interval factor is Gamma,
which makes the count negative binomial given the day. Both have mean 1, so
Var = mean + v mean^2 with v = (1 + v_day)(1 + v_interval) - 1.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from forecasts.calendar import FloatArray, IntArray
from forecasts.counts import WORD_BITS, poisson, surprises

PathArray = npt.NDArray[np.int32]

# What call centres usually show, where no back-test is possible yet.
DEFAULT_DAY_VARIANCE = 0.02
DEFAULT_INTERVAL_VARIANCE = 0.01
DEFAULT_SHARED = 0.3
SMALLEST_VARIANCE = 1e-4
LARGEST_VARIANCE = 4.0
ROUNDS = 4
# Paths are drawn this many at a time: what they need stays in the processor's cache.
BLOCK = 50
# What the uncertainty of a special day's factor adds to its day variance, by DayKind.
SPECIAL_DAY_VARIANCE = np.array([0.0, 0.8, 0.6, 0.02, 0.03, 0.1])


@dataclass(frozen=True, slots=True)
class Errors:
    """Back-tested days: actual and expected contacts, shape (series, days, slots).

    Both are 0 where nothing was observed. ``known_days`` (days,) is how much history each
    day's forecast had, in any unit; None: all had the same.
    """

    actual: FloatArray
    expected: FloatArray
    known_days: FloatArray | None = None

    @property
    def weight(self) -> FloatArray:
        """How much each day counts, (days,): what less history forecast errs more than we do."""
        num_days = self.actual.shape[1]
        if self.known_days is None or not num_days:
            return np.ones(num_days)
        return np.asarray(self.known_days / self.known_days.max(), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Spread:
    """Variances of the day and the interval factor (series,), and the correlation of the day
    factors of two series on the same day.

    ``events`` (series, days), from the first day drawn, is what unsure events add to the former.
    """

    day: FloatArray
    interval: FloatArray
    shared: float
    events: FloatArray | None = None


def estimate_spread(errors: Errors) -> Spread:
    """Weighted method of moments: products of errors of one day's intervals show the day factor.

    For intervals i != j of a day E[e_i e_j] = v_day m_i m_j, and for one interval
    E[e^2 - m] = v m^2. Each equation is weighted by 1 / (1 + v m), as in quasi-likelihood: a
    few busy intervals do not decide alone. Series with few contacts take the value of all
    series together.
    """
    num_series = len(errors.actual)
    day = np.full(num_series, DEFAULT_DAY_VARIANCE)
    interval = np.full(num_series, DEFAULT_INTERVAL_VARIANCE)
    # The weights need the variances; they settle quickly.
    for _ in range(ROUNDS):
        day = _day_variances(errors, day)
        interval = _interval_variances(errors, day, interval)
    error = errors.actual - errors.expected
    return Spread(day, interval, _shared(error.sum(axis=2), errors.expected.sum(axis=2), day))


def _day_variances(errors: Errors, day: FloatArray) -> FloatArray:
    error, expected = errors.actual - errors.expected, errors.expected
    day_expected = expected.sum(axis=2)
    weight = errors.weight / (1 + day[:, None] * day_expected)
    covariance = error.sum(axis=2) ** 2 - (error**2).sum(axis=2)
    pairs = day_expected**2 - (expected**2).sum(axis=2)
    return _shrunk(
        (covariance * weight).sum(axis=1),
        (pairs * weight).sum(axis=1),
        ((day_expected > 0) * errors.weight).sum(axis=1),
        _size(day_expected, weight),
        DEFAULT_DAY_VARIANCE,
    )


def _interval_variances(errors: Errors, day: FloatArray, interval: FloatArray) -> FloatArray:
    expected = errors.expected
    both = ((1 + day) * (1 + interval) - 1)[:, None, None]
    weight = errors.weight[:, None] / (1 + both * expected)
    squares = (expected**2 * weight).sum(axis=(1, 2))
    excess = (((errors.actual - expected) ** 2 - expected) * weight).sum(axis=(1, 2))
    flat = (len(expected), -1)
    return _shrunk(
        excess - day * squares,
        squares * (1 + day),
        ((expected > 0) * errors.weight[:, None]).sum(axis=(1, 2)),
        _size(expected.reshape(flat), weight.reshape(flat)),
        DEFAULT_INTERVAL_VARIANCE,
    )


def _shrunk(
    actual: FloatArray, base: FloatArray, num: FloatArray, size: FloatArray, default: float
) -> FloatArray:
    """Each series' actual / base, pulled to the pooled value by its own sampling variance.

    An estimate from ``num`` counts of mean m has variance (2 (1/m + v)^2 + 1/m^3) / num (the
    second and fourth moments of a Poisson); the prior's standard deviation is the pooled value.
    """
    measured = (base > 0) & (num > 0)
    if not measured.any():
        return np.full(len(base), default)
    own = np.divide(actual, base, out=np.zeros_like(base), where=measured)
    sparse = 1 / np.maximum(size, 1e-3)
    trust = np.where(measured, num / (2 * (sparse + default) ** 2 + sparse**3), 0.0)
    pooled = np.clip((own * trust).sum() / trust.sum(), SMALLEST_VARIANCE, LARGEST_VARIANCE)
    noise = (2 * (sparse + pooled) ** 2 + sparse**3) / np.maximum(num, 1)
    weight = np.where(measured, pooled**2 / (pooled**2 + noise), 0.0)
    variance: FloatArray = weight * own + (1 - weight) * pooled
    return np.clip(variance, pooled / 4, LARGEST_VARIANCE)


def _size(expected: FloatArray, weight: FloatArray) -> FloatArray:
    """Mean of the counts that carry the estimate: large ones weigh more."""
    squares, total = (expected**2 * weight).sum(axis=1), (expected * weight).sum(axis=1)
    size: FloatArray = np.divide(squares, total, out=np.zeros_like(total), where=total > 0)
    return size


def _shared(error: FloatArray, expected: FloatArray, day: FloatArray) -> float:
    """Correlation of the day factors of different series, pooled over all pairs."""
    if len(error) < 2 or not (expected > 0).any():
        return DEFAULT_SHARED
    scale = np.sqrt(day)[:, None] * expected
    # Large series would decide alone: every day of every series is scaled to its own noise.
    unit = 1 / np.sqrt(np.maximum(expected + scale**2, 1e-9))
    covariance = ((error * unit).sum(axis=0) ** 2 - ((error * unit) ** 2).sum(axis=0)).sum()
    pairs = ((scale * unit).sum(axis=0) ** 2 - ((scale * unit) ** 2).sum(axis=0)).sum()
    return float(np.clip(covariance / pairs, 0.0, 0.95)) if pairs > 0 else DEFAULT_SHARED


def draw_counts(
    row: int,
    mean: FloatArray,
    day: IntArray,
    kind: IntArray,
    spread: Spread,
    num_paths: int,
    seed: int,
    scores: FloatArray | None = None,
) -> PathArray:
    """Sample paths of one series, shape (paths, intervals), from its mean (intervals,).

    ``day`` is the number of each interval's local day, ``kind`` its DayKind. Path p of
    every series shares the common part of its day factors; the streams depend only on the seed
    and the series' row, so a series' paths stay the same when others are drawn or not.
    ``scores`` (paths, days) take the place of the standard normal draws of the days.
    """
    day = day - day[0]
    num_days = int(day[-1]) + 1
    rng = _own_stream(row, seed)
    own = rng.standard_normal((num_paths, num_days))
    common = common_scores(num_paths, num_days, seed)
    z = np.sqrt(spread.shared) * common + np.sqrt(1 - spread.shared) * own
    if scores is not None:
        z = scores
    sigma2 = day_variance(spread, kinds_by_day(day, kind))[row]
    factor = np.exp(np.sqrt(sigma2) * z - sigma2 / 2)
    return _counts(mean, day, factor, float(spread.interval[row]), rng)


def _counts(
    mean: FloatArray,
    day: IntArray,
    factor: FloatArray,
    variance: float,
    rng: np.random.Generator,
) -> PathArray:
    """Counts given the days' factors (paths, days), ``variance`` that of the intervals'."""
    num_paths = len(factor)
    counts = np.zeros((num_paths, len(mean)), dtype=np.int32)
    busy = np.flatnonzero(mean > 0)
    busy_mean, busy_day = mean[busy].astype(np.float32), day[busy]
    for first in range(0, num_paths, BLOCK):
        block = slice(first, min(first + BLOCK, num_paths))
        rate = factor[block].astype(np.float32).take(busy_day, axis=1) * busy_mean
        words = rng.integers(0, 1 << WORD_BITS, (3, *rate.shape), dtype=np.uint16)
        rate *= surprises(variance, words[0])
        counts[block, busy] = poisson(rate, words[1], words[2])
    return counts


def day_variance(spread: Spread, day_kind: IntArray) -> FloatArray:
    """Variance of the logarithm of the day factor, shape (series, days)."""
    extra = SPECIAL_DAY_VARIANCE[day_kind] + (0.0 if spread.events is None else spread.events)
    variance: FloatArray = np.log1p(spread.day[:, None] + extra)
    return variance


def kinds_by_day(number: IntArray, kind: IntArray) -> IntArray:
    """The kind of each day (days,), from the day number and kind of each interval."""
    by_day = np.zeros(int(number[-1]) + 1, dtype=np.int64)
    by_day[number] = kind
    return by_day


def common_scores(num_paths: int, num_days: int, seed: int) -> FloatArray:
    """What all series share of their days' scores, shape (paths, days)."""
    return np.random.default_rng((seed, 0)).standard_normal((num_paths, num_days))


def own_scores(row: int, num_paths: int, num_days: int, seed: int) -> FloatArray:
    """What a series has of its days' scores for itself, shape (paths, days)."""
    return _own_stream(row, seed).standard_normal((num_paths, num_days))


def _own_stream(row: int, seed: int) -> np.random.Generator:
    return np.random.default_rng((seed, 1, row))
