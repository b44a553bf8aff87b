"""Contacts spread over the interval in which they came."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scheduler.simulation.arrivals import spread_arrivals


@given(st.lists(st.integers(0, 20), min_size=1, max_size=30), st.sampled_from([15, 30, 60]))
def test_each_contact_comes_in_its_interval(counts: list[int], interval_minutes: int) -> None:
    """Sorted, and as many in each interval as were counted."""
    at = spread_arrivals(np.array(counts), interval_minutes, np.random.default_rng(1))

    assert (np.diff(at) >= 0).all()
    interval = (at // (interval_minutes * 60)).astype(np.int64)
    assert np.bincount(interval, minlength=len(counts)).tolist() == counts


def test_contacts_come_evenly() -> None:
    """The mean of uniform seconds, within four standard errors."""
    at = spread_arrivals(np.array([0, 40_000]), 30, np.random.default_rng(2))

    assert abs(at.mean() - 2700) < 4 * 1800 / np.sqrt(12 * 40_000)
