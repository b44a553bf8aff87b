"""The search: the crowd, its shifts handed out, their tasks, then improvement till the end."""

from dataclasses import dataclass, replace
from time import monotonic

import numpy as np

from benchmarks.matsp.evaluate import Evaluation, evaluate
from benchmarks.matsp.improve import Improver, Limits
from benchmarks.matsp.instance import Instance
from benchmarks.matsp.model import crowd
from benchmarks.matsp.neighbours import Neighbourhoods
from benchmarks.matsp.schedule import Schedule, Shift
from benchmarks.matsp.split import Counts, hand_out
from benchmarks.matsp.tasks import TaskSweep
from scheduler.errors import SolverFailed
from scheduler.problem import IntArray
from scheduler.solver.cp_sat import SearchParameters, search
from scheduler.solver.relaxation import relax

UNDER_PRICE = 100  # of a worker too few in a slot; too many cost 1, then 3, 5...
PROFILE_UNDER_PRICE = 8  # the crowd's profile is a guide, not a requirement
# Shares of the time; what a step leaves over goes to the improvement at the end.
BOUND_SHARE, SPLIT_SHARE, PROFILE_SHARE, TASKS_SHARE = 0.15, 0.1, 0.1, 0.1
LARGE = 10_000  # slots times tasks; beyond, the model of the crowd leaves the tasks out
MOST_SWEEPS = 200


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
    started = monotonic()
    bound = lower_bound(instance, limits.seconds * BOUND_SHARE)
    profile = crowd_profile(instance, limits, bound)
    improver = Improver(instance, limits, UNDER_PRICE)
    if profile is not None:
        improver.put_all(_hand_out(instance, profile, limits))
        if instance.num_tasks > 1:
            _fit_to_profile(instance, improver, profile, limits)
            _give_tasks(instance, improver, profile, limits)
    _renew_faulty(instance, improver)
    best = Best(instance)
    best.offer(improver)
    neighbours = Neighbourhoods(instance, improver, limits)
    while monotonic() < started + limits.seconds and best.cost > bound:
        neighbours.step(started + limits.seconds)
        best.offer(improver)
    return Result(best.schedule, best.evaluation, bound)


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


@dataclass(frozen=True, slots=True)
class Profile:
    """What the crowd does: its shifts, workers present, and those on each task, in each slot."""

    counts: Counts
    present: IntArray
    on_task: IntArray


def crowd_profile(instance: Instance, limits: Limits, bound: int) -> Profile | None:
    """A good schedule of the crowd: best without any slot over by more than one, else with.

    When its tasks make the model too large, it is a schedule of the tasks merged into one.
    """
    merged = merge_tasks(instance)
    exact = [(instance, 1, 0.15), (instance, None, 0.2)]
    rough = [(merged, instance.num_tasks, 0.15), (merged, None, 0.1)]
    is_large = instance.minimum.size > LARGE
    for modelled, most_over, share in rough if is_large else exact + rough:
        model = crowd(modelled, most_over)
        found: list[IntArray] = []
        seconds = limits.seconds * share
        parameters = SearchParameters(seconds, limits.workers, limits.seed, bound)
        try:
            search(model.linear, parameters, found.append)
        except SolverFailed:
            continue
        if found:
            values = found[-1]
            on_task = values[model.extra] + modelled.minimum
            is_merged = len(on_task) < instance.num_tasks
            counts = Counts(values[model.begins], values[model.ends])
            return Profile(counts, on_task.sum(axis=0), instance.minimum if is_merged else on_task)
    return None


def merge_tasks(instance: Instance) -> Instance:
    """The instance with all tasks as one."""
    low, high = (one.sum(axis=0, keepdims=True) for one in (instance.minimum, instance.maximum))
    return replace(instance, minimum=low, maximum=high)


def _hand_out(instance: Instance, profile: Profile, limits: Limits) -> list[tuple[Shift, ...]]:
    """Shifts of each worker, all on the first task; some may break rules."""
    rng = np.random.default_rng(limits.seed)
    order = rng.permutation(len(instance.workers)).tolist()
    deadline = monotonic() + limits.seconds * SPLIT_SHARE
    workers = [instance.workers[worker] for worker in order]
    parts = hand_out(workers, profile.counts, deadline, limits.workers, limits.seed)
    shifts: list[tuple[Shift, ...]] = [()] * len(order)
    for worker, counts in zip(order, parts, strict=True):
        shifts[worker] = tuple(Shift(a, (0,) * (b - a)) for a, b in counts.spans())
    return shifts


def _fit_to_profile(
    instance: Instance, improver: Improver, profile: Profile, limits: Limits
) -> None:
    """Mend the shifts handed out until the workers present are those of the crowd."""
    present = profile.present[None, :]
    single = replace(instance, minimum=present, maximum=present)
    fitter = Improver(single, limits, PROFILE_UNDER_PRICE)
    fitter.put_all(improver.shifts)
    _renew_faulty(single, fitter)
    deadline = monotonic() + limits.seconds * PROFILE_SHARE
    neighbours = Neighbourhoods(single, fitter, limits)
    while monotonic() < deadline and fitter.cost:
        neighbours.step(deadline)
    improver.put_all(fitter.shifts)


def _renew_faulty(instance: Instance, improver: Improver) -> None:
    """Give new shifts to each worker whose shifts break a rule or are missing."""
    names = [worker.name for worker in instance.workers]
    faults = evaluate(instance, tuple(improver.shifts)).violations
    faulty = {fault.split(": ")[0] for fault in faults}
    for worker, name in enumerate(names):
        if name in faulty:
            improver.renew(worker)


def _give_tasks(instance: Instance, improver: Improver, profile: Profile, limits: Limits) -> None:
    """Give every shift its tasks: sweeps, and after each record of theirs shift by shift."""
    shifts = list(improver.shifts)
    record, least, best = float("inf"), float("inf"), shifts
    deadline = monotonic() + limits.seconds * TASKS_SHARE
    for turn in range(MOST_SWEEPS):
        rng = np.random.default_rng((limits.seed, turn))
        improver.put_all(TaskSweep(profile.on_task, instance.minimum, rng).run(shifts))
        if improver.cost < record:
            record = improver.cost
            _retask(improver, deadline)
            if improver.cost < least:
                least, best = improver.cost, list(improver.shifts)
        if not improver.under or monotonic() > deadline:
            break
    improver.put_all(best)


def _retask(improver: Improver, deadline: float) -> None:
    """Shift by shift the best tasks beside the others, while that helps."""
    before = None
    while (before is None or improver.cost < before) and monotonic() < deadline:
        before = improver.cost
        for worker, own in enumerate(list(improver.shifts)):
            for shift in own:
                improver.retask(worker, shift.start, len(shift.tasks))
