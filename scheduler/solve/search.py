"""The search for a schedule: relaxation, then CP-SAT on what it leaves open, then repairs.

The relaxation nearly is the answer: most workers get a whole schedule from it, and CP-SAT,
given only the others, closes the gap. What still lacks is won by freeing one part of the
schedule after the other, always under the relaxation's bound.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from scheduler.model.build import Model
from scheduler.model.linear import BoolArray, FloatArray
from scheduler.problem import IntArray
from scheduler.schedule import gap
from scheduler.solve.cp_sat import SearchParameters, search
from scheduler.solve.neighbourhood import Neighbourhoods, strain
from scheduler.solve.parameters import Parameters
from scheduler.solve.relaxation import relax

# Shares of what time is left: the relaxation may not eat it all, nor the first repair.
RELAXATION_SHARE = 0.7
RESIDUAL_SHARE = 0.6
PART_SECONDS = 8.0


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
        self.model, self.parameters = model, parameters
        self.deadline, self.report = deadline, report
        self.parts = Neighbourhoods(model)
        self.rng = np.random.default_rng(parameters.seed)
        self.bound = model.linear.offset
        self.values: IntArray | None = None

    def run(self) -> None:
        """Search until the gap is reached or the time is over; every step is reported."""
        self._tell("relaxation")
        relaxation = relax(self.model.linear, RELAXATION_SHARE * self._left())
        self.bound = max(self.bound, relaxation.bound)
        self._tell("relaxation")
        if relaxation.values is None:
            self._solve_whole()
            return
        self._solve_residual(relaxation.values)
        self._repair(relaxation.values)

    def _solve_whole(self) -> None:
        """Without a relaxation CP-SAT has to do with the whole model."""
        free = np.ones(self.model.linear.num_columns, dtype=bool)
        self._solve_part("whole", free, np.zeros_like(self.model.linear.cost), self._left())

    def _solve_residual(self, relaxed: FloatArray) -> None:
        """Keep the whole part of the relaxation, let CP-SAT decide the rest."""
        free = self.parts.fractional(relaxed)
        whole = np.round(relaxed).astype(np.int64)
        self._solve_part("residual", free, whole, RESIDUAL_SHARE * self._left())
        if self.values is None:
            self._solve_whole()

    def _repair(self, relaxed: FloatArray) -> None:
        """Free one part after the other; grow the parts that are solved, shrink the others."""
        workers, share, turn = 40, 0.3, 0
        while self.values is not None and not self._is_done():
            per_worker, per_day = strain(self.model, self.values, relaxed)
            if turn % 2:
                free = self.parts.of_workers(per_worker, workers, self.rng)
            else:
                chance = per_day + per_day.mean() + 1e-9
                day = int(self.rng.choice(len(per_day), p=chance / chance.sum()))
                free = self.parts.of_days(day, 2, min(share, 1.0), self.rng)
            is_solved = self._solve_part("repair", free, self.values, PART_SECONDS)
            growth = 1.3 if is_solved else 0.75
            if turn % 2:
                workers = max(5, int(workers * growth + 1))
            else:
                share = max(0.05, share * growth)
            turn += 1

    def _solve_part(self, stage: str, free: BoolArray, base: IntArray, seconds: float) -> bool:
        """Solve the free columns around ``base``; returns whether the part was solved out."""
        linear = self.model.linear
        part = linear.restrict(free, base)
        best = None if self.values is None else linear.objective(self.values)
        parameters = SearchParameters(
            time_limit=min(seconds, self._left()),
            workers=self.parameters.workers,
            seed=int(self.rng.integers(2**31)),
            stop_at=self._target(),
            bound=self.bound,
            cutoff=best,
        )

        def on_values(values: IntArray) -> None:
            whole = base.copy()
            whole[free] = values
            self._keep(stage, whole)

        answer = search(part, parameters, on_values)
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

    def _is_done(self) -> bool:
        if self.values is None or self._left() <= 0.05:
            return self._left() <= 0.05
        return gap(self.model.linear.objective(self.values), self.bound) <= self.parameters.gap

    def _left(self) -> float:
        return max(0.0, self.deadline - time.monotonic())
