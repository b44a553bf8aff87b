"""What the first, second, ... worker of an interval is worth: the trouble that he saves customers.

The expected cost of an interval with n workers is the mean, over the demand paths, of what waiting,
hanging up and being late cost by the queueing formulas. It falls as n grows; by how much, is the
value of the n-th worker.
"""

from dataclasses import dataclass

import numpy as np

from scheduler.errors import ProblemInvalid
from scheduler.problem import IntArray
from scheduler.staffing.chat import chat
from scheduler.staffing.requirement import Allowance, QueueWork, check_contacts, smoothed
from scheduler.staffing.rounding import BoolArray, FloatArray
from scheduler.staffing.standby import Curve

# Demand enters an interval as the means of this many equal groups of its sorted paths.
_NUM_GROUPS = 25
# Values that differ by less than this share, or so many cents, become one: the optimiser has a
# column for each step, and nobody knows prices that well.
_STEP_SHARE, _STEP_CENTS = 0.04, 25.0
_HOUR = 3600.0
# For how long a queue lasts that an overload has left, where nobody hangs up.
_OVERLOAD_SECONDS = 8 * _HOUR


@dataclass(frozen=True, slots=True)
class Prices:
    """What goes wrong costs, in cents.

    ``waiting`` per hour that a customer waits, ``abandonment`` per customer who hangs up,
    ``missed`` per contact that is not answered within the threshold; whoever hangs up is not.
    ``floor`` per hour of a worker missing to ``min_workers`` or to the occupancy cap: promises to
    workers, which no customer pays for.
    """

    waiting: int = 0
    abandonment: int = 0
    missed: int = 0
    floor: int = 0

    def __post_init__(self) -> None:
        if min(self.waiting, self.abandonment, self.missed, self.floor) < 0:
            raise ProblemInvalid("prices of waiting, abandonment and missed contacts: at least 0")


def coverage_value(
    work: QueueWork,
    prices: Prices,
    contact_paths: FloatArray,
    handle_factor: FloatArray,
    is_open: BoolArray,
    interval_minutes: int,
    allowance: Allowance,
) -> tuple[Curve, ...]:
    """Per interval the value in cents per hour of the 1st, 2nd, ... *scheduled* worker.

    Live work and chat. ``contact_paths`` (P, T) contacts on each path, ``handle_factor`` (T,),
    ``is_open`` (T,). Cost of n on the queue: ``customer_cost``, mean of the paths' rates on the
    modified offered load; its falls, made never rising by isotonic regression, which is the slope
    of the lower convex envelope of the cost. Of m who are scheduled each is on the queue with
    ``share = (1 - no_show_rate) (1 - shrinkage)``, so the m-th is worth
    ``share * E[value of worker 1 + Bin(m - 1, share)]``. Up to ``min_workers`` nobody is worth
    less than ``prices.floor``. Nothing while closed; values below a cent end a curve.
    Raises ProblemInvalid for deferrable work, and for contacts that are negative or not finite.
    """
    if work.work == "deferrable":
        raise ProblemInvalid(f"queue {work.id}: deferrable work has no value curve")
    check_contacts(work, contact_paths, handle_factor, is_open)
    rates = smoothed(work, rate_paths(contact_paths), handle_factor, is_open, interval_minutes)
    busy = is_open & (rates > 0).any(axis=0)
    points, weights = _points(rates[:, busy])
    on_queue = _values(work, prices, points, weights, handle_factor[busy])
    no_show = np.broadcast_to(allowance.no_show_rate, busy.shape)[busy]
    values = _scheduled(on_queue, (1.0 - no_show) * (1.0 - allowance.shrinkage))
    known = dict(zip(np.flatnonzero(busy).tolist(), values, strict=True))
    nobody = np.zeros(0)
    return tuple(
        _curve(known.get(t, nobody), work.min_workers, prices.floor) if is_open[t] else ()
        for t in range(len(busy))
    )


def customer_cost(
    work: QueueWork,
    prices: Prices,
    workers: IntArray,
    rate: FloatArray,
    handle_factor: FloatArray,
) -> FloatArray:
    """What customers' trouble costs with so many workers on the queue, in cents per hour.

    ``rate`` in contacts per second; arrays broadcast. ``3600 rate (waiting E[W] / 3600 +
    abandonment P(abandon) + missed (1 - service level))`` in the steady state of Erlang A, or of
    the chat model. Where nobody hangs up, an overload has no steady state: who queues then waits,
    or makes others wait, for much of the day, as if customers were patient for eight hours. So
    the cost is always finite.
    """
    handle = [seconds * handle_factor for seconds in work.handle_seconds]
    endless = work.patience_seconds is None
    patience = work.patience_seconds or _OVERLOAD_SECONDS
    found = chat(
        workers, rate, handle, patience, work.threshold_seconds,
        "virtual" if endless else "offered",
    )  # fmt: skip
    each = prices.waiting * found.mean_wait_seconds / _HOUR
    each = each + prices.missed * (1.0 - found.service_level)
    if not endless:
        each = each + prices.abandonment * found.p_abandon
    cost: FloatArray = rate * _HOUR * each
    return cost


def rate_paths(contact_paths: FloatArray) -> FloatArray:
    """Rates behind the counts of the paths (P, T), in contacts per interval.

    The formulas bring the chance of a Poisson stream themselves; what the counts have of it would
    count twice. Deviations from the mean are scaled so that the variance left is that of the
    rate: ``sqrt(max(0, 1 - mean / variance))``.
    """
    mean = contact_paths.mean(axis=0)
    variance = contact_paths.var(axis=0)
    chance = np.divide(mean, variance, out=np.ones_like(mean), where=variance > 0)
    rates: FloatArray = mean + (contact_paths - mean) * np.sqrt(np.maximum(0.0, 1.0 - chance))
    return rates


