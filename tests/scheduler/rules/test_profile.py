"""Rule profiles: the law as data, the strictest entry that holds on the days planned."""

from dataclasses import replace
from datetime import date

import pytest

from scheduler.errors import ProblemInvalid
from scheduler.rules.profile import Rule, RuleProfile, resolve

MONDAY, SUNDAY = date(2026, 11, 2), date(2026, 11, 8)


def test_no_profile_sets_no_limits() -> None:
    assert resolve("none", MONDAY, SUNDAY).rules == ()


def test_a_profile_inherits_what_it_extends() -> None:
    """Germany says nothing of the week; the European 48 hours hold."""
    assert resolve("de", MONDAY, SUNDAY).limit("max_minutes_per_week") == 48 * 60
    assert resolve("de", MONDAY, SUNDAY).limit("max_consecutive_days") == 6


def test_of_two_values_the_stricter_holds() -> None:
    """Sweden's ordinary 40 hours against the European 48."""
    assert resolve("se", MONDAY, SUNDAY).limit("max_minutes_per_week") == 40 * 60


def test_of_equal_values_the_narrower_law_is_cited() -> None:
    sources = {rule.param: rule.id for rule in resolve("de", MONDAY, SUNDAY).rules}
    assert sources["min_rest_minutes"] == "de.rest"


def test_each_param_is_there_once() -> None:
    params = [rule.param for rule in resolve("se", MONDAY, SUNDAY).rules]
    assert params == sorted(set(params))


@pytest.mark.parametrize(
    ("first", "last", "cents"),
    [
        (date(2026, 12, 30), date(2026, 12, 31), 1390),
        (date(2027, 1, 1), date(2027, 1, 2), 1460),
        (date(2026, 12, 31), date(2027, 1, 1), 1460),  # the stricter of the two days
        (date(2025, 12, 30), date(2025, 12, 31), 1282),
        (date(2024, 12, 30), date(2024, 12, 31), None),
    ],
)
def test_a_dated_rule_holds_on_its_days(first: date, last: date, cents: int | None) -> None:
    assert resolve("de", first, last).limit("min_hourly_wage") == cents


def test_the_fingerprint_is_the_same_for_the_same_rules() -> None:
    assert resolve("de", MONDAY, SUNDAY).sha256 == resolve("de", MONDAY, MONDAY).sha256


def test_the_fingerprint_changes_with_the_rules_in_force() -> None:
    then = resolve("de", date(2027, 1, 1), date(2027, 1, 2))
    assert then.sha256 != resolve("de", MONDAY, SUNDAY).sha256


def test_the_fingerprint_changes_with_any_value() -> None:
    profile = resolve("eu", MONDAY, SUNDAY)
    first, *others = profile.rules
    changed = replace(profile, rules=(replace(first, value=first.value + 1), *others))
    assert changed.sha256 != profile.sha256


def test_an_unknown_profile_is_refused_by_name() -> None:
    with pytest.raises(ProblemInvalid, match="rule_profile: 'atlantis' is not one of de, eu, fr"):
        resolve("atlantis", MONDAY, SUNDAY)


PROFILE = RuleProfile(
    "two", (Rule("a", "min_rest_minutes", 660, ""), Rule("b", "max_minutes_per_week", 2880, ""))
)


@pytest.mark.parametrize(
    ("param", "own", "strictest"),
    [
        ("min_rest_minutes", 600, 660),
        ("min_rest_minutes", 720, 720),
        ("min_rest_minutes", None, 660),
        ("max_minutes_per_week", 3000, 2880),
        ("max_minutes_per_week", 1200, 1200),
        ("max_minutes_per_week", 0, 0),
        ("max_consecutive_days", 5, 5),
        ("max_consecutive_days", None, 7),
    ],
)
def test_the_stricter_of_contract_and_law_holds(
    param: str, own: int | None, strictest: int
) -> None:
    assert PROFILE.strictest(param, own, otherwise=7) == strictest


@pytest.mark.parametrize("name", ["eu", "de", "se"])
def test_every_rule_has_a_source_and_sensible_dates(name: str) -> None:
    for rule in resolve(name, date(1900, 1, 1), date(2999, 1, 1)).rules:
        assert rule.source
        assert rule.valid_from <= rule.valid_to
        assert rule.value or rule.known.kind == "yes_no"
