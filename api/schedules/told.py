"""From what workers were told to what a version says: what may simply change, what must be asked.

What a worker was told stands in his calendar events, so it is those that a new version is
compared with, not the version before.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, Literal, TypeVar
from zoneinfo import ZoneInfo

from api.storage.tables import Assignment, FeedEvent

R = TypeVar("R", FeedEvent, Assignment)
B = TypeVar("B", FeedEvent, Assignment)
Kind = Literal["kept", "queue", "moved", "added", "dropped"]


@dataclass(frozen=True, slots=True)
class Step(Generic[B]):
    """One shift of a worker: as he was told (``event``), and as it is to be (``shift``)."""

    kind: Kind
    worker_id: str
    event: B | None
    shift: Assignment | None

    @property
    def begins(self) -> datetime:
        """The earlier of both starts: what decides whether there is still notice."""
        starts = (one.start_at for one in (self.event, self.shift) if one is not None)
        return min(starts)


def steps(
    events: Iterable[B], shifts: Iterable[Assignment], zone: ZoneInfo, now: datetime
) -> list[Step[B]]:
    """What has to happen to the events of one schedule, worker by worker, in order of time.

    ``events`` may also be the shifts of another version, to see what changed.

    An event stays when its worker begins and ends at the same instants. Of the rest, one that he
    loses and one that he gets on the same local day are one that moved. What has begun is past
    and left alone.
    """
    told: Mapping[str, list[B]] = _by_worker(events, now)
    wanted: Mapping[str, list[Assignment]] = _by_worker(shifts, now)
    found: list[Step[B]] = []
    for worker_id in sorted({*told, *wanted}):
        found += _of_worker(worker_id, told[worker_id], wanted[worker_id], zone)
    return found


def _by_worker(rows: Iterable[R], now: datetime) -> Mapping[str, list[R]]:
    found: dict[str, list[R]] = defaultdict(list)
    for row in rows:
        if row.start_at > now:
            found[row.worker_id].append(row)
    return found


def _of_worker(
    worker_id: str, events: Sequence[B], shifts: Sequence[Assignment], zone: ZoneInfo
) -> list[Step[B]]:
    same = {(one.start_at, one.end_at): one for one in events}
    found: list[Step[B]] = []
    rest: list[Assignment] = []
    for shift in sorted(shifts, key=lambda one: one.start_at):
        event = same.pop((shift.start_at, shift.end_at), None)
        if event is None:
            rest.append(shift)
        else:
            kind: Kind = "kept" if event.queue == shift.queue else "queue"
            found.append(Step(kind, worker_id, event, shift))
    for event in sorted(same.values(), key=lambda one: one.start_at):
        day = _day(event.start_at, zone)
        other = next((one for one in rest if _day(one.start_at, zone) == day), None)
        if other is not None:
            rest.remove(other)
        found.append(Step("dropped" if other is None else "moved", worker_id, event, other))
    return found + [Step("added", worker_id, None, shift) for shift in rest]


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()
