"""The line of one queue, contact by contact: who is served from when, first come, first served."""

import math
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

from scheduler.staffing.requirement import QueueWork

# The second at which somebody calls again who hangs up at a second; inf for never.
CallsAgain = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Capacity:
    """An interval of a queue: it ends at ``until`` (seconds), ``places`` contacts are served at
    most, and each of m contacts gets on at the speed ``speeds[m]``, in handle times per second.
    ``sends_away``: whoever waits at its start, or calls, is told that the queue is closed."""

    until: float
    places: int
    speeds: Sequence[float]
    sends_away: bool


@dataclass(frozen=True, slots=True)
class Served:
    """Per contact when its turn comes, nan if never, and the work clock at its start and borders.

    Whoever hung up before his turn, at ``gives_up``, is not served. The work clock runs at the
    speed at which each contact in service gets on, so a contact is done when the clock has gone on
    by its work: ``started`` is the clock when it was begun, ``borders`` (T + 1,) that at the
    beginning and the end of each interval. Whoever called again is a contact more, at the end.
    """

    at: list[float]
    work: list[float]
    gives_up: list[float]
    turn: list[float]
    started: list[float]
    borders: list[float]


def serve(
    at: Sequence[float],
    work: Sequence[float],
    gives_up: Sequence[float],
    intervals: Sequence[Capacity],
    calls_again: CallsAgain | None = None,
) -> Served:
    """Serve contacts in the order they come (``at``, sorted seconds).

    Each needs ``work`` handle times and waits until ``gives_up``. All contacts in service get on
    alike, at a speed that depends on how many they are. Contacts in service may be more than the
    places when an interval begins with fewer; nobody else is begun until they are fewer. Whoever
    calls again brings the same work and as much patience.
    """
    line = _Line(at, work, gives_up, calls_again)
    for interval in intervals:
        line.pass_interval(interval)
    return line.served


class _Line:
    """Who waits and who is served at the second ``now``, when the work clock shows ``clock``."""

    __slots__ = (
        "again",
        "back",
        "clock",
        "coming",
        "ends",
        "following",
        "now",
        "served",
        "waiting",
    )

    def __init__(
        self,
        at: Sequence[float],
        work: Sequence[float],
        gives_up: Sequence[float],
        again: CallsAgain | None,
    ) -> None:
        never = [math.nan] * len(at)
        self.served = Served([*at], [*work], [*gives_up], never, never.copy(), [0.0])
        self.coming, self.following = [*at, math.inf], 0
        self.waiting: deque[int] = deque()
        self.ends: list[float] = []  # the clock at which each contact in service is done
        self.again, self.back = again, [(math.inf, -1)]  # second and contact, the next one first
        self.now = self.clock = 0.0

    def pass_interval(self, interval: Capacity) -> None:
        """Go through all that happens until the end of the interval."""
        ends, waiting, speeds, places = self.ends, self.waiting, interval.speeds, interval.places
        if interval.sends_away:
            self._send_away()
        while True:
            if waiting and len(ends) < places:
                self._begin(places)
            until = min(self.coming[self.following], interval.until, self.back[0][0])
            speed = speeds[len(ends)]
            if speed:
                end = self.now + (ends[0] - self.clock) / speed
                if end <= until:
                    self.clock, self.now = heappop(ends), end
                    continue
                self.clock += (until - self.now) * speed
            self.now = until
            if until >= interval.until:
                break
            self._answer(interval)
        self.served.borders.append(self.clock)

    def _begin(self, places: int) -> None:
        """Serve who waits, as long as there is a place for him."""
        served, now, clock, ends = self.served, self.now, self.clock, self.ends
        while self.waiting and len(ends) < places:
            first = self.waiting.popleft()
            served.turn[first] = now
            # Whoever has hung up by now leaves the line when his turn comes.
            if served.gives_up[first] > now:
                served.started[first] = clock
                heappush(ends, clock + served.work[first])

    def _answer(self, interval: Capacity) -> None:
        """Put who comes now at the end of the line, for the first time or again."""
        if self.back[0][0] > self.now:
            contact = self.following
            self.following += 1
        else:
            _, before = heappop(self.back)
            if self.served.turn[before] < self.served.gives_up[before] or interval.sends_away:
                return
            contact = self._once_more(before)
        self.waiting.append(contact)
        if self.again is not None:
            heappush(self.back, (self.again(self.served.gives_up[contact]), contact))

    def _once_more(self, before: int) -> int:
        """Another contact like one that hung up."""
        served = self.served
        served.gives_up.append(self.now + served.gives_up[before] - served.at[before])
        served.at.append(self.now)
        served.work.append(served.work[before])
        served.turn.append(math.nan)
        served.started.append(math.nan)
        return len(served.at) - 1

    def _send_away(self) -> None:
        """The queue closes for whoever waits."""
        while self.waiting:
            left = self.waiting.popleft()
            self.served.gives_up[left] = min(self.served.gives_up[left], self.now)


def speeds(work: QueueWork, workers: int, most: int) -> list[float]:
    """Handle times per second that each of 0, 1, ... ``most`` contacts in service gets on by.

    More contacts than places are left over from who has gone: he finishes live work and chats, in
    the time of the fullest case. Deferrable work is put down, and shared by those who are there;
    of a worker's time, the share ``max_occupancy`` is work.
    """
    places, slowest = workers * work.concurrency, 1.0 / work.handle_seconds[-1]
    everybody = range(1, most + 1)
    if work.work == "deferrable":
        working = work.max_occupancy * slowest
        return [0.0, *(working * min(1.0, places / contacts) for contacts in everybody)]
    return [
        0.0,
        *(slowest if one >= places else _balanced(work, workers, one) for one in everybody),
    ]


def _balanced(work: QueueWork, workers: int, contacts: int) -> float:
    """The speed of each contact, on average, when they are spread evenly over the workers.

    With m = s q + r contacts over s workers, r serve q + 1 and the others q, so that
    ``(s - r) q / AHT_q + r (q + 1) / AHT_(q+1)`` contacts end per second.
    """
    handle = work.handle_seconds
    level, busier = divmod(contacts, workers)
    rate = busier * (level + 1) / handle[level]
    if level:
        rate += (workers - busier) * level / handle[level - 1]
    return rate / contacts
