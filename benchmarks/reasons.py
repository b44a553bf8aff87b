"""Every worker has a reason for every uncovered shift, and a sample of reasons is solved again.

``python -m benchmarks.reasons [FOLDER] [--sample N] [--priced N]`` takes a planned site (by
default out/returns_peak, planned first if it is not there) and prints what it found. A reason
that forbids is confirmed when the optimiser's model, which shares no rule with the reasons, has no
schedule with the shift beside the worker's others. A price is confirmed when a second search
with the shift pinned ends within 1 % of the cost that the price promises.
"""

import argparse
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import numpy as np

from api.asking import Asked, read_asked
from api.pipeline import plan
from benchmarks.results import ROOT
from scheduler.explain.forced import Forced, force
from scheduler.explain.reasons import NOWHERE, ORDER, PRICED, ReasonsReport, reasons_report
from scheduler.explain.standing import Standing
from scheduler.model.build import Model, build
from scheduler.problem import Pin, Problem, Weights
from scheduler.schedule import Shift
from scheduler.solver.contradictions import is_feasible
from scheduler.validation import costs, shortages, violations

SITE = ROOT / "seeds" / "returns_peak"
FOLDER = ROOT / "out" / "returns_peak"
TOLERANCE = 0.01


@dataclass(frozen=True, slots=True)
class Pair:
    """A worker and a shift that would cover uncovered need, with the first reason."""

    shift: Shift
    code: str


def every_pair(problem: Problem, report: ReasonsReport) -> Iterator[Pair]:
    """All workers and uncovered shifts. Raises AssertionError where one has no reason."""
    for table in report.shifts:
        for (row, column), rank in np.ndenumerate(report.rank[table.queue]):
            shift = table.shift(problem, column, problem.workers[row].id)
            assert rank != NOWHERE, f"no reason: {shift}"
            yield Pair(shift, ORDER[rank])


def drawn(pairs: Sequence[Pair], size: int, num_priced: int, seed: int = 1) -> list[Pair]:
    """A sample with so many prices and the rest forbidden, every code as often as there is."""
    random = Random(seed)
    by_code: dict[str, list[Pair]] = {}
    for pair in pairs:
        by_code.setdefault(pair.code, []).append(pair)
    for found in by_code.values():
        random.shuffle(found)
    priced = [pair for code in by_code.keys() & PRICED for pair in by_code[code]][:num_priced]
    forbidden = {code: found for code, found in by_code.items() if code not in PRICED}
    sample: list[Pair] = []
    while len(sample) < size - len(priced) and any(forbidden.values()):
        sample += [found.pop() for found in forbidden.values() if found]
    return sample[: size - len(priced)] + priced


def is_forbidden(standing: Standing, shift: Shift) -> bool:
    """Whether the model of the worker alone holds no schedule with the shift and his others.

    The shift that he works already, on the same queue, he cannot work twice.
    """
    own = standing.of_worker[shift.worker]
    if any((one.start, one.end, one.queue) == (shift.start, shift.end, shift.queue) for one in own):
        return True
    pins = tuple(Pin(one.worker, one.queue, one.start, one.minutes) for one in own)
    model = build(replace(_of_worker(standing.problem, shift.worker), pins=pins))
    columns = _columns(model, shift)
    if columns is None:
        return True
    lower = model.linear.lower.copy()
    lower[columns] = 1
    return is_feasible(replace(model.linear, lower=lower)) is False


def _of_worker(problem: Problem, worker: str) -> Problem:
    """One worker, needed everywhere on every queue, at no price but that of the need."""
    everywhere = np.ones(problem.horizon.num_intervals, dtype=np.int64)
    return replace(
        problem, workers=(problem.worker_by_id[worker],), pins=(), weights=Weights(), policies=(),
        requirement={queue.id: everywhere for queue in problem.queues}, coverage_value={},
        overruled=frozenset(),
    )  # fmt: skip


def _columns(model: Model, shift: Shift) -> list[int] | None:
    """The columns that say that the worker starts the shift and serves its queue, if there are."""
    problem, choices, servings = model.problem, model.variables.choices, model.variables.servings
    template = [one.id for one in problem.shift_templates].index(shift.template)
    queue = [one.id for one in problem.queues].index(shift.queue)
    choice = np.flatnonzero((choices.start == shift.start) & (choices.template == template))
    keys = servings.choice_key[np.isin(servings.choice, choice)]
    serving = np.flatnonzero(np.isin(servings.key, keys) & (servings.queue == queue))
    if not (len(choice) and len(serving)):
        return None
    return [int(choices.column[choice[0]]), int(servings.column[serving[0]])]


@dataclass(frozen=True, slots=True)
class Priced:
    """A price against a second search: promised and found cost in cents, and what is proven."""

    promised: int
    forced: Forced

    @property
    def deviation(self) -> float:
        """By which share the cost found differs from the promised one."""
        return abs(self.forced.found.objective - self.promised) / self.promised

    @property
    def is_confirmed(self) -> bool:
        """Within the tolerance, and not below what is proven possible."""
        return self.deviation <= TOLERANCE and self.promised >= self.forced.found.bound


def searched_again(asked: Asked, standing: Standing, shift: Shift) -> Priced:
    """The cost with one more shift as priced, added up anew, and by a search with it pinned."""
    after = [*standing.shifts, shift]
    assert violations(asked.problem, after) == []
    promised = asked.objective + sum(standing.price(shift).values())
    assert promised == sum(costs(asked.problem, after).values())
    found = force(asked.problem, asked.objective, asked.bound, shift, asked.parameters)
    assert isinstance(found, Forced)
    if "search_failed" in found.found.run:
        raise SystemExit(f"a search ended by a fault: {found.found.run['search_failed']}")
    return Priced(promised, found)


def main() -> None:
    """Run the campaign and print what it found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=FOLDER)
    parser.add_argument("--sample", type=int, default=200)
    parser.add_argument("--priced", type=int, default=40)
    options = parser.parse_args()
    if not (options.folder / "schedule.json").exists():
        plan(SITE, options.folder)
    asked = read_asked(options.folder / "schedule.json")
    standing = Standing(asked.problem, asked.shifts)
    begin = time.process_time()
    report = reasons_report(standing)
    seconds = time.process_time() - begin
    pairs = list(every_pair(asked.problem, report))
    short = shortages(asked.problem, asked.shifts)
    print(f"{len(short)} uncovered intervals in {len(report.lacks)} needs")
    print(f"{len(pairs)} pairs of worker and uncovered shift, each with a reason: {seconds:.1f} s")
    for code, count in Counter(pair.code for pair in pairs).most_common():
        print(f"  {count:>8}  {code}")
    _confirm(asked, standing, drawn(pairs, options.sample, options.priced))


def _confirm(asked: Asked, standing: Standing, sample: Sequence[Pair]) -> None:
    """Solve a sample again and print what was confirmed."""
    confirmed: Counter[str] = Counter()
    asked_for = Counter(pair.code for pair in sample)
    deviations = []
    for pair in sample:
        if pair.code in PRICED:
            found = searched_again(asked, standing, pair.shift)
            deviations.append(found.deviation)
            confirmed[pair.code] += found.is_confirmed
        else:
            confirmed[pair.code] += is_forbidden(standing, pair.shift)
    print(f"sample of {len(sample)}: {confirmed.total()} confirmed by solving again")
    for code, count in asked_for.most_common():
        print(f"  {confirmed[code]:>4} of {count:>4}  {code}")
    if deviations:
        print(f"  largest deviation of a priced cost: {max(deviations):.3%}")


if __name__ == "__main__":
    main()
