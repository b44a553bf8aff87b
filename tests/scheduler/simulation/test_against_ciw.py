"""The simulation against ciw, a library of others, on queues that both can express.

ciw lets workers of a shift that ends finish, and sends a whole fresh shift beside them; here only
those leave that are too many. Shifts of many handle times make that difference small.
"""

from typing import Any

import ciw
import numpy as np
import pytest

from scheduler.simulation.arrivals import spread_arrivals
from scheduler.simulation.queue import Contacts, simulate_queue
from scheduler.simulation.result import QueueResult
from scheduler.staffing.requirement import QueueWork
from tests.scheduler.simulation.runs import batched

AHT, PER_HOUR, HOURS = 180.0, 100.0, 96
RECORD = ("service", "renege")


def by_ciw(servers: Any, patience: float | None, seed: int) -> np.ndarray[Any, Any]:
    """Calls in a horizon of ``HOURS``: arrival, seconds waited, whether served; a row per call."""
    options: dict[str, Any] = {}
    if patience is not None:
        options = {
            "reneging_time_distributions": [ciw.dists.Exponential(1 / patience)],
        }
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(PER_HOUR / 3600)],
        service_distributions=[ciw.dists.Exponential(1 / AHT)],
        number_of_servers=[servers],
        **options,
    )
    ciw.seed(seed)
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(HOURS * 3600.0)
    records = simulation.get_all_records(only=list(RECORD))
    return np.array(
        [(one.arrival_date, one.waiting_time, one.record_type == "service") for one in records]
    )


def by_us(workers: Any, patience: float | None, seed: int) -> QueueResult:
    rng = np.random.default_rng(seed)
    work = QueueWork("a|de|voice", "live", (AHT,), patience_seconds=patience)
    num = 2 * HOURS
    at = spread_arrivals(rng.poisson(PER_HOUR / 2, num), 30, rng)
    present = np.broadcast_to(workers, num)
    return simulate_queue(
        work, Contacts(at, np.ones(len(at))), present, np.ones(num, dtype=bool), 30, rng
    )


def compared(theirs: np.ndarray[Any, Any], ours: QueueResult) -> None:
    """Service level, mean wait and abandonment within four joint standard errors."""
    interval = (theirs[:, 0] // 1800).astype(int)
    wait, is_served = theirs[:, 1], theirs[:, 2] == 1

    def per_interval(values: Any) -> Any:
        return np.bincount(interval, values, 2 * HOURS)

    offered = per_interval(np.ones(len(theirs)))
    measures = [
        (per_interval(is_served & (wait <= 20)), ours.in_time),
        (per_interval(wait), ours.waiting_seconds),
        (per_interval(~is_served), ours.abandoned),
    ]
    for known, seen in measures:
        (one, first), (other, second) = batched(known, offered), batched(seen, ours.offered)
        assert abs(one - other) <= 4 * np.hypot(first, second) + 1e-9


@pytest.mark.parametrize(("workers", "patience"), [(7, None), (6, 120.0), (4, 300.0)])
def test_the_same_workers_all_day(workers: int, patience: float | None) -> None:
    """Erlang C, Erlang A, and an overload that only hanging up relieves."""
    compared(by_ciw(workers, patience, seed=1), by_us(workers, patience, seed=2))


def test_workers_that_change() -> None:
    """Eight hours with 4, then 8, then 6, again and again, and customers who hang up."""
    rota = ciw.Schedule(
        numbers_of_servers=[4, 8, 6],
        shift_end_dates=[hours * 3600.0 for hours in (8, 16, 24)],
        preemption=False,
    )
    workers = np.tile(np.repeat([4, 8, 6], 16), HOURS // 24)

    compared(by_ciw(rota, 180.0, seed=3), by_us(workers, 180.0, seed=4))
