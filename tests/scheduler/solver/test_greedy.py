"""The greedy schedule: valid under every rule, or none at all."""

from dataclasses import replace
from typing import Any

import pytest

from scheduler.problem import Licence, Problem
from scheduler.schedule import Shift
from scheduler.solver.greedy import greedy
from scheduler.validation import violations
from scheduler.worker import RollingLimit, Span
from tests.factories import (
    make_horizon,
    make_problem,
    make_queue,
    make_template,
    make_worker,
    need,
    pin_of,
)

WEEK = make_horizon()
ALL_WEEK = ("2026-11-02 00:00", "2026-11-09 00:00")
MONDAY = ("2026-11-02 08:00", "2026-11-02 12:00", 1)


def desk(*, site: dict[str, Any] | None = None, **limits: Any) -> Problem:
    """Two who are always there, and always work for one."""
    workers = [make_worker(WEEK, ALL_WEEK, id=id, **limits) for id in ("ada", "bo")]
    return make_problem(WEEK, *workers, **(site or {}))


def found(problem: Problem) -> tuple[Shift, ...]:
    shifts = greedy(problem)
    assert shifts is not None
    assert violations(problem, shifts) == []
    return shifts


def days(shifts: tuple[Shift, ...], worker: str = "ada") -> set[int]:
    return {one.start // 1440 for one in shifts if one.worker == worker}


@pytest.mark.parametrize(
    "limits",
    [
        {"max_consecutive_days": 2},
        {"max_weekends": 0},
        {"max_shifts_by_template": {"four": 3}},
        {"rolling_limits": (RollingLimit(3, max_minutes=480),)},
        {"max_minutes_per_week": 700},
        {"min_consecutive_days": 3, "max_consecutive_days": 4},
        {"min_consecutive_days_off": 3, "max_consecutive_days": 2},
        {"max_consecutive_days_off": 1, "max_consecutive_days": 2},
        {"is_min_hard": True, "min_minutes_per_week": 1200, "max_minutes_per_week": 1440},
        {"external_shifts": (Span(1500, 1800), Span(6000, 6300))},
        {"past": (("2026-10-30 08:00", "2026-10-30 12:00"),
                  ("2026-11-01 08:00", "2026-11-01 12:00")),
         "min_consecutive_days": 3},
    ],
)  # fmt: skip
def test_every_rule_is_kept_while_shifts_are_taken(limits: dict[str, Any]) -> None:
    assert found(desk(**limits))


@pytest.mark.parametrize(
    "site",
    [
        {"shift_templates": (replace(make_template(), max_shifts_per_day=1),)},
        {"licences": (Licence("seat", frozenset({"refund"}), 1),)},
        {
            "shift_templates": (
                make_template(last="11:00"),
                replace(
                    make_template(id="late", first="12:00"),
                    forbidden_next=frozenset({"four", "late"}),
                ),
            )
        },
    ],
)
def test_limits_that_workers_share_are_kept(site: dict[str, Any]) -> None:
    assert found(desk(site=site))


def test_a_template_s_queues_are_kept() -> None:
    queues = (make_queue("refund"), make_queue("return", understaffing_cost=9000))
    template = replace(make_template(), queues=frozenset({"refund"}))
    shifts = found(desk(site={"queues": queues, "shift_templates": (template,)}))
    assert {one.queue for one in shifts} == {"refund"}


def test_a_hard_minimum_is_worked_without_need() -> None:
    requirement = {"refund": need(WEEK, MONDAY)}
    problem = desk(site={"requirement": requirement}, is_min_hard=True, min_minutes_per_week=720)
    assert len(days(found(problem))) == 3


def test_a_run_of_days_that_cannot_be_long_enough_is_not_begun() -> None:
    """Wanted on Wednesday alone, there on no other day: two in a row cannot be."""
    worker = make_worker(WEEK, ("2026-11-04 08:00", "2026-11-04 12:00"), min_consecutive_days=2)
    assert found(make_problem(WEEK, worker)) == ()


def test_a_needed_day_is_worked_with_the_days_that_a_run_asks_for() -> None:
    requirement = {"refund": need(WEEK, ("2026-11-04 08:00", "2026-11-04 12:00", 1))}
    worker = make_worker(WEEK, ALL_WEEK, min_consecutive_days=2)
    shifts = found(make_problem(WEEK, worker, requirement=requirement))
    assert 2 in days(shifts)
    assert len(days(shifts)) == 2


def test_there_is_none_where_a_minimum_cannot_be_reached() -> None:
    assert greedy(desk(is_min_hard=True, min_minutes_per_week=60 * 60)) is None


def test_overruled_workers_work_their_pins_alone() -> None:
    problem = desk(max_consecutive_days=1)
    shifts = found(problem)
    pins = [replace(pin_of(shifts[0]), worker="ada", start=day * 1440 + 485) for day in range(3)]
    problem = replace(problem, pins=tuple(pins), overruled=frozenset({"ada"}))
    assert [one.start for one in found(problem) if one.worker == "ada"] == [485, 1925, 3365]
