"""Batches of real sites in real processes: resumed after kills, one failure stopping nothing."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from api.batch.scenarios import BASE, read_scenarios
from api.batch.unit import units
from scheduler.errors import ProblemInvalid
from tests.api.command import SEEDS, peakcrew

PARAMETERS = {"time_limit": 5.0, "gap": 0.0, "seed": 1}


@pytest.fixture
def sites(tmp_path: Path) -> list[Path]:
    """Three small sites, one of which cannot be planned."""
    found = []
    for name in ("north", "south", "wrong"):
        shutil.copytree(SEEDS / "tiny", tmp_path / "sites" / name)
        found.append(tmp_path / "sites" / name)
    (found[2] / "workers.csv").write_text("worker_id\nx\n")
    return found


def summary(out: Path) -> dict[tuple[str, str], dict[str, str]]:
    with (out / "summary.csv").open(newline="") as file:
        return {(row["site"], row["scenario"]): row for row in csv.DictReader(file)}


def test_one_failure_stops_nothing_and_is_told(sites: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "batch"
    told = peakcrew("batch", *sites, "--out", out, "--parallel", 2, "--json")
    assert told.exit_code == 1
    found = summary(out)
    assert {key: row["state"] for key, row in found.items()} == {
        ("north", "base"): "done", ("north", "busy"): "done",
        ("south", "base"): "done", ("south", "busy"): "done",
        ("wrong", "base"): "failed", ("wrong", "busy"): "failed",
    }  # fmt: skip
    assert float(found["north", "base"]["cost"]) == 1080.0
    assert float(found["north", "busy"]["cost"]) > 1080.0
    assert "workers.csv:1" in found["wrong", "base"]["error"]
    assert (out / "plans" / "north--base" / "report.html").is_file()
    assert (out / "compared" / "north" / "compare.html").is_file()
    assert "south" in (out / "index.html").read_text()
    status = json.loads(peakcrew("batch", "--out", out, "--status", "--json").stdout)
    assert (status["done"], status["failed"]) == (4, 2)


def test_again_only_what_changed_is_done(sites: list[Path], tmp_path: Path) -> None:
    out, good = tmp_path / "batch", sites[:2]
    peakcrew("batch", *good, "--out", out, "--scenario", "base", "--json")
    kept = {path: path.stat().st_mtime_ns for path in (out / "state").glob("*.json")}
    (good[0] / "site.toml").write_text((good[0] / "site.toml").read_text() + "\n# changed\n")
    peakcrew("batch", *good, "--out", out, "--scenario", "base", "--json")
    changed = {path.stem for path in kept if path.stat().st_mtime_ns != kept[path]}
    assert changed == {"north--base"}


def start(out: Path, sites: list[Path]) -> "subprocess.Popen[bytes]":
    arguments = ["batch", *map(str, sites), "--out", str(out), "--scenario", "base", "--json"]
    command = [sys.executable, "-m", "api.cli", *arguments]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def until(holds: Any, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)


def children(out: Path) -> list[int]:
    """Processes that do a unit of this batch."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            line = (entry / "cmdline").read_bytes().decode()
        except (OSError, UnicodeDecodeError):
            continue
        if entry.name.isdigit() and "api.jobs.child" in line and str(out) in line:
            found.append(int(entry.name))
    return found


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="needs /proc")
def test_killed_it_leaves_nobody_behind_and_goes_on(sites: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "batch"
    first = start(out, sites[:2])
    until(lambda: children(out))
    first.send_signal(signal.SIGKILL)
    first.wait()
    until(lambda: not children(out))
    second = start(out, sites[:2])
    assert second.wait(120) == 0
    assert {row["state"] for row in summary(out).values()} == {"done"}
    assert not (out / "work").exists()


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="needs /proc")
def test_a_killed_unit_is_tried_again(sites: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "batch"
    running = start(out, sites[:1])
    until(lambda: children(out))
    os.kill(children(out)[0], signal.SIGKILL)
    assert running.wait(120) == 0
    found = json.loads((out / "summary.json").read_text())
    assert [(one["state"], one["attempts"]) for one in found] == [("done", 2)]


def test_two_batches_do_not_share_a_folder(sites: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "batch"
    first = start(out, sites[:1])
    until(lambda: (out / "work").is_dir())
    told = peakcrew("batch", sites[1], "--out", out, "--json")
    assert (told.exit_code, "another batch" in told.stdout) == (2, True)
    assert first.wait(120) == 0


def test_the_key_is_of_all_that_the_result_depends_on(sites: list[Path]) -> None:
    base = read_scenarios([BASE])

    def key(**parameters: Any) -> str:
        return units([sites[0]], base, {**PARAMETERS, **parameters})[0].key

    assert key() == key()
    assert key(seed=2) != key()
    busy = units([sites[0]], read_scenarios(["a:volume=+20%"]), PARAMETERS)[0].key
    renamed = units([sites[0]], read_scenarios(["b:volume=+20%"]), PARAMETERS)[0].key
    assert busy == renamed != key()
    assert units([sites[1]], base, PARAMETERS)[0].key == key()


def test_the_longest_comes_first(sites: list[Path]) -> None:
    large = SEEDS / "requirement_only"
    found = units([*sites, large], read_scenarios([BASE]), PARAMETERS)
    assert found[0].site == large
    assert [unit.size for unit in found] == sorted((unit.size for unit in found), reverse=True)


def test_a_bot_is_down_only_where_there_is_one() -> None:
    found = units([SEEDS / "tiny", SEEDS / "returns_peak"], read_scenarios([]), PARAMETERS)
    assert {unit.name for unit in found} == {
        "tiny--base", "tiny--busy",
        "returns_peak--base", "returns_peak--busy", "returns_peak--bot_down",
    }  # fmt: skip
    down = next(unit for unit in found if unit.scenario.name == "bot_down")
    assert down.scenario.changes is not None
    assert down.scenario.changes["bot_down"] == ["2026-12-28"]


@pytest.mark.parametrize(
    "text",
    ["", "busy", "a b:volume=+1%", "a:volume", "a:speed=1", "a:more_workers=x", "../a:seed=1"],
)
def test_scenarios_that_are_none(text: str) -> None:
    with pytest.raises(ProblemInvalid, match="--scenario"):
        read_scenarios([text])


def test_a_folder_of_something_else_is_refused(sites: list[Path], tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    told = peakcrew("batch", sites[0], "--out", tmp_path / "mine", "--json")
    assert (told.exit_code, "thesis.txt" in told.stdout) == (2, True)
