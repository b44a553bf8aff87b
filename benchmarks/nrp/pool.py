"""The best combination of known schedules: one column per worker, decided by CP-SAT."""

from dataclasses import replace

import numpy as np

from benchmarks.nrp.evaluate import keeps_limits
from benchmarks.nrp.generation import Column
from benchmarks.nrp.instance import OFF, Instance
from scheduler.model.linear import Linear, LinearBuilder
from scheduler.problem import IntArray
from scheduler.solver.cp_sat import SearchParameters, search


def combine(
    instance: Instance, columns: list[Column], current: IntArray, parameters: SearchParameters
) -> tuple[IntArray, bool]:
    """The best schedule out of the columns and the current one; whether that was proven."""
    legal = [column for column in columns if keeps_limits(instance, *column)]
    columns = _distinct([*enumerate(current), *legal])
    linear = _linear(instance, columns)
    values = np.zeros(linear.num_columns, dtype=np.int64)
    values[: len(current)] = 1
    values = linear.tighten(_with_cover(instance, linear, values, current))
    found = [values]
    answer = search(linear, parameters, found.append, values)
    best = min(found, key=linear.objective)
    schedule = current.copy()
    for at in np.flatnonzero(best[: len(columns)]).tolist():
        worker, days = columns[at]
        schedule[worker] = days
    return schedule, answer.is_optimal


def _distinct(columns: list[Column]) -> list[Column]:
    return list({(worker, days.tobytes()): (worker, days) for worker, days in columns}.values())


def _with_cover(
    instance: Instance, linear: Linear, values: IntArray, schedule: IntArray
) -> IntArray:
    """Set the last columns, workers too few and too many, as the schedule needs them."""
    lack = (instance.requirement - instance.staffed(schedule)).ravel()
    values = values.copy()
    values[-2 * len(lack) :] = np.maximum(np.concatenate([lack, -lack]), 0)
    return values


def _linear(instance: Instance, columns: list[Column]) -> Linear:
    builder = LinearBuilder()
    worker = np.array([worker for worker, _ in columns], dtype=np.int64)
    days = np.array([days for _, days in columns], dtype=np.int64)
    at, day = np.nonzero(days != OFF)
    kind = days[at, day]
    price = (instance.off - instance.on)[worker[at], day, kind]
    cost = np.bincount(at, weights=price, minlength=len(columns)).astype(np.int64)
    column = builder.add_columns(cost, np.ones_like(cost))
    need = instance.requirement.ravel()
    under = builder.add_columns(instance.under.ravel(), np.maximum(need, 0))
    most = len(instance.workers) + np.maximum(-need, 0)
    over = builder.add_columns(instance.over.ravel(), most)
    one = np.ones(len(instance.workers), dtype=np.int64)
    builder.add_rows(worker, column, np.ones_like(column), one, one)
    row = np.arange(len(need))
    builder.add_rows(
        np.concatenate([day * len(instance.types) + kind, row, row]),
        np.concatenate([column[at], under, over]),
        np.concatenate([np.ones_like(at), np.ones_like(row), -np.ones_like(row)]),
        need, need,
    )  # fmt: skip
    return replace(builder.build(), offset=int(instance.on.sum()))
