"""What a schedule costs, one function per term; wages and preference ride on the shifts."""

from collections.abc import Callable

from scheduler.model.linear import LinearBuilder
from scheduler.model.objective.backlogs import backlogs
from scheduler.model.objective.changes import changes
from scheduler.model.objective.coverage import coverage
from scheduler.model.objective.minutes import (
    desired_hours,
    fairness,
    unpopular_hours,
    unworked_minimum,
)
from scheduler.model.objective.policies import policies
from scheduler.model.objective.requests import requests
from scheduler.model.objective.soft_limits import soft_limits
from scheduler.model.variables import Variables
from scheduler.problem import Problem

__all__ = ["TERMS"]

Term = Callable[[Problem, Variables, LinearBuilder], None]

# Minutes below a rolling limit, and weeks without a rest, are priced where the limit is stated,
# among the constraints.
TERMS: tuple[Term, ...] = (
    coverage,
    unworked_minimum,
    fairness,
    desired_hours,
    unpopular_hours,
    requests,
    soft_limits,
    changes,
    policies,
    backlogs,
)
