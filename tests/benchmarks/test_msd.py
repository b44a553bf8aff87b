"""Minimum shift design: reading, counting, and proofs against brute force and published optima."""

import time
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from benchmarks.msd import mip
from benchmarks.msd.__main__ import main
from benchmarks.msd.descent import Descent, Staffing
from benchmarks.msd.evaluate import Duty, evaluate
from benchmarks.msd.instance import Instance, InvalidInstance, parse_instance, read_instance
from benchmarks.msd.model import Design, most_useful
from benchmarks.msd.relaxation import relax
from benchmarks.msd.strategies import Cuts, Limits, Progress, cp_sat
from benchmarks.msd.tighten import deviation_budget, tighten
from tests.benchmarks.msd_generator import generate

DATA = Path(__file__).parents[3] / "shared" / "data" / "msd"
with_data = pytest.mark.skipif(not DATA.is_dir(), reason="the published instances are not here")

TEXT = """
interval = 360; % four intervals a day
days = 2;
demand = [1, 2, 2, 0,
          1, 2, 1, 3];
shiftTypes = 2;
minStart = [0, 3]; maxStart = [1, 3];
minLength = [2, 2]; maxLength = [2, 3];
minDuties = 4.8;
weightUnderCover = 1; weightOverCover = 1;
weightShiftInstances = 360;
"""


@pytest.fixture
def instance() -> Instance:
    return parse_instance(TEXT, "tiny")


def test_it_is_read(instance: Instance) -> None:
    assert instance.demand.tolist() == [1, 2, 2, 0, 1, 2, 1, 3]
    assert instance.shifts == ((0, 2), (1, 2), (3, 2), (3, 3))
    assert (instance.interval, instance.days, instance.unit) == (360, 2, 360)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("days = 2;", "", "missing days"),
        ("days = 2;", "days = 3;", "demand has 8 entries, not 12"),
        ("days = 2;", "days = two;", "days holds 'two'"),
        ("interval = 360;", "interval = 7;", "interval 7 does not divide a day"),
        ("minStart = [0, 3]", "minStart = [2, 3]", "minStart exceeds maxStart"),
        ("minStart = [0, 3]", "minStart = [0]", "minStart has 1 entries, not 2"),
        ("maxStart = [1, 3]", "maxStart = [1, 4]", "maxStart lies beyond the day"),
        ("minLength = [2, 2]", "minLength = [0, 2]", "a length is not between"),
        ("[1, 2, 2, 0,", "[1, 2, x, 0,", "demand holds 'x'"),
        ("[1, 2, 2, 0,", "[1, -2, 2, 0,", "demand has a negative entry"),
        ("shiftTypes = 2", "shiftTypes = [2]", "shiftTypes"),
    ],
)
def test_a_bad_file_is_refused_with_its_name_and_field(
    tmp_path: Path, old: str, new: str, complaint: str
) -> None:
    path = tmp_path / "bad.dzn"
    path.write_text(TEXT.replace(old, new))
    with pytest.raises(InvalidInstance, match=complaint) as error:
        read_instance(path)
    assert str(path) in str(error.value)


def test_an_absent_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "absent.dzn")]) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_an_empty_design_is_short_of_all_demand(instance: Instance) -> None:
    counted = evaluate(instance, ())
    assert (counted.under_minutes, counted.over_minutes, counted.distinct_shifts) == (4320, 0, 0)
    assert counted.cost == 4320


def test_sunday_night_works_on_monday_morning(instance: Instance) -> None:
    # Three workers in the last interval and in the first two: 3 3 0 0 0 0 0 3 against the demand.
    counted = evaluate(instance, [Duty(start=3, length=3, day=1, workers=3)])
    assert counted.over_minutes == (2 + 1) * 360
    assert counted.under_minutes == (2 + 1 + 2 + 1) * 360
    assert counted.cost == counted.over_minutes + counted.under_minutes + 360


