"""From the shares of the master down to whole schedules: fix the surest workers, price again."""

from dataclasses import replace

import numpy as np

from benchmarks.nrp.evaluate import keeps_limits
from benchmarks.nrp.generation import Column, Generation, Pricing, generate
from benchmarks.nrp.instance import OFF, Instance
from scheduler.model.linear import FloatArray
from scheduler.problem import IntArray

SURE = 0.8  # a worker whose largest share is above this keeps that schedule
SLACK = 0.5  # between bound and master, in cost: below the root exact prices are not worth it
KEPT_COLUMNS = 30  # columns per worker that the next round starts from


def dive(
    instance: Instance, root: Generation, noise: float, rng: np.random.Generator, deadline: float
) -> tuple[IntArray | None, list[Column]]:
    """A schedule near the root's shares, None if the time is over, and the columns found.

    ``noise`` shakes the shares, so that each dive goes another way.
    """
    count = len(instance.workers)
    schedule = np.full((count, instance.days), OFF, dtype=np.int64)
    free, found, below = np.arange(count), list[Column](), root
    while True:
        decided = _surest(instance.rest(schedule, free), below, noise, rng)
        for worker, days in decided.items():
            schedule[free[worker]] = days
        left = np.array([at for at in range(len(free)) if at not in decided], dtype=np.int64)
        if not decided or not len(left):
            return (schedule if decided else None), found
        start = _inherit(below, left)
        free = free[left]
        prices = replace(below.prices, limit=below.prices.limit[left])
        pricing = Pricing(instance.rest(schedule, free), root.fewest_lacking)
        below = generate(pricing, start, deadline, prices, SLACK)
        if not len(below.shares):
            return None, found
        found += [(int(free[worker]), days) for worker, days in below.columns[len(start) :]]


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


def _inherit(state: Generation, left: IntArray) -> list[Column]:
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
