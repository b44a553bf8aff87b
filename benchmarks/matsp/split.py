"""Hands the crowd's shifts out to the workers: halves of the crowd, halves of these, and so on.

Each step divides the counts of shifts that start and end in each slot over smaller groups. A group
of one worker keeps every rule; where no such division is found, slack says by how much it fails.
"""

from bisect import bisect_right
from dataclasses import dataclass
from time import monotonic

import numpy as np

from benchmarks.matsp.instance import DAY_SLOTS, FIRST_SLOT, Worker
from benchmarks.matsp.model import Rows
from benchmarks.matsp.pattern import IN_A_ROW, LONGEST, REST, SHORTEST, day_start
from scheduler.model.linear import Linear, LinearBuilder
from scheduler.problem import IntArray
from scheduler.solver.cp_sat import SearchParameters, search

GROUP = 8  # workers told apart in one step
RULE_SLACK, SHIFT_SLACK = 30, 10  # price of a broken rule, in slots too few or too many
MOST_SLACK = 100_000
# Of the time left, for a step that tells workers apart and for one that makes halves.
SMALL_SHARE, HALF_SHARE, LEAST_SECONDS = 0.5, 0.1, 0.5


@dataclass(frozen=True, slots=True)
class Counts:
    """Shifts that start and end in each slot."""

    begins: IntArray
    ends: IntArray

    def spans(self) -> list[tuple[int, int]]:
        """First slot of each shift and the first after it, the first in being the first out."""
        begins = np.repeat(np.arange(len(self.begins)), self.begins)
        ends = np.repeat(np.arange(len(self.ends)), self.ends)
        return list(zip(begins.tolist(), ends.tolist(), strict=True))


def hand_out(
    workers: list[Worker], counts: Counts, deadline: float, threads: int, seed: int
) -> list[Counts]:
    """The counts of each worker, in the order given."""
    if len(workers) == 1:
        return [counts]
    half = len(workers) // 2
    is_small = len(workers) <= GROUP
    parts = [[worker] for worker in workers] if is_small else [workers[:half], workers[half:]]
    share = SMALL_SHARE if is_small else HALF_SHARE
    limit = share * (deadline - monotonic())
    if limit > 0:
        limit = max(LEAST_SECONDS, limit)
        divided = _divide(parts, counts, SearchParameters(limit, threads, seed, 0))
    else:
        divided = _deal(parts, counts)
    result: list[Counts] = []
    for part, own in zip(parts, divided, strict=True):
        result += hand_out(part, own, deadline, threads, seed)
    return result


def _divide(
    groups: list[list[Worker]], counts: Counts, parameters: SearchParameters
) -> list[Counts]:
    """The counts of each group; shifts are dealt out by minutes when the time does not suffice."""
    division = _Division(counts)
    for group in groups:
        division.add_group(group)
    found: list[IntArray] = []
    search(division.build(), parameters, found.append)
    return division.read(found[-1]) if found else _deal(groups, counts)


def _deal(groups: list[list[Worker]], counts: Counts) -> list[Counts]:
    """Each shift goes to the group that has the least of the slots it may work."""
    result = [Counts(np.zeros_like(counts.begins), np.zeros_like(counts.ends)) for _ in groups]
    most = [1 + sum(worker.max_slots for worker in group) for group in groups]
    worked = [0] * len(groups)
    for begin, end in counts.spans():
        least = min(range(len(groups)), key=lambda group: worked[group] / most[group])
        result[least].begins[begin] += 1
        result[least].ends[end] += 1
        worked[least] += end - begin
    return result


Columns = dict[int, int]  # column by slot
Entries = list[tuple[int, int]]  # column and coefficient


