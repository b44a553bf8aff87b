"""Of a pool too large to ask everybody everything: the largest needs, some of their shifts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scheduler.explain.uncovered import Lack, UncoveredShifts, uncovered_shifts
from scheduler.problem import IntArray, Problem

MOST_WORKERS = 2_000  # above, all reasons would take longer than the search
MOST_NEEDS = 20
MOST_PAIRS = 1_000_000  # of a worker and a shift; each takes some ten microseconds


@dataclass(frozen=True, slots=True)
class Sample:
    """What was asked of how much: uncovered needs, and shifts that would cover the needs asked."""

    needs: int
    of_needs: int
    shifts: int
    of_shifts: int


def sampled(
    problem: Problem, lacks: Sequence[Lack]
) -> tuple[list[Lack], list[UncoveredShifts], Sample]:
    """The needs with most missing, in their order, with evenly spaced shifts of each.

    So many shifts that all workers together make at most ``MOST_PAIRS`` pairs, but one of each
    need at least.
    """
    largest = sorted(lacks, key=lambda one: (-one.missing, one.start, one.queue))[:MOST_NEEDS]
    chosen = [one for one in lacks if one in largest]
    tables = uncovered_shifts(problem, chosen)
    pairs_of_need = MOST_PAIRS // max(1, len(problem.workers) * len(chosen))
    kept = [_thinned(table, max(1, pairs_of_need)) for table in tables]
    before, after = (sum(len(one.start) for one in found) for found in (tables, kept))
    return chosen, kept, Sample(len(chosen), len(lacks), after, before)


def _thinned(table: UncoveredShifts, most: int) -> UncoveredShifts:
    """A table with at most so many shifts for each of its needs, spread over all of them."""
    keep: set[int] = set()
    for lack in range(int(table.last_lack.max(initial=0))):
        covers = np.flatnonzero((table.first_lack <= lack) & (lack < table.last_lack))
        at = np.linspace(0, len(covers) - 1, min(most, len(covers))).round().astype(np.int64)
        keep.update(covers[at].tolist())
    return _rows(table, np.array(sorted(keep), dtype=np.int64))


def _rows(table: UncoveredShifts, rows: IntArray) -> UncoveredShifts:
    return UncoveredShifts(
        table.queue, table.template[rows], table.start[rows], table.end[rows],
        table.first_lack[rows], table.last_lack[rows],
    )  # fmt: skip
