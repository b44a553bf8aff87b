"""Overruled workers: exactly their pins, whatever rule those break, and others around them."""

from dataclasses import replace
from typing import Any

import pytest

from scheduler.problem import Licence, Problem
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
from tests.scheduler.forcing import model_cost, solved

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


def test_blended_an_overruled_worker_stays_on_the_queue_of_his_pin() -> None:
    """Ada has no skill but "de"; pinned to fraud, she serves it, and nothing else."""
    queues = (make_queue("refund"), make_queue("fraud", "sv"))
    problem = site(queues=queues, is_blended=True)
    odd = make_shift(problem, "2026-11-04 02:00", queue="fraud")
    problem = overruled(problem, odd)
    half = odd.start + 120

    def on(*names: str) -> Shift:
        edges = [odd.start, half, odd.end] if len(names) == 2 else [odd.start, odd.end]
        parts = map(Segment, edges, edges[1:], names)
        return replace(odd, queue=names[0], segments=tuple(parts))

    assert rules(problem, on("fraud")) == []
    assert model_cost(problem, (on("fraud"),)) == sum(costs(problem, (on("fraud"),)).values())
    assert rules(problem, on("fraud", "refund")) == ["overruled"]
    assert rules(problem, on("refund")) == ["pin", "overruled"]
    assert model_cost(problem, (on("refund"),)) is None
    assert rules(problem, odd) == ["overruled"]


def test_blended_two_pins_of_one_overruled_worker_keep_each_its_queue() -> None:
    queues = (make_queue("refund"), make_queue("fraud", "sv"))
    problem = site(queues=queues, is_blended=True)
    shifts = [
        make_shift(problem, f"2026-11-04 {hour}:00", queue=queue)
        for hour, queue in (("02", "fraud"), ("04", "refund"))
    ]
    problem = overruled(problem, *shifts)
    found = solved(problem).shifts
    assert {(one.start, one.queue) for one in found if one.worker == "ada"} == {
        (one.start, one.queue) for one in shifts
    }
    assert violations(problem, found) == []


@pytest.mark.parametrize("is_blended", [False, True])
def test_two_pins_that_touch_one_interval_take_one_seat(is_blended: bool) -> None:
    """Ada is pinned twice in the hour from 13:00 and holds one of two seats; Bo has the other."""
    template = make_template(330, every=30, id="long")
    seats = (Licence("seat", REFUND, 2),)
    problem = site(shift_templates=(template,), licences=seats, is_blended=is_blended)
    shifts = [
        make_shift(problem, f"2026-11-04 {clock}", worker=id, template="long", minutes=330)
        for id, clock in (("ada", "08:00"), ("ada", "13:30"), ("bo", "09:00"), ("cy", "09:00"))
    ]
    workers = (*problem.workers, make_worker(WEEK, ALL_WEEK, id="cy"))
    problem = overruled(replace(problem, workers=workers), *shifts[:2])
    if is_blended:
        shifts = [replace(one, segments=one.served) for one in shifts]
    assert rules(problem, *shifts[:3]) == []
    assert model_cost(problem, shifts[:3]) == sum(costs(problem, shifts[:3]).values())
    assert rules(problem, *shifts) == ["licences"]
    assert model_cost(problem, shifts) is None


def test_a_pin_outside_the_horizon_cannot_be_kept_even_so() -> None:
    problem = site()
    outside = make_shift(problem, "2026-11-08 22:00")
    problem = overruled(problem, outside)
    assert rules(problem, outside) == ["overruled"]
