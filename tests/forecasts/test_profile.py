"""The profile: shrinkage, special days, outages."""

import numpy as np
import pytest

from forecasts.calendar import DayKind
from forecasts.cube import Cube
from forecasts.parents import parent_levels
from forecasts.profile import Profile, ProfileSettings, fit_profile, ratio
from forecasts.winsorise import winsorised

MONDAY = 20_514  # 2 March 2026


def cube(contacts: np.ndarray, kind: np.ndarray | None = None) -> Cube:
    num_days = contacts.shape[1]
    kinds = np.zeros(num_days, dtype=np.int64) if kind is None else kind
    day = MONDAY + np.arange(num_days)
    return Cube(contacts.astype(float), np.ones(contacts.shape), day, kinds)


def fit(one: Cube, unique_ids: list[str]) -> Profile:
    return fit_profile(one, parent_levels(unique_ids), ProfileSettings())


def test_a_ratio_without_data_is_one_and_with_much_data_the_data():
    assert ratio(np.zeros(1), np.zeros(1), 10.0)[0] == 1
    assert ratio(np.array([3e6]), np.array([1e6]), 10.0)[0] == pytest.approx(3, rel=1e-4)


def test_a_slot_that_should_have_been_busy_and_was_not_is_closed():
    assert ratio(np.zeros(1), np.array([50.0]), 10.0)[0] == 0
    assert ratio(np.zeros(1), np.array([5.0]), 10.0)[0] > 0


def test_parents_are_all_then_channel_then_category_and_channel():
    levels = parent_levels(["a|de|chat", "a|en|chat", "b|de|chat", "b|de|voice", "plain"])
    assert [len(set(level.group.tolist())) for level in levels] == [1, 3, 4, 5]


def test_a_grouping_that_changes_nothing_is_not_counted_again():
    levels = parent_levels(["only"])
    assert [bool(level.is_new[0]) for level in levels] == [True, False, False, False]


def test_shares_sum_to_one_and_the_level_is_the_mean():
    rng = np.random.default_rng(1)
    shape = np.linspace(1, 9, 24)
    profile = fit(cube(rng.poisson(np.broadcast_to(shape, (1, 56, 24)))), ["a"])
    np.testing.assert_allclose(profile.share.sum(axis=2), 1)
    per_day = profile.level[:, None] * profile.weekday
    np.testing.assert_allclose(per_day, shape.sum(), rtol=0.15)
    np.testing.assert_allclose(profile.share[0], shape / shape.sum() * np.ones((7, 1)), atol=0.03)


def test_a_short_thin_series_takes_the_shape_of_its_parent():
    rng = np.random.default_rng(2)
    shape = np.where(np.arange(24) < 12, 8.0, 0.5)
    rich = rng.poisson(np.broadcast_to(shape, (1, 56, 24)))
    thin = np.zeros_like(rich)
    thin[:, -5:] = rng.poisson(0.02 * np.broadcast_to(shape, (1, 5, 24)))
    both = cube(np.concatenate([rich, thin]))
    both.exposure[1, :-5] = 0
    profile = fit(both, ["a|de|chat", "a|en|chat"])
    np.testing.assert_allclose(profile.share[1], profile.share[0], atol=0.04)
    assert profile.level[1] < profile.level[0] / 10


def test_a_long_series_keeps_its_own_shape():
    rng = np.random.default_rng(3)
    early = np.where(np.arange(24) < 12, 9.0, 1.0)
    both = np.stack([early, early[::-1]])[:, None, :]
    profile = fit(cube(rng.poisson(np.broadcast_to(both, (2, 84, 24)))), ["a", "b"])
    assert profile.share[0, 0, :12].sum() > 0.85
    assert profile.share[1, 0, :12].sum() < 0.15


def test_special_days_teach_their_own_factor_and_leave_the_level_alone():
    rng = np.random.default_rng(4)
    kind = np.zeros(84, dtype=np.int64)
    kind[[10, 31, 52, 73]] = DayKind.HOLIDAY
    factor = np.where(kind == DayKind.HOLIDAY, 0.2, 1.0)[None, :, None]
    profile = fit(cube(rng.poisson(20.0 * factor * np.ones((1, 84, 24))), kind), ["a"])
    assert profile.day_factor[0, DayKind.HOLIDAY] == pytest.approx(0.25, abs=0.08)
    assert profile.level[0] == pytest.approx(480, rel=0.03)


def test_outages_and_spikes_are_pulled_back():
    contacts = np.full((1, 42, 24), 20.0)
    contacts[0, 20] = 1.0
    contacts[0, 30] = 200.0
    contacts[0, 35] = 0.0
    ordinary = np.ones(42, dtype=np.bool_)
    cleaned = winsorised(cube(contacts), ordinary)
    total = cleaned.contacts.sum(axis=2)[0]
    assert 300 < total[20] < 480
    assert 480 < total[30] < 730
    assert not cleaned.exposure[0, 35].any()
    assert (total[:20] == 480).all()


def test_special_days_are_not_winsorised():
    contacts = np.full((1, 42, 24), 20.0)
    contacts[0, 20] = 1.0
    ordinary = np.arange(42) != 20
    np.testing.assert_array_equal(winsorised(cube(contacts), ordinary).contacts, contacts)


def test_a_lasting_shift_of_level_is_accepted():
    contacts = np.full((1, 84, 24), 20.0)
    contacts[0, 42:] = 80.0
    assert fit(cube(contacts), ["a"]).level[0] > 0.6 * 80 * 24
