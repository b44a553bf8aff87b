"""``peakcrew janitor``: throws away what the service needs no longer."""

from api.options import AsJson
from api.service_errors import service_errors


def janitor(as_json: AsJson = False) -> None:
    """Throw away what the service needs no longer, once; `serve` does so every hour."""
    with service_errors(as_json):
        from dataclasses import asdict

        import typer

        from api.http.logs import set_up_logs
        from api.outcome import print_json
        from api.settings import Settings
        from api.storage.database import Database
        from api.storage.migrate import require_current
        from api.upkeep.janitor import clean

        settings = Settings()
        set_up_logs(settings)
        database = Database(settings.url, pool_size=1)
        require_current(database)
        cleaned = asdict(clean(database, settings))
        if as_json:
            print_json(cleaned)
        else:
            for what, number in cleaned.items():
                typer.echo(f"{what.replace('_', ' ')}: {number}")
