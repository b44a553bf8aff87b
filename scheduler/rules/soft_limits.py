"""What it costs that a worker passes limits that he may pass."""

from collections.abc import Iterator

from scheduler.pricing import short_rest_cost
from scheduler.rules.days import days_beyond
from scheduler.rules.rests import restless_weeks
from scheduler.rules.work import Work
from scheduler.soft_limit import SoftLimit


def soft_limits(work: Work) -> int:
    """Each time that a limit is passed, at its price; overruled workers are not asked."""
    if work.worker.id in work.problem.overruled:
        return 0
    return sum(_cost(work, limit) for limit in work.worker.soft_limits if limit.cost)


def _cost(work: Work, limit: SoftLimit) -> int:
    if limit.kind == "days_in_a_row":
        return limit.cost * len(list(days_beyond(work, limit.limit)))
    if limit.kind == "weeks_without_rest":
        return limit.cost * len(list(restless_weeks(work, limit.limit)))
    return sum(short_rest_cost(limit, gap, minutes) for gap, minutes in _rests(work))


def _rests(work: Work) -> Iterator[tuple[int, int]]:
    """For each shift: minutes since work of earlier days, here or elsewhere, and its length."""
    ends = [
        (day, span.end)
        for known in (work.by_day, work.past, work.external)
        for day, spans in known.items()
        for span in spans
    ]
    for day, own in work.by_day.items():
        before = [end for earlier, end in ends if earlier < day]
        for shift in own if before else ():
            yield shift.start - max(before), shift.end - shift.start
