"""How often someone may ask."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.http import rate
from api.http.rate import WINDOW_SECONDS, RateLimiter
from tests.api.serving import Tester


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.at = 1000.0

    def monotonic(self) -> float:
        return self.at


@given(
    per_minute=st.integers(1, 50),
    pauses=st.lists(st.floats(0, 30), max_size=200),
)
def test_never_more_than_a_burst_and_its_refill(per_minute: int, pauses: list[float]) -> None:
    clock = Clock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rate, "time", clock)
        limiter, counted = RateLimiter(), []
        for pause in pauses:
            clock.at += pause
            if limiter.seconds_to_wait("a", per_minute) == 0:
                counted.append(clock.at)
        for first, begin in enumerate(counted):
            for last in range(first, len(counted)):
                refill = (counted[last] - begin) * per_minute / WINDOW_SECONDS
                assert last - first + 1 <= per_minute + refill + 1e-3


@given(per_minute=st.integers(1, 1000))
def test_all_of_a_minute_at_once_and_again_after_the_wait(per_minute: int) -> None:
    clock = Clock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rate, "time", clock)
        limiter = RateLimiter()
        assert [limiter.seconds_to_wait("a", per_minute) for _ in range(per_minute)] == (
            [0.0] * per_minute
        )
        wait = limiter.seconds_to_wait("a", per_minute)
        assert 0 < wait <= WINDOW_SECONDS / per_minute + 1e-6
        assert limiter.seconds_to_wait("b", per_minute) == 0
        clock.at += wait
        assert limiter.seconds_to_wait("a", per_minute) == 0


def test_whoever_asks_too_often_is_told_when_to_come_back(sqlite_tester: Tester) -> None:
    limit = sqlite_tester.settings.requests_per_minute
    answer, asked = sqlite_tester.client.get("/v1/sites"), 1
    while answer.status_code == 401 and asked < 10 * limit:
        answer, asked = sqlite_tester.client.get("/v1/sites"), asked + 1
    assert answer.status_code == 429
    assert asked > limit
    assert int(answer.headers["Retry-After"]) >= 1
