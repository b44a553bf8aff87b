"""How many to schedule so that enough are there: no-shows and shrinkage."""

import numpy as np

from scheduler.problem import IntArray
from scheduler.staffing.rounding import BoolArray, FloatArray, exact, fewest

# Of a probability: so that a confidence of 0.9 is met by a chance of exactly 0.9.
_ROUNDING = 1e-12
_NEGLIGIBLE = 1e-6

Rate = float | FloatArray  # one, or one per interval


def with_no_shows(workers: IntArray, no_show_rate: Rate, confidence: float) -> IntArray:
    """The fewest to schedule so that at least ``workers`` come, with the confidence.

    Each comes with 1 - ``no_show_rate`` on his own: the smallest m with
    ``P(Bin(m, 1 - rate) >= workers) >= confidence``. Dividing by 1 - rate would be too
    optimistic for small teams. Rate in [0, 1), one or one per element; confidence in (0, 1);
    0 stays 0.
    """
    if np.all(no_show_rate == 0):
        return workers.copy()
    rates = np.broadcast_to(no_show_rate, workers.shape)
    pairs = np.stack([workers.astype(np.float64), rates], axis=-1)
    distinct, where = np.unique(pairs, axis=0, return_inverse=True)
    needed = distinct[:, 0].astype(np.int64)

    def enough_come(scheduled: IntArray) -> BoolArray:
        return chance_of(scheduled, needed, distinct[:, 1]) >= confidence - _ROUNDING

    return fewest(enough_come, needed)[where.reshape(-1)]


def chance_of(scheduled: IntArray, come: IntArray, no_show_rate: Rate) -> FloatArray:
    """Chance that at least ``come`` of the scheduled workers come; broadcasts."""
    from scipy.special import bdtrc

    chance = np.asarray(bdtrc(come - 1.0, scheduled, 1.0 - no_show_rate), dtype=np.float64)
    return np.where(come <= 0, 1.0, np.where(come > scheduled, 0.0, chance))


def who_come(scheduled: IntArray, no_show_rate: Rate) -> tuple[IntArray, IntArray, FloatArray]:
    """Every number of workers that may come: index into ``scheduled``, number, chance.

    Numbers with a chance below a millionth are left out, so chances add up to almost 1.
    """
    number = np.arange(int(scheduled.max(initial=0)) + 2)
    rates = np.broadcast_to(no_show_rate, scheduled.shape)
    at_least = chance_of(scheduled[:, None], number, rates[:, None])
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
