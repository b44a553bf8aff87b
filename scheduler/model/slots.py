"""Dated shifts: every start on the templates' grids, and those that overruled pins ask for."""

from collections import defaultdict
from dataclasses import dataclass
from math import gcd

import numpy as np

from scheduler.horizon import DAY_MINUTES
from scheduler.model.linear import BoolArray
from scheduler.problem import IntArray, Pin, Problem
from scheduler.worker import Span


@dataclass(frozen=True, slots=True)
class Slots:
    """Dated shifts that somebody could start: template and minutes, in time order.

    ``is_open``: False for those off the templates' grids, which overruled pins alone may use.
    """

    template: IntArray
    start: IntArray
    end: IntArray
    is_open: BoolArray


def create_slots(problem: Problem) -> Slots:
    """Every (start, template) on the templates' grids that ends inside the horizon."""
    rows = _on_the_grids(problem)
    regular = {(start, end) for start, end, _ in rows}
    strays = {
        (pin.start, pin.start + pin.minutes, _template_of(problem, pin))
        for pin in problem.pins
        if pin.worker in problem.overruled and (pin.start, pin.start + pin.minutes) not in regular
    }
    table = np.array(sorted([*rows, *strays]), dtype=np.int64).reshape(-1, 3)
    is_open = np.array([(start, end) in regular for start, end, _ in table.tolist()], dtype=bool)
    return Slots(template=table[:, 2], start=table[:, 0], end=table[:, 1], is_open=is_open)


def _on_the_grids(problem: Problem) -> list[tuple[int, int, int]]:
    horizon = problem.horizon
    # The finest grid on which any template can start; a clock change shifts it, rarely by
    # less than an hour, and the midnights after it tell by how much.
    starts_every = (template.start_every for template in problem.shift_templates)
    step = gcd(60, *starts_every, *horizon.day_starts)
    return [
        (start, start + template.minutes, index)
        for day, first in enumerate(horizon.day_starts[:-1])
        for start in range(first, horizon.day_starts[day + 1], step)
        for index, template in enumerate(problem.shift_templates)
        if start + template.minutes <= horizon.num_minutes
        and template.starts_at(_wall(first, start, horizon.day_starts[day + 1], problem))
        and template.allows(
            Span(start, start + template.minutes), horizon.dates[day].isoweekday()
        )
    ]  # fmt: skip


def _wall(first: int, start: int, next_first: int, problem: Problem) -> int:
    """Wall minute of a start; the clock is asked only on days that are not 24 hours long."""
    if next_first - first == DAY_MINUTES:
        return start - first
    return problem.horizon.wall_minute(start)


def _template_of(problem: Problem, pin: Pin) -> int:
    """The template that a pin off the grids comes nearest to; its length must be right."""
    wall = problem.horizon.wall_minute(pin.start)
    alike = [n for n, one in enumerate(problem.shift_templates) if one.minutes == pin.minutes]
    return next((n for n in alike if problem.shift_templates[n].starts_at(wall)), alike[0])


def pinned_servings(problem: Problem, slots: Slots) -> dict[tuple[int, int], int]:
    """Queue of each pinned (worker, slot); of templates alike, the first that serves the queue."""
    alike: dict[tuple[int, int], list[int]] = defaultdict(list)
    for slot, span in enumerate(zip(slots.start.tolist(), slots.end.tolist(), strict=True)):
        alike[span].append(slot)
    workers = {worker.id: index for index, worker in enumerate(problem.workers)}
    queues = {queue.id: index for index, queue in enumerate(problem.queues)}
    found = {}
    for pin in problem.pins:
        same = alike[pin.start, pin.start + pin.minutes]
        serving = (
            slot
            for slot in same
            if problem.shift_templates[int(slots.template[slot])].serves(pin.queue)
        )
        found[workers[pin.worker], next(serving, same[0])] = queues[pin.queue]
    return found


def previous_servings(problem: Problem, slots: Slots) -> dict[tuple[int, int], int]:
    """Queue of each (worker, slot) at the times of a previous shift, of all templates alike."""
    alike: dict[tuple[int, int], list[int]] = defaultdict(list)
    spans = zip(slots.start.tolist(), slots.end.tolist(), strict=True)
    for slot, span in enumerate(spans if problem.previous else ()):
        alike[span].append(slot)
    workers = {worker.id: index for index, worker in enumerate(problem.workers)}
    queues = {queue.id: index for index, queue in enumerate(problem.queues)}
    return {
        (workers[one.worker], slot): queues[one.queue]
        for one in problem.previous
        if one.worker in workers and one.queue in queues
        for slot in alike[one.start, one.end]
    }


def covered(problem: Problem, start: IntArray, end: IntArray) -> tuple[IntArray, IntArray]:
    """First interval covered as a whole and the one after the last."""
    length = problem.horizon.interval_minutes
    return -(-start // length), end // length
