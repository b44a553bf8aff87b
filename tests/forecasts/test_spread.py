"""Scatter: its moments are found again, and the paths have them."""

import numpy as np
import pytest

from forecasts.spread import Errors, Spread, draw_counts, estimate_spread

DAYS, SLOTS = 400, 24


def simulated(mean: float, v_day: float, v_interval: float, num_series: int = 3) -> Errors:
    rng = np.random.default_rng(1)
    shape = (num_series, DAYS, SLOTS)
    day = rng.gamma(1 / v_day, v_day, (num_series, DAYS, 1))
    interval = rng.gamma(1 / v_interval, v_interval, shape)
    return Errors(rng.poisson(mean * day * interval).astype(float), np.full(shape, mean))


def paths(spread: Spread, mean: np.ndarray, row: int = 0, num_paths: int = 20_000) -> np.ndarray:
    day = np.arange(len(mean)) // SLOTS
    return draw_counts(row, mean, day, np.zeros_like(day), spread, num_paths, seed=7)


def test_both_variances_are_found_again():
    spread = estimate_spread(simulated(30.0, 0.04, 0.02))
    np.testing.assert_allclose(spread.day, 0.04, rtol=0.3)
    np.testing.assert_allclose(spread.interval, 0.02, rtol=0.3)


def test_days_of_independent_series_share_nothing():
    assert estimate_spread(simulated(30.0, 0.04, 0.02)).shared < 0.15


def test_days_that_are_bad_together_are_recognised():
    rng = np.random.default_rng(2)
    day = rng.gamma(25, 1 / 25, (1, DAYS, 1)) * np.ones((4, 1, SLOTS))
    errors = Errors(rng.poisson(50 * day).astype(float), np.full(day.shape, 50.0))
    assert estimate_spread(errors).shared > 0.8


def test_a_thin_series_takes_the_pooled_value():
    rich, thin = simulated(50.0, 0.05, 0.02), simulated(0.02, 0.05, 0.02, 1)
    few = slice(0, 14)
    spread = estimate_spread(
        Errors(
            np.concatenate([rich.actual, thin.actual])[:, few],
            np.concatenate([rich.expected, thin.expected])[:, few],
        )
    )
    assert spread.day[3] == pytest.approx(spread.day[:3].mean(), rel=0.5)


def with_weeks(first: float, second: float, known_days: np.ndarray | None) -> Errors:
    """Two back-tests of one series with different interval variances."""
    weeks = [simulated(30.0, 0.01, variance, 1) for variance in (first, second)]
    actual = np.concatenate([week.actual for week in weeks], axis=1)
    return Errors(actual, np.full(actual.shape, 30.0), known_days)


def test_a_forecast_from_little_history_counts_for_less():
    both = np.repeat([14.0, 7.0], DAYS)
    even = estimate_spread(with_weeks(0.02, 0.4, None)).interval[0]
    weighted = estimate_spread(with_weeks(0.02, 0.4, both)).interval[0]
    assert estimate_spread(with_weeks(0.02, 0.4, np.full(2 * DAYS, 7.0))).interval[0] == even
    assert weighted < 0.8 * even


def test_a_few_busy_intervals_do_not_decide_alone():
    calm = simulated(3.0, 0.01, 0.05, 1)
    actual, expected = calm.actual.copy(), calm.expected.copy()
    actual[:, :4], expected[:, :4] = 600.0, 200.0
    spread = estimate_spread(Errors(actual, expected))
    by_squares = ((actual - expected) ** 2 - expected).sum() / (expected**2).sum()
    assert by_squares > 2
    assert spread.interval[0] < 1.2


def test_a_sparse_series_is_not_overwide():
    """Randomised PIT: nine tenths of the counts lie inside the 90 % interval of their law."""
    errors = simulated(0.4, 0.02, 0.05, 6)
    spread = estimate_spread(Errors(errors.actual[:, :14], errors.expected[:, :14]))
    counts = paths(spread, np.full(SLOTS, 0.4), num_paths=4000)
    rng = np.random.default_rng(5)
    seen = errors.actual[0, 14:].ravel()
    law = np.sort(counts.ravel())
    below = np.searchsorted(law, seen) / len(law)
    at = np.searchsorted(law, seen, side="right") / len(law) - below
    quantile = below + rng.random(len(seen)) * at
    assert ((quantile > 0.05) & (quantile < 0.95)).mean() == pytest.approx(0.9, abs=0.02)


def test_unsure_events_widen_their_days_only():
    calm = Spread(np.array([0.02]), np.array([0.01]), 0.3)
    unsure = Spread(calm.day, calm.interval, 0.3, events=np.array([[0.0, 0.2]]))
    mean = np.full(2 * SLOTS, 50.0)
    plain, wide = (paths(one, mean, num_paths=2000) for one in (calm, unsure))
    np.testing.assert_array_equal(plain[:, :SLOTS], wide[:, :SLOTS])
    assert wide[:, SLOTS:].sum(axis=1).std() > 2 * plain[:, SLOTS:].sum(axis=1).std()


def test_without_any_back_test_there_is_still_scatter():
    empty = np.zeros((2, 0, SLOTS))
    spread = estimate_spread(Errors(empty, empty))
    assert (spread.day > 0).all()
    assert (spread.interval > 0).all()


def test_paths_have_the_stated_mean_and_variance():
    spread = Spread(np.array([0.05]), np.array([0.03]), 0.4)
    counts = paths(spread, np.full(SLOTS, 20.0))[:, 0]
    assert counts.mean() == pytest.approx(20, rel=0.02)
    assert counts.var() == pytest.approx(20 + (1.05 * 1.03 - 1) * 400, rel=0.05)


def test_a_days_error_is_shared_by_its_intervals():
    spread = Spread(np.array([0.05]), np.array([0.01]), 0.0)
    counts = paths(spread, np.full(2 * SLOTS, 100.0))
    within = np.corrcoef(counts[:, 0], counts[:, 1])[0, 1]
    across = np.corrcoef(counts[:, 0], counts[:, SLOTS])[0, 1]
    assert within > 0.6
    assert abs(across) < 0.05


def test_series_share_a_part_of_their_days():
    spread = Spread(np.full(2, 0.05), np.full(2, 0.01), 0.5)
    mean = np.full(SLOTS, 500.0)
    totals = [paths(spread, mean, row).sum(axis=1) for row in (0, 1)]
    assert np.corrcoef(totals)[0, 1] == pytest.approx(0.5, abs=0.06)


def test_nothing_comes_where_nothing_is_expected():
    spread = Spread(np.array([0.05]), np.array([0.03]), 0.4)
    assert not paths(spread, np.zeros(SLOTS), num_paths=10).any()
