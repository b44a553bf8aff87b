"""Runs of one queue with a constant rate, cut into batches for standard errors."""

import numpy as np
import numpy.typing as npt

from scheduler.simulation.arrivals import spread_arrivals
from scheduler.simulation.queue import Contacts, simulate_queue
from scheduler.simulation.result import QueueResult
from scheduler.staffing.requirement import QueueWork


def hours(num: int) -> npt.NDArray[np.bool_]:
    """So many open hours in half-hours."""
    return np.ones(2 * num, dtype=bool)


def simulated(
    work: QueueWork, per_hour: float, workers: int, num_hours: int, seed: int
) -> QueueResult:
    """Contacts that come evenly, and always as many workers."""
    rng = np.random.default_rng(seed)
    is_open = hours(num_hours)
    counts = rng.poisson(per_hour / 2, size=len(is_open))
    at = spread_arrivals(counts, 30, rng)
    contacts = Contacts(at, np.ones(len(at)))
    return simulate_queue(work, contacts, np.full(len(is_open), workers), is_open, 30, rng)


def batched(part: npt.NDArray[np.generic], of: npt.NDArray[np.generic]) -> tuple[float, float]:
    """Share ``part / of`` over all intervals, and its standard error from 20 batches of them."""
    parts, wholes = (
        np.array([one.sum(dtype=float) for one in np.array_split(values, 20)])
        for values in (part, of)
    )
    share = parts.sum() / wholes.sum()
    errors = (parts - share * wholes) / wholes.mean()
    return float(share), float(errors.std(ddof=1) / np.sqrt(20))


def near(seen: tuple[float, float], known: float) -> bool:
    """Whether a measured share is the known one, within four standard errors."""
    share, error = seen
    return abs(share - known) < 4 * error + 1e-5
