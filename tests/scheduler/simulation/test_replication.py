"""All queues of one possible course."""

from dataclasses import replace

import numpy as np
import pytest

from scheduler.simulation.replication import Operation, QueueDemand, replicate
from scheduler.simulation.turnout import Crew
from scheduler.staffing.requirement import QueueWork

VOICE = QueueWork("a|de|voice", "live", (180.0,), patience_seconds=120.0)
MAIL = QueueWork("a|de|mail", "deferrable", (300.0,), deadline_minutes=240)
NUM = 16


def demand(work: QueueWork, *paths: int, waiting: tuple[float, ...] = ()) -> QueueDemand:
    """Paths with as many contacts in each interval, half of them handed over by the bot."""
    counts = np.array([[[one // 2] * NUM, [one - one // 2] * NUM] for one in paths])
    return QueueDemand(work, np.ones(NUM, dtype=bool), counts, np.array([1.0, 1.2]), waiting)


def operation(*queues: QueueDemand, workers: int = 4, comes: float = 1.0) -> Operation:
    """The same workers on each queue, all day long, each on one shift."""
    cells = [
        (row * workers + one, row, index)
        for row in range(len(queues))
        for one in range(workers)
        for index in range(NUM)
    ]
    shift, queue, interval = np.array(cells).T
    names = tuple(one.work.id for one in queues)
    rates = np.full(workers * len(queues), comes)
    return Operation(queues, Crew(names, NUM, rates, shift, queue, interval), 30)


def test_paths_are_taken_in_turn() -> None:
    day = operation(demand(VOICE, 2, 6, 10))
    offered = [int(replicate(day, number, 1)[VOICE.id].offered.sum()) for number in range(4)]

    assert offered == [2 * NUM, 6 * NUM, 10 * NUM, 2 * NUM]


def test_a_replication_is_the_same_each_time_and_another_for_another_seed() -> None:
    day = operation(demand(VOICE, 20))
    first, again, other = (replicate(day, 3, seed)[VOICE.id] for seed in (1, 1, 2))

    assert first.waits.tolist() == again.waits.tolist()
    assert first.waits.tolist() != other.waits.tolist()


def test_two_schedules_meet_the_same_contacts() -> None:
    """More workers on all queues: nobody is offered less, and nobody waits longer."""
    patient = replace(VOICE, patience_seconds=None)
    few, many = (replicate(operation(demand(patient, 20), workers=n), 1, 5) for n in (3, 5))

    assert few[VOICE.id].came_in.tolist() == many[VOICE.id].came_in.tolist()
    assert (many[VOICE.id].waits <= few[VOICE.id].waits + 1e-6).all()


def test_a_queue_more_changes_nothing_for_the_first() -> None:
    alone = replicate(operation(demand(VOICE, 20)), 1, 5)[VOICE.id]
    beside = replicate(operation(demand(VOICE, 20), demand(MAIL, 4)), 1, 5)[VOICE.id]

    assert alone.waits.tolist() == beside.waits.tolist()


def test_what_the_bot_hands_over_takes_longer() -> None:
    """Half of the contacts at 1.2: the day holds a tenth more work."""
    day = operation(demand(VOICE, 40), workers=12)
    patient = replace(day.queues[0], work=replace(VOICE, patience_seconds=None))
    plain = replace(patient, handle_factor=np.ones(2))
    busy = [
        sum(
            replicate(replace(day, queues=(one,)), n, 1)[VOICE.id].busy_seconds.sum()
            for n in range(20)
        )
        for one in (plain, patient)
    ]

    assert busy[1] / busy[0] == pytest.approx(1.1, abs=0.02)


def test_no_shows_make_contacts_wait() -> None:
    all_come, some_come = (
        sum(replicate(operation(demand(VOICE, 18), comes=one), n, 1)[VOICE.id].in_time.sum()
            for n in range(20))
        for one in (1.0, 0.7)
    )  # fmt: skip

    assert some_come < 0.95 * all_come


def test_work_that_waits_already_comes_first() -> None:
    """Thirty mails from before the horizon: whoever writes then waits behind them."""
    full, clear = (
        replicate(operation(demand(MAIL, 2, waiting=waiting), workers=1), 0, 1)[MAIL.id]
        for waiting in ((60.0, 3600.0, 7200.0) * 10, ())
    )

    assert full.offered.tolist() == clear.offered.tolist() == [2] * NUM
    assert full.waits[0] > clear.waits[0] + 3600
