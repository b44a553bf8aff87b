"""Where an auction has too few people for work that may wait, and where they have nothing to do."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from scheduler.model.build import Model
from scheduler.model.linear import FloatArray
from scheduler.problem import IntArray


@dataclass(frozen=True, slots=True)
class _Chain:
    """The in-time rows of one queue in order of time: positions, and what each may do and hold."""

    rows: IntArray
    arriving: list[int]
    may_wait: list[int]
    per_worker: FloatArray


class BacklogPressure:
    """Workers too few (above 0) or idle (below 0) on the rows of work that may wait."""

    def __init__(self, model: Model, rows: IntArray) -> None:
        """``rows``: the site's rows, over which what is returned runs."""
        self._size = len(rows)
        self._chains = list(_chains(model, rows)) if model.problem.backlogs else []

    def add_to(self, moved: FloatArray, activity: FloatArray) -> None:
        """Replace what the single rows say, which know nothing of work that waits."""
        for chain in self._chains:
            moved[chain.rows] = _pressure(chain, activity[chain.rows])


def _chains(model: Model, rows: IntArray) -> Iterator[_Chain]:
    size = model.problem.horizon.num_intervals
    key, row = model.linear.named["in_time"]
    for index, queue in enumerate(model.problem.queues):
        own = key // size == index
        if own.any():
            backlog, at = model.problem.backlogs[queue.id], key[own] % size
            yield _Chain(
                np.searchsorted(rows, row[own]),
                model.linear.row_lower[row[own]].tolist(),
                backlog.may_wait[at].tolist(),
                np.maximum(backlog.done_per_worker[at], 1).astype(np.float64),
            )


def _pressure(chain: _Chain, done: FloatArray) -> FloatArray:
    """Missed minutes are asked for all the time since nothing waited, idle ones where they are."""
    found, waits, since = np.zeros(len(done)), 0.0, 0
    table = zip(chain.arriving, chain.may_wait, done.tolist(), strict=True)
    for at, (arriving, may_wait, did) in enumerate(table):
        left = waits + arriving - did
        if left <= 0:
            found[at] += left
            waits, since = 0.0, at + 1
            continue
        missed = max(0.0, left - may_wait)
        found[since : at + 1] += missed / (at + 1 - since)
        waits = left - missed
    return found / chain.per_worker
