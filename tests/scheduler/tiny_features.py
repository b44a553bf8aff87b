"""Rules, wishes and site-wide limits that a tiny problem may have, each drawn by itself."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, get_args

from hypothesis import strategies as st

from scheduler.horizon import DAY_MINUTES
from scheduler.policy import NewStarters, Priority, Spread
from scheduler.problem import Licence, Pin, Problem, UnpopularHours
from scheduler.shift_template import ShiftTemplate
from scheduler.soft_limit import RestKind, SoftLimit
from scheduler.worker import Bar, PeriodLimit, Request, RollingLimit, Span, Worker
from tests.scheduler.tiny_backlogs import tiny_backlogs

Feature = Callable[[st.DrawFn, Problem], Problem]


def with_features(draw: st.DrawFn, problem: Problem, certain: str | None) -> Problem:
    """The problem with each feature now and then, and with a certain one."""
    for name, feature in FEATURES.items():
        if name == certain or draw(st.sampled_from((False,) * 5 + (True,))):
            problem = feature(draw, problem)
    return problem


def _of_workers(change: Callable[[st.DrawFn, Problem, Worker], dict[str, Any]]) -> Feature:
    """A feature that about every second worker has."""

    def feature(draw: st.DrawFn, problem: Problem) -> Problem:
        workers = [
            replace(one, **change(draw, problem, one)) if draw(st.booleans()) else one
            for one in problem.workers
        ]
        return replace(problem, workers=tuple(workers))

    return feature


def _of_templates(change: Callable[[st.DrawFn, Problem], dict[str, Any]]) -> Feature:
    """A feature that about every second template has."""

    def feature(draw: st.DrawFn, problem: Problem) -> Problem:
        templates: list[ShiftTemplate] = [
            replace(one, **change(draw, problem)) if draw(st.booleans()) else one
            for one in problem.shift_templates
        ]
        return replace(problem, shift_templates=tuple(templates))

    return feature


def _template_queues(draw: st.DrawFn, problem: Problem) -> dict[str, Any]:
    return {"queues": frozenset(draw(st.sets(_queue_ids(problem), min_size=1)))}


def _template_weekdays(draw: st.DrawFn, problem: Problem) -> dict[str, Any]:
    return {"weekdays": frozenset(draw(st.sets(st.integers(1, 7), min_size=5)))}


def _template_windows(draw: st.DrawFn, problem: Problem) -> dict[str, Any]:
    edges = [*problem.horizon.day_starts, problem.horizon.day_starts[1] + 720]
    windows = draw(st.lists(_spans(st.sampled_from(edges), (720, 1500)), min_size=1, max_size=3))
    return {"windows": tuple(windows)}


def _template_cap(draw: st.DrawFn, problem: Problem) -> dict[str, Any]:
    return {"max_shifts_per_day": draw(st.integers(0, 2))}


def _successions(draw: st.DrawFn, problem: Problem) -> dict[str, Any]:
    ids = [one.id for one in problem.shift_templates]
    return {"forbidden_next": frozenset(draw(st.sets(st.sampled_from(ids), min_size=1)))}


def _hard_minimum(draw: st.DrawFn, problem: Problem, worker: Worker) -> dict[str, Any]:
    least = draw(st.sampled_from([240, 560, 1700]))
    return {
        "is_min_hard": True,
        "min_minutes_per_week": least,
        "max_minutes_per_week": worker.max_minutes_per_week + least,
    }


def _runs_of_work(draw: st.DrawFn, problem: Problem, worker: Worker) -> dict[str, Any]:
    least = draw(st.integers(2, 3))
    return {
        "min_consecutive_days": least,
        "max_consecutive_days": max(least, worker.max_consecutive_days),
    }


def _runs_off(draw: st.DrawFn, problem: Problem, worker: Worker) -> dict[str, Any]:
    least = draw(st.integers(1, 3))
    most = draw(st.sampled_from([None, 0, 1, 2]))
    return {
        "min_consecutive_days_off": least,
        "max_consecutive_days_off": most if most is None else least + most,
    }


def _weekends(draw: st.DrawFn, problem: Problem, worker: Worker) -> dict[str, Any]:
    return {"max_weekends": draw(st.integers(0, 1))}


def _rolling(draw: st.DrawFn, problem: Problem, worker: Worker) -> dict[str, Any]:
    limits = st.builds(
        RollingLimit,
        days=st.integers(1, 4),
        min_minutes=st.sampled_from([0, 200, 480, 700]),
        max_minutes=st.sampled_from([None, 720, 800, 1000]),
        shortfall_cost=st.sampled_from([0, 500, 1333, 1333, None]),
    )
    return {"rolling_limits": tuple(draw(st.lists(limits, min_size=1, max_size=2)))}


def _caps_by_template(draw: st.DrawFn, problem: Problem, worker: Worker) -> dict[str, Any]:
    ids = [one.id for one in problem.shift_templates]
    caps = st.dictionaries(st.sampled_from(ids), st.integers(0, 2), min_size=1)
    return {"max_shifts_by_template": draw(caps)}


def _external(draw: st.DrawFn, problem: Problem, worker: Worker) -> dict[str, Any]:
    """Now and then the day after the horizon's end is known, too."""
    starts = [first + wall for first in problem.horizon.day_starts for wall in (0, 600, 1260)]
    found = draw(st.lists(_spans(st.sampled_from(starts), (180, 480)), max_size=3))
    apart: list[Span] = []
    for span in sorted(found, key=lambda one: one.start):
        if not apart or apart[-1].end <= span.start:
            apart.append(span)
    return {"external_shifts": tuple(apart)}


