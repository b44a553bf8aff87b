"""The generated problems, the reading of a run, and the page of measurements."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from benchmarks import optimiser_peers, published
from benchmarks.optimiser_pyworkforce import judge
from benchmarks.optimiser_runs import FILES, figures, longest_pause, reached
from benchmarks.page import TITLES, write_page
from benchmarks.pool import KINDS, Kind, generate
from benchmarks.results import DATA, Section, keep, read, spread
from scheduler.contract.problem_file import problem_json, read_problem
from scheduler.model.build import build
from scheduler.model.linear import Linear
from scheduler.problem import Problem

with_data = pytest.mark.skipif(not DATA.is_dir(), reason="the given problems are not here")


def statistics(problem: Problem) -> dict[str, float]:
    """What makes a problem of this kind: its pool, its windows, its need."""
    workers = problem.workers
    windows = [window for worker in workers for window in worker.availability]
    lengths = np.array([window.end - window.start for window in windows])
    middles = np.array([window.start % 1440 for window in windows]) + lengths / 2
    skills = Counter(skill for worker in workers for skill in worker.skills)
    need = np.array([problem.requirement[queue.id] for queue in problem.queues])
    days = need.sum(axis=0).reshape(problem.horizon.days, -1)
    capacity = sum(one.max_minutes_per_week for one in workers) * problem.horizon.days / 7
    return {
        "windows per day": len(windows) / len(workers) / problem.horizon.days,
        "spread of windows": float(np.std([len(one.availability) for one in workers])),
        "window hours": float(lengths.mean()) / 60,
        "spread of hours": float(lengths.std()) / 60,
        "middle hour": float(middles.mean()) / 60,
        "spread of middle": float(middles.std()) / 60,
        "wage": float(np.mean([worker.hourly_cost for worker in workers])) / 100,
        "short cap": float(np.mean([one.max_minutes_per_week == 720 for one in workers])),
        "one skill": float(np.mean([len(worker.skills) == 1 for worker in workers])),
        "two skills": float(np.mean([len(worker.skills) == 2 for worker in workers])),
        **{f"skill {name}": count / len(workers) for name, count in skills.items()},
        **{f"need {queue.id}": float(row.sum() / need.sum())
           for queue, row in zip(problem.queues, need, strict=True)},
        "need of capacity": need.sum() * problem.horizon.interval_minutes / capacity,
        "peak to mean": float(need.sum(axis=0).max() / need.sum(axis=0).mean()),
        "Saturday": float(days[5].sum() / days[:7].sum()),
        "night": float(days[:, : days.shape[1] // 6].sum() / need.sum()),
    }  # fmt: skip


# How far a seed may lie from the given file, about four standard deviations of a seed's own.
DISTANCES = {
    "windows per day": 0.02, "spread of windows": 0.2, "window hours": 0.1,
    "spread of hours": 0.12, "middle hour": 0.2, "spread of middle": 0.15, "wage": 0.3,
    "short cap": 0.06, "one skill": 0.06, "two skills": 0.06, "need of capacity": 0.01,
    "peak to mean": 0.5, "Saturday": 0.02, "night": 0.002,
}  # fmt: skip
SKILL_DISTANCE, NEED_DISTANCE = 0.06, 0.005


def distance(name: str) -> float:
    """What a statistic may differ by."""
    if name in DISTANCES:
        return DISTANCES[name]
    return SKILL_DISTANCE if name.startswith("skill") else NEED_DISTANCE


@with_data
@pytest.mark.parametrize("kind", ["w1000", "w1000_15min"])
def test_generated_problems_are_of_the_given_kind(kind: str) -> None:
    given = statistics(read_problem(DATA / "problems" / FILES[kind]))
    generated = statistics(generate(KINDS[kind], 3))
    assert generated.keys() == given.keys()
    far = {
        name: (value, given[name])
        for name, value in generated.items()
        if abs(value - given[name]) > distance(name)
    }
    assert not far


@with_data
def test_all_else_of_a_generated_problem_is_as_given() -> None:
    given = read_problem(DATA / "problems" / FILES["w200"])
    generated = generate(KINDS["w200"], 1)
    assert generated.horizon == given.horizon
    assert generated.queues == given.queues
    assert generated.shift_templates == given.shift_templates
    for name in ("max_shifts_per_day", "max_consecutive_days", "min_rest_minutes"):
        values = {getattr(worker, name) for worker in (*given.workers, *generated.workers)}
        assert len(values) == 1


def test_a_seed_gives_its_problem_again_and_another_one_does_not() -> None:
    kind = Kind(20, 7, 4)
    assert problem_json(generate(kind, 1)) == problem_json(generate(kind, 1))
    assert problem_json(generate(kind, 1)) != problem_json(generate(kind, 2))


def test_a_gap_is_reached_with_the_first_schedule_that_is_within_it() -> None:
    history = [(0.1, None, 50.0), (0.5, 200.0, 50.0), (2.0, 200.0, 199.0), (3.0, 199.0, 199.0)]
    assert reached(history, 1.0) == 0.5
    assert reached(history, 0.01) == 2.0
    assert reached(history, 0.0) == 3.0
    assert reached(history[:2], 0.01) is None


def test_the_longest_pause_lies_between_two_lines() -> None:
    assert longest_pause([0.0, 1.0, 5.5, 6.0]) == 4.5


def test_a_value_that_was_never_reached_counts_as_the_largest() -> None:
    assert spread([1.0, None, 2.0], "{:.0f}".format) == ("2", "1 to not reached in 1 of 3")
    assert spread([1.0, None], "{:.0f}".format)[0] == "not reached"
    assert spread([None], "{:.0f}".format) == ("not reached", "")


def test_a_run_replaces_the_earlier_one_of_its_name(tmp_path: Path) -> None:
    for seconds in (1, 2):
        keep("w200", "1", "command", {"seconds": seconds}, tmp_path)
    keep("w200", "2", "command", {"seconds": 3}, tmp_path)
    section = read("w200", tmp_path)
    assert section is not None
    assert [run["seconds"] for run in section.runs.values()] == [2, 3]
    assert read("w1000", tmp_path) is None


RUN = {
    "date": "2027-01-04", "load": 0.2, "command": "python -m benchmarks.optimiser",
    "goal_gap": 0.001, "time_limit": 60, "process_seconds": 4.0, "solve_seconds": 3.0,
    "first_seconds": 0.2, "seconds_to": {"0.01": 1.0, "0.005": 2.0, "0.001": None},
    "objective": 100.0, "bound": 99.0, "gap": 0.01, "stop_reason": "time_limit",
    "peak_mebibytes": 300, "longest_pause": 1.5, "violations": 0,
}  # fmt: skip


def test_the_page_keeps_sections_that_were_not_measured_again(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# Old\n\n## {TITLES[-1]}\n\nold\n\n## {TITLES[1]}\n\nalso old\n")
    keep("w200", "1", RUN["command"], RUN, tmp_path)
    text = write_page(page, tmp_path).read_text()
    assert "| proven within 1.0% | 1.0 s | 1.0 s to 1.0 s |" in text
    assert "also old" not in text
    assert text.index(TITLES[1]) < text.index(TITLES[-1])
    assert text.count("\nold\n") == 1
    assert write_page(page, tmp_path).read_text() == text


def test_the_violations_of_every_run_show() -> None:
    runs = {"1": RUN, "2": {**RUN, "violations": 3}}
    rows = {row[0]: row for row in figures("w200", Section("machine", runs)).rows}
    assert rows["violations found by the validator"][2] == "0 to 3"


@pytest.fixture
def tiny(tmp_path: Path) -> Linear:
    path = tmp_path / "problem.json"
    path.write_text(problem_json(generate(Kind(6, 2, 4), 1)), encoding="utf-8")
    return build(read_problem(path)).linear


@pytest.mark.parametrize("solver", optimiser_peers.PEERS)
def test_the_peers_solve_the_same_model(solver: str, tiny: Linear) -> None:
    run = optimiser_peers.PEERS[solver](tiny, 20.0)
    best = optimiser_peers.PEERS["cp_sat"](tiny, 20.0)["bound"]
    assert run["seconds_to"] is not None
    assert best <= run["objective"] <= best * 1.006
    assert run["bound"] <= run["objective"]


def test_a_day_is_judged_by_hours_missing_and_idle() -> None:
    need = np.array([2] * 8 + [0] * 40)
    assert judge({0: 1, 1: 1}, need) == {
        "shifts": 2, "short_hours": 0.5, "idle_hours": 0.5, "cost": 2 * 4 * 17 + 0.5 * 60
    }  # fmt: skip


def test_an_outcome_without_a_schedule_has_no_cost() -> None:
    assert published.parse("Instance1 - 12 3.4 unknown").cost is None
    assert published.parse("Instance1 607 607 0.9 optimal").cost == 607


def test_without_the_data_nothing_is_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert published.main(["--time-limit", "1", "--data", str(tmp_path)]) == 0
    assert capsys.readouterr().out.count("nothing of it was run") == 3


def test_a_published_instance_is_solved_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = DATA / "nrp" / "Instance1.txt"
    if not source.is_file():
        pytest.skip("the public research data is not here")
    monkeypatch.setattr(published, "keep", lambda *call: keep(*call, tmp_path))
    arguments = ["--only", "nrp", "--names", "Instance1", "--time-limit", "20"]
    assert published.main(arguments) == 0
    stored = json.loads((tmp_path / "nrp.json").read_text())
    assert stored["runs"]["Instance1"]["cost"] == 607
