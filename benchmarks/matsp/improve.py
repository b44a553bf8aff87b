"""A schedule that gets better: one worker at a time exactly, or a part at a time by CP-SAT."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.matsp.evaluate import count
from benchmarks.matsp.instance import Instance
from benchmarks.matsp.part import Part, PartModel
from benchmarks.matsp.pattern import PatternFinder
from benchmarks.matsp.schedule import Shift
from scheduler.problem import IntArray
from scheduler.solver.cp_sat import SearchParameters, search

SHADES = 64  # values are this fine, so that ties are broken at random


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds for the whole search, threads of each solver, and the seed."""

    seconds: float
    workers: int
    seed: int


class Improver:
    """A schedule that gets better: one worker at a time exactly, or a part at a time by CP-SAT."""

    def __init__(self, instance: Instance, limits: Limits, under_price: int) -> None:
        self._instance, self._limits, self.under_price = instance, limits, under_price
        self._finder = PatternFinder(instance)
        self._rng = np.random.default_rng(limits.seed)
        self.shifts: list[tuple[Shift, ...]] = [()] * len(instance.workers)
        self.staffed = count(instance, tuple(self.shifts))

    @property
    def cost(self) -> int:
        """Over-cover squared plus the price of each worker too few."""
        over = np.maximum(self.staffed - self._instance.maximum, 0)
        under = np.maximum(self._instance.minimum - self.staffed, 0)
        return int((over**2).sum()) + self.under_price * int(under.sum())

    @property
    def under(self) -> int:
        """Workers too few, summed over tasks and slots."""
        return int(np.maximum(self._instance.minimum - self.staffed, 0).sum())

    def slot_prices(self) -> IntArray:
        """What each slot costs beyond one worker too many on each task."""
        over = np.maximum(self.staffed - self._instance.maximum, 0)
        under = np.maximum(self._instance.minimum - self.staffed, 0)
        prices: IntArray = (over * (over - 1) + self.under_price * under).sum(axis=0)
        return prices

    def put(self, worker: int, shifts: tuple[Shift, ...]) -> None:
        """Replace all shifts of a worker."""
        for old in self.shifts[worker]:
            self.staffed[list(old.tasks), range(old.start, old.end)] -= 1
        for new in shifts:
            self.staffed[list(new.tasks), range(new.start, new.end)] += 1
        self.shifts[worker] = shifts

    def put_all(self, shifts: Sequence[tuple[Shift, ...]]) -> None:
        """Replace all shifts of all workers."""
        for worker, own in enumerate(shifts):
            self.put(worker, own)

    def renew(self, worker: int) -> None:
        """Give a worker the best shifts beside the others; ties are broken at random."""
        before = self.shifts[worker]
        self.put(worker, ())
        found = self._finder.best(self._instance.workers[worker], self._values())
        self.put(worker, before if found is None else found)

    def renew_together(self, workers: Sequence[int]) -> None:
        """Take workers out and give them new shifts one after the other; undone if it is worse."""
        before, kept = self.cost, [self.shifts[worker] for worker in workers]
        for worker in workers:
            self.put(worker, ())
        for worker in workers:
            self.renew(worker)
        if self.cost > before or not all(self.shifts[worker] for worker in workers):
            for worker, shifts in zip(workers, kept, strict=True):
                self.put(worker, shifts)

    def solve_part(self, part: Part, seconds: float) -> bool:
        """Search a part, keep what is no worse, and say whether the search came to its end."""
        model = PartModel(self._instance, self.shifts, self.staffed, part, self.under_price)
        found: list[IntArray] = []
        seed = int(self._rng.integers(2**31))
        parameters = SearchParameters(seconds, self._limits.workers, seed, 0)
        answer = search(model.linear, parameters, found.append, model.hint)
        before = model.linear.objective(model.hint)
        if found and model.linear.objective(found[-1]) <= before:
            for worker, shifts in model.read(found[-1]).items():
                self.put(worker, shifts)
        return answer.is_optimal

    def _values(self) -> IntArray:
        """What one more worker is worth on each task in each slot."""
        over = self.staffed - self._instance.maximum
        values = np.where(over < 0, 0, -(2 * over + 1))
        values = np.where(self.staffed < self._instance.minimum, self.under_price, values)
        return values * SHADES + self._rng.integers(0, SHADES // 2, values.shape)
