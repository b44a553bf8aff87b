"""What the rules ask of a site's files: read, or refused with file, line and column."""

from datetime import date
from typing import Any

import pytest

from api.site.calendars import Period
from api.site.read import read_site
from api.site.standing import Standing
from scheduler.worker import Span

HEAD = "worker_id,name,skills,contract,status,region,hourly_cost,min_hours_per_week,"
WORKERS = HEAD + (
    "max_hours_per_week,traits,birth_date,binding,earned_this_month,earned_this_half_year,"
    "half_days_left,calendar\n"
    "w1,Ada,de;en,mini,student,BY,14.60,0,20,minijob;on_call,2009-02-28,"
    "minijob_cents_per_month,100.50,2000,12,fu\n"
    "NA,Böll,de,part,employee,,15.5,4.5,19.25,,,,,,,\n"
)
CALENDARS = """\
calendar,start,end,kind
fu,2026-01-01,2026-02-14,lecture
fu,2026-02-16,2026-02-16,exam
"""


def spoilt(folder: Any, name: str, old: str, new: str) -> list[str]:
    folder.write("workers.csv", WORKERS).write("calendars.csv", CALENDARS)
    folder.replace(name, old, new)
    return [str(one) for one in folder.printed]


def test_a_workers_standing_is_read(folder: Any) -> None:
    folder.write("workers.csv", WORKERS).write("calendars.csv", CALENDARS)
    site = read_site(folder.path)
    assert site.workers[0].standing == Standing(
        frozenset({"minijob", "on_call"}), date(2009, 2, 28),
        frozenset({"minijob_cents_per_month"}), 10050, 200000, 12, "fu",
    )  # fmt: skip
    assert site.workers[1].standing == Standing()
    assert site.calendars == {
        "fu": (
            Period(date(2026, 1, 1), date(2026, 2, 14), "lecture"),
            Period(date(2026, 2, 16), date(2026, 2, 16), "exam"),
        )
    }


def test_a_site_without_these_columns_is_as_ever(folder: Any) -> None:
    site = read_site(folder.path)
    assert {row.standing for row in site.workers} == {Standing()}
    assert site.calendars == {}


