"""A good design early: start from too many shifts, leave out and replace one at a time.

Which shifts are used is searched; how many workers each of them gets is solved exactly, by a
linear program that is integral by itself and that each step changes little.
"""

import random
import time
from collections.abc import Callable, Iterator

import numpy as np
from ortools.math_opt.python import mathopt

from benchmarks.msd.model import Design, flow_rows, program
from benchmarks.msd.relaxation import mathopt_model
from scheduler.model.linear import BoolArray
from scheduler.problem import IntArray

LEAST_BUSY = 12  # shifts that are tried for leaving out, at a time
NEAR_HOURS = 1  # how far a shift that replaces another may start or end from it
FROM_BASIS = mathopt.SolveParameters(
    lp_algorithm=mathopt.LPAlgorithm.DUAL_SIMPLEX, presolve=mathopt.Emphasis.OFF
)
VALUES = mathopt.ModelSolveParameters()
COST_ONLY = mathopt.ModelSolveParameters(
    variable_values_filter=mathopt.VariableFilter(filtered_items=[]),
    dual_values_filter=mathopt.LinearConstraintFilter(filtered_items=[]),
    reduced_costs_filter=mathopt.VariableFilter(filtered_items=[]),
)


class Staffing:
    """The least deviation for given shifts, by one linear program that keeps its basis."""

    def __init__(self, design: Design) -> None:
        self.design = design
        linear, columns = design.linear, design.columns
        cost = linear.cost.copy()
        self._price = int(cost[columns.used[0]])
        cost[columns.used] = 0
        matrix, change = flow_rows(design.instance, design.lack)
        flow = program(cost, linear.lower, linear.upper, matrix, change, change)
        self._model = mathopt_model(flow, is_integer=False)
        self._columns = list(self._model.variables())
        self._solver = mathopt.IncrementalSolver(self._model, mathopt.SolverType.GLOP)
        self._used = design.most.any(axis=1)
        self._known: dict[bytes, int] = {}

    def cost(self, used: BoolArray) -> int:
        """Cost of the best design with these shifts, in units."""
        key = used.tobytes()
        if key not in self._known:
            deviation = round(self._solve(used, COST_ONLY).objective_value())
            self._known[key] = deviation + self._price * int(used.sum())
        return self._known[key]

    def values(self, used: BoolArray) -> IntArray:
        """The best design with these shifts, as a point of the model."""
        result = self._solve(used, VALUES)
        values = np.rint(result.variable_values(self._columns)).astype(np.int64)
        return self.design.values(self.design.duties(values))

    def _solve(
        self, used: BoolArray, parameters: mathopt.ModelSolveParameters
    ) -> mathopt.SolveResult:
        for shift in np.flatnonzero(used != self._used).tolist():
            most = self.design.most[shift] * used[shift]
            for column, limit in zip(
                self.design.columns.workers[shift].tolist(), most.tolist(), strict=True
            ):
                self._columns[column].upper_bound = float(limit)
        self._used = used.copy()
        return self._solver.solve(params=FROM_BASIS, model_params=parameters)


class Descent:
    """Leave out and replace shifts while that is cheaper; then disturb the best and repeat."""

    def __init__(
        self, design: Design, deadline: float, seed: int, tell: Callable[[IntArray], None]
    ) -> None:
        self._staffing = Staffing(design)
        self._design, self._deadline, self._tell = design, deadline, tell
        self._draw = random.Random(seed)
        self._useful: BoolArray = np.asarray(design.most.any(axis=1))
        instance = design.instance
        starts = np.array([start for start, _ in instance.shifts], dtype=np.int64)
        apart = NEAR_HOURS * 60 // instance.interval
        near_start = abs(starts[:, None] - starts) <= apart
        ends = starts + instance.lengths
        self._near = near_start & (abs(ends[:, None] - ends) <= apart)
        self._near |= (starts[:, None] == starts) | (ends[:, None] == ends)

    def run(self, disturbances: int) -> None:
        """Report each better design, until the deadline (monotonic clock) or the last disturbance.

        The first one takes its shifts from the least deviation that all shifts together allow.
        """
        staffing = self._staffing
        everything = staffing.values(self._useful)
        best: BoolArray = everything[self._design.columns.used] > 0
        least = staffing.cost(best)
        self._tell(everything)
        for disturbance in range(disturbances + 1):
            used = self._disturbed(best) if disturbance else best
            used = self._replace(self._leave_out(used))
            if staffing.cost(used) <= least:
                if staffing.cost(used) < least:
                    self._tell(staffing.values(used))
                best, least = used, staffing.cost(used)
            if self._is_late():
                break

    def _is_late(self) -> bool:
        return time.monotonic() > self._deadline

    def _leave_out(self, used: BoolArray) -> BoolArray:
        """Without shifts that cost more than they save, the least busy ones first."""
        is_fewer = True
        while is_fewer and not self._is_late():
            busy = self._staffing.values(used)[self._design.columns.workers].sum(axis=1)
            used = used & (busy > 0)
            is_fewer = False
            candidates = sorted(np.flatnonzero(used).tolist(), key=lambda shift: int(busy[shift]))
            for shift in candidates[:LEAST_BUSY]:
                fewer = _toggled(used, shift)
                if self._staffing.cost(fewer) <= self._staffing.cost(used):
                    used, is_fewer = fewer, True
                    break
        return used

    def _replace(self, used: BoolArray) -> BoolArray:
        """Until no shift can be replaced by a similar one and the design gets cheaper."""
        is_better = True
        while is_better and not self._is_late():
            is_better = False
            for shift in self._shuffled(used):
                for changed in self._replacements(used, shift):
                    if self._is_late():
                        return used
                    if self._staffing.cost(changed) < self._staffing.cost(used):
                        used, is_better = changed, True
                        break
        return used

    def _replacements(self, used: BoolArray, shift: int) -> Iterator[BoolArray]:
        without = _toggled(used, shift)
        yield without
        for other in self._shuffled(self._near[shift] & ~used & self._useful):
            yield _toggled(without, other)

    def _disturbed(self, used: BoolArray) -> BoolArray:
        count = self._draw.randint(2, 4)
        unused = self._shuffled(self._useful & ~used)[:count]
        return _toggled(used, *self._shuffled(used)[:count], *unused)

    def _shuffled(self, which: BoolArray) -> list[int]:
        shifts: list[int] = np.flatnonzero(which).tolist()
        self._draw.shuffle(shifts)
        return shifts


def _toggled(used: BoolArray, *shifts: int) -> BoolArray:
    changed = used.copy()
    changed[list(shifts)] = ~changed[list(shifts)]
    return changed
