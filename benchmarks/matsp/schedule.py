"""A schedule of an instance, and the published file format for it."""

from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from xml.etree import ElementTree

from benchmarks.matsp.instance import DAY_SLOTS, FIRST_SLOT, SLOT, Instance


@dataclass(frozen=True, slots=True)
class Shift:
    """A worker's shift: its first slot, and the task of each slot."""

    start: int
    tasks: tuple[int, ...]

    @property
    def end(self) -> int:
        """First slot after the shift."""
        return self.start + len(self.tasks)

    @property
    def day(self) -> int:
        """Calendar day it starts in, from 0."""
        return (self.start + FIRST_SLOT) // DAY_SLOTS

    def segments(self) -> list[tuple[int, int]]:
        """Stretches on one task: task and slots."""
        return [(task, len(list(run))) for task, run in groupby(self.tasks)]


Schedule = tuple[tuple[Shift, ...], ...]
"""Shifts of each worker in order of time; workers as in the instance."""


def write_schedule(path: Path, instance: Instance, schedule: Schedule, penalty: int) -> None:
    """Write the published solution format; days count from 0, tasks from 1."""
    root = ElementTree.Element("Solution")
    ElementTree.SubElement(root, "ProblemFile").text = f"{instance.name}.ros"
    ElementTree.SubElement(root, "Penalty").text = str(penalty)
    for worker, shifts in zip(instance.workers, schedule, strict=True):
        employee = ElementTree.SubElement(root, "Employee", ID=worker.name)
        for shift in shifts:
            _write_shift(ElementTree.SubElement(employee, "Shift"), shift)
    ElementTree.indent(root)
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def _write_shift(element: ElementTree.Element, shift: Shift) -> None:
    minute = (shift.start + FIRST_SLOT) % DAY_SLOTS * SLOT
    ElementTree.SubElement(element, "Day").text = str(shift.day)
    ElementTree.SubElement(element, "Start").text = f"{minute // 60:02}:{minute % 60:02}:00"
    for task, slots in shift.segments():
        minutes = str(slots * SLOT)
        entry = ElementTree.SubElement(element, "Task", WorkLength=minutes)
        ElementTree.SubElement(entry, "ID").text = str(task + 1)
        ElementTree.SubElement(entry, "Length").text = minutes


def read_schedule(path: Path, instance: Instance) -> Schedule:
    """Read the published solution format.

    Raises ValueError when it names an unknown worker or a time off the grid.
    """
    found: dict[str, list[Shift]] = {worker.name: [] for worker in instance.workers}
    for employee in ElementTree.parse(path).getroot().iter("Employee"):
        name = employee.get("ID", "")
        if name not in found:
            raise ValueError(f"{path}: worker {name} is not in {instance.name}")
        found[name] += [_read_shift(element) for element in employee.iter("Shift")]
    return tuple(tuple(sorted(shifts, key=lambda shift: shift.start)) for shifts in found.values())


def _read_shift(element: ElementTree.Element) -> Shift:
    hours, minutes, _ = (int(part) for part in element.findtext("Start", "").split(":"))
    day = int(element.findtext("Day", ""))
    tasks: list[int] = []
    for entry in element.iter("Task"):
        task, length = int(entry.findtext("ID", "")), int(entry.findtext("Length", ""))
        tasks += [task - 1] * _slots(length)
    return Shift(day * DAY_SLOTS + _slots(hours * 60 + minutes) - FIRST_SLOT, tuple(tasks))


def _slots(minutes: int) -> int:
    if minutes % SLOT:
        raise ValueError(f"{minutes} minutes are not on the grid of {SLOT}")
    return minutes // SLOT
