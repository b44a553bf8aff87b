"""The same forecast on weeks that its holiday rules and its spread were not made for.

    python -m benchmarks.forecast_cases [FOLDER]

FOLDER as in ``benchmarks.forecast``. Two tables, both without the booster:

- other weeks of the small bank, with its spring holidays, without any, and after them;
- sparse series with three weeks of history and one to forecast: windows of the public series,
  thinned to a part of their contacts, and generated ones. ``pit`` is the part of the counts
  inside the 90 % interval where ties with its ends are drawn by lot, so 90 % is right for any
  volume; the plain coverage of counts near 0 is always higher.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.forecast import FOLDER, WEEK, Case, bank, by_type, holiday_season
from forecasts import Forecaster
from forecasts.accuracy import POOLED, coverage, evaluate, pinball
from forecasts.calendar import Calendar, FloatArray
from forecasts.quantiles import QUANTILES

ISRAEL = Calendar("UTC", "IL")
NUM_PATHS = 600
# None of them holds a week of case C.
BANK_PARTS = (1.0, 0.05, 0.01, 0.002, 0.0005)
SMALL_PARTS = (1.0, 0.4, 0.1, 0.03, 0.01)
BANK_STARTS = ("03-10", "04-14", "06-02", "07-07", "08-04", "09-15")
SMALL_STARTS = ("01-17", "02-07", "05-23", "06-13", "07-11", "08-08", "10-10", "11-07", "12-01")
NUM_GENERATED = 6


@dataclass(frozen=True, slots=True)
class Sparse:
    """Four weeks of series of one kind; the last one is forecast."""

    name: str
    df: pd.DataFrame
    calendar: Calendar


def other_weeks(folder: Path) -> tuple[Case, ...]:
    """C's bank in its spring holidays, in summer, and in the rest of the year."""
    df = pd.read_csv(folder / "israeli_bank_1999_30min.csv", parse_dates=["ds"])
    df["unique_id"] = "bank"
    ends = {
        "spring holidays, 8 weeks": ("1999-05-30", 8),
        "summer, 13 weeks": ("1999-09-05", 13),
        "after the holidays, 11 weeks": ("1999-12-31", 11),
    }
    return tuple(Case(name, df[df["ds"] < end], ISRAEL, num) for name, (end, num) in ends.items())


def sparse(folder: Path) -> Iterator[Sparse]:
    """Windows of the public series, thinned, generated series, and case B itself."""
    rng = np.random.default_rng(5)
    large = bank(folder)
    small = other_weeks(folder)[2].df
    for start in BANK_STARTS:
        rows = _four_weeks(large.df, f"2003-{start}")
        yield Sparse("large bank, thinned", _thinned(rows, BANK_PARTS, rng), large.calendar)
    for start in SMALL_STARTS:
        rows = _four_weeks(small, f"1999-{start}")
        yield Sparse("small bank, thinned", _thinned(rows, SMALL_PARTS, rng), ISRAEL)
    for seed in range(NUM_GENERATED):
        yield Sparse("generated", _generated(seed), Calendar("UTC"))
    yield Sparse("case B", by_type(folder).df, ISRAEL)


def _four_weeks(df: pd.DataFrame, start: str) -> pd.DataFrame:
    first = pd.Timestamp(start)
    return df[(df["ds"] >= first) & (df["ds"] < first + pd.Timedelta(days=28))]


def _thinned(df: pd.DataFrame, parts: tuple[float, ...], rng: np.random.Generator) -> pd.DataFrame:
    """Each contact kept with these probabilities, one series for each of them."""
    counts = df["y"].astype(int)
    return pd.concat(
        df.assign(unique_id=f"part {part}", y=rng.binomial(counts, part)) for part in parts
    )


def _generated(seed: int) -> pd.DataFrame:
    """Six series from 15 to 0.08 contacts at the peak, with days that are partly bad together."""
    rng = np.random.default_rng(seed)
    ds = pd.date_range("2026-03-02", periods=4 * WEEK, freq="30min")
    slot, day = np.arange(len(ds)) % 48, np.arange(len(ds)) // 48
    common = rng.normal(0, 1, 28)
    frames = []
    for peak in (15, 5, 2, 0.7, 0.25, 0.08):
        shape = np.exp(-(((slot - rng.normal(27, 4)) / rng.uniform(6, 12)) ** 2)) + 0.02
        mean = peak * shape * np.where(day % 7 > 4, rng.uniform(0.1, 0.5), 1)
        by_day, by_interval = rng.choice([0.005, 0.02, 0.06]), rng.choice([0.003, 0.02, 0.1])
        score = np.sqrt(0.3) * common + np.sqrt(0.7) * rng.normal(0, 1, 28)
        surprise = np.exp(np.sqrt(by_day) * score)[day]
        surprise = surprise * rng.gamma(1 / by_interval, by_interval, len(ds))
        frames.append(
            pd.DataFrame({"unique_id": str(peak), "ds": ds, "y": rng.poisson(mean * surprise)})
        )
    return pd.concat(frames)


def weeks_table(folder: Path) -> pd.DataFrame:
    """A row per case, the holiday season itself last."""
    rows = []
    for case in (*other_weeks(folder), holiday_season(folder)):
        forecaster = Forecaster(30, case.calendar, booster=False)
        cv = forecaster.cross_validation(case.df, WEEK, WEEK, case.n_windows)
        cv = cv.merge(case.df[["unique_id", "ds"]], on=["unique_id", "ds"])
        rows.append(evaluate(cv).set_index("unique_id").loc[POOLED].rename(case.name))
    return pd.DataFrame(rows)[["num", "wape", "bias", "pinball", "coverage", "width"]]


def sparse_table(folder: Path) -> pd.DataFrame:
    """A row per kind of series, the means over windows and series."""
    rows = [row for one in sparse(folder) for row in _measured(one)]
    return pd.DataFrame(rows).groupby("name", sort=False).mean()


def _measured(one: Sparse) -> Iterator[dict[str, object]]:
    first = one.df["ds"].min() + pd.Timedelta(days=21)
    forecaster = Forecaster(30, one.calendar, booster=False).fit(one.df[one.df["ds"] < first])
    paths = forecaster.simulate(WEEK, NUM_PATHS, 3)
    future = forecaster.future(WEEK).tz_localize(None)
    rng = np.random.default_rng(0)
    for series, drawn in zip(forecaster.unique_ids, paths, strict=True):
        rows = one.df[one.df["unique_id"] == series].set_index("ds")
        came = rows["y"].reindex(future).to_numpy(dtype=np.float64)
        seen = ~np.isnan(came)
        yield {"name": one.name, **_scores(came[seen], drawn[:, seen].astype(np.float64), rng)}


def _scores(y: FloatArray, paths: FloatArray, rng: np.random.Generator) -> dict[str, float]:
    levels = list(QUANTILES.values())
    quantiles = np.quantile(paths, levels, axis=0, method="inverted_cdf")
    loss = np.mean([pinball(y, *one) for one in zip(quantiles, levels, strict=True)])
    lot = (paths < y).mean(axis=0) + rng.random(len(y)) * (paths == y).mean(axis=0)
    return {
        "pinball": float(loss),
        "coverage": coverage(y, quantiles[0], quantiles[-1]),
        "pit": float(((lot > 0.05) & (lot < 0.95)).mean()),
    }


def main() -> None:
    """Print both tables."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    if not folder.is_dir():
        sys.exit(f"{folder} is not there: the public research data is needed")
    print(weeks_table(folder).round(4).to_string())
    print(sparse_table(folder).round(4).to_string())


if __name__ == "__main__":
    main()
