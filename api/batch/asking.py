"""Units -> the batches that the service is asked for; each of them is asked for once."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from api.batch.checkpoint import Checkpoint
from api.batch.handing_in import HandedIn
from api.batch.remote import Remote
from api.batch.unit import Unit
from api.schemas.base import Text
from api.schemas.batches import NewBatch
from scheduler.errors import ProblemInvalid

# The service takes 1,000 sites and, unless it is set otherwise, 5,000 plans.
UNITS_AT_ONCE = 500
NO_ID = "site_" + "0" * 24
_NAME: TypeAdapter[str] = TypeAdapter(Text)


@dataclass(slots=True)
class Asked:
    """A batch of the service; ``open`` are its units that have not ended, by site and scenario."""

    batch_id: str
    open: dict[tuple[str, str], Unit]
    num_ended: int = 0


def check(units: Sequence[Unit], folder: Path) -> None:
    """Raise ProblemInvalid for what the service cannot be asked for, while nothing was sent."""
    for unit in units:
        if not _is_name(unit.site_name):
            raise ProblemInvalid(
                f"{unit.site}: no name of a site for the service: printable, up to 200 letters, "
                "no blanks around it"
            )
    for part in parts(units):
        try:
            NewBatch.model_validate(_body(part, {}, folder))
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"]))
            raise ProblemInvalid(f"not for the service: {place}: {first['msg']}") from error


def parts(units: Sequence[Unit]) -> Iterator[list[Unit]]:
    """Units of sites that have the same scenarios, so many that one request can take them.

    A scenario may mean another change for each site, such as the bot down on its first day.
    """
    by_site: dict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        by_site[unit.site_name].append(unit)
    alike: dict[str, list[list[Unit]]] = defaultdict(list)
    for its_units in by_site.values():
        its_units.sort(key=lambda unit: unit.scenario.name)
        alike[json.dumps(_scenarios(its_units), sort_keys=True)].append(its_units)
    for sites in alike.values():
        at_once = max(1, UNITS_AT_ONCE // len(sites[0]))
        for first in range(0, len(sites), at_once):
            yield [unit for its_units in sites[first : first + at_once] for unit in its_units]


def ask(
    remote: Remote,
    part: Sequence[Unit],
    handed_in: Mapping[str, HandedIn],
    known: Mapping[str, Checkpoint],
    folder: Path,
) -> Asked:
    """Start a batch, or find the one that was started for the same before."""
    body = _body(part, handed_in, folder)
    answer = remote.post("/v1/batches", body, Idempotency_Key=_once(part, body, known))
    places = {(handed_in[unit.site_name].site_id, unit.scenario.name): unit for unit in part}
    return Asked(answer["id"], places)


def _body(part: Sequence[Unit], handed_in: Mapping[str, HandedIn], folder: Path) -> dict[str, Any]:
    names = dict.fromkeys(unit.site_name for unit in part)
    first = [unit for unit in part if unit.site_name == part[0].site_name]
    own_name = folder.resolve().name
    return {
        "name": own_name if _is_name(own_name) else "batch",
        "site_ids": [handed_in[name].site_id if name in handed_in else NO_ID for name in names],
        "scenarios": _scenarios(first),
        "parameters": part[0].parameters,
    }


def _scenarios(units: Sequence[Unit]) -> list[dict[str, Any]]:
    return [{"name": unit.scenario.name, "changes": unit.scenario.changes} for unit in units]


def _once(part: Sequence[Unit], body: Mapping[str, Any], known: Mapping[str, Checkpoint]) -> str:
    """The Idempotency-Key: of all that the plans depend on, and of the jobs that failed at it.

    So a start after a kill finds the batch of the one before, and a start after a failure tries
    that plan again.
    """
    failed = [
        one.error.get("job_id")
        for unit in part
        if (one := known.get(unit.name)) is not None and one.error is not None
    ]
    facts = [body, [unit.key for unit in part], failed]
    return "batch-" + hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def _is_name(text: str) -> bool:
    try:
        return _NAME.validate_python(text) == text
    except ValidationError:
        return False
