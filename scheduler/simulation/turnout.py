"""Who of a schedule comes, drawn shift by shift, and who on standby steps in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scheduler.problem import IntArray, Problem
from scheduler.schedule import Shift
from scheduler.staffing.rounding import BoolArray, FloatArray


@dataclass(frozen=True, slots=True)
class StandbyTeam:
    """Somebody on standby for ``standby`` fills a place of ``queues``, the first one first."""

    standby: str
    queues: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Crew:
    """All shifts of a schedule, ready to be drawn.

    ``comes`` (shifts,) is the chance that somebody comes to a shift. Parallel arrays say where:
    ``shift`` covers all of ``interval`` on the queue of row ``queue``; rows follow ``queues``.
    """

    queues: tuple[str, ...]
    num_intervals: int
    comes: FloatArray
    shift: IntArray
    queue: IntArray
    interval: IntArray
    teams: tuple[StandbyTeam, ...] = ()

    def draw(self, rng: np.random.Generator) -> dict[str, IntArray]:
        """Workers on each queue, per interval: whoever comes to a shift comes to all of it."""
        sent = self._count(np.ones(len(self.shift), dtype=bool))
        came = self._count((rng.random(len(self.comes)) < self.comes)[self.shift])
        for team in self.teams:
            left = came[team.standby]
            for queue in team.queues:
                called = np.minimum(sent[queue] - came[queue], left)
                came[queue] = came[queue] + called
                left = left - called
        return came

    def _count(self, counts: BoolArray) -> dict[str, IntArray]:
        cells = self.queue[counts] * self.num_intervals + self.interval[counts]
        found = np.bincount(cells, minlength=len(self.queues) * self.num_intervals)
        return dict(zip(self.queues, found.reshape(len(self.queues), -1), strict=True))


def crew(
    problem: Problem,
    shifts: Sequence[Shift],
    show_rates: Mapping[str, float],
    teams: Sequence[StandbyTeam] = (),
    answer_rate: float = 1.0,
) -> Crew:
    """The crew of a schedule: a worker comes to ``show_rates`` of his shifts.

    Somebody on standby can be reached, and comes, with ``answer_rate``. A shift counts where it
    covers all of an interval, on the queue that it serves then.
    """
    length = problem.horizon.interval_minutes
    rows = {queue.id: row for row, queue in enumerate(problem.queues)}
    on_call = {team.standby for team in teams}
    cells = np.array(
        [
            (number, rows[part.queue], index)
            for number, shift in enumerate(shifts)
            for part in shift.served
            for index in range(-(-part.start // length), part.end // length)
        ],
        dtype=np.int64,
    ).reshape(-1, 3)
    comes = [answer_rate if one.queue in on_call else show_rates[one.worker] for one in shifts]
    shift, queue, interval = cells.T
    return Crew(
        tuple(rows), problem.horizon.num_intervals, np.array(comes, dtype=float),
        shift, queue, interval, tuple(teams),
    )  # fmt: skip


def on_queue(present: IntArray, shrinkage: float, rng: np.random.Generator) -> IntArray:
    """Workers on the queue while a share of those present is elsewhere, per interval.

    Rounded up as often as it takes to be right on average: 3 present at 0.1 are 2.7 on the queue,
    3 in 7 intervals of 10.
    """
    if not shrinkage:
        return present
    return np.floor(present * (1.0 - shrinkage) + rng.random(len(present))).astype(np.int64)
