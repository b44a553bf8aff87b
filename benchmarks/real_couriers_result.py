"""Plan the courier days and compare their cover with the blocks of the data."""

from pathlib import Path

from api.pipeline import plan
from benchmarks.real_couriers import (
    DAYS,
    PLANS,
    WAGE,
    CourierDay,
    Plan,
    cover,
    hours,
    read_day,
    write_site,
)
from benchmarks.tables import Figures
from scheduler.schedule import Schedule

# Prices of a missing courier-hour, falling; the first that stays within the hours of s1 is used.
PRICES = (60.0, 45.0, 37.5, 30.0, 25.0, 20.0)

NOTE = """\
Orders of four days and the couriers' real blocks (Grubhub, Reyes et al.). Every plan uses at most
the courier-hours of the blocks as worked (s1). Assumptions: an order keeps one courier busy from
its ready time for as long as makes the work of the day equal to the hours of s1, so the need of
each quarter-hour is derived, not observed, and adds up to those hours; a courier works one shift;
an hour costs 15 and a missing courier-hour the price in the table, the highest of
60, 45, 37.5, 30, 25, 20 that stays within the hours. The format has no cap on total hours.
Widened blocks ask couriers for time that the data does not show they have; inside their real
blocks a plan can only leave hours away, never cover more than s1 did. "under" and "over" are
courier-hours too few and too many on the same curve."""

COLUMNS = ("day", "schedule", "hours", "under", "over", "price", "gap", "seconds")


def run(data: Path, out: Path, *, time_limit: float, seed: int) -> list[Figures]:
    """All days, all plans; an empty list without the data."""
    if not (data / "grubhub").is_dir():
        return []
    rows: list[tuple[str, ...]] = []
    for number in DAYS:
        day = read_day(data, number)
        label = f"{number} ({len(day.ready)} orders)"
        rows.append(_row(label, "s1, as worked", day, day.worked))
        rows.append(_row(label, "s2, as optimised", day, day.optimised))
        for letter, one in zip("abc", PLANS, strict=True):
            folder = out / f"day{number}{letter}"
            price, schedule = _within_hours(day, one, folder, time_limit, seed)
            spans = tuple((shift.start, shift.end) for shift in schedule.shifts)
            effort = (f"{price:g}", f"{schedule.gap:.2%}", f"{schedule.solve_seconds:.1f}")
            rows.append(_row(label, f"{letter}: {one.name}", day, spans, effort))
    return [Figures("Couriers: cover on the same curve", NOTE, COLUMNS, tuple(rows))]


def _within_hours(
    day: CourierDay, one: Plan, folder: Path, time_limit: float, seed: int
) -> tuple[float, Schedule]:
    """The plan at the highest price whose hours stay within those of ``s1``."""
    for price in PRICES:
        write_site(day, one, price, folder / "site")
        planned = plan(folder / "site", folder / "plan", time_limit=time_limit, seed=seed)
        minutes = sum(shift.minutes for shift in planned.schedule.shifts)
        if minutes <= hours(day.worked) * 60:
            return price, planned.schedule
    raise SystemExit(f"day {day.number}: more hours than s1 even at {PRICES[-1]} against {WAGE}")


def _row(
    label: str,
    name: str,
    day: CourierDay,
    spans: tuple[tuple[int, int], ...],
    effort: tuple[str, str, str] = ("", "", ""),
) -> tuple[str, ...]:
    under, over = cover(day, spans)
    return (label, name, f"{hours(spans):.1f}", f"{under:.1f}", f"{over:.1f}", *effort)
