"""Time and memory of the sample plan, its forecast and the help page.

``python -m benchmarks.plan [--seeds N] [--docs]`` runs whole processes, one after the other, and
prints median and range; ``--docs`` writes the table to docs/benchmarks.md.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "seeds" / "returns_peak"
DOCS = ROOT / "docs" / "benchmarks.md"
PEAKCREW = [sys.executable, "-P", "-m", "api.cli"]

FORECAST = """
import sys, time
from pathlib import Path
from api.site.read import read_site
from api.forecasting import calendar
from forecasts import Forecaster
site = read_site(Path(sys.argv[1]))
begin = time.perf_counter()
config = site.config
forecaster = Forecaster(config.interval_minutes, calendar(site, config.opening_hours))
forecaster.fit(site.history).simulate(site.horizon.num_intervals, config.forecast.num_paths, 1)
print(time.perf_counter() - begin)
"""


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds and peak memory of a process, the larger of it and its children."""

    seconds: float
    mebibytes: float
    output: str


def run(command: Sequence[str]) -> Run:
    """Run a command to its end; a failure ends the benchmark."""
    begin = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} ended with status {status}")
    return Run(time.perf_counter() - begin, usage.ru_maxrss / 1024, output)


def row(name: str, values: Sequence[float], form: Callable[[float], str], limit: str) -> str:
    """A line of the table: median and range over the runs."""
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"| {name} | {form(middle)} | {form(low)} to {form(high)} | {limit} |"


def measure(seeds: Sequence[int]) -> list[str]:
    """The table's lines."""
    plans, solves = [], []
    for seed in seeds:
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "out"
            plans.append(run([*PEAKCREW, "plan", str(SITE), "--out", str(out),
                              "--seed", str(seed), "--json"]))  # fmt: skip
            solves.append(json.loads((out / "schedule.json").read_text(encoding="utf-8")))
            print(f"seed {seed}: {plans[-1].seconds:.1f} s, gap {solves[-1]['gap']:.4%}")
    forecasts = [float(run([sys.executable, "-c", FORECAST, str(SITE)]).output) for _ in seeds]
    helps = [run([*PEAKCREW, "--help"]).seconds for _ in range(2 * len(seeds))]
    # Parent and search run at the same time, so their peaks are added.
    memory = [
        plan.mebibytes + solve["run"]["peak_mebibytes"]
        for plan, solve in zip(plans, solves, strict=True)
    ]
    return [
        row("whole plan", [plan.seconds for plan in plans], "{:.1f} s".format, "60 s"),
        row("of that the optimiser", [one["solve_seconds"] for one in solves],
            "{:.1f} s".format, ""),
        row("proven gap", [one["gap"] for one in solves], "{:.3%}".format, "1 %"),
        row("peak memory, both processes", memory, "{:.0f} MiB".format, "1,500 MB"),
        row("forecast of the 12 series: fit, back-test, 400 paths", forecasts,
            "{:.1f} s".format, "3 s"),
        row("`peakcrew --help`", helps, "{:.2f} s".format, "0.5 s"),
    ]  # fmt: skip


def main() -> None:
    """Measure, print and, if asked, write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--docs", action="store_true")
    arguments = parser.parse_args()
    lines = [
        "| `seeds/returns_peak` | median | range | target |",
        "|---|---|---|---|",
        *measure(range(1, arguments.seeds + 1)),
    ]
    print("\n".join(lines))
    if arguments.docs:
        DOCS.write_text(_page(lines, arguments.seeds), encoding="utf-8")


def _page(lines: list[str], seeds: int) -> str:
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.machine()}"
    return "\n".join(
        [
            "# Time and memory",
            "",
            f"`python -m benchmarks.plan --seeds {seeds} --docs` (what `make bench` runs); "
            f"{machine}; {seeds} seeds one after the other, whole processes.",
            "",
            *lines,
            "",
            "The plan stops at a gap of 0.1 %, its default, or after 40 s of search.",
            "",
        ]
    )


if __name__ == "__main__":
    main()