def _past(draw: st.DrawFn, problem: Problem, worker: Worker) -> dict[str, Any]:
    days = sorted(draw(st.sets(st.integers(-5, -1), max_size=4)))
    return {
        "past_shifts": tuple(Span(day * DAY_MINUTES + 480, day * DAY_MINUTES + 720) for day in days)
    }


def _desired(draw: st.DrawFn, problem: Problem, worker: Worker) -> dict[str, Any]:
    return {"desired_minutes_per_week": draw(st.sampled_from([0, 560, 1333, 2400]))}


def _requests(draw: st.DrawFn, problem: Problem, worker: Worker) -> dict[str, Any]:
    ids = [None, *(one.id for one in problem.shift_templates)]
    starts = st.sampled_from([first + wall for first in problem.horizon.day_starts
                              for wall in (-60, 0, 480, 500)])  # fmt: skip
    found = [
        Request(span.start, span.end, weight, template)
        for span, weight, template in draw(
            st.lists(
                st.tuples(
                    _spans(starts, (1, 240, 1440, 2880)),
                    st.sampled_from([-9, -3, 1, 8]),
                    st.sampled_from(ids),
                ),
                max_size=3,
            )
        )
    ]
    return {"requests": tuple(found)}


def _priced(**prices: list[int]) -> Callable[[st.DrawFn, Problem], Problem]:
    def feature(draw: st.DrawFn, problem: Problem) -> Problem:
        drawn = {name: draw(st.sampled_from(values)) for name, values in prices.items()}
        return replace(problem, weights=replace(problem.weights, **drawn))

    return feature


def _both(*features: Feature) -> Feature:
    def feature(draw: st.DrawFn, problem: Problem) -> Problem:
        for one in features:
            problem = one(draw, problem)
        return problem

    return feature


def _normalised(draw: st.DrawFn, problem: Problem) -> Problem:
    return replace(problem, weights=replace(problem.weights, is_normalised=True))


def _licences(draw: st.DrawFn, problem: Problem) -> Problem:
    sizes = draw(st.lists(st.integers(0, 2), min_size=1, max_size=2))
    found = [
        Licence(f"l{n}", frozenset(draw(st.sets(_queue_ids(problem), min_size=1))), size)
        for n, size in enumerate(sizes)
    ]
    return replace(problem, licences=tuple(found))


def _unpopular(draw: st.DrawFn, problem: Problem) -> Problem:
    hours = st.builds(
        UnpopularHours,
        st.frozensets(st.integers(1, 7), min_size=1),
        st.sampled_from([0, 490, 1200, 1380]),
        st.sampled_from([0, 125, 490, 720, 1380]),
    )
    return replace(problem, unpopular_hours=tuple(draw(st.lists(hours, min_size=1, max_size=2))))


