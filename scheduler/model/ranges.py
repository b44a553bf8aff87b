"""Many ranges of whole numbers at once."""

import numpy as np

from scheduler.problem import IntArray


def ranges(first: IntArray, count: IntArray) -> tuple[IntArray, IntArray]:
    """Every number of the ranges that start at ``first`` and hold ``count`` numbers each.

    Returns the index of the range and the number, one entry per number.
    """
    index = np.repeat(np.arange(len(first)), count)
    offset = np.arange(len(index)) - np.repeat(np.cumsum(count) - count, count)
    return index, first[index] + offset
