"""Problem -> schedule: a valid one at once, a proven one in the time given."""

import math
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from operator import itemgetter
from typing import Any

from scheduler.errors import NoSchedule, ScheduleInvalid
from scheduler.problem import Problem
from scheduler.schedule import Progress, Schedule, Shift, gap
from scheduler.solver.background import TICK_SECONDS, in_background, wait_for
from scheduler.solver.best import Best, OnProgress
from scheduler.solver.bound import quick_bound
from scheduler.solver.greedy import greedy
from scheduler.solver.known import known_schedule
from scheduler.solver.limits import Limits, StopReason
from scheduler.solver.magnitude import check_magnitude
from scheduler.solver.messages import News
from scheduler.solver.parameters import Parameters
from scheduler.solver.pins import check_pins, overrule
from scheduler.solver.process import Child
from scheduler.solver.record import fingerprint, run_record
from scheduler.validation import costs, late_work, shortages, violations

MIN_SEARCH_SECONDS = 2.0  # below this a second attempt would only load its solvers


def solve(
    problem: Problem,
    parameters: Parameters = Parameters(),  # noqa: B008 - frozen
    on_progress: OnProgress = lambda moment: None,
    stop: threading.Event | None = None,
) -> Schedule:
    """Find a schedule, prove how good it is, and check it before it leaves.

    Progress is told when something changes and at least every few seconds. Ctrl-C, or setting
    ``stop``, ends the search and keeps the best schedule; a second Ctrl-C ends everything.
    Raises PinsInvalid when pins break a rule and are not to be kept, NoSchedule when none was
    found, and ScheduleInvalid when the result breaks a rule, a fault of the program.
    """
    check_magnitude(problem)
    run = _Run(problem, parameters, on_progress, stop)
    run.find()
    return run.finish()


class _Run:
    """One solve from its start to its checked end."""

    def __init__(
        self,
        problem: Problem,
        parameters: Parameters,
        on_progress: OnProgress,
        stop: threading.Event | None,
    ) -> None:
        self.started, self.started_at = time.monotonic(), datetime.now(UTC)
        self.stated, self.parameters = problem, parameters
        self.problem = _with_pins_settled(problem, parameters)
        self.best = Best(self.started, on_progress)
        self.deadline = self.started + parameters.time_limit
        # A search that counts its work takes as long as it takes, or it would not be the same.
        patience = math.inf if parameters.is_reproducible else self.deadline
        self.limits = Limits(patience, parameters.memory_limit, stop)

    def find(self) -> None:
        """The greedy schedule, then the search's; a search that crashed is tried once more."""
        best, limits = self.best, self.limits
        self._enter("greedy")
        # The child loads its solvers while the greedy schedule is made.
        with Child(self.problem, self.parameters, self.deadline) as child:
            greedy_news = in_background(partial(_first_news, self.problem))
            first = wait_for(greedy_news, limits, partial(self._watch, child))
            with limits.heeding_ctrl_c():
                best.hear(first)
            # Takes seconds when the problem is large, and now this process has nothing to do.
            self.fingerprint = in_background(partial(fingerprint, self.stated))
            self._follow(child)
        is_worth_it = limits.seconds_left > MIN_SEARCH_SECONDS
        if best.troubles and limits.reached is None and is_worth_it:
            alone = replace(self.parameters, workers=1)
            with Child(self.problem, alone, self.deadline) as child:
                self._follow(child)

    def _enter(self, stage: str) -> None:
        with self.limits.heeding_ctrl_c():
            self.best.enter(stage)

    def _follow(self, child: Child) -> None:
        """Hear a search until its end or a limit, and note what went wrong with it."""
        with self.limits.heeding_ctrl_c():
            self._listen(child)
        self.limits.check(0)  # a Ctrl-C while listening was not seen yet
        trouble = child.end()
        for last in child.last_messages():
            self.best.take(last)
        if trouble:
            self.best.troubles.append(trouble)

    def _listen(self, child: Child) -> None:
        for message in child.messages(TICK_SECONDS):
            if message is not None:
                self.best.hear(message)
            self._watch(child)

    def _watch(self, child: Child) -> None:
        """Stop the search at a limit; give a sign of life."""
        held = child.mebibytes()
        self.best.search_peak = max(self.best.search_peak, held)
        if self.limits.check(held):
            child.stop()
        self.best.beat()

    def finish(self) -> Schedule:
        """The best schedule, judged; signs of life go on meanwhile."""
        seconds = time.monotonic() - self.started
        self._enter("checking")
        judging = in_background(partial(self._checked, seconds))
        schedule = wait_for(judging, self.limits, self.best.beat)
        self._enter("done")
        return schedule

    def _checked(self, seconds: float) -> Schedule:
        best, reason = self.best, self._stop_reason()
        if best.shifts is None or best.cost is None:
            # Imported here: only this case needs a solver in this process.
            from scheduler.solver.contradictions import explain

            raise NoSchedule(explain(self.problem, reason))
        run = run_record(self.fingerprint.result(), self.parameters, self.started_at)
        run |= {"stop_reason": reason, **best.record()}
        if self.problem.overruled:
            run["kept_pins"] = list(map(str, violations(self.stated, best.shifts)))
        history = tuple(best.history)
        return finish(self.problem, best.shifts, best.bound, seconds, history, run, best.cost)

    def _stop_reason(self) -> StopReason:
        best = self.best
        if best.cost is not None and best.bound >= best.cost:
            return "optimal"
        if best.cost is not None and gap(best.cost, best.bound) <= self.parameters.gap:
            return "gap"
        if self.limits.reached is not None:
            return self.limits.reached
        return "search_failed" if best.troubles else "time_limit"


def _with_pins_settled(problem: Problem, parameters: Parameters) -> Problem:
    if parameters.keep_broken_pins:
        return overrule(problem)
    check_pins(problem)
    return problem


def _first_news(problem: Problem) -> News:
    """The better of the greedy schedule and what is left of the one that people know."""
    found = [one for one in (greedy(problem), known_schedule(problem)) if one is not None]
    priced = [(sum(costs(problem, shifts).values()), shifts) for shifts in found]
    cost, shifts = min(priced, key=itemgetter(0), default=(None, None))
    return News("greedy", quick_bound(problem), cost, shifts)


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
        late_work=late_work(problem, shifts),
    )
