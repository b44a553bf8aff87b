"""Contacts of the days around a launch beside what the days before it lead one to expect."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from forecasts.calendar import Calendar, Event, FloatArray, IntArray, Slots
from forecasts.core import Core, Model
from forecasts.cube import fold
from forecasts.day_effects import fit_day_effects
from forecasts.history import History
from forecasts.observance import kept_holidays
from forecasts.profile import ProfileSettings

# A day is known of which so much of the expected contacts was observed.
OBSERVED = 0.9


def expected_days(
    history: History, calendar: Calendar, events: Sequence[Event], launch_day: int
) -> tuple[IntArray, FloatArray, FloatArray]:
    """Days from 1 January 1970, and contacts that came and were expected, (series, days).

    The forecast is learnt from the days before ``launch_day`` alone. Days of which more than a
    tenth was not observed are nan. Empty without days on both sides of the launch.
    """
    ds = history.ds(0, history.num_intervals)
    num = int((calendar.slots(ds, history.interval_minutes).day < launch_day).sum())
    past = history.until(num)
    if num in (0, history.num_intervals) or not past.observed.any():
        return np.zeros(0, dtype=np.int64), np.zeros((0, 0)), np.zeros((0, 0))
    kept = kept_holidays(calendar, past)
    core = Model.of(past, kept, events, ProfileSettings()).fit(past)
    first, before = _before(core)
    after = _after(core, history, num)
    came, expected, whole = (
        np.concatenate(pair, axis=1) for pair in zip(before, after, strict=True)
    )
    day = first + np.arange(came.shape[1])
    known = expected >= OBSERVED * whole  # closed days too: nothing is expected of them
    return day, np.where(known, came, np.nan), np.where(known, expected, np.nan)


def _before(core: Core) -> tuple[int, tuple[FloatArray, FloatArray, FloatArray]]:
    """First day; contacts, expected where observed, and expected of whole days, (series, days)."""
    cube = fit_day_effects(core.cube)[1]
    num_days, per_day = cube.contacts.shape[1:]
    slots = Slots(np.repeat(cube.day, per_day), np.tile(np.arange(per_day), num_days), per_day)
    usual = core.profile.mean(slots, np.repeat(cube.kind, per_day)).reshape(cube.contacts.shape)
    expected, typical = (usual * cube.exposure).sum(axis=2), usual.sum(axis=2)
    observed = (usual * (cube.exposure > 0)).sum(axis=2)
    whole = typical.copy()
    np.divide(expected * typical, observed, out=whole, where=observed > 0)
    return int(cube.day[0]), (cube.contacts.sum(axis=2), expected, whole)


def _after(core: Core, history: History, num: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The same from interval ``num`` on, of which there are some."""
    rest = history.num_intervals - num
    # Of a day with an outage it must be known how much is missing.
    without = [one for one in core.model.events if one.kind != "outage"]
    ahead = replace(core.model, events=without).ahead(history, num, rest)
    mean = core.mean(ahead)
    seen = history.observed[:, num:] & ~core.model.outages(history, num, rest)
    came = np.where(seen, history.counts[:, num:], 0.0)
    parts = [fold(one, ahead.slots).sum(axis=2) for one in (came, np.where(seen, mean, 0.0), mean)]
    return parts[0], parts[1], parts[2]
