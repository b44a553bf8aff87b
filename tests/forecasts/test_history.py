"""Reading a history: what is refused, and how gaps differ from zeros."""

import numpy as np
import pandas as pd
import pytest

from forecasts.errors import HistoryInvalid
from forecasts.history import History, regularise

MONDAY = pd.Timestamp("2026-03-02", tz="UTC")


def frame(y: list[float], start: pd.Timestamp = MONDAY, unique_id: str = "a") -> pd.DataFrame:
    ds = pd.date_range(start, periods=len(y), freq="30min")
    return pd.DataFrame({"unique_id": unique_id, "ds": ds, "y": y})


def days(num: int, first_slot: int = 16, last_slot: int = 40, y: int = 5) -> pd.DataFrame:
    """Rows from 08:00 to 20:00 on each of ``num`` days."""
    slots = [frame([y] * (last_slot - first_slot), day_start(n, first_slot)) for n in range(num)]
    return pd.concat(slots, ignore_index=True)


def day_start(day: int, slot: int = 0) -> pd.Timestamp:
    return MONDAY + pd.Timedelta(days=day, minutes=30 * slot)


def seen_on(history: History, day: int) -> np.ndarray:
    column = int((day_start(day) - history.start) / pd.Timedelta(minutes=30))
    return history.observed[0, column : column + 48]


def test_counts_lie_on_the_grid():
    df = pd.concat([frame([1, 2, 3]), frame([7], MONDAY + pd.Timedelta(hours=1), "b")])
    history = regularise(df, 30)
    assert history.unique_ids == ("a", "b")
    assert history.start == MONDAY
    np.testing.assert_array_equal(history.counts, [[1, 2, 3], [0, 0, 7]])
    np.testing.assert_array_equal(history.observed, [[True] * 3, [False, False, True]])


def test_row_order_does_not_matter():
    df = days(3)
    shuffled = df.sample(frac=1, random_state=1)
    np.testing.assert_array_equal(regularise(df, 30).counts, regularise(shuffled, 30).counts)


def test_a_missing_row_on_a_day_with_rows_is_zero():
    df = days(10).drop(index=[30])
    history = regularise(df, 30)
    column = int((df["ds"].iloc[29] - history.start) / pd.Timedelta(minutes=30)) + 1
    assert history.observed[0, column]
    assert history.counts[0, column] == 0


def test_a_day_without_rows_is_an_outage():
    df = days(10)
    df = df[df["ds"].dt.normalize() != day_start(4)]
    assert not seen_on(regularise(df, 30), 4)[16:40].any()


def test_a_series_that_writes_zeros_has_gaps_where_rows_miss():
    df = days(10)
    df.loc[5, "y"] = 0
    df = df.drop(index=[30])
    history = regularise(df, 30)
    assert history.observed[0, :24].all()
    assert (~seen_on(history, 1)).sum() == 1


def test_an_empty_day_of_a_very_quiet_series_is_zero():
    df = pd.concat([frame([1], day_start(n, 20)) for n in (0, 1, 3, 4, 5, 6, 7)])
    assert seen_on(regularise(df, 30), 2).all()


def test_a_weekday_that_never_has_rows_is_closed():
    df = days(21)
    df = df[df["ds"].dt.day_of_week != 6]
    assert seen_on(regularise(df, 30), 6).all()


def test_nights_without_rows_are_closed():
    assert seen_on(regularise(days(5), 30), 2).all()


def test_naive_times_are_a_zone_without_clock_changes():
    df = days(3)
    df["ds"] = df["ds"].dt.tz_localize(None)
    history = regularise(df, 30, time_zone="Europe/Berlin")
    assert history.is_naive
    assert history.start == day_start(0, 16)


def test_an_offset_is_turned_into_utc():
    df = frame([1, 2])
    df["ds"] = df["ds"].dt.tz_convert("Europe/Berlin")
    assert regularise(df, 30).start == MONDAY


def test_column_names_can_be_given():
    df = days(2).rename(columns={"unique_id": "queue", "ds": "time", "y": "contacts"})
    history = regularise(df, 30, id_col="queue", time_col="time", target_col="contacts")
    assert history.unique_ids == ("a",)


def test_duplicates_name_series_and_time():
    df = pd.concat([days(2), frame([9], day_start(1, 20))])
    with pytest.raises(HistoryInvalid, match=r"'a', 2026-03-03 10:00.*twice"):
        regularise(df, 30)


@pytest.mark.parametrize(
    ("y", "what"),
    [(-1, "negative"), (1.5, "whole"), (np.nan, "finite"), (np.inf, "finite"), ("x", "finite")],
)
def test_bad_counts_name_series_and_time(y: object, what: str):
    df = frame([1, 2, 3])
    df["y"] = df["y"].astype(object)
    df.loc[1, "y"] = y
    with pytest.raises(HistoryInvalid, match=rf"'a', 2026-03-02 00:30.*{what}"):
        regularise(df, 30)


def test_times_off_the_grid_are_refused():
    df = pd.concat([frame([1]), frame([1], MONDAY + pd.Timedelta(minutes=40))])
    with pytest.raises(HistoryInvalid, match="multiple of 30"):
        regularise(df, 30)


@pytest.mark.parametrize(
    ("df", "what"),
    [
        (frame([]), "no rows"),
        (frame([1]).drop(columns="y"), "'y' is missing"),
        (frame([1]).assign(unique_id=None), "unique_id is empty"),
        (frame([1]).assign(ds=pd.NaT), "has no ds"),
        (frame([1]).assign(ds="yesterday"), "ds"),
    ],
)
def test_unusable_frames_are_refused(df: pd.DataFrame, what: str):
    with pytest.raises(HistoryInvalid, match=what):
        regularise(df, 30)


def test_a_stray_date_is_refused_before_memory_is_asked_for():
    ids = [f"q{n}" for n in range(300)]
    ds = [MONDAY] * 299 + [pd.Timestamp("1970-01-01", tz="UTC")]
    with pytest.raises(HistoryInvalid, match="stray date"):
        regularise(pd.DataFrame({"unique_id": ids, "ds": ds, "y": 1}), 30)
