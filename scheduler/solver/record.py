"""What a run must keep so that it can be questioned and repeated."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from platform import python_version
from typing import Any

from scheduler.contract.problem_file import problem_json
from scheduler.contract.units import sha256
from scheduler.problem import Problem
from scheduler.solver.parameters import Parameters

# All that a clock or a meter wrote into a schedule file. A reproducible run gives everything
# else again, byte for byte; "[]" stands for every element of a list.
TIMINGS = (
    "solve_seconds",
    "history[].seconds",
    "run.started",
    "run.finished",
    "run.peak_mebibytes",
)


def run_record(problem_sha256: str, parameters: Parameters, started: datetime) -> dict[str, Any]:
    """Fingerprint of the input, versions, seed, parameters and times (UTC)."""
    return {
        "problem_sha256": problem_sha256,
        "rules_sha256": None,  # a bare problem has no rule profile
        "versions": versions(),
        "seed": parameters.seed,
        "parameters": asdict(parameters),
        "started": started.isoformat(timespec="seconds"),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def fingerprint(problem: Problem) -> str:
    """Equal for equal problems, however their files are laid out."""
    return sha256(problem_json(problem))


def versions() -> dict[str, str]:
    """What the schedule was computed with."""
    return {
        "peakcrew": _version("peakcrew"),
        "ortools": _version("ortools"),
        "python": python_version(),
    }


def without_timings(document: Mapping[str, Any]) -> dict[str, Any]:
    """A schedule file's content without what changes from run to run."""
    return {key: _stripped(value, key) for key, value in document.items() if key not in TIMINGS}


def _stripped(value: Any, place: str) -> Any:
    if isinstance(value, Mapping):
        inner = {key: f"{place}.{key}" for key in value}
        return {
            key: _stripped(value[key], path) for key, path in inner.items() if path not in TIMINGS
        }
    if isinstance(value, list):
        return [_stripped(one, f"{place}[]") for one in value]
    return value


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"
