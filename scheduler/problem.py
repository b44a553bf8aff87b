"""The problem the optimiser gets: frozen data, checked once, integers inside.

Time is integer minutes since the horizon's start, counted in UTC, half-open ``[start, end)``.
Money is integer cents. Wall-clock values ("HH:MM") are minutes of the local day.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from scheduler.backlog import Backlog
from scheduler.errors import ProblemInvalid
from scheduler.horizon import Horizon
from scheduler.policy import Policy, Spread
from scheduler.shift_template import PAY_IN_FULL, ShiftTemplate
from scheduler.worker import Span, Worker

# Points of one worker's requests that count in full when wishes are normalised.
REQUEST_POINTS = 10
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Queue:
    """A stream of contacts that one skill serves; prices in cents per worker-hour."""

    id: str
    skill: str
    understaffing_cost: int
    overstaffing_cost: int = 0

    def __post_init__(self) -> None:
        if self.understaffing_cost < 0 or self.overstaffing_cost < 0:
            raise ProblemInvalid(f"queue {self.id}: a price is negative")


@dataclass(frozen=True, slots=True)
class Pin:
    """A shift that must stay."""

    worker: str
    queue: str
    start: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Weights:
    """Prices of the soft terms, in cents; 0 switches a term off.

    ``preference``: per hour and per step below "gladly" (+2).
    ``fairness``: per hour and per quarter of the weekly maximum already filled.
    ``request``: per point of a request that is not granted.
    ``desired_hours``: per hour by which a week misses the worker's desired hours.
    ``unpopular``: per unpopular hour and per four unpopular hours already worked.
    ``change``: per shift of the previous schedule that is dropped and per one that is added.
    ``is_normalised``: preferences count against the worker's own mean over the hours he offers,
    and requests beyond ``REQUEST_POINTS`` of one worker are scaled down to that sum, so that
    neither always asking nor asking for little buys more than others get.
    """

    preference: int = 0
    fairness: int = 0
    request: int = 0
    desired_hours: int = 0
    unpopular: int = 0
    is_normalised: bool = False
    change: int = 0

    def __post_init__(self) -> None:
        prices = (
            self.preference, self.fairness, self.request, self.desired_hours, self.unpopular,
            self.change,
        )  # fmt: skip
        if min(prices) < 0:
            raise ProblemInvalid("objective: a weight is negative")


@dataclass(frozen=True, slots=True)
class Licence:
    """At most so many workers at once on some queues: seats, lines, licences of a tool.

    A worker counts in every interval that his shift (or, blended, his time on these queues)
    touches.
    """

    id: str
    queues: frozenset[str]
    max_workers: int

    def __post_init__(self) -> None:
        if self.max_workers < 0:
            raise ProblemInvalid(f"licence {self.id}: max_workers is negative")


@dataclass(frozen=True, slots=True)
class UnpopularHours:
    """Wall-clock hours that nobody likes, on ISO weekdays; an end before the start wraps.

    ``first`` and ``last`` are minutes of the local day, half-open; equal means the whole day.
    """

    weekdays: frozenset[int]
    first: int
    last: int

    def __post_init__(self) -> None:
        if not self.weekdays <= frozenset(range(1, 8)):
            raise ProblemInvalid("unpopular hours: weekdays are 1 (Monday) to 7")


@dataclass(frozen=True, slots=True)
class Previous:
    """A shift of the schedule that people know of; ``end`` and ``start`` tell whether it stays.

    Another queue or template in the same minutes is no change to the worker.
    """

    worker: str
    queue: str
    template: str
    start: int
    minutes: int

    @property
    def end(self) -> int:
        """Minute after the last."""
        return self.start + self.minutes


@dataclass(frozen=True, slots=True)
class Locks:
    """Where nothing but pinned shifts may be: times in which a shift starts, workers, queues."""

    times: tuple[Span, ...] = ()
    workers: frozenset[str] = frozenset()
    queues: frozenset[str] = frozenset()

    def hold(self, worker: str, queue: str, start: int) -> bool:
        """Whether a shift stands where the schedule is locked."""
        return (
            worker in self.workers
            or queue in self.queues
            or any(span.start <= start < span.end for span in self.times)
        )


@dataclass(frozen=True)
class Problem:
    """Everything the optimiser needs to know, and nothing about where it came from.

    ``requirement[queue]``: workers needed, one integer per interval.
    ``coverage_value[queue]``: per interval the value in cents per hour of the 1st, 2nd, ...
    worker, never rising; it replaces the requirement of that queue.
    ``backlogs[queue]``: work that may wait; it replaces the requirement of that queue.
    ``policies``: what the planner prefers beside cost, by name and at a price.
    ``is_blended``: a worker serves any queue of his skills, another in each interval if need be;
    otherwise a shift serves one queue.
    ``overruled``: workers whose pins break a rule and are kept all the same: they work exactly
    their pins, and no rule is asked.
    ``previous``: the schedule that people know of; of workers who are gone nothing counts.
    ``max_changed_workers``: at most so many workers get another shift or lose one of these.
    ``locks``: where only pinned shifts are worked.
    """

    horizon: Horizon
    currency: str
    queues: tuple[Queue, ...]
    shift_templates: tuple[ShiftTemplate, ...]
    workers: tuple[Worker, ...]
    requirement: Mapping[str, IntArray]
    coverage_value: Mapping[str, tuple[tuple[int, ...], ...]] = field(default_factory=dict)
    pins: tuple[Pin, ...] = ()
    weights: Weights = Weights()
    licences: tuple[Licence, ...] = ()
    unpopular_hours: tuple[UnpopularHours, ...] = ()
    is_blended: bool = False
    overruled: frozenset[str] = frozenset()
    policies: tuple[Policy, ...] = ()
    previous: tuple[Previous, ...] = ()
    max_changed_workers: int | None = None
    locks: Locks = Locks()
    backlogs: Mapping[str, Backlog] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for kind, items in (
            ("queue", self.queues),
            ("shift template", self.shift_templates),
            ("worker", self.workers),
            ("licence", self.licences),
        ):
            _check_unique(kind, [item.id for item in items])
        _check_need(self)
        _check_backlogs(self)
        _check_windows(self)
        _check_references(self)
        _check_policies(self)
        self._check_pins()

    def _check_pins(self) -> None:
        workers = {worker.id for worker in self.workers}
        queues = {queue.id for queue in self.queues}
        for index, pin in enumerate(self.pins):
            if pin.worker not in workers:
                raise ProblemInvalid(f"pins[{index}].worker: {pin.worker!r} is not a worker")
            if pin.queue not in queues:
                raise ProblemInvalid(f"pins[{index}].queue: {pin.queue!r} is not a queue")

    @cached_property
    def worker_by_id(self) -> dict[str, Worker]:
        """Workers by their id."""
        return {worker.id: worker for worker in self.workers}

    @cached_property
    def previous_times(self) -> dict[str, frozenset[tuple[int, int]]]:
        """Start and end of each worker's shifts in the previous schedule."""
        found: dict[str, set[tuple[int, int]]] = defaultdict(set)
        for one in self.previous:
            found[one.worker].add((one.start, one.end))
        return {worker: frozenset(times) for worker, times in found.items()}

    def pay_percent(self, template: str) -> int:
        """What part of the wage a shift of a template pays."""
        return self._pay_percents.get(template, PAY_IN_FULL)

    @cached_property
    def standby_queues(self) -> frozenset[str]:
        """Queues that only standby serves: nobody is missing there, but a no-show may cost."""
        found = set()
        for queue in self.queues:
            pays = [one.pay_percent for one in self.shift_templates if one.serves(queue.id)]
            if max(pays, default=PAY_IN_FULL) < PAY_IN_FULL:
                found.add(queue.id)
        return frozenset(found)

    @cached_property
    def _pay_percents(self) -> dict[str, int]:
        return {template.id: template.pay_percent for template in self.shift_templates}

    @cached_property
    def queue_by_id(self) -> dict[str, Queue]:
        """Queues by their id."""
        return {queue.id: queue for queue in self.queues}


