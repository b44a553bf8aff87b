"""Shifts that follow each other without a break, as far as two of them alone do not tell."""

from collections.abc import Iterator
from dataclasses import dataclass

from scheduler.model.linear import LinearBuilder
from scheduler.model.rows import Rows
from scheduler.model.variables import Variables
from scheduler.problem import Problem
from scheduler.worker import Worker


@dataclass(frozen=True, slots=True)
class _Part:
    """A shift that may be worked (with its column), or one that is worked elsewhere (None)."""

    start: int
    end: int
    column: int | None


def long_blocks(problem: Problem, v: Variables, model: LinearBuilder) -> None:
    """Three or more shifts, or ours and some elsewhere, that make a block too long exclude each
    other; of two of ours a pair rule says so."""
    rows = Rows()
    for index, worker in enumerate(problem.workers):
        if not v.is_ruled[index] or not _may_join(worker):
            continue
        own, choices = v.of_worker(index), v.choices
        parts = _elsewhere(worker)
        parts += [
            _Part(start, end, column)
            for start, end, column in zip(
                choices.start[own].tolist(),
                choices.end[own].tolist(),
                choices.column[own].tolist(),
                strict=True,
            )
        ]
        parts.sort(key=lambda part: part.start)
        for stretch in worker.stretches:
            for columns in _too_long(stretch, parts):
                rows.at_most(len(columns) - 1, (columns, 1))
    rows.add_to(model)


def _may_join(worker: Worker) -> bool:
    longest_break = max((pause for _, pause in worker.stretches), default=0)
    return bool(worker.stretches) and (
        worker.max_shifts_per_day > 2
        or worker.min_rest_minutes < longest_break
        or bool(_elsewhere(worker))
    )


def _elsewhere(worker: Worker) -> list[_Part]:
    """What is worked before or elsewhere."""
    return [
        _Part(one.start, one.end, None) for one in (*worker.past_shifts, *worker.external_shifts)
    ]


def _too_long(stretch: tuple[int, int], parts: list[_Part]) -> Iterator[list[int]]:
    """Columns of ours in each smallest block that is too long, but for two shifts of ours alone."""
    for first in range(len(parts)):
        yield from _extend(*stretch, parts, [first])


def _extend(most: int, pause: int, parts: list[_Part], block: list[int]) -> Iterator[list[int]]:
    end = parts[block[-1]].end
    for at in range(block[-1] + 1, len(parts)):
        gap = parts[at].start - end
        if gap >= pause:
            return
        if gap < 0:
            continue
        longer = [*block, at]
        ours = [column for one in longer if (column := parts[one].column) is not None]
        length = parts[at].end - parts[block[0]].start
        if length > most and ours:
            if len(ours) != 2 or len(longer) > 2:
                yield ours
        else:
            yield from _extend(most, pause, parts, longer)
