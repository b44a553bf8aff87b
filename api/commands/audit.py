"""``peakcrew audit``: verify the audit log, or export it."""

import re
from typing import Annotated, Any, Literal

import typer

from api.options import AsJson
from api.outcome import DIFFERENT
from api.service_errors import service_errors

_NOTED = re.compile(r"^(\d{1,18}):([0-9a-f]{64})$")


def audit(
    action: Annotated[Literal["verify", "export"], typer.Argument(help="verify or export.")],
    tenant: Annotated[
        str | None, typer.Option(help="Name of the tenant; left out, all of them.")
    ] = None,
    noted: Annotated[
        str | None,
        typer.Option(help="NUMBER:HASH as it was noted elsewhere; verify compares it. One tenant."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Verify the audit log (exit code 1: broken, the first broken row is named), or export it."""
    with service_errors(as_json):
        from api.settings import Settings
        from api.storage.database import Database
        from api.storage.migrate import require_current
        from api.trace.entries import tenants

        known = _noted(noted, tenant)
        database = Database(Settings().url, pool_size=1)
        require_current(database)
        with database.snapshot() as session:
            found = tenants(session, tenant)
            if tenant is not None and not found:
                raise typer.BadParameter(f"there is no tenant {tenant!r}")
            if action == "export":
                _export(session, found)
            else:
                _verify(session, found, known, as_json)


def _export(session: Any, found: list[Any]) -> None:
    from api.trace.entries import exported

    for tenant in found:
        for line in exported(session, tenant):
            typer.echo(line)


def _verify(session: Any, found: list[Any], noted: tuple[int, str] | None, as_json: bool) -> None:
    told = [_verified(session, tenant, noted) for tenant in found]
    _tell(told, as_json)
    if not all(one["is_whole"] for one in told):
        raise typer.Exit(DIFFERENT)


def _noted(text: str | None, tenant: str | None) -> tuple[int, str] | None:
    if text is None:
        return None
    found = _NOTED.match(text)
    if found is None or tenant is None:
        raise typer.BadParameter("--noted: expected NUMBER:HASH, with --tenant")
    return int(found[1]), found[2]


def _verified(session: Any, tenant: Any, noted: tuple[int, str] | None) -> dict[str, Any]:
    from api.audit.chain import head_of
    from api.trace.entries import checked

    broken = checked(session, tenant.id, noted)
    number, digest = head_of(session, tenant.id)
    return {
        "tenant": tenant.name,
        "is_whole": broken is None,
        "number": number,
        "hash": digest,
        "broken_number": None if broken is None else broken.number,
        "why": None if broken is None else broken.why,
    }


def _tell(told: list[dict[str, Any]], as_json: bool) -> None:
    from api.outcome import print_json

    if as_json:
        print_json({"tenants": told})
        return
    for one in told:
        if one["is_whole"]:
            typer.echo(f"{one['tenant']}: whole, {one['number']} entries, head {one['hash']}")
        else:
            typer.echo(f"{one['tenant']}: BROKEN at entry {one['broken_number']}: {one['why']}")
