"""Judge any schedule from the raw problem, without the solver or the model.

Written to be read beside the contract: each rule is the dullest loop that states it. Whatever
leaves the program passed here, wherever it came from.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from scheduler.horizon import DAY_MINUTES
from scheduler.pricing import (
    fairness_cost,
    guaranteed_minutes,
    interval_price,
    missing_value,
    preference_cost,
    unworked_cost,
    wage,
)
from scheduler.problem import Problem
from scheduler.schedule import Shift, Shortage, staffed
from scheduler.shift_template import ShiftTemplate
from scheduler.worker import Window, Worker

Shifts = Sequence[Shift]


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule: which one, whose, and what happened."""

    rule: str
    worker: str
    detail: str

    def __str__(self) -> str:
        return f"{self.rule}: worker {self.worker}: {self.detail}"


def violations(problem: Problem, shifts: Shifts) -> list[Violation]:
    """Every broken rule of a schedule; an empty list means that it may be worked."""
    found = [
        Violation("known", shift.worker, f"{_name(problem, shift)}: unknown worker or queue")
        for shift in shifts
        if shift.worker not in problem.worker_by_id or shift.queue not in problem.queue_by_id
    ]
    if found:
        return found
    by_worker: dict[str, list[Shift]] = defaultdict(list)
    for shift in sorted(shifts):
        by_worker[shift.worker].append(shift)
    for worker_id, own in by_worker.items():
        worker = problem.worker_by_id[worker_id]
        for name, rule in RULES.items():
            found += [Violation(name, worker_id, detail) for detail in rule(problem, worker, own)]
    return found + list(_missing_pins(problem, shifts))


def skill(problem: Problem, worker: Worker, shifts: Shifts) -> Iterator[str]:
    """A shift serves a queue whose skill the worker has."""
    for shift in shifts:
        needed = problem.queue_by_id[shift.queue].skill
        if needed not in worker.skills:
            yield f"{_name(problem, shift)}: the skill {needed!r} is missing"


def template(problem: Problem, worker: Worker, shifts: Shifts) -> Iterator[str]:
    """A shift has its template's length and starts on its grid, inside the horizon."""
    templates = {one.id: one for one in problem.shift_templates}
    for shift in shifts:
        if shift.start < 0 or shift.end > problem.horizon.num_minutes:
            yield f"{_name(problem, shift)}: outside the horizon"
        elif shift.template not in templates or not _fits(
            problem, templates[shift.template], shift
        ):
            yield f"{_name(problem, shift)}: not a shift of template {shift.template!r}"


def availability(problem: Problem, worker: Worker, shifts: Shifts) -> Iterator[str]:
    """A shift lies inside one window that the worker offered."""
    for shift in shifts:
        if window_of(worker, shift) is None:
            yield f"{_name(problem, shift)}: not inside one availability window"


def no_overlap(problem: Problem, worker: Worker, shifts: Shifts) -> Iterator[str]:
    """A worker is in one place at a time."""
    for before, after in pairwise(shifts):
        if after.start < before.end:
            yield f"{_name(problem, before)} and {_name(problem, after)} overlap"


def max_shifts_per_day(problem: Problem, worker: Worker, shifts: Shifts) -> Iterator[str]:
    """At most so many shifts start on one local day."""
    for day, own in _by_day(problem, shifts).items():
        if len(own) > worker.max_shifts_per_day:
            yield f"{len(own)} shifts on day {day}, at most {worker.max_shifts_per_day}"


def rest(problem: Problem, worker: Worker, shifts: Shifts) -> Iterator[str]:
    """Between the end of a working day and the next day's first shift lies the rest."""
    worked = list(_by_day(problem, shifts).values())
    ends = [max(one.end for one in day) for day in worked]
    starts = [min(one.start for one in day) for day in worked]
    past = max((span.end for span in worker.past_shifts), default=None)
    if past is not None:
        ends, starts = [past, *ends], [past, *starts]
    for end, start in zip(ends, starts[1:], strict=False):
        if start - end < worker.min_rest_minutes:
            yield f"{start - end} minutes of rest, {worker.min_rest_minutes} are owed"


def day_span(problem: Problem, worker: Worker, shifts: Shifts) -> Iterator[str]:
    """A working day lasts at most 24 hours minus the rest, from first start to last end."""
    for day, own in _by_day(problem, shifts).items():
        span = max(one.end for one in own) - min(one.start for one in own)
        if span > DAY_MINUTES - worker.min_rest_minutes:
            yield f"day {day} spans {span} minutes"


def max_minutes_per_week(problem: Problem, worker: Worker, shifts: Shifts) -> Iterator[str]:
    """An ISO week's shifts, counted by their start day, stay within the contract."""
    minutes = _past_week_minutes(problem, worker)
    for shift in shifts:
        minutes[_week(problem, shift.start)] += shift.minutes
    for week, total in minutes.items():
        if total > worker.max_minutes_per_week and any(
            _week(problem, shift.start) == week for shift in shifts
        ):
            yield f"{total} minutes in week {week}, at most {worker.max_minutes_per_week}"


