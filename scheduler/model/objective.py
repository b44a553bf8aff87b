"""What a schedule costs, one function per term; wages and preference ride on the shifts."""

from collections.abc import Callable

import numpy as np

from scheduler.model.linear import UNBOUNDED, LinearBuilder
from scheduler.model.variables import Variables, covered
from scheduler.pricing import (
    fairness_steps,
    guaranteed_minutes,
    interval_price,
    minute_unit,
    unworked_cost,
)
from scheduler.problem import IntArray, Problem

Term = Callable[[Problem, Variables, LinearBuilder], None]


def coverage(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """Staffed plus understaffing covers the need; staffed less overstaffing stays within it."""
    size = problem.horizon.num_intervals
    need = np.bincount(
        v.need.queue * size + v.need.interval,
        weights=v.need.workers,
        minlength=len(problem.queues) * size,
    ).astype(np.int64)
    price = np.repeat(
        [interval_price(queue.overstaffing_cost, problem.horizon) for queue in problem.queues],
        size,
    ).astype(np.int64)
    served, serving = _served_intervals(problem, v)
    steps = v.need.queue * size + v.need.interval
    ones = np.ones(len(served), dtype=np.int64)
    _rows_of(
        model,
        np.flatnonzero(need > 0),
        (np.concatenate([served, steps]), np.concatenate([serving, v.need.column])),
        np.concatenate([ones, np.ones(len(steps), dtype=np.int64)]),
        (need, np.full(len(need), UNBOUNDED)),
    )
    over = np.flatnonzero(price > 0)
    over_column = model.add_columns(price[over], np.full(len(over), len(problem.workers)))
    _rows_of(
        model,
        over,
        (np.concatenate([served, over]), np.concatenate([serving, over_column])),
        np.concatenate([ones, np.full(len(over), -1)]),
        (np.full(len(need), -UNBOUNDED), need),
    )


def _rows_of(
    model: LinearBuilder,
    rows: IntArray,
    entries: tuple[IntArray, IntArray],
    coefficient: IntArray,
    bounds: tuple[IntArray, IntArray],
) -> None:
    """Add those (queue, interval) rows that matter; entries are key and column, bounds per key."""
    key, column = entries
    keep = np.isin(key, rows)
    present = np.unique(key[keep])
    model.add_rows(
        key[keep], column[keep], coefficient[keep], bounds[0][present], bounds[1][present]
    )


def _served_intervals(problem: Problem, v: Variables) -> tuple[IntArray, IntArray]:
    """One entry for each interval that a serving covers: key (queue, interval) and column."""
    first, last = covered(
        problem, v.slots.start[v.servings.slot], v.slots.end[v.servings.slot]
    )  # fmt: skip
    length = np.maximum(last - first, 0)
    column = np.repeat(v.servings.column, length)
    offset = np.arange(len(column)) - np.repeat(np.cumsum(length) - length, length)
    interval = np.repeat(first, length) + offset
    queue = np.repeat(v.servings.queue, length)
    return queue * problem.horizon.num_intervals + interval, column


def unworked_minimum(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """Minutes below the weekly minimum are paid although nobody works them."""
    unit = minute_unit(problem)
    for index, worker in enumerate(problem.workers):
        for week in range(problem.horizon.num_weeks if worker.min_minutes_per_week else 0):
            units = -(-guaranteed_minutes(problem, worker, week) // unit)
            if units:
                price = np.array([unworked_cost(problem, worker, unit)])
                missing = model.add_columns(price, np.array([units]))
                _weekly_row(problem, v, model, index, week, missing, 1, (units, UNBOUNDED))


def fairness(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """Each further quarter of a worker's weekly maximum costs more, so hours spread."""
    if not problem.weights.fairness:
        return
    for index in np.unique(v.choices.worker).tolist():
        every = fairness_steps(problem, problem.workers[index])
        # A small price rounds to nothing for the first steps: they are as free as the first.
        free = sum(units for units, price in every if not price)
        priced = np.array([step for step in every if step[1]], dtype=np.int64).reshape(-1, 2)
        for week in range(problem.horizon.num_weeks):
            steps = model.add_columns(priced[:, 1], priced[:, 0])
            _weekly_row(problem, v, model, index, week, steps, -1, (-UNBOUNDED, free))


def _weekly_row(
    problem: Problem,
    v: Variables,
    model: LinearBuilder,
    worker: int,
    week: int,
    extra: IntArray,
    sign: int,
    bounds: tuple[int, int],
) -> None:
    """A row over a worker's week in minute units: shifts plus ``sign`` times the extra columns."""
    edges = np.searchsorted(v.choices.worker, [worker, worker + 1])
    own = np.arange(edges[0], edges[1])
    own = own[np.array(problem.horizon.week_of_day)[v.choices.day[own]] == week]
    units = (v.choices.end[own] - v.choices.start[own]) // minute_unit(problem)
    column = np.concatenate([v.choices.column[own], extra])
    coefficient = np.concatenate([units, np.full(len(extra), sign)])
    key = np.zeros(len(column), dtype=np.int64)
    model.add_rows(key, column, coefficient, np.array([bounds[0]]), np.array([bounds[1]]))


TERMS: tuple[Term, ...] = (coverage, unworked_minimum, fairness)
