"""Dives and teams without end in a process of their own, beside what CP-SAT combines of them."""

import multiprocessing
import time
from dataclasses import replace
from multiprocessing.connection import Connection

import numpy as np

from benchmarks.nrp.dive import NOISES, SLACK, Dive, dive
from benchmarks.nrp.generation import Column, Generation, Pricing, generate
from benchmarks.nrp.instance import Instance
from benchmarks.nrp.team import Teams
from scheduler.problem import IntArray

SHAKE = 3  # most that an empty shift is made dearer by
PATIENCE = 40  # teams in a row that find nothing, before another start
MOST_UNSENT = 1000  # columns, before they are handed over

Dived = tuple[IntArray | None, list[Column]]


class Diver:
    """A process that dives below the same root, and lets teams go on, until it is stopped."""

    def __init__(
        self, instance: Instance, root: Generation, number: int, seed: int, deadline: float
    ) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, other = context.Pipe()
        self._process = context.Process(
            target=_run, args=(other, instance, root, number, seed, deadline), daemon=True
        )
        self._process.start()
        other.close()

    def results(self, best: IntArray) -> list[Dived]:
        """What was found since the last call; teams that are stuck go on with the best known.

        It is only sent in answer to something: a full pipe in both directions would block both.
        """
        found: list[Dived] = []
        try:
            while self._pipe.poll():
                found.append(self._pipe.recv())
            if found:
                self._pipe.send(best)
        except (EOFError, OSError):
            return found  # the process has ended, and this is all it sent
        return found

    def stop(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.join()


def _run(
    pipe: Connection, instance: Instance, root: Generation, number: int, seed: int, end: float
) -> None:
    rng = np.random.default_rng(seed + number)
    while time.monotonic() < end:
        way = Dive(NOISES[number % len(NOISES)], end)
        shaken, above = (instance, root) if number == 0 else _shake(instance, root, rng, end)
        schedule, columns = dive(shaken, above, way, rng)
        best = _exchange(pipe, (schedule, columns))
        for start in (schedule, best):
            if start is not None:
                _let_teams(pipe, Teams(instance, root, start, rng), end)
        number += 1


def _exchange(pipe: Connection, found: Dived) -> IntArray | None:
    """Hand over what was found; returns the best schedule of all, if there was an answer yet."""
    best = None
    while pipe.poll():
        best = pipe.recv()
    pipe.send(found)
    return best


def _shake(
    instance: Instance, root: Generation, rng: np.random.Generator, end: float
) -> tuple[Instance, Generation]:
    """Prices of empty shifts that differ a little, so that others stay empty, and their root."""
    dearer = rng.integers(SHAKE + 1, size=instance.under.shape) * (instance.under > 0)
    shaken = replace(instance, under=instance.under + dearer)
    pricing = Pricing(shaken, root.fewest_lacking)
    made = generate(pricing, root.columns, end, root.prices, SLACK)
    return (shaken, made) if len(made.shares) else (instance, root)


def _let_teams(pipe: Connection, teams: Teams, end: float) -> None:
    """Teams until none has found anything for long."""
    failed = 0
    while failed < PATIENCE and time.monotonic() < end and teams.cost > teams.root.bound:
        is_better = teams.improve(end)
        failed = 0 if is_better else failed + 1
        if is_better or len(teams.columns) > MOST_UNSENT:
            _exchange(pipe, (teams.schedule, teams.columns))
            teams.columns = []
    _exchange(pipe, (teams.schedule, teams.columns))
