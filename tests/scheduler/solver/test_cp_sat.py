"""CP-SAT on small models stated by hand."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from scheduler.errors import SolverFailed
from scheduler.model.linear import UNBOUNDED, Linear, LinearBuilder
from scheduler.problem import IntArray
from scheduler.solver.cp_sat import Answer, SearchParameters, search


def ints(*values: int) -> IntArray:
    return np.array(values, dtype=np.int64)


def knapsack(at_least: int = 0) -> Linear:
    """Pay for what is left behind: worth 6, 5 and 5; two of the last fit, or the first alone."""
    builder = LinearBuilder()
    builder.add_columns(ints(-6, -5, -5), ints(1, 1, 1))
    builder.add_rows(
        ints(0, 0, 0, 1, 1, 1), ints(0, 1, 2, 0, 1, 2), ints(3, 2, 2, 1, 1, 1),
        ints(-UNBOUNDED, at_least), ints(4, UNBOUNDED),
    )  # fmt: skip
    return builder.build()


def parameters(stop_at: int = -(10**6), time_limit: float = 60) -> SearchParameters:
    return SearchParameters(time_limit, workers=1, seed=1, stop_at=stop_at)


def answers(linear: Linear, given: SearchParameters) -> tuple[Answer, list[list[int]]]:
    found: list[list[int]] = []
    return search(linear, given, lambda values: found.append(values.tolist())), found


def test_the_best_answer_comes_last_with_its_proof() -> None:
    answer, found = answers(knapsack(), parameters())
    assert answer == Answer(-10, True)
    assert found[-1] == [0, 1, 1]


def test_the_offset_counts_in_the_bound() -> None:
    part = knapsack().restrict(np.array([True, False, True]), ints(0, 1, 0))
    answer, found = answers(part, parameters())
    assert (answer.bound, found[-1]) == (-10, [0, 1])


def test_an_answer_that_is_good_enough_ends_the_search() -> None:
    _, found = answers(knapsack(), parameters(stop_at=0))
    assert len(found) == 1


def test_the_hint_is_where_the_search_begins() -> None:
    found: list[list[int]] = []
    linear = knapsack()
    search(linear, parameters(), lambda values: found.append(values.tolist()), ints(0, 1, 1))
    assert found[0] == [0, 1, 1]


def test_a_model_without_an_answer_is_a_fault_that_is_named() -> None:
    with pytest.raises(SolverFailed, match="INFEASIBLE"):
        answers(knapsack(at_least=3), parameters())


def test_a_model_without_columns_is_answered() -> None:
    answer, found = answers(LinearBuilder().build(), parameters())
    assert (answer, found) == (Answer(0, True), [[]])


def test_a_fault_of_the_listener_is_not_swallowed() -> None:
    def fail(values: IntArray) -> None:
        raise RuntimeError("told")

    with pytest.raises(RuntimeError, match="told"):
        search(knapsack(), parameters(), fail)


def test_ctrl_c_is_still_heard_after_a_solve() -> None:
    """In a process of its own: where Ctrl-C is taken away it dies of the signal."""
    program = """
import signal
from tests.scheduler.solver.test_cp_sat import answers, knapsack, parameters
signal.signal(signal.SIGINT, signal.default_int_handler)
answers(knapsack(), parameters())
try:
    signal.raise_signal(signal.SIGINT)
except KeyboardInterrupt:
    print("heard")
"""
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "heard\n"), done.stderr
