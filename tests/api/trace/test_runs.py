"""Run records, and the same run again by its id."""

import json

import pytest
from sqlalchemy import update

from api.storage.tables import Blob, ScheduleVersion
from tests.api.command import SEEDS, Planned, peakcrew
from tests.api.serving import Tester
from tests.api.trace.planned import keep_plan, work
from tests.api.versions import bring_to, make_site, make_version, shift


@pytest.fixture(scope="session")
def repeatable(tmp_path_factory: pytest.TempPathFactory) -> Planned:
    """``seeds/tiny``, planned so that it can be repeated."""
    folder = tmp_path_factory.mktemp("repeatable") / "out"
    options = ("--reproducible", "--seed", 7, "--out", folder)
    return Planned(folder, peakcrew("plan", SEEDS / "tiny", *options))


def test_the_record_names_all_that_a_run_depends_on(tester: Tester, repeatable: Planned) -> None:
    path = keep_plan(tester, make_site(tester), repeatable.folder)
    found = tester.get(f"{path}/run", "auditor").json()
    run = found["run"]
    assert {"peakcrew", "ortools", "python"} <= run["versions"].keys()
    assert (run["seed"], run["parameters"]["is_reproducible"]) == (7, True)
    assert {"problem_sha256", "rules_sha256", "started", "finished", "stop_reason"} <= run.keys()
    assert {"time_limit", "workers", "gap", "memory_limit"} <= run["parameters"].keys()
    assert found["is_as_audited"] is True
    made = tester.get(f"/v1/audit?subject={found['version_id']}", "auditor").json()["items"][0]
    assert (made["number"], made["actor_kind"]) == (found["audit_number"], "algorithm")
    assert made["facts"]["problem_sha256"] == found["files"]["problem.json"]
    bring_to(tester, path, "published")
    assert tester.get(f"{path}/run", "auditor").json() == found
    asked = tester.post(f"{path}/replay", role="planner")
    assert asked.status_code == 202, asked.text
    done = work(tester, asked.json()["id"])
    assert done["result"]["is_same"] is True, done
    assert done["result"]["differences"] == []
    told = tester.get("/v1/audit?action=version.replayed", "auditor").json()["items"]
    assert [one["facts"]["is_same"] for one in told] == [True]
    assert len(tester.get(path.rsplit("/", 1)[0]).json()["items"]) == 1
    _another_schedule_is_told(tester, path, found["files"]["schedule.json"])


def _another_schedule_is_told(tester: Tester, path: str, sha256: str) -> None:
    """What somebody changes behind the service's back shows, and a replay says what."""
    document = tester.get(f"{path}/files/schedule.json").json()
    dropped = document["shifts"].pop()
    with tester.database.write() as session:
        body = json.dumps(document).encode()
        session.execute(update(Blob).where(Blob.sha256 == sha256).values(content=body))
    assert tester.get(f"{path}/run").json()["is_as_audited"] is False
    job = tester.post(f"{path}/replay", role="planner").json()["id"]
    result = work(tester, job)["result"]
    assert result["is_same"] is False
    assert any(
        "shift added" in line and dropped["worker"] in line for line in result["differences"]
    )


def test_a_version_without_its_files_cannot_be_run_again(tester: Tester) -> None:
    path = make_version(tester, make_site(tester), [shift("W1", 0, 8)])
    assert tester.post(f"{path}/replay", role="planner").status_code == 404
    found = tester.get(f"{path}/run").json()
    assert (found["audit_number"], found["is_as_audited"]) == (None, None)
    assert tester.post(f"{path}/replay", role="auditor").status_code == 403
    assert tester.get(f"{path}/run", "stranger").status_code == 404
    with tester.database.read() as session:
        assert session.query(ScheduleVersion).count() == 1
