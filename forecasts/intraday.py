"""Contacts of a day so far -> how busy the day is, and paths of its rest that agree with it.

A day's factor is log-normal and shared by all its intervals (see ``spread``), so what came by
ten says how the afternoon will be. Given the day's score z (its factor is exp(s z - s^2 / 2)),
the counts of its intervals are negative binomial and independent. The scores of all series on
one day are sqrt(r) c + sqrt(1 - r) o with a common c and an own o, so given c the series are
independent too: c has a posterior on a grid, and given c so has each z. Nothing is approximated
but by the grid. Days do not depend on each other, in this model as in ``spread``.
"""

from functools import lru_cache

import numpy as np
from scipy import special

from forecasts.calendar import FloatArray, IntArray
from forecasts.spread import (
    PathArray,
    Spread,
    common_scores,
    day_variance,
    draw_counts,
    kinds_by_day,
    own_scores,
)

# Scores further out than this do not happen; the step is a tenth of the sharpest posterior that
# a day of thousands of contacts leaves.
GRID = np.linspace(-12.0, 12.0, 1201)
STEP = float(GRID[1] - GRID[0])
TINY = 1e-300


def conditional_paths(
    mean: FloatArray,
    actual: FloatArray,
    day: IntArray,
    kind: IntArray,
    spread: Spread,
    num_paths: int,
    seed: int,
) -> PathArray:
    """Sample paths that hold what came and go on as the day has been so far.

    ``mean`` and ``actual`` have shape (series, intervals); ``actual`` is nan where nothing is
    known yet or was measured. ``day`` is the number of each interval's local day, ``kind`` its
    DayKind. Returns (series, paths, intervals). A day of which nothing is known keeps the very
    paths that ``draw_counts`` gives with this seed.
    """
    scores = conditional_scores(mean, actual, day, kind, spread, num_paths, seed)
    known = ~np.isnan(actual)
    told = np.isin(day, day[(known & (mean > 0)).any(axis=0)])
    paths = np.empty((len(mean), num_paths, mean.shape[1]), dtype=np.int32)
    for row in range(len(mean)):
        drawn = (row, mean[row], day, kind, spread, num_paths, seed)
        paths[row] = draw_counts(*drawn)
        paths[row][:, told] = draw_counts(*drawn, scores=scores[row])[:, told]
        paths[row][:, known[row]] = actual[row, known[row]]
    return paths


def conditional_scores(
    mean: FloatArray,
    actual: FloatArray,
    day: IntArray,
    kind: IntArray,
    spread: Spread,
    num_paths: int,
    seed: int,
) -> FloatArray:
    """The days' scores given what came, shape (series, paths, days).

    Each draw is the prior's draw of the same seed, moved to the same quantile of the posterior:
    little news moves the paths little.
    """
    numbers = day - day[0]
    num_days = int(numbers[-1]) + 1
    common = common_scores(num_paths, num_days, seed)
    own = np.stack([own_scores(row, num_paths, num_days, seed) for row in range(len(mean))])
    scores: FloatArray = np.sqrt(spread.shared) * common + np.sqrt(1 - spread.shared) * own
    known = ~np.isnan(actual) & (mean > 0)
    variance = day_variance(spread, kinds_by_day(numbers, kind))
    for one in np.unique(numbers[known.any(axis=0)]):
        seen = known & (numbers == one)
        sigma = np.sqrt(variance[:, one])
        rows = zip(mean, actual, seen, sigma, 1 / spread.interval, strict=True)
        level = np.stack([_log_likelihood(m[at], y[at], s, size) for m, y, at, s, size in rows])
        scores[:, :, one] = _posterior_scores(level, spread.shared, common[:, one], own[:, :, one])
    return scores


def _log_likelihood(mean: FloatArray, actual: FloatArray, sigma: float, size: float) -> FloatArray:
    """Of each score of the grid, up to a constant; 0 everywhere if nothing was seen.

    Negative binomial of mean m and size k: y log m - (y + k) log(m + k).
    """
    expected = mean * np.exp(sigma * GRID - sigma**2 / 2)[:, None]
    found: FloatArray = (actual * np.log(expected) - (actual + size) * np.log(expected + size)).sum(
        axis=1
    )
    found -= found.max()
    return found


def _posterior_scores(
    level: FloatArray, shared: float, common: FloatArray, own: FloatArray
) -> FloatArray:
    """Scores of one day given the log-likelihoods (series, grid), shape (series, paths)."""
    marginal = _spread_out(shared) @ np.exp(level).T
    log_weight = -(GRID**2) / 2 + np.log(np.maximum(marginal, TINY)).sum(axis=1)
    moved = _at_quantiles(np.broadcast_to(log_weight, (len(common), len(GRID))), common)
    given = -((GRID - np.sqrt(shared) * moved[:, None]) ** 2) / (2 * (1 - shared))
    rows = [_at_quantiles(given + one, mine) for one, mine in zip(level, own, strict=True)]
    return np.stack(rows)


@lru_cache(maxsize=2)
def _spread_out(shared: float) -> FloatArray:
    """How likely each score (column) is when the common part is c (row), shape (grid, grid)."""
    distance = GRID - np.sqrt(shared) * GRID[:, None]
    likely: FloatArray = np.exp(-(distance**2) / (2 * (1 - shared)))
    return likely


def _at_quantiles(log_weight: FloatArray, scores: FloatArray) -> FloatArray:
    """Where distributions on the grid (paths, grid) have the quantiles of standard scores."""
    weight = np.exp(log_weight - log_weight.max(axis=1, keepdims=True))
    below = np.cumsum(weight, axis=1)
    below /= below[:, -1:]
    quantile = special.ndtr(scores)
    upper = np.clip((below < quantile[:, None]).sum(axis=1), 1, len(GRID) - 1)
    path = np.arange(len(scores))
    low, high = below[path, upper - 1], below[path, upper]
    share = np.divide(quantile - low, high - low, out=np.ones_like(low), where=high > low)
    # The weight of a point is that of half a step to both of its sides.
    found: FloatArray = GRID[upper - 1] + STEP * (0.5 + np.clip(share, 0.0, 1.0))
    return found
