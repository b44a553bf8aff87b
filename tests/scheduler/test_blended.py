"""Blended: whoever is on shift serves any queue of his skills, by the interval if need be."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise, starmap

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from scheduler.model.blend import split
from scheduler.model.build import build
from scheduler.problem import Licence, Pin, Problem
from scheduler.schedule import Segment, Shift, staffed
from scheduler.solver.greedy import greedy
from scheduler.solver.neighbourhood import Neighbourhoods
from scheduler.solver.relaxation import relax
from scheduler.validation import costs, violations
from scheduler.worker import Worker
from tests.factories import (
    make_horizon,
    make_problem,
    make_queue,
    make_shift,
    make_template,
    make_worker,
    minute,
    need,
    pin_of,
)
from tests.scheduler.blending import allowed, on_any_queue
from tests.scheduler.forcing import decisions, least_cost, model_cost, settled, solved
from tests.scheduler.tiny_problems import all_schedules, best_cost, tiny_problems

REFUND, FRAUD = make_queue(), make_queue("fraud", "sv")
QUEUES = (REFUND, FRAUD)
BOTH = ("de", "sv")


def budget(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@st.composite
def blended_problems(draw: st.DrawFn) -> Problem:
    """Tiny problems, some of them with a licence that binds."""
    problem = replace(on_any_queue(draw(tiny_problems())), is_blended=True)
    if draw(st.booleans()):
        queues = frozenset({draw(st.sampled_from(problem.queues)).id})
        return replace(problem, licences=(Licence("seats", queues, draw(st.integers(0, 2))),))
    return problem


@budget(50)
@given(blended_problems())
def test_the_search_finds_and_proves_the_best_of_all_blended_schedules(problem: Problem) -> None:
    best = best_cost(problem)
    if best is None:
        return
    found = solved(problem)
    assert violations(problem, found.shifts) == []
    assert sum(costs(problem, found.shifts).values()) == found.cost == found.bound == best


@budget(50)
@given(blended_problems(), st.data())
def test_the_model_agrees_with_the_validator_on_any_way_to_blend(
    problem: Problem, data: st.DataObject
) -> None:
    """Lawful presences with queues drawn by the interval: the same verdict and the same cost."""
    every = all_schedules(replace(problem, licences=()))
    if not every:
        return
    shifts = tuple(drawn(data, problem, one) for one in data.draw(st.sampled_from(every)))
    expected = None if violations(problem, shifts) else sum(costs(problem, shifts).values())
    if all(one in staffable(problem) for one in map(moment, shifts)):
        assert model_cost(problem, shifts) == expected


def drawn(data: st.DataObject, problem: Problem, shift: Shift) -> Shift:
    """The shift with a queue drawn for each interval."""
    length = problem.horizon.interval_minutes
    inner = range((shift.start // length + 1) * length, shift.end, length)
    edges = [shift.start, *inner, shift.end]
    queues = [data.draw(st.sampled_from(allowed(problem, shift))) for _ in edges[1:]]
    parts = tuple(starmap(Segment, zip(edges, edges[1:], queues, strict=False)))
    minutes: Counter[str] = Counter()
    for part in parts:
        minutes[part.queue] += part.end - part.start
    return replace(shift, queue=minutes.most_common(1)[0][0], segments=parts)


def moment(shift: Shift) -> tuple[str, int, str]:
    return shift.worker, shift.start, shift.template


def staffable(problem: Problem) -> set[tuple[str, int, str]]:
    """Shifts that have a column; one that covers no need has none."""
    choices = build(problem).variables.choices
    return {
        (problem.workers[worker].id, start, problem.shift_templates[template].id)
        for worker, start, template in zip(
            choices.worker.tolist(), choices.start.tolist(), choices.template.tolist(), strict=True
        )
    }


@budget(40)
@given(tiny_problems())
def test_blended_is_never_dearer_than_one_queue_per_shift(problem: Problem) -> None:
    """To stay on one queue is one of the ways to blend."""
    problem = on_any_queue(problem)
    unblended = best_cost(replace(problem, is_blended=False))
    if unblended is not None:
        assert solved(replace(problem, is_blended=True)).cost <= unblended


@budget(25)
@given(blended_problems())
def test_the_relaxation_bounds_every_blended_schedule_from_below(problem: Problem) -> None:
    best = best_cost(problem)
    assert best is None or relax(build(problem).linear, 60).bound <= best


@budget(40)
@given(blended_problems())
def test_the_greedy_schedule_is_a_blended_one(problem: Problem) -> None:
    shifts = greedy(problem)
    assert shifts is None or violations(problem, shifts) == []


@budget(25)
@given(blended_problems(), st.data(), st.integers(0, 2**32 - 1))
def test_a_part_around_a_blended_schedule_keeps_its_rows(
    problem: Problem, data: st.DataObject, seed: int
) -> None:
    shifts, model = any_schedule(data, problem), build(problem)
    chosen = decisions(model, shifts)
    if chosen is None or not shifts:
        return
    values = settled(model, chosen)
    rng = np.random.default_rng(seed)
    free = Neighbourhoods(model).closed(rng.random(len(model.variables.choices.column)) < 0.5)
    part = model.linear.restrict(free, values)
    best = least_cost(part)
    assert part.is_feasible(values[free])
    assert best is not None
    assert best <= model.linear.objective(values)


@budget(50)
@given(blended_problems(), st.data())
def test_the_way_back_keeps_every_count(problem: Problem, data: st.DataObject) -> None:
    shifts, model = any_schedule(data, problem), build(problem)
    values = decisions(model, shifts)
    if values is None or not shifts:
        return
    again = model.shifts(values)
    assert staffed(problem, again) == staffed(problem, shifts)
    assert violations(problem, again) == []


def any_schedule(data: st.DataObject, problem: Problem) -> tuple[Shift, ...]:
    """One of the lawful schedules; no shift at all where there is none."""
    every = [one for one in all_schedules(problem) if one]
    return data.draw(st.sampled_from(every)) if every else ()


@budget(40)
@given(blended_problems())
def test_what_the_relaxation_uses_is_promising(problem: Problem) -> None:
    model = build(problem)
    relaxation = relax(model.linear, 60)
    if relaxation.values is not None and relaxation.reduced is not None:
        used = relaxation.values > 1e-6
        assert Neighbourhoods(model).promising(relaxation.reduced)[used].all()


# Examples to read: one desk, one day, whose need changes its queue from hour to hour.


def one_day(*workers: Worker, refund: str, fraud: str, **more: object) -> Problem:
    """Need from 08:00 on, one digit per hour."""
    horizon = make_horizon(days=1)
    every = {"refund": refund, "fraud": fraud}
    parts: dict[str, object] = {
        "queues": QUEUES,
        "shift_templates": (make_template(),),
        "requirement": {
            queue: need(
                horizon,
                *((_hour(8 + n), _hour(9 + n), int(digit)) for n, digit in enumerate(digits)),
            )
            for queue, digits in every.items()
        },
        "is_blended": True,
    } | more
    return make_problem(horizon, *workers, **parts)


def _hour(hour: int) -> str:
    return f"2026-11-02 {hour:02d}:00"


def worker(
    id: str = "ada", skills: Sequence[str] = BOTH, since: int = 8, until: int = 12
) -> Worker:
    return make_worker(
        make_horizon(days=1), (_hour(since), _hour(until)), id=id, skills=skills
    )  # fmt: skip


def queues_by_hour(problem: Problem, shift: Shift) -> list[str]:
    length = problem.horizon.interval_minutes
    return [
        one.queue
        for minute in range(shift.start, shift.end, length)
        for one in shift.served
        if one.start <= minute < one.end
    ]


def test_one_worker_follows_the_need_from_queue_to_queue() -> None:
    problem = one_day(worker(), refund="1010", fraud="0101")
    found = solved(problem)
    assert queues_by_hour(problem, found.shifts[0]) == ["refund", "fraud"] * 2
    assert found.cost == 4 * 1500
    assert solved(replace(problem, is_blended=False)).cost == 4 * 1500 + 2 * 5000


def test_equal_hours_make_one_segment() -> None:
    problem = one_day(worker(), refund="1110", fraud="0001")
    (shift,) = solved(problem).shifts
    edges = [minute(problem.horizon, _hour(hour)) for hour in (8, 11, 12)]
    assert shift.segments == tuple(
        Segment(start, end, queue)
        for (start, end), queue in zip(pairwise(edges), ("refund", "fraud"), strict=True)
    )
    assert shift.queue == "refund"


def test_a_template_keeps_its_shifts_on_its_queues() -> None:
    only = replace(make_template(), queues=frozenset({"refund"}))
    problem = one_day(worker(), refund="1010", fraud="0101", shift_templates=(only,))
    found = solved(problem)
    assert queues_by_hour(problem, found.shifts[0]) == ["refund"] * 4
    assert found.cost == 4 * 1500 + 2 * 5000


def test_two_templates_at_once_share_an_interval() -> None:
    """People are told apart by what worker and template allow together."""
    templates = tuple(
        replace(make_template(id=id), queues=frozenset(queues))
        for id, queues in (("calls", ["refund"]), ("all", ["refund", "fraud"]))
    )
    workers = worker("ada", ["de"]), worker("bo")
    problem = one_day(*workers, refund="2121", fraud="0101", shift_templates=templates)
    found = solved(problem)
    assert violations(problem, found.shifts) == []
    assert found.cost == 8 * 1500


def test_a_pin_leaves_the_queue_free() -> None:
    problem = one_day(worker(), refund="0000", fraud="1111")
    pin = pin_of(make_shift(problem, _hour(8), queue="refund"))
    (shift,) = solved(replace(problem, pins=(pin,))).shifts
    assert {one.queue for one in shift.segments} == {"fraud"}


def test_a_licence_counts_each_interval_for_itself() -> None:
    workers = worker("ada"), worker("bo")
    licence = Licence("seats", frozenset({"fraud"}), 1)
    problem = one_day(*workers, refund="0202", fraud="2020", licences=(licence,))
    found = solved(problem)
    assert staffed(problem, found.shifts)["fraud"][8:12] == [1, 0, 1, 0]
    assert found.cost == 8 * 1500 + 2 * 5000
    assert violations(problem, found.shifts) == []


def test_a_licence_holds_where_an_interval_is_only_touched() -> None:
    """From 08:30 on, the first interval is covered by nobody, but a seat is taken."""
    template = make_template(240, every=30)
    horizon = make_horizon(days=1)
    workers = [
        make_worker(horizon, ("2026-11-02 08:30", "2026-11-02 12:30"), id=id, skills=["sv"])
        for id in ("ada", "bo")
    ]
    licence = Licence("seats", frozenset({"fraud"}), 1)
    problem = one_day(
        *workers, refund="0", fraud="22222", licences=(licence,), shift_templates=(template,)
    )
    found = solved(problem)
    assert len(found.shifts) == 1
    assert violations(problem, found.shifts) == []


def meeting_in_one_hour(licensed: int) -> Problem:
    """Ada's two shifts meet at 13:30; fraud has so many seats, and Bo could take one too."""
    horizon = make_horizon(days=1)
    long = replace(make_template(330, every=30, id="long"), earliest_start=480)
    people = [
        replace(worker(id, ["sv"], 8, 19), max_shifts_per_day=2, min_rest_minutes=0)
        for id in ("ada", "bo")
    ]
    always = {"fraud": need(horizon, (_hour(8), _hour(19), 2))}
    licence = (Licence("seats", frozenset({"fraud"}), licensed),)
    return make_problem(
        horizon, *people, queues=(FRAUD,), shift_templates=(long,), requirement=always,
        licences=licence, is_blended=True,
    )  # fmt: skip


