"""What a planner knows better than the history: layers of changes on the volume's paths.

A change says which mean some intervals should have. The paths follow: thinned where fewer
contacts are expected, joined by further ones where more are, so counts stay whole, the spread
keeps its size relative to the mean, and a busy day stays busy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zlib import crc32

import numpy as np
import pandas as pd

from forecasts.calendar import BoolArray, FloatArray, IntArray
from forecasts.errors import ForecastError
from forecasts.spread import (
    DEFAULT_DAY_VARIANCE,
    DEFAULT_INTERVAL_VARIANCE,
    LARGEST_VARIANCE,
    SMALLEST_VARIANCE,
    PathArray,
)

Operation = Literal["factor", "add", "set"]
# More contacts in one interval are a slip of the keyboard, and would not fit into a path.
MAX_MEAN = 10_000_000
STREAM = 2  # apart from the streams of the paths themselves


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One change over [start, end), of a queue or, with ``unique_id`` None, of all.

    ``factor`` multiplies the mean; ``add`` and ``set`` state contacts in total over all intervals
    and queues of the change, to be added or to take the mean's place.
    """

    operation: Operation
    value: float
    start: datetime
    end: datetime
    unique_id: str | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """Which queues and intervals the paths are of.

    ``ds`` are UTC starts, ``day`` numbers of their local days, rising; ``is_open`` has shape
    (queues, intervals).
    """

    unique_ids: tuple[str, ...]
    ds: pd.DatetimeIndex
    interval_minutes: int
    day: IntArray
    is_open: BoolArray

    def covered(self, one: Adjustment) -> BoolArray:
        """Whether a change is about an interval, shape (queues, intervals)."""
        first, last = self._places(one)
        covered = np.zeros(self.is_open.shape, dtype=np.bool_)
        rows = [one.unique_id in (None, name) for name in self.unique_ids]
        covered[np.array(rows), first:last] = True
        return covered

    def share(self, one: Adjustment) -> float:
        """Which share of a change's time lies in the grid."""
        first, last = self._places(one)
        minutes = (one.end - one.start).total_seconds() / 60
        return float((last - first) * self.interval_minutes / minutes)

    def _places(self, one: Adjustment) -> tuple[int, int]:
        first, last = self.ds.searchsorted([pd.Timestamp(one.start), pd.Timestamp(one.end)])
        return int(first), int(last)


def with_layer(
    paths: PathArray, changes: Sequence[Adjustment], grid: Grid, *, name: str, seed: int
) -> PathArray:
    """The paths (queues, paths, intervals) with a layer's changes made one after the other.

    The layer's name and the seed decide its draws, so that another layer, switched on or off,
    does not change them. Raises ForecastError for more contacts than an interval can hold.
    """
    found = paths
    for number, change in enumerate(changes):
        wanted = wanted_mean(change, found.mean(axis=1), grid)
        if wanted.max(initial=0) > MAX_MEAN:
            raise ForecastError(
                f"layer {name!r}: more than {MAX_MEAN:,} contacts in an interval are too many"
            )
        key = (seed, STREAM, crc32(name.encode()), number)
        found = following(found, wanted, grid.day, key)
    return found


def following(
    paths: PathArray, wanted: FloatArray, day: IntArray, key: tuple[int, ...]
) -> PathArray:
    """Paths (queues, paths, intervals) with another mean (queues, intervals).

    ``key`` decides the draws, of each queue for itself; where the mean stays, so do the paths.
    """
    found = paths.copy()
    for row in np.flatnonzero((wanted != paths.mean(axis=1)).any(axis=1)).tolist():
        rng = np.random.default_rng((*key, row))
        found[row] = redrawn(paths[row], wanted[row], day, rng)
    return found


def wanted_mean(change: Adjustment, mean: FloatArray, grid: Grid) -> FloatArray:
    """The mean (queues, intervals) that a change asks for, given the mean before it.

    A total is shared out in the mean's own proportions; where the mean is 0 throughout, evenly
    over open intervals or, without one, over all. Of a change that reaches beyond the grid, the
    share of its time counts. Nothing falls below 0.
    """
    covered = grid.covered(change)
    if not covered.any():
        return mean
    if change.operation == "factor":
        wanted = change.value * mean
    else:
        total = change.value * grid.share(change) * _proportions(mean, covered, grid.is_open)
        wanted = total if change.operation == "set" else mean + total
    return np.where(covered, np.maximum(wanted, 0.0), mean)


