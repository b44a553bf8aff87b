"""Which workers of a site are meant by what ``site.toml`` says of a group."""

from datetime import date
from fnmatch import fnmatchcase

from api.site.site import WorkerRow
from api.site.who import Who


def is_in(who: Who, row: WorkerRow) -> bool:
    """Whether a worker matches everything that is stated about a group."""
    texts = (
        (who.status, row.status),
        (who.region, row.region),
        (who.contract, row.contract),
        (who.worker_id, row.id),
    )
    return all(
        patterns is None or any(fnmatchcase(text, pattern) for pattern in patterns)
        for patterns, text in texts
    ) and _started_in(who, row.started_on)


def _started_in(who: Who, started: date | None) -> bool:
    if who.started_from is None and who.started_before is None:
        return True
    return (
        started is not None
        and (who.started_from is None or started >= who.started_from)
        and (who.started_before is None or started < who.started_before)
    )
