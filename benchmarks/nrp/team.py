"""New schedules for some workers, given what all others do: prices and a dive for them alone."""

from dataclasses import replace

import numpy as np

from benchmarks.nrp.dive import NOISES, Dive, dive, inherit
from benchmarks.nrp.evaluate import cost
from benchmarks.nrp.generation import Column, Generation, Pricing, generate
from benchmarks.nrp.instance import Instance
from scheduler.problem import IntArray

SMALLEST, LARGEST = 3.0, 0.8  # workers of a team, and the share of all that it grows to
GROWTH, DECLINE = 1.1, 0.95


class Teams:
    """One team after the other works on ``schedule``, whose ``cost`` never rises.

    ``columns`` are all that the teams have found.
    """

    def __init__(
        self, instance: Instance, root: Generation, schedule: IntArray, rng: np.random.Generator
    ) -> None:
        self.instance, self.root, self.rng = instance, root, rng
        self.schedule, self.cost = schedule, cost(instance, schedule)
        self.size = 2 * SMALLEST
        self.columns: list[Column] = []

    def improve(self, deadline: float) -> bool:
        """Let random workers find something as cheap; returns whether it is cheaper."""
        count = len(self.schedule)
        free = np.sort(self.rng.choice(count, min(count, round(self.size)), replace=False))
        rest = self.instance.rest(self.schedule, free)
        own = cost(rest, self.schedule[free])
        made = generate_for(self.root, rest, self.schedule[free], free, deadline)
        self._remember(free, made.columns)
        if made.bound >= own or not len(made.shares):
            # Nothing cheaper is left in this team, so the next may be larger.
            self.size = min(self.size * GROWTH, max(SMALLEST, LARGEST * count))
            return False
        way = Dive(float(self.rng.choice(NOISES)), deadline, own + 1)
        found, columns = dive(rest, made, way, self.rng)
        self._remember(free, columns)
        if found is None or (now := cost(rest, found)) > own:
            self.size = max(self.size * DECLINE, SMALLEST)
            return False
        self.schedule = self.schedule.copy()
        self.schedule[free] = found
        self.cost += now - own
        return now < own

    def _remember(self, free: IntArray, columns: list[Column]) -> None:
        self.columns += [(int(free[worker]), days) for worker, days in columns]


def generate_for(
    root: Generation, rest: Instance, own: IntArray, free: IntArray, deadline: float
) -> Generation:
    """Columns of the free workers, up to the proof that nothing is cheaper than their own days."""
    start = [*enumerate(own), *inherit(root, free)]
    prices = replace(root.prices, limit=root.prices.limit[free])
    pricing = Pricing(rest, root.fewest_lacking)
    return generate(pricing, start, deadline, prices, stop_at=cost(rest, own))
