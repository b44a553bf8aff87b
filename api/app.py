"""The HTTP service: all routes under ``/v1``, every error a problem document."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI

from api.http.middleware import add_middleware
from api.http.problems import add_handlers
from api.http.service import Service
from api.jobs.dispatch import require_dispatch
from api.routes import ROUTERS
from api.schemas.problem import ProblemDocument
from api.settings import MIB, Settings
from api.storage.database import Database
from api.storage.migrate import require_current

# Among the schemas of the document, because a job's error is one too.
PROBLEM = {"$ref": f"#/components/schemas/{ProblemDocument.__name__}"}
# What any route may answer; each is a problem document.
EVERYWHERE = {
    status: {
        "description": description,
        "content": {"application/problem+json": {"schema": PROBLEM}},
    }
    for status, description in (
        (400, "The request cannot be read."),
        (401, "A valid key is needed."),
        (403, "The key does not allow this."),
        (404, "There is no such thing, or it is not yours."),
        (413, "The body is too large."),
        (422, "The request is not right; `errors` say where."),
        (429, "Too many requests; see `Retry-After`."),
        (500, "A fault of the service."),
        (503, "The database is away; see `Retry-After`."),
    )
}


def create_app(settings: Settings | None = None, database: Database | None = None) -> FastAPI:
    """The service on a database that has the tables of this version.

    Raises MigrationNeeded otherwise.
    """
    settings = settings or Settings()
    database = database or Database(settings.url)
    require_current(database)
    require_dispatch(database, settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        database.close()

    app = FastAPI(
        title="Peakcrew",
        version=version("peakcrew"),
        description="Plans the humans behind an AI help desk: proven micro-shift schedules.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/v1/openapi.json",
        lifespan=lifespan,
        responses=EVERYWHERE,  # type: ignore[arg-type]
        max_body_size=settings.max_body_mib * MIB,
    )
    app.state.service = Service(settings, database)
    add_handlers(app)
    add_middleware(app)
    for router in ROUTERS:
        app.include_router(router)
    app.state.routes = [route for router in ROUTERS for route in router.routes]
    return app
