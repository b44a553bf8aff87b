"""Run the strategies side by side, keep the best of what they say, and count it independently."""

import contextlib
import multiprocessing
import time
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty
from typing import Any

from benchmarks.msd.evaluate import Duty, evaluate
from benchmarks.msd.instance import Instance
from benchmarks.msd.strategies import Cuts, Duties, Limits, Progress, cp_sat
from scheduler.errors import SolverFailed

GRACE_SECONDS = 2.0  # what a solver may be late by
FIRST, SECOND = "cuts", "cp-sat"


@dataclass(frozen=True, slots=True)
class Result:
    """The best design found, what it costs, and what every design costs at least.

    ``status`` is ``optimal``, ``feasible``, or ``unknown`` when nothing but the empty design is
    known.
    """

    duties: tuple[Duty, ...]
    cost: int
    bound: int
    seconds: float

    @property
    def status(self) -> str:
        """How much is proven."""
        if self.cost <= self.bound:
            return "optimal"
        return "feasible" if self.duties else "unknown"


def search(
    instance: Instance,
    time_limit: float,
    workers: int = 2,
    seed: int = 1,
    on_progress: Callable[[Result], None] = lambda result: None,
) -> Result:
    """Find a design of least cost within a time limit, in seconds, on one or more cores.

    Every cost is counted by the evaluator, never taken from a solver. With one worker the search
    is the one with cuts.
    """
    begin = time.monotonic()
    limits = Limits(begin + time_limit, seed)
    context = multiprocessing.get_context("spawn")
    news, hints = context.Queue(), context.Queue()
    names = (FIRST, SECOND)[: max(workers, 1)]
    children = [
        context.Process(target=_run, args=(name, instance, limits, news, hints), daemon=True)
        for name in names
    ]
    result = Result((), evaluate(instance, ()).cost, 0, 0.0)
    for child in children:
        child.start()
    try:
        while result.cost > result.bound and time.monotonic() < limits.deadline + GRACE_SECONDS:
            alive = any(child.is_alive() for child in children)
            try:
                name, progress = news.get(timeout=0.1)
            except Empty:
                if not alive:
                    break
                continue
            merged = _merge(instance, result, progress, time.monotonic() - begin)
            if merged.cost < result.cost and name == SECOND:
                hints.put(merged.duties)
            if (merged.cost, merged.bound) != (result.cost, result.bound):
                on_progress(merged)
            result = merged
        if all(child.exitcode for child in children):
            raise SolverFailed(f"{instance.name}: every strategy broke off, see above")
    finally:
        for child in children:
            child.kill()
            child.join()
    return Result(result.duties, result.cost, result.bound, time.monotonic() - begin)


def _merge(instance: Instance, result: Result, progress: Progress, seconds: float) -> Result:
    """The better of two designs and the better of two bounds, rounded up to a possible cost."""
    duties, cost = result.duties, result.cost
    if progress.duties is not None:
        counted = evaluate(instance, progress.duties).cost
        if counted < cost:
            duties, cost = progress.duties, counted
    bound = max(result.bound, -(-progress.bound // instance.unit) * instance.unit)
    return Result(duties, cost, bound, seconds)


def _run(name: str, instance: Instance, limits: Limits, news: Any, hints: Any) -> None:
    """A strategy in its own process."""

    def tell(progress: Progress) -> None:
        news.put((name, progress))

    def others() -> list[Duties]:
        waiting: list[Duties] = []
        with contextlib.suppress(Empty):
            while True:
                waiting.append(hints.get_nowait())
        return waiting

    if name == FIRST:
        Cuts(instance, limits, tell, others).run()
    else:
        cp_sat(instance, limits, tell)
