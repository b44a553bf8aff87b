"""How much one worker works: shifts per day and template, minutes per week and rolling window."""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from scheduler.model.linear import LinearBuilder
from scheduler.model.ranges import ranges
from scheduler.model.variables import Variables
from scheduler.pricing import guaranteed_minutes, minute_unit, shortfall_cost
from scheduler.problem import IntArray, Problem
from scheduler.worker import RollingLimit, Span, Worker


def max_shifts_per_day(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """At most so many shifts start on one local day."""
    limit = np.array([worker.max_shifts_per_day for worker in problem.workers], dtype=np.int64)
    own = v.ruled[limit[v.choices.worker[v.ruled]] > 1]
    key = v.choices.worker[own] * problem.horizon.days + v.choices.day[own]
    model.at_most(
        key, v.choices.column[own], np.ones(len(own), dtype=np.int64), limit[v.choices.worker[own]]
    )


def max_shifts_by_template(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """Of one template, a worker gets at most so many shifts."""
    for index, worker in enumerate(problem.workers):
        if worker.max_shifts_by_template and v.is_ruled[index]:
            own = v.of_worker(index)
            template = v.choices.template[own]
            limit = np.array(
                [
                    worker.max_shifts_by_template.get(one.id, problem.horizon.num_minutes)
                    for one in problem.shift_templates
                ]
            )
            ones = np.ones(len(own), dtype=np.int64)
            model.at_most(template, v.choices.column[own], ones, limit[template])


def max_minutes_per_week(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """An ISO week's shifts stay within the contract, hours before and elsewhere included."""
    limit = np.array([week_limits(problem, worker) for worker in problem.workers], dtype=np.int64)
    limit = limit.reshape(len(problem.workers), problem.horizon.num_weeks)
    own = v.ruled
    worker, week = v.choices.worker[own], v.choice_week(problem)[own]
    key = worker * problem.horizon.num_weeks + week
    minutes = v.choices.end[own] - v.choices.start[own]
    model.at_most(key, v.choices.column[own], minutes, limit[worker, week])


def min_minutes_per_week(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """Where the contract's weekly minimum is hard, it is worked."""
    unit, weeks = minute_unit(problem), problem.horizon.num_weeks
    least = {
        index * weeks + week: -(-guaranteed_minutes(problem, worker, week) // unit)
        for index, worker in enumerate(problem.workers)
        if worker.is_min_hard and v.is_ruled[index]
        for week in range(weeks)
    }
    key = v.choices.worker * weeks + v.choice_week(problem)
    units = (v.choices.end - v.choices.start) // unit
    model.at_least(key, v.choices.column, units, least)


def rolling_most(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """Any so many days in a row hold at most so many minutes, before and elsewhere included."""
    for index, limit in _rolling_limits(problem):
        if limit.max_minutes is None or not v.is_ruled[index]:
            continue
        room = rolling_room(problem, problem.workers[index], limit)
        window, choice = _windows(v, index, limit, range(problem.horizon.days))
        minutes = v.choices.end[choice] - v.choices.start[choice]
        # A window cut by the horizon's start lies inside the next one.
        needed = [at for at in range(len(room)) if not _is_implied(room, at, limit.days)]
        keep = np.isin(window, needed)
        model.at_most(
            window[keep],
            v.choices.column[choice[keep]],
            minutes[keep],
            np.array(room)[window[keep]],
        )


def rolling_room(problem: Problem, worker: Worker, limit: RollingLimit) -> list[int]:
    """Minutes that a worker may still work in the window that ends on each day."""
    assert limit.max_minutes is not None
    gone: Counter[int] = Counter()
    for span in (*worker.past_shifts, *worker.external_shifts):
        gone[problem.horizon.day(span.start)] += span.end - span.start
    return [
        max(0, limit.max_minutes - sum(gone[day] for day in range(last - limit.days + 1, last + 1)))
        for last in range(problem.horizon.days)
    ]


def _is_implied(room: list[int], at: int, days: int) -> bool:
    return at + 1 < min(days, len(room)) and room[at] >= room[at + 1]


def rolling_least(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """Any so many days in a row hold at least so many minutes, or what is missing is priced.

    A price is no rule: overruled workers have it, too.
    """
    unit = minute_unit(problem)
    for index, limit in _rolling_limits(problem):
        units = -(-limit.min_minutes // unit)
        lasts = range(limit.days - 1, problem.horizon.days)
        price = shortfall_cost(problem, limit, unit)
        is_asked = bool(v.is_ruled[index]) if limit.shortfall_cost is None else price > 0
        if not units or not lasts or not is_asked:
            continue
        window, choice = _windows(v, index, limit, lasts)
        column = v.choices.column[choice]
        weight = (v.choices.end[choice] - v.choices.start[choice]) // unit
        if limit.shortfall_cost is not None:
            each = np.ones(len(lasts), dtype=np.int64)
            missing = model.add_columns(price * each, units * each, index, is_slack=True)
            window, column = np.append(window, list(lasts)), np.append(column, missing)
            weight = np.append(weight, each)
        model.at_least(window, column, weight, dict.fromkeys(lasts, units))


def _rolling_limits(problem: Problem) -> Iterator[tuple[int, RollingLimit]]:
    for index, worker in enumerate(problem.workers):
        for limit in worker.rolling_limits:
            yield index, limit


def _windows(
    v: Variables, index: int, limit: RollingLimit, lasts: range
) -> tuple[IntArray, IntArray]:
    """Entries (last day of a window, choice) for each window that holds a choice's day."""
    own = v.of_worker(index)
    day = v.choices.day[own]
    first = np.maximum(day, lasts.start)
    count = np.maximum(np.minimum(day + limit.days, lasts.stop) - first, 0)
    at, last = ranges(first, count)
    return last, own[at]


def week_limits(problem: Problem, worker: Worker) -> list[int]:
    """Minutes a worker may still work in each ISO week of the horizon."""
    left = [worker.max_minutes_per_week] * problem.horizon.num_weeks
    for span in (*worker.past_shifts, *worker.external_shifts):
        week = _week(problem, span)
        if 0 <= week < len(left):
            left[week] -= span.end - span.start
    return [max(0, minutes) for minutes in left]


def _week(problem: Problem, span: Span) -> int:
    return (problem.horizon.day(span.start) + problem.horizon.first_day.weekday()) // 7
