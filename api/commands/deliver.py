"""``peakcrew deliver``: sends what is in the outbox."""

from api.service_errors import service_errors


def deliver() -> None:
    """Send the service's e-mails and webhooks; `serve` runs one of these beside the API."""
    with service_errors():
        import signal

        from api.delivery.dispatcher import Dispatcher
        from api.http.logs import set_up_logs
        from api.settings import Settings
        from api.storage.database import Database
        from api.storage.migrate import require_current

        settings = Settings()
        set_up_logs(settings)
        database = Database(settings.url, pool_size=1)
        require_current(database)
        one = Dispatcher(database, settings)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: one.closing.set())
        one.work()
