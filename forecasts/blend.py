"""How much of the booster a series gets: as much as earned its place on the last origins.

The forecast is core mean x exp(weight x correction), so a weight is a geometric blend of the core
and the boosted mean. Weights are judged by the quantile loss of origins that neither had seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from forecasts.calendar import BoolArray, FloatArray, IntArray
from forecasts.quantiles import QUANTILES

WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)
# The booster stays out unless it gains more than this.
LEAST_GAIN = 0.02
# A series is judged half by itself and half by all of them.
OWN_SHARE = 0.5
SMALLEST_VARIANCE = 1e-4


@dataclass(frozen=True, slots=True)
class Trial:
    """Intervals of one origin: core mean, the booster's correction, contacts, and which of them
    are known, all (series, intervals)."""

    mean: FloatArray
    correction: FloatArray
    contacts: FloatArray
    known: BoolArray


@dataclass(frozen=True, slots=True)
class Weights:
    """The booster's weight of each series (series,), and what it gains in quantile loss."""

    weight: FloatArray
    gain: float


def choose_weights(trials: Sequence[Trial]) -> Weights:
    """The best weight of each series on the trials.

    0 unless it gains more than 2 % of the quantile loss, surely: the gain on single trials, less
    its standard error, must be as much. One lucky week earns nothing.
    """
    whole = np.array([_loss(trials, one, _variance(trials, one)).sum(axis=0) for one in WEIGHTS])
    judged = _judged(whole)
    best = judged.argmin(axis=0)
    series = np.arange(whole.shape[1])
    earned = (judged[best, series] < 1 - LEAST_GAIN) & (whole[best, series] < whole[0])
    best = np.where(earned & (_sure_gain(trials, best) > LEAST_GAIN), best, 0)
    gained = (whole[0] - whole[best, series]).sum()
    return Weights(np.array(WEIGHTS)[best], float(gained / max(whole[0].sum(), 1.0)))


def _sure_gain(trials: Sequence[Trial], best: IntArray) -> FloatArray:
    """Mean gain of each series' chosen weight over the trials less its standard error (series,).

    All with one variance: a trial must not gain by what another one says of the spread.
    """
    variance = _variance(trials, 0.0)
    by_trial = _judged(np.array([_loss(trials, weight, variance) for weight in WEIGHTS]))
    gain = 1 - by_trial[best, :, np.arange(len(best))]
    error = gain.std(axis=1, ddof=1) / np.sqrt(len(trials)) if len(trials) > 1 else 0.0
    return np.asarray(gain.mean(axis=1) - error)


def _judged(loss: FloatArray) -> FloatArray:
    """Loss against weight 0, (weights, ..., series): half its own, half the median."""
    # A series without contacts has no loss, and nothing to gain.
    counted = loss[0] > 0
    relative = np.divide(loss, loss[0], out=np.ones_like(loss), where=counted)
    shown = counted.reshape(-1, counted.shape[-1]).any(axis=0)
    pooled = np.median(relative[..., shown], axis=-1, keepdims=True) if shown.any() else 1.0
    return np.asarray(OWN_SHARE * relative + (1 - OWN_SHARE) * pooled)


def blended(mean: FloatArray, correction: FloatArray, weight: FloatArray) -> FloatArray:
    """Core mean (series, intervals) with its corrections at each series' weight (series,)."""
    return np.asarray(mean * np.exp(weight[:, None] * correction))


def _loss(trials: Sequence[Trial], weight: float, variance: FloatArray) -> FloatArray:
    """Quantile loss (trials, series) of a normal law of variance m + v m^2 around the blend."""
    found = []
    for one in trials:
        mean = one.known * one.mean * np.exp(weight * one.correction)
        found.append(_quantile_loss(one.known * one.contacts - mean, mean, variance))
    return np.array(found)


def _variance(trials: Sequence[Trial], weight: float) -> FloatArray:
    """The v (series,) that the errors at this weight show."""
    squares, excess = np.zeros(len(trials[0].mean)), np.zeros(len(trials[0].mean))
    for one in trials:
        mean = one.known * one.mean * np.exp(weight * one.correction)
        squares += (mean**2).sum(axis=1)
        excess += ((one.known * one.contacts - mean) ** 2 - mean).sum(axis=1)
    return np.maximum(excess / np.maximum(squares, 1.0), SMALLEST_VARIANCE)


def _quantile_loss(error: FloatArray, mean: FloatArray, variance: FloatArray) -> FloatArray:
    deviation = np.sqrt(mean + variance[:, None] * mean**2)
    loss = np.zeros(len(mean))
    for level in QUANTILES.values():
        # No count is below 0, and so no quantile.
        above = error - np.maximum(special.ndtri(level) * deviation, -mean)
        loss += np.maximum(level * above, (level - 1) * above).sum(axis=1)
    return loss
