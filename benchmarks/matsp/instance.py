"""An instance of multi-activity multi-day shift scheduling (Qu & Curtois), as its file states it.

Times are slots of 15 minutes from the start of the horizon, 06:00 on the first day. Slots suit the
set better than minutes: everything in it lies on that grid.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from scheduler.problem import IntArray

SLOT = 15  # minutes
DAY_SLOTS = 96
FIRST_SLOT = 24  # 06:00, in slots after midnight
SECTIONS = ("HORIZON", "TASKS", "STAFF", "COVER")


class InstanceError(ValueError):
    """A file that cannot be read; the message names the file and the line."""


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker with the least and the most slots to work in the whole horizon."""

    name: str
    min_slots: int
    max_slots: int


@dataclass(frozen=True, slots=True)
class Instance:
    """Workers, and the least and most of them wanted on each task in each slot.

    ``minimum`` and ``maximum`` have shape ``(tasks, slots)``; where the file states none, there is
    nothing to cover and nobody is too many.
    """

    name: str
    num_days: int
    workers: tuple[Worker, ...]
    minimum: IntArray
    maximum: IntArray

    @property
    def num_tasks(self) -> int:
        """Tasks; each worker can do all of them."""
        return len(self.minimum)

    @property
    def num_slots(self) -> int:
        """Slots of the horizon."""
        return self.num_days * DAY_SLOTS

    @property
    def forced_over(self) -> int:
        """Over-cover that no schedule avoids: the least slots all work, less those wanted."""
        worked = sum(worker.min_slots for worker in self.workers)
        return max(0, worked - int(self.maximum.sum()))


def read_instance(path: Path) -> Instance:
    """Read an instance file. Raises InstanceError with the line at fault."""
    rows = _sections(path)
    try:
        num_days, num_tasks = (int(_only(rows[name], name)[0]) for name in SECTIONS[:2])
    except ValueError as error:
        raise InstanceError(f"{path}: {error}") from None
    if num_days < 1 or num_tasks < 1:
        raise InstanceError(f"{path}: days and tasks must be at least 1")
    workers = tuple(_located(path, row, _worker) for row in rows["STAFF"])
    if len({worker.name for worker in workers}) < len(workers):
        raise InstanceError(f"{path}: two workers share one ID")
    cover = np.full((2, num_tasks, num_days * DAY_SLOTS), -1, dtype=np.int64)
    for row in rows["COVER"]:
        slot, task, least, most = _located(path, row, _cover)
        if not (0 <= slot < cover.shape[2] and 0 <= task < num_tasks):
            raise InstanceError(f"{path}:{row[0]}: outside the horizon or not a task")
        if cover[0, task, slot] >= 0:
            raise InstanceError(f"{path}:{row[0]}: this slot and task were stated before")
        cover[:, task, slot] = least, most
    cover = np.where(cover >= 0, cover, np.array([0, len(workers)])[:, None, None])
    return Instance(path.stem, num_days, workers, cover[0], cover[1])


Row = tuple[int, str]  # line number and text
Parsed = TypeVar("Parsed")


def _sections(path: Path) -> dict[str, list[Row]]:
    """Numbered lines of each section, without comments and blank lines."""
    rows: dict[str, list[Row]] = {}
    current: list[Row] | None = None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if text.startswith("SECTION_"):
            current = rows.setdefault(text.removeprefix("SECTION_"), [])
        elif current is None:
            raise InstanceError(f"{path}:{number}: stands before the first section")
        else:
            current.append((number, text))
    missing = [name for name in SECTIONS if not rows.get(name)]
    if missing:
        raise InstanceError(f"{path}: no SECTION_{missing[0]}, or an empty one")
    return rows


def _only(rows: list[Row], name: str) -> list[str]:
    if len(rows) != 1:
        raise ValueError(f"SECTION_{name} must hold one number")
    return [rows[0][1]]


def _located(path: Path, row: Row, parse: Callable[[list[str]], Parsed]) -> Parsed:
    try:
        return parse(row[1].split(","))
    except ValueError as error:
        raise InstanceError(f"{path}:{row[0]}: {error}") from None


def _worker(fields: list[str]) -> Worker:
    name, low, high = fields
    least, most = -(-int(low) // SLOT), int(high) // SLOT
    if not 0 <= least <= most:
        raise ValueError("minimum and maximum minutes contradict each other")
    return Worker(name, least, most)


def _cover(fields: list[str]) -> tuple[int, int, int, int]:
    """Slot, task from 0, least and most workers."""
    day, times, task, low, high = fields
    start, end = (_slot_of_day(time) for time in times.split("-"))
    if (end - start) % DAY_SLOTS != 1:
        raise ValueError(f"{times} is not one slot of {SLOT} minutes")
    least, most = int(low), int(high)
    if not 0 <= least <= most:
        raise ValueError("least and most workers contradict each other")
    return (int(day) - 1) * DAY_SLOTS + start - FIRST_SLOT, int(task) - 1, least, most


def _slot_of_day(time: str) -> int:
    hours, minutes = (int(part) for part in time.split(":"))
    if not (0 <= hours < 24 and 0 <= minutes < 60 and minutes % SLOT == 0):
        raise ValueError(f"{time} is not a time on the grid of {SLOT} minutes")
    return (hours * 60 + minutes) // SLOT
