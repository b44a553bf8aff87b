"""The whole problem as one linear model: every rule as rows over worker, day and shift type."""

from dataclasses import dataclass, replace

import numpy as np

from benchmarks.nrp.instance import OFF, Instance
from scheduler.model.linear import UNBOUNDED, Linear, LinearBuilder
from scheduler.problem import IntArray


@dataclass(frozen=True)
class Model:
    """The rows, and where things stand.

    ``column[worker, day, type]`` is -1 where the worker can never have that shift; ``cover`` are
    the columns that price workers too few and too many, ``[2, day, type]``.
    """

    instance: Instance
    linear: Linear
    column: IntArray
    weekend: IntArray
    cover: IntArray

    def schedule(self, values: IntArray) -> IntArray:
        """The schedule in a point of the model."""
        given = np.where(self.column >= 0, values[self.column], 0)
        return np.where(given.any(axis=2), given.argmax(axis=2), OFF)

    def values(self, schedule: IntArray) -> IntArray:
        """The point of a schedule, every price at the least that the schedule needs."""
        instance = self.instance
        values = np.zeros(self.linear.num_columns, dtype=np.int64)
        worker, day = np.nonzero(schedule != OFF)
        values[self.column[worker, day, schedule[worker, day]]] = 1
        number = instance.weekend[day]
        counted = self.weekend[worker, number]
        values[counted[(number >= 0) & (counted >= 0)]] = 1
        lack = instance.requirement - instance.staffed(schedule)
        values[self.cover] = np.maximum([lack, -lack], 0)
        return values


def build(instance: Instance) -> Model:
    """State the instance as a linear model."""
    builder = LinearBuilder()
    allowed = instance.allowed
    column = np.full(allowed.shape, -1, dtype=np.int64)
    price = (instance.off - instance.on)[allowed]
    column[allowed] = builder.add_columns(price, np.ones_like(price))
    under = builder.add_columns(instance.under.ravel(), np.maximum(instance.requirement, 0).ravel())
    most = len(instance.workers) + np.maximum(-instance.requirement, 0).ravel()
    over = builder.add_columns(instance.over.ravel(), most)
    rules = _Rules(instance, builder, column)
    rules.cover(under, over)
    rules.one_shift_a_day()
    rules.successions()
    rules.totals()
    rules.runs()
    weekend = rules.weekends()
    linear = replace(builder.build(), offset=int(instance.on.sum()))
    cover = np.stack([under, over]).reshape(2, *instance.requirement.shape)
    return Model(instance, linear, column, weekend, cover)


