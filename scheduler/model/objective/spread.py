"""What it costs that too many of those staffed are of one group."""

from dataclasses import dataclass
from math import gcd

import numpy as np

from scheduler.model.linear import LinearBuilder
from scheduler.model.ranges import ranges
from scheduler.model.slots import covered
from scheduler.model.spreads import spread_groups
from scheduler.model.variables import Variables
from scheduler.policy import PARTS, PERMILLE, Spread
from scheduler.pricing import excess_part_price
from scheduler.problem import IntArray, Problem


@dataclass(frozen=True, slots=True)
class _Staffed:
    """Who may staff the intervals with need: entries of interval, column and group (-1: none).

    ``most``: at most so many at once, by interval; ``most_of``: of each group, shape
    (groups, intervals).
    """

    interval: IntArray
    column: IntArray
    group: IntArray
    most: IntArray
    most_of: IntArray


def spread(problem: Problem, policy: Spread, v: Variables, model: LinearBuilder) -> None:
    """A group's staffed workers less its share of all staffed are at most the excess.

    In whole numbers: the share is a fraction p / q. A column ``idle`` says how many fewer than
    the most are staffed, ``idle + staffed >= most``, and each group has a row
    ``q excess / 4 - q staffed of it >= p (idle - most)``: excess counts quarters of a worker.
    """
    price = excess_part_price(policy, problem.horizon)
    step = gcd(policy.most_permille, PERMILLE)
    share, whole = policy.most_permille // step, PERMILLE // step
    there = _staffed(problem, policy, v)
    present = np.flatnonzero(there.most)
    if not price or share == whole or not len(present):
        return
    most = there.most[present]
    idle = model.add_columns(0 * most, most if share else 0 * most, is_slack=True)
    if share:
        _add(model, present, most, (there.interval, there.column, 1), (present, idle, 1))
    for number in range(len(policy.groups)):
        rows = np.flatnonzero(there.most_of[number])
        is_own = there.group == number
        excess = model.add_columns(
            np.full(len(rows), price), PARTS * there.most_of[number][rows], is_slack=True
        )
        _add(
            model, rows, -PARTS * share * there.most[rows],
            (there.interval[is_own], there.column[is_own], -PARTS * whole),
            (rows, idle[np.searchsorted(present, rows)], -PARTS * share),
            (rows, excess, whole),
        )  # fmt: skip


def _add(
    model: LinearBuilder, rows: IntArray, least: IntArray, *parts: tuple[IntArray, IntArray, int]
) -> None:
    """One row for each interval: so many times the columns of each part are at least so much."""
    parts = tuple(part for part in parts if part[2])
    model.at_least(
        np.concatenate([interval for interval, _, _ in parts]),
        np.concatenate([column for _, column, _ in parts]),
        np.concatenate([np.full(len(column), factor) for _, column, factor in parts]),
        dict(zip(rows.tolist(), least.tolist(), strict=True)),
    )


def _staffed(problem: Problem, policy: Spread, v: Variables) -> _Staffed:
    """On all queues the choices say who is there; on some, servings of one group each."""
    member = spread_groups(problem, policy)
    is_meant = np.array([policy.is_about(one.id) for one in problem.queues], dtype=bool)
    is_needed = np.zeros(problem.horizon.num_intervals, dtype=bool)
    is_needed[v.need.interval[is_meant[v.need.queue]]] = True
    choice, interval = _covered(problem, v.choices.start, v.choices.end)
    keep = is_needed[interval]
    choice, interval = choice[keep], interval[keep]
    of_choice = member[v.choices.worker[choice]]
    most, most_of = _most(problem, policy, v, choice, interval, of_choice)
    if policy.queues is None:
        return _Staffed(interval, v.choices.column[choice], of_choice, most, most_of)
    own = np.flatnonzero(is_meant[v.servings.queue])
    of_skills = np.full(len(v.groups), -1)
    of_skills[v.group_of_worker] = member
    group = of_skills[v.servings.key[own] // len(v.slots.start)]
    at, interval = _covered(problem, v.servings.start[own], v.servings.end[own])
    keep = is_needed[interval]
    return _Staffed(
        interval[keep], v.servings.column[own[at[keep]]], group[at[keep]], most, most_of
    )  # fmt: skip


def _covered(problem: Problem, start: IntArray, end: IntArray) -> tuple[IntArray, IntArray]:
    """Entries (index, interval) for each interval that a shift covers as a whole."""
    first, last = covered(problem, start, end)
    return ranges(first, np.maximum(last - first, 0))


def _most(
    problem: Problem,
    policy: Spread,
    v: Variables,
    choice: IntArray,
    interval: IntArray,
    group: IntArray,
) -> tuple[IntArray, IntArray]:
    """How many can be there at once, in all and of each group; the overruled may overlap."""
    size = problem.horizon.num_intervals
    worker = v.choices.worker[choice]
    person = np.where(v.is_ruled[worker], worker, len(problem.workers) + choice)
    many = len(problem.workers) + len(v.choices.worker) + 1
    _, first = np.unique(interval * many + person, return_index=True)
    most = np.bincount(interval[first], minlength=size)
    most_of = np.zeros((len(policy.groups), size), dtype=np.int64)
    grouped = first[group[first] >= 0]
    np.add.at(most_of, (group[grouped], interval[grouped]), 1)
    return most.astype(np.int64), most_of
