"""What the report says beyond the schedule: prices of hours, repairs, and who got how much."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from markupsafe import Markup

from scheduler.explain.codes import meanings
from scheduler.explain.fairness import Fairness, WorkerShare, fairness
from scheduler.explain.prices import CoveragePrices, scarce_hours, scarce_shifts, week_table
from scheduler.explain.repairs import RepairList
from scheduler.export.fairness_chart import fairness_chart
from scheduler.export.policies import declared, policies_sentence, policy_rows
from scheduler.export.reasons_table import main_reasons, need_reasons, reason_totals
from scheduler.export.report import Report
from scheduler.export.words import DAYS, count
from scheduler.problem import Problem

SHADES = 5
MOST_SCARCE = 10
MOST_WEEKS = 40  # pictures of single queues; the prices of all are in prices.csv

T = TypeVar("T")
Cells = list[tuple[str, list[tuple[int, int]]]]


@dataclass(frozen=True, slots=True)
class WeekPrices:
    """A week's hours with what one more worker saves: amounts in whole units, and shades 0 to 5."""

    queue: str
    days: Cells


def explained(report: Report) -> Mapping[str, Any]:
    """What the template asks for under these names."""
    found = fairness(report.problem, report.schedule.shifts, report.dimensions)
    return {
        "scarce_hours": _scarce(scarce_hours, report),
        "scarce_shifts": _scarce(scarce_shifts, report),
        "price_weeks": _weeks(report),
        "repairs": report.repairs,
        "repairs_sentence": _repairs_sentence(report.repairs),
        "policies": declared(report),
        "policy_rows": policy_rows(report),
        "policies_sentence": policies_sentence(report),
        "fairness": found,
        "fairness_sentence": fairness_sentence(found),
        "fairness_picture": _picture(found),
        "worst_off": found.worst_off(),
        "dimensions": _by_dimension(found),
        "need_reasons": need_reasons(report),
        "reason_totals": reason_totals(report),
        "main_reasons": main_reasons(report),
        "reason_words": meanings(),
        "weekday": DAYS,
    }


def _scarce(dearest: Callable[[Problem, CoveragePrices, int], list[T]], report: Report) -> list[T]:
    if report.prices is None:
        return []
    return dearest(report.problem, report.prices, MOST_SCARCE)


def _weeks(report: Report) -> list[WeekPrices]:
    """A mean week of each queue that lacks anybody, the one with the dearest hours first."""
    if report.prices is None:
        return []
    tables = week_table(report.problem, report.prices)
    dearest = max((float(table.max()) for table in tables.values()), default=0.0)
    priced = [(queue, table) for queue, table in tables.items() if table.max() > 0]
    priced.sort(key=lambda item: (-float(item[1].sum()), item[0]))
    return [
        WeekPrices(queue, _shaded(table.tolist(), dearest)) for queue, table in priced[:MOST_WEEKS]
    ]


def _shaded(table: Sequence[Sequence[float]], dearest: float) -> Cells:
    """Whole currency units with a shade; the surplus of a queue, below 0, shows as nothing."""
    return [
        (
            DAYS[weekday],
            [
                (round(cents / 100), -(-int(cents) * SHADES // max(int(dearest), 1)))
                if cents >= 50
                else (0, 0)
                for cents in row
            ],
        )
        for weekday, row in enumerate(table)
    ]


def _repairs_sentence(found: RepairList | None) -> str:
    if found is None:
        return ""
    proven = sum(one.least > 0 for one in found.repairs)
    return (
        f"Of {count(found.num_candidates, 'change')} estimated at the prices, the "
        f"{len(found.repairs)} most promising were solved; {proven} of these are proven to save "
        "something."
    )


def fairness_sentence(found: Fairness) -> str:
    """How evenly the hours fell, in one or two sentences."""
    people = found.offering
    if not people:
        return "Nobody offered any time."
    shares = sorted(one.share or 0.0 for one in people)
    middle, idle = shares[len(shares) // 2], sum(one.minutes == 0 for one in people)
    nothing = f"{idle:,} got no shift" if idle else "everybody got a shift"
    return (
        f"Of {count(len(people), 'worker')} who offered time, half got {100 * middle:.0f} % or "
        f"more of what they offered; {nothing}."
    )


def _picture(found: Fairness) -> Markup | None:
    return fairness_chart(found, "fairness") if found.offering else None


def _by_dimension(found: Fairness) -> list[tuple[str, list[Any]]]:
    names = list(dict.fromkeys(one.dimension for one in found.groups))
    return [(name, [one for one in found.groups if one.dimension == name]) for name in names]


def share_columns() -> tuple[str, ...]:
    """Columns of ``fairness.csv``; hours, and shares from 0 to 1."""
    return (
        "worker", "name", "hours", "offered_hours", "share", "unpopular_hours", "glad_hours",
        "reluctant_hours", "requests", "granted", "past_hours", "hours_with_past",
    )  # fmt: skip


def share_row(one: WorkerShare, name: str) -> tuple[str | float | int | None, ...]:
    """A worker's row of ``fairness.csv``."""
    spans = (one.unpopular, one.glad, one.reluctant)
    return (
        one.worker, name, _hours(one.minutes), _hours(one.offered),
        None if one.share is None else round(one.share, 4), *map(_hours, spans),
        one.requests, one.granted, _hours(one.past), _hours(one.with_past),
    )  # fmt: skip


def _hours(minutes: int) -> float:
    return round(minutes / 60, 2)
