"""What each shift keeps by itself, and what shifts of one worker may not do to each other."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from scheduler.horizon import DAY_MINUTES
from scheduler.problem import Problem
from scheduler.rules.work import Work, instant, name
from scheduler.schedule import Shift
from scheduler.shift_template import ShiftTemplate
from scheduler.worker import Span, Window, Worker


def skill(work: Work) -> Iterator[str]:
    """A shift serves a queue whose skill the worker has."""
    if work.problem.is_blended:
        return  # the segments say whom he serves
    for shift in work.shifts:
        needed = work.problem.queue_by_id[shift.queue].skill
        if needed not in work.worker.skills:
            yield f"{name(work.problem, shift)}: the skill {needed!r} is missing"


def template(work: Work) -> Iterator[str]:
    """A shift has its template's length, grid, weekdays, window and queue, inside the horizon."""
    problem = work.problem
    for day, shifts in work.by_day.items():
        for shift in shifts:
            if not is_inside(problem, shift):
                yield f"{name(problem, shift)}: outside the horizon"
                continue
            one = template_of(problem, shift)
            if one is None or not _fits(problem, one, shift):
                yield f"{name(problem, shift)}: not a shift of template {shift.template!r}"
            elif not one.allows(
                Span(shift.start, shift.end), problem.horizon.dates[day].isoweekday()
            ):
                yield f"{name(problem, shift)}: template {one.id!r} is not worked at this time"
            elif not problem.is_blended and not one.serves(shift.queue):
                yield f"{name(problem, shift)}: template {one.id!r} does not serve this queue"


def availability(work: Work) -> Iterator[str]:
    """A shift lies inside one window that the worker offered."""
    for shift in work.shifts:
        if window_of(work.worker, shift) is None:
            yield f"{name(work.problem, shift)}: not inside one availability window"


def segments(work: Work) -> Iterator[str]:
    """Blended, segments tile a shift on the interval grid; else it serves one queue throughout.

    Each queue is one that the worker's skills and the shift's template allow.
    """
    problem = work.problem
    for shift in work.shifts:
        if problem.is_blended:
            yield from wrong_segments(problem, shift, servable(problem, shift))
        elif shift.segments:
            yield f"{name(problem, shift)}: segments, but a shift serves one queue"


def wrong_segments(problem: Problem, shift: Shift, allowed: set[str]) -> Iterator[str]:
    """Segments follow each other from start to end, change on the grid, serve allowed queues."""
    parts, label = shift.segments, name(problem, shift)
    edges = [shift.start, *(part.end for part in parts)]
    if not parts or edges[-1] != shift.end or [part.start for part in parts] != edges[:-1]:
        yield f"{label}: segments do not follow each other from start to end"
        return
    if any(part.end <= part.start for part in parts):
        yield f"{label}: a segment does not end after its start"
    if any(edge % problem.horizon.interval_minutes for edge in edges[1:-1]):
        yield f"{label}: the queue changes inside an interval"
    minutes: dict[str, int] = defaultdict(int)
    for part in parts:
        minutes[part.queue] += part.end - part.start
    if minutes[shift.queue] < max(minutes.values()):
        yield f"{label}: another queue has more of the time"
    for queue in sorted(set(minutes) - allowed):
        yield f"{label}: the worker or template may not serve {queue!r}"


def no_overlap(work: Work) -> Iterator[str]:
    """A worker is in one place at a time, here or elsewhere."""
    spans: list[Shift | Span] = [*work.shifts, *work.worker.external_shifts]
    spans.sort(key=lambda span: span.start)
    for before, after in pairwise(spans):
        if after.start < before.end and _is_own(before, after):
            yield f"{_label(work, before)} and {_label(work, after)} overlap"


def rest(work: Work) -> Iterator[str]:
    """Between shifts that start on different days, worked here or elsewhere, lies the rest."""
    spans, owed = _nearby(work), work.worker.min_rest_minutes
    for index, (day, before) in enumerate(spans):
        for next_day, after in spans[index + 1 :]:
            gap = after.start - before.end
            if gap >= owed:
                break  # and so it is with all that start later
            if day != next_day and _is_own(before, after):
                yield f"{gap} minutes of rest before {_label(work, after)}, {owed} are owed"


def day_span(work: Work) -> Iterator[str]:
    """A working day lasts at most 24 hours minus the rest, from first start to last end."""
    for day, own in work.by_day.items():
        spans = [*own, *work.external.get(day, ())]
        longest = max(
            max(one.end, shift.end) - min(one.start, shift.start) for shift in own for one in spans
        )
        if longest > DAY_MINUTES - work.worker.min_rest_minutes:
            yield f"day {day} spans {longest} minutes"


def window_of(worker: Worker, shift: Shift) -> Window | None:
    """The window that holds a shift, if one does."""
    for window in worker.availability:
        if window.start <= shift.start and shift.end <= window.end:
            return window
    return None


def template_of(problem: Problem, shift: Shift) -> ShiftTemplate | None:
    """The template that a shift names, if there is one."""
    return next((one for one in problem.shift_templates if one.id == shift.template), None)


def is_inside(problem: Problem, shift: Shift) -> bool:
    """Whether a shift lies inside the horizon."""
    return 0 <= shift.start < shift.end <= problem.horizon.num_minutes


def servable(problem: Problem, shift: Shift) -> set[str]:
    """Queues that a shift may serve: the worker has the skill and the template serves them."""
    one, skills = template_of(problem, shift), problem.worker_by_id[shift.worker].skills
    return {
        queue.id
        for queue in problem.queues
        if queue.skill in skills and (one is None or one.serves(queue.id))
    }


def _fits(problem: Problem, one: ShiftTemplate, shift: Shift) -> bool:
    wall = problem.horizon.wall_minute(shift.start)
    return shift.minutes == one.minutes and one.starts_at(wall)


def _nearby(work: Work) -> list[tuple[int, Shift | Span]]:
    """Start days and shifts by start: ours, those elsewhere, and the past one that ended last."""
    days: tuple[dict[int, list[Shift]] | dict[int, list[Span]], ...] = (work.by_day, work.external)
    spans = [(day, span) for known in days for day, own in known.items() for span in own]
    past = [(day, span) for day, own in work.past.items() for span in own]
    last = [max(past, key=lambda found: found[1].end)] if past else []
    return sorted([*last, *spans], key=lambda found: found[1].start)


def _is_own(*spans: Shift | Span) -> bool:
    return any(isinstance(span, Shift) for span in spans)


def _label(work: Work, span: Shift | Span) -> str:
    if isinstance(span, Shift):
        return name(work.problem, span)
    return f"the external shift at {instant(work.problem, span.start)}"
