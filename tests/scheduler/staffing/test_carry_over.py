"""Who waits from the interval before, as a fluid, by hand."""

import numpy as np
import pytest

from scheduler.staffing.carry_over import held_up

OPEN = np.ones(4, dtype=bool)


def shares(
    rates: list[float],
    drain: list[float],
    patience: float | None = None,
    threshold: float = 0.0,
    is_open: str = "oooo",
) -> list[float]:
    """Share of each half-hour that is held up; rates in contacts per minute."""
    opened = np.array([one == "o" for one in is_open])
    found = held_up(
        np.array(rates)[:, None] / 60, np.array(drain) / 60, patience, threshold, opened, 30
    )
    return [round(float(one), 4) for one in found[:, 0]]


def test_nobody_waits_where_all_are_served() -> None:
    assert shares([1, 1, 1, 1], [2, 2, 1, 1]) == [0, 0, 0, 0]


def test_a_line_is_worked_off_as_fast_as_there_is_room() -> None:
    """30 wait after the first half-hour; at one a minute to spare that takes the second, whole."""
    assert shares([2, 1, 1, 1], [1, 2, 2, 2]) == [0, 1, 0, 0]


def test_a_longer_line_reaches_into_the_interval_after() -> None:
    """60 wait; after 30 minutes 30 are left, and the third has two a minute to spare."""
    assert shares([3, 1, 1, 1], [1, 2, 3, 3]) == [0, 1, 0.5, 0]


def test_who_is_served_within_the_threshold_is_not_late() -> None:
    """30 wait; 20 of them are served within ten minutes, so ten minutes are late."""
    assert shares([2, 1, 1, 1], [1, 2, 2, 2], threshold=600)[1] == pytest.approx(1 / 3, abs=1e-4)


def test_nobody_waits_over_a_closed_time() -> None:
    assert shares([2, 0, 1, 1], [1, 0, 2, 2], is_open="o.oo") == [0, 0, 0, 0]


def test_nobody_is_served_where_nobody_is() -> None:
    """An hour without workers is late by itself; its line of 60 holds up half of the next one."""
    assert shares([1, 1, 0.5, 0.5], [0, 0, 4.5, 4.5]) == [0, 0, 0.5, 0]


def test_who_hangs_up_shortens_the_line() -> None:
    """With a patience of 15 minutes: solved by small steps."""
    seen = shares([3, 1, 1, 1], [1, 2, 2, 2], patience=900, threshold=60)
    line, late = 0.0, [0.0] * 4
    for step in range(4 * 1800):
        t = step // 1800
        rate, drain = ([3, 1, 1, 1][t] / 60, [1, 2, 2, 2][t] / 60)
        late[t] += (t > 0 and line > drain * 60) / 1800
        line = max(0.0, line + rate - drain - line / 900)

    assert seen == pytest.approx(late, abs=0.003)
    assert 0 < seen[1] < 1


def test_many_who_are_impatient_leave_no_line() -> None:
    """An overload in each interval is the matter of its steady state."""
    assert shares([2, 2, 2, 2], [1, 1, 1, 1], patience=60) == [0, 0, 0, 0]
