"""Chat with several customers per worker."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.staffing.chat import chat
from scheduler.staffing.erlang import erlang_a, erlang_c

HANDLE = [360.0, 420.0, 540.0]
PER_SECOND = 120 / 3600


@pytest.mark.parametrize(
    ("agents", "p_wait", "mean_wait"),
    [(7, 0.25805, 46.4499), (8, 0.04785, 4.3062), (9, 0.00640, 0.3838)],
)
def test_known_cases(agents: int, p_wait: float, mean_wait: float) -> None:
    """120 chats an hour, up to three at once; from a direct sum over the states."""
    seen = chat(agents, PER_SECOND, HANDLE, None, 30)

    assert seen.p_wait == pytest.approx(p_wait, abs=5e-6)
    assert seen.mean_wait_seconds == pytest.approx(mean_wait, abs=5e-5)


def test_capacity_just_reached_is_unstable() -> None:
    """Six workers end at most 120 chats an hour: the queue never ends."""
    seen = chat(6, PER_SECOND, HANDLE, None, 30)

    assert (seen.p_wait, seen.service_level, seen.occupancy) == pytest.approx((1, 0, 1))


def test_dividing_the_handle_time_asks_for_too_many() -> None:
    """Erlang C with AHT_3 / 3 needs nine workers for 80 % in 30 s, the exact model eight."""
    agents = np.array([7, 8, 9])
    exact = chat(agents, PER_SECOND, HANDLE, None, 30).service_level >= 0.8
    divided = erlang_c(agents, PER_SECOND * 180, 180, 30).service_level >= 0.8

    assert exact.tolist() == [False, True, True]
    assert divided.tolist() == [False, False, True]


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 40), st.floats(0.1, 50), st.floats(10, 1000), st.floats(0, 200))
def test_one_chat_at_a_time_is_erlang(
    agents: int, load: float, patience: float, threshold: float
) -> None:
    """Without concurrency the model is Erlang C, and Erlang A with patience."""
    rate = load / 180
    for seen, known in (
        (chat(agents, rate, [180], None, threshold), erlang_c(agents, load, 180, threshold)),
        (
            chat(agents, rate, [180], patience, threshold),
            erlang_a(agents, load, 180, patience, threshold),
        ),
    ):
        assert seen.p_wait == pytest.approx(float(known.p_wait), abs=1e-12)
        assert seen.service_level == pytest.approx(float(known.service_level), abs=1e-12)


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 20), st.floats(0.001, 0.2), st.floats(1, 2), st.integers(2, 4))
def test_one_more_worker_never_hurts(
    agents: int, per_second: float, slower: float, concurrency: int
) -> None:
    """Service level rises with workers, with and without patience."""
    handle = [300 * slower ** (k / concurrency) for k in range(concurrency)]
    both = np.array([agents, agents + 1])
    for patience in (None, 120.0):
        level = chat(both, per_second, handle, patience, 30).service_level
        assert level[1] >= level[0] - 1e-12


def test_no_chats_are_all_answered() -> None:
    """A night interval."""
    assert chat([0, 3], 0.0, HANDLE, 60, 30).service_level.tolist() == [1, 1]
    assert chat([0, 3], [0.0, 1e-310], [300, 600], None, 30).service_level.tolist() == [1, 1]
