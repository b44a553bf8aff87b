"""Tasks for shifts whose times are settled: a sweep over the slots towards the crowd's counts."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from benchmarks.matsp.pattern import SEGMENT
from benchmarks.matsp.schedule import Shift
from scheduler.problem import IntArray


@dataclass(slots=True)
class Active:
    """A shift under way: whose, when it ends, its tasks so far, and slots on the last one."""

    worker: int
    start: int
    end: int
    tasks: list[int] = field(default_factory=list)
    age: int = 0

    def can_switch(self, slot: int) -> bool:
        """Whether this and the next segment are long enough if it changes task now."""
        return not self.tasks or (self.age >= SEGMENT and self.end - slot >= SEGMENT)


class TaskSweep:
    """Gives tasks slot by slot; whoever must change is the one who can best spare it."""

    def __init__(self, targets: IntArray, minimum: IntArray, rng: np.random.Generator) -> None:
        self._rng = rng
        self._targets: list[list[int]] = targets.tolist()
        self._minimum: list[list[int]] = minimum.tolist()
        self._num_slots = targets.shape[1]

    def run(self, shifts: Sequence[tuple[Shift, ...]]) -> list[tuple[Shift, ...]]:
        """The same shifts with new tasks; the counts may fall short of the targets."""
        pending = sorted(
            (Active(worker, shift.start, shift.end) for worker, own in enumerate(shifts)
             for shift in own),
            key=lambda active: -active.start,
        )  # fmt: skip
        done: list[Active] = []
        active: list[Active] = []
        for slot in range(self._num_slots):
            done += [one for one in active if one.end == slot]
            active = [one for one in active if one.end > slot]
            while pending and pending[-1].start == slot:
                active.append(pending.pop())
            self._serve(active, slot)
        result: list[list[Shift]] = [[] for _ in shifts]
        for one in done + active:
            result[one.worker].append(Shift(one.start, tuple(one.tasks)))
        return [tuple(sorted(own, key=lambda shift: shift.start)) for own in result]

    def _serve(self, active: list[Active], slot: int) -> None:
        """Move workers to tasks below their target, then let everyone work one slot."""
        lack = [row[slot] for row in self._targets]
        for one in active:
            if one.tasks:
                lack[one.tasks[-1]] -= 1
        movable = [one for one in active if one.can_switch(slot)]
        movable.sort(key=lambda one: self._tie(one, slot), reverse=True)
        new: dict[int, int] = {}
        for is_second_round in (False, True):
            for one in movable:
                spare = not one.tasks or lack[one.tasks[-1]] < 0
                if spare and id(one) not in new and max(lack) > 0:
                    task = self._choose(lack, one, slot)
                    new[id(one)] = task
                    lack[task] -= 1
                    if one.tasks:
                        lack[one.tasks[-1]] += 1
            if not is_second_round and max(lack) > 0:
                self._fall_back_to_need(lack, slot)
        for one in active:
            task = new.get(id(one), one.tasks[-1] if one.tasks else int(np.argmax(lack)))
            one.age = one.age + 1 if one.tasks and one.tasks[-1] == task else 1
            one.tasks.append(task)

    def _fall_back_to_need(self, lack: list[int], slot: int) -> None:
        """Where a task stays below its need, let all tasks give what they have above theirs."""
        short = [t for t, row in enumerate(self._targets)
                 if lack[t] > row[slot] - self._minimum[t][slot]]  # fmt: skip
        if short:
            for task, row in enumerate(self._targets):
                lack[task] -= row[slot] - self._minimum[task][slot]

    def _choose(self, lack: list[int], one: Active, slot: int) -> int:
        """A task below its target; one that can spare the worker at the shift's end, if near."""
        short = [task for task, missing in enumerate(lack) if missing > 0]
        if one.end - slot < 2 * SEGMENT:
            short.sort(key=lambda task: not self._falls(task, one.end))
            return short[0]
        return short[int(self._rng.integers(len(short)))]

    def _tie(self, one: Active, slot: int) -> tuple[float, float]:
        """Who moves first: shifts that just begin, then who is not awaited at his shift's end."""
        if not one.tasks:
            return (3.0, one.end)
        fits = one.end - slot < 3 * SEGMENT and self._falls(one.tasks[-1], one.end)
        return (0.0 if fits else 1.0, one.end - slot + 12 * self._rng.random())

    def _falls(self, task: int, slot: int) -> bool:
        row = self._targets[task]
        return slot < self._num_slots and bool(row[slot] < row[slot - 1])
