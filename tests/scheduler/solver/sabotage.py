"""Problems that do something else to the search process than being solved."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

from scheduler.problem import Problem


def sabotaged(problem: Problem, deed: Callable[..., Any], *arguments: Any) -> Problem:
    """The same problem, but reading it in another process does something else instead."""

    class Sabotaged(Problem):
        def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
            return deed, arguments

    return Sabotaged(**{one.name: getattr(problem, one.name) for one in fields(problem)})


def prepared(problem: Problem, code: str) -> Problem:
    """The same problem, after a statement was run in the search process."""
    return sabotaged(problem, _prepare, code, problem)


def _prepare(code: str, problem: Problem) -> Problem:
    exec(code, {})
    return problem
