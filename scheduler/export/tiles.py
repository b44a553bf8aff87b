"""The figures at the top of the report: what a planner is asked about first."""

from collections.abc import Iterator
from dataclasses import dataclass

from scheduler.export.report import Report
from scheduler.export.words import amount, count, hours, percent, short_day


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure with its name and the sentence that explains it; ``bot`` is a share to draw."""

    label: str
    value: str
    detail: str
    bot: float | None = None


def tiles(report: Report) -> list[Tile]:
    """All tiles whose figure is known: without a forecast there are no contacts to speak of."""
    return [
        _cost(report),
        *_cost_per_contact(report),
        _hours(report),
        *_changes(report),
        _gap(report),
        _worst(report),
        *_service_level(report),
        *_shares(report),
    ]


def _cost(report: Report) -> Tile:
    currency, costs = report.problem.currency, report.schedule.costs
    wages = amount(costs.get("wages", 0), currency)
    return Tile("Cost", amount(report.schedule.objective, currency), f"of which wages {wages}")


def _cost_per_contact(report: Report) -> Iterator[Tile]:
    if report.human_contacts:
        costs = report.schedule.costs
        paid = costs.get("wages", 0) + costs.get("unworked_minimum", 0)
        value = amount(round(paid / report.human_contacts), report.problem.currency)
        contacts = f"{report.human_contacts:,.0f}"
        yield Tile(
            "Cost per human contact", value, f"wages over {contacts} contacts that need a human"
        )


def _hours(report: Report) -> Tile:
    shifts = report.schedule.shifts
    busy, pool = len(report.shifts_by_worker), len(report.problem.workers)
    detail = f"{count(len(shifts), 'shift')} for {busy:,} of {count(pool, 'worker')}"
    return Tile("Hours", f"{hours(sum(shift.minutes for shift in shifts))} h", detail)


def _changes(report: Report) -> Iterator[Tile]:
    if not report.problem.is_blended:
        return
    changes = [len(shift.served) - 1 for shift in report.schedule.shifts]
    busy = count(sum(change > 0 for change in changes), "shift")
    yield Tile("Changes of queue", f"{sum(changes):,}", f"in {busy} of {len(changes):,}")


def _gap(report: Report) -> Tile:
    schedule = report.schedule
    left = schedule.objective - schedule.bound
    if left <= 0:
        return Tile("Gap", percent(0, 2), "proven: no cheaper schedule exists")
    saving = amount(left, report.problem.currency)
    return Tile("Gap", percent(schedule.gap, 2), f"at most {saving} could still be saved")


def _worst(report: Report) -> Tile:
    label = "Worst understaffing"
    worst = max(
        report.schedule.understaffing, key=lambda one: (one.workers, -one.start), default=None
    )
    if worst is None:
        return Tile(label, "none", "every requirement is covered")
    instant = report.problem.horizon.instant(worst.start)
    length = report.problem.horizon.interval_minutes
    total = sum(one.workers for one in report.schedule.understaffing) * length
    return Tile(
        label,
        count(worst.workers, "worker"),
        f"{worst.queue}, {short_day(instant)} {instant:%H:%M}; {hours(total)} worker-hours in all",
    )


def _service_level(report: Report) -> Iterator[Tile]:
    if report.service_level is not None:
        value = percent(report.service_level)
        yield Tile("Expected service level", value, "of contacts are answered in time")


def _shares(report: Report) -> Iterator[Tile]:
    bot = report.bot_share
    if bot is None:
        return
    low, high = report.bot_share_low, report.bot_share_high
    detail = "of all contacts"
    if low is not None and high is not None:
        detail += f"; bot {percent(low)} to {percent(high)}"
    yield Tile("Bot / people", f"{percent(bot, 0)} / {percent(1 - bot, 0)}", detail, bot=bot)
