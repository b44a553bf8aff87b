"""Whether a worker may work one more shift, asked of the validator's rules, without a solver."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from scheduler.explain.reason import Reason
from scheduler.horizon import DAY_MINUTES
from scheduler.offers import is_offer
from scheduler.problem import Locks, Problem
from scheduler.rules.changes import changed_workers, is_changed, over_budget
from scheduler.rules.shifts import is_inside, template_of
from scheduler.rules.work import Work, instant, name, work_of
from scheduler.schedule import Segment, Shift
from scheduler.validation import MENDED_BY_WORK, RULES, SITE_RULES
from scheduler.worker import Span, Worker

# What more work mends and one more shift never makes worse; it speaks for a shift, not against.
ONLY_OWED = frozenset(
    {"max_consecutive_days_off", "min_minutes_per_week", "min_rolling_minutes", "pin"}
)
TWO_DAYS = 2 * DAY_MINUTES  # who starts further off shares neither an interval nor a day
# Limits that workers share, and whether a problem has any.
SHARED: dict[str, Callable[[Problem], bool]] = {
    "template_per_day": lambda problem: any(
        one.max_shifts_per_day is not None for one in problem.shift_templates
    ),
    "licences": lambda problem: bool(problem.licences),
    "locked": lambda problem: problem.locks != Locks(),
    "max_changed_workers": lambda problem: problem.max_changed_workers is not None,
}

# Of these the shifts of others nearby decide.
NEAR = frozenset({"template_per_day", "licences"})


def reasons_against(
    problem: Problem,
    worker: Worker,
    own: Sequence[Shift],
    candidate: Shift,
    staffed_shifts: Sequence[Shift] = (),
) -> tuple[Reason, ...]:
    """Why a worker may not work a shift beside his other ones; nothing if he may.

    ``own``: the shifts that he would keep. ``staffed_shifts``: everybody's, for the limits that
    workers share. First what forbids the shift by itself; only if nothing does, what his other
    shifts and the site forbid. A shift that needs his acceptance gives one reason, an offer.
    """
    return Beside(problem, worker, own).against(candidate, staffed_shifts)


class Beside:
    """A worker with the shifts that he would keep, ready to be asked about many more."""

    def __init__(self, problem: Problem, worker: Worker, own: Sequence[Shift]) -> None:
        self.problem, self.worker = problem, worker
        self.bare = work_of(problem, worker, ())
        self.own = tuple(sorted(own))
        self.day = {shift: problem.horizon.day(shift.start) for shift in own}
        self.base = self.work(self.own)
        self._broken_before: dict[str, list[str]] = {}

    def against(self, candidate: Shift, staffed_shifts: Sequence[Shift] = ()) -> tuple[Reason, ...]:
        """Every reason against one more shift, as ``reasons_against`` states it."""
        if self.worker.id in self.problem.overruled:
            return self._against_overruled(candidate)
        candidate = as_worked(self.problem, candidate)
        return (
            self.by_itself(candidate)
            or (
                *self._beside_own(candidate),
                *self.beside_others(candidate, staffed_shifts),
            )
            or self._offer(candidate)
        )

    def first_code(self, candidate: Shift) -> str | None:
        """The first rule and cause of ``against``, without the limits that workers share."""
        alone = self.work((), candidate)
        for rule, broken in RULES.items():
            if rule not in MENDED_BY_WORK and any(broken(alone)):
                return f"{rule}.{self._cause(rule, candidate)}"
        beside = self.work(self.own, candidate)
        for rule in RULES:
            if self._added(rule, list(RULES[rule](beside)), self._before(rule)):
                return f"{rule}.{self._beside_cause(rule, candidate)}"
        return None

    def by_itself(self, candidate: Shift) -> tuple[Reason, ...]:
        """What forbids a shift whatever else is planned: skills, offers, contract, past work."""
        after = self.work((), candidate)
        return tuple(
            Reason(rule, cause, _subject(self.problem, rule, candidate), "forbidden", details[0])
            for rule, broken in RULES.items()
            if rule not in MENDED_BY_WORK and (details := list(broken(after)))
            for cause in (self._cause(rule, candidate),)
        )

    def work(self, shifts: Sequence[Shift], candidate: Shift | None = None) -> Work:
        """The worker with some of his shifts, and one more."""
        ordered = sorted(shifts if candidate is None else (*shifts, candidate))
        by_day: dict[int, list[Shift]] = defaultdict(list)
        for shift in ordered:
            day = self.day.get(shift)
            by_day[self.problem.horizon.day(shift.start) if day is None else day].append(shift)
        return replace(self.bare, shifts=ordered, by_day=by_day)

    def culprits(self, rule: str, candidate: Shift) -> tuple[Shift, ...]:
        """A smallest set of the worker's shifts beside which a shift breaks the rule."""
        needed = self.own
        for shift in self.own:
            fewer = tuple(one for one in needed if one != shift)
            if self._newly_broken(rule, fewer, candidate):
                needed = fewer
        return needed

    def _beside_own(self, candidate: Shift) -> Iterator[Reason]:
        """What the worker's other shifts forbid, and which of them."""
        pinned: set[Shift] = set()
        beside = self.work(self.own, candidate)
        for rule, broken in RULES.items():
            details = self._added(rule, list(broken(beside)), self._before(rule))
            if not details:
                continue
            against = self.culprits(rule, candidate)
            pinned |= {shift for shift in against if is_pinned(self.problem, shift)}
            subject = self._names(against)
            cause = self._beside_cause(rule, candidate)
            yield Reason(rule, cause, subject, "forbidden", details[0])
        for shift in sorted(pinned):
            label = name(self.problem, shift)
            yield Reason("pin", "must_stay", label, "forbidden", f"{label} is pinned")

    def beside_others(
        self,
        candidate: Shift,
        staffed_shifts: Sequence[Shift],
        instead_of: Shift | None = None,
        num_changed: int | None = None,
    ) -> Iterator[Reason]:
        """Limits that workers share and that this shift would exceed.

        ``instead_of``: a shift of somebody else that is then not worked. ``num_changed``: of how
        many others the times then change, where that is known already.
        """
        rules = shared_rules(self.problem)
        near: list[Shift] = []
        if NEAR.intersection(rules):
            everybody = self._everybody(staffed_shifts)
            near = [one for one in everybody if _is_near(one, candidate) and one != instead_of]
        for rule in rules:
            if rule == "max_changed_workers":
                detail = self._over_budget(candidate, staffed_shifts, instead_of, num_changed)
            else:
                detail = self._exceeded(rule, near if rule in NEAR else [], candidate)
            if detail is not None:
                subject = _subject(self.problem, rule, candidate)
                yield Reason(rule, SHARED_CAUSES[rule], subject, "forbidden", detail)

    def _everybody(self, staffed_shifts: Sequence[Shift]) -> list[Shift]:
        """The shifts of all others, and those that the worker would keep."""
        return [*(one for one in staffed_shifts if one.worker != self.worker.id), *self.own]

    def _exceeded(self, rule: str, beside: Sequence[Shift], candidate: Shift) -> str | None:
        """What a shared rule has against the candidate beside some shifts."""
        before = set(SITE_RULES[rule](self.problem, beside))
        broken = SITE_RULES[rule](self.problem, [*beside, candidate])
        return next((found[1] for found in broken if found not in before), None)

    def _over_budget(
        self,
        candidate: Shift,
        staffed_shifts: Sequence[Shift],
        instead_of: Shift | None,
        num_changed: int | None,
    ) -> str | None:
        """Too many changed workers, if it is this shift that makes him one."""
        problem, own = self.problem, self.worker.id
        after = is_changed(problem, own, [*self.own, candidate])
        if not after or is_changed(problem, own, self.own):
            return None
        if num_changed is None:
            everybody = [one for one in self._everybody(staffed_shifts) if one != instead_of]
            changed = changed_workers(problem, everybody)
            num_changed = len(set(changed) - {own})
        return over_budget(problem, num_changed + 1)

    def _newly_broken(self, rule: str, shifts: Sequence[Shift], candidate: Shift) -> list[str]:
        """What a rule has against the candidate beside some of the worker's shifts."""
        broken = RULES[rule]
        after = list(broken(self.work(shifts, candidate)))
        return self._added(rule, after, list(broken(self.work(shifts)))) if after else []

    def _before(self, rule: str) -> list[str]:
        """What a rule has against the worker's shifts as they are."""
        if rule not in self._broken_before:
            self._broken_before[rule] = list(RULES[rule](self.base))
        return self._broken_before[rule]

    @staticmethod
    def _added(rule: str, after: list[str], before: list[str]) -> list[str]:
        """Violations that a shift adds; of what more work mends, only if there are more of them."""
        if rule in ONLY_OWED:
            return []
        if rule in MENDED_BY_WORK:
            return after if len(after) > len(before) else []
        return [detail for detail in after if detail not in before]

    def _cause(self, rule: str, candidate: Shift) -> str:
        """What makes a rule forbid a shift by itself."""
        if rule in SHIFT_CAUSES:
            return SHIFT_CAUSES[rule](self.problem, self.worker, candidate)
        work = self.work((), candidate)
        here = replace(work, past=defaultdict(list))
        here = replace(here, worker=replace(work.worker, past_shifts=()))
        only = replace(here, external=defaultdict(list))
        only = replace(only, worker=replace(here.worker, external_shifts=()))
        if any(RULES[rule](only)):
            return "contract"
        return "work_elsewhere" if any(RULES[rule](here)) else "past_work"

    def _beside_cause(self, rule: str, candidate: Shift) -> str:
        """What makes a rule forbid a shift beside the worker's other ones."""
        if rule in MENDED_BY_WORK:
            return "needs_more_work"
        times = (candidate.start, candidate.end)
        is_same = rule == "no_overlap" and any((one.start, one.end) == times for one in self.own)
        return "same_shift" if is_same else "own_shifts"

    def _against_overruled(self, candidate: Shift) -> tuple[Reason, ...]:
        details = [
            detail
            for worker, detail in SITE_RULES["overruled"](self.problem, (candidate,))
            if worker == self.worker.id
        ]
        if any((one.start, one.end) == (candidate.start, candidate.end) for one in self.own):
            details.append(f"{name(self.problem, candidate)}: is one of his pins, worked already")
        subject = self.worker.id
        return tuple(
            Reason("overruled", "only_pins", subject, "forbidden", one) for one in details[:1]
        )

    def _offer(self, candidate: Shift) -> tuple[Reason, ...]:
        if not is_offer(self.worker, candidate):
            return ()
        detail = f"{name(self.problem, candidate)}: at such short notice he may decline"
        return (Reason("offer", "needs_acceptance", self.worker.id, "offer", detail),)

    def _names(self, shifts: Sequence[Shift]) -> str:
        return "; ".join(name(self.problem, shift) for shift in shifts) or self.worker.id