def _points(rates: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Rates of (P, T) paths as (T, points), and the weight of each point."""
    groups = np.array_split(np.sort(rates, axis=0), min(_NUM_GROUPS, len(rates)))
    weights = np.array([len(group) for group in groups]) / len(rates)
    return np.stack([group.mean(axis=0) for group in groups], axis=1), weights


def _values(
    work: QueueWork,
    prices: Prices,
    points: FloatArray,
    weights: FloatArray,
    handle_factor: FloatArray,
) -> FloatArray:
    """Value of the 1st, 2nd, ... worker on the queue in cents per hour, never rising, (T, n)."""
    load = points * (work.handle_seconds[-1] * handle_factor / work.concurrency)[:, None]
    largest = load[:, -1]
    enough = np.maximum(largest + 3.0 * np.sqrt(largest) + 3.0, largest / work.max_occupancy)
    most = np.ceil(enough).astype(np.int64)
    least = _overloaded(work, load[:, 0])
    curves: list[FloatArray] = [np.zeros(0)] * len(points)
    left = np.arange(len(points))
    while len(left):
        found = _falls(
            work, prices, points[left], weights, handle_factor[left], least[left], most[left]
        )
        for t, one in zip(left.tolist(), found, strict=True):
            curves[t] = one
        left = np.array([t for t in left.tolist() if curves[t][-1] >= 1.0], dtype=np.int64)
        most[left] += most[left] // 2
    values = np.zeros((len(points), max(map(len, curves), default=0)))
    for t, one in enumerate(curves):
        values[t, : len(one)] = one
    return values + _within_cap(work, prices, load, weights, values.shape[1])


def _overloaded(work: QueueWork, load: FloatArray) -> IntArray:
    """Workers up to whom each saves the same: so few that whoever is answered has waited long.

    Where nobody else is idle or in time, the cost is linear in the workers.
    """
    late = 0.0 if work.patience_seconds is None else work.threshold_seconds / work.patience_seconds
    few = np.floor(load * np.exp(-late) - 4.0 * np.sqrt(load) - 2.0)
    least: IntArray = np.maximum(0.0, few).astype(np.int64)
    return least


def _falls(
    work: QueueWork,
    prices: Prices,
    points: FloatArray,
    weights: FloatArray,
    handle_factor: FloatArray,
    least: IntArray,
    most: IntArray,
) -> list[FloatArray]:
    """By how much the cost falls with each worker, never rising; one array per interval."""
    from scipy.optimize import isotonic_regression

    knots = [
        np.unique(np.concatenate([[0], np.arange(first, last + 1)]))
        for first, last in zip(least.tolist(), most.tolist(), strict=True)
    ]
    at = np.repeat(np.arange(len(knots)), [len(one) for one in knots])
    workers, factor = np.concatenate(knots)[:, None], handle_factor[at][:, None]
    cost = customer_cost(work, prices, workers, points[at], factor) @ weights
    edges = np.cumsum([len(one) for one in knots])[:-1]
    found = []
    for own, costs in zip(knots, np.split(cost, edges), strict=True):
        every = np.interp(np.arange(own[-1] + 1), own, costs)
        found.append(np.maximum(isotonic_regression(-np.diff(every), increasing=False).x, 0.0))
    return found


def _within_cap(
    work: QueueWork, prices: Prices, load: FloatArray, weights: FloatArray, size: int
) -> FloatArray:
    """What a worker saves of those missing to the occupancy cap; a cap of 1 asks for nobody."""
    if work.max_occupancy >= 1.0 or not prices.floor:
        return np.zeros((len(load), size))
    wanted = load / work.max_occupancy
    before = np.arange(size)
    missing = np.clip(wanted[:, None, :] - before[None, :, None], 0.0, 1.0)
    return np.asarray(prices.floor * (missing @ weights), dtype=np.float64)


def _scheduled(values: FloatArray, share: FloatArray) -> FloatArray:
    """Value of the 1st, 2nd, ... scheduled worker when each is on the queue with ``share`` (T,).

    ``values`` (T, n) of workers on the queue. Until nothing is worth a cent.
    """
    if np.all(share == 1.0):
        return values
    found, left = [], values.copy()
    comes = share[:, None]
    while left.size and (left[:, 0] >= 1.0).any():
        found.append(share * left[:, 0])
        following = np.zeros_like(left)
        following[:, :-1] = left[:, 1:]
        left = (1.0 - comes) * left + comes * following
    return np.stack(found, axis=1) if found else np.zeros((len(values), 0))


def _curve(values: FloatArray, min_workers: int, floor: int) -> Curve:
    """Whole cents, in steps of nearly equal values, without what is worth less than a cent."""
    raised = np.zeros(max(len(values), min_workers))
    raised[: len(values)] = values
    raised[:min_workers] = np.maximum(raised[:min_workers], floor)
    worth = raised[raised >= 1.0]
    found: list[int] = []
    while len(found) < len(worth):
        rest = worth[len(found) :]
        step = rest[rest >= rest[0] - max(_STEP_CENTS, _STEP_SHARE * rest[0])]
        found += [round(float(step.mean()))] * len(step)
    return tuple(found)
