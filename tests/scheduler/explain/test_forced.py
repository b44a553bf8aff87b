"""The price of forcing a shift is the difference of two optima, by trying every schedule."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scheduler.explain.answer import answer
from scheduler.explain.forced import Forced, Impossible, force
from scheduler.explain.standing import Standing
from scheduler.problem import Problem
from scheduler.schedule import Schedule, Shift
from scheduler.solver.parameters import Parameters
from scheduler.solver.pins import broken_pins
from scheduler.validation import costs, violations
from tests.factories import make_problem, make_worker, need, pin_of
from tests.scheduler.explain.asking import ALL_WEEK, WEEK, alone, budget, shift_at
from tests.scheduler.forcing import solved
from tests.scheduler.tiny_problems import all_schedules, shifts_of, tiny_problems

ALONE = Parameters(time_limit=20, workers=1)


def forced(problem: Problem, shift: Shift) -> Forced | Impossible:
    """Force a shift against the proven best schedule."""
    best = solved(problem)
    return force(problem, best.cost, best.bound, shift, ALONE)


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same search, without a process for each of many tiny problems."""

    def solve(problem: Problem, *more: object) -> Schedule:
        found = solved(problem)
        terms = costs(problem, found.shifts)
        return Schedule(found.shifts, "optimal", found.cost, found.bound, terms, ())

    monkeypatch.setattr("scheduler.explain.forced.solve", solve)


@pytest.mark.usefixtures("in_this_process")
@budget(25)
@given(data=st.data())
def test_the_price_is_the_difference_of_two_optima(data: st.DataObject) -> None:
    problem = data.draw(tiny_problems())
    every = [one for one in all_schedules(problem) if not violations(problem, one)]
    assume(every)
    free = [one for one in problem.workers if one.id not in problem.overruled]
    possible = [one for worker in free for one in shifts_of(problem, worker)]
    assume(possible)
    shift = data.draw(st.sampled_from(possible))
    pinned = replace(problem, pins=(*problem.pins, pin_of(shift)))
    assume(not broken_pins(pinned))
    prices = [sum(costs(problem, one).values()) for one in every]
    held = [price for price, one in zip(prices, every, strict=True) if not violations(pinned, one)]
    assume(held)
    found = force(problem, min(prices), min(prices), shift, ALONE)
    assert isinstance(found, Forced)
    assert found.low == found.high == min(held) - min(prices)
    # All else as it is can only be dearer than all else free.
    standing = Standing(problem, every[prices.index(min(prices))])
    quick = answer(standing, [replace(shift, segments=())])
    if quick.cents is not None and not problem.is_blended:
        assert quick.cents >= found.high


def test_the_price_of_the_dearer_worker() -> None:
    workers = [make_worker(WEEK, ALL_WEEK), make_worker(WEEK, ALL_WEEK, id="bo", hourly_cost=1700)]
    hours = {"refund": need(WEEK, ("2026-11-02 08:00", "2026-11-02 12:00", 1))}
    problem = make_problem(WEEK, *workers, requirement=hours)
    found = forced(problem, shift_at(problem, "02 08:00", worker="bo"))
    assert isinstance(found, Forced)
    assert (found.low, found.high, found.is_exact) == (800, 800, True)
    assert [one.worker for one in found.found.shifts] == ["bo"]


def test_what_a_rule_forbids_cannot_be_forced() -> None:
    problem = alone(skills=("sv",))
    found = forced(problem, shift_at(problem, "02 08:00"))
    assert isinstance(found, Impossible)
    assert "skill: worker ada" in found.detail


def test_what_more_work_cannot_mend_cannot_be_forced() -> None:
    """He would owe a second day, and offers none."""
    worker = make_worker(WEEK, ("2026-11-04 08:00", "2026-11-04 12:00"), min_consecutive_days=2)
    problem = make_problem(WEEK, worker)
    found = forced(problem, shift_at(problem, "04 08:00"))
    assert isinstance(found, Impossible)
    assert found.detail.startswith("no schedule exists")


def test_without_a_proof_the_price_is_an_interval() -> None:
    """The schedule at hand costs 200 more than the best may, so the price is that uncertain."""
    problem = alone()
    best = solved(problem)
    shift = next(iter(best.shifts))
    found = force(problem, best.cost + 200, best.bound - 100, shift, ALONE)
    assert isinstance(found, Forced)
    assert (found.low, found.high) == (0, 100)


def test_what_the_shift_costs_by_itself_limits_a_search_that_found_little(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A second search that ends far too dear does not make the price dearer than that."""
    problem = alone()
    best = solved(problem)

    def poor(problem: Problem, *more: object) -> Schedule:
        return Schedule(best.shifts, "feasible", best.cost + 9000, best.bound, {}, ())

    monkeypatch.setattr("scheduler.explain.forced.solve", poor)
    shift = best.shifts[0]
    for at_most, high in ((None, 9000), (700, 700), (9900, 9000)):
        found = force(problem, best.cost, best.bound, shift, ALONE, at_most)
        assert isinstance(found, Forced)
        assert (found.low, found.high) == (0, high)
