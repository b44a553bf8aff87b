"""Whether enough come: against every way that people may come or stay away."""

from itertools import product
from math import prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.staffing.noshow import chance_of, with_no_shows
from scheduler.staffing.showing import (
    Team,
    Turnout,
    chance_of_enough,
    share_met,
    turnout_chances,
    turnouts,
)
from tests.factories import make_horizon, make_problem, make_queue, make_shift, make_worker, need

DAY = make_horizon(days=1)
MORNING, NOON = "2026-11-02 08:00", "2026-11-02 12:00"
RATES = st.lists(st.floats(0, 1), max_size=7)


def every_way(rates: list[float]) -> list[tuple[int, float]]:
    """How many come and the chance of it, for every set of people who come."""
    return [
        (
            sum(come),
            prod(rate if comes else 1 - rate for comes, rate in zip(come, rates, strict=True)),
        )
        for come in product((False, True), repeat=len(rates))
    ]


@settings(max_examples=60, deadline=None)
@given(RATES, st.integers(0, 8))
def test_the_chance_of_enough_adds_up_every_way(rates: list[float], needed: int) -> None:
    expected = sum(chance for number, chance in every_way(rates) if number >= needed)
    assert chance_of_enough(rates, needed) == pytest.approx(expected, abs=1e-9)
    assert turnout_chances(rates).sum() == pytest.approx(1)


@pytest.mark.parametrize(("number", "needed"), [(17, 14), (7, 5), (5, 5), (4, 5)])
def test_people_alike_are_binomial(number: int, needed: int) -> None:
    binomial = chance_of(np.array([number]), np.array([needed]), 0.1)[0]
    assert chance_of_enough([0.9] * number, needed) == pytest.approx(binomial)


def test_a_mixed_team_is_surer_than_its_mean_says_where_all_must_come() -> None:
    """0.8 x 1.0 against 0.9 x 0.9: for nobody missing the mean promises too much."""
    assert chance_of_enough([0.8, 1.0], 2) == pytest.approx(0.8)
    assert chance_of_enough([0.9, 0.9], 2) == pytest.approx(0.81)


def test_allowances_may_differ_from_interval_to_interval() -> None:
    rates = np.array([0.1, 0.0, 0.3, 0.1])
    found = with_no_shows(np.array([14, 14, 14, 0]), rates, 0.9)
    alone = [int(with_no_shows(np.array([14]), rate, 0.9)[0]) for rate in (0.1, 0.0, 0.3)]
    assert found.tolist() == [*alone, 0]
    assert alone[0] == 17


TWO_QUEUES = make_problem(
    DAY,
    *(make_worker(DAY, (MORNING, NOON), id=id) for id in ("ada", "bo", "cy")),
    queues=(make_queue("refund"), make_queue("return"), make_queue("standby|de")),
)
SHOWS = {"ada": 0.9, "bo": 0.8, "cy": 0.5}
NEED = {"refund": need(DAY, (MORNING, NOON, 1)), "return": need(DAY, (MORNING, NOON, 1))}


def found(*posts: tuple[str, str], teams: list[Team]) -> list[Turnout]:
    shifts = [make_shift(TWO_QUEUES, MORNING, worker=worker, queue=queue)
              for worker, queue in posts]  # fmt: skip
    return turnouts(TWO_QUEUES, shifts, SHOWS, NEED, teams)


def test_each_queue_alone_is_told_for_each_interval_with_need() -> None:
    teams = [Team(name, (name,)) for name in ("refund", "return")]
    rows = found(("ada", "refund"), ("bo", "return"), teams=teams)
    assert [(one.team, one.start) for one in rows] == [
        (name, 60 * hour) for name in ("refund", "return") for hour in range(8, 12)
    ]
    assert {(one.team, one.chance) for one in rows} == {("refund", 0.9), ("return", 0.8)}
    assert share_met(rows, 0.9) == 0.5


def test_nobody_sent_is_no_chance() -> None:
    rows = found(("ada", "refund"), teams=[Team("return", ("return",))])
    assert {(one.needed, one.sent, one.chance) for one in rows} == {(1, 0, 0.0)}


def test_standby_fills_a_place_of_either_queue_but_only_one() -> None:
    """Enough: both come (0.72), or one of them and Cy (0.26 x 0.5)."""
    team = Team("de", ("refund", "return"), "standby|de")
    rows = found(("ada", "refund"), ("bo", "return"), ("cy", "standby|de"), teams=[team])
    assert {(one.needed, one.sent, one.standby) for one in rows} == {(2, 2, 1)}
    assert rows[0].chance == pytest.approx(0.72 + 0.26 * 0.5)


def test_one_too_many_on_a_queue_does_not_help_the_other() -> None:
    team = Team("de", ("refund", "return"), "standby|de")
    rows = found(("ada", "refund"), ("bo", "refund"), teams=[team])
    assert rows[0].chance == 0


def test_nothing_needed_is_always_enough() -> None:
    assert share_met([], 0.99) == 1
    assert chance_of_enough([], 0) == 1
