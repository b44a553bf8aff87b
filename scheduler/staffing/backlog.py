"""Deferrable work: a backlog with deadlines, done in opening hours, oldest first.

Work is in minutes per interval, counted as there from the start of its interval. The deadline
runs in calendar time from the arrival, or from the next opening for what arrives while closed;
a deadline that falls into closed hours is carried to the end of the first interval after them.
The horizon begins with no backlog and is to end with none: what arrives until the last open
interval is due by its end at the latest.
"""

import numpy as np

from scheduler.problem import IntArray
from scheduler.staffing.rounding import NOISE, BoolArray, FloatArray, whole_down, whole_up


def due_interval(is_open: BoolArray, deadline_minutes: int, interval_minutes: int) -> IntArray:
    """By the end of which interval the work of each interval is to be done; T: not in this horizon.

    Never falls from one interval to the next and is always an open interval, at the earliest
    the one of the arrival or the next opening.
    """
    count = len(is_open)
    following = _next_open(is_open)
    if not is_open.any():
        return following
    last_open = int(np.flatnonzero(is_open)[-1])
    later = max(deadline_minutes // interval_minutes, 1) - 1
    due = following[np.minimum(following + later, last_open)]
    return np.where(following < count, due, count)


def due_of_waiting(
    arrived: IntArray, is_open: BoolArray, deadline_minutes: int, interval_minutes: int
) -> IntArray:
    """By the end of which interval work that waits since before the horizon is to be done.

    ``arrived``: minutes from the start, below 0. -1: it was due before the horizon; T: not in this
    horizon. Else the last whole interval before the deadline, at least the first, or the first
    open one after it.
    """
    count, due = len(is_open), arrived + deadline_minutes
    at = np.clip(due // interval_minutes - 1, 0, count)
    following = np.append(_next_open(is_open), count)[at]
    last_open = int(np.flatnonzero(is_open)[-1]) if is_open.any() else count
    found: IntArray = np.where(at >= count, last_open, np.minimum(following, last_open))
    return np.where(due <= 0, -1, found)


def backlog_requirement(
    work_minutes: FloatArray,
    is_open: BoolArray,
    deadline_minutes: int,
    interval_minutes: int,
    worker_minutes: float,
) -> IntArray:
    """Whole workers per interval that do all work before its deadline, levelled.

    The level follows the straightest line between what has arrived and what is due, so peaks
    move into quiet hours, and nobody works ahead. Whole workers take turns between the level
    rounded down and up, in runs as long as the deadlines allow: the upper level starts when it
    must and stays while there is work for all, because shifts last for hours.
    ``worker_minutes`` is what one worker gets done in an interval. (T,) in, (T,) out.
    """
    requirement = np.zeros(len(is_open), dtype=np.int64)
    if not is_open.any() or not work_minutes.any():
        return requirement
    due_at = due_interval(is_open, deadline_minutes, interval_minutes)
    arrived = np.cumsum(_moved(work_minutes, _next_open(is_open)))[is_open] / worker_minutes
    due = np.cumsum(_moved(work_minutes, due_at))[is_open] / worker_minutes
    requirement[is_open] = in_whole_workers(arrived, due, levelled(arrived, due))
    return requirement


def share_in_time(
    work_minutes: FloatArray,
    is_open: BoolArray,
    deadline_minutes: int,
    interval_minutes: int,
    staffed: IntArray,
    worker_minutes: float,
    opening_minutes: float = 0.0,
) -> FloatArray:
    """Share of each interval's work that is done before its deadline, oldest work first.

    ``work_minutes`` (P, T) over the demand paths, ``staffed`` workers (T,) who each get
    ``worker_minutes`` done in an interval. Late work is still done and delays what follows, and so
    does what waits at the start, ``opening_minutes``. NaN without work, or where the deadline is
    not in this horizon.
    """
    arrived = opening_minutes + np.cumsum(work_minutes, axis=-1)
    done = np.empty_like(arrived)
    before = np.zeros(arrived.shape[0])
    for t, workers in enumerate(np.where(is_open, staffed, 0)):
        before = np.minimum(arrived[:, t], before + workers * worker_minutes)
        done[:, t] = before
    due_at = due_interval(is_open, deadline_minutes, interval_minutes)
    is_judged = due_at < len(is_open)
    done_by_due = done[:, np.where(is_judged, due_at, 0)]
    in_time = np.clip(done_by_due - (arrived - work_minutes), 0.0, work_minutes).sum(axis=0)
    work = work_minutes.sum(axis=0)
    share = np.full(work.shape, np.nan)
    # Differences of long sums: without the noise a plan that fits exactly would miss by 1e-15.
    np.divide(in_time, work, out=share, where=is_judged & (work > 0))
    return np.where(share > 1.0 - NOISE, 1.0, share)


def levelled(arrived: FloatArray, due: FloatArray) -> FloatArray:
    """The straightest cumulative plan from 0 that stays between ``due`` and ``arrived``.

    Both cumulative, due <= arrived, equal at the end. A string pulled tight between the two
    curves: it has the lowest peak and the least variance of all plans (Yao, Demers, Shenker 1995).
    """
    plan = np.empty_like(arrived)
    done, at = 0.0, 0
    while at < len(arrived):
        steps = np.arange(1, len(arrived) - at + 1)
        at_least, at_most = (due[at:] - done) / steps, (arrived[at:] - done) / steps
        least, most = np.maximum.accumulate(at_least), np.minimum.accumulate(at_most)
        crossed = np.flatnonzero(least > most + NOISE)
        if crossed.size == 0:
            slope, length = float(least[-1]), len(steps)
        else:
            # The string bends at the wall that it last touched before the two sides crossed.
            end = int(crossed[0])
            rises = at_least[end] > most[end - 1] + NOISE
            slope = float(most[end - 1] if rises else least[end - 1])
            wall = at_most[:end] <= slope + NOISE if rises else at_least[:end] >= slope - NOISE
            length = int(np.flatnonzero(wall)[-1]) + 1
        plan[at : at + length] = done + slope * steps[:length]
        at += length
        done = float(plan[at - 1])
    return plan


def in_whole_workers(arrived: FloatArray, due: FloatArray, plan: FloatArray) -> IntArray:
    """Whole workers that are never late; all curves cumulative, in worker intervals."""
    level = np.diff(plan, prepend=0.0)
    lower, upper = whole_down(level), whole_up(level)
    # The latest that can still be caught up with the upper level from the next interval on.
    must_be_done = due.copy()
    for t in range(len(due) - 1, 0, -1):
        must_be_done[t - 1] = max(due[t - 1], must_be_done[t] - upper[t])
    workers = np.zeros(len(due), dtype=np.int64)
    done, present = 0.0, 0
    for t in range(len(due)):
        needed = int(whole_up(must_be_done[t] - done))
        fully_busy = int(whole_down(arrived[t] - done))
        stay = min(max(present, int(lower[t])), int(upper[t]))
        present = max(needed, min(stay, fully_busy), 0)
        workers[t] = present
        done = min(float(arrived[t]), done + present)
    return workers


def _next_open(is_open: BoolArray) -> IntArray:
    """The first open interval from each interval on; T where none follows."""
    count = len(is_open)
    index = np.where(is_open, np.arange(count), count)
    return np.minimum.accumulate(index[::-1])[::-1]


def _moved(work: FloatArray, to: IntArray) -> FloatArray:
    """Work of each interval added up where it is moved to; what is moved to T is dropped."""
    moved = np.zeros(len(work) + 1)
    np.add.at(moved, to, work)
    return moved[:-1]
