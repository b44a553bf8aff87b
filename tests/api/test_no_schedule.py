"""Exit code 3: nobody can be told to work as the rules ask for; nothing is written."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.api.command import Planned, entries, peakcrew


@pytest.fixture
def contradicting(tiny: Planned, tmp_path: Path) -> Path:
    """The problem of tiny, but its first worker has to work more than he has time for."""
    problem: dict[str, Any] = json.loads((tiny.folder / "problem.json").read_text("utf-8"))
    first = problem["workers"][0]
    first |= {"min_minutes_hard": True, "min_minutes_per_week": 2000, "max_minutes_per_week": 2400}
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(problem))
    return path


def test_the_worker_and_the_rules_are_named(contradicting: Path, tmp_path: Path) -> None:
    done = peakcrew("solve", contradicting, "--out", tmp_path / "out.json", "--time-limit", 20)
    assert (done.exit_code, done.stdout) == (3, "")
    lines = done.stderr.splitlines()
    assert lines[-2] == "no schedule exists:"
    assert lines[-1].startswith("worker W1: min_minutes_per_week cannot be kept together with ")
    assert entries(tmp_path) == ["problem.json"]


def test_as_json(contradicting: Path, tmp_path: Path) -> None:
    done = peakcrew(
        "solve", contradicting, "--out", tmp_path / "out.json", "--time-limit", 20, "--json"
    )
    assert done.exit_code == 3
    assert json.loads(done.stdout)["error"][0] == "no schedule exists:"
