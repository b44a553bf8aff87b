"""Problems at the edge of sense: each has a schedule, and the search finds the best one."""

import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from scheduler.contract.problem_file import read_problem
from scheduler.errors import ProblemInvalid
from scheduler.model.build import build
from scheduler.problem import Problem
from scheduler.solver.greedy import greedy
from scheduler.solver.magnitude import check_magnitude
from scheduler.solver.parameters import Parameters
from scheduler.solver.relaxation import relax
from scheduler.solver.search import Found, Search
from scheduler.solver.solve import solve
from scheduler.validation import costs, violations
from tests.factories import (
    make_horizon,
    make_problem,
    make_queue,
    make_template,
    make_worker,
    need,
)
from tests.scheduler.forcing import Solved, solved

DAY = make_horizon(days=1)
WHOLE_DAY = ("2026-11-02 00:00", "2026-11-03 00:00")
MORNING, NOON = "2026-11-02 08:00", "2026-11-02 12:00"
PUBLIC = Path(__file__).parents[4] / "shared" / "data" / "problems" / "w200_d7.json"


def proven(problem: Problem) -> Solved:
    """The best schedule, checked: lawful, proven, no dearer than the greedy one."""
    found = solved(problem)
    assert violations(problem, found.shifts) == []
    assert sum(costs(problem, found.shifts).values()) == found.cost == found.bound
    assert found.cost <= sum(costs(problem, greedy(problem)).values())
    return found


def test_nobody_to_send() -> None:
    assert proven(make_problem(DAY)).cost == 24 * 5000


def test_no_queues_at_all() -> None:
    assert proven(make_problem(DAY, make_worker(DAY, WHOLE_DAY), queues=())).shifts == ()


def test_nothing_is_needed() -> None:
    worker = make_worker(DAY, WHOLE_DAY)
    none = need(DAY)
    assert proven(make_problem(DAY, worker, requirement={"refund": none})) == Solved((), 0, 0)


def test_ten_thousand_are_needed_for_one_hour() -> None:
    requirement = {"refund": need(DAY, (MORNING, "2026-11-02 09:00", 10_000))}
    queues = (make_queue(understaffing_cost=7000),)
    worker = make_worker(DAY, WHOLE_DAY)
    problem = make_problem(DAY, worker, queues=queues, requirement=requirement)
    assert proven(problem).cost == 6000 + 9_999 * 7000


def test_seventy_trillion_are_missing_and_nobody_is_there() -> None:
    """The proof does not get lost in the rounding of the largest sums that are let in."""
    requirement = {"refund": np.full(24, 3 * 10**5)}
    queues = (make_queue(understaffing_cost=10**9),)
    problem = make_problem(DAY, queues=queues, requirement=requirement)
    check_magnitude(problem)
    assert proven(problem).cost == 24 * 3 * 10**14


def test_sums_beyond_exact_arithmetic_are_refused() -> None:
    requirement = {"refund": np.full(24, 4 * 10**5)}
    queues = (make_queue(understaffing_cost=10**9),)
    problem = make_problem(DAY, queues=queues, requirement=requirement)
    with pytest.raises(ProblemInvalid, match=r"costs: .*sums are exact up to 90,071,992,547,410:"):
        solve(problem)


def test_one_worker_for_everything() -> None:
    queues = tuple(make_queue(f"q{n}", skill=f"s{n}", understaffing_cost=100 * n + 2000)
                   for n in range(5))  # fmt: skip
    worker = make_worker(DAY, WHOLE_DAY, skills=[queue.skill for queue in queues])
    found = proven(make_problem(DAY, worker, queues=queues))
    assert [one.queue for one in found.shifts] == ["q4"]


def test_all_workers_alike() -> None:
    workers = [make_worker(DAY, (MORNING, "2026-11-02 20:00"), id=f"w{n}") for n in range(12)]
    requirement = {"refund": need(DAY, (MORNING, "2026-11-02 20:00", 3))}
    assert len(proven(make_problem(DAY, *workers, requirement=requirement)).shifts) == 9


def test_no_template_fits_any_window() -> None:
    worker = make_worker(DAY, (MORNING, "2026-11-02 11:59"))
    assert proven(make_problem(DAY, worker)).shifts == ()