class _Division:
    """The model of one step; rows stand only in slots where shifts start or end."""

    def __init__(self, counts: Counts) -> None:
        self._counts, self._builder, self._rows = counts, LinearBuilder(), Rows()
        self._groups: list[tuple[Columns, Columns]] = []

    def build(self) -> Linear:
        """The finished model: each start and end belongs to one group."""
        for side, total in enumerate((self._counts.begins, self._counts.ends)):
            for slot in np.flatnonzero(total).tolist():
                whose = [(group[side][slot], 1) for group in self._groups]
                self._rows.add(whose, int(total[slot]), int(total[slot]))
        self._rows.hand_over(self._builder)
        return self._builder.build()

    def read(self, values: IntArray) -> list[Counts]:
        """The counts of each group."""
        result = []
        for begins, ends in self._groups:
            own = Counts(np.zeros_like(self._counts.begins), np.zeros_like(self._counts.ends))
            own.begins[list(begins)] = values[list(begins.values())]
            own.ends[list(ends)] = values[list(ends.values())]
            result.append(own)
        return result

    def add_group(self, workers: list[Worker]) -> None:
        """Columns and rows of a group."""
        begins = self._add_side(self._counts.begins)
        ends = self._add_side(self._counts.ends)
        self._groups.append((begins, ends))
        self._add_spans(begins, ends, len(workers))
        self._add_days(begins, len(workers))
        self._add_minutes(workers, begins, ends)

    def _add_side(self, total: IntArray) -> Columns:
        slots = np.flatnonzero(total)
        columns = self._columns(total[slots])
        return dict(zip(slots.tolist(), columns, strict=True))

    def _add_spans(self, begins: Columns, ends: Columns, staff: int) -> None:
        """Length of shifts, and rest after them."""
        rows, events = self._rows, sorted({*begins, *ends})
        present = self._columns(np.full(len(events), self._counts.begins.sum()))
        for at, slot in enumerate(events):
            before = [(present[at - 1], -1)] if at else []
            change = [*_within(begins, slot, slot, -1), *_within(ends, slot, slot, 1)]
            rows.add([(present[at], 1), *before, *change], 0, 0)
            if slot in ends:
                fresh = _within(begins, slot - SHORTEST + 1, slot, 1)
                rows.at_most([*fresh, (present[at], -1)], 0)
            if slot in begins:
                resting = _within(ends, slot - REST + 1, slot, 1)
                self._at_most([(present[at], 1), *resting], staff)
                late = slot + LONGEST
                able = _within(begins, slot + 1, late, -1)
                rows.at_most([(present[bisect_right(events, late) - 1], 1), *able], 0)

    def _add_days(self, begins: Columns, staff: int) -> None:
        """One start a day, and days in a row."""
        last = (max(begins, default=0) + FIRST_SLOT) // DAY_SLOTS
        for day in range(last + 1):
            first = day_start(day)
            self._at_most(_within(begins, first, first + DAY_SLOTS - 1, 1), staff)
            end = first + (IN_A_ROW + 1) * DAY_SLOTS
            self._at_most(_within(begins, first, end - 1, 1), IN_A_ROW * staff)

    def _add_minutes(self, workers: list[Worker], begins: Columns, ends: Columns) -> None:
        """Minutes of the group, and a number of shifts they can be made of."""
        least = sum(worker.min_slots for worker in workers)
        most = sum(worker.max_slots for worker in workers)
        worked = [(column, slot) for slot, column in ends.items()]
        worked += [(column, -slot) for slot, column in begins.items()]
        self._between(worked, least, most, 1)
        fewest = sum(-(-worker.min_slots // LONGEST) for worker in workers)
        greatest = sum(worker.max_slots // SHORTEST for worker in workers)
        self._between([(column, 1) for column in begins.values()], fewest, greatest, SHIFT_SLACK)

    def _at_most(self, entries: Entries, upper: int) -> None:
        if entries:
            slack = self._columns(np.array([MOST_SLACK]), RULE_SLACK)[0]
            self._rows.at_most([*entries, (slack, -1)], upper)

    def _between(self, entries: Entries, lower: int, upper: int, price: int) -> None:
        missing, beyond = self._columns(np.full(2, MOST_SLACK), price)
        self._rows.add([*entries, (missing, 1), (beyond, -1)], lower, upper)

    def _columns(self, upper: IntArray, cost: int = 0) -> list[int]:
        costs = np.full(len(upper), cost, dtype=np.int64)
        columns: list[int] = self._builder.add_columns(costs, upper.astype(np.int64)).tolist()
        return columns


def _within(columns: Columns, first: int, last: int, weight: int) -> Entries:
    """The columns of a stretch of slots, all with one weight."""
    return [(columns[slot], weight) for slot in range(first, last + 1) if slot in columns]
