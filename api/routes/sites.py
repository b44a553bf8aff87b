"""Sites: make, list, read, delete."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.audit.chain import record
from api.http.etags import IfMatch, etag, require_match
from api.http.once import Answer, once
from api.http.paging import PageQuery, page, page_query
from api.http.problems import Problem
from api.http.service import Editor, Once, Reader, Serving
from api.http.strict import StrictRoute
from api.inputs.states import check, keep_state
from api.inputs.uploads import known_file
from api.schemas.sites import NewSite, SiteDocument, SitePage
from api.security.principal import Principal, find, owned
from api.storage.tables import Job, Site
from api.storage.tables.jobs import TERMINAL

router = APIRouter(prefix="/v1/sites", tags=["sites"], route_class=StrictRoute)


@router.post(
    "",
    status_code=201,
    operation_id="create_site",
    response_model=SiteDocument,
    responses={409: {"description": "The name is taken."}},
)
def create(body: NewSite, asking: Editor, serving: Serving, call: Once) -> Response:
    """Make a site. With `files` it is there with a checked input, or not at all."""
    if asking.site_ids is not None:
        raise Problem(403, "forbidden", "a key for certain sites cannot make others")
    files = {known_file(name): text.encode() for name, text in (body.files or {}).items()}
    checked = check(files) if body.files is not None else None

    def work(session: Session) -> Answer:
        _refuse_name(session, asking, body.name)
        site = Site(tenant_id=asking.tenant_id, name=body.name)
        session.add(site)
        session.flush()
        record(session, asking, "site.created", site.id)
        if checked is not None:
            keep_state(session, asking, site, checked)
            session.flush()
        location = f"/v1/sites/{site.id}"
        document = SiteDocument.model_validate(site)
        return Answer.of(201, document, Location=location, ETag=etag(site.version))

    return once(serving.database, call, serving.keep_answers, work)


@router.get("", operation_id="list_sites")
def list_sites(
    asking: Reader, serving: Serving, wanted: Annotated[PageQuery, Depends(page_query)]
) -> SitePage:
    """All sites, newest first."""
    with serving.database.read() as session:
        found = page(session, owned(asking, Site), Site.created_at, Site.id, wanted)
        items = [SiteDocument.model_validate(row) for row in found.rows]
    return SitePage(items=items, next_cursor=found.next_cursor)


@router.get("/{site_id}", operation_id="read_site")
def read(site_id: str, asking: Reader, serving: Serving, response: Response) -> SiteDocument:
    """One site."""
    with serving.database.read() as session:
        site = find(session, asking, Site, site_id, "site")
    response.headers["ETag"] = etag(site.version)
    return SiteDocument.model_validate(site)


@router.delete(
    "/{site_id}",
    status_code=204,
    operation_id="delete_site",
    responses={
        409: {"description": "Jobs are still at work."},
        412: {"description": "The site has changed; read it again."},
        428: {"description": "If-Match is needed."},
    },
)
def delete(site_id: str, asking: Editor, serving: Serving, if_match: IfMatch = None) -> Response:
    """Delete a site with its inputs, schedules and feeds. The audit log keeps its entries."""
    with serving.database.write() as session:
        site = find(session, asking, Site, site_id, "site")
        require_match(if_match, site.version)
        at_work = select(Job.id).where(Job.site_id == site.id, Job.state.not_in(TERMINAL))
        if session.scalars(at_work.limit(1)).first():
            raise Problem(409, "jobs_at_work", "wait for the site's jobs, or cancel them")
        record(session, asking, "site.deleted", site.id)
        session.delete(site)
    return Response(status_code=204)


def _refuse_name(session: Session, asking: Principal, name: str) -> None:
    query = select(Site.id).where(Site.tenant_id == asking.tenant_id, Site.name == name)
    if session.scalars(query).first():
        raise Problem(409, "name_taken", "a site of this name is there already")
