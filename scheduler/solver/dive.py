"""From the relaxation down to whole shifts: decide a few, relax the rest again.

Most workers come out of the relaxation with a whole schedule and keep it. Of the others, those
most nearly decided get their strongest shift, and the relaxation of what is left tells how the
rest should answer. A few rounds decide everybody, at a fraction of the first relaxation's time.
"""

import time
from collections.abc import Iterator

import numpy as np

from scheduler.model.build import Model
from scheduler.model.linear import BoolArray, FloatArray, Linear
from scheduler.problem import IntArray
from scheduler.solver.neighbourhood import FRACTION
from scheduler.solver.relaxation import relax
from scheduler.solver.turn_rests import TurnRests

# Share of the undecided workers that get a shift in one round, and the least number of them.
ROUND_SHARE = 0.25
ROUND_LEAST = 3


def dive(model: Model, relaxed: FloatArray, deadline: float) -> Iterator[FloatArray]:
    """Ever more decided points of the relaxation; the last one that the deadline allows is best."""
    values, decided = relaxed.copy(), np.zeros(model.linear.num_columns, dtype=bool)
    whole = np.zeros(model.linear.num_columns, dtype=np.int64)
    while (left := deadline - time.monotonic()) > 0:
        undecided = _undecided_workers(model, values)
        if not len(undecided):
            return
        _keep_decided(model, values, undecided, decided, whole)
        _decide_strongest(model, values, undecided, decided, whole)
        rest = relax(model.linear.restrict(~decided, whole), left)
        if rest.values is None:
            return
        values = whole.astype(np.float64)
        values[~decided] = rest.values
        yield values


def _undecided_workers(model: Model, values: FloatArray) -> IntArray:
    choices = model.variables.choices
    own = values[choices.column]
    return np.unique(choices.worker[np.abs(own - np.round(own)) > FRACTION])


def _keep_decided(
    model: Model, values: FloatArray, undecided: IntArray, decided: BoolArray, whole: IntArray
) -> None:
    """Workers with a whole schedule keep it, the others keep the shifts they surely have."""
    choices = model.variables.choices
    is_open = np.isin(choices.worker, undecided)
    sure = choices.column[~is_open | (values[choices.column] > 1 - FRACTION)]
    decided[sure] = True
    whole[sure] = np.round(values[sure]).astype(np.int64)


def _decide_strongest(
    model: Model, values: FloatArray, undecided: IntArray, decided: BoolArray, whole: IntArray
) -> None:
    """The strongest open shift of some workers is worked, or closed where it no longer fits."""
    linear, choices = model.linear, model.variables.choices
    own = values[choices.column]
    is_open = np.flatnonzero(np.abs(own - np.round(own)) > FRACTION)
    strongest = is_open[np.argsort(-own[is_open], kind="stable")]
    _, first = np.unique(choices.worker[strongest], return_index=True)
    chosen = strongest[np.sort(first)][: max(ROUND_LEAST, int(len(undecided) * ROUND_SHARE))]
    rows = linear.matrix @ np.where(decided, whole, 0) + _least(linear, ~decided)
    for column in choices.column[chosen].tolist():
        at = slice(linear.by_column.indptr[column], linear.by_column.indptr[column + 1])
        touched, weight = linear.by_column.indices[at], linear.by_column.data[at]
        fits = bool(np.all(rows[touched] + np.maximum(weight, 0) <= linear.row_upper[touched]))
        fits = fits and _leaves_rest(model, whole, column)
        decided[column], whole[column] = True, int(fits)
        if fits:
            rows[touched] += np.maximum(weight, 0)


def _leaves_rest(model: Model, whole: IntArray, column: int) -> bool:
    """Whether a worker who works what is decided and one more shift still has his weekly rest.

    Which rest that is other columns say, so no single row tells.
    """
    choices = model.variables.choices
    at = int(np.searchsorted(choices.column, column))
    index = int(choices.worker[at])
    own = model.variables.of_worker(index)
    worker = model.problem.workers[index]
    rests = TurnRests(model.problem, model.variables, worker, slice(own[0], own[-1] + 1))
    is_asked = np.arange(own[0], own[-1] + 1) == at
    for taken in np.flatnonzero(whole[choices.column[own]]).tolist() if rests.asks else ():
        rests.take(taken)
    rests.close(is_asked)
    return bool(is_asked.any())


def _least(linear: Linear, free: BoolArray) -> IntArray:
    """The least that the free columns can add to each row."""
    negative = linear.matrix.minimum(0)
    positive = linear.matrix.maximum(0)
    least: IntArray = negative @ np.where(free, linear.upper, 0)
    least += positive @ np.where(free, linear.lower, 0)
    return least
