"""The adapter of the Curtois and Qu instances: reading, judging, bounding, solving."""

import time
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from benchmarks.nrp.__main__ import main
from benchmarks.nrp.bound import capacity_bound, fewest_lacking
from benchmarks.nrp.evaluate import (
    cost,
    parse_schedule,
    print_schedule,
    read_schedule,
    violations,
)
from benchmarks.nrp.generation import NEVER, SCALE, Pricing, generate
from benchmarks.nrp.greedy import greedy
from benchmarks.nrp.instance import OFF, Instance, InstanceInvalid, read_instance
from benchmarks.nrp.limits import limits
from benchmarks.nrp.model import build
from benchmarks.nrp.problem import scale, to_problem, to_shifts
from benchmarks.nrp.search import Limits, Search
from scheduler import validation
from scheduler.problem import IntArray
from scheduler.solver.cp_sat import SearchParameters, search

DATA = Path(__file__).parents[3] / "shared" / "data" / "nrp"
with_data = pytest.mark.skipif(not DATA.is_dir(), reason="the public research data is not here")
PUBLISHED = {1: 608, 3: 1005, 5: 1275, 7: 1187, 9: 445}

# Nine days reach into a second week; N may not be followed by D, and takes longer.
TINY = """
SECTION_HORIZON
9
SECTION_SHIFTS
D,480,
N,600,D
SECTION_STAFF
# ID, MaxShifts, MaxTotalMinutes, MinTotalMinutes, MaxOn, MinOn, MinOff, MaxWeekends
A,D=9|N=1,2600,1500,3,2,2,1
B,D=9,2400,960,2,1,1,0
SECTION_DAYS_OFF
A,1
B,3,7
SECTION_SHIFT_ON_REQUESTS
A,4,N,3
B,0,D,2
SECTION_SHIFT_OFF_REQUESTS
A,6,D,2
SECTION_COVER
0,D,1,100,1
1,D,1,100,1
2,D,2,100,1
4,D,1,100,1
4,N,1,100,1
5,D,1,100,1
6,D,1,100,1
8,D,2,100,1
"""


@pytest.fixture
def tiny(tmp_path: Path) -> Instance:
    path = tmp_path / "Tiny.txt"
    path.write_text(TINY, encoding="utf-8")
    return read_instance(path)


def published(number: int) -> tuple[Instance, IntArray]:
    instance = read_instance(DATA / f"Instance{number}.txt")
    return instance, read_schedule(instance, DATA / f"reference_rosters/Instance{number}.out")


def legal_rows(instance: Instance, worker: int) -> list[IntArray]:
    """Every legal schedule of one worker, tried one by one."""
    alone = instance.rest(np.full((len(instance.workers), instance.days), OFF), np.array([worker]))
    able = np.flatnonzero(instance.workers[worker].max_shifts).tolist()
    kinds = [OFF, *able]
    tried = (np.array([days]) for days in product(kinds, repeat=instance.days))
    return [days[0] for days in tried if not violations(alone, days)]


@with_data
@pytest.mark.parametrize("number", PUBLISHED)
def test_the_judge_reproduces_what_was_published(number: int) -> None:
    instance, schedule = published(number)
    assert cost(instance, schedule) == PUBLISHED[number]
    assert violations(instance, schedule) == []


@with_data
@pytest.mark.parametrize("number", PUBLISHED)
def test_the_model_takes_the_published_schedule_at_its_cost(number: int) -> None:
    instance, schedule = published(number)
    model = build(instance)
    values = model.values(schedule)
    assert model.linear.is_feasible(values)
    assert model.linear.objective(values) == PUBLISHED[number]
    assert (model.schedule(values) == schedule).all()


@with_data
@pytest.mark.parametrize("number", PUBLISHED)
def test_the_product_judges_the_published_schedule_alike(number: int) -> None:
    instance, schedule = published(number)
    problem, shifts = to_problem(instance), to_shifts(instance, schedule)
    assert validation.violations(problem, shifts) == []
    assert sum(validation.costs(problem, shifts).values()) == PUBLISHED[number] * scale(instance)


@with_data
def test_the_bound_of_instance_3_is_its_best_known_cost() -> None:
    instance = read_instance(DATA / "Instance3.txt")
    assert generate(Pricing(instance), [], time.monotonic() + 60).bound == 1001


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (("9\nSECTION_SHIFTS", "SECTION_SHIFTS"), "no SECTION_HORIZON"),
        (("N,600,D", "N,600,X"), "Tiny.txt:6: 'X' is not a shift"),
        (("N,600,D", "N,six,D"), "Tiny.txt:6: 'six' is not a whole number"),
        (("2600,1500,3,2,2,1", "2600,1500,3,2,2"), "Tiny.txt:9: 7 fields where 8"),
        (("A,1\n", "A,11\n"), "'11' is not a day"),
        (("B,0,D,2", "C,0,D,2"), "'C' is not a worker"),
    ],
)
def test_a_fault_in_the_file_is_named_with_its_line(
    tmp_path: Path, changed: tuple[str, str], message: str
) -> None:
    path = tmp_path / "Tiny.txt"
    path.write_text(TINY.replace(*changed), encoding="utf-8")
    with pytest.raises(InstanceInvalid, match=message):
        read_instance(path)


