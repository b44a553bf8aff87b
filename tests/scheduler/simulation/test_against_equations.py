"""The simulation against the forward equations of a day whose rates and workers change.

Calls in service and waiting form a Markov chain; its equations are integrated in short steps
and share nothing with the simulation. On the day, a shift ends with calls in progress, nobody is
there for a while, and the queue closes with people waiting.
"""

import numpy as np
import numpy.typing as npt
from scipy.linalg import expm

from scheduler.simulation.arrivals import spread_arrivals
from scheduler.simulation.queue import Contacts, simulate_queue
from scheduler.simulation.result import QueueResult
from scheduler.staffing.requirement import QueueWork

FloatArray = npt.NDArray[np.float64]

PER_INTERVAL = np.array([4.0, 9.0, 7.0, 5.0, 12.0, 6.0, 0.0])
PRESENT = np.array([2, 4, 1, 0, 3, 1, 0])
IS_OPEN = np.array([True] * 6 + [False])
WORK = QueueWork("a|de|voice", "live", (600.0,), patience_seconds=900.0, threshold_seconds=0.0)
MOST_SERVED, MOST_WAITING, STEPS = 4, 40, 60
DAYS = 3000


def generator(per_second: float, places: int) -> FloatArray:
    """Rates between the states (in service, waiting)."""
    width = MOST_WAITING + 1
    rates = np.zeros(((MOST_SERVED + 1) * width,) * 2)
    for served in range(MOST_SERVED + 1):
        for waiting in range(width):
            at = served * width + waiting
            if served < places:
                rates[at, at + width] += per_second
            elif waiting < MOST_WAITING:
                rates[at, at + 1] += per_second
            if served:
                # Whoever waits takes the place of who is done, unless the place is gone.
                takes = waiting > 0 and served <= places
                rates[at, at - 1 if takes else at - width] += served / WORK.aht_seconds[0]
            if waiting:
                rates[at, at - 1] += waiting / 900.0
    return rates - np.diag(rates.sum(axis=1))


def taken(chance: FloatArray, places: int) -> FloatArray:
    """Who comes on shift takes who waits."""
    table = chance.reshape(MOST_SERVED + 1, MOST_WAITING + 1).copy()
    for served in range(places):
        for waiting in range(1, MOST_WAITING + 1):
            takes = min(places - served, waiting)
            table[served + takes, waiting - takes] += table[served, waiting]
            table[served, waiting] = 0.0
    return table.ravel()


def known_day() -> tuple[FloatArray, FloatArray, float, float]:
    """Per interval the calls that do not wait and the busy seconds; calls lost, seconds waited."""
    at_once, busy, lost, waited = np.zeros(7), np.zeros(7), 0.0, 0.0
    served, waiting = np.divmod(np.arange((MOST_SERVED + 1) * (MOST_WAITING + 1)), MOST_WAITING + 1)
    chance = np.zeros(len(served))
    chance[0] = 1.0
    for t, places in enumerate(PRESENT):
        if not IS_OPEN[t]:
            lost += float(chance @ waiting)
            chance = np.bincount(served * (MOST_WAITING + 1), chance, len(chance))
        chance = taken(chance, int(places))
        per_second, step = PER_INTERVAL[t] / 1800.0, 1800.0 / STEPS
        rates = generator(per_second, int(places))
        move, half = expm(rates * step), expm(rates * step / 2)
        for _ in range(STEPS):
            # Simpson's rule for the integrals over a step.
            mean = (chance + 4 * (chance @ half) + chance @ move) / 6
            chance = chance @ move
            at_once[t] += per_second * step * float(mean @ (served < places))
            busy[t] += step * float(mean @ served)
            waited += step * float(mean @ waiting)
            lost += step * float(mean @ waiting) / 900.0
    return at_once, busy, lost, waited


def simulated_day(rng: np.random.Generator) -> QueueResult:
    at = spread_arrivals(rng.poisson(PER_INTERVAL), 30, rng)
    return simulate_queue(WORK, Contacts(at, np.ones(len(at))), PRESENT, IS_OPEN, 30, rng)


def test_a_day_of_changes() -> None:
    """Each figure of each half-hour within four standard errors of its exact mean."""
    rng = np.random.default_rng(5)
    seen = [simulated_day(rng) for _ in range(DAYS)]
    at_once, busy, lost, waited = known_day()

    def agrees(values: FloatArray, known: FloatArray | float) -> bool:
        error = values.std(axis=0, ddof=1) / np.sqrt(DAYS)
        return bool((np.abs(values.mean(axis=0) - known) <= 4 * error + 1e-9).all())

    assert agrees(np.array([one.in_time for one in seen], dtype=float), at_once)
    assert agrees(np.array([one.busy_seconds for one in seen]), busy)
    assert agrees(np.array([one.abandoned.sum() for one in seen], dtype=float), lost)
    assert agrees(np.array([one.waiting_seconds.sum() for one in seen]), waited)
    assert lost > 1  # the day is worth looking at
