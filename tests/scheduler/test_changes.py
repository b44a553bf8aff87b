"""Changes against a known schedule: priced, capped, and forbidden where it is locked."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.errors import ProblemInvalid
from scheduler.model.build import build
from scheduler.problem import Locks, Previous, Problem, Weights
from scheduler.rules.changes import changed_workers
from scheduler.schedule import Shift
from scheduler.solver.greedy import greedy
from scheduler.solver.relaxation import relax
from scheduler.validation import costs, violations
from scheduler.worker import Span
from tests.factories import (
    make_horizon,
    make_problem,
    make_queue,
    make_shift,
    make_worker,
    need,
    pin_of,
)
from tests.scheduler.blending import divided
from tests.scheduler.forcing import least_cost, model_cost, solved
from tests.scheduler.test_brute_force import budget, with_every_column
from tests.scheduler.tiny_problems import best_cost, shifts_of, tiny_problems

DAY = make_horizon(days=1)
WHOLE_DAY = ("2026-11-02 00:00", "2026-11-03 00:00")
MORNING, NOON, EVENING = (f"2026-11-02 {hour}:00" for hour in ("08", "12", "16"))


def known(*shifts: Shift) -> tuple[Previous, ...]:
    return tuple(
        Previous(one.worker, one.queue, one.template, one.start, one.minutes) for one in shifts
    )


FEATURES = ("priced", "owed", "capped", "locked")


@st.composite
def changed_problems(draw: st.DrawFn, certain: str) -> Problem:
    """A tiny problem before which something was known, with one feature and others now and then."""
    problem = draw(tiny_problems())
    possible = [one for worker in problem.workers for one in shifts_of(problem, worker)]
    before = draw(st.lists(st.sampled_from(possible), max_size=4, unique=True)) if possible else []
    lost = Shift(0, 240, problem.workers[0].id, problem.queues[0].id, "four")
    gone = replace(lost, worker="eve")
    before += draw(st.lists(st.sampled_from([lost, gone]), max_size=1))
    problem = replace(problem, previous=known(*before))

    def has(feature: str) -> bool:
        return feature == certain or draw(st.sampled_from([False, False, True]))

    if has("priced"):
        price = draw(st.sampled_from([700, 2500, 9000]))
        problem = replace(problem, weights=replace(problem.weights, change=price))
    if has("owed"):
        workers = tuple(
            replace(
                one,
                added_shift_cost=draw(st.sampled_from([0, 700, 2500])),
                lost_hour_cost=draw(st.sampled_from([0, 130, 1333, 3000])),
            )
            for one in problem.workers
        )
        problem = replace(problem, workers=workers)
    if has("capped"):
        most = draw(st.integers(0, len(problem.workers) - 1))
        problem = replace(problem, max_changed_workers=most)
    return replace(problem, locks=draw(_locks(problem))) if has("locked") else problem


@st.composite
def _locks(draw: st.DrawFn, problem: Problem) -> Locks:
    """Times, workers or queues, one of these."""
    kinds = ("times", "workers") if problem.is_blended else ("times", "workers", "queues")
    kind = draw(st.sampled_from(kinds))
    if kind == "workers":
        return Locks(workers=frozenset({draw(st.sampled_from(problem.workers)).id}))
    if kind == "queues":
        return Locks(queues=frozenset({draw(st.sampled_from(problem.queues)).id}))
    start = draw(st.sampled_from([480, 720, *problem.horizon.day_starts[:-1]]))
    return Locks((Span(start, start + draw(st.sampled_from([60, 480, 1440]))),))


@pytest.mark.parametrize("feature", FEATURES)
@budget(35)
@given(data=st.data())
def test_the_search_finds_and_proves_the_best_of_all_schedules(
    feature: str, data: st.DataObject
) -> None:
    problem = data.draw(changed_problems(feature))
    best = best_cost(problem)
    if best is None:
        assert least_cost(build(problem).linear) is None
        return
    found = solved(problem)
    assert violations(problem, found.shifts) == []
    assert sum(costs(problem, found.shifts).values()) == found.cost == found.bound == best


@pytest.mark.parametrize("feature", FEATURES)
@budget(20)
@given(data=st.data())
def test_the_model_allows_what_the_validator_allows(feature: str, data: st.DataObject) -> None:
    problem = with_every_column(data.draw(changed_problems(feature)))
    every = [one for worker in problem.workers for one in shifts_of(problem, worker)]
    shifts = [one for one in every if one.worker in problem.overruled]
    possible = [one for one in every if one.worker not in problem.overruled]
    most = min(6, len(possible))
    shifts += data.draw(st.permutations(possible))[: data.draw(st.integers(0, most))]
    worked = divided(problem, tuple(shifts))
    expected = None
    if worked is not None and not violations(problem, worked):
        expected = sum(costs(problem, worked).values())
    assert model_cost(problem, worked or shifts) == expected


@budget(30)
@given(changed_problems("capped"))
def test_the_greedy_schedule_is_lawful_and_the_relaxation_a_bound(problem: Problem) -> None:
    shifts = greedy(problem)
    if shifts is not None:
        assert violations(problem, shifts) == []
        cost = sum(costs(problem, shifts).values())
        assert relax(build(problem).linear, 60).bound <= cost


def test_a_shift_on_another_queue_or_of_another_template_is_no_change() -> None:
    worker = make_worker(DAY, WHOLE_DAY)
    queues = (make_queue("refund"), make_queue("return"))
    problem = make_problem(DAY, worker, queues=queues, weights=Weights(change=500))
    before = make_shift(problem, MORNING)
    problem = replace(problem, previous=known(before))
    assert costs(problem, (replace(before, queue="return"),))["changes"] == 0
    assert (
        costs(problem, (replace(before, start=before.start + 60, end=before.end + 60),))["changes"]
        == 1000
    )


def test_a_known_shift_that_nobody_needs_stays_while_dropping_it_is_dearer() -> None:
    """Its wage is 60.00: at 60.01 a change it stays, at 59.99 it goes."""
    problem = make_problem(DAY, make_worker(DAY, WHOLE_DAY), requirement={})
    problem = replace(problem, previous=known(make_shift(problem, MORNING)))
    dear, cheap = (replace(problem, weights=Weights(change=cents)) for cents in (6001, 5999))
    assert [one.start for one in solved(dear).shifts] == [480]
    assert solved(cheap).shifts == ()


def test_a_moved_shift_owes_an_hour_and_a_lost_one_its_hours() -> None:
    prices = {"added_shift_cost": 1500, "lost_hour_cost": 750, "max_shifts_per_day": 2}
    problem = make_problem(DAY, make_worker(DAY, WHOLE_DAY, **prices))
    before, moved, more = (make_shift(problem, at) for at in (MORNING, NOON, EVENING))
    assert costs(problem, (before,))["changes"] == 0  # nothing is known yet
    problem = replace(problem, previous=known(before))
    for shifts, owed in (
        ((before,), 0), ((moved,), 1500), ((), 4 * 750), ((before, more), 1500),
        ((moved, more), 3000),
    ):  # fmt: skip
        assert costs(problem, shifts)["changes"] == owed
        assert model_cost(problem, shifts) == sum(costs(problem, shifts).values())


def test_hours_that_are_dear_to_lose_are_given_back_though_nobody_needs_them() -> None:
    """He had the morning and offers the evening: four hours of wage, or of 20.00 for nothing."""
    offered = (EVENING, "2026-11-02 20:00")
    for price, cost in ((2000, 6000), (1400, 5600)):
        worker = make_worker(DAY, offered, lost_hour_cost=price)
        problem = make_problem(DAY, worker, requirement={})
        problem = replace(problem, previous=known(make_shift(problem, MORNING)))
        assert solved(problem).cost == cost


def test_the_cap_counts_workers_not_shifts() -> None:
    """Two changes of one worker are one; a worker who is gone counts nothing."""
    workers = [make_worker(DAY, WHOLE_DAY, id=id, max_shifts_per_day=2) for id in ("ada", "bo")]
    problem = make_problem(DAY, *workers, max_changed_workers=1)
    ada = [make_shift(problem, one) for one in (MORNING, NOON)]
    bo, eve = (make_shift(problem, EVENING, worker=id) for id in ("bo", "eve"))
    problem = replace(problem, previous=known(*ada, bo, eve))
    assert violations(problem, (bo,)) == []
    assert changed_workers(problem, (bo,)) == ["ada"]
    assert [one.rule for one in violations(problem, ())] == ["max_changed_workers"]


def test_a_new_shift_counts_as_a_change_too() -> None:
    """Nothing was known of Ada and Bo, and one of them may be sent: each one shift, or one two."""
    workers = [make_worker(DAY, WHOLE_DAY, id=id, max_shifts_per_day=2) for id in ("ada", "bo")]
    problem = make_problem(DAY, *workers, max_changed_workers=1)
    ada = tuple(make_shift(problem, one) for one in (MORNING, NOON))
    bo = make_shift(problem, NOON, worker="bo")
    assert violations(problem, ada) == []
    assert model_cost(problem, ada) is not None
    assert [one.rule for one in violations(problem, (ada[0], bo))] == ["max_changed_workers"]
    assert model_cost(problem, (ada[0], bo)) is None
    assert len({one.worker for one in solved(problem).shifts}) == 1


def test_an_overruled_worker_takes_his_share_of_the_cap_first() -> None:
    """Ada has to work at noon instead: she is the one who may change, and never one too many."""
    workers = [make_worker(DAY, WHOLE_DAY, id=id) for id in ("ada", "bo")]
    problem = make_problem(DAY, *workers)
    ada, bo = (make_shift(problem, MORNING, worker=id) for id in ("ada", "bo"))
    moved, also = (make_shift(problem, NOON, worker=id) for id in ("ada", "bo"))
    problem = replace(problem, previous=known(ada, bo), pins=(pin_of(moved),))
    problem = replace(problem, overruled=frozenset({"ada"}))
    for most in (0, 1):
        capped = replace(problem, max_changed_workers=most)
        assert violations(capped, (moved, bo)) == []
        assert model_cost(capped, (moved, bo)) is not None
        assert [one.worker for one in violations(capped, (moved, also))] == ["bo"]
        assert model_cost(capped, (moved, also)) is None


def test_a_lock_lets_pins_pass_and_nothing_else() -> None:
    worker = make_worker(DAY, WHOLE_DAY, max_shifts_per_day=2)
    problem = make_problem(DAY, worker)
    early, late = (make_shift(problem, one) for one in (MORNING, EVENING))
    for locks in (Locks(workers=frozenset({"ada"})), Locks(queues=frozenset({"refund"}))):
        locked = replace(problem, pins=(pin_of(early),), locks=locks)
        assert solved(locked).shifts == (replace(early, cost=6000),)
        assert [one.rule for one in violations(locked, (early, late))] == ["locked"]
        assert model_cost(locked, (early, late)) is None


def test_the_edges_of_a_locked_time_are_its_first_minute_and_before_its_last() -> None:
    """Locked from 08:00 to 12:00: a shift that runs into it may start before it."""
    locks = Locks((Span(480, 720),))
    problem = make_problem(DAY, make_worker(DAY, WHOLE_DAY), locks=locks)
    for start, is_open in (("07", True), ("08", False), ("11", False), ("12", True)):
        shift = make_shift(problem, f"2026-11-02 {start}:00")
        assert (violations(problem, (shift,)) == []) is is_open
        assert (model_cost(problem, (shift,)) is not None) is is_open


def test_one_pin_on_a_locked_queue_brings_nobody_else() -> None:
    """Bo could serve it as well as Ada, who is pinned on it, at the same time."""
    workers = [make_worker(DAY, WHOLE_DAY, id=id) for id in ("ada", "bo")]
    requirement = {"refund": need(DAY, (MORNING, NOON, 2))}
    problem = make_problem(DAY, *workers, requirement=requirement)
    ada, bo = (make_shift(problem, MORNING, worker=id) for id in ("ada", "bo"))
    assert len(solved(problem).shifts) == 2
    problem = replace(problem, pins=(pin_of(ada),), locks=Locks(queues=frozenset({"refund"})))
    assert [one.worker for one in solved(problem).shifts] == ["ada"]
    assert model_cost(problem, (ada, bo)) is None


def test_without_changes_nothing_is_added_to_the_model() -> None:
    problem = make_problem(DAY, make_worker(DAY, WHOLE_DAY))
    plain, known_only = (
        build(one).linear
        for one in (problem, replace(problem, previous=known(make_shift(problem, MORNING))))
    )
    assert plain.num_columns == known_only.num_columns
    assert np.array_equal(plain.cost, known_only.cost)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"max_changed_workers": -1}, "max_changed_workers: is negative"),
        ({"locks": Locks(queues=frozenset({"tax"}))}, "locked_queues: 'tax' is not known"),
        (
            {"locks": Locks(queues=frozenset({"refund"})), "is_blended": True},
            "locked_queues: blended",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(more: dict[str, object], message: str) -> None:
    worker = make_worker(DAY, WHOLE_DAY)
    with pytest.raises(ProblemInvalid, match=message):
        make_problem(DAY, worker, **more)


def test_a_change_does_not_earn_money() -> None:
    with pytest.raises(ProblemInvalid, match="a weight is negative"):
        Weights(change=-1)


@pytest.mark.parametrize("queues", [("refund", "return"), ("return", "refund")])
def test_who_stays_keeps_his_queue_whatever_group_he_is_of(queues: tuple[str, str]) -> None:
    """Ada and Bo have different skills and could swap at no cost; they do not."""
    ada = make_worker(DAY, WHOLE_DAY, skills=("de", "sv"))
    bo = make_worker(DAY, WHOLE_DAY, id="bo", skills=("de", "sv", "fi"))
    both = (make_queue("refund"), make_queue("return", skill="sv"))
    requirement = {one.id: need(DAY, (MORNING, NOON, 1)) for one in both}
    problem = make_problem(DAY, ada, bo, queues=both, requirement=requirement)
    before = tuple(
        make_shift(problem, MORNING, worker=worker, queue=queue)
        for worker, queue in zip(("ada", "bo"), queues, strict=True)
    )
    problem = replace(problem, previous=known(*before), weights=Weights(change=100))
    found = solved(problem).shifts
    assert {(one.worker, one.queue) for one in found} == {("ada", queues[0]), ("bo", queues[1])}
