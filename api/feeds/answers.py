"""A worker's shifts in the form that was asked for."""

from typing import Literal

from fastapi import Response

from api.feeds import calendar, lists
from api.feeds.shifts import WorkerShifts
from api.http.files import TYPES
from api.storage.base import now

Form = Literal["csv", "xlsx", "html", "ics"]
# The page has its style in itself and no script.
PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


def shifts_file(shifts: WorkerShifts, form: Form, language: str | None) -> Response:
    """The file; in the worker's own language where none is asked for."""
    chosen = language or shifts.language
    headers = {"Content-Disposition": f'attachment; filename="shifts.{form}"'}
    match form:
        case "csv":
            body = lists.as_csv(shifts, chosen)
        case "xlsx":
            body = lists.as_xlsx(shifts, chosen)
        case "ics":
            body = calendar.feed(shifts, chosen)
        case "html":
            body = lists.as_page(shifts, chosen, now())
            headers = {"Content-Security-Policy": PAGE_POLICY}
    return Response(body, media_type=TYPES[f".{form}"], headers=headers)
