"""Days -> the weeks and quarters that they lie in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

Kind = Literal["plan", "week", "quarter"]


@dataclass(frozen=True, slots=True)
class Span:
    """Some days of a plan: all of it, or those in one ISO week or quarter.

    ``days`` are places in the plan's list of days. A week that lies in two quarters is split
    between them by day.
    """

    kind: Kind
    name: str
    days: tuple[int, ...]


def spans(dates: Sequence[date]) -> list[Span]:
    """The whole plan, its weeks and its quarters, each in order of time."""
    found = [Span("plan", "plan", tuple(range(len(dates))))]
    for kind, name in (("week", week_name), ("quarter", quarter_name)):
        names = list(map(name, dates))
        for one in dict.fromkeys(names):
            days = tuple(place for place, other in enumerate(names) if other == one)
            found.append(Span(kind, one, days))  # type: ignore[arg-type]
    return found


def week_name(day: date) -> str:
    """``2026-W53``, the ISO week."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def quarter_name(day: date) -> str:
    """``2026-Q4``."""
    return f"{day.year}-Q{(day.month + 2) // 3}"
