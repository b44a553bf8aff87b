"""Bot outcomes: read, checked, and weighed by age, bot version and open labels."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from forecasts.calendar import BoolArray, FloatArray, IntArray, local_seconds
from forecasts.errors import OutcomesInvalid
from forecasts.kernel import share_returned
from forecasts.wandering import WEEK, lag_days, walk_likelihood, weekly_variances

COUNTS = ["offered", "resolved", "escalated", "bounced"]
COLUMNS = ["unique_id", "ds", *COUNTS, "bot_version"]
DAY_SECONDS = 86_400
# Weight of what an older version of the bot did.
OLD_VERSION_WEIGHT = 0.2
# Fewer days, or days with fewer labels, do not show how much days differ.
MIN_DAYS = 5
MIN_LABELS_OF_A_DAY = 10
# From this share of its bounces on, a day's labels are closed.
CLOSED = 0.99


@dataclass(frozen=True, slots=True)
class Evidence:
    """One queue's decayed counts.

    ``shares`` of resolved, escalated, bounced; ``n_eff`` labels they are worth after decay and
    design effect; ``walk`` is the variance, in logits, by which the bot's share of today may
    have left them; ``offered`` of ``volume`` contacts met the bot on days with both known.
    """

    unique_id: str
    shares: FloatArray
    n_eff: float
    walk: float
    offered: float
    volume: float


def gather(
    outcomes: pd.DataFrame,
    history: pd.DataFrame,
    half_life_days: float,
    time_zone: str,
    at: pd.Timestamp | None,
) -> dict[str, Evidence]:
    """The evidence of each queue that has rows before ``at``; raises OutcomesInvalid."""
    check(outcomes)
    end = _end(history, at)
    last_day = int(local_day(pd.DatetimeIndex([end]), time_zone)[0])
    days = daily(outcomes[_instants(outcomes["ds"]) <= end], time_zone)
    days["age"] = last_day - days["day"]
    days["decay"] = 0.5 ** (days["age"] / half_life_days)
    current = days.groupby("unique_id")["version"].transform("last")
    days["weight"] = days["decay"].where(
        days["version"] == current, days["decay"] * OLD_VERSION_WEIGHT
    )
    volume = _volume(history, time_zone)
    queues = {str(key): rows for key, rows in days.groupby("unique_id")}
    wandered = weekly_variances({key: _wandering(key, rows) for key, rows in queues.items()})
    return {key: _evidence(key, rows, volume, wandered[key]) for key, rows in queues.items()}


def _wandering(unique_id: str, rows: pd.DataFrame) -> FloatArray:
    """What closed days of the current bot version say about wandering."""
    rows = rows[rows["version"] == rows["version"].iloc[-1]]
    age = rows["age"].to_numpy(dtype=np.float64)
    closed = share_returned(unique_id, 24 * (age + 0.5)) > CLOSED
    offered, escalated, bounced = (
        rows[name].to_numpy(dtype=np.float64)[closed]
        for name in ("offered", "escalated", "bounced")
    )
    return walk_likelihood(age[closed], offered, escalated + bounced)


def _end(history: pd.DataFrame, at: pd.Timestamp | None) -> pd.Timestamp:
    """The last instant whose outcomes are known."""
    if at is None:
        return _instants(history["ds"]).max()
    return _instants(pd.Series([at]))[0] - pd.Timedelta(seconds=1)


def check(outcomes: pd.DataFrame) -> None:
    missing = [name for name in COLUMNS if name not in outcomes.columns]
    if missing:
        raise OutcomesInvalid(f"columns are missing: {', '.join(missing)}")
    counts = outcomes[COUNTS].apply(pd.to_numeric, errors="coerce").to_numpy(dtype=np.float64)
    _refuse(outcomes, ~np.isfinite(counts).all(axis=1), "a count is not a finite number")
    _refuse(outcomes, (counts < 0).any(axis=1), "a count is negative")
    _refuse(outcomes, (counts != np.rint(counts)).any(axis=1), "a count is not whole")
    too_many = counts[:, 1:].sum(axis=1) > counts[:, 0]
    _refuse(outcomes, too_many, "resolved + escalated + bounced are more than offered")
    twice = outcomes.duplicated(["unique_id", "ds", "bot_version"]).to_numpy()
    _refuse(outcomes, twice, "the row occurs twice")


def _refuse(outcomes: pd.DataFrame, bad: BoolArray, what: str) -> None:
    if bad.any():
        row = outcomes.iloc[int(np.argmax(bad))]
        numbers = ", ".join(f"{name} {row[name]}" for name in COUNTS)
        raise OutcomesInvalid(f"series {row['unique_id']!r}, {row['ds']}: {what} ({numbers})")


def _instants(ds: "pd.Series[Any]") -> pd.DatetimeIndex:
    return pd.DatetimeIndex(pd.to_datetime(ds, utc=True))


def local_day(ds: pd.DatetimeIndex, time_zone: str) -> IntArray:
    return local_seconds(ds, time_zone) // DAY_SECONDS


def daily(outcomes: pd.DataFrame, time_zone: str) -> pd.DataFrame:
    """One row per queue, local day and bot version, in the order of time.

    With two versions in one day, the one that begins later is the current one.
    """
    instants = _instants(outcomes["ds"])
    frame = outcomes[COUNTS].astype(np.float64)
    frame["unique_id"] = outcomes["unique_id"].astype(str)
    frame["version"] = outcomes["bot_version"].astype(str)
    frame["day"] = local_day(instants, time_zone)
    frame = frame.iloc[np.argsort(instants.asi8, kind="stable")]
    return frame.groupby(["unique_id", "day", "version"], sort=False)[COUNTS].sum().reset_index()


def _volume(history: pd.DataFrame, time_zone: str) -> "pd.Series[Any]":
    """Contacts per queue and local day."""
    frame = pd.DataFrame(
        {
            "unique_id": history["unique_id"].astype(str).to_numpy(),
            "day": local_day(_instants(history["ds"]), time_zone),
            "volume": history["y"].to_numpy(dtype=np.float64),
        }
    )
    return frame.groupby(["unique_id", "day"])["volume"].sum()


def _evidence(
    unique_id: str, rows: pd.DataFrame, volume: "pd.Series[Any]", wandered: float
) -> Evidence:
    offered, escalated, bounced, weight = (
        rows[name].to_numpy(dtype=np.float64)
        for name in ("offered", "escalated", "bounced", "weight")
    )
    # A day's sessions are on average half a day older than its end.
    hours = 24 * (rows["age"].to_numpy(dtype=np.float64) + 0.5)
    returned = share_returned(unique_id, hours)
    sessions, labels = float(weight @ offered), float(weight @ (offered * returned))
    shares = np.zeros(3)
    if labels > 0:
        failed = np.array([weight @ escalated / sessions, weight @ bounced / labels])
        failed /= max(1.0, float(failed.sum()))
        shares = np.array([1 - failed.sum(), *failed])
    closed = returned > CLOSED
    effect = design_effect(offered[closed], (escalated + bounced)[closed])
    met, came = _offered_of_volume(unique_id, rows, volume)
    lag = lag_days(rows["age"].to_numpy(dtype=np.float64), weight * offered * returned) / WEEK
    return Evidence(unique_id, shares, labels / effect, wandered * lag, met, came)


def design_effect(offered: FloatArray, failed: FloatArray) -> float:
    """Variance of the failed share from day to day against a binomial's, at least 1."""
    enough = offered >= MIN_LABELS_OF_A_DAY
    offered, failed = offered[enough], failed[enough]
    if len(offered) < MIN_DAYS:
        return 1.0
    share = failed.sum() / offered.sum()
    if not 0 < share < 1:
        return 1.0
    chi_square = ((failed - offered * share) ** 2 / (offered * share * (1 - share))).sum()
    return max(1.0, float(chi_square) / (len(offered) - 1))


def _offered_of_volume(
    unique_id: str, rows: pd.DataFrame, volume: "pd.Series[Any]"
) -> tuple[float, float]:
    """Decayed contacts offered to the bot, and contacts in all, on days with both known."""
    days = rows.groupby("day").agg(offered=("offered", "sum"), decay=("decay", "first"))
    came = volume.reindex([(unique_id, day) for day in days.index]).to_numpy(dtype=np.float64)
    known = ~np.isnan(came)
    decay, offered = days["decay"].to_numpy(), days["offered"].to_numpy()
    return float(decay[known] @ offered[known]), float(decay[known] @ came[known])
