"""The core forecast from one origin: profile x day effects x events, inside opening hours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from forecasts.calendar import (
    BoolArray,
    Calendar,
    Event,
    FloatArray,
    IntArray,
    Slots,
    event_factors,
    event_masks,
)
from forecasts.cube import Cube, build_cube
from forecasts.day_effects import DayEffects, fit_day_effects
from forecasts.event_effects import EventEffects, learn_events, open_kinds
from forecasts.history import History
from forecasts.parents import Level, parent_levels
from forecasts.profile import Profile, ProfileSettings, fit_profile

# Contacts in closed hours up to this share are stray; the series keeps to opening hours.
STRAY_SHARE = 0.001


@dataclass(frozen=True, slots=True)
class Ahead:
    """What the calendar says of some intervals; ``events`` is (series, intervals).

    ``open_events``: where events are whose factor is learnt, by kind, (series, intervals).
    """

    slots: Slots
    kind: IntArray
    is_open: BoolArray
    events: FloatArray
    open_events: Mapping[str, BoolArray] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Model:
    """How a history is forecast: what the planner stated, and what holds for all its origins.

    Per series: whether it keeps to opening hours (series,), and the numbers of the parts of its
    id (series, 3).
    """

    calendar: Calendar
    events: Sequence[Event]
    settings: ProfileSettings
    keeps_hours: BoolArray
    parts: IntArray

    @classmethod
    def of(
        cls,
        history: History,
        calendar: Calendar,
        events: Sequence[Event],
        settings: ProfileSettings,
    ) -> "Model":
        """The model of all series of a history."""
        keeps = keeps_hours(history, calendar)
        return cls(calendar, events, settings, keeps, id_parts(history.unique_ids))

    def only(self, rows: IntArray) -> "Model":
        """The model of some series."""
        return replace(self, keeps_hours=self.keeps_hours[rows], parts=self.parts[rows])

    def fit(self, history: History) -> "Core":
        """Learn from a history, which may be cut at an earlier origin."""
        cube = build_cube(history, self.calendar, self.events)
        levels = parent_levels(history.unique_ids)
        closes = self.calendar.holiday_hours == ()
        events = None
        if open_kinds(self.events):
            around = fit_profile(cube, levels, self.settings, closes)
            events, factors = self._learn_events(history, around, levels)
            cube = build_cube(history, self.calendar, self.events, factors)
        effects, known = fit_day_effects(cube)
        profile = fit_profile(known, levels, self.settings, closes)
        return Core(self, profile, effects, cube, events)

    def _learn_events(
        self, history: History, profile: Profile, levels: Sequence[Level]
    ) -> tuple[EventEffects, FloatArray | float]:
        """The factors that nobody stated, and what they were in the history."""
        past = self.ahead(history, 0, history.num_intervals)
        usual = profile.mean(past.slots, past.kind) * past.events
        events = learn_events(self.events, history, usual, levels)
        return events, events.factors(past.open_events)

    def ahead(self, history: History, first: int, num: int) -> Ahead:
        """The ``num`` intervals from number ``first`` of a history on."""
        ds = history.ds(first, num)
        slots = self.calendar.slots(ds, history.interval_minutes)
        return Ahead(
            slots,
            self.calendar.day_kinds(slots.day),
            self.calendar.is_open(ds),
            event_factors(self.events, history.unique_ids, ds),
            event_masks(self.events, history.unique_ids, ds),
        )

    def outages(self, history: History, first: int, num: int) -> BoolArray:
        """Whether an interval lies in an outage, shape (series, intervals)."""
        stops = [replace(one, factor=0.0) for one in self.events if one.kind == "outage"]
        ds = history.ds(first, num)
        is_out: BoolArray = event_factors(stops, history.unique_ids, ds) == 0
        return is_out


@dataclass(frozen=True, slots=True)
class Core:
    """What one origin knew: ``cube`` is its past, without the day effects.

    ``events`` are factors that it learnt, None where all are stated.
    """

    model: Model
    profile: Profile
    effects: DayEffects
    cube: Cube
    events: EventEffects | None = None

    def mean(self, ahead: Ahead) -> FloatArray:
        """Expected contacts after the origin, 0 where a series that keeps to hours is closed."""
        last_day = self.effects.last_day
        day = np.arange(last_day, max(last_day, int(ahead.slots.day[-1])) + 1)
        factors = self.effects.ahead(day, self.model.calendar.day_kinds(day))
        mean = self.profile.mean(ahead.slots, ahead.kind) * ahead.events
        mean *= factors[:, ahead.slots.day - last_day]
        if self.events is not None:
            mean *= self.events.factors(ahead.open_events)
        mean[np.ix_(self.model.keeps_hours, ~ahead.is_open)] = 0.0
        return mean


def keeps_hours(history: History, calendar: Calendar) -> BoolArray:
    """Which series had closed hours in their history, and (nearly) no contacts in them."""
    closed = ~calendar.is_open(history.ds(0, history.num_intervals))
    in_closed = history.counts[:, closed].sum(axis=1)
    seen = history.observed[:, closed].any(axis=1)
    keeps: BoolArray = seen & (in_closed <= STRAY_SHARE * history.counts.sum(axis=1))
    return keeps


def id_parts(unique_ids: Sequence[str]) -> IntArray:
    """Category, language and channel as numbers, shape (series, 3).

    Of any other id the whole of it takes the first place.
    """
    split = [one.split("|") for one in unique_ids]
    parts = [one if len(one) == 3 else ["|".join(one), "", ""] for one in split]
    columns = zip(*parts, strict=True)
    return np.stack([pd.factorize(np.array(one), sort=True)[0] for one in columns], axis=1)
