"""Time and memory of the forecast for many series.

    python -m benchmarks.forecast_scale [--series 1000] [--weeks 26] [--paths 500] [--threads 2]

Generates half-hourly contacts of many queues (seeded), fits, and draws four weeks of sample
paths series by series. Prints seconds, processor seconds of all threads, peak memory, and the
processor seconds as multiples of a fixed calibration loop, by which runs on other or loaded
machines can be compared. Making the input is not counted; its memory is.
"""

import argparse
import json
import resource
import time

import numpy as np
import pandas as pd

from forecasts import Forecaster
from forecasts.calendar import Calendar

ZONE = "Europe/Berlin"
PER_DAY = 48
HORIZON = 4 * 7 * PER_DAY
SLOTS = np.arange(PER_DAY)
LANGUAGES, CHANNELS = ("de", "en", "sv", "fr"), ("chat", "mail", "voice")


def contacts(num_series: int, weeks: int, seed: int) -> pd.DataFrame:
    """Half-hourly contacts of queues between 0.2 and 50 a half-hour, with busy month ends."""
    rng = np.random.default_rng(seed)
    ds = pd.date_range("2026-01-05", periods=weeks * 7 * PER_DAY, freq="30min", tz="UTC")
    shape = 0.1 + np.exp(-((SLOTS - 26) ** 2) / 120)
    week = np.where(np.arange(weeks * 7) % 7 < 5, 1.0, 0.5)
    month = 1 + 0.1 * (pd.date_range("2026-01-05", periods=weeks * 7).day.to_numpy() > 27)
    common = rng.lognormal(0, 0.05, weeks * 7)
    day = week * month * common
    level = np.exp(rng.uniform(np.log(0.2), np.log(50), num_series))
    ids = [
        f"category{n // 12}|{LANGUAGES[n % 4]}|{CHANNELS[n // 4 % 3]}" for n in range(num_series)
    ]
    y = np.empty((num_series, len(ds)), dtype=np.float32)
    for row in range(num_series):
        own = day * rng.lognormal(0, 0.08, len(day))
        y[row] = rng.poisson(level[row] * (own[:, None] * shape).ravel())
    return pd.DataFrame(
        {
            "unique_id": pd.Categorical.from_codes(np.repeat(np.arange(num_series), len(ds)), ids),
            "ds": np.tile(ds, num_series),
            "y": y.ravel(),
        }
    )


def calibration() -> float:
    """Processor seconds of a fixed piece of array work."""
    rng = np.random.default_rng(1)
    started = time.process_time()
    for _ in range(10):
        rng.standard_normal(2_000_000).sum()
    return time.process_time() - started


def peak_mib() -> int:
    """The largest resident size so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def measure(chosen: argparse.Namespace) -> dict[str, object]:
    """Fit and simulate once."""
    df = contacts(chosen.series, chosen.weeks, chosen.seed)
    input_mib, loop = peak_mib(), calibration()
    started, cpu = time.perf_counter(), time.process_time()
    forecaster = Forecaster(30, Calendar(ZONE, "DE")).fit(df)
    fitted, fitted_cpu = time.perf_counter(), time.process_time()
    total = 0
    for _, paths in forecaster.simulate_each(HORIZON, chosen.paths, 1, chosen.threads):
        total += int(paths.sum(dtype=np.int64))
    ended, ended_cpu = time.perf_counter(), time.process_time()
    loop = (loop + calibration()) / 2
    return {
        "series": chosen.series,
        "fit_seconds": round(fitted - started, 1),
        "simulate_seconds": round(ended - fitted, 1),
        "fit_cpu_seconds": round(fitted_cpu - cpu, 1),
        "simulate_cpu_seconds": round(ended_cpu - fitted_cpu, 1),
        "calibration_cpu_seconds": round(loop, 3),
        "in_calibration_loops": round((ended_cpu - cpu) / loop, 1),
        "input_mib": input_mib,
        "peak_mib": peak_mib(),
        "contacts_per_path": total // chosen.paths,
        "notes": forecaster.notes,
    }


def main() -> None:
    """Measure, and print a JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--series", type=int, default=1000)
    parser.add_argument("--weeks", type=int, default=26)
    parser.add_argument("--paths", type=int, default=500)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    print(json.dumps(measure(parser.parse_args()), indent=1))


if __name__ == "__main__":
    main()
