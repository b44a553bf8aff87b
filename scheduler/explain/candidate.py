"""A change of the site that could help against missing workers, before anything is solved."""

from collections.abc import Callable
from dataclasses import dataclass

from scheduler.explain.targets import Target
from scheduler.problem import Problem


@dataclass(frozen=True, slots=True)
class Candidate:
    """A change of the site that only ever allows more, and what it may save.

    ``people``: workers hired or asked; a licence, a place or a permit counts as one. ``estimate``
    in cents over the horizon: what its shifts would save at the prices. ``repaired`` is the
    problem after it.
    """

    kind: str
    words: str
    people: int
    estimate: float
    repaired: Callable[[Problem], Problem]


def time_of_week(problem: Problem, aim: Target) -> tuple[int, str]:
    """Weekday from 0 (Monday), and the wall clock's times."""
    start, end = problem.horizon.instant(aim.start), problem.horizon.instant(aim.end)
    return start.weekday(), f"{start:%H:%M}-{end:%H:%M}"
