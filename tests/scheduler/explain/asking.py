"""Ask about one shift of one worker who is always there unless stated otherwise."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, Phase, settings

from scheduler.explain.possible import reasons_against
from scheduler.explain.reason import Reason
from scheduler.problem import Problem
from scheduler.schedule import Shift
from tests.factories import make_horizon, make_problem, make_shift, make_worker

WEEK = make_horizon()
ALL_WEEK = ("2026-11-02 00:00", "2026-11-09 00:00")


def alone(**limits: Any) -> Problem:
    """Ada, who offers the whole week."""
    return make_problem(WEEK, make_worker(WEEK, ALL_WEEK, **limits))


def shift_at(problem: Problem, start: str, **more: Any) -> Shift:
    """A shift of November, written "02 08:00"."""
    return make_shift(problem, f"2026-11-{start}", **more)


def reasons(
    problem: Problem, candidate: str | Shift, own: str = "", others: Sequence[Shift] = ()
) -> tuple[Reason, ...]:
    """What stands against a shift beside the worker's own ones, written "02 08:00, 03 12:00"."""
    if isinstance(candidate, str):
        candidate = shift_at(problem, candidate)
    worker = problem.worker_by_id[candidate.worker]
    kept = [
        replace(shift_at(problem, one), worker=worker.id) for one in own.split(", ") if own
    ]  # fmt: skip
    found = reasons_against(problem, worker, kept, candidate, [*others, *kept])
    assert len({one.code for one in found}) == len(found) or "pin" in {one.rule for one in found}
    return found


def codes(*args: Any, **more: Any) -> set[str]:
    """The codes of ``reasons``."""
    return {one.code for one in reasons(*args, **more)}


def budget(examples: int) -> settings:
    """So many random problems, the same on every run."""
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large,
                               HealthCheck.filter_too_much],
    )  # fmt: skip
