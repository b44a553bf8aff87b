"""The optimiser by size, beside general solvers, and beside another planner.

    python -m benchmarks.optimiser --only w200 w1000 --seeds 5   # sizes, problems 1 to 5
    python -m benchmarks.optimiser --only peers                  # HiGHS and CP-SAT, same model
    python -m benchmarks.optimiser --only pyworkforce            # needs the group `bench`
    python -m benchmarks.optimiser --render                      # docs/benchmarks.md alone

Every run is stored in out/bench as soon as it ends; ``--docs`` writes the page afterwards.
"""

import argparse
import sys
from collections.abc import Sequence

from benchmarks import optimiser_peers, optimiser_pyworkforce
from benchmarks.optimiser_runs import GIVEN, GOALS, Goal, measure
from benchmarks.page import write_page
from benchmarks.results import keep, told

PIECES = (*GOALS, "peers", "pyworkforce")


def main(arguments: Sequence[str]) -> int:
    """Measure the pieces asked for, and write the page if asked."""
    options = _options(arguments)
    for piece in () if options.render else options.only:
        _measure(piece, options, told("optimiser", arguments))
    if options.docs or options.render:
        print(f"The page is {write_page()}")
    return 0


def _measure(piece: str, options: argparse.Namespace, command: str) -> None:
    if piece == "peers":
        optimiser_peers.measure(options.peer_sizes, options.peer_limit, command)
    elif piece == "pyworkforce":
        optimiser_pyworkforce.measure(command)
    else:
        _measure_size(piece, options, command)


def _measure_size(kind: str, options: argparse.Namespace, command: str) -> None:
    goal = GOALS[kind]
    goal = Goal(
        goal.gap if options.gap is None else options.gap, options.time_limit or goal.time_limit
    )
    seeds = [str(seed) for seed in range(options.first, options.first + options.seeds)]
    for instance in [GIVEN] * options.given + seeds:
        run = measure(kind, instance, goal)
        if run is None:
            print(f"{kind}: its file is not in ../shared/data, so it was not run")
            continue
        keep(kind, instance, command, run)
        to = ", ".join(
            f"{float(step):.1%} " + ("not reached" if seconds is None else f"at {seconds:.1f} s")
            for step, seconds in run["seconds_to"].items()
        )
        print(
            f"{kind} {instance}: first {run['first_seconds']:.1f} s, {to}; gap {run['gap']:.3%} "
            f"at {run['solve_seconds']:.1f} s ({run['stop_reason']}), process "
            f"{run['process_seconds']:.1f} s, {run['peak_mebibytes']} MiB, pause "
            f"{run['longest_pause']:.1f} s, {run['violations']} violations, load {run['load']}",
            flush=True,
        )


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.optimiser",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", "--sizes", nargs="+", choices=PIECES, default=PIECES)
    parser.add_argument("--seeds", type=int, default=5, help="problems per size")
    parser.add_argument("--first", type=int, default=1, help="seed of the first problem")
    parser.add_argument("--given", action="store_true", help="also the file of ../shared/data")
    parser.add_argument("--gap", type=float, help="instead of the size's own")
    parser.add_argument("--time-limit", type=float, help="seconds, instead of the size's own")
    parser.add_argument("--peer-limit", type=float, default=150, help="seconds per peer")
    parser.add_argument("--peer-sizes", nargs="+", choices=GOALS, default=("w200", "w1000"))
    parser.add_argument("--docs", action="store_true", help="write docs/benchmarks.md too")
    parser.add_argument("--render", action="store_true", help="only write docs/benchmarks.md")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
