"""Batches over HTTP: one job for each unit, done by the same workers, none done twice."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from api.jobs.worker import Worker
from tests.api.serving import Tester
from tests.api.versions import make_site

BUSY = {"name": "busy", "changes": {"volume": ["+50%"]}}


def ask(tester: Tester, sites: list[str], *scenarios: dict[str, Any]) -> dict[str, Any]:
    body = {"name": "peak", "site_ids": sites, "scenarios": [{"name": "base"}, *scenarios]}
    answer = tester.post("/v1/batches", body, "planner")
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


def test_sites_times_scenarios(tester: Tester) -> None:
    sites = [make_site(tester, name) for name in ("north", "south")]
    batch = ask(tester, sites, BUSY)
    assert batch["jobs"] == {"queued": 4}
    Worker(tester.database, tester.settings).work(until_idle=True)
    path = f"/v1/batches/{batch['id']}"
    assert tester.get(path).json()["jobs"] == {"succeeded": 4}
    found = tester.get(f"{path}/units").json()["items"]
    costs = {(one["site_id"], one["scenario"]): one["result"]["objective"] for one in found}
    assert costs[sites[0], "base"] == 1080.0
    assert costs[sites[0], "busy"] > 1080.0
    schedules = tester.get("/v1/schedules").json()["items"]
    assert sorted(one["scenario_id"] is None for one in schedules) == [False, False, True, True]
    again = ask(tester, sites, BUSY)
    assert again["jobs"] == {"succeeded": 4}
    assert tester.get(path, "stranger").status_code == 404


def test_a_cancelled_batch_ends(tester: Tester) -> None:
    batch = ask(tester, [make_site(tester)], BUSY)
    done = tester.post(f"/v1/batches/{batch['id']}/cancel", role="planner")
    assert done.json()["jobs"] == {"cancelled": 2}


def test_what_is_under_way_is_not_begun_again(tester: Tester) -> None:
    north, south = (make_site(tester, name) for name in ("north", "south"))
    first, second = ask(tester, [north], BUSY), ask(tester, [north])
    # A plan is kept for its site, so another one of the same content has its own.
    third = ask(tester, [south])
    jobs = [
        {(one["site_id"], one["scenario"]): one["job_id"] for one in found["items"]}
        for batch in (first, second, third)
        if (found := tester.get(f"/v1/batches/{batch['id']}/units").json())
    ]
    assert jobs[1] == {(north, "base"): jobs[0][north, "base"]}
    assert jobs[2][south, "base"] not in jobs[0].values()
    tester.post(f"/v1/batches/{first['id']}/cancel", role="planner")
    assert tester.get(f"/v1/batches/{second['id']}").json()["jobs"] == {"cancelled": 1}
    assert ask(tester, [north])["jobs"] == {"queued": 1}


def test_batches_at_the_same_moment_share_their_jobs(tester: Tester) -> None:
    sites = [make_site(tester, f"site {number}") for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        orders = sites, sites[::-1], sites, sites[::-1]
        list(pool.map(lambda one: ask(tester, one, BUSY), orders))
    assert len(tester.get("/v1/jobs").json()["items"]) == 8


def test_batches_that_are_refused(tester: Tester) -> None:
    site = make_site(tester)
    bare = tester.post("/v1/sites", {"name": "bare"}).json()["id"]
    for sites, status in (([site, site], 422), ([bare], 409), (["site_" + "0" * 24], 404)):
        answer = tester.post("/v1/batches", {"name": "x", "site_ids": sites})
        assert answer.status_code == status
    assert tester.get("/v1/batches").json()["items"] == []
    assert tester.get("/v1/jobs").json()["items"] == []
