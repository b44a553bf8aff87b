"""Every term of the cost: a figure worked out by hand, the validator's, and the model's."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest

from scheduler.backlog import Backlog
from scheduler.model.objective import TERMS
from scheduler.policy import NewStarters, Priority, Spread
from scheduler.problem import Previous, Problem, UnpopularHours, Weights
from scheduler.schedule import Shift, Shortage
from scheduler.soft_limit import SoftLimit
from scheduler.validation import costs, shortages
from scheduler.worker import PeriodLimit, Request, RollingLimit
from tests.factories import (
    make_horizon,
    make_problem,
    make_queue,
    make_shift,
    make_template,
    make_worker,
    need,
)
from tests.scheduler.forcing import model_cost, solved

DAY = make_horizon(days=1)
WHOLE_DAY = ("2026-11-02 00:00", "2026-11-03 00:00")
MORNING, NOON = "2026-11-02 08:00", "2026-11-02 12:00"


@dataclass(frozen=True)
class Bill:
    """A schedule and what its terms cost, in cents."""

    problem: Problem
    shifts: tuple[Shift, ...]
    terms: dict[str, int]


def of_one_shift(terms: dict[str, int], problem: Problem) -> Bill:
    return Bill(problem, (make_shift(problem, MORNING),), terms)


def wages() -> Bill:
    """Four hours at 13.33, rounded once for the shift."""
    worker = make_worker(DAY, WHOLE_DAY, hourly_cost=1333)
    requirement = {"refund": need(DAY, (MORNING, NOON, 1))}
    return of_one_shift({"wages": 5332}, make_problem(DAY, worker, requirement=requirement))


def understaffing() -> Bill:
    """Two of three are missing for four hours, and all three for one more."""
    requirement = {"refund": need(DAY, (MORNING, "2026-11-02 13:00", 3))}
    problem = make_problem(DAY, make_worker(DAY, WHOLE_DAY), requirement=requirement)
    return of_one_shift({"wages": 6000, "understaffing": (2 * 4 + 3) * 5000}, problem)


def overstaffing() -> Bill:
    """One hour is asked for, three are too much."""
    problem = make_problem(
        DAY,
        make_worker(DAY, WHOLE_DAY),
        queues=(make_queue(overstaffing_cost=700),),
        requirement={"refund": need(DAY, (MORNING, "2026-11-02 09:00", 1))},
    )
    return of_one_shift({"wages": 6000, "overstaffing": 3 * 700}, problem)


def value_curve() -> Bill:
    """The second worker of the morning would be worth 20.00 an hour, a third one nothing."""
    curves = [()] * 8 + [(6000, 2000, 0)] * 4 + [()] * 12
    problem = make_problem(
        DAY, make_worker(DAY, WHOLE_DAY), requirement={}, coverage_value={"refund": tuple(curves)}
    )
    return of_one_shift({"wages": 6000, "understaffing": 4 * 2000}, problem)


def preference() -> Bill:
    """Two steps below gladly, four hours, 1.50 each."""
    problem = make_problem(
        DAY,
        make_worker(DAY, (*WHOLE_DAY, 0)),
        requirement={"refund": need(DAY, (MORNING, NOON, 1))},
        weights=Weights(preference=150),
    )
    return of_one_shift({"wages": 6000, "preference": 2 * 4 * 150}, problem)


def fairness() -> Bill:
    """Three of a week's four shifts: the second costs 4 x 1.00, the third 4 x 2.00."""
    week = make_horizon()
    worker = make_worker(
        week, ("2026-11-02 00:00", "2026-11-09 00:00"), max_minutes_per_week=4 * 240
    )
    problem = make_problem(week, worker, weights=Weights(fairness=100))
    shifts = tuple(make_shift(problem, f"2026-11-0{day} 08:00") for day in (2, 3, 4))
    missing = (7 * 24 - 12) * 5000
    return Bill(
        problem, shifts, {"wages": 18000, "fairness": 400 + 800, "understaffing": missing}
    )  # fmt: skip


