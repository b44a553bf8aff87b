"""The sample site ``tiny``: the schedule its README derives is lawful, costs that, and is best."""

from datetime import datetime
from pathlib import Path

import pytest

from api.planning import build_problem
from api.site.read import read_site
from api.staffing import stated_workers
from scheduler.model.build import build
from scheduler.problem import Problem
from scheduler.schedule import Shift
from scheduler.solver.relaxation import relax
from scheduler.validation import costs, shortages, violations

SITE = Path(__file__).parents[2] / "seeds" / "tiny"
PAYMENT, REFUND = "payment|de|chat", "refund|sv|chat"
# Worker, queue, day of January 2027, first hour: as the README derives it.
BEST = (
    ("W1", PAYMENT, 11, 8),
    ("W2", PAYMENT, 11, 8),
    ("W3", REFUND, 11, 8),
    ("W8", PAYMENT, 11, 12),
    ("W5", REFUND, 11, 20),
    ("W4", REFUND, 12, 8),
    ("W7", PAYMENT, 12, 12),
    ("W1", PAYMENT, 12, 12),
    ("W1", PAYMENT, 13, 8),
    ("W3", REFUND, 13, 8),
)


@pytest.fixture(scope="module")
def problem() -> Problem:
    site = read_site(SITE)
    return build_problem(site, stated_workers(site))


@pytest.fixture(scope="module")
def shifts(problem: Problem) -> tuple[Shift, ...]:
    zone = problem.horizon.zone
    starts = [
        problem.horizon.minute(datetime(2027, 1, day, hour, tzinfo=zone)) for *_, day, hour in BEST
    ]
    return tuple(
        Shift(start, start + 240, worker, queue, "block-4h")
        for (worker, queue, *_), start in zip(BEST, starts, strict=True)
    )


def test_the_derived_schedule_breaks_no_rule(problem: Problem, shifts: tuple[Shift, ...]) -> None:
    assert violations(problem, shifts) == []


def test_the_derived_schedule_costs_what_the_readme_says(
    problem: Problem, shifts: tuple[Shift, ...]
) -> None:
    terms = costs(problem, shifts)
    assert terms["wages"] == 680_00
    assert terms["understaffing"] == 400_00
    assert sum(terms.values()) == 1080_00
    assert sum(one.workers for one in shortages(problem, shifts)) == 8


def test_no_schedule_is_cheaper(problem: Problem) -> None:
    assert relax(build(problem).linear, time_limit=10).bound == 1080_00


def test_one_worker_can_do_nothing(problem: Problem) -> None:
    longest = max(one.end - one.start for one in problem.worker_by_id["W6"].availability)
    assert longest < problem.shift_templates[0].minutes
