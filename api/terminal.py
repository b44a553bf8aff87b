"""What a person sees while the program works: the stage, best cost, bound and gap."""

from types import TracebackType

from rich.console import Console

from scheduler.contract.units import amount
from scheduler.problem import Problem
from scheduler.schedule import Progress, Schedule

# A log without a line for longer looks dead; a terminal shows the seconds anyway.
SILENCE_SECONDS = 3.5


class Terminal:
    """Prints a line per stage and keeps one line up to date on a real terminal."""

    def __init__(self, quiet: bool = False) -> None:
        self.console = Console(stderr=True, quiet=quiet, highlight=False, emoji=False)
        self._status = self.console.status("")
        self._last: Progress | None = None

    def __enter__(self) -> "Terminal":
        if self.console.is_terminal:
            self._status.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._status.stop()

    def say(self, text: str) -> None:
        """A line that stays; ids in it are not markup, and a log keeps it whole."""
        self.console.print(text, markup=False, soft_wrap=True)

    def stage(self, name: str) -> None:
        """A new stage begins."""
        self.say(f"{name} ...")
        self._status.update(name)

    def progress(self, moment: Progress) -> None:
        """A line when stage, cost or bound changed, in a log also now and then in between."""
        line = progress_line(moment)
        self._status.update(line)
        if self._is_news(moment):
            self._last = moment
            self.say(line)

    def _is_news(self, moment: Progress) -> bool:
        last = self._last
        if last is None:
            return True
        if (moment.stage, moment.cost, moment.bound) != (last.stage, last.cost, last.bound):
            return True
        return not self.console.is_terminal and moment.seconds - last.seconds >= SILENCE_SECONDS


def progress_line(moment: Progress) -> str:
    """Seconds, stage, best cost, bound and gap in one line."""
    parts = [f"{moment.seconds:6.1f} s  {moment.stage:<11}"]
    if moment.cost is not None:
        parts.append(f"cost {amount(moment.cost):>14,.2f}")
    if moment.bound is not None and moment.gap is not None:
        parts.append(f"bound {amount(moment.bound):>14,.2f}  gap {moment.gap:8.3%}")
    return "  ".join(parts)


# What ended a search, in the planner's words; a proven schedule needs none.
ENDINGS = {
    "gap": "good enough",
    "time_limit": "time limit reached",
    "memory_limit": "memory limit reached",
    "stopped": "stopped",
    "search_failed": "the search failed",
}


def summary_lines(problem: Problem, schedule: Schedule) -> list[str]:
    """The outcome in a few lines."""
    hours = sum(shift.minutes for shift in schedule.shifts) / 60
    short = sum(one.workers for one in schedule.understaffing) * problem.horizon.interval_minutes
    people = len({shift.worker for shift in schedule.shifts})
    proof = (
        "proven optimal"
        if schedule.status == "optimal"
        else f"at most {amount(schedule.objective - schedule.bound):,.2f} {problem.currency} "
        f"({schedule.gap:.3%}) could still be saved"
    )
    ending = ENDINGS.get(schedule.run.get("stop_reason", ""))
    return [
        f"{len(schedule.shifts)} shifts, {hours:,.0f} hours, {people} of "
        f"{len(problem.workers)} workers",
        f"cost {amount(schedule.objective):,.2f} {problem.currency}: {proof}, "
        f"{schedule.solve_seconds:.1f} s" + (f", {ending}" if ending else ""),
        f"{short / 60:,.1f} worker-hours understaffed in {len(schedule.understaffing)} intervals",
        *_late_lines(problem, schedule),
    ]


def _late_lines(problem: Problem, schedule: Schedule) -> list[str]:
    if not problem.backlogs:
        return []
    late = sum(one.minutes for one in schedule.late_work) / 60
    return [f"{late:,.1f} worker-hours of work that may wait are not done when due"]
