"""Several processes that share one object."""

import os
from concurrent.futures.process import BrokenProcessPool

import pytest

from scheduler.solver.pool import Pool, num_cores


def add(shared: int, number: int) -> int:
    return shared + number


def die(shared: int) -> int:
    os._exit(9)


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_results_come_in_the_order_of_the_arguments(processes: int) -> None:
    with Pool(100, processes) as pool:
        assert list(pool.run(add, [(number,) for number in range(7)])) == list(range(100, 107))


def test_a_process_that_dies_is_told() -> None:
    with Pool(0, 2) as pool, pytest.raises(BrokenProcessPool):
        list(pool.run(die, [()]))


def test_there_is_a_core() -> None:
    assert num_cores() >= 1
