"""The search: the crowd, its shifts handed out, their tasks, then improvement till the end."""

from dataclasses import dataclass, replace
from time import monotonic

import numpy as np

from benchmarks.matsp.evaluate import Evaluation, evaluate
from benchmarks.matsp.improve import Improver, Limits
from benchmarks.matsp.instance import Instance
from benchmarks.matsp.model import crowd
from benchmarks.matsp.neighbours import Neighbourhoods
from benchmarks.matsp.profile import crowd_profile, merge_tasks
from benchmarks.matsp.retime import ShiftSearch
from benchmarks.matsp.schedule import Schedule, Shift
from benchmarks.matsp.split import Counts, hand_out
from benchmarks.matsp.tasks import TaskSweep
from scheduler.problem import IntArray
from scheduler.solver.relaxation import relax

UNDER_PRICE = 100  # of a worker too few in a slot; too many cost 1, then 3, 5...
PROFILE_UNDER_PRICE = 8  # the crowd's profile is a guide, not a requirement
# Shares of the time; what a step leaves over goes to the improvement at the end.
BOUND_SHARE, CROWD_SHARE, SPLIT_SHARE, PROFILE_SHARE = 0.12, 0.3, 0.1, 0.1
SINGLE_SPLIT_SHARE = 0.3  # with a single task this decides
IMPROVE_SHARE, TASKS_SECONDS = 0.2, 10.0
LARGE = 10_000  # slots times tasks; beyond, the bound leaves the tasks out
MOST_SWEEPS, MOST_ROUNDS = 3, 400
SQUEEZE_SECONDS, OTHER_SECONDS, SINGLE_SECONDS = 4.0, 2.0, 30.0
PARTS_EVERY = 3  # turns
LOW_PRICES, MEND_ROUNDS = (2, 3, 5, 10, 30), 6


@dataclass(frozen=True, slots=True)
class Result:
    """The best schedule found, if any keeps all rules, its judgement, and the bound proven.

    The bound holds for both readings of the over-cover.
    """

    schedule: Schedule | None
    evaluation: Evaluation | None
    bound: int

    @property
    def status(self) -> str:
        """``optimal``, ``feasible`` or ``unknown``."""
        if self.evaluation is None:
            return "unknown"
        return "optimal" if self.evaluation.squared <= self.bound else "feasible"


def solve(instance: Instance, limits: Limits) -> Result:
    """Find a schedule without under-cover and with little over-cover, and a bound for it."""
    deadline = monotonic() + limits.seconds
    bound = lower_bound(instance, limits.seconds * BOUND_SHARE)
    counts, on_task = crowd_profile(
        instance, replace(limits, seconds=limits.seconds * CROWD_SHARE), bound
    )
    improver = Improver(instance, limits, UNDER_PRICE)
    improver.put_all(_hand_out(instance, counts, limits))
    if instance.num_tasks > 1:
        _fit_to_profile(instance, improver, on_task, limits)
    _renew_faulty(instance, improver, deadline - limits.seconds * IMPROVE_SHARE)
    if instance.num_tasks > 1:
        _give_tasks(instance, improver, on_task, min(deadline, monotonic() + TASKS_SECONDS))
    best = Best(instance)
    best.offer(improver)
    _improve(instance, improver, best, Deadline(deadline, bound), limits)
    return Result(best.schedule, best.evaluation, bound)


@dataclass(frozen=True, slots=True)
class Deadline:
    """When the search ends: at a time, or at a cost nothing can beat."""

    time: float
    bound: int

    def is_over(self, cost: float) -> bool:
        """Whether to end now."""
        return monotonic() > self.time or cost <= self.bound


def _improve(
    instance: Instance, improver: Improver, best: "Best", end: Deadline, limits: Limits
) -> None:
    """Turn by turn: many small moves of shifts, then whole workers or parts.

    With a single task the parts are small models that CP-SAT brings to their end, so they come
    first and get most of the time.
    """
    rng = np.random.default_rng(limits.seed + 2)
    neighbours = Neighbourhoods(instance, improver, limits)
    is_single, turn = instance.num_tasks == 1, 0
    while not end.is_over(best.cost):
        if turn or not is_single:
            _squeeze(instance, improver, rng, end.time)
            best.offer(improver)
        turn += 1
        stop = min(end.time, monotonic() + (SINGLE_SECONDS if is_single else OTHER_SECONDS))
        while monotonic() < stop and not end.is_over(best.cost):
            if is_single or turn % PARTS_EVERY == 0:
                neighbours.step(stop)
            else:
                _rebuild(instance, improver, neighbours.draw_workers(), rng, stop)
            best.offer(improver)


