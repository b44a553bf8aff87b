"""Measurements on disk: one JSON file per section of docs/benchmarks.md, one entry per run.

Kept apart from the page, so that a long campaign can be run piece by piece, and the page written
again without measuring.
"""

import json
import os
import platform
import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "out" / "bench"
DATA = ROOT.parent / "shared" / "data"
PEAKCREW = [sys.executable, "-P", "-m", "api.cli"]

Run = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Section:
    """What was measured for one section: the machine, and each run by its name."""

    machine: str
    runs: dict[str, Run]


def keep(section: str, name: str, command: str, run: Run, folder: Path = FOLDER) -> None:
    """Store one run; it replaces an earlier run of the same name."""
    folder.mkdir(parents=True, exist_ok=True)
    stored = read(section, folder)
    runs = {} if stored is None else stored.runs
    runs[name] = {**run, "command": command}
    text = json.dumps({"machine": machine(), "runs": runs}, indent=1)
    (folder / f"{section}.json").write_text(text + "\n", encoding="utf-8")


def read(section: str, folder: Path = FOLDER) -> Section | None:
    """What is stored for a section; None when it was never measured."""
    path = folder / f"{section}.json"
    if not path.is_file():
        return None
    stored = json.loads(path.read_text(encoding="utf-8"))
    return Section(stored["machine"], stored["runs"])


def machine() -> str:
    """Processor, cores and versions in a line."""
    return (
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, "
        f"OR-Tools {version('ortools')}"
    )


def told(module: str, arguments: Sequence[str]) -> str:
    """The command as somebody would type it again."""
    return shlex.join(["python", "-m", f"benchmarks.{module}", *arguments])


def circumstances() -> Run:
    """Day and load at the start of a run; a load far above 0 makes its seconds too long."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "load": round(os.getloadavg()[0], 1),
    }


def note(section: Section) -> str:
    """What must be known to read a section's figures: commands, machine, days and load."""
    runs = section.runs.values()
    days = sorted({run["date"] for run in runs})
    loads = [run["load"] for run in runs]
    when = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
    commands = ", ".join(f"`{one}`" for one in sorted({run["command"] for run in runs}))
    return f"{commands}; {section.machine}; {when}, load {min(loads)} to {max(loads)} before a run."


def spread(values: Sequence[float | None], form: Callable[[float], str]) -> tuple[str, str]:
    """Median and range; a value that was never reached counts as the largest."""
    reached = [value for value in values if value is not None]
    if not reached:
        return "not reached", ""
    missing = len(values) - len(reached)
    ordered = [*sorted(reached), *[float("inf")] * missing]
    middle = median(ordered)
    least = form(min(reached))
    most = form(max(reached)) if not missing else f"not reached in {missing} of {len(values)}"
    return form(middle) if middle < float("inf") else "not reached", f"{least} to {most}"
