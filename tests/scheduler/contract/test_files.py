"""The files on disk: what is written is what was meant, and reads back the same."""

import json
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.contract.problem_file import clip, problem_json, read_problem
from scheduler.contract.schedule_file import read_shifts, schedule_json
from scheduler.contract.units import amount, cents, sha256
from scheduler.problem import Pin, Problem, Weights
from scheduler.schedule import Progress, Schedule
from scheduler.solver.greedy import greedy
from scheduler.validation import costs, shortages
from scheduler.worker import Window
from tests.factories import make_horizon, make_problem, make_queue, make_template, make_worker
from tests.scheduler.tiny_problems import tiny_problems

AUTUMN = make_horizon("2026-10-24", days=2, interval=30)


@pytest.fixture
def full() -> Problem:
    """A problem that uses every field, over the night of a clock change."""
    ada = make_worker(
        AUTUMN, ("2026-10-24 08:00", "2026-10-25 02:30 fold", -2),
        past=[("2026-10-23 08:00", "2026-10-23 12:00")], skills=("sv", "de"), hourly_cost=1299,
        min_minutes_per_week=60, max_minutes_per_week=2400, max_shifts_per_day=2,
        max_consecutive_days=5, min_rest_minutes=600,
    )  # fmt: skip
    return make_problem(
        AUTUMN,
        ada,
        make_worker(AUTUMN, id="Ö\u2028'😀", skills=()),
        queues=(make_queue("refund|de|chat", overstaffing_cost=5), make_queue("fraud", "sv")),
        shift_templates=(make_template(every=15, first="23:00", last="02:00"),),
        requirement={"fraud": AUTUMN_NEED},
        coverage_value={"refund|de|chat": ((6001, 6001, 1), ()) * (AUTUMN.num_intervals // 2)},
        pins=(Pin("ada", "fraud", 24 * 60, 240),),
        weights=Weights(preference=33, fairness=7),
    )


AUTUMN_NEED = make_problem(AUTUMN).requirement["refund"]


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def parts(problem: Problem) -> dict[str, Any]:
    """Everything in a problem that can be compared."""
    values = dict(vars(problem))
    values["requirement"] = {name: need.tolist() for name, need in problem.requirement.items()}
    values["coverage_value"] = dict(problem.coverage_value)
    return {name: values[name] for name in Problem.__dataclass_fields__}


def test_a_problem_reads_back_the_same(full: Problem, tmp_path: Path) -> None:
    assert parts(read_problem(write(tmp_path / "p.json", problem_json(full)))) == parts(full)


@settings(
    max_examples=25, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(problem=tiny_problems())
def test_any_problem_reads_back_the_same(problem: Problem, tmp_path: Path) -> None:
    again = read_problem(write(tmp_path / "p.json", problem_json(problem)))
    assert parts(again) == parts(problem)
    assert problem_json(again) == problem_json(problem)


def test_optional_fields_have_the_contract_s_defaults(tmp_path: Path) -> None:
    least = {
        "format": "peakcrew.problem/1", "time_zone": "Europe/Berlin", "days": 1,
        "start": "2026-11-02T00:00:00+01:00", "interval_minutes": 60, "currency": "EUR",
        "queues": [{"id": "q", "skill": "s", "understaffing_cost_per_hour": 1}],
        "shift_templates": [{"id": "t", "minutes": 240}],
        "workers": [{"id": "w", "skills": [], "hourly_cost": 0}],
    }  # fmt: skip
    problem = read_problem(write(tmp_path / "p.json", json.dumps(least)))
    (worker,), (template,) = problem.workers, problem.shift_templates
    assert (worker.max_shifts_per_day, worker.min_rest_minutes) == (1, 660)
    assert (worker.max_consecutive_days, worker.max_minutes_per_week) == (6, 7 * 1440)
    assert (template.earliest_start, template.latest_start) == (0, 1439)
    assert problem.weights == Weights(0, 0)
    assert problem.pins == ()


def test_a_byte_order_mark_does_no_harm(full: Problem, tmp_path: Path) -> None:
    path = write(tmp_path / "p.json", "\ufeff" + problem_json(full))
    assert parts(read_problem(path)) == parts(full)


def test_the_start_may_be_written_with_any_offset(full: Problem, tmp_path: Path) -> None:
    text = problem_json(full).replace('"start": "2026-10-24T00:00:00+02:00"',
                                      '"start": "2026-10-23T22:00:00Z"')  # fmt: skip
    assert problem_json(read_problem(write(tmp_path / "p.json", text))) == problem_json(full)


def test_both_hours_at_two_are_told_apart(full: Problem) -> None:
    (window,) = json.loads(problem_json(full))["workers"][0]["availability"]
    assert window["end"] == "2026-10-25T02:30:00+01:00"


def test_availability_beyond_the_horizon_is_clipped() -> None:
    windows = [Window(-60, 60, 1), Window(100, 2000, -1), Window(-60, 0), Window(1440, 1500)]
    assert clip(windows, 1440) == (Window(0, 60, 1), Window(100, 1440, -1))


def test_the_fingerprint_is_the_text_s_sha256() -> None:
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert sha256("") == empty


@given(st.integers(0, 10**9))
def test_cents_survive_the_file(value: int) -> None:
    assert cents(json.loads(json.dumps(amount(value)))) == value


@given(st.decimals(0, 10**7, places=3))
def test_a_third_decimal_is_rounded_half_up_as_written(written: Decimal) -> None:
    exact = (written * 100).quantize(Decimal(1), ROUND_HALF_UP)
    assert cents(float(written)) == exact


def test_half_a_cent_counts_as_written_not_as_stored() -> None:
    """1.005 is stored a little lower than it is written."""
    assert cents(1.005) == 101


# Schedules


def schedule_of(problem: Problem) -> Schedule:
    shifts = greedy(problem)
    terms = costs(problem, shifts)
    objective = sum(terms.values())
    return Schedule(
        shifts, "feasible", objective, objective // 2, terms, shortages(problem, shifts), 1.23456,
        (Progress(0.5, "greedy", objective), Progress(1.0, "dive", objective, objective // 2)),
        {"seed": 1},
    )  # fmt: skip


def test_a_schedule_reads_back_its_shifts(full: Problem, tmp_path: Path) -> None:
    schedule = schedule_of(full)
    path = write(tmp_path / "s.json", schedule_json(full, schedule))
    document, shifts = read_shifts(path, full)
    assert shifts == schedule.shifts
    assert cents(document.objective) == schedule.objective
    assert cents(document.bound) == schedule.bound


def test_a_schedule_s_terms_add_up_to_its_objective(full: Problem) -> None:
    document = json.loads(schedule_json(full, schedule_of(full)))
    assert sum(map(cents, document["costs"].values())) == cents(document["objective"])


def test_a_schedule_has_every_key_of_the_contract(full: Problem) -> None:
    document = json.loads(schedule_json(full, schedule_of(full)))
    assert {
        "format", "status", "objective", "bound", "gap", "solve_seconds", "costs", "shifts",
        "understaffing", "violations", "run",
    } <= set(document)  # fmt: skip
    assert document["format"] == "peakcrew.schedule/1"
    assert document["violations"] == []
    assert set(document["shifts"][0]) == {
        "id", "worker", "queue", "template", "start", "end", "minutes", "cost",
    }  # fmt: skip
    assert set(document["understaffing"][0]) == {"queue", "start", "workers"}
