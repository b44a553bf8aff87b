"""All the files a person opens, written into one folder."""

from pathlib import Path

from scheduler.export.calendar import worker_calendar
from scheduler.export.report import Report
from scheduler.export.shifts import write_coverage, write_shifts, write_worker
from scheduler.export.text import EXCEL, EXCEL_DE, file_stems


def write_exports(report: Report, out: Path, revision: int = 0) -> tuple[Path, ...]:
    """Write every export into the existing folder ``out``; the paths written, in order.

    ``shifts.csv``, ``coverage.csv``, ``fairness.csv`` and, if there are prices, ``prices.csv``, and
    if they were searched for, ``policies.csv`` are for programs (RFC 4180, UTF-8, ISO instants),
    ``schedule.xlsx`` for every spreadsheet, ``report.html`` for reading. Each worker with a
    shift gets ``workers/<id>.ics`` and two tables for a double click: ``<id>.csv`` for an Excel
    with decimal point, ``<id>~de.csv`` for one with decimal comma, as in Germany and Sweden. A
    worker without a shift gets no file. ``revision`` is the calendars' SEQUENCE.
    """
    # Imported here: whoever needs only a calendar should not wait for pictures and a workbook.
    from scheduler.export.explained_files import write_fairness, write_prices
    from scheduler.export.page import write_report
    from scheduler.export.policies import write_policies
    from scheduler.export.xlsx import write_workbook

    writers = {
        "shifts.csv": write_shifts, "coverage.csv": write_coverage, "fairness.csv": write_fairness,
        **({} if report.prices is None else {"prices.csv": write_prices}),
        **({} if report.policy_effects is None else {"policies.csv": write_policies}),
        "schedule.xlsx": write_workbook, "report.html": write_report,
    }  # fmt: skip
    for name, write in writers.items():
        write(report, out / name)
    paths = tuple(out / name for name in writers)
    return paths + _write_workers(report, out / "workers", revision)


def _write_workers(report: Report, folder: Path, revision: int) -> tuple[Path, ...]:
    folder.mkdir(exist_ok=True)
    # The names of all workers count, so that a file keeps its name when others get shifts.
    stems = file_stems(worker.id for worker in report.problem.workers)
    written: list[Path] = []
    for worker, shifts in report.shifts_by_worker.items():
        calendar = worker_calendar(
            shifts,
            report.problem.horizon,
            title=f"{report.site_name}: {report.name(worker)}",
            stamp=report.finished,
            revision=revision,
        )
        ics, table, german = (
            folder / f"{stems[worker]}{ending}" for ending in (".ics", ".csv", "~de.csv")
        )
        ics.write_bytes(calendar)
        write_worker(report, worker, table, EXCEL)
        write_worker(report, worker, german, EXCEL_DE)
        written += [ics, table, german]
    return tuple(written)
