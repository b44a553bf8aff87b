"""``--keep-broken-pins``: kept, warned of, and judged as kept by every later command."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.api.command import SEEDS, Planned, peakcrew

RULE = "no_overlap: worker W7"


@pytest.fixture(scope="module")
def clashing(tiny: Planned, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The problem of tiny with its pin once more, an hour later."""
    problem: dict[str, Any] = json.loads((tiny.folder / "problem.json").read_text("utf-8"))
    (pin,) = problem["pins"]
    later = pin["start"].replace("T12:", "T13:")
    assert later != pin["start"]
    problem["pins"].append(pin | {"start": later})
    path = tmp_path_factory.mktemp("clashing") / "problem.json"
    path.write_text(json.dumps(problem))
    return path


@pytest.fixture(scope="module")
def kept(clashing: Path) -> Planned:
    out = clashing.parent / "schedule.json"
    return Planned(
        clashing.parent,
        peakcrew("solve", clashing, "--out", out, "--keep-broken-pins", "--time-limit", 20),
    )


def test_without_the_option_they_are_refused(clashing: Path, tmp_path: Path) -> None:
    done = peakcrew("solve", clashing, "--out", tmp_path / "out.json")
    assert done.exit_code == 2
    assert RULE in done.stderr


def test_they_are_kept_and_warned_of(kept: Planned) -> None:
    assert kept.result.exit_code == 0
    assert f"warning: kept against a rule: {RULE}" in kept.result.stderr
    assert any(line.startswith(RULE) for line in kept.schedule["run"]["kept_pins"])
    assert sum(one["worker"] == "W7" for one in kept.schedule["shifts"]) == 2


def test_validate_knows_them_as_kept(kept: Planned, clashing: Path) -> None:
    path = kept.folder / "schedule.json"
    done = peakcrew("validate", clashing, path)
    assert done.exit_code == 0
    assert f"warning: kept against a rule: {RULE}" in done.stdout
    found = json.loads(peakcrew("validate", clashing, path, "--json").stdout)
    assert found["violations"] == []
    assert found["kept_pins"] == kept.schedule["run"]["kept_pins"]


def test_a_schedule_that_does_not_say_so_is_judged_by_the_rules(
    kept: Planned, clashing: Path, tmp_path: Path
) -> None:
    run = {key: value for key, value in kept.schedule["run"].items() if key != "kept_pins"}
    (tmp_path / "schedule.json").write_text(json.dumps(kept.schedule | {"run": run}))
    done = peakcrew("validate", clashing, tmp_path / "schedule.json")
    assert (done.exit_code, RULE in done.stdout) == (2, True)


def test_export_writes_them(kept: Planned, clashing: Path, tmp_path: Path) -> None:
    done = peakcrew("export", clashing, kept.folder / "schedule.json", "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output


def test_a_plan_keeps_them_too(tmp_path: Path) -> None:
    site = tmp_path / "site"
    shutil.copytree(SEEDS / "tiny", site)
    pins = site / "pins.csv"
    header, pin = pins.read_text("utf-8").splitlines()
    pins.write_text("\n".join([header, pin, pin.replace("12:00", "13:00"), ""]))
    assert peakcrew("plan", site, "--out", tmp_path / "out").exit_code == 2
    done = peakcrew(
        "plan", site, "--out", tmp_path / "out", "--keep-broken-pins", "--time-limit", 20, "--json"
    )
    assert done.exit_code == 0, done.output
    assert any(line.startswith(RULE) for line in json.loads(done.stdout)["kept_pins"])
