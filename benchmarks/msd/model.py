"""Minimum shift design as a network flow with a price on opening an arc.

A shift is an arc from its first interval to the interval after its last, on each day; being short
is an arc of one interval forwards, having too many is one backwards. What starts minus what ends
at an interval is the change of the need there. Whether a shift is used at all is one binary for
all days of the week. Once the used shifts are fixed, the rest is a minimum cost flow.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import sparse

from benchmarks.msd.evaluate import Duty
from benchmarks.msd.instance import Instance
from scheduler.model.linear import UNBOUNDED, BoolArray, Linear
from scheduler.problem import IntArray


@dataclass(frozen=True)
class Columns:
    """Where each quantity stands among the columns; ``workers`` has shape shifts x days.

    ``foreseen`` is what is short or too many as the design foresees, ``under`` and ``over`` what
    goes beyond that.
    """

    used: IntArray
    workers: IntArray
    under: IntArray
    over: IntArray
    foreseen: IntArray

    @property
    def count(self) -> int:
        """Number of columns."""
        return len(self.used) + self.workers.size + 3 * len(self.under)

    @property
    def deviations(self) -> IntArray:
        """All columns that say who is missing or too many; shape 3 x intervals."""
        return np.stack([self.under, self.over, self.foreseen])

    @classmethod
    def of(cls, instance: Instance) -> "Columns":
        """Used shifts first, then workers, then minutes short, too many, and foreseen."""
        shifts, days, intervals = len(instance.shifts), instance.days, instance.num_intervals
        sizes = (shifts, shifts * days, intervals, intervals, intervals)
        parts = np.split(np.arange(sum(sizes), dtype=np.int64), np.cumsum(sizes)[:-1])
        return cls(parts[0], parts[1].reshape(shifts, days), *parts[2:])


@dataclass(frozen=True)
class Cut:
    """A row that every design keeps: the entries add up to at least ``lower``."""

    column: IntArray
    coefficient: IntArray
    lower: int


@dataclass(frozen=True)
class Design:
    """The model of an instance: at most ``most`` workers per shift and day, and extra cuts.

    ``lack`` per interval is foreseen: workers short or, negative, too many. It changes no cost; the
    deviation up to it only has a column of its own. Costs are in units of the instance.
    """

    instance: Instance
    most: IntArray
    lack: IntArray
    cuts: tuple[Cut, ...] = ()

    @cached_property
    def columns(self) -> Columns:
        """Positions of the variables."""
        return Columns.of(self.instance)

    def tightened(self, most: IntArray) -> "Design":
        """The same model with fewer workers allowed per shift and day."""
        return replace(self, most=np.minimum(self.most, most))

    @cached_property
    def linear(self) -> Linear:
        """The rows: flow, one absolute level, use before work, cuts."""
        flow, change = flow_rows(self.instance, self.lack)
        use = self._use_rows()
        cuts = self._cut_rows()
        none = np.zeros(use.shape[0], dtype=np.int64)
        lower = np.array([cut.lower for cut in self.cuts], dtype=np.int64)
        unlimited = np.full(len(lower), UNBOUNDED, dtype=np.int64)
        return program(
            self._cost(),
            np.zeros(self.columns.count, dtype=np.int64),
            self._upper(),
            sparse.csr_array(sparse.vstack([flow, use, cuts]).tocsr()),
            np.concatenate([change, none - UNBOUNDED, lower]),
            np.concatenate([change, none, unlimited]),
        )

    def _cost(self) -> IntArray:
        instance, columns = self.instance, self.columns
        cost = np.zeros(columns.count, dtype=np.int64)
        cost[columns.used] = instance.shift_weight // instance.unit
        cost[columns.under] = instance.under_weight * instance.interval // instance.unit
        cost[columns.over] = instance.over_weight * instance.interval // instance.unit
        cost[columns.foreseen] = cost[np.where(self.lack > 0, columns.under, columns.over)]
        return cost

    def _upper(self) -> IntArray:
        """Nobody needs more workers on one shift than the day's largest need."""
        columns = self.columns
        upper = np.zeros(columns.count, dtype=np.int64)
        upper[columns.used] = self.most.any(axis=1)
        upper[columns.workers] = self.most
        upper[columns.under] = self.instance.demand
        upper[columns.over] = self.most.sum()
        upper[columns.foreseen] = abs(self.lack)
        return upper

    def _use_rows(self) -> sparse.csr_array:
        """Workers of a shift on a day need the shift to be used."""
        shift, day = np.nonzero(self.most)
        row = np.arange(len(shift))
        columns = np.concatenate([self.columns.workers[shift, day], self.columns.used[shift]])
        values = np.concatenate([np.ones(len(shift), dtype=np.int64), -self.most[shift, day]])
        entries = (values, (np.concatenate([row, row]), columns))
        return sparse.csr_array(entries, shape=(len(shift), self.columns.count))

    def _cut_rows(self) -> sparse.csr_array:
        columns = [cut.column for cut in self.cuts]
        values = [cut.coefficient for cut in self.cuts]
        edges = np.cumsum([0, *map(len, columns)])
        empty = np.zeros(0, dtype=np.int64)
        entries = (np.concatenate([*values, empty]), np.concatenate([*columns, empty]), edges)
        return sparse.csr_array(entries, shape=(len(self.cuts), self.columns.count))

    def values(self, duties: Sequence[Duty]) -> IntArray:
        """A design as a point of the model, with the least understaffing and overstaffing."""
        index = {shift: i for i, shift in enumerate(self.instance.shifts)}
        workers = np.zeros_like(self.most)
        for duty in duties:
            workers[index[duty.start, duty.length], duty.day] += duty.workers
        lack = self.instance.demand - staffed(self.instance, workers)
        values = np.zeros(self.columns.count, dtype=np.int64)
        values[self.columns.used] = workers.any(axis=1)
        values[self.columns.workers] = workers
        foreseen = np.clip(lack, np.minimum(self.lack, 0), np.maximum(self.lack, 0))
        values[self.columns.under] = np.maximum(lack - foreseen, 0)
        values[self.columns.over] = np.maximum(foreseen - lack, 0)
        values[self.columns.foreseen] = abs(foreseen)
        return values

    def duties(self, values: IntArray) -> tuple[Duty, ...]:
        """The work of a point of the model."""
        workers = values[self.columns.workers]
        return tuple(
            Duty(*self.instance.shifts[shift], day, int(workers[shift, day]))
            for shift, day in np.argwhere(workers > 0).tolist()
        )


