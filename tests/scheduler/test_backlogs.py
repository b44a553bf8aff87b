"""Work that may wait: what is late, what it costs, and where the search puts those who do it."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.backlog import Backlog
from scheduler.errors import ProblemInvalid
from scheduler.model.build import build
from scheduler.pricing import overdue_prices
from scheduler.problem import Problem
from scheduler.rules.backlogs import backlog_cost, work_off
from scheduler.schedule import LateWork, Segment, Shift
from scheduler.solver.greedy import greedy
from scheduler.solver.large import LargeSearch
from scheduler.solver.magnitude import check_magnitude, largest_cost
from scheduler.solver.open_backlog import OpenBacklog
from scheduler.solver.parameters import Parameters
from scheduler.solver.parts import Effort
from scheduler.solver.point import point_of
from scheduler.solver.prices import Ascent, Standing, bound_at
from scheduler.solver.relaxation import relax
from scheduler.solver.responses import Responses
from scheduler.solver.search import Found
from scheduler.solver.site import Site
from scheduler.validation import costs, late_work, shortages, violations
from tests.factories import make_horizon, make_problem, make_queue, make_shift, make_worker, need
from tests.scheduler.forcing import least_cost, model_cost, settled, solved
from tests.scheduler.test_brute_force import budget
from tests.scheduler.tiny_backlogs import tiny_backlogs

DAY = make_horizon(days=1)
WHOLE_DAY = ("2026-11-02 00:00", "2026-11-03 00:00")
EFFORT = Effort(10.0, 1, 1)


def backlog(
    horizon: Any = DAY,
    arriving: dict[int, int] | None = None,
    due: dict[int, int] | None = None,
    done: int = 60,
    **more: int,
) -> Backlog:
    """Minutes by interval, and what a worker gets done in each."""
    size = horizon.num_intervals
    tables = [np.zeros(size, dtype=np.int64) for _ in range(2)]
    for table, stated in zip(tables, (arriving or {}, due or {}), strict=True):
        for at, minutes in stated.items():
            table[at] = minutes
    return Backlog(*tables, np.full(size, done), **more)


def mail(one: Backlog, *workers: Any, horizon: Any = DAY, **more: Any) -> Problem:
    """One queue of 50.00 an hour, with work that may wait in place of a need."""
    workers = workers or (make_worker(horizon, WHOLE_DAY),)
    return make_problem(horizon, *workers, requirement={}, backlogs={"refund": one}, **more)


def test_work_is_done_oldest_first_and_never_before_it_comes() -> None:
    work = backlog(arriving={2: 90, 4: 30}, due={3: 90, 5: 30})
    worked = work_off(work, [1, 1, 1, 0, 1, 0, *[0] * 18])
    assert worked.waiting[:6] == (0, 0, 30, 30, 0, 0)
    # The 30 of the first burst are late; what comes at 4 is still in time.
    assert worked.missed[:6] == (0, 0, 0, 30, 0, 0)
    assert worked.overdue[:6] == (0, 0, 0, 30, 0, 0)


def test_who_is_late_is_late_once_but_stays_overdue() -> None:
    work = backlog(arriving={0: 60, 1: 60}, due={0: 60, 1: 60})
    worked = work_off(work, [0, 1, 0, 1, *[0] * 20])
    # In the best order the second hour is in time; oldest first, an hour is overdue till the end.
    assert sum(worked.missed) == 60
    assert worked.overdue[:4] == (60, 60, 60, 0)


def test_the_opening_backlog_has_an_age() -> None:
    work = backlog(due={1: 50}, opening=50, overdue=70, overdue_cost=2400, left_over_cost=6000)
    worked = work_off(work, [0] * 24)
    assert worked.missed[1] == sum(worked.missed) == 50
    assert worked.overdue[0] == 70
    assert worked.overdue[1] == 120
    # 50 late at 50.00, 120 overdue for a day but the 50 for the first charge of 3, left over 120.
    (problem, queue) = (mail(work), make_queue())
    prices = overdue_prices(problem, work)
    assert [at for at, price in enumerate(prices) if price] == [2, 5, 8, 11, 14, 17, 20, 23]
    assert set(prices) == {0, 5}
    assert backlog_cost(problem, queue, [0] * 24) == 50 * 83 + 8 * 120 * 5 + 120 * 100


@pytest.mark.parametrize(("cost", "hours"), [(6000, 1), (5760, 1), (5759, 2), (600, 12), (10, 24)])
def test_the_price_of_a_day_is_charged_in_parts_large_enough_to_be_rounded(
    cost: int, hours: int
) -> None:
    prices = overdue_prices(mail(backlog()), backlog(overdue_cost=cost))
    charged = [at for at, one in enumerate(prices) if one]
    assert charged in (list(range(hours - 1, 24, hours)), [])
    assert sum(prices) == pytest.approx(cost / 60, rel=0.13, abs=0.5)


def test_late_work_is_listed_by_when_it_is_due() -> None:
    problem = mail(backlog(arriving={9: 90}, due={11: 90}))
    shift = make_shift(problem, "2026-11-02 11:00")
    assert late_work(problem, (shift,)) == (LateWork("refund", 720, 30),)
    assert shortages(problem, (shift,)) == ()
    assert costs(problem, (shift,))["late_work"] == 30 * 83
    assert costs(problem, (shift,))["understaffing"] == 0


def test_nobody_is_too_many_where_work_may_wait() -> None:
    queues = (make_queue(overstaffing_cost=900),)
    problem = mail(backlog(arriving={9: 90}, due={11: 90}), queues=queues)
    shift = make_shift(problem, "2026-11-02 09:00")
    assert costs(problem, (shift,))["overstaffing"] == 0
    assert model_cost(problem, [shift]) == sum(costs(problem, (shift,)).values()) == 6000


def test_mail_moves_to_where_a_worker_is_free() -> None:
    """One worker may cover the calls at noon; the mail of the morning waits until after them."""
    queues = (make_queue(), make_queue("mail"))
    ada = make_worker(DAY, ("2026-11-02 08:00", "2026-11-02 20:00"), max_shifts_per_day=2)
    problem = make_problem(
        DAY, ada, queues=queues,
        requirement={"refund": need(DAY, ("2026-11-02 08:00", "2026-11-02 12:00", 1))},
        backlogs={"mail": backlog(arriving={8: 240}, due={19: 240})},
    )  # fmt: skip
    found = solved(problem)
    assert found.cost == found.bound == 8 * 1500
    assert {one.queue for one in found.shifts if one.start >= 720} == {"mail"}


def test_work_that_is_not_worth_a_shift_is_left() -> None:
    problem = mail(backlog(arriving={8: 30}, due={12: 30}, left_over_cost=100))
    found = solved(problem)
    assert found.shifts == ()
    assert found.cost == 30 * 83 + 30 * 2


@pytest.mark.parametrize("at", [0, 23])
def test_work_at_the_edges_of_the_horizon_counts(at: int) -> None:
    problem = mail(backlog(arriving={at: 60}, due={at: 60}))
    starts = range(21)
    shifts = [Shift(60 * one, 60 * one + 240, "ada", "refund", "four") for one in starts]
    late = {one.start: costs(problem, (one,))["late_work"] for one in shifts}
    helps = {start for start, cost in late.items() if not cost}
    assert helps == ({0} if at == 0 else {20 * 60})
    for one in shifts:
        if one.start in helps:
            assert model_cost(problem, [one]) == sum(costs(problem, (one,)).values())


@pytest.mark.parametrize("start", ["2026-10-25", "2026-03-29"])
def test_a_day_with_a_clock_change_has_an_interval_for_each_real_hour(start: str) -> None:
    horizon = make_horizon(start, days=1)
    last = horizon.num_intervals - 1
    work = backlog(horizon, {0: 600}, {last: 600}, left_over_cost=6000)
    hands = make_worker(horizon, (f"{start} 00:00", f"{start} 12:00"), max_shifts_per_day=3)
    found = solved(mail(work, hands, horizon=horizon))
    assert found.cost == found.bound
    assert sum(costs(mail(work, hands, horizon=horizon), found.shifts).values()) == found.cost


@budget(60)
@given(st.data())
def test_the_model_prices_any_staffing_as_the_validator_does(data: st.DataObject) -> None:
    """Workers who may only work everything or nothing: any staffing, any backlog."""
    horizon = make_horizon(days=2, interval=data.draw(st.sampled_from([30, 60])))
    work = data.draw(tiny_backlogs(horizon))
    hands = [make_worker(horizon, ("2026-11-02 00:00", "2026-11-04 00:00"), id=f"w{n}",
                         max_shifts_per_day=4, min_rest_minutes=0) for n in range(2)]  # fmt: skip
    every = replace(work, opening=work.opening + 9, done_per_worker=work.done_per_worker + 1)
    problem = mail(every, *hands, horizon=horizon)
    starts = data.draw(st.lists(st.sampled_from(range(0, 2880, 240)), unique=True, max_size=8))
    shifts = tuple(
        Shift(start, start + 240, data.draw(st.sampled_from(["w0", "w1"])), "refund", "four")
        for start in sorted(starts)
    )
    expected = sum(costs(problem, shifts).values())
    model = build(problem)
    point = point_of(model, shifts, EFFORT)
    assert point is not None
    assert np.array_equal(point, model.linear.tighten(settled(model, point)))
    assert model.linear.objective(point) == expected


def test_blended_workers_change_to_waiting_work_for_an_hour() -> None:
    queues = (make_queue(), make_queue("mail"))
    problem = make_problem(
        DAY, make_worker(DAY, ("2026-11-02 08:00", "2026-11-02 12:00")), queues=queues,
        is_blended=True,
        requirement={"refund": need(DAY, ("2026-11-02 08:00", "2026-11-02 10:00", 1),
                                    ("2026-11-02 11:00", "2026-11-02 12:00", 1))},
        backlogs={"mail": backlog(arriving={8: 60}, due={15: 60})},
    )  # fmt: skip
    found = solved(problem)
    assert found.cost == found.bound == 4 * 1500
    assert Segment(600, 660, "mail") in found.shifts[0].segments
    assert violations(problem, found.shifts) == []
    assert sum(costs(problem, found.shifts).values()) == found.cost


@budget(20)
@given(st.data())
def test_blended_too_the_search_proves_what_the_validator_counts(data: st.DataObject) -> None:
    queues = (make_queue(), make_queue("mail"))
    hands = [make_worker(DAY, ("2026-11-02 06:00", "2026-11-02 16:00"), id=f"w{n}") for n in "ab"]
    problem = make_problem(
        DAY, *hands, queues=queues, is_blended=True,
        requirement={"refund": need(DAY, ("2026-11-02 08:00", "2026-11-02 11:00", 1))},
        backlogs={"mail": data.draw(tiny_backlogs(DAY))},
    )  # fmt: skip
    found = solved(problem)
    assert violations(problem, found.shifts) == []
    assert sum(costs(problem, found.shifts).values()) == found.cost == found.bound
    assert found.cost == least_cost(build(problem).linear)


@budget(60)
@given(st.data())
def test_a_growing_schedule_knows_what_a_minute_more_saves(data: st.DataObject) -> None:
    work = data.draw(tiny_backlogs(DAY))
    work = replace(work, done_per_worker=np.ones_like(work.arriving))
    problem = mail(work)
    growing = OpenBacklog(problem, make_queue())
    staffed = data.draw(st.lists(st.sampled_from([0, 0, 60]), min_size=24, max_size=24))
    for at, workers in enumerate(staffed):
        for _ in range(workers):
            growing.add(at, at + 1)
    at = data.draw(st.integers(0, 23))
    one_more = [count + (index == at) for index, count in enumerate(staffed)]
    saved = growing.cost - backlog_cost(problem, make_queue(), one_more)
    assert growing.worth[at] == saved


@budget(25)
@given(st.data(), st.integers(0, 2**32 - 1))
def test_at_any_prices_of_the_site_there_is_a_bound(data: st.DataObject, seed: int) -> None:
    hands = [make_worker(DAY, WHOLE_DAY, id=f"w{n}") for n in range(2)]
    problem = mail(data.draw(tiny_backlogs(DAY)), *hands)
    model = build(problem)
    site, random = Site(model), np.random.default_rng(seed)
    prices = random.uniform(site.low, site.high)
    best = least_cost(model.linear)
    assert best is not None
    assert bound_at(site, Responses(model), prices) <= best


def test_steps_leave_the_prices_of_waiting_work_where_they_were() -> None:
    """Moved one by one they would ruin the bound: what waits ties them to each other."""
    hands = [make_worker(DAY, WHOLE_DAY, id=f"w{n}") for n in range(2)]
    model = build(mail(backlog(arriving={8: 300}, due={12: 300}), *hands))
    site, responses = Site(model), Responses(model)
    prices = relax(model.linear, 60.0).prices
    assert prices is not None
    own = prices[site.rows]
    ascent = Ascent(site, responses, Standing(own, np.zeros(len(own))), 1)
    after = ascent.run(20, 2, lambda: False).prices
    assert after == pytest.approx(own)
    assert bound_at(site, responses, after) == relax(model.linear, 60.0).bound


def test_a_search_for_large_pools_finds_a_valid_schedule_with_a_bound() -> None:
    horizon = make_horizon(days=2)
    hands = [make_worker(horizon, ("2026-11-02 06:00", "2026-11-02 20:00"),
                         ("2026-11-03 06:00", "2026-11-03 20:00"), id=f"w{n}")
             for n in range(12)]  # fmt: skip
    work = backlog(horizon, {8: 1200, 32: 900}, {30: 1200, 44: 900}, left_over_cost=5000)
    problem = mail(work, *hands, horizon=horizon)
    model, heard = build(problem), list[Found]()
    parameters = Parameters(workers=1, is_reproducible=True, gap=0.2)
    assert LargeSearch(model, parameters, 0.0, heard.append).run()
    best = [one for one in heard if one.values is not None][-1]
    assert best.values is not None
    shifts = model.shifts(best.values)
    assert violations(problem, shifts) == []
    assert sum(costs(problem, shifts).values()) == best.cost
    assert max(one.bound for one in heard) <= solved(problem).bound


def test_the_greedy_schedule_works_off_what_is_dear() -> None:
    hands = [make_worker(DAY, WHOLE_DAY, id=f"w{n}") for n in range(3)]
    problem = mail(backlog(arriving={8: 480}, due={14: 480}), *hands)
    shifts = greedy(problem)
    assert shifts is not None
    assert costs(problem, shifts)["late_work"] == 0
    assert len(shifts) == 2


def test_the_dearest_schedule_counts_late_work() -> None:
    work = backlog(arriving={8: 600}, due={10: 600}, left_over_cost=6000)
    assert largest_cost(mail(work)) - largest_cost(mail(backlog())) == 600 * 83 + 600 * 100
    dear = (make_queue(understaffing_cost=10**15),)
    with pytest.raises(ProblemInvalid, match="a schedule could cost up to"):
        check_magnitude(mail(work, queues=dear))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"due": {3: 5}}, r"due\[3\]: more is due than has arrived by then"),
        ({"opening": -1}, "a value is negative"),
        ({"arriving": {3: 2 * 10**9}}, "more than 1000000000 minutes of work"),
    ],
)
def test_impossible_work_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ProblemInvalid, match=message):
        backlog(**change)


def test_a_queue_is_planned_in_one_way() -> None:
    curves = {"refund": tuple((100,) for _ in range(24))}
    with pytest.raises(ProblemInvalid, match=r"backlogs\.refund: the queue has a coverage_value"):
        mail(backlog(), coverage_value=curves)
    with pytest.raises(ProblemInvalid, match=r"backlogs\.mail: not a queue"):
        replace(mail(backlog()), backlogs={"mail": backlog()})
    longer = backlog(make_horizon(days=2))
    with pytest.raises(ProblemInvalid, match=r"backlogs\.refund: 48 values, needed is one per"):
        mail(longer)


def test_a_requirement_beside_it_is_for_information() -> None:
    work = backlog(arriving={8: 60}, due={12: 60})
    plain = mail(work)
    told = replace(plain, requirement={"refund": np.ones(24, dtype=np.int64)})
    assert costs(told, ()) == costs(plain, ())
    assert shortages(told, ()) == ()
    assert solved(told).cost == solved(plain).cost
