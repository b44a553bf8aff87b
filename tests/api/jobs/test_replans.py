"""A version planned again over HTTP: from the sick call to what workers are told."""

import json
import shutil
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from api.audit.chain import verify
from api.inputs import blobs
from api.jobs.worker import Worker
from api.schedules.offers import answer
from api.schedules.publication import Published, publish
from api.schedules.terms import input_files, terms_of
from api.security.principal import Principal
from api.storage.tables import FeedEvent, Job, Offer, Schedule, ScheduleVersion
from tests.api.command import SEEDS, Planned, peakcrew
from tests.api.jobs.test_jobs import read, until
from tests.api.serving import Tester
from tests.api.trace.planned import keep_plan, work
from tests.api.versions import MONDAY, bring_to, make_site, make_version, shift

# In tiny's plan W1 works Monday at 8, Tuesday at 12, Wednesday at 8; only Tuesday can be covered.
SICK = {"absent": ["W1"], "max_changes": 3}
Times = set[tuple[str, str]]


def first_version(tester: Tester, tiny: Planned) -> str:
    """Path of the first version of tiny."""
    return keep_plan(tester, make_site(tester), tiny.folder)


@pytest.fixture
def path(tester: Tester, tiny: Planned) -> str:
    """The same, on each kind of database."""
    return first_version(tester, tiny)


def ask(tester: Tester, path: str, role: str = "planner", **body: Any) -> str:
    """Id of the job."""
    answer = tester.post(f"{path}/replan", body, role)
    assert answer.status_code == 202, answer.text
    assert answer.headers["Location"] == f"/v1/jobs/{answer.json()['id']}"
    assert int(answer.headers["Retry-After"]) > 0
    return str(answer.json()["id"])


def replanned(tester: Tester, path: str, **body: Any) -> tuple[str, dict[str, Any]]:
    """Path of the version that came out, and what the job says of it."""
    done = work(tester, ask(tester, path, **body))
    assert done["state"] == "succeeded", done["error"]
    return f"{path.rsplit('/', 1)[0]}/{done['result']['number']}", done["result"]


def refused(tester: Tester, path: str, **body: Any) -> dict[str, Any]:
    """The problem of a job that cannot be done, which is not tried again."""
    done = work(tester, ask(tester, path, **body))
    assert (done["state"], done["attempt"]) == ("failed", 1), done
    return dict(done["error"])


def times(tester: Tester, path: str) -> Times:
    rows = tester.get(f"{path}/assignments?limit=200").json()["items"]
    return {(one["worker_id"], one["start"]) for one in rows}


def test_a_sick_worker_is_replaced_and_the_rest_stays(tester: Tester, path: str) -> None:
    before = times(tester, path)
    new, result = replanned(tester, path, **SICK)
    after = times(tester, new)
    assert {worker for worker, _ in before - after} == {"W1"}
    assert after - before == {("W2", "2027-01-12T11:00:00Z")}
    told = result["changes"]
    assert (told["lost"], told["added"], told["changed_workers"], told["kept"]) == (3, 1, 1, 7)
    assert told["cost_after"] == result["objective"] < told["cost_before"]
    version = tester.get(new).json()
    parent = tester.get(path).json()
    assert (version["number"], version["state"], version["parent_id"]) == (2, "draft", parent["id"])
    assert version["input_id"] == parent["input_id"]
    assert result["parent_id"] == parent["id"]
    made = tester.get(f"/v1/audit?subject={version['id']}", "auditor").json()["items"][0]
    assert made["action"] == "schedule.made"
    assert made["facts"]["parent"] == parent["id"]
    run = tester.get(f"{new}/run").json()
    assert (run["is_as_audited"], run["audit_number"]) == (True, made["number"])
    assert run["run"]["parameters"]["memory_limit"] > 0
    assert made["facts"]["diff_sha256"] == run["files"]["diff.json"]
    with tester.database.snapshot() as session:
        assert verify(session, tester.tenant_id) is None
        assert session.scalars(select(func.count(Schedule.id))).one() == 1


