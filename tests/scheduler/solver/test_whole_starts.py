"""Work that may wait, done by whole shifts near the relaxation's parts of shifts."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.deferrable import with_backlogs
from benchmarks.pool import Kind, generate
from scheduler.model.build import Model, build
from scheduler.pricing import late_price, left_over_price, overdue_prices
from scheduler.problem import Problem
from scheduler.rules.backlogs import backlog_cost
from scheduler.solver import search
from scheduler.solver.parameters import Parameters
from scheduler.solver.relaxation import Relaxation, relax
from scheduler.solver.search import Found, Search
from scheduler.solver.whole_starts import Toll, _LateWork, whole_starts
from tests.factories import make_horizon, make_problem, make_queue
from tests.scheduler.test_brute_force import budget
from tests.scheduler.tiny_backlogs import tiny_backlogs

TOLL = Toll(100, 60)


@pytest.fixture(scope="module")
def mailing() -> Problem:
    return with_backlogs(generate(Kind(40, 4, 4), 1))


@pytest.fixture(scope="module")
def relaxed(mailing: Problem) -> tuple[Model, Relaxation]:
    model = build(mailing)
    return model, relax(model.linear, 60)


@budget(60)
@given(data=st.data())
def test_many_staffings_cost_what_the_validator_counts(data: st.DataObject) -> None:
    horizon = make_horizon(days=2)
    backlog = data.draw(tiny_backlogs(horizon))
    problem = replace(make_problem(horizon=horizon, queues=(make_queue("q"),)),
                      requirement={}, backlogs={"q": backlog})  # fmt: skip
    queue, size = problem.queues[0], horizon.num_intervals
    seed = data.draw(st.integers(0, 99))
    staffed = np.random.default_rng(seed).integers(0, 3, (4, size))
    prices = np.array(overdue_prices(problem, backlog))
    late = _LateWork(backlog, late_price(problem, queue), prices)
    assert left_over_price(backlog) >= 0
    expected = [backlog_cost(problem, queue, row) for row in staffed.tolist()]
    assert late.of(staffed).tolist() == expected


def test_whole_shifts_do_nearly_all_the_work(relaxed: tuple[Model, Relaxation]) -> None:
    model, relaxation = relaxed
    problem = model.problem
    for index, queue in enumerate(problem.queues):
        if queue.id not in problem.backlogs:
            continue
        staffed = whole_starts(model, relaxation, index, TOLL)
        nobody = backlog_cost(problem, queue, [0] * len(staffed))
        assert backlog_cost(problem, queue, staffed.tolist()) < 0.05 * nobody


def reported(problem: Problem) -> list[Found]:
    found: list[Found] = []
    parameters = Parameters(time_limit=60, gap=0.02, workers=1, is_reproducible=True)
    Search(build(problem), parameters, 0.0, found.append).run()
    return [one for one in found if one.cost is not None]


def test_a_level_without_time_starts_from_where_the_relaxation_stands(
    mailing: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def impatient(linear, seconds):  # type: ignore[no-untyped-def]
        calls.append(seconds)
        return relax(linear, seconds) if len(calls) == 1 else Relaxation(0)

    monkeypatch.setattr(search, "relax", impatient)
    found = reported(mailing)
    assert found[0].stage == "level"
    cost, bound = found[0].cost, found[0].bound
    assert cost is not None
    assert cost <= 1.1 * bound


def test_two_reproducible_searches_agree(mailing: Problem) -> None:
    first, second = reported(mailing), reported(mailing)
    assert [(one.stage, one.cost) for one in first] == [(one.stage, one.cost) for one in second]
    assert first[-1].values is not None
    assert np.array_equal(first[-1].values, second[-1].values)
