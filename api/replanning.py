"""A schedule file, planned again under new facts: what is asked, and what changed."""

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from api.output import result_folder
from api.planned import Planned, minute_of
from scheduler.contract.problem_file import problem_json
from scheduler.contract.schedule_file import schedule_json
from scheduler.contract.units import cents
from scheduler.errors import NoSchedule, ProblemInvalid
from scheduler.export.changes import ChangeReport, write_changes
from scheduler.horizon import Horizon
from scheduler.problem import Locks, Problem
from scheduler.replan.difference import difference
from scheduler.replan.least import check_cap
from scheduler.replan.pose import Posed, Terms, days_as_times, pose
from scheduler.schedule import Schedule, Shift
from scheduler.solver.best import OnProgress
from scheduler.solver.parameters import Parameters
from scheduler.solver.pins import overrule
from scheduler.solver.solve import solve
from scheduler.validation import costs

# All that a re-plan writes; nothing else is ever replaced, so a plan's folder is refused.
OWN_NAMES = frozenset({"schedule.json", "problem.json", "diff.csv", "diff.json", "diff.html"})


class NoRoom(NoSchedule):
    """Fewer workers may change than have to; the message says how many."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A re-plan as it is asked for: ids, local days and instants as text."""

    freeze_before: str | None = None
    lock_workers: Sequence[str] = ()
    lock_days: Sequence[str] = ()
    lock_queues: Sequence[str] = ()
    absent: Sequence[str] = ()
    change_cost: float | None = None
    max_changes: int | None = None
    drops_broken: bool = False
    keeps_broken: bool = False


@dataclass(frozen=True, slots=True)
class Replanned:
    """The problem that was posed, the schedule that came out, and what changed."""

    posed: Posed
    schedule: Schedule
    report: ChangeReport


def terms_of(problem: Problem, asked: Asked) -> Terms:
    """What was asked, on the problem's clock and in its ids.

    Raises ProblemInvalid for a worker, queue or day that the problem does not have.
    """
    _check_known("worker", [*asked.lock_workers, *asked.absent], problem.worker_by_id.keys())
    _check_known("queue", asked.lock_queues, problem.queue_by_id.keys())
    horizon = problem.horizon
    days = [_day(horizon, text) for text in asked.lock_days]
    before = 0 if asked.freeze_before is None else minute_of(horizon, asked.freeze_before)
    locks = Locks(
        days_as_times(horizon, days), frozenset(asked.lock_workers), frozenset(asked.lock_queues)
    )
    return Terms(
        before=before,
        locks=locks,
        absent=frozenset(asked.absent),
        change_cost=None if asked.change_cost is None else cents(asked.change_cost),
        max_changed=asked.max_changes,
        if_broken="drop" if asked.drops_broken else "keep" if asked.keeps_broken else "refuse",
    )


def replan_into(
    out: Path,
    planned: Planned,
    terms: Terms,
    parameters: Parameters,
    on_progress: OnProgress,
    stop: threading.Event | None = None,
) -> Replanned:
    """Plan again and write schedule, problem and difference into a folder, or nothing at all.

    Raises PinsInvalid for locked shifts that break a rule, NoRoom when the cap on changed
    workers is too low, NoSchedule when the rules leave nothing.
    """
    with result_folder(out, own=OWN_NAMES) as folder:
        replanned = replan(planned, terms, parameters, on_progress, stop)
        write_replanned(replanned, folder)
    return replanned


def replan(
    planned: Planned,
    terms: Terms,
    parameters: Parameters,
    on_progress: OnProgress,
    stop: threading.Event | None = None,
) -> Replanned:
    """Plan again without writing anything. Raises as ``replan_into`` does."""
    posed = pose(planned.problem, planned.shifts, terms)
    # Whoever keeps pins that break a rule does not have to change for them.
    judged = overrule(posed.problem) if parameters.keep_broken_pins else posed.problem
    try:
        check_cap(judged)
    except NoSchedule as error:
        raise NoRoom(str(error)) from None
    schedule = solve(posed.problem, parameters, on_progress, stop)
    rules = {"rules_sha256": planned.rules_sha256}
    schedule = replace(schedule, run={**schedule.run, **rules})
    return Replanned(posed, schedule, report_of(posed, planned.shifts, schedule.shifts))


def write_replanned(
    replanned: Replanned, folder: Path, prices: Sequence[Mapping[str, object]] | None = None
) -> None:
    """Schedule, problem and difference into an existing folder.

    ``prices`` of the dearest hours, if they are known.
    """
    problem = replanned.posed.problem
    schedule = schedule_json(problem, replanned.schedule, prices)
    (folder / "problem.json").write_text(problem_json(problem), "utf-8")
    (folder / "schedule.json").write_text(schedule, "utf-8")
    write_changes(replanned.report, folder)


def report_of(posed: Posed, before: Sequence[Shift], after: Sequence[Shift]) -> ChangeReport:
    """What changed; the first cost is that of the old shifts that could stay."""
    problem = posed.problem
    return ChangeReport(
        problem.horizon,
        problem.currency,
        tuple(before),
        tuple(after),
        difference(problem.horizon, before, after),
        costs(problem, posed.kept),
        costs(problem, after),
        {one.shift: one.reason for one in posed.lost},
    )


def compare(first: Planned, second: Planned) -> ChangeReport:
    """Two schedules, each with its own problem, on one clock; each cost is by its own problem.

    Raises ProblemInvalid when they share no day.
    """
    problem, other = first.problem, second.problem
    apart = problem.horizon.minute(other.horizon.start)
    if apart >= problem.horizon.num_minutes or -apart >= other.horizon.num_minutes:
        raise ProblemInvalid("the two schedules have no day in common")
    horizon = _joint(problem.horizon, other.horizon)
    shifted_before, shifted_after = (
        tuple(_shifted(one, horizon.minute(own.problem.horizon.start)) for one in own.shifts)
        for own in (first, second)
    )
    return ChangeReport(
        horizon,
        problem.currency,
        shifted_before,
        shifted_after,
        difference(horizon, shifted_before, shifted_after),
        costs(problem, first.shifts),
        costs(other, second.shifts),
    )


def _joint(first: Horizon, second: Horizon) -> Horizon:
    """All days of both."""
    earlier = min(first, second, key=lambda one: one.start)
    last = max(first.dates[-1], second.dates[-1])
    return replace(earlier, days=(last - earlier.first_day + timedelta(days=1)).days)


def _shifted(shift: Shift, minutes: int) -> Shift:
    parts = tuple(
        replace(part, start=part.start + minutes, end=part.end + minutes) for part in shift.segments
    )
    return replace(shift, start=shift.start + minutes, end=shift.end + minutes, segments=parts)


def _day(horizon: Horizon, text: str) -> int:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ProblemInvalid(f"day {text!r}: expected a date like 2026-12-28") from None
    if day not in horizon.dates:
        raise ProblemInvalid(
            f"day {text}: is not planned; the days are {horizon.dates[0]} to {horizon.dates[-1]}"
        )
    return horizon.dates.index(day)


def _check_known(kind: str, named: Iterable[str], known: Iterable[str]) -> None:
    for one in sorted(set(named) - set(known)):
        raise ProblemInvalid(f"{kind} {one!r}: is not in the problem")
