"""Pins: kept when they can be, refused by name when they break a rule."""

from dataclasses import replace

import pytest

from scheduler.errors import PinsInvalid, ProblemInvalid
from scheduler.problem import Licence, Pin, Problem
from scheduler.solver.greedy import greedy
from scheduler.solver.parameters import Parameters
from scheduler.solver.pins import check_pins, overrule
from scheduler.solver.solve import solve
from scheduler.validation import violations
from tests.factories import (
    make_horizon,
    make_problem,
    make_queue,
    make_shift,
    make_template,
    make_worker,
    need,
    pin_of,
)
from tests.scheduler.forcing import model_cost, solved

DAY = make_horizon(days=1)
WHOLE_DAY = ("2026-11-02 00:00", "2026-11-03 00:00")
MORNING = "2026-11-02 08:00"


@pytest.fixture
def desk() -> Problem:
    """Two alike, each of whom could serve either queue; nobody is needed."""
    workers = [make_worker(DAY, WHOLE_DAY, id=id) for id in ("ada", "bo")]
    queues = (make_queue("refund"), make_queue("return"))
    return make_problem(DAY, *workers, queues=queues, requirement={})


def test_a_pinned_shift_that_nobody_needs_is_kept(desk: Problem) -> None:
    shift = make_shift(desk, MORNING)
    problem = replace(desk, pins=(pin_of(shift),))
    for found in (solved(problem).shifts, greedy(problem)):
        assert [(one.worker, one.start) for one in found] == [("ada", shift.start)]
        assert violations(problem, found) == []


def test_two_alike_pinned_to_one_time_keep_each_his_queue(desk: Problem) -> None:
    shifts = [make_shift(desk, MORNING, worker="bo"),
              make_shift(desk, MORNING, worker="ada", queue="return")]  # fmt: skip
    problem = replace(desk, pins=tuple(map(pin_of, shifts)))
    for found in (solved(problem).shifts, greedy(problem)):
        assert violations(problem, found) == []
        assert {(one.worker, one.queue) for one in found} == {("bo", "refund"), ("ada", "return")}


def test_a_pin_may_use_any_template_of_its_length(desk: Problem) -> None:
    """The first template of four hours has only mornings, the second only evenings."""
    templates = (
        make_template(id="early", first="06:00", last="10:00"),
        make_template(id="late", first="16:00", last="20:00"),
    )
    evening = make_shift(desk, "2026-11-02 18:00", template="late")
    problem = replace(desk, shift_templates=templates, pins=(pin_of(evening),))
    check_pins(problem)
    for found in (solved(problem).shifts, greedy(problem)):
        assert [(one.start, one.template) for one in found] == [(evening.start, "late")]


def test_of_two_templates_alike_a_pin_means_the_first(desk: Problem) -> None:
    templates = (make_template(id="first"), make_template(id="second"))
    problem = replace(desk, shift_templates=templates, pins=(pin_of(make_shift(desk, MORNING)),))
    for found in (solved(problem).shifts, greedy(problem)):
        assert [one.template for one in found] == ["first"]


@pytest.mark.parametrize("is_blended", [False, True])
def test_a_pin_means_the_first_template_that_serves_its_queue(
    desk: Problem, is_blended: bool
) -> None:
    """Validator and model agree which of three alike it is, so that what hangs on it is sure."""
    serving = (frozenset({"return"}), frozenset({"refund"}), None)
    templates = tuple(
        replace(make_template(id=id), queues=queues)
        for id, queues in zip(("first", "second", "third"), serving, strict=True)
    )
    pin = pin_of(make_shift(desk, MORNING))
    problem = replace(desk, shift_templates=templates, pins=(pin,), is_blended=is_blended)
    for template, broken in (("first", ["pin"]), ("second", []), ("third", ["pin"])):
        queue = "return" if template == "first" and is_blended else "refund"
        shift = make_shift(problem, MORNING, template=template, queue=queue)
        shift = replace(shift, segments=shift.served) if is_blended else shift
        found = [one.rule for one in violations(problem, (shift,))]
        assert [rule for rule in found if rule != "template"] == broken
        assert (model_cost(problem, (shift,)) is None) == bool(broken)


