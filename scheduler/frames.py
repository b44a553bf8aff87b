"""A schedule as pandas tables, for notebooks: local times, amounts in the currency's unit.

Functions and not methods of the schedule: what judges a schedule must not know pandas.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from scheduler.contract.units import amount
from scheduler.horizon import Horizon
from scheduler.problem import Problem
from scheduler.schedule import Schedule, staffed
from scheduler.validation import missed, required

if TYPE_CHECKING:
    import pandas as pd


def shifts_frame(problem: Problem, schedule: Schedule) -> "pd.DataFrame":
    """A row per shift, in order of time: worker, queue, template, start, end, minutes, cost.

    A blended shift stands with the queue that has most of its time.
    """
    import pandas as pd

    shifts = schedule.shifts
    return pd.DataFrame(
        {
            "worker": [one.worker for one in shifts],
            "queue": [one.queue for one in shifts],
            "template": [one.template for one in shifts],
            "start": _local(problem.horizon, (one.start for one in shifts)),
            "end": _local(problem.horizon, (one.end for one in shifts)),
            "minutes": [one.minutes for one in shifts],
            "cost": [amount(one.cost) for one in shifts],
        }
    )


def coverage_frame(problem: Problem, schedule: Schedule) -> "pd.DataFrame":
    """A row per queue and interval: workers required, staffed and missing."""
    import pandas as pd

    horizon = problem.horizon
    counts = staffed(problem, schedule.shifts)
    starts = range(0, horizon.num_minutes, horizon.interval_minutes)
    queues = [queue.id for queue in problem.queues]
    frame = pd.DataFrame(
        {
            "queue": [queue for queue in queues for _ in starts],
            "start": _local(horizon, [start for _ in queues for start in starts]),
            "required": [workers for queue in queues for workers in required(problem, queue)],
            "staffed": [workers for queue in queues for workers in counts[queue]],
        }
    )
    wanted = np.array([workers for queue in queues for workers in missed(problem, queue)])
    frame["missing"] = np.maximum(wanted - frame["staffed"], 0)
    return frame


def workers_frame(problem: Problem, schedule: Schedule) -> "pd.DataFrame":
    """A row per worker, idle ones included: shifts, minutes, cost, and minutes of each ISO week."""
    import pandas as pd

    horizon = problem.horizon
    names = sorted({f"{day:%G-W%V}" for day in horizon.dates})
    rows = {worker.id: [0, 0, 0, *(0 for _ in names)] for worker in problem.workers}
    for shift in schedule.shifts:
        row = rows[shift.worker]
        week = horizon.week_of_day[horizon.day(shift.start)]
        row[0] += 1
        row[1] += shift.minutes
        row[2] += shift.cost
        row[3 + week] += shift.minutes
    columns = ["shifts", "minutes", "cost", *names]
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    frame["cost"] = frame["cost"] / 100
    return frame.rename_axis("worker").reset_index()


def history_frame(schedule: Schedule) -> "pd.DataFrame":
    """A row per step of the search: seconds, stage, cost, bound, gap."""
    import pandas as pd

    moments = schedule.history
    return pd.DataFrame(
        {
            "seconds": [one.seconds for one in moments],
            "stage": [one.stage for one in moments],
            "cost": [None if one.cost is None else amount(one.cost) for one in moments],
            "bound": [None if one.bound is None else amount(one.bound) for one in moments],
            "gap": [one.gap for one in moments],
        }
    )


def _local(horizon: Horizon, minutes: Iterable[int]) -> "pd.DatetimeIndex":
    """Instants of the horizon on the site's wall clock."""
    import pandas as pd

    first = pd.Timestamp(horizon.instant(0)).tz_convert("UTC")
    elapsed = pd.to_timedelta(list(minutes), unit="min")
    return (first + elapsed).tz_convert(horizon.time_zone)
