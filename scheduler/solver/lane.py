"""What one process of the search for a large pool is asked to do."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from scheduler.model.build import Model
from scheduler.model.linear import FloatArray
from scheduler.problem import IntArray
from scheduler.solver.auction import Auction
from scheduler.solver.neighbourhood import Neighbourhoods
from scheduler.solver.own_rules import OwnRules
from scheduler.solver.parts import Effort
from scheduler.solver.parts import improve as improve_part
from scheduler.solver.prices import Ascent, Standing, bound_at, bound_by_rules, sampled_prices
from scheduler.solver.responses import Responses
from scheduler.solver.site import Site

ASCENT_STEPS, ASCENT_WORKERS = 120, 1000


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


Packed = tuple[IntArray, IntArray]


def packed(values: IntArray) -> Packed:
    """The columns that are not 0 and their values: little to send to another process."""
    used = np.flatnonzero(values)
    return used, values[used]


def sample(shared: Shared, workers: IntArray, seconds: float) -> FloatArray | None:
    return sampled_prices(shared.model, shared.site, workers, seconds)


def rise(
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


def bid(shared: Shared, standing: Standing, seed: int, effort: Effort) -> tuple[IntArray, bool]:
    """What everybody chooses in the end, and whether somebody's rules were in the way."""
    auction = Auction(shared.site, shared.responses, standing.prices, seed)
    auction.run(np.arange(len(shared.model.problem.workers)), shared.is_over)
    before = auction.chosen()
    after = auction.mend(shared.rules, effort, shared.is_over)
    return after, not np.array_equal(before, after)


def call(shared: Shared, task: Callable[..., Any], *arguments: Any) -> Any:
    return task(shared, *arguments)


def improve(shared: Shared, part: Part, packed: Packed, effort: Effort) -> Packed:
    """The columns that a better point of the part changes, and their new values."""
    model = shared.model
    values = np.zeros(model.linear.num_columns, dtype=np.int64)
    values[packed[0]] = packed[1]
    choices = model.variables.choices
    is_theirs = np.zeros(len(model.problem.workers), dtype=bool)
    is_theirs[part.workers] = True
    days = (choices.day >= part.first_day) & (choices.day < part.end_day)
    free = Neighbourhoods(model).closed(days & is_theirs[choices.worker])
    better = improve_part(model.linear, free, values, effort)
    if better is None:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    changed = np.flatnonzero(better != values)
    return changed, better[changed]
