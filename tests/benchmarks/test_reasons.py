"""The campaign on the smallest site: every pair has a reason, and each is confirmed."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from api.asking import Asked, read_asked
from api.pipeline import plan
from benchmarks.reasons import (
    Pair,
    drawn,
    every_pair,
    is_forbidden,
    searched_again,
)
from scheduler.explain.reasons import PRICED, reasons_report
from scheduler.explain.standing import Standing
from scheduler.problem import Problem
from scheduler.solver.parameters import Parameters
from scheduler.solver.solve import solve
from tests.factories import make_horizon, make_problem, make_worker, need

SEEDS = Path(__file__).parents[2] / "seeds"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    folder = tmp_path_factory.mktemp("reasons") / "out"
    plan(SEEDS / "tiny", folder)
    return read_asked(folder / "schedule.json")


def test_every_pair_of_the_tiny_site_is_forbidden_and_the_model_agrees(tiny: Asked) -> None:
    standing = tiny.standing
    pairs = list(every_pair(tiny.problem, reasons_report(standing)))
    assert len(pairs) == 2 * 8
    assert [pair for pair in pairs if not is_forbidden(standing, pair.shift)] == []


def test_the_model_does_not_agree_with_everything(tiny: Asked) -> None:
    """What may be worked is not forbidden: W2 on Tuesday noon, beside his Monday morning."""
    standing = tiny.standing
    monday = next(one for one in tiny.shifts if one.worker == "W2")
    tuesday = replace(monday, start=monday.start + 28 * 60, end=monday.end + 28 * 60)
    assert standing.reasons(tuesday) == ()
    assert not is_forbidden(standing, tuesday)


def priced_problem() -> Problem:
    """One hour of need is missing, and four hours of work cost more than it."""
    horizon = make_horizon(days=2)
    day = ("2026-11-02 06:00", "2026-11-02 22:00")
    workers = [make_worker(horizon, day, id=id, hourly_cost=cost) for id, cost in
               (("ada", 1500), ("bo", 1600))]  # fmt: skip
    hours = {"refund": need(horizon, ("2026-11-02 08:00", "2026-11-02 13:00", 1))}
    return make_problem(horizon, *workers, requirement=hours)


def test_a_price_is_what_a_second_search_finds() -> None:
    problem = priced_problem()
    found = solve(problem, Parameters(time_limit=20, workers=1))
    asked = Asked(problem, found.shifts, found.objective, found.bound, Parameters(workers=1))
    standing = Standing(problem, found.shifts)
    priced = [pair for pair in every_pair(problem, reasons_report(standing)) if pair.code in PRICED]
    assert {pair.shift.worker for pair in priced} == {"bo"}
    latest = max(priced, key=lambda pair: pair.shift.start)
    again = searched_again(asked, standing, latest.shift)
    assert again.is_confirmed
    assert again.deviation == 0
    assert again.promised == found.objective + 4 * 1600 - 5000


def test_the_sample_holds_prices_and_every_code() -> None:
    shift = priced_problem
    codes = ["cost.exceeds_value"] * 10 + ["skill.missing"] * 90 + ["rest.own_shifts"] * 3
    pairs = [Pair(shift, code) for code in codes]  # type: ignore[arg-type]
    counts = Counter(pair.code for pair in drawn(pairs, 20, 5))
    assert counts == {"cost.exceeds_value": 5, "rest.own_shifts": 3, "skill.missing": 12}
