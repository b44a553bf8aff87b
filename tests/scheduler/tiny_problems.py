"""Random problems so small that every schedule can be tried, and the trying."""

from dataclasses import replace
from itertools import chain, product
from math import prod

import numpy as np
from hypothesis import strategies as st

from scheduler.horizon import WEEK_MINUTES, Horizon
from scheduler.problem import Pin, Problem, Queue, Weights
from scheduler.rules.pins import pinned_template
from scheduler.schedule import Segment, Shift
from scheduler.shift_template import ShiftTemplate
from scheduler.validation import MENDED_BY_WORK, costs, violations
from scheduler.worker import Span, Window, Worker
from tests.factories import make_horizon, pin_of
from tests.scheduler.blending import divided
from tests.scheduler.tiny_features import with_features

MOST_SCHEDULES = 400
# Weeks change inside, and the nights of the two clock changes are there.
FIRST_DAYS = ("2026-11-06", "2026-11-01", "2026-10-24", "2027-03-27")
# What a worker offers on a day: minutes from its midnight, and how gladly.
OFFERS: tuple[tuple[tuple[int, int, int], ...], ...] = (
    (),
    ((480, 960, -2),),
    ((120, 480, 1), (720, 960, -1)),
    ((480, 900, 0), (960, 1500, 2)),
    ((120, 960, 0),),
)
# Of many days, that few starts are possible on each.
SHORT_OFFERS: tuple[tuple[tuple[int, int, int], ...], ...] = (
    (), ((480, 720, 0),), ((480, 780, 2),), ((720, 1080, -1),)
)  # fmt: skip
PAST = ((), ((-300, 0),), ((-1800, -1560), (-360, -120)))


def shifts_of(problem: Problem, worker: Worker) -> list[Shift]:
    """Every single shift that a worker may work, found by trying every hour he offers.

    Blended, each stands for all ways to divide its time among queues.
    """
    if worker.id in problem.overruled:
        return [_pinned(problem, pin) for pin in problem.pins if pin.worker == worker.id]
    problem = _alone(problem, worker)
    return [
        shift
        for window in worker.availability
        for start in range(window.start, window.end, 60)
        for template in problem.shift_templates
        if start + template.minutes <= window.end
        for shift in _on_queues(problem, worker, start, template)
        if not broken(problem, [shift])
    ]


def _alone(problem: Problem, worker: Worker) -> Problem:
    """The problem without anybody else, whose rules would only take time to ask."""
    pins = tuple(pin for pin in problem.pins if pin.worker == worker.id)
    return replace(problem, workers=(worker,), pins=pins, overruled=frozenset())


def _on_queues(
    problem: Problem, worker: Worker, start: int, template: ShiftTemplate
) -> list[Shift]:
    end = start + template.minutes
    found = [Shift(start, end, worker.id, one.id, template.id) for one in problem.queues]
    if not problem.is_blended:
        return found
    return [whole for one in found for whole in [_whole(one)] if not broken(problem, [whole])][:1]


def _pinned(problem: Problem, pin: Pin) -> Shift:
    template = pinned_template(problem, pin)
    assert template is not None
    shift = Shift(pin.start, pin.start + pin.minutes, pin.worker, pin.queue, template.id)
    return _whole(shift) if problem.is_blended else shift


def _whole(shift: Shift) -> Shift:
    return replace(shift, segments=(Segment(shift.start, shift.end, shift.queue),))


def broken(problem: Problem, shifts: list[Shift]) -> bool:
    """Whether a rule is broken that neither more work nor other queues could mend."""
    mended = MENDED_BY_WORK | ({"licences"} if problem.is_blended else set())
    return any(one.rule not in mended for one in violations(problem, shifts))


def lawful_weeks(problem: Problem, worker: Worker) -> list[tuple[Shift, ...]]:
    """Everything that one worker may do, nothing included, but for what more work mends."""
    single = shifts_of(problem, worker)
    if worker.id in problem.overruled:
        return [tuple(single)]
    problem = _alone(problem, worker)
    found: list[tuple[Shift, ...]] = [()]
    for done in found:
        later = single[single.index(done[-1]) + 1 :] if done else single
        found += [(*done, one) for one in later if not broken(problem, [*done, one])]
        if len(found) > MOST_SCHEDULES:
            break
    return found


def all_schedules(problem: Problem) -> list[tuple[Shift, ...]]:
    """Every lawful schedule of a problem; blended, with queues at their best."""
    weeks = [lawful_weeks(problem, worker) for worker in problem.workers]
    every = (divided(problem, tuple(chain.from_iterable(parts))) for parts in product(*weeks))
    return [shifts for shifts in every if shifts is not None and not violations(problem, shifts)]


def best_cost(problem: Problem) -> int | None:
    """The optimum, by trying everything; None where no schedule keeps the rules."""
    return min(
        (sum(costs(problem, shifts).values()) for shifts in all_schedules(problem)), default=None
    )


