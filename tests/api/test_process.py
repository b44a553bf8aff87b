"""The program as a process: exit codes, streams, and what Ctrl-C leaves behind."""

import json
import os
import random
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from api.pipeline import plan
from scheduler.schedule import Progress
from tests.api.command import SEEDS, entries, peakcrew

COMMAND = (sys.executable, "-m", "api.cli")
ZONE = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 11, 2, tzinfo=ZONE)


def run(*args: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *map(str, args)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


def start(*args: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, *map(str, args)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_without_a_verb_the_help_is_shown() -> None:
    done = run()
    assert done.returncode == 2
    assert "Usage:" in done.stdout + done.stderr


def test_bad_input_ends_with_2_and_no_traceback(tmp_path: Path) -> None:
    done = run("solve", tmp_path / "no", "--out", tmp_path / "out")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"{tmp_path / 'no'}: cannot be read: No such file or directory\n"
    assert entries(tmp_path) == []


def test_a_terminal_without_a_letter_gets_a_question_mark(tmp_path: Path) -> None:
    done = run("validate", tmp_path / "Łowicz", tmp_path, PYTHONIOENCODING="latin-1")
    assert done.returncode == 2
    assert "?owicz: cannot be read" in done.stderr


def test_json_keeps_every_letter_whatever_the_terminal(tmp_path: Path) -> None:
    done = run("validate", tmp_path / "Łowicz", tmp_path, "--json", PYTHONIOENCODING="latin-1")
    assert str(tmp_path / "Łowicz") in json.loads(done.stdout)["error"][0]


def test_a_reader_that_leaves_early_is_no_error_message(tmp_path: Path) -> None:
    process = start("validate", tmp_path, tmp_path, "--json")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == ""
    assert process.wait() == 1


def test_ctrl_c_while_reading_leaves_nothing(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "problem.json")
    process = start("solve", tmp_path / "problem.json", "--out", tmp_path / "schedule.json")
    writer = os.open(tmp_path / "problem.json", os.O_WRONLY)  # waits until the program reads
    process.send_signal(signal.SIGINT)
    _, said = process.communicate()
    os.close(writer)
    assert (process.returncode, said) == (130, "interrupted, nothing was written\n")
    assert entries(tmp_path) == ["problem.json"]


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_during_the_search_keeps_the_best_schedule(
    sent: signal.Signals, tmp_path: Path
) -> None:
    problem, out = tmp_path / "problem.json", tmp_path / "schedule.json"
    problem.write_text(json.dumps(big_problem()))
    process = start("solve", problem, "--out", out, "--gap", 0, "--time-limit", 120)
    try:
        wait_for(process, "bound", "dive")
        searches = children(process.pid)
        os.kill(process.pid, sent)  # to the program only, as the search must not hear it
        said, errors = process.communicate()
    finally:
        process.kill()
    assert process.returncode == 0, errors
    assert "could still be saved" in said
    assert len(searches) == 1
    assert not any(is_alive(one) for one in searches)
    assert entries(tmp_path) == ["problem.json", "schedule.json"]
    assert peakcrew("validate", problem, out).exit_code == 0
    written = json.loads(out.read_text())
    assert written["bound"] > 0
    assert written["run"]["stop_reason"] == "stopped"


def test_ctrl_c_during_the_search_of_a_plan_writes_every_file(tmp_path: Path) -> None:
    def interrupt(moment: Progress) -> None:
        if moment.stage == "relaxation":
            signal.raise_signal(signal.SIGINT)

    plan(SEEDS / "tiny", tmp_path / "out", on_progress=interrupt)
    files = {"schedule.json", "problem.json", "report.html", "coverage.csv", "workers"}
    assert files <= set(entries(tmp_path / "out"))
    done = peakcrew(
        "validate", tmp_path / "out" / "problem.json", tmp_path / "out" / "schedule.json"
    )
    assert done.exit_code == 0


def test_ctrl_c_before_the_search_of_a_plan_keeps_the_earlier_result(tmp_path: Path) -> None:
    def interrupt(stage: str) -> None:
        if stage == "scheduling":
            signal.raise_signal(signal.SIGINT)

    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "report.html").write_text("earlier")
    with pytest.raises(KeyboardInterrupt):
        plan(SEEDS / "tiny", tmp_path / "out", on_stage=interrupt)
    assert entries(tmp_path) == ["out", "out/report.html"]
    assert (tmp_path / "out" / "report.html").read_text() == "earlier"


def wait_for(process: subprocess.Popen[str], *words: str) -> None:
    """Read what the program says until a line holds the words."""
    assert process.stderr is not None
    for line in process.stderr:
        if all(word in line for word in words):
            return
    raise AssertionError(f"the program ended without a word of {words}")


def children(pid: int) -> list[int]:
    """Processes that a process has started."""
    table = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
    ).stdout
    pairs = (line.split() for line in table.splitlines())
    return [int(one) for one, parent in pairs if int(parent) == pid]


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def big_problem() -> dict[str, Any]:
    """A week for 150 workers with windows at random: seconds of search on any machine."""
    rng = random.Random(5)
    skills = ("de", "en", "sv")
    need = [max(0, 9 - abs(half_hour - 26)) for half_hour in range(48)]
    return {
        "format": "peakcrew.problem/1",
        "time_zone": "Europe/Berlin",
        "start": MONDAY.isoformat(),
        "days": 7,
        "interval_minutes": 30,
        "currency": "EUR",
        "queues": [
            {"id": f"help|{one}|chat", "skill": one, "understaffing_cost_per_hour": 61.7}
            for one in skills
        ],
        "shift_templates": [
            {"id": f"{hours}h", "minutes": hours * 60, "start_every_minutes": 30}
            for hours in (3, 4, 5)
        ],
        "requirement": {f"help|{one}|chat": need * 7 for one in skills},
        "workers": [big_problem_worker(rng, number, skills) for number in range(150)],
        "objective": {"preference": 0.37, "fairness": 0.71},
    }


def big_problem_worker(rng: random.Random, number: int, skills: tuple[str, ...]) -> dict[str, Any]:
    windows: list[dict[str, Any]] = []
    for day in range(7):
        start = MONDAY + timedelta(days=day, minutes=30 * rng.randrange(12, 32))
        end = start + timedelta(minutes=30 * rng.randrange(6, 15))
        window = {"start": start.isoformat(), "end": end.isoformat()}
        if rng.random() < 0.6:
            windows.append({**window, "preference": rng.randrange(-2, 3)})
    return {
        "id": f"w{number}",
        "skills": rng.sample(skills, rng.choice((1, 1, 2))),
        "hourly_cost": rng.randrange(1400, 2300) / 100,
        "max_minutes_per_week": rng.choice((600, 900, 1200)),
        "availability": windows,
    }
