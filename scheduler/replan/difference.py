"""What changed from one schedule to another: who lost, got or moved which shift."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from scheduler.horizon import Horizon
from scheduler.schedule import Shift

Kind = Literal["dropped", "added", "moved", "queue"]
KINDS: tuple[Kind, ...] = ("dropped", "added", "moved", "queue")


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a worker, on the clock of one horizon; ``before`` or ``after`` may be missing.

    ``moved``: he lost a shift and got another one on the same local day. ``queue``: his times stay
    and he serves somebody else, which is no change to him.
    """

    kind: Kind
    worker: str
    before: Shift | None
    after: Shift | None

    @property
    def start(self) -> int:
        """The earlier of both starts."""
        return min(one.start for one in (self.before, self.after) if one is not None)


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes by worker and time, and how many shifts stayed."""

    changes: tuple[Change, ...]
    num_kept: int

    def count(self, kind: Kind) -> int:
        """How many changes are of a kind."""
        return sum(one.kind == kind for one in self.changes)

    @property
    def changed_workers(self) -> tuple[str, ...]:
        """Workers whose times changed, in order of their ids."""
        return tuple(sorted({one.worker for one in self.changes if one.kind != "queue"}))


def difference(horizon: Horizon, before: Sequence[Shift], after: Sequence[Shift]) -> Difference:
    """Compare two schedules on one clock, worker by worker.

    A shift stays when its worker starts and ends at the same minutes.
    """
    old, new = _by_worker(before), _by_worker(after)
    changes: list[Change] = []
    num_kept = 0
    for worker in sorted({*old, *new}):
        kept = old[worker].keys() & new[worker].keys()
        num_kept += len(kept)
        changes += [
            Change("queue", worker, old[worker][times], new[worker][times])
            for times in kept
            if old[worker][times].served != new[worker][times].served
        ]
        changes += _moves(
            horizon,
            [old[worker][times] for times in sorted(old[worker].keys() - kept)],
            [new[worker][times] for times in sorted(new[worker].keys() - kept)],
        )
    return Difference(tuple(sorted(changes, key=lambda one: (one.worker, one.start))), num_kept)


def _moves(horizon: Horizon, dropped: Sequence[Shift], added: Sequence[Shift]) -> list[Change]:
    """Pair what a worker lost and got on the same day, in order of time."""
    changes: list[Change] = []
    left = list(added)
    for one in dropped:
        day = horizon.day(one.start)
        other = next((each for each in left if horizon.day(each.start) == day), None)
        if other is not None:
            left.remove(other)
        kind: Kind = "dropped" if other is None else "moved"
        changes.append(Change(kind, one.worker, one, other))
    return changes + [Change("added", one.worker, None, one) for one in left]


def _by_worker(shifts: Sequence[Shift]) -> dict[str, dict[tuple[int, int], Shift]]:
    found: dict[str, dict[tuple[int, int], Shift]] = defaultdict(dict)
    for shift in shifts:
        found[shift.worker][shift.start, shift.end] = shift
    return found