def _is_near(one: Shift, other: Shift) -> bool:
    return abs(one.start - other.start) <= TWO_DAYS


def as_worked(problem: Problem, shift: Shift) -> Shift:
    """A shift with its segments where a shift has any: blended, all on its queue unless stated."""
    if not problem.is_blended or shift.segments:
        return shift
    return replace(shift, segments=(Segment(shift.start, shift.end, shift.queue),))


def shared_rules(problem: Problem) -> list[str]:
    """The rules about limits that workers share, of those that the problem has."""
    return [rule for rule, is_stated in SHARED.items() if is_stated(problem)]


def is_pinned(problem: Problem, shift: Shift) -> bool:
    """Whether a pin asks for this shift."""
    return any(
        (pin.worker, pin.start, pin.minutes) == (shift.worker, shift.start, shift.minutes)
        for pin in problem.pins
    )


def _subject(problem: Problem, rule: str, candidate: Shift) -> str:
    if rule == "skill":
        return problem.queue_by_id[candidate.queue].skill
    if rule in ("template", "max_shifts_by_template", "template_per_day"):
        return candidate.template
    if rule in ("segments", "licences"):
        return candidate.queue
    if rule == "barred":
        bars = problem.worker_by_id[candidate.worker].barred
        hits = (one for one in bars if candidate.start < one.end and one.start < candidate.end)
        return next(hits).rule or candidate.worker
    if rule == "availability":
        return instant(problem, candidate.start)
    return candidate.worker


