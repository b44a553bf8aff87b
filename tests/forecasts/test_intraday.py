"""What has come so far says how the rest of the day will be, and no more than it knows."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasts.calendar import Calendar, DayKind, Event
from forecasts.intraday import GRID, conditional_paths, conditional_scores
from forecasts.spread import Spread, draw_counts
from forecasts.volume import Forecaster

SLOTS = 24
NOON = 12


def spread_of(day: float = 0.05, interval: float = 0.01, shared: float = 0.0, num: int = 1):
    return Spread(np.full(num, day), np.full(num, interval), shared)


def days(num: int) -> np.ndarray:
    return np.arange(num * SLOTS) // SLOTS


def prior(mean, day, spread, num_paths=400, seed=3):
    kind = np.zeros_like(day)
    return np.stack(
        [draw_counts(row, mean[row], day, kind, spread, num_paths, seed)
         for row in range(len(mean))]
    )  # fmt: skip


def posterior(mean, actual, day, spread, num_paths=400, seed=3):
    return conditional_paths(mean, actual, day, np.zeros_like(day), spread, num_paths, seed)


def morning(came: np.ndarray, num: int) -> np.ndarray:
    """What is known at noon of the first day, shape (series, intervals)."""
    actual = np.full((len(came), num), np.nan)
    actual[:, :NOON] = came[:, :NOON]
    return actual


def test_without_news_nothing_changes():
    day, spread = days(3), spread_of(shared=0.4, num=2)
    mean = np.full((2, len(day)), 20.0)
    nothing = np.full(mean.shape, np.nan)
    np.testing.assert_array_equal(posterior(mean, nothing, day, spread), prior(mean, day, spread))


def test_other_days_stay_as_they_were():
    day, spread = days(3), spread_of(shared=0.4, num=2)
    mean = np.full((2, len(day)), 20.0)
    before = prior(mean, day, spread)
    after = posterior(mean, morning(mean * 2, len(day)), day, spread)
    np.testing.assert_array_equal(after[:, :, SLOTS:], before[:, :, SLOTS:])
    scores = conditional_scores(
        mean, morning(mean * 2, len(day)), day, np.zeros_like(day), spread, 400, 3
    )
    nothing = conditional_scores(
        mean, np.full(mean.shape, np.nan), day, np.zeros_like(day), spread, 400, 3
    )
    np.testing.assert_array_equal(scores[:, :, 1:], nothing[:, :, 1:])
    assert (scores[:, :, 0] > nothing[:, :, 0]).all()


def test_the_paths_hold_what_came():
    day, spread = days(1), spread_of()
    came = np.arange(SLOTS, dtype=float)[None]
    paths = posterior(np.full((1, SLOTS), 15.0), morning(came, SLOTS), day, spread)
    assert (paths[0, :, :NOON] == came[0, :NOON]).all()
    assert paths[0, :, NOON:].std(axis=0).min() > 0


@pytest.mark.parametrize("truth", [0.7, 1.0, 1.4])
def test_a_known_day_factor_is_found(truth: float):
    """Ten thousand contacts by noon leave no doubt."""
    mean = np.full((1, SLOTS), 1000.0)
    paths = posterior(
        mean, morning(mean * truth, SLOTS), days(1), spread_of(0.05, 0.0001), num_paths=1000
    )
    assert paths[0, :, NOON:].mean() == pytest.approx(1000 * truth, rel=0.01)


def test_the_posterior_is_that_of_the_exact_integral():
    """One series and one count: against the posterior summed up without the grid's shortcuts."""
    mean, came, v_day, v_interval = 40.0, 55.0, 0.08, 0.05
    actual = np.full((1, 2), np.nan)
    actual[0, 0] = came
    paths = posterior(
        np.full((1, 2), mean), actual, np.zeros(2, dtype=int),
        spread_of(v_day, v_interval), num_paths=8_000,
    )  # fmt: skip
    z = np.random.default_rng(5).standard_normal(200_000)
    sigma2 = np.log1p(v_day)
    expected = mean * np.exp(np.sqrt(sigma2) * z - sigma2 / 2)
    size = 1 / v_interval
    weight = expected**came / (expected + size) ** (came + size)
    weight /= weight.sum()
    after = float(weight @ expected)
    variance = float(weight @ (expected + (1 + v_interval) * expected**2)) - after**2
    assert paths[0, :, 1].mean() == pytest.approx(after, rel=0.01)
    assert paths[0, :, 1].var() == pytest.approx(variance, rel=0.08)


