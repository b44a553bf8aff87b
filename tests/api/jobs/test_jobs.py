"""Jobs from the request to the result, done by a real worker in a real child process."""

import json
import threading
import time
from typing import Any

import pytest
from sqlalchemy import func, select

from api.audit.chain import verify
from api.jobs.queue import beat, claim, crashed, finish, reap
from api.jobs.worker import Worker
from api.storage.base import now
from api.storage.tables import Assignment, Job, ScheduleVersion
from tests.api.command import SEEDS
from tests.api.serving import Tester

TINY = {
    path.name: path.read_text()
    for path in (SEEDS / "tiny").iterdir()
    if path.suffix in (".csv", ".toml")
}
BEST = 1080.0


@pytest.fixture
def site(tester: Tester) -> str:
    answer = tester.post("/v1/sites", {"name": "tiny", "files": TINY}, "planner")
    return str(answer.json()["id"])


def ask(tester: Tester, site: str, role: str = "planner", **more: Any) -> dict[str, Any]:
    answer = tester.post("/v1/schedules", {"site_id": site, **more}, role)
    assert answer.status_code == 202, answer.text
    assert answer.headers["Location"] == f"/v1/jobs/{answer.json()['id']}"
    assert int(answer.headers["Retry-After"]) > 0
    return dict(answer.json())


def read(tester: Tester, job: str) -> dict[str, Any]:
    return dict(tester.get(f"/v1/jobs/{job}").json())


def test_from_the_request_to_the_assignments(tester: Tester, site: str) -> None:
    job = ask(tester, site)
    assert job["state"] == "queued"
    Worker(tester.database, tester.settings).work(until_idle=True)
    done = read(tester, job["id"])
    assert done["state"] == "succeeded", done["error"]
    assert done["result"]["objective"] == BEST
    path = f"/v1/schedules/{done['result']['schedule_id']}"
    version = tester.get(f"{path}/versions/1").json()
    assert (version["state"], version["objective"], version["status"]) == ("draft", BEST, "optimal")
    document = tester.get(f"{path}/versions/1/files/schedule.json").json()
    rows = tester.get(f"{path}/versions/1/assignments?limit=200").json()["items"]
    assert {row["shift_id"] for row in rows} == {one["id"] for one in document["shifts"]}
    assert sum(row["cost"] for row in rows) == pytest.approx(document["costs"]["wages"])
    assert document["violations"] == []
    with tester.database.snapshot() as session:
        assert verify(session, tester.tenant_id) is None


def test_a_forecast_and_a_scenario(tester: Tester, shop_files: dict[str, str]) -> None:
    site = tester.post("/v1/sites", {"name": "shop", "files": shop_files}).json()["id"]
    what_if = {"site_id": site, "name": "busy", "changes": {"volume": ["+50%"]}}
    scenario = tester.post("/v1/scenarios", what_if).json()["id"]
    bodies: list[dict[str, Any]] = [{"site_id": site}, {"site_id": site, "scenario_id": scenario}]
    jobs = [tester.post("/v1/forecasts", body).json()["id"] for body in bodies]
    Worker(tester.database, tester.settings).work(until_idle=True)
    plain, busy = (read(tester, job) for job in jobs)
    assert (plain["state"], busy["state"]) == ("succeeded", "succeeded"), (plain, busy)
    assert busy["result"]["human_contacts"] > 1.2 * plain["result"]["human_contacts"]
    name = plain["result"]["forecast_id"]
    assert tester.get(f"/v1/forecasts/{name}/files/demand.csv").text.startswith("unique_id,ds")


def test_what_cannot_be_done_is_said_and_not_tried_again(tester: Tester, site: str) -> None:
    what_if = {"site_id": site, "name": "odd", "changes": {"volume": ["a lot"]}}
    scenario = tester.post("/v1/scenarios", what_if).json()["id"]
    job = ask(tester, site, scenario_id=scenario)
    Worker(tester.database, tester.settings).work(until_idle=True)
    done = read(tester, job["id"])
    assert (done["state"], done["attempt"]) == ("failed", 1)
    assert "a lot" in done["error"]["detail"]


