"""A worker who does not come any more."""

from collections.abc import Sequence
from dataclasses import replace

from scheduler.schedule import Shift
from scheduler.worker import RollingLimit, Worker


def away(worker: Worker, since: int, own: Sequence[Shift]) -> Worker:
    """The worker without any time from a minute on, but for what he has begun before it.

    Nothing is asked of him: no hours, no runs of days that he would have to fill.
    """
    last = max([since, *(shift.end for shift in own if shift.start < since)])
    return replace(
        worker,
        availability=tuple(
            replace(window, end=min(window.end, last))
            for window in worker.availability
            if window.start < last
        ),
        is_min_hard=False,
        min_consecutive_days=1,
        min_consecutive_days_off=1,
        max_consecutive_days_off=None,
        rolling_limits=tuple(map(_most_alone, worker.rolling_limits)),
    )


def _most_alone(limit: RollingLimit) -> RollingLimit:
    """The limit without a least that would have to be worked."""
    return replace(limit, min_minutes=0) if limit.shortfall_cost is None else limit
