"""Column generation: a proven bound far above the rows' relaxation, and prices of the cover.

A column is a whole schedule of one worker, found by ``paths``. The master decides which share of
which column every worker takes. For any prices of cover and of limits

    sum (price * requirement) + sum over workers (their cheapest schedule at these prices)

is below the cost of every schedule; the prices are rounded to whole numbers first, so the bound
is exact whatever the LP solver answers. See ``limits`` for the limits per shift type. How many
shifts stay empty at least is a whole number, so rounding it up makes a further row, priced too.
"""

import time
from dataclasses import dataclass, replace
from datetime import timedelta
from math import inf
from typing import Any

import numpy as np
from ortools.math_opt.python import mathopt

from benchmarks.nrp.instance import OFF, Instance
from benchmarks.nrp.limits import limits
from benchmarks.nrp.paths import NEVER, Values, groups
from scheduler.errors import NoSchedule
from scheduler.model.linear import FloatArray
from scheduler.problem import IntArray

Column = tuple[int, IntArray]  # a worker, and what he does on every day
SCALE = 1000  # parts of a cost unit that prices are rounded to
LIMIT_PRICE = 300  # price above which breaking a limit of shifts per type is never worth it
SMOOTHING = 0.6  # weight of the best prices so far, against those of the last master


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices in 1/SCALE: of one more worker on ``cover[day, type]``, of ``limit[worker, row]``.

    ``lacking`` is the price of the least number of empty shifts; ``bound`` is what they prove,
    in 1/SCALE.
    """

    cover: IntArray
    limit: IntArray
    bound: int
    lacking: int = 0


@dataclass(frozen=True, slots=True)
class Generation:
    """The best prices, all columns, the share of each in the last master (new ones are missing).

    ``is_done``: no further column can raise the bound to the next whole cost. No schedule has
    fewer empty shifts than ``fewest_lacking``.
    """

    prices: Prices
    columns: list[Column]
    shares: FloatArray
    is_done: bool
    fewest_lacking: int

    @property
    def bound(self) -> int:
        """Cost below which there is no schedule."""
        return -(-self.prices.bound // SCALE)


class Pricing:
    """Cheapest schedules of all workers at given prices; no schedule has fewer empty shifts."""

    def __init__(self, instance: Instance, fewest_lacking: int = 0) -> None:
        self.instance, self.fewest_lacking = instance, fewest_lacking
        self.groups = groups(instance)
        self.weight, self.limit = limits(instance)

    @property
    def num_states(self) -> int:
        """States of all workers on all days."""
        return sum(part.num_states * len(part.workers) for part in self.groups) * self.instance.days

    def reduced(self, cover: IntArray, limit: IntArray) -> Values:
        """Price of each shift after what it earns; NEVER where it is not allowed."""
        instance = self.instance
        limited = np.einsum("wr,wrt->wt", limit, self.weight)
        price = (instance.off - instance.on) * SCALE - cover - limited[:, None, :]
        return np.where(instance.allowed, price, NEVER).astype(np.int32)

    def solve(
        self, cover: IntArray, limit: IntArray, lacking: int = 0
    ) -> tuple[Prices, IntArray, IntArray]:
        """What the prices prove, and each worker's cheapest price and schedule.

        The price of cover and that of lacking are together at most that of one too few.
        """
        price = self.reduced(cover, limit)
        count = len(self.instance.workers)
        least = np.zeros(count, dtype=np.int64)
        schedule = np.full((count, self.instance.days), OFF, dtype=np.int64)
        for group in self.groups:
            least[group.workers], schedule[group.workers] = group.cheapest(price[group.workers])
        if (least >= NEVER // 2).any():
            raise NoSchedule(f"{self.instance.name}: a worker's rules contradict each other")
        bound = SCALE * int(self.instance.on.sum()) + int(least.sum())
        bound += int((cover * self.instance.requirement).sum() + (limit * self.limit).sum())
        bound += lacking * self.fewest_lacking
        return Prices(cover, limit, bound, lacking), least, schedule

    def marginal(self, prices: Prices) -> IntArray:
        """How much the cost rises at least with this shift, ``[worker, day, type]``, in 1/SCALE."""
        price = self.reduced(prices.cover, prices.limit)
        found = np.empty(price.shape, dtype=np.int64)
        for group in self.groups:
            own = group.marginal(price[group.workers])
            found[group.workers] = own - own.min(axis=(1, 2), keepdims=True)
        return found


class _Master:
    """The linear program over the columns found so far."""

    def __init__(self, pricing: Pricing) -> None:
        self.pricing, instance = pricing, pricing.instance
        self.instance = instance
        self.model: Any = mathopt.Model()
        self.model.objective.offset = float(instance.on.sum())
        add_row = self.model.add_linear_constraint
        self.cover = [add_row(lb=need, ub=need) for need in instance.requirement.ravel().tolist()]
        prices = zip(instance.under.ravel().tolist(), instance.over.ravel().tolist(), strict=True)
        self.lacking = add_row(lb=float(pricing.fewest_lacking))
        for row, (under, over) in zip(self.cover, prices, strict=True):
            lack = self._column(under)
            row.set_coefficient(lack, 1.0)
            self.lacking.set_coefficient(lack, 1.0)
            row.set_coefficient(self._column(over), -1.0)
        self.one = [add_row(lb=1.0, ub=1.0) for _ in instance.workers]
        self.limit = {}
        for at in zip(*np.nonzero(pricing.weight.any(axis=2)), strict=True):
            self.limit[at] = add_row(ub=float(pricing.limit[at]))
            self.limit[at].set_coefficient(self._column(LIMIT_PRICE), -1.0)
        self.found: list[Column] = []
        self.variables: list[Any] = []
        self.shares = np.zeros(0)
        self.known: set[tuple[int, bytes]] = set()
        self.solver = mathopt.IncrementalSolver(self.model, mathopt.SolverType.GLOP)

    def _column(self, price: float) -> Any:
        column = self.model.add_variable(lb=0.0)
        self.model.objective.set_linear_coefficient(column, float(price))
        return column

    def add(self, worker: int, days: IntArray) -> bool:
        """Add a schedule of one worker, unless it is there already."""
        if (key := (worker, days.tobytes())) in self.known:
            return False
        self.known.add(key)
        on = np.flatnonzero(days != OFF)
        price = self.instance.off[worker, on, days[on]] - self.instance.on[worker, on, days[on]]
        column = self._column(float(price.sum()))
        self.one[worker].set_coefficient(column, 1.0)
        for row in (on * len(self.instance.types) + days[on]).tolist():
            self.cover[row].set_coefficient(column, 1.0)
        counts = np.bincount(days[on], minlength=len(self.instance.types))
        for row, weight in enumerate((self.pricing.weight[worker] @ counts).tolist()):
            if weight:
                self.limit[worker, row].set_coefficient(column, float(weight))
        self.found.append((worker, days))
        self.variables.append(column)
        return True

    def solve(self, seconds: float) -> tuple[float, Prices] | None:
        """Cost and rounded prices, or None when the time is over."""
        limit = mathopt.SolveParameters(time_limit=timedelta(seconds=max(seconds, 0.1)))
        try:
            result = self.solver.solve(params=limit)
        except (RuntimeError, AttributeError):
            # GLOP gives up on some masters, and MathOpt then fails to say so (AttributeError).
            result = mathopt.solve(self.model, mathopt.SolverType.HIGHS, params=limit)
            self.solver = mathopt.IncrementalSolver(self.model, mathopt.SolverType.GLOP)
        if result.termination.reason != mathopt.TerminationReason.OPTIMAL:
            return None
        self.shares = np.array(result.variable_values(self.variables))
        cover = np.array(result.dual_values(self.cover)).reshape(self.instance.requirement.shape)
        limit_prices = np.zeros(self.pricing.limit.shape)
        for at, row in self.limit.items():
            limit_prices[at] = result.dual_values(row)
        limit = np.minimum(np.round(limit_prices * SCALE), 0).astype(np.int64)
        lacking = max(0, round(result.dual_values(self.lacking) * SCALE))
        prices = Prices(np.round(cover * SCALE).astype(np.int64), limit, 0, lacking)
        return result.objective_value(), _valid(self.instance, prices)


def generate(
    pricing: Pricing,
    columns: list[Column],
    deadline: float,
    prices: Prices | None = None,
    slack: float = 0.0,
    stop_at: float = inf,
) -> Generation:
    """Add columns until none can lower the bound's rounding, or the deadline.

    ``columns`` and ``prices`` to start from; ``slack`` between bound and master is good enough,
    and so is a bound of ``stop_at``.
    """
    master = _Master(pricing)
    for worker, days in columns:
        master.add(worker, days)
    if prices is None:
        none = np.zeros_like(pricing.instance.requirement)
        prices = Prices(none, np.zeros_like(pricing.limit), 0)
    best, _, schedule = pricing.solve(prices.cover, prices.limit, prices.lacking)
    for worker, days in enumerate(schedule):
        master.add(worker, days)
    smoothing, is_done = SMOOTHING, False
    while (left := deadline - time.monotonic()) > 0 and best.bound <= (stop_at - 1) * SCALE:
        answer = master.solve(left)
        if answer is None:
            break
        least, last = answer
        if -(-best.bound // SCALE) >= np.ceil(least - slack - 1e-6):
            is_done = True
            break
        mixed = _valid(pricing.instance, _mix(smoothing, best, last))
        found, _, schedule = pricing.solve(mixed.cover, mixed.limit, mixed.lacking)
        is_new = [master.add(worker, days) for worker, days in enumerate(schedule)]
        if found.bound > best.bound:
            best = found
        elif not any(is_new) and smoothing == 0:
            is_done = True
            break
        smoothing = SMOOTHING if any(is_new) else 0.0
    return Generation(best, master.found, master.shares, is_done, pricing.fewest_lacking)


def _mix(weight: float, best: Prices, last: Prices) -> Prices:
    cover = np.round(weight * best.cover + (1 - weight) * last.cover).astype(np.int64)
    limit = np.round(weight * best.limit + (1 - weight) * last.limit).astype(np.int64)
    return Prices(cover, limit, 0, round(weight * best.lacking + (1 - weight) * last.lacking))


def _valid(instance: Instance, prices: Prices) -> Prices:
    """Cover prices cut to what one worker too few or too many costs."""
    most = instance.under * SCALE - prices.lacking
    return replace(prices, cover=np.clip(prices.cover, -instance.over * SCALE, most))
