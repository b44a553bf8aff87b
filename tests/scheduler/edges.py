"""Judge shifts near an edge twice: by the validator and by the model."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from scheduler.horizon import Horizon
from scheduler.problem import Problem
from scheduler.schedule import Shift
from scheduler.validation import costs, violations
from scheduler.worker import Span
from tests.factories import make_problem, make_shift, make_worker, minute
from tests.scheduler.forcing import model_cost


def always(horizon: Horizon, **limits: Any) -> Problem:
    """One worker who is there from the first minute to the last."""
    problem = make_problem(horizon, make_worker(horizon, **limits))
    worker = replace(problem.workers[0], availability=whole(horizon))
    return replace(problem, workers=(worker,))


def whole(horizon: Horizon) -> Any:
    ends = (horizon.instant(0), horizon.instant(horizon.num_minutes))
    first, last = (f"{end:%Y-%m-%d %H:%M}" for end in ends)
    return make_worker(horizon, (first, last)).availability


def verdict(problem: Problem, shifts: Sequence[Shift]) -> set[str]:
    """The broken rules; the model must refuse what breaks one and price what does not."""
    broken = {one.rule for one in violations(problem, shifts)}
    expected = None if broken else sum(costs(problem, shifts).values())
    assert model_cost(problem, shifts) == expected
    return broken


def shifts_at(problem: Problem, *starts: str, minutes: int = 240) -> list[Shift]:
    template = next(one.id for one in problem.shift_templates if one.minutes == minutes)
    return [make_shift(problem, one, minutes=minutes, template=template) for one in starts]


def span(horizon: Horizon, since: str, until: str) -> Span:
    """A span between two local times."""
    return Span(minute(horizon, since), minute(horizon, until))
