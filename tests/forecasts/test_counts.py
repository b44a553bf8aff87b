"""Draws by table: the laws that they stand for."""

import numpy as np
import pytest
from scipy import stats

from forecasts.counts import LARGEST_RATE, WORD_BITS, poisson, surprises

NUM = 400_000


def words(num: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 1 << WORD_BITS, num, dtype=np.uint16)


def drawn(rate: float) -> np.ndarray:
    return poisson(np.full(NUM, rate, dtype=np.float32), words(NUM), words(NUM, 2))


@pytest.mark.parametrize("rate", [0.003, 0.05, 0.7, 3.3, 12.0, 90.0, 1000.0, 5000.0])
def test_counts_have_the_mean_the_variance_and_the_skewness_of_their_rate(rate: float):
    counts = drawn(rate)
    noise = 4 / np.sqrt(NUM)
    assert counts.mean() == pytest.approx(rate, abs=noise * np.sqrt(rate))
    assert counts.var() == pytest.approx(rate, rel=0.01 + noise / np.sqrt(rate))
    third = ((counts - counts.mean()) ** 3).mean()
    assert third == pytest.approx(rate, rel=0.05 + 6 * noise * max(np.sqrt(rate), 1 / rate))


@pytest.mark.parametrize("rate", [0.4, 2.7, 8.1, 40.5])
def test_counts_are_as_likely_as_they_should_be(rate: float):
    shares = np.bincount(drawn(rate)) / NUM
    expected = stats.poisson.pmf(np.arange(len(shares)), rate)
    assert np.abs(shares - expected).sum() < 0.02


def test_the_mean_is_kept_between_the_rows_of_the_table():
    rates = np.linspace(0.0, 3.0, 61)
    each = np.repeat(rates, 50_000).astype(np.float32)
    counts = poisson(each, words(len(each)), words(len(each), 2)).reshape(len(rates), -1)
    np.testing.assert_allclose(counts.mean(axis=1), rates, atol=4 * np.sqrt(3 / 50_000))
    assert not counts[0].any()


def test_large_rates_beside_small_ones_change_nothing_about_these():
    small = np.full(NUM, 0.4, dtype=np.float32)
    both = np.append(small, np.float32(2 * LARGEST_RATE))
    alone = poisson(small, words(NUM), words(NUM, 2))
    mixed = poisson(both, words(NUM + 1), words(NUM + 1, 2))
    assert mixed[-1] > LARGEST_RATE
    assert abs(mixed[:-1].mean() - alone.mean()) < 0.01


@pytest.mark.parametrize("variance", [1e-4, 0.02, 0.5, 4.0])
def test_surprises_have_mean_one_and_their_variance(variance: float):
    factors = surprises(variance, words(NUM))
    assert factors.min() >= 0
    assert factors.mean() == pytest.approx(1, abs=4 * np.sqrt(variance / NUM))
    assert factors.var() == pytest.approx(variance, rel=0.05)
