"""How good a forecast was: measures over the frame of ``cross_validation``."""

import numpy as np
import pandas as pd

from forecasts.calendar import FloatArray
from forecasts.quantiles import QUANTILES

POOLED = "all"


def wape(y: FloatArray, mean: FloatArray) -> float:
    """Sum of absolute errors / sum of contacts; nan where nothing came."""
    return _share(float(np.abs(y - mean).sum()), float(y.sum()))


def bias(y: FloatArray, mean: FloatArray) -> float:
    """(Forecast - actual) / actual, in total: positive is too much; nan where nothing came."""
    return _share(float((mean - y).sum()), float(y.sum()))


def pinball(y: FloatArray, quantile: FloatArray, level: float) -> float:
    """Mean quantile loss in contacts: an actual above costs ``level``, below 1 - ``level``."""
    error = y - quantile
    return float(np.maximum(level * error, (level - 1) * error).mean())


def coverage(y: FloatArray, low: FloatArray, high: FloatArray) -> float:
    """Share of actuals inside [low, high]."""
    return float(((y >= low) & (y <= high)).mean())


def evaluate(cv: pd.DataFrame, *, id_col: str = "unique_id", target_col: str = "y") -> pd.DataFrame:
    """One row per series and one, ``all``, over every row of the frame.

    Columns: ``num`` intervals, ``mae``, ``rmse`` in contacts, ``wape``, ``bias`` as shares,
    ``pinball`` the mean over the seven quantiles, ``coverage`` and ``width`` of the 90 %
    interval.
    """
    rows = [{id_col: key, **_measures(rows, target_col)} for key, rows in cv.groupby(id_col)]
    rows.append({id_col: POOLED, **_measures(cv, target_col)})
    return pd.DataFrame(rows)


def _measures(rows: pd.DataFrame, target_col: str) -> dict[str, float]:
    y, mean = (rows[name].to_numpy(dtype=np.float64) for name in (target_col, "mean"))
    quantiles = {name: rows[name].to_numpy(dtype=np.float64) for name in QUANTILES}
    losses = [pinball(y, quantiles[name], level) for name, level in QUANTILES.items()]
    return {
        "num": len(y),
        "mae": float(np.abs(y - mean).mean()),
        "rmse": float(np.sqrt(((y - mean) ** 2).mean())),
        "wape": wape(y, mean),
        "bias": bias(y, mean),
        "pinball": float(np.mean(losses)),
        "coverage": coverage(y, quantiles["q05"], quantiles["q95"]),
        "width": float((quantiles["q95"] - quantiles["q05"]).mean()),
    }


def _share(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")
