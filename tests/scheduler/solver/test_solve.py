"""The whole solve, with its search process: what comes back, whatever happens to the search."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scheduler.errors import ProblemInvalid, ScheduleInvalid
from scheduler.problem import Problem
from scheduler.schedule import Progress, Schedule
from scheduler.solver.greedy import greedy
from scheduler.solver.parameters import Parameters
from scheduler.solver.solve import finish, solve
from scheduler.validation import costs, violations
from tests.factories import (
    make_horizon,
    make_problem,
    make_queue,
    make_shift,
    make_template,
    make_worker,
    need,
)
from tests.scheduler.solver.sabotage import sabotaged

DAY = make_horizon(days=1)
MORNING, NOON = "2026-11-02 08:00", "2026-11-02 12:00"
QUICK = Parameters(time_limit=60, workers=1)
BEST, GREEDY = 2 * 6000, 6000 + 4 * 4000


@pytest.fixture(scope="module")
def desk() -> Problem:
    """Only Ada speaks Swedish, but the greedy schedule sends her where more is to be saved."""
    return make_problem(
        DAY,
        make_worker(DAY, (MORNING, NOON), skills=("de", "sv")),
        make_worker(DAY, (MORNING, NOON), id="bo"),
        queues=(make_queue("refund"), make_queue("fraud", skill="sv", understaffing_cost=4000)),
        requirement={queue: need(DAY, (MORNING, NOON, 1)) for queue in ("refund", "fraud")},
    )


@pytest.fixture(scope="module")
def moments() -> list[Progress]:
    return []


@pytest.fixture(scope="module")
def schedule(desk: Problem, moments: list[Progress]) -> Schedule:
    """The desk's schedule, by a search process of its own."""
    return solve(desk, QUICK, moments.append)


def test_a_small_problem_is_proven(schedule: Schedule) -> None:
    assert (schedule.status, schedule.gap) == ("optimal", 0)
    assert schedule.bound == schedule.objective == BEST


def test_the_schedule_keeps_every_rule_and_adds_up(desk: Problem, schedule: Schedule) -> None:
    assert violations(desk, schedule.shifts) == []
    assert dict(schedule.costs) == costs(desk, schedule.shifts)
    assert sum(schedule.costs.values()) == schedule.objective


def test_the_record_says_how_the_schedule_came_about(schedule: Schedule) -> None:
    assert schedule.run["seed"] == QUICK.seed
    assert schedule.run["parameters"]["workers"] == 1
    assert schedule.run["columns"] > 0
    assert len(schedule.run["problem_sha256"]) == 64
    assert "search_failed" not in schedule.run


def test_the_record_says_how_large_it_was_and_why_it_ended(schedule: Schedule) -> None:
    assert schedule.run["stop_reason"] == "optimal"
    assert schedule.run["rows"] > 0
    assert 50 < schedule.run["peak_mebibytes"] < 5000


def test_progress_begins_with_the_greedy_schedule_and_ends_done(
    schedule: Schedule, moments: list[Progress]
) -> None:
    assert [one.stage for one in moments[:2]] == ["greedy", "greedy"]
    assert [one.cost for one in moments[:2]] == [None, GREEDY]
    assert [one.stage for one in moments[-2:]] == ["checking", "done"]
    assert moments[-1].cost == schedule.objective


def test_progress_never_gets_worse(schedule: Schedule, moments: list[Progress]) -> None:
    costs_ = [one.cost for one in moments if one.cost is not None]
    bounds = [one.bound for one in moments]
    assert costs_ == sorted(costs_, reverse=True)
    assert bounds == sorted(bounds, key=lambda bound: bound or 0)


def test_a_search_that_dies_leaves_the_greedy_schedule(desk: Problem) -> None:
    found = solve(sabotaged(desk, os._exit, 3), QUICK)
    assert found.shifts == greedy(desk)
    assert (found.status, found.objective) == ("feasible", GREEDY)
    assert found.run["search_failed"] == ["ended with code 3"] * 2


