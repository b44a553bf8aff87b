"""Cheapest schedules of one worker alone, by dynamic programming over the days.

A state is what the rules need to know about the past: a run of days on (its length and its last
shift type) or off (its length, up to the least allowed), the minutes and the weekends worked so
far. Many workers are computed together: what one's limits exclude is priced NEVER. Prices are whole
numbers, so every sum is exact.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

import numpy as np
import numpy.typing as npt

from benchmarks.nrp.instance import OFF, Instance
from scheduler.model.linear import BoolArray
from scheduler.problem import IntArray

Values = npt.NDArray[np.int32]
NEVER = 2**28  # dearer than any schedule; twice of it still fits into the numbers
CHUNK_BYTES = 200 * 2**20


@dataclass(frozen=True)
class Paths:
    """The states of some workers.

    Values after a day are ``[type, run, worker, weekends, minutes]`` for those who work on it and
    ``[rest, worker, weekends, minutes]`` for those who are off; runs and rests count from 0.
    Blocks are the least price that a worker's limits allow: NEVER, or no limit at all (-NEVER).
    """

    instance: Instance
    workers: IntArray

    def _limits(self, field: str) -> IntArray:
        """One limit of every worker."""
        workers = self.instance.workers
        return np.array([getattr(workers[at], field) for at in self.workers.tolist()])

    @cached_property
    def shape(self) -> tuple[int, int, int]:
        """Workers, counts of weekends, counts of units of minutes."""
        longest = int(self.instance.minutes.max()) * self.instance.days
        units = min(int(self._limits("max_minutes").max()), longest) // self.instance.unit
        weekends = int(self._limits("max_weekends").max()) if self._counts_weekends else 0
        return len(self.workers), weekends + 1, units + 1

    @cached_property
    def _counts_weekends(self) -> bool:
        return _can_exceed_weekends(self.instance, int(self.workers[0]))

    @cached_property
    def _most_on(self) -> IntArray:
        return np.minimum(self._limits("max_days_on"), self.instance.days)

    @cached_property
    def _least_off(self) -> IntArray:
        return np.maximum(self._limits("min_days_off"), 1)

    @cached_property
    def num_states(self) -> int:
        """States of one worker on one day."""
        per_total = len(self.instance.types) * int(self._most_on.max()) + int(self._least_off.max())
        return per_total * self.shape[1] * self.shape[2]

    @cached_property
    def new_weekend(self) -> BoolArray:
        """``[day, run]``: whether that day on in a row is the first of its weekend."""
        weekday = np.arange(self.instance.days)[:, None] % 7
        first = np.arange(int(self._most_on.max()) + 1) == 0
        counts: BoolArray = ((weekday == 5) | ((weekday == 6) & first)) & self._counts_weekends
        return counts

    @cached_property
    def _too_long(self) -> Values:
        """Block ``[run, worker]`` of runs beyond the limit."""
        return _block(np.arange(int(self._most_on.max()))[:, None] >= self._most_on)

    @cached_property
    def _no_rest(self) -> Values:
        """Block ``[day, run, worker]`` of runs up to that day that are too short to end."""
        run = np.arange(int(self._most_on.max()))[:, None]
        day = np.arange(self.instance.days)[:, None, None]
        return _block((run + 1 < self._limits("min_days_on")) & (run != day))

    @cached_property
    def _no_start(self) -> Values:
        """Block ``[day, rest, worker]`` of days off up to that day that are too few to end."""
        rest = np.arange(int(self._least_off.max()))[:, None]
        day = np.arange(self.instance.days)[:, None, None]
        return _block((rest + 1 < self._least_off) & (rest != day))

    @cached_property
    def _end(self) -> Values:
        """Block ``[worker, weekends, units]`` of totals outside the worker's limits."""
        _, weekends, units = self.shape
        minutes = np.arange(units) * self.instance.unit
        least, most = self._limits("min_minutes")[:, None], self._limits("max_minutes")[:, None]
        outside = (minutes < least) | (minutes > most)
        too_many = np.arange(weekends) > self._limits("max_weekends")[:, None]
        return _block(outside[:, None, :] | (too_many & self._counts_weekends)[:, :, None])

    @cached_property
    def followers(self) -> list[list[int]]:
        """Shift types that may follow each on the next day."""
        return [np.flatnonzero(~row).tolist() for row in self.instance.forbidden]

    @cached_property
    def units(self) -> list[int]:
        """Length of each shift type in the instance's unit."""
        return [int(minutes) // self.instance.unit for minutes in self.instance.minutes]

    def empty(self) -> tuple[Values, Values]:
        """Unreachable states, on and off."""
        on = (len(self.instance.types), int(self._most_on.max()), *self.shape)
        off = (int(self._least_off.max()), *self.shape)
        return np.full(on, NEVER, dtype=np.int32), np.full(off, NEVER, dtype=np.int32)

    def ahead(self, prices: Values) -> list[tuple[Values, Values]]:
        """Per day the least price of the days after it; ``prices[worker, day, type]``."""
        on, off = self.empty()
        end = np.maximum(self._end, 0)
        on[:], off[:] = np.maximum(end, self._too_long[:, :, None, None]), end
        values = [(on, off)]
        for day in range(self.instance.days - 1, 0, -1):
            values.append(self._ahead_of(day, prices[:, day], *values[-1]))
        return values[::-1]

    def _ahead_of(self, day: int, price: Values, on: Values, off: Values) -> tuple[Values, Values]:
        """One day back: states after ``day - 1`` out of those after ``day``."""
        earlier_on, earlier_off = self.empty()
        taken = [self._take(day, kind, price[:, kind], on[kind]) for kind in range(len(on))]
        start = np.minimum.reduce([first for first, _ in taken])
        for kind, followers in enumerate(self.followers):
            for after in followers:
                np.minimum(earlier_on[kind, :-1], taken[after][1], out=earlier_on[kind, :-1])
        rest = np.maximum(off[0], self._no_rest[day - 1][:, :, None, None])
        np.minimum(earlier_on, rest, out=earlier_on)
        np.maximum(earlier_on, self._too_long[:, :, None, None], out=earlier_on)
        earlier_off[:-1], earlier_off[-1] = off[1:], off[-1]
        start = np.maximum(start, self._no_start[day - 1][:, :, None, None])
        np.minimum(earlier_off, start, out=earlier_off)
        return earlier_on, earlier_off

    def _take(self, day: int, kind: int, price: Values, on: Values) -> tuple[Values, Values]:
        """Price of working this shift and all after: as the first day on, and as a later one."""
        length = self.units[kind]
        found = np.full_like(on, NEVER)
        if length < self.shape[2]:
            worked = np.minimum(on[..., length:] + price[:, None, None], NEVER)
            found[..., : worked.shape[-1]] = worked
        if (new := self.new_weekend[day, : len(found)]).any():
            found[new, :, :-1] = found[new, :, 1:]
            found[new, :, -1] = NEVER
        return found[0], found[1:]

    def cheapest(self, prices: Values) -> tuple[IntArray, IntArray]:
        """Least price of each worker, NEVER where none is allowed, and a schedule of that price."""
        ahead = self.ahead(prices)
        count = len(self.workers)
        who = np.arange(count)
        run, rest, last = (np.zeros(count, dtype=np.int64) for _ in range(3))
        weekends, units = np.zeros_like(who), np.zeros_like(who)
        schedule = np.full((count, self.instance.days), OFF, dtype=np.int64)
        total = np.zeros(count, dtype=np.int64)
        for day, (on, off) in enumerate(ahead):
            offers = self._offers(day, prices[:, day], on, off, (run, rest, last, weekends, units))
            choice = offers.argmin(axis=0)
            if day == 0:
                total = offers.min(axis=0)
                if (total >= NEVER // 2).any():
                    break
            works = choice < len(on)
            schedule[works, day] = choice[works]
            weekends += works & self.new_weekend[day, run]
            units[works] += self.instance.minutes[choice[works]] // self.instance.unit
            run, rest = np.where(works, run + 1, 0), np.where(works, 0, rest + 1)
            last = np.where(works, choice, 0)
        return np.minimum(total, NEVER), schedule

    def _offers(
        self, day: int, price: Values, on: Values, off: Values, state: tuple[IntArray, ...]
    ) -> IntArray:
        """Price of each shift type, and of the day off, from each worker's own state."""
        run, rest, last, weekends, units = state
        who, kinds = np.arange(len(run)), len(on)
        offers = np.full((kinds + 1, len(who)), NEVER, dtype=np.int64)
        fresh = (run == 0) & ((rest >= self._least_off) | (rest == day))
        counted = weekends + self.new_weekend[day, run]
        for kind in range(kinds):
            then = units + self.units[kind]
            can = fresh | ((run > 0) & (run < self._most_on) & ~self.instance.forbidden[last, kind])
            can &= (then < self.shape[2]) & (counted < self.shape[1])
            at = who[can]
            ahead = on[kind, run[at], at, counted[at], then[at]]
            offers[kind, at] = ahead.astype(np.int64) + price[at, kind]
        can = (run == 0) | (run >= self._limits("min_days_on")) | (run == day)
        at = who[can]
        resting = np.minimum(rest[at] + 1, len(off)) - 1
        offers[kinds, at] = off[resting, at, weekends[at], units[at]]
        return offers

    def marginal(self, prices: Values) -> IntArray:
        """Least price of a schedule with this shift, ``[worker, day, type]``; NEVER for none."""
        found = np.full(prices.shape, NEVER, dtype=np.int64)
        on, off = self.empty()
        for day, (on_ahead, _) in enumerate(self.ahead(prices)):
            on, off = self._step(day, prices[:, day], on, off)
            best = (on + on_ahead).min(axis=(1, 3, 4))
            found[:, day] = np.minimum(best.T, NEVER)
        return found

    def _step(self, day: int, price: Values, on: Values, off: Values) -> tuple[Values, Values]:
        """One day on: the least price of the days so far, per state after ``day``."""
        later_on, later_off = self.empty()
        if day == 0:
            start, rested = np.full_like(off[0], NEVER), np.full_like(off[0], NEVER)
            start[:, 0, 0] = rested[:, 0, 0] = 0
        else:
            start = np.maximum(off, self._no_start[day - 1][:, :, None, None]).min(axis=0)
            ended = np.maximum(on.min(axis=0), self._no_rest[day - 1][:, :, None, None])
            rested = ended.min(axis=0)
            later_off[1:] = off[:-1]
            np.minimum(later_off[-1], off[-1], out=later_off[-1])
        np.minimum(later_off[0], rested, out=later_off[0])
        for kind in range(len(on)):
            before = np.flatnonzero(~self.instance.forbidden[:, kind])
            since = np.full_like(on[kind], NEVER)
            since[0] = start
            if len(before):
                since[1:] = on[before, :-1].min(axis=0)
            later_on[kind] = self._worked(day, kind, price[:, kind], since)
        np.maximum(later_on, self._too_long[:, :, None, None], out=later_on)
        return later_on, later_off

    def _worked(self, day: int, kind: int, price: Values, since: Values) -> Values:
        """Add this shift's price, minutes and weekend to what was before it."""
        length = self.units[kind]
        found = np.full_like(since, NEVER)
        if length < self.shape[2]:
            before = since[..., : since.shape[-1] - length]
            found[..., length:] = np.minimum(before + price[:, None, None], NEVER)
        if (new := self.new_weekend[day, : len(found)]).any():
            found[new, :, 1:] = found[new, :, :-1]
            found[new, :, 0] = NEVER
        return found


def _block(excluded: BoolArray) -> Values:
    return np.where(excluded, NEVER, -NEVER).astype(np.int32)


def _can_exceed_weekends(instance: Instance, worker: int) -> bool:
    return instance.workers[worker].max_weekends <= int(instance.weekend.max())


def groups(instance: Instance) -> list[Paths]:
    """All workers, those with similar limits together, in parts that fit into memory."""

    def key(number: int) -> tuple[bool, int, int]:
        one = instance.workers[number]
        return _can_exceed_weekends(instance, number), one.max_weekends, one.max_minutes

    found = []
    for _, numbers in groupby(sorted(range(len(instance.workers)), key=key), lambda n: key(n)[0]):
        members = np.array(list(numbers), dtype=np.int64)
        bytes_each = Paths(instance, members).num_states * instance.days * 4
        size = max(1, CHUNK_BYTES // bytes_each)
        found += [Paths(instance, members[at : at + size]) for at in range(0, len(members), size)]
    return found
