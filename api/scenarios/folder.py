"""A scenario on disk: a whole site folder, and a note of where it came from."""

import hashlib
import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from api.checking import checked_site
from api.output import OutputRefused, result_folder
from api.scenarios.changes import Changes
from api.scenarios.draft import Draft, Entry
from api.scenarios.need import change_volume, stop_bot
from api.scenarios.people import change_wages, change_workers, drop_skill
from api.scenarios.toml_text import quoted, with_text
from api.site.read import CONFIG
from api.site.site import Site
from scheduler.export.words import count

NOTE = "scenario.toml"
FORMAT = "peakcrew.scenario/1"
LONGEST_NAME = 200
LONGEST_DETAILS = 80


@dataclass(frozen=True, slots=True)
class Scenario:
    """A written scenario: its folder, its name, the base's fingerprint and what was changed."""

    folder: Path
    name: str
    base: str
    base_sha256: str
    entries: tuple[Entry, ...]


def write_scenario(site: Site, changes: Changes, out: Path) -> Scenario:
    """Write a changed copy of a site; it can be checked and planned like any other.

    The folder appears as a whole or not at all. Only an earlier scenario that nobody changed
    since is replaced. Raises SiteInvalid when the changed site could not be planned.
    """
    if out.resolve() == site.path.resolve():
        raise OutputRefused(f"{out}: is the site itself; choose another folder")
    draft = drafted(site, changes)
    scenario = Scenario(
        out,
        _name_of(draft) if changes.name is None else changes.name,
        site.config.name,
        site_sha256(site.path),
        tuple(draft.entries),
    )
    draft.toml = with_text(draft.toml, "name", scenario.name)
    with result_folder(out, own=_replaceable(out)) as folder:
        _write_site(draft, folder)
        checked_site(folder)
        note = _note(scenario, changes.seed, site_sha256(folder))
        (folder / NOTE).write_text(note, encoding="utf-8")
    return scenario


def drafted(site: Site, changes: Changes) -> Draft:
    """The site with every change made, in a fixed order."""
    draft = Draft(site, (site.path / CONFIG).read_bytes().decode("utf-8-sig"))
    for one in changes.volume:
        change_volume(draft, one)
    for times in changes.bot_down:
        stop_bot(draft, times)
    for drop in changes.dropped:
        drop_skill(draft, drop, changes.seed)
    change_workers(draft, changes.workers, changes.seed)
    if changes.wage is not None:
        change_wages(draft, changes.wage)
    if changes.profile is not None:
        draft.toml = with_text(draft.toml, "rule_profile", changes.profile)
        before = site.config.rule_profile
        draft.note("profile", f"rule profile {changes.profile} instead of {before}",
                   before=before, after=changes.profile)  # fmt: skip
    return draft


def site_sha256(folder: Path) -> str:
    """Fingerprint of a site folder's tables and configuration, whatever it is called."""
    found = hashlib.sha256()
    for path in _site_files(folder):
        found.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def _site_files(folder: Path) -> Iterator[Path]:
    """Its TOML and CSV files, in order of name; what else lies there is no part of a site."""
    for path in sorted(folder.iterdir()):
        if path.suffix in (".toml", ".csv") and path.name != NOTE and path.is_file():
            yield path


def _write_site(draft: Draft, folder: Path) -> None:
    for path in _site_files(draft.site.path):
        shutil.copyfile(path, folder / path.name)
    for name, sheet in draft.changed.items():
        sheet.write(folder / name)
    (folder / CONFIG).write_bytes(draft.toml.encode())


def _replaceable(out: Path) -> frozenset[str]:
    """The names of an earlier scenario's files; none if somebody changed it by hand."""
    try:
        note = tomllib.loads((out / NOTE).read_text(encoding="utf-8"))
        is_untouched = note["sha256"] == site_sha256(out)
    except (OSError, ValueError, KeyError):
        return frozenset()
    if not is_untouched:
        raise OutputRefused(f"{out}: a scenario that was changed since; choose another folder")
    return frozenset({NOTE, *(path.name for path in _site_files(out))})


def _name_of(draft: Draft) -> str:
    details = ", ".join(str(entry["detail"]) for entry in draft.entries)
    short = details if len(details) <= LONGEST_DETAILS else count(len(draft.entries), "change")
    return f"{draft.site.config.name}: {short}"[:LONGEST_NAME]


def _note(scenario: Scenario, seed: int, sha256: str) -> str:
    lines = [
        "# What this site is a scenario of. Written by `peakcrew scenario`; nothing reads it but",
        "# the next run, which replaces this folder only as long as nobody changed it.",
        f"format = {quoted(FORMAT)}",
        f"name = {quoted(scenario.name)}",
        f"base = {quoted(scenario.base)}",
        f"base_sha256 = {quoted(scenario.base_sha256)}",
        f"sha256 = {quoted(sha256)}",
        f"seed = {seed}",
    ]
    for entry in scenario.entries:
        lines += ["", "[[changes]]"]
        lines += [f"{key} = {_value(value)}" for key, value in entry.items()]
    return "\n".join(lines) + "\n"


def _value(value: str | int | float) -> str:
    return quoted(value) if isinstance(value, str) else repr(value)
