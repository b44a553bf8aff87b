"""Opening hours, holidays and events on the local wall clock."""

from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

from forecasts.calendar import (
    ALWAYS_OPEN,
    Calendar,
    DayKind,
    Event,
    bot_availability,
    event_factors,
)
from forecasts.errors import CalendarInvalid

OFFICE = (((8 * 60, 20 * 60),),) * 5 + ((), ())


def local(start: str, periods: int, zone: str = "Europe/Berlin") -> pd.DatetimeIndex:
    first = pd.Timestamp(start, tz=zone).tz_convert("UTC")
    return pd.date_range(first, periods=periods, freq="30min")


def kind(calendar: Calendar, day: str) -> DayKind:
    number = (date.fromisoformat(day) - date(1970, 1, 1)).days
    return DayKind(int(calendar.day_kinds(np.array([number]))[0]))


def test_opening_hours_are_half_open_on_the_wall_clock():
    calendar = Calendar("Europe/Berlin", "DE", opening_hours=OFFICE)
    opened = calendar.is_open(local("2026-03-02 00:00", 48))
    np.testing.assert_array_equal(np.flatnonzero(opened), np.arange(16, 40))


def test_holiday_hours_replace_those_of_the_weekday():
    christmas = local("2026-12-25 00:00", 48)
    short = Calendar("Europe/Berlin", "DE", opening_hours=OFFICE, holiday_hours=((600, 720),))
    np.testing.assert_array_equal(np.flatnonzero(short.is_open(christmas)), np.arange(20, 24))
    as_usual = Calendar("Europe/Berlin", "DE", opening_hours=OFFICE)
    assert as_usual.is_open(christmas).sum() == 24


@pytest.mark.parametrize(("day", "length"), [("2026-03-29", 46), ("2026-10-25", 50)])
def test_clock_change_days_have_23_or_25_hours(day: str, length: int):
    calendar = Calendar("Europe/Berlin", "DE")
    slots = calendar.slots(local(f"{day} 00:00", length + 2), 30)
    assert (slots.day == slots.day[0]).sum() == length
    assert slots.slot[length] == 0


def test_opening_hours_follow_the_wall_clock_over_a_clock_change():
    opens_at_eight = (((480, 1200),),) * 7
    calendar = Calendar("Europe/Berlin", "DE", opening_hours=opens_at_eight)
    for day in ("2026-03-28", "2026-03-29", "2026-10-25", "2026-10-26"):
        ds = local(f"{day} 00:00", 46)
        first = ds[np.flatnonzero(calendar.is_open(ds))[0]].tz_convert("Europe/Berlin")
        assert first.strftime("%H:%M") == "08:00"


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-05-13", DayKind.BEFORE),
        ("2026-05-14", DayKind.HOLIDAY),  # Ascension, a Thursday
        ("2026-05-15", DayKind.BRIDGE),
        ("2026-05-18", DayKind.ORDINARY),
        ("2026-05-24", DayKind.ORDINARY),  # the Sunday before Whit Monday
        ("2026-05-26", DayKind.AFTER),
    ],
)
def test_days_around_holidays(day: str, expected: DayKind):
    assert kind(Calendar("Europe/Berlin", "DE"), day) == expected


@pytest.mark.parametrize(
    ("country", "day", "expected"),
    [
        ("IL", "1999-09-27", DayKind.MINOR),  # an intermediate day of Sukkot
        ("IL", "1999-09-26", DayKind.MINOR),  # and the first of them, after the holiday
        ("IL", "1999-04-20", DayKind.BEFORE),  # a remembrance day that is an eve as well
        ("IL", "1999-04-02", DayKind.AFTER),  # intermediate, but on the weekend
        ("AT", "2026-12-31", DayKind.BEFORE),
        ("BR", "2026-02-16", DayKind.MINOR),  # Carnival
        ("DE", "2026-02-16", DayKind.ORDINARY),
        ("US", "2026-02-14", DayKind.ORDINARY),  # unofficial days do not count
    ],
)
def test_minor_holidays(country: str, day: str, expected: DayKind):
    assert kind(Calendar("UTC", country), day) == expected


def test_a_minor_holiday_can_be_ignored():
    carnival = date(2026, 2, 16)
    calendar = Calendar("UTC", "BR", ignored_holidays=frozenset({carnival}))
    assert kind(calendar, str(carnival)) == DayKind.ORDINARY


def test_the_day_after_is_the_next_one_with_opening_hours():
    friday_off = {"added_holidays": frozenset({date(2026, 6, 12)})}
    assert kind(Calendar("UTC", opening_hours=OFFICE, **friday_off), "2026-06-15") == DayKind.AFTER
    assert kind(Calendar("UTC", **friday_off), "2026-06-13") == DayKind.AFTER


def test_holidays_of_a_region_and_own_corrections():
    epiphany = "2026-01-06"
    assert kind(Calendar("Europe/Berlin", "DE", "BE"), epiphany) == DayKind.ORDINARY
    assert kind(Calendar("Europe/Berlin", "DE", "BY"), epiphany) == DayKind.HOLIDAY
    working = Calendar("Europe/Berlin", "DE", "BY", ignored_holidays=frozenset({date(2026, 1, 6)}))
    assert kind(working, epiphany) == DayKind.ORDINARY


def test_events_multiply_where_they_overlap():
    ds = local("2026-03-02 00:00", 4, "UTC")
    events = [
        Event("sale", ds[1], ds[3], 2.0),
        Event("mailing", ds[2], ds[3], 1.5, "b"),
        Event("bot_down", ds[0], ds[2], 0.0),
    ]
    np.testing.assert_allclose(event_factors(events, ["a", "b"], ds), [[1, 2, 2, 1], [1, 2, 3, 1]])
    np.testing.assert_allclose(bot_availability(events, ["a"], ds), [[0, 0, 1, 1]])


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"time_zone": "UTC", "country": "XX"}, "country"),
        ({"time_zone": "UTC", "country": "DE", "region": "ZZ"}, "region"),
        ({"time_zone": "UTC", "opening_hours": ALWAYS_OPEN[:6]}, "seven days"),
        ({"time_zone": "UTC", "holiday_hours": ((700, 600),)}, "no span"),
    ],
)
def test_impossible_calendars_are_refused(arguments: dict[str, object], what: str):
    with pytest.raises(CalendarInvalid, match=what):
        Calendar(**arguments)


def test_impossible_events_are_refused():
    noon = datetime(2026, 3, 2, 12)
    with pytest.raises(CalendarInvalid, match="ends before"):
        Event("sale", noon, noon)
    with pytest.raises(CalendarInvalid, match="factor"):
        Event("sale", noon, noon.replace(hour=13), -1.0)
