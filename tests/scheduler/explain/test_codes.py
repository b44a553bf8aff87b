"""Every rule has codes, and every code has something that provokes it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scheduler.explain import codes as registry
from scheduler.explain.assigned import why_assigned
from scheduler.explain.possible import SHARED
from scheduler.explain.reasons import ORDER, price_reason
from scheduler.explain.standing import Standing
from scheduler.policy import NewStarters, Policy, Priority, Spread
from scheduler.problem import Licence, Locks, Previous, Problem, UnpopularHours, Weights
from scheduler.schedule import Segment
from scheduler.validation import RULES, SITE_RULES
from scheduler.worker import Bar, PeriodLimit, Request, RollingLimit
from tests.factories import (
    make_problem,
    make_queue,
    make_template,
    make_worker,
    minute,
    need,
    pin_of,
)
from tests.scheduler.edges import span
from tests.scheduler.explain.asking import ALL_WEEK, WEEK, alone, codes, reasons, shift_at

SUNDAY = ("2026-11-01 08:00", "2026-11-01 12:00")
LATE_SUNDAY = ("2026-11-01 19:00", "2026-11-01 23:00")
FORBIDDEN = registry.RULE_CODES
PAGE = Path(__file__).parents[3] / "docs" / "reasons.md"


def elsewhere(since: str, until: str) -> dict[str, Any]:
    return {"external_shifts": (span(WEEK, f"2026-11-{since}", f"2026-11-{until}"),)}


def of_template(**limits: Any) -> Problem:
    templates = (replace(make_template(), **limits),)
    return replace(alone(max_shifts_per_day=2), shift_templates=templates)


def two_queues(**more: Any) -> Problem:
    return replace(alone(), queues=(make_queue("refund"), make_queue("fraud", skill="sv")), **more)


def wrong_segment() -> set[str]:
    problem = two_queues(is_blended=True)
    shift = shift_at(problem, "02 08:00")
    parts = (Segment(shift.start, shift.end, "fraud"),)
    return codes(problem, replace(shift, queue="fraud", segments=parts))


def beside_bo(**more: Any) -> set[str]:
    """Bo works on Monday morning; Ada asks for the same."""
    workers = [make_worker(WEEK, ALL_WEEK, id=id) for id in ("ada", "bo")]
    problem = make_problem(WEEK, *workers, **more)
    others = [shift_at(problem, "02 08:00", worker="bo")]
    return codes(problem, "02 08:00", others=others)


def pinned(own: str) -> set[str]:
    problem = alone()
    return codes(replace(problem, pins=(pin_of(shift_at(problem, own)),)), "02 09:00", own=own)


def overruled() -> set[str]:
    problem = alone()
    pins = tuple(pin_of(shift_at(problem, one)) for one in ("02 08:00", "02 10:00"))
    problem = replace(problem, pins=pins, overruled=frozenset({"ada"}))
    return codes(problem, "04 08:00", own="02 08:00, 02 10:00")


def requires(start: str = "04 08:00", more: str = "", **limits: Any) -> set[str]:
    """Why Ada works a shift that a rule asks for."""
    problem = alone(**limits)
    shifts = [shift_at(problem, one) for one in [start, *more.split(", ")] if one]
    return {one.code for one in why_assigned(Standing(problem, shifts), shifts[0])}


def period(most: int) -> dict[str, Any]:
    return {"period_limits": (PeriodLimit(0, 6, most),)}


AGAINST: dict[str, Callable[[], set[str]]] = {
    "skill.missing": lambda: codes(
        two_queues(), shift_at(two_queues(), "02 08:00", queue="fraud")
    ),
    "template.outside_horizon": lambda: codes(alone(), "08 22:00"),
    "template.no_such_start": lambda: codes(alone(), "02 08:30"),
    "template.closed": lambda: codes(of_template(weekdays=frozenset({2})), "02 08:00"),
    "template.wrong_queue": lambda: codes(of_template(queues=frozenset()), "02 08:00"),
    "availability.not_offered": lambda: codes(
        make_problem(WEEK, make_worker(WEEK, ("2026-11-03 08:00", "2026-11-03 12:00"))), "02 08:00"
    ),
    "availability.too_short": lambda: codes(
        make_problem(WEEK, make_worker(WEEK, ("2026-11-02 08:00", "2026-11-02 11:00"))), "02 08:00"
    ),
    "segments.wrong_queue": wrong_segment,
    "no_overlap.same_shift": lambda: codes(alone(), "02 08:00", own="02 08:00"),
    "no_overlap.own_shifts": lambda: codes(alone(), "02 09:00", own="02 08:00"),
    "no_overlap.work_elsewhere": lambda: codes(
        alone(**elsewhere("02 09:00", "02 10:00")), "02 08:00"
    ),
    "rest.own_shifts": lambda: codes(alone(), "03 08:00", own="02 20:00"),
    "rest.past_work": lambda: codes(alone(past=[LATE_SUNDAY]), "02 00:00"),
    "rest.work_elsewhere": lambda: codes(alone(**elsewhere("03 08:00", "03 09:00")), "02 20:00"),
    "day_span.own_shifts": lambda: codes(
        alone(max_shifts_per_day=2), "02 18:00", own="02 08:00"
    ),
    "day_span.work_elsewhere": lambda: codes(
        alone(**elsewhere("02 06:00", "02 07:00")), "02 18:00"
    ),
    "day_span.contract": lambda: codes(alone(min_rest_minutes=21 * 60), "02 08:00"),
    "max_shifts_per_day.own_shifts": lambda: codes(alone(), "02 12:00", own="02 08:00"),
    "max_shifts_per_day.contract": lambda: codes(alone(max_shifts_per_day=0), "02 12:00"),
    "max_shifts_by_template.own_shifts": lambda: codes(
        alone(max_shifts_by_template={"four": 1}), "04 12:00", own="02 08:00"
    ),
    "max_shifts_by_template.contract": lambda: codes(
        alone(max_shifts_by_template={"four": 0}), "04 12:00"
    ),
    "forbidden_next.own_shifts": lambda: codes(
        of_template(forbidden_next=frozenset({"four"})), "03 12:00", own="02 12:00"
    ),
    "max_weekends.own_shifts": lambda: two_weekends(),
    "max_weekends.past_work": lambda: sunday_start(),
    "max_weekends.contract": lambda: codes(alone(max_weekends=0), "07 08:00"),
    "max_consecutive_days.own_shifts": lambda: codes(
        alone(max_consecutive_days=1), "03 08:00", own="02 08:00"
    ),
    "max_consecutive_days.past_work": lambda: codes(
        alone(max_consecutive_days=1, past=[SUNDAY]), "02 08:00"
    ),
    "max_consecutive_days.work_elsewhere": lambda: codes(
        alone(max_consecutive_days=1, **elsewhere("03 08:00", "03 09:00")), "02 08:00"
    ),
    "max_consecutive_days.contract": lambda: codes(alone(max_consecutive_days=0), "02 08:00"),
    "min_consecutive_days.needs_more_work": lambda: codes(
        alone(min_consecutive_days=2), "04 08:00"
    ),
    "min_consecutive_days_off.needs_more_work": lambda: codes(
        alone(min_consecutive_days_off=2), "04 08:00", own="02 08:00"
    ),
    "max_minutes_per_week.own_shifts": lambda: codes(
        alone(max_minutes_per_week=479), "04 08:00", own="02 08:00"
    ),
    "max_minutes_per_week.past_work": lambda: midweek_start(),
    "max_minutes_per_week.work_elsewhere": lambda: codes(
        alone(max_minutes_per_week=240, **elsewhere("06 08:00", "06 09:00")), "04 08:00"
    ),
    "max_minutes_per_week.contract": lambda: codes(alone(max_minutes_per_week=239), "04 08:00"),
    "max_rolling_minutes.own_shifts": lambda: codes(
        alone(rolling_limits=(RollingLimit(3, max_minutes=479),)), "04 08:00", own="02 08:00"
    ),
    "max_rolling_minutes.past_work": lambda: codes(
        alone(rolling_limits=(RollingLimit(3, max_minutes=479),), past=[SUNDAY]), "02 08:00"
    ),
    "max_rolling_minutes.work_elsewhere": lambda: codes(
        alone(
            rolling_limits=(RollingLimit(3, max_minutes=240),), **elsewhere("05 08:00", "05 09:00")
        ),
        "04 08:00",
    ),
    "max_rolling_minutes.contract": lambda: codes(
        alone(rolling_limits=(RollingLimit(3, max_minutes=239),)), "04 08:00"
    ),
    "period_limits.own_shifts": lambda: codes(alone(**period(479)), "04 08:00", own="02 08:00"),
    "period_limits.contract": lambda: codes(alone(**period(239)), "04 08:00"),
    "barred.in_force": lambda: codes(
        alone(barred=(Bar(minute(WEEK, "2026-11-02 08:00"), 10**4, "de.sunday"),)), "02 08:00"
    ),
    "max_stretch.own_shifts": lambda: codes(
        alone(max_stretch_minutes=360, max_shifts_per_day=2), "02 12:00", own="02 08:00"
    ),
    "max_stretch.past_work": lambda: codes(
        alone(
            max_stretch_minutes=360, min_rest_minutes=0,
            past=[("2026-11-01 20:00", "2026-11-02 00:00")],
        ),
        "02 00:00",
    ),
    "max_stretch.work_elsewhere": lambda: codes(
        alone(max_stretch_minutes=360, **elsewhere("02 12:00", "02 16:00")), "02 08:00"
    ),
    "weekly_rest.own_shifts": lambda: codes(
        alone(min_weekly_rest_minutes=35 * 60),
        "08 08:00",
        own="02 08:00, 03 08:00, 04 08:00, 05 08:00, 06 08:00, 07 08:00",
    ),
    "weekly_rest.past_work": lambda: codes(
        alone(
            min_weekly_rest_minutes=35 * 60,
            past=[(f"2026-10-{day} 08:00", f"2026-10-{day} 12:00") for day in range(26, 32)]
            + [SUNDAY],
        ),
        "02 08:00",
    ),
    "weekly_rest.work_elsewhere": lambda: codes(
        alone(
            min_weekly_rest_minutes=35 * 60,
            external_shifts=tuple(
                span(WEEK, f"2026-11-0{day} 08:00", f"2026-11-0{day} 12:00") for day in range(3, 9)
            ),
        ),
        "02 08:00",
    ),
    "template_per_day.taken": lambda: beside_bo(
        shift_templates=(replace(make_template(), max_shifts_per_day=1),)
    ),
    "licences.taken": lambda: beside_bo(licences=(Licence("seat", frozenset({"refund"}), 1),)),
    "locked.not_pinned": lambda: codes(
        replace(alone(), locks=Locks(workers=frozenset({"ada"}))), "02 08:00"
    ),
    "max_changed_workers.budget_used": lambda: codes(
        replace(alone(), max_changed_workers=0), "02 08:00"
    ),
    "pin.must_stay": lambda: pinned("02 08:00"),
    "overruled.only_pins": overruled,
    "offer.needs_acceptance": lambda: codes(alone(firm_from=10**4), "02 08:00"),
}  # fmt: skip


def two_weekends() -> set[str]:
    from tests.factories import make_horizon

    fortnight = make_horizon(days=14)
    worker = make_worker(fortnight, ("2026-11-02 00:00", "2026-11-16 00:00"), max_weekends=1)
    return codes(make_problem(fortnight, worker), "14 08:00", own="07 08:00")


def sunday_start() -> set[str]:
    """The horizon starts on a Sunday, and Saturday was worked."""
    from tests.factories import make_horizon

    week = make_horizon("2026-11-08")
    worker = make_worker(
        week, ("2026-11-08 00:00", "2026-11-15 00:00"), max_weekends=1,
        past=[("2026-11-07 08:00", "2026-11-07 12:00")],
    )  # fmt: skip
    return codes(make_problem(week, worker), "14 08:00")


def midweek_start() -> set[str]:
    from tests.factories import make_horizon

    week = make_horizon("2026-11-04")
    worker = make_worker(
        week, ("2026-11-04 00:00", "2026-11-11 00:00"), max_minutes_per_week=479,
        past=[("2026-11-02 08:00", "2026-11-02 12:00")],
    )  # fmt: skip
    return codes(make_problem(week, worker), "04 08:00")


def priced(wanted: int, **costs: int) -> set[str]:
    """The price of four hours where so many are needed, by day only."""
    problem = replace(
        alone(),
        requirement={"refund": need(WEEK, ("2026-11-02 08:00", "2026-11-02 09:00", wanted))},
    )
    queues = tuple(replace(one, **costs) for one in problem.queues)
    problem = replace(problem, queues=queues)
    return {price_reason(Standing(problem, ()), shift_at(problem, "02 08:00")).code}


def between(ada: dict[str, Any], bo: dict[str, Any], bo_works: str = "", **more: Any) -> set[str]:
    """Why Ada works on Monday morning although Bo could, or could if he did not work himself."""
    offers = {"offers": [ALL_WEEK]}
    workers = []
    for id, limits in (("ada", offers | ada), ("bo", offers | bo)):
        windows = limits.pop("offers")
        workers.append(make_worker(WEEK, *windows, id=id, **limits))
    problem = make_problem(WEEK, *workers, **more)
    own = shift_at(problem, "02 08:00")
    others = [shift_at(problem, one, worker="bo") for one in bo_works.split(", ") if bo_works]
    return {one.code for one in why_assigned(Standing(problem, [own, *others]), own)}


def pinned_to_ada() -> set[str]:
    problem = alone()
    return between({}, {}, pins=(pin_of(shift_at(problem, "02 08:00")),))


def by_policy(policy: Policy) -> set[str]:
    """Ada is dearer by 0.50 an hour, which the policy outweighs."""
    found = between({"hourly_cost": 1550}, {}, policies=(policy,))
    assert "cost.not_cheapest" in between({"hourly_cost": 1550}, {})
    return found


GLAD = (*ALL_WEEK, 2)
MORNING = {"requests": (Request(0, 24 * 60, 5),)}
NIGHTS = (UnpopularHours(frozenset({1, 2, 3}), 0, 0),)
FOR: dict[str, Callable[[], set[str]]] = {
    "pin.kept": pinned_to_ada,
    "min_consecutive_days.requires_it": lambda: requires(more="05 08:00", min_consecutive_days=2),
    "min_consecutive_days_off.requires_it": lambda: requires(
        more="03 08:00, 05 08:00", min_consecutive_days_off=2
    ),
    "max_consecutive_days_off.requires_it": lambda: requires(
        more="06 08:00", max_consecutive_days_off=2
    ),
    "min_minutes_per_week.requires_it": lambda: requires(
        is_min_hard=True, min_minutes_per_week=240
    ),
    "min_rolling_minutes.requires_it": lambda: requires(
        rolling_limits=(RollingLimit(7, min_minutes=240),)
    ),
    "cost.exceeds_value": lambda: priced(1, understaffing_cost=1000),
    "cost.would_save": lambda: priced(1, understaffing_cost=90_000),
    "need_met.no_shortage": lambda: priced(0),
    "cost.cheapest": lambda: between({}, {"hourly_cost": 1600}),
    "cost.not_cheapest": lambda: between({}, {"hourly_cost": 1400}),
    "tie.same_price": lambda: between({}, {}),
    "wish.suits_him": lambda: between({"offers": [GLAD]}, {}, weights=Weights(preference=100)),
    "fairness.evens_out": lambda: between(
        {}, {}, "03 08:00", unpopular_hours=NIGHTS, weights=Weights(unpopular=100)
    ),
    "guarantee.is_paid_anyway": lambda: between({"min_minutes_per_week": 240}, {}),
    "change.keeps_the_plan": lambda: between(
        {}, {}, weights=Weights(change=500), previous=(Previous("ada", "refund", "four", 480, 240),)
    ),
    "policy.priority": lambda: by_policy(Priority("rural", 100, frozenset({"ada"}))),
    "policy.new_starters": lambda: by_policy(
        NewStarters("new", 100, frozenset({"ada"}), minutes=240)
    ),
    "policy.spread": lambda: by_policy(
        Spread("regions", 200, {"south": frozenset({"bo"})}, most_permille=500)
    ),
    "only_one_possible.nobody_else": lambda: between({}, {"skills": ("sv",)}),
    "needed_elsewhere.worth_more": lambda: between({}, {"hourly_cost": 1400}, "02 10:00"),
}  # fmt: skip


def test_every_rule_has_a_code() -> None:
    assert sorted({*RULES, *SITE_RULES} - set(registry.RULE_CODES)) == []
    assert sorted({*SITE_RULES} - {"pin", "overruled"}) == sorted(SHARED)


def test_every_code_has_a_test() -> None:
    assert sorted({*AGAINST, *FOR}) == sorted(registry.meanings())
    assert set(AGAINST) & set(FOR) == set()


@pytest.mark.parametrize("code", AGAINST)
def test_what_provokes_a_code_against_a_shift(code: str) -> None:
    assert code in AGAINST[code]()


@pytest.mark.parametrize("code", FOR)
def test_what_provokes_a_code_of_a_decision(code: str) -> None:
    assert code in FOR[code]()


def test_the_severity_of_a_reason_is_that_of_its_code() -> None:
    for reason in (
        *reasons(alone(), "02 09:00", own="02 08:00"),
        *reasons(alone(firm_from=10**4), "02 08:00"),
        price_reason(Standing(alone(), ()), shift_at(alone(), "02 08:00")),
    ):
        assert reason.severity == registry.severity(reason.code)


def test_every_code_has_a_place_in_the_order() -> None:
    assert set(ORDER) >= set(registry.meanings())
    assert len(set(ORDER)) == len(ORDER)


def test_the_page_shows_every_code() -> None:
    assert registry.page() in PAGE.read_text(encoding="utf-8")
