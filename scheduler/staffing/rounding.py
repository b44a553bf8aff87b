"""Whole workers: rounding up that is exact, and the smallest number that meets a rule."""

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from scheduler.problem import IntArray

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

# Above the noise of a few float operations, far below any difference that matters.
NOISE = 1e-9
_MAX_DENOMINATOR = 10**6


def exact(share: float) -> Fraction:
    """The fraction a planner wrote: 0.3 is 3/10, not the float next to it. Six decimals at most."""
    return Fraction(share).limit_denominator(_MAX_DENOMINATOR)


def whole_up(values: FloatArray) -> IntArray:
    """Round up to whole numbers, not counting float noise: 30.000000000004 is 30."""
    return np.ceil(values - NOISE * np.maximum(1.0, np.abs(values))).astype(np.int64)


def whole_down(values: FloatArray) -> IntArray:
    """Round down to whole numbers, not counting float noise: 29.999999999996 is 30."""
    return np.floor(values + NOISE * np.maximum(1.0, np.abs(values))).astype(np.int64)


def fewest(meets: Callable[[IntArray], BoolArray], at_least: IntArray) -> IntArray:
    """The smallest number, per element, from ``at_least`` up that meets a rule.

    ``meets`` takes one candidate per element and must stay true once true as its element
    grows; it must become true somewhere, or the search does not end.
    """
    high = at_least.copy()
    low = at_least - 1
    enough = meets(high)
    step = 1
    while not enough.all():
        low = np.where(enough, low, high)
        high = np.where(enough, high, high + step)
        enough = meets(high)
        step *= 2
    while (high - low > 1).any():
        middle = (low + high) // 2
        enough = meets(middle)
        # An element already found has middle == low, which is known not to do.
        is_open = high - low > 1
        high = np.where(is_open & enough, middle, high)
        low = np.where(is_open & ~enough, middle, low)
    return high
