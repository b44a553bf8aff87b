"""A kept forecast: what it was made from, and which files hold it."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import python_version
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

FORMAT = "peakcrew.forecast_version/1"
RECORD = "version.json"
FORECAST, DEMAND, LAYERS = "forecast.csv", "demand.csv", "layers.csv"
STEPS, DAYS = "steps.csv", "days.csv"
# What a forecast reads of a site; people and rules change nothing about it.
INPUTS = ("site.toml", "history.csv", "bot_outcomes.csv", "events.csv", "adjustments.csv")
LIBRARIES = ("peakcrew", "numpy", "pandas", "scipy", "holidays", "lightgbm")
HASH_LENGTH = 12


class Record(BaseModel):
    """A part of ``version.json``; keys of later versions of the format are passed over."""

    model_config = ConfigDict(frozen=True)


class Change(Record):
    """A row of ``adjustments.csv`` as it was."""

    start: datetime
    end: datetime
    unique_id: str | None
    operation: str
    value: float
    note: str = ""
    author: str = ""
    made_at: str = ""


class LayerRecord(Record):
    """A layer as it was, and whether it was on."""

    layer: str
    on: bool
    changes: tuple[Change, ...]


class History(Record):
    """What was known: rows and contacts, from ``first`` to before ``until``."""

    rows: int
    contacts: int
    first: datetime
    until: datetime


class Version(Record):
    """``version.json``; ``inputs`` and ``files`` are SHA-256 by name."""

    format: Literal["peakcrew.forecast_version/1"]
    id: str
    made_at: datetime
    site: str
    time_zone: str
    interval_minutes: int
    horizon_start: date
    horizon_days: int
    queues: tuple[str, ...]
    history: History
    seed: int
    num_paths: int
    contacts: float
    contacts_unadjusted: float
    inputs: dict[str, str]
    versions: dict[str, str]
    layers: tuple[LayerRecord, ...]
    notes: tuple[str, ...]
    files: dict[str, str]

    @property
    def digest(self) -> str:
        """The part of the id that says what the forecast was made from."""
        return self.id.rpartition("-")[2]


def input_hashes(site: Path) -> dict[str, str]:
    """SHA-256 of each file of a site folder that a forecast reads."""
    return {name: file_hash(site / name) for name in INPUTS if (site / name).is_file()}


def file_hash(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def library_versions() -> dict[str, str]:
    """What a forecast is computed with."""
    return {name: _version(name) for name in LIBRARIES} | {"python": python_version()}


def digest_of(
    inputs: Mapping[str, str], versions: Mapping[str, str], seed: int, files: Mapping[str, str]
) -> str:
    """Short fingerprint: equal for the same forecast of equal input, versions and seed."""
    content: dict[str, Any] = {
        "inputs": dict(inputs),
        "versions": dict(versions),
        "seed": seed,
        "files": dict(files),
    }
    text = json.dumps(content, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:HASH_LENGTH]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
