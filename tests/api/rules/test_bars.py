"""Times in which a rule lets somebody do nothing: Sundays and holidays, nights, exams, age."""

from datetime import date
from typing import Any

import pytest

from api.site.calendars import Period
from tests.api.rules.laws import barred_days, law_site, minute, problem_of, worker_of


def sundays(**site: Any) -> set[str]:
    return barred_days(law_site(**site), "de.sunday")


def test_sundays_and_holidays_are_barred_in_germany() -> None:
    """Two Sundays, Christmas and New Year's Day."""
    assert sundays() == {"2026-12-25", "2026-12-26", "2026-12-27", "2027-01-01", "2027-01-03"}
    assert sundays(profile="eu") == set()


@pytest.mark.parametrize(
    ("region", "is_barred"),
    [("DE-BE", False), ("DE-BY", True), ("DE-ST-rural", True), ("BW", True), ("", False),
     ("SE-AB", False)],
)  # fmt: skip
def test_epiphany_is_a_holiday_of_some_lands(region: str, is_barred: bool) -> None:
    """Of the worker's own Land where it is known, else of the site's, which is Berlin."""
    days = sundays(start="2027-01-04", days=5, region=region)
    assert days == ({"2027-01-06"} if is_barred else set())


def test_a_sites_land_holds_for_those_without_one() -> None:
    days = sundays(start="2027-01-04", days=5, region="", config={"region": "BY"})
    assert days == {"2027-01-06"}


def test_a_permit_frees_sundays_and_holidays() -> None:
    assert sundays(rules={"sunday_permit": "LAGetSi 2026/17"}) == set()


def test_a_permit_may_be_for_some_days_and_workers() -> None:
    permit = {
        "rule": "de.sunday", "by": "permit", "reference": "LAGetSi 2026/18",
        "valid_from": "2026-12-27", "valid_to": "2026-12-31",
    }  # fmt: skip
    left = {"2026-12-25", "2026-12-26", "2027-01-01", "2027-01-03"}
    assert sundays(rules={"overrides": [permit]}) == left
    assert "2026-12-27" in sundays(rules={"overrides": [{**permit, "workers": ["y"]}]})


def test_a_barred_sunday_has_the_hours_of_its_clock() -> None:
    """The Sunday in March has 23 hours, that in October 25."""
    for start, day, hours in (("2026-03-23", 6, 23), ("2026-10-19", 6, 25)):
        site = law_site(start=start, days=7)
        (bar,) = problem_of(site).workers[0].barred
        assert (bar.start, bar.end - bar.start) == (day * 1440, hours * 60)


def test_swedish_nights_are_free() -> None:
    site = law_site(profile="se", days=2)
    bars = problem_of(site).workers[0].barred
    assert [(bar.start, bar.end, bar.rule) for bar in bars] == [
        (0, 300, "se.rest_night"), (1440, 1740, "se.rest_night")
    ]  # fmt: skip
    agreed = {"rule": "se.rest_night", "by": "cba", "reference": "KA 2"}
    assert worker_of(profile="se", days=2, rules={"overrides": [agreed]}).barred == ()


def test_a_free_night_ends_by_the_wall_clock() -> None:
    """On the night of the clock change five o'clock is four hours after midnight."""
    site = law_site(profile="se", start="2027-03-28", days=1, config={"country": "SE",
                                                                       "region": None})  # fmt: skip
    (bar,) = problem_of(site).workers[0].barred
    assert (bar.start, bar.end) == (0, 240)


def test_nobody_below_the_age_is_planned() -> None:
    site = law_site(days=3, standing={"birth_date": date(2008, 12, 23)})
    assert barred_days(site, "de.min_age") == {"2026-12-21", "2026-12-22"}


def test_a_minor_works_by_day_and_in_the_week() -> None:
    younger = {"rule": "de.min_age", "by": "contract", "reference": "C 7", "value": 15}
    site = law_site(
        days=6, rules={"overrides": [younger]}, standing={"birth_date": date(2010, 5, 1)}
    )
    bars = [bar for bar in problem_of(site).workers[0].barred if bar.start < 1440]
    assert [(bar.start, bar.end) for bar in bars] == [(0, 360), (1200, 1440)]
    assert barred_days(site, "de.minor_weekend") == {"2026-12-26"}


def test_exams_are_free() -> None:
    calendars = {
        "fu": (Period(date(2026, 12, 22), date(2026, 12, 23), "exam"),
               Period(date(2026, 12, 21), date(2026, 12, 21), "lecture")),
    }  # fmt: skip
    site = law_site(days=4, standing={"calendar": "fu"}, calendars=calendars)
    assert barred_days(site, "calendar.exam") == {"2026-12-22", "2026-12-23"}
    assert barred_days(law_site(days=4, calendars=calendars), "calendar.exam") == set()


@pytest.mark.parametrize(
    ("wage", "binding", "barred"),
    [(1389, True, True), (1390, True, False), (1389, False, False)],
)
def test_a_wage_below_the_minimum_may_bind(wage: int, binding: bool, barred: bool) -> None:
    rules = {"binding": ["min_hourly_wage"]} if binding else {}
    assert bool(worker_of(days=1, hourly_cost=wage, rules=rules).barred) == barred


def test_a_new_minimum_wage_binds_from_its_day_on() -> None:
    """13.90 are enough on 31 December 2026 and too little on 1 January 2027."""
    site = law_site(
        start="2026-12-31", days=3, hourly_cost=1400,
        rules={"binding": ["min_hourly_wage"], "sunday_permit": "P 1"},
    )  # fmt: skip
    assert barred_days(site, "de.minwage_2027") == {"2027-01-01", "2027-01-02"}


def test_only_what_touches_the_offered_times_is_stated() -> None:
    site = law_site()
    monday = site.workers[0].availability[0]
    assert worker_of(availability=(type(monday)(0, 1440),)).barred == ()
    assert minute(site, "2026-12-21T00:00") == 0
