"""Offer waves: the chances against trying every answer, and the cuts against every other cut."""

from itertools import combinations, product
from math import prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.errors import ProblemInvalid
from scheduler.replan.waves import Asked, Waves, expected_asked, plan_waves, still_open

chances = st.lists(st.sampled_from([0.0, 0.1, 0.35, 0.5, 0.8, 1.0]), max_size=7)


def people(acceptances: list[float]) -> list[Asked]:
    return [Asked(f"w{number}", one) for number, one in enumerate(acceptances)]


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(chances, st.integers(1, 4))
def test_the_chance_that_places_stay_open_is_that_of_all_answers(
    acceptances: list[float], needed: int
) -> None:
    for count in range(len(acceptances) + 1):
        some = acceptances[:count]
        expected = sum(
            prod(p if yes else 1 - p for p, yes in zip(some, answers, strict=True))
            for answers in product((True, False), repeat=count)
            if sum(answers) < needed
        )
        assert still_open(people(acceptances), needed)[count] == pytest.approx(expected)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(chances, st.integers(1, 3), st.integers(1, 4))
def test_no_other_waves_ask_fewer_people_in_the_mean(
    acceptances: list[float], needed: int, num_waves: int
) -> None:
    ranked = people(acceptances)
    plan = plan_waves(ranked, needed, 0, 60 * num_waves, 60, 0.9)
    asked = [one for wave in plan.waves for one in wave.asked]
    assert asked == ranked[: len(asked)]
    assert len(plan.waves) <= num_waves
    open_after = still_open(ranked, needed)
    least = min(
        expected_asked(open_after, [0, *cuts, len(asked)])
        for number in range(num_waves)
        for cuts in combinations(range(1, max(1, len(asked))), number)
    )
    assert plan.expected_asked == pytest.approx(least)


def test_the_fewest_people_reach_the_target() -> None:
    """Half of them accept: four reach 93.75 %, five 96.9 %."""
    plan = plan_waves(people([0.5] * 9), 1, 0, 180, 60, 0.95)
    assert sum(len(wave.asked) for wave in plan.waves) == 5
    assert plan.filled == pytest.approx(1 - 0.5**5)
    assert plan.is_enough
    assert plan_waves(people([0.5] * 9), 1, 0, 180, 60, 0.9375).filled == 1 - 0.5**4


def test_a_plan_that_falls_short_asks_everybody_and_says_so() -> None:
    plan = plan_waves(people([0.5, 0.2]), 1, 0, 60, 60, 0.95)
    assert [len(wave.asked) for wave in plan.waves] == [2]
    assert plan.filled == pytest.approx(0.6)
    assert not plan.is_enough


def test_waves_follow_each_other_and_end_by_the_deadline() -> None:
    plan = plan_waves(people([0.4] * 9), 2, 100, 230, 40, 0.9)
    assert [(wave.start, wave.end) for wave in plan.waves] == [(100, 140), (140, 180), (180, 220)]
    assert [wave.filled for wave in plan.waves] == sorted(wave.filled for wave in plan.waves)


def test_nobody_to_ask_is_a_plan_without_waves() -> None:
    assert plan_waves([], 1, 0, 60, 60, 0.9) == Waves((), 0.0, False)


def test_what_is_promised_is_what_happens() -> None:
    """Twenty thousand mornings: places filled and people asked, within 1 %."""
    ranked = people([0.3, 0.7, 0.5, 0.2, 0.6, 0.4, 0.5])
    plan = plan_waves(ranked, 2, 0, 180, 60, 0.9)
    random = np.random.default_rng(7)
    filled, asked = 0, 0
    for _ in range(20_000):
        accepted = 0
        for wave in plan.waves:
            if accepted < 2:
                asked += len(wave.asked)
                accepted += sum(random.random() < one.acceptance for one in wave.asked)
        filled += accepted >= 2
    assert filled / 20_000 == pytest.approx(plan.filled, abs=0.01)
    assert asked / 20_000 == pytest.approx(plan.expected_asked, rel=0.01)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"needed": 0}, "needed: at least 1"),
        ({"deadline": 59}, "leaves 59 minutes, too few for a wave of 60"),
        ({"deadline": -5}, "leaves 0 minutes"),
        ({"length": 0}, "wave: at least 1 minute"),
        ({"target": 1.0}, "target: a probability"),
        ({"ranked": [Asked("ada", 1.5)]}, "acceptance of ada"),
    ],
)
def test_what_makes_no_sense_is_refused(change: dict[str, object], message: str) -> None:
    asked: dict[str, object] = {
        "ranked": people([0.5]), "needed": 1, "start": 0, "deadline": 60, "length": 60,
        "target": 0.9,
    }  # fmt: skip
    with pytest.raises(ProblemInvalid, match=message):
        plan_waves(**(asked | change))  # type: ignore[arg-type]
