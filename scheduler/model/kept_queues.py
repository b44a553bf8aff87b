"""Who serves what, where a schedule was known: everybody stays on his queue if he can.

All who start the same shift may take each other's places, of whatever skill group they are, as far
as their skills reach: cover, limits and cost stay the same. Those whom licences tell apart keep to
what the model says of them, and where a policy asks who serves which queue, so does each group.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

import numpy as np

from scheduler.model.blend import seat
from scheduler.model.slots import pinned_servings, previous_servings
from scheduler.model.variables import Variables, is_told_apart
from scheduler.policy import Spread
from scheduler.problem import Problem

ByGroup = Mapping[tuple[int, int], list[int]]  # workers, or queues, by skill group and slot


def kept_queues(
    problem: Problem, v: Variables, starters: ByGroup, queues: ByGroup
) -> Iterator[tuple[int, int, int]]:
    """Worker, slot and queue of every starter; pins stay on theirs."""
    pinned, known = pinned_servings(problem, v.slots), previous_servings(problem, v.slots)
    is_split = any(isinstance(one, Spread) and one.queues is not None for one in problem.policies)
    members: dict[tuple[int, int], list[int]] = defaultdict(list)
    places: dict[tuple[int, int], Counter[int]] = defaultdict(Counter)
    for (group, slot), workers in starters.items():
        if is_told_apart(problem, problem.workers[workers[0]]):
            yield workers[0], slot, queues[group, slot][0]
            continue
        pool = slot, group if is_split else -1
        places[pool].update(queues[group, slot])
        for worker in workers:
            if (worker, slot) in pinned:
                yield worker, slot, pinned[worker, slot]
                places[pool][pinned[worker, slot]] -= 1
            else:
                members[pool].append(worker)
    for (slot, group), workers in members.items():
        able = [_able(v, worker, slot) for worker in workers]
        last = {at: known.get((worker, slot), -1) for at, worker in enumerate(workers)}
        for at, queue in seat(list(range(len(workers))), able, last, places[slot, group]).items():
            yield workers[at], slot, queue


def _able(v: Variables, worker: int, slot: int) -> tuple[int, ...]:
    """The queues that a worker may serve on a slot."""
    group = v.group_of_worker[worker]
    return tuple(np.flatnonzero(v.able[group, slot]).tolist())
