"""Who still waits when an interval ends waits in the next one: the line as a fluid."""

import numpy as np

from scheduler.staffing.rounding import BoolArray, FloatArray

_FOR_EVER = 1e9  # seconds of patience


def held_up(
    rates: FloatArray,
    drain: FloatArray,
    patience_seconds: float | None,
    threshold_seconds: float,
    is_open: BoolArray,
    interval_minutes: int,
) -> FloatArray:
    """Share of each interval in which who comes is served late because others wait from before.

    ``rates`` (T, G) contacts per second, each column one course of demand; ``drain`` (T,) contacts
    per second that those present can finish. The line grows by ``rate - drain - line / patience``
    per second, which is solved exactly within an interval. It holds up whoever comes until what it
    has above its steady length is served within the threshold; what the interval itself makes
    wait is the matter of its steady state. While closed nobody waits. (T, G), from 0 to 1.
    """
    leaves = 1.0 / (patience_seconds or _FOR_EVER)
    seconds = interval_minutes * 60.0
    line = np.zeros(rates.shape[1])
    share = np.zeros(rates.shape)
    for t in range(len(rates)):
        if not is_open[t]:
            line = np.zeros(rates.shape[1])
            continue
        steady = (rates[t] - drain[t]) / leaves
        served_soon = drain[t] * threshold_seconds + np.maximum(-steady, 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            until = np.log((line - steady) / served_soon) / leaves
        is_long = line > np.maximum(steady, 0.0)
        share[t] = np.where(is_long, np.clip(until / seconds, 0.0, 1.0), 0.0)
        line = np.maximum(steady + (line - steady) * np.exp(-leaves * seconds), 0.0)
    return share
