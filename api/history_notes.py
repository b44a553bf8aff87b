"""What a planner should know of the history before he trusts the forecast that was made from it."""

from collections.abc import Sequence

import pandas as pd

from api.site.site import Site
from forecasts.calendar import Calendar, Event
from forecasts.level_shift import LevelShift, level_shifts
from forecasts.volume import Forecaster

# A series without a row for longer has not just had a few quiet days.
SILENT_DAYS = 14


def history_notes(
    site: Site, forecaster: Forecaster, calendar: Calendar, events: Sequence[Event]
) -> tuple[str, ...]:
    """A note for each series whose level has just shifted, and for each that ended early."""
    shifts = level_shifts(forecaster.history, calendar, events)
    return (*(_shifted(one) for one in shifts), *_ended(site))


def _shifted(shift: LevelShift) -> str:
    return (
        f"history.csv: {shift.unique_id}: since {shift.first} {shift.factor:.1f} times what was "
        "usual; the forecast follows a new level over weeks: if it is to last, say so in "
        "adjustments.csv, or in events.csv if it was one of a kind"
    )


def _ended(site: Site) -> list[str]:
    assert site.history is not None
    last = site.history.groupby("unique_id")["ds"].max()
    end = last.max()
    return [
        f"history.csv: {name}: no row since {when.tz_convert(site.config.time_zone):%Y-%m-%d}; "
        "taken as missing, so the forecast keeps its old level: write rows with 0 if nothing came"
        for name, when in last.items()
        if end - when > pd.Timedelta(days=SILENT_DAYS)
    ]
