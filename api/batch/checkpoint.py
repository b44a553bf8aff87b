"""What is done of a batch: one small file for each unit, there as a whole or not at all."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from api.batch.unit import Unit

State = Literal["done", "failed"]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The end of a unit; it holds for as long as the unit's key is the same.

    ``summary``: figures of a unit that is done; ``error``: why one failed.
    """

    name: str
    site: str
    scenario: str
    key: str
    state: State
    attempts: int
    seconds: float
    summary: dict[str, Any] | None = None
    error: dict[str, Any] | None = None


def ended(unit: Unit, attempts: int, seconds: float, **end: Any) -> Checkpoint:
    """The checkpoint of a unit that ended with a ``summary`` or an ``error``."""
    state: State = "done" if "summary" in end else "failed"
    return Checkpoint(
        unit.name, unit.site_name, unit.scenario.name, unit.key, state, attempts, seconds, **end
    )


def write(folder: Path, checkpoint: Checkpoint) -> None:
    """Keep a checkpoint so that no kill and no power cut can halve it."""
    path = _path(folder, checkpoint.name)
    fresh = path.with_suffix(".new")
    with fresh.open("w", encoding="utf-8") as file:
        json.dump(asdict(checkpoint), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def read(folder: Path, unit: Unit) -> Checkpoint | None:
    """The checkpoint of a unit as it is now; None if it is of another input, or not there."""
    found = read_file(_path(folder, unit.name))
    return found if found is not None and found.key == unit.key else None


def read_all(folder: Path) -> list[Checkpoint]:
    """All checkpoints of a batch, by name."""
    found = (read_file(path) for path in sorted((folder / "state").glob("*.json")))
    return [one for one in found if one is not None]


def read_file(path: Path) -> Checkpoint | None:
    """A checkpoint from its file; None for what is none."""
    try:
        return Checkpoint(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _path(folder: Path, name: str) -> Path:
    return folder / "state" / f"{name}.json"
