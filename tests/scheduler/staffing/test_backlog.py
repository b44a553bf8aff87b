"""Deferrable work: deadlines, levelling, whole workers."""

from collections import deque

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.staffing.backlog import backlog_requirement, due_interval, levelled, share_in_time

INTERVAL = 30
WORKER_MINUTES = 27.0

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


def weekdays(*, hours: range, days: int) -> BoolArray:
    """Open in the same hours every day."""
    hour = np.arange(days * 48) % 48 // 2
    return (hour >= hours.start) & (hour < hours.stop)


@st.composite
def backlogs(draw: st.DrawFn) -> tuple[FloatArray, BoolArray, int]:
    """Work, opening and deadline; runs of open and closed intervals, quiet and busy ones."""
    opening: list[bool] = []
    for length in draw(st.lists(st.integers(1, 12), min_size=1, max_size=6)):
        opening += [len(opening) % 2 == 0] * length
    work = draw(
        st.lists(
            st.one_of(st.just(0.0), st.floats(0, 300)),
            min_size=len(opening),
            max_size=len(opening),
        )
    )
    return np.array(work), np.array(opening), draw(st.integers(10, 1500))


def late_minutes(
    work: FloatArray, is_open: BoolArray, deadline: int, workers: npt.NDArray[np.int64]
) -> float:
    """Oldest first, lot by lot: minutes done after their deadline or never, if they could be."""
    lots: deque[list[float]] = deque()
    open_at = [t for t in range(len(work)) if is_open[t]]
    late = 0.0
    for t in range(len(work)):
        starts = [u for u in open_at if u >= t]
        if starts and work[t] > 0:
            last = starts[0] + max(deadline // INTERVAL, 1) - 1
            due = next((u for u in open_at if u >= last), open_at[-1])
            lots.append([due, float(work[t])])
        minutes = float(workers[t]) * WORKER_MINUTES
        while lots and minutes > 0:
            done = min(minutes, lots[0][1])
            late += done if t > lots[0][0] else 0.0
            minutes -= done
            lots[0][1] -= done
            if lots[0][1] <= 1e-6:
                lots.popleft()
    return late + sum(minutes for _, minutes in lots)


@settings(max_examples=80, deadline=None)
@given(backlogs())
def test_everything_is_done_before_its_deadline(case: tuple[FloatArray, BoolArray, int]) -> None:
    """Whole workers, only in opening hours, oldest first: not a minute is late."""
    work, is_open, deadline = case
    workers = backlog_requirement(work, is_open, deadline, INTERVAL, WORKER_MINUTES)

    assert (workers >= 0).all()
    assert not workers[~is_open].any()
    assert late_minutes(work, is_open, deadline, workers) < 1e-3


@settings(max_examples=80, deadline=None)
@given(backlogs())
def test_a_worker_idles_only_when_all_work_is_done(
    case: tuple[FloatArray, BoolArray, int],
) -> None:
    """Rounding up costs less than one worker for one interval each time the backlog ends."""
    work, is_open, deadline = case
    workers = backlog_requirement(work, is_open, deadline, INTERVAL, WORKER_MINUTES)

    backlog = 0.0
    for t in range(len(work)):
        backlog += work[t]
        idle = workers[t] * WORKER_MINUTES - backlog
        assert idle < WORKER_MINUTES + 1e-6
        backlog = max(0.0, -idle)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 5), st.floats(5, 200), st.integers(4, 48))
def test_little_is_wasted_when_deadlines_are_long(days: int, rate: float, hours: int) -> None:
    """Steady work: less than one worker interval too much per day."""
    is_open = weekdays(hours=range(8, 20), days=days)
    work = np.where(is_open, rate, 0.0)
    workers = backlog_requirement(work, is_open, hours * 60, INTERVAL, WORKER_MINUTES)

    assert workers.sum() * WORKER_MINUTES - work.sum() < WORKER_MINUTES * days + 1e-6


@settings(max_examples=60, deadline=None)
@given(backlogs())
def test_longer_deadlines_never_raise_the_peak(case: tuple[FloatArray, BoolArray, int]) -> None:
    """More freedom levels at least as well."""
    work, is_open, deadline = case
    short = backlog_requirement(work, is_open, deadline, INTERVAL, WORKER_MINUTES)
    long = backlog_requirement(work, is_open, deadline * 2, INTERVAL, WORKER_MINUTES)

    assert long.max() <= short.max()