def test_it_has_all_files_of_its_parent_and_the_difference(
    sqlite_tester: Tester, tiny: Planned
) -> None:
    path = first_version(sqlite_tester, tiny)
    new, _ = replanned(sqlite_tester, path, **SICK)
    before, after = (set(sqlite_tester.get(one).json()["files"]) for one in (path, new))
    assert after == before | {"diff.csv", "diff.json", "diff.html"}
    files = {name: sqlite_tester.get(f"{new}/files/{name}") for name in after}
    assert {one.status_code for one in files.values()} == {200}
    assert files["rules.json"].content == sqlite_tester.get(f"{path}/files/rules.json").content
    document = files["schedule.json"].json()
    assert document["violations"] == []
    assert document["run"]["rules_sha256"] == files["rules.json"].json()["sha256"]
    assert {one["reason"] for one in files["diff.json"].json()["changes"] if "reason" in one} == {
        "absent"
    }
    assert "Worker 2" in files["shifts.csv"].text
    assert "W1" not in {one["worker"] for one in files["reasons.json"].json()["shifts"]}
    compared = sqlite_tester.get(f"{new}/changes?since=1").json()
    assert sorted(one["kind"] for one in compared["changes"]) == ["added", *["dropped"] * 3]
    reasons = sqlite_tester.get(f"{new}/reasons?worker_id=W2").json()
    assert all(one["reasons"] for one in reasons["shifts"])
    asked = {"worker_id": "W1", "start": "2027-01-12T12:00:00+01:00"}
    found = sqlite_tester.post(f"{new}/why", asked).json()
    assert (found["is_assigned"], found["is_possible"]) == (False, False)


def test_what_needs_the_forecast_is_refused_with_the_reason(
    sqlite_tester: Tester, shop_files: dict[str, str], planned_shop: Planned
) -> None:
    site = sqlite_tester.post("/v1/sites", {"name": "shop", "files": shop_files}).json()["id"]
    path = keep_plan(sqlite_tester, site, planned_shop.folder)
    worker = sorted(times(sqlite_tester, path))[0][0]
    new, _ = replanned(sqlite_tester, path, absent=[worker], parameters={"gap": 0.05})
    for name in ("forecast.csv", "demand.csv"):
        here, there = (sqlite_tester.get(f"{one}/files/{name}") for one in (new, path))
        assert (here.status_code, here.content) == (200, there.content)
    assert sqlite_tester.get(f"{path}/files/scorecard.csv").status_code == 200
    missing = sqlite_tester.get(f"{new}/files/scorecard.csv")
    assert (missing.status_code, missing.json()["code"]) == (404, "not_of_a_replan")
    assert missing.json()["version_id"] == sqlite_tester.get(path).json()["id"]
    assert sqlite_tester.get(f"{new}/files/nothing.csv").json()["code"] == "not_found"


def test_what_is_frozen_or_locked_stays(sqlite_tester: Tester, tiny: Planned) -> None:
    """W1 is sick from Tuesday on, and on Tuesday nobody else may be touched."""
    path = first_version(sqlite_tester, tiny)
    before = times(sqlite_tester, path)
    freeze = "2027-01-11T22:59:30+00:00"  # half a minute before Tuesday in Berlin
    new, _ = replanned(
        sqlite_tester,
        path,
        absent=["W1"],
        freeze_before=freeze,
        lock_days=["2027-01-12"],
        change_cost=0,
    )
    after = times(sqlite_tester, new)
    gone = {one for one in before if one[0] == "W1" and one[1] > freeze}
    assert len(gone) == 2
    assert after == before - gone
    problem = sqlite_tester.get(f"{new}/files/problem.json").json()
    assert problem["locked_times"]