def _policies(draw: st.DrawFn, problem: Problem) -> Problem:
    """One of each kind, about any of the workers; a spread over the queues, or over one."""
    ids = [one.id for one in problem.workers]
    some = st.frozensets(st.sampled_from(ids), min_size=1)
    first = draw(some)
    groups = {"north": first, "south": frozenset(ids) - first - {ids[-1]}}
    queues = [None] if problem.is_blended else [None, frozenset({draw(_queue_ids(problem))})]
    return replace(
        problem,
        policies=(
            Priority("first", draw(st.sampled_from([0, 77, 333])), draw(some)),
            NewStarters(
                "new", draw(st.sampled_from([400, 2222])), draw(some),
                draw(st.sampled_from([240, 500, 1000])),
            ),
            Spread(
                "outage", draw(st.sampled_from([333, 3000])), groups,
                draw(st.sampled_from([0, 333, 500, 1000])), draw(st.sampled_from(queues)),
            ),
        ),
    )  # fmt: skip


def _standby(draw: st.DrawFn, problem: Problem) -> dict[str, Any]:
    return {"pay_percent": draw(st.sampled_from([0, 33, 50]))}


def _blended(draw: st.DrawFn, problem: Problem) -> Problem:
    return replace(problem, is_blended=True)


def _overruled(draw: st.DrawFn, problem: Problem) -> Problem:
    """Pins at any hour at all, and of any queue."""
    worker = draw(st.sampled_from(problem.workers))
    lengths = sorted({one.minutes for one in problem.shift_templates})
    pins = [
        Pin(worker.id, draw(_queue_ids(problem)), 60 * hour, minutes)
        for hour, minutes in draw(
            st.dictionaries(
                st.integers(0, problem.horizon.num_minutes // 60 - 6),
                st.sampled_from(lengths), max_size=2,
            )
        ).items()
    ]  # fmt: skip
    return replace(problem, pins=tuple(pins), overruled=frozenset({worker.id}))


def _queue_ids(problem: Problem) -> st.SearchStrategy[str]:
    return st.sampled_from([one.id for one in problem.queues])


def _spans(starts: st.SearchStrategy[int], lengths: tuple[int, ...]) -> st.SearchStrategy[Span]:
    return st.builds(
        lambda start, length: Span(start, start + length), starts, st.sampled_from(lengths)
    )


def _bars(draw: st.DrawFn, problem: Problem, worker: Worker) -> dict[str, Any]:
    starts = st.sampled_from([first + 500 for first in problem.horizon.day_starts])
    found = draw(st.lists(_spans(starts, (1, 240, 1440)), min_size=1, max_size=2))
    return {"barred": tuple(Bar(one.start, one.end, "a rule") for one in found)}


def _stretch(draw: st.DrawFn, problem: Problem, worker: Worker) -> dict[str, Any]:
    return {
        "max_stretch_minutes": draw(st.sampled_from([240, 360, 480, 600])),
        "min_break_minutes": draw(st.sampled_from([1, 60, 300])),
        "long_stretch_minutes": draw(st.sampled_from([None, 540, 720])),
        "long_break_minutes": draw(st.sampled_from([120, 480])),
        "max_shifts_per_day": draw(st.integers(1, 3)),
        "min_rest_minutes": draw(st.sampled_from([0, 480])),
    }


def _weekly_rest(draw: st.DrawFn, problem: Problem, worker: Worker) -> dict[str, Any]:
    """The days before are known, so that seven days in a row are in sight."""
    worked = draw(st.sets(st.integers(-6, -2), min_size=2))
    past = [Span(day * DAY_MINUTES + 480, day * DAY_MINUTES + 720) for day in sorted(worked)]
    return {
        "min_weekly_rest_minutes": draw(st.sampled_from([1440, 1700, 2100, 2160, 2880])),
        "past_shifts": tuple(past),
        "max_consecutive_days": 14,
    }


def _period_limits(draw: st.DrawFn, problem: Problem, worker: Worker) -> dict[str, Any]:
    limits = st.builds(
        lambda first, days, most, price: PeriodLimit(first, first + days, most, "minutes", price),
        st.integers(-2, 3), st.integers(0, 4), st.sampled_from([0, 200, 480, 600]),
        st.sampled_from([None, 0, 777, 1333]),
    )  # fmt: skip
    halves = st.builds(PeriodLimit, st.just(0), st.integers(0, 4), st.integers(0, 3),
                       st.just("half_days"))  # fmt: skip
    return {"period_limits": tuple(draw(st.lists(limits | halves, min_size=1, max_size=2)))}


def _soft_rests(draw: st.DrawFn, problem: Problem, worker: Worker) -> dict[str, Any]:
    """A rest may be short where the hard one is; also after work before and elsewhere."""
    limits = st.builds(
        SoftLimit,
        st.sampled_from(get_args(RestKind)),
        st.sampled_from([1, 480, 660, 1000, 1440]),
        st.sampled_from([0, 500, 777, 1333]),
    )
    return {
        "soft_limits": tuple(draw(st.lists(limits, min_size=1, max_size=2))),
        "min_rest_minutes": draw(st.sampled_from([0, 0, 480])),
        **draw(st.sampled_from([_external(draw, problem, worker), {}])),
    }


def _soft_days(draw: st.DrawFn, problem: Problem, worker: Worker) -> dict[str, Any]:
    limits = st.builds(
        SoftLimit, st.just("days_in_a_row"), st.integers(0, 4), st.sampled_from([0, 777, 2000])
    )
    return {
        "soft_limits": tuple(draw(st.lists(limits, min_size=1, max_size=2))),
        "max_consecutive_days": 9,
        **draw(st.sampled_from([_past(draw, problem, worker), {}])),
    }


def _soft_weekly_rest(draw: st.DrawFn, problem: Problem, worker: Worker) -> dict[str, Any]:
    changes = _weekly_rest(draw, problem, worker)
    limit = SoftLimit(
        "weeks_without_rest",
        changes.pop("min_weekly_rest_minutes"),
        draw(st.sampled_from([0, 777, 2000])),
    )
    return {"soft_limits": (limit,), **changes}


def _backlogs(draw: st.DrawFn, problem: Problem) -> Problem:
    """Work that may wait in place of some queues' need; blended, the tries would be too many."""
    if problem.is_blended:
        return problem
    queues = [one.id for one in problem.queues if one.id not in problem.standby_queues]
    mine = draw(st.sets(st.sampled_from(queues), min_size=1)) if queues else set()
    return replace(
        problem,
        requirement={key: own for key, own in problem.requirement.items() if key not in mine},
        coverage_value={key: own for key, own in problem.coverage_value.items() if key not in mine},
        backlogs={queue: draw(tiny_backlogs(problem.horizon)) for queue in sorted(mine)},
    )


FEATURES: dict[str, Feature] = {
    "template_queues": _of_templates(_template_queues),
    "template_weekdays": _of_templates(_template_weekdays),
    "template_windows": _of_templates(_template_windows),
    "template_cap": _of_templates(_template_cap),
    "successions": _of_templates(_successions),
    "hard_minimum": _of_workers(_hard_minimum),
    "runs_of_work": _of_workers(_runs_of_work),
    "runs_off": _of_workers(_runs_off),
    "weekends": _of_workers(_weekends),
    "rolling": _of_workers(_rolling),
    "caps_by_template": _of_workers(_caps_by_template),
    "external": _of_workers(_external),
    "past": _of_workers(_past),
    "bars": _of_workers(_bars),
    "stretch": _of_workers(_stretch),
    "weekly_rest": _of_workers(_weekly_rest),
    "period_limits": _of_workers(_period_limits),
    "soft_rests": _of_workers(_soft_rests),
    "soft_days": _of_workers(_soft_days),
    "soft_weekly_rest": _of_workers(_soft_weekly_rest),
    "desired": _both(_of_workers(_desired), _priced(desired_hours=[130, 777])),
    "requests": _both(_of_workers(_requests), _priced(request=[130, 1999])),
    "normalised": _normalised,
    "licences": _licences,
    "unpopular": _both(_unpopular, _priced(unpopular=[200, 999])),
    "blended": _blended,
    "overruled": _overruled,
    "policies": _policies,
    "standby": _of_templates(_standby),
    "backlogs": _backlogs,
}
