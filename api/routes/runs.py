"""Run records, and the same run again."""

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from api.audit.chain import record
from api.http.once import Answer, once
from api.http.service import Once, Reader, Runner, Serving
from api.http.strict import StrictRoute
from api.jobs.documents import job_document, location
from api.routes.schedules import find_version
from api.schemas.jobs import JobDocument
from api.schemas.runs import RunDocument
from api.trace.runs import ask_for_replay, run_document

PATH = "/v1/schedules/{schedule_id}/versions/{number}"
router = APIRouter(prefix=PATH, tags=["trace"], route_class=StrictRoute)


@router.get("/run", operation_id="read_run")
def read(schedule_id: str, number: int, asking: Reader, serving: Serving) -> RunDocument:
    """What a version was computed from and with; this never changes."""
    with serving.database.read() as session:
        return run_document(session, find_version(session, asking, schedule_id, number))


@router.post("/replay", status_code=202, operation_id="replay_version", response_model=JobDocument)
def replay(schedule_id: str, number: int, asking: Runner, serving: Serving, call: Once) -> Response:
    """Solve the same problem again as it was recorded; the job's result names what differs."""

    def work(session: Session) -> Answer:
        version = find_version(session, asking, schedule_id, number)
        job = ask_for_replay(session, asking, serving.settings, version)
        record(session, asking, "replay.asked_for", job.id, version=version.id)
        return Answer.of(202, job_document(job), **location(job))

    return once(serving.database, call, serving.keep_answers, work)