def program(
    cost: IntArray,
    lower: IntArray,
    upper: IntArray,
    matrix: sparse.csr_array,
    row_lower: IntArray,
    row_upper: IntArray,
) -> Linear:
    """A linear model whose columns belong to no worker."""
    nobody, no_slack = np.full(len(cost), -1, dtype=np.int64), np.zeros(len(cost), dtype=np.bool_)
    return Linear(cost, lower, upper, matrix, row_lower, row_upper, nobody, no_slack)


def flow_rows(
    instance: Instance, lack: IntArray, origin: int = 0
) -> tuple[sparse.csr_array, IntArray]:
    """Starts minus ends at each interval, corrected by what is short, are the change of need.

    The row of ``origin`` states the level itself, for changes alone leave it open.
    """
    columns, size = Columns.of(instance), instance.num_intervals
    here = np.arange(size)
    before = np.roll(here, 1)
    sign = np.sign(lack)
    row = np.concatenate([instance.first.ravel(), instance.end.ravel(), *[here] * 6])
    work = columns.workers.ravel()
    deviations = columns.deviations
    column = np.concatenate([work, work, *deviations, *deviations[:, before]])
    ones = np.ones(len(work), dtype=np.int64)
    unit = np.ones(size, dtype=np.int64)
    value = np.concatenate([ones, -ones, unit, -unit, sign, -unit, unit, -sign[before]])
    later = row != origin
    level = columns.workers[covers(instance, origin)]
    row = np.concatenate([row[later], np.full(len(level) + 3, origin, dtype=np.int64)])
    column = np.concatenate([column[later], level, deviations[:, origin]])
    value = np.concatenate([value[later], np.ones_like(level), [1, -1, sign[origin]]])
    change = instance.demand - instance.demand[before]
    change[origin] = instance.demand[origin]
    matrix = sparse.csr_array((value, (row, column)), shape=(size, columns.count))
    return matrix, change


def covers(instance: Instance, interval: int) -> BoolArray:
    """Which shifts on which days cover an interval; shape shifts x days."""
    since = (interval - instance.first) % instance.num_intervals
    return since < instance.lengths[:, None]


def staffed(instance: Instance, workers: IntArray) -> IntArray:
    """Workers at work in each interval, given those of each shift and day."""
    level = np.zeros(instance.num_intervals, dtype=np.int64)
    for shift, day in np.argwhere(workers > 0).tolist():
        work = np.arange(instance.lengths[shift]) + instance.first[shift, day]
        level[work % instance.num_intervals] += workers[shift, day]
    return level


def most_useful(instance: Instance) -> IntArray:
    """Most workers that a shift on a day can use; shape shifts x days.

    One more saves its minutes where the need is larger and costs minutes where it is not; when
    that does not gain, it can be sent home without loss, whatever else is staffed.
    """
    most = np.zeros((len(instance.shifts), instance.days), dtype=np.int64)
    for shift, length in enumerate(instance.lengths.tolist()):
        work = (instance.first[shift][:, None] + np.arange(length)) % instance.num_intervals
        need = -np.sort(-instance.demand[work], axis=1)
        # The k-th worker is of use while a sufficient part of the need is k or more.
        gainful = length * instance.over_weight // (instance.under_weight + instance.over_weight)
        most[shift] = need[:, gainful]
    return most
