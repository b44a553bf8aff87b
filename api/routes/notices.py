"""The notice of main parameters, for planners, for workers, and to be hung up."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.feeds.answers import PAGE_POLICY
from api.http.files import TYPES
from api.http.problems import Problem
from api.http.service import Reader, Service, Serving
from api.http.strict import StrictRoute
from api.inputs import blobs
from api.inputs.states import folder_of
from api.routes.me import Me, who
from api.schemas.notices import ChangeOfNotice, NoticeDocument
from api.schemas.people import Language
from api.security.principal import Principal, find
from api.site.read import CONFIG
from api.storage.tables import Site, SiteInput
from api.trace.notice import Stated, notice
from api.trace.notice_page import notice_page

router = APIRouter(prefix="/v1", tags=["trace"], route_class=StrictRoute)
Lang = Annotated[Language, Query()]
PAGE = {"response_class": Response, "responses": {200: {"content": {"text/html": {}}}}}


@router.get("/sites/{site_id}/notice", operation_id="read_notice")
def read(site_id: str, asking: Reader, serving: Serving, lang: Lang = "en") -> NoticeDocument:
    """What the algorithm takes into account at a site, in order of weight, and what it never uses;
    made from the site as it is stated now."""
    return _notice(serving, asking, site_id, lang)[0]


@router.get("/sites/{site_id}/notice.html", operation_id="read_notice_page", **PAGE)  # type: ignore[arg-type]
def read_page(site_id: str, asking: Reader, serving: Serving, lang: Lang = "en") -> Response:
    """The same as a page to print."""
    return _page(serving, asking, site_id, lang)


@router.get("/me/notice", operation_id="my_notice")
def mine(me: Me, serving: Serving, lang: Lang = "en") -> NoticeDocument:
    """The notice of the site of the key's worker."""
    return _notice(serving, me, who(me)[0], lang)[0]


@router.get("/me/notice.html", operation_id="my_notice_page", **PAGE)  # type: ignore[arg-type]
def my_page(me: Me, serving: Serving, lang: Lang = "en") -> Response:
    """The same as a page to print."""
    return _page(serving, me, who(me)[0], lang)


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
