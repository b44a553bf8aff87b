"""The relaxation: its bound is computed from prices, whatever these are."""

import numpy as np
import pytest

from scheduler.model.build import build
from scheduler.model.linear import UNBOUNDED, Linear, LinearBuilder
from scheduler.problem import IntArray
from scheduler.solver.relaxation import lagrangian_bound, relax, weakest_bound
from tests.factories import make_horizon, make_problem, make_worker


def ints(*values: int) -> IntArray:
    return np.array(values, dtype=np.int64)


@pytest.fixture
def cover() -> Linear:
    """Cover 3 by a (worth 2, costs 5, at most one) and b (worth 1, costs 4): 5 + 4 = 9."""
    builder = LinearBuilder()
    builder.add_columns(ints(5, 4), ints(1, 9))
    builder.add_rows(ints(0, 0), ints(0, 1), ints(2, 1), ints(3), ints(UNBOUNDED))
    return builder.build()


def test_the_best_prices_give_the_optimum(cover: Linear) -> None:
    """At 4 a piece: 12 for the cover, less 3 that a then earns."""
    assert lagrangian_bound(cover, np.array([4.0])) == 9


@pytest.mark.parametrize(("price", "bound"), [(0.0, 0), (1.0, 3), (2.5, 8), (6.0, -7)])
def test_other_prices_give_a_weaker_bound(cover: Linear, price: float, bound: int) -> None:
    assert lagrangian_bound(cover, np.array([price])) == bound


def test_a_price_for_a_side_that_has_no_limit_counts_as_none(cover: Linear) -> None:
    assert lagrangian_bound(cover, np.array([-3.0])) == weakest_bound(cover) == 0


def test_the_weakest_bound_takes_every_column_at_its_cheaper_end() -> None:
    builder = LinearBuilder()
    builder.add_columns(ints(-2, 3), ints(4, 4))
    assert weakest_bound(builder.build()) == -8


def test_the_relaxation_finds_these_prices(cover: Linear) -> None:
    found = relax(cover, 60)
    assert found.bound == 9
    assert found.values is not None
    assert found.values == pytest.approx([1, 1])


def test_a_bound_is_rounded_up_to_whole_cents() -> None:
    """Two thirds of a cent more than nothing is a cent, since costs are whole cents."""
    builder = LinearBuilder()
    builder.add_columns(ints(2), ints(1))
    builder.add_rows(ints(0), ints(0), ints(3), ints(1), ints(UNBOUNDED))
    assert relax(builder.build(), 60).bound == 1


def test_the_offset_counts(cover: Linear) -> None:
    part = cover.restrict(np.array([True, False]), ints(0, 1))
    assert relax(part, 60).bound == 4 + 5


def test_a_model_without_columns_is_its_offset(cover: Linear) -> None:
    assert relax(cover.restrict(np.array([False, False]), ints(1, 1)), 60).bound == 9


def test_the_relaxation_s_cost_is_its_bound() -> None:
    """Strong duality: wrong prices would leave a gap."""
    horizon = make_horizon(days=3)
    workers = [
        make_worker(horizon, ("2026-11-02 06:00", "2026-11-05 00:00"), id=f"w{n}",
                    max_minutes_per_week=480)
        for n in range(5)
    ]  # fmt: skip
    linear = build(make_problem(horizon, *workers)).linear
    found = relax(linear, 60)
    assert found.values is not None
    assert found.bound == np.ceil(linear.cost @ found.values - 1e-4)
