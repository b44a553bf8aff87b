"""Scheduling more than are needed: no-shows and shrinkage."""

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.staffing.noshow import (
    chance_of,
    on_the_queue,
    who_come,
    with_no_shows,
    with_shrinkage,
)


def scheduled_for(workers: int, rate: float, confidence: float) -> int:
    """One team instead of an array."""
    return int(with_no_shows(np.array([workers]), rate, confidence)[0])


@pytest.mark.parametrize(
    ("workers", "rate", "scheduled"), [(14, 0.1, 17), (5, 0.1, 7), (40, 0.1, 47), (14, 0.05, 16)]
)
def test_enough_come_with_the_confidence(workers: int, rate: float, scheduled: int) -> None:
    """Known cases, each above what dividing by the show-up rate gives."""
    assert scheduled_for(workers, rate, 0.9) == scheduled


def test_a_chance_that_equals_the_confidence_suffices() -> None:
    """One worker who comes with exactly 0.9 meets 0.9."""
    assert scheduled_for(1, 0.1, 0.9) == 1


def test_nobody_needed_is_nobody_scheduled() -> None:
    """Zero stays zero, and without no-shows nothing changes."""
    assert with_no_shows(np.array([0, 3]), 0.2, 0.9).tolist() == [0, 5]
    assert with_no_shows(np.array([0, 3]), 0.0, 0.9).tolist() == [0, 3]


@settings(max_examples=50, deadline=None)
@given(
    st.integers(1, 30),
    st.integers(1, 60),
    st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99]),
)
def test_smallest_number_by_exact_fractions(workers: int, percent: int, confidence: float) -> None:
    """The binomial sum in whole numbers agrees: enough, and one fewer is not."""
    come = 1 - Fraction(percent, 100)

    def chance(scheduled: int) -> Fraction:
        return sum(
            (
                comb(scheduled, k) * come**k * (1 - come) ** (scheduled - k)
                for k in range(workers, scheduled + 1)
            ),
            Fraction(0),
        )

    scheduled = scheduled_for(workers, percent / 100, confidence)

    assert chance(scheduled) >= Fraction(str(confidence))
    assert scheduled == workers or chance(scheduled - 1) < Fraction(str(confidence))


def test_chances_of_all_turnouts_add_up() -> None:
    """Who comes is binomial; the mean is the show-up rate."""
    index, come, chance = who_come(np.array([0, 1, 20]), 0.1)

    for at, scheduled in enumerate([0, 1, 20]):
        assert chance[index == at].sum() == pytest.approx(1, abs=1e-5)
        assert (chance * come)[index == at].sum() == pytest.approx(0.9 * scheduled, abs=1e-3)


def test_everyone_comes_without_no_shows() -> None:
    """The only turnout of a sure team is the whole team."""
    index, come, chance = who_come(np.array([0, 4, 2]), 0.0)

    assert index.tolist() == [0, 1, 2]
    assert come.tolist() == [0, 4, 2]
    assert chance.tolist() == [1, 1, 1]
    assert chance_of(np.array([4]), np.array([5]), 0.0) == 0


@pytest.mark.parametrize(
    ("workers", "scheduled"), [(21, 30), (42, 60), (84, 120), (161, 230), (168, 240), (175, 250)]
)
def test_shrinkage_is_rounded_exactly(workers: int, scheduled: int) -> None:
    """Cases in which the float quotient rounds up to one too many."""
    assert with_shrinkage(np.array([workers]), 0.3).tolist() == [scheduled]


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 99))
def test_shrinkage_and_its_inverse(workers: int, percent: int) -> None:
    """The scheduled number leaves enough on the queue, and one fewer does not."""
    scheduled = with_shrinkage(np.array([workers]), percent / 100)

    assert on_the_queue(scheduled, percent / 100) >= workers
    assert workers == 0 or on_the_queue(scheduled - 1, percent / 100) < workers
