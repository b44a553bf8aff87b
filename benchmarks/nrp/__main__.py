"""Solve instances: ``python -m benchmarks.nrp FILE... --time-limit S``.

The last line per file is ``name cost bound seconds status``.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.nrp.evaluate import cost, print_schedule, violations
from benchmarks.nrp.instance import InstanceInvalid, read_instance
from benchmarks.nrp.search import Limits, Search
from scheduler.errors import SchedulerError


def main(arguments: Sequence[str]) -> int:
    """Solve the files one after the other; 2 when a file cannot be read."""
    options = _options(arguments)
    limits = Limits(options.time_limit, options.workers, options.seed)
    for path in options.files:
        try:
            solve(path, limits, options.out)
        except (InstanceInvalid, OSError) as error:
            print(error, file=sys.stderr)
            return 2
    return 0


def solve(path: Path, limits: Limits, out: Path | None) -> None:
    """Solve one file, print each step, and keep the schedule if there is a folder for it."""
    begin = time.monotonic()
    instance = read_instance(path)

    def report(stage: str, now: int, bound: int) -> None:
        print(f"  {time.monotonic() - begin:7.1f} s  {stage:10} {now} {bound}", flush=True)

    search = Search(instance, limits, report)
    try:
        search.run()
    except SchedulerError as error:
        # What was found before stays good: it is judged below like any other.
        print(f"  {type(error).__name__}: {error}", flush=True)
    seconds = time.monotonic() - begin
    if broken := violations(instance, search.schedule):
        print(f"  {len(broken)} hard rules broken, first: {broken[0]}")
        print(f"{instance.name} - {search.bound} {seconds:.1f} unknown", flush=True)
        return
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        text = print_schedule(instance, search.schedule)
        (out / f"{instance.name}.out").write_text(text, encoding="utf-8")
    now = cost(instance, search.schedule)
    status = "optimal" if now <= search.bound else "feasible"
    print(f"{instance.name} {now} {search.bound} {seconds:.1f} {status}", flush=True)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.nrp", description=__doc__)
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--time-limit", type=float, required=True, help="seconds per file")
    parser.add_argument("--workers", type=int, default=2, help="threads of CP-SAT")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="folder for the schedules")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
