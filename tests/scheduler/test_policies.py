"""Declared policies at their edges: what each charges, and whom the best schedule then takes."""

from dataclasses import replace

import pytest
from hypothesis import given

from scheduler.errors import ProblemInvalid
from scheduler.model.build import build
from scheduler.policy import NewStarters, Policy, Priority, Spread, members_of
from scheduler.problem import Problem
from scheduler.schedule import Shift
from scheduler.solver.magnitude import largest_cost
from scheduler.validation import costs, violations
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
from tests.scheduler.test_brute_force import budget
from tests.scheduler.tiny_problems import best_cost, tiny_problems

DAY = make_horizon(days=1)
WHOLE_DAY = ("2026-11-02 00:00", "2026-11-03 00:00")
MORNING, NOON = "2026-11-02 08:00", "2026-11-02 12:00"
ONE = {"refund": need(DAY, (MORNING, NOON, 1))}
TWO = {"refund": need(DAY, (MORNING, NOON, 2))}
ADA, BO = frozenset({"ada"}), frozenset({"bo"})


def team(*policies: Policy, **more: object) -> Problem:
    """Ada, a cent cheaper, and Bo and Cy, for one place in the morning unless stated otherwise."""
    workers = [
        make_worker(DAY, WHOLE_DAY, id=id, hourly_cost=cost)
        for id, cost in (("ada", 1499), ("bo", 1500), ("cy", 1500))
    ]
    return make_problem(DAY, *workers, **({"requirement": ONE, "policies": policies} | more))


def charged(problem: Problem, name: str, *workers: str, queue: str = "refund") -> int:
    """Cents of one policy for morning shifts; the model's whole price is the validator's."""
    shifts = [make_shift(problem, MORNING, worker=one, queue=queue) for one in workers]
    bill = costs(problem, shifts)
    assert model_cost(problem, shifts) == sum(bill.values())
    return bill[f"policy:{name}"]


def chosen(problem: Problem) -> list[str]:
    """Who works in the best schedule, which is proven."""
    found = solved(problem)
    assert found.cost == found.bound
    assert violations(problem, found.shifts) == []
    return sorted(shift.worker for shift in found.shifts)


# Priority


def test_without_a_policy_the_cheapest_works() -> None:
    assert chosen(team()) == ["ada"]


@pytest.mark.parametrize(("price", "worker"), [(0, "ada"), (1, "ada"), (2, "bo"), (500, "bo")])
def test_a_priority_wins_from_its_price_on(price: int, worker: str) -> None:
    """Bo is a cent an hour dearer: at that price both cost the same."""
    found = chosen(team(Priority("first", price, BO)))
    assert found == [worker] or price == 1


def test_a_priority_never_keeps_somebody_from_work_that_pays() -> None:
    """At 40.00 an hour Ada costs 54.99, and a missing one 60.00."""
    problem = team(Priority("first", 4000, BO), requirement=TWO,
                   queues=(make_queue(understaffing_cost=6000),))  # fmt: skip
    assert chosen(replace(problem, workers=problem.workers[:2])) == ["ada", "bo"]
    assert chosen(replace(problem, workers=problem.workers[:1])) == ["ada"]


def test_a_priority_charges_the_hours_of_all_others() -> None:
    problem = team(Priority("first", 33, BO))
    assert charged(problem, "first", "ada", "bo", "cy") == 2 * 4 * 33
    assert charged(problem, "first", "bo") == 0
    assert charged(problem, "first") == 0


# New starters


@pytest.mark.parametrize(("minutes", "cost"), [(0, 0), (1, 400), (240, 400), (241, 800)])
def test_a_part_of_a_shift_that_is_missing_counts_whole(minutes: int, cost: int) -> None:
    problem = team(NewStarters("new", 100, BO, minutes))
    assert charged(problem, "new", "ada") == cost
    assert charged(problem, "new", "bo") == max(0, cost - 400)


def test_a_new_starter_works_without_need_where_missing_hours_cost_more_than_his_wage() -> None:
    assert chosen(team(NewStarters("new", 1499, BO, 240), requirement={})) == []
    assert chosen(team(NewStarters("new", 1501, BO, 240), requirement={})) == ["bo"]


