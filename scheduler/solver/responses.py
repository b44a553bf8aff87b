"""Each worker's best schedule at given prices of the site's rows, for many workers at once.

A worker passes from day to day with two things: when his last day ended, for the rest, and how
many minutes of the week he has worked, for what a week allows and costs. That is a small dynamic
programme over what he may do each day, and it runs over all workers side by side.

It knows the shifts of a day, the rest, and all that depends on a week's minutes. Rules that it
does not know it leaves out: its answers may then break them, and what it says a worker earns at
most stays true all the same, which is what a bound needs.
"""

from math import gcd

import numpy as np
import numpy.typing as npt

from scheduler.model.build import Model
from scheduler.model.constraints import week_limits
from scheduler.model.linear import FloatArray
from scheduler.pricing import desired_cost, fairness_cost, guaranteed_minutes, unworked_cost
from scheduler.problem import IntArray, Problem
from scheduler.solver.day_plans import day_plans
from scheduler.solver.site import Worth
from scheduler.worker import Worker

NEVER = -1e12
MOST_CELLS = 6_000_000  # numbers in one array of the programme; more workers go in turns


class Responses:
    """The dynamic programme of all workers.

    Arrays of shape (days, workers, places): a worker's plans of a day stand in order of their
    ends; empty places hold plan -1. ``reach``: how many places of the day before end early
    enough for the rest. ``week_cost``: shape (workers, weeks, units + 1), what a week of so many
    units costs beyond its shifts.
    """

    def __init__(self, model: Model) -> None:
        problem, plans = model.problem, day_plans(model)
        self.model, self.plans = model, plans
        self.days, self.num_workers = problem.horizon.days, len(problem.workers)
        self.week = np.array(problem.horizon.week_of_day)
        self.is_ruled = model.variables.is_ruled
        order = np.lexsort((plans.start, plans.end, plans.day, plans.worker))
        cell = (plans.worker * self.days + plans.day)[order]
        edges = np.searchsorted(cell, np.arange(self.num_workers * self.days))
        place = np.arange(len(cell)) - edges[cell]
        self.places = int(place.max(initial=0)) + 1
        at = plans.day[order], plans.worker[order], place
        shape = self.days, self.num_workers, self.places
        self.plan = np.full(shape, -1, dtype=np.int32)
        self.plan[at] = order
        choices = model.variables.choices
        self.unit = gcd(*np.unique(choices.end - choices.start).tolist()) or 1
        self.units = np.zeros(shape, dtype=np.int16)
        self.units[at] = (plans.minutes // self.unit)[order]
        self.lengths = np.unique(self.units[at]).tolist()
        self.reach = self._reach(shape)
        self.week_cost = _week_costs(problem, self.unit)

    def _reach(self, shape: tuple[int, ...]) -> npt.NDArray[np.int16]:
        plans = self.plans
        rest = np.array([one.min_rest_minutes for one in self.model.problem.workers])[:, None]
        reach = np.zeros(shape, dtype=np.int64)
        for day in range(1, self.days if len(plans.worker) else 0):
            before, own = self.plan[day - 1], self.plan[day]
            far = np.iinfo(np.int64).max // 2
            end = np.where(before >= 0, plans.end[before] + rest, far)
            start = np.where(own >= 0, plans.start[own], -1)
            for place in range(self.places):
                reach[day] += (end[:, place, None] <= start).astype(np.int64)
        return reach.astype(np.int16)

    @property
    def num_states(self) -> int:
        """Units of a week that are told apart, none included."""
        return int(self.week_cost.shape[2])

    @property
    def batch(self) -> int:
        """Workers that fit into one pass."""
        return max(1, MOST_CELLS // (self.places * self.num_states * self.days))

    def profit(self, worth: Worth, plans: npt.NDArray[np.int32]) -> FloatArray:
        """Worth less cost of some plans."""
        choices = self.plans.choices[plans]
        found = worth.profit(choices[:, 0])
        for more in choices.T[1:]:
            found[more >= 0] += worth.profit(more[more >= 0])
        return found

    def earnings(self, worth: Worth) -> FloatArray:
        """What each worker earns at most, shape (workers,)."""
        found = np.zeros(self.num_workers)
        for first in range(0, self.num_workers, self.batch):
            workers = np.arange(first, min(self.num_workers, first + self.batch))
            found[workers] = _Pass(self, worth, workers).earned
        for worker in np.flatnonzero(~self.is_ruled).tolist():
            # The overruled work exactly their pins, whatever the programme thinks of it.
            found[worker] = worth.profit(self.model.variables.of_worker(worker)).sum()
        return found

    def choose(self, worth: Worth, workers: IntArray) -> IntArray:
        """The choices of these workers' best schedules, in one array."""
        parts = [
            _Pass(self, worth, workers[first : first + self.batch]).chosen()
            for first in range(0, len(workers), self.batch)
        ]
        return np.concatenate([np.zeros(0, dtype=np.int64), *parts])


class _Pass:
    """One run over the days for some workers.

    ``idle[day]``: best of the histories whose last shift was before that day, by units of the
    week. ``upto[day]``: best of those with a shift on that day at one of the first places.
    """

    def __init__(self, programme: Responses, worth: Worth, workers: IntArray) -> None:
        self.programme, self.workers = programme, workers
        self.idle: list[FloatArray] = []
        self.upto: list[FloatArray] = []
        self.at_place: list[FloatArray] = []
        num_states = programme.num_states
        idle = np.full((len(workers), num_states), NEVER)
        idle[:, 0] = 0.0
        upto = np.full((len(workers), programme.places + 1, num_states), NEVER)
        for day in range(programme.days):
            if day and programme.week[day] != programme.week[day - 1]:
                idle, upto = self._end_week(idle, day - 1), self._end_week(upto, day - 1)
            reach = programme.reach[day][workers].astype(np.int64)
            before = np.take_along_axis(upto, reach[:, :, None], axis=1)
            at_place = self._work(day, np.maximum(before, idle[:, None, :]), worth)
            idle = np.maximum(idle, upto[:, -1])
            upto = np.full((len(workers), programme.places + 1, num_states), NEVER)
            np.maximum.accumulate(at_place, axis=1, out=upto[:, 1:])
            self.idle.append(idle)
            self.upto.append(upto)
            self.at_place.append(at_place)
        final = np.maximum(idle, upto[:, -1]) - self._cost(programme.days - 1)
        self.earned: FloatArray = final.max(axis=1)

    def _work(self, day: int, before: FloatArray, worth: Worth) -> FloatArray:
        """Best of the histories that end with the shift at each place of the day."""
        programme = self.programme
        plan, units = programme.plan[day][self.workers], programme.units[day][self.workers]
        profit = np.full(plan.shape, NEVER)
        is_there = plan >= 0
        profit[is_there] = np.maximum(programme.profit(worth, plan[is_there]), NEVER)
        found = np.full(before.shape, NEVER)
        for length in programme.lengths:
            added = before[:, :, : before.shape[2] - length] + profit[:, :, None]
            if len(programme.lengths) == 1:
                found[:, :, length:] = added
            else:
                np.copyto(found[:, :, length:], added, where=(units == length)[:, :, None])
        return found

    def _cost(self, day: int) -> FloatArray:
        cost: FloatArray = self.programme.week_cost[self.workers, self.programme.week[day]]
        return cost

    def _end_week(self, values: FloatArray, day: int) -> FloatArray:
        cost = self._cost(day)
        found = np.full_like(values, NEVER)
        found[..., 0] = (values - (cost if values.ndim == 2 else cost[:, None, :])).max(axis=-1)
        return found

    def chosen(self) -> IntArray:
        """Go back over the days and pick up the shifts of the best histories."""
        programme, every = self.programme, np.arange(len(self.workers))
        found = np.full((programme.days, len(every)), -1, dtype=np.int64)
        within = np.full(len(every), programme.places)
        state = np.zeros(len(every), dtype=np.int64)
        for day in range(programme.days - 1, -1, -1):
            idle, upto = self.idle[day], self.upto[day][every, within]
            if day == programme.days - 1 or programme.week[day + 1] != programme.week[day]:
                state = (np.maximum(idle, upto) - self._cost(day)).argmax(axis=1)
            works = upto[every, state] > idle[every, state]
            of_state = self.at_place[day][every, :, state]
            open_places = np.arange(programme.places)[None, :] < within[:, None]
            place = np.where(open_places, of_state, 2 * NEVER).argmax(axis=1)
            found[day, works] = programme.plan[day][self.workers[works], place[works]]
            units = programme.units[day][self.workers, place]
            state = np.where(works, state - units, state)
            reach = programme.reach[day][self.workers, place]
            within = np.where(works, reach, programme.places)
        choices = programme.plans.choices[found[found >= 0]]
        return choices[choices >= 0]


def _week_costs(problem: Problem, unit: int) -> FloatArray:
    limits = np.array([week_limits(problem, worker) for worker in problem.workers], dtype=np.int64)
    limits = limits.reshape(len(problem.workers), problem.horizon.num_weeks)
    longest = 7 * max((one.minutes for one in problem.shift_templates), default=0)
    most = int(min(limits.max(initial=0), longest)) // unit
    units = np.arange(most + 1)
    found = np.where(units[None, None, :] * unit > limits[:, :, None], -NEVER, 0.0)
    for index, worker in enumerate(problem.workers):
        if _week_matters(problem, worker):
            for week in range(problem.horizon.num_weeks):
                found[index, week] += [
                    _week_cost(problem, worker, week, count * unit) for count in units.tolist()
                ]
    return found


def _week_matters(problem: Problem, worker: Worker) -> bool:
    return bool(
        worker.min_minutes_per_week
        or problem.weights.fairness
        or (worker.desired_minutes_per_week is not None and problem.weights.desired_hours)
    )


def _week_cost(problem: Problem, worker: Worker, week: int, minutes: int) -> int:
    missing = guaranteed_minutes(problem, worker, week) - minutes
    # A hard least is left out: without pay for what is missing, the bound stays a bound.
    unworked = 0 if worker.is_min_hard else unworked_cost(problem, worker, missing)
    return (
        unworked
        + fairness_cost(problem, worker, minutes)
        + desired_cost(problem, worker, week, minutes)
    )
