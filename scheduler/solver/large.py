"""The search for a large pool, where one relaxation of everything would take too long.

A relaxed sample of the workers gives prices of the site's rows, subgradient steps make them
better, and at any prices a pass over all workers gives a bound. An auction at these prices gives
a first schedule; then one part after the other is made as good as it can be: some workers on a
day or two, or fewer on all days. Measured in decision 0006.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np

from scheduler.model.build import Model
from scheduler.model.linear import BoolArray, FloatArray
from scheduler.problem import IntArray
from scheduler.schedule import Shift, gap
from scheduler.solver.auction import Auction
from scheduler.solver.greedy import greedy
from scheduler.solver.known import known_schedule
from scheduler.solver.neighbourhood import Neighbourhoods
from scheduler.solver.own_rules import OwnRules
from scheduler.solver.parameters import Parameters
from scheduler.solver.parts import Effort, decide, improve
from scheduler.solver.point import point_of
from scheduler.solver.pool import Pool, num_cores
from scheduler.solver.prices import (
    Ascent,
    Standing,
    bound_at,
    bound_by_rules,
    mean_of,
    sampled_prices,
)
from scheduler.solver.relaxation import relax
from scheduler.solver.responses import Responses
from scheduler.solver.search import Found, Report, Search
from scheduler.solver.site import Site

LARGE_POOL = 2500  # workers; below, one relaxation of everything is the better bound and guide
SAMPLES, SAMPLE_WORKERS = 2, 500
ASCENT_STEPS, ASCENT_WORKERS = 120, 1000
PART_WORKERS = 5000  # on one day, fewer on more
STRETCHES = (1, 2)  # days
PART_SECONDS = 40.0
ENOUGH_ROUNDS = 4  # of parts, where work is counted instead of seconds


@dataclass(frozen=True, slots=True)
class Shared:
    """What the processes share."""

    model: Model
    site: Site
    responses: Responses
    rules: OwnRules
    deadline: float

    def is_over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() > self.deadline


@dataclass(frozen=True, slots=True)
class Part:
    """Some workers on the days from ``first_day`` to before ``end_day``."""

    workers: IntArray
    first_day: int
    end_day: int


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
        site = Site(self.model)
        responses, rules = Responses(self.model), OwnRules(self.model)
        shared = Shared(self.model, site, responses, rules, self.deadline)
        with Pool(shared, num_cores()) as pool:
            prices = self._sampled(pool)
            if prices is None:
                return False
            self.standing = Standing(prices, np.zeros(len(prices)))
            self._raise_prices(pool)
            self._find_start(pool)
            if len(self.values):
                self._improve_parts(pool)
        return bool(len(self.values))

    def _sampled(self, pool: Pool) -> FloatArray | None:
        """Mean prices of some relaxed samples."""
        number = len(self.model.problem.workers)
        size = min(SAMPLE_WORKERS, number)
        draws = [
            (np.sort(self.rng.choice(number, size, replace=False)), self._left())
            for _ in range(SAMPLES)
        ]
        found = [prices for prices in pool.run(_sample, draws) if prices is not None]
        if not found:
            return None
        mean: FloatArray = np.mean(found, axis=0)
        return mean

    def _raise_prices(self, pool: Pool) -> None:
        """Ascents side by side, each its own way; their mean is better than each."""
        by_rules = self._effort() if self.is_misled else None
        starts = [(self.standing, self._seed(), by_rules) for _ in range(num_cores())]
        standings, bounds = zip(*pool.run(_rise, starts), strict=True)
        self.standing = mean_of(standings)
        self._tell("prices", max(bounds))

    def _find_start(self, pool: Pool) -> None:
        """An auction for a first schedule, and beside it the prices rise on."""
        bid = (_bid, self.standing, self._seed(), self._effort())
        rise = (_rise, self.standing, self._seed())
        (start, self.is_misled), (self.standing, bound) = pool.run(_call, (bid, rise))
        self._tell("auction", bound)
        values = _served(self.model, start, self._effort())
        if values is not None and self.model.linear.is_feasible(values):
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
        calls = [(part, _packed(self.values), self._effort()) for part in parts]
        for changed, values in pool.run(_improve, calls):
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


Packed = tuple[IntArray, IntArray]


def _packed(values: IntArray) -> Packed:
    """The columns that are not 0 and their values: little to send to another process."""
    used = np.flatnonzero(values)
    return used, values[used]


def _sample(shared: Shared, workers: IntArray, seconds: float) -> FloatArray | None:
    return sampled_prices(shared.model, shared.site, workers, seconds)


def _rise(
    shared: Shared, standing: Standing, seed: int, by_rules: Effort | None = None
) -> tuple[Standing, int]:
    """Better prices, and the bound at them; by all rules of each worker, if need be."""
    site, responses = shared.site, shared.responses
    better = Ascent(site, responses, standing, seed).run(
        ASCENT_STEPS, ASCENT_WORKERS, shared.is_over
    )
    if by_rules is None:
        return better, bound_at(site, responses, better.prices)
    return better, bound_by_rules(site, responses, shared.rules, better.prices, by_rules)


def _bid(shared: Shared, standing: Standing, seed: int, effort: Effort) -> tuple[IntArray, bool]:
    """What everybody chooses in the end, and whether somebody's rules were in the way."""
    auction = Auction(shared.site, shared.responses, standing.prices, seed)
    auction.run(np.arange(len(shared.model.problem.workers)), shared.is_over)
    before = auction.chosen()
    after = auction.mend(shared.rules, effort, shared.is_over)
    return after, not np.array_equal(before, after)


def _call(shared: Shared, task: Callable[..., Any], *arguments: Any) -> Any:
    return task(shared, *arguments)


def _improve(shared: Shared, part: Part, packed: Packed, effort: Effort) -> Packed:
    """The columns that a better point of the part changes, and their new values."""
    model = shared.model
    values = np.zeros(model.linear.num_columns, dtype=np.int64)
    values[packed[0]] = packed[1]
    choices = model.variables.choices
    is_theirs = np.zeros(len(model.problem.workers), dtype=bool)
    is_theirs[part.workers] = True
    days = (choices.day >= part.first_day) & (choices.day < part.end_day)
    free = Neighbourhoods(model).closed(days & is_theirs[choices.worker])
    better = improve(model.linear, free, values, effort)
    if better is None:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    changed = np.flatnonzero(better != values)
    return changed, better[changed]


def _served(model: Model, chosen: IntArray, effort: Effort) -> IntArray | None:
    """The cheapest point of the model where exactly these choices are worked."""
    linear, choices = model.linear, model.variables.choices
    free: BoolArray = np.ones(linear.num_columns, dtype=bool)
    free[choices.column] = False
    values = np.zeros(linear.num_columns, dtype=np.int64)
    values[choices.column[chosen]] = 1
    part = linear.restrict(free, values)
    relaxed = relax(part, effort.patience).values
    rest = None if relaxed is None else decide(part, relaxed, effort)
    if rest is None:
        return None
    values[free] = rest
    return values
