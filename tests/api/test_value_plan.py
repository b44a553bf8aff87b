"""A site that is planned on value curves: from its prices to the report, and what is refused."""

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from api.forecasting import DemandForecast, forecast_demand
from api.intraday.update import may_change, updated
from api.planning import build_problem
from api.site.read import read_site
from api.site.site import Site
from api.staffing import required_workers, worker_values
from scheduler.problem import Problem
from scheduler.schedule import staffed
from scheduler.validation import missed, required, shortages
from tests.api.command import Planned, peakcrew
from tests.api.shop import HORIZON, write_shop
from tests.factories import make_horizon, make_problem, make_queue, make_worker

CHAT, VOICE = "refund|de|chat", "fraud|de|voice"
PRICES = "concurrency = 2\npatience_seconds = 200\nwaiting_cost_per_hour = 15\nmissed_cost = 0.8\n"
PLAN_ON = '[staffing]\nplan_on = "value"\n\n[forecast]'


def write_value_shop(folder: Path) -> Path:
    """The shop, its chat planned on value; its voice has no prices."""
    write_shop(folder)
    text = (folder / "site.toml").read_text("utf-8")
    text = text.replace("concurrency = 2\n", PRICES).replace("[forecast]", PLAN_ON)
    (folder / "site.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_value_shop(tmp_path_factory.mktemp("value") / "shop")


@pytest.fixture(scope="module")
def site(folder: Path) -> Site:
    return read_site(folder)


@pytest.fixture(scope="module")
def forecast(site: Site) -> DemandForecast:
    return forecast_demand(site)


@pytest.fixture(scope="module")
def problem(site: Site, forecast: DemandForecast) -> Problem:
    return build_problem(site, required_workers(site, forecast), worker_values(site, forecast))


@pytest.fixture(scope="module")
def planned(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Planned:
    out = tmp_path_factory.mktemp("value") / "out"
    return Planned(
        out, peakcrew("plan", folder, "--out", out, "--gap", 0.01, "--workers", 2, "--json")
    )


def test_only_queues_with_prices_are_planned_on_value(problem: Problem) -> None:
    assert set(problem.coverage_value) == {CHAT}
    assert set(problem.requirement) == {CHAT, VOICE}
    for curve in problem.coverage_value[CHAT]:
        assert all(before >= after for before, after in pairwise(curve))
    assert max(map(len, problem.coverage_value[CHAT])) > max(problem.requirement[CHAT])


def test_dearer_trouble_is_worth_more(site: Site, forecast: DemandForecast) -> None:
    queues = tuple(
        queue.model_copy(update={"waiting_cost_per_hour": 2 * queue.waiting_cost_per_hour})
        for queue in site.config.queues
    )
    dearer = replace(site, config=site.config.model_copy(update={"queues": queues}))
    cheap, dear = (worker_values(one, forecast)[CHAT] for one in (site, dearer))
    assert all(sum(more) > sum(less) for less, more in zip(cheap, dear, strict=True) if less)


def test_no_shows_and_shrinkage_enter_the_curve(site: Site, forecast: DemandForecast) -> None:
    staffing = site.config.staffing.model_copy(update={"no_show_rate": 0.1, "shrinkage": 0.2})
    there = replace(site, config=site.config.model_copy(update={"staffing": staffing}))
    sure, unsure = (worker_values(one, forecast)[CHAT][10] for one in (site, there))
    assert unsure[0] == pytest.approx(0.72 * sure[0], rel=0.05)


def test_on_requirement_prices_change_nothing(site: Site, forecast: DemandForecast) -> None:
    staffing = site.config.staffing.model_copy(update={"plan_on": "requirement"})
    usual = replace(site, config=site.config.model_copy(update={"staffing": staffing}))
    assert worker_values(usual, forecast) == {}


def test_the_plan_tells_what_its_numbers_mean(planned: Planned) -> None:
    assert planned.result.exit_code == 0, planned.result.stderr
    page = (planned.folder / "report.html").read_text("utf-8")
    assert "planned on value curves: refund|de|chat" in page
    coverage = pd.read_csv(planned.folder / "coverage.csv")
    document = json.loads((planned.folder / "problem.json").read_text("utf-8"))
    chat = coverage[coverage["queue"] == CHAT]
    assert chat["requirement"].tolist() == document["requirement"][CHAT]
    missing = sum(one["workers"] for one in planned.schedule["understaffing"])
    assert missing == coverage["understaffing"].sum()


@pytest.mark.parametrize(
    "arguments",
    [
        lambda out: ("validate", out / "problem.json", out / "schedule.json"),
        lambda out: ("why", out / "schedule.json", "--worker", "a", "--shift", "2026-03-24T10:00"),
        lambda out: ("fairness", out / "schedule.json"),
        lambda out: ("repairs", out / "schedule.json", "--top", 1),
        lambda out: ("export", out / "problem.json", out / "schedule.json", "--out", out / "x"),
        lambda out: ("replan", out / "schedule.json", "--absent", "b", "--out", out / "r"),
    ],
    ids=["validate", "why", "fairness", "repairs", "export", "replan"],
)
def test_every_verb_takes_such_a_plan(
    planned: Planned, arguments: Callable[[Path], tuple[object, ...]]
) -> None:
    done = peakcrew(*arguments(planned.folder))
    assert done.exit_code == 0, done.stderr


def test_plans_on_value_and_requirement_can_be_compared(
    planned: Planned, shop: Path, tmp_path: Path
) -> None:
    usual = tmp_path / "usual"
    assert peakcrew("plan", shop, "--out", usual, "--gap", 0.01, "--workers", 2).exit_code == 0
    done = peakcrew("compare", usual, planned.folder, "--out", tmp_path / "compared")
    assert done.exit_code == 0, done.stderr
    assert "Required worker-hours" in done.stdout


def test_intraday_values_anew_what_may_still_change(site: Site) -> None:
    start = pd.Timestamp(HORIZON)
    ds = pd.date_range(start + pd.Timedelta(hours=56), periods=4, freq="h").tz_convert("UTC")
    busy = pd.DataFrame({"unique_id": CHAT, "ds": ds, "y": [60, 60, 110, 60]})
    now = 60 * 60
    found = updated(site, busy, now)
    before = worker_values(site, found.before)[CHAT]
    after = found.problem.coverage_value[CHAT]
    span = may_change(site, site.config.queues[0], now)
    assert after[: span.start] == before[: span.start]
    assert after[span.stop :] == before[span.stop :]
    assert sum(map(sum, after[span])) > 1.03 * sum(map(sum, before[span]))


DAY = make_horizon(days=1)
CURVE = (9000, 1800, 1500, 1499, 20)


def valued(**more: object) -> Problem:
    """An hour with a curve; Ada would do it for 15.00, Bo, who cannot, for 10.00."""
    curves = tuple(CURVE if hour == 9 else () for hour in range(24))
    hours = ("2026-11-02 08:00", "2026-11-02 12:00")
    return make_problem(
        DAY,
        make_worker(DAY, hours),
        make_worker(DAY, hours, id="bo", skills=("sv",), hourly_cost=1000),
        coverage_value={"refund": curves},
        **{"requirement": {}} | more,
    )


def test_missing_is_who_would_save_the_least_wage() -> None:
    assert missed(valued(), "refund")[9] == 3
    (short,) = shortages(valued(), ())
    assert (short.queue, short.start, short.workers) == ("refund", 9 * 60, 3)


def test_without_anybody_who_could_come_all_are_missing() -> None:
    problem = valued(queues=(make_queue(skill="fi"),))
    assert missed(problem, "refund")[9] == len(CURVE)


def test_the_requirement_beside_a_curve_only_informs() -> None:
    need = np.full(24, 7, dtype=np.int64)
    problem = valued(requirement={"refund": need})
    assert required(problem, "refund") == [7] * 24
    assert required(valued(), "refund")[9] == 3
    assert [one.workers for one in shortages(problem, ())] == [3]
    assert staffed(problem, ()) == {"refund": [0] * 24}


def refusals(folder: Path, old: str, new: str) -> str:
    path = folder / "site.toml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    done = peakcrew("check", folder)
    assert done.exit_code == 2
    return " ".join((done.stdout + done.stderr).split())


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "waiting_cost_per_hour = 15\nmissed_cost = 0.8\n",
            "",
            "staffing.plan_on: no live or chat queue has a waiting_cost_per_hour",
        ),
        ("patience_seconds = 200\n", "abandonment_cost = 4\n", "nobody hangs up without patience"),
        (
            'plan_on = "value"\n',
            'plan_on = "value"\nstandby = { pay_percent = 30 }\n',
            "staffing.standby: is priced by the requirement",
        ),
        ('plan_on = "value"\n', 'plan_on = "worth"\n', "staffing.plan_on"),
        ("missed_cost = 0.8", "missed_cost = -0.8", "missed_cost"),
    ],
    ids=["no price", "no patience", "standby", "unknown", "negative"],
)
def test_what_is_refused(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert told in refusals(write_value_shop(tmp_path / "shop"), old, new)


def test_a_stated_requirement_has_no_demand_to_value(tmp_path: Path) -> None:
    folder = write_value_shop(tmp_path / "shop")
    row = f"{CHAT},2026-03-24T08:00,2\n"
    (folder / "requirement.csv").write_text(f"unique_id,ds,workers\n{row}", encoding="utf-8")
    done = peakcrew("check", folder)
    assert done.exit_code == 2
    assert "needs a history.csv" in " ".join((done.stdout + done.stderr).split())
