"""From a version and new facts to a job that plans it again."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from api.audit.chain import record
from api.http.problems import Problem, not_found
from api.jobs.queue import submit
from api.jobs.runner import RUN_FILES
from api.schemas.jobs import NewReplanJob
from api.schemas.problem import FieldProblem
from api.security.principal import Principal
from api.settings import Settings
from api.storage.tables import Job, Schedule, ScheduleVersion

MINUTE = timedelta(minutes=1)
# How the site was changed for a what-if; a re-plan of it is one, too.
WHAT_IF = ("scenario_id", "changes")


def ask_for_replan(
    session: Session,
    asking: Principal,
    settings: Settings,
    version: ScheduleVersion,
    wanted: NewReplanJob,
) -> Job:
    """A job that plans a version again, on the problem and the input that it was made from.

    Raises Problem 404 without the files for it, 422 for days that the schedule does not have.
    """
    if version.input_id is None or not all(name in version.files for name in RUN_FILES):
        raise not_found("run")
    _check_days(session.get_one(Schedule, version.schedule_id), wanted)
    parameters = {**_parameters(wanted), **_what_if(session, version), "version_id": version.id}
    job = submit(
        session, asking, settings, "replan", parameters,
        site_id=version.site_id, input_id=version.input_id,
    )  # fmt: skip
    record(session, asking, "replan.asked_for", job.id, version=version.id)
    return job


def _parameters(wanted: NewReplanJob) -> dict[str, Any]:
    """As the child reads them: those of the search, and ``replan``, what was asked."""
    asked = wanted.model_dump(mode="json", exclude={"parameters"})
    if wanted.freeze_before is not None:
        asked["freeze_before"] = _full_minute(wanted.freeze_before).isoformat()
    search = wanted.parameters.model_dump()
    if wanted.if_broken == "keep":
        search["keep_broken_pins"] = True
    return {**search, "replan": asked}


def _full_minute(at: datetime) -> datetime:
    """The planner's clock counts minutes: what starts before an instant starts before the next."""
    at = at.astimezone(UTC)
    whole = at.replace(second=0, microsecond=0)
    return whole if whole == at else whole + MINUTE


def _what_if(session: Session, version: ScheduleVersion) -> dict[str, Any]:
    job = None if version.job_id is None else session.get(Job, version.job_id)
    known = {} if job is None else job.parameters
    return {name: known[name] for name in WHAT_IF if known.get(name) is not None}


def _check_days(schedule: Schedule, wanted: NewReplanJob) -> None:
    end = schedule.first_day + timedelta(days=schedule.days)
    for index, day in enumerate(wanted.lock_days):
        if not schedule.first_day <= day < end:
            last = end - timedelta(days=1)
            detail = f"is not planned; the days are {schedule.first_day} to {last}"
            raise _wrong(f"/lock_days/{index}", detail)
    over = datetime.combine(end, time.min, ZoneInfo(schedule.time_zone))
    if wanted.freeze_before is not None and _full_minute(wanted.freeze_before) >= over:
        raise _wrong("/freeze_before", "the planned days are over by then, nothing is left to plan")


def _wrong(pointer: str, detail: str) -> Problem:
    errors = [FieldProblem(pointer=pointer, message=detail)]
    return Problem(422, "invalid", f"{pointer}: {detail}", errors=errors)
