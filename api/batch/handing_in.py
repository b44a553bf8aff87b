"""Sites on their way to the service: made once, and changed only where their files differ."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

from api.batch.remote import Remote, ServiceRefused
from api.site.problems import Findings, InputProblem, SiteInvalid
from api.site.read import CONFIG, TABLES
from api.site.source import read_source

MAX_TRIES = 5


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A site as the service has it.

    ``sha256``: of the input's names and contents; None where the service keeps something else than
    was handed in, such as no personal data of workers who were erased.
    """

    site_id: str
    sha256: str | None


def hand_in(remote: Remote, known: Mapping[str, str], name: str, folder: Path) -> HandedIn:
    """Make the site of this name, or change its input where it differs from the folder.

    ``known``: ids of the sites that are there, by name. Done again it changes nothing: a name is
    given once, and a change states the version that was read. Raises SiteInvalid for files that
    cannot be read, and ServiceRefused for a site that the service cannot plan.
    """
    files = _files(folder)
    site_id = known.get(name) or _made(remote, name, files)
    for _ in range(MAX_TRIES):
        site = remote.response("GET", f"/v1/sites/{site_id}")
        state = _state(remote, site.json())
        changes = _changes(files, state)
        if state is not None and not changes:
            return HandedIn(site_id, state["sha256"])
        try:
            inputs = f"/v1/sites/{site_id}/inputs"
            changed = remote.post(inputs, {"files": changes}, If_Match=site.headers["ETag"])
            is_whole = not _changes(files, changed)
            return HandedIn(site_id, changed["sha256"] if is_whole else None)
        except ServiceRefused as error:
            # Somebody else was first, or the answer of our own request was lost: look again.
            if error.status != HTTPStatus.PRECONDITION_FAILED:
                raise
    raise SiteInvalid([InputProblem(name, None, None, "others keep changing it on the service")])


def known_sites(remote: Remote) -> dict[str, str]:
    """Ids of the sites that the service has, by name."""
    return {one["name"]: one["id"] for one in remote.items("/v1/sites")}


def _made(remote: Remote, name: str, files: Mapping[str, str]) -> str:
    try:
        return str(remote.post("/v1/sites", {"name": name, "files": files})["id"])
    except ServiceRefused as error:
        # Made meanwhile, or by a request of ours whose answer was lost.
        found = known_sites(remote).get(name) if error.status == HTTPStatus.CONFLICT else None
        if found is None:
            raise
        return found


def _state(remote: Remote, site: Mapping[str, Any]) -> dict[str, Any] | None:
    """The input that a site has now, mostly the newest; None for a site that has none yet."""
    states = remote.items(f"/v1/sites/{site['id']}/inputs", limit=2)
    return next((one for one in states if one["id"] == site["input_id"]), None)


def _changes(files: Mapping[str, str], state: Mapping[str, Any] | None) -> dict[str, str | None]:
    """What has to be handed in: texts that are new or differ, and None for what is gone."""
    there = {one["name"]: one["sha256"] for one in state["files"]} if state else {}
    changes: dict[str, str | None] = {
        name: text
        for name, text in files.items()
        if hashlib.sha256(text.encode()).hexdigest() != there.get(name)
    }
    return changes | {name: None for name in there if name not in files}


def _files(folder: Path) -> dict[str, str]:
    """The texts of a site's files, read as planning reads them."""
    findings = Findings()
    found = {}
    for name in (CONFIG, *TABLES):
        if (folder / name).is_file():
            source = read_source(folder / name, findings, allow_cp1252=name != CONFIG)
            if source is not None:
                found[name] = source.text
    if findings.problems:
        raise SiteInvalid(findings.problems)
    return found
