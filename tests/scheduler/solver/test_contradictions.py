"""Why there is no schedule: the worker and the fewest rules that exclude each other."""

import os
from dataclasses import replace

import pytest

from scheduler.errors import NoSchedule, SolverFailed
from scheduler.problem import Licence
from scheduler.solver import contradictions, cp_sat
from scheduler.solver.contradictions import explain
from scheduler.solver.parameters import Parameters
from scheduler.solver.solve import solve
from scheduler.validation import violations
from scheduler.worker import RollingLimit, Worker
from tests.factories import (
    make_horizon,
    make_problem,
    make_shift,
    make_template,
    make_worker,
    need,
    pin_of,
)
from tests.scheduler.solver.sabotage import sabotaged

WEEK = make_horizon(days=7)
EVERY_DAY = [(f"{day} 08:00", f"{day} 16:00") for day in WEEK.dates]
HOURS = 60


def worker(*days: int, **limits: object) -> Worker:
    return make_worker(WEEK, *(EVERY_DAY[day] for day in days or range(7)), **limits)


HARD = {"is_min_hard": True, "min_minutes_per_week": 20 * HOURS}
CASES = {
    "too little time offered": (
        worker(0, 1, **HARD),
        "min_minutes_per_week cannot be kept together with availability",
    ),
    "too few days in a row": (
        worker(**HARD, max_consecutive_days=1),
        "min_minutes_per_week cannot be kept together with max_shifts_per_day, "
        "max_consecutive_days",
    ),
    "so many days off against so few hours": (
        worker(max_consecutive_days_off=1, max_minutes_per_week=8 * HOURS),
        "max_consecutive_days_off cannot be kept together with max_minutes_per_week",
    ),
    "a rolling least": (
        worker(0, rolling_limits=(RollingLimit(3, min_minutes=4 * HOURS),)),
        "rolling_limits cannot be kept together with availability",
    ),
    "work without a skill": (
        worker(**HARD, skills=("sv",)),
        "min_minutes_per_week cannot be kept together with skills",
    ),
}


@pytest.mark.parametrize(("one", "reason"), CASES.values(), ids=CASES)
def test_one_worker_s_rules(one: Worker, reason: str) -> None:
    problem = make_problem(WEEK, worker(id="bo", **HARD), one)
    assert explain(problem, "search_failed") == f"no schedule exists:\nworker ada: {reason}"


def test_without_a_template_nobody_can_work() -> None:
    problem = make_problem(WEEK, worker(**HARD), shift_templates=())
    assert explain(problem, "time_limit").endswith("ada: min_minutes_per_week cannot be kept")


def test_only_a_few_workers_are_named() -> None:
    problem = make_problem(WEEK, *(worker(0, **HARD, id=f"w{n}") for n in range(9)))
    assert len(explain(problem, "time_limit").splitlines()) == 1 + contradictions.MOST_NAMED


def test_limits_that_the_site_shares() -> None:
    """Three have to be there on one morning, and there is one seat."""
    hard = HARD | {"min_minutes_per_week": 8 * HOURS, "max_shifts_per_day": 2}
    workers = [worker(0, id=f"w{n}", **hard) for n in range(3)]
    seats = Licence("seats", frozenset({"refund"}), 1)
    plenty = Licence("plenty", frozenset({"refund"}), 10)
    problem = make_problem(WEEK, *workers, licences=(seats, plenty))
    assert explain(problem, "time_limit") == (
        "no schedule exists: each worker has one alone, but not all of them under licence seats"
    )


def test_a_template_that_too_few_may_work() -> None:
    templates = (replace(make_template(), max_shifts_per_day=1),)
    workers = [worker(*range(5), id=f"w{n}", **HARD) for n in range(2)]
    problem = make_problem(WEEK, *workers, shift_templates=templates)
    assert explain(problem, "time_limit").endswith("under max_shifts_per_day of four")


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("time_limit", "in the time given; a longer time limit may help"),
        ("memory_limit", "within the memory limit; a higher one may help"),
        ("stopped", "before the search was stopped"),
        ("search_failed", "before the search failed"),
    ],
)
def test_without_a_contradiction_it_was_the_limit(reason: str, words: str) -> None:
    problem = make_problem(WEEK, worker(**HARD))
    assert explain(problem, reason) == f"no schedule was found {words}"


def test_cp_sat_is_not_believed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A false INFEASIBLE on the first question names nobody."""
    asked = []

    def search(linear: object, limits: cp_sat.SearchParameters, *more: object) -> object:
        asked.append(limits.seed)
        if limits.seed == contradictions.SEEDS[0]:
            raise SolverFailed("CP-SAT answered INFEASIBLE where a schedule exists")
        return cp_sat.search(linear, limits, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(contradictions, "search", search)
    problem = make_problem(WEEK, worker(**HARD))
    assert explain(problem, "stopped").startswith("no schedule was found")
    assert set(asked) == set(contradictions.SEEDS)


def test_a_solve_of_what_contradicts_itself_says_so() -> None:
    problem = make_problem(WEEK, worker(0, 1, **HARD), worker(id="bo"))
    with pytest.raises(NoSchedule, match="worker ada: min_minutes_per_week cannot be kept"):
        solve(problem, Parameters(time_limit=20, workers=1))


def test_pins_may_be_what_contradicts() -> None:
    """Pinned on Wednesday, he would have to work the day before or after, when he has no time."""
    problem = make_problem(WEEK, worker(0, 2, 4, min_consecutive_days=2))
    problem = replace(problem, pins=(pin_of(make_shift(problem, "2026-11-04 08:00")),))
    with pytest.raises(NoSchedule, match="worker ada: pins cannot be kept together with"):
        solve(problem, Parameters(time_limit=20, workers=1))


@pytest.fixture
def without_greedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduler.solver.solve.greedy", lambda problem: None)


@pytest.mark.usefixtures("without_greedy")
def test_the_search_finds_what_the_greedy_way_did_not() -> None:
    problem = make_problem(WEEK, worker(), requirement={"refund": need(WEEK, (*EVERY_DAY[0], 1))})
    found = solve(problem, Parameters(time_limit=30, workers=1))
    assert violations(problem, found.shifts) == []
    assert found.status == "optimal"
    assert found.history[0].cost is None


@pytest.mark.usefixtures("without_greedy")
def test_a_search_that_ends_without_any_schedule() -> None:
    problem = sabotaged(make_problem(WEEK, worker()), os._exit, 0)
    with pytest.raises(NoSchedule, match="no schedule was found in the time given"):
        solve(problem, Parameters(workers=1))
