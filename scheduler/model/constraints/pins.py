"""What has been promised stays, and who starts a shift serves a queue."""

from collections import Counter

import numpy as np

from scheduler.model.linear import UNBOUNDED, LinearBuilder
from scheduler.model.slots import pinned_servings
from scheduler.model.variables import Variables
from scheduler.problem import Problem


def group_balance(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """As many serve a queue as shifts bring: of a skill group's starters, or of those present."""
    servings = v.servings
    key = np.concatenate([servings.choice_key, servings.key])
    column = np.concatenate([v.choices.column[servings.choice], servings.column])
    sign = np.repeat(np.array([1, -1]), [len(servings.choice), len(servings.column)])
    zero = np.zeros(len(np.unique(key)), dtype=np.int64)
    model.add_rows(key, column, sign, zero, zero)


def pins(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """A pinned shift stays, on its queue unless blended; bad pins were refused or overruled."""
    at_least: Counter[int] = Counter()
    choice_key = v.choices.worker * len(v.slots.start) + v.choices.slot
    for (worker, slot), queue in pinned_servings(problem, v.slots).items():
        choice = int(np.searchsorted(choice_key, worker * len(v.slots.start) + slot))
        at_least[int(v.choices.column[choice])] += 1
        if not problem.is_blended:
            at_least[int(v.serving(worker, slot, queue)[0])] += 1
    column = np.array(list(at_least), dtype=np.int64)
    least = np.array(list(at_least.values()), dtype=np.int64)
    ones = np.ones(len(column), dtype=np.int64)
    model.add_rows(np.arange(len(column)), column, ones, least, np.full(len(column), UNBOUNDED))
