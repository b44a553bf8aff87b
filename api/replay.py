"""Run a schedule's problem again as it was recorded, and say whether the same comes out."""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from scheduler.contract.documents import ScheduleDocument
from scheduler.contract.problem_file import read_problem
from scheduler.contract.reading import read_document
from scheduler.contract.schedule_file import schedule_json
from scheduler.errors import ProblemInvalid
from scheduler.problem import Problem
from scheduler.schedule import Progress
from scheduler.solver.parameters import Parameters
from scheduler.solver.record import fingerprint, versions, without_timings
from scheduler.solver.solve import solve

Content = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Replay:
    """The schedule file that a second run gives, and how it differs from the first."""

    text: str
    differences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recorded:
    """A schedule file with the problem and the parameters that it came from."""

    content: Content
    problem: Problem
    parameters: Parameters

    @property
    def warnings(self) -> list[str]:
        """Why a second run may differ although nothing is wrong."""
        found = []
        before, now = self.content["run"].get("versions", {}), versions()
        for name in sorted({*before, *now}):
            if before.get(name) != now.get(name):
                found.append(f"{name} was {before.get(name)}, now it is {now.get(name)}")
        if not self.parameters.is_reproducible:
            found.append("the run was not reproducible: it may differ with the machine's load")
        return found


def read_recorded(schedule: Path, problem: Path | None = None) -> Recorded:
    """A schedule's record; its problem lies beside it unless named.

    Raises ProblemInvalid when the problem is another one, or the record cannot be followed.
    """
    document = read_document(schedule, ScheduleDocument)
    problem = problem or schedule.parent / "problem.json"
    data = read_problem(problem)
    record = document.run.model_extra or {}
    if record.get("problem_sha256") != fingerprint(data):
        raise ProblemInvalid(f"{problem}: is not the problem that {schedule} was computed from")
    content: Content = json.loads(schedule.read_text(encoding="utf-8-sig"))
    return Recorded(content, data, recorded_parameters(schedule, document))


def recorded_parameters(path: Path, document: ScheduleDocument) -> Parameters:
    """The parameters that a schedule file was computed with."""
    try:
        return Parameters(**(document.run.model_extra or {})["parameters"])
    except (KeyError, TypeError):
        raise ProblemInvalid(
            f"{path}: run.parameters: are missing, or those of another version"
        ) from None


def run_again(
    recorded: Recorded,
    on_progress: Callable[[Progress], None] = lambda moment: None,
    stop: threading.Event | None = None,
) -> Replay:
    """Solve the recorded problem with the recorded parameters, and compare.

    A reproducible run has to give everything but the timings again; of any other, the cost and
    the shifts are compared.
    """
    again = solve(recorded.problem, recorded.parameters, on_progress, stop)
    rules = recorded.content["run"].get("rules_sha256")
    again = replace(again, run={**again.run, "rules_sha256": rules})
    text = schedule_json(recorded.problem, again)
    before, now = without_timings(recorded.content), without_timings(json.loads(text))
    found = _different_results(before, now)
    if recorded.parameters.is_reproducible:
        found += _different_keys(before, now)
    return Replay(text, tuple(found))


def _different_results(before: Content, now: Content) -> list[str]:
    found = [
        f"{key}: {before[key]:,.2f} before, {now[key]:,.2f} now"
        for key in ("objective", "bound")
        if before[key] != now[key]
    ]
    dropped, added = _shifts(before), _shifts(now)
    found += [f"shift dropped: {one}" for one in sorted(dropped - added)]
    found += [f"shift added: {one}" for one in sorted(added - dropped)]
    return found


def _shifts(content: Content) -> set[str]:
    return {
        f"{one['worker']} on {one['queue']}, {one['start']} to {one['end']}"
        for one in content["shifts"]
    }


def _different_keys(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Everything else that differs, by name; versions are warned of, prices are no part of it."""
    first, second = _flat(before), _flat(now)
    names = sorted({*first, *second} - {"objective", "bound", "shifts", "prices", "run.versions"})
    return [f"{name}: differs" for name in names if first.get(name) != second.get(name)]


def _flat(content: Mapping[str, Any]) -> Content:
    run = {f"run.{key}": value for key, value in content["run"].items()}
    return {key: value for key, value in content.items() if key != "run"} | run