def unworked_minimum() -> Bill:
    """A seventh of 56 h is owed for the one day: four worked, four paid all the same."""
    problem = make_problem(
        DAY,
        make_worker(DAY, WHOLE_DAY, min_minutes_per_week=56 * 60),
        requirement={"refund": need(DAY, (MORNING, NOON, 1))},
    )
    return of_one_shift({"wages": 6000, "unworked_minimum": 6000}, problem)


def requests() -> Bill:
    """No evening, though asked for with five points, and a morning against three: 1.00 each."""
    wishes = (
        Request(18 * 60, 24 * 60, 5), Request(8 * 60, 9 * 60, -3, "four"),
        Request(8 * 60, 9 * 60, 7), Request(9 * 60, 24 * 60, -9),
    )  # fmt: skip
    problem = make_problem(
        DAY,
        make_worker(DAY, WHOLE_DAY, requests=wishes),
        requirement={"refund": need(DAY, (MORNING, NOON, 1))},
        weights=Weights(request=100),
    )
    return of_one_shift({"wages": 6000, "requests": 800}, problem)


def rolling_shortfall() -> Bill:
    """Eight hours are asked for in any day: four are missing, 6.00 each."""
    limit = RollingLimit(1, min_minutes=480, shortfall_cost=600)
    problem = make_problem(
        DAY,
        make_worker(DAY, WHOLE_DAY, rolling_limits=(limit, replace(limit, days=2))),
        requirement={"refund": need(DAY, (MORNING, NOON, 1))},
    )
    return of_one_shift({"wages": 6000, "rolling_shortfall": 2400}, problem)


def period_excess() -> Bill:
    """Three hours are free, a shift of four is worked: the hour beyond counts as a whole shift."""
    limit = PeriodLimit(0, 0, 180, excess_cost=600)
    problem = make_problem(
        DAY,
        make_worker(DAY, WHOLE_DAY, period_limits=(limit, replace(limit, most=240))),
        requirement={"refund": need(DAY, (MORNING, NOON, 1))},
    )
    return of_one_shift({"wages": 6000, "period_excess": 2400}, problem)


def soft_limits() -> Bill:
    """Ada rests eight hours, a minute too few: a shift, its four hours, and one begun hour."""
    limits = (
        SoftLimit("short_rests", 481, 100),
        SoftLimit("hours_of_rest", 481, 1000),
        SoftLimit("hours_after_short_rest", 481, 250),
        SoftLimit("short_rests", 480, 9999),
    )
    evening = ("2026-11-01 20:00", "2026-11-02 00:00")
    worker = make_worker(DAY, WHOLE_DAY, past=[evening], min_rest_minutes=0, soft_limits=limits)
    problem = make_problem(DAY, worker, requirement={"refund": need(DAY, (MORNING, NOON, 1))})
    return of_one_shift({"wages": 6000, "soft_limits": 100 + 1000 + 4 * 250}, problem)


def desired_hours() -> Bill:
    """A seventh of 14 h is desired for the one day: two hours too much, 2.50 each."""
    problem = make_problem(
        DAY,
        make_worker(DAY, WHOLE_DAY, desired_minutes_per_week=14 * 60),
        requirement={"refund": need(DAY, (MORNING, NOON, 1))},
        shift_templates=(make_template(), make_template(60, id="one")),
        weights=Weights(desired_hours=250),
    )
    return of_one_shift({"wages": 6000, "desired_hours": 500}, problem)


def unpopular_hours() -> Bill:
    """Five of eight hours are unpopular; four of them are everybody's, one costs 3.00."""
    problem = make_problem(
        DAY,
        make_worker(DAY, WHOLE_DAY, max_shifts_per_day=2),
        requirement={"refund": need(DAY, (MORNING, "2026-11-02 16:00", 1))},
        unpopular_hours=(UnpopularHours(frozenset({1}), 10 * 60, 15 * 60),),
        weights=Weights(unpopular=300),
    )
    shifts = tuple(make_shift(problem, one) for one in (MORNING, NOON))
    return Bill(problem, shifts, {"wages": 12000, "unpopular_hours": 300})


