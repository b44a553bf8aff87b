"""Seeded problems of the kind of ``../shared/data/problems``: a pool of gig workers, 4-hour shifts.

Times and shares were measured on those files, and a test compares both.

    python -m benchmarks.pool w1000 --seed 7 --out problem.json
"""

import argparse
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from scheduler.contract.problem_file import problem_json
from scheduler.horizon import DAY_MINUTES, Horizon
from scheduler.problem import Problem, Queue
from scheduler.shift_template import ShiftTemplate
from scheduler.worker import Window, Worker

START = datetime(2026, 11, 30, tzinfo=ZoneInfo("Europe/Berlin"))
SHIFT = 240
UNDERSTAFFING_COST = 6_000
# Of both the need and the pool: most is on the first queue.
SHARES = {4: (8, 5, 3, 2), 6: (8, 5, 3, 2, 1.2, 0.8)}
DRAWN_SKILLS = (0.42, 0.51, 0.07)  # one, two or three draws; a skill drawn twice counts once
WEEKLY_CAPS = ((1200, 0.7), (720, 0.3))
OFFERED = (0.58, 0.84)  # share of the days that a worker offers
MIDDLE, SPREAD = 840, 240  # of an offered window, minutes of the day
SHORTEST, LONGEST = 240, 720
WEEKDAYS = (1.25, 1.15, 1.09, 1.08, 1.04, 0.75, 0.64)
NEED = 0.465  # needed hours as a share of what the pool may work
DAY_NOISE, INTERVAL_NOISE = 0.05, 0.06


@dataclass(frozen=True, slots=True)
class Kind:
    """Size of a problem."""

    workers: int
    days: int
    queues: int
    interval_minutes: int = 30


KINDS = {
    "w200": Kind(200, 7, 4),
    "w1000": Kind(1_000, 14, 4),
    "w1000_15min": Kind(1_000, 14, 4, 15),
    "w10000": Kind(10_000, 14, 6),
    "w50000": Kind(50_000, 14, 6),
}


def generate(kind: Kind, seed: int) -> Problem:
    """One problem of a kind; the same seed gives the same one again."""
    random = np.random.default_rng(seed)
    horizon = Horizon(START, kind.days, kind.interval_minutes, "Europe/Berlin")
    shares = np.array(SHARES[kind.queues]) / sum(SHARES[kind.queues])
    workers = tuple(_worker(random, horizon, shares, number) for number in range(kind.workers))
    hours = sum(one.max_minutes_per_week for one in workers) / 60 * kind.days / 7 * NEED
    need = _requirement(random, horizon, hours * shares)
    names = [f"q{number}" for number in range(kind.queues)]
    return Problem(
        horizon=horizon,
        currency="EUR",
        queues=tuple(Queue(name, name, UNDERSTAFFING_COST) for name in names),
        shift_templates=(
            ShiftTemplate("micro4", SHIFT, kind.interval_minutes, 0, DAY_MINUTES - SHIFT),
        ),
        requirement=dict(zip(names, need, strict=True)),
        workers=workers,
    )


def _worker(
    random: np.random.Generator, horizon: Horizon, shares: npt.NDArray[np.float64], number: int
) -> Worker:
    draws = 1 + random.choice(len(DRAWN_SKILLS), p=DRAWN_SKILLS)
    skills = random.choice(len(shares), size=draws, p=shares)
    caps, weights = zip(*WEEKLY_CAPS, strict=True)
    offers = random.random(horizon.days) < random.uniform(*OFFERED)
    return Worker(
        id=f"w{number:05d}",
        skills=frozenset(f"q{skill}" for skill in skills),
        hourly_cost=100 * int(random.integers(14, 21)),
        max_minutes_per_week=int(random.choice(caps, p=weights)),
        max_consecutive_days=14,
        availability=tuple(
            _window(random, day * DAY_MINUTES, horizon.interval_minutes)
            for day in np.flatnonzero(offers).tolist()
        ),
    )


def _window(random: np.random.Generator, midnight: int, step: int) -> Window:
    length = step * int(random.integers(SHORTEST // step, LONGEST // step + 1))
    start = step * round((random.normal(MIDDLE, SPREAD) - length / 2) / step)
    start = min(max(start, 0), DAY_MINUTES - length)
    return Window(midnight + start, midnight + start + length)


def _requirement(
    random: np.random.Generator, horizon: Horizon, hours: npt.NDArray[np.float64]
) -> npt.NDArray[np.int64]:
    """Workers per queue and interval whose hours are those given, but for rounding."""
    steps = DAY_MINUTES // horizon.interval_minutes
    hour = np.arange(steps) * 24 / steps
    morning, evening = np.exp(-(((hour - 11) / 2.6) ** 2)), np.exp(-(((hour - 17.5) / 3) ** 2))
    week = np.array([WEEKDAYS[day % 7] for day in range(horizon.days)])
    week = week * random.normal(1, DAY_NOISE, horizon.days)
    shape = np.outer(week, 0.04 + morning + 0.85 * evening).ravel()
    shape /= shape.sum() * horizon.interval_minutes / 60
    noise = np.maximum(0, random.normal(1, INTERVAL_NOISE, (len(hours), len(shape))))
    return np.round(np.outer(hours, shape) * noise).astype(np.int64)


def main() -> None:
    """Write one problem file."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pool", description=__doc__)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    text = problem_json(generate(KINDS[options.kind], options.seed))
    options.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
