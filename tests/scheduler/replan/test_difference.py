"""Two schedules told apart: dropped, added, moved, and the same times on another queue."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.replan.difference import difference
from scheduler.schedule import Segment, Shift
from tests.factories import make_horizon, make_problem, make_shift, make_worker

WEEK = make_horizon()
PROBLEM = make_problem(WEEK, make_worker(WEEK))


def shift(start: str, worker: str = "ada", queue: str = "refund") -> Shift:
    return make_shift(PROBLEM, f"2026-11-{start}", worker=worker, queue=queue)


def kinds(before: list[Shift], after: list[Shift]) -> list[tuple[str, str]]:
    return [(one.worker, one.kind) for one in difference(WEEK, before, after).changes]


def test_the_same_times_stay_whatever_the_template_costs_or_serves() -> None:
    one = shift("02 08:00")
    same = replace(one, template="other", cost=1)
    assert difference(WEEK, [one], [same]).num_kept == 1
    assert kinds([one], [same]) == []
    assert kinds([one], [replace(one, queue="return")]) == [("ada", "queue")]
    parts = (
        Segment(one.start, one.start + 60, "return"),
        Segment(one.start + 60, one.end, "refund"),
    )
    assert kinds([one], [replace(one, segments=parts)]) == [("ada", "queue")]


def test_another_time_on_the_same_day_is_a_move_on_another_day_it_is_not() -> None:
    morning, noon, tuesday = shift("02 08:00"), shift("02 12:00"), shift("03 08:00")
    assert kinds([morning], [noon]) == [("ada", "moved")]
    assert kinds([morning], [tuesday]) == [("ada", "dropped"), ("ada", "added")]
    assert kinds([morning, noon], [shift("02 16:00")]) == [("ada", "moved"), ("ada", "dropped")]


def test_a_shift_that_changes_hands_changes_two_workers() -> None:
    found = difference(WEEK, [shift("02 08:00")], [shift("02 08:00", worker="bo")])
    assert [(one.worker, one.kind) for one in found.changes] == [
        ("ada", "dropped"),
        ("bo", "added"),
    ]
    assert found.changed_workers == ("ada", "bo")
    assert (found.count("dropped"), found.count("added"), found.count("moved")) == (1, 1, 0)


def test_the_day_is_the_local_one() -> None:
    """23:00 and 00:00 an hour later are two days in Berlin, whatever they are in UTC."""
    assert kinds([shift("02 23:00")], [shift("03 00:00")]) == [("ada", "dropped"), ("ada", "added")]


some_shifts = st.lists(
    st.builds(
        lambda day, hour, worker, queue: shift(f"0{day} {hour:02}:00", worker, queue),
        st.integers(2, 5), st.sampled_from([0, 8, 12, 23]), st.sampled_from(["ada", "bo"]),
        st.sampled_from(["refund", "return"]),
    ),
    max_size=8, unique_by=lambda one: (one.worker, one.start),
)  # fmt: skip


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(some_shifts, some_shifts)
def test_every_shift_is_in_one_change_or_stays(before: list[Shift], after: list[Shift]) -> None:
    found = difference(WEEK, before, after)
    lost = [one.before for one in found.changes if one.before and one.kind != "queue"]
    gained = [one.after for one in found.changes if one.after and one.kind != "queue"]
    assert len(lost) + found.num_kept == len(before)
    assert len(gained) + found.num_kept == len(after)
    assert set(lost) <= set(before)
    assert set(gained) <= set(after)
    back = difference(WEEK, after, before)
    assert back.num_kept == found.num_kept
    assert back.count("dropped") == found.count("added")
    assert back.changed_workers == found.changed_workers