def test_a_waiting_job_is_cancelled_at_once(tester: Tester, site: str) -> None:
    job = ask(tester, site)
    assert tester.post(f"/v1/jobs/{job['id']}/cancel").json()["state"] == "cancelled"
    again = tester.post(f"/v1/jobs/{job['id']}/cancel")
    assert (again.status_code, again.json()["allowed"]) == (409, [])
    assert claim(tester.database, "w", tester.settings) is None


def test_a_running_job_is_cancelled_soon(tester: Tester, site: str) -> None:
    job = ask(tester, site)
    worker = Worker(tester.database, tester.settings)
    thread = threading.Thread(target=worker.step)
    thread.start()
    until(lambda: read(tester, job["id"])["state"] == "running")
    assert tester.post(f"/v1/jobs/{job['id']}/cancel").status_code == 202
    thread.join(20)
    assert read(tester, job["id"])["state"] == "cancelled"
    with tester.database.read() as session:
        assert session.scalars(select(func.count(ScheduleVersion.id))).one() == 0


def test_a_closing_worker_gives_its_job_back(tester: Tester, site: str) -> None:
    job = ask(tester, site)
    worker = Worker(tester.database, tester.settings)
    thread = threading.Thread(target=worker.work)
    thread.start()
    until(lambda: read(tester, job["id"])["state"] == "running")
    worker.closing.set()
    thread.join(20)
    assert read(tester, job["id"])["state"] == "queued"
    Worker(tester.database, tester.settings).work(until_idle=True)
    assert read(tester, job["id"])["state"] == "succeeded"


