"""From what a client asks for to a job on the site as it is now."""

from typing import Any

from sqlalchemy.orm import Session

from api.audit.chain import record
from api.http.problems import Problem
from api.jobs.queue import submit
from api.security.principal import Principal, find
from api.settings import Settings
from api.storage.tables import Job, Scenario, Site


def ask_for_job(
    session: Session,
    asking: Principal,
    settings: Settings,
    kind: str,
    site_id: str,
    parameters: dict[str, Any],
    scenario_id: str | None = None,
    **more: Any,
) -> Job:
    """A job on a site's present input, which it keeps however the site changes meanwhile.

    Raises Problem 404 for a site or scenario that is not there, 409 for a site without input.
    """
    site = find(session, asking, Site, site_id, "site")
    if site.input_id is None:
        raise Problem(409, "no_input", "nothing was handed in for this site yet")
    if scenario_id is not None:
        scenario = find(session, asking, Scenario, scenario_id, "scenario")
        if scenario.site_id != site.id:
            raise Problem(422, "invalid", "scenario_id: is one of another site")
        parameters = {**parameters, "scenario_id": scenario_id}
    job = submit(
        session, asking, settings, kind, parameters, site_id=site.id, input_id=site.input_id, **more
    )
    record(session, asking, f"{kind}.asked_for", job.id, site=site.id, input=site.input_id)
    return job
