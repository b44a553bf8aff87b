"""What it costs that shifts are not those of the schedule that people know."""

import numpy as np

from scheduler.model.changes import is_new, kept_by
from scheduler.model.linear import LinearBuilder
from scheduler.model.rows import Rows
from scheduler.model.variables import Variables
from scheduler.problem import Problem


def changes(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """Each previous shift that is dropped and each shift that is added has one price."""
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
