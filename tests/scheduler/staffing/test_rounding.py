"""Whole workers."""

from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.staffing.rounding import exact, fewest, whole_down, whole_up


def test_a_written_share_is_its_fraction() -> None:
    """0.3 is three tenths."""
    assert exact(0.3) == Fraction(3, 10)
    assert exact(0.125) == Fraction(1, 8)


def test_float_noise_does_not_make_a_worker() -> None:
    """A hair above or below a whole number is that number; more than a hair is not."""
    assert whole_up(np.array([30 + 4e-12, 30.0, 30.001, 0.0])).tolist() == [30, 30, 31, 0]
    assert whole_down(np.array([30 - 4e-12, 30.0, 29.999, 0.0])).tolist() == [30, 30, 29, 0]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=1, max_size=20))
def test_fewest_finds_each_answer(cases: list[tuple[int, int]]) -> None:
    """Never below the start, otherwise the first number that meets the rule."""
    answer, start = np.array(cases).T

    found = fewest(lambda candidate: candidate >= answer, start)

    assert found.tolist() == np.maximum(answer, start).tolist()