def _template_cause(problem: Problem, worker: Worker, shift: Shift) -> str:
    one = template_of(problem, shift)
    if not is_inside(problem, shift):
        return "outside_horizon"
    wall = problem.horizon.wall_minute(shift.start)
    if one is None or shift.minutes != one.minutes or not one.starts_at(wall):
        return "no_such_start"
    weekday = problem.horizon.instant(shift.start).isoweekday()
    is_worked = one.allows(Span(shift.start, shift.end), weekday)
    return "wrong_queue" if is_worked else "closed"


def _availability_cause(problem: Problem, worker: Worker, shift: Shift) -> str:
    overlaps = any(
        window.start < shift.end and shift.start < window.end for window in worker.availability
    )
    return "too_short" if overlaps else "not_offered"


SHARED_CAUSES = {
    "template_per_day": "taken",
    "licences": "taken",
    "locked": "not_pinned",
    "max_changed_workers": "budget_used",
}
SHIFT_CAUSES: dict[str, Callable[[Problem, Worker, Shift], str]] = {
    "skill": lambda problem, worker, shift: "missing",
    "template": _template_cause,
    "availability": _availability_cause,
    "segments": lambda problem, worker, shift: "wrong_queue",
    "barred": lambda problem, worker, shift: "in_force",
}
