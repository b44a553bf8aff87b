"""Labels that come late: what was known of the outcomes on an earlier day, and what never came."""

import numpy as np
import pandas as pd

from forecasts.calendar import FloatArray
from forecasts.kernel import share_returned
from forecasts.outcomes import CLOSED

HOUR_SECONDS = 3600.0
HALF_A_DAY = 12.0  # hours by which a day's sessions are younger than its start
LATE = ("bounced", "returned_to_human")  # counts that are whole only after the window
WINDOW_DAYS = 28  # in which outcomes that never came are counted


def as_known(outcomes: pd.DataFrame, at: pd.Timestamp, until: pd.Timestamp) -> pd.DataFrame:
    """The outcomes as they stood at ``at``, from a table that was written at ``until``.

    Rows of later days are left out. Of the bounces of younger days, and of the customers who came
    back to people, only the share that had come back by then is kept, by the delay of the
    channel; the others were still open.
    """
    rows = outcomes[outcomes["ds"] < at].copy()
    late = [name for name in LATE if name in rows.columns]
    for key, part in rows.groupby("unique_id"):
        then, now = (_returned(str(key), part["ds"], one) for one in (at, until))
        known = np.divide(then, now, out=np.ones_like(then), where=now > 0)
        for name in late:
            back = np.rint(part[name].to_numpy(dtype=np.float64) * known)
            rows.loc[part.index, name] = back.astype(part[name].dtype)
    return rows


def open_share(rows: pd.DataFrame, at: pd.Timestamp) -> float:
    """Share of one queue's sessions whose window has closed and that still have no outcome.

    Counted over four weeks; they pass for resolved, so a large share makes a bot look better.
    """
    recent = rows[(rows["ds"] < at) & (rows["ds"] >= at - pd.Timedelta(days=WINDOW_DAYS))]
    if recent.empty:
        return 0.0
    closed = recent[_returned(str(recent["unique_id"].iloc[0]), recent["ds"], at) > CLOSED]
    offered = float(closed["offered"].sum())
    known = float(closed[["resolved", "escalated", "bounced"]].to_numpy().sum())
    return (offered - known) / offered if offered else 0.0


def _returned(unique_id: str, ds: "pd.Series[pd.Timestamp]", at: pd.Timestamp) -> FloatArray:
    """Share of bounces that have come back by ``at`` from the sessions of a day, on average."""
    seconds = (at - ds).dt.total_seconds().to_numpy(dtype=np.float64)
    return share_returned(unique_id, np.asarray(seconds / HOUR_SECONDS - HALF_A_DAY))
