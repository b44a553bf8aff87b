"""The hard rules of a schedule, one function each; ``CONSTRAINTS`` reads as the specification.

What a single shift must keep on its own (skill, template grid, availability window, rest after
the days before the horizon, work elsewhere) decides in ``choices`` whether its column exists at
all. What two shifts of one worker must keep is a pair rule; what many must keep is a row. No
rule is asked of overruled workers.
"""

from collections.abc import Callable

from scheduler.model.constraints.blocks import long_blocks
from scheduler.model.constraints.changes import locked_queues, max_changed_workers
from scheduler.model.constraints.days import (
    max_consecutive_days,
    max_consecutive_days_off,
    max_weekends,
    min_consecutive_days,
    min_consecutive_days_off,
    run_starts,
    workdays,
)
from scheduler.model.constraints.minutes import (
    max_minutes_per_week,
    max_shifts_by_template,
    max_shifts_per_day,
    min_minutes_per_week,
    rolling_least,
    rolling_most,
    rolling_room,
    week_limits,
)
from scheduler.model.constraints.pairs import PAIR_RULES, excluded, exclusions
from scheduler.model.constraints.periods import period_limits
from scheduler.model.constraints.pins import group_balance, pins
from scheduler.model.constraints.rests import weekly_rest
from scheduler.model.constraints.site import licences, template_shifts_per_day
from scheduler.model.linear import LinearBuilder
from scheduler.model.variables import Variables
from scheduler.problem import Problem

__all__ = ["CONSTRAINTS", "PAIR_RULES", "excluded", "rolling_room", "week_limits"]

Constraint = Callable[[Problem, Variables, LinearBuilder], None]

CONSTRAINTS: tuple[Constraint, ...] = (
    exclusions,
    max_shifts_per_day,
    max_shifts_by_template,
    max_minutes_per_week,
    min_minutes_per_week,
    rolling_most,
    rolling_least,
    workdays,
    run_starts,
    max_consecutive_days,
    min_consecutive_days,
    min_consecutive_days_off,
    max_consecutive_days_off,
    max_weekends,
    period_limits,
    long_blocks,
    weekly_rest,
    template_shifts_per_day,
    licences,
    group_balance,
    pins,
    max_changed_workers,
    locked_queues,
)
