"""Work that may wait in ``peakcrew.problem/1``: read, and written."""

from typing import Any

import numpy as np

from scheduler.backlog import Backlog
from scheduler.contract.documents import BacklogDocument, ProblemDocument
from scheduler.contract.units import amount, cents
from scheduler.errors import ProblemInvalid


def to_backlogs(document: ProblemDocument) -> dict[str, Backlog]:
    """Each queue's work that may wait; raises ProblemInvalid with the queue's field."""
    found = {}
    for queue, one in document.backlogs.items():
        try:
            found[queue] = _to_backlog(one)
        except ProblemInvalid as error:
            raise ProblemInvalid(f"backlogs.{queue}: {error}") from None
    return found


def _to_backlog(one: BacklogDocument) -> Backlog:
    return Backlog(
        arriving=np.asarray(one.arriving_minutes, dtype=np.int64),
        due=np.asarray(one.due_minutes, dtype=np.int64),
        done_per_worker=np.asarray(one.minutes_per_worker, dtype=np.int64),
        opening=one.opening_minutes,
        overdue=one.overdue_minutes,
        overdue_cost=cents(one.overdue_cost_per_hour_per_day),
        left_over_cost=cents(one.left_over_cost_per_hour),
    )


def backlog_json(one: Backlog) -> dict[str, Any]:
    """One queue's work as the file holds it; what is off is left out."""
    later = {
        "opening_minutes": one.opening,
        "overdue_minutes": one.overdue,
        "overdue_cost_per_hour_per_day": amount(one.overdue_cost),
        "left_over_cost_per_hour": amount(one.left_over_cost),
    }
    return {
        "arriving_minutes": one.arriving.tolist(),
        "due_minutes": one.due.tolist(),
        "minutes_per_worker": one.done_per_worker.tolist(),
        **{key: value for key, value in later.items() if value},
    }
