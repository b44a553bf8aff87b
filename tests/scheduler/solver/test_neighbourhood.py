"""Parts cut out of a model: always solvable around a schedule, and never worse than it."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from scheduler.model.build import Model, build
from scheduler.model.linear import BoolArray
from scheduler.problem import IntArray, Problem
from scheduler.solver.greedy import greedy
from scheduler.solver.neighbourhood import Neighbourhoods, strain
from scheduler.solver.relaxation import relax
from scheduler.validation import violations
from tests.scheduler.forcing import decisions, least_cost, settled
from tests.scheduler.tiny_problems import tiny_problems

few = settings(
    max_examples=20, deadline=None, derandomize=True, database=None, phases=[Phase.generate]
)
Cut = Callable[[Model, np.random.Generator], BoolArray]


def some_workers(model: Model, rng: np.random.Generator) -> BoolArray:
    weights = rng.random(len(model.problem.workers))
    return Neighbourhoods(model).of_workers(weights, 2, rng)


def some_days(model: Model, rng: np.random.Generator) -> BoolArray:
    return Neighbourhoods(model).of_days(1, 2, 0.5, rng)


def some_choices(model: Model, rng: np.random.Generator) -> BoolArray:
    chosen = rng.random(len(model.variables.choices.column)) < 0.5
    return Neighbourhoods(model).closed(chosen)


every_cut = pytest.mark.parametrize("cut", [some_workers, some_days, some_choices])


def start(problem: Problem) -> tuple[Model, IntArray]:
    """A model and its greedy point; a problem that greed cannot solve is left out."""
    model, shifts = build(problem), greedy(problem)
    assume(shifts is not None)
    values = decisions(model, shifts or ())
    assert values is not None
    return model, settled(model, values)


@every_cut
@few
@given(problem=tiny_problems(), seed=st.integers(0, 2**32 - 1))
def test_a_part_around_a_schedule_keeps_its_rows(cut: Cut, problem: Problem, seed: int) -> None:
    model, values = start(problem)
    free = cut(model, np.random.default_rng(seed))
    part = model.linear.restrict(free, values)
    assert part.is_feasible(values[free])
    assert part.objective(values[free]) == model.linear.objective(values)


@every_cut
@few
@given(problem=tiny_problems(), seed=st.integers(0, 2**32 - 1))
def test_the_best_of_a_part_makes_a_lawful_schedule(cut: Cut, problem: Problem, seed: int) -> None:
    model, values = start(problem)
    free = cut(model, np.random.default_rng(seed))
    part = model.linear.restrict(free, values)
    best = least_cost(part)
    assert best is not None
    assert best <= model.linear.objective(values)


@few
@given(problem=tiny_problems(), seed=st.integers(0, 2**32 - 1))
def test_a_freed_choice_frees_every_cost_it_touches(problem: Problem, seed: int) -> None:
    """Else a better shift could be refused because what it saves is fixed."""
    model, _ = start(problem)
    v = model.variables
    free = some_choices(model, np.random.default_rng(seed))
    decided = np.zeros(len(free), dtype=bool)
    decided[v.choices.column] = decided[v.servings.column] = True
    rows = abs(model.linear.matrix) @ (free & decided).astype(np.int64) > 0
    touched = abs(model.linear.by_column).T @ rows.astype(np.int64) > 0
    assert not (touched & ~decided & ~free).any()


@few
@given(problem=tiny_problems())
def test_all_workers_free_is_the_whole_model(problem: Problem) -> None:
    """Then CP-SAT's proof holds for the whole problem."""
    model = build(problem)
    everybody = np.ones(len(problem.workers))
    free = Neighbourhoods(model).of_workers(everybody, 99, np.random.default_rng(1))
    assert free.all()


@few
@given(problem=tiny_problems())
def test_a_schedule_as_the_relaxation_wants_it_is_not_strained(problem: Problem) -> None:
    model, values = start(problem)
    per_worker, per_day = strain(model, values, values.astype(np.float64))
    assert per_worker.shape == (len(problem.workers),)
    assert per_day.shape == (problem.horizon.days,)
    assert not per_worker.any()
    assert not per_day.any()


@few
@given(problem=tiny_problems())
def test_strain_is_never_negative(problem: Problem) -> None:
    model, values = start(problem)
    relaxed = relax(model.linear, 60).values
    assert relaxed is not None
    for one in strain(model, values, relaxed):
        assert (one >= 0).all()


@few
@given(problem=tiny_problems())
def test_the_point_of_a_schedule_gives_the_schedule_back(problem: Problem) -> None:
    """As many shifts, by the same workers at the same times, on queues they can serve."""
    model, values = start(problem)
    again = model.shifts(values)
    before = sorted((one.worker, one.start, one.end) for one in greedy(problem) or ())
    assert sorted((one.worker, one.start, one.end) for one in again) == before
    assert violations(problem, again) == []
