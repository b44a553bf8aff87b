"""How much one worker works between two dates: forbidden beyond the most, or priced."""

import numpy as np

from scheduler.model.linear import UNBOUNDED, LinearBuilder
from scheduler.model.variables import Variables
from scheduler.pricing import excess_cost, minute_unit
from scheduler.problem import IntArray, Problem
from scheduler.worker import PeriodLimit


def period_limits(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """Between two dates a worker does no more than allowed, or what goes beyond is priced.

    A price is no rule: overruled workers have it, too.
    """
    for index, worker in enumerate(problem.workers):
        for limit in worker.period_limits:
            own = v.of_worker(index)
            day = v.choices.day[own]
            own = own[(day >= limit.first) & (day <= limit.last)]
            if limit.excess_cost is not None:
                _priced(problem, v, model, index, limit, own)
            elif v.is_ruled[index]:
                minutes = (v.choices.end - v.choices.start)[own].tolist()
                used = np.array([limit.used(one) for one in minutes], dtype=np.int64)
                most = np.full(len(own), limit.most, dtype=np.int64)
                model.at_most(np.zeros_like(most), v.choices.column[own], used, most)


def _priced(
    problem: Problem,
    v: Variables,
    model: LinearBuilder,
    index: int,
    limit: PeriodLimit,
    own: IntArray,
) -> None:
    unit = minute_unit(problem)
    units = (v.choices.end - v.choices.start)[own] // unit
    price, most = excess_cost(problem, limit, unit), limit.most // unit
    over = int(units.sum()) - most
    if price and over > 0:
        each = np.ones(1, dtype=np.int64)
        excess = model.add_columns(price * each, over * each, index, is_slack=True)
        column = np.append(v.choices.column[own], excess)
        weight = np.append(units, -1)
        sides = np.array([-UNBOUNDED]), np.array([most])
        model.add_rows(np.zeros_like(column), column, weight, *sides)
