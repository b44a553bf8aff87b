"""Schedules: have one made, read its versions and who works when."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from api.http.etags import etag
from api.http.files import ANY_FILE, file_response
from api.http.once import Answer, once
from api.http.paging import PageQuery, page, page_of_columns, page_query
from api.http.problems import Problem, not_found
from api.http.service import Once, Reader, Runner, Serving
from api.http.strict import StrictRoute
from api.inputs import blobs
from api.jobs.asking import ask_for_job
from api.jobs.documents import job_document, location
from api.schedules.documents import (
    COLUMNS,
    assignment_documents,
    schedule_document,
    version_document,
)
from api.schemas.base import Instant
from api.schemas.jobs import JobDocument, NewScheduleJob
from api.schemas.schedules import (
    AssignmentPage,
    ScheduleDocument,
    SchedulePage,
    VersionDocument,
    VersionPage,
)
from api.security.principal import Principal, find, owned
from api.storage.tables import Assignment, Schedule, ScheduleVersion

# Files of a plan that the forecast's futures are needed for.
OF_FUTURES = ("scorecard.csv", "turnout.csv")
router = APIRouter(prefix="/v1/schedules", tags=["schedules"], route_class=StrictRoute)


@router.post(
    "",
    status_code=202,
    operation_id="create_schedule",
    response_model=JobDocument,
    responses={409: {"description": "The site has no input yet."}},
)
def create(body: NewScheduleJob, asking: Runner, serving: Serving, call: Once) -> Response:
    """Have a schedule made. The job at `Location` tells how far it is and, at the end, its ids."""

    def work(session: Session) -> Answer:
        parameters = body.parameters.model_dump()
        settings = serving.settings
        job = ask_for_job(
            session, asking, settings, "schedule", body.site_id, parameters, body.scenario_id
        )
        return Answer.of(202, job_document(job), **location(job))

    return once(serving.database, call, serving.keep_answers, work)


@router.get("", operation_id="list_schedules")
def list_schedules(
    asking: Reader,
    serving: Serving,
    wanted: Annotated[PageQuery, Depends(page_query)],
    site_id: Annotated[str | None, Query(max_length=40)] = None,
) -> SchedulePage:
    """Schedules, newest first."""
    query = owned(asking, Schedule)
    if site_id is not None:
        query = query.where(Schedule.site_id == site_id)
    with serving.database.read() as session:
        found = page(session, query, Schedule.created_at, Schedule.id, wanted)
        items = [schedule_document(row) for row in found.rows]
    return SchedulePage(items=items, next_cursor=found.next_cursor)


@router.get("/{schedule_id}", operation_id="read_schedule")
def read(schedule_id: str, asking: Reader, serving: Serving) -> ScheduleDocument:
    """One schedule."""
    with serving.database.read() as session:
        return schedule_document(find(session, asking, Schedule, schedule_id, "schedule"))


@router.get("/{schedule_id}/versions", operation_id="list_versions")
def versions(
    schedule_id: str,
    asking: Reader,
    serving: Serving,
    wanted: Annotated[PageQuery, Depends(page_query)],
) -> VersionPage:
    """The versions of a schedule, newest first."""
    with serving.database.read() as session:
        find(session, asking, Schedule, schedule_id, "schedule")
        query = owned(asking, ScheduleVersion).where(ScheduleVersion.schedule_id == schedule_id)
        found = page(session, query, ScheduleVersion.created_at, ScheduleVersion.id, wanted)
        items = [version_document(row) for row in found.rows]
    return VersionPage(items=items, next_cursor=found.next_cursor)


@router.get("/{schedule_id}/versions/{number}", operation_id="read_version")
def read_version(
    schedule_id: str, number: int, asking: Reader, serving: Serving, response: Response
) -> VersionDocument:
    """One version; its ETag is wanted by every step towards the workers."""
    with serving.database.read() as session:
        found = find_version(session, asking, schedule_id, number)
    response.headers["ETag"] = etag(found.version)
    return version_document(found)


@router.get("/{schedule_id}/versions/{number}/assignments", operation_id="list_assignments")
def assignments(
    schedule_id: str,
    number: int,
    asking: Reader,
    serving: Serving,
    wanted: Annotated[PageQuery, Depends(page_query)],
    worker_id: Annotated[str | None, Query(max_length=200)] = None,
    queue: Annotated[str | None, Query(max_length=200)] = None,
    start_from: Annotated[Instant | None, Query(alias="from")] = None,
    start_to: Annotated[Instant | None, Query(alias="to")] = None,
) -> AssignmentPage:
    """Who works when, in the order of the start; from an instant, to before another."""
    with serving.database.read() as session:
        version = find_version(session, asking, schedule_id, number)
        query = select(*COLUMNS).where(Assignment.version_id == version.id)
        query = _narrowed(query, worker_id, queue, start_from, start_to)
        found = page_of_columns(session, query, Assignment.start_at, Assignment.shift_id, wanted)
    items = assignment_documents(found.rows)
    return AssignmentPage(items=items, next_cursor=found.next_cursor)


@router.get(
    "/{schedule_id}/versions/{number}/files/{name}",
    operation_id="read_version_file",
    response_class=Response,
    responses=ANY_FILE,
)
def read_file(
    schedule_id: str, number: int, name: str, asking: Reader, serving: Serving
) -> Response:
    """A file of a version: `schedule.json`, `problem.json`, `report.html`, `schedule.xlsx`, ..."""
    with serving.database.read() as session:
        version = find_version(session, asking, schedule_id, number)
        sha256 = version.files.get(name)
        if sha256 is None:
            raise _missing(version, name)
        return file_response(name, blobs.content(session, asking.tenant_id, sha256))


def _missing(version: ScheduleVersion, name: str) -> Problem:
    if version.parent_id is not None and name in OF_FUTURES:
        detail = (
            "it is made from the forecast's futures, which a re-plan does not draw; the version "
            "that was planned from the site may have it"
        )
        return Problem(404, "not_of_a_replan", detail, version_id=version.parent_id)
    return not_found("file")


def find_version(
    session: Session, asking: Principal, schedule_id: str, number: int
) -> ScheduleVersion:
    """A version by its number; Problem 404 for what is not there or not the principal's."""
    if not 0 < number < 2**31:
        raise not_found("version")
    query = owned(asking, ScheduleVersion).where(
        and_(ScheduleVersion.schedule_id == schedule_id, ScheduleVersion.number == number)
    )
    found = session.scalars(query).one_or_none()
    if found is None:
        raise not_found("version")
    return found


def _narrowed(
    query: Select[*tuple[Any, ...]],
    worker_id: str | None,
    queue: str | None,
    start_from: datetime | None,
    start_to: datetime | None,
) -> Select[*tuple[Any, ...]]:
    if worker_id is not None:
        query = query.where(Assignment.worker_id == worker_id)
    if queue is not None:
        query = query.where(Assignment.queue == queue)
    if start_from is not None:
        query = query.where(Assignment.start_at >= start_from)
    if start_to is not None:
        query = query.where(Assignment.start_at < start_to)
    return query