def max_consecutive_days(problem: Problem, worker: Worker, shifts: Shifts) -> Iterator[str]:
    """No run of working days is longer than allowed, the days before the horizon included."""
    past = {problem.horizon.day(span.start) for span in worker.past_shifts}
    days = past | set(_by_day(problem, shifts))
    for day in sorted(days):
        run = range(day - worker.max_consecutive_days, day + 1)
        if day >= 0 and day not in past and all(one in days for one in run):
            yield f"day {day} is working day number {len(run)} in a row"


RULES: dict[str, Callable[[Problem, Worker, Shifts], Iterator[str]]] = {
    "skill": skill,
    "template": template,
    "availability": availability,
    "no_overlap": no_overlap,
    "max_shifts_per_day": max_shifts_per_day,
    "rest": rest,
    "day_span": day_span,
    "max_minutes_per_week": max_minutes_per_week,
    "max_consecutive_days": max_consecutive_days,
}


def costs(problem: Problem, shifts: Shifts) -> dict[str, int]:
    """What a schedule costs in cents, by term; the sum is the objective."""
    counts = staffed(problem, tuple(shifts))
    worked: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    wages = preference = 0
    for shift in shifts:
        worker = problem.worker_by_id[shift.worker]
        window = window_of(worker, shift)
        wages += wage(worker, shift.minutes)
        preference += preference_cost(
            problem.weights, worker, window.preference if window else 0, shift.minutes
        )
        worked[worker.id][_week(problem, shift.start)] += shift.minutes
    weeks = range(problem.horizon.num_weeks)
    return {
        "wages": wages,
        "unworked_minimum": sum(
            unworked_cost(problem, worker, guaranteed_minutes(problem, worker, week)
                          - worked[worker.id][week])
            for worker in problem.workers
            if worker.min_minutes_per_week
            for week in weeks
        ),
        "understaffing": _understaffing_cost(problem, counts),
        "overstaffing": _overstaffing_cost(problem, counts),
        "preference": preference,
        "fairness": sum(
            fairness_cost(problem, problem.worker_by_id[worker], minutes)
            for worker, by_week in worked.items()
            for minutes in by_week.values()
        ),
    }  # fmt: skip


def shortages(problem: Problem, shifts: Shifts) -> tuple[Shortage, ...]:
    """Workers missing, per queue and interval, against the requirement or the value curve."""
    counts = staffed(problem, tuple(shifts))
    length = problem.horizon.interval_minutes
    return tuple(
        Shortage(queue.id, index * length, needed - counts[queue.id][index])
        for queue in problem.queues
        for index, needed in enumerate(need(problem, queue.id))
        if needed > counts[queue.id][index]
    )


def window_of(worker: Worker, shift: Shift) -> Window | None:
    """The window that holds a shift, if one does."""
    return next(
        (
            window
            for window in worker.availability
            if window.start <= shift.start and shift.end <= window.end
        ),
        None,
    )


def need(problem: Problem, queue: str) -> list[int]:
    """Workers needed in each interval: the requirement, or those that a value curve pays for."""
    if queue in problem.coverage_value:
        return [
            sum(interval_price(value, problem.horizon) > 0 for value in curve)
            for curve in problem.coverage_value[queue]
        ]
    if queue in problem.requirement:
        return [int(workers) for workers in problem.requirement[queue]]
    return [0] * problem.horizon.num_intervals


def _understaffing_cost(problem: Problem, counts: dict[str, list[int]]) -> int:
    return sum(
        missing_value(problem, queue, index, counts[queue.id][index])
        for queue in problem.queues
        for index in range(problem.horizon.num_intervals)
    )


def _overstaffing_cost(problem: Problem, counts: dict[str, list[int]]) -> int:
    return sum(
        interval_price(queue.overstaffing_cost, problem.horizon)
        * max(0, counts[queue.id][index] - needed)
        for queue in problem.queues
        if queue.overstaffing_cost
        for index, needed in enumerate(need(problem, queue.id))
    )


def _missing_pins(problem: Problem, shifts: Shifts) -> Iterator[Violation]:
    kept = {(one.worker, one.queue, one.start, one.minutes) for one in shifts}
    for pin in problem.pins:
        if (pin.worker, pin.queue, pin.start, pin.minutes) not in kept:
            start = problem.horizon.instant(pin.start).isoformat()
            yield Violation("pin", pin.worker, f"{pin.queue} at {start} was not kept")


def _fits(problem: Problem, one: ShiftTemplate | None, shift: Shift) -> bool:
    wall = problem.horizon.wall_minute(shift.start)
    return one is not None and shift.minutes == one.minutes and one.starts_at(wall)


def _by_day(problem: Problem, shifts: Shifts) -> dict[int, list[Shift]]:
    days: dict[int, list[Shift]] = defaultdict(list)
    for shift in sorted(shifts):
        days[problem.horizon.day(shift.start)].append(shift)
    return dict(sorted(days.items()))


def _week(problem: Problem, minute: int) -> int:
    first_weekday = problem.horizon.first_day.weekday()
    return (problem.horizon.day(minute) + first_weekday) // 7


def _past_week_minutes(problem: Problem, worker: Worker) -> dict[int, int]:
    minutes: dict[int, int] = defaultdict(int)
    for span in worker.past_shifts:
        minutes[_week(problem, span.start)] += span.end - span.start
    return minutes


def _name(problem: Problem, shift: Shift) -> str:
    return f"{shift.queue} at {problem.horizon.instant(shift.start).isoformat()}"
