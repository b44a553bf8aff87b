"""What is handed in for a site: files, tables and their rows."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response, UploadFile
from sqlalchemy.orm import Session

from api.http.etags import IfMatch, etag, require_match
from api.http.paging import PageQuery, page, page_query, slice_of
from api.http.problems import Problem, not_found
from api.http.service import Editor, Reader, Service, Serving
from api.http.strict import StrictRoute
from api.inputs import blobs
from api.inputs.states import check, current_files, keep_state
from api.inputs.tables import rows_of
from api.inputs.uploads import XLSX, Limits, from_rows, from_xlsx, known_file
from api.schemas.sites import (
    FileDocument,
    InputDocument,
    InputPage,
    NewInput,
    QueueDocument,
    QueueList,
    RowPage,
    TableRows,
)
from api.security.principal import Principal, find, owned
from api.site.read import CONFIG, TABLES
from api.storage.tables import Site, SiteInput

router = APIRouter(prefix="/v1/sites/{site_id}", tags=["inputs"], route_class=StrictRoute)
TableName = StrEnum(  # type: ignore[misc]
    "TableName", {name.removesuffix(".csv"): name.removesuffix(".csv") for name in TABLES}
)
CHANGES: dict[int | str, dict[str, Any]] = {
    412: {"description": "The site has changed; read it again."},
    428: {"description": "If-Match is needed."},
}
EMPTY: dict[int | str, dict[str, Any]] = {
    409: {"description": "Nothing was handed in for this site yet."}
}


@router.get("/inputs", operation_id="list_inputs")
def list_inputs(
    site_id: str,
    asking: Reader,
    serving: Serving,
    wanted: Annotated[PageQuery, Depends(page_query)],
) -> InputPage:
    """The states that a site's input has had, newest first."""
    with serving.database.read() as session:
        site = find(session, asking, Site, site_id, "site")
        query = owned(asking, SiteInput).where(SiteInput.site_id == site.id)
        found = page(session, query, SiteInput.created_at, SiteInput.id, wanted)
        items = [_document(row) for row in found.rows]
    return InputPage(items=items, next_cursor=found.next_cursor)


@router.post("/inputs", status_code=201, operation_id="change_input", responses=CHANGES)
def change(
    site_id: str,
    body: NewInput,
    asking: Editor,
    serving: Serving,
    response: Response,
    if_match: IfMatch = None,
) -> InputDocument:
    """Change several files at once: all of them, or, when anything is wrong, none."""
    changes = {
        known_file(name): None if text is None else text.encode()
        for name, text in body.files.items()
    }
    return _change(serving, asking, site_id, if_match, changes, response)


@router.post("/uploads", status_code=201, operation_id="upload_files", responses=CHANGES)
def upload(
    site_id: str,
    files: list[UploadFile],
    asking: Editor,
    serving: Serving,
    response: Response,
    if_match: IfMatch = None,
) -> InputDocument:
    """The same as a form with files: CSV and TOML as they are, or `workers.xlsx` for a table."""
    changes: dict[str, bytes | None] = {}
    for file in files:
        name, body = _uploaded(file, _limits(serving))
        if name in changes:
            raise Problem(422, "invalid", f"{name}: uploaded twice")
        changes[name] = body
    return _change(serving, asking, site_id, if_match, changes, response)


@router.get(
    "/files/{name}",
    operation_id="read_file",
    responses={200: {"content": {"text/csv": {}, "application/toml": {}}}, **EMPTY},
    response_class=Response,
)
def read_file(site_id: str, name: str, asking: Reader, serving: Serving) -> Response:
    """A file as it was handed in."""
    with serving.database.read() as session:
        state = _state(session, asking, site_id)
        sha256 = state.files.get(known_file(name))
        if sha256 is None:
            raise not_found("file")
        body = blobs.content(session, asking.tenant_id, sha256)
    kind = "application/toml" if name == CONFIG else "text/csv"
    return Response(
        body, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@router.put(
    "/files/{name}",
    operation_id="put_file",
    responses=CHANGES,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "text/csv": {"schema": {"type": "string"}},
                "application/toml": {"schema": {"type": "string"}},
                XLSX: {"schema": {"type": "string", "format": "binary"}},
            },
        }
    },
)
async def put_file(
    site_id: str,
    name: str,
    request: Request,
    asking: Editor,
    serving: Serving,
    response: Response,
    if_match: IfMatch = None,
) -> InputDocument:
    """Replace one file: CSV or TOML as it is, XLSX by its first sheet."""
    from starlette.concurrency import run_in_threadpool

    known_file(name)
    body = await request.body()
    kind = request.headers.get("Content-Type", "").split(";")[0].strip().lower()
    if kind == XLSX:
        body = await run_in_threadpool(from_xlsx, name, body, _limits(serving))
    elif kind not in ("text/csv", "application/toml", "text/plain", "application/octet-stream"):
        raise Problem(415, "unknown_kind", "send text/csv, application/toml or an XLSX workbook")
    return await run_in_threadpool(
        _change, serving, asking, site_id, if_match, {name: body}, response
    )


