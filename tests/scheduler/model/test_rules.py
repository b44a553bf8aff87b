"""Every rule of the model: its own function forbids what breaks it, and nothing that keeps it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from scheduler.model.constraints import CONSTRAINTS, PAIR_RULES
from scheduler.problem import Licence, Locks, Previous, Problem
from scheduler.schedule import Shift
from scheduler.validation import costs
from scheduler.worker import PeriodLimit, RollingLimit
from tests.factories import (
    make_horizon,
    make_problem,
    make_queue,
    make_shift,
    make_template,
    make_worker,
    pin_of,
)
from tests.scheduler.forcing import model_cost

WEEK = make_horizon()
FORTNIGHT = make_horizon(days=14)


@dataclass(frozen=True)
class Example:
    """A schedule that breaks one rule only, and a near one that keeps them all."""

    problem: Problem
    broken: tuple[Shift, ...]
    kept: tuple[Shift, ...]


def example(broken: str, kept: str, **limits: Any) -> Example:
    """Shifts of one worker who is always there; starts written "02 08:00, 03 12:00"."""
    return of(make_problem(WEEK, always(WEEK, **limits)), broken, kept)


def always(horizon: Any = WEEK, **limits: Any) -> Any:
    last = f"2026-11-{2 + horizon.days:02} 00:00"
    return make_worker(horizon, ("2026-11-02 00:00", last), **limits)


def of(problem: Problem, broken: str, kept: str) -> Example:
    return Example(problem, starts(problem, broken), starts(problem, kept))


def starts(problem: Problem, text: str) -> tuple[Shift, ...]:
    """Shifts written "02 08:00", "02 08:00 late" for a template, "bo 02 08:00" for a worker."""
    found = []
    for one in filter(None, text.split(", ")):
        parts = one.split()
        worker = parts.pop(0) if parts[0].isalpha() else "ada"
        more = {"template": parts[2]} if len(parts) > 2 else {}
        found.append(make_shift(problem, f"2026-11-{parts[0]} {parts[1]}", worker=worker, **more))
    return tuple(found)


def late_then_early() -> Example:
    early = make_template(last="11:00")
    late = replace(make_template(id="late", first="12:00"), forbidden_next=frozenset({"four"}))
    problem = make_problem(WEEK, always(), shift_templates=(early, late))
    return of(problem, "02 12:00 late, 03 08:00 four", "02 08:00 four, 03 12:00 late")


def two_on_a_day() -> Example:
    one_a_day = replace(make_template(), max_shifts_per_day=1)
    problem = make_problem(WEEK, always(), always(id="bo"), shift_templates=(one_a_day,))
    return of(problem, "02 08:00, bo 02 20:00", "02 08:00, bo 03 08:00")


def one_seat() -> Example:
    licences = (Licence("seats", frozenset({"refund"}), 1),)
    problem = make_problem(WEEK, always(), always(id="bo"), licences=licences)
    return of(problem, "02 08:00, bo 02 11:00", "02 08:00, bo 02 12:00")


def two_weekends() -> Example:
    problem = make_problem(FORTNIGHT, always(FORTNIGHT, max_weekends=1))
    return of(problem, "07 08:00, 15 08:00", "07 08:00, 08 08:00, 13 08:00")


def nobody_may_change() -> Example:
    """Ada had the morning of the second, and keeps it or nothing at all is possible."""
    known = (Previous("ada", "refund", "four", 8 * 60, 240),)
    problem = make_problem(WEEK, always(), previous=known, max_changed_workers=0)
    return of(problem, "02 09:00", "02 08:00")


def a_locked_queue() -> Example:
    """Ada may serve returns, and refunds only where a pin says so."""
    queues = (make_queue("refund"), make_queue("return"))
    locks = Locks(queues=frozenset({"refund"}))
    problem = make_problem(WEEK, always(), queues=queues, locks=locks)
    broken = starts(problem, "02 08:00")
    return Example(problem, broken, tuple(replace(one, queue="return") for one in broken))


SIX_DAYS = ", ".join(f"{day:02d} 08:00" for day in range(2, 8))
EXAMPLES: dict[str, Callable[[], Example]] = {
    "no_overlap": lambda: example(
        "02 08:00, 02 11:00", "02 08:00, 02 12:00", max_shifts_per_day=2
    ),
    "one_shift_per_day": lambda: example("02 08:00, 02 16:00", "02 08:00, 03 16:00"),
    "rest": lambda: example("02 18:00, 03 08:00", "02 17:00, 03 08:00"),
    "day_span": lambda: example("02 08:00, 02 18:00", "02 08:00, 02 17:00", max_shifts_per_day=2),
    "forbidden_next": late_then_early,
    "exclusions": lambda: example("02 18:00, 03 08:00", "02 17:00, 03 08:00"),
    "max_shifts_per_day": lambda: example(
        "02 06:00, 02 10:00, 02 14:00", "02 06:00, 02 14:00", max_shifts_per_day=2
    ),
    "max_shifts_by_template": lambda: example(
        "02 08:00, 05 08:00", "05 08:00", max_shifts_by_template={"four": 1}
    ),
    "max_minutes_per_week": lambda: example(
        "02 08:00, 04 08:00, 06 08:00", "02 08:00, 04 08:00", max_minutes_per_week=719
    ),
    "min_minutes_per_week": lambda: example(
        "02 08:00", "02 08:00, 04 08:00", min_minutes_per_week=241, is_min_hard=True
    ),
    "rolling_most": lambda: example(
        "02 08:00, 04 08:00", "02 08:00, 05 08:00", rolling_limits=(RollingLimit(3, 0, 479),)
    ),
    "rolling_least": lambda: example(
        "02 08:00, 08 08:00", "04 08:00, 06 08:00", rolling_limits=(RollingLimit(5, 240),)
    ),
    "workdays": lambda: example(
        "02 08:00, 03 08:00, 04 08:00", "02 08:00, 03 08:00, 03 12:00",
        max_consecutive_days=2, max_shifts_per_day=2,
    ),
    "run_starts": lambda: example("04 08:00", "04 08:00, 05 08:00", min_consecutive_days=2),
    "max_consecutive_days": lambda: example(
        "02 08:00, 03 08:00, 04 08:00", "02 08:00, 03 08:00, 05 08:00", max_consecutive_days=2
    ),
    "min_consecutive_days": lambda: example(
        "04 08:00, 05 08:00", "04 08:00, 05 08:00, 06 08:00", min_consecutive_days=3
    ),
    "min_consecutive_days_off": lambda: example(
        "03 08:00, 06 08:00", "03 08:00, 07 08:00", min_consecutive_days_off=3
    ),
    "max_consecutive_days_off": lambda: example(
        "03 08:00, 07 08:00", "04 08:00, 07 08:00", max_consecutive_days_off=2
    ),
    "max_weekends": two_weekends,
    "period_limits": lambda: example(
        "02 08:00, 03 08:00", "02 08:00, 04 08:00", period_limits=(PeriodLimit(0, 1, 479),)
    ),
    "max_stretch": lambda: example(
        "02 08:00, 02 12:00", "02 08:00, 02 13:00",
        max_shifts_per_day=2, max_stretch_minutes=360, min_break_minutes=30,
    ),
    "long_blocks": lambda: example(
        "02 08:00, 02 12:00, 02 16:00", "02 08:00, 02 12:00, 02 17:00",
        max_shifts_per_day=3, max_stretch_minutes=600, min_break_minutes=30, min_rest_minutes=0,
    ),
    "weekly_rest": lambda: example(
        f"{SIX_DAYS}, 08 08:00", SIX_DAYS, min_weekly_rest_minutes=2100, max_consecutive_days=7
    ),
    "template_shifts_per_day": two_on_a_day,
    "licences": one_seat,
    "max_changed_workers": nobody_may_change,
    "locked_queues": a_locked_queue,
}  # fmt: skip
NOT_ABOUT_SHIFTS = {"group_balance", "pins"}  # tested with the validator's twins

every_rule = pytest.mark.parametrize("rule", EXAMPLES)


def test_every_function_of_the_model_has_an_example() -> None:
    names = {one.__name__ for one in (*CONSTRAINTS, *PAIR_RULES)}
    assert set(EXAMPLES) | NOT_ABOUT_SHIFTS == names


@every_rule
def test_the_model_has_no_room_for_a_broken_rule(rule: str) -> None:
    one = EXAMPLES[rule]()
    assert model_cost(one.problem, one.broken) is None


@every_rule
def test_the_model_prices_what_just_keeps_the_rule(rule: str) -> None:
    one = EXAMPLES[rule]()
    assert model_cost(one.problem, one.kept) == sum(costs(one.problem, one.kept).values())


@every_rule
def test_the_model_needs_each_of_its_functions(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the function the broken schedule would pass: no other one covers for it."""
    one = EXAMPLES[rule]()
    for home, name in (("build", "CONSTRAINTS"), ("constraints.pairs", "PAIR_RULES")):
        functions = {"CONSTRAINTS": CONSTRAINTS, "PAIR_RULES": PAIR_RULES}[name]
        others = tuple(each for each in functions if each.__name__ != rule)
        monkeypatch.setattr(f"scheduler.model.{home}.{name}", others)
    assert model_cost(one.problem, one.broken) is not None


@every_rule
def test_rules_are_not_asked_of_overruled_workers(rule: str) -> None:
    """They work their pins and nothing else, whatever these break."""
    one = EXAMPLES[rule]()
    pins = tuple(pin_of(shift) for shift in one.broken)
    workers = frozenset(worker.id for worker in one.problem.workers)
    problem = replace(one.problem, pins=pins, overruled=workers)
    assert model_cost(problem, one.broken) == sum(costs(problem, one.broken).values())
    assert model_cost(problem, one.broken[1:]) is None
    assert model_cost(problem, (*one.broken, *starts(problem, "08 20:00"))) is None
