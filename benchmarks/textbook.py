"""The model that everybody writes down first, worker x start x queue, from Peakcrew's own rows.

Peakcrew counts whom the starters of a skill group serve; here each worker's start on each queue
is a column of its own. Both have the same schedules at the same costs.
"""

import numpy as np
from scipy import sparse

from scheduler.model.build import Model
from scheduler.model.linear import Linear
from scheduler.model.ranges import ranges


def textbook(model: Model) -> Linear:
    """The same problem with a column per worker, start and queue, where a shift serves one queue.

    Raises ValueError for a blended problem.
    """
    if model.problem.is_blended:
        raise ValueError("blended, a shift has no one queue")
    linear, choices, servings = model.linear, model.variables.choices, model.variables.servings
    by_key = np.argsort(servings.key, kind="stable")
    keys = servings.key[by_key]
    first = np.searchsorted(keys, servings.choice_key)
    count = np.searchsorted(keys, servings.choice_key, side="right") - first
    at, place = ranges(first, count)
    starter = choices.column[servings.choice[at]]
    served = servings.column[by_key[place]]
    decided = np.concatenate([choices.column, servings.column])
    others = np.setdiff1d(np.arange(linear.num_columns), decided)
    # The rows that tie a group's starters to whom they serve hold by themselves now.
    is_serving = np.zeros(linear.num_columns, dtype=np.int64)
    is_serving[servings.column] = 1
    is_starter = np.zeros(linear.num_columns, dtype=np.int64)
    is_starter[choices.column] = 1
    pattern = abs(linear.matrix) > 0
    rows = np.flatnonzero((pattern @ is_serving == 0) | (pattern @ is_starter == 0))
    matrix = linear.by_column
    columns = sparse.hstack([matrix[:, starter] + matrix[:, served], matrix[:, others]])
    # A start serves one queue.
    once = sparse.coo_array((np.ones(len(at), dtype=np.int64), (at, np.arange(len(at)))),
                            shape=(len(count), columns.shape[1]))  # fmt: skip
    once = once.tocsr()[count > 1]
    return Linear(
        np.append(linear.cost[starter] + linear.cost[served], linear.cost[others]),
        np.zeros(len(starter) + len(others), dtype=np.int64),
        np.append(np.ones(len(starter), dtype=np.int64), linear.upper[others]),
        sparse.csr_array(sparse.vstack([columns.tocsr()[rows], once])),
        np.append(linear.row_lower[rows], np.zeros(once.shape[0], dtype=np.int64)),
        np.append(linear.row_upper[rows], np.ones(once.shape[0], dtype=np.int64)),
        np.append(linear.owner[starter], linear.owner[others]),
        np.append(np.zeros(len(starter), dtype=bool), linear.is_slack[others]),
        linear.offset,
    )
