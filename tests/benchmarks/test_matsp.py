"""Multi-activity shift scheduling: its files, the judge, and a tiny instance from end to end."""

from dataclasses import replace
from pathlib import Path
from time import monotonic

import numpy as np
import pytest

from benchmarks.matsp import profile
from benchmarks.matsp.__main__ import main
from benchmarks.matsp.evaluate import evaluate
from benchmarks.matsp.improve import Improver, Limits
from benchmarks.matsp.instance import Instance, InstanceError, Worker, read_instance
from benchmarks.matsp.part import Part
from benchmarks.matsp.pattern import PatternFinder
from benchmarks.matsp.retime import ShiftSearch
from benchmarks.matsp.schedule import Schedule, Shift, read_schedule, write_schedule
from benchmarks.matsp.search import lower_bound
from benchmarks.matsp.split import Counts, hand_out

DATA = Path(__file__).parents[3] / "shared" / "data" / "matsp"
with_data = pytest.mark.skipif(not DATA.is_dir(), reason="the public research data is not here")

NINE_TO_FIVE = ((12, 44), (108, 140), (204, 236))  # slots from 06:00 on the first day
LIMITS = Limits(10, 1, 1)


def shift(start: int, *tasks: int) -> Shift:
    """Each task for an hour."""
    return Shift(start, tuple(task for task in tasks for _ in range(4)))


def demand(num_days: int, spans: tuple[tuple[int, int], ...], num_tasks: int = 1) -> Instance:
    """One worker is wanted on the first task in each span."""
    wanted = np.zeros((num_tasks, num_days * 96), dtype=np.int64)
    for first, end in spans:
        wanted[0, first:end] = 1
    workers = (Worker("a", 24, 96), Worker("b", 0, 96))
    return Instance("tiny", num_days, workers, wanted, wanted)


def text(instance: Instance) -> str:
    """The instance as a file."""
    lines = ["# made by a test", "SECTION_HORIZON", str(instance.num_days)]
    lines += ["SECTION_TASKS", str(instance.num_tasks), "SECTION_STAFF"]
    lines += [f"{one.name},{one.min_slots * 15},{one.max_slots * 15}" for one in instance.workers]
    lines += ["", "SECTION_COVER", "# Day, Time, TaskID, Min, Max"]
    for task, row in enumerate(instance.minimum):
        for slot, least in enumerate(row):
            first, end = (
                f"{m // 60 % 24:02}:{m % 60:02}" for m in (slot * 15 + 360, slot * 15 + 375)
            )
            day = (slot + 24) // 96 + 1
            lines.append(f"{day},{first}-{end},{task + 1},{least},{instance.maximum[task, slot]}")
    return "\n".join(lines)


def violations(*shifts: Shift, worker: Worker | None = None, days: int = 9) -> tuple[str, ...]:
    free = replace(demand(days, (), 2), workers=(worker or Worker("a", 0, 10**4),))
    return evaluate(free, (shifts,)).violations


@with_data
@pytest.mark.parametrize("name", ["0", "1_7_10_1", "2_7_10_1", "3_7_10_1", "4_7_10_1"])
def test_published_instances_are_read(name: str) -> None:
    instance = read_instance(DATA / f"{name}.txt")
    assert instance.num_days == (2 if name == "0" else 7)
    assert len(instance.workers) == (3 if name == "0" else 10)


@with_data
def test_the_published_schedule_costs_383(tmp_path: Path) -> None:
    instance = read_instance(DATA / "1_7_10_1.txt")
    schedule = read_schedule(DATA / "1_7_10_1.solution", instance)
    found = evaluate(instance, schedule)
    assert found.violations == ()
    assert (found.under, found.linear, found.squared) == (0, 383, 383)
    assert instance.forced_over == 383
    write_schedule(tmp_path / "again", instance, schedule, 383)
    assert read_schedule(tmp_path / "again", instance) == schedule


def test_a_file_is_read_as_written(tmp_path: Path) -> None:
    stated = demand(2, NINE_TO_FIVE[:2], num_tasks=2)
    path = tmp_path / "tiny.txt"
    path.write_text(text(stated))
    found = read_instance(path)
    assert (found.name, found.num_days, found.workers) == ("tiny", 2, stated.workers)
    assert np.array_equal(found.minimum, stated.minimum)
    assert np.array_equal(found.maximum, stated.maximum)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("SECTION_STAFF", "SECTION_PEOPLE", "no SECTION_STAFF"),
        ("# made by a test", "7", "before the first section"),
        ("a,360,1440", "a,1440,360", ":7: minimum and maximum"),
        ("a,360,1440", "a,360", ":7: not enough values"),
        ("a,360", "b,360", "share one ID"),
        ("1,06:15-06:30,1,0,0", "1,06:10-06:25,1,0,0", "not a time on the grid"),
        ("1,06:15-06:30,1,0,0", "1,06:15-06:45,1,0,0", "not one slot"),
        ("1,06:15-06:30,1,0,0", "1,06:00-06:15,1,0,0", "stated before"),
        ("1,06:15-06:30,1,0,0", "1,06:15-06:30,3,0,0", "not a task"),
        ("1,06:15-06:30,1,0,0", "9,06:15-06:30,1,0,0", "outside the horizon"),
        ("1,06:15-06:30,1,0,0", "1,06:15-06:30,1,2,1", "contradict"),
    ],
)
def test_a_faulty_file_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = tmp_path / "tiny.txt"
    whole = text(demand(1, NINE_TO_FIVE[:1], num_tasks=2))
    assert old in whole
    path.write_text(whole.replace(old, new, 1))
    with pytest.raises(InstanceError, match=message):
        read_instance(path)


