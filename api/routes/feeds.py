"""The private calendar feed of a worker."""

import hashlib
from email.utils import format_datetime
from typing import Annotated

from fastapi import APIRouter, Header, Response

from api.feeds.calendar import feed
from api.feeds.shifts import shifts_of
from api.feeds.tokens import feed_of
from api.http.files import TYPES
from api.http.problems import not_found
from api.http.service import Serving
from api.http.strict import StrictRoute
from api.storage.base import now

router = APIRouter(prefix="/feeds", tags=["feeds"], route_class=StrictRoute)


@router.get(
    "/{token}.ics",
    operation_id="read_feed",
    response_class=Response,
    responses={
        200: {"content": {"text/calendar": {}}},
        304: {"description": "Nothing has changed."},
    },
)
def read_feed(
    token: str,
    serving: Serving,
    if_none_match: Annotated[str | None, Header(max_length=200)] = None,
) -> Response:
    """A worker's shifts for his calendar. The address is the secret; no key is asked for."""
    # By the hash, as the limiter's memory is no place for secrets either.
    who = hashlib.sha256(token.encode()).hexdigest()
    serving.check_rate(f"feed {who}", serving.settings.feed_requests_per_minute)
    days = serving.settings.cancelled_shifts_shown_days
    with serving.database.read() as session:
        found = feed_of(session, token)
        if found is None:
            raise not_found("feed")
        shifts = shifts_of(session, found.site_id, found.worker_id, now(), days)
    body = feed(shifts, shifts.language)
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, max-age=300"}
    if shifts.events:
        newest = max(one.changed_at for one in shifts.events)
        headers["Last-Modified"] = format_datetime(newest, usegmt=True)
    if if_none_match is not None and tag in (one.strip() for one in if_none_match.split(",")):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=TYPES[".ics"], headers=headers)