def test_a_limit_on_the_template_that_a_pin_means_is_broken_by_the_pin(desk: Problem) -> None:
    """Although another template of its length would be free."""
    templates = (make_template(id="first"), make_template(id="second"))
    ada = replace(desk.workers[0], max_shifts_by_template={"first": 0})
    problem = replace(
        desk, workers=(ada,), shift_templates=templates, pins=(pin_of(make_shift(desk, MORNING)),)
    )
    with pytest.raises(PinsInvalid, match="max_shifts_by_template: worker ada"):
        check_pins(problem)
    assert [one.template for one in solve(problem, KEEPING).shifts] == ["first"]


def test_pins_that_clash_with_each_other_are_named(desk: Problem) -> None:
    shifts = [make_shift(desk, MORNING), make_shift(desk, "2026-11-02 10:00")]
    with pytest.raises(PinsInvalid) as refused:
        check_pins(replace(desk, pins=tuple(map(pin_of, shifts))))
    assert "no_overlap: worker ada: refund at 2026-11-02T08:00:00+01:00" in str(refused.value)


def test_the_same_pin_twice_is_a_clash(desk: Problem) -> None:
    pin = pin_of(make_shift(desk, MORNING))
    with pytest.raises(PinsInvalid, match="no_overlap: worker ada"):
        check_pins(replace(desk, pins=(pin, pin)))


def test_a_pin_of_a_length_that_no_template_has_is_named(desk: Problem) -> None:
    pin = Pin("ada", "refund", 480, 239)
    with pytest.raises(PinsInvalid, match=r"pins\[0\].minutes: no shift template has 239 minutes"):
        check_pins(replace(desk, pins=(pin,)))


@pytest.mark.parametrize("start", [-240, 60 * 24, -(10**6), 10**7])
def test_a_pin_outside_the_horizon_is_named(desk: Problem, start: int) -> None:
    with pytest.raises(PinsInvalid, match="availability: worker ada"):
        check_pins(replace(desk, pins=(Pin("ada", "refund", start, 240),)))


def test_a_pin_against_rest_owed_from_before_the_horizon_is_named(desk: Problem) -> None:
    tired = make_worker(DAY, WHOLE_DAY, past=[("2026-11-01 18:00", "2026-11-01 23:00")])
    problem = replace(desk, workers=(tired,), pins=(pin_of(make_shift(desk, MORNING)),))
    with pytest.raises(PinsInvalid, match="rest: worker ada: 540 minutes of rest"):
        check_pins(problem)


def test_a_pin_for_an_unknown_queue_is_refused(desk: Problem) -> None:
    with pytest.raises(ProblemInvalid, match=r"pins\[0\].queue: 'tax' is not a queue"):
        replace(desk, pins=(Pin("ada", "tax", 480, 240),))


def test_a_pin_for_an_unknown_worker_is_refused(desk: Problem) -> None:
    with pytest.raises(ProblemInvalid, match=r"pins\[0\].worker: 'eve' is not a worker"):
        replace(desk, pins=(Pin("eve", "refund", 480, 240),))


CLASH = ("2026-11-02 08:00", "2026-11-02 10:00")
KEEPING = Parameters(time_limit=20, workers=1, keep_broken_pins=True)


@pytest.fixture
def clashing(desk: Problem) -> Problem:
    """Ada is pinned twice at once; Bo may still be sent where somebody is needed."""
    shifts = [make_shift(desk, start) for start in CLASH]
    requirement = {"return": need(DAY, (MORNING, "2026-11-02 12:00", 1))}
    return replace(desk, pins=tuple(map(pin_of, shifts)), requirement=requirement)


