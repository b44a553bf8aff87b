"""What changed between two schedules, as a table and as JSON."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from scheduler.contract.parts import span_json
from scheduler.contract.units import amount
from scheduler.export.text import RFC4180, Cell, write_csv
from scheduler.horizon import Horizon
from scheduler.replan.difference import KINDS, Difference
from scheduler.schedule import Shift

DIFF_FORMAT = "peakcrew.diff/1"
COLUMNS = (
    "kind", "worker", "before_start", "before_end", "before_queue",
    "after_start", "after_end", "after_queue", "reason",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChangeReport:
    """Two schedules on one clock, what differs, and what each costs by term, in cents.

    ``reasons``: why a shift of the first could not stay, where that is known.
    """

    horizon: Horizon
    currency: str
    before: tuple[Shift, ...]
    after: tuple[Shift, ...]
    difference: Difference
    costs_before: Mapping[str, int]
    costs_after: Mapping[str, int]
    reasons: Mapping[Shift, str] = field(default_factory=dict)

    @property
    def changed_workers(self) -> tuple[str, ...]:
        """Workers whose times change beyond the loss of shifts that could not stay."""
        chosen = (
            one
            for one in self.difference.changes
            if one.kind != "queue" and (one.kind != "dropped" or one.before not in self.reasons)
        )
        return tuple(sorted({one.worker for one in chosen}))

    @property
    def num_lost(self) -> int:
        """Shifts that could not stay."""
        return len(self.reasons)

    @property
    def terms(self) -> list[tuple[str, int, int]]:
        """Each term that either schedule pays, before and after."""
        names = dict.fromkeys([*self.costs_before, *self.costs_after])
        rows = [(n, self.costs_before.get(n, 0), self.costs_after.get(n, 0)) for n in names]
        return [row for row in rows if row[1] or row[2]]

    @property
    def total_before(self) -> int:
        """Cost of the first schedule."""
        return sum(self.costs_before.values())

    @property
    def total_after(self) -> int:
        """Cost of the second schedule, the price of its changes included."""
        return sum(self.costs_after.values())


@dataclass(frozen=True, slots=True)
class WorkerChange:
    """One worker's part of the changes; minutes over the horizon."""

    worker: str
    dropped: int
    added: int
    moved: int
    minutes_before: int
    minutes_after: int


def worker_changes(report: ChangeReport) -> list[WorkerChange]:
    """Each worker whose times change."""
    changed = report.difference.changed_workers
    kinds = Counter((one.worker, one.kind) for one in report.difference.changes)
    before, after = _minutes(report.before), _minutes(report.after)
    return [
        WorkerChange(
            worker, kinds[worker, "dropped"], kinds[worker, "added"], kinds[worker, "moved"],
            before[worker], after[worker],
        )
        for worker in changed
    ]  # fmt: skip


def _minutes(shifts: Iterable[Shift]) -> Counter[str]:
    """Minutes of each worker."""
    found: Counter[str] = Counter()
    for shift in shifts:
        found[shift.worker] += shift.minutes
    return found


def write_changes(report: ChangeReport, folder: Path) -> tuple[Path, ...]:
    """``diff.csv``, ``diff.json`` and ``diff.html`` into an existing folder; the paths written."""
    from scheduler.export.change_page import render

    table, text, page = (folder / f"diff.{ending}" for ending in ("csv", "json", "html"))
    write_csv(table, COLUMNS, _rows(report), RFC4180)
    text.write_text(json.dumps(diff_json(report), ensure_ascii=False, indent=1) + "\n", "utf-8")
    page.write_text(render(report), encoding="utf-8", newline="\n")
    return table, text, page


def _rows(report: ChangeReport) -> Iterator[list[Cell]]:
    for one in report.difference.changes:
        reason = report.reasons.get(one.before, "") if one.before else ""
        cells: list[Cell] = [one.kind, one.worker]
        for shift in (one.before, one.after):
            instant = report.horizon.instant
            cells += (
                [None, None, None]
                if shift is None
                else [instant(shift.start), instant(shift.end), shift.queue]
            )
        yield [*cells, reason]


def diff_json(report: ChangeReport) -> dict[str, Any]:
    """All of it for a program: ``peakcrew.diff/1``."""
    found = report.difference
    return {
        "format": DIFF_FORMAT,
        "currency": report.currency,
        "cost_before": amount(report.total_before),
        "cost_after": amount(report.total_after),
        "costs": {
            term: {"before": amount(before), "after": amount(after)}
            for term, before, after in report.terms
        },
        "kept": found.num_kept,
        **{kind: found.count(kind) for kind in KINDS},
        "lost": report.num_lost,
        "changed_workers": len(report.changed_workers),
        "workers": [asdict(one) for one in worker_changes(report)],
        "changes": [
            {
                "kind": one.kind,
                "worker": one.worker,
                "before": _shift(report.horizon, one.before),
                "after": _shift(report.horizon, one.after),
                **_reason(report, one.before),
            }
            for one in found.changes
        ],
    }


def _reason(report: ChangeReport, shift: Shift | None) -> dict[str, str]:
    reason = report.reasons.get(shift) if shift else None
    return {"reason": reason} if reason else {}


def _shift(horizon: Horizon, shift: Shift | None) -> dict[str, str] | None:
    if shift is None:
        return None
    return {
        "id": shift.id(horizon),
        **span_json(horizon, shift),
        "queue": shift.queue,
        "template": shift.template,
    }
