"""Versions of schedules made by hand, for what happens to them afterwards."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from api.jobs.results import keep_assignments
from api.storage.tables import Schedule, ScheduleVersion, Site
from tests.api.command import SEEDS
from tests.api.serving import Tester

TINY = {
    path.name: path.read_text()
    for path in (SEEDS / "tiny").iterdir()
    if path.suffix in (".csv", ".toml")
}
FIRST_DAY = date(2027, 1, 11)
MONDAY = datetime(2027, 1, 11, tzinfo=UTC)


def make_site(tester: Tester, name: str = "tiny", role: str = "admin", **changes: str) -> str:
    """The site ``tiny`` with some of its texts replaced: ``{"site.toml": (old, new)}``."""
    files = dict(TINY)
    for old, new in changes.items():
        files["site.toml"] = files["site.toml"].replace(old, new)
    answer = tester.post("/v1/sites", {"name": name, "files": files}, role)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def shift(
    worker: str, day: int, hour: int, queue: str = "support|de|chat", hours: int = 4
) -> dict[str, Any]:
    """A shift of ``schedule.json``, ``day`` days after Monday."""
    start = MONDAY + timedelta(days=day, hours=hour)
    end = start + timedelta(hours=hours)
    return {
        "id": f"{worker}-{day}-{hour}",
        "worker": worker,
        "queue": queue,
        "template": "four",
        "start": start.isoformat(),
        "end": end.isoformat(),
        "minutes": hours * 60,
        "cost": 60.0,
    }


def make_version(
    tester: Tester,
    site_id: str,
    shifts: list[dict[str, Any]],
    days: int = 7,
    first: date = FIRST_DAY,
) -> str:
    """Path of a draft with these shifts; the schedule is made with its first version."""
    with tester.database.write() as session:
        site = session.get_one(Site, site_id)
        known = select(Schedule).where(Schedule.site_id == site_id, Schedule.first_day == first)
        schedule = session.scalars(known).first()
        if schedule is None:
            schedule = Schedule(
                tenant_id=site.tenant_id,
                site_id=site_id,
                first_day=first,
                days=days,
                time_zone="UTC",
            )
            session.add(schedule)
            session.flush()
        last = select(func.max(ScheduleVersion.number)).where(
            ScheduleVersion.schedule_id == schedule.id
        )
        version = ScheduleVersion(
            tenant_id=site.tenant_id, schedule_id=schedule.id, site_id=site_id,
            number=(session.scalar(last) or 0) + 1, input_id=site.input_id, status="optimal",
            objective=100, bound=100, gap=0.0, files={}, run={}, created_by="key_x",
        )  # fmt: skip
        session.add(version)
        session.flush()
        keep_assignments(session, version, shifts)
        return f"/v1/schedules/{schedule.id}/versions/{version.number}"


def step(tester: Tester, path: str, action: str, role: str, body: Any = None, **more: Any) -> Any:
    """One action on a version, with its present ETag."""
    tag = tester.get(path).headers["ETag"]
    headers = {"If-Match": tag, **more.pop("headers", {})}
    return tester.post(f"{path}/{action}", body, role, headers=headers, **more)


def bring_to(tester: Tester, path: str, state: str) -> None:
    """Take a draft to a later state."""
    for action, role, body in (
        ("propose", "planner", {"person": "P. Planner"}),
        ("approve", "approver", {"person": "A. Approver", "consent_reference": "BV 7"}),
        ("publish", "planner", None),
    ):
        answer = step(tester, path, action, role, body)
        assert answer.status_code == 200, answer.text
        if tester.get(path).json()["state"] == state:
            return
