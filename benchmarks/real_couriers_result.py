"""Plan the courier days and compare their cover with the blocks of the data."""

from bisect import bisect_left
from pathlib import Path

from api.pipeline import plan
from benchmarks.real_couriers import (
    DAYS,
    PLANS,
    CourierDay,
    Plan,
    cover,
    hours,
    read_day,
    write_site,
)
from benchmarks.tables import Figures
from scheduler.schedule import Schedule
from scheduler.solver.parameters import Parameters

# Prices of a missing courier-hour that are tried; a shift must be useful for WAGE / price of it.
PRICES = tuple(2.5 * step for step in range(7, 25))

NOTE = """\
Orders of four days and the couriers' real blocks (Grubhub, Reyes et al.). Every plan uses at most
the courier-hours of the blocks as worked (s1). Assumptions: an order keeps one courier busy from
its ready time for as long as makes the work of the day equal to the hours of s1, so the need of
each quarter-hour is derived, not observed, and adds up to those hours; a courier works one shift;
an hour costs 15. The format has no cap on total hours, so the price of a missing courier-hour is
the highest of 17.50, 20, ... 60 whose plan stays within the hours. Widened blocks ask couriers for
time that the data does not show they have; inside the real blocks a plan can only leave hours
away, never cover more than s1 did. s2 was not made for this curve, so it is context and no
opponent. "under" and "over" are courier-hours too few and too many."""

COLUMNS = ("day", "schedule", "hours", "under", "over", "price", "gap", "seconds")


def run(data: Path, out: Path, parameters: Parameters) -> list[Figures]:
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
            price, schedule = _within_hours(day, one, folder, parameters)
            spans = tuple((shift.start, shift.end) for shift in schedule.shifts)
            effort = (f"{price:g}", f"{schedule.gap:.2%}", f"{schedule.solve_seconds:.1f}")
            rows.append(_row(label, f"{letter}: {one.name}", day, spans, effort))
    return [Figures("Couriers: cover on the same curve", NOTE, COLUMNS, tuple(rows))]


def _within_hours(
    day: CourierDay, one: Plan, folder: Path, parameters: Parameters
) -> tuple[float, Schedule]:
    """The plan at the highest price whose hours stay within those of ``s1``."""

    def planned(price: float) -> Schedule:
        write_site(day, one, price, folder / "site")
        return plan(folder / "site", folder / "plan", parameters).schedule

    def fits(schedule: Schedule) -> bool:
        return sum(shift.minutes for shift in schedule.shifts) <= hours(day.worked) * 60

    if fits(dearest := planned(PRICES[-1])):
        return PRICES[-1], dearest
    # Hours rise with the price, so halving finds the last one that fits.
    position = bisect_left(PRICES, True, key=lambda price: not fits(planned(price))) - 1
    if position < 0:
        raise SystemExit(f"day {day.number}: more hours than s1 even at {PRICES[0]} an hour")
    return PRICES[position], planned(PRICES[position])


def _row(
    label: str,
    name: str,
    day: CourierDay,
    spans: tuple[tuple[int, int], ...],
    effort: tuple[str, str, str] = ("", "", ""),
) -> tuple[str, ...]:
    under, over = cover(day, spans)
    return (label, name, f"{hours(spans):.1f}", f"{under:.1f}", f"{over:.1f}", *effort)
