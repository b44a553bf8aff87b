"""The tables for notebooks, on a clock-change day over the turn of a week."""

import pandas as pd
import pytest

from scheduler.frames import coverage_frame, history_frame, shifts_frame, workers_frame
from scheduler.problem import Problem
from scheduler.schedule import Progress, Schedule, Shift
from tests.factories import make_horizon, make_problem, make_queue, make_shift, make_worker, need

HORIZON = make_horizon("2026-10-25", days=2)  # a Sunday of 25 hours, and the Monday after it


@pytest.fixture
def problem() -> Problem:
    windows = (("2026-10-25 00:00", "2026-10-27 00:00"),)
    return make_problem(
        HORIZON,
        make_worker(HORIZON, *windows),
        make_worker(HORIZON, *windows, id="bo"),
        queues=(make_queue("refund"), make_queue("fraud")),
        requirement={"refund": need(HORIZON, ("2026-10-25 00:00", "2026-10-25 06:00", 1))},
    )


@pytest.fixture
def schedule(problem: Problem) -> Schedule:
    shifts = [make_shift(problem, day) for day in ("2026-10-25 00:00", "2026-10-26 00:00")]
    history = (Progress(0.5, "greedy"), Progress(2.0, "dive", 20_000, 15_000))
    paid = tuple(Shift(one.start, one.end, one.worker, one.queue, one.template, 6000)
                 for one in shifts)  # fmt: skip
    return Schedule(paid, "feasible", 0, 0, {}, (), history=history)


def test_shifts_stand_in_local_time_and_whole_amounts(problem: Problem, schedule: Schedule) -> None:
    frame = shifts_frame(problem, schedule)
    assert list(frame.columns) == [
        "worker", "queue", "template", "start", "end", "minutes", "cost",
    ]  # fmt: skip
    assert [one.isoformat() for one in frame["start"]] == [
        "2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00",
    ]  # fmt: skip
    assert frame["end"].iloc[0].isoformat() == "2026-10-25T03:00:00+01:00"
    assert frame["cost"].tolist() == [60.0, 60.0]


def test_coverage_has_a_row_per_queue_and_real_interval(
    problem: Problem, schedule: Schedule
) -> None:
    frame = coverage_frame(problem, schedule)
    assert len(frame) == 2 * 49
    refund = frame[frame["queue"] == "refund"]
    assert refund["required"].sum() == 7
    assert refund["staffed"].sum() == 8
    assert refund["missing"].sum() == 3
    assert frame["missing"].min() == 0
    hours = pd.DatetimeIndex(refund["start"]).hour
    assert hours[:4].tolist() == [0, 1, 2, 2]


def test_workers_have_a_column_per_week_and_idle_ones_a_row(
    problem: Problem, schedule: Schedule
) -> None:
    frame = workers_frame(problem, schedule).set_index("worker")
    assert frame.loc["ada"].to_dict() == {
        "shifts": 2, "minutes": 480, "cost": 120.0, "2026-W43": 240, "2026-W44": 240,
    }  # fmt: skip
    assert frame.loc["bo"].sum() == 0


def test_history_shows_the_gap(schedule: Schedule) -> None:
    frame = history_frame(schedule)
    assert frame["stage"].tolist() == ["greedy", "dive"]
    assert frame["gap"].iloc[1] == pytest.approx(0.25)
    assert frame[["cost", "bound", "gap"]].iloc[0].isna().all()


def test_an_empty_schedule_gives_empty_tables(problem: Problem) -> None:
    nothing = Schedule((), "feasible", 0, 0, {}, ())
    assert len(shifts_frame(problem, nothing)) == len(history_frame(nothing)) == 0
    assert workers_frame(problem, nothing)["minutes"].sum() == 0
