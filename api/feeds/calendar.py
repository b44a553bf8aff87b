"""A worker's feed as iCalendar (RFC 5545, RFC 7986).

Times are UTC: a local time with a zone id cannot name the second 02:30 of an autumn night, and
calendars disagree about zone definitions. A cancelled shift stays for some weeks, because many
calendars forget only what they are told to cancel.
"""

import unicodedata
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from api.feeds.shifts import WorkerShifts
from api.feeds.words import say
from api.storage.tables import FeedEvent

PRODUCT = "-//Peakcrew//Peakcrew//EN"
REFRESH = timedelta(hours=1)
MAX_REMEMBERED = 20_000
END = b"END:VCALENDAR\r\n"


def feed(shifts: WorkerShifts, language: str) -> bytes:
    """The feed; the same rows always give the same bytes."""
    calendar = Calendar()
    title = plain(say("shifts_of", language, name=shifts.name))
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", title)
    calendar.add("x-wr-calname", title)
    # The parameter is required by RFC 7986, and the library leaves it out by itself.
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    frame = bytes(calendar.to_ical())
    if not frame.endswith(END):
        raise AssertionError("the calendar does not end as it should")
    events = [_event(Shown.of(one), shifts.zone, language) for one in shifts.events]
    return b"".join((frame.removesuffix(END), *events, END))


class Shown(NamedTuple):
    """What a calendar shows of a shift."""

    uid: str
    changed_at: datetime
    sequence: int
    is_cancelled: bool
    start_at: datetime
    end_at: datetime
    queue: str

    @classmethod
    def of(cls, one: FeedEvent) -> "Shown":
        """A row."""
        return cls(*(getattr(one, name) for name in cls._fields))


# Every calendar asks again each hour, and hardly a shift has changed since.
@lru_cache(maxsize=MAX_REMEMBERED)
def _event(one: Shown, zone: ZoneInfo, language: str) -> bytes:
    event = Event()
    # The stamp is that of the last change, so that unchanged rows give unchanged bytes.
    stamp = one.changed_at.astimezone(UTC).replace(microsecond=0)
    event.add("uid", one.uid)
    event.add("dtstamp", stamp)
    event.add("last-modified", stamp)
    event.add("sequence", one.sequence)
    event.add("status", "CANCELLED" if one.is_cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if one.is_cancelled else "OPAQUE")
    event.add("dtstart", one.start_at.astimezone(UTC))
    event.add("dtend", one.end_at.astimezone(UTC))
    head = f"{say('cancelled', language)}: " if one.is_cancelled else ""
    event.add("summary", plain(f"{head}{say('shift', language)}: {one.queue}"))
    start, end = (at.astimezone(zone) for at in (one.start_at, one.end_at))
    event.add("description", plain(f"{start:%H:%M}-{end:%H:%M} ({zone.key})"))
    return bytes(event.to_ical())


def plain(text: str) -> str:
    """Text without control characters, which RFC 5545 forbids and the library lets through."""
    return "".join(mark for mark in text if unicodedata.category(mark) != "Cc")
