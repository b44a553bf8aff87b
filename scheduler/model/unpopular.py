"""How much of a shift lies in unpopular hours."""

import numpy as np

from scheduler.horizon import DAY_MINUTES
from scheduler.model.linear import BoolArray
from scheduler.pricing import UNPOPULAR_UNIT
from scheduler.problem import IntArray, Problem, UnpopularHours


def unpopular_units(problem: Problem, start: IntArray, end: IntArray) -> IntArray:
    """Whole units of unpopular time of each shift ``[start, end)``."""
    minutes = np.concatenate([[0], np.cumsum(_is_unpopular(problem))])
    units: IntArray = (minutes[end] - minutes[start]) // UNPOPULAR_UNIT
    return units


def _is_unpopular(problem: Problem) -> BoolArray:
    """Whether each minute of the horizon is unpopular by the wall clock."""
    horizon = problem.horizon
    found = np.zeros(horizon.num_minutes, dtype=bool)
    for day, first in enumerate(horizon.day_starts[:-1]):
        last = horizon.day_starts[day + 1]
        wall = np.arange(last - first)
        if last - first != DAY_MINUTES:
            wall = np.array([horizon.wall_minute(minute) for minute in range(first, last)])
        weekday = horizon.dates[day].isoweekday()
        for hours in problem.unpopular_hours:
            found[first:last] |= _lies_in(hours, weekday, wall)
    return found


def _lies_in(hours: UnpopularHours, weekday: int, wall: IntArray) -> BoolArray:
    """Whether wall minutes of a weekday lie in some hours; what wraps began the day before."""
    begins = weekday in hours.weekdays
    if hours.first == hours.last:
        return np.full(len(wall), begins)
    if hours.first < hours.last:
        return begins & (wall >= hours.first) & (wall < hours.last)
    began = (weekday + 5) % 7 + 1 in hours.weekdays
    return (begins & (wall >= hours.first)) | (began & (wall < hours.last))
