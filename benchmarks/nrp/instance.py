"""The instances of Curtois and Qu (2014): reading a file, and the data in it.

Days count from 0, a Monday. Shift types and workers are referred to by their place in the file.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from math import gcd
from pathlib import Path

import numpy as np

from scheduler.model.linear import BoolArray
from scheduler.problem import IntArray

OFF = -1  # in a schedule: the worker has no shift on that day


class InstanceInvalid(ValueError):
    """A file that breaks the format; the message names the file and the line."""


@dataclass(frozen=True, slots=True)
class ShiftType:
    """A kind of shift: its minutes, and the types that may not follow on the next day."""

    id: str
    minutes: int
    not_before: frozenset[str]


@dataclass(frozen=True, slots=True)
class Worker:
    """Limits of one person; ``max_shifts`` per shift type, runs in days, totals in minutes."""

    id: str
    max_shifts: tuple[int, ...]
    max_minutes: int
    min_minutes: int
    max_days_on: int
    min_days_on: int
    min_days_off: int
    max_weekends: int


@dataclass(frozen=True)
class Instance:
    """One instance.

    ``days_off[worker, day]``; ``on`` and ``off[worker, day, type]`` price a shift wanted and not
    given, and one given and not wanted; ``requirement``, ``under`` and ``over[day, type]``.
    """

    name: str
    days: int
    types: tuple[ShiftType, ...]
    workers: tuple[Worker, ...]
    days_off: BoolArray
    on: IntArray
    off: IntArray
    requirement: IntArray
    under: IntArray
    over: IntArray

    @cached_property
    def allowed(self) -> BoolArray:
        """``[worker, day, type]``: neither a day off nor a type the worker never does."""
        able = np.array([worker.max_shifts for worker in self.workers]) > 0
        return ~self.days_off[:, :, None] & able[:, None, :]

    @cached_property
    def forbidden(self) -> BoolArray:
        """``[type, next]``: the second may not be worked on the day after the first."""
        ids = [kind.id for kind in self.types]
        return np.array([[other in kind.not_before for other in ids] for kind in self.types])

    @cached_property
    def minutes(self) -> IntArray:
        """Minutes of each shift type."""
        return np.array([kind.minutes for kind in self.types], dtype=np.int64)

    @cached_property
    def unit(self) -> int:
        """Minutes of which every shift is a multiple."""
        return gcd(*self.minutes.tolist())

    @cached_property
    def weekend(self) -> IntArray:
        """Number of the weekend a day lies in, and -1 from Monday to Friday."""
        days = np.arange(self.days)
        return np.where(days % 7 >= 5, days // 7, -1)

    def staffed(self, schedule: IntArray) -> IntArray:
        """Workers per day and shift type."""
        kinds = np.arange(len(self.types))
        count: IntArray = (schedule[:, :, None] == kinds).sum(axis=0)
        return count

    def rest(self, schedule: IntArray, free: IntArray) -> "Instance":
        """What is left for the free workers when all others keep the schedule.

        The requirement left may be negative: then there are too many already.
        """
        fixed = np.delete(schedule, free, axis=0)
        return replace(
            self,
            workers=tuple(self.workers[number] for number in free.tolist()),
            days_off=self.days_off[free],
            on=self.on[free],
            off=self.off[free],
            requirement=self.requirement - self.staffed(fixed),
        )


def read_instance(path: Path) -> Instance:
    """Read an instance file. Raises InstanceInvalid with the place of the fault."""
    reader = _Reader(path)
    days = reader.horizon()
    types = reader.types()
    workers = reader.workers([kind.id for kind in types])
    reader.index = {
        "day": {str(day): day for day in range(days)},
        "shift": {kind.id: at for at, kind in enumerate(types)},
        "worker": {worker.id: at for at, worker in enumerate(workers)},
    }
    shape = (len(workers), days, len(types))
    requirement, under, over = reader.cover(shape[1:])
    return Instance(
        path.stem, days, types, workers, reader.days_off(shape[:2]),
        reader.requests("SHIFT_ON_REQUESTS", shape), reader.requests("SHIFT_OFF_REQUESTS", shape),
        requirement, under, over,
    )  # fmt: skip


class _Reader:
    """The sections of a file as lines of fields, each with its line number."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.index: dict[str, dict[str, int]] = {}
        self.sections: dict[str, list[tuple[int, list[str]]]] = {}
        current: list[tuple[int, list[str]]] | None = None
        for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
            text = line.strip()
            if not text or text.startswith("#"):
                continue
            if text.startswith("SECTION_"):
                current = self.sections.setdefault(text.removeprefix("SECTION_"), [])
            elif current is None:
                raise self.fault(number, "text before the first section")
            else:
                current.append((number, [part.strip() for part in text.split(",")]))

    def fault(self, line: int, message: str) -> InstanceInvalid:
        return InstanceInvalid(f"{self.path}:{line}: {message}")

    def lines(self, section: str, least: int) -> Iterator[tuple[int, list[str]]]:
        """Lines of a section with at least so many fields."""
        for number, parts in self.sections.get(section, []):
            if len(parts) < least:
                raise self.fault(number, f"{len(parts)} fields where {least} are needed")
            yield number, parts

    def whole(self, line: int, text: str) -> int:
        """A whole number that is not negative."""
        if not text.isdecimal():
            raise self.fault(line, f"{text!r} is not a whole number from 0 on")
        return int(text)

    def place(self, line: int, kind: str, text: str) -> int:
        """Where a name stands; faults an unknown one."""
        if text not in self.index[kind]:
            raise self.fault(line, f"{text!r} is not a {kind} of this instance")
        return self.index[kind][text]

    def horizon(self) -> int:
        for line, parts in self.lines("HORIZON", 1):
            if days := self.whole(line, parts[0]):
                return days
            raise self.fault(line, "the horizon has no day")
        raise self.fault(1, "there is no SECTION_HORIZON")

    def types(self) -> tuple[ShiftType, ...]:
        rows = list(self.lines("SHIFTS", 2))
        ids = [parts[0] for _, parts in rows]
        if not ids or len(set(ids)) < len(ids):
            raise self.fault(rows[0][0] if rows else 1, "shift types must be there, and differ")
        types = []
        for line, parts in rows:
            others = frozenset("|".join(parts[2:]).split("|")) - {""}
            if unknown := sorted(others - set(ids)):
                raise self.fault(line, f"{unknown[0]!r} is not a shift of this instance")
            minutes = self.whole(line, parts[1])
            if not minutes:
                raise self.fault(line, "a shift has no minutes")
            types.append(ShiftType(parts[0], minutes, others))
        return tuple(types)

    def workers(self, types: list[str]) -> tuple[Worker, ...]:
        rows = list(self.lines("STAFF", 8))
        ids = [parts[0] for _, parts in rows]
        if not ids or len(set(ids)) < len(ids):
            raise self.fault(rows[0][0] if rows else 1, "workers must be there, and differ")
        found = []
        for line, parts in rows:
            limits = dict.fromkeys(types, 0)
            for entry in filter(None, parts[1].split("|")):
                kind, _, limit = entry.partition("=")
                if kind not in limits:
                    raise self.fault(line, f"{kind!r} is not a shift of this instance")
                limits[kind] = self.whole(line, limit)
            numbers = [self.whole(line, text) for text in parts[2:8]]
            found.append(Worker(parts[0], tuple(limits.values()), *numbers))
        return tuple(found)

    def days_off(self, shape: tuple[int, ...]) -> BoolArray:
        table = np.zeros(shape, dtype=bool)
        for line, parts in self.lines("DAYS_OFF", 1):
            worker = self.place(line, "worker", parts[0])
            for day in filter(None, parts[1:]):
                table[worker, self.place(line, "day", day)] = True
        return table

    def requests(self, section: str, shape: tuple[int, ...]) -> IntArray:
        table = np.zeros(shape, dtype=np.int64)
        for line, (worker, day, kind, weight, *_) in self.lines(section, 4):
            at = (
                self.place(line, "worker", worker),
                self.place(line, "day", day),
                self.place(line, "shift", kind),
            )
            table[at] += self.whole(line, weight)
        return table

    def cover(self, shape: tuple[int, ...]) -> IntArray:
        """Requirement, price of one too few, price of one too many: ``[3, day, type]``."""
        table = np.zeros((3, *shape), dtype=np.int64)
        for line, (day, kind, *numbers) in self.lines("COVER", 5):
            at = (slice(None), self.place(line, "day", day), self.place(line, "shift", kind))
            table[at] = [self.whole(line, text) for text in numbers[:3]]
        return table
