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


def build_cube(
    history: History,
    calendar: Calendar,
    events: Sequence[Event],
    learnt: FloatArray | float | None = None,
) -> Cube:
    """Fold a history into local days and slots.

    ``learnt`` (series, intervals) are the factors of events without a stated one; as long as
    these are not known, what came during such an event is left out.
    """
    ds = history.ds(0, history.num_intervals)
    slots = calendar.slots(ds, history.interval_minutes)
    # What came during an outage says nothing about what would have come.
    unknown = [one for one in events if one.kind == "outage" or _is_open(one, learnt)]
    stated = [one for one in events if one not in unknown]
    past = [*stated, *(replace(one, factor=0.0) for one in unknown)]
    factors = event_factors(past, history.unique_ids, ds)
    if learnt is not None:
        factors *= learnt
    measured = history.observed & (factors > 0)
    days = np.arange(slots.day[0], slots.day[-1] + 1)
    return Cube(
        fold(np.where(measured, history.counts, 0.0), slots),
        fold(np.where(measured, factors, 0.0), slots),
        days,
        calendar.day_kinds(days),
    )


def _is_open(event: Event, learnt: FloatArray | float | None) -> bool:
    return event.factor is None and learnt is None


def fold(values: FloatArray, slots: Slots) -> FloatArray:
    """Sum (series, intervals) into (series, days, slots)."""
    num_days = int(slots.day[-1] - slots.day[0]) + 1
    flat = (slots.day - slots.day[0]) * slots.per_day + slots.slot
    folded = np.zeros((len(values), num_days * slots.per_day))
    # Only a clock change breaks the row of cells: it skips some, or goes back to some.
    starts = np.append(0, np.flatnonzero(np.diff(flat) != 1) + 1)
    for first, last in zip(starts, np.append(starts[1:], len(flat)), strict=True):
        folded[:, flat[first] : flat[first] + last - first] += values[:, first:last]
    return folded.reshape(len(values), num_days, slots.per_day)
