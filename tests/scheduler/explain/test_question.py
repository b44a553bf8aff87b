"""Questions about nobody, or about a shift that cannot exist, get a named error."""

from dataclasses import replace

import numpy as np
import pytest

from scheduler.explain.answer import answer
from scheduler.explain.question import QuestionInvalid, candidates
from scheduler.explain.standing import Standing
from scheduler.problem import Problem
from tests.factories import make_queue, make_template, minute
from tests.scheduler.explain.asking import WEEK, alone, shift_at


@pytest.fixture
def problem() -> Problem:
    """Two queues; four hours every hour from Monday to Friday, six hours at eight."""
    templates = (
        replace(make_template(), weekdays=frozenset(range(1, 6))),
        replace(
            make_template(360, id="six", first="08:00", last="08:00"), queues=frozenset({"fraud"})
        ),
    )
    queues = (make_queue("refund"), make_queue("fraud"))
    always = np.ones(WEEK.num_intervals, dtype=np.int64)
    requirement = {"refund": always, "fraud": always}
    return replace(alone(), shift_templates=templates, queues=queues, requirement=requirement)


def at(wall: str) -> int:
    return minute(WEEK, f"2026-11-{wall}")


def test_a_question_means_every_template_that_starts_then_and_queue(problem: Problem) -> None:
    found = candidates(problem, "ada", at("02 08:00"))
    assert [(one.template, one.queue, one.minutes) for one in found] == [
        ("four", "refund", 240), ("four", "fraud", 240), ("six", "fraud", 360),
    ]  # fmt: skip
    assert {(one.start, one.worker) for one in found} == {(480, "ada")}


def test_queue_and_template_narrow_it_down(problem: Problem) -> None:
    found = candidates(problem, "ada", at("02 08:00"), "fraud", "four")
    assert [(one.template, one.queue) for one in found] == [("four", "fraud")]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (("eva", "02 08:00"), "worker 'eva': is not in the problem"),
        (("add", "02 08:00"), "worker 'add': is not in the problem; there is 'ada'"),
        (("ada", "02 08:00", "refunds"), "queue 'refunds': is not in the problem"),
        (("ada", "02 08:00", None, "five"), "template 'five': is not in the problem"),
        (("ada", "01 20:00"), "2026-11-01T20:00:00+01:00: lies before the planned days"),
        (("ada", "09 00:00"), "2026-11-09T00:00:00+01:00: lies after the planned days"),
        (("ada", "08 22:00"), "2026-11-08T22:00:00+01:00: would end after the planned days"),
        (
            ("ada", "02 08:30"),
            "no template starts then; the nearest starts are 2026-11-02T08:00:00+01:00 and "
            "2026-11-02T09:00:00+01:00",
        ),
        (("ada", "07 10:00"), "2026-11-07T10:00:00+01:00: four is not worked at this time"),
        (("ada", "02 08:00", "refund", "six"), "is not served by what starts then: six"),
    ],
)
def test_bad_questions(problem: Problem, question: tuple[str, ...], said: str) -> None:
    worker, start, *more = question
    with pytest.raises(QuestionInvalid) as refused:
        candidates(problem, worker, at(start), *more)
    assert said in str(refused.value)


def test_the_answer_is_about_the_shift_that_comes_nearest(problem: Problem) -> None:
    """Without a queue it is the one that needs him more."""
    queues = (make_queue("refund"), make_queue("fraud", understaffing_cost=9000))
    standing = Standing(replace(problem, queues=queues), ())
    found = answer(standing, candidates(standing.problem, "ada", at("02 09:00")))
    assert (found.shift.queue, found.is_assigned) == ("fraud", False)
    assert [one.code for one in found.reasons] == ["cost.would_save"]
    assert found.cents == 4 * 1500 - 4 * 9000


def test_the_answer_about_a_worked_shift_says_why_he_has_it(problem: Problem) -> None:
    shift = shift_at(problem, "02 09:00", queue="fraud")
    standing = Standing(problem, (shift,))
    found = answer(standing, candidates(problem, "ada", shift.start))
    assert (found.shift, found.is_assigned) == (shift, True)
    assert [one.code for one in found.reasons] == ["only_one_possible.nobody_else"]


def test_what_he_would_have_to_drop_is_named_with_the_price(problem: Problem) -> None:
    own = shift_at(problem, "02 09:00", queue="fraud")
    standing = Standing(problem, (own, shift_at(problem, "04 09:00")))
    asked = candidates(problem, "ada", at("02 12:00"), "refund", "four")
    found = answer(standing, asked)
    assert {one.code for one in found.reasons} == {
        "no_overlap.own_shifts", "max_shifts_per_day.own_shifts",
    }  # fmt: skip
    assert (found.dropped, found.is_possible) == ((own,), True)
    assert found.cents == 0  # four hours of one need for four of another


def test_what_a_rule_forbids_by_itself_has_no_price(problem: Problem) -> None:
    standing = Standing(
        replace(problem, workers=(replace(problem.workers[0], skills=frozenset()),)), ()
    )
    found = answer(standing, candidates(standing.problem, "ada", at("02 12:00")))
    assert (found.is_possible, found.change, found.dropped) == (False, None, ())
    assert {one.code for one in found.reasons} == {"skill.missing"}
