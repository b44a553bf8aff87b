"""Outages and spikes: days that would teach the profile something untrue."""

from dataclasses import replace

import numpy as np
import pandas as pd

from forecasts.calendar import BoolArray, FloatArray
from forecasts.cube import Cube

WINDOW_DAYS = 15
MIN_DAYS = 4
# Median absolute deviations to standard deviations of a normal law.
MAD_TO_SD = 1.4826
NUM_SD = 3.0
# A day within 50 % of its surroundings is never touched.
SMALLEST_LIMIT = float(np.log(1.5))


def winsorised(cube: Cube, ordinary: BoolArray) -> Cube:
    """Pull ordinary days that are far from their surroundings back to the edge of the usual.

    A day's total is compared with the median of the days around it, weekday by weekday. Where
    the log ratio exceeds three robust standard deviations, the day is scaled to that limit; a
    day without any contact cannot be scaled and becomes unobserved. A shift of level is
    accepted once it fills half of the window.
    """
    total = cube.contacts.sum(axis=2)
    part = cube.exposure.sum(axis=2) / cube.exposure.shape[2]
    usable = ordinary & (part > 0.1)
    rate = np.divide(total, part, out=np.full_like(total, np.nan), where=usable)
    expected = _surroundings(rate, cube) * part
    # The +1 keeps quiet days quiet: 0 against 2 contacts is no outage.
    deviation = np.log((total + 1) / (expected + 1))
    spread = MAD_TO_SD * _nanmedian(np.abs(deviation), axis=1)
    noise = 1 / np.sqrt(expected + 1)
    limit = np.maximum(SMALLEST_LIMIT, NUM_SD * np.fmax(spread[:, None], noise))
    beyond = np.where(usable, np.nan_to_num(np.clip(deviation, -limit, limit) - deviation), 0.0)
    is_empty = (beyond > 0) & (total == 0)
    exposure = np.where(is_empty[:, :, None], 0.0, cube.exposure)
    return replace(cube, contacts=cube.contacts * np.exp(beyond)[:, :, None], exposure=exposure)


def _surroundings(rate: FloatArray, cube: Cube) -> FloatArray:
    """The usual total of each day: local median of weekday-free totals x weekday factor."""
    factor = np.ones((len(rate), 7))
    typical = _nanmedian(rate, axis=1)[:, None]
    for number in range(7):
        median = _nanmedian(rate[:, cube.weekday == number], axis=1)[:, None]
        usual = np.divide(median, typical, out=np.ones_like(typical), where=typical > 0)
        factor[:, number] = np.nan_to_num(usual[:, 0], nan=1.0)
    by_day = factor[:, cube.weekday]
    level = np.divide(rate, by_day, out=np.full_like(rate, np.nan), where=by_day > 0)
    around = pd.DataFrame(level.T).rolling(WINDOW_DAYS, center=True, min_periods=MIN_DAYS).median()
    return np.asarray(around.to_numpy().T * by_day, dtype=np.float64)


def _nanmedian(values: FloatArray, axis: int) -> FloatArray:
    """The median without gaps, and without numpy's warning where there are only gaps."""
    if values.shape[axis] == 0:
        return np.full(values.sum(axis=axis).shape, np.nan)
    empty = np.isnan(values).all(axis=axis, keepdims=True)
    median = np.nanmedian(np.where(empty, 0.0, values), axis=axis, keepdims=True)
    return np.asarray(np.where(empty, np.nan, median).squeeze(axis), dtype=np.float64)
