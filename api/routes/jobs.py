"""Jobs: follow, stop, cancel."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Query, Response
from fastapi.responses import StreamingResponse
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from api.audit.chain import record
from api.http.once import Answer, Call, once
from api.http.paging import PageQuery, page, page_query
from api.http.service import Once, Reader, Runner, Service, Serving
from api.http.strict import StrictRoute
from api.jobs import queue
from api.jobs.documents import job_document
from api.schemas.jobs import JobDocument, JobPage
from api.security.principal import Principal, find, owned
from api.storage.tables import Job
from api.storage.tables.jobs import TERMINAL, JobState

router = APIRouter(prefix="/v1/jobs", tags=["jobs"], route_class=StrictRoute)
LOOK_SECONDS = 0.5
KEEP_ALIVE_SECONDS = 15.0
MAX_FOLLOW_SECONDS = 3600.0


@router.get("", operation_id="list_jobs")
def list_jobs(
    asking: Reader,
    serving: Serving,
    wanted: Annotated[PageQuery, Depends(page_query)],
    state: JobState | None = None,
    site_id: Annotated[str | None, Query(max_length=40)] = None,
    batch_id: Annotated[str | None, Query(max_length=40)] = None,
) -> JobPage:
    """Jobs, newest first."""
    query = owned(asking, Job)
    for column, value in ((Job.state, state), (Job.site_id, site_id), (Job.batch_id, batch_id)):
        if value is not None:
            query = query.where(column == value)
    with serving.database.read() as session:
        found = page(session, query, Job.created_at, Job.id, wanted)
        items = [job_document(row) for row in found.rows]
    return JobPage(items=items, next_cursor=found.next_cursor)


@router.get("/{job_id}", operation_id="read_job")
def read(job_id: str, asking: Reader, serving: Serving, response: Response) -> JobDocument:
    """How far a job is. Ask again after `Retry-After` seconds until `state` is final."""
    job = _read(serving, asking, job_id)
    if job.state not in TERMINAL:
        response.headers["Retry-After"] = "2"
    return job_document(job)


@router.post(
    "/{job_id}/cancel",
    status_code=202,
    operation_id="cancel_job",
    response_model=JobDocument,
    responses={409: {"description": "The job has ended."}},
)
def cancel(job_id: str, asking: Runner, serving: Serving, call: Once) -> Response:
    """End a job without a result."""
    return _act(job_id, "cancel", asking, serving, call)


@router.post(
    "/{job_id}/stop",
    status_code=202,
    operation_id="stop_job",
    response_model=JobDocument,
    responses={409: {"description": "The job has ended, or has not begun."}},
)
def stop(job_id: str, asking: Runner, serving: Serving, call: Once) -> Response:
    """End the search and keep the best schedule so far."""
    return _act(job_id, "stop", asking, serving, call)


def _act(
    job_id: str, action: Literal["cancel", "stop"], asking: Principal, serving: Service, call: Call
) -> Response:
    def work(session: Session) -> Answer:
        job = find(session, asking, Job, job_id, "job")
        session.refresh(job, with_for_update=True)
        (queue.cancel if action == "cancel" else queue.stop)(job)
        record(session, asking, f"job.{action}", job.id)
        session.flush()
        return Answer.of(202, job_document(job), Location=f"/v1/jobs/{job.id}")

    return once(serving.database, call, serving.keep_answers, work)


@router.get(
    "/{job_id}/events",
    operation_id="follow_job",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}, "description": "Server-sent events."}},
)
async def follow(
    job_id: str,
    asking: Reader,
    serving: Serving,
    last_event_id: Annotated[str | None, Header(max_length=20)] = None,
) -> StreamingResponse:
    """The job's document as an event `job` each time it changes, until it has ended."""
    await run_in_threadpool(_read, serving, asking, job_id)
    seen = int(last_event_id) if last_event_id and last_event_id.isdecimal() else -1
    events = _events(serving, asking, job_id, seen)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(events, media_type="text/event-stream", headers=headers)


async def _events(
    serving: Service, asking: Principal, job_id: str, seen: int
) -> AsyncIterator[str]:
    quiet = passed = 0.0
    while passed < MAX_FOLLOW_SECONDS:
        job = await run_in_threadpool(_read, serving, asking, job_id)
        if job.revision > seen:
            seen, quiet = job.revision, 0.0
            document = job_document(job).model_dump_json()
            yield f"id: {seen}\nevent: job\ndata: {document}\n\n"
        if job.state in TERMINAL:
            return
        if quiet >= KEEP_ALIVE_SECONDS:
            quiet = 0.0
            yield ": still there\n\n"
        await asyncio.sleep(LOOK_SECONDS)
        quiet += LOOK_SECONDS
        passed += LOOK_SECONDS


def _read(serving: Service, asking: Principal, job_id: str) -> Job:
    with serving.database.read() as session:
        return find(session, asking, Job, job_id, "job")
