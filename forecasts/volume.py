"""The volume forecast: how many contacts come, and how sure that is."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from forecasts.backtest import cross_validate
from forecasts.calendar import (
    BoolArray,
    Calendar,
    DayKind,
    Event,
    FloatArray,
    IntArray,
    Slots,
    event_factors,
)
from forecasts.cube import build_cube, fold
from forecasts.errors import ForecastError, NotFitted
from forecasts.history import History, regularise
from forecasts.intraday import conditional_paths
from forecasts.parents import Level, parent_levels
from forecasts.profile import Profile, ProfileSettings, fit_profile
from forecasts.spread import Errors, PathArray, Spread, draw_counts, estimate_spread

QUANTILES = {
    "q05": 0.05,
    "q10": 0.10,
    "q25": 0.25,
    "q50": 0.50,
    "q75": 0.75,
    "q90": 0.90,
    "q95": 0.95,
}
# Enough that the 5 % and 95 % quantiles are steady to about a fortieth of the width.
QUANTILE_PATHS = 1000
BACKTEST_WEEKS = 4
# Contacts in closed hours up to this share are stray; the series keeps to opening hours.
STRAY_SHARE = 0.001


@dataclass(frozen=True, slots=True)
class _Fitted:
    history: History
    calendar: Calendar
    profile: Profile
    spread: Spread
    keeps_hours: BoolArray


class Forecaster:
    """Forecasts contacts per series and interval from their history.

    ``interval_minutes`` is 15, 30 or 60. The calendar's zone gives weekdays and slots; for a
    history without zone the calendar's hours and holidays hold on its wall clock. Series with
    ids ``category|language|channel`` lend each other their shape. ``seed`` fixes the quantiles
    of ``predict``.
    """

    def __init__(
        self,
        interval_minutes: int,
        calendar: Calendar,
        events: Sequence[Event] = (),
        *,
        seed: int = 1,
        settings: ProfileSettings | None = None,
        id_col: str = "unique_id",
        time_col: str = "ds",
        target_col: str = "y",
    ) -> None:
        if interval_minutes not in (15, 30, 60):
            raise ForecastError("interval_minutes: 15, 30 or 60 is needed")
        self.interval_minutes = interval_minutes
        self.calendar = calendar
        self.events = tuple(events)
        self.seed = seed
        self.settings = settings or ProfileSettings()
        self.columns = (id_col, time_col, target_col)
        self._fitted: _Fitted | None = None

    def fit(self, df: pd.DataFrame) -> "Forecaster":
        """Learn from a long frame ``unique_id, ds, y`` (see ``regularise`` for its gaps).

        Raises HistoryInvalid if the frame cannot be used.
        """
        history = self._regularise(df)
        zone = "UTC" if history.is_naive else self.calendar.time_zone
        calendar = replace(self.calendar, time_zone=zone)
        levels = parent_levels(history.unique_ids)
        keeps_hours = _keeps_hours(history, calendar)
        profile = self._profile(history, calendar, levels)
        errors = self._backtest(history, calendar, levels, keeps_hours)
        spread = estimate_spread(errors)
        self._fitted = _Fitted(history, calendar, profile, spread, keeps_hours)
        return self

    @property
    def unique_ids(self) -> tuple[str, ...]:
        """The series in the order of ``simulate``'s first axis."""
        return self._known.history.unique_ids

    @property
    def history(self) -> History:
        """The regularised history."""
        return self._known.history

    def future(self, h: int) -> pd.DatetimeIndex:
        """UTC starts of the ``h`` intervals that follow the history."""
        history = self._known.history
        return history.ds(history.num_intervals, h)

    def predict(self, h: int) -> pd.DataFrame:
        """The next ``h`` intervals: ``unique_id, ds, mean, q05 ... q95``, a row per interval.

        The quantiles are those of seeded sample paths of the same distribution as ``simulate``.
        """
        known = self._known
        mean, ahead = self._expected(known, h)
        levels = list(QUANTILES.values())
        quantiles = np.empty((len(mean), len(levels), h))
        for row in range(len(mean)):
            paths = draw_counts(
                row, mean[row], ahead.slots.day, ahead.kind, known.spread, QUANTILE_PATHS, self.seed
            )
            quantiles[row] = np.quantile(paths, levels, axis=0, method="inverted_cdf")
        id_col, time_col, _ = self.columns
        ds = self.future(h)
        frame = pd.DataFrame(
            {
                id_col: np.repeat(np.array(known.history.unique_ids, dtype=object), h),
                time_col: np.tile(
                    ds.tz_localize(None) if known.history.is_naive else ds, len(mean)
                ),
                "mean": mean.ravel(),
            }
        )
        for number, name in enumerate(QUANTILES):
            frame[name] = quantiles[:, number].ravel()
        return frame

    def simulate(
        self, h: int, num_paths: int, seed: int, actual: FloatArray | None = None
    ) -> PathArray:
        """Sample paths of the next ``h`` intervals, shape (series, paths, intervals).

        Path p of all series belongs together: they share a part of each day's error.
        ``actual`` (series, intervals) are contacts that have come by now, nan where that is not
        known: the paths hold them, and the rest of their days agrees with them. What came
        during an outage was not measured.
        """
        known = self._known
        mean, ahead = self._expected(known, h)
        if actual is not None:
            seen = np.where(self._outages(h), np.nan, actual)
            return conditional_paths(
                mean, seen, ahead.slots.day, ahead.kind, known.spread, num_paths, seed
            )
        paths = np.empty((len(mean), num_paths, h), dtype=np.int32)
        for row in range(len(mean)):
            paths[row] = draw_counts(
                row, mean[row], ahead.slots.day, ahead.kind, known.spread, num_paths, seed
            )
        return paths

    def cross_validation(
        self, df: pd.DataFrame, h: int, step_size: int, n_windows: int
    ) -> pd.DataFrame:
        """Forecasts from ``n_windows`` origins in the past beside what came.

        The last window ends with the history, each earlier one ``step_size`` intervals before.
        Columns of ``predict`` and ``cutoff`` (the last interval that was known) and ``y``;
        intervals that were not observed have no row. A forecast sees only rows up to its cutoff.
        """
        scratch = copy(self)
        return cross_validate(
            lambda known, num: scratch.fit(known).predict(num),
            df,
            h=h,
            step_size=step_size,
            n_windows=n_windows,
            regularise=self._regularise,
            columns=self.columns,
        )

    @property
    def _known(self) -> _Fitted:
        if self._fitted is None:
            raise NotFitted("fit(df) comes before a forecast")
        return self._fitted

    def _regularise(self, df: pd.DataFrame) -> History:
        id_col, time_col, target_col = self.columns
        return regularise(
            df,
            self.interval_minutes,
            time_zone=self.calendar.time_zone,
            id_col=id_col,
            time_col=time_col,
            target_col=target_col,
        )

    def _profile(self, history: History, calendar: Calendar, levels: Sequence[Level]) -> Profile:
        cube = build_cube(history, calendar, self.events)
        return fit_profile(cube, levels, self.settings, calendar.holiday_hours == ())

    def _backtest(
        self, history: History, calendar: Calendar, levels: Sequence[Level], keeps: BoolArray
    ) -> Errors:
        """Errors of the last weeks, each forecast from what was known when it began."""
        week = 7 * 24 * 60 // self.interval_minutes
        per_day = calendar.slots(history.ds(0, 1), self.interval_minutes).per_day
        empty = np.zeros((len(history.unique_ids), 0, per_day))
        actual, expected = [empty], [empty]
        for number in range(1, BACKTEST_WEEKS + 1):
            origin = history.num_intervals - number * week
            if origin < week:
                break
            profile = self._profile(history.until(origin), calendar, levels)
            ahead = self._ahead(history, calendar, origin, week)
            known = history.observed[:, origin : origin + week] & (ahead.kind == DayKind.ORDINARY)
            mean = ahead.mean(profile, keeps) * known
            counts = history.counts[:, origin : origin + week] * known
            actual.append(fold(counts, ahead.slots))
            expected.append(fold(mean, ahead.slots))
        return Errors(np.concatenate(actual, axis=1), np.concatenate(expected, axis=1))

    def _ahead(self, history: History, calendar: Calendar, first: int, num: int) -> "_Ahead":
        ds = history.ds(first, num)
        slots = calendar.slots(ds, self.interval_minutes)
        return _Ahead(
            slots,
            calendar.day_kinds(slots.day),
            calendar.is_open(ds),
            event_factors(self.events, history.unique_ids, ds),
        )

    def _outages(self, h: int) -> BoolArray:
        """Whether an interval of the future lies in an outage, shape (series, intervals)."""
        stops = [replace(one, factor=0.0) for one in self.events if one.kind == "outage"]
        is_out: BoolArray = event_factors(stops, self.unique_ids, self.future(h)) == 0
        return is_out

    def _expected(self, known: _Fitted, h: int) -> tuple[FloatArray, "_Ahead"]:
        ahead = self._ahead(known.history, known.calendar, known.history.num_intervals, h)
        return ahead.mean(known.profile, known.keeps_hours), ahead


@dataclass(frozen=True, slots=True)
class _Ahead:
    """What the calendar says of some intervals; ``events`` is (series, intervals)."""

    slots: Slots
    kind: IntArray
    is_open: BoolArray
    events: FloatArray

    def mean(self, profile: Profile, keeps_hours: BoolArray) -> FloatArray:
        """Expected contacts, 0 where a series that keeps to opening hours is closed."""
        mean = profile.mean(self.slots, self.kind) * self.events
        mean[np.ix_(keeps_hours, ~self.is_open)] = 0.0
        return mean


def _keeps_hours(history: History, calendar: Calendar) -> BoolArray:
    """Which series had closed hours in their history, and (nearly) no contacts in them."""
    closed = ~calendar.is_open(history.ds(0, history.num_intervals))
    in_closed = history.counts[:, closed].sum(axis=1)
    seen = history.observed[:, closed].any(axis=1)
    keeps: BoolArray = seen & (in_closed <= STRAY_SHARE * history.counts.sum(axis=1))
    return keeps
