"""What the law adds to a worker's limits, by his traits, his contract and recorded exceptions."""

from datetime import date
from typing import Any

import pytest

from api.planning import build_problem
from scheduler.errors import ProblemInvalid
from scheduler.offers import is_offer
from scheduler.schedule import Shift
from scheduler.validation import violations
from scheduler.worker import RollingLimit, Span
from tests.api.rules.laws import FOUR, law_site, minute, problem_of, worker_of

SIX = {**FOUR, "id": "six", "minutes": 360}
TWO = {**FOUR, "id": "two", "minutes": 120}


@pytest.mark.parametrize(
    ("profile", "owed"), [("eu", 2100), ("de", 2100), ("se", 2160), ("uk", 1440), ("none", None)]
)
def test_the_weekly_rest_is_that_of_the_jurisdiction(profile: str, owed: int | None) -> None:
    assert worker_of(profile=profile).min_weekly_rest_minutes == owed


@pytest.mark.parametrize(
    ("profile", "limits"),
    [("de", (RollingLimit(1, max_minutes=600),)), ("fr", (RollingLimit(1, max_minutes=600),)),
     ("eu", ())],
)  # fmt: skip
def test_a_day_holds_ten_hours_where_more_is_possible(profile: str, limits: Any) -> None:
    two = worker_of(profile=profile, templates=(SIX,), max_shifts_per_day=2)
    assert two.rolling_limits == limits
    assert worker_of(profile=profile, templates=(SIX,)).rolling_limits == ()


def test_work_for_others_counts_in_the_day() -> None:
    elsewhere = (Span(0, 60),)
    assert worker_of(external_shifts=elsewhere).rolling_limits == (RollingLimit(1, 0, 600),)


@pytest.mark.parametrize(
    ("profile", "most", "pause"),
    [("de", 360, 30), ("eu", 360, 1), ("se", 300, 1), ("ie", 270, 15), ("uk", 360, 20),
     ("us_ca", 300, 30), ("none", None, 1)],
)  # fmt: skip
def test_shifts_that_join_are_held_to_the_longest_stretch(
    profile: str, most: int | None, pause: int
) -> None:
    worker = worker_of(profile=profile, max_shifts_per_day=2)
    assert (worker.max_stretch_minutes, worker.min_break_minutes) == (most, pause)
    assert worker_of(profile=profile).max_stretch_minutes is None  # one shift joins nothing


def test_two_shifts_need_a_break_in_germany() -> None:
    """Eight to noon and noon to four is eight hours without a break; with half past noon, not."""
    site = law_site(max_shifts_per_day=2, templates=({**FOUR, "start_every_minutes": 30},))
    problem = problem_of(site)
    eight, noon, later = (
        Shift(at, at + 240, "x", "refund|de|chat", "four")
        for at in (minute(site, f"2026-12-21T{wall}") for wall in ("08:00", "12:00", "12:30"))
    )
    assert [one.rule for one in violations(problem, (eight, noon))] == ["max_stretch"]
    assert violations(problem, (eight, later)) == []


def test_more_than_nine_hours_need_a_longer_break_in_germany() -> None:
    """Six hours and four need three quarters of an hour between them, four and four only half."""
    templates = ({**FOUR, "start_every_minutes": 15}, {**SIX, "start_every_minutes": 15})
    site = law_site(max_shifts_per_day=2, templates=templates)
    problem = problem_of(site)
    six, four, half, later = (
        Shift(at, at + length, "x", "refund|de|chat", template)
        for wall, length, template in (
            ("08:00", 360, "six"), ("10:00", 240, "four"), ("14:30", 240, "four"),
            ("14:45", 240, "four"),
        )
        for at in (minute(site, f"2026-12-21T{wall}"),)
    )  # fmt: skip
    assert [one.rule for one in violations(problem, (six, half))] == ["max_stretch"]
    assert violations(problem, (six, later)) == []
    assert violations(problem, (four, half)) == []
    assert worker_of(profile="us_ca", max_shifts_per_day=2).long_stretch_minutes is None


def test_a_minor_has_shorter_days_weeks_and_stretches_and_longer_rest() -> None:
    allowed = {"rule": "de.min_age", "by": "contract", "reference": "C 7", "value": 15}
    worker = worker_of(
        rules={"overrides": [allowed]},
        templates=(SIX,),
        max_shifts_per_day=2,
        max_minutes_per_week=48 * 60,
        standing={"birth_date": date(2010, 1, 1)},
    )
    assert worker.max_minutes_per_week == 2400
    assert worker.min_rest_minutes == 720
    assert worker.rolling_limits == (RollingLimit(1, max_minutes=480),)
    assert (worker.max_stretch_minutes, worker.min_break_minutes) == (270, 60)
    assert {bar.rule for bar in worker.barred} >= {"de.minor_hours", "de.minor_weekend"}


# Exceptions


def rest_of(*overrides: dict[str, Any], **more: Any) -> int:
    return worker_of(rules={"overrides": list(overrides)}, **more).min_rest_minutes


BY_CBA = {"rule": "de.rest", "by": "cba", "reference": "TV 3 section 5", "value": 540}


def test_a_collective_agreement_shortens_the_rest_of_the_land_and_of_what_it_narrows() -> None:
    assert rest_of(BY_CBA) == 540


def test_an_exception_holds_on_all_planned_days_or_not_at_all() -> None:
    assert rest_of({**BY_CBA, "valid_from": "2026-12-22"}) == 660
    assert rest_of({**BY_CBA, "valid_to": "2027-01-02"}) == 660
    assert rest_of({**BY_CBA, "valid_from": "2026-12-21", "valid_to": "2027-01-03"}) == 540


