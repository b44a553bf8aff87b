"""Triggers that let rows of the audit log be added, and nothing else."""

from sqlalchemy import Connection, text

_SQLITE = """
CREATE TRIGGER audit_no_{verb} BEFORE {VERB} ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END
"""
_FUNCTION = """
CREATE FUNCTION audit_refuses() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit log is only ever added to'; END $$
"""
_POSTGRESQL = """
CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION audit_refuses()
"""


def protect(connection: Connection) -> None:
    """Add the triggers to the table ``audit``."""
    if connection.dialect.name == "sqlite":
        for verb in ("update", "delete"):
            connection.execute(text(_SQLITE.format(verb=verb, VERB=verb.upper())))
    else:
        connection.execute(text(_FUNCTION))
        connection.execute(text(_POSTGRESQL))


def unprotect(connection: Connection) -> None:
    """Take the triggers away again, for a migration."""
    if connection.dialect.name == "sqlite":
        for verb in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER audit_no_{verb}"))
    else:
        connection.execute(text("DROP TRIGGER audit_no_change ON audit"))
        connection.execute(text("DROP FUNCTION audit_refuses()"))
