"""``peakcrew keys``: tenants and API keys from the machine itself."""

from typing import Annotated

import typer

from api.options import AsJson
from api.service_errors import service_errors


def keys(
    action: Annotated[str, typer.Argument(help="create, list or revoke.")],
    tenant: Annotated[str | None, typer.Option(help="Name of the tenant; made if new.")] = None,
    name: Annotated[str, typer.Option(help="What the key is for.")] = "key",
    role: Annotated[
        str, typer.Option(help="admin, planner, approver, auditor or worker.")
    ] = "admin",
    site: Annotated[list[str] | None, typer.Option(help="Only these sites (ids).")] = None,
    worker: Annotated[str | None, typer.Option(help="For the role worker: his id.")] = None,
    days: Annotated[int | None, typer.Option(min=1, help="Days until it expires.")] = None,
    key_id: Annotated[str | None, typer.Option("--id", help="The key to revoke.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make, list and revoke API keys; the first one has to come from here."""
    with service_errors(as_json):
        from api.outcome import print_json
        from api.security.local import create_key, list_keys, revoke_key
        from api.settings import Settings
        from api.storage.database import Database
        from api.storage.migrate import require_current

        if action not in ("create", "list", "revoke"):
            raise typer.BadParameter("expected create, list or revoke")
        if action != "list" and (tenant if action == "create" else key_id) is None:
            raise typer.BadParameter("create needs --tenant, revoke needs --id")
        database = Database(Settings().url)
        require_current(database)
        if action == "create":
            found = create_key(database, tenant or "", name, role, site, worker, days)
        elif action == "list":
            found = {"keys": list_keys(database, tenant)}
        else:
            found = revoke_key(database, key_id or "")
        if as_json:
            print_json(found)
        elif action == "list":
            for one in found["keys"]:
                typer.echo("  ".join(f"{k}={v}" for k, v in one.items() if v is not None))
        else:
            for label, value in found.items():
                typer.echo(f"{label}: {value}")
