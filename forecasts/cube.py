"""The history as days and slots of the wall clock: what the profile is estimated on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from forecasts.calendar import (
    Calendar,
    Event,
    FloatArray,
    IntArray,
    Slots,
    event_factors,
    weekday,
)
from forecasts.history import History


@dataclass(frozen=True, slots=True)
class Cube:
    """Contacts and exposure per series, local day and slot, shape (series, days, slots).

    ``exposure`` counts the observed intervals of the slot (0, 1, or 2 where a clock change
    repeats it), each times its event factor: contacts / exposure is what the slot would have
    had without gaps and events. ``day`` are consecutive local days from 1 January 1970.
    """

    contacts: FloatArray
    exposure: FloatArray
    day: IntArray
    kind: IntArray

    @property
    def weekday(self) -> IntArray:
        """Monday is 0, shape (days,)."""
        return weekday(self.day)


def build_cube(history: History, calendar: Calendar, events: Sequence[Event]) -> Cube:
    """Fold a history into local days and slots."""
    ds = history.ds(0, history.num_intervals)
    slots = calendar.slots(ds, history.interval_minutes)
    # What came during an outage says nothing about what would have come.
    past = [replace(one, factor=0.0) if one.kind == "outage" else one for one in events]
    factors = event_factors(past, history.unique_ids, ds)
    measured = history.observed & (factors > 0)
    days = np.arange(slots.day[0], slots.day[-1] + 1)
    return Cube(
        fold(np.where(measured, history.counts, 0.0), slots),
        fold(np.where(measured, factors, 0.0), slots),
        days,
        calendar.day_kinds(days),
    )


def fold(values: FloatArray, slots: Slots) -> FloatArray:
    """Sum (series, intervals) into (series, days, slots)."""
    num_days = int(slots.day[-1] - slots.day[0]) + 1
    flat = (slots.day - slots.day[0]) * slots.per_day + slots.slot
    folded = np.zeros((len(values), num_days * slots.per_day))
    # A clock change repeats at most an hour, so a cell is hit once or twice, never more.
    first = np.unique(flat, return_index=True)[1]
    again = np.setdiff1d(np.arange(len(flat)), first)
    folded[:, flat[first]] = values[:, first]
    folded[:, flat[again]] += values[:, again]
    return folded.reshape(len(values), num_days, slots.per_day)
