"""What work that may wait costs, from the workers staffed alone: the dullest way to work it off.

Three sums, each of them the least that this staffing allows:

- missed: minutes not done when due, if everybody first does what can still be in time (oldest
  first) and works off what is late only when nothing else waits;
- overdue: minutes that wait although they were due, if everybody does the oldest work first;
- left over: minutes that are there at the end, in whatever order they were done.

So no order of work is better in one of them than the order by which it is counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from scheduler.backlog import Backlog
from scheduler.pricing import late_price, left_over_price, overdue_prices
from scheduler.problem import Problem, Queue


@dataclass(frozen=True, slots=True)
class WorkedOff:
    """Minutes at the end of each interval: newly missed, overdue, waiting at all.

    ``in_time`` are those that wait and may still be in time, if late work is done last.
    """

    missed: tuple[int, ...]
    overdue: tuple[int, ...]
    waiting: tuple[int, ...]
    in_time: tuple[int, ...]


def work_off(backlog: Backlog, staffed: Sequence[int]) -> WorkedOff:
    """How a backlog goes down with so many workers in each interval."""
    may_wait = backlog.may_wait.tolist()
    in_time, waiting = backlog.opening, backlog.opening + backlog.overdue
    found = []
    table = zip(
        backlog.arriving.tolist(), backlog.done_per_worker.tolist(), staffed, may_wait, strict=True
    )
    for arriving, done_per_worker, workers, most in table:
        done = workers * done_per_worker
        in_time = max(0, in_time + arriving - done)
        waiting = max(0, waiting + arriving - done)
        missed = max(0, in_time - most)
        in_time -= missed
        found.append((missed, max(0, waiting - most), waiting, in_time))
    missed_, overdue_, waiting_, in_time_ = zip(*found, strict=True)
    return WorkedOff(missed_, overdue_, waiting_, in_time_)


def backlog_cost(problem: Problem, queue: Queue, staffed: Sequence[int]) -> int:
    """Cents of a queue's late and left-over work."""
    backlog = problem.backlogs[queue.id]
    worked = work_off(backlog, staffed)
    overdue = zip(worked.overdue, overdue_prices(problem, backlog), strict=True)
    return (
        late_price(problem, queue) * sum(worked.missed)
        + sum(minutes * price for minutes, price in overdue)
        + left_over_price(backlog) * worked.waiting[-1]
    )
