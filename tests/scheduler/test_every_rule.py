"""Every rule: what breaks it is named and impossible, what just keeps it stays possible."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from scheduler.errors import PinsInvalid
from scheduler.model.build import build
from scheduler.problem import Licence, Locks, Previous, Problem
from scheduler.schedule import Segment, Shift
from scheduler.solver.greedy import greedy
from scheduler.solver.pins import check_pins
from scheduler.validation import MENDED_BY_WORK, RULES, SITE_RULES, costs, violations
from scheduler.worker import Bar, PeriodLimit, RollingLimit, Span
from tests.factories import (
    make_horizon,
    make_problem,
    make_queue,
    make_shift,
    make_template,
    make_worker,
    pin_of,
)
from tests.scheduler.forcing import model_cost, solved

WEEK = make_horizon()
ALL_WEEK = ("2026-11-02 00:00", "2026-11-09 00:00")


@dataclass(frozen=True)
class Example:
    """A schedule that breaks one rule only, and a near one that keeps them all."""

    problem: Problem
    broken: tuple[Shift, ...]
    kept: tuple[Shift, ...]


def example(broken: str, kept: str, **limits: Any) -> Example:
    """Shifts of one worker who is always there; starts written "02 08:00, 03 12:00"."""
    problem = make_problem(WEEK, make_worker(WEEK, ALL_WEEK, **limits))
    return Example(problem, starts(problem, broken), starts(problem, kept))


def starts(problem: Problem, text: str) -> tuple[Shift, ...]:
    return tuple(make_shift(problem, f"2026-11-{one}") for one in text.split(", "))


def wrong_skill() -> Example:
    problem = make_problem(
        WEEK,
        make_worker(WEEK, ALL_WEEK),
        queues=(make_queue("refund"), make_queue("fraud", skill="sv")),
    )
    first, other = (make_shift(problem, "2026-11-02 08:00", queue=q) for q in ("refund", "fraud"))
    return Example(problem, (other,), (first,))


def off_the_grid() -> Example:
    problem = make_problem(
        WEEK,
        make_worker(WEEK, ALL_WEEK),
        shift_templates=(make_template(every=120, first="08:00", last="12:00"),),
    )
    return Example(problem, starts(problem, "02 09:00"), starts(problem, "02 12:00"))


def outside_the_window() -> Example:
    worker = make_worker(WEEK, ("2026-11-02 08:00", "2026-11-02 12:00"))
    problem = make_problem(WEEK, worker)
    return Example(problem, starts(problem, "02 09:00"), starts(problem, "02 08:00"))


def wrong_segment() -> Example:
    """Ada may help with refunds only, for the fourth hour as for the others."""
    problem = make_problem(
        WEEK,
        make_worker(WEEK, ALL_WEEK),
        queues=(make_queue("refund"), make_queue("fraud", skill="sv")),
        is_blended=True,
    )
    (shift,) = starts(problem, "02 08:00")
    last = shift.end - 60
    kept = (Segment(shift.start, last, "refund"), Segment(last, shift.end, "refund"))
    broken = (kept[0], replace(kept[1], queue="fraud"))
    return Example(problem, *((replace(shift, segments=parts),) for parts in (broken, kept)))


def of_template(broken: str, kept: str, *, limits: dict[str, Any], **worker: Any) -> Example:
    """The template "four" with limits of its own."""
    one = example(broken, kept, **worker)
    templates = (replace(make_template(), **limits),)
    return replace(one, problem=replace(one.problem, shift_templates=templates))


def one_seat_for_two() -> Example:
    """Ada comes an hour before Bo leaves, or when he does."""
    workers = [make_worker(WEEK, ALL_WEEK, id=id) for id in ("ada", "bo")]
    problem = make_problem(WEEK, *workers, licences=(Licence("seat", frozenset({"refund"}), 1),))
    bo = make_shift(problem, "2026-11-02 08:00", worker="bo")
    early, late = (make_shift(problem, f"2026-11-02 {hour}:00") for hour in (11, 12))
    return Example(problem, (bo, early), (bo, late))


def one_worker_may_change() -> Example:
    """Ada and Bo had the morning; of both, one may have another time."""
    workers = [make_worker(WEEK, ALL_WEEK, id=id) for id in ("ada", "bo")]
    ada, bo = (Previous(one.id, "refund", "four", 480, 240) for one in workers)
    problem = make_problem(WEEK, *workers, previous=(ada, bo), max_changed_workers=1)
    (kept,) = starts(problem, "02 08:00")
    moved = make_shift(problem, "2026-11-02 09:00", worker="bo")
    return Example(problem, (moved,), (kept, moved))


def a_locked_morning() -> Example:
    """Before noon on Monday nobody starts."""
    times = (Span(0, 12 * 60),)
    problem = make_problem(WEEK, make_worker(WEEK, ALL_WEEK), locks=Locks(times))
    return Example(problem, starts(problem, "02 11:00"), starts(problem, "02 12:00"))


def a_hard_minimum() -> Example:
    return example("02 08:00", "02 08:00, 03 08:00", is_min_hard=True, min_minutes_per_week=480)


SIX_DAYS = ", ".join(f"{day:02d} 08:00" for day in range(2, 8))
EXAMPLES: dict[str, Callable[[], Example]] = {
    "skill": wrong_skill,
    "template": off_the_grid,
    "availability": outside_the_window,
    "no_overlap": lambda: example(
        "02 08:00, 02 11:00", "02 08:00, 02 12:00", max_shifts_per_day=2
    ),
    "max_shifts_per_day": lambda: example("02 08:00, 02 16:00", "02 08:00, 03 16:00"),
    "rest": lambda: example("02 18:00, 03 08:00", "02 17:00, 03 08:00"),
    "day_span": lambda: example("02 08:00, 02 18:00", "02 08:00, 02 17:00", max_shifts_per_day=2),
    "max_minutes_per_week": lambda: example(
        "02 08:00, 04 08:00, 06 08:00", "02 08:00, 04 08:00", max_minutes_per_week=719
    ),
    "max_consecutive_days": lambda: example(
        "02 08:00, 03 08:00, 04 08:00", "02 08:00, 03 08:00, 05 08:00", max_consecutive_days=2
    ),
    "segments": wrong_segment,
    "max_shifts_by_template": lambda: example(
        "02 08:00, 04 08:00", "02 08:00", max_shifts_by_template={"four": 1}
    ),
    "forbidden_next": lambda: of_template(
        "02 08:00, 03 12:00", "02 08:00, 04 12:00", limits={"forbidden_next": frozenset({"four"})}
    ),
    "max_weekends": lambda: example("07 08:00", "06 08:00", max_weekends=0),
    "min_consecutive_days": lambda: example(
        "04 08:00", "04 08:00, 05 08:00", min_consecutive_days=2
    ),
    "min_consecutive_days_off": lambda: example(
        "03 08:00, 05 08:00", "03 08:00, 06 08:00", min_consecutive_days_off=2
    ),
    "max_consecutive_days_off": lambda: example(
        "02 08:00, 07 08:00", "02 08:00, 06 08:00", max_consecutive_days_off=3
    ),
    "min_minutes_per_week": a_hard_minimum,
    "max_rolling_minutes": lambda: example(
        "02 08:00, 03 08:00, 04 08:00", "02 08:00, 03 08:00, 05 08:00",
        rolling_limits=(RollingLimit(3, max_minutes=719),),
    ),
    "min_rolling_minutes": lambda: example(
        "04 08:00", "04 08:00, 07 08:00", rolling_limits=(RollingLimit(3, min_minutes=240),)
    ),
    "template_per_day": lambda: of_template(
        "02 08:00, 02 12:00", "02 08:00, 03 12:00",
        limits={"max_shifts_per_day": 1}, max_shifts_per_day=2,
    ),
    "period_limits": lambda: example(
        "02 08:00, 03 08:00", "02 08:00, 04 08:00",
        period_limits=(PeriodLimit(0, 1, 479, rule="de.minijob"),),
    ),
    "barred": lambda: example(
        "02 08:00", "02 12:00", barred=(Bar(10 * 60, 12 * 60, "de.sunday"),)
    ),
    "max_stretch": lambda: example(
        "02 08:00, 02 12:00", "02 08:00, 02 13:00",
        max_shifts_per_day=2, max_stretch_minutes=360, min_break_minutes=30,
    ),
    "weekly_rest": lambda: example(
        f"{SIX_DAYS}, 08 08:00", SIX_DAYS,
        min_weekly_rest_minutes=24 * 60 + 11 * 60, max_consecutive_days=7,
    ),
    "licences": one_seat_for_two,
    "max_changed_workers": one_worker_may_change,
    "locked": a_locked_morning,
}  # fmt: skip
ABOUT_PINS = {"pin", "overruled"}  # tested in test_overruled.py and below

# A pin says nothing of segments, and is what a lock lets pass.
NOT_OF_PINS = {"segments", "locked"}

every_rule = pytest.mark.parametrize("rule", EXAMPLES)


def test_every_rule_has_an_example() -> None:
    assert set(EXAMPLES) | ABOUT_PINS == set(RULES) | set(SITE_RULES)
    assert set(EXAMPLES) | ABOUT_PINS >= MENDED_BY_WORK


@every_rule
def test_the_validator_names_the_broken_rule(rule: str) -> None:
    one = EXAMPLES[rule]()
    assert {found.rule for found in violations(one.problem, one.broken)} == {rule}


@every_rule
def test_the_model_has_no_room_for_a_broken_rule(rule: str) -> None:
    one = EXAMPLES[rule]()
    assert model_cost(one.problem, one.broken) is None


@pytest.mark.parametrize("rule", sorted(set(EXAMPLES) - MENDED_BY_WORK - NOT_OF_PINS))
def test_pins_that_break_a_rule_are_refused_by_its_name(rule: str) -> None:
    """What more work may mend is not yet broken."""
    one = EXAMPLES[rule]()
    with pytest.raises(PinsInvalid, match=f"{rule}: worker ada"):
        check_pins(pinned(one.problem, one.broken))


@every_rule
def test_the_validator_accepts_what_just_keeps_the_rule(rule: str) -> None:
    one = EXAMPLES[rule]()
    assert violations(one.problem, one.kept) == []


@every_rule
def test_the_model_prices_what_just_keeps_the_rule_as_the_validator_does(rule: str) -> None:
    one = EXAMPLES[rule]()
    assert model_cost(one.problem, one.kept) == sum(costs(one.problem, one.kept).values())


@every_rule
def test_a_pinned_choice_that_keeps_the_rule_is_in_the_best_schedule(rule: str) -> None:
    one = EXAMPLES[rule]()
    problem = pinned(one.problem, one.kept)
    check_pins(problem)
    found = solved(problem)
    assert set(times(one.kept)) <= set(times(found.shifts))
    assert violations(problem, found.shifts) == []
    assert found.cost == found.bound


@every_rule
def test_the_greedy_schedule_keeps_the_rule_around_pins(rule: str) -> None:
    one = EXAMPLES[rule]()
    problem = pinned(one.problem, one.kept)
    found = greedy(problem)
    assert set(times(one.kept)) <= set(times(found))
    assert violations(problem, found) == []


def test_nobody_serves_without_starting_a_shift() -> None:
    """Group balance: two queues are not served by one person at once, nor by nobody."""
    problem = make_problem(
        WEEK,
        make_worker(WEEK, ALL_WEEK, skills=("de", "sv")),
        queues=(make_queue("refund"), make_queue("fraud", skill="sv")),
    )
    model = build(problem)
    values = model.linear.upper.copy()
    values[:] = 0
    values[model.variables.need.column] = model.variables.need.workers
    assert model.linear.is_feasible(values)
    values[model.variables.servings.column[0]] = 1
    assert not model.linear.is_feasible(values)


def test_a_pinned_shift_cannot_be_left_out() -> None:
    one = EXAMPLES["rest"]()
    problem = pinned(one.problem, one.kept)
    assert [found.rule for found in violations(problem, ())] == ["pin", "pin"]
    assert model_cost(problem, ()) is None
    assert model_cost(problem, one.kept) is not None


def test_a_pinned_shift_cannot_change_its_queue() -> None:
    problem = make_problem(
        WEEK,
        make_worker(WEEK, ALL_WEEK),
        queues=(make_queue("refund"), make_queue("return")),
    )
    kept = make_shift(problem, "2026-11-02 08:00", queue="return")
    moved = replace(kept, queue="refund")
    problem = pinned(problem, (kept,))
    assert [found.rule for found in violations(problem, (moved,))] == ["pin"]
    assert model_cost(problem, (moved,)) is None
    assert model_cost(problem, (kept,)) is not None


@pytest.mark.parametrize("limit", ["max_shifts_per_day", "max_consecutive_days"])
def test_a_limit_of_zero_means_no_work_at_all(limit: str) -> None:
    one = example("02 08:00", "02 08:00", **{limit: 0})
    assert [found.rule for found in violations(one.problem, one.broken)] == [limit]
    assert model_cost(one.problem, one.broken) is None
    assert solved(one.problem).shifts == ()


def test_unknown_workers_and_queues_are_named() -> None:
    one = example("02 08:00", "02 08:00")
    strangers = (replace(one.kept[0], worker="eve"), replace(one.kept[0], queue="tax"))
    assert [found.rule for found in violations(one.problem, strangers)] == ["known", "known"]


def test_a_violation_says_rule_worker_and_time() -> None:
    one = EXAMPLES["availability"]()
    (found,) = violations(one.problem, one.broken)
    assert str(found) == (
        "availability: worker ada: refund at 2026-11-02T09:00:00+01:00: "
        "not inside one availability window"
    )


def test_a_shift_may_not_join_two_windows_that_touch() -> None:
    """Two offers are two offers: a worker may move between them."""
    worker = make_worker(
        WEEK, ("2026-11-02 08:00", "2026-11-02 10:00"), ("2026-11-02 10:00", "2026-11-02 14:00")
    )
    problem = make_problem(WEEK, worker)
    across = starts(problem, "02 08:00")
    assert [found.rule for found in violations(problem, across)] == ["availability"]
    assert model_cost(problem, across) is None
    assert model_cost(problem, starts(problem, "02 10:00")) is not None


def pinned(problem: Problem, shifts: tuple[Shift, ...]) -> Problem:
    return replace(problem, pins=tuple(pin_of(one) for one in shifts))


def times(shifts: tuple[Shift, ...]) -> list[tuple[str, str, int, int]]:
    return [(one.worker, one.queue, one.start, one.end) for one in shifts]
