"""A version planned again under new facts."""

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from api.http.once import Answer, once
from api.http.service import Once, Runner, Serving
from api.http.strict import StrictRoute
from api.jobs.documents import job_document, location
from api.jobs.replans import ask_for_replan
from api.routes.schedules import find_version
from api.schemas.jobs import JobDocument, NewReplanJob

PATH = "/v1/schedules/{schedule_id}/versions/{number}"
router = APIRouter(prefix=PATH, tags=["schedules"], route_class=StrictRoute)


@router.post("/replan", status_code=202, operation_id="replan_version", response_model=JobDocument)
def replan(
    schedule_id: str, number: int, body: NewReplanJob, asking: Runner, serving: Serving, call: Once
) -> Response:
    """Have a version planned again with few changes; the result is the schedule's next version."""

    def work(session: Session) -> Answer:
        version = find_version(session, asking, schedule_id, number)
        job = ask_for_replan(session, asking, serving.settings, version, body)
        return Answer.of(202, job_document(job), **location(job))

    return once(serving.database, call, serving.keep_answers, work)
