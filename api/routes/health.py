"""Whether the service lives, and whether it can work."""

from typing import Literal

from fastapi import APIRouter

from api.http.problems import Problem
from api.http.service import Serving
from api.http.strict import StrictRoute
from api.jobs.dispatch import require_dispatch
from api.schemas.base import Document
from api.storage.migrate import MigrationNeeded, require_current

router = APIRouter(tags=["operations"], route_class=StrictRoute)


class Health(Document):
    """The answer of a service that is well."""

    status: Literal["ok"]


@router.get("/health", operation_id="health")
def health() -> Health:
    """The process answers. A service that does not is to be started again."""
    return Health(status="ok")


@router.get("/ready", operation_id="ready", responses={503: {"description": "Not ready."}})
def ready(serving: Serving) -> Health:
    """The database answers and has the right tables. Without that, send requests elsewhere."""
    try:
        serving.database.ping()
        require_current(serving.database)
        require_dispatch(serving.database, serving.settings)
    except MigrationNeeded as error:
        raise Problem(503, "migration_needed", str(error)) from error
    except Exception as error:
        raise Problem(503, "database_down", "the database does not answer") from error
    return Health(status="ok")
