"""Contradictory pins: the fewest of them are named, and solves without costs agree."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scheduler.errors import NoSchedule, PinsInvalid
from scheduler.problem import Licence, Pin, Problem
from scheduler.solver.contradictions import bare_of, explain, is_possible
from scheduler.solver.parameters import Parameters
from scheduler.solver.pin_conflicts import PinConflict, confirmed, pin_conflicts
from scheduler.solver.pins import broken_pins, check_pins
from scheduler.solver.solve import solve
from tests.factories import make_horizon, make_problem, make_shift, make_worker, pin_of
from tests.scheduler.explain.asking import budget
from tests.scheduler.tiny_problems import shifts_of, tiny_problems

WEEK = make_horizon()
ALL_WEEK = ("2026-11-02 00:00", "2026-11-09 00:00")


def pinned(*starts: str, workers: str = "ada", **more: object) -> Problem:
    """Pins written "ada 02 08:00"."""
    people = [make_worker(WEEK, ALL_WEEK, id=id, **more) for id in workers.split()]
    problem = make_problem(WEEK, *people)
    words = [one.split(" ", 1) for one in starts]
    pins = [pin_of(make_shift(problem, f"2026-11-{at}", worker=id)) for id, at in words]
    return replace(problem, pins=tuple(pins))


def conflicts(problem: Problem) -> list[PinConflict]:
    return [confirmed(problem, one) for one in pin_conflicts(problem, broken_pins)]


def starts_of(problem: Problem, pins: Sequence[Pin]) -> list[str]:
    return [f"{pin.worker} {problem.horizon.instant(pin.start):%d %H:%M}" for pin in pins]


def test_of_many_pins_the_two_that_clash_are_named() -> None:
    problem = pinned("ada 02 20:00", "ada 04 08:00", "ada 03 06:00", "ada 06 08:00")
    (one,) = conflicts(problem)
    assert starts_of(problem, one.pins) == ["ada 02 20:00", "ada 03 06:00"]
    assert (one.rules, one.is_confirmed) == (("rest",), True)


def test_a_weekly_limit_needs_as_many_pins_as_exceed_it() -> None:
    days = [f"ada 0{day} 08:00" for day in range(2, 7)]
    problem = pinned(*days, max_minutes_per_week=12 * 60)
    (one,) = conflicts(problem)
    assert len(one.pins) == 4
    assert (one.rules, one.is_confirmed) == (("max_minutes_per_week",), True)


def test_pins_of_several_workers_on_one_seat() -> None:
    problem = pinned("ada 02 08:00", "bo 02 10:00", "cy 03 08:00", workers="ada bo cy")
    problem = replace(problem, licences=(Licence("seat", frozenset({"refund"}), 1),))
    (one,) = conflicts(problem)
    assert starts_of(problem, one.pins) == ["ada 02 08:00", "bo 02 10:00"]
    assert (one.rules, one.is_confirmed) == (("licences",), True)


def test_each_contradiction_is_named_by_itself() -> None:
    problem = pinned("ada 02 08:00", "ada 02 09:00", "bo 02 20:00", "bo 03 06:00", workers="ada bo")
    assert [starts_of(problem, one.pins) for one in conflicts(problem)] == [
        ["ada 02 08:00", "ada 02 09:00"], ["bo 02 20:00", "bo 03 06:00"],
    ]  # fmt: skip


def test_a_pin_that_is_wrong_alone_needs_no_others_and_no_solver() -> None:
    problem = pinned("ada 02 08:00", "ada 04 08:00")
    problem = replace(problem, workers=(replace(problem.workers[0], skills=frozenset()),))
    found = conflicts(problem)
    assert [(len(one.pins), one.rules, one.is_confirmed) for one in found] == [
        (1, ("skill",), None), (1, ("skill",), None),
    ]  # fmt: skip


def test_two_pins_for_one_time_are_one_choice_that_nobody_is_asked_about() -> None:
    problem = pinned("ada 02 08:00")
    (one,) = conflicts(replace(problem, pins=problem.pins * 2))
    assert (len(one.pins), one.is_confirmed) == (2, None)


def test_the_error_names_the_set_after_the_rules() -> None:
    with pytest.raises(PinsInvalid) as refused:
        check_pins(pinned("ada 02 20:00", "ada 04 08:00", "ada 03 06:00"))
    lines = str(refused.value).splitlines()
    assert lines[0] == "pins break rules:"
    assert lines[-2:] == [
        "smallest sets of pins that contradict each other:",
        "ada on refund at 2026-11-02T20:00:00+01:00; ada on refund at 2026-11-03T06:00:00+01:00: "
        "cannot be kept under rest, confirmed by a solve without costs",
    ]


def test_a_set_that_can_be_kept_is_not_confirmed() -> None:
    """Neither a feasible set nor one with a pin too many."""
    problem = pinned("ada 02 20:00", "ada 03 06:00", "ada 05 08:00")
    assert confirmed(problem, PinConflict(problem.pins[1:], ("rest",))).is_confirmed is False
    assert confirmed(problem, PinConflict(problem.pins, ("rest",))).is_confirmed is False


@budget(25)
@given(data=st.data())
def test_on_tiny_problems_the_model_agrees_with_every_set(data: st.DataObject) -> None:
    problem = replace(data.draw(tiny_problems()), pins=(), overruled=frozenset())
    possible = [one for worker in problem.workers for one in shifts_of(problem, worker)]
    drawn = data.draw(st.permutations(possible))[:6]
    apart = {(one.worker, one.start, one.minutes): pin_of(one) for one in drawn}
    problem = replace(problem, pins=tuple(apart.values()))
    # Of two templates alike a pin means the first, which may be wrong where the second is right.
    assume(not any(broken_pins(replace(problem, pins=(pin,))) for pin in problem.pins))
    for one in pin_conflicts(problem, broken_pins):
        assert is_possible(bare_of(replace(problem, pins=one.pins))) is False
        for pin in one.pins:
            fewer = tuple(other for other in one.pins if other is not pin)
            assert broken_pins(replace(problem, pins=fewer)) == []


def test_pins_that_only_more_work_could_mend_are_named_too() -> None:
    """Worked on Wednesday, he owes Tuesday or Thursday, and offers neither; Friday has Saturday."""
    worker = make_worker(
        WEEK, *((f"2026-11-0{day} 08:00", f"2026-11-0{day} 12:00") for day in (2, 4, 6, 7)),
        min_consecutive_days=2,
    )  # fmt: skip
    problem = make_problem(WEEK, worker)
    pins = tuple(pin_of(make_shift(problem, f"2026-11-0{day} 08:00")) for day in (4, 6))
    problem = replace(problem, pins=pins)
    assert pin_conflicts(problem, broken_pins) == []
    said = explain(problem, "search_failed")
    assert "worker ada: pins cannot be kept together with min_consecutive_days" in said
    assert "ada on refund at 2026-11-04T08:00:00+01:00: cannot be kept" in said
    assert "2026-11-06" not in said
    with pytest.raises(NoSchedule, match="ada on refund at 2026-11-04"):
        solve(problem, Parameters(time_limit=20, workers=1))
