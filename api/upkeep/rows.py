"""Rows that are thrown away, counted."""

from sqlalchemy import CursorResult, Delete
from sqlalchemy.orm import Session


def count(session: Session, deleting: Delete) -> int:
    """Carry it out; returns how many rows it took."""
    done = session.execute(deleting.execution_options(synchronize_session=False))
    assert isinstance(done, CursorResult)
    return int(done.rowcount)
