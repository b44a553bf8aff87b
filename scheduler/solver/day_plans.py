"""What each worker may do on one day: one of his shifts, or several that follow each other."""

from dataclasses import dataclass

import numpy as np

from scheduler.horizon import DAY_MINUTES
from scheduler.model.build import Model
from scheduler.model.ranges import ranges
from scheduler.problem import IntArray


@dataclass(frozen=True, slots=True)
class DayPlans:
    """Shifts of one worker that start on the same day, in order of their starts.

    ``choices``: shape (plans, most shifts of a day), -1 where a plan has fewer.
    """

    worker: IntArray
    day: IntArray
    start: IntArray
    end: IntArray
    minutes: IntArray
    choices: IntArray


def day_plans(model: Model) -> DayPlans:
    """Every single shift, and those that may follow each other inside one day's span.

    Other rules between shifts of a day are left out: more is allowed here than there, never less.
    """
    choices = model.variables.choices
    order = np.lexsort((choices.start, choices.day, choices.worker))
    sequences = _sequences(model, order)
    width = sequences[-1].shape[1]
    found = np.concatenate(
        [np.pad(one, ((0, 0), (0, width - one.shape[1])), constant_values=-1) for one in sequences]
    )
    # Nobody's past the last: the -1 of shorter plans adds nothing.
    length = np.append(choices.end - choices.start, 0)
    return DayPlans(
        choices.worker[found[:, 0]],
        choices.day[found[:, 0]],
        choices.start[found[:, 0]],
        choices.end[found].max(axis=1, where=found >= 0, initial=0),
        length[found].sum(axis=1),
        found,
    )


def _sequences(model: Model, order: IntArray) -> list[IntArray]:
    """Choices in rows: those of one shift, then of two, up to what somebody may work in a day."""
    workers, choices = model.problem.workers, model.variables.choices
    most = np.array([one.max_shifts_per_day for one in workers], dtype=np.int64)
    longest = DAY_MINUTES - np.array([one.min_rest_minutes for one in workers], dtype=np.int64)
    worker, start, end = choices.worker[order], choices.start[order], choices.end[order]
    cell = worker * model.problem.horizon.days + choices.day[order]
    cell_end = np.searchsorted(cell, cell, side="right")
    # Places in the order of starts: what follows a shift stands behind it in its cell.
    found = [np.arange(len(order))[:, None]]
    for count in range(2, int(most.max(initial=1)) + 1):
        shorter = found[-1][most[worker[found[-1][:, 0]]] >= count]
        tail = shorter[:, -1]
        at, later = ranges(tail + 1, cell_end[tail] - tail - 1)
        fits = start[later] >= end[tail[at]]
        fits &= end[later] - start[shorter[at, 0]] <= longest[worker[later]]
        if not fits.any():
            break
        found.append(np.column_stack([shorter[at[fits]], later[fits]]))
    return [order[one] for one in found]
