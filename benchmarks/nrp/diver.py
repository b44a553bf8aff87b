"""Dives without end in a process of their own, so that CP-SAT and the dives share the machine."""

import multiprocessing
from multiprocessing.connection import Connection

import numpy as np

from benchmarks.nrp.dive import dive
from benchmarks.nrp.generation import Column, Generation
from benchmarks.nrp.instance import Instance
from scheduler.problem import IntArray

NOISES = (0.0, 0.3, 0.6, 1.0)  # how much the shares of one dive after the other are shaken

Dived = tuple[IntArray | None, list[Column]]


class Diver:
    """A process that dives below the same root until it is stopped."""

    def __init__(self, instance: Instance, root: Generation, seed: int, deadline: float) -> None:
        context = multiprocessing.get_context("spawn")
        self._results, sender = context.Pipe(duplex=False)
        self._process = context.Process(
            target=_run, args=(sender, instance, root, seed, deadline), daemon=True
        )
        self._process.start()
        sender.close()

    def results(self) -> list[Dived]:
        """What was found since the last call."""
        found: list[Dived] = []
        try:
            while self._results.poll():
                found.append(self._results.recv())
        except (EOFError, OSError):
            return found  # the process has ended, and this is all it sent
        return found

    def stop(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.join()


def _run(
    sender: Connection, instance: Instance, root: Generation, seed: int, deadline: float
) -> None:
    rng = np.random.default_rng(seed)
    for turn in range(2**31):
        schedule, columns = dive(instance, root, NOISES[turn % len(NOISES)], rng, deadline)
        sender.send((schedule, columns))
        if schedule is None:
            return
