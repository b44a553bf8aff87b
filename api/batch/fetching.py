"""A plan that the service made, brought into the folder of the batch."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from api.batch.remote import Remote
from api.batch.unit import Unit
from scheduler.errors import ProblemInvalid


def fetch(remote: Remote, unit: Unit, result: Mapping[str, Any], folder: Path) -> None:
    """Put the files of a unit's plan under ``plans``, all of them or none.

    ``result``: what its job made. Raises ProblemInvalid for a schedule that does not hold for its
    problem, and ServiceRefused for a plan that is not there.
    """
    work = Path(tempfile.mkdtemp(prefix=f"{unit.name}-", dir=folder / "work"))
    out = work / "out"
    out.mkdir()
    version = f"/v1/schedules/{result['schedule_id']}/versions/{result['number']}"
    for name in remote.get(version)["files"]:
        answer = remote.response("GET", f"{version}/files/{quote(name, safe='')}")
        (out / _plain(name)).write_bytes(answer.content)
    _write_workers(unit, out, work)
    kept = folder / "plans" / unit.name
    shutil.rmtree(kept, ignore_errors=True)
    out.replace(kept)


def _plain(name: str) -> str:
    """A name that stays in its folder, whatever the service says."""
    if name != Path(name).name or name.startswith("."):
        raise ProblemInvalid(f"the service names a file {name!r}")
    return name


def _write_workers(unit: Unit, out: Path, work: Path) -> None:
    """The workers' own files, which the service makes only when a worker asks for his.

    The schedule is judged on the way, so what was fetched is known to hold.
    """
    from api.export import read_report
    from scheduler.export.files import write_exports

    report = read_report(out / "problem.json", out / "schedule.json", _site(unit, work))
    (work / "exports").mkdir()
    write_exports(report, work / "exports")
    (work / "exports" / "workers").replace(out / "workers")


def _site(unit: Unit, work: Path) -> Path:
    """The site as the scenario makes it: who works there, and under which name."""
    if unit.scenario.changes is None:
        return unit.site
    from api.scenarios.changes import read_changes
    from api.scenarios.folder import write_scenario
    from api.site.read import read_site

    base = read_site(unit.site)
    changes = dict(unit.scenario.changes)
    changes["bot_down_at"] = changes.pop("bot_down")
    write_scenario(base, read_changes(base, **changes), work / "scenario")
    return work / "scenario"
