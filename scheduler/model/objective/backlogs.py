"""What it costs that work which may wait is done too late.

The minutes that wait are carried from interval to interval as columns: what waited, plus what
arrives, less what the staffed get done, waits on. Nothing can be done before it has arrived,
because nothing waits less than zero. Two such chains for each queue, since the fewest minutes
that are ever late and the fewest that are overdue at once ask for another order of work:

- in time: at most so much waits as is not yet due; what is beyond it is missed, at a price;
- waiting: everything, late or not; what is beyond the not yet due is overdue, at a price.
"""

from dataclasses import dataclass

import numpy as np

from scheduler.backlog import Backlog
from scheduler.model.linear import UNBOUNDED, LinearBuilder
from scheduler.model.servings import served_intervals
from scheduler.model.variables import Variables
from scheduler.pricing import late_price, left_over_price, overdue_prices
from scheduler.problem import IntArray, Problem, Queue

# Rows by which a search finds the columns of a queue's backlog; keys are (queue, interval).
CHAINS = ("in_time", "waiting")
ROWS = (*CHAINS, "overdue")


def backlogs(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """What is not done when due, what stays overdue and what is left over is priced."""
    if not problem.backlogs:
        return
    size = problem.horizon.num_intervals
    served, serving = served_intervals(problem, v.servings)
    in_time, waiting, overdue = _Rows(), _Rows(), _Rows()
    for index, queue in enumerate(problem.queues):
        if queue.id in problem.backlogs:
            own = served // size == index
            served_here = served[own] % size, serving[own]
            parts = in_time, waiting, overdue
            _add_queue(problem, queue, index * size, served_here, parts, model)
    for name, rows in zip(ROWS, (in_time, waiting, overdue), strict=True):
        model.name_last_rows(name, rows.add_to(model))
        if name in CHAINS:
            model.chain(name)


class _Rows:
    """Rows "at least" of one kind, collected over the queues."""

    def __init__(self) -> None:
        nothing = np.zeros(0, dtype=np.int64)
        self._entries = [(nothing, nothing, nothing)]
        self._bounds = [(nothing, nothing)]

    def entry(self, key: IntArray, column: IntArray, weight: IntArray | int) -> None:
        """One column in each of some rows."""
        self._entries.append((key, column, np.broadcast_to(np.asarray(weight), key.shape)))

    def at_least(self, key: IntArray, least: IntArray) -> None:
        """The side of some rows; keys rise from call to call."""
        self._bounds.append((key, least))

    def add_to(self, model: LinearBuilder) -> IntArray:
        """Hand all rows over; returns their keys."""
        key, column, weight = map(np.concatenate, zip(*self._entries, strict=True))
        rows, least = map(np.concatenate, zip(*self._bounds, strict=True))
        model.add_rows(key, column, weight, least, np.full(len(rows), UNBOUNDED))
        return rows


@dataclass(frozen=True)
class _Moments:
    """The intervals in which a queue's backlog may change, with what arrives since the last."""

    at: IntArray
    key: IntArray
    arriving: IntArray
    may_wait: IntArray


def _add_queue(
    problem: Problem,
    queue: Queue,
    first_key: int,
    served: tuple[IntArray, IntArray],
    parts: tuple[_Rows, _Rows, _Rows],
    model: LinearBuilder,
) -> None:
    """``served``: interval and column of whatever serves the queue."""
    backlog = problem.backlogs[queue.id]
    done = backlog.done_per_worker[served[0]]
    served = served[0][done > 0], served[1][done > 0]
    done, moments = done[done > 0], _moments(backlog, served[0], first_key)
    staffed = first_key + served[0], served[1], done
    _add_missed(problem, queue, moments, staffed, parts[0], model)
    _add_waiting(problem, queue, moments, staffed, parts[1:], model)


def _moments(backlog: Backlog, served: IntArray, first_key: int) -> _Moments:
    changes = (backlog.arriving > 0) | (backlog.due > 0)
    changes[served] = True
    changes[0] = True
    at = np.flatnonzero(changes)
    return _Moments(at, first_key + at, backlog.arriving[at], backlog.may_wait[at])


Staffed = tuple[IntArray, IntArray, IntArray]  # key, column and minutes done of each serving


def _add_missed(
    problem: Problem,
    queue: Queue,
    moments: _Moments,
    staffed: Staffed,
    rows: _Rows,
    model: LinearBuilder,
) -> None:
    """Waits on or is missed: at least what waited and came, less what is done."""
    backlog = problem.backlogs[queue.id]
    waits = model.add_columns(np.zeros_like(moments.at), moments.may_wait, is_slack=True)
    due = backlog.due[moments.at]
    is_due = due > 0
    price = np.full(int(is_due.sum()), late_price(problem, queue), dtype=np.int64)
    missed = model.add_columns(price, due[is_due], is_slack=True)
    rows.entry(moments.key[is_due], missed, 1)
    _chain(rows, moments, waits, staffed, backlog.opening)


def _add_waiting(
    problem: Problem,
    queue: Queue,
    moments: _Moments,
    staffed: Staffed,
    parts: tuple[_Rows, ...],
    model: LinearBuilder,
) -> None:
    """All that waits, with what of it is overdue at the moments that are charged."""
    rows, overdue = parts
    backlog = problem.backlogs[queue.id]
    there = backlog.opening + backlog.overdue
    prices = np.array(overdue_prices(problem, backlog), dtype=np.int64)
    # What is overdue stays the same until the next moment: one column for all charges till then.
    charge = np.add.reduceat(prices, moments.at)
    most_overdue = there + np.cumsum(moments.arriving) - moments.may_wait
    charged = np.flatnonzero((charge > 0) & (most_overdue > 0))
    if not len(charged) and not left_over_price(backlog):
        return
    waits = model.add_columns(
        np.zeros_like(moments.at), there + np.cumsum(moments.arriving), is_slack=True
    )
    model.add_cost(waits[-1:], left_over_price(backlog))
    _chain(rows, moments, waits, staffed, there)
    late = model.add_columns(charge[charged], most_overdue[charged], is_slack=True)
    key = moments.key[charged]
    overdue.entry(key, late, 1)
    overdue.entry(key, waits[charged], -1)
    overdue.at_least(key, -moments.may_wait[charged])


def _chain(rows: _Rows, moments: _Moments, waits: IntArray, staffed: Staffed, opening: int) -> None:
    """What waits at each moment against what waited at the one before."""
    rows.entry(moments.key, waits, 1)
    rows.entry(moments.key[1:], waits[:-1], -1)
    rows.entry(*staffed)
    arriving = moments.arriving.copy()
    arriving[0] += opening
    rows.at_least(moments.key, arriving)
