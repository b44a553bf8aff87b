"""Why a worker has his shift where declared policies have a say."""

from collections.abc import Sequence

import pytest

from scheduler.explain.assigned import why_assigned
from scheduler.explain.reason import Reason
from scheduler.explain.standing import Standing
from scheduler.policy import Policy, Priority
from tests.factories import make_problem, make_worker
from tests.scheduler.explain.asking import ALL_WEEK, WEEK, shift_at

ADA, BO = frozenset({"ada"}), frozenset({"bo"})


def why_ada(policies: Sequence[Policy], ada: int = 1500, bo: int = 1500) -> Reason:
    """Why Ada works four hours that Bo could work too, at these wages in cents."""
    problem = make_problem(
        WEEK, make_worker(WEEK, ALL_WEEK, id="ada", hourly_cost=ada),
        make_worker(WEEK, ALL_WEEK, id="bo", hourly_cost=bo), policies=tuple(policies),
    )  # fmt: skip
    own = shift_at(problem, "02 08:00")
    return why_assigned(Standing(problem, [own]), own)[0]


def test_the_policy_that_decides_is_named_with_who_would_be_there_without_it() -> None:
    reason = why_ada([Priority("rural", 100, ADA)], ada=1550)
    assert (reason.code, reason.subject, reason.severity) == ("policy.priority", "rural", "info")
    assert reason.detail == (
        "without the policy 'rural' bo instead would cost -2.00 (wages -2.00)"
    )  # fmt: skip


def test_a_policy_that_breaks_a_tie_decides() -> None:
    assert why_ada([Priority("rural", 1, ADA)]).code == "policy.priority"


@pytest.mark.parametrize("price", [49, 51])
def test_where_she_is_the_cheapest_anyway_no_policy_is_named(price: int) -> None:
    """Without the policy Bo is still dearer, by 0.50 an hour."""
    assert why_ada([Priority("rural", price, ADA)], bo=1550).code == "cost.cheapest"


def test_a_policy_that_speaks_against_her_is_not_her_reason() -> None:
    assert why_ada([Priority("city", 10, BO)], bo=1550).code == "cost.cheapest"


def test_of_two_policies_that_decide_the_dearer_one_is_named() -> None:
    policies = [Priority("small", 60, ADA), Priority("large", 80, ADA)]
    assert why_ada(policies, ada=1600).subject == "large"


def test_a_policy_may_decide_against_another_one() -> None:
    policies = [Priority("other", 80, BO), Priority("small", 60, ADA)]
    assert why_ada(policies, bo=1550).subject == "small"


def test_where_policies_decide_only_together_their_kind_is_told() -> None:
    reason = why_ada([Priority("one", 30, ADA), Priority("two", 30, ADA)])
    assert (reason.code, reason.subject) == ("policy.priority", "bo")
    assert "policy:one +1.20, policy:two +1.20" in reason.detail