@router.delete("/files/{name}", operation_id="delete_file", responses=CHANGES)
def delete_file(
    site_id: str,
    name: str,
    asking: Editor,
    serving: Serving,
    response: Response,
    if_match: IfMatch = None,
) -> InputDocument:
    """Take an optional file away."""
    changes = {known_file(name): None}
    return _change(serving, asking, site_id, if_match, changes, response)


@router.get("/queues", operation_id="list_queues", responses=EMPTY)
def queues(site_id: str, asking: Reader, serving: Serving) -> QueueList:
    """The queues of a site."""
    import tomllib

    from api.site.config import SiteConfig

    with serving.database.read() as session:
        state = _state(session, asking, site_id)
        text = blobs.content(session, asking.tenant_id, state.files[CONFIG]).decode("utf-8-sig")
    config = SiteConfig.model_validate(tomllib.loads(text))
    items = [
        QueueDocument(
            id=one.id,
            skill=one.skill,
            settings=one.model_dump(mode="json", exclude={"id", "skill"}),
        )
        for one in config.queues
    ]
    return QueueList(items=items)


@router.get("/tables/{table}", operation_id="list_rows", responses=EMPTY)
def rows(
    site_id: str,
    table: TableName,
    asking: Reader,
    serving: Serving,
    wanted: Annotated[PageQuery, Depends(page_query)],
    worker_id: Annotated[str | None, Query(max_length=200)] = None,
    unique_id: Annotated[str | None, Query(max_length=200)] = None,
) -> RowPage:
    """Rows of a table, such as `workers`, `availability`, `history` or `bot_outcomes`."""
    with serving.database.read() as session:
        state = _state(session, asking, site_id)
        filters = {"worker_id": worker_id, "unique_id": unique_id}
        found = rows_of(session, state, f"{table}.csv", filters)
    part = slice_of(found, wanted, str(state.files.get(f"{table}.csv")))
    return RowPage(items=list(part.rows), total=len(found), next_cursor=part.next_cursor)


@router.put("/tables/{table}", operation_id="put_rows", responses=CHANGES)
def put_rows(
    site_id: str,
    table: TableName,
    body: TableRows,
    asking: Editor,
    serving: Serving,
    response: Response,
    if_match: IfMatch = None,
) -> InputDocument:
    """Replace a table by JSON rows. Problems name the row as a line: row 1 is line 2."""
    name = f"{table}.csv"
    changes = {name: from_rows(name, body.rows, _limits(serving))}
    return _change(serving, asking, site_id, if_match, changes, response)


def _change(
    serving: Service,
    asking: Principal,
    site_id: str,
    if_match: str | None,
    changes: Mapping[str, bytes | None],
    response: Response,
) -> InputDocument:
    """Check the folder as it would be, outside of any transaction, then keep it."""
    with serving.database.read() as session:
        site = find(session, asking, Site, site_id, "site")
        require_match(if_match, site.version)
        version, files = site.version, current_files(session, site)
    for name, body in changes.items():
        if body is None and name not in files:
            raise not_found("file")
    merged = {**files, **changes}
    checked = check({name: body for name, body in merged.items() if body is not None})
    with serving.database.write() as session:
        site = find(session, asking, Site, site_id, "site")
        require_match(etag(version), site.version)
        state = keep_state(session, asking, site, checked)
        session.flush()
        response.headers["ETag"] = etag(site.version)
        return _document(state)


def _state(session: Session, asking: Principal, site_id: str) -> SiteInput:
    site = find(session, asking, Site, site_id, "site")
    if site.input_id is None:
        raise Problem(409, "no_input", "nothing was handed in for this site yet")
    return session.get_one(SiteInput, site.input_id)


def _document(state: SiteInput) -> InputDocument:
    files = [FileDocument(name=name, sha256=str(sha)) for name, sha in sorted(state.files.items())]
    return InputDocument(
        id=state.id,
        site_id=state.site_id,
        number=state.number,
        sha256=state.sha256,
        files=files,
        notes=[str(note) for note in state.notes],
        created_at=state.created_at,
        created_by=state.created_by,
    )


def _limits(serving: Service) -> Limits:
    return Limits(serving.settings.max_unpacked_mib, serving.settings.max_rows)


def _uploaded(file: UploadFile, limits: Limits) -> tuple[str, bytes]:
    name = file.filename or ""
    body = file.file.read()
    if name.endswith(".xlsx"):
        table = known_file(name.removesuffix(".xlsx") + ".csv")
        return table, from_xlsx(table, body, limits)
    return known_file(name), body
