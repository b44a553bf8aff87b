"""Overruled workers: exactly their pins, whatever rule those break, and others around them."""

from dataclasses import replace
from typing import Any

import pytest

from scheduler.problem import Licence, Pin, Problem
from scheduler.schedule import Segment, Shift
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
from tests.scheduler.forcing import model_cost

WEEK = make_horizon()
ALL_WEEK = ("2026-11-02 00:00", "2026-11-09 00:00")
REFUND = frozenset({"refund"})


def site(**more: Any) -> Problem:
    """Ada, who offers Monday morning only, and Bo, who is always there."""
    ada = make_worker(WEEK, ("2026-11-02 08:00", "2026-11-02 12:00"))
    return make_problem(WEEK, ada, make_worker(WEEK, ALL_WEEK, id="bo"), **more)


def overruled(problem: Problem, *shifts: Shift) -> Problem:
    """The problem with shifts of overruled workers pinned."""
    workers = frozenset(one.worker for one in shifts)
    return replace(problem, pins=tuple(map(pin_of, shifts)), overruled=workers)


def rules(problem: Problem, *shifts: Shift) -> list[str]:
    return [one.rule for one in violations(problem, shifts)]


# Off the hour, outside every window, overlapping, without rest or skill.
ODD_PINS = {
    "unoffered": ("2026-11-04 02:00",),
    "off the grid": ("2026-11-02 08:17",),
    "overlapping": ("2026-11-02 08:00", "2026-11-02 11:00"),
    "restless": ("2026-11-02 20:00", "2026-11-03 01:00"),
}


@pytest.mark.parametrize("starts", ODD_PINS.values(), ids=ODD_PINS)
def test_an_overruled_worker_may_work_his_pins_whatever_they_break(starts: tuple[str, ...]) -> None:
    free = site()
    shifts = [make_shift(free, one) for one in starts]
    assert rules(free, *shifts) != []
    problem = overruled(free, *shifts)
    assert rules(problem, *shifts) == []
    assert model_cost(problem, shifts) == sum(costs(problem, shifts).values())


def test_an_overruled_worker_works_all_his_pins_and_nothing_else() -> None:
    problem = site()
    odd, other, morning = (
        make_shift(problem, f"2026-11-{one}") for one in ("04 02:00", "05 02:00", "02 08:00")
    )
    problem = overruled(problem, odd, other)
    assert rules(problem, odd) == ["pin"]
    assert rules(problem, odd, other, morning) == ["overruled"]
    assert rules(problem, odd, other, other) == ["overruled", "overruled"]
    moved = replace(other, start=other.start + 60, end=other.end + 60)
    assert sorted(rules(problem, odd, moved)) == ["overruled", "pin"]
    assert model_cost(problem, (odd,)) is None


def test_an_overruled_worker_without_pins_does_not_work_at_all() -> None:
    problem = replace(site(), overruled=frozenset({"ada"}))
    shift = make_shift(problem, "2026-11-02 08:00")
    assert rules(problem, shift) == ["overruled"]
    assert rules(problem) == []
    assert model_cost(problem, (shift,)) is None


def test_an_overruled_worker_need_not_reach_a_minimum() -> None:
    ada = make_worker(
        WEEK, ALL_WEEK, is_min_hard=True, min_minutes_per_week=2400, max_consecutive_days_off=1
    )
    problem = make_problem(WEEK, ada)
    shift = make_shift(problem, "2026-11-02 08:00")
    assert set(rules(problem, shift)) == {"min_minutes_per_week", "max_consecutive_days_off"}
    problem = overruled(problem, shift)
    assert rules(problem, shift) == []
    assert model_cost(problem, (shift,)) == sum(costs(problem, (shift,)).values())


def test_the_other_workers_keep_the_rules() -> None:
    problem = site()
    odd = make_shift(problem, "2026-11-04 02:00")
    problem = overruled(problem, odd)
    early, late = (
        make_shift(problem, f"2026-11-{one}", worker="bo") for one in ("03 01:00", "02 20:00")
    )
    assert rules(problem, odd, late, early) == ["rest"]
    assert model_cost(problem, (odd, late, early)) is None


def test_a_seat_that_an_overruled_worker_takes_is_taken() -> None:
    """Two overruled workers on one seat are nobody's fault, a third one is."""
    workers = [make_worker(WEEK, ALL_WEEK, id=id) for id in ("ada", "bo", "cy")]
    problem = make_problem(WEEK, *workers, licences=(Licence("seat", REFUND, 1),))
    ada, bo, cy = (make_shift(problem, "2026-11-04 02:00", worker=id) for id in ("ada", "bo", "cy"))
    later = make_shift(problem, "2026-11-04 06:00", worker="cy")
    problem = overruled(problem, ada, bo)
    assert rules(problem, ada, bo) == []
    assert model_cost(problem, (ada, bo)) is not None
    assert [str(one) for one in violations(problem, (ada, bo, cy))] == [
        "licences: worker cy: licence 'seat': 3 workers at 2026-11-04T02:00:00+01:00, at most 1"
    ]
    assert model_cost(problem, (ada, bo, cy)) is None
    assert rules(problem, ada, bo, later) == []
    assert model_cost(problem, (ada, bo, later)) is not None


def test_an_overruled_shift_counts_towards_the_site_s_cap_of_its_template() -> None:
    problem = site(shift_templates=(replace(make_template(), max_shifts_per_day=1),))
    odd = make_shift(problem, "2026-11-04 02:00")
    same, other = (make_shift(problem, f"2026-11-0{day} 08:00", worker="bo") for day in (4, 5))
    problem = overruled(problem, odd)
    assert rules(problem, odd, same) == ["template_per_day"]
    assert model_cost(problem, (odd, same)) is None
    assert rules(problem, odd, other) == []
    assert model_cost(problem, (odd, other)) is not None


def test_blended_an_overruled_worker_serves_his_skills_or_what_he_is_pinned_to() -> None:
    """Ada has no skill but "de"; pinned to fraud, she may serve it, and tax never."""
    queues = (make_queue("refund"), make_queue("fraud", "sv"), make_queue("tax", "no"))
    problem = site(queues=queues, is_blended=True)
    odd = make_shift(problem, "2026-11-04 02:00", queue="fraud")
    problem = replace(
        problem, pins=(Pin("ada", "fraud", odd.start, 240),), overruled=frozenset({"ada"})
    )
    half = odd.start + 120

    def on(first: str, second: str) -> Shift:
        parts = (Segment(odd.start, half, first), Segment(half, odd.end, second))
        return replace(odd, queue=first, segments=parts)

    assert rules(problem, on("refund", "fraud")) == []
    assert rules(problem, on("fraud", "fraud")) == []
    assert rules(problem, on("refund", "tax")) == ["overruled"]
    assert rules(problem, odd) == ["overruled"]


def test_a_pin_outside_the_horizon_cannot_be_kept_even_so() -> None:
    problem = site()
    outside = make_shift(problem, "2026-11-08 22:00")
    problem = overruled(problem, outside)
    assert rules(problem, outside) == ["overruled"]
