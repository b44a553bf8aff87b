"""From a problem to columns and back: what is thinkable at all, and who gets which queue."""

from dataclasses import replace

import numpy as np

from scheduler.model.build import build
from scheduler.problem import Problem
from tests.factories import make_horizon, make_problem, make_queue, make_shift, make_worker, need
from tests.scheduler.forcing import decisions

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
