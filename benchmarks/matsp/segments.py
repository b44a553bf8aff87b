"""Segments of shifts: the best split of many shifts at once, and mending cut ones."""

import numpy as np

from benchmarks.matsp.pattern import FORBIDDEN, LONGEST, SEGMENT
from scheduler.problem import IntArray


def best_splits(total: IntArray) -> IntArray:
    """Value of the best split of each shift's first slots, shape ``(shifts, LONGEST + 1)``."""
    worth = np.full((len(total), LONGEST + 1), FORBIDDEN, dtype=np.int64)
    worth[:, 0] = 0
    before = np.full(total.shape[:2], FORBIDDEN, dtype=np.int64)
    for length in range(SEGMENT, LONGEST + 1):
        first = length - SEGMENT
        np.maximum(before, worth[:, first, None] - total[:, :, first], out=before)
        worth[:, length] = (before + total[:, :, length]).max(axis=1)
    return worth


def trace(total: IntArray, worth: IntArray, length: int) -> IntArray:
    """Task of each slot of a shift's best split, found backwards."""
    tasks = np.zeros(length, dtype=np.int64)
    while length:
        span = length - SEGMENT + 1
        value = worth[:span] + total[:, length, None] - total[:, :span]
        task, first = np.unravel_index(int(value.argmax()), value.shape)
        tasks[int(first) : length] = task
        length = int(first)
    return tasks


def mended(tasks: IntArray) -> IntArray:
    """The tasks without a short segment at either end: its neighbour takes it over."""
    changes = np.flatnonzero(np.diff(tasks)) + 1
    if len(changes) and changes[0] < SEGMENT:
        tasks[: changes[0]] = tasks[changes[0]]
    if len(changes) and len(tasks) - changes[-1] < SEGMENT:
        tasks[changes[-1] :] = tasks[changes[-1] - 1]
    return tasks
