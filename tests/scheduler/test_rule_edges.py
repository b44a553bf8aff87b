"""Template restrictions, work elsewhere, hard minima and shared limits at their edges.

Each case is judged twice, by the validator and by the model, which know nothing of each other.
"""

from dataclasses import replace
from typing import Any

import pytest

from scheduler.horizon import Horizon
from scheduler.problem import Licence, Problem
from scheduler.shift_template import ShiftTemplate
from scheduler.validation import violations
from scheduler.worker import Span
from tests.factories import make_horizon, make_problem, make_queue, make_shift, make_template
from tests.scheduler.edges import always, shifts_at, span, verdict

WEEK = make_horizon()
AUTUMN = make_horizon("2026-10-24", days=3)
SPRING = make_horizon("2027-03-27", days=3)
REFUND = frozenset({"refund"})


def with_template(problem: Problem, *, minutes: int = 240, every: int = 60, **more: Any) -> Problem:
    template: ShiftTemplate = replace(make_template(minutes, every=every), **more)
    return replace(problem, shift_templates=(template,))


def elsewhere(horizon: Horizon, *spans: tuple[str, str], **limits: Any) -> Problem:
    """Somebody who also works elsewhere, "11-03 08:00"."""
    year = horizon.first_day.year
    times = tuple(span(horizon, f"{year}-{since}", f"{year}-{until}") for since, until in spans)
    return always(horizon, external_shifts=times, **limits)


def at(problem: Problem, *starts: str) -> set[str]:
    return verdict(problem, shifts_at(problem, *(f"2026-11-{start}" for start in starts)))


# Templates


@pytest.mark.parametrize(
    ("start", "broken"),
    [
        ("06 22:00", True),  # ends on the Saturday it was worked for
        ("07 00:00", False),
        ("07 23:00", False),
        ("08 00:00", True),
        ("02 08:00", True),
    ],
)
def test_a_template_s_weekday_is_the_local_day_of_the_start(start: str, broken: bool) -> None:
    problem = with_template(always(WEEK), weekdays=frozenset({6}))
    assert at(problem, start) == ({"template"} if broken else set())


@pytest.mark.parametrize("horizon", [AUTUMN, SPRING])
def test_a_template_s_weekday_over_a_clock_change(horizon: Horizon) -> None:
    """The Sunday of the change begins and ends with its own midnights."""
    problem = with_template(always(horizon, min_rest_minutes=0), weekdays=frozenset({7}))
    saturday, sunday, monday = horizon.dates
    for start in (f"{sunday} 00:00", f"{sunday} 03:00", f"{sunday} 23:00"):
        assert verdict(problem, shifts_at(problem, start)) == set()
    for start in (f"{saturday} 23:00", f"{monday} 00:00"):
        assert verdict(problem, shifts_at(problem, start)) == {"template"}


def test_a_template_of_no_weekday_or_no_window_is_never_worked() -> None:
    for never in ({"weekdays": frozenset()}, {"windows": ()}, {"queues": frozenset()}):
        assert at(with_template(always(WEEK), **never), "02 08:00") == {"template"}


def test_a_shift_lies_inside_one_window_of_its_template() -> None:
    windows = (Span(480, 720), Span(720, 1020), Span(-60, 60), Span(7 * 1440 - 120, 8 * 1440))
    problem = with_template(always(WEEK), windows=windows)
    assert at(problem, "02 08:00") == set()
    assert at(problem, "02 13:00") == set()
    assert at(problem, "02 09:00") == {"template"}
    assert at(problem, "02 14:00") == {"template"}
    assert at(problem, "02 00:00") == {"template"}
    assert at(problem, "08 20:00") == {"template"}


