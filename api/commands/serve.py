"""``peakcrew serve``: the HTTP service."""

from typing import Annotated

import typer

from api.service_errors import service_errors


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port to listen on.")] = 8000,
    workers: Annotated[
        int, typer.Option(min=0, max=256, help="Worker processes beside the API.")
    ] = 1,
    deliver: Annotated[
        bool, typer.Option("--deliver/--no-deliver", help="Deliver e-mails and webhooks too.")
    ] = True,
) -> None:
    """Serve the API. Settings are PEAKCREW_... variables, see docs/operations.md."""
    with service_errors():
        from api.server import serve as run
        from api.settings import Settings

        beside = ["worker"] * workers + ["deliver"] * deliver
        run(Settings(), host, port, beside)
