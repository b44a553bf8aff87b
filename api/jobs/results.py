"""What a job made, kept in the transaction that ends it: all of it, or nothing."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from api.audit.chain import add
from api.inputs import blobs
from api.jobs.queue import Claim, finish
from api.storage.tables import Assignment, Forecast, Job, Schedule, ScheduleVersion
from scheduler.contract.units import cents

# Files that do not depend on the schedule: a version planned again has those of its parent.
UNCHANGED = ("rules.json", "forecast.csv", "demand.csv", "layers.csv")


def keep_result(session: Session, mine: Claim, done: dict[str, Any], out: Path) -> bool:
    """Keep the files and rows of a job that is done; False if it is no longer one's own."""
    if not finish(session, mine, "succeeded"):
        return False
    job = session.get_one(Job, mine.job_id, populate_existing=True)
    files = {
        path.name: blobs.keep(session, job.tenant_id, path.read_bytes())
        for path in sorted(out.iterdir())
        if path.is_file()
    }
    keep = KEEP.get(job.kind, _keep_schedule)
    job.result = keep(session, job, done, files, out)
    session.flush()
    return True


def _keep_forecast(
    session: Session, job: Job, done: dict[str, Any], files: dict[str, str], out: Path
) -> dict[str, Any]:
    assert job.site_id is not None
    assert job.input_id is not None
    kept = Forecast(
        tenant_id=job.tenant_id, site_id=job.site_id, input_id=job.input_id, job_id=job.id,
        files=files,
    )  # fmt: skip
    session.add(kept)
    session.flush()
    facts = {"job": job.id, "input": job.input_id}
    add(session, job.tenant_id, job.id, "algorithm", "forecast.made", kept.id, facts)
    return {"forecast_id": kept.id, **done}


def _keep_schedule(
    session: Session, job: Job, done: dict[str, Any], files: dict[str, str], out: Path
) -> dict[str, Any]:
    schedule = _schedule_of(session, job, done)
    return _keep_version(session, job, schedule, done, files, out)


def _keep_replan(
    session: Session, job: Job, done: dict[str, Any], files: dict[str, str], out: Path
) -> dict[str, Any]:
    """The next version of the schedule that was planned again, whatever it is a plan of."""
    parent = session.get_one(ScheduleVersion, job.parameters["version_id"])
    schedule = session.get_one(Schedule, parent.schedule_id, with_for_update=True)
    same = {name: str(parent.files[name]) for name in UNCHANGED if name in parent.files}
    return _keep_version(session, job, schedule, done, same | files, out, parent)


def _keep_version(
    session: Session,
    job: Job,
    schedule: Schedule,
    done: dict[str, Any],
    files: dict[str, str],
    out: Path,
    parent: ScheduleVersion | None = None,
) -> dict[str, Any]:
    document = json.loads((out / "schedule.json").read_text())
    version = _version(session, job, schedule, done, files, document["run"])
    version.parent_id = None if parent is None else parent.id
    session.add(version)
    session.flush()
    keep_assignments(session, version, document["shifts"])
    facts = {
        "job": job.id,
        "input": job.input_id,
        "schedule": schedule.id,
        "schedule_sha256": files["schedule.json"],
        "problem_sha256": files["problem.json"],
        "rules_sha256": files.get("rules.json"),
        "objective_cents": version.objective,
        "bound_cents": version.bound,
        "asked_by": job.created_by,
    }
    if parent is not None:
        facts |= {"parent": parent.id, "diff_sha256": files["diff.json"]}
    add(session, job.tenant_id, job.id, "algorithm", "schedule.made", version.id, facts)
    ids = {"schedule_id": schedule.id, "version_id": version.id, "number": version.number}
    return {**ids, **({} if parent is None else {"parent_id": parent.id}), **done}


def _keep_replay(
    session: Session, job: Job, done: dict[str, Any], files: dict[str, str], out: Path
) -> dict[str, Any]:
    """Nothing new is kept but whether the same came out, and what differed."""
    version_id = job.parameters["version_id"]
    facts = {
        "job": job.id,
        "is_same": done["is_same"],
        "num_differences": done["num_differences"],
        "asked_by": job.created_by,
    }
    add(session, job.tenant_id, job.id, "algorithm", "version.replayed", version_id, facts)
    return {"version_id": version_id, **done}


KEEP = {"forecast": _keep_forecast, "replan": _keep_replan, "replay": _keep_replay}


def _schedule_of(session: Session, job: Job, done: dict[str, Any]) -> Schedule:
    """The schedule of the site for these days, made if it is the first; what-ifs apart."""
    first_day = date.fromisoformat(done["first_day"])
    scenario = job.parameters.get("scenario_id")
    if job.parameters.get("changes") is not None:
        scenario = job.id  # a what-if of a batch, which nobody kept under a name
    found = session.scalars(
        select(Schedule)
        .where(
            Schedule.site_id == job.site_id,
            Schedule.first_day == first_day,
            Schedule.days == done["days"],
            Schedule.scenario_id == scenario if scenario else Schedule.scenario_id.is_(None),
        )
        .with_for_update()
    ).first()
    if found is None:
        assert job.site_id is not None
        found = Schedule(
            tenant_id=job.tenant_id,
            site_id=job.site_id,
            first_day=first_day,
            days=done["days"],
            time_zone=done["time_zone"],
            scenario_id=scenario,
        )
        session.add(found)
        session.flush()
    return found


def _version(
    session: Session,
    job: Job,
    schedule: Schedule,
    done: dict[str, Any],
    files: dict[str, str],
    run: dict[str, Any],
) -> ScheduleVersion:
    last = select(func.max(ScheduleVersion.number)).where(
        ScheduleVersion.schedule_id == schedule.id
    )
    return ScheduleVersion(
        tenant_id=job.tenant_id,
        schedule_id=schedule.id,
        site_id=schedule.site_id,
        number=(session.scalar(last) or 0) + 1,
        job_id=job.id,
        input_id=job.input_id,
        status=done["status"],
        objective=done["objective"],
        bound=done["bound"],
        gap=done["gap"],
        files=files,
        run=run,
        created_by=job.created_by,
    )


def keep_assignments(
    session: Session, version: ScheduleVersion, shifts: list[dict[str, Any]]
) -> None:
    """The shifts of ``schedule.json`` as rows, to be found by worker and by time."""
    rows = [
        {
            "tenant_id": version.tenant_id,
            "version_id": version.id,
            "site_id": version.site_id,
            "shift_id": one["id"],
            "worker_id": one["worker"],
            "queue": one["queue"],
            "template": one["template"],
            "start_at": datetime.fromisoformat(one["start"]),
            "end_at": datetime.fromisoformat(one["end"]),
            "minutes": one["minutes"],
            "cost": cents(one["cost"]),
        }
        for one in shifts
    ]
    if rows:
        session.execute(insert(Assignment), rows)
