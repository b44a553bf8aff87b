"""Who comes: whole shifts, the right queue of each hour, and standby in empty places."""

from datetime import UTC, datetime

import numpy as np
import pytest

from scheduler.horizon import Horizon
from scheduler.problem import Problem, Queue
from scheduler.schedule import Segment, Shift
from scheduler.simulation.turnout import Crew, StandbyTeam, crew, on_queue

HORIZON = Horizon(datetime(2026, 1, 5, tzinfo=UTC), 1, 60, "UTC")
PROBLEM = Problem(
    horizon=HORIZON,
    currency="EUR",
    queues=(
        Queue("cheap", "s", 1000),
        Queue("dear", "s", 9000),
        Queue("standby|s", "s", 9000),
    ),
    shift_templates=(),
    workers=(),
    requirement={},
)
TEAM = StandbyTeam("standby|s", ("dear", "cheap"))
MORNING = (480, 720)


def shift(worker: str, queue: str, start: int = 480, end: int = 720) -> Shift:
    return Shift(start, end, worker, queue, "four")


def drawn(one: Crew, seed: int = 1) -> dict[str, list[int]]:
    """Workers at eight, nine, ten and eleven."""
    found = one.draw(np.random.default_rng(seed))
    return {queue: workers[8:12].tolist() for queue, workers in found.items()}


def test_everybody_comes_where_nobody_stays_away() -> None:
    shifts = [shift("a", "cheap"), shift("b", "cheap", 540, 780), shift("c", "dear")]
    seen = drawn(crew(PROBLEM, shifts, dict.fromkeys("abc", 1.0)))

    assert seen == {"cheap": [1, 2, 2, 2], "dear": [1] * 4, "standby|s": [0] * 4}


def test_a_blended_shift_is_on_the_queue_of_each_hour() -> None:
    parts = Segment(480, 600, "cheap"), Segment(600, 720, "dear")
    blended = Shift(480, 720, "a", "cheap", "four", segments=parts)
    seen = drawn(crew(PROBLEM, [blended], {"a": 1.0}))

    assert (seen["cheap"], seen["dear"]) == ([1, 1, 0, 0], [0, 0, 1, 1])


def test_an_interval_counts_where_it_is_covered_as_a_whole() -> None:
    seen = drawn(crew(PROBLEM, [shift("a", "cheap", 510, 690)], {"a": 1.0}))

    assert seen["cheap"] == [0, 1, 1, 0]


def test_who_stays_away_misses_the_whole_shift() -> None:
    """Of 400 mornings about a tenth are empty, and none is empty in part."""
    one = crew(PROBLEM, [shift("a", "cheap")], {"a": 0.9})
    seen = [drawn(one, seed)["cheap"] for seed in range(400)]

    assert all(morning in ([0] * 4, [1] * 4) for morning in seen)
    empty = sum(morning == [0] * 4 for morning in seen)
    assert abs(empty - 40) < 4 * np.sqrt(400 * 0.09)


def test_standby_fills_the_dearest_empty_place() -> None:
    """Nobody comes to either queue; the one on standby goes where he is worth more."""
    shifts = [shift("a", "cheap"), shift("b", "dear"), shift("c", "standby|s")]
    seen = drawn(crew(PROBLEM, shifts, dict.fromkeys("abc", 0.0), [TEAM]))

    assert (seen["dear"], seen["cheap"]) == ([1] * 4, [0] * 4)


def test_standby_is_called_for_empty_places_only() -> None:
    shifts = [shift("b", "dear"), shift("c", "standby|s")]
    seen = drawn(crew(PROBLEM, shifts, dict.fromkeys("bc", 1.0), [TEAM]))

    assert (seen["dear"], seen["cheap"]) == ([1] * 4, [0] * 4)


def test_who_cannot_be_reached_on_standby_helps_nobody() -> None:
    shifts = [shift("b", "dear"), shift("c", "standby|s")]
    rates = {"b": 0.0, "c": 1.0}

    assert drawn(crew(PROBLEM, shifts, rates, [TEAM], 0.0))["dear"] == [0] * 4
    assert drawn(crew(PROBLEM, shifts, rates, [TEAM], 1.0))["dear"] == [1] * 4


def test_no_shifts_at_all() -> None:
    assert drawn(crew(PROBLEM, [], {}))["cheap"] == [0] * 4


@pytest.mark.parametrize("shrinkage", [0.1, 0.35])
def test_shrinkage_is_right_on_average(shrinkage: float) -> None:
    present = np.full(4000, 3)
    seen = on_queue(present, shrinkage, np.random.default_rng(2))

    assert abs(seen.mean() - 3 * (1 - shrinkage)) < 0.04
    assert set(seen.tolist()) <= {np.floor(3 - 3 * shrinkage), np.ceil(3 - 3 * shrinkage)}


def test_without_shrinkage_all_are_on_the_queue() -> None:
    assert on_queue(np.array([3, 0]), 0.0, np.random.default_rng(1)).tolist() == [3, 0]
