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
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scheduler.problem import Problem
    from scheduler.schedule import Progress, Schedule
    from scheduler.solver.parameters import Parameters

BAD_INPUT, FAULT = 2, 1
MAX_DIFFERENCES = 500
NICE = 10  # the service answers while solvers work
# Of the difference to the version before, what the job itself says; the files hold all of it.
TOLD_OF_CHANGES = (
    "kept", "dropped", "added", "moved", "queue", "lost", "changed_workers", "cost_before",
    "cost_after",
)  # fmt: skip


def main() -> int:
    """Exit code 0: done; 2: the input is wrong; anything else: a fault, to be tried again."""
    folder = Path(sys.argv[1])
    os.nice(NICE)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    order = json.loads((folder / "job.json").read_text())
    try:
        WORK[order["kind"]](folder, order)
    except Exception as error:
        document = _refusal(error, order["kind"], folder)
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

    with stop_event(folder / "stop") as stop:
        planned = plan(
            _site(folder, order), folder / "out", _parameters(order),
            lambda stage: _tell(stage=stage), _tell_progress, stop,
        )  # fmt: skip
    _done(folder, **_facts(planned.problem, planned.schedule, planned.report.notes))


def _replan(folder: Path, order: dict[str, Any]) -> None:
    """Plan a recorded schedule again under new facts, and change little."""
    from api.replanned_version import Recorded, replan_recorded
    from api.replanning import Asked
    from api.stop_file import stop_event
    from scheduler.export.changes import diff_json

    wanted = dict(order["parameters"]["replan"])
    if_broken = wanted.pop("if_broken")
    asked = Asked(**wanted, drops_broken=if_broken == "drop", keeps_broken=if_broken == "keep")
    recorded = Recorded(folder / "recorded" / "schedule.json", _site(folder, order))
    with stop_event(folder / "stop") as stop:
        replanned, report = replan_recorded(
            recorded, folder / "out", asked, _parameters(order),
            lambda stage: _tell(stage=stage), _tell_progress, stop,
        )  # fmt: skip
    changes = diff_json(replanned.report)
    told = {name: changes[name] for name in TOLD_OF_CHANGES}
    facts = _facts(report.problem, report.schedule, report.notes)
    _done(folder, **facts, changes=told)


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

    recorded = read_recorded(folder / "recorded" / "schedule.json")
    limit = min(recorded.parameters.time_limit, order["max_solve_seconds"])
    recorded = replace(recorded, parameters=replace(recorded.parameters, time_limit=limit))
    with stop_event(folder / "stop") as stop:
        again = run_again(recorded, _tell_progress, stop)
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
    "replan": _replan,
    "replay": _replay,
}


def _parameters(order: dict[str, Any]) -> "Parameters":
    from scheduler.solver.parameters import Parameters

    asked = order["parameters"]
    return Parameters(
        time_limit=min(asked["time_limit"], order["max_solve_seconds"]),
        workers=order["solver_threads"],
        seed=asked["seed"],
        gap=asked["gap"],
        memory_limit=order["memory_mib"],
        is_reproducible=asked["reproducible"],
        keep_broken_pins=asked["keep_broken_pins"],
    )


def _facts(problem: "Problem", schedule: "Schedule", notes: Sequence[str]) -> Mapping[str, Any]:
    """What a job says of the schedule that it made; objective and bound are cents."""
    from scheduler.contract.units import amount

    horizon = problem.horizon
    return {
        "first_day": horizon.start.date().isoformat(),
        "days": horizon.days,
        "time_zone": horizon.time_zone,
        "status": schedule.status,
        "objective": schedule.objective,
        "bound": schedule.bound,
        "gap": schedule.gap,
        "costs": {term: amount(cents) for term, cents in schedule.costs.items()},
        "notes": list(notes),
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


def _tell_progress(moment: "Progress") -> None:
    _tell(stage=moment.stage, incumbent=moment.cost, bound=moment.bound, gap=moment.gap)


def _tell(**facts: Any) -> None:
    print(json.dumps(facts), flush=True)  # noqa: T201 - the parent reads it


def _done(folder: Path, **facts: Any) -> None:
    fresh = folder / "done.new"
    fresh.write_text(json.dumps(facts))
    fresh.replace(folder / "done.json")


def _refusal(error: Exception, kind: str, folder: Path) -> dict[str, Any] | None:
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
    return {
        "code": _code(error, kind),
        "title": "The job cannot be done",
        "detail": str(error).replace(f"{folder}/", "")[:4000],
        "errors": lines,
    }


def _code(error: Exception, kind: str) -> str:
    from api.replanning import NoRoom
    from scheduler.errors import NoSchedule, PinsInvalid, ProblemInvalid

    if isinstance(error, NoRoom):
        return "max_changes_too_low"
    if isinstance(error, NoSchedule):
        return "no_schedule"
    if kind == "replan" and isinstance(error, ProblemInvalid):
        return "pins_invalid" if isinstance(error, PinsInvalid) else "replan_invalid"
    return "site_invalid"


if __name__ == "__main__":
    sys.exit(main())
