"""Segments of blended shifts, as the validator sees them: whole, on the grid, and allowed."""

from dataclasses import replace
from typing import Any

import pytest

from scheduler.problem import Licence, Problem
from scheduler.schedule import Segment, Shift, staffed
from scheduler.validation import costs, violations
from tests.factories import (
    make_horizon,
    make_problem,
    make_queue,
    make_shift,
    make_template,
    make_worker,
    pin_of,
)

DAY = make_horizon(days=1)
WHOLE_DAY = ("2026-11-02 00:00", "2026-11-03 00:00")


def site(every: int = 60, **more: Any) -> Problem:
    """Ada has the skills of two queues of three."""
    queues = (make_queue("refund"), make_queue("fraud", "sv"), make_queue("tax", "no"))
    parts: dict[str, Any] = {
        "queues": queues,
        "shift_templates": (make_template(every=every),),
        "is_blended": True,
    } | more
    return make_problem(DAY, make_worker(DAY, WHOLE_DAY, skills=("de", "sv")), **parts)


def blended(problem: Problem, start: str, *parts: tuple[int, int, str]) -> Shift:
    """A shift from a time on; segments in minutes after its start."""
    shift = make_shift(problem, f"2026-11-02 {start}")
    segments = tuple(
        Segment(shift.start + first, shift.start + last, queue) for first, last, queue in parts
    )
    return replace(shift, queue=parts[0][2] if parts else "refund", segments=segments)


def details(problem: Problem, shift: Shift) -> list[str]:
    found = violations(problem, [shift])
    assert {one.rule for one in found} <= {"segments"}
    return [one.detail.split(": ", 1)[1] for one in found]


def test_segments_that_tile_a_shift_are_good() -> None:
    problem = site()
    for parts in (
        [(0, 240, "fraud")],
        [(0, 120, "fraud"), (120, 240, "refund")],
        [(0, 180, "refund"), (180, 240, "fraud")],
    ):
        assert details(problem, blended(problem, "20:00", *parts)) == []


@pytest.mark.parametrize(
    "parts",
    [
        [],
        [(0, 180, "refund")],
        [(60, 240, "refund")],
        [(0, 120, "refund"), (180, 240, "fraud")],
        [(0, 180, "refund"), (120, 240, "fraud")],
        [(0, 240, "refund"), (240, 300, "fraud")],
        [(120, 240, "refund"), (0, 120, "fraud")],
    ],
)
def test_segments_with_gaps_or_overlaps_are_named(parts: list[tuple[int, int, str]]) -> None:
    problem = site()
    assert details(problem, blended(problem, "08:00", *parts)) == [
        "segments do not follow each other from start to end"
    ]


def test_queues_change_on_the_grid_of_the_horizon_not_of_the_shift() -> None:
    problem = site(every=30)
    on_the_hour = blended(problem, "08:30", (0, 150, "refund"), (150, 240, "fraud"))
    assert details(problem, on_the_hour) == []
    at_the_half = blended(problem, "08:30", (0, 180, "refund"), (180, 240, "fraud"))
    assert details(problem, at_the_half) == ["the queue changes inside an interval"]


def test_a_shift_is_named_after_the_queue_with_most_of_its_time() -> None:
    problem = site()
    shift = blended(problem, "08:00", (0, 180, "refund"), (180, 240, "fraud"))
    assert details(problem, replace(shift, queue="fraud")) == ["another queue has more of the time"]
    even = blended(problem, "08:00", (0, 120, "refund"), (120, 240, "fraud"))
    assert details(problem, even) == details(problem, replace(even, queue="fraud")) == []


def test_a_segment_needs_the_skill_and_the_template_s_leave() -> None:
    problem = site()
    taxed = blended(problem, "08:00", (0, 180, "refund"), (180, 240, "tax"))
    assert details(problem, taxed) == ["the worker or template may not serve 'tax'"]
    template = replace(make_template(), queues=frozenset({"refund", "tax"}))
    narrow = replace(problem, shift_templates=(template,))
    shift = blended(narrow, "08:00", (0, 180, "refund"), (180, 240, "fraud"))
    assert details(narrow, shift) == ["the worker or template may not serve 'fraud'"]
    assert details(narrow, blended(narrow, "08:00", (0, 240, "refund"))) == []


def test_a_segment_on_an_unknown_queue_is_named() -> None:
    problem = site()
    shift = blended(problem, "08:00", (0, 180, "refund"), (180, 240, "moon"))
    assert [one.rule for one in violations(problem, [shift])] == ["known"]


def test_where_nobody_is_blended_there_are_no_segments() -> None:
    problem = site(is_blended=False)
    shift = blended(problem, "08:00", (0, 240, "refund"))
    assert details(problem, shift) == ["segments, but a shift serves one queue"]
    assert details(problem, replace(shift, segments=())) == []


def test_a_blended_pin_asks_for_worker_and_time_only() -> None:
    problem = site()
    shift = blended(problem, "08:00", (0, 180, "refund"), (180, 240, "fraud"))
    problem = replace(problem, pins=(replace(pin_of(shift), queue="tax"),))
    assert violations(problem, [shift]) == []
    assert [one.rule for one in violations(problem, ())] == ["pin"]


def test_each_segment_staffs_its_queue_and_takes_its_seats() -> None:
    """Half hours at both ends cover no interval, but occupy one."""
    problem = site(every=30)
    shift = blended(problem, "08:30", (0, 90, "refund"), (90, 240, "fraud"))
    shift = replace(shift, queue="fraud")
    counts = staffed(problem, (shift,))
    assert {queue: sum(count) for queue, count in counts.items()} == {
        "refund": 1, "fraud": 2, "tax": 0,
    }  # fmt: skip
    assert costs(problem, [shift])["understaffing"] == (3 * 24 - 3) * 5000
    for queue, hour in (("refund", "08"), ("fraud", "10")):
        seats = replace(problem, licences=(Licence("seat", frozenset({queue}), 0),))
        (found,) = violations(seats, [shift])
        assert f"at 2026-11-02T{hour}:00" in found.detail
