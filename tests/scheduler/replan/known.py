"""Small schedules that people know of, to be planned again."""

from scheduler.problem import Problem
from scheduler.schedule import Shift
from tests.factories import make_horizon, make_problem, make_shift, make_worker, need

WEEK = make_horizon()
ALL_WEEK = ("2026-11-02 00:00", "2026-11-09 00:00")
MORNINGS = tuple(f"2026-11-0{day} 08:00" for day in (2, 3, 4))


def three_mornings(*ids: str) -> Problem:
    """One worker is needed from 08:00 to 12:00 on three days; all of these are always there."""
    workers = [make_worker(WEEK, ALL_WEEK, id=id) for id in ids or ("ada", "bo")]
    spans = [(start, f"{start[:10]} 12:00", 1) for start in MORNINGS]
    return make_problem(WEEK, *workers, requirement={"refund": need(WEEK, *spans)})


def of_ada(problem: Problem) -> tuple[Shift, ...]:
    """Ada works all three mornings."""
    return tuple(make_shift(problem, start) for start in MORNINGS)
