"""The scenarios of a batch: what is planned of each site beside the site as it is."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from api.schemas.jobs import ScenarioChanges
from scheduler.errors import ProblemInvalid

BASE = "base"
_LISTS = frozenset({"volume", "bot_down", "drop_skill"})
_NUMBERS = frozenset({"fewer_workers", "more_workers", "seed"})


@dataclass(frozen=True, slots=True)
class Scenario:
    """A name and its changes; none for the site as it is.

    ``is_usual``: one of the default set, left out where a site has no bot to be down.
    """

    name: str
    changes: dict[str, Any] | None
    is_usual: bool = False

    def for_site(self, site: Path) -> "Scenario | None":
        """The scenario on one site; None where it means nothing there."""
        if not self.is_usual or self.changes is None or not self.changes["bot_down"]:
            return self
        has_bot = (site / "bot_outcomes.csv").is_file() and not (site / "requirement.csv").is_file()
        first_day = _first_day(site)
        if not has_bot or first_day is None:
            return None
        return Scenario(self.name, {**self.changes, "bot_down": [first_day]}, is_usual=True)


def usual() -> tuple[Scenario, ...]:
    """Base, a fifth more contacts, and the bot down on the first day."""
    return (
        Scenario(BASE, None),
        Scenario("busy", _changes("busy", {"volume": ["+20%"]})),
        Scenario("bot_down", _changes("bot_down", {"bot_down": ["first day"]}), is_usual=True),
    )


def read_scenarios(texts: Sequence[str]) -> tuple[Scenario, ...]:
    """Scenarios as ``base`` or ``name:option=value,option=value``; the usual ones if none is named.

    Raises ProblemInvalid that names the scenario.
    """
    if not texts:
        return usual()
    found = tuple(_scenario(text) for text in texts)
    names = [one.name for one in found]
    for name in names:
        if names.count(name) > 1:
            raise ProblemInvalid(f"--scenario: {name} is named twice")
    return found


def _scenario(text: str) -> Scenario:
    name, colon, options = text.partition(":")
    if not name or not all(mark.isalnum() or mark in "-_" for mark in name):
        raise ProblemInvalid(f"--scenario: {text!r}: a name of letters, digits, - and _ is needed")
    if not colon:
        if name != BASE:
            raise ProblemInvalid(f"--scenario: {name}: needs changes, like {name}:volume=+20%")
        return Scenario(BASE, None)
    values: dict[str, Any] = {}
    for part in options.split(","):
        key, equals, value = part.partition("=")
        key = key.strip().replace("-", "_")
        if not equals or not value:
            raise ProblemInvalid(f"--scenario: {name}: expected option=value, found {part!r}")
        if key in _LISTS:
            values.setdefault(key, []).append(value)
        else:
            values[key] = int(value) if key in _NUMBERS and value.isdecimal() else value
    return Scenario(name, _changes(name, values))


def _changes(name: str, values: dict[str, Any]) -> dict[str, Any]:
    try:
        return ScenarioChanges.model_validate(values).model_dump()
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ProblemInvalid(f"--scenario: {name}: {place}: {first['msg']}") from error


def _first_day(site: Path) -> str | None:
    try:
        found = tomllib.loads((site / "site.toml").read_text("utf-8-sig"))["horizon"]["start"]
    except (OSError, ValueError, KeyError, TypeError):
        return None  # what is wrong with the site is said when it is planned
    return str(found)
