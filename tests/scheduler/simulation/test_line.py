"""The line of a queue, on cases small enough to follow by hand."""

import math

import numpy as np
import pytest

from scheduler.simulation.line import Capacity, serve, speeds
from scheduler.staffing.requirement import QueueWork

NEVER = math.inf
VOICE = QueueWork("a|de|voice", "live", (100.0,))
CHAT = QueueWork("a|de|chat", "chat", (100.0, 160.0, 240.0), 3)


def interval(
    until: float, workers: int, work: QueueWork = VOICE, sends_away: bool = False
) -> Capacity:
    return Capacity(until, workers * work.concurrency, speeds(work, workers, 20), sends_away)


def begins(
    at: list[float],
    work: list[float],
    intervals: list[Capacity],
    gives_up: list[float] | None = None,
) -> list[float | None]:
    """Seconds at which each contact is served; None if never."""
    seen = serve(at, work, gives_up or [NEVER] * len(at), intervals)
    return [
        round(turn, 9) if turn < leaves else None
        for turn, leaves in zip(seen.turn, seen.gives_up, strict=True)
    ]


def test_who_comes_while_all_are_busy_waits_for_the_first_to_be_free() -> None:
    """Two workers, calls of 200, 50 and 100 seconds: the third is served at 60."""
    assert begins([0, 10, 20], [2.0, 0.5, 1.0], [interval(1800, 2)]) == [0, 10, 60]


def test_first_come_first_served() -> None:
    assert begins([0, 1, 2], [1.0, 1.0, 1.0], [interval(1800, 1)]) == [0, 100, 200]


def test_who_hung_up_is_not_served_and_holds_nobody_up() -> None:
    """The second gives up at 50, before the first is done."""
    seen = begins([0, 1, 2], [1.0, 1.0, 1.0], [interval(1800, 1)], [NEVER, 50, NEVER])

    assert seen == [0, None, 100]


def test_nobody_is_served_without_workers() -> None:
    assert begins([0], [1.0], [interval(1800, 0)]) == [None]


def test_who_comes_on_shift_takes_who_waits() -> None:
    """Nobody in the first half-hour, two in the second."""
    seen = begins([5, 6, 7], [1.0, 2.0, 1.0], [interval(1800, 0), interval(3600, 2)])

    assert seen == [1800, 1800, 1900]


def test_a_contact_in_progress_is_finished_after_the_shift() -> None:
    """Two calls of 200 s at 1790, then one worker: a place is free only when both are done."""
    intervals = [interval(1800, 2), interval(3600, 1)]

    assert begins([1790, 1790, 1800], [2.0, 2.0, 1.0], intervals) == [1790, 1790, 1990]


def test_work_done_is_told_apart_at_the_border() -> None:
    """A call of 100 s from 1750: half of it lies in each half-hour."""
    seen = serve([1750], [1.0], [NEVER], [interval(1800, 1), interval(3600, 1)])

    assert np.diff(seen.borders).tolist() == pytest.approx([0.5, 0.5])


def test_closing_sends_away_who_waits_and_no_one_in_service() -> None:
    intervals = [interval(1800, 1), interval(3600, 0, sends_away=True), interval(5400, 1)]
    seen = serve([1700, 1750], [2.0, 1.0], [NEVER, NEVER], intervals)

    assert seen.turn[0] == 1700
    assert math.isnan(seen.turn[1])
    assert seen.gives_up == [NEVER, 1800]


def test_chats_at_once_take_longer() -> None:
    """One worker. Alone until 50 s, the first chat is half done; then both get on at 1/160."""
    seen = begins([0, 50, 51, 52], [1.0, 1.0, 1.0, 1.0], [interval(1800, 1, CHAT)])

    # From 51 on three at 1/240: the first has 0.5 - 1/160 left, which takes 118.5 s.
    assert seen == [0, 50, 51, 169.5]


def test_levels_are_balanced() -> None:
    """Two workers: 2 chats alone, 3 as 1 and 2, 5 as 2 and 3, 6 full, 7 left over."""
    table = speeds(CHAT, 2, 7)

    assert [round(n * one, 9) for n, one in enumerate(table)] == [
        round(one, 9)
        for one in (
            0, 1 / 100, 2 / 100, 1 / 100 + 2 / 160, 4 / 160, 2 / 160 + 3 / 240, 6 / 240, 7 / 240
        )
    ]  # fmt: skip


def test_a_worker_with_one_call_at_a_time_has_one_speed() -> None:
    assert speeds(VOICE, 3, 5) == [0, 0.01, 0.01, 0.01, 0.01, 0.01]


def test_who_hung_up_may_call_again() -> None:
    """He gives up at 50 and calls again at 170, when the worker is free: as long a call as his."""
    seen = serve([0, 20], [1.5, 0.4], [NEVER, 50], [interval(1800, 1)], lambda second: second + 120)

    assert seen.at == [0, 20, 170]
    assert seen.turn[2] == 170
    assert seen.work[2] == 0.4
    assert seen.gives_up[2] == 200  # as patient as before


def test_who_was_served_does_not_call_again() -> None:
    seen = serve([0], [1.0], [5000], [interval(1800, 1)], lambda second: second + 1)

    assert seen.at == [0]


def test_who_calls_again_in_vain_calls_again() -> None:
    """Nobody is there: he waits 60 s and calls again after 240, six times in all."""
    seen = serve([0], [1.0], [60], [interval(1800, 0)], lambda second: second + 240)

    assert seen.at == [0, 300, 600, 900, 1200, 1500]


def test_nobody_calls_again_while_the_queue_is_closed() -> None:
    intervals = [interval(1800, 0), interval(3600, 0, sends_away=True), interval(5400, 1)]
    seen = serve([1700], [1.0], [1750], intervals, lambda second: second + 600)

    assert seen.at == [1700]


def test_deferrable_work_is_put_down_at_the_end_of_a_shift() -> None:
    """Begun at 1700 and half done when the shift ends; taken up at 3600 for the rest of it."""
    mail = QueueWork("a|de|mail", "deferrable", (200.0,), deadline_minutes=60, max_occupancy=1.0)
    intervals = [interval(1800, 1, mail), interval(3600, 0, mail), interval(5400, 1, mail)]
    seen = serve([1700, 1750], [1.0, 0.5], [NEVER, NEVER], intervals)

    assert seen.turn == [1700, 3700]
    assert np.diff(seen.borders).tolist() == pytest.approx([0.5, 0.0, 1.0])


def test_deferrable_work_that_is_left_over_is_shared() -> None:
    """Of a worker's time, three quarters are work; four mails and two workers: half the speed."""
    mail = QueueWork("a|de|mail", "deferrable", (75.0,), deadline_minutes=60, max_occupancy=0.75)

    assert speeds(mail, 2, 4) == pytest.approx([0, 0.01, 0.01, 0.02 / 3, 0.005])
    assert speeds(mail, 0, 2) == [0, 0, 0]