class _Rules:
    """Writes the rows, one method per rule."""

    def __init__(self, instance: Instance, builder: LinearBuilder, column: IntArray) -> None:
        self.instance, self.builder, self.column = instance, builder, column
        self.worker, self.day = (part.ravel() for part in np.indices(column.shape[:2]))

    def of_workers(self, field: str) -> IntArray:
        """One number per worker."""
        return np.array([getattr(worker, field) for worker in self.instance.workers])

    def add(
        self, terms: list[tuple[IntArray, IntArray, IntArray]], lower: IntArray, upper: IntArray
    ) -> None:
        """Rows out of (row, column, coefficient); absent columns (-1) count as 0."""
        row, column, coefficient = (np.concatenate(part) for part in zip(*terms, strict=True))
        there = column >= 0
        used = np.unique(row[there])
        self.builder.add_rows(
            row[there], column[there], coefficient[there], lower[used], upper[used]
        )

    def works(
        self, row: IntArray, worker: IntArray, day: IntArray, coefficient: int = 1
    ) -> tuple[IntArray, IntArray, IntArray]:
        """The term "worker works on that day" of each row."""
        column = self.column[worker, day]
        return (
            np.repeat(row, column.shape[1]),
            column.ravel(),
            np.full(column.size, coefficient, dtype=np.int64),
        )

    def cover(self, under: IntArray, over: IntArray) -> None:
        """Workers on a shift, plus those too few, less those too many, are the requirement."""
        required = self.instance.requirement.ravel()
        row = np.arange(len(required))
        staffed = np.broadcast_to(row, (len(self.column), len(row))).ravel()
        ones = np.ones_like
        self.add(
            [(staffed, self.column.ravel(), ones(staffed)),
             (row, under, ones(row)), (row, over, -ones(row))],
            required, required,
        )  # fmt: skip

    def one_shift_a_day(self) -> None:
        """At most one shift per worker and day."""
        row = np.arange(len(self.worker))
        one = np.ones_like(row)
        self.add([self.works(row, self.worker, self.day)], one - 1, one)

    def successions(self) -> None:
        """A shift, with all that forbid at least as much, excludes what it forbids next day."""
        forbidden = self.instance.forbidden
        for kind in np.flatnonzero(forbidden.any(axis=1)):
            after = np.flatnonzero(forbidden[kind])
            before = np.flatnonzero(forbidden[:, after].all(axis=1))
            first = self.column[:, :-1][:, :, before].reshape(-1, len(before))
            second = self.column[:, 1:][:, :, after].reshape(-1, len(after))
            both = np.hstack([first, second])
            row = np.repeat(np.arange(len(both)), both.shape[1])
            one = np.ones(len(both), dtype=np.int64)
            self.add([(row, both.ravel(), np.ones_like(row))], one - 1, one)

    def totals(self) -> None:
        """Minutes within the worker's limits, and no more of a shift type than he may have."""
        unit, shape = self.instance.unit, self.column.shape
        worker = np.indices(shape)[0].ravel()
        length = np.broadcast_to(self.instance.minutes // unit, shape).ravel()
        least, most = -(-self.of_workers("min_minutes") // unit), self.of_workers("max_minutes")
        self.add([(worker, self.column.ravel(), length)], least, most // unit)
        limit = np.array([worker.max_shifts for worker in self.instance.workers]).ravel()
        row = np.indices(shape)[0] * shape[2] + np.indices(shape)[2]
        can_exceed = (limit < (self.column >= 0).sum(axis=1).ravel())[row]
        column = np.where(can_exceed, self.column, OFF)
        self.add([(row.ravel(), column.ravel(), np.ones(row.size, dtype=np.int64))],
                 np.zeros_like(limit), limit)  # fmt: skip

    def runs(self) -> None:
        """Days on and days off in a row; at the edges of the horizon no run is too short."""
        most = self.of_workers("max_days_on")
        for days in np.unique(most):
            self._windows(np.flatnonzero(most == days), int(days))
        for step in range(1, self.instance.days):
            for field, sign in (("min_days_on", 1), ("min_days_off", -1)):
                at = (self.day > 0) & (self.day + step < self.instance.days)
                at &= self.of_workers(field)[self.worker] > step
                self._starts(self.worker[at], self.day[at], step, sign)

    def _windows(self, workers: IntArray, most: int) -> None:
        """In any ``most + 1`` days at least one is off."""
        windows = self.instance.days - most
        if windows < 1:
            return
        shape = (len(workers), windows, most + 1)
        who, start, step = (part.ravel() for part in np.indices(shape))
        limit = np.full(len(workers) * windows, most, dtype=np.int64)
        self.add([self.works(who * windows + start, workers[who], start + step)], limit * 0, limit)

    def _starts(self, worker: IntArray, day: IntArray, step: int, sign: int) -> None:
        """A run that starts on a day goes on ``step`` days later; sign -1 for days off."""
        if not len(worker):
            return
        row = np.arange(len(worker))
        terms = [
            self.works(row, worker, day - 1, -sign),
            self.works(row, worker, day, sign),
            self.works(row, worker, day + step, -sign),
        ]
        upper = np.full_like(row, 0 if sign > 0 else 1)
        self.add(terms, np.full_like(row, -UNBOUNDED), upper)

    def weekends(self) -> IntArray:
        """Weekends with a shift; returns the columns that count them, ``[worker, weekend]``."""
        instance = self.instance
        number = instance.weekend
        count = int(number.max()) + 1
        limited = np.flatnonzero(self.of_workers("max_weekends") < count)
        column = np.full((len(instance.workers), max(count, 1)), -1, dtype=np.int64)
        if not len(limited):
            return column
        new = np.zeros(len(limited) * count, dtype=np.int64)
        column[limited] = self.builder.add_columns(new, new + 1).reshape(-1, count)
        at = np.isin(self.worker, limited) & (number[self.day] >= 0)
        worker, day = self.worker[at], self.day[at]
        row = np.arange(len(worker))
        self.add(
            [self.works(row, worker, day), (row, column[worker, number[day]], -np.ones_like(row))],
            np.full_like(row, -UNBOUNDED), np.zeros_like(row),
        )  # fmt: skip
        worker = np.repeat(limited, count)
        most = self.of_workers("max_weekends")
        self.add([(worker, column[limited].ravel(), np.ones_like(worker))], most * 0, most)
        return column
