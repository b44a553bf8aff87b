"""Problem -> schedule: a valid one at once, a proven one in the time given."""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from scheduler.errors import ScheduleInvalid
from scheduler.problem import Problem
from scheduler.schedule import Progress, Schedule, Shift
from scheduler.solver.bound import quick_bound
from scheduler.solver.greedy import greedy
from scheduler.solver.messages import News, Size
from scheduler.solver.parameters import Parameters
from scheduler.solver.pins import check_pins
from scheduler.solver.process import Child
from scheduler.solver.record import run_record
from scheduler.validation import costs, shortages, violations

HEARTBEAT_SECONDS = 4.0
GRACE_SECONDS = 2.0  # the search ends by itself at its limit; after this it is stopped
MIN_SEARCH_SECONDS = 2.0  # below this a second attempt would only load its solvers

OnProgress = Callable[[Progress], None]


@dataclass
class _Best:
    """The best valid schedule so far, the best bound, and how they came about."""

    shifts: tuple[Shift, ...]
    cost: int
    started: float
    on_progress: OnProgress
    bound: int = 0
    stage: str = "greedy"
    history: list[Progress] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)

    def hear(self, message: News | Size | None) -> None:
        if isinstance(message, Size):
            self.facts |= {
                "columns": message.columns,
                "rows": message.rows,
                "peak_mebibytes": message.peak_mebibytes,
            }
            return
        if message is not None:
            self.stage = message.stage
            self.bound = max(self.bound, message.bound)
            if message.shifts is not None and message.cost is not None:
                self._take(message.shifts, message.cost)
        self.tell(keep=message is not None)

    def _take(self, shifts: tuple[Shift, ...], cost: int) -> None:
        if cost < self.cost:
            self.shifts, self.cost = shifts, cost

    def tell(self, keep: bool = True) -> None:
        seconds = time.monotonic() - self.started
        moment = Progress(seconds, self.stage, self.cost, self.bound)
        last = self.history[-1] if self.history else None
        if keep and (last is None or (last.cost, last.bound) != (self.cost, self.bound)):
            self.history.append(moment)
        self.on_progress(moment)


def solve(
    problem: Problem,
    parameters: Parameters = Parameters(),  # noqa: B008 - frozen
    on_progress: OnProgress = lambda moment: None,
) -> Schedule:
    """Find a schedule, prove how good it is, and check it before it leaves.

    Progress is told when something changes and at least every few seconds. Ctrl-C ends the
    search and keeps the best schedule. Raises PinsInvalid when pins break a rule, and
    ScheduleInvalid when the result breaks one, which would be a fault of the program.
    """
    started, started_at = time.monotonic(), datetime.now(UTC)
    check_pins(problem)
    deadline = started + parameters.time_limit
    # The child loads its solvers while the greedy schedule is made.
    with Child(problem, parameters, deadline) as child:
        shifts = greedy(problem)
        cost = sum(costs(problem, shifts).values())
        best = _Best(shifts, cost, started, on_progress, bound=quick_bound(problem))
        best.tell()
        with contextlib.suppress(KeyboardInterrupt):
            trouble = _listen(best, child, deadline)
            if trouble:
                _search_again(best, problem, parameters, deadline, trouble)
    best.stage = "done"
    best.tell(keep=False)
    seconds = time.monotonic() - started
    run = run_record(problem, parameters, started_at) | best.facts
    return finish(problem, best.shifts, best.bound, seconds, tuple(best.history), run, best.cost)


def _listen(best: _Best, child: Child, deadline: float) -> str | None:
    """Follow a search to its end; what went wrong with it, if anything did."""
    for message in child.messages(deadline + GRACE_SECONDS, HEARTBEAT_SECONDS):
        best.hear(message)
    return child.end()


def _search_again(
    best: _Best, problem: Problem, parameters: Parameters, deadline: float, trouble: str
) -> None:
    """A search that crashed is tried once more with one thread; the record tells of it."""
    best.facts["search_failed"] = [trouble]
    if deadline - time.monotonic() > MIN_SEARCH_SECONDS:
        with Child(problem, replace(parameters, workers=1), deadline) as child:
            trouble_again = _listen(best, child, deadline)
        if trouble_again:
            best.facts["search_failed"].append(trouble_again)


def finish(
    problem: Problem,
    shifts: tuple[Shift, ...],
    bound: int,
    seconds: float,
    history: tuple[Progress, ...],
    run: dict[str, Any],
    expected: int,
) -> Schedule:
    """A checked schedule: no rule broken, and the costs add up to what the search said."""
    broken = violations(problem, shifts)
    if broken:
        raise ScheduleInvalid("; ".join(map(str, broken[:5])))
    terms = costs(problem, shifts)
    objective = sum(terms.values())
    if objective != expected:
        raise ScheduleInvalid(f"the terms add up to {objective} cents, the search said {expected}")
    if bound > objective:
        raise ScheduleInvalid(f"the bound {bound} lies above the cost {objective}")
    return Schedule(
        shifts=shifts,
        status="optimal" if bound == objective else "feasible",
        objective=objective,
        bound=bound,
        costs=terms,
        understaffing=shortages(problem, shifts),
        solve_seconds=seconds,
        history=history,
        run=run,
    )
