"""A first schedule: one worker after the other answers what is still missing.

All that couples workers is the cover, which is soft, so a legal schedule of each is legal in all.
"""

import time
from dataclasses import replace

import numpy as np

from benchmarks.nrp.evaluate import violations
from benchmarks.nrp.generation import SCALE, Pricing
from benchmarks.nrp.instance import OFF, Instance
from benchmarks.nrp.model import build
from scheduler.errors import SolverFailed
from scheduler.problem import IntArray
from scheduler.solver.cp_sat import SearchParameters, search

PATH_STATES = 3e7  # of a worker, above which CP-SAT is faster
FEW_TYPES = 4  # shift types that a worker is first offered when CP-SAT has to decide
LEAST_SECONDS = 0.5
PATIENT_SECONDS = 60.0


def greedy(
    instance: Instance, rng: np.random.Generator, deadline: float, path_states: float = PATH_STATES
) -> IntArray:
    """A legal schedule; workers with at most ``path_states`` states get their cheapest answer.

    The deadline shortens what is spent on a worker, but everybody gets a schedule. Raises
    NoSchedule or SolverFailed when a worker can have none.
    """
    count = len(instance.workers)
    schedule = np.full((count, instance.days), OFF, dtype=np.int64)
    for number, worker in enumerate(rng.permutation(count)):
        own = instance.rest(schedule, np.array([worker]))
        pricing = Pricing(own)
        days = _by_path(pricing) if pricing.num_states <= path_states else None
        if days is None:
            seconds = (deadline - time.monotonic()) / (count - number)
            days = _by_search(own, seconds, int(rng.integers(2**31)))
        schedule[worker] = days
    return schedule


def _by_path(pricing: Pricing) -> IntArray | None:
    """The cheapest schedule of the only worker, unless it breaks a limit per shift type."""
    own = pricing.instance
    cover = np.where(own.requirement > 0, own.under, -own.over) * SCALE
    limit = np.zeros_like(pricing.limit)
    _, _, schedule = pricing.solve(cover, limit)
    return None if violations(own, schedule) else schedule[0]


def _by_search(own: Instance, seconds: float, seed: int) -> IntArray:
    """CP-SAT, on the shift types most missing: a good one soon, or any; else on all types."""
    few, everything = _most_missing(own), np.arange(len(own.types))
    good, any_cost = -(2**40), 2**40
    tries = (
        (few, max(seconds, LEAST_SECONDS), good),
        (few, PATIENT_SECONDS, any_cost),
        (everything, PATIENT_SECONDS, any_cost),
    )
    for kinds, limit, stop_at in tries:
        model = build(_only(own, kinds))
        found: list[IntArray] = []
        parameters = SearchParameters(limit, 2, seed, stop_at)
        try:
            search(model.linear, parameters, found.append)
        except SolverFailed:
            if kinds is everything:
                raise
        if found:
            days = model.schedule(min(found, key=model.linear.objective))[0]
            return np.where(days == OFF, OFF, kinds[days])
    raise SolverFailed(f"{own.name}: no schedule for worker {own.workers[0].id} in time")


def _most_missing(own: Instance) -> IntArray:
    missing = np.where(own.allowed[0], np.maximum(own.requirement, 0), 0).sum(axis=0)
    return np.sort(np.argsort(-missing, kind="stable")[:FEW_TYPES])


def _only(own: Instance, kinds: IntArray) -> Instance:
    """The instance without the other shift types."""
    worker = own.workers[0]
    limits = tuple(worker.max_shifts[kind] for kind in kinds.tolist())
    return replace(
        own,
        types=tuple(own.types[kind] for kind in kinds.tolist()),
        workers=(replace(worker, max_shifts=limits),),
        on=own.on[:, :, kinds],
        off=own.off[:, :, kinds],
        requirement=own.requirement[:, kinds],
        under=own.under[:, kinds],
        over=own.over[:, kinds],
    )