def test_each_new_starter_is_asked_alone() -> None:
    problem = team(NewStarters("new", 100, frozenset({"bo", "cy"}), 240), requirement=TWO)
    assert charged(problem, "new", "bo") == 400
    assert chosen(problem) == ["bo", "cy"]


def test_a_new_starter_who_offers_nothing_is_charged_all_the_same() -> None:
    problem = team(NewStarters("new", 100, frozenset({"dan"}), 240))
    problem = replace(problem, workers=(*problem.workers, make_worker(DAY, id="dan")))
    assert charged(problem, "new") == 400


# Spread


def regions(most: int, **more: object) -> Spread:
    return Spread("outage", 300, {"north": frozenset({"ada", "bo"}), "south": frozenset({"cy"})},
                  most, **more)  # type: ignore[arg-type] # fmt: skip


@pytest.mark.parametrize(
    ("most", "workers", "quarters"),
    [
        (500, "ada bo", 4), (500, "ada cy", 0), (500, "ada bo cy", 2), (667, "ada bo cy", 0),
        (666, "ada bo cy", 1), (0, "ada bo cy", 12), (1000, "ada bo", 0), (500, "ada", 2),
        (700, "ada", 2), (333, "ada bo", 6),
    ],
)  # fmt: skip
def test_a_group_above_its_share_is_counted_in_quarters(
    most: int, workers: str, quarters: int
) -> None:
    assert charged(team(regions(most)), "outage", *workers.split()) == quarters * 4 * 75


def test_a_spread_takes_one_of_each_region() -> None:
    assert chosen(team(regions(500), requirement=TWO)) in (["ada", "cy"], ["bo", "cy"])
    assert chosen(team(regions(1000), requirement=TWO))[0] == "ada"


def test_a_spread_counts_only_where_somebody_is_needed() -> None:
    requirement = {"refund": need(DAY, ("2026-11-02 10:00", NOON, 1))}
    assert charged(team(regions(0), requirement=requirement), "outage", "ada") == 2 * 300


def test_a_worker_outside_all_regions_makes_every_share_smaller() -> None:
    problem = team(replace(regions(500), groups={"north": ADA}))
    assert charged(problem, "outage", "ada", "cy") == 0
    assert charged(problem, "outage", "cy") == 0


def two_queues(policy: Spread) -> Problem:
    queues = (make_queue("refund"), make_queue("return"))
    return team(policy, queues=queues, requirement={one.id: ONE["refund"] for one in queues})


def test_a_spread_over_one_queue_does_not_see_the_other() -> None:
    problem = two_queues(regions(500, queues=frozenset({"refund"})))
    assert charged(problem, "outage", "ada", "bo", queue="return") == 0
    assert charged(problem, "outage", "ada", "bo", queue="refund") == 4 * 300


def test_people_on_another_queue_count_for_a_spread_over_all() -> None:
    problem = two_queues(regions(500))
    shifts = [
        make_shift(problem, MORNING, worker=one, queue=queue)
        for one, queue in (("ada", "refund"), ("cy", "return"))
    ]
    assert costs(problem, shifts)["policy:outage"] == 0
    assert model_cost(problem, shifts) == sum(costs(problem, shifts).values())


def test_a_half_covered_interval_is_not_staffed() -> None:
    """From 08:30 to 12:30 four hours are touched, three of them whole."""
    problem = team(regions(0), shift_templates=(make_template(every=30),),
                   requirement={"refund": need(DAY, (MORNING, "2026-11-02 14:00", 1))})  # fmt: skip
    shift = make_shift(problem, "2026-11-02 08:30")
    assert costs(problem, (shift,))["policy:outage"] == 3 * 300
    assert model_cost(problem, (shift,)) == sum(costs(problem, (shift,)).values())


def test_a_spread_crosses_midnight_and_the_clock_change() -> None:
    """The night to Sunday has one hour more: 22:00 to 02:00 summer time, then twice two."""
    autumn = make_horizon("2026-10-24", days=2)
    worker = make_worker(autumn, ("2026-10-24 00:00", "2026-10-26 00:00"))
    problem = make_problem(autumn, worker, policies=(replace(regions(0)),))
    shifts = (make_shift(problem, "2026-10-24 23:00"),)
    assert costs(problem, shifts)["policy:outage"] == 4 * 300
    assert model_cost(problem, shifts) == sum(costs(problem, shifts).values())


