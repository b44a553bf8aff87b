"""The process that does one job: ``python -m api.jobs.child FOLDER``.

It reads ``job.json`` and ``site/`` from the folder, tells its progress as JSON lines on standard
output, and leaves ``out/`` and ``done.json``, or ``error.json``. It ends with whoever started it:
its standard input closes, and it takes its own solver process along.
"""

import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

BAD_INPUT, FAULT = 2, 1
MAX_DIFFERENCES = 500
NICE = 19  # the service answers while solvers work


def main() -> int:
    """Exit code 0: done; 2: the input is wrong; anything else: a fault, to be tried again."""
    folder = Path(sys.argv[1])
    os.nice(NICE)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    order = json.loads((folder / "job.json").read_text())
    try:
        WORK[order["kind"]](folder, order)
    except Exception as error:
        document = _refusal(error)
        if document is None:
            traceback.print_exc()
            return FAULT
        (folder / "error.json").write_text(json.dumps(document))
        return BAD_INPUT
    return 0


def _end_with_parent() -> None:
    # Nothing is ever sent: the read ends when the other side is gone, however it went. Not by
    # sys.stdin, whose lock the interpreter wants when it ends.
    os.read(0, 1)
    os.killpg(os.getpgrp(), signal.SIGKILL)


def _schedule(folder: Path, order: dict[str, Any]) -> None:
    from api.pipeline import plan
    from api.stop_file import stop_event
    from scheduler.contract.units import amount
    from scheduler.schedule import Progress
    from scheduler.solver.parameters import Parameters

    def on_progress(moment: Progress) -> None:
        known = {"incumbent": moment.cost, "bound": moment.bound, "gap": moment.gap}
        _tell(stage=moment.stage, **known)

    asked = order["parameters"]
    parameters = Parameters(
        time_limit=min(asked["time_limit"], order["max_solve_seconds"]),
        workers=order["solver_threads"],
        seed=asked["seed"],
        gap=asked["gap"],
        memory_limit=order["memory_mib"],
        is_reproducible=asked["reproducible"],
        keep_broken_pins=asked["keep_broken_pins"],
    )
    with stop_event(folder / "stop") as stop:
        planned = plan(
            _site(folder, order), folder / "out", parameters,
            lambda stage: _tell(stage=stage), on_progress, stop,
        )  # fmt: skip
    horizon, schedule = planned.problem.horizon, planned.schedule
    _done(
        folder,
        first_day=horizon.start.date().isoformat(),
        days=horizon.days,
        time_zone=horizon.time_zone,
        status=schedule.status,
        objective=schedule.objective,
        bound=schedule.bound,
        gap=schedule.gap,
        costs={term: amount(cents) for term, cents in schedule.costs.items()},
        notes=list(planned.report.notes),
    )


def _forecast(folder: Path, order: dict[str, Any]) -> None:
    from api.forecast_files import write_forecast
    from api.forecasting import forecast_demand
    from api.site.read import read_site

    _tell(stage="forecasting")
    site = read_site(_site(folder, order))
    found = forecast_demand(site)
    (folder / "out").mkdir()
    write_forecast(site, found, folder / "out")
    share, low, high = found.bot_share()
    contacts = float(found.demand.contacts.mean(axis=1).sum())
    _done(
        folder, human_contacts=contacts, bot_share=share, bot_share_90=[low, high],
        notes=list(found.notes),
    )  # fmt: skip


def _replay(folder: Path, order: dict[str, Any]) -> None:
    """Solve a recorded problem again with the recorded parameters, and compare."""
    from dataclasses import replace

    from api.replay import read_recorded, run_again
    from api.stop_file import stop_event
    from scheduler.schedule import Progress

    def on_progress(moment: Progress) -> None:
        known = {"incumbent": moment.cost, "bound": moment.bound, "gap": moment.gap}
        _tell(stage=moment.stage, **known)

    recorded = read_recorded(folder / "recorded" / "schedule.json")
    limit = min(recorded.parameters.time_limit, order["max_solve_seconds"])
    recorded = replace(recorded, parameters=replace(recorded.parameters, time_limit=limit))
    with stop_event(folder / "stop") as stop:
        again = run_again(recorded, on_progress, stop)
    (folder / "out").mkdir()
    _done(
        folder,
        is_same=not again.differences,
        differences=list(again.differences[:MAX_DIFFERENCES]),
        num_differences=len(again.differences),
        warnings=recorded.warnings,
    )


WORK: dict[str, Callable[[Path, dict[str, Any]], None]] = {
    "schedule": _schedule,
    "forecast": _forecast,
    "replay": _replay,
}


def _site(folder: Path, order: dict[str, Any]) -> Path:
    """The site's folder, changed as the scenario says."""
    site, changes = folder / "site", order.get("changes")
    if changes is None:
        return site
    from api.scenarios.changes import read_changes
    from api.scenarios.folder import write_scenario
    from api.site.read import read_site

    known = {**changes, "bot_down_at": changes["bot_down"]}
    del known["bot_down"]
    base = read_site(site)
    write_scenario(base, read_changes(base, **known), folder / "scenario")
    return folder / "scenario"


def _tell(**facts: Any) -> None:
    print(json.dumps(facts), flush=True)  # noqa: T201 - the parent reads it


def _done(folder: Path, **facts: Any) -> None:
    fresh = folder / "done.new"
    fresh.write_text(json.dumps(facts))
    fresh.replace(folder / "done.json")


def _refusal(error: Exception) -> dict[str, Any] | None:
    """The problem document of an error that another try would meet again."""
    from api.output import OutputRefused
    from api.site.problems import SiteInvalid
    from forecasts.errors import ForecastError
    from scheduler.errors import NoSchedule, ProblemInvalid

    lines: list[dict[str, Any]] = []
    if isinstance(error, SiteInvalid):
        lines = [
            {"file": one.file, "line": one.line, "column": one.column, "message": one.message}
            for one in error.problems[:200]
        ]
    elif not isinstance(error, NoSchedule | ProblemInvalid | OutputRefused | ForecastError):
        return None
    code = "no_schedule" if isinstance(error, NoSchedule) else "site_invalid"
    return {
        "code": code,
        "title": "The job cannot be done",
        "detail": str(error)[:4000],
        "errors": lines,
    }


if __name__ == "__main__":
    sys.exit(main())
