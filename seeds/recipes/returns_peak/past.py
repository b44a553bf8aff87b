"""What is fixed before ``returns_peak`` is planned: the shifts of two weeks, and promises."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np

from seeds.recipes.files import wall_time
from seeds.recipes.returns_peak.queues import QUEUES
from seeds.recipes.returns_peak.season import HORIZON_START, ZONE, is_open
from seeds.recipes.returns_peak.staff import Person, chance, pick

SHIFT_MINUTES = 240
PAST_WEEKS = 2
NUM_PINS = 4


def history_of_shifts(
    rng: np.random.RandomState, people: list[Person]
) -> Iterator[tuple[object, ...]]:
    """``worker_id, start, end``: one shift a day at most, within the weekly limit."""
    for person in people:
        if not chance(rng, 0.35):
            continue
        for week in range(PAST_WEEKS, 0, -1):
            shifts_left = int(person.max_hours * 60 // SHIFT_MINUTES)
            for weekday in range(7):
                day = HORIZON_START + timedelta(days=weekday - 7 * week)
                if shifts_left and is_open(day) and chance(rng, 0.4):
                    shifts_left -= 1
                    start = pick(rng, (7, 9, 11, 13)) * 60
                    end = start + SHIFT_MINUTES
                    yield person.id, wall_time(day, start, ZONE), wall_time(day, end, ZONE)


def pins(people: list[Person], windows: list[tuple[object, ...]]) -> Iterator[tuple[object, ...]]:
    """``worker_id, queue, start, minutes``: the first workers with a whole shift on day one."""
    skills = {person.id: person.skills for person in people}
    pinned: set[object] = set()
    for worker_id, start, end, _ in windows:
        first, last = datetime.fromisoformat(str(start)), datetime.fromisoformat(str(end))
        is_whole_shift = last - first >= timedelta(minutes=SHIFT_MINUTES)
        if first.date() != HORIZON_START or not is_whole_shift or worker_id in pinned:
            continue
        queue = next(queue for queue in QUEUES if queue.skill in skills[str(worker_id)])
        yield worker_id, queue.id, start, SHIFT_MINUTES
        pinned.add(worker_id)
        if len(pinned) == NUM_PINS:
            return
