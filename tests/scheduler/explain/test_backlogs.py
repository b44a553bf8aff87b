"""Late work among what is uncovered: since when, who could help, what it is worth."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.explain.price import CoverPrices
from scheduler.explain.prices import coverage_prices
from scheduler.explain.reasons import reasons_report
from scheduler.explain.standing import Standing
from scheduler.explain.uncovered import Lack, lacks_of, uncovered_shifts
from scheduler.model.build import build
from scheduler.problem import Previous, Problem
from scheduler.replan.replacements import replacements
from scheduler.schedule import Shift
from scheduler.solver.known import known_schedule
from scheduler.solver.parts import Effort
from scheduler.solver.point import point_of
from scheduler.validation import costs
from tests.factories import make_shift, make_worker
from tests.scheduler.test_backlogs import DAY, WHOLE_DAY, backlog, mail
from tests.scheduler.test_brute_force import budget
from tests.scheduler.tiny_backlogs import tiny_backlogs

MORNING = ("2026-11-02 06:00", "2026-11-02 14:00")
LATE = backlog(arriving={8: 300}, due={12: 300}, left_over_cost=6000)


def two(work: object = LATE) -> Problem:
    hands = [make_worker(DAY, MORNING, id=id) for id in ("ada", "bo")]
    return mail(work, *hands)  # type: ignore[arg-type]


def test_late_work_is_uncovered_since_nothing_waited() -> None:
    problem = two()
    shift = make_shift(problem, "2026-11-02 08:00")
    # 240 of 300 minutes are done; one more hour of one more worker would do the rest.
    assert lacks_of(problem, (shift,)) == [Lack("refund", 480, 780, 60, 1)]
    assert lacks_of(problem, ()) == [Lack("refund", 480, 780, 300, 1)]
    starts = uncovered_shifts(problem, lacks_of(problem, (shift,)))[0].start.tolist()
    assert min(starts) == 5 * 60
    assert max(starts) == 12 * 60


def test_each_worker_has_a_reason_for_late_work() -> None:
    problem = replace(two(), locks=replace(two().locks, workers=frozenset({"bo"})))
    shift = make_shift(problem, "2026-11-02 08:00")
    found = reasons_report(Standing(problem, (shift,)))
    assert [one.lack.queue for one in found.lacks] == ["refund"]


def test_a_worker_more_is_worth_what_he_gets_done() -> None:
    problem = mail(LATE, make_worker(DAY, WHOLE_DAY, max_minutes_per_week=240))
    prices = coverage_prices(problem)
    assert prices is not None
    worth = prices.worth["refund"]
    # An hour more at 8 to 12 saves an hour late and left over; nobody can work ahead of it.
    assert worth[9:12] == pytest.approx(60 * (83 + 100), rel=0.02)
    assert (worth[:8] == 0).all()
    assert (worth[13:] <= 60 * 100 + 1).all()


@budget(40)
@given(st.data())
def test_one_shift_more_or_less_is_priced_as_the_validator_does(data: st.DataObject) -> None:
    problem = two(data.draw(tiny_backlogs(DAY)))
    shifts = tuple(
        Shift(60 * start, 60 * start + 240, id, "refund", "four")
        for id in ("ada", "bo")
        for start in data.draw(st.lists(st.integers(0, 20), max_size=1))
    )
    one = Shift(60 * data.draw(st.integers(0, 20)), 0, "cy", "refund", "four")
    one = replace(one, end=one.start + 240)
    cover = CoverPrices(problem, shifts)
    before = costs(problem, shifts)["late_work"]
    assert cover.with_one_more(one) == costs(problem, (*shifts, one))["late_work"] - before
    for own in shifts:
        rest = tuple(other for other in shifts if other != own)
        assert cover.with_one_less(own) == costs(problem, rest)["late_work"] - before


def test_a_replacement_covers_late_work() -> None:
    problem = two()
    free, kept = (
        make_shift(problem, "2026-11-02 08:00"),
        make_shift(problem, "2026-11-02 09:00", worker="bo"),
    )
    found = replacements(problem, (kept,), free)
    after = costs(problem, (kept, free))["late_work"]
    assert found.cover_value == costs(problem, (kept,))["late_work"] - after > 0


def test_the_schedule_that_people_know_is_a_first_one() -> None:
    problem = two()
    shift = make_shift(problem, "2026-11-02 08:00")
    known = Previous("ada", "refund", "four", shift.start, 240)
    problem = replace(problem, previous=(known,), weights=replace(problem.weights, change=500))
    shifts = known_schedule(problem)
    assert shifts is not None
    model = build(problem)
    point = point_of(model, shifts, Effort(5.0, 1, 1))
    assert point is not None
    assert model.linear.objective(point) == sum(costs(problem, shifts).values())
    assert np.array_equal(np.array([one.start for one in model.shifts(point)]), [480])
