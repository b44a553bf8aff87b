"""The previous schedule and the locks of ``peakcrew.problem/1``: read, and written."""

from typing import Any

from scheduler.contract.documents import ProblemDocument
from scheduler.contract.parts import span_json, to_span
from scheduler.horizon import Horizon
from scheduler.problem import Locks, Previous, Problem


def to_previous(horizon: Horizon, document: ProblemDocument) -> tuple[Previous, ...]:
    """The previous schedule in minutes of the horizon."""
    return tuple(
        Previous(one.worker, one.queue, one.template, horizon.minute(one.start), one.minutes)
        for one in document.previous
    )


def to_locks(horizon: Horizon, document: ProblemDocument) -> Locks:
    """Locked times in minutes of the horizon, locked workers and queues."""
    return Locks(
        tuple(to_span(horizon, one) for one in document.locked_times),
        frozenset(document.locked_workers),
        frozenset(document.locked_queues),
    )


def change_keys(problem: Problem) -> dict[str, Any]:
    """The keys of the file that speak of changes; what is off is empty."""
    horizon, locks = problem.horizon, problem.locks
    return {
        "previous": [
            {
                "worker": one.worker,
                "queue": one.queue,
                "template": one.template,
                "start": horizon.instant(one.start).isoformat(),
                "minutes": one.minutes,
            }
            for one in problem.previous
        ],
        "locked_times": [span_json(horizon, span) for span in locks.times],
        "locked_workers": sorted(locks.workers),
        "locked_queues": sorted(locks.queues),
    }
