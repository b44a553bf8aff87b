"""What is lost, what is locked, and what a change costs when a schedule is planned again."""

from dataclasses import replace

import pytest

from scheduler.errors import NoSchedule, PinsInvalid, ProblemInvalid
from scheduler.problem import Locks, Pin
from scheduler.replan.least import check_cap, must_change
from scheduler.replan.lost import lost_shifts
from scheduler.replan.pose import Terms, days_as_times, frozen, pose, unlocked
from scheduler.solver.contradictions import explain
from scheduler.solver.known import known_schedule
from scheduler.validation import costs, violations
from scheduler.worker import RollingLimit, Window
from tests.factories import make_queue, make_shift, minute, pin_of
from tests.scheduler.forcing import solved
from tests.scheduler.replan.known import MORNINGS, WEEK, of_ada, three_mornings

TUESDAY = minute(WEEK, "2026-11-03 00:00")


def test_who_is_absent_loses_what_starts_from_then_on() -> None:
    problem = three_mornings()
    shifts = of_ada(problem)
    lost = lost_shifts(problem, shifts, frozenset({"ada"}), shifts[1].start)
    assert [(one.shift, one.reason) for one in lost] == [
        (shifts[1], "absent"), (shifts[2], "absent")
    ]  # fmt: skip


def test_a_shift_that_its_worker_may_no_longer_work_is_lost_by_name() -> None:
    """No time any more, no skill, no such worker, no such queue: one after the other."""
    problem = three_mornings()
    shifts = of_ada(problem)
    ada, bo = problem.workers
    only_monday = replace(ada, availability=(Window(0, TUESDAY),))
    unskilled = replace(ada, skills=frozenset())

    def reasons(*workers: object, **more: object) -> list[str]:
        changed = replace(problem, workers=tuple(workers), **more)
        return [one.reason for one in lost_shifts(changed, shifts, frozenset(), 0)]

    assert reasons(ada, bo) == []
    assert reasons(only_monday, bo) == ["availability", "availability"]
    assert reasons(unskilled, bo) == ["skill"] * 3
    assert reasons(bo) == ["the worker is gone"] * 3
    tax = (make_queue("tax"),)
    assert reasons(ada, bo, queues=tax, requirement={}) == ["the queue is gone"] * 3


def test_what_only_several_shifts_break_is_not_lost() -> None:
    problem = three_mornings()
    ada, bo = problem.workers
    problem = replace(problem, workers=(replace(ada, max_minutes_per_week=480), bo))
    assert lost_shifts(problem, of_ada(problem), frozenset(), 0) == ()
    assert must_change(pose(problem, of_ada(problem), Terms()).problem) == ["ada"]


def test_the_sick_call_is_answered_and_the_rest_stays() -> None:
    """Ada worked on Monday; from Tuesday on Bo takes her place."""
    problem = three_mornings()
    shifts = of_ada(problem)
    posed = pose(problem, shifts, Terms(before=TUESDAY, absent=frozenset({"ada"})))
    assert posed.kept == shifts[:1]
    found = solved(posed.problem).shifts
    assert [(one.worker, one.start) for one in found] == [
        ("ada", shifts[0].start), ("bo", shifts[1].start), ("bo", shifts[2].start)
    ]  # fmt: skip
    assert costs(posed.problem, found)["changes"] == 2 * 1500  # an hour of the median wage each
    assert violations(posed.problem, found) == []


def test_an_absence_lasts_and_asks_for_no_work() -> None:
    """Ada owed 36 hours a week; a shift that she has begun she ends."""
    problem = three_mornings()
    ada, bo = problem.workers
    owing = replace(
        ada, is_min_hard=True, min_minutes_per_week=720, max_consecutive_days_off=2,
        rolling_limits=(RollingLimit(3, 240, 1000),),
    )  # fmt: skip
    problem = replace(problem, workers=(owing, bo))
    shifts = of_ada(problem)
    sick = Terms(before=shifts[0].start + 60, absent=frozenset({"ada"}))
    posed = pose(problem, shifts, sick)
    found = tuple(sorted(solved(posed.problem).shifts))
    assert [one.worker for one in found] == ["ada", "bo", "bo"]
    again = pose(posed.problem, found, Terms(change_cost=0))
    assert again.kept == found
    assert [one.worker for one in sorted(solved(again.problem).shifts)] == ["ada", "bo", "bo"]
    (limit,) = again.problem.workers[0].rolling_limits
    assert (limit.min_minutes, limit.max_minutes) == (0, 1000)


def test_what_starts_before_the_freeze_stays_and_nothing_new_starts_there() -> None:
    """Bo is cheaper now, and may take what starts at the freeze or later."""
    problem = three_mornings()
    ada, bo = problem.workers
    problem = replace(problem, workers=(ada, replace(bo, hourly_cost=1000)))
    shifts = of_ada(problem)
    for before, workers in ((0, "bo bo bo"), (shifts[1].start, "ada bo bo"),
                            (shifts[1].start + 1, "ada ada bo")):  # fmt: skip
        posed = pose(problem, shifts, Terms(before=before, change_cost=0))
        found = solved(posed.problem).shifts
        assert " ".join(one.worker for one in sorted(found)) == workers