def test_a_morning_peak_is_spread_over_the_day() -> None:
    """Eight hours of work at opening need one worker with a day's deadline, not sixteen."""
    is_open = weekdays(hours=range(8, 20), days=1)
    work = np.zeros(48)
    work[16] = 16 * WORKER_MINUTES

    at_once = backlog_requirement(work, is_open, 30, INTERVAL, WORKER_MINUTES)
    today = backlog_requirement(work, is_open, 24 * 60, INTERVAL, WORKER_MINUTES)

    assert at_once[16] == 16
    assert today.max() == 1
    assert today.sum() == 16


def test_workers_come_in_long_runs() -> None:
    """A third of a worker's work is not asked for in every third interval."""
    is_open = weekdays(hours=range(8, 20), days=4)
    work = np.where(is_open, WORKER_MINUTES / 3, 0.0)
    workers = backlog_requirement(work, is_open, 24 * 60, INTERVAL, WORKER_MINUTES)

    starts = int((np.diff(workers, prepend=0) > 0).sum())

    assert workers.max() == 1
    assert workers.sum() == 32
    assert starts <= 4


def test_night_arrivals_start_their_clock_at_opening() -> None:
    """Four hours for what came at 2 in the night run from 8 to 12; from 18 they pass the night."""
    is_open = weekdays(hours=range(8, 20), days=2)
    due = due_interval(is_open, 240, INTERVAL)

    assert due[4] == 12 * 2 - 1
    assert due[16] == 12 * 2 - 1
    assert due[18 * 2] == 48 + 16
    assert due[15 * 2] == 19 * 2 - 1


def test_the_end_of_the_horizon_is_everybodys_deadline() -> None:
    """Open until 20: due by then at the latest; what comes later is the next horizon's."""
    due = due_interval(weekdays(hours=range(8, 20), days=1), 24 * 60, INTERVAL)

    assert set(due[:40].tolist()) == {39}
    assert set(due[40:].tolist()) == {48}


def test_never_open_needs_nobody() -> None:
    """No opening hours, no work in this horizon."""
    closed = np.zeros(48, dtype=bool)
    work = np.full(48, 10.0)

    assert not backlog_requirement(work, closed, 60, INTERVAL, WORKER_MINUTES).any()
    workers = np.ones(48, dtype=np.int64)
    assert np.isnan(share_in_time(work[None], closed, 60, INTERVAL, workers, WORKER_MINUTES)).all()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 20), st.floats(0, 20)), min_size=1, max_size=12),
    st.floats(0.5, 40),
)
def test_the_levelled_plan_has_the_lowest_peak(
    curves: list[tuple[float, float]], guess: float
) -> None:
    """The peak is the steepest rise that any plan must make between the two curves."""
    arrived = np.cumsum([a for a, _ in curves])
    due = np.minimum(np.cumsum([d for _, d in curves]), arrived)
    due[-1] = arrived[-1]
    plan = levelled(arrived, due)
    start = np.concatenate([[0.0], arrived])
    unavoidable = max(
        (due[j] - start[i]) / (j - i + 1) for j in range(len(due)) for i in range(j + 1)
    )

    assert (plan <= arrived + 1e-6).all()
    assert (plan >= due - 1e-6).all()
    assert np.diff(plan, prepend=0.0).min() >= -1e-6
    assert np.diff(plan, prepend=0.0).max() == pytest.approx(max(unavoidable, 0), abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(backlogs())
def test_the_planned_workers_are_in_time_by_the_flow_too(
    case: tuple[FloatArray, BoolArray, int],
) -> None:
    """Planning and judging agree: all work that can be judged is in time."""
    work, is_open, deadline = case
    workers = backlog_requirement(work, is_open, deadline, INTERVAL, WORKER_MINUTES)
    share = share_in_time(work[None], is_open, deadline, INTERVAL, workers, WORKER_MINUTES)

    judged = share[~np.isnan(share) & (work > 1e-3)]
    assert (judged > 1 - 1e-6).all()


def test_share_in_time_counts_late_work_as_late() -> None:
    """One worker, an hour's deadline: the last two arrivals need twice the time that is left."""
    always = np.ones(4, dtype=bool)
    work = np.array([[54.0, 0, 54, 54], [0.0, 0, 0, 0]])
    one = np.ones(4, dtype=np.int64)

    share = share_in_time(work, always, 60, INTERVAL, one, WORKER_MINUTES)

    assert share[0] == 1
    assert np.isnan(share[1])
    assert share[2] == 1
    assert share[3] == 0