def test_a_shift_used_on_many_days_counts_once(instance: Instance) -> None:
    days = [Duty(1, 2, 0, 1), Duty(1, 2, 1, 1)]
    assert evaluate(instance, days).distinct_shifts == 1
    assert evaluate(instance, [*days, Duty(0, 2, 0, 1)]).distinct_shifts == 2


@pytest.mark.parametrize("duty", [Duty(2, 2, 0, 1), Duty(0, 3, 0, 1), Duty(0, 2, 2, 1)])
def test_a_shift_that_is_not_allowed_is_refused(instance: Instance, duty: Duty) -> None:
    with pytest.raises(InvalidInstance, match="not allowed"):
        evaluate(instance, [duty])


@pytest.mark.parametrize("lack", [[0] * 8, [1, -2, 0, 0, 1, 1, -1, 3]])
def test_the_model_counts_as_the_evaluator_does(instance: Instance, lack: list[int]) -> None:
    design = replace(plain(instance), lack=np.array(lack))
    draw = np.random.default_rng(1)
    for _ in range(20):
        workers = draw.integers(0, design.most + 1)
        duties = [
            Duty(*instance.shifts[shift], day, int(workers[shift, day]))
            for shift, day in np.argwhere(workers).tolist()
        ]
        values = design.values(duties)
        assert design.linear.is_feasible(values)
        assert design.linear.objective(values) * instance.unit == evaluate(instance, duties).cost
        assert sorted(design.duties(values), key=str) == sorted(duties, key=str)


def plain(instance: Instance) -> Design:
    """The model with nothing foreseen."""
    return Design(instance, most_useful(instance), np.zeros_like(instance.demand))


def tiny(seed: int) -> Instance:
    """Two days of four intervals, a need of 0 to 3, four shifts, any weights."""
    draw = np.random.default_rng(seed)
    demand = ", ".join(map(str, draw.integers(0, 4, 8)))
    under, over = draw.choice([1, 1, 2, 3], 2)
    return parse_instance(
        f"interval = 360; days = 2; demand = [{demand}]; shiftTypes = 2;"
        "minStart = [0, 3]; maxStart = [1, 3]; minLength = [2, 2]; maxLength = [2, 3];"
        f"weightUnderCover = {under}; weightOverCover = {over};"
        f"weightShiftInstances = {draw.choice([360, 720, 180])};",
        f"tiny{seed}",
    )


def brute_force(instance: Instance) -> int:
    """The least cost of all designs; more workers than the largest need are never of use."""
    columns = list(product(instance.shifts, range(instance.days)))
    most = int(instance.demand.max())
    workers = np.indices((most + 1,) * len(columns)).reshape(len(columns), -1).T
    cover = np.zeros((len(columns), instance.num_intervals), dtype=np.int64)
    for row, ((start, length), day) in enumerate(columns):
        for at in range(length):
            begin = day * instance.intervals_per_day + start
            cover[row, (begin + at) % instance.num_intervals] += 1
    lack = instance.demand - workers @ cover
    minutes = instance.under_weight * lack.clip(0) + instance.over_weight * (-lack).clip(0)
    used = workers.reshape(-1, len(instance.shifts), instance.days).any(axis=2).sum(axis=1)
    cost = minutes.sum(axis=1) * instance.interval + used * instance.shift_weight
    return int(cost.min())


def prove(instance: Instance, seconds: float) -> tuple[int, int]:
    """Cost and bound of the search with cuts, in this process."""
    heard: list[Progress] = []
    limits = Limits(time.monotonic() + seconds, seed=1)
    Cuts(instance, limits, heard.append, list).run()
    designs = [news.duties for news in heard if news.duties is not None]
    cost = min(evaluate(instance, duties).cost for duties in [(), *designs])
    return cost, max(news.bound for news in heard)


@pytest.mark.parametrize("seed", range(12))
def test_tiny_instances_agree_with_brute_force(seed: int) -> None:
    instance = tiny(seed)
    best = brute_force(instance)
    assert prove(instance, seconds=20) == (best, best)


@pytest.mark.parametrize("seed", range(6))
def test_cp_sat_agrees_with_brute_force(seed: int) -> None:
    instance = tiny(seed)
    heard: list[Progress] = []
    cp_sat(instance, Limits(time.monotonic() + 20, seed=1), heard.append)
    assert max(news.bound for news in heard) == brute_force(instance)


