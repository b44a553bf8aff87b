"""The integer model in arrays: rows, cutting parts out, and settling the slack."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.model.build import build
from scheduler.model.linear import UNBOUNDED, Linear, LinearBuilder
from scheduler.problem import IntArray, Problem, Weights
from scheduler.validation import costs
from tests.factories import make_horizon, make_problem, make_shift, make_template, make_worker
from tests.scheduler.forcing import decisions
from tests.scheduler.tiny_problems import lawful_weeks, tiny_problems


def ints(*values: int) -> IntArray:
    return np.array(values, dtype=np.int64)


@pytest.fixture
def knapsack() -> Linear:
    """Minimise -3a - 2b + 5s with 2a + b - s <= 2, a + b >= 1; a, b at most 1, s at most 4."""
    builder = LinearBuilder()
    builder.add_columns(ints(-3, -2), ints(1, 1))
    builder.add_columns(ints(5), ints(4), is_slack=True)
    builder.add_rows(
        ints(0, 0, 0, 1, 1), ints(0, 1, 2, 0, 1), ints(2, 1, -1, 1, 1),
        ints(-UNBOUNDED, 1), ints(2, UNBOUNDED),
    )  # fmt: skip
    return builder.build()


def test_columns_are_numbered_in_the_order_they_come() -> None:
    builder = LinearBuilder()
    assert builder.add_columns(ints(1, 1), ints(1, 1)).tolist() == [0, 1]
    assert builder.add_columns(ints(1), ints(1)).tolist() == [2]


def test_entries_with_one_key_make_one_row_in_key_order() -> None:
    builder = LinearBuilder()
    builder.add_columns(ints(0, 0, 0), ints(1, 1, 1))
    builder.add_rows(ints(7, 3, 7), ints(0, 1, 2), ints(5, 6, 8), ints(0, 1), ints(2, 3))
    linear = builder.build()
    assert linear.matrix.toarray().tolist() == [[0, 6, 0], [5, 0, 8]]
    assert linear.row_lower.tolist() == [0, 1]
    assert linear.row_upper.tolist() == [2, 3]


def test_a_limit_that_nothing_can_exceed_makes_no_row() -> None:
    builder = LinearBuilder()
    columns = builder.add_columns(ints(0, 0, 0), ints(1, 1, 2))
    builder.at_most(ints(0, 0, 1), columns, ints(1, 1, 3), ints(2, 2, 5))
    linear = builder.build()
    assert linear.matrix.toarray().tolist() == [[0, 0, 3]]
    assert linear.row_upper.tolist() == [5]


def test_a_model_without_anything_is_a_model() -> None:
    linear = LinearBuilder().build()
    assert linear.num_columns == linear.num_rows == 0
    assert linear.is_feasible(ints())
    assert linear.objective(ints()) == 0


@pytest.mark.parametrize(
    ("point", "is_feasible"),
    [
        ((1, 0, 0), True),
        ((1, 1, 1), True),
        ((1, 1, 0), False),  # the first row is over
        ((0, 0, 0), False),  # the second row is under
        ((2, 0, 2), False),  # a bound is over
        ((1, -1, 0), False),  # a bound is under
    ],
)
def test_a_point_is_feasible_when_it_keeps_every_bound_and_row(
    knapsack: Linear, point: tuple[int, ...], is_feasible: bool
) -> None:
    assert knapsack.is_feasible(ints(*point)) is is_feasible


def test_tightening_lowers_slack_to_the_least_its_row_needs(knapsack: Linear) -> None:
    assert knapsack.tighten(ints(1, 1, 4)).tolist() == [1, 1, 1]


def test_tightening_uses_the_cheap_step_before_the_dear_one() -> None:
    """x - s - t <= 1 with x = 3: the cheap t takes one, s the other."""
    builder = LinearBuilder()
    builder.add_columns(ints(0), ints(3))
    builder.add_columns(ints(9, 2), ints(3, 1), is_slack=True)
    builder.add_rows(ints(0, 0, 0), ints(0, 1, 2), ints(1, -1, -1), ints(-UNBOUNDED), ints(1))
    assert builder.build().tighten(ints(3, 2, 0)).tolist() == [3, 1, 1]


def test_tightening_leaves_the_given_point_alone(knapsack: Linear) -> None:
    point = ints(1, 1, 4)
    knapsack.tighten(point)
    assert point.tolist() == [1, 1, 4]


def test_a_cut_out_part_keeps_the_cost_of_what_is_fixed(knapsack: Linear) -> None:
    point = ints(1, 1, 1)
    free = np.array([False, True, True])
    part = knapsack.restrict(free, point)
    assert part.objective(point[free]) == knapsack.objective(point)


def test_a_cut_out_part_moves_the_limits_by_what_is_fixed(knapsack: Linear) -> None:
    part = knapsack.restrict(np.array([False, True, True]), ints(1, 1, 1))
    assert part.matrix.toarray().tolist() == [[1, -1], [1, 0]]
    assert part.row_upper[0] == 0
    assert part.row_lower.tolist() == [-UNBOUNDED, 0]


def test_rows_without_free_columns_are_left_out(knapsack: Linear) -> None:
    assert knapsack.restrict(np.array([False, False, True]), ints(1, 1, 1)).num_rows == 1


@settings(max_examples=40, deadline=None, derandomize=True)
@given(tiny_problems(), st.data())
def test_a_settled_point_costs_what_the_validator_charges(
    problem: Problem, data: st.DataObject
) -> None:
    """However much slack a search left, afterwards the account is the validator's."""
    model = build(problem)
    shifts = [
        shift
        for worker in problem.workers
        for shift in data.draw(st.sampled_from(lawful_weeks(problem, worker)))
    ]
    values = decisions(model, shifts)
    if values is None:  # a shift that nobody needs has no column
        return
    decided = np.zeros(model.linear.num_columns, dtype=bool)
    decided[model.variables.choices.column] = decided[model.variables.servings.column] = True
    slack = np.where(decided, values, model.linear.upper)
    settled = model.linear.tighten(slack)
    assert model.linear.objective(settled) == sum(costs(problem, shifts).values())


def test_a_step_of_fairness_that_costs_nothing_is_settled_too() -> None:
    """A quarter of a cent rounds to nothing: the dear steps must not stand in for the free ones."""
    horizon = make_horizon(days=1)
    worker = make_worker(
        horizon, ("2026-11-02 00:00", "2026-11-03 00:00"), max_minutes_per_week=240,
        max_shifts_per_day=9,
    )  # fmt: skip
    problem = make_problem(
        horizon, worker, weights=Weights(fairness=1),
        shift_templates=(make_template(60), make_template(45, id="short", every=15)),
    )  # fmt: skip
    model = build(problem)
    shifts = [make_shift(problem, f"2026-11-02 0{hour}:00", minutes=60) for hour in (1, 2)]
    values = decisions(model, shifts)
    assert values is not None
    settled = model.linear.tighten(values)
    assert model.linear.objective(settled) == sum(costs(problem, shifts).values())
