"""What a worker sees with a key of his own: his shifts and what he is asked."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.feeds.answers import Form, shifts_file
from api.feeds.shifts import WorkerShifts, shifts_of
from api.http.files import ANY_FILE
from api.http.service import Service, Serving, allowed
from api.http.strict import StrictRoute
from api.languages import Language
from api.schemas.people import MyShifts, ShiftDocument
from api.schemas.publication import OfferDocument
from api.security.principal import Principal
from api.storage.base import now
from api.storage.tables import Offer

router = APIRouter(prefix="/v1/me", tags=["workers"], route_class=StrictRoute)
Me = Annotated[Principal, Depends(allowed("own"))]


@router.get("/shifts", operation_id="my_shifts")
def my_shifts(me: Me, serving: Serving) -> MyShifts:
    """The shifts of the key's worker, and the changes that wait for his answer."""
    with serving.database.read() as session:
        site_id, worker_id = who(me)
        return told(session, serving, site_id, worker_id)


@router.get(
    "/shifts.{form}",
    operation_id="my_shifts_file",
    response_class=Response,
    responses=ANY_FILE,
)
def my_file(
    form: Form, me: Me, serving: Serving, lang: Annotated[Language | None, Query()] = None
) -> Response:
    """The same as a file: `csv`, `xlsx`, `ics`, or `html` to print."""
    with serving.database.read() as session:
        found = known(session, serving, *who(me))
    return shifts_file(found, form, lang)


def known(session: Session, serving: Service, site_id: str, worker_id: str) -> WorkerShifts:
    """A worker's shifts as the settings show them."""
    days = serving.settings.cancelled_shifts_shown_days
    return shifts_of(session, site_id, worker_id, now(), days)


def told(session: Session, serving: Service, site_id: str, worker_id: str) -> MyShifts:
    """A worker's shifts and open offers as a document."""
    found = known(session, serving, site_id, worker_id)
    open_offers = select(Offer).where(
        Offer.site_id == site_id,
        Offer.worker_id == worker_id,
        Offer.state == "open",
        Offer.expires_at > now(),
    )
    return MyShifts(
        worker_id=worker_id,
        time_zone=found.zone.key,
        shifts=[
            ShiftDocument(
                uid=one.uid,
                queue=one.queue,
                start=one.start_at,
                end=one.end_at,
                is_cancelled=one.is_cancelled,
                sequence=one.sequence,
                changed_at=one.changed_at,
            )
            for one in found.events
        ],
        offers=[
            OfferDocument.model_validate(one)
            for one in session.scalars(open_offers.order_by(Offer.start_at))
        ],
    )


def who(me: Principal) -> tuple[str, str]:
    """A worker's key always names one site and one worker."""
    assert me.site_ids is not None
    assert me.worker_id is not None
    return me.site_ids[0], me.worker_id
