"""Why: for planners about every worker, for a worker about himself."""

from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.http.problems import not_found
from api.http.service import Reader as AnyReader
from api.http.service import Serving
from api.http.strict import StrictRoute
from api.languages import Language
from api.routes.me import Me, who
from api.routes.schedules import find_version
from api.schemas.base import Day
from api.schemas.reasons import MyQuestion, Question, WhyDocument, WorkerReasons
from api.security.principal import Principal, owned
from api.storage.tables import Person, Schedule, ScheduleVersion
from api.trace.reasons import Reader, why, worker_reasons

PATH = "/schedules/{schedule_id}/versions/{number}"
router = APIRouter(prefix="/v1", tags=["trace"], route_class=StrictRoute)
Lang = Annotated[Language | None, Query(description="Left out, the worker's own, or English.")]


@router.get(f"{PATH}/reasons", operation_id="read_reasons")
def read(
    schedule_id: str,
    number: int,
    worker_id: Annotated[str, Query(min_length=1, max_length=200)],
    asking: AnyReader,
    serving: Serving,
    lang: Lang = None,
) -> WorkerReasons:
    """Why a worker works what he works in a version, and what stands against more."""
    with serving.database.read() as session:
        version = find_version(session, asking, schedule_id, number)
        return worker_reasons(session, version, worker_id, Reader(lang or "en"))


@router.post(f"{PATH}/why", operation_id="ask_why")
def ask(
    schedule_id: str,
    number: int,
    body: Question,
    asking: AnyReader,
    serving: Serving,
    lang: Lang = None,
) -> WhyDocument:
    """Why a worker works a shift, or what forbids it, or what it would cost; without a search."""
    with serving.database.read() as session:
        version = find_version(session, asking, schedule_id, number)
        reader = Reader(lang or "en")
        return why(session, version, body.worker_id, body.start, body.queue, reader)


@router.get("/me/reasons", operation_id="my_reasons")
def mine(
    me: Me,
    serving: Serving,
    lang: Lang = None,
    on: Annotated[Day | None, Query(description="A day that the schedule is about.")] = None,
) -> WorkerReasons:
    """Why I work what I work in the schedule that is in force; others are not named."""
    worker_id = who(me)[1]
    with serving.database.read() as session:
        version = _in_force(session, me, on)
        return worker_reasons(session, version, worker_id, _as_worker(session, me, lang))


@router.post("/me/why", operation_id="ask_why_me")
def ask_mine(body: MyQuestion, me: Me, serving: Serving, lang: Lang = None) -> WhyDocument:
    """Why I work a shift, or what stands against it, in the schedule that is in force then."""
    worker_id = who(me)[1]
    with serving.database.read() as session:
        version = _in_force_at(session, me, body)
        reader = _as_worker(session, me, lang)
        return why(session, version, worker_id, body.start, body.queue, reader)


def _as_worker(session: Session, me: Principal, lang: str | None) -> Reader:
    site_id, worker_id = who(me)
    query = select(Person.language).where(
        Person.site_id == site_id, Person.worker_id == worker_id, Person.erased_at.is_(None)
    )
    return Reader(lang or session.scalars(query).first() or "en", is_worker=True)


def _in_force(session: Session, me: Principal, on: date | None) -> ScheduleVersion:
    """The published version of a day; of none, that which was published last."""
    for version, schedule in _published(session, me):
        if on is None or 0 <= (on - schedule.first_day).days < schedule.days:
            return version
    raise not_found("schedule in force")


def _in_force_at(session: Session, me: Principal, body: MyQuestion) -> ScheduleVersion:
    for version, schedule in _published(session, me):
        day = body.start.astimezone(ZoneInfo(schedule.time_zone)).date()
        if 0 <= (day - schedule.first_day).days < schedule.days:
            return version
    raise not_found("schedule in force")


def _published(session: Session, me: Principal) -> list[tuple[ScheduleVersion, Schedule]]:
    query = (
        owned(me, ScheduleVersion)
        .where(ScheduleVersion.state == "published")
        .order_by(ScheduleVersion.published_at.desc())
    )
    found = session.scalars(query).all()
    return [(one, session.get_one(Schedule, one.schedule_id)) for one in found]
