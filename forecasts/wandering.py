"""How far a bot's share wanders: what was true last month is not quite true today.

The logit of the failed share is taken as a random walk. Its variance a week is what neighbouring
weeks differ by beyond chance, pulled to the mean of all queues, and that to a prior.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

# Logit variance a week where nothing is known (a twentieth, squared), worth so many steps.
PRIOR_VARIANCE = 0.05**2
PRIOR_STEPS = 4.0
# How many steps of its own weigh as much as the mean of all queues.
POOL_STEPS = 8.0
WEEK = 7
MIN_DAYS_OF_A_WEEK = 3
MIN_LABELS_OF_A_WEEK = 30
# Means of neighbouring weeks differ by this share of a week's variance: (2 x 7^2 + 1) / (3 x 7^2).
SEEN_SHARE = (2 * WEEK**2 + 1) / (3 * WEEK**2)
# A variance that is itself an estimate needs a wider interval; found by simulation.
WIDENING = 1.3
# Spread of a step that is worth telling apart from chance, for weighing steps.
TYPICAL = SEEN_SHARE * 0.1**2


@dataclass(frozen=True, slots=True)
class Steps:
    """What one queue's weeks say: weighted sum of the variance they show, and of the weights."""

    total: float = 0.0
    weight: float = 0.0
    num: int = 0


def weekly_steps(age: FloatArray, offered: FloatArray, failed: FloatArray) -> Steps:
    """Steps between neighbouring weeks, from days with closed labels; ``age`` in days.

    The chance part of a step has the spread of days within their own week.
    """
    weeks = [np.flatnonzero(age // WEEK == number) for number in np.unique(age // WEEK).astype(int)]
    weeks = [
        rows
        for rows in weeks
        if len(rows) >= MIN_DAYS_OF_A_WEEK and offered[rows].sum() >= MIN_LABELS_OF_A_WEEK
    ]
    share = failed.sum() / max(offered.sum(), 1.0)
    if len(weeks) < 2 or not 0 < share < 1:
        return Steps()
    spread = share * (1 - share)
    means = np.array([failed[rows].sum() / offered[rows].sum() for rows in weeks])
    chance = np.array([1 / offered[rows].sum() for rows in weeks]) / spread
    chance *= _spread_of_days(weeks, means, offered, failed)
    number = np.array([age[rows[0]] // WEEK for rows in weeks])
    beside = np.diff(number) == 1
    step = (np.diff(means) / spread)[beside]
    noise = (chance[1:] + chance[:-1])[beside]
    weight = 1 / (noise + TYPICAL) ** 2
    return Steps(float(weight @ (step**2 - noise)), float(weight.sum()), len(step))


def _spread_of_days(
    weeks: list[npt.NDArray[np.intp]], means: FloatArray, offered: FloatArray, failed: FloatArray
) -> float:
    """Variance of days around their own week against a binomial's, at least 1."""
    squares, free = 0.0, 0
    for rows, mean in zip(weeks, means, strict=True):
        chance = np.maximum(offered[rows] * mean * (1 - mean), 1e-9)
        squares += float(((failed[rows] - offered[rows] * mean) ** 2 / chance).sum())
        free += len(rows) - 1
    return max(1.0, squares / free)


def weekly_variances(steps: Mapping[str, Steps]) -> dict[str, float]:
    """Logit variance a week of each queue."""
    num = sum(one.num for one in steps.values())
    weight = sum(one.weight for one in steps.values())
    each = weight / num if num else 1.0
    prior = PRIOR_STEPS * each
    total = sum(one.total for one in steps.values()) + prior * SEEN_SHARE * PRIOR_VARIANCE
    pooled = max(total / (weight + prior), 0.0)
    return {
        key: max((own.total + POOL_STEPS * each * pooled) / (own.weight + POOL_STEPS * each), 0.0)
        * WIDENING
        / SEEN_SHARE
        for key, own in steps.items()
    }


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
