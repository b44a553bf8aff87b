"""Rest beyond the daily one: every week, and in a block of shifts; and times that are barred.

A shift worked before or elsewhere counts beside ours, but only where one of ours takes part can a
rule be broken.
"""

from collections.abc import Iterator
from itertools import chain, pairwise

from scheduler.rules.work import Work, instant, name
from scheduler.schedule import Shift
from scheduler.worker import Span

WINDOW_DAYS = 7


def barred(work: Work) -> Iterator[str]:
    """A shift touches no time in which a rule lets the worker do nothing."""
    for shift in work.shifts:
        for bar in work.worker.barred:
            if shift.start < bar.end and bar.start < shift.end:
                yield f"{name(work.problem, shift)}: barred by {bar.rule or 'a rule'}"


def max_stretch(work: Work) -> Iterator[str]:
    """Shifts that follow each other without a break between them last at most so long together.

    A single shift that is longer has its break inside. Longer blocks may need a longer break.
    """
    for most, pause in work.worker.stretches:
        for block in _blocks(work, pause):
            length = max(span.end for span in block) - block[0].start
            ours = [span for span in block if isinstance(span, Shift)]
            if len(block) > 1 and ours and length > most:
                since = instant(work.problem, block[0].start)
                yield f"{length} minutes without a break of {pause} minutes from {since}"


def weekly_rest(work: Work) -> Iterator[str]:
    """Every seven consecutive local days with a shift of ours hold a rest that is long enough.

    A rest lies in seven days when a day off that it holds does, or both working days that it
    joins. One that reaches past what is known is taken to be long enough.
    """
    owed = work.worker.min_weekly_rest_minutes
    for first in restless_weeks(work, owed) if owed is not None else ():
        yield f"days {first} to {first + WINDOW_DAYS - 1} hold no rest of {owed} minutes"


def restless_weeks(work: Work, owed: int) -> Iterator[int]:
    """The first day of every seven days with a shift of ours that hold no rest so long."""
    days = _days(work)
    rests = list(_rests(work, days, owed))
    for first in range(work.first_known_day, work.problem.horizon.days - WINDOW_DAYS + 1):
        window = range(first, first + WINDOW_DAYS)
        is_ours = any(day in work.by_day for day in window)
        if is_ours and not any(all(day in window for day in rest) for rest in rests):
            yield first


def _rests(work: Work, days: dict[int, tuple[int, int]], owed: int) -> Iterator[tuple[int, ...]]:
    """What must lie in seven days for each rest to count: a day off of it, or the days it joins."""
    worked = sorted(days)
    for before, after in pairwise(worked):
        if days[after][0] - days[before][1] >= owed:
            if after == before + 1:
                yield before, after
            yield from ((day,) for day in range(before + 1, after))
    if worked:
        open_ended = chain(
            range(work.first_known_day, worked[0]),
            range(worked[-1] + 1, work.problem.horizon.days),
        )
        yield from ((day,) for day in open_ended)


def _days(work: Work) -> dict[int, tuple[int, int]]:
    """First start and last end of what is worked on each day, here or elsewhere."""
    found: dict[int, tuple[int, int]] = {}
    for known in (work.by_day, work.past, work.external):
        for day, spans in known.items():
            start, end = min(one.start for one in spans), max(one.end for one in spans)
            first, last = found.get(day, (start, end))
            found[day] = min(first, start), max(last, end)
    return found


def _blocks(work: Work, pause: int) -> Iterator[list[Shift | Span]]:
    """Shifts here, before and elsewhere that have less than a break between them, by start."""
    spans: list[Shift | Span] = [
        *work.shifts, *work.worker.past_shifts, *work.worker.external_shifts
    ]  # fmt: skip
    spans.sort(key=lambda span: span.start)
    block: list[Shift | Span] = []
    for span in spans:
        end = max((one.end for one in block), default=span.start)
        if block and span.start - end >= pause:
            yield block
            block = []
        block.append(span)
    if block:
        yield block
