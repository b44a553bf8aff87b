"""Workers as persons with rights: what is kept on them, and its erasure."""

from dataclasses import asdict
from typing import Any

import structlog
from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from api.audit.chain import record
from api.http.etags import IfMatch, require_match
from api.http.once import Answer, once
from api.http.problems import not_found
from api.http.service import KeyMaster, Once, Serving
from api.http.strict import StrictRoute
from api.routes.me import Me, who
from api.schemas.subject import ErasedDocument, SubjectDocument
from api.security.principal import Principal, owned
from api.storage.base import now
from api.storage.leftovers import drop_leftovers
from api.storage.tables import Person
from api.trace.erasure import erase
from api.trace.subject_access import subject_data

router = APIRouter(prefix="/v1", tags=["trace"], route_class=StrictRoute)
log = structlog.get_logger("peakcrew.erasure")
STEP: dict[int | str, dict[str, Any]] = {
    409: {"description": "The worker is still planned, or jobs are at work."},
    412: {"description": "The worker has changed; read it again."},
    428: {"description": "If-Match is needed."},
}


@router.get("/sites/{site_id}/workers/{worker_id}/data", operation_id="read_subject_data")
def read(site_id: str, worker_id: str, asking: KeyMaster, serving: Serving) -> SubjectDocument:
    """All that is kept on a worker. That it was read is in the audit log."""
    with serving.database.write() as session:
        person = _person(session, asking, site_id, worker_id)
        record(session, asking, "person.data_read", person.id)
        return subject_data(session, person)


@router.get("/me/data", operation_id="my_data")
def mine(me: Me, serving: Serving) -> SubjectDocument:
    """All that is kept on the key's worker."""
    with serving.database.snapshot() as session:
        return subject_data(session, _person(session, me, *who(me)))


@router.post(
    "/sites/{site_id}/workers/{worker_id}/erase",
    operation_id="erase_worker",
    response_model=ErasedDocument,
    responses=STEP,
)
def erase_worker(
    site_id: str,
    worker_id: str,
    asking: KeyMaster,
    serving: Serving,
    call: Once,
    if_match: IfMatch = None,
) -> Response:
    """Erase who a worker is, for good: name, address and personal data, in all that is kept of the
    site. His id and what was worked under it stay. He must be in `workers.csv` no longer."""

    def work(session: Session) -> Answer:
        person = _person(session, asking, site_id, worker_id)
        session.refresh(person, with_for_update=True)
        require_match(if_match, person.version)
        found = erase(session, asking, person, now())
        return Answer.of(200, ErasedDocument(worker_id=worker_id, **asdict(found)))

    answer = once(serving.database, call, serving.keep_answers, work)
    serving.known_keys.forget()
    if not drop_leftovers(serving.database):
        log.warning("old pages were still read; the next erasure or restart drops them")
    return answer


def _person(session: Session, asking: Principal, site_id: str, worker_id: str) -> Person:
    query = owned(asking, Person).where(
        Person.site_id == site_id, Person.worker_id == worker_id, Person.erased_at.is_(None)
    )
    person = session.scalars(query).one_or_none()
    if person is None:
        raise not_found("worker")
    return person