def changes() -> Bill:
    """One of two known shifts stays, the other is moved: it is dropped, and one is added."""
    problem = make_problem(
        DAY,
        make_worker(DAY, WHOLE_DAY, max_shifts_per_day=2),
        requirement={"refund": need(DAY, (MORNING, "2026-11-02 16:00", 1))},
        previous=tuple(Previous("ada", "refund", "four", 60 * at, 240) for at in (8, 13)),
        weights=Weights(change=700),
    )
    shifts = tuple(make_shift(problem, one) for one in (MORNING, NOON))
    return Bill(problem, shifts, {"wages": 12000, "changes": 1400})


def policies() -> Bill:
    """Four hours of Ada, who is not first, comes from where nobody should, and leaves Bo two."""
    bo = frozenset({"bo"})
    problem = make_problem(
        DAY,
        make_worker(DAY, WHOLE_DAY),
        make_worker(DAY, WHOLE_DAY, id="bo"),
        requirement={"refund": need(DAY, (MORNING, "2026-11-02 10:00", 1))},
        policies=(
            Priority("bo first", 50, bo),
            NewStarters("new", 100, bo, 241),
            Spread("outage", 300, {"north": frozenset({"ada"}), "south": bo}, 0),
            Spread("off", 0, {"north": frozenset({"ada"})}, 0),
        ),
    )
    terms = {"policy:bo first": 4 * 50, "policy:new": 8 * 100, "policy:outage": 2 * 300}
    return of_one_shift({"wages": 6000, **terms}, problem)


def late_work() -> Bill:
    """Three hours of 400 minutes are done when they are due; a late minute costs 50.00 / 60."""
    hours = np.arange(24)
    work = Backlog(400 * (hours == 9), 400 * (hours == 11), np.full(24, 60))
    problem = make_problem(
        DAY, make_worker(DAY, WHOLE_DAY), requirement={}, backlogs={"refund": work}
    )
    return of_one_shift({"wages": 6000, "late_work": (400 - 3 * 60) * 83}, problem)


BILLS: tuple[Callable[[], Bill], ...] = (
    wages, understaffing, overstaffing, value_curve, preference, fairness, unworked_minimum,
    requests, rolling_shortfall, period_excess, soft_limits, desired_hours,
    unpopular_hours, changes, policies, late_work,
)  # fmt: skip
# Which bill would change without a function of the model.
PRICED_BY = {
    "coverage": understaffing,
    "unworked_minimum": unworked_minimum,
    "fairness": fairness,
    "requests": requests,
    "soft_limits": soft_limits,
    "desired_hours": desired_hours,
    "unpopular_hours": unpopular_hours,
    "changes": changes,
    "policies": policies,
    "backlogs": late_work,
}

every_bill = pytest.mark.parametrize("bill", BILLS)


def test_every_term_of_the_model_has_a_bill() -> None:
    assert set(PRICED_BY) == {term.__name__ for term in TERMS}


def test_every_term_of_the_validator_has_a_bill() -> None:
    billed = {term for bill in BILLS for term in bill().terms if not term.startswith("policy:")}
    # A term that needs backlogs is there only with some.
    assert billed == set(costs(late_work().problem, ()))


@every_bill
def test_the_validator_charges_what_the_hand_does(bill: Callable[[], Bill]) -> None:
    one = bill()
    charged = costs(one.problem, one.shifts)
    assert {term: value for term, value in charged.items() if value} == one.terms


@every_bill
def test_the_model_charges_what_the_hand_does(bill: Callable[[], Bill]) -> None:
    one = bill()
    assert model_cost(one.problem, one.shifts) == sum(one.terms.values())


@pytest.mark.parametrize("term", PRICED_BY)
def test_the_model_needs_each_of_its_terms(term: str, monkeypatch: pytest.MonkeyPatch) -> None:
    one = PRICED_BY[term]()
    others = tuple(each for each in TERMS if each.__name__ != term)
    monkeypatch.setattr("scheduler.model.build.TERMS", others)
    assert model_cost(one.problem, one.shifts) != sum(one.terms.values())


def test_a_worthless_worker_is_overstaffing() -> None:
    """Worth a quarter of a cent is worth nothing: model and validator draw the same line."""
    horizon = make_horizon(days=1, interval=15)
    queue = make_queue(overstaffing_cost=400)
    workers = [make_worker(horizon, WHOLE_DAY, id=id) for id in ("ada", "bo")]
    problem = make_problem(
        horizon, *workers, queues=(queue,), requirement={},
        coverage_value={"refund": ((9000, 1, 0),) * horizon.num_intervals},
    )  # fmt: skip
    shifts = tuple(make_shift(problem, MORNING, worker=id) for id in ("ada", "bo"))
    assert costs(problem, shifts)["overstaffing"] == 4 * 400
    assert model_cost(problem, shifts) == sum(costs(problem, shifts).values())