def test_an_exception_may_be_about_one_worker() -> None:
    assert rest_of({**BY_CBA, "workers": ["x"]}) == 540
    assert rest_of({**BY_CBA, "workers": ["y"]}) == 660


def test_what_the_law_does_not_allow_is_refused() -> None:
    with pytest.raises(ProblemInvalid, match=r"rule de\.rest: consent may not loosen it, cba may"):
        rest_of({**BY_CBA, "by": "consent"})
    with pytest.raises(ProblemInvalid, match=r"rule de\.rest: not in the profile se"):
        rest_of(BY_CBA, profile="se")


def test_a_stricter_value_needs_nobodys_leave() -> None:
    assert rest_of({**BY_CBA, "by": "contract", "value": 800}) == 800


# On call


def test_a_call_lasts_three_hours() -> None:
    on_call = {"templates": (FOUR, TWO), "standing": {"traits": frozenset({"on_call"})}}
    assert worker_of(**on_call).max_shifts_by_template == {"two": 0}
    assert worker_of(templates=(FOUR, TWO)).max_shifts_by_template == {}
    assert worker_of(**on_call, max_shifts_per_day=2).max_shifts_by_template == {}


def test_a_week_holds_a_quarter_more_than_the_agreed_minimum() -> None:
    rules = {"traits": {"on_call": ["part"]}}
    assert worker_of(rules=rules, min_minutes_per_week=600).max_minutes_per_week == 750
    assert worker_of(rules=rules).max_minutes_per_week == 2400
    assert worker_of(min_minutes_per_week=600).max_minutes_per_week == 2400


@pytest.mark.parametrize(
    ("profile", "published", "firm"),
    [
        # Four clear days after the 18th: the 19th to the 22nd; the 23rd is the first firm day.
        ("de", "2026-12-18T12:00:00+01:00", "2026-12-23T00:00"),
        ("de", "2026-12-18T23:30:00+00:00", "2026-12-24T00:00"),  # the 19th in Berlin
        ("nl", "2026-12-18T12:00:00", "2026-12-23T00:00"),
        ("ie", "2026-12-21T12:30:00+01:00", "2026-12-22T12:30"),
        ("de", "2026-12-01T12:00:00+01:00", None),
        ("eu", "2026-12-18T12:00:00+01:00", None),
    ],
)
def test_what_is_told_too_late_is_an_offer(profile: str, published: str, firm: str | None) -> None:
    site = law_site(
        profile=profile,
        rules={"published": published},
        standing={"traits": frozenset({"on_call"})},
    )
    worker = problem_of(site).workers[0]
    expected = None if firm is None else minute(site, firm)
    assert worker.firm_from == expected
    if expected is not None:
        before, after = (
            Shift(start, start + 240, "x", "refund|de|chat", "four")
            for start in (expected - 1, expected)
        )
        assert is_offer(worker, before)
        assert not is_offer(worker, after)


def test_without_a_day_of_publication_there_are_no_offers() -> None:
    assert worker_of(standing={"traits": frozenset({"on_call"})}).firm_from is None


# Levels by contract


def level(**entry: Any) -> dict[str, Any]:
    return {"contracts": [{"contract": "part", "rule": "max_minutes_per_week", **entry}]}


def test_a_contracts_week_may_be_soft_up_to_the_law() -> None:
    worker = worker_of(rules=level(level="soft", price_per_hour=5.0), max_minutes_per_week=1200)
    assert worker.max_minutes_per_week == 2880
    limits = worker.period_limits
    assert [(one.first, one.last, one.most, one.excess_cost) for one in limits] == [
        (0, 6, 1200, 500), (7, 13, 1200, 500)
    ]  # fmt: skip


def test_a_contracts_week_may_be_off() -> None:
    assert worker_of(rules=level(level="off"), max_minutes_per_week=1200).period_limits == ()
    assert worker_of(rules=level(level="off")).max_minutes_per_week == 2880


def test_the_law_of_a_week_gives_way_only_where_it_allows() -> None:
    """Sweden's 40 hours may be agreed away, the European 48 may not."""
    agreed = level(level="off", by="cba", reference="KA 1")
    assert worker_of(profile="se", rules=agreed).max_minutes_per_week == 2880
    assert worker_of(profile="se", rules=level(level="off")).max_minutes_per_week == 2400


def test_other_contracts_keep_theirs() -> None:
    rules = level(level="off")
    rules["contracts"][0]["contract"] = "full"
    assert worker_of(rules=rules, max_minutes_per_week=1200).max_minutes_per_week == 1200


def test_a_soft_day_costs_beyond_ten_hours() -> None:
    entry = {
        "contract": "part", "rule": "max_minutes_per_day", "level": "soft", "price_per_hour": 9,
        "by": "cba", "reference": "TV 4",
    }  # fmt: skip
    worker = worker_of(rules={"contracts": [entry]}, templates=(SIX,), max_shifts_per_day=2, days=2)
    assert worker.rolling_limits == ()
    assert [(one.first, one.most, one.excess_cost) for one in worker.period_limits] == [
        (0, 600, 900), (1, 600, 900)
    ]  # fmt: skip


def test_standby_and_the_rest_of_a_problem_stay_what_they_are() -> None:
    site = law_site(profile="none")
    worker = build_problem(site, {}).workers[0]
    assert (worker.barred, worker.period_limits, worker.firm_from) == ((), (), None)
    assert worker.min_weekly_rest_minutes is None
