"""The search: prices, dives, the best combination of what they found, then team after team.

Column generation gives the bound and prices close to the best schedule's. Every dive below them
leaves columns behind, and CP-SAT combines the columns of all dives. After that some workers are
freed and new columns are made for what the others leave; or some weeks, decided by CP-SAT alone.
Instances too large for columns have to do with the days.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmarks.nrp.bound import capacity_bound
from benchmarks.nrp.diver import Diver
from benchmarks.nrp.evaluate import cost
from benchmarks.nrp.generation import SCALE, Column, Prices, Pricing, generate
from benchmarks.nrp.greedy import greedy
from benchmarks.nrp.instance import OFF, Instance
from benchmarks.nrp.model import build
from benchmarks.nrp.pool import combine
from scheduler.problem import IntArray
from scheduler.solver.cp_sat import SearchParameters, search
from scheduler.solver.relaxation import relax

MOST_STATES = 4e8  # states of all workers and days, above which no columns are made
MOST_COLUMNS = 60_000  # of the whole model, above which it is not relaxed
ROOT_SHARE = 0.4  # of the time, for the first prices
GREEDY_SHARE = 0.4
TURNS = ("days", "team", "days", "team", "pool")
POOL_SECONDS = 10.0
MOST_PATIENCE = 10.0  # how much longer parts may take when nothing has improved for long
WINDOWS = (7, 14, 28)  # days that are decided at a time
PART_SECONDS = 6.0
POOL_COLUMNS = 500.0  # per worker, that are combined at most
TEAM_COLUMNS = 60  # per worker, of the pool, that a team starts from


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
        self.diver: Diver | None = None

    def run(self) -> None:
        """Search until the bound or the deadline is reached."""
        pricing = Pricing(self.instance)
        has_paths = pricing.num_states <= MOST_STATES
        until = time.monotonic() + GREEDY_SHARE * self._left()
        self._keep("greedy", greedy(self.instance, self.rng, until))
        if not has_paths:
            self._relax()
            self._improve({"days": self._days})
            return
        self.root_pricing = pricing
        self.root = generate(
            pricing, list(enumerate(self.schedule)), time.monotonic() + ROOT_SHARE * self._left()
        )
        self.bound = max(self.bound, self.root.bound)
        self.report("prices", self.cost, self.bound)
        _, self.least, _ = pricing.solve(self.root.prices.cover, self.root.prices.limit)
        self._remember(self.root.columns)
        if self._is_done():
            return
        self.diver = Diver(self.instance, self.root, self.limits.seed, self.deadline)
        try:
            self._improve({"days": self._days, "team": self._team, "pool": self._pool})
        finally:
            self.diver.stop()

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
        if self.diver is None:
            return
        for schedule, columns in self.diver.results():
            self._remember(columns)
            if schedule is not None:
                self._remember(list(enumerate(schedule)))
                self._keep("dive", schedule)

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
            before = self.cost
            is_solved = kinds[name](round(sizes[name]))
            self.patience = 1.0 if self.cost < before else min(self.patience * 1.05, MOST_PATIENCE)
            most = POOL_COLUMNS if name == "pool" else everybody
            sizes[name] = min(max(2.0, sizes[name] * (1.3 if is_solved else 0.85)), most)

    def _team(self, size: int) -> bool:
        """New columns for some workers, given what the others do."""
        free = np.sort(self.rng.choice(len(self.schedule), size, replace=False))
        rest = self.instance.rest(self.schedule, free)
        place = {int(worker): at for at, worker in enumerate(free)}
        counts = np.zeros(size, dtype=np.int64)
        start = [*enumerate(self.schedule[free])]
        for at in np.argsort(self.reduced, kind="stable").tolist():
            worker, days = self.pool[at]
            if worker in place and counts[place[worker]] < TEAM_COLUMNS:
                counts[place[worker]] += 1
                start.append((place[worker], days))
        prices = Prices(self.root.prices.cover, self.root.prices.limit[free], 0)
        until = min(self.deadline, time.monotonic() + PART_SECONDS * self.patience)
        made = generate(Pricing(rest), start, until, prices)
        self._remember([(int(free[worker]), days) for worker, days in made.columns])
        if cost(rest, self.schedule[free]) <= made.bound:
            return True
        return self._combine(rest, made.columns, free, "team", PART_SECONDS)

    def _days(self, size: int) -> bool:
        """Some workers on some weeks, by CP-SAT alone: ``size`` of them, more in a shorter time."""
        everybody = len(self.schedule)
        length = int(self.rng.choice(WINDOWS))
        size = min(everybody, max(2, size * WINDOWS[1] // length))
        free = np.sort(self.rng.choice(everybody, size, replace=False))
        rest = self.instance.rest(self.schedule, free)
        model = build(rest)
        first, end = self._window(length)
        is_open = np.zeros(model.linear.num_columns, dtype=bool)
        column = model.column[:, first:end]
        is_open[column[column >= 0]] = True
        weekend = model.weekend[:, first // 7 : end // 7 + 1]
        is_open[weekend[weekend >= 0]] = True
        is_open[model.cover[:, first:end].ravel()] = True
        values = model.values(self.schedule[free])
        part = model.linear.restrict(is_open, values)
        found: list[IntArray] = []
        answer = search(part, self._parameters(PART_SECONDS, part.offset - 2**40), found.append,
                        values[is_open])  # fmt: skip
        if found:
            values[is_open] = min(found, key=part.objective)
            schedule = self.schedule.copy()
            schedule[free] = model.schedule(values)
            self._keep("days", schedule)
        if is_open.all() and size == everybody:
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
