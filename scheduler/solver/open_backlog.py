"""What one more worker would save of work that may wait, while a schedule grows."""

import numpy as np

from scheduler.pricing import late_price, left_over_price, overdue_prices
from scheduler.problem import IntArray, Problem, Queue
from scheduler.rules.backlogs import backlog_cost, work_off


class OpenBacklog:
    """The backlog of one queue as far as it is staffed.

    ``worth[t]``: cents that one more worker in interval t saves, as long as he is the only one
    more. ``cost``: cents that the backlog costs now, which no shift can save more than.
    """

    def __init__(self, problem: Problem, queue: Queue) -> None:
        self._problem, self._queue = problem, queue
        self._backlog = problem.backlogs[queue.id]
        self._late = late_price(problem, queue)
        self._left_over = left_over_price(self._backlog)
        self._overdue = overdue_prices(problem, self._backlog)
        self._staffed = np.zeros(problem.horizon.num_intervals, dtype=np.int64)
        self._update()

    def add(self, first: int, last: int) -> None:
        """Put one more worker on these intervals."""
        self._staffed[first:last] += 1
        self._update()

    def _update(self) -> None:
        staffed = self._staffed.tolist()
        self.cost = backlog_cost(self._problem, self._queue, staffed)
        self.worth: IntArray = self._minute_worth(staffed) * self._backlog.done_per_worker

    def _minute_worth(self, staffed: list[int]) -> IntArray:
        """Cents that one more minute of work done in each interval saves, from the last one back.

        It saves as long as something waits: what is missed next, or whatever is overdue until
        nothing waits any more.
        """
        found = np.zeros(len(staffed), dtype=np.int64)
        if not self.cost:
            return found
        worked = work_off(self._backlog, staffed)
        in_time, waiting = 0, self._left_over
        for at in range(len(staffed) - 1, -1, -1):
            if worked.missed[at]:
                in_time = self._late
            elif not worked.in_time[at]:
                in_time = 0
            waiting = waiting + self._overdue[at] * (worked.overdue[at] > 0)
            waiting *= worked.waiting[at] > 0
            found[at] = in_time + waiting
        return found
