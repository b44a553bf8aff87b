"""Shares are counted from shifts and offers; the Gini coefficient against known values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.explain.fairness import Fairness, fairness, gini
from scheduler.problem import Problem, UnpopularHours
from scheduler.worker import Request
from tests.factories import make_horizon, make_problem, make_shift, make_worker, minute

AMOUNTS = st.lists(st.integers(0, 10_000), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], 0.0),
        ([0, 0, 0], 0.0),
        ([5], 0.0),
        ([7, 7, 7, 7], 0.0),
        ([0, 0, 0, 1], 0.75),
        ([1, 2, 3, 4, 5], 4 / 15),
        ([10, 0], 0.5),
        ([3, 1], 0.25),
    ],
)
def test_known_coefficients(values: list[float], expected: float) -> None:
    assert gini(values) == pytest.approx(expected)


@given(AMOUNTS)
def test_it_is_the_mean_difference_of_pairs(values: list[int]) -> None:
    mean = sum(values) / len(values)
    pairs = sum(abs(a - b) for a in values for b in values)
    expected = pairs / (2 * len(values) ** 2 * mean) if mean else 0.0
    assert gini(values) == pytest.approx(expected, abs=1e-12)


@given(AMOUNTS, st.integers(1, 1000))
def test_the_unit_does_not_matter(values: list[int], scale: int) -> None:
    assert gini([scale * one for one in values]) == pytest.approx(gini(values), abs=1e-12)


@given(AMOUNTS)
def test_taking_from_the_first_for_the_last_never_makes_it_fairer(values: list[int]) -> None:
    ordered = sorted(values)
    poorer = [0, *ordered[1:-1], ordered[-1] + ordered[0]] if len(ordered) > 1 else ordered
    assert gini(poorer) >= gini(ordered) - 1e-12


@given(st.integers(1, 30), st.integers(0, 1000))
def test_all_alike_is_zero(number: int, amount: int) -> None:
    assert gini([amount] * number) == pytest.approx(0.0, abs=1e-12)


def one_worker(*offered: tuple[str, str] | tuple[str, str, int], **limits: object) -> Problem:
    horizon = make_horizon(days=14)
    return make_problem(horizon, make_worker(horizon, *offered, **limits))


def only(problem: Problem, *starts: str) -> Fairness:
    return fairness(problem, [make_shift(problem, start) for start in starts])


def test_a_share_is_of_what_he_offered() -> None:
    problem = one_worker(("2026-11-02 08:00", "2026-11-02 20:00"))
    [one] = only(problem, "2026-11-02 08:00").workers
    assert (one.minutes, one.offered, one.share) == (240, 720, 1 / 3)


def test_of_a_week_no_more_is_offered_than_he_may_work() -> None:
    """Ten hours in the first week, of which eight may be worked, and four in the second."""
    problem = one_worker(
        ("2026-11-08 12:00", "2026-11-08 22:00"), ("2026-11-09 08:00", "2026-11-09 12:00"),
        max_minutes_per_week=480,
    )  # fmt: skip
    [one] = only(problem).workers
    assert one.offered == 480 + 240


def test_an_offer_over_midnight_counts_in_both_weeks() -> None:
    problem = one_worker(("2026-11-08 20:00", "2026-11-09 10:00"), max_minutes_per_week=300)
    assert only(problem).workers[0].offered == 240 + 300


def test_who_offers_nothing_has_no_share() -> None:
    found = only(one_worker())
    assert found.workers[0].share is None
    assert found.offering == ()
    assert found.worst_off() == []
    assert set(found.ginis.values()) == {0.0}


def test_usual_unpopular_hours_are_nights_and_weekends() -> None:
    problem = one_worker(("2026-11-02 00:00", "2026-11-16 00:00"))
    found = only(problem, "2026-11-02 18:00", "2026-11-07 10:00", "2026-11-10 10:00")
    assert found.is_usual
    assert found.workers[0].unpopular == 120 + 240


def test_the_problems_own_unpopular_hours_count_instead() -> None:
    horizon = make_horizon(days=7)
    problem = make_problem(
        horizon,
        make_worker(horizon, ("2026-11-02 00:00", "2026-11-08 00:00")),
        unpopular_hours=(UnpopularHours(frozenset({1}), 8 * 60, 9 * 60),),
    )
    found = only(problem, "2026-11-02 08:00", "2026-11-07 10:00")
    assert not found.is_usual
    assert found.workers[0].unpopular == 60


def test_wishes_are_windows_and_requests() -> None:
    horizon = make_horizon(days=7)
    monday, tuesday, friday = (minute(horizon, f"2026-11-0{day} 00:00") for day in (2, 3, 6))
    problem = make_problem(
        horizon,
        make_worker(
            horizon,
            ("2026-11-02 08:00", "2026-11-02 12:00", 2),
            ("2026-11-03 08:00", "2026-11-03 12:00", -1),
            ("2026-11-04 08:00", "2026-11-04 12:00", 0),
            requests=(
                Request(monday, tuesday, 5),  # a shift, and gets one
                Request(friday, friday + 1440, 5),  # a shift, and gets none
                Request(friday, friday + 1440, -5),  # none, and gets none
                Request(monday, tuesday, -5),  # none, and gets one
            ),
        ),
    )
    [one] = only(
        problem, "2026-11-02 08:00", "2026-11-03 08:00", "2026-11-04 08:00"
    ).workers  # fmt: skip
    assert (one.glad, one.reluctant) == (240, 240)
    assert (one.requests, one.granted) == (4, 2)


def test_history_is_what_was_worked_before() -> None:
    horizon = make_horizon(days=7)
    offered = ("2026-11-02 08:00", "2026-11-02 12:00")
    problem = make_problem(
        horizon,
        make_worker(horizon, offered, past=[("2026-10-30 08:00", "2026-10-30 12:00")]),
        make_worker(horizon, offered, id="ben"),
    )
    found = only(problem, "2026-11-02 08:00")
    assert found.has_past
    assert [one.with_past for one in found.workers] == [480, 0]
    assert found.ginis["hours with history"] == 0.5
    assert [one.worker for one in found.worst_off()] == ["ben", "ada"]


def crew(sizes: dict[str, int]) -> tuple[Problem, dict[str, str]]:
    horizon = make_horizon(days=7)
    offered = ("2026-11-02 08:00", "2026-11-02 12:00")
    groups = {f"{group}{n}": group for group, size in sizes.items() for n in range(size)}
    workers = [make_worker(horizon, offered, id=one) for one in groups]
    return make_problem(horizon, *workers), groups


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ({"a": 6, "b": 5}, {"a": 6, "b": 5}),
        ({"a": 6, "b": 3, "c": 2}, {"a": 6, "other": 5}),
        # Five of seven less the four of b would tell of the three others.
        ({"a": 7, "b": 6, "c": 3}, {"a": 7, "other": 9}),
        ({"a": 5, "b": 1}, {"other": 6}),
        ({"a": 4}, {}),
        ({"": 6, "a": 5}, {"a": 5, "other": 6}),
        ({"": 2, "a": 5, "b": 8}, {"b": 8, "other": 7}),
        ({"other": 3, "a": 5, "b": 8}, {"b": 8, "other": 8}),
    ],
)
def test_a_small_group_is_not_shown_alone(sizes: dict[str, int], shown: dict[str, int]) -> None:
    problem, groups = crew(sizes)
    found = fairness(problem, [], {"contract": groups}).groups
    assert {one.group: one.workers for one in found} == shown
    assert {one.dimension for one in found} <= {"contract"}


def test_a_groups_figures_are_those_of_its_members() -> None:
    problem, groups = crew({"a": 5, "b": 5})
    shifts = [make_shift(problem, "2026-11-02 08:00", worker=f"a{n}") for n in range(3)]
    first, second = fairness(problem, shifts, {"status": groups}).groups
    by_name = {one.group: one for one in (first, second)}
    assert by_name["a"].mean_minutes == 3 * 240 / 5
    assert by_name["a"].share == 3 / 5
    assert by_name["a"].unpopular_share == 0.0
    assert by_name["b"].share == 0.0
    assert by_name["b"].glad_share is None
