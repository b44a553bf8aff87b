"""Blended shifts: who serves which queue in each interval, with few changes.

The model counts people per queue and interval and leaves open who they are. Whoever can stays on
his queue; the others fill the places left, and somebody moves only to let another one in.
"""

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import replace

from scheduler.errors import SolverFailed
from scheduler.problem import Problem
from scheduler.schedule import Segment, Shift

Places = Mapping[int, int]  # how many people on each queue (by index)
Able = Sequence[tuple[int, ...]]  # queues (by index) that each shift may serve
# Interval, whether it is touched only in part, and by whom, where a worker is told apart.
Moment = tuple[int, bool, str]


def blend(problem: Problem, shifts: Sequence[Shift]) -> tuple[Shift, ...]:
    """Shifts of one queue as blended shifts that stay on it.

    A pin may name a queue that its worker cannot serve, since blended the queue is free: then
    he stays on the first that he can.
    """
    return tuple(_on_one_queue(_servable(problem, one)) for one in shifts)


def _servable(problem: Problem, shift: Shift) -> Shift:
    skills = problem.worker_by_id[shift.worker].skills
    template = next(one for one in problem.shift_templates if one.id == shift.template)
    able = [one.id for one in problem.queues if one.skill in skills and template.serves(one.id)]
    if not able or shift.queue in able or shift.worker in problem.overruled:
        return shift
    return replace(shift, queue=able[0])


def _on_one_queue(shift: Shift) -> Shift:
    return replace(shift, segments=(Segment(shift.start, shift.end, shift.queue),))


def split(
    problem: Problem,
    shifts: Sequence[Shift],
    able: Able,
    places: Mapping[Moment, Places],
    told_apart: frozenset[str] = frozenset(),
) -> tuple[Shift, ...]:
    """Give each shift its segments, so that every interval has the people counted.

    ``places``: people whose shifts cover an interval, or touch it only in part; of workers who
    are told apart, each for himself. Where nobody is counted, a shift goes on with the queue
    beside it; the queue it comes with matters only where it has no other.
    """
    posts: list[dict[int, int]] = [{} for _ in shifts]
    last: dict[int, int] = {}
    for moment, members in sorted(_present(problem, shifts, told_apart).items()):
        if moment in places:
            for index, queue in seat(members, able, last, places[moment]).items():
                posts[index][moment[0]] = last[index] = queue
    return tuple(_with_segments(problem, *one) for one in zip(shifts, posts, strict=True))


def _present(
    problem: Problem, shifts: Sequence[Shift], told_apart: frozenset[str]
) -> dict[Moment, list[int]]:
    """Shifts by what they touch."""
    length = problem.horizon.interval_minutes
    present: dict[Moment, list[int]] = defaultdict(list)
    for index, shift in enumerate(shifts):
        who = shift.worker if shift.worker in told_apart else ""
        for interval in range(shift.start // length, -(-shift.end // length)):
            start = interval * length
            is_part = start < shift.start or shift.end < start + length
            present[interval, is_part, who].append(index)
    return present


def seat(members: list[int], able: Able, last: Mapping[int, int], places: Places) -> dict[int, int]:
    """A queue for each member; those with fewer queues choose first."""
    room, found = dict(places), dict[int, int]()
    ordered = sorted(members, key=lambda index: len(able[index]))
    for index in ordered:
        queue = last.get(index, -1)
        if room.get(queue):
            found[index] = queue
            room[queue] -= 1
    for index in ordered:
        if index not in found:
            _seat(index, able, found, room)
    return found


def _seat(index: int, able: Able, found: dict[int, int], room: dict[int, int]) -> None:
    """Find a place by the fewest moves of others: from queue to queue until one has room."""
    moved: dict[int, int] = dict.fromkeys(able[index], index)  # who would move to the queue
    line = deque(sorted(able[index], key=lambda queue: -room.get(queue, 0)))
    while line:
        queue = line.popleft()
        if room.get(queue):
            room[queue] -= 1
            while moved[queue] != index:
                found[moved[queue]], queue = queue, found[moved[queue]]
            found[index] = queue
            return
        for other in [one for one, own in found.items() if own == queue]:
            for further in able[other]:
                if further not in moved:
                    moved[further] = other
                    line.append(further)
    raise SolverFailed("the model counts people on queues that those present cannot serve")


def _with_segments(problem: Problem, shift: Shift, posts: Mapping[int, int]) -> Shift:
    """Merge a shift's intervals; what lies before the first and after the last joins them."""
    length = problem.horizon.interval_minutes
    names = [queue.id for queue in problem.queues]
    if not posts:
        return _on_one_queue(shift)
    starts: list[tuple[int, str]] = []
    for interval in sorted(posts):
        if not starts or starts[-1][1] != names[posts[interval]]:
            starts.append((interval * length, names[posts[interval]]))
    edges = [shift.start, *(start for start, _ in starts[1:]), shift.end]
    segments = tuple(
        Segment(start, end, queue)
        for start, end, (_, queue) in zip(edges, edges[1:], starts, strict=False)
    )
    minutes: dict[str, int] = defaultdict(int)
    for one in segments:
        minutes[one.queue] += one.end - one.start
    return replace(shift, queue=max(minutes, key=lambda queue: minutes[queue]), segments=segments)
