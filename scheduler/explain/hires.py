"""New workers as candidates: one skill, one time of the week, like the site's median."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median, median_low

from scheduler.explain.candidate import Candidate, time_of_week
from scheduler.explain.targets import Target
from scheduler.export.words import DAYS
from scheduler.problem import Problem
from scheduler.worker import Window, Worker

MOST_HIRES = 5


def hires(problem: Problem, aims: Sequence[Target]) -> Iterator[Candidate]:
    """New workers with one skill for one time of the week; of each skill and day the best time."""
    times: dict[tuple[str, int, str], list[Target]] = defaultdict(list)
    for aim in aims:
        weekday, clock = time_of_week(problem, aim)
        times[problem.queue_by_id[aim.queue].skill, weekday, clock].append(aim)
    best: dict[tuple[str, int], Candidate] = {}
    for (skill, weekday, clock), own in times.items() if problem.workers else ():
        one = _hire(problem, skill, f"{DAYS[weekday]}s {clock}", own)
        known = best.get((skill, weekday))
        if known is None or one.estimate > known.estimate:
            best[skill, weekday] = one
    yield from best.values()


def _hire(problem: Problem, skill: str, when: str, aims: Sequence[Target]) -> Candidate:
    # Of two queues with one skill that lack people at the same time, each new worker serves one.
    dearest: dict[tuple[int, int], Target] = {}
    for aim in aims:
        known = dearest.get((aim.start, aim.end))
        if known is None or aim.worth > known.worth:
            dearest[aim.start, aim.end] = aim
    number = min(MOST_HIRES, max(aim.room for aim in dearest.values()))
    windows = tuple(Window(start, end) for start, end in sorted(dearest))
    typical = typical_worker(problem, skill, windows)
    free = (aim for aim in dearest.values() if not _is_barred(typical, aim))
    gains = (max(0.0, aim.gain(problem, typical)) for aim in free)
    crew = tuple(replace(typical, id=f"new-{skill}-{n + 1}") for n in range(number))
    return Candidate(
        kind="hire",
        words=f"{number} more {'worker' if number == 1 else 'workers'} with {skill}, {when}",
        people=number,
        estimate=number * sum(gains),
        repaired=lambda before: replace(before, workers=(*before.workers, *crew)),
    )


def _is_barred(worker: Worker, aim: Target) -> bool:
    return any(bar.start < aim.end and aim.start < bar.end for bar in worker.barred)


def typical_worker(problem: Problem, skill: str, windows: tuple[Window, ...]) -> Worker:
    """Somebody like the site's median, with one skill: its wage and limits, no history, no wishes.

    The median is over those with the skill; over everybody if nobody has it. He need not work at
    all, so that having him is never worse than not. Times that a rule bars for half of them are
    barred for him.
    """
    alike = [one for one in problem.workers if skill in one.skills] or list(problem.workers)
    middle = sorted(alike, key=lambda one: (one.max_minutes_per_week, one.id))[
        (len(alike) - 1) // 2
    ]
    bars = Counter(rule for one in alike for rule in {bar.rule for bar in one.barred})
    limits = (one for one in middle.rolling_limits if one.max_minutes is not None)
    return Worker(
        id="new",
        skills=frozenset({skill}),
        hourly_cost=round(median(one.hourly_cost for one in alike)),
        max_minutes_per_week=middle.max_minutes_per_week,
        max_consecutive_days=median_low(one.max_consecutive_days for one in alike),
        min_rest_minutes=median_low(one.min_rest_minutes for one in alike),
        availability=windows,
        rolling_limits=tuple(replace(one, min_minutes=0, shortfall_cost=None) for one in limits),
        barred=tuple(bar for bar in middle.barred if 2 * bars[bar.rule] >= len(alike)),
        min_weekly_rest_minutes=middle.min_weekly_rest_minutes,
        max_stretch_minutes=middle.max_stretch_minutes,
        min_break_minutes=middle.min_break_minutes,
        long_stretch_minutes=middle.long_stretch_minutes,
        long_break_minutes=middle.long_break_minutes,
        soft_limits=middle.soft_limits,
    )
