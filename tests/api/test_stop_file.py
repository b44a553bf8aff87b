"""The stop file: appears, ends the search, and what was found is written."""

import json
import threading
from pathlib import Path

import pytest

from api import stop_file
from api.stop_file import stop_event
from scheduler.errors import ProblemInvalid
from tests.api.command import peakcrew
from tests.api.test_process import big_problem


@pytest.fixture(autouse=True)
def _look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stop_file, "LOOK_SECONDS", 0.05)


def test_no_file_no_event() -> None:
    with stop_event(None) as stop:
        assert stop is None


def test_the_event_comes_with_the_file(tmp_path: Path) -> None:
    with stop_event(tmp_path / "stop") as stop:
        assert stop is not None
        assert not stop.wait(0.3)
        (tmp_path / "stop").touch()
        assert stop.wait(10)


def test_nobody_looks_any_more_afterwards(tmp_path: Path) -> None:
    before = threading.active_count()
    with stop_event(tmp_path / "stop") as stop:
        assert stop is not None
        assert threading.active_count() == before + 1
    assert threading.active_count() == before
    assert not stop.is_set()


def test_a_file_left_by_an_earlier_run_is_refused(tmp_path: Path) -> None:
    (tmp_path / "stop").touch()
    with (
        pytest.raises(ProblemInvalid, match="is there already; remove it first"),
        stop_event(tmp_path / "stop"),
    ):
        pass


def test_a_solve_ends_when_the_file_appears(tmp_path: Path) -> None:
    problem, out, stop = (tmp_path / name for name in ("problem.json", "schedule.json", "stop"))
    problem.write_text(json.dumps(big_problem()))
    threading.Timer(4.0, stop.touch).start()
    done = peakcrew(
        "solve", problem, "--out", out, "--stop-file", stop, "--time-limit", 300, "--json"
    )
    found = json.loads(done.stdout)
    assert (done.exit_code, found["stop_reason"]) == (0, "stopped")
    assert found["solve_seconds"] < 60
    assert peakcrew("validate", problem, out).exit_code == 0
