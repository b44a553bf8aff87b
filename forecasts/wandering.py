"""How far a bot's share wanders: what was true last month is not quite true today.

The logit of the failed share is taken as a random walk, seen through days that differ more than
chance. How likely each walk makes the days is known from a Kalman filter (local level model,
Harvey 1989, "Forecasting, structural time series models"); a queue's own days count fully, those
of the other queues half, and a prior decides where they say little.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

# The walk of a week in logits where nothing is known: its median, the spread of its logarithm.
PRIOR_MEDIAN = 0.05
PRIOR_SPREAD = 0.6
WALKS = np.exp(np.linspace(np.log(0.005), np.log(1.0), 60))
# What the days of the other queues count of a queue's own.
OTHERS = 0.5
WEEK = 7
MIN_DAYS = 14
MIN_LABELS_OF_A_DAY = 5


def walk_likelihood(age: FloatArray, offered: FloatArray, failed: FloatArray) -> FloatArray:
    """Logarithm of how likely each of ``WALKS`` makes a queue's days; 0 where they say nothing.

    Days with closed labels, the oldest first; ``age`` in days. Shares are normal around the level.
    """
    enough = offered >= MIN_LABELS_OF_A_DAY
    age, offered, failed = age[enough], offered[enough], failed[enough]
    share = failed.sum() / max(offered.sum(), 1.0)
    if len(age) < MIN_DAYS or not 0 < share < 1:
        return np.zeros(len(WALKS))
    spread = share * (1 - share)
    chance = spread / offered * _spread_of_days(age, offered, failed)
    step = (WALKS * spread) ** 2 / WEEK
    level, variance = np.full(len(WALKS), share), np.full(len(WALKS), spread)
    log = np.zeros(len(WALKS))
    for day in range(len(age)):
        if day:
            variance = variance + step * (age[day - 1] - age[day])
        error, total = failed[day] / offered[day] - level, variance + chance[day]
        if day:  # the first day only tells where the walk begins
            log -= 0.5 * (np.log(total) + error**2 / total)
        level = level + variance / total * error
        variance = variance * chance[day] / total
    return log


def _spread_of_days(age: FloatArray, offered: FloatArray, failed: FloatArray) -> float:
    """Variance of days around their own week against a binomial's, at least 1."""
    squares, free = 0.0, 0
    for number in np.unique(age // WEEK):
        rows = age // WEEK == number
        mean = failed[rows].sum() / offered[rows].sum()
        chance = np.maximum(offered[rows] * mean * (1 - mean), 1e-9)
        squares += float(((failed[rows] - offered[rows] * mean) ** 2 / chance).sum())
        free += int(rows.sum()) - 1
    return max(1.0, squares / max(free, 1))


def weekly_variances(likelihoods: Mapping[str, FloatArray]) -> dict[str, float]:
    """Logit variance a week of each queue: the mean of its posterior."""
    prior = -0.5 * (np.log(WALKS / PRIOR_MEDIAN) / PRIOR_SPREAD) ** 2
    whole = np.sum(list(likelihoods.values()), axis=0)
    found = {}
    for key, own in likelihoods.items():
        log = prior + own + OTHERS * (whole - own)
        weight = np.exp(log - log.max())
        found[key] = float(weight @ WALKS**2 / weight.sum())
    return found


def lag_days(age: FloatArray, weight: FloatArray) -> float:
    """Days of walk by which a weighted mean of the past lags behind today.

    A step made n days ago is missing in the weight of all that is older: the sum of the squares
    of those weights, over the days.
    """
    whole = weight.sum()
    if whole <= 0:
        return 0.0
    by_age = np.bincount(age.astype(np.int64), weights=weight / whole)
    older = by_age[::-1].cumsum()[::-1]
    return float((older**2).sum())