def _check_unique(kind: str, ids: list[str]) -> None:
    seen: set[str] = set()
    for one in ids:
        if not one:
            raise ProblemInvalid(f"{kind}: an id is empty")
        if one in seen:
            raise ProblemInvalid(f"{kind} {one!r}: the id is used twice")
        seen.add(one)


def _check_need(problem: Problem) -> None:
    known = {queue.id for queue in problem.queues}
    expected = problem.horizon.num_intervals
    for name, table in (
        ("requirement", problem.requirement),
        ("coverage_value", problem.coverage_value),
    ):
        for queue_id, values in table.items():
            if queue_id not in known:
                raise ProblemInvalid(f"{name}.{queue_id}: not a queue")
            if len(values) != expected:
                raise ProblemInvalid(
                    f"{name}.{queue_id}: {len(values)} values, needed is one per interval: "
                    f"{expected}"
                )
    for queue_id, requirement in problem.requirement.items():
        if len(requirement) and int(requirement.min()) < 0:
            raise ProblemInvalid(f"requirement.{queue_id}: a value is negative")
    for queue_id, curves in problem.coverage_value.items():
        for index, curve in enumerate(curves):
            if any(b > a for a, b in pairwise(curve)) or min(curve, default=0) < 0:
                raise ProblemInvalid(
                    f"coverage_value.{queue_id}[{index}]: values must not rise or be negative"
                )


