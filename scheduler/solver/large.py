"""The search for a large pool, where one relaxation of everything would take too long.

A relaxed sample of the workers gives prices of the site's rows, subgradient steps make them
better, and at any prices a pass over all workers gives a bound. An auction at these prices gives
a first schedule; then one part after the other is made as good as it can be: some workers on a
day or two, or fewer on all days. Measured in decision 0006.
"""

import time
from collections.abc import Iterator
from math import inf

import numpy as np

from scheduler.model.build import Model, build
from scheduler.model.linear import FloatArray
from scheduler.problem import IntArray
from scheduler.schedule import Shift, gap
from scheduler.solver.greedy import greedy
from scheduler.solver.known import known_schedule
from scheduler.solver.lane import Part, Shared, bid, call, improve, packed, rise, sample
from scheduler.solver.levelling import levelled_evenly, same_point
from scheduler.solver.own_rules import OwnRules
from scheduler.solver.parameters import Parameters
from scheduler.solver.parts import Effort
from scheduler.solver.point import completed, point_of, served
from scheduler.solver.pool import Pool, num_cores
from scheduler.solver.prices import Standing, mean_of
from scheduler.solver.responses import Responses
from scheduler.solver.search import Found, Report, Search
from scheduler.solver.site import Site

LARGE_POOL = 2500  # workers; below, one relaxation of everything is the better bound and guide
SAMPLES, SAMPLE_WORKERS = 2, 500
PART_WORKERS = 5000  # on one day, fewer on more
STRETCHES = (1, 2)  # days
LEVEL_SHARE = 0.5  # of the time that is left
PART_SECONDS = 40.0
ENOUGH_ROUNDS = 4  # of parts, where work is counted instead of seconds


def search(model: Model, parameters: Parameters, deadline: float, report: Report) -> None:
    """Search a model until the gap is reached or the time is over, the way its size asks for."""
    is_large = len(model.problem.workers) >= LARGE_POOL
    if is_large and LargeSearch(model, parameters, deadline, report).run():
        return
    Search(model, parameters, deadline, report).run()


