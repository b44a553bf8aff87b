"""When contacts come, if only their number per interval is known."""

import numpy as np

from scheduler.problem import IntArray
from scheduler.staffing.rounding import FloatArray


def spread_arrivals(
    counts: IntArray, interval_minutes: int, rng: np.random.Generator
) -> FloatArray:
    """Seconds from the horizon's start at which contacts come, sorted: at random in their interval.

    ``counts`` (T,) contacts per interval. Of a Poisson process with a constant rate within each
    interval nothing else is known, once the counts are.
    """
    seconds = interval_minutes * 60.0
    begins = np.repeat(np.arange(len(counts)) * seconds, counts)
    return np.sort(begins + seconds * rng.random(len(begins)))
