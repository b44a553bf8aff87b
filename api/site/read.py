"""Read a site folder: everything typed and checked, or every problem at once."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pandas as pd

from api.site import contacts, people
from api.site.adjustments import (
    ADJUSTMENTS,
    AdjustmentRow,
    note_adjustments,
    read_adjustments,
)
from api.site.backlog import BACKLOG, BacklogRow, read_backlog
from api.site.backlog import FILE as BACKLOG_FILE
from api.site.calendars import CALENDARS, read_calendars
from api.site.config import SiteConfig
from api.site.effects import note_without_effect
from api.site.idle import note_idle
from api.site.problems import Findings, InputProblem, SiteInvalid, listed, shown
from api.site.requests import REQUESTS, read_requests
from api.site.site import Site, WorkerRow
from api.site.source import Source, read_source
from api.site.table_file import read_table
from api.site.tables import Columns, Table
from api.site.toml import place_of, read_config
from api.site.toml_places import key_offsets
from forecasts.calendar import Calendar
from forecasts.errors import CalendarInvalid
from scheduler.errors import ProblemInvalid
from scheduler.horizon import Horizon
from scheduler.problem import Pin

T = TypeVar("T")

CONFIG = "site.toml"
TABLES = {
    "history.csv": contacts.HISTORY,
    "bot_outcomes.csv": contacts.BOT_OUTCOMES,
    "workers.csv": people.WORKERS,
    "availability.csv": people.AVAILABILITY,
    "events.csv": contacts.EVENTS,
    "adjustments.csv": ADJUSTMENTS,
    "backlog.csv": BACKLOG,
    "requirement.csv": contacts.REQUIREMENT,
    "pins.csv": people.PINS,
    "history_of_shifts.csv": people.SHIFT_HISTORY,
    "external_shifts.csv": people.EXTERNAL_SHIFTS,
    "calendars.csv": CALENDARS,
    "requests.csv": REQUESTS,
}
_ORDER = {name: position for position, name in enumerate((CONFIG, *TABLES))}


def read_site(path: Path) -> Site:
    """The site in a folder, with notes on what was treated rather than refused.

    Raises SiteInvalid with every problem found.
    """
    findings = Findings()
    site = _read(path, findings)
    if site is None or findings.problems:
        raise SiteInvalid(_in_order(findings.problems))
    return replace(site, notes=tuple(findings.notes))


def check_site(path: Path) -> tuple[list[InputProblem], list[str]]:
    """What is wrong with a site folder, file by file from the top, and what is worth a note."""
    findings = Findings()
    _read(path, findings)
    return _in_order(findings.problems), findings.notes


def _in_order(problems: Iterable[InputProblem]) -> list[InputProblem]:
    def place(problem: InputProblem) -> tuple[int, int, int]:
        return _ORDER.get(problem.file, -1), problem.line or 0, problem.column or 0

    return sorted(dict.fromkeys(problems), key=place)


def _read(path: Path, findings: Findings) -> Site | None:
    if not path.is_dir():
        found = "is not a folder" if path.exists() else "there is no such folder"
        findings.add(str(path), found)
        return None
    present = _present_files(path, findings)
    frame = _read_frame(path, findings) if CONFIG in present else None
    tables = {
        name: table
        for name, columns in TABLES.items()
        if name in present and (table := _read_one(path / name, columns, findings)) is not None
    }
    if frame is None:
        findings.note("*.csv", f"the values are checked once {CONFIG} is right")
        return None
    return _Reading(path, *frame, present, tables, findings).site()


def _present_files(path: Path, findings: Findings) -> frozenset[str]:
    """The names of the files that are there; each required one that is not is a problem."""
    try:
        names = frozenset(child.name for child in path.iterdir())
    except OSError as error:
        findings.add(str(path), f"cannot be read: {error.strerror}")
        return frozenset()
    required = [CONFIG, "workers.csv", "availability.csv"]
    if "requirement.csv" not in names:
        required.append("history.csv")
    for name in required:
        if name not in names:
            other = " (or a requirement.csv instead)" if name == "history.csv" else ""
            findings.add(name, f"the file is missing{other}")
    for name in sorted(names):
        if name.endswith(".csv") and name not in TABLES:
            findings.note(name, f"not read; the tables are {listed(TABLES)}")
    return names


def _read_one(path: Path, columns: Columns, findings: Findings) -> Table | None:
    source = read_source(path, findings)
    return None if source is None else read_table(source, columns, findings)


def _read_frame(path: Path, findings: Findings) -> tuple[SiteConfig, Horizon] | None:
    """The configuration and its horizon."""
    source = read_source(path / CONFIG, findings, allow_cp1252=False)
    config = read_config(source, findings) if source else None
    if source is None or config is None:
        return None
    _check_holidays(source, config, findings)
    midnight = datetime.combine(config.horizon.start, datetime.min.time(), config.zone)
    # By way of UTC, a midnight that the clock skips shows as the later time that it is.
    start = midnight.astimezone(UTC).astimezone(config.zone)
    try:
        horizon = Horizon(start, config.horizon.days, config.interval_minutes, config.time_zone)
    except ProblemInvalid as error:
        key = ("horizon", "start") if str(error).startswith("start") else ("interval_minutes",)
        findings.add(CONFIG, str(error), *place_of(source, key_offsets(source.text), key))
        return None
    return config, horizon


def _check_holidays(source: Source, config: SiteConfig, findings: Findings) -> None:
    for key, value, region in (
        ("country", config.country, None),
        ("region", config.region, config.region),
    ):
        try:
            Calendar(config.time_zone, config.country, region)
        except CalendarInvalid:
            wanted = f"{key}: expected a {key} whose public holidays are known"
            place = place_of(source, key_offsets(source.text), (key,))
            findings.add(CONFIG, f"{wanted}, found {shown(value)}", *place)
            return


@dataclass(frozen=True, slots=True)
class _Reading:
    """The tables of one folder on their way to a site."""

    path: Path
    config: SiteConfig
    horizon: Horizon
    present: frozenset[str]
    tables: dict[str, Table]
    findings: Findings = field(repr=False)

    def site(self) -> Site:
        """Read the values of every table; what was refused is left out and told in findings."""
        self._check_rows()
        calendars = self._of("calendars.csv", lambda table: read_calendars(table, self.findings))
        workers, pins = self._people(calendars or {})
        if not self.findings.problems:
            note_idle(workers, self.config, self.findings)
            note_without_effect(workers, self.config, self.horizon, self.findings)
        return Site(
            path=self.path,
            config=self.config,
            horizon=self.horizon,
            workers=workers,
            history=self._history(),
            bot_outcomes=self._bot_outcomes(),
            events=self._of(
                "events.csv",
                lambda table: contacts.read_events(table, self.config, self.findings),
            ),
            requirement=self._of(
                "requirement.csv",
                lambda table: contacts.read_requirement(
                    table, self.config, self.horizon, self.findings
                ),
            ),
            pins=pins,
            calendars=calendars or {},
            adjustments=self._adjustments(),
            backlog=self._backlog(),
        )

    def _people(self, calendars: Collection[str]) -> tuple[tuple[WorkerRow, ...], tuple[Pin, ...]]:
        args = (self.config, self.horizon, self.findings)
        staff = self._of(
            "workers.csv",
            lambda table: people.read_workers(table, self.config, self.findings, calendars),
        )
        ids = staff.ids if staff else None
        windows = self._of(
            "availability.csv", lambda table: people.read_availability(table, ids, *args)
        )
        past = self._of(
            "history_of_shifts.csv", lambda table: people.read_shift_history(table, ids, *args)
        )
        elsewhere = self._of(
            "external_shifts.csv", lambda table: people.read_external_shifts(table, ids, *args)
        )
        wishes = self._of("requests.csv", lambda table: read_requests(table, ids, *args))
        pins = self._of("pins.csv", lambda table: people.read_pins(table, ids, *args))
        workers = tuple(
            replace(
                row,
                availability=(windows or {}).get(row.id, ()),
                past_shifts=(
                    *(past or {}).get(row.id, ()),
                    *(span for span in (elsewhere or {}).get(row.id, ()) if span.end <= 0),
                ),
                external_shifts=tuple(
                    span for span in (elsewhere or {}).get(row.id, ()) if span.start >= 0
                ),
                requests=(wishes or {}).get(row.id, ()),
            )
            for row in (staff.rows if staff else ())
        )
        return workers, pins or ()

    def _of(self, name: str, read: Callable[[Table], T]) -> T | None:
        table = self.tables.get(name)
        return None if table is None else read(table)

    def _check_rows(self) -> None:
        for name in ("workers.csv", "availability.csv", "requirement.csv"):
            if name in self.tables and not len(self.tables[name]):
                self.findings.add(name, "there is a header but no row")

    def _history(self) -> pd.DataFrame | None:
        name = "history.csv"
        num_before = len(self.findings.problems)
        history = self._of(
            name,
            lambda table: contacts.read_history(table, self.config, self.horizon, self.findings),
        )
        if "requirement.csv" in self.present:
            if history is not None:
                self.findings.note(name, "not used, as requirement.csv states the need")
        elif history is not None and len(self.findings.problems) == num_before:
            contacts.require_history(history, self.config, name, self.findings)
        return history

    def _adjustments(self) -> tuple[AdjustmentRow, ...]:
        name = "adjustments.csv"
        args = (self.config, self.horizon, self.findings)
        rows = self._of(name, lambda table: read_adjustments(table, *args)) or ()
        if rows and "requirement.csv" in self.present:
            self.findings.note(name, "not used, as requirement.csv states the need")
        elif not self.findings.problems:
            note_adjustments(rows, *args)
        return rows

    def _backlog(self) -> tuple[BacklogRow, ...]:
        args = (self.config, self.horizon, self.findings)
        rows = self._of(BACKLOG_FILE, lambda table: read_backlog(table, *args)) or ()
        if rows and "requirement.csv" in self.present:
            self.findings.note(BACKLOG_FILE, "not used, as requirement.csv states the need")
        return rows

    def _bot_outcomes(self) -> pd.DataFrame | None:
        name = "bot_outcomes.csv"
        outcomes = self._of(
            name,
            lambda table: contacts.read_bot_outcomes(
                table, self.config, self.horizon, self.findings
            ),
        )
        is_needed = "requirement.csv" not in self.present and not self.findings.problems
        if is_needed and (outcomes is None or outcomes.empty):
            self.findings.note(name, "no outcomes, so every contact is planned for people")
        return outcomes