def test_a_template_serves_its_own_queues_only() -> None:
    queues = (make_queue("refund"), make_queue("fraud"))
    problem = with_template(
        make_problem(WEEK, *always(WEEK).workers, queues=queues), queues=frozenset({"fraud"})
    )
    (fraud,) = (make_shift(problem, "2026-11-02 08:00", queue="fraud"),)
    assert verdict(problem, [fraud]) == set()
    assert verdict(problem, [replace(fraud, queue="refund")]) == {"template"}


# Work elsewhere


def test_nobody_is_here_and_elsewhere_at_once() -> None:
    problem = elsewhere(WEEK, ("11-03 10:00", "11-03 14:00"))
    assert at(problem, "03 06:00") == set()
    assert at(problem, "03 07:00") == {"no_overlap"}
    assert at(problem, "03 11:00") == {"no_overlap"}
    assert at(problem, "03 14:00") == set()


def test_rest_is_owed_before_and_after_work_elsewhere() -> None:
    problem = elsewhere(WEEK, ("11-03 10:00", "11-03 20:00"))
    assert at(problem, "02 19:00") == set()
    assert at(problem, "02 20:00") == {"rest"}
    assert at(problem, "04 07:00") == set()
    assert at(problem, "04 06:00") == {"rest"}


def test_rest_is_owed_around_a_night_elsewhere() -> None:
    """It starts on the Tuesday and ends on the Wednesday."""
    problem = elsewhere(WEEK, ("11-03 22:00", "11-04 06:00"))
    assert at(problem, "04 17:00") == set()
    assert at(problem, "04 16:00") == {"rest"}
    assert at(problem, "03 17:00") == set()


def test_work_elsewhere_after_the_horizon_is_owed_its_rest() -> None:
    problem = elsewhere(WEEK, ("11-09 06:00", "11-09 10:00"))
    assert at(problem, "08 15:00") == set()
    assert at(problem, "08 16:00") == {"rest"}


def test_a_day_s_span_takes_in_what_is_worked_elsewhere() -> None:
    problem = elsewhere(WEEK, ("11-03 06:00", "11-03 08:00"))
    assert at(problem, "03 15:00") == set()
    assert at(problem, "03 16:00") == {"day_span"}


def test_what_is_worked_elsewhere_breaks_nothing_by_itself() -> None:
    """Twenty hours, then four more without rest, beyond every limit of hours and days."""
    problem = elsewhere(
        WEEK, ("11-03 00:00", "11-03 20:00"), ("11-04 00:00", "11-04 04:00"),
        max_minutes_per_week=60, max_consecutive_days=1, max_shifts_per_day=0, max_weekends=0,
        max_shifts_by_template={"four": 0},
    )  # fmt: skip
    assert at(problem) == set()


def test_minutes_elsewhere_count_in_their_week_and_in_no_other_limit() -> None:
    problem = elsewhere(
        WEEK, ("11-03 06:00", "11-03 10:00"), max_minutes_per_week=480,
        max_shifts_by_template={"four": 1},
    )  # fmt: skip
    assert at(problem, "03 10:00") == set()
    assert at(problem, "05 10:00") == set()
    one_less = elsewhere(WEEK, ("11-03 06:00", "11-03 10:00"), max_minutes_per_week=479)
    assert at(one_less, "05 10:00") == {"max_minutes_per_week"}


def test_minutes_elsewhere_after_the_horizon_count_in_a_week_that_its_end_cuts() -> None:
    """Four days from Monday; on Friday of that week six hours are promised elsewhere."""
    horizon = make_horizon(days=4)
    problem = elsewhere(horizon, ("11-06 08:00", "11-06 14:00"), max_minutes_per_week=599)
    assert at(problem, "02 08:00") == {"max_minutes_per_week"}
    later = elsewhere(horizon, ("11-09 08:00", "11-09 14:00"), max_minutes_per_week=599)
    assert at(later, "02 08:00") == set()


# Hard minima


