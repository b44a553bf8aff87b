"""Scenarios: what-ifs that are kept under a name."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.audit.chain import record
from api.http.once import Answer, once
from api.http.paging import PageQuery, page, page_query
from api.http.problems import Problem
from api.http.service import Editor, Once, Reader, Serving
from api.http.strict import StrictRoute
from api.schemas.schedules import NewScenario, ScenarioDocument, ScenarioPage
from api.security.principal import find, owned
from api.storage.tables import Scenario, Site

router = APIRouter(prefix="/v1/scenarios", tags=["scenarios"], route_class=StrictRoute)


@router.post(
    "",
    status_code=201,
    operation_id="create_scenario",
    response_model=ScenarioDocument,
    responses={409: {"description": "The name is taken."}},
)
def create(body: NewScenario, asking: Editor, serving: Serving, call: Once) -> Response:
    """Keep a what-if; a job of the site can name it."""

    def work(session: Session) -> Answer:
        site = find(session, asking, Site, body.site_id, "site")
        taken = select(Scenario.id).where(Scenario.site_id == site.id, Scenario.name == body.name)
        if session.scalars(taken).first():
            raise Problem(409, "name_taken", "a scenario of this name is there already")
        scenario = Scenario(
            tenant_id=asking.tenant_id,
            site_id=site.id,
            name=body.name,
            changes=body.changes.model_dump(),
        )
        session.add(scenario)
        session.flush()
        record(session, asking, "scenario.created", scenario.id, site=site.id)
        document = ScenarioDocument.model_validate(scenario)
        return Answer.of(201, document, Location=f"/v1/scenarios/{scenario.id}")

    return once(serving.database, call, serving.keep_answers, work)


@router.get("", operation_id="list_scenarios")
def list_scenarios(
    asking: Reader,
    serving: Serving,
    wanted: Annotated[PageQuery, Depends(page_query)],
    site_id: Annotated[str | None, Query(max_length=40)] = None,
) -> ScenarioPage:
    """Kept what-ifs, newest first."""
    query = owned(asking, Scenario)
    if site_id is not None:
        query = query.where(Scenario.site_id == site_id)
    with serving.database.read() as session:
        found = page(session, query, Scenario.created_at, Scenario.id, wanted)
        items = [ScenarioDocument.model_validate(row) for row in found.rows]
    return ScenarioPage(items=items, next_cursor=found.next_cursor)


@router.get("/{scenario_id}", operation_id="read_scenario")
def read(scenario_id: str, asking: Reader, serving: Serving) -> ScenarioDocument:
    """One what-if."""
    with serving.database.read() as session:
        found = find(session, asking, Scenario, scenario_id, "scenario")
    return ScenarioDocument.model_validate(found)
