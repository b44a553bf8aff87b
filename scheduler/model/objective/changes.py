"""What it costs that shifts are not those of the schedule that people know."""

import numpy as np

from scheduler.model.changes import is_new, kept_by
from scheduler.model.linear import LinearBuilder
from scheduler.model.rows import Rows
from scheduler.model.variables import Variables
from scheduler.pricing import lost_hours_cost, minute_unit
from scheduler.problem import Problem


def changes(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """Each previous shift that is dropped and each shift that is added has one price.

    To some workers pay is owed beside it: for a shift added, and for hours lost for good.
    """
    _owed(problem, v, model)
    price = problem.weights.change
    rows = Rows()
    for index in range(len(problem.workers) if price else 0):
        own = v.of_worker(index)
        model.add_cost(v.choices.column[own[is_new(problem, v, index)]], price)
        kept = kept_by(problem, v, index)
        dropped = model.add_columns(
            np.full(len(kept), price), np.ones(len(kept), dtype=np.int64), index, is_slack=True
        )
        for columns, one in zip(kept.values(), dropped.tolist(), strict=True):
            rows.at_least(1, (columns, 1), ([one], 1))
    rows.add_to(model)


def _owed(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """What workers are owed for changes, if anything is known that may change."""
    unit = minute_unit(problem)
    for index, worker in enumerate(problem.workers if problem.previous else ()):
        own = v.of_worker(index)
        if worker.added_shift_cost:
            new = own[is_new(problem, v, index)]
            model.add_cost(v.choices.column[new], worker.added_shift_cost)
        known = problem.previous_times.get(worker.id, frozenset())
        had = -(-sum(end - start for start, end in known) // unit)
        price = lost_hours_cost(problem, worker, unit)
        if price and had:
            lost = model.add_columns(np.array([price]), np.array([had]), index, is_slack=True)
            units = (v.choices.end - v.choices.start)[own] // unit
            column = np.append(v.choices.column[own], lost)
            model.at_least(np.zeros_like(column), column, np.append(units, 1), {0: had})
