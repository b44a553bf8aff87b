"""Prices of the site's rows: from a relaxed sample of the workers, then better ones step by step.

At any prices the bound is the site's own part less what each worker earns at most (the Lagrangian
bound, Geoffrion 1974). A random sample of the workers, each standing for several, has nearly the
prices of all; subgradient steps with one random batch of workers at a time take them closer
(step sizes as in Duchi, Hazan and Singer 2011; the mean of the later prices counts).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from scipy import sparse

from scheduler.model.build import Model
from scheduler.model.linear import FloatArray, Linear
from scheduler.problem import IntArray
from scheduler.solver.neighbourhood import Neighbourhoods
from scheduler.solver.own_rules import OwnRules
from scheduler.solver.parts import Effort
from scheduler.solver.relaxation import relax
from scheduler.solver.responses import Responses
from scheduler.solver.site import PRICE_UNIT, Site

STEP_CENTS = 20.0


def bound_at(site: Site, responses: Responses, prices: FloatArray) -> int:
    """Whole cents below which no schedule can cost, for any prices."""
    prices = site.rounded(prices)
    return _bound(site, prices, responses.earnings(site.worth(prices)))


def bound_by_rules(
    site: Site, responses: Responses, rules: OwnRules, prices: FloatArray, effort: Effort
) -> int:
    """The same, higher where workers cannot do by their own rules what would earn most."""
    prices = site.rounded(prices)
    worth = site.worth(prices)
    earned = responses.earnings(worth)
    chosen = responses.choose(worth, np.arange(responses.num_workers))
    misled = rules.broken_by(chosen, effort)
    earned[misled] = np.minimum(earned[misled], rules.earnings(worth, misled, effort))
    return _bound(site, prices, earned)


def _bound(site: Site, prices: FloatArray, earned: FloatArray) -> int:
    # Every number here is a multiple of the unit and far below 2**46 cents: the sum is exact.
    total = site.base(prices) - float(earned.sum())
    return ceil(round(total * PRICE_UNIT) / PRICE_UNIT)


def sampled_prices(
    model: Model, site: Site, workers: IntArray, time_limit: float
) -> FloatArray | None:
    """Prices of the site's rows from the relaxation with these workers alone.

    Each stands for an equal share of all: his cost, and what he and those he serves add to the
    site's rows, count several times. None if the time ran out.
    """
    v, linear = model.variables, model.linear
    times = max(1, round(len(model.problem.workers) / max(len(workers), 1)))
    free = Neighbourhoods(model).closed(np.isin(v.choices.worker, workers))
    free |= np.isin(linear.owner, workers)
    columns = np.flatnonzero(free)
    matrix = linear.by_column[:, columns].tocsr()
    rows = np.flatnonzero(np.diff(matrix.indptr))
    stands_for = np.where(np.isin(columns, site.slack), 1, times)
    entries = sparse.coo_array(matrix[rows])
    is_site = np.isin(rows, site.rows)
    data = entries.data * np.where(is_site[entries.row], stands_for[entries.col], 1)
    sample = Linear(
        linear.cost[columns] * stands_for,
        linear.lower[columns],
        linear.upper[columns],
        sparse.csr_array((data, (entries.row, entries.col)), shape=entries.shape),
        linear.row_lower[rows],
        linear.row_upper[rows],
        linear.owner[columns],
        linear.is_slack[columns],
    )
    prices = relax(sample, time_limit).prices
    if prices is None:
        return None
    of_row = np.zeros(linear.num_rows)
    of_row[rows] = prices
    found: FloatArray = of_row[site.rows]
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an ascent stands: prices, and how much each has been pushed about so far.

    The more a price was pushed, the smaller its next step.
    """

    prices: FloatArray
    pushes: FloatArray


def mean_of(standings: Sequence[Standing]) -> Standing:
    """What several ascents agree on."""
    prices = np.mean([one.prices for one in standings], axis=0)
    return Standing(prices, np.mean([one.pushes for one in standings], axis=0))


class Ascent:
    """Steps towards better prices."""

    def __init__(self, site: Site, responses: Responses, standing: Standing, seed: int) -> None:
        self.site, self.responses = site, responses
        self.prices = site.rounded(standing.prices)
        self.rng = np.random.default_rng(seed)
        self._pushes = standing.pushes.copy()
        self._sum, self._steps = np.zeros(len(self.prices)), 0

    def run(self, steps: int, batch: int, is_over: Callable[[], bool]) -> Standing:
        """Take so many steps, or fewer if time is over; returns the mean of the later half."""
        for step in range(steps):
            if is_over():
                break
            if step == steps // 2:
                self._sum, self._steps = np.zeros(len(self.prices)), 0
            self._step(STEP_CENTS * (1.0 - 0.5 * step / steps), batch)
        mean = self._sum / self._steps if self._steps else self.prices
        return Standing(mean, self._pushes)

    def _step(self, size: float, batch: int) -> None:
        number = self.responses.num_workers
        workers = np.sort(self.rng.choice(number, min(batch, number), replace=False))
        worth = self.site.worth(self.prices)
        choices = self.responses.choose(worth, workers)
        activity = self.site.activity(choices, worth.servings(choices))
        missing = self.site.missing(self.prices, activity * float(number) / len(workers))
        self._pushes += missing**2
        step = size * missing / np.sqrt(np.maximum(self._pushes, 1e-9))
        self.prices = np.clip(self.prices + step * self.site.pace, self.site.low, self.site.high)
        self._sum += self.prices
        self._steps += 1
