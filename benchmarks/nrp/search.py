"""The search: prices, dives and teams below them, the best combination of what they found.

Column generation gives the bound and prices close to the best schedule's. Every dive below them
leaves columns behind, and teams of workers go on from it, with new columns for what the others
leave them. Meanwhile CP-SAT combines all columns found, and decides some days by itself. Instances
too large for columns have to do with the days.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmarks.nrp.bound import capacity_bound, fewest_lacking
from benchmarks.nrp.days import ANY_COST, decide_days
from benchmarks.nrp.diver import Diver
from benchmarks.nrp.evaluate import cost
from benchmarks.nrp.generation import SCALE, Column, Pricing, generate
from benchmarks.nrp.greedy import greedy
from benchmarks.nrp.instance import OFF, Instance
from benchmarks.nrp.model import build
from benchmarks.nrp.pool import combine
from benchmarks.nrp.team import generate_for
from scheduler.problem import IntArray
from scheduler.solver.cp_sat import SearchParameters
from scheduler.solver.relaxation import relax

MOST_STATES = 4e8  # states of all workers and days, above which no columns are made
MOST_COLUMNS = 60_000  # of the whole model, above which it is not relaxed
LACKING_SHARE = 0.1  # of the time, for how many shifts stay empty at least
ROOT_SHARE = 0.4  # of the time left then, for the first prices
GREEDY_SHARE = 0.4
FIRST_SHARE = 0.25  # of the time left after the prices, that CP-SAT waits for the first dive
TURNS = ("pool", "days", "team")
TEAM_COLUMNS = 60  # per worker, of the pool, beside a team's new ones
PAUSE = 1.0  # of what a part of CP-SAT took: the divers need the processors, too
LOOK_SECONDS = 0.2
POOL_SECONDS = 10.0
MOST_PATIENCE = 5.0  # how much longer parts may take when nothing has improved for long
WINDOWS = (7, 14, 28)  # days that are decided at a time
PART_SECONDS = 6.0
POOL_COLUMNS = 500.0  # per worker, that are combined at most


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds of a search, threads of CP-SAT, seed."""

    seconds: float
    workers: int = 2
    seed: int = 1


Report = Callable[[str, int, int], None]  # stage, cost, bound


