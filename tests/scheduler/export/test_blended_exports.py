"""A blended shift says in every export who is served when; its hours and wage stand once."""

import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from icalendar import Calendar

from scheduler.export.calendar import worker_calendar
from scheduler.export.page import render
from scheduler.export.report import Report
from scheduler.export.shifts import write_coverage, write_shifts, write_worker
from scheduler.export.text import EXCEL
from scheduler.export.xlsx import write_workbook
from scheduler.schedule import Segment, Shift, staffed
from tests.scheduler.export.test_xlsx import cells

REFUND, COMPLAINT = "refund|sv|chat", "complaint|de|voice"
STAMP = datetime(2026, 10, 20, 8, tzinfo=UTC)
# Saturday from 10:00, and over the doubled hour of the night: 02:00 to 02:30 an hour later.
DAY = Shift(
    600, 840, "w1", REFUND, "four", 6200, (Segment(600, 750, REFUND), Segment(750, 840, COMPLAINT))
)
NIGHT = Shift(
    1560, 1800, "w1", COMPLAINT, "four", 6200,
    (Segment(1560, 1650, REFUND), Segment(1650, 1800, COMPLAINT)),
)  # fmt: skip
ONE = Shift(600, 840, "w2", COMPLAINT, "four", 6200, (Segment(600, 840, COMPLAINT),))


@pytest.fixture
def blended(make_report: Callable[..., Report]) -> Report:
    report = make_report(shifts=(DAY, NIGHT, ONE))
    return replace(report, problem=replace(report.problem, is_blended=True))


def rows(path: Path, encoding: str = "utf-8") -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


def test_shifts_csv_keeps_a_row_per_shift(blended: Report, tmp_path: Path) -> None:
    write_shifts(blended, tmp_path / "shifts.csv")
    found = rows(tmp_path / "shifts.csv")
    assert [row["segments"] for row in found] == [
        f"10:00-12:30 {REFUND}; 12:30-14:00 {COMPLAINT}",
        f"10:00-14:00 {COMPLAINT}",
        f"02:00-02:30 {REFUND}; 02:30-05:00 {COMPLAINT}",
    ]
    assert sum(int(row["minutes"]) for row in found) == 3 * 240


def test_a_schedule_that_is_not_blended_has_no_such_column(report: Report, tmp_path: Path) -> None:
    write_shifts(report, tmp_path / "shifts.csv")
    write_worker(report, "w1", tmp_path / "w1.csv", EXCEL)
    assert "segments" not in rows(tmp_path / "shifts.csv")[0]
    assert "segments" not in rows(tmp_path / "w1.csv", "utf-8-sig")[0]
    assert "Changes of queue" not in render(report)


def test_a_workers_table_says_who_is_served_when(blended: Report, tmp_path: Path) -> None:
    write_worker(blended, "w1", tmp_path / "w1.csv", EXCEL)
    first = rows(tmp_path / "w1.csv", "utf-8-sig")[0]
    assert first["segments"] == f"10:00-12:30 {REFUND}; 12:30-14:00 {COMPLAINT}"


def test_the_workbook_has_a_sheet_of_segments(blended: Report, tmp_path: Path) -> None:
    write_workbook(blended, tmp_path / "schedule.xlsx")
    header, *found = cells(tmp_path / "schedule.xlsx", 2)
    assert header == ["id", "worker", "name", "queue", "start", "end", "minutes", "zone"]
    assert len(found) == 5
    assert sum(int(row[6]) for row in found) == 3 * 240
    assert [found[-1][3], *found[-1][6:]] == [COMPLAINT, "150", "UTC+01:00"]


def test_a_calendar_lists_the_segments(blended: Report) -> None:
    content = worker_calendar(
        [DAY, ONE], blended.problem.horizon, title="Returns desk", stamp=STAMP
    )
    day, one = Calendar.from_ical(content).events
    assert str(day["summary"]) == f"Shift: {REFUND}, {COMPLAINT}"
    assert str(day["description"]).splitlines()[:3] == [
        "Queues:", f"10:00-12:30 {REFUND}", f"12:30-14:00 {COMPLAINT}"
    ]  # fmt: skip
    assert str(one["summary"]) == f"Shift: {COMPLAINT}"
    assert str(one["description"]).startswith(f"Queue: {COMPLAINT}")


def test_coverage_counts_the_segments(blended: Report, tmp_path: Path) -> None:
    write_coverage(blended, tmp_path / "coverage.csv")
    counts = staffed(blended.problem, blended.schedule.shifts)
    found: dict[str, list[int]] = {}
    for row in rows(tmp_path / "coverage.csv"):
        found.setdefault(row["queue"], []).append(int(row["staffed"]))
    assert found == counts
    assert counts[COMPLAINT][20:28] == [1, 1, 1, 1, 1, 2, 2, 2]


def test_the_report_counts_changes_of_queue(blended: Report) -> None:
    page = render(blended)
    assert "Changes of queue" in page
    assert "in 2 shifts of 3" in page
