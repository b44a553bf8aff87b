"""A worker's shifts as an iCalendar file (RFC 5545, RFC 7986).

Instants are UTC: a local time with a zone id cannot name the second 02:30 of an autumn night,
and calendars disagree about zone definitions.
"""

import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

from scheduler.export.words import hours, offset, segment_lines
from scheduler.horizon import Horizon
from scheduler.schedule import Shift

PRODUCT = "-//Peakcrew//Peakcrew//EN"
REFRESH = timedelta(hours=1)


def worker_calendar(
    shifts: Sequence[Shift],
    horizon: Horizon,
    *,
    title: str,
    stamp: datetime,
    revision: int = 0,
) -> bytes:
    """One worker's shifts as an ``.ics`` file.

    ``title`` names the calendar. ``stamp`` is when the schedule was made; it becomes DTSTAMP.
    ``revision`` becomes SEQUENCE: raise it when a published schedule is changed. The UID stays
    with who starts when, so a shift that moves to another queue is updated, not doubled.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", _plain(title))
    calendar.add("x-wr-calname", _plain(title))
    # The parameter is required by RFC 7986, and the library leaves it out by itself.
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for shift in sorted(shifts):
        calendar.add_component(_event(shift, horizon, stamp.astimezone(UTC), revision))
    return bytes(calendar.to_ical())


def _event(shift: Shift, horizon: Horizon, stamp: datetime, revision: int) -> Event:
    event = Event()
    event.add("uid", f"{shift.id(horizon)}@peakcrew")
    event.add("dtstamp", stamp)
    event.add("last-modified", stamp)
    event.add("sequence", revision)
    event.add("status", "CONFIRMED")
    event.add("transp", "OPAQUE")
    event.add("dtstart", horizon.instant(shift.start).astimezone(UTC))
    event.add("dtend", horizon.instant(shift.end).astimezone(UTC))
    event.add("summary", f"Shift: {_plain(', '.join(_queues(shift)))}")
    event.add("description", _description(shift, horizon))
    return event


def _queues(shift: Shift) -> tuple[str, ...]:
    """The queues of a shift in the order it comes to them."""
    return tuple(dict.fromkeys(part.queue for part in shift.served))


def _description(shift: Shift, horizon: Horizon) -> str:
    start, end = horizon.instant(shift.start), horizon.instant(shift.end)
    zone = (
        f"{offset(start)}"
        if start.utcoffset() == end.utcoffset()
        else (f"{offset(start)} to {offset(end)}")
    )
    queues = (
        [f"Queue: {_plain(shift.queue)}"]
        if len(shift.served) == 1
        else ["Queues:", *map(_plain, segment_lines(horizon, shift))]
    )
    return "\n".join((
        *queues,
        f"Local time: {start:%H:%M}-{end:%H:%M} ({horizon.time_zone}, {zone})",
        f"Hours: {hours(shift.minutes)}",
        f"Template: {_plain(shift.template)}",
    ))  # fmt: skip


def _plain(text: str) -> str:
    # RFC 5545 forbids control characters in text, and the library lets them through.
    return "".join(mark for mark in text if unicodedata.category(mark) != "Cc")
