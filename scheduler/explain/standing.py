"""A schedule as it stands, ready to be asked about many shifts that are not in it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from scheduler.explain.possible import Beside, as_worked, shared_rules
from scheduler.explain.price import CoverPrices, difference, worker_terms
from scheduler.explain.reason import Reason
from scheduler.problem import Problem
from scheduler.rules.changes import changed_workers, is_changed
from scheduler.rules.policies import policy_costs
from scheduler.schedule import Shift
from scheduler.worker import Worker

Change = dict[str, int]  # cents by term of the cost
Key = tuple[str, int, int, str]


class Standing:
    """The shifts of a schedule, who works them, and what the need they leave is worth."""

    def __init__(self, problem: Problem, shifts: Sequence[Shift]) -> None:
        self.problem, self.shifts = problem, tuple(shifts)
        self.cover = CoverPrices(problem, self.shifts)
        self.of_worker: dict[str, tuple[Shift, ...]] = defaultdict(tuple)
        for shift in self.shifts:
            self.of_worker[shift.worker] += (shift,)
        self._beside: dict[str, Beside] = {}
        self._added: dict[Key, Change] = {}
        self._terms: dict[str, Change] = {}
        self._first: dict[Key, str | None] = {}
        self._dropped: dict[Shift, Change] = {}
        self._offering: dict[tuple[int, int], list[Worker]] = {}

    def beside(self, worker: str) -> Beside:
        """A worker with all shifts that he has."""
        if worker not in self._beside:
            one = self.problem.worker_by_id[worker]
            self._beside[worker] = Beside(self.problem, one, self.of_worker[worker])
        return self._beside[worker]

    def reasons(self, candidate: Shift) -> tuple[Reason, ...]:
        """What stands against one more shift of a worker, beside all that is planned."""
        return self.beside(candidate.worker).against(candidate, self.shifts)

    def offering(self, start: int, end: int) -> list[Worker]:
        """The workers who offer the whole of a time in one window."""
        if (start, end) not in self._offering:
            self._offering[start, end] = [
                worker
                for worker in self.problem.workers
                if any(one.start <= start and end <= one.end for one in worker.availability)
            ]
        return self._offering[start, end]

    def first_code(self, candidate: Shift, instead_of: Shift | None = None) -> str | None:
        """The code of the first reason that forbids one more shift on a queue he can serve.

        ``instead_of``: a shift of somebody else that is then not worked.
        """
        beside, key = self.beside(candidate.worker), _key(candidate)
        if candidate.worker in self.problem.overruled:
            return next((one.code for one in beside.against(candidate)), None)
        if key not in self._first:  # the queue makes no difference any more
            self._first[key] = beside.first_code(candidate)
        if self._first[key] is not None or not shared_rules(self.problem):
            return self._first[key]
        candidate = as_worked(self.problem, candidate)
        num_changed = self._num_changed(candidate.worker, instead_of)
        found = beside.beside_others(candidate, self.shifts, instead_of, num_changed)
        return next((one.code for one in found), None)

    def _num_changed(self, worker: str, instead_of: Shift | None) -> int:
        """How many others' times are not those of the previous schedule."""
        num = len(self._changed) - (worker in self._changed)
        if instead_of is None or instead_of.worker == worker:
            return num
        loser = instead_of.worker
        rest = [one for one in self.of_worker[loser] if one != instead_of]
        return num - (loser in self._changed) + is_changed(self.problem, loser, rest)

    @cached_property
    def _changed(self) -> frozenset[str]:
        return frozenset(changed_workers(self.problem, self.shifts))

    def price(self, candidate: Shift) -> Change:
        """What one more shift changes, coverage included, all else as it is."""
        change = dict(self.added(candidate))
        coverage = self.cover.with_one_more(candidate)
        return change | ({"coverage": coverage} if coverage else {})

    def added(self, candidate: Shift) -> Change:
        """What one more shift of a worker changes, coverage aside."""
        key = _key(candidate)
        if key not in self._added:
            beside = self.beside(candidate.worker)
            after = worker_terms(beside.work(beside.own, candidate))
            self._added[key] = difference(after, self._terms_of(candidate.worker))
        return self._added[key] | self._policies((), (candidate,))

    def dropped(self, shift: Shift) -> Change:
        """What one shift less of its worker changes, coverage aside."""
        if shift not in self._dropped:
            beside = self.beside(shift.worker)
            after = worker_terms(beside.work([one for one in beside.own if one != shift]))
            self._dropped[shift] = difference(after, self._terms_of(shift.worker))
        return self._dropped[shift] | self._policies((shift,), ())

    def _terms_of(self, worker: str) -> Change:
        """The terms of the cost of a worker as he is planned."""
        if worker not in self._terms:
            self._terms[worker] = worker_terms(self.beside(worker).base)
        return self._terms[worker]

    def handed_over(self, shift: Shift, worker: str) -> Change:
        """What it changes if another worker takes a shift over as it is."""
        taken = replace(shift, worker=worker)
        found: Change = defaultdict(int)
        for part in (self.added(taken), self.dropped(shift)):
            for term, cents in part.items():
                found[term] += cents
        # Of policies the sum of two changes is not the change of both: they look at shares.
        for term in [one for one in found if one.startswith("policy:")]:
            del found[term]
        found |= self._policies((shift,), (taken,))
        return {term: cents for term, cents in found.items() if cents}

    def _policies(self, dropped: Sequence[Shift], added: Sequence[Shift]) -> Change:
        """What policies charge more, from the shifts at that time and the workers' own."""
        if not self.problem.policies:
            return {}
        moved = (*dropped, *added)
        workers = {one.worker for one in moved}
        start, end = min(one.start for one in moved), max(one.end for one in moved)
        near = [
            one
            for one in self.shifts
            if one.worker in workers or (one.start < end and start < one.end)
        ]
        after = [one for one in near if one not in dropped] + list(added)
        return difference(policy_costs(self.problem, after), policy_costs(self.problem, near))


def _key(shift: Shift) -> Key:
    return shift.worker, shift.start, shift.end, shift.template