def test_the_forecast_gets_better_and_its_band_keeps_its_word():
    """100 simulated days: smaller errors after noon, and 90 % bands that hold 90 % of them."""
    rng = np.random.default_rng(11)
    shape = 10 + 20 * np.sin(np.arange(SLOTS) * np.pi / SLOTS)
    spread, sigma2 = spread_of(0.06, 0.02), np.log1p(0.06)
    errors, held = [], []
    for number in range(100):
        factor = np.exp(np.sqrt(sigma2) * rng.standard_normal() - sigma2 / 2)
        came = rng.poisson(shape * factor * rng.gamma(50, 1 / 50, SLOTS)).astype(float)
        actual = morning(came[None], SLOTS)
        paths = posterior(shape[None], actual, days(1), spread, num_paths=120, seed=number)
        rest, truth = paths[0, :, NOON:].sum(axis=1), came[NOON:].sum()
        errors.append((abs(rest.mean() - truth), abs(shape[NOON:].sum() - truth)))
        low, high = np.quantile(rest, [0.05, 0.95])
        held.append(low <= truth <= high)
    updated, before = np.mean(errors, axis=0)
    assert updated < 0.6 * before
    assert 0.82 < np.mean(held) < 0.97


def test_days_that_share_their_factor_learn_from_each_other():
    mean = np.full((2, SLOTS), 50.0)
    actual = np.full(mean.shape, np.nan)
    actual[0, :NOON] = 75.0
    alone = posterior(mean, actual, days(1), spread_of(shared=0.0, num=2), num_paths=2000)
    together = posterior(mean, actual, days(1), spread_of(shared=0.8, num=2), num_paths=2000)
    assert alone[1].mean() == pytest.approx(50, rel=0.02)
    assert together[1].mean() > 57
    assert together[0, :, NOON:].mean() > 60


def test_a_joint_posterior_agrees_with_importance_sampling():
    """Two series that share half of their days, both seen: weights on draws from the prior."""
    spread = spread_of(0.06, 0.03, shared=0.5, num=2)
    mean = np.array([[30.0, 30.0], [12.0, 12.0]])
    actual = np.array([[42.0, np.nan], [9.0, np.nan]])
    day = np.zeros(2, dtype=int)
    scores = conditional_scores(mean, actual, day, day, spread, 6_000, 1)[:, :, 0]
    rng = np.random.default_rng(8)
    common, own = rng.standard_normal(200_000), rng.standard_normal((2, 200_000))
    z = np.sqrt(0.5) * common + np.sqrt(0.5) * own
    sigma2, size = np.log1p(0.06), 1 / 0.03
    weight = np.ones(200_000)
    for row, came in enumerate((42.0, 9.0)):
        expected = mean[row, 0] * np.exp(np.sqrt(sigma2) * z[row] - sigma2 / 2)
        level = came * np.log(expected) - (came + size) * np.log(expected + size)
        weight *= np.exp(level - level.max())
    weight /= weight.sum()
    np.testing.assert_allclose(scores.mean(axis=1), z @ weight, atol=0.05)
    centred = z - (z @ weight)[:, None]
    np.testing.assert_allclose(np.cov(scores), (centred * weight) @ centred.T, atol=0.05)


def test_nothing_at_all_came():
    mean = np.full((1, SLOTS), 20.0)
    none = morning(np.zeros((1, SLOTS)), SLOTS)
    paths = posterior(mean, none, days(1), spread_of(0.05, 0.05))
    assert (paths[0, :, :NOON] == 0).all()
    assert paths[0, :, NOON:].mean() < 8
    assert np.isfinite(paths).all()


