"""The search for a schedule: relaxation, dive, then CP-SAT on one part after the other.

The relaxation nearly is the answer and gives the bound. A dive rounds it to a first schedule
close to it; CP-SAT then decides the parts that the relaxation left open, and after them
ever other parts where the schedule is strained, always under the same bound.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from math import inf

import numpy as np

from scheduler.errors import SolverFailed
from scheduler.model.build import Model, build
from scheduler.model.linear import BoolArray, FloatArray
from scheduler.problem import IntArray, Problem
from scheduler.schedule import gap
from scheduler.solver.dive import dive
from scheduler.solver.known import known_schedule
from scheduler.solver.levelling import levelled, levelled_by_starts, same_columns, same_point
from scheduler.solver.neighbourhood import Neighbourhoods, strain
from scheduler.solver.parameters import Parameters
from scheduler.solver.parts import Effort, improve
from scheduler.solver.point import completed, point_of
from scheduler.solver.relaxation import Relaxation, relax
from scheduler.solver.whole_starts import Toll

# Shares of what time is left: neither the relaxation nor the dive may eat it all.
RELAXATION_SHARE = 0.7
DIVE_SHARE = 0.5
LEVEL_SHARE = 0.9
LEVEL_RELAXATION_SHARE = 0.6
LEVEL_RELAXATIONS = 1.5  # that there must be time for; else a level is not relaxed
RESIDUAL_SECONDS = 10.0
PART_SECONDS = 3.0
KNOWN_SECONDS = 5.0
STRETCHES = (1, 2, 3)  # days
# None: work that may wait is levelled interval by interval, not in whole shifts.
TOLLS = (Toll(100, 60), None, Toll(50, 60))
ENOUGH_PARTS = 12  # where work is counted instead of seconds


@dataclass(frozen=True, slots=True)
class Found:
    """What the search tells while it runs; ``values`` are there when a better schedule is."""

    stage: str
    bound: int
    cost: int | None = None
    values: IntArray | None = None


Report = Callable[[Found], None]


class Search:
    """One search on one model until a deadline."""

    def __init__(
        self, model: Model, parameters: Parameters, deadline: float, report: Report
    ) -> None:
        self.model, self.parameters, self.report = model, parameters, report
        # Reproducible, nothing may depend on the clock: work is counted instead.
        self.deadline = inf if parameters.is_reproducible else deadline
        self.parts = Neighbourhoods(model)
        self.rng = np.random.default_rng(parameters.seed)
        self.bound = model.linear.offset
        self.values: IntArray | None = None
        self.promising = np.ones(model.linear.num_columns, dtype=bool)
        self.relaxation_seconds = 0.0

    def run(self) -> None:
        """Search until the gap is reached or the time is over; every step is reported."""
        self._take_known()
        self._tell("relaxation")
        begun = time.monotonic()
        relaxation = relax(self.model.linear, RELAXATION_SHARE * self._left())
        self.relaxation_seconds = time.monotonic() - begun
        self.bound = max(self.bound, relaxation.bound)
        self._tell("relaxation")
        if relaxation.values is None or relaxation.reduced is None:
            self._solve_whole()
            return
        self.promising = self.parts.promising(relaxation.reduced)
        if self.model.problem.backlogs:
            self._level_in_turn(relaxation)
        if self.values is None or not self.model.problem.backlogs:
            self._dive(relaxation.values)
        if self.values is None:
            self._solve_whole()
        self._sweep()
        self._repair(relaxation.values)

    def _take_known(self) -> None:
        """What is left of the schedule that people know is the first to be better than."""
        known = known_schedule(self.model.problem)
        effort = Effort(KNOWN_SECONDS, self.parameters.workers, self.parameters.seed,
                        self.parameters.is_reproducible)  # fmt: skip
        values = None if known is None else point_of(self.model, known, effort)
        if values is not None:
            self._keep("known", values)

    def _level_in_turn(self, relaxation: Relaxation) -> None:
        """Work that may wait as a need in whole workers, one way after the other."""
        relaxed = relaxation.values
        assert relaxed is not None
        # Blended, nobody serves a queue for a whole shift, so there are no starts to place.
        for toll in (None,) if self.model.problem.is_blended else TOLLS:
            if toll is None:
                self._level(levelled(self.model, relaxed), relaxed)
            else:
                self._level(levelled_by_starts(self.model, relaxation, toll), relaxed)
            if self._is_done(0):
                return

    def _level(self, problem: Problem, relaxed: FloatArray) -> None:
        """Solve with a need in place of work that may wait, which comes out whole nearly always."""
        self._tell("level")
        model = build(problem)
        deadline = time.monotonic() + LEVEL_SHARE * self._left()
        first = self._relaxed_level(model, relaxed)
        *_, values = first, *dive(model, first, deadline)
        whole = np.round(values).astype(np.int64)
        free = Neighbourhoods(model).fractional(values)
        if free.any():
            whole = self._decided(model, free, whole)
        asked, left = self.parameters, min(RESIDUAL_SECONDS, self._left())
        effort = Effort(left, asked.workers, asked.seed, asked.is_reproducible)
        point = completed(self.model, same_point(self.model, model, whole), effort)
        if point is not None:
            self._keep("level", point)

    def _relaxed_level(self, model: Model, relaxed: FloatArray) -> FloatArray:
        """Relaxed with the columns that look promising; without time for it as things stand.

        From there a dive lets all who have a whole schedule keep it, which is quick but dearer.
        """
        linear, values = model.linear, np.zeros(model.linear.num_columns)
        theirs, own = same_columns(self.model, model)
        values[theirs] = relaxed[own]
        if self._left() < LEVEL_RELAXATIONS * self.relaxation_seconds:
            return values
        free = np.ones(linear.num_columns, dtype=bool)
        free[theirs] = self.promising[own]
        part = linear.restrict(free, np.zeros(linear.num_columns, dtype=np.int64))
        found = relax(part, LEVEL_RELAXATION_SHARE * self._left()).values
        if found is not None:
            values[:], values[free] = 0.0, found
        return values

    def _decided(self, model: Model, free: BoolArray, whole: IntArray) -> IntArray:
        """What a dive left open, settled by CP-SAT; as it stands where that finds nothing."""
        from scheduler.solver.cp_sat import SearchParameters, search

        found: list[IntArray] = []
        asked = self.parameters
        limit, seed = min(RESIDUAL_SECONDS, self._left()), int(self.rng.integers(2**31))
        parameters = SearchParameters(limit, asked.workers, seed, 0, asked.is_reproducible)
        try:
            search(model.linear.restrict(free, whole), parameters, found.append)
        except SolverFailed:
            return whole
        decided = whole.copy()
        decided[free] = found[-1] if found else whole[free]
        return decided

    def _dive(self, relaxed: FloatArray) -> None:
        """Round the relaxation; what it still leaves open at the end CP-SAT decides."""
        self._tell("dive")
        deadline = time.monotonic() + DIVE_SHARE * self._left()
        values = relaxed
        for point in dive(self.model, relaxed, deadline):
            values = point
            self._tell("dive")
        whole = np.round(values).astype(np.int64)
        free = self.parts.fractional(values)
        if not free.any():
            self._keep("dive", whole)
            return
        self._search("dive", free, whole, RESIDUAL_SECONDS)

    def _sweep(self) -> None:
        """Go over the days, one, two and three at a time, until no stretch gains any more.

        The relaxation of a few days with all else kept is whole nearly always, and takes moments.
        """
        for num_days in STRETCHES:
            gains = 1
            while gains and not self._is_done(0):
                gains = sum(self._improve_days(first, num_days) for first in self._firsts(num_days))

    def _firsts(self, num_days: int) -> range:
        days = self.model.problem.horizon.days
        return range(0, max(1, days - num_days + 1), max(1, num_days - 1))

    def _improve_days(self, first: int, num_days: int) -> bool:
        if self.values is None or self._is_done(0):
            return False
        day = self.model.variables.choices.day
        free = self.parts.closed((day >= first) & (day < first + num_days))
        seed = int(self.rng.integers(2**31))
        asked = self.parameters
        seconds = min(PART_SECONDS, self._left())
        effort = Effort(seconds, asked.workers, seed, asked.is_reproducible)
        better = improve(self.model.linear, free, self.values, effort)
        if better is None:
            return False
        self._keep("days", better)
        return True

    def _solve_whole(self) -> None:
        """Without a relaxation CP-SAT has to do with the whole model."""
        free = np.ones(self.model.linear.num_columns, dtype=bool)
        self._search(
            "whole", free, np.zeros_like(self.model.linear.cost), self.parameters.time_limit
        )

    def _repair(self, relaxed: FloatArray) -> None:
        """Free one part after the other; grow the parts that are solved, shrink the others."""
        everybody = len(self.model.problem.workers)
        sizes = {"days": 0.3 * everybody, "workers": 15.0}
        residual, turn = self.parts.fractional(relaxed), 0
        while self.values is not None and not self._is_done(turn):
            kind = ("residual", "days", "workers")[turn % 3]
            turn += 1
            if kind == "residual":
                self._solve_part(kind, residual, RESIDUAL_SECONDS)
                continue
            per_worker, per_day = strain(self.model, self.values, relaxed)
            free = self._part(kind, sizes[kind], per_worker, per_day)
            is_solved = self._solve_part(kind, free, PART_SECONDS)
            sizes[kind] = min(max(5.0, sizes[kind] * (1.2 if is_solved else 0.8)), everybody)

    def _part(
        self, kind: str, size: float, per_worker: FloatArray, per_day: FloatArray
    ) -> BoolArray:
        """A part around so many workers: on two strained days, or strained ones on all days."""
        if kind == "workers":
            return self.parts.of_workers(per_worker, round(size), self.rng)
        chance = per_day + per_day.mean() + 1e-9
        day = int(self.rng.choice(len(per_day), p=chance / chance.sum()))
        return self.parts.of_days(day, 2, size / len(per_worker), self.rng)

    def _solve_part(self, stage: str, free: BoolArray, seconds: float) -> bool:
        """Improve the free part of the schedule; returns whether the part was solved out."""
        assert self.values is not None
        if not free.all():
            free = free & (self.promising | (self.values > 0))
        return self._search(stage, free, self.values, seconds, self.values[free])

    def _search(
        self,
        stage: str,
        free: BoolArray,
        base: IntArray,
        seconds: float,
        hint: IntArray | None = None,
    ) -> bool:
        # Imported here: CP-SAT takes seconds to load, and the dive often leaves it nothing to do.
        from scheduler.solver.cp_sat import SearchParameters, search

        def on_values(values: IntArray) -> None:
            whole = base.copy()
            whole[free] = values
            self._keep(stage, whole)

        parameters = SearchParameters(
            time_limit=min(seconds, self._left()),
            workers=self.parameters.workers,
            seed=int(self.rng.integers(2**31)),
            stop_at=self._target(),
            is_reproducible=self.parameters.is_reproducible,
        )
        try:
            answer = search(self.model.linear.restrict(free, base), parameters, on_values, hint)
        except SolverFailed:
            # What is kept may leave the part no way out; only the whole model always has one.
            if free.all() and self.values is None:
                raise
            return False
        if free.all() and answer.bound > self.bound:
            self.bound = answer.bound
            self._tell(stage)
        return answer.is_optimal

    def _keep(self, stage: str, values: IntArray) -> None:
        values = self.model.linear.tighten(values)
        cost = self.model.linear.objective(values)
        if self.values is None or cost < self.model.linear.objective(self.values):
            self.values = values
            self.report(Found(stage, self.bound, cost, values))

    def _tell(self, stage: str) -> None:
        self.report(Found(stage, self.bound))

    def _target(self) -> int:
        """The cost from which on the wanted gap is reached."""
        return int(self.bound / (1 - self.parameters.gap)) if self.parameters.gap < 1 else 2**62

    def _is_done(self, turn: int) -> bool:
        if self._left() <= 0.05 or (self.parameters.is_reproducible and turn >= ENOUGH_PARTS):
            return True
        return (
            self.values is not None
            and gap(self.model.linear.objective(self.values), self.bound) <= self.parameters.gap
        )

    def _left(self) -> float:
        return max(0.0, self.deadline - time.monotonic())
