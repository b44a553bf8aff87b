"""Random work that may wait."""

import numpy as np
from hypothesis import strategies as st

from scheduler.backlog import Backlog
from scheduler.horizon import Horizon


@st.composite
def tiny_backlogs(draw: st.DrawFn, horizon: Horizon) -> Backlog:
    """Bursts of work with deadlines from one interval to beyond the end, and some of it old."""
    size, length = horizon.num_intervals, horizon.interval_minutes
    arriving, due = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    opening = draw(st.sampled_from([0, 0, 37, 250]))
    bursts = [(0, opening)] if opening else []
    for _ in range(draw(st.integers(1, 4))):
        at, minutes = draw(st.integers(0, size - 1)), draw(st.sampled_from([1, 55, 130, 400]))
        arriving[at] += minutes
        bursts.append((at, minutes))
    for at, minutes in bursts:
        until = at + draw(st.sampled_from([0, 2, 7, 30]))
        if until < size:
            due[until] += minutes
    done = np.full(size, draw(st.sampled_from([length, length - 3, length * 9 // 10])))
    if draw(st.booleans()):
        done[np.arange(size) * length % 1440 >= draw(st.sampled_from([600, 1080]))] = 0
    return Backlog(
        arriving, due, done, opening, draw(st.sampled_from([0, 0, 90])),
        draw(st.sampled_from([0, 700, 6000])), draw(st.sampled_from([0, 1000, 5000])),
    )  # fmt: skip
