"""Which series lend each other their shape: all, then channel, then category and channel."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from forecasts.calendar import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Level:
    """A grouping of the series: the group number of each, and whether it says anything new.

    ``is_new`` is False for a series whose group has the same members as at the wider level:
    the same contacts must not count as evidence twice.
    """

    group: IntArray
    is_new: BoolArray

    def total(self, values: FloatArray) -> FloatArray:
        """Sum over each group, handed to every series of it."""
        sums = np.zeros((int(self.group.max()) + 1, *values.shape[1:]))
        np.add.at(sums, self.group, values)
        return np.asarray(sums[self.group], dtype=np.float64)

    def largest(self, values: FloatArray) -> FloatArray:
        """Maximum over each group of values >= 0, handed to every series of it."""
        peaks = np.zeros((int(self.group.max()) + 1, *values.shape[1:]))
        np.maximum.at(peaks, self.group, values)
        return np.asarray(peaks[self.group], dtype=np.float64)


def parent_levels(unique_ids: Sequence[str]) -> tuple[Level, ...]:
    """The groupings from the widest (all) to the series itself.

    An id ``category|language|channel`` has the parents channel and category and channel; any
    other id has only "all".
    """
    parts = [tuple(unique_id.split("|")) for unique_id in unique_ids]
    groupings: list[list[Hashable]] = [
        ["all" for _ in parts],
        [part[2] if len(part) == 3 else part for part in parts],
        [(part[0], part[2]) if len(part) == 3 else part for part in parts],
        list(parts),
    ]
    levels: list[Level] = []
    size = np.zeros(len(parts), dtype=np.int64)
    for grouping in groupings:
        numbers = {key: number for number, key in enumerate(dict.fromkeys(grouping))}
        group = np.array([numbers[key] for key in grouping], dtype=np.int64)
        new_size = np.bincount(group)[group]
        # The groups are nested, so a group of unchanged size has unchanged members.
        levels.append(Level(group, new_size != size))
        size = new_size
    return tuple(levels)
