"""Batches: many sites under many scenarios."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlalchemy.orm import Session

from api.batch import service
from api.http.once import Answer, once
from api.http.paging import PageQuery, page, page_query
from api.http.problems import Problem
from api.http.service import Once, Reader, Runner, Serving
from api.http.strict import StrictRoute
from api.schemas.batches import BatchDocument, BatchPage, NewBatch, UnitPage
from api.security.principal import Principal, find, owned
from api.storage.tables import Batch, BatchUnit

router = APIRouter(prefix="/v1/batches", tags=["batches"], route_class=StrictRoute)


@router.post(
    "",
    status_code=202,
    operation_id="create_batch",
    response_model=BatchDocument,
    responses={409: {"description": "A site has no input yet."}},
)
def create(body: NewBatch, asking: Runner, serving: Serving, call: Once) -> Response:
    """Have many plans made; what was planned before from the same input, or is being planned, is
    not planned again."""
    _whole_tenant(asking)

    def work(session: Session) -> Answer:
        batch = service.create(session, asking, serving.settings, body)
        session.flush()
        found = service.document(session, batch)
        return Answer.of(202, found, Location=f"/v1/batches/{batch.id}", Retry_After="5")

    return once(serving.database, call, serving.keep_answers, work)


@router.get("", operation_id="list_batches")
def list_batches(
    asking: Reader, serving: Serving, wanted: Annotated[PageQuery, Depends(page_query)]
) -> BatchPage:
    """Batches, newest first."""
    with serving.database.read() as session:
        found = page(session, owned(asking, Batch), Batch.created_at, Batch.id, wanted)
        items = [service.document(session, row) for row in found.rows]
    return BatchPage(items=items, next_cursor=found.next_cursor)


@router.get("/{batch_id}", operation_id="read_batch")
def read(batch_id: str, asking: Reader, serving: Serving) -> BatchDocument:
    """How far a batch is."""
    with serving.database.read() as session:
        return service.document(session, find(session, asking, Batch, batch_id, "batch"))


@router.get("/{batch_id}/units", operation_id="list_units")
def units(
    batch_id: str,
    asking: Reader,
    serving: Serving,
    wanted: Annotated[PageQuery, Depends(page_query)],
) -> UnitPage:
    """The plans of a batch and what became of them."""
    with serving.database.read() as session:
        batch = find(session, asking, Batch, batch_id, "batch")
        query = owned(asking, BatchUnit).where(BatchUnit.batch_id == batch.id)
        found = page(session, query, BatchUnit.created_at, BatchUnit.id, wanted)
        items = service.unit_documents(session, found.rows)
    return UnitPage(items=items, next_cursor=found.next_cursor)


@router.post(
    "/{batch_id}/cancel", status_code=202, operation_id="cancel_batch", response_model=BatchDocument
)
def cancel(batch_id: str, asking: Runner, serving: Serving, call: Once) -> Response:
    """Cancel what has not ended; what is done stays."""

    def work(session: Session) -> Answer:
        batch = find(session, asking, Batch, batch_id, "batch")
        service.cancel(session, asking, batch)
        session.flush()
        return Answer.of(202, service.document(session, batch))

    return once(serving.database, call, serving.keep_answers, work)


def _whole_tenant(asking: Principal) -> None:
    if asking.site_ids is not None:
        raise Problem(403, "forbidden", "a batch is for keys that open all sites")
