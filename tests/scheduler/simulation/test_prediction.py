"""The service level that a schedule promises, against the simulation: within two points."""

from dataclasses import replace

import numpy as np
import pytest

from scheduler.simulation.arrivals import spread_arrivals
from scheduler.simulation.queue import Contacts, simulate_queue
from scheduler.simulation.turnout import on_queue
from scheduler.staffing.requirement import (
    Allowance,
    QueueWork,
    expected_service_level,
    service_level_total,
)

VOICE = QueueWork("a|de|voice", "live", (300.0,), patience_seconds=180.0)
PATIENT = replace(VOICE, patience_seconds=None)
CHAT = QueueWork(
    "a|de|chat", "chat", (420.0, 480.0, 560.0), 3, patience_seconds=240.0, threshold_seconds=60
)
MAIL = QueueWork("a|en|mail", "deferrable", (400.0,), deadline_minutes=240)
# A day of 12 open hours in half-hours: contacts rise and fall.
SHAPE = np.concatenate([np.zeros(6), np.sin(np.linspace(0.2, 2.9, 24)), np.zeros(6)])
IS_OPEN = np.array([False] * 6 + [True] * 24 + [False] * 6)
SEEDS, PATHS = 400, 200


def totals(
    work: QueueWork, most: float, staffed: np.ndarray, no_show: float = 0.0, spread: float = 30.0
) -> tuple[float, float]:
    """Predicted and simulated service level of the day, over paths with uncertain rates."""
    rng = np.random.default_rng(8)
    day = rng.gamma(spread, 1 / spread, (PATHS, 1)) * rng.gamma(50, 1 / 50, (PATHS, len(SHAPE)))
    paths = rng.poisson(most * SHAPE * day)
    allowance, ones = Allowance(no_show), np.ones(len(SHAPE))
    level = expected_service_level(work, paths.astype(float), ones, IS_OPEN, staffed, 30, allowance)
    in_time = judged = 0
    for number in range(SEEDS):
        at = spread_arrivals(paths[number % PATHS], 30, rng)
        present = on_queue(rng.binomial(staffed, 1 - no_show), 0.0, rng)
        contacts = Contacts(at, np.ones(len(at)))
        seen = simulate_queue(work, contacts, present, IS_OPEN, 30, rng)
        in_time, judged = in_time + seen.in_time.sum(), judged + seen.judged.sum()
    return service_level_total(paths.mean(axis=0), level), float(in_time / judged)


def workers(most: float) -> np.ndarray:
    """As many as the contacts of each half-hour ask for, at so many for the most of them."""
    return np.ceil(most * SHAPE).astype(np.int64)


@pytest.mark.parametrize(
    ("work", "most", "staffed", "no_show"),
    [
        (VOICE, 60, workers(12), 0.0),
        (VOICE, 60, workers(13), 0.05),
        (VOICE, 60, workers(8), 0.0),  # never enough: many hang up
        (PATIENT, 60, workers(15), 0.0),
        (CHAT, 40, workers(5), 0.03),
        (CHAT, 12, workers(2), 0.0),  # a small team
        (MAIL, 20, workers(6), 0.0),
    ],
    ids=["voice", "no-shows", "overload", "patient", "chat", "small", "mail"],
)
def test_prediction_and_simulation_agree(
    work: QueueWork, most: float, staffed: np.ndarray, no_show: float
) -> None:
    predicted, simulated = totals(work, most, staffed, no_show)

    assert predicted == pytest.approx(simulated, abs=0.02)


def test_a_line_that_nobody_leaves_is_predicted_too() -> None:
    """Two hours with half of the workers: whoever comes afterwards waits behind who came then."""
    staffed = workers(16)
    staffed[14:18] //= 2
    predicted, simulated = totals(PATIENT, 60, staffed, spread=500.0)

    assert simulated < 0.8
    assert predicted == pytest.approx(simulated, abs=0.05)
