"""Plans instances of multi-activity multi-day shift scheduling and prints cost and bound of each.

The line of an instance is ``name cost bound seconds status``; the cost is the squared over-cover,
as the set's published checker counts.
"""

import argparse
import sys
from pathlib import Path
from time import monotonic

from benchmarks.matsp.improve import Limits
from benchmarks.matsp.instance import InstanceError, read_instance
from benchmarks.matsp.schedule import write_schedule
from benchmarks.matsp.search import solve


def main(arguments: list[str] | None = None) -> int:
    """Plan each file in turn; 1 when one could not be read or stayed without a schedule."""
    options = _parser().parse_args(arguments)
    failed = False
    for path in options.files:
        try:
            failed |= not _run(path, options)
        except (InstanceError, OSError) as error:
            print(error, file=sys.stderr)
            failed = True
    return int(failed)


def _run(path: Path, options: argparse.Namespace) -> bool:
    started = monotonic()
    instance = read_instance(path)
    result = solve(instance, Limits(options.time_limit, options.workers, options.seed))
    seconds = monotonic() - started
    cost = "-"
    if result.schedule is not None and result.evaluation is not None:
        found = result.evaluation
        cost = str(found.squared)
        print(f"{path.stem}: over-cover {found.linear} linear, {found.squared} squared")
        if options.out is not None:
            options.out.mkdir(parents=True, exist_ok=True)
            target = options.out / f"{path.stem}.solution"
            write_schedule(target, instance, result.schedule, found.squared)
    print(path.stem, cost, result.bound, f"{seconds:.1f}", result.status, flush=True)
    return result.schedule is not None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.matsp", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--time-limit", type=float, default=300.0, help="seconds for each file")
    parser.add_argument("--workers", type=int, default=2, help="threads of the solvers")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="folder for solution files")
    return parser


if __name__ == "__main__":
    sys.exit(main())
