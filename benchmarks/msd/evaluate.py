"""What a design costs, counted interval by interval; knows nothing of any model."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.msd.instance import Instance, InvalidInstance


@dataclass(frozen=True, slots=True)
class Duty:
    """Workers who do one shift on one day; start and length in intervals, start from midnight."""

    start: int
    length: int
    day: int
    workers: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Minutes short, minutes too many, distinct shifts of the week, and the cost of all three."""

    under_minutes: int
    over_minutes: int
    distinct_shifts: int
    cost: int


def evaluate(instance: Instance, duties: Sequence[Duty]) -> Evaluation:
    """Count a design; work beyond the last night falls on the first morning.

    Raises InvalidInstance for a duty that the instance does not allow.
    """
    allowed = set(instance.shifts)
    staffed = [0] * instance.num_intervals
    for duty in duties:
        if (duty.start, duty.length) not in allowed or not 0 <= duty.day < instance.days:
            raise InvalidInstance(f"{instance.name}: {duty} is not allowed")
        if duty.workers < 1:
            raise InvalidInstance(f"{instance.name}: {duty} has nobody on it")
        begin = duty.day * instance.intervals_per_day + duty.start
        for interval in range(begin, begin + duty.length):
            staffed[interval % instance.num_intervals] += duty.workers
    lack = [need - here for need, here in zip(instance.demand.tolist(), staffed, strict=True)]
    under = sum(count for count in lack if count > 0) * instance.interval
    over = sum(-count for count in lack if count < 0) * instance.interval
    distinct = len({(duty.start, duty.length) for duty in duties})
    cost = (
        instance.under_weight * under
        + instance.over_weight * over
        + instance.shift_weight * distinct
    )
    return Evaluation(under, over, distinct, cost)