def test_a_hard_minimum_asks_for_each_week_s_share_of_days() -> None:
    """From Wednesday: five days of the first week, two of the second."""
    horizon = make_horizon("2026-11-04", days=7)
    problem = always(horizon, is_min_hard=True, min_minutes_per_week=840)
    assert at(problem) == {"min_minutes_per_week"}
    assert at(problem, "04 08:00", "05 08:00", "06 08:00", "09 08:00") == set()
    assert at(problem, "04 08:00", "05 08:00", "09 08:00", "10 08:00") == {"min_minutes_per_week"}
    assert at(problem, "04 08:00", "05 08:00", "06 08:00") == {"min_minutes_per_week"}


def test_neither_past_nor_external_work_fills_a_hard_minimum() -> None:
    horizon = make_horizon("2026-11-04", days=5)
    problem = elsewhere(
        horizon, ("11-06 08:00", "11-06 12:00"), is_min_hard=True, min_minutes_per_week=336,
        past=[("2026-11-02 08:00", "2026-11-02 12:00")],
    )  # fmt: skip
    assert at(problem) == {"min_minutes_per_week"}
    assert at(problem, "04 08:00") == set()


def test_a_minimum_that_is_not_hard_may_be_missed() -> None:
    assert at(always(WEEK, min_minutes_per_week=240)) == set()


# Limits that workers share


def two(**more: Any) -> Problem:
    """Ada and Bo, always there."""
    (ada,) = always(WEEK, max_shifts_per_day=2).workers
    return make_problem(WEEK, ada, replace(ada, id="bo"), **more)


def of_both(problem: Problem, ada: str, bo: str, minutes: int = 240) -> set[str]:
    shifts = [
        make_shift(problem, f"2026-11-{start}", worker=worker, minutes=minutes)
        for start, worker in ((ada, "ada"), (bo, "bo"))
    ]
    return verdict(problem, sorted(shifts))


def test_a_site_s_cap_of_a_template_goes_by_local_start_day() -> None:
    problem = with_template(two(), max_shifts_per_day=1)
    assert of_both(problem, "02 22:00", "03 00:00") == set()
    assert of_both(problem, "03 00:00", "03 22:00") == {"template_per_day"}


def test_a_shift_that_ends_inside_an_interval_takes_a_seat_to_its_end() -> None:
    problem = two(licences=(Licence("seat", REFUND, 1),))
    problem = with_template(problem, minutes=330, every=30)
    assert of_both(problem, "02 08:00", "02 14:00", 330) == set()
    assert of_both(problem, "02 08:00", "02 13:30", 330) == {"licences"}


def test_one_worker_takes_one_seat_in_an_interval_that_two_of_his_shifts_touch() -> None:
    problem = two(licences=(Licence("seat", REFUND, 1),))
    problem = with_template(problem, minutes=330, every=30)
    shifts = shifts_at(problem, "2026-11-02 08:00", "2026-11-02 13:30", minutes=330)
    assert verdict(problem, shifts) == set()


def test_a_licence_counts_its_own_queues_only() -> None:
    queues = (make_queue("refund"), make_queue("fraud"))
    problem = two(queues=queues, licences=(Licence("seat", REFUND, 1),))
    ada = make_shift(problem, "2026-11-02 08:00")
    bo = replace(ada, worker="bo", queue="fraud")
    assert verdict(problem, [ada, bo]) == set()
    assert verdict(problem, [ada, replace(bo, queue="refund")]) == {"licences"}


def test_an_excess_of_seats_is_told_once_where_it_begins() -> None:
    problem = two(licences=(Licence("seat", REFUND, 1),))
    own = shifts_at(problem, "2026-11-02 08:00", "2026-11-02 14:00")
    shifts = [replace(one, worker=worker) for one in own for worker in ("ada", "bo")]
    told = [one.detail for one in violations(problem, shifts)]
    assert told == [
        f"licence 'seat': 2 workers at 2026-11-02T{hour}:00:00+01:00, at most 1"
        for hour in ("08", "14")
    ]
