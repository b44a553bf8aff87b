"""Reasons and prices on tiny random problems: the validator and the costs say the same."""

from dataclasses import replace
from itertools import chain

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scheduler.explain.assigned import alternatives, why_assigned
from scheduler.explain.codes import meanings, severity
from scheduler.explain.possible import as_worked
from scheduler.explain.price import difference
from scheduler.explain.reasons import NOWHERE, ORDER, price_reason, reasons_report
from scheduler.explain.standing import Standing
from scheduler.problem import Problem
from scheduler.schedule import Shift
from scheduler.validation import costs, late_work, shortages, violations
from tests.scheduler.blending import divided
from tests.scheduler.explain.asking import budget
from tests.scheduler.tiny_features import FEATURES
from tests.scheduler.tiny_problems import lawful_weeks, shifts_of, tiny_problems


def some_schedule(data: st.DataObject, feature: str | None = None) -> tuple[Problem, Standing]:
    """A lawful schedule of a tiny problem, not always a good one."""
    problem = data.draw(tiny_problems(feature))
    weeks = [data.draw(st.sampled_from(lawful_weeks(problem, one))) for one in problem.workers]
    shifts = divided(problem, tuple(chain.from_iterable(weeks)))
    assume(shifts is not None and not violations(problem, shifts))
    return problem, Standing(problem, shifts or ())


def some_candidate(data: st.DataObject, problem: Problem, standing: Standing) -> Shift:
    """Any shift of a template at any hour, on any queue, that is not worked yet."""
    worker = data.draw(st.sampled_from(problem.workers))
    template = data.draw(st.sampled_from(problem.shift_templates))
    start = data.draw(st.integers(0, problem.horizon.num_minutes // 60)) * 60
    queue = data.draw(st.sampled_from(problem.queues)).id
    possible = [one for one in shifts_of(problem, worker) if worker.id not in problem.overruled]
    if possible and data.draw(st.integers(0, 3)):
        found = data.draw(st.sampled_from(possible))
    else:
        found = Shift(start, start + template.minutes, worker.id, queue, template.id)
    found = standing.cover.divided(replace(found, cost=0, segments=()))
    assume(all((one.worker, one.start) != (found.worker, found.start) for one in standing.shifts))
    return found


@pytest.mark.parametrize("feature", [None, *FEATURES])
@budget(5)
@given(data=st.data())
def test_one_more_shift_is_judged_and_priced_as_the_validator_does(
    feature: str | None, data: st.DataObject
) -> None:
    """Forbidden if and only if a rule is broken; otherwise at the difference of the costs."""
    problem, standing = some_schedule(data, feature)
    candidate = some_candidate(data, problem, standing)
    after = [*standing.shifts, candidate]
    reasons = standing.reasons(candidate)
    broken = {one.rule for one in violations(problem, after)}
    forbidden = {one.rule for one in reasons if one.severity == "forbidden"}
    assert bool(forbidden) == bool(broken)
    assert forbidden <= broken | {"pin"}
    assert {one.code for one in reasons} <= set(meanings())
    assert all(one.severity == severity(one.code) for one in reasons)
    if not broken:
        more = sum(costs(problem, after).values()) - sum(costs(problem, standing.shifts).values())
        assert sum(standing.price(candidate).values()) == more


@budget(25)
@given(data=st.data())
def test_handing_a_shift_over_costs_the_difference_of_the_costs(data: st.DataObject) -> None:
    problem, standing = some_schedule(data)
    assume(standing.shifts)
    shift = data.draw(st.sampled_from(standing.shifts))
    others = [one for one in standing.shifts if one != shift]
    before = costs(problem, standing.shifts)
    for other in alternatives(standing, shift):
        after = [*others, replace(shift, worker=other.worker)]
        assert other.change == difference(costs(problem, after), before)
        # Taking it away from its worker may break what he owes, and a pin; nothing else.
        broken = {one.worker for one in violations(problem, after)}
        assert (other.worker in broken) <= (not other.is_free)
    assert {one.code for one in why_assigned(standing, shift)} <= set(meanings())


@pytest.mark.parametrize("feature", [None, "blended", "licences", "overruled"])
@budget(8)
@given(data=st.data())
def test_every_worker_has_a_reason_for_every_uncovered_shift(
    feature: str | None, data: st.DataObject
) -> None:
    """What is asked of all shifts at once says the same as asking for one shift at a time."""
    problem, standing = some_schedule(data, feature)
    report = reasons_report(standing)
    uncovered = {(one.queue, one.start) for one in shortages(problem, standing.shifts)}
    late = {one.queue for one in late_work(problem, standing.shifts)}
    assert {one.lack.queue for one in report.lacks} == {queue for queue, _ in uncovered} | late
    for table in report.shifts:
        ranks = report.rank[table.queue]
        assert ranks.shape == (len(problem.workers), len(table.start))
        assert ranks.max(initial=0) < NOWHERE
        for (row, column), rank in np.ndenumerate(ranks):
            shift = table.shift(problem, column, problem.workers[row].id)
            shift = as_worked(problem, shift)
            reasons = standing.reasons(shift) or (price_reason(standing, shift),)
            assert ORDER[rank] in {one.code for one in reasons}
    for one in report.lacks:
        assert sum(one.counts.values()) in (0, len(problem.workers))