@pytest.mark.parametrize(
    ("locks", "changed"),
    [
        (Locks(), [0, 1, 2]),
        (Locks(days_as_times(WEEK, [1])), [0, 2]),
        (Locks(workers=frozenset({"ada"})), []),
        (Locks(workers=frozenset({"bo"})), []),
        (Locks(queues=frozenset({"refund"})), []),
    ],
)
def test_a_lock_keeps_a_day_a_worker_or_a_queue(locks: Locks, changed: list[int]) -> None:
    """Bo is cheaper, and takes over every morning that is not locked; locked he gets none."""
    problem = three_mornings()
    ada, bo = problem.workers
    problem = replace(problem, workers=(ada, replace(bo, hourly_cost=1000)))
    shifts = of_ada(problem)
    posed = pose(problem, shifts, Terms(locks=locks, change_cost=0))
    found = sorted(solved(posed.problem).shifts)
    assert [index for index, one in enumerate(found) if one.worker == "bo"] == changed
    assert [one.start for one in found] == [one.start for one in shifts]


def test_locked_shifts_that_break_a_rule_are_refused_or_dropped() -> None:
    problem = three_mornings()
    ada, bo = problem.workers
    problem = replace(problem, workers=(replace(ada, max_minutes_per_week=480), bo))
    shifts, locks = of_ada(problem), Locks(workers=frozenset({"ada"}))
    with pytest.raises(PinsInvalid, match="max_minutes_per_week: worker ada"):
        pose(problem, shifts, Terms(locks=locks))
    posed = pose(problem, shifts, Terms(locks=locks, if_broken="drop"))
    assert [pin.start for pin in posed.broken] == [shifts[2].start]
    found = sorted(solved(posed.problem).shifts)
    assert [one.worker for one in found] == ["ada", "ada", "bo"]
    kept = pose(problem, shifts, Terms(locks=locks, if_broken="keep"))
    assert len(kept.problem.pins) == 3


def test_the_planners_own_pins_stay_his() -> None:
    """A pin in a locked place is stated once, and outlives the next re-plan if it was his."""
    problem = three_mornings()
    shifts = of_ada(problem)
    own = Pin("bo", "refund", shifts[2].start, 240)
    problem = replace(problem, pins=(own,))
    posed = pose(problem, shifts, Terms(before=TUESDAY))
    assert posed.problem.pins == (own, pin_of(shifts[0]))
    again = unlocked(posed.problem)
    assert again.pins == (own,)
    assert (again.previous, again.locks, again.max_changed_workers) == ((), Locks(), None)
    assert frozen(problem, shifts, Locks()).pins == (own,)


def test_a_cap_without_room_says_how_many_are_needed_and_enough() -> None:
    problem = three_mornings()
    shifts = of_ada(problem)
    ada, bo = problem.workers
    problem = replace(problem, workers=(replace(ada, max_minutes_per_week=480), bo))
    with pytest.raises(NoSchedule, match="max changes 0: at least 1 needed, 1 enough: ada"):
        check_cap(pose(problem, shifts, Terms(max_changed=0)).problem)
    roomy = pose(problem, shifts, Terms(max_changed=1)).problem
    check_cap(roomy)
    assert len(solved(roomy).shifts) == 2


def test_nothing_is_left_to_plan_after_the_last_day() -> None:
    problem = three_mornings()
    with pytest.raises(ProblemInvalid, match="nothing is left to plan"):
        pose(problem, (), Terms(before=WEEK.num_minutes))


def test_the_known_schedule_is_mended_by_dropping_what_comes_last() -> None:
    problem = three_mornings()
    ada, bo = problem.workers
    shifts = of_ada(problem)
    posed = pose(problem, shifts, Terms()).problem
    assert known_schedule(problem) is None
    found = known_schedule(posed)
    assert found is not None
    assert [(one.start, one.cost) for one in found] == [(one.start, 6000) for one in shifts]
    short = replace(posed, workers=(replace(ada, max_minutes_per_week=480), bo))
    found = known_schedule(short)
    assert found is not None
    assert [one.start for one in found] == [one.start for one in shifts[:2]]
    moved = make_shift(problem, MORNINGS[2].replace("08", "12"))
    pinned = known_schedule(replace(short, pins=(pin_of(moved),)))
    assert pinned is not None
    assert moved.start in [one.start for one in pinned]


def test_a_cap_that_contradicts_the_rules_is_named() -> None:
    """Both had too much for what they may work now, and one of them may change."""
    problem = three_mornings()
    before = (*of_ada(problem), *(replace(one, worker="bo") for one in of_ada(problem)))
    workers = tuple(replace(one, max_minutes_per_week=480) for one in problem.workers)
    posed = pose(replace(problem, workers=workers), before, Terms(max_changed=1)).problem
    assert "under max_changed_workers" in explain(posed, "time_limit")
    assert "was found" in explain(replace(posed, max_changed_workers=2), "time_limit")
