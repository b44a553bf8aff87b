"""Minimum shift design instances of two kinds, written as ``.dzn`` files.

``python tests/benchmarks/msd_generator.py OUT.dzn --interval 15 --shifts 12 --seed 1 [--inexact]``
draws hidden shifts and workers and adds up the demand. Of an exact instance all hidden shifts are
allowed, so no optimal design has more of them than were hidden. Of an inexact one about half start
at any time of the day, so that no design meets the demand.
"""

import argparse
import random
from pathlib import Path

WINDOWS = ((5, 8), (9, 11), (13, 15), (21, 23))  # hours in which a shift may start
HOURS = (7, 9)  # shortest and longest shift
DAYS = 7


def generate(interval: int, num_shifts: int, seed: int, is_exact: bool) -> str:
    """The text of an instance; ``interval`` in minutes, 60 or a divisor of it."""
    draw = random.Random(seed)
    per_hour = 60 // interval
    hidden: set[tuple[int, int]] = set()
    while len(hidden) < num_shifts:
        first, last = draw.choice(WINDOWS)
        start = draw.randint(first * per_hour, last * per_hour)
        if not is_exact and draw.random() < 0.5:
            start = draw.randrange(24 * per_hour)
        hidden.add((start, draw.randint(HOURS[0] * per_hour, HOURS[1] * per_hour)))
    return _text(interval, _demand(draw, hidden, 24 * per_hour))


def _demand(draw: random.Random, hidden: set[tuple[int, int]], per_day: int) -> list[int]:
    demand = [0] * (DAYS * per_day)
    for start, length in sorted(hidden):
        weekday, weekend = draw.randint(1, 6), draw.randint(1, 6)
        for day in range(DAYS):
            workers = weekday if day < 5 else weekend
            if draw.random() < 0.4:
                workers = max(0, workers + draw.choice((-1, 0, 0, 1, 2)))
            for interval in range(length):
                demand[(day * per_day + start + interval) % len(demand)] += workers
    return demand


def _text(interval: int, demand: list[int]) -> str:
    per_hour = 60 // interval
    fields = {
        "interval": interval,
        "days": DAYS,
        "demand": demand,
        "shiftTypes": len(WINDOWS),
        "minStart": [first * per_hour for first, _ in WINDOWS],
        "maxStart": [last * per_hour for _, last in WINDOWS],
        "minLength": [HOURS[0] * per_hour] * len(WINDOWS),
        "maxLength": [HOURS[1] * per_hour] * len(WINDOWS),
        "weightUnderCover": 1,
        "weightOverCover": 1,
        "weightShiftInstances": interval,
    }
    return "".join(f"{name} = {value};\n" for name, value in fields.items())


def main() -> None:
    """Write one instance."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--interval", type=int, default=30, choices=(15, 30, 60))
    parser.add_argument("--shifts", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--inexact", action="store_true")
    options = parser.parse_args()
    text = generate(options.interval, options.shifts, options.seed, not options.inexact)
    options.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
