"""What the bot's figures are corrected by, queue by queue: measured where the data is there."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from api.forecasting import calendar, site_events
from api.site.site import Site
from forecasts.before_after import expected_days
from forecasts.calendar import FloatArray, IntArray
from forecasts.correction import Correction
from forecasts.go_no_go import Corrections
from forecasts.history import History, regularise
from forecasts.hold_out import baseline_of, baseline_returns
from forecasts.kernel import share_returned
from forecasts.outcomes import CLOSED, daily, local_day
from forecasts.substitution import LaunchDays, substitution


def corrections(
    site: Site, outcomes: pd.DataFrame, history: pd.DataFrame, at: pd.Timestamp
) -> dict[str, Corrections]:
    """The corrections of each queue that has outcomes, as known on the morning ``at``.

    ``outcomes`` and ``history`` hold nothing later.
    """
    bot, zone = site.config.bot, site.config.time_zone
    returns = baseline_returns(outcomes, bot.baseline_return_share, bot.half_life_days, at, zone)
    made = _substitutions(site, outcomes, history, at)
    return {
        name: Corrections(baseline_of(name, returns, bot.baseline_return_share), made[name])
        for name in made
    }


def _substitutions(
    site: Site, outcomes: pd.DataFrame, history: pd.DataFrame, at: pd.Timestamp
) -> dict[str, Correction]:
    """Of each queue with outcomes; queues launched on one day share a forecast."""
    config = site.config
    days = daily(outcomes, config.time_zone)
    launches = days[days["offered"] > 0].groupby("unique_id")["day"].min()
    known = regularise(history, config.interval_minutes, time_zone=config.time_zone)
    found = {}
    for launch, group in launches.groupby(launches):
        volume = _volume(site, known, int(launch))
        for name in group.index:
            rows = days[days["unique_id"] == name]
            around = _around(str(name), rows, int(launch), volume.get(str(name)), _day(site, at))
            found[str(name)] = substitution(around, config.bot.substitution_ratio)
    absent = Correction(config.bot.substitution_ratio, "setting: the bot was offered nothing yet")
    return {str(name): found.get(str(name), absent) for name in days["unique_id"].unique()}


def _day(site: Site, at: pd.Timestamp) -> int:
    """The last local day before an instant."""
    end = pd.DatetimeIndex([at - pd.Timedelta(seconds=1)])
    return int(local_day(end, site.config.time_zone)[0])


def _volume(
    site: Site, known: History, launch: int
) -> Mapping[str, tuple[IntArray, FloatArray, FloatArray]]:
    """Days, contacts that came and contacts expected, of each queue with a past before a launch."""
    days = calendar(site, site.config.opening_hours)
    day, came, expected = expected_days(known, days, site_events(site), launch)
    rows = zip(known.unique_ids[: len(came)], came, expected, strict=False)
    return {name: (day, one, other) for name, one, other in rows}


def _around(
    name: str,
    rows: pd.DataFrame,
    launch: int,
    volume: tuple[IntArray, FloatArray, FloatArray] | None,
    last_day: int,
) -> LaunchDays | None:
    """The known days around a queue's launch; None without a day before it."""
    if volume is None:
        return None
    day, came, expected = volume
    # Sessions without an outcome pass for resolved, as everywhere.
    settled = rows["offered"] - rows["escalated"] - rows["bounced"]
    resolved = settled.groupby(rows["day"]).sum().reindex(day)
    hours = np.asarray(24 * (last_day - day + 0.5), dtype=np.float64)
    closed = share_returned(name, hours) > CLOSED
    counted = (day < launch) | (resolved.notna().to_numpy() & closed)
    good = counted & np.isfinite(expected)
    return LaunchDays(
        (day - launch)[good].astype(np.float64),
        came[good],
        expected[good],
        resolved.fillna(0).to_numpy(dtype=np.float64)[good],
    )
