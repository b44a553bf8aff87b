"""Which choices keep a shift of the previous schedule, and which are new."""

from collections import defaultdict

import numpy as np

from scheduler.model.linear import BoolArray
from scheduler.model.variables import Variables
from scheduler.problem import IntArray, Problem

Times = tuple[int, int]


def is_new(problem: Problem, v: Variables, index: int) -> BoolArray:
    """Whether each choice of a worker has other times than all his previous shifts."""
    known = problem.previous_times.get(problem.workers[index].id, frozenset())
    return np.array([times not in known for times in _times(v, v.of_worker(index))], dtype=bool)


def kept_by(problem: Problem, v: Variables, index: int) -> dict[Times, IntArray]:
    """Columns of a worker's choices that keep each of his previous shifts; none if it is lost."""
    columns: dict[Times, list[int]] = defaultdict(list)
    own = v.of_worker(index)
    for times, column in zip(_times(v, own), v.choices.column[own].tolist(), strict=True):
        columns[times].append(column)
    known = problem.previous_times.get(problem.workers[index].id, frozenset())
    return {times: np.array(columns[times], dtype=np.int64) for times in sorted(known)}


def _times(v: Variables, own: IntArray) -> list[Times]:
    return list(zip(v.choices.start[own].tolist(), v.choices.end[own].tolist(), strict=True))
