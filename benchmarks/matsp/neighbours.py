"""What to try next: workers one by one, or a part around a slot that costs much."""

from time import monotonic

import numpy as np

from benchmarks.matsp.improve import Improver, Limits
from benchmarks.matsp.instance import DAY_SLOTS, FIRST_SLOT, Instance
from benchmarks.matsp.part import Part

PART_SECONDS = 4.0
MOST_REACH = 4
FEWEST = 2  # workers of a part
TOGETHER_SHARE, MOST_TOGETHER = 0.8, 4  # of the tries; workers taken out at once


class Neighbourhoods:
    """Chooses parts; their size follows what CP-SAT brings to an end in the time of a part."""

    def __init__(self, instance: Instance, improver: Improver, limits: Limits) -> None:
        self._instance, self._improver = instance, improver
        self._rng = np.random.default_rng(limits.seed + 1)
        self._sizes = {True: 12.0, False: 5.0}  # workers of a part, by whether only tasks are free
        self._is_dry = False  # a round over all workers gained nothing

    def step(self, deadline: float) -> None:
        """Try one thing."""
        before = self._improver.cost
        if not self._is_dry:
            for worker in self._rng.permutation(len(self._instance.workers)).tolist():
                if monotonic() > deadline:
                    return
                self._improver.renew(worker)
            self._is_dry = self._improver.cost >= before
            return
        if self._rng.random() < TOGETHER_SHARE:
            crew = int(self._rng.integers(2, MOST_TOGETHER + 1))
            self._improver.renew_together(self._near(self._draw_slot(), MOST_REACH, crew))
            return
        only_tasks = self._instance.num_tasks > 1 and self._rng.random() < 0.5
        part = self._choose(only_tasks)
        seconds = min(PART_SECONDS, deadline - monotonic())
        is_done = self._improver.solve_part(part, seconds)
        grown = self._sizes[only_tasks] * (1.1 if is_done else 0.9)
        self._sizes[only_tasks] = min(max(FEWEST, grown), len(self._instance.workers))
        self._is_dry = self._rng.random() < (0.5 if self._improver.cost < before else 0.95)

    def draw_workers(self) -> tuple[int, ...]:
        """A few workers around a slot drawn by its cost."""
        return self._near(self._draw_slot(), MOST_REACH, int(self._rng.integers(1, MOST_TOGETHER)))

    def _choose(self, only_tasks: bool) -> Part:
        """A part around a slot drawn by its cost."""
        slot = self._draw_slot()
        day = (slot + FIRST_SLOT) // DAY_SLOTS
        if only_tasks:
            first, last, reach = day - 1, day + 1, -1
        else:
            reach = int(self._rng.integers(1, MOST_REACH + 1))
            width = 2 if self._instance.num_tasks > 1 else int(self._rng.choice([2, 7]))
            first, last = day - width + 1, day + width - 1
        workers = self._near(slot, reach, int(self._sizes[only_tasks]))
        return Part(workers, max(0, first), min(self._instance.num_days, last), reach)

    def _near(self, slot: int, reach: int, size: int) -> tuple[int, ...]:
        """Workers, half of them at work around a slot, or more where only tasks are free."""
        near = [
            worker
            for worker, shifts in enumerate(self._improver.shifts)
            if any(shift.start - reach <= slot < shift.end + reach for shift in shifts)
        ]
        self._rng.shuffle(near)
        wanted = near[: size if reach < 0 else -(-size // 2)]
        others = self._rng.permutation(len(self._improver.shifts)).tolist()
        return tuple(dict.fromkeys([*wanted, *others]))[:size]

    def _draw_slot(self) -> int:
        price = self._improver.slot_prices()
        if not price.any():
            return int(self._rng.integers(len(price)))
        return int(self._rng.choice(len(price), p=price / price.sum()))
