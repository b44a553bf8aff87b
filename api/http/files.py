"""Files as answers."""

from typing import Any

from fastapi import Response

OTHER = "application/octet-stream"
TYPES = {
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ics": "text/calendar; charset=utf-8",
    ".toml": "application/toml",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# For the OpenAPI document of routes that answer with whatever file is asked for.
ANY_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {kind.split(";")[0]: {} for kind in (*TYPES.values(), OTHER)}}
}
# A report is one page with its own style and script, and asks nobody for anything.
REPORT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "img-src data:; sandbox allow-scripts"
)


def file_response(name: str, body: bytes) -> Response:
    """A file to save; a page to look at."""
    suffix = name[name.rfind(".") :]
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if suffix == ".html":
        headers = {"Content-Security-Policy": REPORT_POLICY}
    kind = TYPES.get(suffix, OTHER)
    return Response(body, media_type=kind, headers=headers)
