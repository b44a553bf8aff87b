"""Sick calls in a pool: planned again with a price or a cap on changes, against planning anew.

``python -m benchmarks.replanning [--kind w1000] [--seeds N] [--sick N] [--docs]`` solves a pool,
takes random workers out from the third morning on, and plans what is left in four ways: anew
without a price, with a price, with a price and a cap, and one day of it alone. Everything runs as
a program would run it: from the files on disk, in processes of their own.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.plan import run
from benchmarks.pool import KINDS, START, generate
from benchmarks.replanning_figures import ONE_DAY, SECTION, WAYS
from benchmarks.results import PEAKCREW, circumstances, keep, told
from benchmarks.results import Run as Measured
from scheduler.contract.problem_file import problem_json

FROZEN_DAYS = 2
GAP = "0.001"


def measure(kind: str, seed: int, num_sick: int, seconds: int) -> Measured:
    """One pool and its sick calls, planned again in every way."""
    measured: Measured = circumstances()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        text = problem_json(generate(KINDS[kind], seed))
        (folder / "problem.json").write_text(text, encoding="utf-8")
        schedule = folder / "schedule.json"
        search = ["--time-limit", str(seconds), "--gap", GAP, "--json"]
        solve = [*PEAKCREW, "solve", str(folder / "problem.json"), "--out", str(schedule)]
        measured["solve_seconds"] = run([*solve, *search]).seconds
        sick = _sick(json.loads(schedule.read_text(encoding="utf-8")), seed, num_sick)
        freeze = ["--freeze-before", f"{_day(FROZEN_DAYS)}T00:00"]
        absent = [word for worker in sick for word in ("--absent", worker)]
        replan = [*PEAKCREW, "replan", str(schedule), *search, *freeze]
        ways = {**WAYS, "price and cap": (*WAYS["price and cap"], str(num_sick))}
        for way, options in ways.items():
            command = [*replan, *absent, *options, "--out", str(folder / way.replace(" ", "_"))]
            measured[way] = _replanned(command)
        days = KINDS[kind].days
        others = range(FROZEN_DAYS + 1, days)
        locks = [word for day in others for word in ("--lock-day", _day(day))]
        command = [*replan, *absent[:6], *locks, "--out", str(folder / "day")]
        measured[ONE_DAY] = _replanned(command)
        measured["replace_seconds"] = _replace_seconds(schedule)
    return measured


def _replace_seconds(schedule: Path) -> list[float]:
    """Seconds of whole processes that rank who could take over the first shift."""
    first = json.loads(schedule.read_text(encoding="utf-8"))["shifts"][0]["id"]
    command = [*PEAKCREW, "replace", str(schedule), "--shift", first, "--json"]
    return [run(command).seconds for _ in range(3)]


def _day(index: int) -> str:
    day = np.datetime64(START.date()) + np.timedelta64(index, "D")
    return str(day)


def _sick(schedule: dict[str, Any], seed: int, number: int) -> list[str]:
    """Random workers among those who have a shift after the freeze."""
    later = {one["worker"] for one in schedule["shifts"] if one["start"] >= _day(FROZEN_DAYS)}
    random = np.random.default_rng(seed)
    return sorted(random.choice(sorted(later), number, replace=False).tolist())


def _replanned(command: list[str]) -> Measured:
    """Seconds of the whole process, and what it changed; costs without the price of changes."""
    done = run(command)
    outcome = json.loads(done.output)
    priced = outcome["costs"].get("changes", {"after": 0.0})["after"]
    return {
        "seconds": done.seconds,
        "solve_seconds": outcome["solve_seconds"],
        "gap": outcome["gap"],
        "cost": outcome["cost_after"] - priced,
        "cost_before": outcome["cost_before"],
        **{key: outcome[key] for key in ("changed_workers", "lost", "dropped", "added", "moved")},
    }


def main() -> None:
    """Measure, print and, if asked, write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kind", choices=KINDS, default="w1000")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--sick", type=int, default=30)
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--docs", action="store_true")
    options = parser.parse_args()
    command = told("replanning", [one for one in sys.argv[1:] if one != "--docs"])
    begin = time.perf_counter()
    for seed in range(1, options.seeds + 1):
        measured = measure(options.kind, seed, options.sick, options.seconds)
        keep(f"{SECTION}_{options.kind}", str(seed), command, measured)
        print(f"seed {seed}, {time.perf_counter() - begin:.0f} s: {measured}", flush=True)
    if options.docs:
        # Imported here: the page knows all sections, and this one is one of them.
        from benchmarks.page import write_page

        print(f"The page is {write_page()}")


if __name__ == "__main__":
    main()
