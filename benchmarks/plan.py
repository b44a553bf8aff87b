"""Time and memory of the sample plan, its forecast and the help page.

``python -m benchmarks.plan [--seeds N] [--docs]`` runs whole processes, one after the other, and
stores each in out/bench; ``--docs`` writes docs/benchmarks.md afterwards.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.page import write_page
from benchmarks.plan_figures import SECTION
from benchmarks.results import PEAKCREW, ROOT, circumstances, keep
from benchmarks.results import Run as Measured

SITE = ROOT / "seeds" / "returns_peak"

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
    """Seconds and output of a process."""

    seconds: float
    output: str


def run(command: Sequence[str]) -> Run:
    """Run a command to its end; a failure ends the benchmark."""
    begin = time.perf_counter()
    process = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with status {process.returncode}")
    return Run(time.perf_counter() - begin, process.stdout)


def measure(seed: int) -> Measured:
    """One plan, and beside it the forecast alone and the help page."""
    before = circumstances()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        plan = run([*PEAKCREW, "plan", str(SITE), "--out", str(out), "--seed", str(seed), "--json"])
        schedule = json.loads((out / "schedule.json").read_text(encoding="utf-8"))
    return {
        **before,
        "plan_seconds": plan.seconds,
        "solve_seconds": schedule["solve_seconds"],
        "gap": schedule["gap"],
        # Measured by the plan's process itself, its search included.
        "mebibytes": schedule["run"]["peak_mebibytes"],
        "forecast_seconds": float(run([sys.executable, "-c", FORECAST, str(SITE)]).output),
        "help_seconds": [run([*PEAKCREW, "--help"]).seconds for _ in range(2)],
    }


def main() -> None:
    """Measure, print and, if asked, write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--docs", action="store_true")
    arguments = parser.parse_args()
    command = f"python -m benchmarks.plan --seeds {arguments.seeds}"
    for seed in range(1, arguments.seeds + 1):
        measured = measure(seed)
        keep(SECTION, str(seed), command, measured)
        print(f"seed {seed}: {measured}", flush=True)
    if arguments.docs:
        print(f"The page is {write_page()}")


if __name__ == "__main__":
    main()
