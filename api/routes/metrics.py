"""Figures for Prometheus."""

import secrets

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse

from api.http.metrics import MEDIA_TYPE
from api.http.problems import Problem
from api.http.service import Serving
from api.http.strict import StrictRoute

router = APIRouter(tags=["operations"], route_class=StrictRoute)


@router.get("/metrics", operation_id="metrics", response_class=PlainTextResponse)
def metrics(request: Request, serving: Serving) -> Response:
    """Requests, jobs, deliveries and the database in the text format of Prometheus."""
    token = serving.settings.metrics_token
    if token is not None:
        stated = request.headers.get("Authorization", "")
        wanted = f"Bearer {token.get_secret_value()}"
        if not secrets.compare_digest(stated.encode(), wanted.encode()):
            raise Problem(
                401, "unauthorized", "the token for metrics is needed",
                headers={"WWW-Authenticate": "Bearer"},
            )  # fmt: skip
    return Response(serving.metrics.text(), media_type=MEDIA_TYPE)
