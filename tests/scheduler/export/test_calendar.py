import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Event

from scheduler.export.calendar import worker_calendar
from scheduler.export.report import Report
from scheduler.horizon import Horizon
from scheduler.schedule import Shift

STAMP = datetime(2026, 10, 20, 8, 0, 42, tzinfo=UTC)
ZONES = (
    "Europe/Berlin",
    "Europe/Stockholm",
    "America/New_York",
    "Australia/Sydney",
    "Asia/Kolkata",
)


def ics(horizon: Horizon, *shifts: Shift, title: str = "Returns desk", revision: int = 0) -> bytes:
    return worker_calendar(shifts, horizon, title=title, stamp=STAMP, revision=revision)


def events(content: bytes) -> list[Event]:
    return Calendar.from_ical(content).events


def shift(start: int, queue: str = "refund|sv|chat", minutes: int = 240) -> Shift:
    return Shift(start, start + minutes, "w1", queue, "four")


def test_the_two_half_past_two_of_an_autumn_night_are_two_instants(berlin: Horizon) -> None:
    first, second = events(ics(berlin, shift(1590, minutes=60), shift(1650, minutes=60)))

    assert first.start == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert second.start == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert first.end == second.start


def test_times_are_written_in_utc(berlin: Horizon) -> None:
    content = ics(berlin, shift(600))

    assert b"DTSTART:20261024T080000Z\r\n" in content
    assert b"DTEND:20261024T120000Z\r\n" in content
    assert b"TZID" not in content


@settings(max_examples=50, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    day=st.dates(date(2020, 1, 1), date(2035, 12, 31)),
    start=st.integers(0, 2 * 1380 // 30).map(lambda n: 30 * n),
)
def test_instants_survive_the_round_trip(zone: str, day: date, start: int) -> None:
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
    horizon = Horizon(midnight, 3, 30, zone)

    (event,) = events(ics(horizon, shift(start)))

    # By their stamps: of an hour that comes twice, equal instants of two zones differ (PEP 495).
    assert event.start.timestamp() == horizon.instant(start).timestamp()
    assert event.end.timestamp() == horizon.instant(start + 240).timestamp()


def test_the_uid_stays_when_the_queue_changes(berlin: Horizon) -> None:
    before = events(ics(berlin, shift(600, "refund|sv|chat")))[0]
    after = events(ics(berlin, shift(600, "complaint|de|voice")))[0]

    assert before["UID"] == after["UID"]


def test_uids_of_different_shifts_differ(berlin: Horizon) -> None:
    uids = {
        str(event["UID"]) for event in events(ics(berlin, shift(600), shift(1590), shift(1650)))
    }

    assert len(uids) == 3


def test_the_revision_becomes_the_sequence(berlin: Horizon) -> None:
    assert events(ics(berlin, shift(600), revision=7))[0]["SEQUENCE"] == 7


def test_stamps_are_the_runs_and_never_the_clocks(berlin: Horizon) -> None:
    event = events(ics(berlin, shift(600)))[0]

    assert event.DTSTAMP == event.LAST_MODIFIED == STAMP
    assert ics(berlin, shift(600)) == ics(berlin, shift(600))


def test_what_calendars_ask_for_is_there(berlin: Horizon) -> None:
    content = ics(berlin, shift(600), title="Returns desk: Åsa")

    for line in (
        "METHOD:PUBLISH", "VERSION:2.0", "NAME:Returns desk: Åsa", "X-WR-CALNAME:Returns desk: Åsa",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "STATUS:CONFIRMED", "SUMMARY:Shift: refund|sv|chat",
    ):  # fmt: skip
        assert f"\r\n{line}\r\n".encode() in content


def test_the_description_says_queue_and_local_time(berlin: Horizon) -> None:
    text = str(events(ics(berlin, shift(1440)))[0]["DESCRIPTION"])

    assert "Queue: refund|sv|chat" in text
    assert "00:00-03:00 (Europe/Berlin, UTC+02:00 to UTC+01:00)" in text
    assert "Hours: 4" in text


@settings(max_examples=30, deadline=None)
@given(queue=st.text(min_size=1, max_size=300), title=st.text(max_size=300))
def test_lines_end_in_crlf_and_are_folded_at_75_octets(queue: str, title: str) -> None:
    horizon = Horizon(
        datetime(2026, 10, 24, tzinfo=ZoneInfo("Europe/Berlin")), 2, 30, "Europe/Berlin"
    )

    content = ics(horizon, shift(600, queue), title=title)

    *lines, last = content.split(b"\r\n")
    assert last == b""
    assert max(len(line) for line in lines) <= 75
    for line in lines:
        # A fold never cuts a character, and nothing but the line ends controls anything.
        assert not any(unicodedata.category(mark) == "Cc" for mark in line.decode())


@pytest.mark.parametrize(
    "text", ["a\r\nATTENDEE:mailto:x@y", "a\nEND:VEVENT", "NUL\0 BEL\a", "\x85x"]
)
def test_text_cannot_add_lines(berlin: Horizon, text: str) -> None:
    content = ics(berlin, shift(600, text), title=text)

    (event,) = events(content)
    assert "ATTENDEE" not in event
    assert content.count(b"\r\nBEGIN:") == content.count(b"\r\nEND:VEVENT") == 1


def test_special_characters_come_back(berlin: Horizon) -> None:
    queue = "Rück;gabe, \\ 返品|sv"

    assert str(events(ics(berlin, shift(600, queue)))[0]["SUMMARY"]) == f"Shift: {queue}"


def test_a_schedule_without_a_run_record_has_a_stamp_all_the_same(
    make_report: Callable[..., Report],
) -> None:
    report = make_report()
    bare = replace(report, schedule=replace(report.schedule, run={}))

    assert bare.finished == report.problem.horizon.start
