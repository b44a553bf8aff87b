"""Prices of a model's rows: from its relaxation, or for a large pool from samples of it."""

import time
from dataclasses import dataclass, replace

import numpy as np

from scheduler.model.build import Model
from scheduler.model.linear import FloatArray
from scheduler.solver.large import LARGE_POOL
from scheduler.solver.prices import Ascent, Standing, bound_at, sampled_prices
from scheduler.solver.relaxation import lagrangian_bound, relax
from scheduler.solver.responses import Responses
from scheduler.solver.site import Site

SAMPLES, SAMPLE_WORKERS = 2, 500
ASCENT_STEPS, ASCENT_WORKERS = 120, 1000
SEED = 1
# Workers by which the need is made smaller; far above the solver's tolerance, far below a worker.
NEXT_TO_NOTHING = 1e-4


@dataclass(frozen=True, slots=True)
class RowPrices:
    """A price in cents for each row of a model, and the bound that they prove."""

    prices: FloatArray
    bound: int
    is_exact: bool


def row_prices(model: Model, time_limit: float, is_large: bool | None = None) -> RowPrices | None:
    """The rows' prices; None if the time ran out. ``is_large``: None means as the search does."""
    if is_large is None:
        is_large = len(model.problem.workers) >= LARGE_POOL
    return _sampled(model, time_limit) if is_large else _relaxed(model, time_limit)


def _relaxed(model: Model, time_limit: float) -> RowPrices | None:
    linear = model.linear
    lower, upper = linear.row_lower.astype(np.float64), linear.row_upper.astype(np.float64)
    lower[linear.named["understaffing"][1]] -= NEXT_TO_NOTHING
    upper[linear.named["overstaffing"][1]] -= NEXT_TO_NOTHING
    # The relaxation takes whatever numbers stand there; only the search needs whole ones.
    eased = replace(linear, row_lower=lower, row_upper=upper)  # type: ignore[arg-type]
    prices = relax(eased, time_limit).prices
    return None if prices is None else RowPrices(prices, lagrangian_bound(linear, prices), True)


def _sampled(model: Model, time_limit: float) -> RowPrices | None:
    """Mean prices of some relaxed samples, made better by steps over all workers."""
    deadline = time.monotonic() + time_limit
    site, rng = Site(model), np.random.default_rng(SEED)
    number = len(model.problem.workers)
    size = min(SAMPLE_WORKERS, number)
    draws = (np.sort(rng.choice(number, size, replace=False)) for _ in range(SAMPLES))
    samples = [sampled_prices(model, site, draw, deadline - time.monotonic()) for draw in draws]
    known = [prices for prices in samples if prices is not None]
    if not known:
        return None
    responses, mean = Responses(model), np.mean(known, axis=0)
    ascent = Ascent(site, responses, Standing(mean, np.zeros(len(mean))), SEED)
    better = ascent.run(ASCENT_STEPS, ASCENT_WORKERS, lambda: time.monotonic() > deadline).prices
    every = np.zeros(model.linear.num_rows)
    every[site.rows] = better
    return RowPrices(every, bound_at(site, responses, better), False)
