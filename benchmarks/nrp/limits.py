"""Limits of shifts per type as rows that whole schedules keep.

The paths do not count shifts of a type, so the master does. A limit alone is weak there: between
its own counts and those beyond the limit a mix of schedules gets more out of the worker's minutes
than any schedule that keeps the limit. The second row of each limited type cuts such mixes off.
"""

from fractions import Fraction

import numpy as np

from benchmarks.nrp.instance import Instance
from scheduler.problem import IntArray


def limits(instance: Instance) -> tuple[IntArray, IntArray]:
    """``weight[worker, row, type]`` of a shift, and what the weights may sum to, per row.

    Row ``t`` counts the shifts of type t, row ``types + t`` weighs them against all others; rows
    that no schedule can break are empty.
    """
    count = len(instance.types)
    weight = np.zeros((len(instance.workers), 2 * count, count), dtype=np.int64)
    limit = np.zeros(weight.shape[:2], dtype=np.int64)
    possible = instance.allowed.sum(axis=1)
    for number, worker in enumerate(instance.workers):
        for kind, most in enumerate(worker.max_shifts):
            if 0 < most < possible[number, kind]:
                weight[number, kind, kind], limit[number, kind] = 1, most
                own, other, total = _against_others(instance, number, kind)
                weight[number, count + kind] = other
                weight[number, count + kind, kind] = own
                limit[number, count + kind] = total
    return weight, limit


def _against_others(instance: Instance, number: int, kind: int) -> tuple[int, int, int]:
    """Weights of a shift of this type and of any other, and the most they sum to.

    They are the last edge of the hull of (own shifts, most other shifts) up to the limit.
    """
    worker = instance.workers[number]
    others = np.delete(instance.minutes, kind)[np.delete(np.array(worker.max_shifts), kind) > 0]
    shortest = int(others.min()) if len(others) else worker.max_minutes + 1
    left = worker.max_minutes - np.arange(worker.max_shifts[kind] + 1) * instance.minutes[kind]
    own = np.flatnonzero(left >= 0)
    other = np.minimum(left[own] // shortest, instance.days - own)
    lost = zip((other[:-1] - other[-1]).tolist(), (own[-1] - own[:-1]).tolist(), strict=True)
    slope = max((Fraction(fewer, more) for fewer, more in lost), default=Fraction(0))
    weights = slope.numerator, slope.denominator
    return *weights, int((weights[0] * own + weights[1] * other).max())