@pytest.mark.parametrize(("seats", "shifts"), [(0, 0), (1, 2), (2, 4)])
def test_one_worker_s_two_shifts_in_an_interval_need_one_seat(seats: int, shifts: int) -> None:
    problem = meeting_in_one_hour(seats)
    found = solved(problem)
    assert len(found.shifts) == shifts
    assert violations(problem, found.shifts) == []
    assert model_cost(problem, found.shifts) == sum(costs(problem, found.shifts).values())


def test_a_seat_goes_to_the_worker_whom_the_model_gave_it() -> None:
    """Ada's two parts are on fraud, Bo's on refund: dealt otherwise, two would sit on fraud."""
    problem = one_day(worker("ada"), worker("bo"), refund="1", fraud="1")
    template = make_template(330, every=30, id="long")
    problem = replace(problem, shift_templates=(template,))
    shifts = [
        make_shift(problem, f"2026-11-02 {clock}", worker=id, template="long", minutes=330)
        for id, clock in (("ada", "08:00"), ("bo", "08:00"), ("ada", "13:30"))
    ]
    counts = {(13, True, "ada"): {1: 2}, (13, True, "bo"): {0: 1}}
    parts = split(problem, shifts, [(0, 1)] * 3, counts, frozenset({"ada", "bo"}))
    assert [one.queue for one in parts] == ["fraud", "refund", "fraud"]