@pytest.mark.parametrize(
    ("days", "rule"),
    [
        ("..DDD.DD.", "1 days off from day 5, 2 needed"),
        ("..D..DD..", "1 days on from day 2, 2 needed"),
        ("..DDDD...", "4 days on from day 2, 3 allowed"),
        (".DD..DD..", "works on day 1, a day off"),
        ("..NN.....", "2 shifts N, 1 allowed"),
        ("..ND..DD.", "D after N on day 3"),
        ("..DD.....", "960 minutes, not 1500 to 2600"),
    ],
)
def test_a_broken_rule_is_named(tiny: Instance, days: str, rule: str) -> None:
    both = parse_schedule(tiny, f"A: {' '.join(days)}\nB: D D . . . . . . D\n")
    assert f"worker A: {rule}" in violations(tiny, both)


def test_runs_at_the_edges_may_be_short_and_a_weekend_counts_once(tiny: Instance) -> None:
    both = parse_schedule(tiny, "A: D . . . D D D . .\nB: D D . . . . . . D\n")
    assert violations(tiny, both) == []
    both = parse_schedule(tiny, "A: . . D D . . . D D\nB: D D . . . D . . .\n")
    assert violations(tiny, both) == ["worker B: 1 weekends, 0 allowed"]


def test_a_printed_schedule_is_read_again(tiny: Instance) -> None:
    both = parse_schedule(tiny, "A: D . . D N . . D D\nB: D D . . . . . . D\n")
    assert (parse_schedule(tiny, print_schedule(tiny, both)) == both).all()


def test_the_cheapest_and_marginal_prices_are_those_of_trying_everything(tiny: Instance) -> None:
    rng = np.random.default_rng(7)
    pricing = Pricing(tiny)
    cover = rng.integers(-SCALE, 100 * SCALE, tiny.requirement.shape)
    limit = np.zeros_like(pricing.limit)
    price = pricing.reduced(cover, limit).astype(np.int64)
    prices, least, schedule = pricing.solve(cover, limit)
    marginal = pricing.marginal(prices)
    open_limits = replace(
        tiny,
        workers=tuple(replace(one, max_shifts=(9, 9 * (one.id == "A"))) for one in tiny.workers),
    )
    for worker in range(2):
        rows = legal_rows(open_limits, worker)
        tried = np.array(
            [sum(price[worker, day, kind] for day, kind in enumerate(row) if kind != OFF)
             for row in rows]
        )  # fmt: skip
        assert least[worker] == tried.min()
        assert any((schedule[worker] == row).all() for row in rows)
        given = np.array(rows)[:, :, None] == np.arange(2)
        extra = np.where(given, (tried - tried.min())[:, None, None], NEVER).min(axis=0)
        assert (np.where(marginal[worker] < NEVER // 2, marginal[worker], NEVER) == extra).all()


def test_rows_of_limits_and_empty_shifts_hold_for_every_schedule(tiny: Instance) -> None:
    rows = [legal_rows(tiny, worker) for worker in range(2)]
    weight, limit = limits(tiny)
    for worker in range(2):
        counts = (np.array(rows[worker])[:, :, None] == np.arange(2)).sum(axis=1)
        most = (counts @ weight[worker].T).max(axis=0)
        assert (most <= limit[worker]).all()
    # A's single N takes the minutes of one D and more: N + D is at most 5, as N or D alone.
    assert weight[0].tolist() == [[0, 0], [0, 1], [0, 0], [1, 1]]
    assert limit[0].tolist() == [0, 1, 0, 5]
    lack = (
        np.maximum(tiny.requirement - tiny.staffed(np.array(pair)), 0).sum()
        for pair in product(*rows)
    )
    assert 0 < fewest_lacking(tiny, time.monotonic() + 60) <= min(lack)


@with_data
def test_rounding_up_the_empty_shifts_closes_instance_1() -> None:
    instance = read_instance(DATA / "Instance1.txt")
    fewest = fewest_lacking(instance, time.monotonic() + 60)
    assert generate(Pricing(instance, fewest), [], time.monotonic() + 60).bound == 607


def test_model_search_and_bound_agree_with_trying_everything(tiny: Instance) -> None:
    rows = [legal_rows(tiny, worker) for worker in range(2)]
    best = min(cost(tiny, np.array(pair)) for pair in product(*rows))
    linear = build(tiny).linear
    answer = search(linear, SearchParameters(10, 1, 1, -(2**40)), lambda values: None)
    assert answer.is_optimal
    assert answer.bound == best
    assert capacity_bound(tiny) <= best
    assert generate(Pricing(tiny), [], time.monotonic() + 60).bound <= best
    found = Search(tiny, Limits(5, workers=1), lambda *step: None)
    found.run()
    assert violations(tiny, found.schedule) == []
    assert found.cost == cost(tiny, found.schedule) == best


@pytest.mark.parametrize("path_states", [1e9, 0])
def test_the_first_schedule_is_legal(tiny: Instance, path_states: float) -> None:
    schedule = greedy(tiny, np.random.default_rng(1), 0.0, path_states)
    assert violations(tiny, schedule) == []


def test_the_last_line_holds_the_result(
    tiny: Instance, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [str(tmp_path / "Tiny.txt"), "--time-limit", "1", "--out", str(tmp_path)]
    assert main(arguments) == 0
    name, now, bound, _, status = capsys.readouterr().out.splitlines()[-1].split(" ")
    schedule = read_schedule(tiny, tmp_path / "Tiny.out")
    assert (name, int(now)) == ("Tiny", cost(tiny, schedule))
    assert status == ("optimal" if int(bound) == int(now) else "feasible")
    assert violations(tiny, schedule) == []


def test_contradicting_limits_are_reported_and_not_solved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "Tiny.txt"
    path.write_text(TINY.replace("2600,1500", "2600,2590"), encoding="utf-8")
    assert main([str(path), "--time-limit", "1"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].split(" ")[::4] == ["Tiny", "unknown"]
