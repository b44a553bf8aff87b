"""From the shares of the master down to whole schedules: fix the surest workers, price again."""

from dataclasses import dataclass, replace
from math import inf

import numpy as np

from benchmarks.nrp.evaluate import keeps_limits
from benchmarks.nrp.generation import Column, Generation, Pricing, generate
from benchmarks.nrp.instance import OFF, Instance
from scheduler.model.linear import FloatArray
from scheduler.problem import IntArray

NOISES = (0.0, 0.3, 0.6, 1.0)  # how much the shares of one dive after the other are shaken
SURE = 0.8  # a worker whose largest share is above this keeps that schedule
SLACK = 0.5  # between bound and master, in cost: below the root exact prices are not worth it
KEPT_COLUMNS = 30  # columns per worker that the next round starts from


@dataclass(frozen=True, slots=True)
class Dive:
    """How to dive: ``noise`` shakes the shares, so that each dive goes another way.

    Schedules that cost ``stop_at`` are not worth to be found.
    """

    noise: float
    deadline: float
    stop_at: float = inf


def dive(
    instance: Instance, root: Generation, way: Dive, rng: np.random.Generator
) -> tuple[IntArray | None, list[Column]]:
    """A schedule near the root's shares, None if it is given up, and the columns found."""
    count = len(instance.workers)
    schedule = np.full((count, instance.days), OFF, dtype=np.int64)
    free, found, below = np.arange(count), list[Column](), root
    while True:
        decided = _surest(instance.rest(schedule, free), below, way.noise, rng)
        for worker, days in decided.items():
            schedule[free[worker]] = days
        left = np.array([at for at in range(len(free)) if at not in decided], dtype=np.int64)
        if not decided or not len(left):
            return (schedule if decided else None), found
        start = inherit(below, left)
        free = free[left]
        prices = replace(below.prices, limit=below.prices.limit[left])
        pricing = Pricing(instance.rest(schedule, free), root.fewest_lacking)
        below = generate(pricing, start, way.deadline, prices, SLACK, way.stop_at)
        found += [(int(free[worker]), days) for worker, days in below.columns[len(start) :]]
        if not len(below.shares) or below.bound >= way.stop_at:
            return None, found


def _surest(
    instance: Instance, state: Generation, noise: float, rng: np.random.Generator
) -> dict[int, IntArray]:
    """Workers with a large share in one column, or else the one with the largest."""
    shares: FloatArray = state.shares * (1 + noise * rng.random(len(state.shares)))
    decided: dict[int, IntArray] = {}
    for at in np.argsort(-shares).tolist():
        worker, days = state.columns[at]
        if decided and state.shares[at] < SURE:
            break
        if worker not in decided and keeps_limits(instance, worker, days):
            decided[worker] = days
    return decided


def inherit(state: Generation, left: IntArray) -> list[Column]:
    """The newest and the used columns of the workers still free, numbered among these."""
    place = {int(worker): at for at, worker in enumerate(left)}
    counts = dict.fromkeys(place, 0)
    kept = []
    for at in range(len(state.columns) - 1, -1, -1):
        worker, days = state.columns[at]
        if worker in place:
            counts[worker] += 1
            is_used = at < len(state.shares) and state.shares[at] > 0
            if is_used or counts[worker] <= KEPT_COLUMNS:
                kept.append((place[worker], days))
    return kept