def test_a_part_of_an_interval_joins_the_segment_beside_it() -> None:
    template = make_template(240, every=30)
    half_past = make_worker(
        make_horizon(days=1), ("2026-11-02 08:30", "2026-11-02 12:30"), skills=BOTH
    )
    problem = one_day(half_past, refund="01100", fraud="00011", shift_templates=(template,))
    (shift,) = solved(problem).shifts
    eleven = minute(problem.horizon, _hour(11))
    assert shift.segments == (
        Segment(shift.start, eleven, "refund"),
        Segment(eleven, shift.end, "fraud"),
    )


def test_a_shift_inside_an_interval_goes_to_the_dearest_queue() -> None:
    """Pinned, since it covers nothing; it has one segment all the same."""
    template = make_template(30, every=30)
    queues = REFUND, replace(FRAUD, understaffing_cost=9000)
    problem = one_day(worker(), refund="1", fraud="1", shift_templates=(template,), queues=queues)
    problem = replace(problem, pins=(Pin("ada", "refund", minute(problem.horizon, _hour(8)), 30),))
    (shift,) = solved(problem).shifts
    assert shift.segments == (Segment(shift.start, shift.end, "fraud"),)


# The way back from counts to people: few changes of queue.


def places(*counts: tuple[int, int]) -> dict[tuple[int, bool, str], dict[int, int]]:
    """People on refund and fraud, hour by hour from 08:00."""
    return {(8 + n, False, ""): {0: a, 1: b} for n, (a, b) in enumerate(counts)}


