"""An instance as the product's own problem: a queue and a template per shift type.

The instances give no times of day, so every shift starts at midnight, and its queue asks for
workers in each hour of its length. Prices are scaled so that an hour's share is a whole number.
"""

from datetime import UTC, datetime
from math import lcm

import numpy as np

from benchmarks.nrp.instance import OFF, Instance, InstanceInvalid, Worker
from scheduler.horizon import DAY_MINUTES, Horizon
from scheduler.problem import IntArray, Problem, Queue, Weights
from scheduler.schedule import Shift
from scheduler.shift_template import ShiftTemplate
from scheduler.worker import Request, RollingLimit, Window
from scheduler.worker import Worker as ProblemWorker

HOUR = 60
MONDAY = datetime(2024, 1, 1, tzinfo=UTC)


def scale(instance: Instance) -> int:
    """Cents of one cost unit: every shift length in hours divides it."""
    return lcm(*(instance.minutes // HOUR).tolist())


def to_problem(instance: Instance) -> Problem:
    """State the instance in the product's terms.

    Raises InstanceInvalid where it cannot: shifts of broken hours or beyond a day, or prices of
    cover that differ between days.
    """
    if (instance.minutes % HOUR).any() or (instance.minutes > DAY_MINUTES).any():
        raise InstanceInvalid(f"{instance.name}: shifts of whole hours within a day are needed")
    return Problem(
        horizon=Horizon(MONDAY, instance.days, HOUR, "UTC"),
        currency="EUR",
        queues=_queues(instance),
        shift_templates=tuple(
            ShiftTemplate(
                id=kind.id, minutes=kind.minutes, start_every=DAY_MINUTES, earliest_start=0,
                latest_start=0, queues=frozenset({kind.id}), forbidden_next=kind.not_before,
            )
            for kind in instance.types
        ),
        workers=tuple(
            _worker(instance, number, worker) for number, worker in enumerate(instance.workers)
        ),
        requirement={
            kind.id: _hourly(instance.requirement[:, at], kind.minutes)
            for at, kind in enumerate(instance.types)
        },
        weights=Weights(request=scale(instance)),
    )  # fmt: skip


def to_shifts(instance: Instance, schedule: IntArray) -> tuple[Shift, ...]:
    """A schedule as the product's shifts."""
    found = []
    for worker, day in zip(*np.nonzero(schedule != OFF), strict=True):
        kind, start = instance.types[schedule[worker, day]], int(day) * DAY_MINUTES
        name = instance.workers[worker].id
        found.append(Shift(start, start + kind.minutes, name, kind.id, kind.id))
    return tuple(found)


def _queues(instance: Instance) -> tuple[Queue, ...]:
    found = []
    for at, kind in enumerate(instance.types):
        under, over = set(instance.under[:, at].tolist()), set(instance.over[:, at].tolist())
        if len(under) > 1 or len(over) > 1:
            raise InstanceInvalid(f"{instance.name}: prices of {kind.id} differ between days")
        hourly = scale(instance) // (kind.minutes // HOUR)
        found.append(Queue(kind.id, kind.id, under.pop() * hourly, over.pop() * hourly))
    return tuple(found)


def _hourly(requirement: IntArray, minutes: int) -> IntArray:
    """Workers per hour of the horizon: the day's number in the shift's hours, else none."""
    hours = np.zeros((len(requirement), DAY_MINUTES // HOUR), dtype=np.int64)
    hours[:, : minutes // HOUR] = requirement[:, None]
    return hours.ravel()


def _worker(instance: Instance, number: int, worker: Worker) -> ProblemWorker:
    able = [at for at, limit in enumerate(worker.max_shifts) if limit]
    free = np.flatnonzero(~instance.days_off[number]).tolist()
    longest = int(instance.minutes.max()) * instance.days
    return ProblemWorker(
        id=worker.id,
        skills=frozenset(instance.types[at].id for at in able),
        hourly_cost=0,
        max_consecutive_days=worker.max_days_on,
        min_consecutive_days=max(1, worker.min_days_on),
        min_consecutive_days_off=max(1, worker.min_days_off),
        max_weekends=worker.max_weekends,
        min_rest_minutes=0,
        availability=tuple(Window(day * DAY_MINUTES, (day + 1) * DAY_MINUTES) for day in free),
        rolling_limits=(
            RollingLimit(instance.days, worker.min_minutes, min(worker.max_minutes, longest)),
        ),
        max_shifts_by_template={instance.types[at].id: worker.max_shifts[at] for at in able},
        requests=_requests(instance, number),
    )


def _requests(instance: Instance, number: int) -> tuple[Request, ...]:
    found = []
    for sign, table in ((1, instance.on[number]), (-1, instance.off[number])):
        for day, at in zip(*np.nonzero(table), strict=True):
            start = int(day) * DAY_MINUTES
            weight = sign * int(table[day, at])
            found.append(Request(start, start + DAY_MINUTES, weight, instance.types[at].id))
    return tuple(found)
