"""The published instances one after the other: cost and bound beside the best known.

    python -m benchmarks.published --only msd --time-limit 60
    python -m benchmarks.published --only nrp --names Instance7 --time-limit 600 --docs

The instances are public research data and not part of the project; without them nothing is run.
Each file is a process of its own, and its last line ``name cost bound seconds status`` is kept.
"""

import argparse
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.page import write_page
from benchmarks.published_best import BEST
from benchmarks.results import DATA, ROOT, Run, circumstances, keep, told

PATTERNS = {"nrp": "Instance*.txt", "msd": "*.dzn", "matsp": "[1-9]*.txt"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """The last line of a solver; ``cost`` None when no schedule was found."""

    cost: int | None
    bound: int
    seconds: float
    status: str


def parse(line: str) -> Outcome:
    """Read ``name cost bound seconds status``."""
    _, cost, bound, seconds, status = line.split()
    return Outcome(None if cost == "-" else int(cost), int(bound), float(seconds), status)


def main(arguments: Sequence[str]) -> int:
    """Solve the files asked for; 1 when one of them ended without an outcome."""
    options = _options(arguments)
    failed = False
    for kind in options.only:
        for path in _files(options.data / kind, PATTERNS[kind], options.names):
            failed |= not _solve(kind, path, options, told("published", arguments))
    if options.docs:
        print(f"The page is {write_page()}")
    return int(failed)


def _files(folder: Path, pattern: str, names: Sequence[str] | None) -> list[Path]:
    """The instances of a folder in the order of their numbers."""
    if not folder.is_dir():
        print(f"{folder} is not there, so nothing of it was run")
    return sorted(
        (path for path in folder.glob(pattern) if names is None or path.stem in names),
        key=lambda path: [int(part) for part in re.findall(r"\d+", path.stem)],
    )


def _solve(kind: str, path: Path, options: argparse.Namespace, typed: str) -> bool:
    before = circumstances()
    command = [sys.executable, "-m", f"benchmarks.{kind}", str(path)]
    command += ["--time-limit", f"{options.time_limit:g}", "--seed", str(options.seed)]
    ended = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    lines = ended.stdout.splitlines()
    if ended.returncode or not lines:
        print(f"{kind} {path.stem}: ended with status {ended.returncode}", flush=True)
        return False
    outcome = parse(lines[-1])
    run: Run = {
        **before,
        "cost": outcome.cost,
        "bound": outcome.bound,
        "seconds": outcome.seconds,
        "status": outcome.status,
        "time_limit": options.time_limit,
    }
    keep(kind, path.stem, typed, run)
    print(f"{kind} {lines[-1]}  (best known {BEST[kind].get(path.stem, '-')})", flush=True)
    return True


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.published",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", nargs="+", choices=PATTERNS, default=tuple(PATTERNS))
    parser.add_argument("--names", nargs="+", help="file names without their ending; all if absent")
    parser.add_argument("--time-limit", type=float, required=True, help="seconds per file")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data", type=Path, default=DATA, help="folder with nrp, msd and matsp")
    parser.add_argument("--docs", action="store_true", help="write docs/benchmarks.md too")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