def test_one_more_where_nobody_of_his_queue_is_needed_may_pay() -> None:
    """Dan serves returns only, which nobody asks for; beside him Ada is half of those staffed."""
    queues = (make_queue("refund"), make_queue("return", skill="sv"))
    policy = Spread("outage", 6000, {"north": ADA}, 500)
    problem = make_problem(
        DAY,
        make_worker(DAY, (MORNING, NOON)),
        make_worker(DAY, (MORNING, NOON), id="dan", skills=("sv",)),
        queues=queues,
        requirement={"refund": need(DAY, (MORNING, NOON, 1))},
        policies=(policy,),
    )
    assert chosen(replace(problem, queues=(make_queue(understaffing_cost=9000), queues[1]))) == [
        "ada", "dan"
    ]  # fmt: skip


# All of them


@budget(40)
@given(tiny_problems("policies"))
def test_the_search_proves_the_best_schedule_with_policies(problem: Problem) -> None:
    best = best_cost(problem)
    if best is not None:
        found = solved(problem)
        assert found.cost == found.bound == best


@budget(40)
@given(tiny_problems("standby"))
def test_the_search_proves_the_best_schedule_with_standby(problem: Problem) -> None:
    best = best_cost(problem)
    if best is not None:
        found = solved(problem)
        assert found.cost == found.bound == best


def test_policies_that_are_off_cost_no_column_and_no_row() -> None:
    plain = build(team()).linear
    off = (Priority("a", 0, BO), NewStarters("b", 0, BO, 600), Spread("c", 0, {"n": ADA}, 0))
    linear = build(team(*off)).linear
    assert (linear.num_columns, linear.num_rows) == (plain.num_columns, plain.num_rows)
    assert (linear.cost == plain.cost).all()


def test_each_policy_is_a_term_of_its_own() -> None:
    problem = team(Priority("a", 1, BO), Priority("b", 2, BO))
    shift = make_shift(problem, MORNING)
    assert costs(problem, (shift,))["policy:a"] == 4
    assert costs(problem, (shift,))["policy:b"] == 8


@budget(20)
@given(tiny_problems("policies"))
def test_no_policy_costs_more_than_the_magnitude_allows_for(problem: Problem) -> None:
    best = best_cost(problem)
    assert best is None or best <= largest_cost(problem)


def test_a_part_of_a_problem_keeps_policies_about_people_who_are_not_in_it() -> None:
    problem = team(Priority("a", 1, BO), NewStarters("b", 9, BO, 600), regions(500))
    alone = replace(problem, workers=problem.workers[:1])
    shift = make_shift(alone, MORNING)
    assert model_cost(alone, (shift,)) == sum(costs(alone, (shift,)).values())
    assert members_of(regions(500)) == {"ada", "bo", "cy"}


# What is refused


@pytest.mark.parametrize(
    "name", ["best ratings first", "reliability", "no_show score", "union members last", "NO-SHOWS"]
)
def test_a_policy_about_behaviour_or_the_union_is_refused_by_name(name: str) -> None:
    with pytest.raises(ProblemInvalid, match="may not decide who works"):
        Priority(name, 100, BO)


def test_a_group_of_a_spread_may_not_be_about_health() -> None:
    with pytest.raises(ProblemInvalid, match="'sick' may not decide"):
        Spread("outage", 100, {"often sick": BO}, 500)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Priority("", 1, BO), lambda: Priority("a", -1, BO),
        lambda: Priority("a", 1, frozenset()), lambda: NewStarters("a", 1, BO, -1),
        lambda: Spread("a", 1, {}, 500), lambda: Spread("a", 1, {"n": BO}, 1001),
        lambda: Spread("a", 1, {"n": BO, "s": BO}, 500),
        lambda: team(Priority("a", 1, BO), Priority("a", 2, BO)),
        lambda: team(regions(500, queues=frozenset({"tax"}))),
        lambda: team(regions(500, queues=frozenset({"refund"})), is_blended=True),
    ],
)  # fmt: skip
def test_a_policy_that_makes_no_sense_is_refused(make: object) -> None:
    with pytest.raises(ProblemInvalid):
        make()  # type: ignore[operator]


def test_shifts_of_nobody_are_no_policy_s_business() -> None:
    problem = team(regions(0))
    strangers: tuple[Shift, ...] = ()
    assert costs(problem, strangers)["policy:outage"] == 0
