"""Human demand -> a proven, explained schedule.

``from scheduler import Problem, Parameters, Schedule, solve`` is the way in for notebooks and
programs. The names load on first use, so that an error class or a help page costs no solver.
"""

from importlib import import_module
from typing import Any

_HOME = {
    "Parameters": "scheduler.solver.parameters",
    "Problem": "scheduler.problem",
    "Schedule": "scheduler.schedule",
    "solve": "scheduler.solver.solve",
}
__all__ = ["Parameters", "Problem", "Schedule", "solve"]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'scheduler' has no attribute {name!r}")
