"""Limits at a price: by contract, and the premiums of American cities for short rests."""

from typing import Any

import pytest

from scheduler.soft_limit import SoftLimit
from tests.api.rules.laws import worker_of
from tests.api.rules.test_caps import noted

AGREED = {"by": "cba", "reference": "TV 3"}


def soft(rule: str, **entry: Any) -> dict[str, Any]:
    """The rules of a site whose part-timers have one rule at a price."""
    return {"contracts": [{"contract": "part", "rule": rule, "level": "soft", **entry}]}


def test_a_contracts_longer_rest_may_be_short_at_a_price() -> None:
    """The law's eleven hours stay."""
    rules = soft("min_rest_minutes", price_per_hour=7.5)
    worker = worker_of(rules=rules, min_rest_minutes=780)
    assert worker.min_rest_minutes == 660
    assert worker.soft_limits == (SoftLimit("hours_of_rest", 780, 750, "min_rest_minutes"),)


def test_a_short_rest_may_cost_each_time() -> None:
    worker = worker_of(rules=soft("min_rest_minutes", price=20), min_rest_minutes=780)
    assert worker.soft_limits == (SoftLimit("short_rests", 780, 2000, "min_rest_minutes"),)


def test_the_laws_rest_becomes_soft_only_by_leave() -> None:
    rules = soft("min_rest_minutes", price_per_hour=7.5)
    assert worker_of(rules=rules).soft_limits == ()
    worker = worker_of(rules=soft("min_rest_minutes", price_per_hour=7.5, **AGREED))
    assert worker.min_rest_minutes == 0
    assert worker.soft_limits == (SoftLimit("hours_of_rest", 660, 750, "min_rest_minutes"),)


def test_a_contracts_run_of_days_may_be_longer_at_a_price() -> None:
    worker = worker_of(rules=soft("max_consecutive_days", price=30), max_consecutive_days=4)
    assert worker.max_consecutive_days == 6
    assert worker.soft_limits == (SoftLimit("days_in_a_row", 4, 3000, "max_consecutive_days"),)


def test_a_weekly_rest_may_be_missed_at_a_price() -> None:
    worker = worker_of(rules=soft("min_weekly_rest_minutes", price=90, **AGREED))
    assert worker.min_weekly_rest_minutes is None
    (limit,) = worker.soft_limits
    assert limit == SoftLimit("weeks_without_rest", 2100, 9000, "min_weekly_rest_minutes")


def test_other_contracts_keep_theirs() -> None:
    rules = soft("max_consecutive_days", price=30)
    worker = worker_of(rules=rules, max_consecutive_days=4, contract="full")
    assert (worker.max_consecutive_days, worker.soft_limits) == (4, ())


@pytest.mark.parametrize(
    ("profile", "limit"),
    [
        ("us_or", SoftLimit("hours_of_rest", 600, 750, "us_or.rest")),
        ("us_seattle", SoftLimit("hours_of_rest", 600, 750, "us_sea.rest")),
        ("us_la", SoftLimit("hours_after_short_rest", 600, 750, "us_la.rest")),
        ("us_chicago", SoftLimit("hours_after_short_rest", 600, 375, "us_chi.rest")),
        ("us_nyc_fastfood", SoftLimit("short_rests", 660, 10_000, "us_nyc.clopen")),
    ],
)
def test_a_short_rest_has_its_premium(profile: str, limit: SoftLimit) -> None:
    """Of a wage of 15.00: half of it, a quarter of it, or a fixed amount."""
    assert worker_of(profile=profile).soft_limits == (limit,)
    assert not noted(f"{limit.rule} (", profile=profile)


def test_elsewhere_there_is_none() -> None:
    assert worker_of(profile="us_ca").soft_limits == worker_of(profile="de").soft_limits == ()


@pytest.mark.parametrize(
    ("profile", "added", "lost"),
    [("us_or", 1500, 750), ("us_seattle", 1500, 750), ("us_la", 1500, 750),
     ("us_chicago", 1500, 0), ("us_ca", 0, 0), ("de", 0, 0)],
)  # fmt: skip
def test_a_change_after_the_notice_is_paid(profile: str, added: int, lost: int) -> None:
    """An hour for a shift added or moved, half the rate for an hour lost."""
    worker = worker_of(profile=profile)
    assert (worker.added_shift_cost, worker.lost_hour_cost) == (added, lost)