def test_contacts_where_none_are_expected_say_nothing_of_the_day():
    mean = np.full((1, SLOTS), 20.0)
    mean[:, :NOON] = 0
    paths = posterior(mean, morning(np.full((1, SLOTS), 9.0), SLOTS), days(1), spread_of())
    assert (paths[0, :, :NOON] == 9).all()
    np.testing.assert_array_equal(
        paths[0, :, NOON:], prior(mean, days(1), spread_of())[0, :, NOON:]
    )


@settings(max_examples=30, deadline=None)
@given(
    factor=st.floats(0, 20),
    shared=st.floats(0, 0.95),
    day=st.floats(1e-4, 4),
    interval=st.floats(1e-4, 4),
    level=st.floats(0.01, 5000),
)
def test_no_day_is_too_odd(factor: float, shared: float, day: float, interval: float, level: float):
    mean = np.full((2, SLOTS), level)
    actual = morning(np.rint(mean * factor), SLOTS)
    scores = conditional_scores(
        mean, actual, days(1), np.zeros(SLOTS, dtype=int),
        spread_of(day, interval, shared, 2), 50, 1,
    )  # fmt: skip
    assert np.isfinite(scores).all()
    assert (abs(scores) <= GRID[-1] + 1).all()


def test_a_special_day_is_learnt_faster():
    """Its factor is less certain beforehand, so the same morning says more."""
    mean, busy = np.full((1, SLOTS), 30.0), np.full((1, SLOTS), 60.0)
    actual, day = morning(busy, SLOTS), days(1)
    kinds = (DayKind.ORDINARY, DayKind.HOLIDAY)
    found = [
        conditional_paths(mean, actual, day, np.full(SLOTS, kind), spread_of(0.02, 0.02), 400, 1)
        for kind in kinds
    ]
    ordinary, holiday = (paths[0, :, NOON:].mean() for paths in found)
    assert 30 < ordinary < holiday < 61


@pytest.fixture(scope="module")
def history() -> pd.DataFrame:
    """Six weeks of 40 contacts an hour by day and 5 by night, on two queues."""
    rng = np.random.default_rng(4)
    ds = pd.date_range("2026-02-02", periods=42 * 24, freq="h", tz="UTC")
    level = np.where((ds.hour >= 8) & (ds.hour < 20), 40.0, 5.0)
    busy = np.repeat(rng.gamma(20, 1 / 20, 42), 24)
    frames = [
        pd.DataFrame({"unique_id": one, "ds": ds, "y": rng.poisson(level * busy)})
        for one in ("a", "b")
    ]
    return pd.concat(frames)


def test_the_forecaster_follows_the_morning(history: pd.DataFrame):
    forecaster = Forecaster(60, Calendar("UTC")).fit(history)
    usual = forecaster.simulate(48, 200, 1)
    actual = np.full((2, 48), np.nan)
    actual[:, :NOON] = np.rint(usual[:, :, :NOON].mean(axis=1) * 1.5)
    busy = forecaster.simulate(48, 200, 1, actual)
    assert (busy[:, :, :NOON] == actual[:, None, :NOON]).all()
    assert busy[:, :, NOON:24].sum() > 1.25 * usual[:, :, NOON:24].sum()
    np.testing.assert_array_equal(busy[:, :, 24:], usual[:, :, 24:])


def test_what_an_outage_hid_is_not_believed(history: pd.DataFrame):
    start = pd.Timestamp("2026-03-16", tz="UTC")
    outage = Event("outage", start, start + pd.Timedelta(hours=NOON), 0.0)
    forecaster = Forecaster(60, Calendar("UTC"), [outage]).fit(history)
    actual = np.full((2, 24), np.nan)
    actual[:, :NOON] = 0
    np.testing.assert_array_equal(
        forecaster.simulate(24, 100, 1, actual), forecaster.simulate(24, 100, 1)
    )
