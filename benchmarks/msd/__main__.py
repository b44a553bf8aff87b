"""Solve minimum shift design: ``python -m benchmarks.msd FILE... --time-limit S``.

The last line per file is ``name cost bound seconds status``; costs in minutes.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.msd.evaluate import evaluate
from benchmarks.msd.instance import Instance, InvalidInstance, read_instance
from benchmarks.msd.search import Result, search


def main(arguments: Sequence[str]) -> int:
    """Solve file after file; 2 when one of them is not an instance."""
    options = _options(arguments)
    try:
        instances = [read_instance(path) for path in options.files]
    except InvalidInstance as error:
        print(error, file=sys.stderr)
        return 2
    for instance in instances:
        result = search(
            instance,
            options.time_limit,
            options.workers,
            options.seed,
            lambda news: print(f"  {news.seconds:7.1f} s  {news.cost} >= {news.bound}", flush=True),
        )
        print(_counted(instance, result))
        print(
            f"{instance.name} {result.cost} {result.bound} {result.seconds:.1f} {result.status}",
            flush=True,
        )
    return 0


def _counted(instance: Instance, result: Result) -> str:
    counted = evaluate(instance, result.duties)
    return (
        f"  {counted.distinct_shifts} shifts, {counted.under_minutes} minutes short, "
        f"{counted.over_minutes} minutes too many"
    )


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.msd", description=__doc__)
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="instance (.dzn)")
    parser.add_argument("--time-limit", type=float, default=60, help="seconds per file")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