def test_pins_that_break_a_rule_are_refused(clashing: Problem) -> None:
    with pytest.raises(PinsInvalid, match="no_overlap: worker ada"):
        solve(clashing, replace(KEEPING, keep_broken_pins=False))


def test_pins_that_break_a_rule_are_kept_on_demand_and_named(clashing: Problem) -> None:
    found = solve(clashing, KEEPING)
    assert [(one.worker, one.start // 60) for one in found.shifts] == [
        ("ada", 8), ("bo", 8), ("ada", 10),
    ]  # fmt: skip
    assert found.status == "optimal"
    rules = {line.split(":")[0] for line in found.run["kept_pins"]}
    assert rules == {"no_overlap", "max_shifts_per_day"}
    assert violations(overrule(clashing), found.shifts) == []
    assert violations(clashing, found.shifts) != []


def test_only_those_whose_pins_break_a_rule_are_overruled(clashing: Problem) -> None:
    bo = pin_of(make_shift(clashing, MORNING, worker="bo"))
    problem = overrule(replace(clashing, pins=(*clashing.pins, bo)))
    assert problem.overruled == {"ada"}


def test_good_pins_change_nothing(desk: Problem) -> None:
    problem = replace(desk, pins=(pin_of(make_shift(desk, MORNING)),))
    assert overrule(problem) is problem
    assert "kept_pins" not in solve(problem, KEEPING).run


def test_pins_beyond_a_limit_that_all_share_are_kept(desk: Problem) -> None:
    one_seat = (Licence("seats", frozenset({"refund"}), 1),)
    pins = tuple(pin_of(make_shift(desk, MORNING, worker=worker)) for worker in ("ada", "bo"))
    problem = replace(desk, licences=one_seat, pins=pins)
    with pytest.raises(PinsInvalid, match="licences: worker bo"):
        check_pins(problem)
    found = solve(problem, KEEPING)
    assert [one.worker for one in found.shifts] == ["ada", "bo"]
    assert [line.split(":")[0] for line in found.run["kept_pins"]] == ["licences"]


def test_a_pin_that_no_template_could_be_is_never_kept(desk: Problem) -> None:
    with pytest.raises(PinsInvalid, match="no shift template has 239 minutes"):
        solve(replace(desk, pins=(Pin("ada", "refund", 480, 239),)), KEEPING)


def test_a_pin_outside_the_horizon_is_never_kept(desk: Problem) -> None:
    with pytest.raises(PinsInvalid, match="pins cannot be kept:"):
        solve(replace(desk, pins=(Pin("ada", "refund", 23 * 60, 240),)), KEEPING)


@pytest.mark.parametrize("is_blended", [False, True])
@pytest.mark.parametrize("queues", [("refund", "refund"), ("refund", "return")])
def test_two_pins_of_one_worker_for_one_time_are_never_kept(
    desk: Problem, queues: tuple[str, str], is_blended: bool
) -> None:
    pins = tuple(pin_of(make_shift(desk, MORNING, queue=queue)) for queue in queues)
    problem = replace(desk, pins=pins, is_blended=is_blended)
    with pytest.raises(PinsInvalid, match="no_overlap: worker ada"):
        check_pins(problem)
    with pytest.raises(PinsInvalid, match="two pins for the same time"):
        overrule(problem)


@pytest.mark.parametrize("start", [-240, 22 * 60, 60 * 24, -(10**6), 10**7])
def test_overruling_does_not_widen_the_horizon(desk: Problem, start: int) -> None:
    with pytest.raises(PinsInvalid, match="outside the horizon"):
        overrule(replace(desk, pins=(Pin("ada", "refund", start, 240),)))


def test_a_least_that_more_work_can_reach_is_no_pin_s_fault(desk: Problem) -> None:
    hard = replace(desk.workers[0], is_min_hard=True, min_minutes_per_week=7 * 60)
    check_pins(replace(desk, workers=(hard, desk.workers[1])))
