"""The day so far -> the files of its update and, with a schedule, the schedule changed to fit."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from api.intraday.actuals import now_of, read_actuals
from api.intraday.files import FILES, write_update
from api.intraday.update import Update, updated
from api.output import result_folder
from api.planned import read_planned
from api.replanning import Asked, Replanned, replan_into, terms_of
from api.site.read import read_site
from scheduler.horizon import Horizon
from scheduler.schedule import Progress
from scheduler.solver.parameters import Parameters

REPLAN = "replan"


@dataclass(frozen=True, slots=True)
class Change:
    """How a schedule may follow the day: see ``peakcrew replan``.

    ``days`` may change, today included; every later day stays as it is.
    """

    schedule: Path
    parameters: Parameters
    days: int = 1
    max_changes: int | None = None
    change_cost: float | None = None


def run_intraday(
    path: Path,
    actuals: Path,
    now: str,
    out: Path,
    change: Change | None = None,
    on_stage: Callable[[str], None] = lambda stage: None,
    on_progress: Callable[[Progress], None] = lambda moment: None,
    stop: threading.Event | None = None,
) -> tuple[Update, Replanned | None]:
    """Re-forecast the rest of a day, and plan again what has not started if asked to.

    ``out`` appears as a whole or not at all; the new schedule lies in its folder ``replan``.
    Raises SiteInvalid or ProblemInvalid for bad input.
    """
    site = read_site(path)
    minute = now_of(now, site)
    came = read_actuals(actuals, site, minute)
    planned = None if change is None else read_planned(change.schedule, None)
    with result_folder(out, own=(*FILES, REPLAN)) as folder:
        on_stage("forecasting the rest of the day")
        update = updated(site, came, minute, None if planned is None else planned.problem)
        write_update(update, folder)
        if change is None or planned is None:
            return update, None
        on_stage("planning again what has not started")
        terms = terms_of(update.problem, _asked(site.horizon, minute, change))
        planned = replace(planned, problem=update.problem)
        replanned = replan_into(
            folder / REPLAN, planned, terms, change.parameters, on_progress, stop
        )
    return update, replanned


def _asked(horizon: Horizon, now: int, change: Change) -> Asked:
    later = horizon.dates[horizon.day(now) + change.days :]
    return Asked(
        freeze_before=horizon.instant(now).isoformat(),
        lock_days=[day.isoformat() for day in later],
        max_changes=change.max_changes,
        change_cost=change.change_cost,
    )