def test_no_templates_at_all() -> None:
    worker = make_worker(DAY, WHOLE_DAY, min_minutes_per_week=7 * 60)
    problem = make_problem(DAY, worker, shift_templates=())
    assert proven(problem).cost == 24 * 5000 + 1500


def test_a_worker_without_skills() -> None:
    assert proven(make_problem(DAY, make_worker(DAY, WHOLE_DAY, skills=()))).shifts == ()


def test_two_shifts_a_day_within_the_span() -> None:
    """Early and late peak, 13 hours apart from start to end: 11 hours of rest allow just that."""
    peaks = ("2026-11-02 07:00", "2026-11-02 11:00", 1), ("2026-11-02 16:00", "2026-11-02 20:00", 1)
    worker = make_worker(DAY, WHOLE_DAY, max_shifts_per_day=2)
    problem = make_problem(DAY, worker, requirement={"refund": need(DAY, *peaks)})
    assert [one.start // 60 for one in proven(problem).shifts] == [7, 16]
    tired = replace(worker, min_rest_minutes=661)
    assert len(proven(replace(problem, workers=(tired,))).shifts) == 2
    assert proven(replace(problem, workers=(tired,))).cost == 2 * 6000 + 5000


@pytest.mark.parametrize(
    ("day", "hours", "missing"), [("2026-03-29", 23, 0), ("2026-10-25", 25, 1)]
)
def test_the_days_on_which_the_clock_changes(day: str, hours: int, missing: int) -> None:
    """Three shifts of eight real hours cover 23 hours, and of 25 all but one."""
    horizon = make_horizon(day, days=1)
    night = make_template(480, id="eight")
    whole = (f"{day} 00:00", str(horizon.dates[0] + timedelta(days=1)) + " 00:00")
    workers = [make_worker(horizon, whole, id=f"w{n}") for n in range(3)]
    problem = make_problem(horizon, *workers, shift_templates=(night,))
    found = proven(problem)
    assert len(problem.requirement["refund"]) == hours
    assert [one.minutes for one in found.shifts] == [480] * 3
    assert found.cost == 3 * 8 * 1500 + missing * 5000


@pytest.mark.parametrize(("interval", "missing"), [(15, 0), (30, 1), (60, 1)])
def test_a_template_off_the_interval_s_grid(interval: int, missing: int) -> None:
    """From 08:15 on: the quarter-hours are covered whole, of longer intervals not all."""
    horizon = make_horizon(days=1, interval=interval)
    worker = make_worker(horizon, ("2026-11-02 08:15", "2026-11-02 12:15"))
    first = "2026-11-02 08:15" if interval == 15 else MORNING
    requirement = {"refund": need(horizon, (first, NOON, 1))}
    problem = make_problem(
        horizon, worker, requirement=requirement, shift_templates=(make_template(every=15),)
    )
    assert proven(problem).cost == 6000 + missing * 5000 * interval // 60


@pytest.mark.parametrize("every", [7, 45, 90])
def test_starts_that_do_not_divide_the_hour_lie_on_their_own_grid(every: int) -> None:
    problem = make_problem(DAY, shift_templates=(make_template(every=every),))
    slots = build(problem).variables.slots.start
    assert slots.tolist() == list(range(0, 20 * 60 + 1, every))


@pytest.mark.skipif(
    not PUBLIC.is_file(), reason="the shared benchmark problems are not beside the checkout"
)
def test_two_hundred_workers_are_proven_to_the_cent() -> None:
    """The known optimum of the benchmark problem is its relaxation: 25,982.00."""
    problem = read_problem(PUBLIC)
    model = build(problem)
    assert relax(model.linear, 120).bound == 2_598_200
    heard: list[Found] = []
    Search(model, Parameters(workers=2), time.monotonic() + 120, heard.append).run()
    best = [one for one in heard if one.values is not None][-1]
    assert best.values is not None
    shifts = model.shifts(best.values)
    assert violations(problem, shifts) == []
    assert sum(costs(problem, shifts).values()) == heard[-1].bound == 2_598_200
