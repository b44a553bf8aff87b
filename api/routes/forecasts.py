"""Forecasts: have one made, read its files."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy.orm import Session

from api.http.files import ANY_FILE, file_response
from api.http.once import Answer, once
from api.http.paging import PageQuery, page, page_query
from api.http.problems import not_found
from api.http.service import Once, Reader, Runner, Serving
from api.http.strict import StrictRoute
from api.inputs import blobs
from api.jobs.asking import ask_for_job
from api.jobs.documents import job_document, location
from api.schedules.documents import forecast_document
from api.schemas.jobs import JobDocument, NewForecastJob
from api.schemas.schedules import ForecastDocument, ForecastPage
from api.security.principal import find, owned
from api.storage.tables import Forecast

router = APIRouter(prefix="/v1/forecasts", tags=["forecasts"], route_class=StrictRoute)


@router.post(
    "",
    status_code=202,
    operation_id="create_forecast",
    response_model=JobDocument,
    responses={409: {"description": "The site has no input yet."}},
)
def create(body: NewForecastJob, asking: Runner, serving: Serving, call: Once) -> Response:
    """Have a forecast made, without scheduling; the job at `Location` leads to it."""

    def work(session: Session) -> Answer:
        job = ask_for_job(
            session, asking, serving.settings, "forecast", body.site_id, {}, body.scenario_id
        )
        return Answer.of(202, job_document(job), **location(job))

    return once(serving.database, call, serving.keep_answers, work)


@router.get("", operation_id="list_forecasts")
def list_forecasts(
    asking: Reader,
    serving: Serving,
    wanted: Annotated[PageQuery, Depends(page_query)],
    site_id: Annotated[str | None, Query(max_length=40)] = None,
) -> ForecastPage:
    """Kept forecasts, newest first."""
    query = owned(asking, Forecast)
    if site_id is not None:
        query = query.where(Forecast.site_id == site_id)
    with serving.database.read() as session:
        found = page(session, query, Forecast.created_at, Forecast.id, wanted)
        items = [forecast_document(row) for row in found.rows]
    return ForecastPage(items=items, next_cursor=found.next_cursor)


@router.get("/{forecast_id}", operation_id="read_forecast")
def read(forecast_id: str, asking: Reader, serving: Serving) -> ForecastDocument:
    """One forecast."""
    with serving.database.read() as session:
        return forecast_document(find(session, asking, Forecast, forecast_id, "forecast"))


@router.get(
    "/{forecast_id}/files/{name}",
    operation_id="read_forecast_file",
    response_class=Response,
    responses=ANY_FILE,
)
def read_file(forecast_id: str, name: str, asking: Reader, serving: Serving) -> Response:
    """A file of a forecast: `forecast.csv` or `demand.csv`."""
    with serving.database.read() as session:
        found = find(session, asking, Forecast, forecast_id, "forecast")
        if name not in found.files:
            raise not_found("file")
        return file_response(name, blobs.content(session, asking.tenant_id, found.files[name]))
