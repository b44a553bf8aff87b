"""Rolling-origin back-tests: a forecast may know nothing that came after its origin."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from forecasts.errors import ForecastError
from forecasts.history import History

Columns = tuple[str, str, str]


def cross_validate(
    forecast: Callable[[pd.DataFrame, int], pd.DataFrame],
    df: pd.DataFrame,
    *,
    h: int,
    step_size: int,
    n_windows: int,
    regularise: Callable[[pd.DataFrame], History],
    columns: Columns,
) -> pd.DataFrame:
    """Forecast ``h`` intervals from ``n_windows`` origins, beside what came.

    ``forecast(known, num)`` predicts the ``num`` intervals that follow its rows. The frame is
    cut before it is regularised, so not even the reading of gaps can look ahead. Adds
    ``cutoff``, the last known interval, and ``y``.

    Raises ForecastError if the history is too short for the windows.
    """
    if min(h, step_size, n_windows) < 1:
        raise ForecastError("h, step_size and n_windows: at least 1 is needed")
    id_col, time_col, _ = columns
    history = regularise(df)
    first_origin = history.num_intervals - h - (n_windows - 1) * step_size
    if first_origin < 1:
        raise ForecastError(
            f"{n_windows} windows of {h} intervals do not fit into {history.num_intervals}"
        )
    times = pd.to_datetime(df[time_col], utc=True)
    frames = []
    for number in range(n_windows):
        origin = first_origin + number * step_size
        cutoff, end = history.ds(origin, 1)[0], history.ds(origin + h, 1)[0]
        known = df[times < cutoff]
        # Rows may end before the cutoff, at night for example: the forecast bridges that.
        ahead = forecast(known, _missing(cutoff, times[times < cutoff], history) + h)
        ahead_times = pd.to_datetime(ahead[time_col], utc=True)
        ahead = ahead[ahead_times >= cutoff]
        came = _observed_rows(regularise(df[times < end]), columns)
        frame = ahead.merge(came, on=[id_col, time_col], how="inner")
        last_known = history.ds(origin - 1, 1)[0]
        frame["cutoff"] = last_known.tz_localize(None) if history.is_naive else last_known
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def _missing(cutoff: pd.Timestamp, known: "pd.Series[pd.Timestamp]", history: History) -> int:
    step = pd.Timedelta(minutes=history.interval_minutes)
    return int((cutoff - known.max()) / step) - 1


def _observed_rows(history: History, columns: Columns) -> pd.DataFrame:
    id_col, time_col, target_col = columns
    row, column = np.nonzero(history.observed)
    ds = history.ds(0, history.num_intervals)
    if history.is_naive:
        ds = ds.tz_localize(None)
    ids = np.array(history.unique_ids, dtype=object)
    return pd.DataFrame(
        {id_col: ids[row], time_col: ds[column], target_col: history.counts[row, column]}
    )