def test_a_schedule_that_keeps_all_rules() -> None:
    assert violations(shift(0, 0, 0, 1, 1, 0, 0), shift(96, *[0] * 10)) == ()
    five_days = [shift(96 * day, *[0] * 6) for day in range(5)]
    assert violations(*five_days, shift(96 * 6, *[0] * 6)) == ()


@pytest.mark.parametrize(
    ("shifts", "message"),
    [
        ([shift(0, *[0] * 5)], "a shift of 20 slots"),
        ([shift(0, *[0] * 11)], "a shift of 44 slots"),
        ([shift(17, *[0] * 6)], "outside the windows"),
        ([shift(73, *[0] * 6)], "outside the windows"),
        ([shift(-6, *[0] * 6)], "leaves the horizon"),
        ([shift(9 * 96 - 32, *[0] * 9)], "leaves the horizon"),
        ([Shift(0, (0,) * 21 + (1,) * 3)], "a segment of 3 slots"),
        ([shift(0, *[2] * 6)], "unknown task"),
        ([shift(16, *[0] * 10), shift(108, *[0] * 6)], "rests 52 slots"),
        ([shift(0, *[0] * 6), shift(64, *[0] * 6)], "starts 2 shifts on day 0"),
        ([shift(96 * day, *[0] * 6) for day in range(6)], "more than 5 days in a row"),
    ],
)
def test_each_broken_rule_is_named(shifts: list[Shift], message: str) -> None:
    assert any(message in found for found in violations(*shifts))


@pytest.mark.parametrize("limits", [(25, 30), (0, 23)])
def test_minutes_outside_the_limits_are_a_fault(limits: tuple[int, int]) -> None:
    assert violations(shift(0, *[0] * 6), worker=Worker("a", *limits)) == ("a: works 24 slots",)


def test_over_is_counted_and_squared_and_under_is_no_over() -> None:
    instance = replace(demand(1, ((0, 25),)), workers=(Worker("a", 0, 99),) * 4)
    found = evaluate(instance, tuple((shift(0, *[0] * 6),) for _ in range(4)))
    assert (found.under, found.linear, found.squared) == (1, 24 * 3, 24 * 9)
    assert not found.is_feasible


def test_the_best_shifts_of_a_worker_follow_the_values() -> None:
    instance = demand(7, (), num_tasks=2)
    values = np.full((2, 7 * 96), -1, dtype=np.int64)
    for day in range(6):  # six days in a row are worth it, only five are allowed
        values[day % 2, day * 96 + 12 : day * 96 + 40] = 5 + day
    shifts = PatternFinder(instance).best(Worker("a", 0, 999), values)
    assert shifts is not None
    assert [one.start for one in shifts] == [day * 96 + 12 for day in range(1, 6)]
    assert [one.segments() for one in shifts] == [[(day % 2, 28)] for day in range(1, 6)]


def test_no_shifts_fit_limits_that_contradict_the_rules() -> None:
    values = np.zeros((1, 96), dtype=np.int64)
    assert PatternFinder(demand(1, ())).best(Worker("a", 10, 20), values) is None


def test_random_values_give_shifts_without_fault() -> None:
    worker, rng = Worker("a", 150, 160), np.random.default_rng(1)
    instance = replace(demand(7, (), num_tasks=3), workers=(worker,))
    for _ in range(5):
        shifts = PatternFinder(instance).best(worker, rng.integers(-9, 9, (3, 7 * 96)))
        assert shifts is not None
        assert evaluate(instance, (shifts,)).violations == ()


def test_the_bound_sees_what_the_forced_over_does_not() -> None:
    # A need of one slot takes a shift of 24.
    instance = replace(demand(1, ((20, 21),)), workers=(Worker("a", 0, 40),))
    assert instance.forced_over == 0
    assert lower_bound(instance, 5.0) == 23


def test_the_crowds_shifts_are_handed_out_within_each_workers_limits() -> None:
    begins, ends = np.zeros(192, dtype=np.int64), np.zeros(193, dtype=np.int64)
    begins[[0, 96]], ends[[24, 40, 120, 136]] = 2, 1
    workers = [Worker("a", 48, 48), Worker("b", 80, 80)]
    short, long = hand_out(workers, Counts(begins, ends), 1e12, 1, 1)
    assert short.spans() == [(0, 24), (96, 120)]
    assert long.spans() == [(0, 40), (96, 136)]


