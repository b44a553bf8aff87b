"""One possible course of the horizon: all queues, every contact, whoever comes."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scheduler.problem import IntArray
from scheduler.simulation.arrivals import spread_arrivals
from scheduler.simulation.queue import Contacts, Redial, simulate_queue
from scheduler.simulation.result import QueueResult
from scheduler.simulation.turnout import Crew, on_queue
from scheduler.staffing.requirement import QueueWork
from scheduler.staffing.rounding import BoolArray, FloatArray


@dataclass(frozen=True, slots=True)
class QueueDemand:
    """A queue, when it is open, and its contacts on each demand path.

    ``counts`` (paths, kinds, T) whole contacts, ``handle_factor`` (kinds,) of each kind: contacts
    that the bot handed over take longer. ``waiting_seconds``: contacts that wait when the horizon
    starts, each by how long it has waited.
    """

    work: QueueWork
    is_open: BoolArray
    counts: npt.NDArray[np.integer]
    handle_factor: FloatArray
    waiting_seconds: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Operation:
    """All that a replication needs: the queues with their demand, and who is sent."""

    queues: tuple[QueueDemand, ...]
    crew: Crew
    interval_minutes: int
    shrinkage: float = 0.0
    redial: Redial | None = None


def replicate(operation: Operation, number: int, seed: int) -> dict[str, QueueResult]:
    """The replication of a number, queue by queue: the same each time for the same seed.

    Demand path, turnout and contacts of each queue are drawn from streams of their own, so that
    two schedules meet the same contacts. Paths are taken in turn: as many replications as paths
    meet each once.
    """
    present = operation.crew.draw(np.random.default_rng((seed, number, 0)))
    return {
        one.work.id: _queue(
            operation, one, present, number, np.random.default_rng((seed, number, row))
        )
        for row, one in enumerate(operation.queues, start=1)
    }


def _queue(
    operation: Operation,
    queue: QueueDemand,
    present: Mapping[str, IntArray],
    number: int,
    rng: np.random.Generator,
) -> QueueResult:
    path = queue.counts[number % len(queue.counts)]
    contacts = _contacts(queue, path, operation.interval_minutes, rng)
    workers = on_queue(present[queue.work.id], operation.shrinkage, rng)
    return simulate_queue(
        queue.work, contacts, workers, queue.is_open, operation.interval_minutes, rng,
        operation.redial,
    )  # fmt: skip


def _contacts(
    queue: QueueDemand,
    path: npt.NDArray[np.integer],
    interval_minutes: int,
    rng: np.random.Generator,
) -> Contacts:
    """The contacts of a path in the order they come, those that wait already first."""
    before = -np.array(queue.waiting_seconds, dtype=float)
    at = [before, *(spread_arrivals(kind, interval_minutes, rng) for kind in path)]
    factor = [np.ones(len(before))]
    factor += [np.full(len(one), own) for one, own in zip(at[1:], queue.handle_factor, strict=True)]
    times = np.concatenate(at)
    order = np.argsort(times, kind="stable")
    return Contacts(times[order], np.concatenate(factor)[order])
