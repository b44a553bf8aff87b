"""Several processes that share one object."""

import os
import sys
from concurrent.futures.process import BrokenProcessPool

import pytest

from scheduler.solver.memory import family_mebibytes
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


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_of_forked_processes_is_counted_once() -> None:
    """Two processes that only read 200 MiB of ours add next to nothing, those who write do."""
    shared = bytearray(os.urandom(2**20) * 200)
    before = family_mebibytes(os.getpid())
    with Pool(shared, 2) as pool:
        list(pool.run(touch, [(False,), (False,)]))
        assert family_mebibytes(os.getpid()) - before < 100
        list(pool.run(touch, [(True,), (True,)]))
        assert family_mebibytes(os.getpid()) - before > 150


def touch(shared: bytearray, is_written: bool) -> int:
    if is_written:
        shared[:] = bytes(len(shared))
    return sum(shared[::4096])
