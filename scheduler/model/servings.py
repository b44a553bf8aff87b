"""How many people serve which queue, and whom the shifts bring to serve.

A shift serves one queue: then starters of one skill group and slot are interchangeable, and one
integer per queue counts those who serve it. Blended, it is the people present in an interval who
are interchangeable where they may serve the same queues.
"""

from dataclasses import dataclass

import numpy as np

from scheduler.model.linear import BoolArray, LinearBuilder
from scheduler.model.slots import covered
from scheduler.problem import IntArray, Problem


@dataclass(frozen=True, slots=True)
class Servings:
    """How many people serve a queue over ``[start, end)``: one integer column each.

    Those with one ``key`` are as many as the shifts bring: entry by entry, the choice
    ``choice`` brings one person to the key ``choice_key``. A key is a (skill group, slot), or,
    blended, interchangeable people in one interval. ``owner``: the worker who alone can serve
    it, where workers must be told apart; else -1.
    """

    key: IntArray
    queue: IntArray
    start: IntArray
    end: IntArray
    owner: IntArray
    column: IntArray
    choice: IntArray
    choice_key: IntArray


def shift_servings(
    model: LinearBuilder,
    span: tuple[IntArray, IntArray],
    owner: IntArray,
    key: IntArray,
    able: BoolArray,
) -> Servings:
    """A shift serves one queue from its start to its end.

    ``span``, ``owner`` and ``key`` (skill group and slot): one entry per choice. ``able``:
    whether a key may serve a queue, shape (keys, queues).
    """
    keys, first, starters = np.unique(key, return_index=True, return_counts=True)
    queue, at = np.nonzero(able[keys].T)
    return Servings(
        key=keys[at],
        queue=queue,
        start=span[0][first[at]],
        end=span[1][first[at]],
        owner=owner[first[at]],
        column=model.add_columns(np.zeros(len(at), dtype=np.int64), starters[at]),
        choice=np.arange(len(key)),
        choice_key=key,
    )


def interval_servings(
    problem: Problem,
    model: LinearBuilder,
    span: tuple[IntArray, IntArray],
    worker: IntArray,
    owner: IntArray,
    kind: IntArray,
    able: BoolArray,
) -> Servings:
    """Blended: in each interval everybody present serves one of his queues, with need or without.

    ``span``, ``worker``, ``owner`` and ``kind`` (of people who may serve the same): one entry per
    choice. ``able``: whether a kind may serve a queue, shape (kinds, queues). Nobody staffs an
    interval that his shift covers only in part; his queue there matters to licences alone.
    """
    length, size = problem.horizon.interval_minutes, problem.horizon.num_intervals
    _, crew_of_kind = np.unique(able, axis=0, return_inverse=True)
    crew = crew_of_kind.reshape(-1)[kind] * (len(problem.workers) + 1) + owner + 1
    choice, interval = _touched(span, length)
    is_whole = (interval * length >= span[0][choice]) & ((interval + 1) * length <= span[1][choice])
    if not problem.licences:
        choice, interval, is_whole = choice[is_whole], interval[is_whole], is_whole[is_whole]
    choice_key = (crew[choice] * 2 + ~is_whole) * size + interval
    keys, first = np.unique(choice_key, return_index=True)
    # Part of an interval leaves room for another shift; overruled ones may even overlap.
    is_once = is_whole & (owner[choice] < 0)
    person = np.where(is_once, worker[choice], len(problem.workers) + choice)
    many = len(problem.workers) + len(kind) + 1
    people = np.unique(choice_key * many + person)
    present = np.bincount(np.searchsorted(keys, people // many))
    at, queue = np.nonzero(able[kind[choice[first]]])
    start = interval[first[at]] * length
    return Servings(
        key=keys[at],
        queue=queue,
        start=start,
        # A part is as long as any part: it touches its interval and covers none.
        end=start + np.where(is_whole[first[at]], length, 1),
        owner=owner[choice[first[at]]],
        column=model.add_columns(np.zeros(len(at), dtype=np.int64), present[at]),
        choice=choice,
        choice_key=choice_key,
    )


def _touched(span: tuple[IntArray, IntArray], length: int) -> tuple[IntArray, IntArray]:
    """Every interval that a choice touches, as entries (choice, interval)."""
    first, last = span[0] // length, -(-span[1] // length)
    count = last - first
    choice = np.repeat(np.arange(len(count)), count)
    offset = np.arange(len(choice)) - np.repeat(np.cumsum(count) - count, count)
    return choice, first[choice] + offset


def served_intervals(problem: Problem, servings: Servings) -> tuple[IntArray, IntArray]:
    """One entry for each interval that a serving covers: key (queue, interval) and column."""
    first, last = covered(problem, servings.start, servings.end)
    length = np.maximum(last - first, 0)
    column = np.repeat(servings.column, length)
    offset = np.arange(len(column)) - np.repeat(np.cumsum(length) - length, length)
    interval = np.repeat(first, length) + offset
    queue = np.repeat(servings.queue, length)
    return queue * problem.horizon.num_intervals + interval, column