@pytest.mark.parametrize("is_foreseen", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_no_cut_excludes_an_optimum(seed: int, is_foreseen: bool) -> None:
    instance = tiny(seed)
    bare = plain(instance)
    if is_foreseen:
        lack = np.random.default_rng(seed).integers(-2, 3, instance.num_intervals)
        bare = replace(bare, lack=np.minimum(lack, instance.demand))
    relaxation = relax(bare, time.monotonic() + 20)
    with_cuts = mip.solve(relaxation.design, 20, seed=1)
    assert with_cuts.values is not None
    cost = bare.linear.objective(with_cuts.values) * instance.unit
    assert cost == brute_force(instance)
    assert relaxation.bound * instance.unit <= cost


def test_tightened_limits_keep_every_better_design() -> None:
    instance = tiny(3)
    best = brute_force(instance) // instance.unit
    design = relax(plain(instance), time.monotonic() + 20).design
    # With a budget that allows the optimum it stays; without, nothing is left.
    budget = deviation_budget(design, best + 1)
    assert budget is not None
    limited = design.tightened(tighten(design, budget, time.monotonic() + 20))
    solution = mip.solve(limited, 20, seed=1)
    assert solution.values is not None
    assert limited.linear.objective(solution.values) == best


@pytest.mark.parametrize("seed", range(6))
def test_given_shifts_are_staffed_at_least_cost(seed: int) -> None:
    instance = tiny(seed)
    staffing = Staffing(plain(instance))
    for used in product([False, True], repeat=len(instance.shifts)):
        allowed = tuple(
            shift for shift, is_used in zip(instance.shifts, used, strict=True) if is_used
        )
        values = staffing.values(np.array(used))
        duties = staffing.design.duties(values)
        assert {(duty.start, duty.length) for duty in duties} <= set(allowed)
        unused = len(allowed) - values[staffing.design.columns.used].sum()
        paid = evaluate(instance, duties).cost + unused * instance.shift_weight
        assert staffing.cost(np.array(used)) * instance.unit == paid
    # Whatever is used, no design is better; and all subsets together contain the best one.
    subsets = product([False, True], repeat=len(instance.shifts))
    assert min(staffing.cost(np.array(used)) for used in subsets) * instance.unit == (
        brute_force(instance)
    )


@pytest.mark.parametrize("seed", range(6))
def test_a_descent_only_reports_better_designs(seed: int) -> None:
    instance = tiny(seed)
    design = plain(instance)
    heard: list[int] = []
    descent = Descent(
        design,
        time.monotonic() + 20,
        seed,
        lambda values: heard.append(design.linear.objective(values) * instance.unit),
    )
    descent.run(disturbances=5)
    assert heard == sorted(set(heard), reverse=True)
    assert heard[-1] == brute_force(instance)


def test_an_exact_instance_needs_no_more_shifts_than_were_hidden(tmp_path: Path) -> None:
    text = generate(interval=60, num_shifts=5, seed=1, is_exact=True)
    cost, bound = prove(parse_instance(text, "exact"), seconds=30)
    assert cost == bound <= 5 * 60


def test_the_command_ends_with_one_line_per_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "tiny.dzn"
    path.write_text(TEXT)
    assert main([str(path), "--time-limit", "20", "--workers", "1"]) == 0
    name, cost, bound, seconds, status = capsys.readouterr().out.splitlines()[-1].split(" ")
    assert (name, status) == ("tiny", "optimal")
    assert int(cost) == int(bound) == brute_force(parse_instance(TEXT, "tiny"))
    assert 0 < float(seconds) < 20


@with_data
@pytest.mark.parametrize(
    ("name", "optimum"), [("dataset1_example1", 480), ("dataset1_example3", 600)]
)
def test_published_optima(name: str, optimum: int) -> None:
    assert prove(read_instance(DATA / f"{name}.dzn"), seconds=30) == (optimum, optimum)
