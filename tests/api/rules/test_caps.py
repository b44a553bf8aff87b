"""Limits between two dates: minijob, lecture weeks, half days, a student's income, overtime."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from api.rules.notes import rule_notes, rule_warnings
from api.site.calendars import Period
from scheduler.schedule import Shift
from scheduler.worker import PeriodLimit, Span
from tests.api.rules.laws import FOUR, law_site, worker_of

MINIJOB = {"minijob": ["part"]}
LECTURES = {"fu": (Period(date(2026, 10, 12), date(2027, 1, 2), "lecture"),)}


def limits(**site: Any) -> list[tuple[int, int, int, str]]:
    return [(one.first, one.last, one.most, one.rule) for one in worker_of(**site).period_limits]


def test_a_minijob_only_warns() -> None:
    assert limits(rules={"traits": MINIJOB}) == []


@pytest.mark.parametrize(
    "binding",
    [
        {"rules": {"traits": MINIJOB, "binding": ["minijob_cents_per_month"]}},
        {
            "rules": {"traits": MINIJOB},
            "standing": {"binding": frozenset({"minijob_cents_per_month"})},
        },
        {
            "rules": {
                "traits": MINIJOB,
                "contracts": [
                    {"contract": "part", "rule": "minijob_cents_per_month", "level": "hard"}
                ],
            }
        },
    ],
)
def test_a_minijob_binds_by_the_month_where_it_is_asked_to(binding: dict[str, Any]) -> None:
    """603.00 at 15.00 are 40.2 h in December, 633.00 are 42.2 h in January."""
    assert limits(**binding) == [
        (0, 10, 2412, "de.minijob_2026"), (11, 13, 2532, "de.minijob_2027")
    ]  # fmt: skip


def test_what_was_earned_counts_in_the_first_month_only() -> None:
    rules = {"traits": MINIJOB, "binding": ["minijob_cents_per_month"]}
    found = limits(rules=rules, standing={"earned_this_month": 45300})
    assert found == [(0, 10, 600, "de.minijob_2026"), (11, 13, 2532, "de.minijob_2027")]
    too_much = limits(rules=rules, standing={"earned_this_month": 99900}, days=2)
    assert too_much == [(0, 1, 0, "de.minijob_2026")]


def test_a_minijob_may_have_a_price() -> None:
    entry = {
        "contract": "part", "rule": "minijob_cents_per_month", "level": "soft",
        "price_per_hour": 4,
    }  # fmt: skip
    worker = worker_of(rules={"traits": MINIJOB, "contracts": [entry]}, days=2)
    assert worker.period_limits == (
        PeriodLimit(0, 1, 2412, "minutes", 400, "de.minijob_2026"),
    )  # fmt: skip


def student(**more: Any) -> dict[str, Any]:
    return {
        "rules": {"binding": ["max_minutes_per_lecture_week"]},
        "standing": {"traits": frozenset({"working_student"}), "calendar": "fu"},
        "calendars": LECTURES,
        **more,
    }


def test_a_working_student_has_twenty_hours_in_lecture_weeks() -> None:
    """The week of 28 December has lectures, that of 4 January has none."""
    found = limits(**student(days=21))
    assert found == [(0, 6, 1200, "de.werkstudent"), (7, 13, 1200, "de.werkstudent")]


def test_a_lecture_week_that_began_before_holds_what_was_worked() -> None:
    past = (Span(-1440, -1200),)
    elsewhere = (Span(480, 600),)
    site = student(start="2026-12-22", days=6, past_shifts=past, external_shifts=elsewhere)
    assert limits(**site) == [(0, 5, 1200 - 240 - 120, "de.werkstudent")]


def test_half_days_left_are_kept() -> None:
    standing = {"traits": frozenset({"third_country_student"}), "half_days_left": 3}
    worker = worker_of(standing=standing)
    assert worker.period_limits == (
        PeriodLimit(0, 13, 3, "half_days", None, "de.third_country"),
    )  # fmt: skip


def test_a_students_income_counts_by_the_half_year() -> None:
    csn = {
        "profile": "se",
        "start": "2026-06-29",
        "days": 4,
        "config": {"country": "SE", "region": None, "currency": "SEK"},
        "hourly_cost": 20000,
        "rules": {"binding": ["student_income_cents_per_half_year"]},
        "standing": {"traits": frozenset({"csn"}), "earned_this_half_year": 11427600},
    }
    assert limits(**csn) == [(0, 1, 120, "se.csn_2026"), (2, 3, 34402, "se.csn_2026")]
    assert limits(**{**csn, "config": {"currency": "EUR"}}) == []


def test_californian_overtime_has_a_price() -> None:
    """Beyond eight hours of a day and forty of a week half of the wage comes on top."""
    worker = worker_of(
        profile="us_ca", days=2, max_shifts_per_day=3, max_minutes_per_week=3000,
        past_shifts=(Span(-480, -240),), start="2026-12-22",
    )  # fmt: skip
    assert worker.period_limits == (
        PeriodLimit(0, 1, 2400 - 240, "minutes", 750, "us_ca.ot_week"),
        PeriodLimit(0, 0, 480, "minutes", 750, "us_ca.ot_day"),
        PeriodLimit(1, 1, 480, "minutes", 750, "us_ca.ot_day"),
    )
    assert worker_of(profile="us_ca").period_limits == ()


# What is told


def test_a_limit_that_warns_is_told_when_it_is_passed() -> None:
    site = law_site(
        days=2, hourly_cost=100_000, rules={"traits": MINIJOB}, start="2026-12-21"
    )  # 603.00 at 1,000.00 an hour are 36 minutes
    shifts = (Shift(480, 720, "x", "refund|de|chat", "four"),)
    assert rule_warnings(site, shifts) == (
        "de.minijob_2026: 1 workers pass it, first x; it warns and does not bind",
    )
    assert rule_warnings(site, ()) == ()


def noted(word: str, **site: Any) -> bool:
    return any(word in note for note in rule_notes(law_site(**site)))


def test_long_templates_are_told() -> None:
    assert noted("break inside", templates=({**FOUR, "minutes": 361},))
    assert not noted("break inside", templates=({**FOUR, "minutes": 360},))


def test_short_calls_are_told() -> None:
    short = ({**FOUR, "minutes": 120},)
    on_call = {"traits": frozenset({"on_call"})}
    assert noted("are not sent there", templates=short, standing=on_call)
    assert noted("not held to joined shifts", templates=short, standing=on_call,
                 max_shifts_per_day=2)  # fmt: skip
    assert not noted("too short for a call", templates=short)


def test_hours_that_may_be_promised_are_told() -> None:
    on_call = {"traits": frozenset({"on_call"})}
    assert noted("1 on call have max_hours_per_week and no min_hours_per_week", standing=on_call)
    assert noted("de.call_band_down makes 80 % of it due", standing=on_call)
    assert not noted("on call have", standing=on_call, min_minutes_per_week=240)
    assert not noted("on call have")


def test_missing_columns_are_told() -> None:
    third = {"traits": frozenset({"third_country_student"})}
    assert noted("half_days_left", standing=third)
    assert not noted("half_days_left", standing={**third, "half_days_left": 5})
    assert noted("needs calendar", standing={"traits": frozenset({"working_student"})})


def test_premiums_without_a_price_are_told() -> None:
    assert not noted("the costs do not count", profile="us_or")
    assert noted("us_ca.reporting (reporting time pay half the shift", profile="us_ca")
    assert not noted("the costs do not count", profile="uk")


def test_doubtful_rules_keep_a_plan_from_being_called_lawful() -> None:
    config = {"country": "SE", "region": None, "currency": "SEK"}
    csn = {"standing": {"traits": frozenset({"csn"})}, "start": "2026-06-29", "config": config}
    assert noted("se.csn_2026 uncertain", profile="se", **csn)
    assert not noted("uncertain", profile="se")
    assert noted(
        "us_la.notice, us_la.pred_added, us_la.pred_lost, us_la.rest uncertain", profile="us_la"
    )


def test_who_a_profile_is_about_is_told() -> None:
    assert noted("retail, hospitality and food service", profile="us_or")
    assert not noted("check that you are one", profile="us_ca")


def test_a_worker_without_a_wage_has_no_cap_in_the_way() -> None:
    site = law_site(rules={"traits": MINIJOB, "binding": ["minijob_cents_per_month"]}, days=2)
    free = replace(site, workers=(replace(site.workers[0], hourly_cost=0),))
    assert rule_warnings(free, ()) == ()
