"""What ends a search, and that the best schedule so far survives it."""

import os
import signal
import subprocess
import threading
import time

import pytest

from scheduler.problem import Problem
from scheduler.schedule import Progress
from scheduler.solver.greedy import greedy
from scheduler.solver.memory import resident_mebibytes
from scheduler.solver.parameters import Parameters
from scheduler.solver.solve import solve
from scheduler.validation import violations
from tests.factories import (
    make_horizon,
    make_problem,
    make_queue,
    make_worker,
    need,
)
from tests.scheduler.solver.sabotage import prepared, sabotaged

DAY = make_horizon(days=1)
MORNING, NOON, EVENING = "2026-11-02 08:00", "2026-11-02 12:00", "2026-11-02 20:00"
QUICK = Parameters(time_limit=60, workers=1)
BEST, GREEDY, QUICK_BOUND = 12_000, 22_000, 12_000
SLEEP = "__import__('time').sleep(600)"
SOON = 10.0  # seconds; the program needs two, a busy machine more


@pytest.fixture(scope="module")
def desk() -> Problem:
    """Only Ada speaks Swedish, but the greedy schedule sends her where more is to be saved."""
    return make_problem(
        DAY,
        make_worker(DAY, (MORNING, NOON), skills=("de", "sv")),
        make_worker(DAY, (MORNING, NOON), id="bo"),
        queues=(make_queue("refund"), make_queue("fraud", skill="sv", understaffing_cost=4000)),
        requirement={queue: need(DAY, (MORNING, NOON, 1)) for queue in ("refund", "fraud")},
    )


@pytest.fixture(scope="module")
def split_desk() -> Problem:
    """One shift and a half are allowed in the week, so that the relaxation alone is no answer."""
    worker = make_worker(DAY, (MORNING, EVENING), max_minutes_per_week=360, max_shifts_per_day=2)
    requirement = {"refund": need(DAY, (MORNING, EVENING, 1))}
    return make_problem(DAY, worker, requirement=requirement)


def test_a_gap_that_is_good_enough(desk: Problem) -> None:
    found = solve(sabotaged(desk, os._exit, 0), Parameters(gap=0.5))
    assert (found.run["stop_reason"], found.status) == ("gap", "feasible")
    assert found.gap == pytest.approx((GREEDY - QUICK_BOUND) / GREEDY)


def test_the_time_limit(desk: Problem) -> None:
    """The search does not heed it, so it is stopped."""
    before = time.monotonic()
    found = solve(sabotaged(desk, eval, SLEEP), Parameters(time_limit=1))
    assert 3 <= time.monotonic() - before < SOON
    assert (found.run["stop_reason"], found.objective) == ("time_limit", GREEDY)


def test_the_memory_limit(desk: Problem) -> None:
    greed = f"(b'x' * 2**29, {SLEEP})"
    limit = resident_mebibytes(os.getpid()) + 400
    before = time.monotonic()
    found = solve(sabotaged(desk, eval, greed), Parameters(memory_limit=limit))
    assert time.monotonic() - before < SOON
    assert (found.run["stop_reason"], found.objective) == ("memory_limit", GREEDY)
    assert found.run["peak_mebibytes"] > limit


def test_a_memory_limit_that_is_kept_changes_nothing(desk: Problem) -> None:
    found = solve(desk, Parameters(workers=1, memory_limit=20_000))
    assert (found.run["stop_reason"], found.objective) == ("optimal", BEST)


def test_an_event_that_is_set_from_elsewhere(desk: Problem) -> None:
    stop = threading.Event()
    threading.Timer(1.0, stop.set).start()
    before = time.monotonic()
    found = solve(sabotaged(desk, eval, SLEEP), QUICK, stop=stop)
    assert time.monotonic() - before < SOON
    assert (found.run["stop_reason"], found.objective) == ("stopped", GREEDY)


def test_an_event_that_was_set_before_leaves_the_greedy_schedule(desk: Problem) -> None:
    stop = threading.Event()
    stop.set()
    found = solve(sabotaged(desk, eval, SLEEP), QUICK, stop=stop)
    assert (found.run["stop_reason"], found.shifts) == ("stopped", greedy(desk))


def test_ctrl_c_before_there_is_a_schedule_waits_for_the_first_one(desk: Problem) -> None:
    def interrupt(moment: Progress) -> None:
        if moment.stage == "greedy" and moment.cost is not None:
            raise KeyboardInterrupt

    found = solve(sabotaged(desk, eval, SLEEP), QUICK, interrupt)
    assert (found.run["stop_reason"], found.shifts) == ("stopped", greedy(desk))


def test_a_second_ctrl_c_ends_everything(desk: Problem) -> None:
    def interrupt(moment: Progress) -> None:
        if moment.stage in ("relaxation", "checking"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        solve(desk, QUICK, interrupt)


def test_a_search_that_is_killed_at_once(desk: Problem) -> None:
    found = solve(sabotaged(desk, eval, "__import__('os').kill(__import__('os').getpid(), 9)"))
    assert (found.run["stop_reason"], found.shifts) == ("search_failed", greedy(desk))
    assert found.run["search_failed"] == ["ended with code -9"] * 2


def test_a_search_that_is_killed_from_outside_leaves_what_it_had_found(desk: Problem) -> None:
    late = (
        "import time; from scheduler.solver.search import Search; run = Search.run\n"
        "Search.run = lambda self: (run(self), time.sleep(600))"
    )

    def kill(moment: Progress) -> None:
        if moment.cost == BEST:
            for pid in searches():
                os.kill(pid, signal.SIGKILL)

    found = solve(prepared(desk, late), Parameters(time_limit=30, workers=1), kill)
    assert (found.objective, found.status) == (BEST, "optimal")
    assert "ended with code -9" in found.run["search_failed"]


CP_SAT_ANSWERS = (
    "from ortools.sat.python import cp_model\ncp_model.CpSolver.solve = lambda *_: cp_model.{}"
)


@pytest.mark.parametrize("answer", ["INFEASIBLE", "UNKNOWN", "MODEL_INVALID"])
def test_cp_sat_without_an_answer_costs_no_schedule(split_desk: Problem, answer: str) -> None:
    broken = prepared(split_desk, CP_SAT_ANSWERS.format(answer))
    found = solve(broken, Parameters(time_limit=4, workers=1))
    assert violations(split_desk, found.shifts) == []
    assert len(found.shifts) == 1
    assert found.bound < found.objective
    assert found.run["stop_reason"] in ("time_limit", "search_failed")


def searches() -> list[int]:
    """Search processes that this process has started."""
    table = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid=,command="], capture_output=True, text=True, check=True
    ).stdout
    rows = (line.split(maxsplit=2) for line in table.splitlines())
    return [
        int(pid)
        for pid, parent, command in rows
        if int(parent) == os.getpid() and "scheduler.solver.child" in command
    ]
