"""One queue simulated: what is counted where, and laws that no contact may break."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.errors import ProblemInvalid
from scheduler.simulation.arrivals import spread_arrivals
from scheduler.simulation.queue import Contacts, Redial, simulate_queue
from scheduler.simulation.result import QueueResult
from scheduler.staffing.requirement import QueueWork
from tests.scheduler.simulation.runs import simulated

VOICE = QueueWork("a|de|voice", "live", (180.0,), patience_seconds=120.0)
PATIENT = replace(VOICE, patience_seconds=None)
CHAT = QueueWork("a|de|chat", "chat", (300.0, 345.0, 405.0), 3, patience_seconds=240.0)
MAIL = QueueWork("a|en|mail", "deferrable", (600.0,), deadline_minutes=120, max_occupancy=1.0)
HALF_HOUR = 1800.0
EVERY = [VOICE, PATIENT, CHAT, MAIL]


def contacts(*at: float, factor: float = 1.0) -> Contacts:
    return Contacts(np.array(at, dtype=float), np.full(len(at), factor))


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(EVERY),
    st.lists(
        st.tuples(st.integers(0, 30), st.integers(0, 6), st.booleans()), min_size=1, max_size=8
    ),
    st.integers(0, 1000),
)
def test_every_contact_is_counted_once(
    work: QueueWork, intervals: list[tuple[int, int, bool]], seed: int
) -> None:
    """Whatever comes and whoever is there: the parts add up, and nothing is negative."""
    rng = np.random.default_rng(seed)
    counts, present, opened = (np.array(one) for one in zip(*intervals, strict=True))
    at = spread_arrivals(counts, 30, rng)
    seen = simulate_queue(work, Contacts(at, np.ones(len(at))), present, opened, 30, rng)

    assert (seen.in_time <= seen.answered).all()
    assert (seen.answered + seen.abandoned <= seen.offered).all()
    assert (seen.waits >= 0).all()
    assert np.bincount(seen.came_in, minlength=len(counts)).tolist() == seen.offered.tolist()
    assert seen.waiting_seconds == pytest.approx(
        np.bincount(seen.came_in, seen.waits, minlength=len(counts))
    )
    assert (seen.present_seconds == np.where(opened, present, 0) * HALF_HOUR).all()
    if work.work != "deferrable":
        assert seen.offered.tolist() == np.where(opened, counts, 0).tolist()


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(EVERY), st.integers(0, 1000))
def test_one_more_worker_never_makes_anybody_of_a_line_wait_longer(
    work: QueueWork, seed: int
) -> None:
    """With the same contacts, as long as a worker more changes no handle time."""
    fewer, more = (simulated(replace(work, patience_seconds=None), 30, n, 4, seed) for n in (3, 4))

    if work.concurrency == 1:
        assert (more.waits <= fewer.waits + 1e-6).all()
    assert more.waits.sum() <= fewer.waits.sum() + 1e-6


def test_nobody_waits_where_all_have_somebody() -> None:
    seen = run(VOICE, contacts(0, 1, 2), [3, 3])

    assert (seen.offered.sum(), seen.in_time.sum(), seen.waits.tolist()) == (3, 3, [0, 0, 0])


def run(work: QueueWork, of: Contacts, present: list[int], opened: str = "") -> QueueResult:
    is_open = np.array([one == "o" for one in opened or "o" * len(present)])
    return simulate_queue(work, of, np.array(present), is_open, 30, np.random.default_rng(3))


def test_contacts_while_closed_do_not_count() -> None:
    seen = run(VOICE, contacts(10, 2000), [1, 1], ".o")

    assert seen.offered.tolist() == [0, 1]


def test_whoever_waits_when_the_queue_closes_is_lost() -> None:
    """Nobody is there; the second half-hour is closed, and none of the waiting is longer."""
    seen = run(PATIENT, contacts(900), [0, 5, 5], "o.o")

    assert (seen.offered.sum(), seen.answered.sum(), seen.abandoned.sum()) == (1, 0, 1)
    assert seen.waits.tolist() == [900]


def test_who_still_waits_at_the_end_of_the_horizon_did_not_hang_up() -> None:
    seen = run(PATIENT, contacts(900), [0, 0])

    assert (seen.abandoned.sum(), seen.answered.sum(), seen.waits.tolist()) == (0, 0, [2700])


def test_mail_waits_through_the_night() -> None:
    """It comes while closed, is begun at the next opening and done in time."""
    seen = run(MAIL, contacts(100), [0, 0, 1, 1, 1, 1], "o.oooo")

    assert (seen.offered.tolist()[0], seen.in_time.tolist()[0]) == (1, 1)
    assert seen.waits.tolist() == [3500]


def test_mail_is_in_time_when_done_and_not_when_begun() -> None:
    """Two hours of deadline, a mail of some 10,000 s: begun at once, done late."""
    seen = run(MAIL, contacts(0, factor=200.0), [1] * 40)

    assert (seen.answered.sum(), seen.in_time.sum()) == (1, 0)


def test_mail_due_after_the_horizon_is_not_judged() -> None:
    """No open interval follows: its deadline is known to nobody yet."""
    seen = run(MAIL, contacts(100, 2000), [1, 1], "o.")

    assert seen.offered.tolist() == [1, 0]


def test_backlog_from_before_the_horizon_comes_first() -> None:
    """Two mails from before are done first, keep somebody busy, and are counted nowhere."""
    seen = run(MAIL, contacts(-7200, -3600, 5), [1] * 30)
    alone = run(MAIL, contacts(5), [1] * 30)

    assert seen.offered.sum() == 1
    assert seen.waits[0] > alone.waits[0]
    assert seen.busy_seconds.sum() > alone.busy_seconds.sum()


def test_calls_from_before_the_horizon_are_gone() -> None:
    assert run(VOICE, contacts(-60, 5), [1, 1]).offered.sum() == 1


def test_of_those_who_hang_up_a_share_calls_again() -> None:
    """Nobody is there, so all hang up, again and again: n tries become n / (1 - share)."""
    tries = Contacts(np.linspace(0, 1799, 3000), np.ones(3000))
    is_open, nobody = np.ones(20, dtype=bool), np.zeros(20, dtype=np.int64)
    redial = Redial(share=0.6, mean_seconds=60)
    rng = np.random.default_rng(6)
    seen = simulate_queue(VOICE, tries, nobody, is_open, 30, rng, redial)

    assert seen.offered.sum() == pytest.approx(3000 / 0.4, rel=0.05)
    assert seen.abandoned.sum() == seen.offered.sum()
    assert len(seen.waits) == seen.offered.sum()


def test_without_a_share_nobody_calls_again() -> None:
    with_none, without = (
        simulate_queue(
            VOICE, contacts(*range(0, 3000, 9)), np.ones(4, dtype=np.int64),
            np.ones(4, dtype=bool), 30, np.random.default_rng(6), redial,
        )
        for redial in (Redial(0.0, 60), None)
    )  # fmt: skip

    assert with_none.waits.tolist() == without.waits.tolist()


def test_longer_work_takes_longer() -> None:
    """Busy seconds rise with the handle factor alike."""
    usual, longer = (
        simulate_queue(
            VOICE,
            contacts(*np.linspace(0, 3000, 20), factor=factor),
            np.full(20, 30),
            np.ones(20, dtype=bool),
            30,
            np.random.default_rng(4),
        )
        for factor in (1.0, 1.4)
    )

    assert longer.busy_seconds.sum() == pytest.approx(1.4 * usual.busy_seconds.sum())


def test_a_part_of_mail_time_is_no_work() -> None:
    """At an occupancy of at most a half, mail takes twice as long and keeps nobody busier."""
    slow = run(replace(MAIL, max_occupancy=0.5), contacts(0, 0), [1] * 40)
    fast = run(MAIL, contacts(0, 0), [1] * 40)

    assert slow.waits[1] == pytest.approx(2 * fast.waits[1])
    assert slow.busy_seconds.sum() == pytest.approx(fast.busy_seconds.sum())


def test_the_same_seed_gives_the_same_day() -> None:
    first, second = (simulated(CHAT, 60, 3, 5, seed=9) for _ in range(2))

    assert first.waits.tolist() == second.waits.tolist()


@pytest.mark.parametrize(
    ("of", "present", "message"),
    [
        (contacts(5, 4), [1, 1], "order"),
        (contacts(5), [1], "length"),
        (contacts(5, factor=0.0), [1, 1], "negative"),
        (contacts(5), [1, -1], "negative"),
    ],
)
def test_refusals(of: Contacts, present: list[int], message: str) -> None:
    with pytest.raises(ProblemInvalid, match=message):
        simulate_queue(
            VOICE, of, np.array(present), np.ones(2, dtype=bool), 30, np.random.default_rng(1)
        )