def _check_backlogs(problem: Problem) -> None:
    expected = problem.horizon.num_intervals
    for queue_id, backlog in problem.backlogs.items():
        if queue_id not in problem.queue_by_id:
            raise ProblemInvalid(f"backlogs.{queue_id}: not a queue")
        if queue_id in problem.coverage_value:
            raise ProblemInvalid(f"backlogs.{queue_id}: the queue has a coverage_value already")
        if len(backlog.arriving) != expected:
            raise ProblemInvalid(
                f"backlogs.{queue_id}: {len(backlog.arriving)} values, needed is one per "
                f"interval: {expected}"
            )
        if queue_id in problem.standby_queues:
            raise ProblemInvalid(f"backlogs.{queue_id}: work that may wait needs no standby")


def _check_windows(problem: Problem) -> None:
    end = problem.horizon.num_minutes
    for worker in problem.workers:
        for window in worker.availability:
            if window.start < 0 or window.end > end:
                raise ProblemInvalid(f"worker {worker.id}: availability lies outside the horizon")
        for span in worker.past_shifts:
            if span.end > 0:
                raise ProblemInvalid(f"worker {worker.id}: a past shift ends inside the horizon")
        if any(span.start < 0 for span in worker.external_shifts):
            raise ProblemInvalid(
                f"worker {worker.id}: an external shift starts before the horizon; it is a past one"
            )


def _check_references(problem: Problem) -> None:
    queues = {queue.id for queue in problem.queues}
    templates = {template.id for template in problem.shift_templates}
    for template in problem.shift_templates:
        _check_known(f"shift template {template.id}.queues", template.queues or (), queues)
        _check_known(
            f"shift template {template.id}.forbidden_next", template.forbidden_next, templates
        )
    for licence in problem.licences:
        _check_known(f"licence {licence.id}.queues", licence.queues, queues)
    _check_known("locked_queues", problem.locks.queues, queues)
    if problem.locks.queues and problem.is_blended:
        raise ProblemInvalid("locked_queues: blended, a shift serves many queues")
    if problem.max_changed_workers is not None and problem.max_changed_workers < 0:
        raise ProblemInvalid("max_changed_workers: is negative")
    for worker in problem.workers:
        named = [one.template for one in worker.requests if one.template is not None]
        _check_known(f"worker {worker.id}.requests", named, templates)
        _check_known(
            f"worker {worker.id}.max_shifts_by_template", worker.max_shifts_by_template, templates
        )


def _check_policies(problem: Problem) -> None:
    # Members who are nobody here do no harm: a part of a problem keeps the policies of the whole.
    _check_unique("policy", [policy.name for policy in problem.policies])
    for policy in problem.policies:
        if isinstance(policy, Spread) and policy.queues is not None:
            field = f"policy {policy.name}.queues"
            _check_known(field, policy.queues, {queue.id for queue in problem.queues})
            if problem.is_blended:
                raise ProblemInvalid(f"{field}: blended, a policy spreads those on any queue")


def _check_known(field: str, named: Iterable[str], known: set[str]) -> None:
    for one in sorted(set(named) - known):
        raise ProblemInvalid(f"{field}: {one!r} is not known")
