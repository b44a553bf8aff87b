"""What becomes of the contacts of a queue, counted interval by interval."""

from dataclasses import dataclass

import numpy as np

from scheduler.problem import IntArray
from scheduler.simulation.line import Served
from scheduler.staffing.backlog import due_interval
from scheduler.staffing.requirement import QueueWork
from scheduler.staffing.rounding import BoolArray, FloatArray


@dataclass(frozen=True, slots=True)
class QueueResult:
    """What became of the contacts, per interval of their arrival, shape (T,).

    ``offered`` contacts that came while the queue was open; of deferrable work all that are due in
    the horizon. ``answered`` of them were served, ``abandoned`` hung up or still waited when the
    queue closed. The service level is ``in_time / judged``, by the queue's definition: of what is
    deferrable, done by its deadline.
    ``waiting_seconds`` of all offered together, until served, gone or the horizon's end.
    By the interval in which they fall: ``busy_seconds``, what was done in seconds of a worker who
    serves as many at once as he may, and ``present_seconds``. ``waits``: seconds of each offered
    contact, ``came_in`` the interval that it came in.
    """

    offered: IntArray
    judged: IntArray
    answered: IntArray
    in_time: IntArray
    abandoned: IntArray
    waiting_seconds: FloatArray
    busy_seconds: FloatArray
    present_seconds: FloatArray
    waits: FloatArray
    came_in: IntArray


def tallied(
    work: QueueWork,
    at: FloatArray,
    served: Served,
    workers: IntArray,
    is_open: BoolArray,
    seconds: float,
) -> QueueResult:
    """Count what was served; ``at`` is when each contact came, ``seconds`` an interval's length."""
    num, came_in = len(is_open), interval_of(at, seconds)
    turn, gives_up = np.array(served.turn), np.array(served.gives_up)
    is_served = turn < gives_up
    waits = np.where(is_served, turn, np.minimum(gives_up, num * seconds)) - at
    is_offered, is_judged, in_time = _promise(work, at, served, is_open, seconds)

    def tally(which: BoolArray) -> IntArray:
        return np.bincount(came_in[which & is_offered], minlength=num).astype(np.int64)

    return QueueResult(
        offered=tally(is_offered),
        judged=tally(is_judged),
        answered=tally(is_served),
        in_time=tally(in_time),
        abandoned=tally(~is_served & (gives_up <= num * seconds)),
        waiting_seconds=np.bincount(came_in[is_offered], waits[is_offered], num).astype(np.float64),
        busy_seconds=_done(served, is_served) * (work.handle_seconds[-1] / work.concurrency),
        present_seconds=(workers * seconds).astype(np.float64),
        waits=waits[is_offered],
        came_in=came_in[is_offered],
    )


def interval_of(at_seconds: FloatArray, seconds: float) -> IntArray:
    """The interval of an arrival; the first one for what came before the horizon."""
    return np.maximum(at_seconds // seconds, 0).astype(np.int64)


def _promise(
    work: QueueWork, at: FloatArray, served: Served, is_open: BoolArray, seconds: float
) -> tuple[BoolArray, BoolArray, BoolArray]:
    """Contacts that are counted at all, that the service level is a share of, and in time."""
    if work.work == "deferrable":
        num = len(is_open)
        due = due_interval(is_open, work.deadline_minutes or 0, int(seconds // 60))
        due_at = due[interval_of(at, seconds)]
        is_ours = (due_at < num) & (at >= 0)
        done_by_then = np.array(served.borders)[np.minimum(due_at, num - 1) + 1]
        return is_ours, is_ours, np.array(served.started) + np.array(served.work) <= done_by_then
    everyone = np.ones(len(at), dtype=bool)
    # Until a contact's turn, nan if that never comes, whether or not it hangs up before.
    wait, patience = np.array(served.turn) - at, np.array(served.gives_up) - at
    is_served, is_soon = wait < patience, wait <= work.threshold_seconds
    match work.service_level_definition:
        case "answered":
            return everyone, is_served, is_served & is_soon
        case "either":
            left_soon = ~is_served & (patience <= work.threshold_seconds)
            return everyone, everyone, (is_served & is_soon) | left_soon
        case "virtual":
            return everyone, everyone, is_soon
        case _:
            return everyone, everyone, is_served & is_soon


def _done(served: Served, is_served: BoolArray) -> FloatArray:
    """Handle times done between each two borders of the work clock, over all contacts."""
    start, borders = np.array(served.started)[is_served], np.array(served.borders)
    end = start + np.array(served.work)[is_served]
    return np.diff(_sum_below(end, borders) - _sum_below(start, borders))


def _sum_below(values: FloatArray, limits: FloatArray) -> FloatArray:
    """The sum over all values of ``min(value, limit)``, for each limit."""
    ordered = np.sort(values)
    total = np.concatenate([[0.0], np.cumsum(ordered)])
    below = np.searchsorted(ordered, limits)
    return total[below] + limits * (len(ordered) - below)
