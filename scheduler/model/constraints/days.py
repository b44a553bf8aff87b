"""On which days one worker works: runs of working days and days off, and weekends.

Days worked before the horizon or for somebody else are working days too, but only days worked
here break a rule, or a run from before that stops too soon.
"""

from collections.abc import Iterator

import numpy as np

from scheduler.model.linear import LinearBuilder
from scheduler.model.rows import Rows
from scheduler.model.variables import Variables
from scheduler.model.workdays import Workdays
from scheduler.problem import IntArray, Problem

SATURDAY = 5
NONE: IntArray = np.zeros(0, dtype=np.int64)


def workdays(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """Where several shifts a day are allowed, a day is worked when one of its shifts is."""
    rows = Rows()
    for index, own in v.workdays.items():
        if problem.workers[index].max_shifts_per_day == 1:
            continue
        choices = v.of_worker(index)
        days = v.choices.day[choices]
        worked = np.zeros(problem.horizon.days, dtype=np.int64)
        worked[list(own.columns)] = [int(one[0]) for one in own.columns.values()]
        rows.each_at_most(0, (v.choices.column[choices], 1), (worked[days], -1))
        for day, column in own.columns.items() if own.is_exact else ():
            rows.at_most(0, (column, 1), (v.choices.column[choices[days == day]], -1))
    rows.add_to(model)


def run_starts(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """Work on a day after a day off starts a run."""
    rows = Rows()
    for own in v.workdays.values():
        for day, start in own.starts.items():
            if day - 1 in own.columns:
                rows.at_most(
                    0, (own.columns[day], 1), (own.columns[day - 1], -1), (start, -1)
                )  # fmt: skip
    rows.add_to(model)


def max_consecutive_days(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """No run of working days is longer than allowed, days before and elsewhere included."""
    rows = Rows()
    for index, own in v.workdays.items():
        most = problem.workers[index].max_consecutive_days
        for last in range(max(0, own.first + most), own.last + 1):
            inside = [day for day in range(last - most, last + 1) if day not in own.fixed]
            if inside and all(day in own.columns for day in inside):
                rows.at_most(len(inside) - 1, *((own.columns[day], 1) for day in inside))
    rows.add_to(model)


def min_consecutive_days(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """A run of working days that starts and ends here in sight is as long as it must be."""
    rows = Rows()
    for index, own in v.workdays.items():
        least = problem.workers[index].min_consecutive_days
        if least == 1:
            continue
        for day in range(own.last + 1):
            started = [own.starts.get(one, NONE) for one in range(day - least + 1, day + 1)]
            today = own.columns.get(day, NONE)
            # Where the day before is off in any case, its own row says all.
            is_first = len(today) > 0 and started[-1] is today
            if day not in own.fixed and not is_first and any(map(len, started)):
                rows.at_most(0, *((one, 1) for one in started), (today, -1))
        for first, last in _fixed_runs(own):
            before, joined = own.columns.get(first - 1, NONE), own.columns.get(last + 1, NONE)
            for day in range(last + 1, min(first + least, problem.horizon.days)):
                today = own.columns.get(day, NONE)
                if first < 0:
                    rows.at_least(1, (today, 1))
                elif day > last + 1 and day not in own.fixed:
                    rows.at_most(0, (joined, 1), (before, -1), (today, -1))
    rows.add_to(model)


def _fixed_runs(own: Workdays) -> Iterator[tuple[int, int]]:
    """First and last day of each run of days worked before or elsewhere that reaches day -1.

    Runs whose start is not in sight are left out.
    """
    for first in sorted(own.fixed):
        last = first
        while last + 1 in own.fixed:
            last += 1
        if first > own.first and first - 1 not in own.fixed and last >= -1:
            yield first, last


def min_consecutive_days_off(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """Between two runs of working days lie as many days off as there must be."""
    rows = Rows()
    for index, own in v.workdays.items():
        least = problem.workers[index].min_consecutive_days_off
        if least == 1:
            continue
        for day in range(own.first, problem.horizon.days):
            starts = [own.starts.get(one, NONE) for one in range(day + 1, day + least + 1)]
            is_worked = day in own.fixed or day in own.columns
            if is_worked and any(map(len, starts[1:])):
                today = NONE if day in own.fixed else own.columns[day]
                rows.at_most(int(day not in own.fixed), (today, 1), *((one, 1) for one in starts))
        for day, gap in _before_fixed_days(own, problem.horizon.days, least):
            rows.at_most(
                0, (own.columns[day], 1), *((own.columns.get(one, NONE), -1) for one in gap)
            )
    rows.add_to(model)


def _before_fixed_days(own: Workdays, end: int, least: int) -> Iterator[tuple[int, range]]:
    """Days worked here, and the gap after each that ends where days worked elsewhere begin."""
    for first in sorted(own.fixed.intersection(range(1, end))):
        for day in range(first - 2, first - least - 1, -1):
            if day + 1 in own.fixed or first - 1 in own.fixed:
                break
            if day in own.columns and day not in own.fixed:
                yield day, range(day + 1, first)


def max_consecutive_days_off(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """No run of days off is longer than allowed, as far as the days before are known."""
    rows = Rows()
    for index, own in v.workdays.items():
        most = problem.workers[index].max_consecutive_days_off
        if most is None:
            continue
        for last in range(max(0, own.first + most), problem.horizon.days):
            run = range(last - most, last + 1)
            if not own.fixed.intersection(run):
                rows.at_least(1, *((own.columns.get(day, NONE), 1) for day in run))
    rows.add_to(model)


def max_weekends(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """At most so many weekends are worked; one day of a weekend makes it a worked one."""
    rows = Rows()
    for index, own in v.workdays.items():
        most = problem.workers[index].max_weekends
        if most is None:
            continue
        past = {problem.horizon.day(span.start) for span in problem.workers[index].past_shifts}
        weekends = list(_weekends(problem))
        # A weekend that was begun before the horizon counts whatever is worked of it here.
        begun = [days for days in weekends if most and past.intersection(days)]
        worked = []
        for days in weekends:
            columns = [own.columns[day] for day in days if day in own.columns]
            if not columns or days in begun:
                continue
            worked.append(columns[0] if len(columns) == 1 else model.add_boolean(index))
            for one in columns if len(columns) > 1 else ():
                rows.at_most(0, (one, 1), (worked[-1], -1))
        if len(worked) > most - len(begun):
            rows.at_most(most - len(begun), *((one, 1) for one in worked))
    rows.add_to(model)


def _weekends(problem: Problem) -> Iterator[tuple[int, int]]:
    """Saturday and Sunday of each weekend that the horizon touches."""
    for week in range(problem.horizon.num_weeks):
        saturday = 7 * week + SATURDAY - problem.horizon.first_day.weekday()
        if saturday < problem.horizon.days:
            yield saturday, saturday + 1
