"""What a repair is worth is the difference of two solves; what is tried only ever allows more."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from scheduler.explain.candidate import Candidate
from scheduler.explain.candidates import candidates
from scheduler.explain.hires import typical_worker
from scheduler.explain.lifts import LIFTS, lifts_of
from scheduler.explain.prices import coverage_prices
from scheduler.explain.repairs import RepairList, find_repairs, for_json, grown, taken_back
from scheduler.model.build import build
from scheduler.problem import Licence, Problem
from scheduler.schedule import Schedule
from scheduler.solver.parameters import Parameters
from scheduler.validation import costs, shortages, violations
from scheduler.worker import Bar, PeriodLimit, RollingLimit, Window, Worker
from tests.factories import (
    make_horizon,
    make_problem,
    make_queue,
    make_shift,
    make_template,
    make_worker,
    minute,
    need,
)
from tests.scheduler.forcing import least_cost, solved
from tests.scheduler.tiny_problems import tiny_problems

HORIZON = make_horizon(days=7)
MONDAY = ("2026-11-02 08:00", "2026-11-02 12:00")
TUESDAY = ("2026-11-03 08:00", "2026-11-03 12:00")
LATER = ("2026-11-02 14:00", "2026-11-02 18:00")
NIGHT = ("2026-11-02 20:00", "2026-11-03 00:00")
MORNING = ("2026-11-03 06:00", "2026-11-03 10:00")


def site(*workers: Worker, times: Sequence[tuple[str, str]] = (MONDAY,), **more: Any) -> Problem:
    """One worker is needed in each of the times; a missing hour costs 50, a worker 15."""
    needed = need(HORIZON, *((*span, 1) for span in times))
    return make_problem(HORIZON, *workers, **({"requirement": {"refund": needed}} | more))


def found(problem: Problem, groups: dict[str, str] | None = None) -> list[Candidate]:
    prices = coverage_prices(problem)
    assert prices is not None
    return candidates(problem, solved(problem).shifts, prices, groups)


def of_kind(problem: Problem, kind: str) -> Candidate:
    [one] = [one for one in found(problem) if one.kind == kind]
    return one


def scheduled(problem: Problem) -> Schedule:
    best = solved(problem)
    terms = costs(problem, best.shifts)
    return Schedule(
        best.shifts, "feasible", best.cost, best.bound, terms, shortages(problem, best.shifts)
    )


def repaired(problem: Problem, top: int = 1) -> RepairList:
    prices = coverage_prices(problem)
    assert prices is not None
    return find_repairs(problem, scheduled(problem), prices, top, Parameters(10, workers=1))


FORBIDDEN = {
    "weekly_maximum": site(
        make_worker(HORIZON, MONDAY, TUESDAY, max_minutes_per_week=240), times=(MONDAY, TUESDAY)
    ),
    "second_shift": site(make_worker(HORIZON, MONDAY, LATER), times=(MONDAY, LATER)),
    "shorter_rest": site(
        make_worker(HORIZON, NIGHT, ("2026-11-03 10:00", "2026-11-03 14:00")),
        times=(NIGHT, ("2026-11-03 10:00", "2026-11-03 14:00")),
    ),
    "longer_run": site(
        make_worker(HORIZON, MONDAY, TUESDAY, max_consecutive_days=1), times=(MONDAY, TUESDAY)
    ),
    "wider_offer": site(make_worker(HORIZON, TUESDAY)),
    "permit": site(
        make_worker(
            HORIZON, MONDAY,
            barred=(Bar(minute(HORIZON, MONDAY[0]), minute(HORIZON, MONDAY[1]), "de.sunday"),),
        )
    ),
    "period_limit": site(
        make_worker(
            HORIZON, MONDAY, TUESDAY,
            period_limits=(PeriodLimit(0, 6, 240, rule="de.lectures"), PeriodLimit(0, 6, 960)),
        ),
        times=(MONDAY, TUESDAY),
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", FORBIDDEN)
def test_each_limit_that_stands_in_the_way_may_be_lifted(kind: str) -> None:
    """Four hours for 60 instead of missing for 200, and the prices know it beforehand."""
    problem = FORBIDDEN[kind]
    if kind == "shorter_rest":
        [worker] = problem.workers
        problem = replace(problem, workers=(replace(worker, min_rest_minutes=640),))
    one = of_kind(problem, kind)
    before, after = solved(problem), solved(one.repaired(problem))
    assert one.people == 1
    assert before.cost - after.cost == 4 * (5000 - 1500)
    assert one.estimate == pytest.approx(before.cost - after.cost)


def test_every_lift_was_tried() -> None:
    kinds = {lift.kind for problem in FORBIDDEN.values() for lift in lifts_of(problem)}
    assert kinds == set(FORBIDDEN)


def test_nobody_is_asked_for_less_than_ten_hours_of_rest() -> None:
    worker = make_worker(HORIZON, NIGHT, MORNING)
    problem = site(worker, times=(NIGHT, MORNING))
    assert "shorter_rest" not in {one.kind for one in found(problem)}
    lift = next(lift for lift in LIFTS if lift.kind == "shorter_rest")
    assert lift.change(worker, []).min_rest_minutes == 600
    assert lift.change(replace(worker, min_rest_minutes=480), []).min_rest_minutes == 480


def test_nobody_is_asked_for_more_than_48_hours() -> None:
    lift = next(lift for lift in LIFTS if lift.kind == "weekly_maximum")
    worker = make_worker(HORIZON, MONDAY, max_minutes_per_week=46 * 60)
    shift = make_shift(site(worker), MONDAY[0])
    assert lift.change(worker, [shift]).max_minutes_per_week == 48 * 60
    longer = replace(worker, max_minutes_per_week=50 * 60)
    assert lift.change(longer, [shift]).max_minutes_per_week == 50 * 60


def test_no_permit_opens_an_exam() -> None:
    bar = Bar(minute(HORIZON, MONDAY[0]), minute(HORIZON, MONDAY[1]), "exam")
    problem = site(make_worker(HORIZON, MONDAY, barred=(bar,)))
    assert "permit" not in {one.kind for one in found(problem)}


def test_a_permit_is_for_everybody() -> None:
    """Also for him who is not the cheapest, and it counts as one thing to ask for."""
    bar = Bar(minute(HORIZON, MONDAY[0]), minute(HORIZON, MONDAY[1]), "de.sunday")
    exam = Bar(minute(HORIZON, TUESDAY[0]), minute(HORIZON, TUESDAY[1]), "exam")
    crew = [make_worker(HORIZON, MONDAY, id=f"w{n}", barred=(bar, exam)) for n in range(3)]
    problem = site(*crew)
    one = of_kind(problem, "permit")
    assert one.people == 1
    assert [worker.barred for worker in one.repaired(problem).workers] == [(exam,)] * 3


def test_a_permit_is_for_one_day_and_names_it() -> None:
    """The other Sundays stay barred, and so does what no permit opens on that day."""
    horizon = make_horizon(days=14)
    sundays = [(f"2026-11-{day:02} 00:00", f"2026-11-{day + 1:02} 00:00") for day in (8, 15)]
    bars = [Bar(minute(horizon, a), minute(horizon, b), "de.sunday") for a, b in sundays]
    night = Bar(
        minute(horizon, "2026-11-08 22:00"), minute(horizon, "2026-11-09 00:00"), "de.minor"
    )
    worker = make_worker(
        horizon, ("2026-11-08 00:00", "2026-11-16 00:00"), barred=(*bars[:1], night, *bars[1:])
    )
    needed = need(horizon, ("2026-11-08 08:00", "2026-11-08 12:00", 1))
    problem = make_problem(horizon, worker, requirement={"refund": needed})
    one = of_kind(problem, "permit")
    assert one.words == "get a Sunday permit for Sunday 8 Nov 2026 (de.sunday), of use to 1 worker"
    assert one.repaired(problem).workers[0].barred == (night, bars[1])


def test_a_permit_on_a_weekday_is_one_for_a_holiday() -> None:
    bar = Bar(minute(HORIZON, MONDAY[0]), minute(HORIZON, MONDAY[1]), "de.sunday")
    one = of_kind(site(make_worker(HORIZON, MONDAY, barred=(bar,))), "permit")
    assert one.words.startswith("get a holiday permit for Monday 2 Nov 2026 (de.sunday)")


def test_a_longer_period_names_its_rule_and_the_contract() -> None:
    problem = FORBIDDEN["period_limit"]
    [words] = [
        one.words for one in found(problem, {"ada": "werkstudent"}) if one.kind == "period_limit"
    ]
    assert words == "let 1 werkstudent worker work up to 4 hours more than de.lectures allows"
    [worker] = of_kind(problem, "period_limit").repaired(problem).workers
    assert worker.period_limits == (
        PeriodLimit(0, 6, 480, rule="de.lectures"), PeriodLimit(0, 6, 960),
    )  # fmt: skip


def test_half_days_grow_by_what_a_shift_uses() -> None:
    limits = (PeriodLimit(0, 6, 1, "half_days", rule="de.third_country"),)
    worker = make_worker(HORIZON, MONDAY, TUESDAY, period_limits=limits)
    problem = site(worker, times=(MONDAY, TUESDAY))
    [after] = of_kind(problem, "period_limit").repaired(problem).workers
    assert after.period_limits == (replace(limits[0], most=2),)


def test_where_two_rules_limit_the_same_days_none_alone_is_lifted() -> None:
    limits = (PeriodLimit(0, 6, 240, rule="one"), PeriodLimit(0, 3, 240, rule="two"))
    worker = make_worker(HORIZON, MONDAY, TUESDAY, period_limits=limits)
    kinds = {one.kind for one in found(site(worker, times=(MONDAY, TUESDAY)))}
    assert "period_limit" not in kinds


def test_a_period_that_is_only_priced_is_not_lifted() -> None:
    limits = (PeriodLimit(0, 6, 240, excess_cost=100, rule="{soft}"),)
    worker = make_worker(HORIZON, MONDAY, TUESDAY, period_limits=limits)
    assert "period_limit" not in {lift.kind for lift in lifts_of(site(worker))}
    hard = replace(worker, period_limits=(replace(limits[0], excess_cost=None),))
    assert (
        "than {soft} allows" in of_kind(site(hard, times=(MONDAY, TUESDAY)), "period_limit").words
    )


def test_an_offer_grows_to_hold_the_shift() -> None:
    lift = next(lift for lift in LIFTS if lift.kind == "wider_offer")
    worker = make_worker(
        HORIZON, ("2026-11-02 07:00", "2026-11-02 09:00", -2), ("2026-11-02 11:00", LATER[1], 1)
    )
    shift = make_shift(site(worker), MONDAY[0])
    assert lift.change(worker, [shift]).availability == (
        Window(minute(HORIZON, "2026-11-02 07:00"), minute(HORIZON, LATER[1]), -2),
    )


def test_new_workers_are_like_the_sites_median() -> None:
    crew = [
        make_worker(HORIZON, TUESDAY, id=f"w{n}", hourly_cost=wage, max_minutes_per_week=most)
        for n, (wage, most) in enumerate([(1400, 600), (1600, 1200), (2000, 2400)])
    ]
    problem = site(*crew)
    typical = typical_worker(problem, "de", ())
    assert (typical.hourly_cost, typical.max_minutes_per_week) == (1600, 1200)
    one = of_kind(problem, "hire")
    assert one.words == "1 more worker with de, Mondays 08:00-12:00"
    assert one.estimate == pytest.approx(4 * (5000 - 1600))
    assert len(one.repaired(problem).workers) == 4


def test_new_workers_keep_the_rules_that_bind_the_others() -> None:
    closed = Bar(minute(HORIZON, MONDAY[0]), minute(HORIZON, MONDAY[1]), "de.sunday")
    own = Bar(minute(HORIZON, TUESDAY[0]), minute(HORIZON, TUESDAY[1]), "exam")
    crew = [
        make_worker(
            HORIZON,
            TUESDAY,
            id=f"w{n}",
            max_minutes_per_week=600 + n,
            min_weekly_rest_minutes=2100,
            min_minutes_per_week=300,
            is_min_hard=True,
            barred=(closed, own) if n == 1 else (closed,),
            rolling_limits=(RollingLimit(1, 60, 600),),
        )
        for n in range(3)
    ]
    typical = typical_worker(site(*crew), "de", ())
    assert typical.barred == (closed,)
    assert typical.min_weekly_rest_minutes == 2100
    assert typical.rolling_limits == (RollingLimit(1, 0, 600),)
    assert (typical.min_minutes_per_week, typical.is_min_hard) == (0, False)
    # What is barred for everybody helps nobody who is hired.
    free = [
        replace(one, min_minutes_per_week=0, is_min_hard=False, rolling_limits=()) for one in crew
    ]
    assert "hire" not in {one.kind for one in found(site(*free))}


def test_without_anybody_to_be_like_nobody_is_hired() -> None:
    assert found(site()) == []


def test_as_many_are_wanted_as_are_missing() -> None:
    needed = {"refund": need(HORIZON, (*MONDAY, 3))}
    one = of_kind(site(make_worker(HORIZON, TUESDAY), requirement=needed), "hire")
    assert (one.people, one.words) == (3, "3 more workers with de, Mondays 08:00-12:00")
    assert one.estimate == pytest.approx(3 * 4 * (5000 - 1500))


def test_one_more_licence() -> None:
    crew = [make_worker(HORIZON, MONDAY, id=f"w{n}") for n in range(2)]
    needed = {"refund": need(HORIZON, (*MONDAY, 2))}
    problem = site(*crew, requirement=needed, licences=(Licence("seat", frozenset({"refund"}), 1),))
    one = of_kind(problem, "licence")
    assert one.words == "one more of seat, 2 in all"
    assert solved(problem).cost - solved(one.repaired(problem)).cost == 4 * 3500


def test_one_more_place_of_a_template() -> None:
    crew = [make_worker(HORIZON, MONDAY, id=f"w{n}") for n in range(2)]
    needed = {"refund": need(HORIZON, (*MONDAY, 2))}
    capped = replace(make_template(), max_shifts_per_day=1)
    problem = site(*crew, requirement=needed, shift_templates=(capped,))
    one = of_kind(problem, "place")
    assert one.words == "one more shift of four a day, 2 in all"
    assert solved(problem).cost - solved(one.repaired(problem)).cost == 4 * 3500


def test_where_nobody_is_missing_nothing_is_tried() -> None:
    assert found(site(make_worker(HORIZON, MONDAY))) == []


def test_limits_of_a_contract_name_it() -> None:
    problem = FORBIDDEN["weekly_maximum"]
    words = [one.words for one in found(problem, {"ada": "working_student"})]
    assert "let 1 working student worker work up to 4 hours more a week" in words


def budget(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@budget(40)
@given(tiny_problems())
def test_a_repair_only_ever_allows_more(problem: Problem) -> None:
    """What was lawful stays so, and costs no more."""
    prices = coverage_prices(problem)
    if prices is None or least_cost(build(problem).linear) is None:
        return
    shifts = solved(problem).shifts
    cost = sum(costs(problem, shifts).values())
    for one in candidates(problem, shifts, prices):
        after = one.repaired(problem)
        assert violations(after, shifts) == []
        # Whose mean preference counts pays for hours that he offers less gladly.
        assert problem.weights.is_normalised or sum(costs(after, shifts).values()) <= cost


def test_a_repair_is_worth_the_difference_of_two_solves() -> None:
    problem = site(make_worker(HORIZON, TUESDAY), times=(MONDAY, TUESDAY))
    best = repaired(problem)
    [one] = best.repairs
    assert (one.value, one.least, one.most) == (14_000, 14_000, 14_000)
    assert best.objective == best.bound == 4 * 5000 + 4 * 1500
    assert best.per_week(one.value) == 14_000


def test_the_best_value_for_each_person_comes_first_and_each_kind_is_tried() -> None:
    queues = (make_queue(), make_queue("fraud", "sv", understaffing_cost=9000))
    problem = site(
        make_worker(HORIZON, TUESDAY),
        queues=queues,
        requirement={"refund": need(HORIZON, (*MONDAY, 2)), "fraud": need(HORIZON, (*MONDAY, 1))},
    )
    best = repaired(problem, top=3)
    values = [one.value / one.people for one in best.repairs]
    assert values == sorted(values, reverse=True)
    assert [one.kind for one in best.repairs].count("hire") == 2
    assert {one.kind for one in best.repairs} == {"hire", "wider_offer"}
    assert best.repairs[0].value == 4 * (9000 - 1500)


def test_what_is_not_proven_is_not_said_to_be() -> None:
    """With bounds left open, what is certain is less than what was found, never more."""
    problem = site(make_worker(HORIZON, TUESDAY))
    schedule, prices = scheduled(problem), coverage_prices(problem)
    assert prices is not None
    boasting = replace(schedule, bound=schedule.objective)
    loose = replace(prices, bound=0)
    [one] = find_repairs(problem, boasting, loose, 1, Parameters(10, workers=1)).repairs
    assert one.least == one.value == one.most == 14_000


def test_the_document_states_amounts_a_week() -> None:
    horizon = make_horizon(days=14)
    times = [(f"2026-11-{day:02} 08:00", f"2026-11-{day:02} 12:00", 1) for day in (2, 9)]
    problem = make_problem(
        horizon, make_worker(horizon, ("2026-11-04 08:00", "2026-11-04 12:00")),
        requirement={"refund": need(horizon, *times)},
    )  # fmt: skip
    prices = coverage_prices(problem)
    assert prices is not None
    best = find_repairs(problem, scheduled(problem), prices, 1, Parameters(10, workers=1))
    document = for_json(best, "EUR")
    assert document["weeks"] == 2.0
    rows = document["repairs"]
    assert isinstance(rows, list)
    assert rows[0]["value_per_week"] == rows[0]["proven_per_week"] == 140.0
    assert np.isclose(rows[0]["estimate_per_week"], 140.0)


def test_what_a_search_missed_before_is_not_the_repairs_work() -> None:
    """The schedule leaves a shift out that could be worked; the repair is worth its own shift."""
    problem = site(make_worker(HORIZON, TUESDAY), times=(MONDAY, TUESDAY))
    idle = Schedule((), "feasible", 40_000, 0, costs(problem, ()), shortages(problem, ()))
    prices = coverage_prices(problem)
    assert prices is not None
    best = find_repairs(problem, idle, prices, 1, Parameters(10, workers=1))
    assert best.objective == 4 * 5000 + 4 * 1500
    assert best.repairs[0].value == 4 * 3500


@pytest.mark.parametrize("kind", FORBIDDEN)
def test_a_repair_can_betaken_back(kind: str) -> None:
    """What is left keeps the rules of the site as it is, and the shifts that have no part in it."""
    problem = FORBIDDEN[kind]
    if kind == "shorter_rest":
        problem = replace(problem, workers=(replace(problem.workers[0], min_rest_minutes=640),))
    elsewhere = make_worker(HORIZON, ("2026-11-05 08:00", "2026-11-05 12:00"), id="ben")
    needed = problem.requirement["refund"] + need(
        HORIZON, ("2026-11-05 08:00", "2026-11-05 12:00", 1)
    )
    problem = replace(
        problem, workers=(*problem.workers, elsewhere), requirement={"refund": needed}
    )
    before, after = solved(problem), solved(of_kind(problem, kind).repaired(problem))
    [(cost, shifts)] = taken_back(problem, before.shifts, after.shifts)
    assert violations(problem, shifts) == []
    assert cost == before.cost
    assert "ben" in {shift.worker for shift in shifts}


@pytest.mark.parametrize("kind", FORBIDDEN)
def test_what_a_repair_adds_at_once_is_found_without_a_search(kind: str) -> None:
    problem = FORBIDDEN[kind]
    if kind == "shorter_rest":
        problem = replace(problem, workers=(replace(problem.workers[0], min_rest_minutes=640),))
    after = of_kind(problem, kind).repaired(problem)
    present = solved(problem).shifts
    more = grown(after, present)
    assert more is not None
    assert violations(after, more) == []
    assert {(one.worker, one.start) for one in present} < {(one.worker, one.start) for one in more}
    assert sum(costs(after, more).values()) == solved(after).cost


def test_a_search_that_is_too_short_still_settles_a_repair(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if it had found nothing better than the schedule without the repair."""
    problem = FORBIDDEN["second_shift"]
    present = scheduled(problem)
    monkeypatch.setattr("scheduler.explain.repairs.solve", lambda *asked: present)
    prices = coverage_prices(problem)
    assert prices is not None
    found = find_repairs(problem, replace(present, bound=0), prices, 5, Parameters(10, workers=1))
    worth = {one.kind: one.value for one in found.repairs}
    assert worth["second_shift"] == 4 * 3500
    assert found.objective == present.objective


@budget(25)
@given(tiny_problems())
def test_what_grows_keeps_the_rules_and_never_beats_the_best(problem: Problem) -> None:
    best = least_cost(build(problem).linear)
    if best is None:
        return
    more = grown(problem, solved(problem).shifts)
    if more is not None:
        assert violations(problem, more) == []
        assert sum(costs(problem, more).values()) >= best
