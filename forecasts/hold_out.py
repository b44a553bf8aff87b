"""How many customers come back whoever served them, measured on those whom people served.

Per category the share is a Beta: decayed counts, pulled to the mean of the other categories,
which is pulled to what the site states. Returns come late, as bounces do.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import special

from forecasts.bot_share import MOST_LABELS
from forecasts.calendar import FloatArray
from forecasts.correction import Correction
from forecasts.kernel import share_returned
from forecasts.outcomes import CLOSED, design_effect, local_day
from forecasts.shrinkage import fitted_strength, peer_means, shrunk

SERVED, RETURNED = "served_by_human", "returned_to_human"
# What the site states is worth so many contacts; a stated 0 says "not known", not "nobody".
STATED_STRENGTH = 20.0
LEAST_PRIOR = 0.01


def baseline_returns(
    outcomes: pd.DataFrame,
    stated: float,
    half_life_days: float,
    at: pd.Timestamp,
    time_zone: str = "UTC",
) -> dict[str, Correction]:
    """The share that comes back anyway, by category; only of categories with counts.

    ``outcomes``: unique_id, ds, and the contacts first served by people (``served_by_human``)
    with those of them that came back within the window (``returned_to_human``), nan where not
    counted; what came at or after ``at`` is left out. Empty without the two columns.
    """
    days = _days(outcomes, at, time_zone)
    counts = {
        str(key): _counts(rows, half_life_days) for key, rows in days.groupby("category", sort=True)
    }
    counts = {key: found for key, found in counts.items() if found.sum() > 0}
    if not counts:
        return {}
    prior = float(np.clip(stated, LEAST_PRIOR, 1 - LEAST_PRIOR))
    table = np.array(list(counts.values()))
    means = peer_means(table, [""] * len(table), np.array([1 - prior, prior]), STATED_STRENGTH)
    posterior = shrunk(table, means, fitted_strength(table, means))
    return {
        key: _correction(stayed, returned, own.sum())
        for (key, own), (stayed, returned) in zip(counts.items(), posterior, strict=True)
    }


def baseline_of(unique_id: str, measured: Mapping[str, Correction], stated: float) -> Correction:
    """The share of a queue: its category's, or what the site states."""
    found = measured.get(unique_id.split("|")[0])
    return found or Correction(stated, "setting: no contacts served by people were counted")


def _days(outcomes: pd.DataFrame, at: pd.Timestamp, time_zone: str) -> pd.DataFrame:
    """Counts per queue and local day: unique_id, category, age in days, served, returned."""
    if not {SERVED, RETURNED} <= set(outcomes.columns):
        return pd.DataFrame(columns=["unique_id", "category", "age", SERVED, RETURNED])
    rows = outcomes[(outcomes["ds"] < at) & outcomes[[SERVED, RETURNED]].notna().all(axis=1)]
    end = pd.DatetimeIndex([at - pd.Timedelta(seconds=1)])
    last_day = int(local_day(end, time_zone)[0])
    frame = rows[["unique_id", SERVED, RETURNED]].copy()
    frame["age"] = last_day - local_day(pd.DatetimeIndex(rows["ds"]), time_zone)
    days = frame.groupby(["unique_id", "age"])[[SERVED, RETURNED]].sum().reset_index()
    return days.assign(category=days["unique_id"].str.split("|").str[0])


def _counts(rows: pd.DataFrame, half_life_days: float) -> FloatArray:
    """Contacts of a category that stayed away and that returned, as many as they are worth.

    Returns over the served contacts weighed by the share that has had time to come back.
    """
    found, labels = np.zeros(2), 0.0
    for key, part in rows.groupby("unique_id"):
        age, served, returned = (
            part[name].to_numpy(dtype=np.float64) for name in ("age", SERVED, RETURNED)
        )
        weight = 0.5 ** (age / half_life_days)
        matured = share_returned(str(key), 24 * (age + 0.5))
        closed = matured > CLOSED
        effect = design_effect(served[closed], returned[closed])
        came, known = weight @ returned / effect, weight @ (served * matured) / effect
        found += np.array([max(known - came, 0.0), came])
        labels += float(known)
    return found * min(1.0, MOST_LABELS / labels) if labels > 0 else found


def _correction(stayed: float, returned: float, labels: float) -> Correction:
    def quantile(levels: FloatArray) -> FloatArray:
        return np.asarray(special.betaincinv(returned, stayed, levels), dtype=np.float64)

    words = f"measured: {labels:.0f} effective contacts served by people"
    return Correction(returned / (stayed + returned), words, quantile)
