"""Limits that stand alone between a worker and a target, and what lifting them would save."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from scheduler.explain.candidate import Candidate, time_of_week
from scheduler.explain.lifts import Lift, lifts_of
from scheduler.explain.possible import Beside
from scheduler.explain.targets import Target, able
from scheduler.export.words import DAYS, count, hours
from scheduler.problem import Problem
from scheduler.schedule import Shift
from scheduler.worker import Worker

MOST_PEOPLE = 12
MOST_ASKED = 400  # workers looked at for one shift; of more, every second, third, ...


@dataclass(frozen=True, slots=True)
class _Gain:
    """One more shift that a lift would allow, and what it saves in cents."""

    cents: float
    target: Target
    worker: Worker


def lifted(
    problem: Problem, shifts: Sequence[Shift], aims: Sequence[Target], groups: Mapping[str, str]
) -> Iterator[Candidate]:
    """Limits that workers, the law or the works council could agree to loosen."""
    gains: dict[tuple[Lift, str, str, str], list[_Gain]] = defaultdict(list)
    for lift, gain in _gains(problem, shifts, aims):
        # Offers are asked for by skill, limits are agreed by contract, a permit is one for all.
        skill = problem.queue_by_id[gain.target.queue].skill if lift.is_offer else ""
        is_contract = not (lift.is_for_all or lift.is_offer)
        group = groups.get(gain.worker.id, "") if is_contract else ""
        weekday, clock = time_of_week(problem, gain.target)
        when = f"{DAYS[weekday]}s {clock}" if "{when}" in lift.words else ""
        gains[lift, skill, group, when].append(gain)
    for (lift, skill, group, when), own in gains.items():
        chosen = _chosen(problem, own, len(problem.workers) if lift.is_for_all else None)
        who = _who(skill, group, len({gain.worker.id for gain in chosen}))
        yield _lift_candidate(lift, chosen, who, when)


def _gains(
    problem: Problem, shifts: Sequence[Shift], aims: Sequence[Target]
) -> Iterator[tuple[Lift, _Gain]]:
    """Shifts that a worker may not work now and may work after one lift."""
    own: dict[str, list[Shift]] = defaultdict(list)
    for shift in shifts:
        own[shift.worker].append(shift)
    asked = {one.id: Beside(problem, one, own[one.id]) for one in problem.workers}
    # Normalised, another offer would change what all his other wishes cost.
    lifts = [
        one for one in lifts_of(problem) if not (one.is_offer and problem.weights.is_normalised)
    ]
    for aim in aims:
        crew = able(problem, problem.queue_by_id[aim.queue])
        for worker in crew[:: -(-len(crew) // MOST_ASKED) or 1]:
            shift, gain = aim.shift(worker), aim.gain(problem, worker)
            if gain <= 0 or _is_busy(own[worker.id], shift):
                continue
            rules = {reason.rule for reason in asked[worker.id].against(shift)}
            for lift in lifts if rules else ():
                if rules <= lift.rules and _allows(problem, lift, worker, own[worker.id], shift):
                    yield lift, _Gain(gain, aim, worker)


def _is_busy(own: Sequence[Shift], shift: Shift) -> bool:
    """Whether he works elsewhere at that time, which no lift changes."""
    return any(one.start < shift.end and shift.start < one.end for one in own)


def _allows(
    problem: Problem, lift: Lift, worker: Worker, own: Sequence[Shift], shift: Shift
) -> bool:
    after = lift.change(worker, [shift])
    against = Beside(problem, after, own).against(shift)
    return all(reason.severity == "offer" for reason in against)


def _chosen(problem: Problem, gains: Sequence[_Gain], most: int | None) -> list[_Gain]:
    """The best gains: one more shift a worker and week, no target more often than it has room."""
    room = {gain.target: gain.target.room for gain in gains}
    taken: set[tuple[str, int]] = set()
    people: set[str] = set()
    found = []
    for gain in sorted(gains, key=lambda one: (-one.cents, one.target.start, one.worker.id)):
        week = problem.horizon.week_of_day[problem.horizon.day(gain.target.start)]
        is_new = gain.worker.id not in people
        if not room[gain.target] or (gain.worker.id, week) in taken:
            continue
        if is_new and len(people) >= (most or MOST_PEOPLE):
            continue
        room[gain.target] -= 1
        taken.add((gain.worker.id, week))
        people.add(gain.worker.id)
        found.append(gain)
    return found


def _lift_candidate(lift: Lift, chosen: Sequence[_Gain], who: str, when: str) -> Candidate:
    shifts: dict[str, list[Shift]] = defaultdict(list)
    for gain in chosen:
        shifts[gain.worker.id].append(gain.target.shift(gain.worker))
    longest = max(gain.target.end - gain.target.start for gain in chosen)
    everything = [shift for own in shifts.values() for shift in own]

    def changed(worker: Worker) -> Worker:
        own = everything if lift.is_for_all else shifts.get(worker.id)
        return lift.change(worker, own) if own else worker

    return Candidate(
        kind=lift.kind,
        words=lift.words.format(who=who, when=when, hours=hours(longest)),
        people=1 if lift.is_for_all else len(shifts),
        estimate=sum(gain.cents for gain in chosen),
        repaired=lambda before: replace(before, workers=tuple(map(changed, before.workers))),
    )


def _who(skill: str, group: str, number: int) -> str:
    named = count(number, f"{group.replace('_', ' ')} worker" if group else "worker")
    return f"{named} with {skill}" if skill else named
