"""One more of what workers share: licences, and places of a template on a day."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median

import numpy as np

from scheduler.explain.candidate import Candidate
from scheduler.explain.prices import CoveragePrices
from scheduler.explain.targets import Target, able
from scheduler.problem import Problem
from scheduler.schedule import Shift, staffed


def licences(
    problem: Problem, shifts: Sequence[Shift], prices: CoveragePrices
) -> Iterator[Candidate]:
    """One more of each licence that is all in use when its queues are short."""
    counts = staffed(problem, tuple(shifts))
    interval = problem.horizon.interval_minutes
    wage = median([one.hourly_cost for one in problem.workers] or [0]) * interval / 60
    for index, licence in enumerate(problem.licences):
        queues = sorted(licence.queues)
        used = sum((np.array(counts[queue]) for queue in queues), np.zeros(1, dtype=np.int64))
        dearest = np.max([prices.worth[queue] for queue in queues] or [np.zeros(1)], axis=0)
        saved = np.maximum(dearest - wage, 0.0)[used >= licence.max_workers]
        more = replace(licence, max_workers=licence.max_workers + 1)
        yield Candidate(
            kind="licence",
            words=f"one more of {licence.id}, {more.max_workers} in all",
            people=1,
            estimate=float(saved.sum()),
            repaired=lambda before, at=index, more=more: replace(  # type: ignore[misc]
                before,
                licences=tuple(more if n == at else one for n, one in enumerate(before.licences)),
            ),
        )


def places(
    problem: Problem, shifts: Sequence[Shift], aims: Sequence[Target]
) -> Iterator[Candidate]:
    """One more shift a day of each template that is used up on some day."""
    started: dict[tuple[str, int], int] = defaultdict(int)
    for shift in shifts:
        started[shift.template, problem.horizon.day(shift.start)] += 1
    for index, template in enumerate(problem.shift_templates):
        if template.max_shifts_per_day is None:
            continue
        best: dict[int, float] = defaultdict(float)
        for aim in aims:
            day = problem.horizon.day(aim.start)
            if aim.template == template.id and (
                started[template.id, day] >= template.max_shifts_per_day
            ):
                crew = able(problem, problem.queue_by_id[aim.queue])
                gain = max((aim.gain(problem, one) for one in crew), default=0.0)
                best[day] = max(best[day], gain)
        more = replace(template, max_shifts_per_day=template.max_shifts_per_day + 1)
        yield Candidate(
            kind="place",
            words=f"one more shift of {template.id} a day, {more.max_shifts_per_day} in all",
            people=1,
            estimate=sum(best.values()),
            repaired=lambda before, at=index, more=more: replace(  # type: ignore[misc]
                before,
                shift_templates=tuple(
                    more if n == at else one for n, one in enumerate(before.shift_templates)
                ),
            ),
        )
