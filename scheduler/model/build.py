"""Problem -> model: variables, then every rule, then every term."""

from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np

from scheduler.model.blend import Moment, split
from scheduler.model.constraints import CONSTRAINTS
from scheduler.model.kept_queues import kept_queues
from scheduler.model.linear import Linear, LinearBuilder
from scheduler.model.objective import TERMS
from scheduler.model.slots import pinned_servings
from scheduler.model.variables import Variables, create_variables
from scheduler.pricing import wage
from scheduler.problem import IntArray, Problem
from scheduler.schedule import Shift


@dataclass(frozen=True)
class Model:
    """A problem's integer model, and the way back to shifts."""

    problem: Problem
    variables: Variables
    linear: Linear

    def shifts(self, values: IntArray) -> tuple[Shift, ...]:
        """The shifts that a point of the model stands for.

        Starters of a group and slot are interchangeable, so they take its queues in order of
        their ids; a pinned worker keeps his queue. Where a schedule was known, everybody keeps
        the queue he had, as far as its places last. Blended, so are the people in an interval.
        """
        if self.problem.is_blended:
            return self._blended_shifts(values)
        choices, servings = self.variables.choices, self.variables.servings
        queues: dict[tuple[int, int], list[int]] = defaultdict(list)
        for index in np.flatnonzero(values[servings.column]).tolist():
            key = divmod(int(servings.key[index]), len(self.variables.slots.start))
            queues[key] += [int(servings.queue[index])] * int(values[servings.column[index]])
        starters: dict[tuple[int, int], list[int]] = defaultdict(list)
        for index in np.flatnonzero(values[choices.column]).tolist():
            worker, slot = int(choices.worker[index]), int(choices.slot[index])
            starters[int(self.variables.group_of_worker[worker]), slot].append(worker)
        pinned = pinned_servings(self.problem, self.variables.slots)
        if self.problem.previous:
            kept = kept_queues(self.problem, self.variables, starters, queues)
            return tuple(sorted(self._shift(*one) for one in kept))
        return tuple(
            sorted(
                self._shift(worker, slot, queue)
                for (group, slot), workers in starters.items()
                for worker, queue in _assign(slot, workers, queues[group, slot], pinned)
            )
        )

    def _blended_shifts(self, values: IntArray) -> tuple[Shift, ...]:
        v, length = self.variables, self.problem.horizon.interval_minutes
        places: dict[Moment, Counter[int]] = defaultdict(Counter)
        servings, names = v.servings, [one.id for one in self.problem.workers] + [""]
        pinned = pinned_servings(self.problem, v.slots)
        told_apart = frozenset(names[owner] for owner in np.unique(servings.owner).tolist())
        for index in np.flatnonzero(values[servings.column]).tolist():
            start, end = int(servings.start[index]), int(servings.end[index])
            owner = names[int(servings.owner[index])]
            moment = start // length, end - start < length, owner
            places[moment][int(servings.queue[index])] += int(values[servings.column[index]])
        shifts, able = [], []
        for index in np.flatnonzero(values[v.choices.column]).tolist():
            worker, slot = int(v.choices.worker[index]), int(v.choices.slot[index])
            is_free = v.is_ruled[worker]
            able.append(v.queues(index) if is_free else (pinned[worker, slot],))
            dearest = max(able[-1], key=lambda one: self.problem.queues[one].understaffing_cost)
            shifts.append(self._shift(worker, slot, dearest))
        return tuple(sorted(split(self.problem, shifts, able, places, told_apart)))

    def _shift(self, worker: int, slot: int, queue: int) -> Shift:
        slots, owner = self.variables.slots, self.problem.workers[worker]
        start, end = int(slots.start[slot]), int(slots.end[slot])
        template = self.problem.shift_templates[int(slots.template[slot])]
        return Shift(
            start=start,
            end=end,
            worker=owner.id,
            queue=self.problem.queues[queue].id,
            template=template.id,
            cost=wage(owner, end - start, template.pay_percent),
        )


def _assign(
    slot: int, workers: list[int], queues: list[int], pinned: dict[tuple[int, int], int]
) -> list[tuple[int, int]]:
    """Pair the starters of one group and slot with its queues."""
    fixed = [(one, pinned[one, slot]) for one in workers if (one, slot) in pinned]
    left = sorted(queues)
    for _, queue in fixed:
        left.remove(queue)
    free = [one for one in workers if (one, slot) not in pinned]
    return [*fixed, *zip(free, left, strict=True)]


def build(problem: Problem) -> Model:
    """State the whole problem once."""
    builder = LinearBuilder()
    variables = create_variables(problem, builder)
    for add in (*CONSTRAINTS, *TERMS):
        add(problem, variables, builder)
    return Model(problem, variables, builder.build())
