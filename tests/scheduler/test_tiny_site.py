"""The sample site ``tiny`` from its folder to the schedule: the totals its README works out."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from api.planning import build_problem
from api.site.read import read_site
from api.staffing import stated_workers
from scheduler.problem import Problem
from scheduler.schedule import Schedule
from scheduler.solver.parameters import Parameters
from scheduler.solver.solve import solve

SITE = Path(__file__).parents[2] / "seeds" / "tiny"


@pytest.fixture(scope="module")
def totals() -> dict[str, Any]:
    """The figures in the README's code block."""
    text = (SITE / "README.md").read_text(encoding="utf-8")
    return tomllib.loads(text.split("```toml\n")[1].split("```")[0])


@pytest.fixture(scope="module")
def problem() -> Problem:
    site = read_site(SITE)
    return build_problem(site, stated_workers(site))


@pytest.fixture(scope="module")
def schedule(problem: Problem) -> Schedule:
    return solve(problem, Parameters(time_limit=60, workers=1))


def test_the_need_is_the_readme_s(problem: Problem, totals: dict[str, Any]) -> None:
    intervals = sum(int(need.sum()) for need in problem.requirement.values())
    hours = intervals * problem.horizon.interval_minutes / 60
    assert hours == totals["requirement_worker_hours"]
    assert len(problem.workers) == totals["workers"]


def test_the_optimum_is_the_readme_s(schedule: Schedule, totals: dict[str, Any]) -> None:
    assert schedule.status == "optimal"
    assert schedule.objective == schedule.bound == 100 * totals["optimal_cost"]


def test_the_shifts_are_as_many_as_the_readme_s(schedule: Schedule, totals: dict[str, Any]) -> None:
    assert len(schedule.shifts) == totals["optimal_shifts"]
    assert sum(one.minutes for one in schedule.shifts) == 60 * totals["optimal_hours"]


def test_the_terms_are_the_readme_s(schedule: Schedule, totals: dict[str, Any]) -> None:
    assert schedule.costs["wages"] == 100 * totals["optimal_wages"]
    assert schedule.costs["understaffing"] == 100 * totals["optimal_understaffing"]


def test_the_missing_hours_are_the_readme_s(
    problem: Problem, schedule: Schedule, totals: dict[str, Any]
) -> None:
    intervals = sum(one.workers for one in schedule.understaffing)
    hours = intervals * problem.horizon.interval_minutes / 60
    assert hours == totals["optimal_understaffing_hours"]
