"""Versions that the optimiser made, for questions about them."""

import json
from pathlib import Path
from typing import Any

from api.jobs.queue import Claim
from api.jobs.results import keep_result
from api.jobs.worker import Worker
from api.storage.tables import Job, Site
from scheduler.contract.units import cents
from tests.api.serving import Tester


def keep_plan(tester: Tester, site_id: str, folder: Path) -> str:
    """Path of a version with the files of a plan that was made elsewhere."""
    document = json.loads((folder / "schedule.json").read_text())
    problem = json.loads((folder / "problem.json").read_text())
    done = {
        "first_day": problem["start"][:10],
        "days": problem["days"],
        "time_zone": problem["time_zone"],
        "status": document["status"],
        "objective": cents(document["objective"]),
        "bound": cents(document["bound"]),
        "gap": document["gap"],
    }
    with tester.database.write() as session:
        site = session.get_one(Site, site_id)
        job = Job(
            tenant_id=site.tenant_id, kind="schedule", state="running", site_id=site_id,
            input_id=site.input_id, attempt=1, created_by="key_x",
        )  # fmt: skip
        session.add(job)
        session.flush()
        assert keep_result(session, Claim(job.id, job.tenant_id, 1, job.kind), done, folder)
        assert job.result is not None
        found = job.result
    return f"/v1/schedules/{found['schedule_id']}/versions/{found['number']}"


def work(tester: Tester, job: str) -> dict[str, Any]:
    """A job after a worker has done all that waits."""
    Worker(tester.database, tester.settings).work(until_idle=True)
    return dict(tester.get(f"/v1/jobs/{job}").json())
