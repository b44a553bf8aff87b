"""``replay`` and ``--reproducible``: the same run again, and what differs if it is not."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scheduler.solver.record import TIMINGS, without_timings
from tests.api.command import Planned, peakcrew

COMMAND = (sys.executable, "-m", "api.cli")


def solve(problem: Path, out: Path, hash_seed: str) -> str:
    """A reproducible run in a process of its own, with its own order of sets."""
    arguments = ("solve", problem, "--out", out, "--reproducible", "--time-limit", 20)
    subprocess.run(
        [*COMMAND, *map(str, arguments)],
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
    )
    return out.read_text("utf-8")


def blank_timings(text: str) -> str:
    """The file's own bytes, with every timing set to the same value."""
    document = json.loads(text)
    for place in TIMINGS:
        _blank(document, place.split("."))
    return json.dumps(document, indent=1)


def _blank(part: Any, path: list[str]) -> None:
    name, *rest = path
    if name.endswith("[]"):
        for one in part[name[:-2]]:
            _blank(one, rest)
    elif rest:
        _blank(part[name], rest)
    else:
        assert name in part
        part[name] = 0


@pytest.fixture(scope="module")
def folder(tiny: Planned, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A problem with its reproducible schedule beside it."""
    found = tmp_path_factory.mktemp("reproducible")
    shutil.copy(tiny.folder / "problem.json", found)
    solve(found / "problem.json", found / "schedule.json", "1")
    return found


def changed(folder: Path, tmp_path: Path, **values: Any) -> Path:
    """A copy of the folder whose schedule has other top-level values."""
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    path = copy / "schedule.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | values))
    return path


def test_a_reproducible_run_gives_the_same_bytes_but_for_the_timings(
    folder: Path, tmp_path: Path
) -> None:
    first = (folder / "schedule.json").read_text("utf-8")
    second = solve(folder / "problem.json", tmp_path / "again.json", "2")
    assert blank_timings(second) == blank_timings(first)


def test_the_same_again(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "again.json"
    done = peakcrew("replay", folder / "schedule.json", "--out", out)
    assert (done.exit_code, done.stdout) == (0, "the same schedule again\n")
    first = (folder / "schedule.json").read_text("utf-8")
    assert blank_timings(out.read_text("utf-8")) == blank_timings(first)


def test_another_schedule_is_told_shift_by_shift(folder: Path, tmp_path: Path) -> None:
    document = json.loads((folder / "schedule.json").read_text("utf-8"))
    first, *others = document["shifts"]
    stranger = first | {"worker": "nobody"}
    path = changed(folder, tmp_path, objective=1.0, shifts=[stranger, *others])
    done = peakcrew("replay", path, "--json")
    found = json.loads(done.stdout)
    assert (done.exit_code, found["is_same"]) == (1, False)
    place = f"{first['queue']}, {first['start']} to {first['end']}"
    assert found["differences"] == [
        f"objective: 1.00 before, {document['objective']:,.2f} now",
        f"shift dropped: nobody on {place}",
        f"shift added: {first['worker']} on {place}",
    ]


def test_everything_else_of_a_reproducible_run_has_to_be_the_same_too(
    folder: Path, tmp_path: Path
) -> None:
    path = changed(folder, tmp_path, history=[])
    done = peakcrew("replay", path)
    assert (done.exit_code, done.stdout) == (1, "history: differs\ndifferent\n")


def test_another_problem_is_refused(folder: Path, tmp_path: Path) -> None:
    path = changed(folder, tmp_path)
    problem = json.loads((path.parent / "problem.json").read_text("utf-8"))
    problem["workers"][0]["hourly_cost"] += 1
    (path.parent / "problem.json").write_text(json.dumps(problem))
    done = peakcrew("replay", path)
    assert done.exit_code == 2
    assert f"is not the problem that {path} was computed from" in done.stderr


def test_the_problem_may_lie_elsewhere(folder: Path, tmp_path: Path) -> None:
    shutil.copy(folder / "schedule.json", tmp_path / "schedule.json")
    missing = peakcrew("replay", tmp_path / "schedule.json")
    assert (missing.exit_code, "problem.json: cannot be read" in missing.stderr) == (2, True)
    done = peakcrew("replay", tmp_path / "schedule.json", "--problem", folder / "problem.json")
    assert done.exit_code == 0


def test_other_versions_are_warned_of(folder: Path, tmp_path: Path) -> None:
    run = json.loads((folder / "schedule.json").read_text("utf-8"))["run"]
    run["versions"] = run["versions"] | {"ortools": "9.8"}
    done = peakcrew("replay", changed(folder, tmp_path, run=run), "--json")
    found = json.loads(done.stdout)
    assert done.exit_code == 0
    assert any("ortools was 9.8, now it is" in one for one in found["warnings"])


@pytest.mark.parametrize("parameters", [None, {"time_limit": 5, "magic": True}])
def test_a_record_that_cannot_be_followed_is_refused(
    parameters: object, folder: Path, tmp_path: Path
) -> None:
    run = json.loads((folder / "schedule.json").read_text("utf-8"))["run"] | {
        "parameters": parameters
    }
    done = peakcrew("replay", changed(folder, tmp_path, run=run))
    assert (done.exit_code, "run.parameters" in done.stderr) == (2, True)


def test_of_a_plan_in_a_hurry_only_cost_and_shifts_are_compared(tiny: Planned) -> None:
    """And it is said that it need not come out the same."""
    done = peakcrew("replay", tiny.folder / "schedule.json", "--json")
    found = json.loads(done.stdout)
    assert found["warnings"] == [
        "the run was not reproducible: it may differ with the machine's load"
    ]
    assert not any(one.startswith("history") for one in found["differences"])


def test_what_a_clock_wrote_is_left_out_at_every_depth() -> None:
    document = {
        "solve_seconds": 1, "history": [{"seconds": 2, "cost": 3}],
        "run": {"started": 4, "seed": 5}, "seconds": 6,
    }  # fmt: skip
    assert without_timings(document) == {
        "history": [{"cost": 3}], "run": {"seed": 5}, "seconds": 6,
    }  # fmt: skip
