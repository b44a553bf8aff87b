"""The service on a real database, as its clients see it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from fastapi.testclient import TestClient
from httpx2 import Response

from api.app import create_app
from api.security.keys import make_key
from api.security.tenants import create_tenant
from api.settings import Settings
from api.storage.database import Database
from api.storage.tables import Tenant
from api.storage.tables.access import Role


@dataclass(frozen=True)
class Tester:
    """A service with two tenants, and keys of every role."""

    __test__: ClassVar[bool] = False  # pytest takes it for a test by its name

    database: Database
    settings: Settings
    client: TestClient
    tenant_id: str
    keys: dict[str, str] = field(
        repr=False
    )  # "admin" ... of the first tenant, "stranger" of the other

    def call(self, method: str, path: str, role: str = "admin", **more: Any) -> Response:
        """One request with the key of a role."""
        headers = {"Authorization": f"Bearer {self.keys[role]}", **more.pop("headers", {})}
        return self.client.request(method, path, headers=headers, **more)

    def get(self, path: str, role: str = "admin", **more: Any) -> Response:
        """GET."""
        return self.call("GET", path, role, **more)

    def post(self, path: str, body: Any = None, role: str = "admin", **more: Any) -> Response:
        """POST of a JSON body."""
        return self.call("POST", path, role, json=body, **more)

    def key(self, role: Role, **scope: Any) -> str:
        """A further key of the first tenant."""
        with self.database.write() as session:
            key, text = make_key(self.tenant_id, f"for a test: {role}", role, **scope)
            session.add(key)
        return text


def serving(database: Database, folder: Path, **settings: Any) -> Iterator[Tester]:
    """A service on a database that has its tables."""
    chosen = Settings(data_dir=folder, **settings)
    with database.write() as session:
        tenant, _, text = create_tenant(session, "acme")
        _, _, stranger = create_tenant(session, "other")
    keys = {"admin": text, "stranger": stranger}
    with TestClient(create_app(chosen, database), raise_server_exceptions=False) as client:
        tester = Tester(database, chosen, client, tenant.id, keys)
        for role in ("planner", "approver", "auditor"):
            keys[role] = tester.key(role)
        yield tester


def tenant_id(database: Database, name: str) -> str:
    """Id of a tenant."""
    from sqlalchemy import select

    with database.read() as session:
        return session.scalars(select(Tenant.id).where(Tenant.name == name)).one()
