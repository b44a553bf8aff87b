"""Which columns to set free: around fractional workers first, then around what went wrong."""

from dataclasses import dataclass

import numpy as np

from scheduler.model.build import Model
from scheduler.model.linear import BoolArray, FloatArray
from scheduler.model.objective.backlogs import ROWS
from scheduler.model.spreads import priced_spreads
from scheduler.problem import IntArray

PROMISING = 0.02  # share of a shift's mean cost by which a column may be too dear
FRACTION = 1e-6  # a relaxation value further from a whole number than this is fractional


@dataclass(frozen=True)
class Neighbourhoods:
    """Cuts parts out of a model: a set of free columns, closed so that the part makes sense."""

    model: Model

    def fractional(self, values: FloatArray) -> BoolArray:
        """Every worker whose relaxation is not a whole schedule yet."""
        v = self.model.variables
        is_fractional = np.abs(values - np.round(values)) > FRACTION
        workers = np.unique(v.choices.worker[is_fractional[v.choices.column]])
        if self.model.problem.backlogs and is_fractional.any():
            is_fractional = self._with_backlogs(is_fractional)
        return self.closed(np.isin(v.choices.worker, workers), is_fractional)

    def _with_backlogs(self, columns: BoolArray) -> BoolArray:
        """With whom else they serve and all that is carried on: one rounded alone is wrong."""
        servings = self.model.variables.servings
        keys = servings.key[columns[servings.column]]
        found = columns | self._backlogs_of(np.arange(len(self.model.problem.queues)))
        decided = np.zeros_like(columns)
        decided[self.model.variables.choices.column] = decided[servings.column] = True
        found[decided & ~columns] = False
        found[servings.column[np.isin(servings.key, keys)]] = True
        return found

    def promising(self, reduced: FloatArray) -> BoolArray:
        """Columns that the relaxation's prices make worth a try; cost columns all are.

        A shift and whom it serves are judged together, since the rows between them may put the
        price on either side. Most of what is too dear now stays too dear in any good schedule,
        and leaving it out makes the parts a third smaller.
        """
        v, servings = self.model.variables, self.model.variables.servings
        key, choice = servings.choice_key, servings.choice
        num_keys = max(key.max(initial=-1), servings.key.max(initial=-1)) + 1
        serve = np.maximum(reduced[servings.column], 0.0)
        best_serve, best_start = np.full(num_keys, np.inf), np.full(num_keys, np.inf)
        np.minimum.at(best_serve, servings.key, serve)
        start = np.maximum(reduced[v.choices.column], 0.0)
        start = start + np.bincount(choice, weights=best_serve[key], minlength=len(start))
        np.minimum.at(best_start, key, start[choice])
        # Infinite where a key has no queue: no shift can start there.
        extra = serve - best_serve[servings.key]
        dearest = PROMISING * float(v.choices.cost.mean()) if len(v.choices.cost) else 0.0
        found = np.ones(self.model.linear.num_columns, dtype=bool)
        found[v.choices.column] = start <= dearest
        found[servings.column] = extra + best_start[servings.key] <= dearest
        return found

    def of_workers(self, weights: FloatArray, size: int, rng: np.random.Generator) -> BoolArray:
        """All choices of some workers, those drawn more often whose weight is higher."""
        v = self.model.variables
        present = np.unique(v.choices.worker)
        if size >= len(present):
            return self.closed(np.ones(len(v.choices.worker), dtype=bool))
        weight = weights[present] + weights[present].mean() + 1e-9
        chosen = rng.choice(present, size, replace=False, p=weight / weight.sum())
        return self.closed(np.isin(v.choices.worker, chosen))

    def of_days(self, day: int, num_days: int, share: float, rng: np.random.Generator) -> BoolArray:
        """A share of the workers on some days."""
        choices = self.model.variables.choices
        days = (choices.day >= day) & (choices.day < day + num_days)
        lucky = rng.random(len(self.model.problem.workers)) < share
        return self.closed(days & lucky[choices.worker])

    def closed(self, choices: BoolArray, extra: BoolArray | None = None) -> BoolArray:
        """Free choices, the queues of their groups, and every cost column these touch."""
        v, linear = self.model.variables, self.model.linear
        if choices.all():
            # The whole model: need that nobody can cover is free too, so that a proof counts.
            return np.ones(linear.num_columns, dtype=bool)
        free = np.zeros(linear.num_columns, dtype=bool)
        free[v.choices.column[choices]] = True
        servings = v.servings
        fed = np.isin(servings.key, servings.choice_key[choices[servings.choice]])
        free[servings.column[fed]] = True
        if extra is not None:
            free |= extra
        decided = np.zeros(linear.num_columns, dtype=bool)
        decided[v.choices.column] = decided[v.servings.column] = True
        near = self._near(free) & ~decided
        if self.model.problem.backlogs:
            near |= self._backlogs_of(np.unique(servings.queue[fed])) & ~decided
        if priced_spreads(self.model.problem):
            # There how many are staffed is a cost column, which those of every group wait for.
            near |= self._near(near) & ~decided
        return free | near

    def _backlogs_of(self, queues: IntArray) -> BoolArray:
        """Everything that is carried on in these queues' backlogs: a change reaches far."""
        linear, size = self.model.linear, self.model.problem.horizon.num_intervals
        rows = np.zeros(linear.num_rows, dtype=np.int64)
        for name in ROWS:
            key, index = linear.named[name]
            rows[index[np.isin(key // size, queues)]] = 1
        found: BoolArray = (abs(linear.by_column).T @ rows) > 0
        return found

    def _near(self, columns: BoolArray) -> BoolArray:
        """Every column that has a row in common with some columns."""
        linear = self.model.linear
        touched = (abs(linear.matrix) @ columns.astype(np.int64)) > 0
        found: BoolArray = (abs(linear.by_column).T @ touched.astype(np.int64)) > 0
        return found


def strain(model: Model, values: IntArray, relaxed: FloatArray) -> tuple[FloatArray, FloatArray]:
    """How far the schedule is from the relaxation's shape, per worker and per day."""
    choices = model.variables.choices
    distance = np.abs(values[choices.column] - relaxed[choices.column])
    per_worker = np.bincount(
        choices.worker, weights=distance, minlength=len(model.problem.workers)
    ).astype(np.float64)
    need = model.variables.need
    interval_day = np.searchsorted(
        np.array(model.problem.horizon.day_starts),
        need.interval * model.problem.horizon.interval_minutes,
        side="right",
    )
    extra = np.maximum(values[need.column] - relaxed[need.column], 0.0) * need.price
    per_day = np.bincount(
        interval_day - 1, weights=extra, minlength=model.problem.horizon.days
    ).astype(np.float64)
    return per_worker, per_day
