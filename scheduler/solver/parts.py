"""Make one part of a schedule as good as it can be while the rest stays as it is."""

from dataclasses import dataclass
from math import inf

import numpy as np

from scheduler.errors import SolverFailed
from scheduler.model.linear import BoolArray, FloatArray, Linear
from scheduler.problem import IntArray
from scheduler.solver.neighbourhood import FRACTION
from scheduler.solver.relaxation import relax


@dataclass(frozen=True, slots=True)
class Effort:
    """How long one part may take, with how many threads of CP-SAT, and its seed."""

    seconds: float
    threads: int
    seed: int
    is_reproducible: bool = False

    @property
    def patience(self) -> float:
        """Seconds that a relaxation may take: any, where the clock may decide nothing."""
        return inf if self.is_reproducible else self.seconds


def improve(linear: Linear, free: BoolArray, values: IntArray, effort: Effort) -> IntArray | None:
    """A cheaper point with only the free columns changed, or None.

    The relaxation of a day or two is whole nearly always; what is not CP-SAT decides.
    """
    part = linear.restrict(free, values)
    relaxed = relax(part, effort.patience)
    before = part.objective(values[free])
    if relaxed.values is None or relaxed.bound >= before:
        return None
    whole = decide(part, relaxed.values, effort)
    if whole is None or part.objective(whole) >= before:
        return None
    found = values.copy()
    found[free] = whole
    return found


def decide(part: Linear, relaxed: FloatArray, effort: Effort) -> IntArray | None:
    """A whole point near the relaxation's: workers with a whole schedule keep it."""
    whole = np.round(relaxed).astype(np.int64)
    is_open = np.abs(relaxed - whole) > FRACTION
    if not is_open.any():
        tight = part.tighten(whole)
        return tight if part.is_feasible(tight) else None
    owners = np.unique(part.owner[is_open & (part.owner >= 0)])
    free = np.isin(part.owner, owners) | (part.owner < 0)
    best: list[IntArray] = []
    # Imported here: CP-SAT takes long to load, and is seldom needed for a part.
    from scheduler.solver.cp_sat import SearchParameters, search

    parameters = SearchParameters(
        effort.seconds, effort.threads, effort.seed, 0, effort.is_reproducible
    )
    try:
        search(part.restrict(free, whole), parameters, best.append)
    except SolverFailed:
        return None  # what was kept does not fit together; another part will do better
    if not best:
        return None
    whole[free] = best[-1]
    tight = part.tighten(whole)
    return tight if part.is_feasible(tight) else None
