"""A scenario of a site with limits, wishes and prices keeps every one of them."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from api.planning import build_problem
from api.scenarios.changes import read_changes
from api.scenarios.folder import write_scenario
from api.site.read import read_site
from api.staffing import stated_workers
from scheduler.contract.problem_file import problem_json
from tests.api.kiosk import CAKE, TEA, Kiosk

FULL = Kiosk(
    top="blended = true",
    template=f'queues = ["{TEA}", "{CAKE}"]\nweekdays = ["mon", "tue", "wed"]\npay_percent = 90\n'
    'windows = [{start = 2026-01-05T00:00:00, end = "2026-01-08T00:00"}]\n'
    'max_shifts_per_day = 2\nforbidden_next = ["four"]',
    tables=f"""
[[licences]]
id = "oven"
queues = ["{CAKE}"]
max_workers = 1
[[unpopular_hours]]
from = "22:00"
until = "09:00"
[[rolling_limits]]
contract = "part"
days = 7
max_hours = 20
[objective]
request_cost_per_point = 1
desired_hours_cost_per_hour = 0.5
unpopular_cost_per_hour = 0.5
normalise = true
""",
    columns={"desired_hours_per_week": ("10", ""), "max_shifts_by_template": ("four=2", "four=1")},
    requests="worker_id,start,end,weight,template\n"
    "b,2026-01-06T08:00,2026-01-06T09:00,3,four\n"
    "a,2026-01-05T08:00,2026-01-05T09:00,-1,\n",
)


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return FULL.write(tmp_path / "site")


def scenario(base: Path, **options: object) -> Path:
    site = read_site(base)
    return write_scenario(site, read_changes(site, **options), base.parent / "out").folder


def document(folder: Path) -> Any:
    site = read_site(folder)
    return json.loads(problem_json(build_problem(site, stated_workers(site))))


def requests(folder: Path) -> list[tuple[str, str]]:
    with (folder / "requests.csv").open(encoding="utf-8", newline="") as file:
        return [(row["worker_id"], row["weight"]) for row in csv.DictReader(file)]


def test_another_volume_changes_the_need_and_nothing_else(base: Path) -> None:
    before, after = document(base), document(scenario(base, volume=["+200%"]))
    assert before.pop("requirement") != after.pop("requirement")
    assert after == before
    assert {"licences", "unpopular_hours", "blended"} <= before.keys()


def test_a_copy_of_a_worker_has_his_terms_and_wishes(base: Path) -> None:
    folder = scenario(base, more_workers=2)
    assert sorted(requests(folder)) == [
        ("a", "-1"), ("a-copy1", "-1"), ("b", "3"), ("b-copy1", "3")
    ]  # fmt: skip
    ada, ben, *copies = document(folder)["workers"]
    assert [{**one, "id": one["id"][0]} for one in copies] == [ada, ben]


def test_who_goes_takes_his_wishes_with_him(base: Path) -> None:
    folder = scenario(base, fewer_workers=1)
    (worker,) = document(folder)["workers"]
    assert [who for who, _ in requests(folder)] == [worker["id"]]
