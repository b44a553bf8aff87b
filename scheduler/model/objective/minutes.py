"""What it costs how much one worker works: guaranteed, fair, desired and unpopular minutes."""

import numpy as np

from scheduler.model.linear import UNBOUNDED, LinearBuilder
from scheduler.model.unpopular import unpopular_units
from scheduler.model.variables import Variables
from scheduler.pricing import (
    desired_units,
    fairness_cost,
    fairness_steps,
    guaranteed_minutes,
    minute_unit,
    per_hour,
    unpopular_steps,
    unworked_cost,
)
from scheduler.problem import IntArray, Problem
from scheduler.shift_template import PAY_IN_FULL

NO_LIMIT = -UNBOUNDED


class _Sums:
    """Rows "what some of a worker's choices add up to, against priced slack columns"."""

    def __init__(self, key: IntArray, column: IntArray, units: IntArray) -> None:
        """``key``: the row that each choice counts in; ``units`` that it counts there."""
        self._entries = (key, column, units)
        self.most = np.bincount(key, weights=units).astype(np.int64)
        self._slack: list[tuple[int, int, int, int, int]] = []
        self._bounds: dict[int, tuple[int, int]] = {}

    def first(self, row: int) -> IntArray:
        """The first choice that counts in a row."""
        own: IntArray = self._entries[1][self._entries[0] == row]
        return own[:1]

    def bound(self, row: int, lower: int, upper: int) -> None:
        """What the row may be, its slack included."""
        self._bounds[row] = (lower, upper)

    def slack(self, row: int, sign: int, price: int, units: int, owner: int) -> None:
        """So many units that a row may have less (+1) or more (-1) at a price each."""
        self._slack.append((row, sign, price, units, owner))

    def add_to(self, model: LinearBuilder) -> None:
        """Hand all rows over."""
        if not self._bounds:
            return
        row, sign, price, units, owner = np.array(self._slack, dtype=np.int64).reshape(-1, 5).T
        slack = model.add_columns(price, units, owner, is_slack=True)
        rows = np.array(sorted(self._bounds), dtype=np.int64)
        own = np.isin(self._entries[0], rows)
        key, column, weight = (
            np.concatenate([part[own], extra])
            for part, extra in zip(self._entries, (row, slack, sign), strict=True)
        )
        bounds = np.array([self._bounds[one] for one in rows.tolist()], dtype=np.int64)
        model.add_rows(key, column, weight, bounds[:, 0], bounds[:, 1])


def _by_week(problem: Problem, v: Variables) -> _Sums:
    """Minute units by worker and week."""
    key = v.choices.worker * problem.horizon.num_weeks + v.choice_week(problem)
    units = (v.choices.end - v.choices.start) // minute_unit(problem)
    return _Sums(key, v.choices.column, units)


def _paid_by_week(problem: Problem, v: Variables) -> _Sums:
    """Minute units by worker and week without standby, which fills no weekly minimum."""
    pays = [one.pay_percent == PAY_IN_FULL for one in problem.shift_templates]
    own = np.flatnonzero(np.array(pays, dtype=bool)[v.choices.template])
    key = v.choices.worker * problem.horizon.num_weeks + v.choice_week(problem)
    units = (v.choices.end - v.choices.start) // minute_unit(problem)
    return _Sums(key[own], v.choices.column[own], units[own])


def unworked_minimum(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """Minutes below the weekly minimum are paid although nobody works them."""
    unit, weeks, sums = minute_unit(problem), problem.horizon.num_weeks, _paid_by_week(problem, v)
    for index, worker in enumerate(problem.workers):
        for week in range(weeks if worker.min_minutes_per_week and not worker.is_min_hard else 0):
            units = -(-guaranteed_minutes(problem, worker, week) // unit)
            if units:
                row = index * weeks + week
                sums.slack(row, 1, unworked_cost(problem, worker, unit), units, index)
                sums.bound(row, units, UNBOUNDED)
    sums.add_to(model)


def fairness(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """Each further quarter of a worker's weekly maximum costs more, so hours spread."""
    if not problem.weights.fairness:
        return
    sums, weeks = _by_week(problem, v), problem.horizon.num_weeks
    for index in np.unique(v.choices.worker).tolist():
        steps = fairness_steps(problem, problem.workers[index])
        for row in range(index * weeks, (index + 1) * weeks):
            if v.is_ruled[index]:
                _rising(sums, row, steps, index)
            elif row < len(sums.most) and sums.most[row]:
                _charge_overruled(problem, sums, model, row, index)
    sums.add_to(model)


def _charge_overruled(
    problem: Problem, sums: _Sums, model: LinearBuilder, row: int, index: int
) -> None:
    """An overruled week is as long as its pins, more than the steps have room for: one price."""
    minutes = int(sums.most[row]) * minute_unit(problem)
    model.add_cost(sums.first(row), fairness_cost(problem, problem.workers[index], minutes))


def _rising(sums: _Sums, row: int, steps: list[tuple[int, int]], owner: int) -> None:
    """Units of a row cost more step by step."""
    # A small price rounds to nothing for the first steps: they are as free as the first.
    free = sum(units for units, price in steps if not price)
    for units, price in steps:
        if price:
            sums.slack(row, -1, price, units, owner)
    sums.bound(row, NO_LIMIT, free)


def desired_hours(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """A week that misses the hours that a worker wishes for costs, above and below."""
    unit, weeks = minute_unit(problem), problem.horizon.num_weeks
    price = per_hour(problem.weights.desired_hours, unit)
    if not price:
        return
    sums = _by_week(problem, v)
    for index, worker in enumerate(problem.workers):
        for week in range(weeks if worker.desired_minutes_per_week is not None else 0):
            row, units = index * weeks + week, desired_units(problem, worker, week)
            most = int(sums.most[row]) if row < len(sums.most) else 0
            sums.slack(row, 1, price, units, index)
            sums.slack(row, -1, price, max(0, most - units), index)
            sums.bound(row, units, units)
    sums.add_to(model)


def unpopular_hours(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """The more unpopular time a worker has had, the more each further hour of it costs."""
    if not problem.weights.unpopular or not problem.unpopular_hours:
        return
    units = unpopular_units(problem, v.slots.start, v.slots.end)[v.choices.slot]
    sums = _Sums(v.choices.worker, v.choices.column, units)
    steps = unpopular_steps(problem.weights)
    for index in np.flatnonzero(sums.most > 0).tolist():
        most = int(sums.most[index])
        _rising(sums, index, [(min(length, most), price) for length, price in steps], index)
    sums.add_to(model)
