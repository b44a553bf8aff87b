"""The need that a growing schedule leaves open, and what covering more of it is worth."""

import numpy as np

from scheduler.model.linear import BoolArray
from scheduler.pricing import need_steps
from scheduler.problem import IntArray, Problem
from scheduler.solver.open_backlog import OpenBacklog


class Cover:
    """What one more worker on some intervals of a queue would save.

    ``worth[queue, t]``: cents that one more worker on all intervals before t would save.
    """

    def __init__(self, problem: Problem) -> None:
        size, queues = problem.horizon.num_intervals, problem.queues
        steps = [[need_steps(problem, queue, index) for index in range(size)] for queue in queues]
        most = max((len(one) for row in steps for one in row), default=0)
        # Where a step of need ends, and its price; past the last one a worker saves nothing.
        self._ends = np.zeros((len(queues), size, most), dtype=np.int64)
        self._prices = np.zeros((len(queues), size, most + 1), dtype=np.int64)
        for queue, row in enumerate(steps):
            for index, own in enumerate(row):
                for n, (before, count, price) in enumerate(own):
                    self._ends[queue, index, n] = before + count
                    self._prices[queue, index, n] = price
        self._staffed = np.zeros((len(queues), size), dtype=np.int64)
        self._price = self._prices[:, :, 0].copy()
        self.worth = np.zeros((len(queues), size + 1), dtype=np.int64)
        self._backlogs = {
            index: OpenBacklog(problem, queue)
            for index, queue in enumerate(queues)
            if queue.id in problem.backlogs
        }
        for index, backlog in self._backlogs.items():
            self._price[index] = backlog.worth
        self.worth[:, 1:] = np.cumsum(self._price, axis=1)

    def saved(self, queues: IntArray, first: IntArray, last: IntArray) -> IntArray:
        """Cents that one more worker would save, shape (queues, intervals from first to last)."""
        rows = queues[:, None]
        saved: IntArray = self.worth[rows, last] - self.worth[rows, first]
        for at, queue in enumerate(queues.tolist() if self._backlogs else ()):
            if queue in self._backlogs:
                np.minimum(saved[at], self._backlogs[queue].cost, out=saved[at])
        return saved

    def add(self, queue: int, first: int, last: int) -> None:
        """Put one more worker on these intervals."""
        if queue in self._backlogs:
            self._backlogs[queue].add(first, last)
            self.worth[queue, 1:] = np.cumsum(self._backlogs[queue].worth)
            return
        self._staffed[queue, first:last] += 1
        done: BoolArray = self._staffed[queue, first:last, None] >= self._ends[queue, first:last]
        # Steps follow each other, and those that are missing end at 0.
        step = np.minimum(done.sum(axis=1), self._prices.shape[2] - 1)
        prices = self._prices[queue, first:last]
        self._price[queue, first:last] = prices[np.arange(last - first), step]
        self.worth[queue, first + 1 :] = self.worth[queue, first] + np.cumsum(
            self._price[queue, first:]
        )
