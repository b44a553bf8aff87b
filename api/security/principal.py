"""Whoever asks: his tenant, his role, his sites; and what of the tables is his."""

from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from sqlalchemy import Select, false, inspect, select
from sqlalchemy.orm import Session

from api.http.problems import Problem, not_found
from api.storage.base import OfTenant
from api.storage.tables import Site
from api.storage.tables.access import Role

Permission = Literal["read", "edit", "run", "propose", "approve", "publish", "audit", "keys", "own"]

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    "admin": frozenset({"read", "edit", "run", "propose", "approve", "publish", "audit", "keys"}),
    "planner": frozenset({"read", "edit", "run", "propose", "publish"}),
    # Who approves does not plan: two pairs of eyes.
    "approver": frozenset({"read", "approve", "publish"}),
    "auditor": frozenset({"read", "audit"}),
    "worker": frozenset({"own"}),
}
M = TypeVar("M", bound=OfTenant)


@dataclass(frozen=True, slots=True)
class Principal:
    """A key in use. ``site_ids`` None: all sites of the tenant."""

    key_id: str
    tenant_id: str
    name: str
    role: Role
    site_ids: tuple[str, ...] | None = None
    worker_id: str | None = None

    def may(self, permission: Permission) -> bool:
        """Whether the role has a permission."""
        return permission in PERMISSIONS[self.role]

    def require(self, permission: Permission) -> None:
        """Raise Problem 403 unless the role has a permission."""
        if not self.may(permission):
            raise Problem(403, "forbidden", f"a key with the role {self.role} may not {permission}")

    def sees(self, site_id: str | None) -> bool:
        """Whether a site is within the key's scope."""
        return self.site_ids is None or site_id in self.site_ids


def owned(principal: Principal, table: type[M]) -> Select[M]:
    """All rows of a table that the principal may know of.

    The only way in which routes begin a query: what belongs to another tenant, or to a site
    outside the key's scope, is not there.
    """
    query = select(table).where(table.tenant_id == principal.tenant_id)
    if principal.site_ids is None:
        return query
    column: Any = Site.id if table is Site else getattr(table, "site_id", None)
    if column is None:
        return query.where(false())
    return query.where(column.in_(principal.site_ids))


def find(session: Session, principal: Principal, table: type[M], row_id: str, what: str) -> M:
    """One row by its id; Problem 404 for what is not there or not the principal's."""
    key = _primary_key(table)
    row = session.scalars(owned(principal, table).where(key == row_id)).one_or_none()
    if row is None:
        raise not_found(what)
    return row


def _primary_key(table: type[OfTenant]) -> Any:
    return inspect(table).primary_key[0]
