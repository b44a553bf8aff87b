"""Times as ``site.toml`` states them: of day, of the week, and between two instants."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field

from api.site.cells import CellInvalid
from api.site.instants import epoch_minutes, instant
from api.site.part import Part
from scheduler.horizon import Horizon
from scheduler.worker import Span

CLOCK = r"([01]\d|2[0-3]):[0-5]\d"
WallClock = Annotated[str, Field(pattern=rf"^{CLOCK}$")]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
Weekdays = Annotated[tuple[Weekday, ...], Field(min_length=1, max_length=7)]


def iso_weekdays(names: Iterable[Weekday]) -> frozenset[int]:
    """ISO weekdays, 1 for Monday."""
    return frozenset(WEEKDAYS.index(name) + 1 for name in names)


def _instant_text(value: object) -> object:
    # Kept as text: only with the zone of the site is it known what a local time means.
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str):
        return value
    raise ValueError("expected an instant like 2026-12-20T12:00:00+01:00")


Instant = Annotated[str, BeforeValidator(_instant_text)]


class SpanConfig(Part):
    """A time between two instants; without an offset they are local times of the site."""

    start: Instant
    end: Instant

    def fault(self, zone: ZoneInfo) -> tuple[str, str] | None:
        """What is wrong with it in a zone: key and message."""
        minutes = []
        for key, text in (("start", self.start), ("end", self.end)):
            try:
                minutes.append(instant(zone)(text))
            except CellInvalid as error:
                return key, str(error)
        return None if minutes[0] < minutes[1] else ("end", "expected an instant after the start")

    def span(self, horizon: Horizon) -> Span:
        """Minutes of the horizon; may lie outside it."""
        parse, first = instant(horizon.zone), epoch_minutes(horizon.start)
        return Span(parse(self.start) - first, parse(self.end) - first)