def _squeeze(instance: Instance, improver: Improver, rng: np.random.Generator, end: float) -> None:
    """Fill what is open while that gets on, then cut shifts where too many work."""
    moves = ShiftSearch(instance, improver.shifts, rng)
    before = moves.under + 1
    while moves.under < before and monotonic() < end:
        before = moves.under
        moves.fill(min(end, monotonic() + SQUEEZE_SECONDS), MOST_ROUNDS)
    stop = min(end, monotonic() + SQUEEZE_SECONDS)
    while moves.squared and monotonic() < stop:
        moves.squeeze(stop)
    improver.put_all(moves.shifts())


def _rebuild(
    instance: Instance,
    improver: Improver,
    workers: tuple[int, ...],
    rng: np.random.Generator,
    stop: float,
) -> None:
    """New shifts for some workers at a low price of too few, mended by all; undone if worse."""
    before, kept = improver.cost, list(improver.shifts)
    usual = improver.under_price
    improver.under_price = int(rng.choice(LOW_PRICES))
    for worker in workers:
        improver.put(worker, ())
    for worker in workers:
        if monotonic() < stop:
            improver.renew(worker)
    improver.under_price = usual
    if all(improver.shifts[worker] for worker in workers):
        moves = ShiftSearch(instance, improver.shifts, rng)
        moves.fill(stop, MEND_ROUNDS)
        improver.put_all(moves.shifts())
        if improver.cost <= before:
            return
    improver.put_all(kept)


class Best:
    """The best schedule that keeps all rules, by the squared over-cover."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self.schedule: Schedule | None = None
        self.evaluation: Evaluation | None = None

    @property
    def cost(self) -> float:
        """Squared over-cover; infinite while nothing is found."""
        return float("inf") if self.evaluation is None else self.evaluation.squared

    def offer(self, improver: Improver) -> None:
        """Take the improver's schedule if it is better and the judge finds no fault."""
        if improver.cost < self.cost:
            schedule = tuple(improver.shifts)
            found = evaluate(self._instance, schedule)
            if found.is_feasible and found.squared < self.cost:
                self.schedule, self.evaluation = schedule, found


def lower_bound(instance: Instance, seconds: float) -> int:
    """Over-cover below which no schedule can stay, in either reading."""
    seen = merge_tasks(instance) if instance.minimum.size > LARGE else instance
    return max(instance.forced_over, relax(crowd(seen).linear, seconds).bound)


def _hand_out(instance: Instance, counts: Counts, limits: Limits) -> list[tuple[Shift, ...]]:
    """Shifts of each worker, all on the first task; some may break rules."""
    rng = np.random.default_rng(limits.seed)
    order = rng.permutation(len(instance.workers)).tolist()
    share = SPLIT_SHARE if instance.num_tasks > 1 else SINGLE_SPLIT_SHARE
    deadline = monotonic() + limits.seconds * share
    workers = [instance.workers[worker] for worker in order]
    parts = hand_out(workers, counts, deadline, limits.workers, limits.seed)
    shifts: list[tuple[Shift, ...]] = [()] * len(order)
    for worker, own in zip(order, parts, strict=True):
        shifts[worker] = tuple(Shift(a, (0,) * (b - a)) for a, b in own.spans())
    return shifts


def _fit_to_profile(
    instance: Instance, improver: Improver, on_task: IntArray, limits: Limits
) -> None:
    """Mend the shifts handed out until the workers present are those of the crowd."""
    present = on_task.sum(axis=0, keepdims=True)
    single = replace(instance, minimum=present, maximum=present)
    fitter = Improver(single, limits, PROFILE_UNDER_PRICE)
    fitter.put_all(improver.shifts)
    deadline = monotonic() + limits.seconds * PROFILE_SHARE
    _renew_faulty(single, fitter, deadline + limits.seconds * PROFILE_SHARE)
    neighbours = Neighbourhoods(single, fitter, limits)
    while monotonic() < deadline and fitter.cost:
        neighbours.step(deadline)
    improver.put_all(fitter.shifts)


def _renew_faulty(instance: Instance, improver: Improver, deadline: float) -> None:
    """Give new shifts to each worker whose shifts break a rule or are missing."""
    names = [worker.name for worker in instance.workers]
    faults = evaluate(instance, tuple(improver.shifts)).violations
    faulty = {fault.split(": ")[0] for fault in faults}
    for worker, name in enumerate(names):
        if name in faulty and monotonic() < deadline:
            improver.renew(worker)


def _give_tasks(instance: Instance, improver: Improver, on_task: IntArray, deadline: float) -> None:
    """Give every shift its tasks: the best of some sweeps, then shift by shift."""
    rng = np.random.default_rng(len(instance.workers))
    shifts, least = list(improver.shifts), float("inf")
    chosen = shifts
    for _ in range(MOST_SWEEPS):
        improver.put_all(TaskSweep(on_task, instance.minimum, rng).run(shifts))
        if improver.cost < least:
            least, chosen = improver.cost, list(improver.shifts)
        if not improver.under or monotonic() > deadline:
            break
    moves = ShiftSearch(instance, chosen, rng)
    moves.fill(deadline, MOST_ROUNDS, is_timing=False)
    improver.put_all(moves.shifts())
