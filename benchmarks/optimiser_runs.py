"""``peakcrew solve`` on generated problems, each a whole process, and how its search went on."""

import json
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from benchmarks.pool import KINDS, generate
from benchmarks.results import DATA, PEAKCREW, ROOT, Run, Section, circumstances, note, spread
from benchmarks.tables import Figures
from scheduler.contract.problem_file import problem_json
from scheduler.export.words import count

GIVEN = "given"
FILES = {
    "w200": "w200_d7.json",
    "w1000": "w1000_d14.json",
    "w1000_15min": "w1000_d14_15min.json",
    "w10000": "w10000_d14.json",
}
STEPS = (0.01, 0.005, 0.001)


@dataclass(frozen=True, slots=True)
class Goal:
    """When a size counts as solved: the gap asked for, and the seconds allowed."""

    gap: float
    time_limit: float


GOALS = {
    "w200": Goal(0.0, 60),
    "w1000": Goal(0.0, 60),
    "w1000_15min": Goal(0.002, 90),
    "w10000": Goal(0.005, 300),
    "w50000": Goal(0.01, 1800),
}


def problem_file(kind: str, instance: str, folder: Path) -> Path | None:
    """The problem of a seed, written to the folder, or the given file; None when it is absent."""
    if instance == GIVEN:
        path = DATA / "problems" / FILES.get(kind, "none")
        return path if path.is_file() else None
    path = folder / "problem.json"
    text = problem_json(generate(KINDS[kind], int(instance)))
    path.write_text(text, encoding="utf-8")
    return path


def measure(kind: str, instance: str, goal: Goal) -> Run | None:
    """One solve of one problem, checked by the validator; None without the problem's file."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        problem = problem_file(kind, instance, folder)
        return None if problem is None else solve(problem, instance, goal, folder)


def solve(problem: Path, instance: str, goal: Goal, folder: Path) -> Run:
    """Run the program on a problem file and read what it wrote."""
    out = folder / "schedule.json"
    seed = "1" if instance == GIVEN else instance
    before, begin = circumstances(), time.monotonic()
    moments = _watched([
        *PEAKCREW, "solve", str(problem), "--out", str(out), "--seed", seed,
        "--gap", str(goal.gap), "--time-limit", str(goal.time_limit),
    ], begin)  # fmt: skip
    seconds = time.monotonic() - begin
    document = json.loads(out.read_text(encoding="utf-8"))
    history = [(one["seconds"], one["cost"], one["bound"]) for one in document["history"]]
    return {
        **before,
        "goal_gap": goal.gap,
        "time_limit": goal.time_limit,
        "process_seconds": seconds,
        "solve_seconds": document["solve_seconds"],
        "first_seconds": reached(history, 1.0),
        "seconds_to": {str(step): reached(history, step) for step in STEPS},
        "objective": document["objective"],
        "bound": document["bound"],
        "gap": document["gap"],
        "stop_reason": document["run"]["stop_reason"],
        "peak_mebibytes": document["run"]["peak_mebibytes"],
        "longest_pause": longest_pause(moments),
        "violations": _violations(problem, out),
    }


def reached(
    history: Sequence[tuple[float, float | None, float | None]], gap: float
) -> float | None:
    """Seconds until a schedule was proven to be within a gap; None if it never was."""
    for seconds, cost, bound in history:
        if cost is not None and cost - (bound or 0) <= gap * cost:
            return seconds
    return None


def longest_pause(moments: Sequence[float]) -> float:
    """Seconds between two lines that follow each other."""
    return max((after - before for before, after in pairwise(moments)), default=0.0)


def _watched(command: Sequence[str], begin: float) -> list[float]:
    """Run a command; seconds at which it wrote a line of progress, its start and end included."""
    moments = [0.0]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        last = ""
        for line in process.stderr:
            moments.append(time.monotonic() - begin)
            last = line
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with status {process.returncode}: {last}")
    return [*moments, time.monotonic() - begin]


def _violations(problem: Path, schedule: Path) -> int:
    command = [*PEAKCREW, "validate", str(problem), str(schedule), "--json"]
    judged = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=False)
    return len(json.loads(judged.stdout)["violations"])


def title(kind: str) -> str:
    """The heading of a size."""
    size = KINDS[kind]
    return (
        f"{size.workers:,} workers, {size.days} days, {size.queues} queues, "
        f"{size.interval_minutes}-minute grid"
    )


def figures(kind: str, section: Section) -> Figures:
    """Median and range over a size's runs."""
    runs = list(section.runs.values())
    goals = sorted({f"{run['goal_gap']:.2%} or {run['time_limit']:g} s" for run in runs})
    text = (
        f"{note(section)} {count(len(runs), 'problem')} ({', '.join(section.runs)}), each a whole "
        f"process, one after the other; stops at a gap of {' / '.join(goals)}."
    )
    return Figures(title(kind), text, ("", "median", "range"), tuple(_rows(runs)))


def _rows(runs: list[Run]) -> list[tuple[str, ...]]:
    seconds, percent, whole = "{:.1f} s".format, "{:.3%}".format, "{:,.0f}".format
    reasons = sorted({run["stop_reason"] for run in runs})
    counted = ", ".join(
        f"{sum(run['stop_reason'] == reason for run in runs)} x {reason}" for reason in reasons
    )
    return [
        ("first schedule", *spread([run["first_seconds"] for run in runs], seconds)),
        *(
            (f"proven within {step:.1%}",
             *spread([run["seconds_to"][str(step)] for run in runs], seconds))
            for step in STEPS
        ),
        ("end of the search", *spread([run["solve_seconds"] for run in runs], seconds)),
        ("whole process, reading and writing included",
         *spread([run["process_seconds"] for run in runs], seconds)),
        ("proven gap at the end", *spread([run["gap"] for run in runs], percent)),
        ("peak memory, both processes",
         *spread([run["peak_mebibytes"] for run in runs], "{:,.0f} MiB".format)),
        ("longest time without a line of progress",
         *spread([run["longest_pause"] for run in runs], seconds)),
        ("violations found by the validator",
         *spread([run["violations"] for run in runs], whole)),
        ("stopped by", counted, ""),
    ]  # fmt: skip
