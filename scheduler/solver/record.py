"""What a run must keep so that it can be questioned and repeated."""

from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from platform import python_version
from typing import Any

from scheduler.contract.problem_file import problem_json
from scheduler.contract.units import sha256
from scheduler.problem import Problem
from scheduler.solver.parameters import Parameters


def run_record(problem: Problem, parameters: Parameters, started: datetime) -> dict[str, Any]:
    """Fingerprint of the input, versions, seed, parameters and times (UTC)."""
    return {
        "problem_sha256": sha256(problem_json(problem)),
        "rules_sha256": None,  # a bare problem has no rule profile
        "versions": {
            "peakcrew": _version("peakcrew"),
            "ortools": _version("ortools"),
            "python": python_version(),
        },
        "seed": parameters.seed,
        "parameters": asdict(parameters),
        "started": started.isoformat(timespec="seconds"),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"
