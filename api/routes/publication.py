"""From a draft to the workers: propose, approve, reject, publish, withdraw; and what changed."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from api.http.etags import IfMatch, etag, require_match
from api.http.once import Answer, Call, once
from api.http.problems import not_found
from api.http.service import Approver, Once, Proposer, Publisher, Reader, Service, Serving
from api.http.strict import StrictRoute
from api.routes.schedules import find_version
from api.schedules import publication
from api.schedules.compare import compare
from api.schedules.documents import version_document
from api.schedules.terms import Terms, input_files, terms_of
from api.schemas.publication import (
    Approval,
    DifferenceDocument,
    Proposal,
    PublishedDocument,
    Reason,
)
from api.schemas.schedules import VersionDocument
from api.security.principal import Principal
from api.storage.base import now
from api.storage.tables import ScheduleVersion

PATH = "/v1/schedules/{schedule_id}/versions/{number}"
STEP: dict[int | str, dict[str, Any]] = {
    409: {"description": "Not possible in this state; `allowed` names what is."},
    412: {"description": "The version has changed; read it again."},
    428: {"description": "If-Match is needed."},
}
router = APIRouter(prefix=PATH, tags=["publication"], route_class=StrictRoute)
Step = Callable[[Session, ScheduleVersion], Any]


@router.post(
    "/propose", operation_id="propose_version", response_model=VersionDocument, responses=STEP
)
def propose(
    schedule_id: str, number: int, body: Proposal, asking: Proposer, serving: Serving, call: Once,
    if_match: IfMatch = None,
) -> Response:  # fmt: skip
    """Put a draft forward for approval."""

    def step(session: Session, version: ScheduleVersion) -> None:
        publication.propose(session, asking, version, body.person)

    return _step(serving, asking, call, (schedule_id, number), if_match, step)


@router.post(
    "/approve", operation_id="approve_version", response_model=VersionDocument, responses=STEP
)
def approve(
    schedule_id: str, number: int, body: Approval, asking: Approver, serving: Serving, call: Once,
    if_match: IfMatch = None,
) -> Response:  # fmt: skip
    """Approve a version in a person's name, with a key that did not propose it."""
    terms = _terms(serving, asking, schedule_id, number)

    def step(session: Session, version: ScheduleVersion) -> None:
        publication.approve(
            session, asking, version, body.person, body.consent_reference, terms.needs_consent
        )

    return _step(serving, asking, call, (schedule_id, number), if_match, step)


@router.post(
    "/reject", operation_id="reject_version", response_model=VersionDocument, responses=STEP
)
def reject(
    schedule_id: str, number: int, body: Reason, asking: Approver, serving: Serving, call: Once,
    if_match: IfMatch = None,
) -> Response:  # fmt: skip
    """Send a version back to its draft."""

    def step(session: Session, version: ScheduleVersion) -> None:
        publication.reject(session, asking, version, body.reason)

    return _step(serving, asking, call, (schedule_id, number), if_match, step)


@router.post(
    "/publish", operation_id="publish_version", response_model=PublishedDocument, responses=STEP
)
def publish(
    schedule_id: str, number: int, asking: Publisher, serving: Serving, call: Once,
    if_match: IfMatch = None,
) -> Response:  # fmt: skip
    """Put an approved version into force; what is told too late becomes an offer."""
    terms = _terms(serving, asking, schedule_id, number)

    def work(session: Session) -> Answer:
        version = _locked(session, asking, schedule_id, number, if_match)
        told = publication.publish(session, asking, version, terms, now())
        session.flush()
        document = PublishedDocument(
            version=version_document(version), changes=told.changes, offers=told.offers
        )
        return Answer.of(200, document, ETag=etag(version.version))

    return once(serving.database, call, serving.keep_answers, work)


@router.post(
    "/withdraw", operation_id="withdraw_version", response_model=VersionDocument, responses=STEP
)
def withdraw(
    schedule_id: str, number: int, body: Reason, asking: Publisher, serving: Serving, call: Once,
    if_match: IfMatch = None,
) -> Response:  # fmt: skip
    """Take a published version out of force; shifts to come are shown as cancelled."""

    def step(session: Session, version: ScheduleVersion) -> None:
        publication.withdraw(session, asking, version, body.reason, now())

    return _step(serving, asking, call, (schedule_id, number), if_match, step)


@router.get("/changes", operation_id="compare_versions")
def changes(
    schedule_id: str, number: int, since: int, asking: Reader, serving: Serving
) -> DifferenceDocument:
    """What changed for whom from version `since` to this one."""
    with serving.database.read() as session:
        before = find_version(session, asking, schedule_id, since)
        after = find_version(session, asking, schedule_id, number)
        return compare(session, before, after)


def _step(
    serving: Service,
    asking: Principal,
    call: Call,
    which: tuple[str, int],
    if_match: str | None,
    step: Step,
) -> Response:
    def work(session: Session) -> Answer:
        version = _locked(session, asking, *which, if_match)
        step(session, version)
        session.flush()
        return Answer.of(200, version_document(version), ETag=etag(version.version))

    return once(serving.database, call, serving.keep_answers, work)


def _locked(
    session: Session, asking: Principal, schedule_id: str, number: int, if_match: str | None
) -> ScheduleVersion:
    version = find_version(session, asking, schedule_id, number)
    session.refresh(version, with_for_update=True)
    require_match(if_match, version.version)
    return version


def _terms(serving: Service, asking: Principal, schedule_id: str, number: int) -> Terms:
    """Worked out before the transaction, because the site has to be read for it."""
    with serving.database.read() as session:
        version = find_version(session, asking, schedule_id, number)
        if version.input_id is None:
            raise not_found("input")
        files = input_files(session, version)
    return terms_of(files, now())
