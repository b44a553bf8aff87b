"""Declared policies of a site: whom they mean, what is refused, and what the verb tells."""

import csv
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from api.groups import is_in
from api.policies import declared_policies, policy_notes
from api.site.policies import PolicyConfig
from api.site.read import read_site
from api.site.site import Site
from api.site.who import Who
from scheduler.contract.problem_file import read_problem
from scheduler.policy import NewStarters, Priority, Spread
from tests.api.command import SEEDS, peakcrew
from tests.api.shop import WORKERS, write_shop

STUDENTS = """
[[policies]]
name = "students first"
kind = "priority"
price_per_hour = 0.5
who = {status = ["student"]}
"""


@pytest.fixture(scope="module")
def site(shop: Path) -> Site:
    return read_site(shop)


def with_policies(site: Site, *policies: dict[str, Any]) -> Site:
    """The shop with policies, its workers with a first day at work."""
    parts = tuple(PolicyConfig.model_validate({"name": "p", "price_per_hour": 2, **one})
                  for one in policies)  # fmt: skip
    workers = tuple(
        replace(row, started_on=day, region=region)
        for row, day, region in zip(
            site.workers,
            (date(2026, 3, 1), date(2026, 2, 28), None, date(2020, 1, 1)),
            ("BE", "BB-rural", "SN-rural", ""),
            strict=True,
        )
    )
    config = site.config.model_copy(update={"policies": parts})
    return replace(site, config=config, workers=workers)


@pytest.mark.parametrize(
    ("who", "members"),
    [
        ({"status": ["student"]}, "ad"),
        ({"region": ["*-rural"]}, "bc"),
        ({"region": ["BE", "SN-*"]}, "ac"),
        ({"status": ["employee"], "region": ["BB*"]}, "b"),
        ({"started_from": "2026-03-01"}, "a"),
        ({"started_before": "2026-03-01"}, "bd"),
        ({"started_from": "2026-02-28", "started_before": "2026-03-01"}, "b"),
        ({"worker_id": ["c", "d"]}, "cd"),
        ({"contract": ["part"], "worker_id": ["?"]}, "abcd"),
    ],
)
def test_a_group_is_all_who_match_everything(who: dict[str, Any], members: str, site: Site) -> None:
    """Who has no first day at work is neither new nor old."""
    workers = with_policies(site).workers
    asked = Who.model_validate(who)
    assert "".join(row.id for row in workers if is_in(asked, row)) == members


def test_each_kind_becomes_its_policy(site: Site) -> None:
    found = declared_policies(
        with_policies(
            site,
            {"name": "first", "kind": "priority", "who": {"status": ["student"]}},
            {"name": "new", "kind": "new_starters", "who": {"started_from": "2026-03-01"},
             "hours": 7.5},
            {"name": "outage", "kind": "spread", "by": "region", "max_share": 0.333,
             "queues": ["refund|de|chat"]},
        )
    )  # fmt: skip
    regions = {"BB-rural": frozenset("b"), "BE": frozenset("a"), "SN-rural": frozenset("c")}
    assert found == (
        Priority("first", 200, frozenset("ad")),
        NewStarters("new", 200, frozenset("a"), 450),
        Spread("outage", 200, regions, 333, frozenset({"refund|de|chat"})),
    )


def test_a_policy_about_nobody_is_left_out_and_told(site: Site) -> None:
    asked = with_policies(site, {"kind": "priority", "who": {"region": ["XX"]}})
    assert declared_policies(asked) == ()
    assert policy_notes(asked) == (
        "site.toml: the policy 'p' is about no worker of workers.csv",
    )  # fmt: skip