@pytest.mark.parametrize(
    ("old", "new", "printed"),
    [
        ("minijob;on_call", "minijob;boss",
         'workers.csv:2:41: traits: unknown "boss"; known: csn, fixed_hours, minijob, on_call, '
         "short_term, third_country_student, working_student"),
        ("minijob;on_call", "minor", 'workers.csv:2:41: traits: unknown "minor"; known: csn, '
         "fixed_hours, minijob, on_call, short_term, third_country_student, working_student"),
        ("2009-02-28", "2009-02-29",
         'workers.csv:2:57: birth_date: expected a date like 2026-01-05, found "2009-02-29"'),
        (",100.50,", ",-1,",
         'workers.csv:2:92: earned_this_month: expected an amount like 14.60, found "-1"'),
        (",12,fu", ",1.5,fu", 'workers.csv:2:104: half_days_left: expected a whole number from 0 '
         'to 1000, found "1.5"'),
        (",12,fu", ",12,tu",
         'workers.csv:2:107: calendar: unknown calendar "tu": not in calendars.csv'),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_named(folder: Any, old: str, new: str, printed: str) -> None:
    assert spoilt(folder, "workers.csv", old, new) == [printed]


@pytest.mark.parametrize(
    ("old", "new", "printed"),
    [
        ("lecture", "party",
         'calendars.csv:2:26: kind: expected one of break, exam, lecture, found "party"'),
        ("2026-02-14", "2025-02-14",
         "calendars.csv:2:15: end: expected a day not before the start of this row"),
        ("2026-01-01", "soon",
         'calendars.csv:2:4: start: expected a date like 2026-01-05, found "soon"'),
    ],
)  # fmt: skip
def test_a_wrong_calendar_is_named(folder: Any, old: str, new: str, printed: str) -> None:
    assert printed in spoilt(folder, "calendars.csv", old, new)


EXTERNAL = "worker_id,start,end\n"


def test_work_for_others_is_read_before_and_inside_the_horizon(folder: Any) -> None:
    folder.write(
        "external_shifts.csv",
        EXTERNAL + "w1,2026-01-04T08:00,2026-01-04T12:00\nw1,2026-01-05T18:00,2026-01-05T20:00\n",
    )
    worker = read_site(folder.path).workers[0]
    assert worker.past_shifts == (Span(-960, -720),)
    assert worker.external_shifts == (Span(1080, 1200),)


@pytest.mark.parametrize(
    ("row", "printed"),
    [
        ("w9,2026-01-05T18:00,2026-01-05T20:00",
         'external_shifts.csv:2:1: worker_id: unknown worker "w9": not in workers.csv'),
        ("w1,2026-01-04T22:00,2026-01-05T02:00",
         "external_shifts.csv:2:4: start: passes the horizon's start: state two shifts"),
        ("w1,2026-01-05T20:00,2026-01-05T18:00",
         "external_shifts.csv:2:21: end: expected an instant after the start of this row"),
    ],
)  # fmt: skip
def test_wrong_work_for_others_is_named(folder: Any, row: str, printed: str) -> None:
    folder.write("external_shifts.csv", f"{EXTERNAL}{row}\n")
    assert folder.printed == [printed]


RULES = """
[rules]
published = 2026-01-02T12:00:00+01:00
sunday_permit = "P 1"
binding = ["min_hourly_wage"]
traits = { on_call = ["mini"] }

[[rules.overrides]]
rule = "eu.rest_daily"
by = "cba"
reference = "TV 3"
value = 600
valid_from = 2026-01-01

[[rules.contracts]]
contract = "mini"
rule = "max_minutes_per_week"
level = "soft"
price_per_hour = 5.0
"""


def test_the_table_of_rules_is_read(folder: Any) -> None:
    folder.append("site.toml", RULES)
    rules = read_site(folder.path).config.rules
    assert rules.sunday_permit == "P 1"
    assert rules.traits == {"on_call": ("mini",)}
    assert rules.overrides[0].value == 600
    assert rules.contracts[0].price_per_hour == 5.0


@pytest.mark.parametrize(
    ("old", "new", "printed"),
    [
        ('by = "cba"', 'by = "boss"', "rules.overrides[0].by: expected "),
        ('reference = "TV 3"\n', "", "rules.overrides[0]: reference is missing"),
        ("valid_from = 2026-01-01", "valid_to = 1971-01-01\nvalid_from = 2026-01-01",
         "rules.overrides[0].valid_to: is before valid_from"),
        ('binding = ["min_hourly_wage"]', 'binding = ["min_rest_minutes"]',
         "rules.binding: 'min_rest_minutes' is not one of max_minutes_per_lecture_week, "),
        ("on_call = [", "tall = [", "rules.traits: 'tall' is not one of csn, fixed_hours, "),
        ("on_call = [", "minor = [", "rules.traits: who is a minor follows from birth_date"),
        ("price_per_hour = 5.0\n", "", "rules.contracts[0]: price_per_hour: is needed for soft"),
        ('rule = "max_minutes_per_week"', 'rule = "min_break_minutes"',
         "rules.contracts[0].level: min_break_minutes has no soft form; soft are "),
        ('rule = "max_minutes_per_week"', 'rule = "max_consecutive_days"',
         "rules.contracts[0].price_per_hour: max_consecutive_days has price"),
        ("price_per_hour = 5.0", "price = 5.0",
         "rules.contracts[0].price: max_minutes_per_week has price_per_hour"),
        ("price_per_hour = 5.0", "price_per_hour = 5.0\nprice = 5.0",
         "rules.contracts[0].price_per_hour: is needed for soft"),
        ('rule = "max_minutes_per_week"', 'rule = "night_window"',
         "rules.contracts[0].rule: 'night_window' is not one that can be kept here"),
        ('level = "soft"', 'level = "soft"\nby = "cba"',
         "rules.contracts[0]: reference: is needed with by"),
        ("published = 2026-01-02T12:00:00+01:00", "published = 20260102",
         "rules.published: expected an instant like 2026-12-20T12:00:00+01:00"),
        ('sunday_permit = "P 1"', "sunday_permits = 2", "rules.sunday_permits: unknown key"),
    ],
)  # fmt: skip
def test_a_wrong_rule_is_named(folder: Any, old: str, new: str, printed: str) -> None:
    assert old in RULES
    folder.append("site.toml", RULES.replace(old, new, 1))
    (found,) = folder.printed
    place, _, message = found.partition(": ")
    assert place.startswith("site.toml:")
    assert message.startswith(printed)
