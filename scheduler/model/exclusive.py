"""Shifts of one worker and day of which only one can be worked."""

import numpy as np

from scheduler.problem import IntArray


def exclusive(start: IntArray, end: IntArray, *, is_single: bool) -> list[IntArray]:
    """Shifts of one day in groups of which one is worked at most, as their places.

    ``is_single``: only one shift a day is allowed; else those that overlap make a group.
    """
    if is_single:
        return [np.arange(len(start))] if len(start) else []
    groups, is_left = [], np.ones(len(start), dtype=bool)
    while is_left.any():
        # All that have begun before the first of them ends overlap.
        group = is_left & (start < end[is_left].min())
        groups.append(np.flatnonzero(group))
        is_left &= ~group
    return groups
