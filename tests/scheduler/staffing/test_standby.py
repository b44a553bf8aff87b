"""What standby and over-booking are worth: by hand, and against every way to stay away."""

from itertools import pairwise, product
from math import prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.staffing.standby import Sent, overbooking_value, standby_value


def sent(workers: int, rate: float, price: int) -> Sent:
    return Sent(np.array([workers]), rate, price)


def curve(*queues: Sent, answer_rate: float = 1.0, least: int = 0) -> tuple[int, ...]:
    return standby_value(queues, answer_rate, least)[0]


def test_the_first_of_two_no_shows_is_worth_the_chance_of_any() -> None:
    """Two sent, each away one time in ten: one is missing with 0.19, both with 0.01."""
    assert curve(sent(2, 0.1, 6000)) == (1140, 60)


def test_who_cannot_be_reached_saves_nothing() -> None:
    """The second is worth as much as the first wherever the first was not reached."""
    assert curve(sent(2, 0.1, 6000), answer_rate=0.5) == (570, 300)


def test_less_than_the_least_is_left_out() -> None:
    assert curve(sent(2, 0.1, 6000), least=61) == (1140,)
    assert curve(sent(2, 0.1, 6000), least=1141) == ()


def test_standby_serves_the_dearer_queue_first() -> None:
    """One each: 90.00 saved with 0.1; the second saves 30.00 where both are away."""
    assert curve(sent(1, 0.1, 3000), sent(1, 0.1, 9000)) == (900 + 270, 30)


def test_nobody_sent_needs_no_standby() -> None:
    assert curve(sent(0, 0.1, 6000)) == ()
    assert standby_value((), 1.0, 0) == ()


def test_each_interval_has_its_own_team_and_rate() -> None:
    team = Sent(np.array([1, 0, 2]), np.array([0.2, 0.2, 0.1]), 6000)
    assert standby_value((team,), 1.0, 0) == ((1200,), (), (1140, 60))


TEAMS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from([0.0, 0.1, 0.4]), st.sampled_from([1000, 5000])),
    min_size=1, max_size=2,
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(TEAMS, st.sampled_from([1.0, 0.7]))
def test_the_curve_adds_up_to_what_standby_saves(
    teams: list[tuple[int, float, int]], answer_rate: float
) -> None:
    """Every way to stay away and to answer, the dearest empty places filled first."""
    found = curve(*(sent(*one) for one in teams), answer_rate=answer_rate)
    assert all(before >= after for before, after in pairwise(found))
    for number in range(len(found) + 1):
        expected = _saved(teams, number, answer_rate)
        assert sum(found[:number]) == pytest.approx(expected, abs=number + 1e-6)


def _saved(teams: list[tuple[int, float, int]], standby: int, answer_rate: float) -> float:
    people = [(rate, price) for workers, rate, price in teams for _ in range(workers)]
    total = 0.0
    for away in product((False, True), repeat=len(people)):
        chance = prod(r if gone else 1 - r for gone, (r, _) in zip(away, people, strict=True))
        empty = sorted((p for gone, (_, p) in zip(away, people, strict=True) if gone), reverse=True)
        for answers in product((False, True), repeat=standby):
            reached = prod(answer_rate if one else 1 - answer_rate for one in answers)
            total += chance * reached * sum(empty[: sum(answers)])
    return total


def test_over_booking_pays_by_the_chance_that_one_more_is_missing() -> None:
    """One needed, away one time in ten: 0.9 for the first, 0.9 x 0.1 for the second."""
    assert overbooking_value(np.array([1, 0]), 0.1, 6000)[0][:3] == (5400, 540, 54)
    assert overbooking_value(np.array([1, 0]), 0.1, 6000)[1] == ()


def test_where_everybody_comes_exactly_those_needed_are_worth_their_price() -> None:
    assert overbooking_value(np.array([3]), 0.0, 6000) == ((6000, 6000, 6000),)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 4), st.sampled_from([0.05, 0.3]), st.integers(1, 7))
def test_over_booking_adds_up_to_what_those_sent_save(need: int, rate: float, number: int) -> None:
    found = overbooking_value(np.array([need]), rate, 5000)[0][:number]
    assert all(before >= after for before, after in pairwise(found))
    expected = sum(
        prod(1 - rate if comes else rate for comes in come) * min(need, sum(come)) * 5000
        for come in product((False, True), repeat=len(found))
    )
    assert sum(found) == pytest.approx(expected, abs=number + 1e-6)
