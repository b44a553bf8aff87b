"""Work that may wait: what arrives, when it is due, and what one worker gets done of it.

Work is counted in whole worker-minutes per interval. What arrives in an interval can be done from
that interval on, and what is due in one is in time when it is done by the interval's end.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from scheduler.errors import ProblemInvalid

IntArray = npt.NDArray[np.int64]
MOST_MINUTES = 10**9  # of work in one horizon; beyond any site, and sums stay exact


@dataclass(frozen=True)
class Backlog:
    """Work of one queue that may wait; arrays hold one value per interval.

    ``arriving``: minutes of work that come in. ``due``: minutes to be done by the end of the
    interval, of those that came in and of ``opening``. ``done_per_worker``: minutes that one
    worker gets done in the interval, 0 where nobody works on it.
    ``opening``: minutes there at the start that are not due yet; ``overdue``: minutes there that
    were due before.
    ``overdue_cost``: cents per worker-hour of overdue work and day (24 hours) that it waits.
    ``left_over_cost``: cents per worker-hour of work that is there at the end.
    What is not done when due costs the understaffing price of the queue.
    """

    arriving: IntArray
    due: IntArray
    done_per_worker: IntArray
    opening: int = 0
    overdue: int = 0
    overdue_cost: int = 0
    left_over_cost: int = 0

    def __post_init__(self) -> None:
        tables = (self.arriving, self.due, self.done_per_worker)
        sums = (self.opening, self.overdue, self.overdue_cost, self.left_over_cost)
        if min([*(int(one.min(initial=0)) for one in tables), *sums]) < 0:
            raise ProblemInvalid("a value is negative")
        if len({len(one) for one in tables}) != 1:
            raise ProblemInvalid("arriving, due and done_per_worker differ in length")
        if self.opening + self.overdue + int(self.arriving.sum()) > MOST_MINUTES:
            raise ProblemInvalid(f"more than {MOST_MINUTES} minutes of work")
        if (self.may_wait < 0).any():
            at = int(np.flatnonzero(self.may_wait < 0)[0])
            raise ProblemInvalid(f"due[{at}]: more is due than has arrived by then")

    @cached_property
    def may_wait(self) -> IntArray:
        """Most minutes that may wait at the end of each interval with none of them overdue."""
        found: IntArray = self.opening + np.cumsum(self.arriving) - np.cumsum(self.due)
        return found

    @cached_property
    def is_workable(self) -> npt.NDArray[np.bool_]:
        """Where somebody could have something to do: there is work, and a worker gets it done."""
        there = self.opening + self.overdue + np.cumsum(self.arriving)
        found: npt.NDArray[np.bool_] = (there > 0) & (self.done_per_worker > 0)
        return found
