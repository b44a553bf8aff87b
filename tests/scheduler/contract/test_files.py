"""The files on disk: what is written is what was meant, and reads back the same."""

import json
from dataclasses import MISSING, fields, replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.backlog import Backlog
from scheduler.contract.backlog_part import backlog_json
from scheduler.contract.problem_file import problem_json, read_problem
from scheduler.contract.schedule_file import read_shifts, schedule_json
from scheduler.contract.units import amount, cents, sha256
from scheduler.contract.worker_part import clip
from scheduler.policy import NewStarters, Priority, Spread
from scheduler.problem import (
    Licence,
    Locks,
    Pin,
    Previous,
    Problem,
    UnpopularHours,
    Weights,
)
from scheduler.schedule import Progress, Schedule, Segment, Shift
from scheduler.shift_template import ShiftTemplate
from scheduler.soft_limit import SoftLimit
from scheduler.solver.greedy import greedy
from scheduler.validation import costs, shortages
from scheduler.worker import Bar, PeriodLimit, Request, RollingLimit, Span, Window, Worker
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
    template = make_template(every=15, first="23:00", last="02:00")
    return make_problem(
        AUTUMN,
        replace(ada, **LATER),
        make_worker(AUTUMN, id="Ö\u2028'😀", skills=()),
        queues=(make_queue("refund|de|chat", overstaffing_cost=5), make_queue("fraud", "sv"),
                make_queue("mail")),
        shift_templates=(
            replace(
                template, queues=frozenset({"fraud"}), weekdays=frozenset({7, 6}),
                windows=(Span(-60, 600), Span(1440, 9000)), max_shifts_per_day=0,
                forbidden_next=frozenset({"four"}), pay_percent=0,
            ),
            replace(template, id="never", queues=frozenset(), weekdays=frozenset(), windows=()),
        ),
        requirement={"fraud": AUTUMN_NEED},
        backlogs={
            "mail": Backlog(AUTUMN_NEED * 30, AUTUMN_NEED * 30, AUTUMN_NEED * 60, 7, 9, 11, 13)
        },
        coverage_value={"refund|de|chat": ((6001, 6001, 1), ()) * (AUTUMN.num_intervals // 2)},
        pins=(Pin("ada", "fraud", 24 * 60, 240),),
        weights=Weights(
            33, 7, request=5, desired_hours=6, unpopular=8, is_normalised=True, change=9
        ),
        licences=(Licence("seats", frozenset({"fraud"}), 0),),
        unpopular_hours=(
            UnpopularHours(frozenset({6, 7}), 0, 0), UnpopularHours(frozenset({1}), 1320, 360)
        ),
        is_blended=True,
        previous=(Previous("eve", "fraud", "four", 25 * 60, 240),),
        max_changed_workers=0,
        policies=(
            Priority("students first", 0, frozenset({"ada"})),
            NewStarters("new here", 401, frozenset({"ada"}), 0),
            Spread("outage", 7, {"north": frozenset({"ada"}), "south": frozenset()}, 333),
        ),
        locks=Locks((Span(0, 1500), Span(-60, 9000)), frozenset({"ada"})),
    )  # fmt: skip


LATER: dict[str, Any] = {
    "is_min_hard": True,
    "min_consecutive_days": 2,
    "min_consecutive_days_off": 3,
    "max_consecutive_days_off": 4,
    "max_weekends": 0,
    "rolling_limits": (RollingLimit(7), RollingLimit(3, 60, 600, 1250), RollingLimit(2, 9, 9, 0)),
    "max_shifts_by_template": {"four": 0},
    "external_shifts": (Span(0, 90), Span(1500, 9000)),
    "desired_minutes_per_week": 0,
    "requests": (Request(-60, 60, -100), Request(0, 9000, 1, "four")),
    "firm_from": 90,
    "barred": (Bar(-60, 30, "de.sunday"), Bar(2000, 9000)),
    "min_weekly_rest_minutes": 2100,
    "max_stretch_minutes": 360,
    "min_break_minutes": 30,
    "long_stretch_minutes": 570,
    "long_break_minutes": 45,
    "added_shift_cost": 1505,
    "lost_hour_cost": 753,
    "period_limits": (
        PeriodLimit(-3, 9, 0, excess_cost=0, rule="a"),
        PeriodLimit(0, 0, 3, "half_days"),
    ),
    "soft_limits": (
        SoftLimit("hours_of_rest", 600, 1075, "us_or.rest"),
        SoftLimit("days_in_a_row", 0, 0),
    ),
}
AUTUMN_NEED = make_problem(AUTUMN).requirement["refund"]


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def parts(problem: Problem) -> dict[str, Any]:
    """Everything in a problem that can be compared."""
    values = dict(vars(problem))
    values["requirement"] = {name: need.tolist() for name, need in problem.requirement.items()}
    values["coverage_value"] = dict(problem.coverage_value)
    values["backlogs"] = {name: backlog_json(one) for name, one in problem.backlogs.items()}
    return {name: values[name] for name in Problem.__dataclass_fields__}


def test_a_problem_reads_back_the_same(full: Problem, tmp_path: Path) -> None:
    assert parts(read_problem(write(tmp_path / "p.json", problem_json(full)))) == parts(full)


@settings(
    max_examples=60, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(problem=tiny_problems())
def test_any_problem_reads_back_the_same(problem: Problem, tmp_path: Path) -> None:
    problem = replace(problem, overruled=frozenset())  # an option of a run, not in the file
    again = read_problem(write(tmp_path / "p.json", problem_json(problem)))
    assert parts(again) == parts(problem)
    assert problem_json(again) == problem_json(problem)


def test_a_problem_without_later_features_is_written_as_ever(full: Problem) -> None:
    """Runs that were kept name their problem by this fingerprint."""
    ada = make_worker(
        AUTUMN, ("2026-10-24 08:00", "2026-10-25 02:30 fold", -2),
        past=[("2026-10-23 08:00", "2026-10-23 12:00")], skills=("sv", "de"),
        min_minutes_per_week=60,
    )  # fmt: skip
    plain = make_problem(
        AUTUMN, ada, weights=Weights(preference=33, fairness=7),
        coverage_value={"refund": ((6001, 1),) * AUTUMN.num_intervals},
    )  # fmt: skip
    assert sha256(problem_json(plain)) == (
        "d5b1470941fde53b4a187faadeceb9ba24d93a106856a6ea7b2365b99bbd6a66"
    )


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
    assert worker == Worker("w", frozenset(), 0)
    assert template == ShiftTemplate("t", 240, 30, 0, 1439)
    assert (problem.licences, problem.unpopular_hours, problem.is_blended) == ((), (), False)


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


def test_every_field_of_a_problem_is_in_the_full_one(full: Problem) -> None:
    """A field that was forgotten in the file would otherwise read back as it is left out."""
    whole = (full, full.workers[0], full.shift_templates[0], full.weights)
    for one in whole:
        for field in fields(one):
            default = field.default_factory() if callable(field.default_factory) else field.default
            if default is not MISSING and field.name != "overruled":
                assert getattr(one, field.name) != default, field.name


# Schedules


@pytest.fixture
def plain() -> Problem:
    """Somebody for a day, who is needed."""
    return make_problem(AUTUMN, make_worker(AUTUMN, ("2026-10-24 08:00", "2026-10-24 18:00")))


def schedule_of(problem: Problem, shifts: tuple[Shift, ...]) -> Schedule:
    terms = costs(problem, shifts)
    objective = sum(terms.values())
    return Schedule(
        shifts, "feasible", objective, objective // 2, terms, shortages(problem, shifts), 1.23456,
        (Progress(0.5, "greedy", objective), Progress(1.0, "dive", objective, objective // 2)),
        {"seed": 1},
    )  # fmt: skip


def test_a_schedule_reads_back_its_shifts(plain: Problem, tmp_path: Path) -> None:
    schedule = schedule_of(plain, greedy(plain))
    path = write(tmp_path / "s.json", schedule_json(plain, schedule))
    document, shifts = read_shifts(path, plain)
    assert shifts == schedule.shifts
    assert cents(document.objective) == schedule.objective
    assert cents(document.bound) == schedule.bound


def test_the_segments_of_a_blended_schedule_read_back(full: Problem, tmp_path: Path) -> None:
    parts_of_it = (Segment(0, 120, "fraud"), Segment(120, 240, "refund|de|chat"))
    shift = Shift(0, 240, "ada", "fraud", "four", 100, parts_of_it)
    schedule = replace(schedule_of(full, ()), shifts=(shift,))
    text = schedule_json(full, schedule)
    _, shifts = read_shifts(write(tmp_path / "s.json", text), full)
    assert shifts == (shift,)
    assert json.loads(text)["shifts"][0]["segments"][1] == {
        "queue": "refund|de|chat",
        "start": "2026-10-24T02:00:00+02:00",
        "end": "2026-10-24T04:00:00+02:00",
    }


def test_a_schedule_s_terms_add_up_to_its_objective(plain: Problem) -> None:
    document = json.loads(schedule_json(plain, schedule_of(plain, greedy(plain))))
    assert sum(map(cents, document["costs"].values())) == cents(document["objective"])


def test_a_schedule_has_every_key_of_the_contract(plain: Problem) -> None:
    document = json.loads(schedule_json(plain, schedule_of(plain, greedy(plain))))
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
