"""The service as processes: the API, and on one machine its workers beside it."""

import uvicorn

from api.app import create_app
from api.http.logs import set_up_logs
from api.settings import Settings
from api.storage.database import Database
from api.storage.migrate import migrate


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve until told to stop.

    An embedded database is brought to this version by itself; a PostgreSQL, which others may be
    using, only by ``peakcrew migrate``.
    """
    set_up_logs(settings)
    database = Database(settings.url)
    if database.is_sqlite:
        migrate(database)
    app = create_app(settings, database)
    uvicorn.run(app, host=host, port=port, log_config=None, server_header=False)
