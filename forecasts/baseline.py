"""The two forecasts that any planner can make by hand: last week, and the mean of four."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from forecasts.backtest import cross_validate
from forecasts.calendar import BoolArray, FloatArray
from forecasts.errors import HistoryInvalid
from forecasts.history import History, regularise
from forecasts.quantiles import QUANTILES

ERROR_WEEKS = 8


@dataclass(frozen=True, slots=True)
class WeekMean:
    """The mean of the last ``weeks`` at the same time of the week; 1 is "last week".

    The quantiles add the errors that the same rule made in the weeks before. Weeks are 168
    hours, so clock changes are missed: that is what the rule does by hand, too.
    """

    interval_minutes: int
    weeks: int
    time_zone: str = "UTC"
    columns: tuple[str, str, str] = field(default=("unique_id", "ds", "y"))

    def cross_validation(
        self, df: pd.DataFrame, h: int, step_size: int, n_windows: int
    ) -> pd.DataFrame:
        """The same frame as ``Forecaster.cross_validation``."""
        return cross_validate(
            self.predict,
            df,
            h=h,
            step_size=step_size,
            n_windows=n_windows,
            regularise=self._regularise,
            columns=self.columns,
        )

    def predict(self, df: pd.DataFrame, h: int) -> pd.DataFrame:
        """The ``h`` intervals after the rows of ``df``; raises HistoryInvalid under one week."""
        history = self._regularise(df)
        week = 7 * 24 * 60 // self.interval_minutes
        if history.num_intervals < week:
            raise HistoryInvalid("a week of history is needed")
        counts = np.where(history.observed, history.counts, np.nan)
        mean = np.empty((len(counts), h))
        for first in range(0, h, week):
            num = min(week, h - first)
            mean[:, first : first + num] = self._week(counts, week)[:, :num]
        # Hours that never saw a contact are closed: no error there, and none to learn from.
        closed = ~_ever(counts, week)
        quantiles = mean[:, None, :] + self._errors(counts, closed, week)[:, :, None]
        ahead = np.arange(counts.shape[1], counts.shape[1] + h) % week
        quantiles = np.where(closed[:, None, ahead], 0.0, quantiles)
        id_col, time_col, _ = self.columns
        ds = history.ds(history.num_intervals, h)
        frame = pd.DataFrame(
            {
                id_col: np.repeat(np.array(history.unique_ids, dtype=object), h),
                time_col: np.tile(ds.tz_localize(None) if history.is_naive else ds, len(mean)),
                "mean": mean.ravel(),
            }
        )
        for number, name in enumerate(QUANTILES):
            frame[name] = np.maximum(quantiles[:, number], 0).ravel()
        return frame

    def _week(self, counts: FloatArray, week: int) -> FloatArray:
        """The forecast of the next week: the latest counts seen at its time, or 0 if none."""
        num_weeks = min(2 * self.weeks + 2, counts.shape[1] // week)
        last = counts.shape[1]
        latest_first = np.stack(
            [counts[:, last - n * week : last - (n - 1) * week] for n in range(1, num_weeks + 1)]
        )
        seen = ~np.isnan(latest_first)
        used = seen & (seen.cumsum(axis=0) <= self.weeks)
        total = np.where(used, latest_first, 0.0).sum(axis=0)
        return np.asarray(total / np.maximum(used.sum(axis=0), 1), dtype=np.float64)

    def _errors(self, counts: FloatArray, closed: BoolArray, week: int) -> FloatArray:
        """Quantiles of past errors, (series, quantiles)."""
        errors = [np.full((len(counts), 1), 0.0)]
        for number in range(1, ERROR_WEEKS + 1):
            known = counts[:, : counts.shape[1] - number * week]
            if known.shape[1] < week:
                break
            came = counts[:, known.shape[1] : known.shape[1] + week]
            time = np.arange(known.shape[1], known.shape[1] + week) % week
            errors.append(np.where(closed[:, time], np.nan, came - self._week(known, week)))
        levels = list(QUANTILES.values())
        spread = np.nanquantile(np.concatenate(errors, axis=1), levels, axis=1)
        return np.asarray(spread.T, dtype=np.float64)

    def _regularise(self, df: pd.DataFrame) -> History:
        id_col, time_col, target_col = self.columns
        return regularise(
            df,
            self.interval_minutes,
            time_zone=self.time_zone,
            id_col=id_col,
            time_col=time_col,
            target_col=target_col,
        )


def _ever(counts: FloatArray, week: int) -> BoolArray:
    """Whether each time of the week ever had a contact, counted from the first interval."""
    num_weeks = -(-counts.shape[1] // week)
    padded = np.zeros((len(counts), num_weeks * week))
    padded[:, : counts.shape[1]] = np.nan_to_num(counts)
    weekly = padded.reshape(len(counts), num_weeks, week)
    return np.asarray(weekly.max(axis=1) > 0)
