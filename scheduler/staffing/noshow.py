"""How many to schedule so that enough are there: no-shows and shrinkage."""

import numpy as np

from scheduler.problem import IntArray
from scheduler.staffing.rounding import BoolArray, FloatArray, exact, fewest

# Of a probability: so that a confidence of 0.9 is met by a chance of exactly 0.9.
_ROUNDING = 1e-12
_NEGLIGIBLE = 1e-6


def with_no_shows(workers: IntArray, no_show_rate: float, confidence: float) -> IntArray:
    """The fewest to schedule so that at least ``workers`` come, with the confidence.

    Each comes with 1 - ``no_show_rate`` on his own: the smallest m with
    ``P(Bin(m, 1 - rate) >= workers) >= confidence``. Dividing by 1 - rate would be too
    optimistic for small teams. Rate in [0, 1), confidence in (0, 1); 0 stays 0.
    """
    if no_show_rate == 0:
        return workers.copy()
    distinct, where = np.unique(workers, return_inverse=True)

    def enough_come(scheduled: IntArray) -> BoolArray:
        return chance_of(scheduled, distinct, no_show_rate) >= confidence - _ROUNDING

    return fewest(enough_come, distinct)[where]


def chance_of(scheduled: IntArray, come: IntArray, no_show_rate: float) -> FloatArray:
    """Chance that at least ``come`` of the scheduled workers come; broadcasts."""
    from scipy.special import bdtrc

    chance = np.asarray(bdtrc(come - 1.0, scheduled, 1.0 - no_show_rate), dtype=np.float64)
    return np.where(come <= 0, 1.0, np.where(come > scheduled, 0.0, chance))


def who_come(scheduled: IntArray, no_show_rate: float) -> tuple[IntArray, IntArray, FloatArray]:
    """Every number of workers that may come: index into ``scheduled``, number, chance.

    Numbers with a chance below a millionth are left out, so chances add up to almost 1.
    """
    number = np.arange(int(scheduled.max(initial=0)) + 2)
    at_least = chance_of(scheduled[:, None], number, no_show_rate)
    chance = at_least[:, :-1] - at_least[:, 1:]
    index, come = np.nonzero(chance > _NEGLIGIBLE)
    return index, come, chance[index, come]


def with_shrinkage(workers: IntArray, shrinkage: float) -> IntArray:
    """The fewest present so that ``workers`` are on the queue while a share is elsewhere.

    ``ceil(workers / (1 - shrinkage))`` in whole numbers: 21 at 0.3 is 30, not 31.
    """
    there = 1 - exact(shrinkage)
    return -(-workers * there.denominator // there.numerator)


def on_the_queue(present: IntArray, shrinkage: float) -> IntArray:
    """Workers on the queue when some are present: the inverse of ``with_shrinkage``."""
    there = 1 - exact(shrinkage)
    return present * there.numerator // there.denominator
