"""How much of the booster each series gets."""

import numpy as np
import pytest

from forecasts.blend import Trial, blended, choose_weights


def trials(truth: list[float], told: list[float], seed: int = 1) -> list[Trial]:
    """Four weeks of series whose contacts are exp(truth) x the mean; the booster says told."""
    rng = np.random.default_rng(seed)
    shape = (len(truth), 400)
    mean = np.full(shape, 100.0)
    found = []
    for _ in range(4):
        surprise = rng.gamma(50, 1 / 50, shape)
        contacts = rng.poisson(mean * np.exp(truth)[:, None] * surprise).astype(float)
        correction = np.broadcast_to(np.array(told)[:, None], shape)
        found.append(Trial(mean, correction, contacts, np.ones(shape, dtype=np.bool_)))
    return found


def test_a_right_correction_is_taken_whole():
    found = choose_weights(trials([0.4, 0.4], [0.4, 0.4]))
    np.testing.assert_array_equal(found.weight, 1.0)
    assert found.gain > 0.2


def test_a_correction_that_is_twice_too_large_is_halved():
    np.testing.assert_array_equal(choose_weights(trials([0.2], [0.4])).weight, 0.5)


def test_a_wrong_correction_is_refused():
    found = choose_weights(trials([0.0, 0.0], [0.3, -0.3]))
    np.testing.assert_array_equal(found.weight, 0.0)
    assert found.gain == 0


def test_a_series_that_loses_stays_out_where_others_win():
    weight = choose_weights(trials([0.4, 0.4, 0.0], [0.4, 0.4, 0.4])).weight
    assert (weight[:2] > 0).all()
    assert weight[2] == 0


def test_a_gain_of_less_than_two_per_cent_is_not_enough():
    # A shift by a twentieth of the standard deviation gains far less than 2 %.
    np.testing.assert_array_equal(choose_weights(trials([0.01], [0.01])).weight, 0.0)


def test_one_lucky_week_earns_nothing():
    lucky = trials([0.6], [0.5], seed=1)[:1]
    others = trials([0.0], [0.1], seed=2)[:3]
    assert choose_weights(lucky * 4).weight[0] > 0
    assert choose_weights([*lucky, *others]).weight[0] == 0


def test_a_series_without_contacts_gets_the_core():
    silent = trials([0.4], [0.4])
    zero = np.zeros_like(silent[0].mean)
    found = choose_weights([Trial(zero, one.correction, zero, one.known) for one in silent])
    np.testing.assert_array_equal(found.weight, 0.0)


def test_unknown_intervals_do_not_count():
    one = trials([0.4], [0.4])
    blind = [Trial(t.mean, t.correction, t.contacts, np.zeros_like(t.known)) for t in one]
    np.testing.assert_array_equal(choose_weights(blind).weight, 0.0)


def test_the_blend_is_geometric():
    mean, correction = np.full((2, 3), 10.0), np.full((2, 3), np.log(4.0))
    found = blended(mean, correction, np.array([0.5, 0.0]))
    assert found[0] == pytest.approx(20.0)
    assert found[1] == pytest.approx(10.0)
