"""Modified offered load."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.staffing.offered_load import chance_variance, offered_load


def test_load_lags_behind_a_daily_wave() -> None:
    """100 an hour, half of it waving over the day, 30 minutes each: the published curve."""
    hour = (np.arange(3 * 24 * 60) + 0.5) / 60
    per_minute = 100 / 60 * (1 + 0.5 * np.sin(2 * np.pi * hour / 24))
    load = offered_load(per_minute, np.full(hour.shape, 1800.0), 1)
    at = (48 + np.array([0, 3, 6, 9, 12])) * 60

    seen = (load[at - 1] + load[at]) / 2

    assert seen == pytest.approx([46.783, 65.105, 74.579, 69.655, 53.217], abs=0.001)


def test_a_constant_rate_is_arrivals_times_handle_time() -> None:
    """Little's law; the rate is taken to have run before the horizon."""
    load = offered_load(np.full(5, 20.0), np.full(5, 600.0), 30)

    assert load == pytest.approx(20 * 600 / 1800)


def test_load_builds_up_at_opening_and_runs_out_after_closing() -> None:
    """From nothing at opening; contacts that began before closing are still there after it."""
    load = offered_load(np.array([0.0, 30, 30, 30, 0, 0]), np.full(6, 900.0), 15)

    assert load[0] == 0
    assert load[1] == pytest.approx(30 * np.exp(-1))
    assert (np.diff(load[1:4]) > 0).all()
    assert load[3] < 30
    assert load[4] > load[5] > 0


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.floats(0, 500), min_size=1, max_size=40),
    st.floats(30, 7200),
    st.sampled_from([15, 30, 60]),
)
def test_no_work_is_lost(contacts: list[float], aht: float, interval: int) -> None:
    """What comes in is worked off in the end: the area of the load is contacts times AHT."""
    tail = 7200 // interval
    padded = np.concatenate([[0.0], contacts, np.zeros(tail)])
    load = offered_load(padded, np.full(padded.shape, aht), interval)

    assert load.sum() * interval * 60 == pytest.approx(sum(contacts) * aht, rel=1e-6, abs=1e-6)


def test_paths_are_treated_one_by_one() -> None:
    """Leading axes are demand paths."""
    paths = np.array([[1.0, 5, 2], [4.0, 0, 9]])
    aht = np.array([300.0, 400, 500])

    assert offered_load(paths, aht, 15)[1] == pytest.approx(offered_load(paths[1], aht, 15))


def test_chance_moves_each_load_by_what_it_counts_of_each_interval() -> None:
    """Loads are linear in the counts: unit counts tell the weights, whose squares add up."""
    rng = np.random.default_rng(3)
    expected, aht = rng.uniform(0, 20, 12), rng.uniform(100, 3000, 12)
    weights = offered_load(np.eye(12), aht, 30)

    assert chance_variance(expected, aht, 30) == pytest.approx(expected @ weights**2)