@pytest.mark.parametrize("reach", [-1, 2])
def test_a_part_is_mended(reach: int) -> None:
    instance = demand(1, ((12, 44),), num_tasks=2)
    improver = Improver(instance, LIMITS, under_price=100)
    improver.put(0, (Shift(12, (1,) * 32),))
    assert improver.cost == 100 * 32 + 32
    improver.solve_part(Part((0,), 0, 0, reach), 5.0)
    assert improver.cost == 0
    assert improver.shifts[0] == (Shift(12, (0,) * 32),)


def noisy(num_days: int, num_tasks: int, num_workers: int) -> Instance:
    """One or two workers are wanted on each task, anew in each slot."""
    wanted = np.random.default_rng(3).integers(1, 3, (num_tasks, num_days * 96))
    workers = tuple(Worker(str(it), 0, 40 * num_days) for it in range(num_workers))
    return Instance("noisy", num_days, workers, wanted, wanted)


def night_and_day(num_days: int, num_workers: int) -> list[tuple[Shift, ...]]:
    """Shifts of eight hours on the first task, a third of the workers in each."""
    return [
        tuple(Shift(day * 96 + 32 * (worker % 3), (0,) * 32) for day in range(num_days))
        for worker in range(num_workers)
    ]


def test_shifts_move_to_the_tasks_that_lack_workers() -> None:
    instance = noisy(1, 2, 15)
    moves = ShiftSearch(instance, night_and_day(1, 15), np.random.default_rng(1))
    assert moves.under == 96 + int((instance.minimum[1] > 1).sum())
    assert moves.fill(monotonic() + 10, 500, is_timing=False)
    found = evaluate(instance, tuple(moves.shifts()))
    assert (found.violations, found.under, found.squared) == ((), 0, moves.squared)
    assert found.linear == 15 * 32 - instance.minimum.sum()  # no shift grew


def test_cut_shifts_keep_the_rules_and_cost_less() -> None:
    instance = noisy(2, 2, 18)
    moves = ShiftSearch(instance, night_and_day(2, 18), np.random.default_rng(1))
    deadline = monotonic() + 10
    moves.fill(deadline, 500)
    before = moves.squared
    for _ in range(30):
        cost = moves.squared
        assert moves.squeeze(deadline) == (moves.squared < cost)
    found = evaluate(instance, tuple(moves.shifts()))
    assert (found.violations, found.under, found.squared) == ((), 0, moves.squared)
    assert moves.squared < before


def test_each_task_is_covered_by_segments_of_an_hour() -> None:
    instance = demand(1, ((8, 9), (13, 14), (40, 41)))
    alone = profile.each_task_alone(instance)
    assert np.flatnonzero(alone[0]).size == 10  # one segment of six slots and one of four
    assert np.all(alone >= instance.minimum)


@pytest.mark.parametrize("most_stretches", [8, 0])
def test_the_crowd_of_a_long_horizon_is_found_stretch_by_stretch(
    most_stretches: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(profile, "MOST_CELLS", 192)
    monkeypatch.setattr(profile, "MOST_STRETCHES", most_stretches)
    instance = demand(3, NINE_TO_FIVE, num_tasks=2)
    counts, on_task = profile.crowd_profile(instance, Limits(8, 1, 1), 0)
    assert np.array_equal(on_task, instance.minimum)
    assert counts.spans() == list(NINE_TO_FIVE)


def planned(instance: Instance, folder: Path, capsys: pytest.CaptureFixture[str]) -> Schedule:
    """Plan over the command line; the last line must say that the schedule is optimal at 0."""
    path = folder / "tiny.txt"
    path.write_text(text(instance))
    arguments = [str(path), "--time-limit", "60", "--workers", "1", "--out", str(folder)]
    assert main(arguments) == 0
    name, cost, bound, _, status = capsys.readouterr().out.splitlines()[-1].split()
    assert (name, cost, bound, status) == ("tiny", "0", "0", "optimal")
    return read_schedule(folder / "tiny.solution", instance)


@pytest.mark.parametrize("num_tasks", [1, 2])
def test_a_tiny_instance_from_file_to_file(
    num_tasks: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    instance = demand(3, NINE_TO_FIVE, num_tasks)
    if num_tasks > 1:  # the second half of the first day is on the second task
        instance.minimum[0, 28:44] = 0
        instance.minimum[1, 28:44] = 1
    found = evaluate(instance, planned(instance, tmp_path, capsys))
    assert found.is_feasible
    assert found.squared == 0


def test_an_unreadable_file_fails_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.txt").write_text("SECTION_HORIZON\n7\n")
    assert main([str(tmp_path / "bad.txt"), "--time-limit", "1"]) == 1
    assert "no SECTION_TASKS" in capsys.readouterr().err
