"""Days and slots: every contact falls into its own cell, whatever the clock does."""

import numpy as np
import pandas as pd
import pytest

from forecasts.calendar import Calendar, Event
from forecasts.cube import build_cube, fold
from forecasts.history import History

ZONE = "Europe/Berlin"


def history(start: str, num: int) -> History:
    first = pd.Timestamp(start, tz=ZONE).tz_convert("UTC")
    counts = np.random.default_rng(1).poisson(5.0, (2, num)).astype(float)
    return History(("a", "b"), first, 60, counts, np.ones((2, num), dtype=np.bool_))


@pytest.mark.parametrize("start", ["2026-03-27 05:00", "2026-10-23 05:00", "2026-06-01 00:00"])
def test_folding_sums_what_falls_into_the_same_slot(start: str):
    past = history(start, 100)
    slots = Calendar(ZONE).slots(past.ds(0, 100), 60)
    folded = fold(past.counts, slots)
    expected = np.zeros_like(folded)
    for interval in range(100):
        at = slots.day[interval] - slots.day[0], slots.slot[interval]
        expected[:, at[0], at[1]] += past.counts[:, interval]
    np.testing.assert_array_equal(folded, expected)


def test_a_repeated_hour_is_exposed_twice_and_a_skipped_one_never():
    for start, times in (("2026-03-28", 0), ("2026-10-24", 2)):
        cube = build_cube(history(f"{start} 00:00", 72), Calendar(ZONE), ())
        assert (cube.exposure[:, 1, 2] == times).all()


def test_an_event_without_factor_is_left_out_until_it_is_learnt():
    past = history("2026-06-01 00:00", 48)
    ds = past.ds(0, 48)
    event = Event("sale", ds[24], ds[36], None, "a")
    unknown = build_cube(past, Calendar(ZONE), [event])
    assert not unknown.exposure[0, 1, :12].any()
    assert not unknown.contacts[0, 1, :12].any()
    assert unknown.exposure[1].all()
    factors = np.ones((2, 48))
    factors[0, 24:36] = 1.7
    learnt = build_cube(past, Calendar(ZONE), [event], factors)
    np.testing.assert_array_equal(learnt.contacts[0, 1], past.counts[0, 24:])
    assert (learnt.exposure[0, 1, :12] == 1.7).all()
