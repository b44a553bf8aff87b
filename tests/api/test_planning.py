"""The glue from a site to the optimiser's problem: the stricter of contract and law."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from api.planning import build_problem
from api.rules.notes import rule_notes
from api.rules.site_rules import SiteRules
from api.site.read import read_site
from api.site.site import Site, WorkerRow
from scheduler.problem import Pin, Problem
from scheduler.worker import Worker

ROW = WorkerRow(
    id="x",
    name="X",
    skills=("chat",),
    contract="part",
    status="student",
    region="BE",
    hourly_cost=1390,
    min_minutes_per_week=0,
    max_minutes_per_week=20 * 60,
)


@pytest.fixture(scope="module")
def site(shop: Path) -> Site:
    return read_site(shop)


def problem_of(site: Site, profile: str = "de", **row: Any) -> Problem:
    """The problem with one worker under a rule profile."""
    config = site.config.model_copy(update={"rule_profile": profile})
    need = {
        queue.id: np.zeros(site.horizon.num_intervals, dtype=np.int64) for queue in config.queues
    }
    return build_problem(replace(site, config=config, workers=(replace(ROW, **row),)), need)


def worker_of(site: Site, profile: str = "de", **row: Any) -> Worker:
    return problem_of(site, profile, **row).workers[0]


@pytest.mark.parametrize(
    ("profile", "own", "kept"),
    [("de", 600, 660), ("de", 720, 720), ("de", None, 660), ("none", 600, 600), ("none", None, 0)],
)
def test_the_longer_rest_is_owed(profile: str, own: int | None, kept: int, site: Site) -> None:
    assert worker_of(site, profile, min_rest_minutes=own).min_rest_minutes == kept


@pytest.mark.parametrize(
    ("profile", "own", "kept"),
    [("de", 60, 48), ("de", 20, 20), ("se", 60, 40), ("eu", 44, 44), ("none", 60, 60)],
)
def test_the_shorter_week_holds(profile: str, own: int, kept: int, site: Site) -> None:
    worker = worker_of(site, profile, max_minutes_per_week=own * 60)
    assert worker.max_minutes_per_week == kept * 60


def test_a_guarantee_beyond_the_law_ends_at_the_law(site: Site) -> None:
    worker = worker_of(site, "se", min_minutes_per_week=50 * 60, max_minutes_per_week=50 * 60)
    assert worker.min_minutes_per_week == worker.max_minutes_per_week == 40 * 60


@pytest.mark.parametrize(
    ("profile", "own", "kept"), [("de", 7, 6), ("de", 3, 3), ("de", None, 6), ("none", None, 7)]
)
def test_the_fewer_days_in_a_row_hold(profile: str, own: int | None, kept: int, site: Site) -> None:
    assert worker_of(site, profile, max_consecutive_days=own).max_consecutive_days == kept


@pytest.mark.parametrize(("own", "kept"), [(None, 1), (2, 2), (0, 0)])
def test_one_shift_a_day_unless_the_contract_says_more(
    own: int | None, kept: int, site: Site
) -> None:
    assert worker_of(site, max_shifts_per_day=own).max_shifts_per_day == kept


@pytest.mark.parametrize(
    ("profile", "wage", "is_noted"),
    [("de", 1389, True), ("de", 1390, False), ("se", 900, False), ("none", 900, False)],
)
def test_a_wage_below_the_minimum_is_noted(
    profile: str, wage: int, is_noted: bool, site: Site
) -> None:
    config = site.config.model_copy(update={"rule_profile": profile})
    notes = rule_notes(replace(site, config=config, workers=(replace(ROW, hourly_cost=wage),)))
    expected = "workers.csv: 1 hourly_cost below the minimum wage of 13.90 (profile de), first x"
    assert notes == ((expected,) if is_noted else ())


def test_the_rules_are_those_of_the_days_planned(site: Site) -> None:
    assert SiteRules(site).of(ROW).limit("min_hourly_wage") == 1390
    later = replace(site.horizon, start=site.horizon.start.replace(year=2027))
    in_force = SiteRules(replace(site, horizon=later)).of(ROW)
    assert in_force.limit("min_hourly_wage") == 1460


def test_money_is_cents_and_time_is_minutes(site: Site) -> None:
    problem = problem_of(site)
    assert [queue.understaffing_cost for queue in problem.queues] == [6000, 6000]
    assert (problem.weights.preference, problem.weights.fairness) == (50, 0)
    template = problem.shift_templates[0]
    assert (template.minutes, template.start_every) == (240, 120)
    assert (template.earliest_start, template.latest_start) == (0, 23 * 60 + 59)


def test_pins_past_shifts_and_windows_are_carried(site: Site) -> None:
    ada = site.workers[0]
    pin = Pin("a", "refund|de|chat", 8 * 60, 240)
    problem = build_problem(replace(site, pins=(pin,)), {})
    assert problem.pins == (pin,)
    assert problem.worker_by_id["a"].availability == ada.availability
    assert len(ada.availability) == 7
