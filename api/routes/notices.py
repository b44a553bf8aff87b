"""The notice of main parameters, for planners, for workers, and to be hung up."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.audit.chain import record
from api.feeds.answers import PAGE_POLICY
from api.http.files import TYPES
from api.http.once import Answer, once
from api.http.problems import Problem
from api.http.service import Once, Reader, Service, Serving
from api.http.strict import StrictRoute
from api.inputs import blobs
from api.inputs.states import folder_of
from api.languages import LANGUAGES, Language
from api.routes.me import Me, who
from api.schemas.notices import Acknowledged, Acknowledgement, ChangeOfNotice, NoticeDocument
from api.security.principal import Principal, find
from api.site.read import CONFIG
from api.storage.tables import Person, Site, SiteInput
from api.trace.notice import Stated, notice
from api.trace.notice_page import notice_page

router = APIRouter(prefix="/v1", tags=["trace"], route_class=StrictRoute)
Lang = Annotated[Language, Query()]
EMPTY: dict[int | str, dict[str, Any]] = {
    409: {"description": "Nothing was handed in for this site yet."}
}
PAGE = {"response_class": Response, "responses": {200: {"content": {"text/html": {}}}, **EMPTY}}


@router.get("/sites/{site_id}/notice", operation_id="read_notice", responses=EMPTY)
def read(site_id: str, asking: Reader, serving: Serving, lang: Lang = "en") -> NoticeDocument:
    """What the algorithm takes into account at a site, in order of weight, and what it never uses;
    made from the site as it is stated now."""
    return _notice(serving, asking, site_id, lang)[0]


@router.get("/sites/{site_id}/notice.html", operation_id="read_notice_page", **PAGE)  # type: ignore[arg-type]
def read_page(site_id: str, asking: Reader, serving: Serving, lang: Lang = "en") -> Response:
    """The same as a page to print."""
    return _page(serving, asking, site_id, lang)


@router.get("/me/notice", operation_id="my_notice", responses=EMPTY)
def mine(me: Me, serving: Serving, lang: Lang = "en") -> NoticeDocument:
    """The notice of the site of the key's worker."""
    return _notice(serving, me, who(me)[0], lang)[0]


@router.get("/me/notice.html", operation_id="my_notice_page", **PAGE)  # type: ignore[arg-type]
def my_page(me: Me, serving: Serving, lang: Lang = "en") -> Response:
    """The same as a page to print."""
    return _page(serving, me, who(me)[0], lang)


@router.post(
    "/me/notice/acknowledge",
    operation_id="acknowledge_notice",
    response_model=Acknowledged,
    responses={409: {"description": "The notice is another one by now."}},
)
def acknowledge(body: Acknowledgement, me: Me, serving: Serving, call: Once) -> Response:
    """That the worker has read the notice; the audit log keeps which text it was, and when."""
    current = [_notice(serving, me, who(me)[0], lang)[0].sha256 for lang in LANGUAGES]
    if body.sha256 not in current:
        raise Problem(409, "notice_changed", "the notice says something else now; read it again")

    def work(session: Session) -> Answer:
        entry = record(session, me, "notice.acknowledged", _person(session, me), sha256=body.sha256)
        return Answer.of(200, Acknowledged(sha256=body.sha256, audit_number=entry.number))

    return once(serving.database, call, serving.keep_answers, work)


def _person(session: Session, me: Principal) -> str:
    """Id of the key's worker as a person; of the key, where nobody knows him."""
    site_id, worker_id = who(me)
    query = select(Person.id).where(Person.site_id == site_id, Person.worker_id == worker_id)
    return session.scalars(query).first() or me.key_id


def _page(serving: Service, asking: Principal, site_id: str, language: Language) -> Response:
    found, stated = _notice(serving, asking, site_id, language)
    headers = {"Content-Security-Policy": PAGE_POLICY}
    return Response(notice_page(found, stated.at), media_type=TYPES[".html"], headers=headers)


def _notice(
    serving: Service, asking: Principal, site_id: str, language: Language
) -> tuple[NoticeDocument, Stated]:
    from api.site.read import read_site

    with serving.database.read() as session:
        site = find(session, asking, Site, site_id, "site")
        if site.input_id is None:
            raise Problem(409, "no_input", "nothing was handed in for this site yet")
        stated = _stated(session, site, session.get_one(SiteInput, site.input_id))
        state = session.get_one(SiteInput, site.input_id)
        files = blobs.contents(session, site.tenant_id, state.files)
    with folder_of(files) as folder:
        known = read_site(folder)
    return notice(known, stated, language, serving.settings.review_days), stated


def _stated(session: Session, site: Site, state: SiteInput) -> Stated:
    """The present state, and all states with which ``site.toml`` became another one."""
    query = select(SiteInput).where(SiteInput.site_id == site.id).order_by(SiteInput.number)
    changes: list[ChangeOfNotice] = []
    before: str | None = None
    for one in session.scalars(query):
        if one.files.get(CONFIG) != before:
            before = one.files.get(CONFIG)
            changes.append(ChangeOfNotice(input_number=one.number, at=one.created_at))
    return Stated(
        site.id, state.number, state.sha256, state.files.keys(), state.created_at, tuple(changes)
    )