def _proportions(mean: FloatArray, covered: BoolArray, is_open: BoolArray) -> FloatArray:
    """Weights that add up to 1 over the covered intervals."""
    for weight in (mean * covered, is_open & covered, covered):
        if weight.any():
            break
    shares: FloatArray = weight / weight.sum()
    return shares


def redrawn(
    paths: PathArray, wanted: FloatArray, day: IntArray, rng: np.random.Generator
) -> PathArray:
    """Paths (paths, intervals) of one queue with another mean (intervals,).

    Where the mean falls, each contact stays with the probability of the ratio. Where it rises,
    further contacts come at the rate that the path's own day had, so that both together are what
    a day factor and an interval factor on the larger mean would have given.
    """
    mean = paths.mean(axis=0)
    found = paths.copy()
    fewer, more = wanted < mean, wanted > mean
    found[:, fewer] = rng.binomial(paths[:, fewer], wanted[fewer] / mean[fewer])
    if more.any():
        days = np.isin(day, day[more])
        busyness = _busyness(paths[:, days], day[days], rng)[:, more[days]]
        found[:, more] += rng.poisson((wanted - mean)[more] * busyness).astype(np.int32)
    return found


def _busyness(paths: PathArray, day: IntArray, rng: np.random.Generator) -> FloatArray:
    """How busy each path was in each interval: a draw given its counts, mean 1 per interval.

    With Gamma factors of shape a on the day and b on the interval, a day of N contacts where M
    were expected has the factor Gamma(a + N) / (a + M), and an interval of y where m were
    expected Gamma(b + y) / (b + m); both variances, 1 / a and 1 / b, are measured on the paths.
    """
    starts = np.flatnonzero(np.diff(day, prepend=day[0] - 1))
    number = np.cumsum(np.diff(day, prepend=day[0]) != 0)
    mean = paths.mean(axis=0)
    by_day, by_interval = _variances(paths, mean, starts)
    came = np.add.reduceat(paths, starts, axis=1, dtype=np.int64)
    expected = np.add.reduceat(mean, starts)
    day_factor = (rng.standard_gamma(1 / by_day + came) / (1 / by_day + expected))[:, number]
    shape = (1 / by_interval)[number]
    busyness = day_factor * rng.standard_gamma(shape + paths) / (shape + mean * day_factor)
    scaled: FloatArray = busyness / busyness.mean(axis=0)
    return scaled


def _variances(
    paths: PathArray, mean: FloatArray, starts: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Variance of the day factor and of the interval factor of each day, by moments.

    The same as in ``spread``: intervals of one day vary together by the day factor alone. Days
    without contacts have the usual variances.
    """
    variance, squares = paths.var(axis=0), mean**2
    days = np.add.reduceat(paths, starts, axis=1, dtype=np.int64)
    own = np.add.reduceat(squares, starts)
    together = days.var(axis=0) - np.add.reduceat(variance, starts)
    by_day = _ratio(together, days.mean(axis=0) ** 2 - own, DEFAULT_DAY_VARIANCE)
    whole = _ratio(
        np.add.reduceat(variance - mean, starts), own, DEFAULT_DAY_VARIANCE + SMALLEST_VARIANCE
    )
    by_interval = np.where(own > 0, (1 + whole) / (1 + by_day) - 1, DEFAULT_INTERVAL_VARIANCE)
    return by_day, np.clip(by_interval, SMALLEST_VARIANCE, LARGEST_VARIANCE)


def _ratio(part: FloatArray, whole: FloatArray, default: float) -> FloatArray:
    # Sums of rounded squares that should be 0 are only nearly so.
    ratio = np.divide(part, whole, out=np.full_like(part, default), where=whole > 1e-9)
    return np.clip(ratio, SMALLEST_VARIANCE, LARGEST_VARIANCE)
