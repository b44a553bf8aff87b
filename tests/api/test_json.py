"""``--json``: one JSON document on standard output, whatever happens, and nothing else."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from tests.api.command import SEEDS, Planned, peakcrew


def document(done: Result) -> dict[str, Any]:
    assert done.stdout.count("\n") == 1
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_plan(planned_shop: Planned) -> None:
    found = document(planned_shop.result)
    schedule = planned_shop.schedule
    for key in ("status", "objective", "bound", "gap", "costs"):
        assert found[key] == schedule[key]
    assert found["shifts"] == len(schedule["shifts"])
    assert found["report"] == str(planned_shop.folder / "report.html")
    assert planned_shop.result.stderr == ""


def test_a_solve(solved: Planned) -> None:
    found = document(solved.result)
    assert (found["objective"], found["shifts"]) == (1080.0, 10)
    assert found["schedule_file"] == str(solved.folder / "schedule.json")
    assert solved.result.stderr == ""


def test_a_good_site() -> None:
    done = peakcrew("check", SEEDS / "requirement_only", "--json")
    found = document(done)
    assert (done.exit_code, found["problems"]) == (0, [])
    assert any("requirement.csv" in note for note in found["notes"])


def test_a_bad_site(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text("name = \n")
    done = peakcrew("check", tmp_path, "--json")
    problems = document(done)["problems"]
    assert done.exit_code == 2
    places = [(one["file"], one["line"], one["column"]) for one in problems]
    assert ("site.toml", 1, 8) in places
    assert ("workers.csv", None, None) in places
    assert all(one["message"] for one in problems)


def test_a_valid_schedule(tiny: Planned) -> None:
    folder = tiny.folder
    found = document(
        peakcrew("validate", folder / "problem.json", folder / "schedule.json", "--json")
    )
    assert found == {"violations": [], "costs": tiny.schedule["costs"]}


def test_a_broken_schedule(tiny: Planned, tmp_path: Path) -> None:
    schedule = dict(tiny.schedule, shifts=[])
    (tmp_path / "schedule.json").write_text(json.dumps(schedule))
    done = peakcrew("validate", tiny.folder / "problem.json", tmp_path / "schedule.json", "--json")
    assert done.exit_code == 2
    assert document(done)["violations"][0].startswith("pin: worker W7")


def test_an_export(tiny: Planned, tmp_path: Path) -> None:
    out, folder = tmp_path / "out", tiny.folder
    done = peakcrew(
        "export", folder / "problem.json", folder / "schedule.json", "--out", out, "--json"
    )
    files = [Path(name) for name in document(done)["files"]]
    assert sorted(files) == sorted(path for path in out.rglob("*.*"))


def test_a_forecast(shop: Path, tmp_path: Path) -> None:
    found = document(peakcrew("forecast", shop, "--out", tmp_path / "out", "--json"))
    low, high = found["bot_share_90"]
    assert 0 < low < found["bot_share"] < high < 1
    assert found["human_contacts"] > 0


@pytest.mark.parametrize(
    "arguments",
    [
        lambda path: ("plan", path / "no", "--out", path / "out"),
        lambda path: ("solve", path / "no", "--out", path / "out"),
        lambda path: ("forecast", path / "no", "--out", path / "out"),
        lambda path: ("validate", path / "no", path / "no"),
        lambda path: ("export", path / "no", path / "no", "--out", path / "out"),
    ],
    ids=["plan", "solve", "forecast", "validate", "export"],
)
def test_an_error(arguments: Callable[[Path], tuple[object, ...]], tmp_path: Path) -> None:
    done = peakcrew(*arguments(tmp_path), "--json")
    assert done.exit_code == 2
    assert str(tmp_path / "no") in document(done)["error"][0]
    assert done.stderr == ""
