"""Which workers the policies that spread risk tell apart."""

import numpy as np

from scheduler.policy import Spread
from scheduler.problem import IntArray, Problem


def priced_spreads(problem: Problem) -> list[Spread]:
    """The policies that spread staffed workers over groups, but for those switched off."""
    return [one for one in problem.policies if isinstance(one, Spread) and one.price]


def spread_groups(problem: Problem, policy: Spread) -> IntArray:
    """Number of each worker's group in a policy, -1 for none; shape (workers,)."""
    number = {one: n for n, group in enumerate(policy.groups.values()) for one in group}
    return np.array([number.get(one.id, -1) for one in problem.workers], dtype=np.int64)
