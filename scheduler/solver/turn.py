"""What one worker may still take while a schedule grows, and what he must still take."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from scheduler.horizon import WEEK_MINUTES
from scheduler.model.constraints import excluded, rolling_room, week_limits
from scheduler.model.linear import BoolArray
from scheduler.model.variables import Variables
from scheduler.pricing import guaranteed_minutes
from scheduler.problem import Problem
from scheduler.solver.turn_rests import TurnRests
from scheduler.worker import Worker

REACH_DAYS = 3  # further apart no two shifts exclude each other
SATURDAY = 5


class Turn:
    """One worker's choices that are still open, after what he has taken.

    ``open`` runs over his choices ``own``. Nothing that is taken is ever given back, so a rule
    that more work can only break closes choices at once; a rule that asks for work says through
    ``owed`` on which days.
    """

    def __init__(self, problem: Problem, v: Variables, index: int, own: slice) -> None:
        self.problem, self.index, self.own = problem, index, own
        self.worker = _strict(problem, problem.workers[index])
        self._v = v
        self._day = v.choices.day[own]
        self._minutes = v.choices.end[own] - v.choices.start[own]
        self.open: BoolArray = np.full(own.stop - own.start, bool(v.is_ruled[index]))
        self.days: Counter[int] = Counter()
        self.taken: list[int] = []
        past = {problem.horizon.day(span.start) for span in self.worker.past_shifts}
        self.past = frozenset(past)
        external = {problem.horizon.day(span.start) for span in self.worker.external_shifts}
        self.elsewhere = frozenset(past | external)
        self._week_left = np.array(week_limits(problem, self.worker), dtype=np.int64)
        self._rooms = [
            (limit.days, np.array(rolling_room(problem, self.worker, limit)))
            for limit in self.worker.rolling_limits
            if limit.max_minutes is not None
        ]
        self._left_of_template = dict(self.worker.max_shifts_by_template)
        self._rests = TurnRests(problem, v, self.worker, own)
        self._left_of_period = {
            limit: limit.most for limit in self.worker.period_limits if limit.excess_cost is None
        }
        self._rests.close(self.open)
        self._close_periods()
        self._close_minutes()
        self._close_templates()
        self._close_days(range(problem.horizon.days) if self.elsewhere else ())

    def take(self, choice: int) -> None:
        """Take one of the choices, open or not, and close what it rules out."""
        day, minutes = int(self._day[choice]), int(self._minutes[choice])
        self.taken.append(choice)
        self.days[day] += 1
        self._close_excluded(choice, day)
        self._week_left[self.problem.horizon.week_of_day[day]] -= minutes
        for days, room in self._rooms:
            room[day : day + days] -= minutes
        self._close_minutes()
        for limit in self._left_of_period:
            if limit.first <= day <= limit.last:
                self._left_of_period[limit] -= limit.used(minutes)
        self._close_periods()
        self._rests.take(choice)
        self._rests.close(self.open)
        template = int(self._v.choices.template[self.own.start + choice])
        if (name := self.problem.shift_templates[template].id) in self._left_of_template:
            self._left_of_template[name] -= 1
            self._close_templates()
        if self.days[day] >= self.worker.max_shifts_per_day:
            self.open &= self._day != day
        ends = self._run_around(day)
        self._close_days((ends[0] - 1, ends[1] + 1))

    def _close_excluded(self, choice: int, day: int) -> None:
        first, last = np.searchsorted(self._day, (day - REACH_DAYS, day + REACH_DAYS + 1)).tolist()
        start, choices = self.own.start, self._v.choices
        here = np.array([start + choice])
        before = np.arange(start + first, start + choice)
        after = np.arange(start + choice, start + last)
        worker, problem = self.worker, self.problem
        self.open[first:choice] &= ~excluded(problem, worker, choices, before, here)[:, 0]
        self.open[choice:last] &= ~excluded(problem, worker, choices, here, after)[0]
        self.open[choice] = False

    def _close_minutes(self) -> None:
        """Weekly and rolling minutes."""
        weeks = np.array(self.problem.horizon.week_of_day)
        left = self._week_left[weeks]
        for days, room in self._rooms:
            padded = np.concatenate([room, np.full(days - 1, WEEK_MINUTES * days)])
            windows = np.lib.stride_tricks.sliding_window_view(padded, days)
            left = np.minimum(left, windows.min(axis=1))
        self.open &= self._minutes <= left[self._day]

    def _close_templates(self) -> None:
        for index, one in enumerate(self.problem.shift_templates if self._left_of_template else ()):
            if self._left_of_template.get(one.id, 1) <= 0:
                self.open &= self._v.choices.template[self.own] != index

    def _close_periods(self) -> None:
        for limit, left in self._left_of_period.items():
            inside = (self._day >= limit.first) & (self._day <= limit.last)
            lengths, at = np.unique(self._minutes, return_inverse=True)
            used = np.array([limit.used(one) for one in lengths.tolist()], dtype=np.int64)[at]
            self.open &= ~inside | (used <= left)

    def _close_days(self, changed: "range | tuple[int, ...]") -> None:
        """Days that would make a run too long, a gap too short or a weekend too many."""
        most, least_off = self.worker.max_consecutive_days, self.worker.min_consecutive_days_off
        closed = [day for day in changed if self._run_length(day) > most]
        if least_off > 1:
            every = range(self.problem.horizon.days)
            closed += [day for day in every if self._makes_short_gap(day, least_off)]
        if self.worker.max_weekends is not None:
            closed += self._closed_weekends(self.worker.max_weekends)
        for day in closed:
            if day not in self.days:
                self.open &= self._day != day

    def is_worked(self, day: int) -> bool:
        """Whether anything is worked on a day, here or elsewhere."""
        return day in self.days or day in self.elsewhere

    def _run_around(self, day: int) -> tuple[int, int]:
        first = last = day
        while self.is_worked(first - 1):
            first -= 1
        while self.is_worked(last + 1):
            last += 1
        return first, last

    def _run_length(self, day: int) -> int:
        first, last = self._run_around(day)
        return last - first + 1

    def _makes_short_gap(self, day: int, least: int) -> bool:
        """Whether working on a day would leave too few days off beside it."""
        return any(
            not self.is_worked(day + step)
            and any(self.is_worked(day + step * away) for away in range(2, least + 1))
            for step in (-1, 1)
        )

    def _closed_weekends(self, most: int) -> list[int]:
        worked, others = 0, list[int]()
        for days in _weekends(self.problem):
            if any(day in self.days or (most and day in self.past) for day in days):
                worked += 1
            else:
                others += days
        return others if worked >= most else []

    def owed(self) -> set[int]:
        """Days on which a rule asks for more work than there is."""
        return set(self._owed_minutes()) | set(self._owed_days())

    def _owed_minutes(self) -> Iterator[int]:
        minutes: Counter[int] = Counter()
        for choice in self.taken:
            minutes[int(self._day[choice])] += int(self._minutes[choice])
        horizon = self.problem.horizon
        for week in range(horizon.num_weeks if self.worker.is_min_hard else 0):
            days = [day for day in range(horizon.days) if horizon.week_of_day[day] == week]
            least = guaranteed_minutes(self.problem, self.worker, week)
            if sum(minutes[day] for day in days) < least:
                yield from days
        for limit in self.worker.rolling_limits:
            for first in range(horizon.days - limit.days + 1):
                window = range(first, first + limit.days)
                is_short = sum(minutes[day] for day in window) < limit.min_minutes
                if limit.shortfall_cost is None and is_short:
                    yield from window

    def _owed_days(self) -> Iterator[int]:
        for first, last in self.short_runs():
            yield from (first - 1, last + 1)
        most = self.worker.max_consecutive_days_off
        if most is not None:
            known = min(self.past, default=0)
            for last in range(max(0, known + most), self.problem.horizon.days):
                run = range(last - most, last + 1)
                if not any(self.is_worked(day) for day in run):
                    yield from run

    def short_runs(self) -> list[tuple[int, int]]:
        """First and last day of each run that is too short and ends in sight."""
        runs = {self._run_around(day) for day in (*self.days, *self.past.intersection((-1,)))}
        known = min(self.past, default=0)
        return [
            (first, last)
            for first, last in sorted(runs)
            if last - first + 1 < self.worker.min_consecutive_days
            and first > known
            and last + 1 < self.problem.horizon.days
        ]


def _strict(problem: Problem, worker: Worker) -> Worker:
    """The worker with his soft limits as hard ones, so that a quick schedule does not pay them.

    Where few may change, what they had is kept instead.
    """
    own = worker.priced_limits
    if not own or problem.max_changed_workers is not None:
        return worker
    rests = [limit.limit for limit in own if limit.is_rest]
    weekly = [limit.limit for limit in own if limit.kind == "weeks_without_rest"]
    days = [limit.limit for limit in own if limit.kind == "days_in_a_row"]
    longest = min([worker.max_consecutive_days, *days])
    return replace(
        worker,
        min_rest_minutes=max([worker.min_rest_minutes, *rests]),
        min_weekly_rest_minutes=max([worker.min_weekly_rest_minutes or 0, *weekly]) or None,
        max_consecutive_days=max(longest, worker.min_consecutive_days),
    )


def _weekends(problem: Problem) -> Iterator[tuple[int, int]]:
    for week in range(problem.horizon.num_weeks):
        saturday = 7 * week + SATURDAY - problem.horizon.first_day.weekday()
        yield saturday, saturday + 1
