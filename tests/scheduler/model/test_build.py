"""From a problem to columns and back: what is thinkable at all, and who gets which queue."""

from dataclasses import replace

import numpy as np

from scheduler.model.build import build
from scheduler.problem import Licence, Problem, UnpopularHours, Weights
from scheduler.worker import Request, RollingLimit
from tests.factories import make_horizon, make_problem, make_queue, make_shift, make_worker, need
from tests.scheduler.forcing import decisions, least_cost

DAY = make_horizon(days=1)
MORNING, NOON = "2026-11-02 08:00", "2026-11-02 12:00"


def desk() -> Problem:
    """Three alike on one morning, and two queues that any of them can serve."""
    return make_problem(
        DAY,
        *(make_worker(DAY, (MORNING, NOON), id=id) for id in ("ada", "bo", "cy")),
        queues=(make_queue("refund"), make_queue("return")),
    )


def test_interchangeable_workers_take_the_queues_in_order() -> None:
    """Two runs that decide the same hand out the same plans."""
    problem = desk()
    before = {"ada": "return", "bo": "refund", "cy": "return"}
    shifts = [
        make_shift(problem, MORNING, worker=one, queue=queue) for one, queue in before.items()
    ]
    model = build(problem)
    values = decisions(model, shifts)
    assert values is not None
    assert [(one.worker, one.queue) for one in model.shifts(values)] == [
        ("ada", "refund"), ("bo", "return"), ("cy", "return"),
    ]  # fmt: skip


def test_workers_with_the_same_queues_are_one_group() -> None:
    """A skill that no queue asks for makes no difference."""
    problem = desk()
    ada, bo, cy = problem.workers
    problem = replace(
        problem,
        workers=(
            replace(ada, skills=frozenset({"de", "juggling"})),
            bo,
            replace(cy, skills=frozenset({"juggling"})),
        ),
    )
    assert build(problem).variables.group_of_worker.tolist() == [0, 0, 1]


def test_a_shift_that_no_queue_needs_has_no_column() -> None:
    requirement = {"refund": need(DAY, ("2026-11-02 16:00", "2026-11-02 20:00", 1))}
    model = build(replace(desk(), requirement=requirement))
    assert len(model.variables.choices.column) == 0


def test_a_queue_that_is_not_needed_then_is_not_served() -> None:
    requirement = {"refund": need(DAY, (MORNING, NOON, 1))}
    model = build(replace(desk(), requirement=requirement))
    assert set(model.variables.servings.queue.tolist()) == {0}


def test_the_empty_point_works_no_shifts() -> None:
    model = build(desk())
    assert model.shifts(np.zeros(model.linear.num_columns, dtype=np.int64)) == ()


def test_what_does_not_bind_costs_no_column_and_no_row() -> None:
    """Limits that nothing can exceed, wishes without a price, licences for everybody."""
    problem = desk()
    loose = {
        "max_weekends": 1,
        "max_shifts_by_template": {"four": 9},
        "rolling_limits": (RollingLimit(3, max_minutes=9 * 1440),),
        "desired_minutes_per_week": 600,
        "requests": (Request(0, 1440, 5), Request(0, 1440, -5, "four")),
    }
    licences = (Licence("seats", frozenset({"refund", "return"}), 6),)
    templates = tuple(replace(one, max_shifts_per_day=3) for one in problem.shift_templates)
    workers = tuple(replace(one, **loose) for one in problem.workers)
    before = build(problem).linear
    after = build(
        replace(problem, workers=workers, licences=licences, shift_templates=templates)
    ).linear
    assert (after.num_columns, after.num_rows) == (before.num_columns, before.num_rows)


def test_what_belongs_to_one_worker_touches_no_choice_of_another() -> None:
    """The owner of a column and those of the choices it stands in a row with are one."""
    week = make_horizon()
    limits = {
        "max_weekends": 1, "min_consecutive_days": 2, "max_shifts_per_day": 2,
        "min_minutes_per_week": 600, "desired_minutes_per_week": 900,
        "rolling_limits": (RollingLimit(3, min_minutes=500, shortfall_cost=700),),
        "requests": (Request(0, 1440, 5), Request(0, 4320, -5)),
    }  # fmt: skip
    always = ("2026-11-02 00:00", "2026-11-09 00:00")
    workers = [make_worker(week, always, id=id, **limits) for id in ("ada", "bo")]
    night = UnpopularHours(frozenset({1, 2}), 1200, 360)
    weights = Weights(fairness=90, request=80, desired_hours=70, unpopular=60)
    model = build(make_problem(week, *workers, weights=weights, unpopular_hours=(night,)))
    linear, choices = model.linear, model.variables.choices
    assert (linear.owner[choices.column] == choices.worker).all()
    assert (linear.owner[model.variables.servings.column] == -1).all()
    entries = linear.matrix.tocoo()
    extra = np.setdiff1d(np.flatnonzero(linear.owner >= 0), choices.column)
    assert set(linear.owner[extra].tolist()) == {0, 1}
    for column in extra.tolist():
        rows = entries.row[entries.col == column]
        beside = linear.owner[entries.col[np.isin(entries.row, rows)]]
        assert set(beside.tolist()) == {linear.owner[column]}


def test_a_rule_that_nothing_can_keep_makes_the_model_infeasible() -> None:
    """Nobody offers any time: the hard minimum is not forgotten for want of columns."""
    worker = make_worker(DAY, is_min_hard=True, min_minutes_per_week=7 * 240)
    assert least_cost(build(make_problem(DAY, worker)).linear) is None