@st.composite
def tiny_problems(draw: st.DrawFn, certain: str | None = None) -> Problem:
    """One to three workers, two to five days, up to two queues and templates, a few features."""
    interval = draw(st.sampled_from([30, 60]))
    days = draw(st.sampled_from([2, 3, 3, 5]))
    horizon = make_horizon(draw(st.sampled_from(FIRST_DAYS)), days, interval)
    queues = draw(st.lists(_queues(), min_size=1, max_size=2, unique_by=lambda one: one.id))
    curves = draw(st.booleans())
    problem = Problem(
        horizon=horizon,
        currency="EUR",
        queues=tuple(queues),
        shift_templates=draw(_templates()),
        workers=tuple(draw(_workers(horizon, f"w{n}")) for n in range(draw(st.integers(1, 3)))),
        requirement={one.id: draw(_requirements(horizon)) for one in queues[curves:]},
        coverage_value={one.id: draw(_curves(horizon)) for one in queues[:curves]},
        weights=Weights(*(draw(st.sampled_from([0, 0, 130, 777])) for _ in range(2))),
    )
    problem = _thinned(with_features(draw, problem, certain))
    return _with_pin(problem, draw(st.integers(0, 30)))


@st.composite
def _queues(draw: st.DrawFn) -> Queue:
    id = draw(st.sampled_from(["refund", "fraud"]))
    skill = draw(st.sampled_from(["de", "sv"]))
    return Queue(id, skill, draw(st.sampled_from([1501, 3000, 9000])),
                 draw(st.sampled_from([0, 0, 450, 4000])))  # fmt: skip


@st.composite
def _templates(draw: st.DrawFn) -> tuple[ShiftTemplate, ...]:
    first = ShiftTemplate("four", 240, draw(st.sampled_from([240, 480])), 0, 1439)
    # 5.5 hours end inside an interval of an hour; 4 hours make two templates alike.
    length = draw(st.sampled_from([360, 330, 240]))
    second = ShiftTemplate("other", length, 720, *draw(st.sampled_from([(0, 1439), (720, 60)])))
    return draw(st.sampled_from([(first,), (first, second), (second, first)]))


@st.composite
def _workers(draw: st.DrawFn, horizon: Horizon, id: str) -> Worker:
    least = draw(st.sampled_from([0, 0, 500, 1200]))
    offers = OFFERS if horizon.days < 5 else SHORT_OFFERS
    days = [draw(st.sampled_from(offers)) for _ in range(horizon.days)]
    return Worker(
        id=id,
        skills=frozenset(draw(st.sampled_from([("de",), ("sv",), ("de", "sv")]))),
        hourly_cost=draw(st.sampled_from([0, 1000, 1333, 2500])),
        min_minutes_per_week=least,
        max_minutes_per_week=draw(st.sampled_from([WEEK_MINUTES, 1200, 600])) + least,
        max_shifts_per_day=draw(st.sampled_from([1, 1, 2])),
        max_consecutive_days=draw(st.sampled_from([1, 2, 6])),
        min_rest_minutes=draw(st.sampled_from([0, 480, 660])),
        availability=tuple(
            Window(first + since, min(first + until, horizon.num_minutes), preference)
            for first, offers in zip(horizon.day_starts, days, strict=False)
            for since, until, preference in offers
        ),
        past_shifts=tuple(Span(*span) for span in draw(st.sampled_from(PAST))),
    )


@st.composite
def _requirements(draw: st.DrawFn, horizon: Horizon) -> np.ndarray:
    blocks = draw(st.lists(st.integers(0, 2), min_size=6, max_size=6))
    return np.resize(np.repeat(blocks, 240 // horizon.interval_minutes), horizon.num_intervals)


@st.composite
def _curves(draw: st.DrawFn, horizon: Horizon) -> tuple[tuple[int, ...], ...]:
    values = st.lists(st.sampled_from([0, 1, 900, 1500, 1501, 6000]), max_size=3)
    blocks = [tuple(sorted(draw(values), reverse=True)) for _ in range(6)]
    length = 240 // horizon.interval_minutes
    return tuple(blocks[index // length % 6] for index in range(horizon.num_intervals))


def _thinned(problem: Problem) -> Problem:
    """Take offers away, the last first, until every schedule can be tried."""
    sizes = [len(lawful_weeks(problem, worker)) for worker in problem.workers]
    while prod(sizes) > MOST_SCHEDULES:
        at = sizes.index(max(sizes))
        workers = list(problem.workers)
        workers[at] = replace(workers[at], availability=_less(workers[at].availability))
        problem = replace(problem, workers=tuple(workers))
        sizes[at] = len(lawful_weeks(problem, problem.workers[at]))
    return problem


def _less(windows: tuple[Window, ...]) -> tuple[Window, ...]:
    """The last window is halved while it is long, then dropped."""
    *others, last = windows
    if last.end - last.start <= 720:
        return tuple(others)
    return (*others, Window(last.start, (last.start + last.end) // 120 * 60, last.preference))


def _with_pin(problem: Problem, choice: int) -> Problem:
    """Now and then one of the possible shifts is pinned."""
    free = [worker for worker in problem.workers if worker.id not in problem.overruled]
    possible = [one for worker in free for one in shifts_of(problem, worker)]
    if choice >= len(possible) or choice % 3:
        return problem
    one = possible[choice]
    return replace(problem, pins=(*problem.pins, pin_of(one)))
