"""The volume forecast against the two hand-made ones, on public call-centre data.

    python -m benchmarks.forecast [FOLDER]

FOLDER holds the public research data, by default ``../shared/data/contacts`` beside the
checkout. Every figure is by rolling origin with a horizon of one week.

What the figures are worth stands in docs/forecast-accuracy.md.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pandas as pd

from forecasts import Forecaster
from forecasts.accuracy import POOLED, evaluate
from forecasts.baseline import WeekMean
from forecasts.calendar import Calendar

FOLDER = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "contacts"
WEEK = 336
BANK_HOURS = (((7 * 60, 21 * 60),),) * 5 + ((), ())


@dataclass(frozen=True, slots=True)
class Case:
    """A history and its origins: ``n_windows`` weeks, the last one ends with the rows."""

    name: str
    df: pd.DataFrame
    calendar: Calendar
    n_windows: int


def bank(folder: Path) -> Case:
    """A: a large North American bank, 30 min, 8 weeks from 1 September 2003, no holiday list."""
    df = pd.read_csv(folder / "bank_calls_5min.csv", parse_dates=["ds"])
    df = df[df["ds"].dt.hour < 21]
    df = df.groupby(df["ds"].dt.floor("30min"))["y"].sum().reset_index()
    df["unique_id"] = "bank"
    return Case("A bank, 8 weeks", df, Calendar("UTC", opening_hours=BANK_HOURS), 8)


def bank_listed(folder: Path) -> Case:
    """A with the country stated and nothing said of what the bank does on its holidays."""
    calendar = Calendar("UTC", "US", opening_hours=BANK_HOURS)
    return replace(bank(folder), name="A country stated", calendar=calendar)


def bank_federal(folder: Path) -> Case:
    """A with the federal holidays, on which the bank is taken to be closed."""
    calendar = Calendar("UTC", "US", opening_hours=BANK_HOURS, holiday_hours=())
    return replace(bank(folder), name="A federal holidays", calendar=calendar)


def bank_own(folder: Path) -> Case:
    """A with the holidays that this bank kept: it worked on Columbus Day."""
    federal = bank_federal(folder)
    worked = frozenset({date(2003, 10, 13)})
    calendar = replace(federal.calendar, ignored_holidays=worked)
    return replace(federal, name="A own holidays", calendar=calendar)


def by_type(folder: Path) -> Case:
    """B: six call types of a small Israeli bank, 3 weeks of history, the last week of February."""
    df = pd.read_csv(folder / "israeli_bank_feb1999_30min_by_type.csv", parse_dates=["ds"])
    return Case("B by type, 1 week", df, Calendar("UTC", "IL"), 1)


def holiday_season(folder: Path) -> Case:
    """C: the same bank, 5 weeks of high holidays from 5 September 1999."""
    df = pd.read_csv(folder / "israeli_bank_1999_30min.csv", parse_dates=["ds"])
    df["unique_id"] = "bank"
    return Case("C holidays, 5 weeks", df[df["ds"] < "1999-10-10"], Calendar("UTC", "IL"), 5)


def models(case: Case) -> dict[str, Callable[..., pd.DataFrame]]:
    """Each model's ``cross_validation``."""
    return {
        "last week": WeekMean(30, 1).cross_validation,
        "4-week mean": WeekMean(30, 4).cross_validation,
        "without booster": Forecaster(30, case.calendar, booster=False).cross_validation,
        "forecast": Forecaster(30, case.calendar).cross_validation,
    }


def table(case: Case) -> pd.DataFrame:
    """A row per model and half of the origins."""
    rows = []
    for name, cross_validation in models(case).items():
        started = time.perf_counter()
        cv = cross_validation(case.df, WEEK, WEEK, case.n_windows)
        seconds = time.perf_counter() - started
        # Only half-hours that the file has: the nights of a closed bank are too easy.
        cv = cv.merge(case.df[["unique_id", "ds"]], on=["unique_id", "ds"])
        cutoffs = sorted(cv["cutoff"].unique())
        half = len(cutoffs) // 2
        parts = {"all": cutoffs}
        if half:
            parts |= {"first half": cutoffs[:half], "second half": cutoffs[half:]}
        for part, chosen in parts.items():
            measures = evaluate(cv[cv["cutoff"].isin(chosen)])
            row = measures[measures["unique_id"] == POOLED].iloc[0].to_dict()
            row |= {"unique_id": case.name, "model": name, "origins": part, "seconds": seconds}
            rows.append(row)
    return pd.DataFrame(rows)


def main() -> None:
    """Print the table of all cases."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    if not folder.is_dir():
        sys.exit(f"{folder} is not there: the public research data is needed")
    cases = (bank, bank_listed, bank_federal, bank_own, by_type, holiday_season)
    tables = pd.concat([table(make(folder)) for make in cases])
    columns = ["unique_id", "model", "origins", "num", "wape", "bias", "rmse", "pinball"]
    columns += ["coverage", "width", "seconds"]
    tables[["wape", "bias", "coverage"]] *= 100
    print(tables[columns].rename(columns={"unique_id": "case"}).round(2).to_string(index=False))


if __name__ == "__main__":
    main()
