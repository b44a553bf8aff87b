"""The contact history: read, checked, and laid on a regular grid."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasts.calendar import local_seconds
from forecasts.errors import HistoryInvalid

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]

DAY_SECONDS = 86_400
# A stray date would otherwise ask for gigabytes.
MAX_CELLS = 100_000_000
# At 7 contacts a day an empty day happens by chance once in a thousand days.
LOW_VOLUME = 7.0


@dataclass(frozen=True, slots=True)
class History:
    """Contacts per series and interval, and which of them were really seen.

    ``counts`` and ``observed`` have the shape (series, intervals); a count that was not
    observed is 0 and means nothing. ``start`` is the UTC instant of the first interval.
    ``is_naive``: the times came without a zone and are wall clock without clock changes.
    """

    unique_ids: tuple[str, ...]
    start: pd.Timestamp
    interval_minutes: int
    counts: FloatArray
    observed: BoolArray
    is_naive: bool = False

    @property
    def num_intervals(self) -> int:
        """Intervals from the first to the last row of any series."""
        return int(self.counts.shape[1])

    def ds(self, first: int, num: int) -> pd.DatetimeIndex:
        """UTC starts of ``num`` intervals from number ``first``, which may lie in the future."""
        step = pd.Timedelta(minutes=self.interval_minutes)
        return pd.date_range(self.start + first * step, periods=num, freq=step)

    def until(self, num: int) -> "History":
        """What was known when the first ``num`` intervals had passed."""
        return replace(self, counts=self.counts[:, :num], observed=self.observed[:, :num])


def regularise(
    df: pd.DataFrame,
    interval_minutes: int,
    *,
    time_zone: str = "UTC",
    id_col: str = "unique_id",
    time_col: str = "ds",
    target_col: str = "y",
) -> History:
    """Lay a long frame on the grid, and tell an interval without contacts from a gap.

    Where a row is missing, the first rule that fits holds:

    1. Before the first row of its series: not observed.
    2. At a time of day, or on a weekday that came twice or more, at which the series never has
       a row: closed, so 0 contacts.
    3. In a series that writes rows with 0: a gap, not observed.
    4. On a local day on which the series has other rows: 0, only contacts are written.
    5. On a day without any row: an outage, not observed; but 0 if the series has so few
       contacts a day (under 7) that an empty day is no surprise and has rows afterwards.

    ``ds`` is the interval's start: instants with a zone, or all naive, which is taken as wall
    clock of a zone without clock changes (``time_zone`` is then ignored).

    Raises HistoryInvalid for missing columns, an empty frame, unreadable or empty times,
    duplicates, times off the grid, and counts that are negative, fractional or not finite.
    """
    ids, times, y = _columns(df, (id_col, time_col, target_col))
    is_naive = times.dt.tz is None
    seconds = _seconds(times)
    _check_counts(ids, times, y)
    codes, names = pd.factorize(ids, sort=True)
    start = int(seconds.min())
    step = interval_minutes * 60
    _check_grid(ids, times, seconds - start, step)
    column = (seconds - start) // step
    shape = (len(names), int(column.max()) + 1)
    if shape[0] * shape[1] > MAX_CELLS:
        raise HistoryInvalid(
            f"{shape[0]} series from {times.min()} to {times.max()} are more than "
            f"{MAX_CELLS} intervals: is there a stray date?"
        )
    _check_duplicates(ids, times, codes * np.int64(shape[1]) + column)
    counts = np.zeros(shape)
    has_row = np.zeros(shape, dtype=np.bool_)
    counts[codes, column] = y
    has_row[codes, column] = True
    first = pd.Timestamp(start, unit="s", tz="UTC")
    history = History(
        tuple(str(name) for name in names), first, interval_minutes, counts, has_row, is_naive
    )
    return replace(history, observed=_observed(history, "UTC" if is_naive else time_zone))


def _columns(
    df: pd.DataFrame, columns: tuple[str, str, str]
) -> tuple["pd.Series[Any]", "pd.Series[Any]", FloatArray]:
    for name in columns:
        if name not in df.columns:
            raise HistoryInvalid(f"column {name!r} is missing; there are {list(df.columns)}")
    if df.empty:
        raise HistoryInvalid("the history has no rows")
    ids, times, y = (df[name] for name in columns)
    if ids.isna().any():
        raise HistoryInvalid(f"row {int(np.argmax(ids.isna()))}: {columns[0]} is empty")
    if not pd.api.types.is_datetime64_any_dtype(times):
        try:
            times = pd.to_datetime(times)
        except (ValueError, TypeError) as error:
            raise HistoryInvalid(f"{columns[1]}: {error}") from error
    if times.isna().any():
        row = int(np.argmax(times.isna()))
        raise HistoryInvalid(f"series {ids.iloc[row]!r}: row {row} has no {columns[1]}")
    values = pd.to_numeric(y, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    return ids.astype(str), times, values


def _seconds(times: "pd.Series[Any]") -> IntArray:
    utc = times.dt.tz_convert("UTC") if times.dt.tz is not None else times
    index = pd.DatetimeIndex(utc)
    seconds: IntArray = index.as_unit("s").asi8
    return seconds


def _refuse(
    ids: "pd.Series[Any]", times: "pd.Series[Any]", bad: BoolArray, what: str, y: object = None
) -> None:
    if bad.any():
        row = int(np.argmax(bad))
        value = f" {y[row]:g}" if isinstance(y, np.ndarray) else ""
        raise HistoryInvalid(f"series {ids.iloc[row]!r}, {times.iloc[row]}: {what}{value}")


def _check_counts(ids: "pd.Series[Any]", times: "pd.Series[Any]", y: FloatArray) -> None:
    _refuse(ids, times, ~np.isfinite(y), "the count is not a finite number:", y)
    _refuse(ids, times, y < 0, "the count is negative:", y)
    _refuse(ids, times, y != np.rint(y), "the count is not whole:", y)


def _check_grid(
    ids: "pd.Series[Any]", times: "pd.Series[Any]", offset: IntArray, step: int
) -> None:
    what = f"not a multiple of {step // 60} minutes after the first row"
    _refuse(ids, times, offset % step != 0, what)


def _check_duplicates(ids: "pd.Series[Any]", times: "pd.Series[Any]", key: IntArray) -> None:
    if len(np.unique(key)) == len(key):
        return
    twice = pd.Series(key).duplicated().to_numpy()
    _refuse(ids, times, twice, "the interval occurs twice")


def _observed(history: History, time_zone: str) -> BoolArray:
    """The mask of ``regularise``; ``history.observed`` still holds where rows are."""
    has_row = history.observed
    local = local_seconds(history.ds(0, history.num_intervals), time_zone)
    day = local // DAY_SECONDS - local[0] // DAY_SECONDS
    slot = (local % DAY_SECONDS) // (history.interval_minutes * 60)
    day_starts = np.flatnonzero(np.diff(day, prepend=-1))
    day_has_row = np.logical_or.reduceat(has_row, day_starts, axis=1)

    started = np.logical_or.accumulate(has_row, axis=1)
    closed = ~_slot_has_row(has_row, slot) | _closed_weekday(day_has_row, local[day_starts])[:, day]
    writes_zeros = (has_row & (history.counts == 0)).any(axis=1)[:, None]
    written_day = (day_has_row | _quiet_day(history.counts, day_has_row))[:, day]
    observed: BoolArray = has_row | (started & (closed | (~writes_zeros & written_day)))
    return observed


def _slot_has_row(has_row: BoolArray, slot: IntArray) -> BoolArray:
    """Whether the series ever has a row at this interval's time of day."""
    ever = np.zeros((len(has_row), int(slot.max()) + 1), dtype=np.bool_)
    for number in range(ever.shape[1]):
        ever[:, number] = has_row[:, slot == number].any(axis=1)
    return ever[:, slot]


def _closed_weekday(day_has_row: BoolArray, day_start: IntArray) -> BoolArray:
    """Days of a weekday that came at least twice since the first row, never with a row."""
    started = np.logical_or.accumulate(day_has_row, axis=1)
    weekday = (day_start // DAY_SECONDS) % 7
    closed = np.zeros_like(day_has_row)
    for number in range(7):
        days = weekday == number
        seen = started[:, days].sum(axis=1)
        closed[:, days] = ((seen >= 2) & ~day_has_row[:, days].any(axis=1))[:, None]
    return closed


def _quiet_day(counts: FloatArray, day_has_row: BoolArray) -> BoolArray:
    """Days without rows, followed by rows, in series where that happens by chance."""
    num_days = np.maximum(day_has_row.sum(axis=1), 1)
    is_low = counts.sum(axis=1) / num_days < LOW_VOLUME
    followed = np.logical_or.accumulate(day_has_row[:, ::-1], axis=1)[:, ::-1]
    quiet: BoolArray = is_low[:, None] & followed & ~day_has_row
    return quiet
