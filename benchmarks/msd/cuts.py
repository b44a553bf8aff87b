"""Rows that keep the relaxation from using a shift by a fraction.

Take any set of intervals. If the need rises by ``rise`` over the set (all its changes added up),
then ``rise`` workers must leave it: on shifts that start inside and end outside, or by being
short or too many at its border. Where none of some of these shifts is used, the others and the
border carry all of it, so with ``rise`` for each used one

    sum over some (rise * used) + sum over the others (workers) + border >= rise.

The set that breaks this most is a minimum cut, when each shift's arc may carry
``min(workers, rise * used)``. ``rise`` is guessed, and the cut taken apart into its connected
parts, each with the rise it really has.

The need is meant as the design foresees it, less what is short and more what is too many. The
border then also carries what is foreseen and does not come.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import breadth_first_order, connected_components, maximum_flow

from benchmarks.msd.model import Cut, Design
from scheduler.model.linear import BoolArray, FloatArray
from scheduler.problem import IntArray

PRECISION = 100_000  # maximum_flow counts in whole numbers
LEAST_VIOLATION = 0.02


@dataclass
class Separator:
    """Finds cuts that a fractional point breaks, each one once."""

    design: Design
    _seen: set[bytes] = field(default_factory=set)

    def separate(self, values: FloatArray) -> list[Cut]:
        """Cuts that the point breaks, possibly none."""
        found = []
        for rise in range(1, int(self.design.most.max(initial=0)) + 1):
            inside = self._source_side(values, rise)
            for part, outwards in self._parts(values, inside):
                cut = self._cut(values, part, outwards)
                if cut is not None:
                    key = np.concatenate([cut.column, cut.coefficient]).tobytes()
                    if key not in self._seen:
                        self._seen.add(key)
                        found.append(cut)
        return found

    @property
    def _change(self) -> IntArray:
        level = self.design.instance.demand - self.design.lack
        return level - np.roll(level, 1)

    def _unused(self, values: FloatArray) -> FloatArray:
        """What is foreseen to be short (or, negative, too many) and is not."""
        unused = abs(self.design.lack) - values[self.design.columns.foreseen]
        return np.sign(self.design.lack) * unused

    def _busy(self, values: FloatArray) -> tuple[IntArray, IntArray]:
        shift, day = np.nonzero(values[self.design.columns.workers] > 1e-7)
        return shift, day

    def _source_side(self, values: FloatArray, rise: int) -> BoolArray:
        """The intervals on the source side of a minimum cut of the point's flow."""
        instance, columns = self.design.instance, self.design.columns
        size, change = instance.num_intervals, self._change
        here, after = np.arange(size), (np.arange(size) + 1) % size
        up, down = np.flatnonzero(change > 0), np.flatnonzero(change < 0)
        shift, day = self._busy(values)
        workers = values[columns.workers[shift, day]]
        tail = [instance.first[shift, day], here, after, np.full(len(up), size), down]
        head = [instance.end[shift, day], after, here, up, np.full(len(down), size + 1)]
        room = [
            np.minimum(workers, rise * values[columns.used[shift]]),
            values[columns.under] + (-self._unused(values)).clip(min=0),
            values[columns.over] + self._unused(values).clip(min=0),
            change[up],
            -change[down],
        ]
        capacity = np.floor(np.concatenate(room) * PRECISION).clip(0).astype(np.int32)
        entries = (capacity, (np.concatenate(tail), np.concatenate(head)))
        graph = sparse.csr_array(sparse.coo_array(entries, shape=(size + 2, size + 2)))
        left = sparse.csr_array(graph - maximum_flow(graph, size, size + 1).flow)
        left.data[left.data < 0] = 0
        left.eliminate_zeros()
        reached = breadth_first_order(left, size, return_predecessors=False)
        inside = np.zeros(size + 2, dtype=np.bool_)
        inside[reached] = True
        return inside[:size]

    def _parts(self, values: FloatArray, inside: BoolArray) -> Iterator[tuple[BoolArray, bool]]:
        """Connected parts inside, which the flow leaves, and outside, which it enters."""
        instance = self.design.instance
        size = len(inside)
        here = np.arange(size)
        busy = self._busy(values)
        tail = np.concatenate([instance.first[busy], here])
        head = np.concatenate([instance.end[busy], (here + 1) % size])
        graph = sparse.csr_array((np.ones(len(tail)), (tail, head)), shape=(size, size))
        for side, outwards in ((inside, True), (~inside, False)):
            own = np.flatnonzero(side)
            if len(own):
                count, label = connected_components(graph[own][:, own], directed=False)
                for number in range(count):
                    part = np.zeros(size, dtype=np.bool_)
                    part[own[label == number]] = True
                    yield part, outwards

    def _cut(self, values: FloatArray, part: BoolArray, outwards: bool) -> Cut | None:
        """The strongest row of one part at the point, if the point breaks it."""
        instance, columns = self.design.instance, self.design.columns
        inside, after = (part, np.roll(part, -1)) if outwards else (~part, np.roll(~part, -1))
        rise = int(self._change[inside].sum())
        if rise <= 0:
            return None
        leaves = inside[instance.first] & ~inside[instance.end] & (self.design.most > 0)
        workers, used = values[columns.workers], rise * values[columns.used][:, None]
        by_use, by_work = leaves & (used < workers), leaves & (used >= workers)
        shifts = np.flatnonzero(by_use.any(axis=1))
        forwards, backwards = inside & ~after, ~inside & after
        lack = self.design.lack
        unused = (forwards & (lack < 0)) | (backwards & (lack > 0))
        border = [columns.under[forwards], columns.over[backwards], columns.foreseen[unused]]
        column = np.concatenate([columns.used[shifts], columns.workers[by_work], *border])
        coefficient = np.ones(len(column), dtype=np.int64)
        coefficient[: len(shifts)] = rise
        coefficient[len(column) - unused.sum() :] = -1
        lower = rise - int(abs(lack[unused]).sum())
        if lower - coefficient @ values[column] < LEAST_VIOLATION * rise:
            return None
        return Cut(column, coefficient, lower)
