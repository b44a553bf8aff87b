"""The figures of a backtest: how wrong, when, and whether the bands hold."""

import numpy as np
import pandas as pd

from api.backtest.run import FORECAST, MODELS, Backtest
from forecasts.accuracy import POOLED, bias, evaluate, wape
from forecasts.volume import QUANTILES

NOMINAL = 0.90  # of the band from q05 to q95
NEGLIGIBLE = 0.01  # share of the contacts
TOLERANCE = 0.04  # within which a band is said to fit


def by_queue(backtest: Backtest) -> pd.DataFrame:
    """``evaluate`` of each model: a row per model and queue, and per model one for all."""
    parts = [
        evaluate(backtest.rows[backtest.rows["model"] == model]).assign(model=model)
        for model in MODELS
    ]
    return pd.concat(parts, ignore_index=True)


def overall(table: pd.DataFrame) -> pd.DataFrame:
    """The rows over all queues, in the order of the models."""
    rows = table[table["unique_id"] == POOLED].set_index("model")
    return rows.loc[[model for model in MODELS if model in rows.index]]


def by_time(backtest: Backtest, part: str) -> pd.DataFrame:
    """Error and bias by local ``hour`` or ``weekday`` (0 is Monday), a row per model and value."""
    rows = backtest.rows
    values = rows["ds"].dt.hour if part == "hour" else rows["ds"].dt.day_of_week
    return _errors(rows, values.rename(part))


def by_origin(backtest: Backtest) -> pd.DataFrame:
    """Error and bias of each week that was forecast, a row per model and ``cutoff``."""
    return _errors(backtest.rows, backtest.rows["cutoff"])


def _errors(rows: pd.DataFrame, key: pd.Series) -> pd.DataFrame:
    found = []
    for (model, value), part in rows.groupby(["model", key]):
        y, mean = (part[name].to_numpy(dtype=np.float64) for name in ("y", "mean"))
        found.append((model, value, len(part), y.sum(), wape(y, mean), bias(y, mean)))
    return pd.DataFrame(found, columns=["model", key.name, "num", "contacts", "wape", "bias"])


def calibration(backtest: Backtest) -> pd.DataFrame:
    """How often the actual fell below each quantile of the forecast: ``level``, ``observed``.

    Counts are whole, so an actual on the quantile counts half.
    """
    rows = backtest.rows[backtest.rows["model"] == FORECAST]
    y = rows["y"].to_numpy(dtype=np.float64)
    observed = []
    for name in QUANTILES:
        quantile = rows[name].to_numpy(dtype=np.float64)
        observed.append(float((y < quantile).mean() + 0.5 * (y == quantile).mean()))
    return pd.DataFrame({"level": list(QUANTILES.values()), "observed": observed})


def verdict(backtest: Backtest, table: pd.DataFrame) -> list[str]:
    """What a planner should know, in sentences."""
    rows = overall(table)
    if rows.empty:
        return ["No open interval was observed, so nothing can be said."]
    measures: list[dict[str, float]] = rows.to_dict("records")  # type: ignore[assignment]
    own = measures[0]
    others = ", ".join(f"{rows.loc[one, 'wape']:.1%} by {one}" for one in rows.index[1:])
    weeks = f"{backtest.weeks} weeks" if backtest.weeks > 1 else "one week"
    lines = [
        f"Over {weeks} the forecast missed {own['wape']:.1%} of the contacts, interval by "
        f"interval ({others}).",
        _total(own["bias"]),
        f"Its band from 5 % to 95 % held {own['coverage']:.1%} of the intervals: "
        f"{_fit(own['coverage'])}.",
    ]
    worse = _worse(table)
    if worse:
        lines.append("A rule of thumb did better here: " + "; ".join(worse) + ".")
    return lines


def _total(share: float) -> str:
    if abs(share) < NEGLIGIBLE:
        return f"In total it was right to {NEGLIGIBLE:.0%}."
    return f"In total it was {abs(share):.1%} too {'high' if share > 0 else 'low'}."


def _fit(coverage: float) -> str:
    if coverage < NOMINAL - TOLERANCE:
        return "it is too narrow, be careful with what rests on it"
    return "it is wider than need be" if coverage > NOMINAL + TOLERANCE else "it fits"


def _worse(table: pd.DataFrame) -> list[str]:
    """Queues of which a rule of thumb made smaller errors than the forecast."""
    found = []
    for queue, rows in table[table["unique_id"] != POOLED].groupby("unique_id"):
        errors = dict(zip(rows["model"], rows["wape"], strict=True))
        best = min(errors, key=lambda model: (errors[model], model != FORECAST))
        if best != FORECAST and errors[best] < errors[FORECAST]:
            found.append(f"{queue} ({best} {errors[best]:.1%}, forecast {errors[FORECAST]:.1%})")
    return found
