"""One site under one scenario: what it depends on, and how long it may take."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from api.batch.scenarios import Scenario
from api.comparison.reading import names_of
from scheduler.errors import ProblemInvalid


@dataclass(frozen=True, slots=True)
class Unit:
    """A site, a scenario, the parameters; ``key`` is the hash of all that the result depends on."""

    site: Path
    site_name: str
    scenario: Scenario
    parameters: dict[str, Any]
    key: str
    size: int

    @property
    def name(self) -> str:
        """Name of its folder in the batch."""
        return f"{self.site_name}--{self.scenario.name}"


def units(
    sites: Sequence[Path], scenarios: Iterable[Scenario], parameters: dict[str, Any]
) -> list[Unit]:
    """All units, the longest first, so that none of them is left running alone at the end.

    Raises ProblemInvalid for a site that is no folder or is named twice.
    """
    for path in sites:
        if not path.is_dir():
            raise ProblemInvalid(f"{path}: is no folder of a site")
        if [one.resolve() for one in sites].count(path.resolve()) > 1:
            raise ProblemInvalid(f"{path}: is named twice")
    names = [name.replace("/", "-") for name in names_of(sites)]
    if len(set(names)) < len(names):
        raise ProblemInvalid("batch: the folders' names do not tell the sites apart")
    chosen = tuple(scenarios)
    hashes = {path: site_hash(path) for path in sites}
    found = [
        _unit(path, name, here, parameters, hashes[path])
        for path, name in zip(sites, names, strict=True)
        for scenario in chosen
        if (here := scenario.for_site(path)) is not None
    ]
    return sorted(found, key=lambda unit: (-unit.size, unit.name))


def _unit(
    site: Path, name: str, scenario: Scenario, parameters: dict[str, Any], sha256: str
) -> Unit:
    key = unit_key(sha256, scenario.changes, parameters)
    return Unit(site, name, scenario, parameters, key, _size(site))


def unit_key(site_sha256: str, changes: dict[str, Any] | None, parameters: dict[str, Any]) -> str:
    """The hash of all that a unit's result depends on: input, what-if, parameters, versions."""
    facts = {
        "site": site_sha256,
        "scenario": changes,
        "parameters": parameters,
        "versions": {one: version(one) for one in ("peakcrew", "ortools")},
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def site_hash(site: Path) -> str:
    """The hash of all files of a site."""
    found = hashlib.sha256()
    for path in _files(site):
        found.update(path.name.encode() + b"\0")
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def _size(site: Path) -> int:
    """What the time of a plan grows with, roughly: people and their windows, then history."""
    sizes = {path.name: path.stat().st_size for path in _files(site)}
    return 10 * sizes.get("availability.csv", 0) + sum(sizes.values())


def _files(site: Path) -> list[Path]:
    return [
        path
        for path in sorted(site.iterdir())
        if path.is_file() and path.suffix in (".csv", ".toml")
    ]
