"""Some days of some workers, decided by CP-SAT while all other days stay as they are."""

import numpy as np

from benchmarks.nrp.instance import Instance
from benchmarks.nrp.model import build
from scheduler.problem import IntArray
from scheduler.solver.cp_sat import Answer, SearchParameters, search

ANY_COST = 2**40


def decide_days(
    instance: Instance, schedule: IntArray, first: int, end: int, parameters: SearchParameters
) -> tuple[IntArray, Answer]:
    """The best schedule found with other shifts from day ``first`` to before ``end``."""
    model = build(instance)
    is_open = np.zeros(model.linear.num_columns, dtype=bool)
    column = model.column[:, first:end]
    is_open[column[column >= 0]] = True
    weekend = model.weekend[:, first // 7 : end // 7 + 1]
    is_open[weekend[weekend >= 0]] = True
    is_open[model.cover[:, first:end].ravel()] = True
    values = model.values(schedule)
    part = model.linear.restrict(is_open, values)
    found: list[IntArray] = []
    answer = search(part, parameters, found.append, values[is_open])
    if found:
        values[is_open] = min(found, key=part.objective)
    return model.schedule(values), answer
