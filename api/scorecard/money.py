"""Where the money of a schedule goes: cents by queue and day that add up to its costs."""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from scheduler.horizon import Horizon
from scheduler.pricing import (
    guaranteed_minutes,
    late_price,
    left_over_price,
    missing_value,
    overdue_prices,
    unworked_cost,
    wage,
)
from scheduler.problem import Problem
from scheduler.rules.backlogs import work_off
from scheduler.schedule import Shift, staffed
from scheduler.shift_template import PAY_IN_FULL
from scheduler.worker import Worker

FloatArray = npt.NDArray[np.float64]


def wages(problem: Problem, shifts: Sequence[Shift]) -> FloatArray:
    """Cents, shape (queues, days): a shift counts on the day it starts, segments by their minutes.

    The sum is the term ``wages``.
    """
    found = _empty(problem)
    for shift in shifts:
        percent = problem.pay_percent(shift.template)
        cost = wage(problem.worker_by_id[shift.worker], shift.minutes, percent)
        day = problem.horizon.day(shift.start)
        for row, part in _shared(problem, shift, cost):
            found[row, day] += part
    return found


def shift_minutes(problem: Problem, shifts: Sequence[Shift]) -> FloatArray:
    """Minutes on shift, shape (queues, days); standby is none."""
    found = _empty(problem)
    for shift in shifts:
        if problem.pay_percent(shift.template) == PAY_IN_FULL:
            day = problem.horizon.day(shift.start)
            for row, part in _shared(problem, shift, shift.minutes):
                found[row, day] += part
    return found


def _empty(problem: Problem) -> FloatArray:
    return np.zeros((len(problem.queues), problem.horizon.days))


def _shared(problem: Problem, shift: Shift, whole: int) -> Iterator[tuple[int, int]]:
    """A whole number shared among a shift's segments by their minutes; nothing is lost."""
    rows = {queue.id: row for row, queue in enumerate(problem.queues)}
    done = given = 0
    for part in shift.served:
        done += part.end - part.start
        share = whole * done // shift.minutes - given
        given += share
        yield rows[part.queue], share


def guaranteed_pay(problem: Problem, shifts: Sequence[Shift]) -> FloatArray:
    """Cents per day for guaranteed hours that nobody works, a week's evenly over its days.

    The sum is the term ``unworked_minimum``; it belongs to no queue.
    """
    found = np.zeros(problem.horizon.days)
    paid = [one for one in problem.workers if one.min_minutes_per_week and not one.is_min_hard]
    for worker in paid:
        worked = _week_minutes(problem, worker, shifts)
        for week in range(problem.horizon.num_weeks):
            missing = guaranteed_minutes(problem, worker, week) - worked[week]
            _spread(found, problem.horizon, week, unworked_cost(problem, worker, missing))
    return found


def _week_minutes(problem: Problem, worker: Worker, shifts: Sequence[Shift]) -> Counter[int]:
    worked: Counter[int] = Counter()
    for shift in shifts:
        is_full = problem.pay_percent(shift.template) == PAY_IN_FULL
        if shift.worker == worker.id and is_full:
            day = problem.horizon.day(shift.start)
            worked[problem.horizon.week_of_day[day]] += shift.minutes
    return worked


def _spread(days: FloatArray, horizon: Horizon, week: int, cost: int) -> None:
    """Add a week's cost to its days in whole cents."""
    own = [day for day, other in enumerate(horizon.week_of_day) if other == week]
    for number, day in enumerate(own):
        days[day] += cost * (number + 1) // len(own) - cost * number // len(own)


def understaffing(problem: Problem, shifts: Sequence[Shift]) -> FloatArray:
    """Cents of unmet need, shape (queues, days); the sum is the term ``understaffing``."""
    counts = staffed(problem, tuple(shifts))
    found = _empty(problem)
    days = day_of_interval(problem.horizon)
    for row, queue in enumerate(problem.queues):
        if queue.id not in problem.standby_queues:
            costs = [
                missing_value(problem, queue, index, counts[queue.id][index])
                for index in range(problem.horizon.num_intervals)
            ]
            found[row] = np.bincount(days, weights=costs, minlength=problem.horizon.days)
    return found


def late_work(problem: Problem, shifts: Sequence[Shift]) -> FloatArray:
    """Cents of late and left-over work, (queues, days); the sum is the term ``late_work``."""
    counts = staffed(problem, tuple(shifts))
    found = _empty(problem)
    days = day_of_interval(problem.horizon)
    for row, queue in enumerate(problem.queues):
        if queue.id in problem.backlogs:
            backlog = problem.backlogs[queue.id]
            worked = work_off(backlog, counts[queue.id])
            costs = late_price(problem, queue) * np.array(worked.missed, dtype=np.float64)
            costs += np.array(worked.overdue) * overdue_prices(problem, backlog)
            costs[-1] += left_over_price(backlog) * worked.waiting[-1]
            found[row] = np.bincount(days, weights=costs, minlength=problem.horizon.days)
    return found


def day_of_interval(horizon: Horizon) -> npt.NDArray[np.int64]:
    """The day of each interval, shape (intervals,)."""
    starts = np.arange(horizon.num_intervals) * horizon.interval_minutes
    return np.searchsorted(horizon.day_starts, starts, side="right") - 1
