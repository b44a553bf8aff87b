"""The schedule that comes out: names that last, gaps, and who is counted where."""

from dataclasses import replace

import pytest

from scheduler.schedule import Progress, Schedule, Shift, gap, staffed
from tests.factories import make_horizon, make_problem, make_shift, minute

WEEK = make_horizon()
SHIFT = make_shift(make_problem(WEEK), "2026-11-04 08:00")


def test_a_shift_keeps_its_name_when_the_horizon_moves() -> None:
    later = make_horizon("2026-11-04", days=3)
    start = minute(later, "2026-11-04 08:00")
    same = replace(SHIFT, start=start, end=start + 240)
    assert same.id(later) == SHIFT.id(WEEK)


def test_a_shift_keeps_its_name_when_its_queue_changes() -> None:
    assert replace(SHIFT, queue="fraud", template="six", cost=1).id(WEEK) == SHIFT.id(WEEK)


def test_shifts_of_different_workers_or_starts_have_different_names() -> None:
    others = (replace(SHIFT, worker="bo"), replace(SHIFT, start=SHIFT.start + 60))
    assert len({one.id(WEEK) for one in (SHIFT, *others)}) == 3


def test_the_two_hours_at_two_have_different_names() -> None:
    autumn = make_horizon("2026-10-25", days=1)
    first, second = (Shift(start, start + 60, "ada", "refund", "t") for start in (120, 180))
    assert first.id(autumn) != second.id(autumn)


def test_the_name_is_this_very_one() -> None:
    """Calendars that were handed out know shifts by it."""
    assert SHIFT.id(WEEK) == "165ab34c3d523061"


@pytest.mark.parametrize(
    ("objective", "bound", "share"), [(200, 150, 0.25), (100, 100, 0.0), (0, 0, 0.0), (5, 0, 1.0)]
)
def test_the_gap_is_what_could_still_be_saved(objective: int, bound: int, share: float) -> None:
    assert gap(objective, bound) == share
    assert Schedule((), "feasible", objective, bound, {}, ()).gap == share


def test_progress_without_a_schedule_has_no_gap() -> None:
    assert Progress(1.0, "relaxation", None, 10).gap is None
    assert Progress(1.0, "relaxation", 20, None).gap is None
    assert Progress(1.0, "relaxation", 20, 10).gap == 0.5


def test_staffed_counts_whole_intervals_only() -> None:
    horizon = make_horizon(days=1, interval=60)
    problem = make_problem(horizon)
    shifts = (Shift(60, 180, "ada", "refund", "t"), Shift(90, 239, "bo", "refund", "t"))
    assert staffed(problem, shifts)["refund"][:5] == [0, 1, 2, 0, 0]


def test_a_shift_inside_one_interval_is_counted_nowhere() -> None:
    problem = make_problem(make_horizon(days=1, interval=60))
    inside = Shift(70, 110, "ada", "refund", "t")
    assert sum(staffed(problem, (inside,))["refund"]) == 0