def test_a_search_that_dies_once_is_tried_again(desk: Problem, tmp_path: Path) -> None:
    here = {"problem": desk, "grave": tmp_path / "grave"}
    code = "problem if grave.exists() else (grave.touch(), __import__('os').abort())"
    found = solve(sabotaged(desk, eval, code, here), QUICK)
    assert (found.status, found.objective) == ("optimal", BEST)
    assert found.run["search_failed"] == ["ended with code -6"]


def test_a_search_that_dies_late_leaves_what_it_had_found(desk: Problem) -> None:
    """The search process ends with a crash where the search would go on to repair."""
    code = (
        "(setattr(__import__('scheduler.solver.search').solver.search.Search, '_repair',"
        " lambda *_: __import__('os').abort()), problem)[1]"
    )
    found = solve(sabotaged(desk, eval, code, {"problem": desk}), QUICK)
    assert found.objective == BEST
    assert found.run["search_failed"] == ["ended with code -6"] * 2


def test_ctrl_c_keeps_the_best_schedule_so_far(desk: Problem) -> None:
    def interrupt(moment: Progress) -> None:
        if moment.stage == "relaxation":
            raise KeyboardInterrupt

    found = solve(desk, QUICK, interrupt)
    assert violations(desk, found.shifts) == []
    assert "search_failed" not in found.run


def test_half_a_second_is_enough_for_a_valid_schedule(desk: Problem) -> None:
    found = solve(desk, Parameters(time_limit=0.5, workers=1))
    assert violations(desk, found.shifts) == []
    assert found.bound <= found.objective


def test_a_year_of_half_hours_returns_a_valid_schedule() -> None:
    """371 days reach over two clock changes and a new year."""
    horizon = make_horizon("2026-01-05", days=371, interval=30)
    workers = [
        make_worker(
            horizon, *((f"{day} 08:00", f"{day} 16:00") for day in horizon.dates), id=id,
            max_minutes_per_week=1200,
        )
        for id in ("ada", "bo", "cy")
    ]  # fmt: skip
    problem = make_problem(horizon, *workers, shift_templates=(make_template(every=240),))
    found = solve(problem, Parameters(time_limit=3, workers=1))
    assert violations(problem, found.shifts) == []
    assert len(found.shifts) >= 3 * 53 * 5 * 0.9


def test_a_schedule_that_breaks_a_rule_never_leaves(desk: Problem) -> None:
    shifts = (make_shift(desk, "2026-11-02 18:00"),)
    with pytest.raises(ScheduleInvalid, match="availability: worker ada"):
        finish(desk, shifts, 0, 1.0, (), {}, sum(costs(desk, shifts).values()))


def test_a_schedule_that_does_not_add_up_never_leaves(desk: Problem) -> None:
    cost = sum(costs(desk, ()).values())
    with pytest.raises(ScheduleInvalid, match="the search said"):
        finish(desk, (), 0, 1.0, (), {}, cost - 1)


def test_a_bound_above_the_cost_never_leaves(desk: Problem) -> None:
    cost = sum(costs(desk, ()).values())
    with pytest.raises(ScheduleInvalid, match="lies above the cost"):
        finish(desk, (), cost + 1, 1.0, (), {}, cost)


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_limit": 0}, {"time_limit": -1}, {"time_limit": float("nan")},
        {"time_limit": 86_401}, {"workers": 0}, {"workers": 257}, {"gap": 1.0}, {"gap": -0.1},
        {"seed": -1}, {"seed": 2**31}, {"memory_limit": 0},
    ],
)  # fmt: skip
def test_parameters_out_of_range_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ProblemInvalid, match=r"(is|are) needed"):
        Parameters(**wrong)


def test_numbers_of_the_schedule_are_plain_integers(schedule: Schedule) -> None:
    for shift in schedule.shifts:
        assert not isinstance(shift.start, np.integer)
