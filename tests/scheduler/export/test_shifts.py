import csv
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from scheduler.export.report import Report
from scheduler.export.shifts import write_coverage, write_shifts, write_worker
from scheduler.export.text import EXCEL_DE, RFC4180
from scheduler.schedule import Shift


def read(path: Path, delimiter: str = ",", encoding: str = "utf-8") -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def test_shifts_csv_names_each_shift(report: Report, tmp_path: Path) -> None:
    write_shifts(report, tmp_path / "shifts.csv")

    first = read(tmp_path / "shifts.csv")[0]
    horizon = report.problem.horizon
    assert first == {
        "id": sorted(report.schedule.shifts)[0].id(horizon),
        "worker": "w1", "name": "Åsa Öberg", "queue": "refund|sv|chat", "template": "four",
        "start": "2026-10-24T10:00:00+02:00", "end": "2026-10-24T14:00:00+02:00",
        "minutes": "240", "cost": "62.00",
    }  # fmt: skip


def test_shifts_csv_tells_the_two_half_past_two_apart(report: Report, tmp_path: Path) -> None:
    write_shifts(report, tmp_path / "shifts.csv")

    starts = [row["start"] for row in read(tmp_path / "shifts.csv")[2:]]
    assert starts == ["2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"]


def test_shifts_csv_minutes_are_real_time(report: Report, tmp_path: Path) -> None:
    write_shifts(report, tmp_path / "shifts.csv")

    for row in read(tmp_path / "shifts.csv"):
        span = datetime.fromisoformat(row["end"]).astimezone(UTC) - datetime.fromisoformat(
            row["start"]
        ).astimezone(UTC)
        assert span.total_seconds() == 60 * int(row["minutes"])


def test_a_workers_csv_holds_only_his_shifts(report: Report, tmp_path: Path) -> None:
    write_worker(report, "w1", tmp_path / "w1.csv", EXCEL_DE)

    assert (tmp_path / "w1.csv").read_bytes().decode("utf-8-sig").split("\r\n") == [
        "date;weekday;start;end;hours;queue;template;zone",
        "24.10.2026;Saturday;24.10.2026 10:00;24.10.2026 14:00;4,0;refund|sv|chat;four;UTC+02:00",
        "25.10.2026;Sunday;25.10.2026 02:30;25.10.2026 06:30;4,0;refund|sv|chat;four;UTC+01:00",
        "",
    ]


def test_coverage_has_a_row_for_each_queue_and_real_interval(
    report: Report, tmp_path: Path
) -> None:
    write_coverage(report, tmp_path / "coverage.csv")

    rows = read(tmp_path / "coverage.csv")
    assert len(rows) == 2 * 98  # 24 and 25 hours
    assert len({(row["queue"], row["start"]) for row in rows}) == len(rows)


def test_coverage_counts_what_is_missing_and_what_is_too_much(
    report: Report, tmp_path: Path
) -> None:
    write_coverage(report, tmp_path / "coverage.csv")

    rows = read(tmp_path / "coverage.csv")
    for row in rows:
        balance = int(row["staffed"]) - int(row["requirement"])
        assert balance == int(row["overstaffing"]) - int(row["understaffing"])
    assert sum(int(row["understaffing"]) for row in rows) == sum(
        one.workers for one in report.schedule.understaffing
    )


def test_coverage_shows_the_forecast_when_there_is_one(report: Report, tmp_path: Path) -> None:
    write_coverage(report, tmp_path / "coverage.csv")

    row = read(tmp_path / "coverage.csv")[20]
    assert (row["contacts_mean"], row["contacts_low"], row["service_level"]) == (
        "6.25", "4.375", "0.8",
    )  # fmt: skip


def test_coverage_without_a_forecast_has_no_such_columns(
    make_report: Callable[..., Report], tmp_path: Path
) -> None:
    write_coverage(make_report(forecast=False), tmp_path / "coverage.csv")

    assert list(read(tmp_path / "coverage.csv")[0]) == [
        "queue", "start", "requirement", "staffed", "understaffing", "overstaffing",
    ]  # fmt: skip


def test_hostile_text_is_harmless_in_every_csv(
    make_report: Callable[..., Report], tmp_path: Path
) -> None:
    queues = ("=cmd|' /C calc'!A0", "@evil")
    shifts = (Shift(600, 840, "-w1", queues[0], "four", 6200),)
    report = make_report(shifts, ("-w1", "w2"), {"-w1": "+1\tx"}, queues)

    write_shifts(report, tmp_path / "shifts.csv", RFC4180)
    write_coverage(report, tmp_path / "coverage.csv", RFC4180)

    shift = read(tmp_path / "shifts.csv")[0]
    assert (shift["worker"], shift["name"]) == ("'-w1", "'+1\tx")
    queue_cells = {row["queue"] for row in read(tmp_path / "coverage.csv")}
    assert queue_cells == {"'" + queue for queue in queues}