def test_who_is_unknown_is_named(sqlite_tester: Tester, tiny: Planned) -> None:
    path = first_version(sqlite_tester, tiny)
    bodies = ({"absent": ["W1", "x"]}, {"lock_queues": ["x"]})
    errors = [refused(sqlite_tester, path, **body) for body in bodies]
    assert {one["code"] for one in errors} == {"replan_invalid"}
    details = [one["detail"] for one in errors]
    assert details == [f"{kind} 'x': is not in the problem" for kind in ("worker", "queue")]
    assert len(sqlite_tester.get(path.rsplit("/", 1)[0]).json()["items"]) == 1


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"lock_days": ["2027-01-12", "2027-01-14"]}, "/lock_days/1"),
        ({"freeze_before": "2027-01-13T22:59:30Z"}, "/freeze_before"),
        ({"freeze_before": "2027-01-13T10:00:00"}, "/freeze_before"),
        ({"max_changes": -1}, "/max_changes"),
        ({"change_cost": -1}, "/change_cost"),
        ({"if_broken": "ask"}, "/if_broken"),
        ({"sick": ["W1"]}, "/sick"),
        ({"parameters": {"gap": 2}}, "/parameters/gap"),
    ],
)
def test_what_can_be_seen_at_once_is_refused_at_once(
    sqlite_tester: Tester, tiny: Planned, body: dict[str, Any], pointer: str
) -> None:
    path = first_version(sqlite_tester, tiny)
    answer = sqlite_tester.post(f"{path}/replan", body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    assert sqlite_tester.get("/v1/jobs?state=queued").json()["items"] == []


def test_broken_pins_and_a_cap_without_room(sqlite_tester: Tester, tmp_path: Path) -> None:
    """W2 is pinned on two shifts of a day, which the plan kept; his rules allow one."""
    site = Path(shutil.copytree(SEEDS / "tiny", tmp_path / "site"))
    pins = [f"W2,payment|de|chat,2027-01-11T{hour}:00:00+01:00,240\n" for hour in ("08", "12")]
    (site / "pins.csv").write_text("worker_id,queue,start,minutes\n" + "".join(pins))
    done = peakcrew("plan", site, "--out", tmp_path / "out", "--keep-broken-pins")
    assert done.exit_code == 0, done.output
    path = keep_plan(sqlite_tester, make_site(sqlite_tester), tmp_path / "out")
    assert refused(sqlite_tester, path)["code"] == "pins_invalid"
    error = refused(sqlite_tester, path, max_changes=0)
    assert error["code"] == "max_changes_too_low"
    assert "max changes 0: at least 1 needed" in error["detail"]
    new, _ = replanned(sqlite_tester, path, max_changes=0, if_broken="keep")
    assert times(sqlite_tester, new) == times(sqlite_tester, path)


def test_versions_of_others_and_roles(tester: Tester, path: str) -> None:
    assert tester.post(f"{path}/replan", SICK, "stranger").status_code == 404
    assert tester.post(f"{path[:-1]}7/replan", SICK).status_code == 404
    for role in ("auditor", "approver"):
        assert tester.post(f"{path}/replan", SICK, role).status_code == 403
    other = make_site(tester, "another")
    tester.keys["one_site"] = tester.key("planner", site_ids=[other])
    assert tester.post(f"{path}/replan", SICK, "one_site").status_code == 404
    without_files = make_version(tester, other, [shift("W1", 0, 8)])
    assert tester.post(f"{without_files}/replan", SICK).status_code == 404
    with tester.database.read() as session:
        assert session.scalars(select(func.count(Job.id)).where(Job.kind == "replan")).one() == 0


def test_one_job_for_one_idempotency_key(tester: Tester, path: str) -> None:
    headers = {"Idempotency-Key": "sick"}
    first, again = (
        tester.post(f"{path}/replan", SICK, "planner", headers=headers) for _ in range(2)
    )
    assert (again.content, again.headers["Location"]) == (first.content, first.headers["Location"])
    other = tester.post(f"{path}/replan", {"absent": ["W2"]}, "planner", headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert [one["kind"] for one in tester.get("/v1/jobs").json()["items"]] == ["replan", "schedule"]


def test_it_can_be_run_again_as_it_was(sqlite_tester: Tester, tiny: Planned) -> None:
    path = first_version(sqlite_tester, tiny)
    new, _ = replanned(sqlite_tester, path, **SICK, parameters={"reproducible": True, "seed": 7})
    asked = sqlite_tester.post(f"{new}/replay", role="planner")
    assert asked.status_code == 202, asked.text
    result = work(sqlite_tester, asked.json()["id"])["result"]
    assert (result["is_same"], result["differences"]) == (True, [])


def test_a_what_if_stays_one(sqlite_tester: Tester) -> None:
    """Its re-plan is a version of the same what-if, with the names of the changed site."""
    site = make_site(sqlite_tester)
    what_if = {"site_id": site, "name": "two more", "changes": {"more_workers": 2}}
    scenario = sqlite_tester.post("/v1/scenarios", what_if).json()["id"]
    body = {"site_id": site, "scenario_id": scenario}
    done = work(sqlite_tester, sqlite_tester.post("/v1/schedules", body).json()["id"])
    assert done["state"] == "succeeded", done["error"]
    path = f"/v1/schedules/{done['result']['schedule_id']}/versions/1"
    worker = sorted(times(sqlite_tester, path))[0][0]
    new, _ = replanned(sqlite_tester, path, absent=[worker])
    new, _ = replanned(sqlite_tester, new, absent=[worker])
    assert new == f"{path[:-1]}3"
    (schedule,) = sqlite_tester.get("/v1/schedules").json()["items"]
    assert schedule["scenario_id"] == scenario
    headers = {"If-Match": sqlite_tester.get(new).headers["ETag"]}
    answer = sqlite_tester.post(f"{new}/propose", {"person": "P."}, "planner", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "what_if")


@pytest.fixture
def long_job(tester: Tester, requirement_only: Planned) -> str:
    """A re-plan whose search takes longer than anybody waits."""
    folder = SEEDS / "requirement_only"
    files = {one.name: one.read_text() for one in folder.iterdir() if one.suffix != ".md"}
    site = tester.post("/v1/sites", {"name": "long", "files": files}).json()["id"]
    path = keep_plan(tester, site, requirement_only.folder)
    worker = sorted(times(tester, path))[0][0]
    limits = {"time_limit": 300.0, "gap": 0.0}
    return ask(tester, path, absent=[worker], change_cost=0.01, parameters=limits)


@pytest.mark.parametrize(("action", "state"), [("stop", "succeeded"), ("cancel", "cancelled")])
def test_stopped_it_keeps_its_best_and_cancelled_nothing(
    tester: Tester, long_job: str, action: str, state: str
) -> None:
    thread = threading.Thread(target=Worker(tester.database, tester.settings).step)
    thread.start()
    until(lambda: read(tester, long_job)["incumbent"] is not None)
    assert tester.post(f"/v1/jobs/{long_job}/{action}").status_code == 202
    thread.join(40)
    done = read(tester, long_job)
    assert done["state"] == state, done
    if action == "stop":
        path = f"/v1/schedules/{done['result']['schedule_id']}/versions/2"
        run = tester.get(f"{path}/run").json()["run"]
        assert run["stop_reason"] == "stopped"
    with tester.database.read() as session:
        num = session.scalars(select(func.count(ScheduleVersion.id))).one()
    assert num == (2 if action == "stop" else 1)


def published(tester: Tester, path: str, at: datetime) -> Published:
    """Publish an approved version at an instant, on the terms of its own site."""
    schedule, number = path.split("/")[3], int(path.rsplit("/", 1)[1])
    wanted = (ScheduleVersion.schedule_id == schedule, ScheduleVersion.number == number)
    with tester.database.write() as session:
        version = session.scalars(select(ScheduleVersion).where(*wanted)).one()
        terms = terms_of(input_files(session, version), at)
        return publish(session, planner(tester), version, terms, at)


def planner(tester: Tester) -> Principal:
    return Principal("key_x", tester.tenant_id, "x", "planner")


def in_calendars(tester: Tester, worker: str) -> list[tuple[str, bool]]:
    query = select(FeedEvent).where(FeedEvent.worker_id == worker).order_by(FeedEvent.start_at)
    with tester.database.read() as session:
        return [(f"{one.start_at:%a}", one.is_cancelled) for one in session.scalars(query)]


def test_published_late_changes_are_offers_and_the_others_are_told(
    tester: Tester, tiny: Planned
) -> None:
    """Four clear days of notice: on Friday, Monday and Tuesday can only be asked for."""
    on_call = '[rules]\ntraits = {on_call = ["part_time"]}\n\n[horizon]'
    path = keep_plan(tester, make_site(tester, **{"[horizon]": on_call}), tiny.folder)
    bring_to(tester, path, "approved")
    assert published(tester, path, MONDAY - timedelta(days=30)).offers == 0
    new, _ = replanned(tester, path, **SICK)
    bring_to(tester, new, "approved")
    friday = MONDAY - timedelta(days=2.5)
    told = published(tester, new, friday)
    assert (told.offers, told.changes) == (3, {"kept": 7, "dropped": 3, "added": 1})
    assert tester.get(path).json()["state"] == "superseded"
    assert in_calendars(tester, "W1") == [("Mon", False), ("Tue", False), ("Wed", True)]
    assert in_calendars(tester, "W2") == [("Mon", False)]
    with tester.database.write() as session:
        offers = session.scalars(select(Offer)).all()
        kinds = sorted((one.worker_id, one.kind, f"{one.start_at:%a}") for one in offers)
        for one in offers:
            answer(session, planner(tester), one, "accept", friday)
    assert kinds == [("W1", "dropped", "Mon"), ("W1", "dropped", "Tue"), ("W2", "added", "Tue")]
    assert in_calendars(tester, "W1") == [("Mon", True), ("Tue", True), ("Wed", True)]
    assert in_calendars(tester, "W2") == [("Mon", False), ("Tue", False)]


def test_the_recorded_files_must_belong_together(sqlite_tester: Tester, tiny: Planned) -> None:
    """A schedule that somebody changed behind the service's back is not planned again."""
    path = first_version(sqlite_tester, tiny)
    with sqlite_tester.database.write() as session:
        version = session.scalars(select(ScheduleVersion)).one()
        body = json.loads(
            blobs.content(session, sqlite_tester.tenant_id, version.files["schedule.json"])
        )
        body["run"]["problem_sha256"] = "0" * 64
        sha256 = blobs.keep(session, sqlite_tester.tenant_id, json.dumps(body).encode())
        version.files = {**version.files, "schedule.json": sha256}
    error = refused(sqlite_tester, path, **SICK)
    assert error["code"] == "replan_invalid"
    assert error["detail"].startswith("recorded/problem.json: is not the problem that")
