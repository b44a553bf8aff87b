"""The batch done by the service: handed in, followed, and fetched into the same folder."""

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from api.batch import asking, checkpoint
from api.batch.asking import Asked
from api.batch.checkpoint import Checkpoint
from api.batch.fetching import fetch
from api.batch.handing_in import HandedIn, hand_in, known_sites
from api.batch.remote import Remote, ServiceRefused, refused_lines
from api.batch.run import OnEnd, claimed, is_done
from api.batch.unit import Unit, unit_key
from api.site.problems import SiteInvalid
from api.storage.tables.jobs import TERMINAL
from scheduler.errors import ProblemInvalid

LOOK_SECONDS = 2.0
OnStage = Callable[[str], None]


def run(
    units: Sequence[Unit], folder: Path, remote: Remote, on_stage: OnStage, on_end: OnEnd
) -> list[Checkpoint]:
    """Have the service do what is not done yet; returns the checkpoints of all units.

    Whatever ends this, the service goes on; run again, it is asked for the same, and nothing is
    done twice. Raises ServiceRefused when it refuses all, ServiceAway when it does not answer.
    """
    with claimed(folder):
        known = {unit.name: one for unit in units if (one := checkpoint.read(folder, unit))}
        waiting = [unit for unit in units if not is_done(folder, unit)]
        batch = _Batch(folder, remote, known, on_stage, on_end)
        batch.hand_in(waiting)
        batch.follow(batch.ask(waiting))
    return [known[unit.name] for unit in units if unit.name in known]


@dataclass
class _Batch:
    """A batch on its way; ``known`` are the checkpoints that there are."""

    folder: Path
    remote: Remote
    known: dict[str, Checkpoint]
    on_stage: OnStage
    on_end: OnEnd
    handed_in: dict[str, HandedIn] = field(default_factory=dict)

    def hand_in(self, waiting: Sequence[Unit]) -> None:
        """Bring all sites to the service; the units of one that it refuses have ended."""
        by_site: dict[str, list[Unit]] = defaultdict(list)
        for unit in waiting:
            by_site[unit.site_name].append(unit)
        there = known_sites(self.remote) if by_site else {}
        for name, units in by_site.items():
            self.on_stage(f"handing in {name}")
            try:
                self.handed_in[name] = hand_in(self.remote, there, name, units[0].site)
            except (SiteInvalid, ServiceRefused) as error:
                if isinstance(error, ServiceRefused) and error.is_of_the_key:
                    raise
                for unit in units:
                    self._keep(unit, checkpoint.ended(unit, 1, 0.0, error=_refused(error)))

    def ask(self, waiting: Sequence[Unit]) -> list[Asked]:
        """Start the batches of all sites that were accepted."""
        accepted = [unit for unit in waiting if unit.site_name in self.handed_in]
        return [
            asking.ask(self.remote, part, self.handed_in, self.known, self.folder)
            for part in asking.parts(accepted)
        ]

    def follow(self, asked: Sequence[Asked]) -> None:
        """Fetch each plan as it ends, until all have ended."""
        self.on_stage("plans")
        while True:
            for one in asked:
                self._look(one)
            asked = [one for one in asked if one.open]
            if not asked:
                return
            time.sleep(LOOK_SECONDS)

    def _look(self, asked: Asked) -> None:
        path = f"/v1/batches/{asked.batch_id}"
        jobs = self.remote.get(path)["jobs"]
        num_ended = sum(jobs.get(state, 0) for state in TERMINAL)
        if num_ended == asked.num_ended:
            return
        for item in self.remote.items(f"{path}/units"):
            place = item["site_id"], item["scenario"]
            if item["state"] in TERMINAL and place in asked.open:
                self._end(asked.open[place], item)
                del asked.open[place]
        asked.num_ended = num_ended

    def _end(self, unit: Unit, item: Mapping[str, Any]) -> None:
        facts = item["attempt"], _seconds(item)
        error = self._failure(unit, item)
        if error is not None:
            self._keep(unit, checkpoint.ended(unit, *facts, error=error))
            return
        one = checkpoint.ended(unit, *facts, summary=_summary(item["result"]))
        self._keep(unit, replace(one, key=self._key(unit, item["key"])))

    def _failure(self, unit: Unit, item: Mapping[str, Any]) -> dict[str, Any] | None:
        """Why there is no plan of a unit that ended; None when it was fetched."""
        about = {"job_id": item["job_id"]}
        if item["state"] == "cancelled":
            return {"code": "cancelled", "detail": "was cancelled on the service", **about}
        if item["state"] == "failed":
            return {**item["error"], **about}
        try:
            fetch(self.remote, unit, item["result"], self.folder)
        except (ServiceRefused, ProblemInvalid) as error:
            if isinstance(error, ServiceRefused) and error.is_of_the_key:
                raise
            return {**_refused(error), **about}
        return None

    def _key(self, unit: Unit, theirs: str) -> str:
        """The unit's key; that of the service if it planned something else.

        Then its versions are others than ours, or its input is: the plan is the service's, and the
        next start asks again.
        """
        sha256 = self.handed_in[unit.site_name].sha256
        if sha256 is None or theirs != unit_key(sha256, unit.scenario.changes, unit.parameters):
            return theirs
        return unit.key

    def _keep(self, unit: Unit, one: Checkpoint) -> None:
        checkpoint.write(self.folder, one)
        self.known[unit.name] = one
        self.on_end(one)


def _refused(error: Exception) -> dict[str, Any]:
    """Why a site or a plan was refused, as a checkpoint states it."""
    if isinstance(error, ServiceRefused):
        lines = refused_lines(error.problem)
        code = str(error.problem.get("code", error.status))
        detail = "\n".join(lines) if lines else str(error)
        return {"code": code, "detail": detail, "errors": error.problem.get("errors", [])}
    return {"code": "site_invalid", "detail": str(error)}


def _seconds(item: Mapping[str, Any]) -> float:
    """From the begin of the job to its end; 0 for one that never began."""
    if item["started_at"] is None or item["finished_at"] is None:
        return 0.0
    begun, ended = (datetime.fromisoformat(item[one]) for one in ("started_at", "finished_at"))
    return round((ended - begun).total_seconds(), 2)


def _summary(result: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of a plan, in units of the currency, as the service's answer has them."""
    return {
        "status": result["status"],
        "cost": result["objective"],
        "bound": result["bound"],
        "gap": round(result["gap"], 6),
        "costs": result["costs"],
    }
