from collections.abc import Callable
from pathlib import Path

from icalendar import Calendar

from scheduler.export.files import write_exports
from scheduler.export.report import Report
from scheduler.schedule import Shift


def test_all_files_are_written(report: Report, tmp_path: Path) -> None:
    written = write_exports(report, tmp_path)

    found = {
        path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()
    }
    assert found == {path.relative_to(tmp_path).as_posix() for path in written}
    assert found == {
        "shifts.csv", "coverage.csv", "fairness.csv", "schedule.xlsx", "report.html",
        *(f"workers/w{n}{ending}" for n in (1, 2, 3) for ending in (".ics", ".csv", "~de.csv")),
    }  # fmt: skip


def test_a_worker_without_shifts_gets_no_file(
    make_report: Callable[..., Report], tmp_path: Path
) -> None:
    write_exports(make_report((Shift(600, 840, "w2", "refund|sv|chat", "four", 6200),)), tmp_path)

    assert {path.name for path in (tmp_path / "workers").iterdir()} == {
        "w2.ics", "w2.csv", "w2~de.csv"
    }  # fmt: skip


def test_a_workers_csv_opens_in_an_english_spreadsheet(report: Report, tmp_path: Path) -> None:
    """Tests the comma, the byte order mark, dates that every locale reads, and CRLF."""
    write_exports(report, tmp_path)
    content = (tmp_path / "workers" / "w1.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfdate,weekday,start,end,hours")
    header, first, *_ = content.decode("utf-8-sig").split("\r\n")
    day, _, start, *_ = first.split(",")
    assert start.startswith(f"{day} ")
    assert len(day.split("-")) == 3
    assert header.count(",") == first.count(",")


def test_a_workers_csv_opens_in_a_german_spreadsheet(report: Report, tmp_path: Path) -> None:
    write_exports(report, tmp_path)

    content = (tmp_path / "workers" / "w1~de.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfdate;weekday;")
    assert b";24.10.2026 10:00;24.10.2026 14:00;4,0;" in content


def test_every_worker_gets_his_own_shifts(report: Report, tmp_path: Path) -> None:
    write_exports(report, tmp_path, revision=3)

    horizon = report.problem.horizon
    for worker, shifts in report.shifts_by_worker.items():
        calendar = Calendar.from_ical((tmp_path / "workers" / f"{worker}.ics").read_bytes())
        assert [str(event["UID"]).split("@")[0] for event in calendar.events] == [
            shift.id(horizon) for shift in shifts
        ]
        assert {event["SEQUENCE"] for event in calendar.events} == {3}


def test_hostile_ids_stay_inside_the_folder(
    make_report: Callable[..., Report], tmp_path: Path
) -> None:
    workers = ("../../x", "a/b", "CON", "Anna", "anna", "ü" * 300)
    shifts = tuple(Shift(600, 840, worker, "refund|sv|chat", "four", 6200) for worker in workers)
    out = tmp_path / "deep" / "out"
    out.mkdir(parents=True)

    written = write_exports(make_report(shifts, workers, {}), out)

    assert {path for path in tmp_path.rglob("*") if path.is_file()} == set(written)
    assert len(list((out / "workers").glob("*.ics"))) == len(workers)


def test_writing_twice_gives_the_same_bytes(report: Report, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
        write_exports(report, folder)

    for path in first.rglob("*.*"):
        assert path.read_bytes() == (second / path.relative_to(first)).read_bytes()
