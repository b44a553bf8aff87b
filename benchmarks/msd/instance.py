"""A minimum shift design instance: the need of a week and the shifts that may cover it."""

import re
from dataclasses import dataclass
from functools import cached_property
from math import gcd
from pathlib import Path

import numpy as np

from scheduler.errors import ProblemInvalid
from scheduler.problem import IntArray

MINUTES_PER_DAY = 1440
ASSIGNMENT = re.compile(r"(\w+)\s*=\s*(\[[^\]]*\]|[^;\[\]]+?)\s*;")
NUMBERS = ("interval", "days", "shiftTypes")
LISTS = ("demand", "minStart", "maxStart", "minLength", "maxLength")
WEIGHTS = ("weightUnderCover", "weightOverCover", "weightShiftInstances")


class InvalidInstance(ProblemInvalid):
    """A file that is not a minimum shift design instance; the message names file and field."""


@dataclass(frozen=True)
class Instance:
    """A need per interval of a week without end, and the (start, length) pairs that may be used.

    ``interval`` is in minutes; starts, lengths and demand count intervals; ``shifts`` are distinct
    and sorted. Weights are per minute short, per minute too many, and per distinct shift.
    """

    name: str
    interval: int
    days: int
    demand: IntArray
    shifts: tuple[tuple[int, int], ...]
    under_weight: int
    over_weight: int
    shift_weight: int

    @property
    def num_intervals(self) -> int:
        """Intervals of the week."""
        return len(self.demand)

    @property
    def intervals_per_day(self) -> int:
        """Intervals of one day."""
        return self.num_intervals // self.days

    @cached_property
    def unit(self) -> int:
        """Every cost is a multiple of this, so bounds may be rounded up to it."""
        per_minute = (self.under_weight * self.interval, self.over_weight * self.interval)
        return gcd(*per_minute, self.shift_weight)

    @cached_property
    def first(self) -> IntArray:
        """First interval of each shift on each day; shape shifts x days."""
        starts = np.array([start for start, _ in self.shifts], dtype=np.int64)
        midnights = np.arange(self.days, dtype=np.int64) * self.intervals_per_day
        return (starts[:, None] + midnights) % self.num_intervals

    @cached_property
    def lengths(self) -> IntArray:
        """Length of each shift, in intervals."""
        return np.array([length for _, length in self.shifts], dtype=np.int64)

    @cached_property
    def end(self) -> IntArray:
        """First interval after each shift on each day; shape shifts x days."""
        return (self.first + self.lengths[:, None]) % self.num_intervals


def read_instance(path: Path) -> Instance:
    """Read a ``.dzn`` file.

    Raises InvalidInstance, with the file and the field, for anything that is missing or
    contradicts itself.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInstance(f"{path}: cannot be read: {error}") from error
    return parse_instance(text, path.stem, str(path))


def parse_instance(text: str, name: str, place: str = "instance") -> Instance:
    """Turn the text of a ``.dzn`` file into an instance; ``place`` stands in error messages."""
    raw = {match[1]: match[2] for match in ASSIGNMENT.finditer(re.sub(r"%.*", "", text))}
    missing = [field for field in (*NUMBERS, *LISTS, *WEIGHTS) if field not in raw]
    if missing:
        raise InvalidInstance(f"{place}: missing {', '.join(missing)}")
    numbers = {field: _integer(raw[field], field, place) for field in (*NUMBERS, *WEIGHTS)}
    lists = {field: _integers(raw[field], field, place) for field in LISTS}
    _check(numbers, lists, place)
    return Instance(
        name=name,
        interval=numbers["interval"],
        days=numbers["days"],
        demand=np.array(lists["demand"], dtype=np.int64),
        shifts=_shifts(lists),
        under_weight=numbers["weightUnderCover"],
        over_weight=numbers["weightOverCover"],
        shift_weight=numbers["weightShiftInstances"],
    )


def _shifts(lists: dict[str, list[int]]) -> tuple[tuple[int, int], ...]:
    windows = zip(*(lists[field] for field in LISTS[1:]), strict=True)
    pairs = {
        (start, length)
        for first, last, shortest, longest in windows
        for start in range(first, last + 1)
        for length in range(shortest, longest + 1)
    }
    return tuple(sorted(pairs))


def _check(numbers: dict[str, int], lists: dict[str, list[int]], place: str) -> None:
    """Refuse an instance that contradicts itself."""
    for field, value in numbers.items():
        if value < 1:
            raise InvalidInstance(f"{place}: {field} is {value}, it must be at least 1")
    if MINUTES_PER_DAY % numbers["interval"]:
        raise InvalidInstance(f"{place}: interval {numbers['interval']} does not divide a day")
    per_day = MINUTES_PER_DAY // numbers["interval"]
    expected = dict.fromkeys(LISTS[1:], numbers["shiftTypes"])
    expected["demand"] = numbers["days"] * per_day
    for field, count in expected.items():
        if len(lists[field]) != count:
            raise InvalidInstance(f"{place}: {field} has {len(lists[field])} entries, not {count}")
        if min(lists[field]) < 0:
            raise InvalidInstance(f"{place}: {field} has a negative entry")
    for low, high in (("minStart", "maxStart"), ("minLength", "maxLength")):
        if any(a > b for a, b in zip(lists[low], lists[high], strict=True)):
            raise InvalidInstance(f"{place}: {low} exceeds {high}")
    if max(lists["maxStart"]) >= per_day:
        raise InvalidInstance(f"{place}: maxStart lies beyond the day")
    if min(lists["minLength"]) < 1 or max(lists["maxLength"]) > per_day:
        raise InvalidInstance(f"{place}: a length is not between one interval and one day")


def _integers(text: str, field: str, place: str) -> list[int]:
    if not text.startswith("["):
        raise InvalidInstance(f"{place}: {field} is not a list")
    entries = [entry.strip() for entry in text[1:-1].split(",")]
    return [_integer(entry, field, place) for entry in entries if entry]


def _integer(text: str, field: str, place: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise InvalidInstance(f"{place}: {field} holds {text!r}, not a whole number") from None
