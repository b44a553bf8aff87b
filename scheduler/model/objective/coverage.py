"""What it costs that a queue has too few people, or too many."""

import numpy as np

from scheduler.model.linear import UNBOUNDED, LinearBuilder
from scheduler.model.servings import served_intervals
from scheduler.model.variables import Variables
from scheduler.pricing import interval_price
from scheduler.problem import IntArray, Problem


def coverage(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """Staffed plus understaffing covers the need; staffed less overstaffing stays within it."""
    size = problem.horizon.num_intervals
    need = np.bincount(
        v.need.queue * size + v.need.interval,
        weights=v.need.workers,
        minlength=len(problem.queues) * size,
    ).astype(np.int64)
    price = np.repeat(
        [
            # Nobody is too many where work may wait: whoever has nothing to do is there for it.
            0
            if queue.id in problem.backlogs
            else interval_price(queue.overstaffing_cost, problem.horizon)
            for queue in problem.queues
        ],
        size,
    ).astype(np.int64)
    served, serving = served_intervals(problem, v.servings)
    steps = v.need.queue * size + v.need.interval
    ones = np.ones(len(served), dtype=np.int64)
    under = _rows_of(
        model,
        np.flatnonzero(need > 0),
        (np.concatenate([served, steps]), np.concatenate([serving, v.need.column])),
        np.concatenate([ones, np.ones(len(steps), dtype=np.int64)]),
        (need, np.full(len(need), UNBOUNDED)),
    )
    model.name_last_rows("understaffing", under)
    over = np.flatnonzero(price > 0)
    # Pins of one overruled worker may overlap: there he counts more than once.
    everybody = len(problem.workers) + (len(problem.pins) if problem.overruled else 0)
    most = np.full(len(over), everybody)
    over_column = model.add_columns(price[over], most, is_slack=True)
    present = _rows_of(
        model,
        over,
        (np.concatenate([served, over]), np.concatenate([serving, over_column])),
        np.concatenate([ones, np.full(len(over), -1)]),
        (np.full(len(need), -UNBOUNDED), need),
    )
    model.name_last_rows("overstaffing", present)


def _rows_of(
    model: LinearBuilder,
    rows: IntArray,
    entries: tuple[IntArray, IntArray],
    coefficient: IntArray,
    bounds: tuple[IntArray, IntArray],
) -> IntArray:
    """Add those (queue, interval) rows that matter; entries are key and column, bounds per key.

    Returns the keys of the rows.
    """
    key, column = entries
    keep = np.isin(key, rows)
    present = np.unique(key[keep])
    model.add_rows(
        key[keep], column[keep], coefficient[keep], bounds[0][present], bounds[1][present]
    )
    return present
