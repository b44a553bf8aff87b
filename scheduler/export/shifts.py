"""The schedule as tables: all shifts, one worker's shifts, and the cover of each interval."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from scheduler.export.report import FloatArray, QueueOutlook, Report
from scheduler.export.text import RFC4180, Cell, Profile, money, write_csv
from scheduler.export.words import DAYS, offset, segment_lines
from scheduler.schedule import Shift

SHIFT_COLUMNS = ("id", "worker", "name", "queue", "template", "start", "end", "minutes", "cost")
WORKER_COLUMNS = ("date", "weekday", "start", "end", "hours", "queue", "template", "zone")
# Of a blended schedule, the last column of both tables says who is served when.
SEGMENTS_COLUMN = "segments"
SEGMENT_COLUMNS = ("id", "worker", "name", "queue", "start", "end", "minutes")
COVERAGE_COLUMNS = (
    "queue", "start", "requirement", "staffed", "understaffing", "overstaffing",
    "contacts_mean", "contacts_low", "contacts_high", "service_level",
)  # fmt: skip


def write_shifts(report: Report, path: Path, profile: Profile = RFC4180) -> None:
    """Every shift with its worker, instants and wage in the problem's currency."""
    write_csv(path, shift_columns(report), shift_rows(report), profile)


def shift_columns(report: Report) -> tuple[str, ...]:
    """``SHIFT_COLUMNS``, with the segments of a blended schedule; a row stays a whole shift.

    So minutes and costs add up, and an id stands once; ``queue`` has most of the time.
    """
    return _with_segments_column(report, SHIFT_COLUMNS)


def _with_segments_column(report: Report, columns: tuple[str, ...]) -> tuple[str, ...]:
    return (*columns, SEGMENTS_COLUMN) if report.problem.is_blended else columns


def shift_rows(report: Report) -> Iterator[tuple[Cell, ...]]:
    """Rows of ``shift_columns`` in order of time."""
    horizon = report.problem.horizon
    for shift in sorted(report.schedule.shifts):
        yield (
            shift.id(horizon), shift.worker, report.names.get(shift.worker, ""), shift.queue,
            shift.template, horizon.instant(shift.start), horizon.instant(shift.end),
            shift.minutes, money(shift.cost), *_segments(report, shift),
        )  # fmt: skip


def _segments(report: Report, shift: Shift) -> Iterator[str]:
    if report.problem.is_blended:
        yield "; ".join(segment_lines(report.problem.horizon, shift))


def segment_rows(report: Report) -> Iterator[tuple[Cell, ...]]:
    """Rows of ``SEGMENT_COLUMNS``: who serves which queue when; ``id`` is the shift's."""
    horizon = report.problem.horizon
    for shift in sorted(report.schedule.shifts):
        for part in shift.served:
            yield (
                shift.id(horizon), shift.worker, report.names.get(shift.worker, ""), part.queue,
                horizon.instant(part.start), horizon.instant(part.end), part.end - part.start,
            )  # fmt: skip


def write_worker(report: Report, worker: str, path: Path, profile: Profile) -> None:
    """One worker's shifts as he reads them: local times, and hours of real time.

    ``zone`` is the offset at the start, so that the doubled hour of an autumn night is clear.
    """
    columns = _with_segments_column(report, WORKER_COLUMNS)
    write_csv(path, columns, worker_rows(report, worker), profile)


def worker_rows(report: Report, worker: str) -> Iterator[tuple[Cell, ...]]:
    """Rows of ``WORKER_COLUMNS``, blended with the segments, in order of time."""
    horizon = report.problem.horizon
    for shift in report.shifts_by_worker.get(worker, ()):
        start, end = horizon.instant(shift.start), horizon.instant(shift.end)
        yield (
            start.date(), DAYS[start.weekday()], start, end, round(shift.minutes / 60, 2),
            shift.queue, shift.template, offset(start), *_segments(report, shift),
        )  # fmt: skip


def write_coverage(report: Report, path: Path, profile: Profile = RFC4180) -> None:
    """Need and cover of each queue and interval; the forecast's columns only when there is one."""
    columns = coverage_columns(report)
    rows = (row[: len(columns)] for row in coverage_rows(report))
    write_csv(path, columns, rows, profile)


def coverage_columns(report: Report) -> tuple[str, ...]:
    """``COVERAGE_COLUMNS`` without the forecast's when no queue has one."""
    known = any(
        outlook.contacts_mean is not None or outlook.service_level is not None
        for outlook in report.outlooks
    )
    return COVERAGE_COLUMNS if known else COVERAGE_COLUMNS[:6]


def coverage_rows(report: Report) -> Iterator[tuple[Cell, ...]]:
    """Rows of ``COVERAGE_COLUMNS``, queue by queue in order of time."""
    for outlook in report.outlooks:
        yield from _queue_rows(report, outlook)


def _queue_rows(report: Report, outlook: QueueOutlook) -> Iterator[tuple[Cell, ...]]:
    horizon = report.problem.horizon
    missing = report.missing[outlook.queue].tolist()
    surplus = np.maximum(outlook.staffed - outlook.requirement, 0).tolist()
    expected = zip(
        _rounded(outlook.contacts_mean, horizon.num_intervals),
        _rounded(outlook.contacts_low, horizon.num_intervals),
        _rounded(outlook.contacts_high, horizon.num_intervals),
        _rounded(outlook.service_level, horizon.num_intervals),
        strict=True,
    )
    for index, forecast in enumerate(expected):
        yield (
            outlook.queue, horizon.instant(index * horizon.interval_minutes),
            int(outlook.requirement[index]), int(outlook.staffed[index]),
            missing[index], surplus[index], *forecast,
        )  # fmt: skip


def _rounded(values: FloatArray | None, length: int) -> list[float | None]:
    return [None] * length if values is None else np.round(values, 3).tolist()
