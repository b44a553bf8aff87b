"""Workers as people: how they are reached, their feeds and their lists, for planners."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy import Select
from sqlalchemy.orm import Session

from api.audit.chain import record
from api.feeds.answers import Form, shifts_file
from api.feeds.tokens import new_feed, revoke
from api.http.etags import IfMatch, etag, require_match
from api.http.files import ANY_FILE
from api.http.paging import PageQuery, page, page_query
from api.http.problems import not_found
from api.http.service import Editor, Reader, Serving, ShownOnce
from api.http.strict import StrictRoute
from api.languages import Language
from api.routes.me import known, told
from api.schemas.people import (
    ContactDetails,
    FeedDocument,
    MyShifts,
    PersonDocument,
    PersonPage,
)
from api.security.principal import Principal, find, owned
from api.storage.tables import Person, Site

router = APIRouter(prefix="/v1/sites/{site_id}/people", tags=["workers"], route_class=StrictRoute)
ONE = "/{worker_id}"
CHANGES: dict[int | str, dict[str, Any]] = {
    412: {"description": "It has changed; read it again."},
    428: {"description": "If-Match is needed."},
}


@router.get("", operation_id="list_people")
def list_people(
    site_id: str,
    asking: Reader,
    serving: Serving,
    wanted: Annotated[PageQuery, Depends(page_query)],
) -> PersonPage:
    """The workers of a site, newest first."""
    with serving.database.read() as session:
        site = find(session, asking, Site, site_id, "site")
        query = _present(asking).where(Person.site_id == site.id)
        found = page(session, query, Person.created_at, Person.id, wanted)
        items = [PersonDocument.model_validate(row) for row in found.rows]
    return PersonPage(items=items, next_cursor=found.next_cursor)


@router.get(ONE, operation_id="read_person")
def read(
    site_id: str, worker_id: str, asking: Reader, serving: Serving, response: Response
) -> PersonDocument:
    """One worker."""
    with serving.database.read() as session:
        person = _person(session, asking, site_id, worker_id)
    response.headers["ETag"] = etag(person.version)
    return PersonDocument.model_validate(person)


@router.put(ONE, operation_id="put_contact_details", responses=CHANGES)
def put(
    site_id: str,
    worker_id: str,
    body: ContactDetails,
    asking: Editor,
    serving: Serving,
    response: Response,
    if_match: IfMatch = None,
) -> PersonDocument:
    """Where a worker is written to, and in which language. His name comes from `workers.csv`."""
    with serving.database.write() as session:
        person = _person(session, asking, site_id, worker_id)
        session.refresh(person, with_for_update=True)
        require_match(if_match, person.version)
        person.email, person.language = body.email, body.language
        record(session, asking, "person.changed", person.id)
        session.flush()
    response.headers["ETag"] = etag(person.version)
    return PersonDocument.model_validate(person)


@router.get(f"{ONE}/shifts", operation_id="shifts_of_worker")
def shifts(site_id: str, worker_id: str, asking: Reader, serving: Serving) -> MyShifts:
    """A worker's shifts as he was told them, and the changes that wait for his answer."""
    with serving.database.read() as session:
        _person(session, asking, site_id, worker_id)
        return told(session, serving, site_id, worker_id)


@router.get(
    ONE + "/shifts.{form}",
    operation_id="shifts_file_of_worker",
    response_class=Response,
    responses=ANY_FILE,
)
def shifts_as_file(
    site_id: str,
    worker_id: str,
    form: Form,
    asking: Reader,
    serving: Serving,
    lang: Annotated[Language | None, Query()] = None,
) -> Response:
    """The same as a file: `csv`, `xlsx`, `ics`, or `html` to print."""
    with serving.database.read() as session:
        _person(session, asking, site_id, worker_id)
        found = known(session, serving, site_id, worker_id)
    return shifts_file(found, form, lang)


@router.post(
    f"{ONE}/feed",
    status_code=201,
    operation_id="create_feed",
    dependencies=[ShownOnce],
)
def create_feed(site_id: str, worker_id: str, asking: Editor, serving: Serving) -> FeedDocument:
    """A private calendar address for a worker; the one before ends at once."""
    with serving.database.write() as session:
        person = _person(session, asking, site_id, worker_id)
        feed, token = new_feed(session, person.tenant_id, site_id, worker_id)
        record(session, asking, "feed.created", feed.id, person=person.id)
    return FeedDocument(url=f"{serving.settings.public_url.rstrip('/')}/feeds/{token}.ics")


@router.delete(f"{ONE}/feed", status_code=204, operation_id="revoke_feed")
def revoke_feed(site_id: str, worker_id: str, asking: Editor, serving: Serving) -> Response:
    """End a worker's feed at once."""
    with serving.database.write() as session:
        person = _person(session, asking, site_id, worker_id)
        if revoke(session, site_id, worker_id):
            record(session, asking, "feed.revoked", person.id)
    return Response(status_code=204)


def _present(asking: Principal) -> Select[Person]:
    return owned(asking, Person).where(Person.erased_at.is_(None))


def _person(session: Session, asking: Principal, site_id: str, worker_id: str) -> Person:
    query = _present(asking).where(Person.site_id == site_id, Person.worker_id == worker_id)
    person = session.scalars(query).one_or_none()
    if person is None:
        raise not_found("worker")
    return person
