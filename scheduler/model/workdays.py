"""On which days somebody works, for those workers whose rules ask about days."""

from dataclasses import dataclass

import numpy as np

from scheduler.model.choices import Choices
from scheduler.model.linear import LinearBuilder
from scheduler.problem import IntArray, Problem
from scheduler.worker import Worker


@dataclass(frozen=True, slots=True)
class Workdays:
    """What is known of one worker's days, from day ``first`` to day ``last``.

    ``columns[day]``: columns whose sum says whether he works here that day; days he cannot work
    have none. ``fixed``: days worked before the horizon or for somebody else. ``starts[day]``:
    columns whose sum is at least 1 when work here starts a run that day after a known day off.
    ``is_exact``: a day may count as worked only when it is.
    """

    columns: dict[int, IntArray]
    fixed: frozenset[int]
    first: int
    last: int
    starts: dict[int, IntArray]
    is_exact: bool


def create_workdays(
    problem: Problem, model: LinearBuilder, choices: Choices
) -> dict[int, Workdays]:
    """Workdays of each worker who has a rule about days that could bind."""
    edges = np.searchsorted(choices.worker, np.arange(len(problem.workers) + 1)).tolist()
    return {
        index: _workdays(problem, model, choices, index, (edges[index], edges[index + 1]))
        for index, worker in enumerate(problem.workers)
        if worker.id not in problem.overruled and _asks_about_days(problem, worker)
    }


def asks_about_runs(worker: Worker) -> bool:
    """Whether runs of working days or days off have to reach a length."""
    return worker.min_consecutive_days > 1 or worker.min_consecutive_days_off > 1


def _asks_about_days(problem: Problem, worker: Worker) -> bool:
    most = problem.horizon.days + len(worker.past_shifts) + len(worker.external_shifts)
    return (
        worker.max_consecutive_days < most
        or asks_about_runs(worker)
        or worker.max_consecutive_days_off is not None
        or worker.max_weekends is not None
    )


def _workdays(
    problem: Problem, model: LinearBuilder, choices: Choices, index: int, own: tuple[int, int]
) -> Workdays:
    worker, horizon = problem.workers[index], problem.horizon
    past = {horizon.day(span.start) for span in worker.past_shifts}
    fixed = frozenset(past | {horizon.day(span.start) for span in worker.external_shifts})
    last = horizon.days - 1
    while last + 1 in fixed:
        last += 1
    days, column = choices.day[slice(*own)], choices.column[slice(*own)]
    change = np.flatnonzero(np.diff(days, prepend=-1))
    parts = zip(days[change].tolist(), np.split(column, change)[1:], strict=True)
    columns = dict(parts)
    if worker.max_shifts_per_day > 1:
        columns = {day: model.add_boolean(index) for day in columns}
    found = Workdays(
        columns,
        fixed,
        min(past, default=0),
        last,
        {},
        asks_about_runs(worker) or worker.max_consecutive_days_off is not None,
    )
    if asks_about_runs(worker):
        found.starts.update(_starts(model, index, found))
    return found


def _starts(model: LinearBuilder, index: int, own: Workdays) -> dict[int, IntArray]:
    """A Boolean for each day on which a run can start; the day itself where the one before is off.

    What happened before the first known day may have been work.
    """
    return {
        day: model.add_boolean(index) if day - 1 in own.columns else columns
        for day, columns in own.columns.items()
        if day > own.first and not own.fixed.intersection((day - 1, day))
    }
