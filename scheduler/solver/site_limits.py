"""What is left of the limits that all workers share, while a schedule grows."""

import numpy as np

from scheduler.model.linear import BoolArray
from scheduler.model.variables import Variables
from scheduler.problem import IntArray, Problem


class SiteLimits:
    """Places of each template and day, and licences in each interval, that are still free."""

    def __init__(self, problem: Problem, v: Variables) -> None:
        self._choices = v.choices
        caps = [one.max_shifts_per_day for one in problem.shift_templates]
        self._is_capped = any(cap is not None for cap in caps)
        everybody = [len(v.choices.column) if cap is None else cap for cap in caps]
        self._places = np.tile(np.array(everybody)[:, None], problem.horizon.days)
        length, size = problem.horizon.interval_minutes, problem.horizon.num_intervals
        self._first, self._last = v.choices.start // length, -(-v.choices.end // length)
        self._licences = np.array(
            [[queue.id in one.queues for queue in problem.queues] for one in problem.licences],
            dtype=bool,
        ).reshape(len(problem.licences), len(problem.queues))
        seats = np.array([one.max_workers for one in problem.licences], dtype=np.int64)
        self._seats = np.tile(seats[:, None], size)

    def open(self, is_open: BoolArray, own: slice, queues: IntArray) -> BoolArray:
        """What of some choices and queues, shape (queues, choices), the limits leave open.

        ``is_open`` may leave out the queues.
        """
        if self._is_capped:
            places = self._places[self._choices.template[own], self._choices.day[own]]
            is_open = is_open & (places > 0)
        for licence, needs_it in enumerate(self._licences[:, queues]):
            full = np.concatenate([[0], np.cumsum(self._seats[licence] <= 0)])
            is_full = full[self._last[own]] > full[self._first[own]]
            is_open = is_open & ~(needs_it[:, None] & is_full)
        return is_open

    def take(self, choice: int, queue: int) -> None:
        """Somebody takes a choice and serves a queue."""
        if self._is_capped:
            self._places[self._choices.template[choice], self._choices.day[choice]] -= 1
        if len(self._licences):
            touched = slice(int(self._first[choice]), int(self._last[choice]))
            self._seats[self._licences[:, queue], touched] -= 1