def until(holds: Any, seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


def test_whoever_lost_a_job_can_no_longer_write(tester: Tester, site: str) -> None:
    job = ask(tester, site)
    first = claim(tester.database, "first", tester.settings)
    assert first is not None
    expire(tester, job["id"])
    assert reap(tester.database) == 1
    ready_again(tester, job["id"])
    second = claim(tester.database, "second", tester.settings)
    assert second is not None
    assert (first.attempt, second.attempt) == (1, 2)
    assert beat(tester.database, first, tester.settings, {"stage": "late"}).is_lost
    with tester.database.write() as session:
        assert not finish(session, first, "succeeded", result={"whose": "first"})
        assert finish(session, second, "succeeded", result={"whose": "second"})
    assert read(tester, job["id"])["result"] == {"whose": "second"}


def expire(tester: Tester, job_id: str) -> None:
    with tester.database.write() as session:
        session.get_one(Job, job_id).lease_until = now()
    time.sleep(0.01)


def ready_again(tester: Tester, job_id: str) -> None:
    with tester.database.write() as session:
        session.get_one(Job, job_id).not_before = None


def test_a_job_that_always_crashes_fails_in_the_end(tester: Tester, site: str) -> None:
    job = ask(tester, site)
    for attempt in range(1, 4):
        mine = claim(tester.database, "w", tester.settings)
        assert mine is not None
        assert mine.attempt == attempt
        with tester.database.write() as session:
            crashed(session, mine, "the process ended with -11")
        ready_again(tester, job["id"])
    done = read(tester, job["id"])
    assert (done["state"], done["error"]["code"]) == ("failed", "crashed")
    assert claim(tester.database, "w", tester.settings) is None


def test_no_job_is_claimed_twice(tester: Tester, site: str) -> None:
    jobs = {ask(tester, site)["id"] for _ in range(12)}
    settings = tester.settings.model_copy(update={"max_running_jobs": 100})
    seen: list[str] = []

    def take() -> None:
        while (mine := claim(tester.database, "w", settings)) is not None:
            seen.append(mine.job_id)

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == sorted(jobs)


def test_a_tenant_has_limits_and_the_others_go_on(tester: Tester, site: str) -> None:
    settings = tester.settings.model_copy(update={"max_running_jobs": 1})
    ask(tester, site)
    ask(tester, site)
    other = tester.post("/v1/sites", {"name": "x", "files": TINY}, "stranger").json()["id"]
    theirs = ask(tester, other, "stranger")
    first = claim(tester.database, "w", settings)
    second = claim(tester.database, "w", settings)
    assert first is not None
    assert second is not None
    assert second.job_id == theirs["id"]
    assert claim(tester.database, "w", settings) is None


def test_too_many_waiting_jobs(tester: Tester, site: str) -> None:
    service = tester.client.app.state.service  # type: ignore[attr-defined]
    few = service.settings.model_copy(update={"max_queued_jobs": 2})
    object.__setattr__(service, "settings", few)
    ask(tester, site)
    ask(tester, site)
    answer = tester.post("/v1/schedules", {"site_id": site})
    assert (answer.status_code, answer.json()["code"]) == (429, "queue_full")
    assert answer.headers["Retry-After"]


def test_events_follow_a_job_to_its_end(tester: Tester, site: str) -> None:
    job = ask(tester, site)
    thread = threading.Thread(target=Worker(tester.database, tester.settings).work, args=(True,))
    thread.start()
    answer = tester.get(f"/v1/jobs/{job['id']}/events")
    thread.join()
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    blocks = [block for block in answer.text.split("\n\n") if "data: " in block]
    states = [json.loads(block.split("data: ")[1])["state"] for block in blocks]
    assert states[-1] == "succeeded"
    ids = [int(block.split("id: ")[1].split("\n")[0]) for block in blocks]
    assert ids == sorted(set(ids))
    rest = tester.get(f"/v1/jobs/{job['id']}/events", headers={"Last-Event-ID": str(ids[-1])})
    assert "data: " not in rest.text


def test_one_job_for_one_idempotency_key(tester: Tester, site: str) -> None:
    found: list[str] = []

    def send() -> None:
        headers = {"Idempotency-Key": "same"}
        answer = tester.post("/v1/schedules", {"site_id": site}, headers=headers)
        found.append(answer.json()["id"])

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert len(tester.get("/v1/jobs").json()["items"]) == 1


def test_jobs_and_schedules_of_others_are_not_there(tester: Tester, site: str) -> None:
    job = ask(tester, site)["id"]
    Worker(tester.database, tester.settings).work(until_idle=True)
    schedule = read(tester, job)["result"]["schedule_id"]
    paths = [
        f"/v1/jobs/{job}", f"/v1/jobs/{job}/events", f"/v1/schedules/{schedule}",
        f"/v1/schedules/{schedule}/versions", f"/v1/schedules/{schedule}/versions/1",
        f"/v1/schedules/{schedule}/versions/1/assignments",
        f"/v1/schedules/{schedule}/versions/1/files/schedule.json",
    ]  # fmt: skip
    for path in paths:
        assert tester.get(path).status_code == 200, path
        assert tester.get(path, "stranger").status_code == 404, path
    assert tester.post("/v1/schedules", {"site_id": site}, "stranger").status_code == 404
    assert tester.post(f"/v1/jobs/{job}/cancel", role="stranger").status_code == 404
    with tester.database.read() as session:
        assert session.scalars(select(func.count(Assignment.id))).one() > 0


@pytest.mark.parametrize(
    "parameters",
    [
        {"time_limit": 0}, {"time_limit": 1e9}, {"gap": 1}, {"seed": -1}, {"seed": 1.5},
        {"seed": True}, {"reproducible": 1}, {"speed": "fast"}, {"time_limit": "10"},
    ],
)  # fmt: skip
def test_wrong_parameters(sqlite_tester: Tester, parameters: dict[str, Any]) -> None:
    body = {"site_id": "site_" + "0" * 24, "parameters": parameters}
    answer = sqlite_tester.post("/v1/schedules", body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith("/parameters/")