def four_hours(problem: Problem, id: str, hour: int = 8) -> Shift:
    return make_shift(problem, _hour(hour), worker=id)


def test_people_stay_on_their_queue_while_they_can() -> None:
    problem = one_day(worker("ada"), worker("bo"), refund="1111", fraud="1111")
    shifts = [four_hours(problem, id) for id in ("ada", "bo")]
    counts = places((1, 1), (1, 1), (0, 2), (1, 1))
    again = split(problem, shifts, [(0, 1), (0, 1)], counts)
    assert sum(len(one.segments) for one in again) == 4


def test_somebody_moves_only_to_let_another_one_in() -> None:
    """Bo, who can serve refund alone, comes at 09:00 and takes Ada's place."""
    problem = one_day(worker("ada"), worker("bo", ["de"]), refund="1", fraud="1")
    shifts = [four_hours(problem, "ada"), four_hours(problem, "bo", 9)]
    counts = places((1, 0), (1, 1), (1, 1), (1, 1), (1, 0))
    ada, bo = split(problem, shifts, [(0, 1), (0,)], counts)
    assert queues_by_hour(problem, ada) == ["refund", "fraud", "fraud", "fraud"]
    assert queues_by_hour(problem, bo) == ["refund"] * 4


def test_a_chain_of_moves_finds_the_place_that_is_left() -> None:
    """Three queues: the newcomer's place is held by one whose own is held by another."""
    third = make_queue("parcel", "fr")
    workers = worker("ada", ["sv", "fr"]), worker("bo", ["de", "sv"]), worker("cy", ["de"])
    problem = one_day(*workers, refund="1", fraud="1", queues=(*QUEUES, third))
    shifts = [four_hours(problem, "ada"), four_hours(problem, "bo"), four_hours(problem, "cy", 9)]
    counts = {(8, False, ""): {0: 1, 1: 1}} | {
        (n, False, ""): {0: 1, 1: 1, 2: 1} for n in (9, 10, 11)
    }
    ada, bo, cy = split(problem, shifts, [(1, 2), (0, 1), (0,)], counts)
    assert queues_by_hour(problem, ada) == ["fraud", "parcel", "parcel", "parcel"]
    assert queues_by_hour(problem, bo) == ["refund", "fraud", "fraud", "fraud"]
    assert queues_by_hour(problem, cy) == ["refund"] * 4
