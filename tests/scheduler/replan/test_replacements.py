"""Who could take over a shift: verdicts against the validator, costs against whole bills."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scheduler.problem import Problem, Weights
from scheduler.replan.replacements import replacements
from scheduler.schedule import Shift
from scheduler.solver.greedy import greedy
from scheduler.validation import MENDED_BY_WORK, RULES, SITE_RULES, costs, violations
from tests.factories import make_horizon, make_problem, make_shift, make_worker, minute
from tests.scheduler.replan.known import ALL_WEEK, WEEK, of_ada, three_mornings
from tests.scheduler.test_brute_force import budget
from tests.scheduler.tiny_problems import tiny_problems


@budget(60)
@given(tiny_problems(), st.integers(0, 20))
def test_the_extra_cost_is_the_difference_of_two_bills(problem: Problem, index: int) -> None:
    """And who is feasible breaks no rule that was kept, while who is forbidden breaks one."""
    shifts = greedy(problem)
    assume(shifts)
    assert shifts
    taken_over = shifts[index % len(shifts)]
    others = tuple(one for one in shifts if one != taken_over)
    found = replacements(problem, others, taken_over)
    assert {one.worker for one in found.candidates} == {
        one.id for one in problem.workers if one.id != taken_over.worker
    }
    without = sum(costs(problem, others).values())
    for one in found.candidates:
        if one.worker in problem.overruled:
            continue  # asked for his pins alone
        after = (*others, replace(taken_over, worker=one.worker))
        added = {each for each in of_workers(problem, after) if each[0] not in MENDED_BY_WORK}
        if one.verdict == "forbidden":
            # What more work could mend, and the place of an overruled worker, are nobody else's.
            is_other = any(each.rule in MENDED_BY_WORK | SITE_RULES.keys() for each in one.reasons)
            assert is_other or added - of_workers(problem, others)
        else:
            assert added <= of_workers(problem, others)
            assert one.extra_cost is not None
            cost = sum(costs(problem, after).values())
            assert cost - without == one.extra_cost - found.cover_value


def of_workers(problem: Problem, shifts: tuple[Shift, ...]) -> set[tuple[str, str, str]]:
    return {
        (one.rule, one.worker, one.detail)
        for one in violations(problem, shifts)
        if one.rule in RULES or one.rule == "known"
    }


def ranked(problem: Problem, shift: Shift) -> list[tuple[str, str]]:
    others = [one for one in of_ada(problem) if one != shift]
    found = replacements(problem, others, shift).candidates
    return [(one.worker, one.verdict) for one in found]


def test_the_cheapest_comes_first_then_who_likes_it_then_who_has_least() -> None:
    problem = three_mornings("ada", "dear", "cheap", "glad", "busy")
    ada, dear, cheap, glad, busy = problem.workers
    liked = tuple(replace(one, preference=2) for one in glad.availability)
    problem = replace(
        problem,
        workers=(
            ada,
            replace(dear, hourly_cost=1600),
            cheap,
            replace(glad, availability=liked),
            busy,
        ),
    )
    monday, tuesday, _ = of_ada(problem)
    others = (tuesday, make_shift(problem, "2026-11-05 08:00", worker="busy"))
    found = replacements(problem, others, monday)
    assert [one.worker for one in found.candidates] == ["glad", "cheap", "busy", "dear"]
    assert [one.extra_cost for one in found.candidates] == [6000, 6000, 6000, 6400]
    assert found.cover_value == 4 * 5000
    assert [one.minutes for one in found.candidates] == [240, 240, 480, 240]


def test_who_needs_notice_is_an_offer_and_stands_behind_who_does_not() -> None:
    problem = three_mornings("ada", "bo", "cy")
    ada, bo, cy = problem.workers
    firm = replace(bo, firm_from=minute(WEEK, "2026-11-03 00:00"), hourly_cost=1000)
    problem = replace(problem, workers=(ada, firm, cy))
    monday, tuesday, _ = of_ada(problem)
    assert ranked(problem, monday) == [("cy", "feasible"), ("bo", "offer")]
    assert ranked(problem, tuesday) == [("bo", "feasible"), ("cy", "feasible")]


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        ({"skills": frozenset()}, "skill.missing"),
        ({"availability": ()}, "availability.not_offered"),
        ({"max_minutes_per_week": 239}, "max_minutes_per_week.contract"),
    ],
)
def test_who_may_not_says_why(limits: dict[str, object], code: str) -> None:
    problem = three_mornings()
    ada, bo = problem.workers
    problem = replace(problem, workers=(ada, replace(bo, **limits)))
    (one,) = replacements(problem, (), of_ada(problem)[0]).candidates
    assert (one.verdict, one.extra_cost) == ("forbidden", None)
    assert code in [reason.code for reason in one.reasons]


def test_a_shift_over_midnight_counts_for_the_week_it_starts_in() -> None:
    """From Sunday 22:00 on: of a fortnight's second week nothing is used."""
    horizon = make_horizon(days=14)
    span = (ALL_WEEK[0], "2026-11-16 00:00")
    workers = [make_worker(horizon, span, id=id, max_minutes_per_week=600) for id in ("ada", "bo")]
    problem = make_problem(horizon, *workers)
    sunday = make_shift(problem, "2026-11-08 22:00")
    own = [make_shift(problem, f"2026-11-{at}", worker="bo") for at in ("02 08:00", "10 08:00")]
    (bo,) = replacements(problem, own, sunday).candidates
    assert (bo.minutes, bo.minutes_left) == (480, 120)


def test_prices_of_wishes_are_part_of_the_extra_cost() -> None:
    """Two steps below gladly at 1.00 an hour: 8.00 beside the wage of 60.00."""
    problem = replace(three_mornings(), weights=Weights(preference=100))
    (bo,) = replacements(problem, (), of_ada(problem)[0]).candidates
    assert bo.extra_cost == 6800
