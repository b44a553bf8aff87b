"""Figures and times as a person reads them; English, and independent of the machine's locale."""

from datetime import date, datetime

from scheduler.horizon import Horizon
from scheduler.schedule import Shift

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def amount(cents: int, currency: str) -> str:
    """``1,234.50 EUR``."""
    sign = "-" if cents < 0 else ""
    whole, rest = divmod(abs(cents), 100)
    return f"{sign}{whole:,}.{rest:02d} {currency}"


def percent(share: float, digits: int = 1) -> str:
    """``41.2 %``."""
    return f"{100 * share:,.{digits}f} %"


def hours(minutes: float) -> str:
    """Minutes as hours with at most two decimals: ``1,280`` or ``3.5``."""
    text = f"{minutes / 60:,.2f}"
    return text.rstrip("0").rstrip(".")


def count(number: int, noun: str) -> str:
    """``1 shift``, ``2 shifts``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def short_day(day: date) -> str:
    """``Mon 28 Dec``."""
    return f"{DAYS[day.weekday()][:3]} {day.day} {MONTHS[day.month - 1]}"


def long_day(day: date) -> str:
    """``Monday 28 Dec 2026``."""
    return f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


def offset(instant: datetime) -> str:
    """``UTC+01:00``: tells the two 02:30 of an autumn night apart."""
    minutes = int((instant.utcoffset() or instant - instant).total_seconds() // 60)
    return f"UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def segment_lines(horizon: Horizon, shift: Shift) -> list[str]:
    """``08:00-10:30 refund`` for each segment of a shift, local times."""
    return [
        f"{horizon.instant(part.start):%H:%M}-{horizon.instant(part.end):%H:%M} {part.queue}"
        for part in shift.served
    ]
