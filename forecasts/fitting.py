"""Everything that one history teaches: core, booster, how they are blended, and the spread."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from forecasts.blend import Trial, Weights, blended, choose_weights
from forecasts.booster import Booster, fit_booster, load_lightgbm
from forecasts.calendar import DayKind, FloatArray
from forecasts.core import Ahead, Core, Model
from forecasts.cube import fold
from forecasts.features import features
from forecasts.history import History
from forecasts.rolling import Lessons, forecast_window, gather_lessons
from forecasts.spread import Errors, Spread, estimate_spread

BACKTEST_WEEKS = 4
# With less the booster has too little to learn from and to be judged by.
BOOSTER_WEEKS = 12
# Series whose features are in memory at once.
BLOCK = 100


@dataclass(frozen=True, slots=True)
class Fitted:
    """What a forecast needs; ``note`` says why the booster is in or out, "" if the
    history is too short for it or nobody wants it."""

    history: History
    core: Core
    booster: Booster | None
    weights: Weights
    spread: Spread
    note: str

    def mean(self, ahead: Ahead) -> FloatArray:
        """Expected contacts of the intervals right after the history, (series, intervals)."""
        mean = self.core.mean(ahead)
        if self.booster is None:
            return mean
        correction = _correction(self.booster, self.core, ahead, mean, self.history)
        return blended(mean, correction, self.weights.weight)


def fit_all(model: Model, history: History, seed: int, with_booster: bool) -> Fitted:
    """Learn from a history; the spread comes from forecasts of its last weeks."""
    week = 7 * 24 * 60 // history.interval_minutes
    is_due = with_booster and history.num_intervals >= BOOSTER_WEEKS * week
    can_be_loaded = is_due and load_lightgbm() is not None
    lessons = gather_lessons(model, history, week, seed) if can_be_loaded else None
    trials = list(_trials(model, history, week, lessons, seed))
    weights = Weights(np.zeros(len(history.unique_ids)), 0.0)
    booster = None
    if lessons is not None:
        weights = choose_weights([trial for _, trial in trials])
        booster = fit_booster(lessons.rows, seed) if weights.weight.any() else None
    note = _verdict(weights, can_be_loaded) if is_due else ""
    spread = estimate_spread(_errors(trials, weights, history, model))
    return Fitted(history, model.fit(history), booster, weights, spread, note)


def _verdict(weights: Weights, can_be_loaded: bool) -> str:
    if not can_be_loaded:
        return "the booster needs LightGBM, which cannot be loaded here"
    used = int((weights.weight > 0).sum())
    if not used:
        return "the booster gained too little on the last 4 weeks to be used"
    share = f"{used} of {len(weights.weight)} series"
    return f"the booster corrects {share}; quantile loss of the last 4 weeks -{weights.gain:.1%}"


def _trials(
    model: Model, history: History, week: int, lessons: Lessons | None, seed: int
) -> Iterator[tuple[Ahead, Trial]]:
    """The last weeks, each forecast from what was known when it began, the latest first."""
    for number in range(1, BACKTEST_WEEKS + 1):
        origin = history.num_intervals - number * week
        if origin < week:
            return
        core, window = forecast_window(model, history, origin, week)
        correction = np.zeros_like(window.mean)
        booster = fit_booster(lessons.known_by(origin), seed) if lessons is not None else None
        if booster is not None:
            correction = _correction(booster, core, window.ahead, window.mean, history)
        yield window.ahead, Trial(window.mean, correction, window.contacts, window.known)


def _correction(
    booster: Booster, core: Core, ahead: Ahead, mean: FloatArray, history: History
) -> FloatArray:
    blocks = []
    for first in range(0, len(mean), BLOCK):
        rows = slice(first, first + BLOCK)
        blocks.append(
            booster.correction(features(core, ahead, mean, history.interval_minutes, rows))
        )
    return np.concatenate(blocks)


def _errors(
    trials: list[tuple[Ahead, Trial]], weights: Weights, history: History, model: Model
) -> Errors:
    """Ordinary days of the blend's own forecasts beside what came, by day and slot."""
    start = model.ahead(history, 0, 1).slots
    empty = np.zeros((len(history.unique_ids), 0, start.per_day))
    actual, expected, known_days = [empty], [empty], [np.zeros(0)]
    for ahead, trial in trials:
        known = trial.known & (ahead.kind == DayKind.ORDINARY)
        mean = blended(trial.mean, trial.correction, weights.weight)
        actual.append(fold(trial.contacts * known, ahead.slots))
        expected.append(fold(mean * known, ahead.slots))
        known_for = float(ahead.slots.day[0] - start.day[0])
        known_days.append(np.full(expected[-1].shape[1], known_for))
    return Errors(
        np.concatenate(actual, axis=1),
        np.concatenate(expected, axis=1),
        np.concatenate(known_days),
    )