class LargeSearch:
    """One search on one model until a deadline."""

    def __init__(
        self, model: Model, parameters: Parameters, deadline: float, report: Report
    ) -> None:
        self.model, self.parameters, self.report = model, parameters, report
        self.deadline = inf if parameters.is_reproducible else deadline
        self.rng = np.random.default_rng(parameters.seed)
        self.bound, self.values = model.linear.offset, np.zeros(0, dtype=np.int64)
        self.standing = Standing(np.zeros(0), np.zeros(0))
        # Whether somebody has rules that the responses do not know, and that bind.
        self.is_misled = False

    def run(self) -> bool:
        """Search; returns whether there is a schedule, so that another way need not be tried."""
        self._tell("prices")
        if self.model.problem.backlogs:
            self._level()
        site = Site(self.model)
        responses, rules = Responses(self.model), OwnRules(self.model)
        shared = Shared(self.model, site, responses, rules, self.deadline)
        with Pool(shared, num_cores()) as pool:
            prices = self._sampled(pool)
            if prices is None:
                return False
            self.standing = Standing(prices, np.zeros(len(prices)))
            self._raise_prices(pool)
            # Where the work was levelled there is a start, and parts gain more than an auction.
            if not len(self.values):
                self._find_start(pool)
            if len(self.values):
                self._improve_parts(pool)
        return bool(len(self.values))

    def _level(self) -> None:
        """A first schedule for work that may wait as a need that is levelled beforehand.

        Its bound says nothing here, so it is left out.
        """
        model, found = build(levelled_evenly(self.model.problem)), list[Found]()
        deadline = time.monotonic() + LEVEL_SHARE * self._left()
        other = LargeSearch(model, self.parameters, deadline, found.append)
        other.run()
        self.is_misled = other.is_misled
        whole = next((one.values for one in reversed(found) if one.values is not None), None)
        if whole is not None:
            point = completed(self.model, same_point(self.model, model, whole), self._effort())
            if point is not None:
                self._keep(point)
                self._take(known_schedule(self.model.problem))
                self._show("level")

    def _sampled(self, pool: Pool) -> FloatArray | None:
        """Mean prices of some relaxed samples."""
        number = len(self.model.problem.workers)
        size = min(SAMPLE_WORKERS, number)
        draws = [
            (np.sort(self.rng.choice(number, size, replace=False)), self._left())
            for _ in range(SAMPLES)
        ]
        found = [prices for prices in pool.run(sample, draws) if prices is not None]
        if not found:
            return None
        mean: FloatArray = np.mean(found, axis=0)
        return mean

    def _raise_prices(self, pool: Pool) -> None:
        """Ascents side by side, each its own way; their mean is better than each."""
        by_rules = self._effort() if self.is_misled else None
        starts = [(self.standing, self._seed(), by_rules) for _ in range(num_cores())]
        standings, bounds = zip(*pool.run(rise, starts), strict=True)
        self.standing = mean_of(standings)
        self._tell("prices", max(bounds))

    def _find_start(self, pool: Pool) -> None:
        """An auction for a first schedule, and beside it the prices rise on."""
        calls = (
            (bid, self.standing, self._seed(), self._effort()),
            (rise, self.standing, self._seed()),
        )
        (start, self.is_misled), (self.standing, bound) = pool.run(call, calls)
        self._tell("auction", bound)
        columns = self.model.variables.choices.column[start]
        values = served(self.model, columns, self._effort())
        if values is not None:
            self._keep(values)
        self._take(known_schedule(self.model.problem))
        if not len(self.values):
            # A rule of the site refused what the auction came to.
            self._take(greedy(self.model.problem))
        if len(self.values):
            self._show("auction")

    def _take(self, shifts: tuple[Shift, ...] | None) -> None:
        """Start from a schedule that was there before, if it is the cheapest."""
        values = None if shifts is None else point_of(self.model, shifts, self._effort())
        if values is not None:
            self._keep(values)

    def _improve_parts(self, pool: Pool) -> None:
        """Round after round over all workers and days; in between, the prices rise on."""
        # A large schedule takes long to hand over, so it is shown less often.
        turn, every = 0, max(1, len(self.model.problem.workers) // PART_WORKERS)
        while not self._is_done(turn):
            for number, parts in enumerate(self._round(self._stretch(turn)), start=1):
                if self._is_done(0):
                    break
                stage = self._improve(pool, parts)
                if number % every == 0:
                    self._show(stage)
            self._show("round")
            turn += 1
            if not self._is_done(turn):
                self._raise_prices(pool)

    def _stretch(self, turn: int) -> int:
        """Days of a round's parts; where rules bind over many days, all of them in turn."""
        days = self.model.problem.horizon.days
        stretches = (*STRETCHES, days) if self.is_misled else STRETCHES
        return min(days, stretches[turn % len(stretches)])

    def _round(self, num_days: int) -> Iterator[list[Part]]:
        """Every crew on every stretch of days once, side by side on stretches far apart."""
        number, lanes = len(self.model.problem.workers), max(2, num_cores())
        share = -(-number * num_days // (PART_WORKERS * lanes))
        crews = np.array_split(self.rng.permutation(number), lanes * share)
        firsts = np.arange(0, self.model.problem.horizon.days, num_days)
        for index in range(0, len(crews), lanes):
            for at in range(len(firsts)):
                yield [
                    Part(np.sort(crew), int(first), int(first) + num_days)
                    for lane, crew in enumerate(crews[index : index + lanes])
                    for first in [firsts[(at + lane * len(firsts) // lanes) % len(firsts)]]
                ]

    def _improve(self, pool: Pool, parts: list[Part]) -> str:
        stage = "days" if parts[0].end_day - parts[0].first_day > 1 else "day"
        calls = [(part, packed(self.values), self._effort()) for part in parts]
        for changed, values in pool.run(improve, calls):
            point = self.values.copy()
            point[changed] = values
            point = self.model.linear.tighten(point)
            # What two parts share may have been used twice; then the second one was in vain.
            if self.model.linear.is_feasible(point):
                self._keep(point)
        return stage

    def _effort(self) -> Effort:
        seconds = min(PART_SECONDS, self._left())
        return Effort(
            seconds, self.parameters.workers, self._seed(), self.parameters.is_reproducible
        )

    def _seed(self) -> int:
        return int(self.rng.integers(2**31))

    def _keep(self, values: IntArray) -> None:
        cost = self.model.linear.objective(values)
        if not len(self.values) or cost < self.model.linear.objective(self.values):
            self.values = values

    def _show(self, stage: str) -> None:
        cost = self.model.linear.objective(self.values)
        self.report(Found(stage, self.bound, cost, self.values))

    def _tell(self, stage: str, bound: int = 0) -> None:
        self.bound = max(self.bound, bound)
        self.report(Found(stage, self.bound))

    def _is_done(self, turn: int) -> bool:
        if self.parameters.is_reproducible and turn >= ENOUGH_ROUNDS:
            return True
        reached = gap(self.model.linear.objective(self.values), self.bound)
        return self._left() <= 0.05 or reached <= self.parameters.gap

    def _left(self) -> float:
        return max(0.0, self.deadline - time.monotonic())
