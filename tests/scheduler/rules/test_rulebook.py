"""The files of the rule profiles: what is wrong in one is named with file and entry."""

from datetime import date

import pytest

from scheduler.errors import ProblemInvalid
from scheduler.rules.params import PARAMS
from scheduler.rules.profile import entries
from scheduler.rules.rule import TRAITS
from scheduler.rules.rulebook import chain, profile_names, read_book

ENTRY = """
[[rules]]
id = "x.rest"
level = "hard"
param = "min_rest_minutes"
value = 660
source = "Act 1"
confidence = "V"
"""
EVER = date(1900, 1, 1), date(2999, 1, 1)


def test_a_file_is_read() -> None:
    book = read_book("x", f'title = "X"\nextends = "eu"\n{ENTRY}override = ["cba"]')
    (rule,) = book.rules
    assert (book.title, book.extends, rule.override) == ("X", "eu", ("cba",))
    assert (rule.valid_from, rule.valid_to) == (date.min, date.max)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('title = "X"', 'titel = "X"', r"x\.toml: 'titel' is not a known key"),
        ('id = "x.rest"', 'id = "x.rest"\nwindow = 3',
         r"x\.toml: rules\[0\] x\.rest: 'window' is not a known key"),
        ("value = 660\n", "", r"rules\[0\] x\.rest: value is missing"),
        ("value = 660", 'value = "11 h"', r"x\.rest: value: '11 h' is no number"),
        ("value = 660", "value = -1", r"x\.rest: value: -1 is negative"),
        ("value = 660", "value = true", r"value: True is no number"),
        ("min_rest_minutes", "min_sleep_minutes", r"param: 'min_sleep_minutes' is not known"),
        ('level = "hard"', 'level = "firm"', r"level: 'firm' is not one of hard, soft, warn, info"),
        ('confidence = "V"', 'confidence = "A"', r"confidence: 'A' is not one of V, M, U"),
        ('confidence = "V"', 'confidence = "V"\noverride = ["boss"]', r"override: 'boss' is not"),
        ('confidence = "V"', 'confidence = "V"\napplies_if = "tall"', r"applies_if: 'tall' is not"),
        ('source = "Act 1"', 'source = " "', r"source is empty"),
        ("min_rest_minutes", "premium_rest_minutes", r"per: is needed with premium_rest_minutes"),
        ("value = 660", 'value = 660\nper = "short_rests"', r"and with it only"),
        ("value = 660", 'value = 660\nper = "nights"', r"per: 'nights' is not one of hours"),
        ('confidence = "V"',
         'confidence = "V"\nvalid_from = 2027-01-01\nvalid_to = 2026-12-31',
         r"valid_to is before valid_from"),
        ("value = 660", "value = 660 h", r"x\.toml: "),
        ('confidence = "V"', f'confidence = "V"\n{ENTRY}', r"the id 'x\.rest' is used twice"),
    ],
)  # fmt: skip
def test_a_wrong_entry_is_named(old: str, new: str, message: str) -> None:
    text = f'title = "X"\n{ENTRY}'
    assert old in text
    with pytest.raises(ProblemInvalid, match=message):
        read_book("x", text.replace(old, new, 1))


@pytest.mark.parametrize(
    ("param", "value", "is_right"),
    [
        ("rest_window", "00:00-05:00", True),
        ("rest_window", "0-5", False),
        ("work_window", "06:00-24:00", False),
        ("barred_weekdays", "6,7", True),
        ("barred_weekdays", "sat", False),
    ],
)
def test_spans_and_weekdays_are_checked(param: str, value: str, is_right: bool) -> None:
    text = ENTRY.replace("min_rest_minutes", param).replace("660", f'"{value}"')
    if is_right:
        assert read_book("x", text).rules[0].value == value
        return
    with pytest.raises(ProblemInvalid, match="value"):
        read_book("x", text)


def test_a_profile_that_extends_itself_is_refused() -> None:
    books = {name: read_book(name, f'extends = "{other}"') for name, other in ("ab", "ba")}
    with pytest.raises(ProblemInvalid, match=r"a\.toml: extends itself"):
        chain("a", books)


def test_a_profile_that_extends_nothing_known_is_refused() -> None:
    with pytest.raises(ProblemInvalid, match="'gone' is not one of a"):
        chain("a", {"a": read_book("a", 'extends = "gone"')})


@pytest.mark.parametrize("name", profile_names())
def test_every_profile_can_be_resolved(name: str) -> None:
    rules = list(entries(name, *EVER))
    ids = [rule.id for rule in rules]
    assert len(set(ids)) == len(ids)
    assert {rule.applies_if for rule in rules} - {None} <= TRAITS
    for rule in rules:
        assert rule.param in PARAMS
        assert rule.source.strip()


def test_every_param_is_used_by_some_profile() -> None:
    used = {rule.param for name in profile_names() for rule in entries(name, *EVER)}
    assert used == set(PARAMS)


def test_what_is_only_shown_says_so() -> None:
    for param in PARAMS.values():
        if param.enforcement == "shown":
            assert "not enforced" in param.how or "duty of the people" in param.how