def test_shortages_name_queue_interval_and_workers() -> None:
    one = understaffing()
    missing = shortages(one.problem, one.shifts)
    assert missing == tuple(
        Shortage("refund", 60 * hour, 3 if hour == 12 else 2) for hour in range(8, 13)
    )


def test_shortages_of_a_curve_count_the_workers_of_any_value() -> None:
    one = value_curve()
    assert {(gap.start // 60, gap.workers) for gap in shortages(one.problem, ())} == {
        (hour, 2) for hour in range(8, 12)
    }


def test_nobody_is_sent_to_a_shift_that_costs_more_than_it_saves() -> None:
    one = wages()
    cheap = replace(one.problem, queues=(make_queue(understaffing_cost=1332),))
    assert solved(cheap).shifts == ()
    assert solved(one.problem).shifts == one.shifts or len(solved(one.problem).shifts) == 1


def test_equal_workers_share_the_hours_when_fairness_counts() -> None:
    """Two shifts fill two quarters of one week, or the free quarter of two."""
    week = make_horizon(days=2)
    workers = [
        make_worker(week, ("2026-11-02 00:00", "2026-11-04 00:00"), id=id,
                    max_minutes_per_week=4 * 240)
        for id in ("ada", "bo")
    ]  # fmt: skip
    requirement = need(week, (MORNING, NOON, 1), ("2026-11-03 08:00", "2026-11-03 12:00", 1))
    problem = make_problem(
        week, *workers, requirement={"refund": requirement}, weights=Weights(fairness=100)
    )
    found = solved(problem).shifts
    assert sorted(one.worker for one in found) == ["ada", "bo"]


def test_the_gladder_worker_is_sent() -> None:
    requirement = {"refund": need(DAY, (MORNING, NOON, 1))}
    workers = [make_worker(DAY, (*WHOLE_DAY, liking), id=id)
               for id, liking in (("ada", -2), ("bo", 2), ("cy", 1))]  # fmt: skip
    problem = make_problem(
        DAY, *workers, requirement=requirement, weights=Weights(preference=1)
    )  # fmt: skip
    assert [one.worker for one in solved(problem).shifts] == ["bo"]


def test_a_promised_minimum_is_worked_rather_than_paid_for_nothing() -> None:
    """Ada is dearer, but is paid either way."""
    requirement = {"refund": need(DAY, (MORNING, NOON, 1))}
    ada = make_worker(DAY, WHOLE_DAY, hourly_cost=2000, min_minutes_per_week=28 * 60)
    bo = make_worker(DAY, WHOLE_DAY, id="bo", hourly_cost=1000)
    problem = make_problem(DAY, ada, bo, requirement=requirement)
    assert [one.worker for one in solved(problem).shifts] == ["ada"]


def test_a_shift_counts_only_where_it_covers_the_whole_interval() -> None:
    """08:15 to 12:15 on the hour's grid: three of the five hours asked for."""
    problem = make_problem(
        DAY, make_worker(DAY, ("2026-11-02 08:15", "2026-11-02 12:15")),
        shift_templates=(make_template(every=15),),
        requirement={"refund": need(DAY, (MORNING, "2026-11-02 13:00", 1))},
    )  # fmt: skip
    shifts = (make_shift(problem, "2026-11-02 08:15"),)
    assert costs(problem, shifts)["understaffing"] == 2 * 5000
    assert solved(problem).cost == 6000 + 2 * 5000


def test_a_short_shift_inside_one_interval_covers_nothing() -> None:
    template = make_template(45, every=15)
    problem = make_problem(
        DAY, make_worker(DAY, ("2026-11-02 08:15", "2026-11-02 09:00")),
        shift_templates=(template,), requirement={"refund": need(DAY, (MORNING, NOON, 1))},
    )  # fmt: skip
    assert solved(problem).shifts == ()