class Search:
    """One search on one instance; ``schedule`` is legal as soon as there is one."""

    def __init__(self, instance: Instance, limits: Limits, report: Report) -> None:
        self.instance, self.limits, self.report = instance, limits, report
        self.deadline = time.monotonic() + limits.seconds
        self.rng = np.random.default_rng(limits.seed)
        self.bound = capacity_bound(instance)
        self.schedule = np.full((len(instance.workers), instance.days), OFF, dtype=np.int64)
        self.cost = 2**62
        self.pool: list[Column] = []
        self.known: set[tuple[int, bytes]] = set()
        self.reduced: list[int] = []
        self.patience = 1.0
        self.has_dived = False
        self.divers: list[Diver] = []

    def run(self) -> None:
        """Search until the bound or the deadline is reached."""
        has_paths = Pricing(self.instance).num_states <= MOST_STATES
        until = time.monotonic() + GREEDY_SHARE * self._left()
        self._keep("greedy", greedy(self.instance, self.rng, until))
        if not has_paths:
            self._relax()
            self._improve({"days": self._days})
            return
        self._price()
        self.divers = [
            Diver(self.instance, self.root, number, self.limits.seed, self.deadline)
            for number in range(0 if self._is_done() else self.limits.workers)
        ]
        try:
            self._wait(FIRST_SHARE * self._left(), lambda: self.has_dived)
            self._improve({"pool": self._pool, "days": self._days, "team": self._team})
        finally:
            for diver in self.divers:
                diver.stop()

    def _price(self) -> None:
        """The root: prices of everything, the bound they prove, and their columns."""
        fewest = fewest_lacking(self.instance, time.monotonic() + LACKING_SHARE * self._left())
        pricing = Pricing(self.instance, fewest)
        until = time.monotonic() + ROOT_SHARE * self._left()
        self.root_pricing = pricing
        self.root = generate(pricing, list(enumerate(self.schedule)), until)
        self.bound = max(self.bound, self.root.bound)
        self.report("prices", self.cost, self.bound)
        _, self.least, _ = pricing.solve(self.root.prices.cover, self.root.prices.limit)
        self._remember(self.root.columns)

    def _is_done(self) -> bool:
        return self.cost <= self.bound or self._left() <= 0.05

    def _left(self) -> float:
        return max(0.0, self.deadline - time.monotonic())

    def _keep(self, stage: str, schedule: IntArray) -> bool:
        """Take a schedule that is as good; a different one of equal cost helps to move on."""
        now = cost(self.instance, schedule)
        is_better = now < self.cost
        if now <= self.cost:
            self.schedule, self.cost = schedule, now
        if is_better:
            self.report(stage, self.cost, self.bound)
        return is_better

    def _remember(self, columns: list[Column]) -> None:
        """Add new columns to the pool, with what they cost above the cheapest at root prices."""
        prices = self.root.prices
        price = self.root_pricing.reduced(prices.cover, prices.limit)
        for worker, days in columns:
            key = (worker, days.tobytes())
            if key not in self.known:
                self.known.add(key)
                on = np.flatnonzero(days != OFF)
                self.reduced.append(int(price[worker, on, days[on]].sum() - self.least[worker]))
                self.pool.append((worker, days))

    def _relax(self) -> None:
        """The bound of the whole model's relaxation, if the model is not too large."""
        if int(self.instance.allowed.sum()) <= MOST_COLUMNS:
            linear = build(self.instance).linear
            self.bound = max(self.bound, relax(linear, GREEDY_SHARE * self._left()).bound)
            self.report("relaxation", self.cost, self.bound)

    def _collect(self) -> None:
        """Take over what the dives have found meanwhile."""
        for diver in self.divers:
            for schedule, columns in diver.results(self.schedule):
                self._remember(columns)
                if schedule is not None:
                    self.has_dived = True
                    self._remember(list(enumerate(schedule)))
                    self._keep("dive", schedule)

    def _wait(self, seconds: float, is_enough: Callable[[], bool] = lambda: False) -> None:
        """Leave the processors to the divers."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self._is_done() and not is_enough():
            time.sleep(LOOK_SECONDS)
            self._collect()

    def _pool(self, size: int) -> bool:
        """Combine so many columns per worker: the cheapest that a better schedule can hold."""
        reduced = np.array(self.reduced)
        spare = (self.cost - 1) * SCALE - self.root.prices.bound
        count = size * len(self.instance.workers)
        order = np.argsort(reduced, kind="stable")[:count]
        columns = [self.pool[at] for at in order.tolist() if reduced[at] <= spare]
        everybody = np.arange(len(self.schedule))
        return self._combine(self.instance, columns, everybody, "pool", POOL_SECONDS)

    def _combine(
        self, rest: Instance, columns: list[Column], free: IntArray, stage: str, seconds: float
    ) -> bool:
        """Combine columns of the free workers; returns whether the choice was proven best."""
        fixed = self.cost - cost(rest, self.schedule[free])
        answer, is_best = combine(
            rest, columns, self.schedule[free], self._parameters(seconds, self.bound - fixed)
        )
        schedule = self.schedule.copy()
        schedule[free] = answer
        self._keep(stage, schedule)
        return is_best

    def _parameters(self, seconds: float, stop_at: int) -> SearchParameters:
        limit = min(seconds * self.patience, self._left())
        seed = int(self.rng.integers(2**31))
        return SearchParameters(limit, self.limits.workers, seed, stop_at)

    def _improve(self, kinds: dict[str, Callable[[int], bool]]) -> None:
        """Parts of all kinds in turn; those that are solved grow, the others shrink."""
        everybody = len(self.instance.workers)
        sizes = {"pool": 25.0, "team": min(everybody, 10.0), "days": min(everybody, 8.0)}
        names, turn = [name for name in TURNS if name in kinds], 0
        while not self._is_done():
            name = names[turn % len(names)]
            turn += 1
            self._collect()
            before, begin = self.cost, time.monotonic()
            is_solved = kinds[name](round(sizes[name]))
            self.patience = 1.0 if self.cost < before else min(self.patience * 1.05, MOST_PATIENCE)
            most = POOL_COLUMNS if name == "pool" else everybody
            sizes[name] = min(max(2.0, sizes[name] * (1.3 if is_solved else 0.85)), most)
            if self.has_dived:
                self._wait(PAUSE * (time.monotonic() - begin))

    def _team(self, size: int) -> bool:
        """Columns for some workers given what the others do, combined with those of the pool."""
        free = np.sort(self.rng.choice(len(self.schedule), size, replace=False))
        rest, own = self.instance.rest(self.schedule, free), self.schedule[free]
        until = min(self.deadline, time.monotonic() + PART_SECONDS * self.patience)
        made = generate_for(self.root, rest, own, free, until)
        self._remember([(int(free[worker]), days) for worker, days in made.columns])
        if cost(rest, own) <= made.bound:
            return True
        place = {int(worker): at for at, worker in enumerate(free)}
        columns, left = made.columns, TEAM_COLUMNS * size
        for at in np.argsort(self.reduced, kind="stable").tolist():
            worker, days = self.pool[at]
            if worker in place and left:
                left -= 1
                columns.append((place[worker], days))
        return self._combine(rest, columns, free, "team", PART_SECONDS)

    def _days(self, size: int) -> bool:
        """Some workers on some weeks, by CP-SAT alone: ``size`` of them, more in a shorter time."""
        everybody = len(self.schedule)
        length = int(self.rng.choice(WINDOWS))
        size = min(everybody, max(2, size * WINDOWS[1] // length))
        free = np.sort(self.rng.choice(everybody, size, replace=False))
        rest = self.instance.rest(self.schedule, free)
        first, end = self._window(length)
        days, answer = decide_days(
            rest, self.schedule[free], first, end, self._parameters(PART_SECONDS, -ANY_COST)
        )
        schedule = self.schedule.copy()
        schedule[free] = days
        self._keep("days", schedule)
        if size == everybody and end - first == self.instance.days:
            self.bound = max(self.bound, answer.bound)
        return answer.is_optimal

    def _window(self, length: int) -> tuple[int, int]:
        """Days around one that is drawn the more often, the more its cover costs."""
        instance = self.instance
        lack = instance.requirement - instance.staffed(self.schedule)
        price = np.where(lack > 0, lack * instance.under, -lack * instance.over).sum(axis=1)
        chance = price + price.mean() + 1.0
        day = int(self.rng.choice(instance.days, p=chance / chance.sum()))
        first = day - int(self.rng.integers(length))
        first = max(0, min(first, instance.days - length))
        return first, min(first + length, instance.days)
