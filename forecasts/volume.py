"""The volume forecast: how many contacts come, and how sure that is."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from copy import copy
from dataclasses import replace

import numpy as np
import pandas as pd

from forecasts.backtest import cross_validate
from forecasts.calendar import Calendar, Event, FloatArray
from forecasts.core import Ahead, Model
from forecasts.errors import ForecastError, NotFitted
from forecasts.fitting import Fitted, fit_all
from forecasts.history import History, regularise
from forecasts.intraday import conditional_paths
from forecasts.newcomers import Newcomer, Newcomers, settle
from forecasts.observance import kept_holidays
from forecasts.profile import ProfileSettings
from forecasts.quantiles import QUANTILES as QUANTILES
from forecasts.spread import PathArray, Spread, draw_counts

# Enough that the 5 % and 95 % quantiles are steady to about a fortieth of the width.
QUANTILE_PATHS = 1000


class Forecaster:
    """Forecasts contacts per series and interval from their history.

    ``interval_minutes`` is 15, 30 or 60. The calendar's zone gives weekdays and slots; for a
    history without zone the calendar's hours and holidays hold on its wall clock. Series with
    ids ``category|language|channel`` lend each other their shape. ``seed`` fixes the quantiles
    of ``predict``. ``newcomers`` are series without history; those that have one are known
    already. The ``booster`` is used where back-tests show that it wins.
    """

    def __init__(
        self,
        interval_minutes: int,
        calendar: Calendar,
        events: Sequence[Event] = (),
        *,
        seed: int = 1,
        settings: ProfileSettings | None = None,
        booster: bool = True,
        newcomers: Sequence[Newcomer] = (),
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
        self.booster = booster
        self.newcomers = tuple(newcomers)
        self._fitted: Fitted | None = None
        self._new: Newcomers | None = None

    def fit(self, df: pd.DataFrame) -> "Forecaster":
        """Learn from a long frame ``unique_id, ds, y`` (see ``regularise`` for its gaps).

        Raises HistoryInvalid if the frame cannot be used.
        """
        history = self._regularise(df)
        zone = "UTC" if history.is_naive else self.calendar.time_zone
        calendar = kept_holidays(replace(self.calendar, time_zone=zone), history)
        model = Model.of(history, calendar, self.events, self.settings)
        self._fitted = fit_all(model, history, self.seed, self.booster)
        self._new = settle(self.newcomers, history.unique_ids, self._fitted.core.profile)
        return self

    @property
    def unique_ids(self) -> tuple[str, ...]:
        """The series in the order of ``simulate``'s first axis, newcomers last."""
        new = self._new.unique_ids if self._new is not None else ()
        return (*self._known.history.unique_ids, *new)

    @property
    def history(self) -> History:
        """The regularised history."""
        return self._known.history

    @property
    def models(self) -> dict[str, str]:
        """What forecasts each series: the profile alone, or with which weight the booster."""
        weight = self._known.weights.weight
        return {
            unique_id: f"profile + {part:.0%} booster" if part else "profile"
            for unique_id, part in zip(self.history.unique_ids, weight, strict=True)
        }

    @property
    def notes(self) -> tuple[str, ...]:
        """What a planner should know of how the forecast came about."""
        note = self._known.note
        return (*((f"forecast: {note}",) if note else ()), *self.event_notes)

    @property
    def event_notes(self) -> tuple[str, ...]:
        """What the events without a stated factor were found to do."""
        events = self._known.core.events
        return () if events is None else events.notes()

    def future(self, h: int) -> pd.DatetimeIndex:
        """UTC starts of the ``h`` intervals that follow the history."""
        history = self._known.history
        return history.ds(history.num_intervals, h)

    def predict(self, h: int) -> pd.DataFrame:
        """The next ``h`` intervals: ``unique_id, ds, mean, q05 ... q95``, a row per interval.

        The quantiles are those of seeded sample paths of the same distribution as ``simulate``.
        """
        known = self._known
        mean, ahead = self._expected(h)
        levels = list(QUANTILES.values())
        quantiles = np.empty((len(mean), len(levels), h))
        for row in range(len(mean)):
            paths = self._draw(row, mean, ahead, QUANTILE_PATHS, self.seed)
            quantiles[row] = np.quantile(paths, levels, axis=0, method="inverted_cdf")
        id_col, time_col, _ = self.columns
        ds = self.future(h)
        frame = pd.DataFrame(
            {
                id_col: np.repeat(np.array(self.unique_ids, dtype=object), h),
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
        mean, ahead = self._expected(h)
        if actual is not None:
            known = self._known
            out = known.core.model.outages(known.history, known.history.num_intervals, h)
            seen = actual.copy()
            seen[: len(out)][out] = np.nan
            return conditional_paths(
                mean, seen, ahead.slots.day, ahead.kind, self._spread(ahead), num_paths, seed
            )
        paths = np.empty((len(mean), num_paths, h), dtype=np.int32)
        for row in range(len(mean)):
            paths[row] = self._draw(row, mean, ahead, num_paths, seed)
        return paths

    def simulate_each(
        self, h: int, num_paths: int, seed: int, threads: int = 1
    ) -> Iterator[tuple[str, PathArray]]:
        """The paths of ``simulate`` series by series, (paths, intervals), in their order.

        Never more than a few series are in memory. More threads give the same paths sooner.
        """
        mean, ahead = self._expected(h)

        def draw(row: int) -> PathArray:
            return self._draw(row, mean, ahead, num_paths, seed)

        return zip(self.unique_ids, _in_turn(draw, len(mean), threads), strict=True)

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
    def _known(self) -> Fitted:
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

    def _expected(self, h: int) -> tuple[FloatArray, Ahead]:
        known = self._known
        ahead = known.core.model.ahead(known.history, known.history.num_intervals, h)
        mean = known.mean(ahead)
        if self._new is not None:
            factors = ahead.events
            if known.core.events is not None:
                factors = factors * known.core.events.factors(ahead.open_events)
            new = self._new.mean(mean, factors, self.events, self.future(h))
            mean = np.concatenate([mean, new])
        return mean, ahead

    def _spread(self, ahead: Ahead) -> Spread:
        events, spread = self._known.core.events, self._known.spread
        if self._new is not None:
            spread = self._new.spread(spread)
        return spread if events is None else events.spread(spread, ahead.open_events, ahead.slots)

    def _draw(
        self, row: int, mean: FloatArray, ahead: Ahead, num_paths: int, seed: int
    ) -> PathArray:
        spread = self._spread(ahead)
        return draw_counts(row, mean[row], ahead.slots.day, ahead.kind, spread, num_paths, seed)


def _in_turn(draw: Callable[[int], PathArray], num: int, threads: int) -> Iterator[PathArray]:
    """``draw`` of 0 to num - 1 in order, a few of them at work ahead of the reader."""
    if threads <= 1:
        yield from map(draw, range(num))
        return
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[PathArray]] = deque()
        for row in range(num):
            waiting.append(pool.submit(draw, row))
            if len(waiting) > 2 * threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
