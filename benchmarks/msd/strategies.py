"""Two ways to a proof, each run in a process of its own: cuts and SCIP, or CP-SAT alone."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.msd import mip
from benchmarks.msd.descent import Descent
from benchmarks.msd.evaluate import Duty, evaluate
from benchmarks.msd.instance import Instance
from benchmarks.msd.model import Design, most_useful
from benchmarks.msd.relaxation import Relaxation, relax
from benchmarks.msd.tighten import deviation_budget, tighten
from scheduler.problem import IntArray
from scheduler.solver.cp_sat import SearchParameters, search

Duties = tuple[Duty, ...]
PART = 0.15  # of the time that is left, for each step before the proof
DISTURBANCES = 2  # of the first design, each followed by a descent
ROUNDS = 3  # of tightening, as long as better designs come


@dataclass(frozen=True, slots=True)
class Progress:
    """A design, a proven lower bound in the weights of the instance, or both."""

    duties: Duties | None = None
    bound: int = 0


@dataclass(frozen=True, slots=True)
class Limits:
    """Until when (monotonic clock) to search, and the random seed."""

    deadline: float
    seed: int

    def share(self, part: float) -> float:
        """The moment at which this part of the remaining time is over."""
        now = time.monotonic()
        return now + part * max(self.deadline - now, 0.0)


class Cuts:
    """Relax with cuts, solve the promising shifts, tighten by what that costs, and prove.

    A design that is better than the best one known has hardly anything to spend on deviations, so
    a good first design makes the model small and its relaxation strong.
    """

    def __init__(
        self,
        instance: Instance,
        limits: Limits,
        tell: Callable[[Progress], None],
        others: Callable[[], Sequence[Duties]],
    ) -> None:
        self._instance, self._limits = instance, limits
        self._tell, self._others = tell, others
        self._best: Duties = ()
        self._cost = evaluate(instance, ()).cost // instance.unit

    def run(self) -> None:
        """Report better designs and bounds; the last bound is the cost when it is proven."""
        design = first_design(self._instance, self._limits, self._descended)
        relaxation = relax(design, self._until(PART))
        self._report(relaxation.bound)
        self._promising(relaxation)
        for _ in range(ROUNDS):
            self._listen()
            if self._cost <= relaxation.bound:
                break
            tightened = self._tighten(relaxation)
            if tightened is None:
                self._report(self._cost)
                return
            relaxation = relax(tightened, self._until(PART))
            self._report(relaxation.bound)
            cost = self._cost
            self._promising(relaxation)
            if self._cost == cost:
                break
        self._prove(relaxation)

    def _descended(self, duties: Duties) -> None:
        if self._offer(duties):
            self._report(0, duties)

    def _until(self, part: float) -> float:
        return self._limits.share(part)

    def _report(self, bound: int, duties: Duties | None = None) -> None:
        """No design is better than both the best one known and the bound of what may beat it."""
        self._tell(Progress(duties, min(bound, self._cost) * self._instance.unit))

    def _offer(self, duties: Duties) -> bool:
        cost = evaluate(self._instance, duties).cost // self._instance.unit
        if cost >= self._cost:
            return False
        self._best, self._cost = duties, cost
        return True

    def _listen(self) -> None:
        for duties in self._others():
            self._offer(duties)

    def _promising(self, relaxation: Relaxation) -> None:
        """Search the shifts of the best design and those the relaxation used in some round."""
        design = relaxation.design
        promising = relaxation.seen | (design.values(self._best)[design.columns.used] > 0)
        kernel = design.tightened(np.where(promising[:, None], design.most, 0))
        self._solve(kernel, PART, is_whole=False)

    def _prove(self, relaxation: Relaxation) -> None:
        if self._cost > relaxation.bound:
            self._listen()
            self._solve(relaxation.design, 1.0, is_whole=True)

    def _solve(self, design: Design, part: float, is_whole: bool) -> None:
        left = self._until(part) - time.monotonic()
        hint = self._hint(design)
        below = self._cost if hint is None else None
        solution = mip.solve(design, left, self._limits.seed, hint, below)
        duties = None if solution.values is None else design.duties(solution.values)
        if duties is not None and not self._offer(duties):
            duties = None
        bound = self._cost if solution.bound is None else solution.bound
        self._report(bound if is_whole else 0, duties)

    def _hint(self, design: Design) -> IntArray | None:
        """The best design, where the model allows it."""
        values = design.values(self._best)
        return values if self._best and design.linear.is_feasible(values) else None

    def _tighten(self, relaxation: Relaxation) -> Design | None:
        """The model of better designs only; None when there is none."""
        design = relaxation.design
        gap = self._cost - 1 - relaxation.value
        hopeless = relaxation.reduced[design.columns.used] > gap + 1e-6
        design = design.tightened(np.where(hopeless[:, None], 0, design.most))
        budget = deviation_budget(design, self._cost)
        if budget is None:
            return None
        return design.tightened(tighten(design, budget, self._until(PART)))


def first_design(instance: Instance, limits: Limits, tell: Callable[[Duties], None]) -> Design:
    """The model seen from a good design: what that one is short or too many is foreseen.

    Cuts argue with the level of staffing that is foreseen, so it has to be near the best one.
    Where all demand can be met, nothing is foreseen.
    """
    design = Design(instance, most_useful(instance), np.zeros_like(instance.demand))
    found: list[IntArray] = []

    def hear(values: IntArray) -> None:
        found.append(values)
        tell(design.duties(values))

    Descent(design, limits.share(PART), limits.seed, hear).run(DISTURBANCES)
    if not found[0][design.columns.deviations].any():
        return design
    under, over, _ = found[-1][design.columns.deviations]
    return replace(design, lack=under - over)


def cp_sat(instance: Instance, limits: Limits, tell: Callable[[Progress], None]) -> None:
    """The model without cuts, one thread of CP-SAT: quickest on small instances."""
    found: list[Duties] = []
    design = first_design(instance, replace(limits, seed=limits.seed + 1), found.append)
    tell(Progress(found[-1]))
    parameters = SearchParameters(
        limits.deadline - time.monotonic(), workers=1, seed=limits.seed, stop_at=0
    )
    answer = search(
        design.linear,
        parameters,
        lambda values: tell(Progress(design.duties(values))),
        design.values(found[-1]),
    )
    tell(Progress(bound=answer.bound * instance.unit))
