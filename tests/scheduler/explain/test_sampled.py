"""A sample of reasons: the largest needs, each with some shifts, within a budget of pairs."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.explain import sampled as module
from scheduler.explain.reasons import reasons_report
from scheduler.explain.sampled import sampled
from scheduler.explain.standing import Standing
from scheduler.explain.uncovered import lacks_of, uncovered_shifts
from scheduler.problem import Problem
from tests.factories import make_problem, make_queue, make_worker, need
from tests.scheduler.explain.asking import ALL_WEEK, WEEK, alone, budget
from tests.scheduler.tiny_problems import tiny_problems


def with_needs(*lengths: int, workers: int = 1) -> Problem:
    """Needs of so many hours, a day apart."""
    spans = [
        (f"2026-11-{2 + day:02} 08:00", f"2026-11-{2 + day:02} {8 + hours:02}:00", 1)
        for day, hours in enumerate(lengths)
    ]
    crew = [make_worker(WEEK, ALL_WEEK, id=f"w{number}") for number in range(workers)]
    return make_problem(WEEK, *crew, requirement={"refund": need(WEEK, *spans)})


def test_the_needs_with_most_missing_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_NEEDS", 2)
    problem = with_needs(2, 6, 4)
    lacks, _, sample = sampled(problem, lacks_of(problem, ()))
    assert [one.missing // 60 for one in lacks] == [6, 4]
    assert (sample.needs, sample.of_needs) == (2, 3)


@pytest.mark.parametrize(("pairs", "asked"), [(40, 4), (25, 2), (1, 2), (10**6, 14)])
def test_each_need_is_asked_with_as_many_shifts_as_the_pairs_allow(
    pairs: int, asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten workers, and two needs of four hours: seven starts cover some of each."""
    monkeypatch.setattr(module, "MOST_PAIRS", pairs)
    problem = with_needs(4, 4, workers=10)
    _, [table], sample = sampled(problem, lacks_of(problem, ()))
    assert (sample.shifts, sample.of_shifts) == (len(table.start), 14) == (asked, 14)
    assert set(table.first_lack.tolist()) == {0, 1}


def test_the_shifts_asked_are_spread_over_the_need(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_PAIRS", 3)
    problem = with_needs(10)
    _, [table], _ = sampled(problem, lacks_of(problem, ()))
    assert [one // 60 for one in table.start.tolist()] == [5, 11, 17]


def test_each_queue_keeps_its_own_shifts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_PAIRS", 2)
    problem = alone()
    queues = (make_queue(), make_queue("fraud"))
    both = dict.fromkeys(("refund", "fraud"), problem.requirement["refund"])
    problem = replace(problem, queues=queues, requirement=both)
    _, tables, _ = sampled(problem, lacks_of(problem, ()))
    assert [(one.queue, len(one.start)) for one in tables] == [("refund", 1), ("fraud", 1)]


@budget(20)
@given(tiny_problems(), st.integers(1, 30))
def test_what_a_sample_says_of_a_shift_is_what_all_reasons_say(problem: Problem, most: int) -> None:
    """The first reason of a worker against a shift does not depend on what else is asked."""
    standing = Standing(problem, ())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MOST_PAIRS", most)
        some = reasons_report(standing, most_workers=0)
    every = reasons_report(standing)
    assert every.sample is None
    assert some.sample is not None
    assert len(some.lacks) == some.sample.needs <= len(every.lacks)
    for table in some.shifts:
        [whole] = [one for one in every.shifts if one.queue == table.queue]
        keys = list(zip(whole.start.tolist(), whole.template.tolist(), strict=True))
        own = zip(table.start.tolist(), table.template.tolist(), strict=True)
        columns = [keys.index(key) for key in own]
        assert (some.rank[table.queue] == every.rank[table.queue][:, columns]).all()
    for one in some.lacks:
        assert sum(one.counts.values()) in (0, len(problem.workers))


def test_without_a_need_nothing_is_asked() -> None:
    problem = with_needs()
    assert sampled(problem, ())[0] == []
    assert uncovered_shifts(problem, ()) == []
    assert reasons_report(Standing(problem, ()), most_workers=0).lacks == ()
