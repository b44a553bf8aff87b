"""What it costs that a wish for or against shifts is not granted."""

import numpy as np

from scheduler.model.linear import LinearBuilder
from scheduler.model.rows import Rows
from scheduler.model.variables import Variables
from scheduler.pricing import request_costs
from scheduler.problem import IntArray, Problem
from scheduler.worker import Request


def requests(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """A wish that is not granted costs its points once."""
    rows = Rows()
    for index, worker in enumerate(problem.workers if problem.weights.request else ()):
        prices = request_costs(problem.weights, worker)
        for one, price in zip(worker.requests, prices, strict=True):
            asked_for = _asked_for(problem, v, index, one)
            if price and one.weight > 0:
                denied = _slack(model, price, index)
                rows.at_least(1, (v.choices.column[asked_for], 1), (denied, 1))
            elif price and len(asked_for):
                _against(problem, v, model, rows, index, asked_for, price)
    rows.add_to(model)


def _asked_for(problem: Problem, v: Variables, index: int, one: Request) -> IntArray:
    """The worker's choices that a request is about."""
    own = v.of_worker(index)
    start = v.choices.start[own]
    is_meant = (start >= one.start) & (start < one.end)
    if one.template is not None:
        template = [each.id for each in problem.shift_templates].index(one.template)
        is_meant &= v.choices.template[own] == template
    return own[is_meant]


def _against(
    problem: Problem,
    v: Variables,
    model: LinearBuilder,
    rows: Rows,
    index: int,
    unwanted: IntArray,
    price: int,
) -> None:
    """Where only one of the unwanted shifts can be worked, each carries the price itself."""
    worker, day = problem.workers[index], v.choices.day[unwanted]
    column = v.choices.column[unwanted]
    by_day = [column[day == one] for one in np.unique(day)]
    if worker.max_shifts_per_day > 1 or not v.is_ruled[index]:
        by_day = [one.reshape(1) for one in column]
    if len(by_day) == 1:
        model.add_cost(column, price)
        return
    denied = _slack(model, price, index)
    for one in by_day:
        rows.at_most(0, (one, 1), (denied, -1))


def _slack(model: LinearBuilder, price: int, owner: int) -> IntArray:
    one = np.ones(1, dtype=np.int64)
    return model.add_columns(price * one, one, owner, is_slack=True)