def shop_with(folder: Path, toml: str = "", workers: str = WORKERS) -> Path:
    write_shop(folder)
    path = folder / "site.toml"
    path.write_text(path.read_text("utf-8") + toml, encoding="utf-8")
    (folder / "workers.csv").write_text(workers, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        (STUDENTS.replace("status", "rating"), "policies[0].who.rating: 'rating' may not decide"),
        (STUDENTS.replace("students first", "no-show score"),
         "policies[0].name: 'no show' may not decide"),
        (STUDENTS.replace('"student"', '"union member"'),
         "policies[0].who.status: 'union' may not decide"),
        (STUDENTS.replace("status", "shoe_size"), "policies[0].who.shoe_size: unknown key"),
        (STUDENTS + "hours = 3\n", "policies[0].hours: is not for the kind priority"),
        (STUDENTS.replace('"priority"', '"new_starters"'), "hours is needed for the kind"),
        (STUDENTS.replace('{status = ["student"]}', "{}"), "expected at least one of status"),
        (STUDENTS + STUDENTS, "policies: the name 'students first' is used twice"),
        ('[[policies]]\nname = "x"\nkind = "spread"\nby = "region"\nmax_share = 0.5\n'
         'price_per_hour = 1\nqueues = ["tax"]\n', 'policies[0].queues: unknown queue "tax"'),
        (STUDENTS.replace("0.5", "-1"), "policies[0].price_per_hour: expected at least 0"),
        ('[[staffing.no_show_groups]]\nwho = {sick_days = ["3"]}\nno_show_rate = 0.1\n',
         "'sick days' may not decide who works"),
        ('[staffing.standby]\npay_percent = 30\ntemplates = ["late"]\n',
         'staffing.standby.templates: unknown shift template "late"'),
        ("[staffing.standby]\npay_percent = 100\n", "staffing.standby.pay_percent: expected at mo"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_place(toml: str, message: str, tmp_path: Path) -> None:
    result = peakcrew("check", shop_with(tmp_path / "site", "\n" + toml))
    assert result.exit_code == 2
    assert message in result.output
    assert "site.toml:" in result.output


@pytest.mark.parametrize("column", ["rating", "no_show_rate", "sick_days", "union", "gender"])
def test_a_column_about_behaviour_or_health_is_refused_by_name(column: str, tmp_path: Path) -> None:
    head, *rows = WORKERS.splitlines()
    text = "\n".join([f"{head},{column}", *(f"{row},1" for row in rows), ""])
    result = peakcrew("check", shop_with(tmp_path / "site", workers=text))
    assert result.exit_code == 2
    assert f'workers.csv:1:96: column "{column}": ' in result.output
    assert "may not decide who works" in result.output


def test_the_first_day_at_work_is_a_date(tmp_path: Path) -> None:
    head, *rows = WORKERS.splitlines()
    days = ("2026-03-01", "", "2026-02-30", "soon")
    text = "\n".join([f"{head},started_on", *map(",".join, zip(rows, days, strict=True)), ""])
    result = peakcrew("check", shop_with(tmp_path / "site", workers=text))
    assert result.exit_code == 2
    assert result.output.count("started_on: expected a date like 2026-01-05") == 2


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny seed with two policies, planned: W1 goes first, and W8 is new."""
    folder = tmp_path_factory.mktemp("policies")
    site = folder / "site"
    site.mkdir()
    for path in (SEEDS / "tiny").iterdir():
        (site / path.name).write_bytes(path.read_bytes())
    toml = (site / "site.toml").read_text("utf-8") + STUDENTS.replace(
        '{status = ["student"]}', '{worker_id = ["W1"]}'
    )
    toml += (
        '[[policies]]\nname = "new"\nkind = "new_starters"\nprice_per_hour = 1\nhours = 4\n'
        'who = {worker_id = ["W8"]}\n'
    )
    (site / "site.toml").write_text(toml, encoding="utf-8")
    result = peakcrew("plan", site, "--out", folder / "out", "--workers", 2)
    assert result.exit_code == 0, result.output
    return folder / "out"


def test_each_policy_is_a_term_of_the_plan(planned: Path) -> None:
    schedule = json.loads((planned / "schedule.json").read_text("utf-8"))
    hours = sum(one["minutes"] for one in schedule["shifts"] if one["worker"] != "W1") / 60
    assert schedule["costs"]["policy:students first"] == 0.5 * hours
    assert "policy:new" in schedule["costs"]
    assert len(read_problem(planned / "problem.json").policies) == 2
    assert peakcrew("validate", planned / "problem.json", planned / "schedule.json").exit_code == 0


def test_the_verb_tells_what_each_policy_changes(planned: Path) -> None:
    result = peakcrew("policies", planned / "schedule.json", "--time-limit", 20, "--json")
    assert result.exit_code == 0, result.output
    rows = json.loads(result.output)["policies"]
    assert [row["name"] for row in rows] == ["students first", "new"]
    for row in rows:
        assert row["costs_at_least"] == row["costs_at_most"]
        total = row["with"]["cost_beside"] + row["charged"] - row["without"]["cost_beside"]
        assert row["costs_at_least"] == pytest.approx(total)
        assert row["with"]["cost_beside"] >= row["without"]["cost_beside"]


def test_the_verb_says_it_in_words(planned: Path) -> None:
    result = peakcrew("policies", planned / "schedule.json", "--time-limit", 20)
    assert result.exit_code == 0
    assert "students first (priority)" in result.output
    assert "hours of the group" in result.output


def test_a_plan_shows_what_its_policies_change(planned: Path, tmp_path: Path) -> None:
    """The same figures as the verb tells; asked for, not otherwise."""
    assert "--policy-effects" in (planned / "report.html").read_text("utf-8")
    assert not (planned / "policies.csv").exists()
    site, out = planned.parent / "site", tmp_path / "out"
    for _ in range(2):  # a second plan may replace the folder: all its files are known
        done = peakcrew("plan", site, "--out", out, "--workers", 1, "--policy-effects", "--json")
        assert done.exit_code == 0, done.output
    page = (out / "report.html").read_text("utf-8")
    assert "2 of 2 costs are proven to the cent" in page
    assert "Policy: students first" in page
    with (out / "policies.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    told = peakcrew("policies", planned / "schedule.json", "--time-limit", 20, "--json")
    effects = json.loads(told.output)["policies"]
    assert [row["policy"] for row in rows] == [one["name"] for one in effects]
    for row, one in zip(rows, effects, strict=True):
        assert float(row["costs_at_least"]) == one["costs_at_least"]
        assert float(row["costs_at_most"]) == one["costs_at_most"]


def test_a_schedule_of_another_problem_is_refused(planned: Path, tiny: Any) -> None:
    other = tiny.folder / "problem.json"
    result = peakcrew("policies", planned / "schedule.json", "--problem", other)
    assert result.exit_code == 2
