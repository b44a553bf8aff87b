"""The versions of a store, read and checked."""

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from pydantic import ValidationError

from api.forecast_store.version import (
    FORECAST,
    FORMAT,
    RECORD,
    STEPS,
    Version,
    digest_of,
    file_hash,
)
from api.site.problems import InputProblem, SiteInvalid, listed
from scheduler.export.text import harmless

INDEX = "index.csv"
IN_SITE = "forecasts"  # the store inside a site's own folder
LATEST = "latest"


@dataclass(frozen=True, slots=True)
class Store:
    """The versions of a folder, the oldest first, and what of it is none, in sentences."""

    path: Path
    versions: tuple[Version, ...]
    notes: tuple[str, ...] = ()

    def find(self, text: str) -> Version:
        """The version whose id, or the part of it behind the time, begins so; or the latest.

        Raises SiteInvalid for none, or more than one.
        """
        if text == LATEST and self.versions:
            return self.versions[-1]
        found = [one for one in self.versions if text and _begins(one, text)]
        if len(found) != 1:
            known = listed([one.id for one in found or self.versions]) or "none"
            what = "is more than one version" if found else "is no version of the store"
            raise SiteInvalid(
                [InputProblem(str(self.path), None, None, f"{text!r} {what}: {known}")]
            )
        return found[0]

    def folder(self, version: Version) -> Path:
        """Where a version's files lie."""
        return self.path / version.id


def store_of(path: Path) -> Path:
    """A store, or the one inside a site's folder."""
    return path / IN_SITE if (path / "site.toml").is_file() else path


def open_store(path: Path) -> Store:
    """The store at a path, or in the site there; raises SiteInvalid if it holds no version."""
    store = store_of(path)
    if not store.is_dir():
        raise SiteInvalid([InputProblem(str(store), None, None, "there is no such folder")])
    found = read_versions(store)
    if not found.versions:
        message = "holds no kept forecast; see peakcrew forecast --keep"
        raise SiteInvalid([InputProblem(str(store), None, None, message)])
    return found


def read_versions(store: Path) -> Store:
    """Every version of a folder; one that cannot be read is noted and passed over."""
    versions, notes = [], []
    for folder in sorted(store.iterdir()) if store.is_dir() else []:
        if not folder.is_dir() or folder.name.startswith("."):
            continue
        try:
            versions.append(_read(folder))
        except SiteInvalid as error:
            notes.append(str(error))
    versions.sort(key=lambda one: (one.made_at, one.id))
    return Store(store, tuple(versions), tuple(notes))


def read_steps(store: Store, version: Version) -> pd.DataFrame:
    """``step, layer, unique_id, ds (UTC), mean, q05 ... q95``: without and after each layer.

    Raises SiteInvalid for a file that was changed since.
    """
    name = STEPS if STEPS in version.files else FORECAST
    frame = read_table(store, version, name)
    if name == FORECAST:
        frame.insert(0, "step", 0)
        frame.insert(1, "layer", "")
    return frame.assign(ds=pd.to_datetime(frame["ds"], utc=True).dt.as_unit("us"))


def read_table(store: Store, version: Version, name: str) -> pd.DataFrame:
    """A table of a version as it was kept; raises SiteInvalid if it was changed since."""
    path = store.folder(version) / name
    try:
        is_same = file_hash(path) == version.files[name]
    except (OSError, KeyError):
        raise SiteInvalid([InputProblem(str(path), None, None, "is missing")]) from None
    if not is_same:
        raise SiteInvalid([InputProblem(str(path), None, None, "was changed since it was kept")])
    texts = {"layer": str, "unique_id": str}
    frame = pd.read_csv(path, dtype=texts, keep_default_na=False)
    # Names that a spreadsheet would calculate were written with a mark before them.
    names = {harmless(one): one for one in (*version.queues, *(x.layer for x in version.layers))}
    found = {key: frame[key].map(lambda one: names.get(one, one)) for key in texts if key in frame}
    return frame.assign(**found)


def _read(folder: Path) -> Version:
    path = folder / RECORD
    try:
        version = Version.model_validate(json.loads(path.read_text("utf-8")))
    except OSError as error:
        raise _refused(path, error.strerror or str(error)) from None
    except ValidationError as error:
        one = error.errors()[0]
        place = ".".join(str(part) for part in one["loc"])
        raise _refused(path, f"{place}: {one['msg']}") from None
    except ValueError as error:
        raise _refused(path, f"is no {FORMAT}: {error}") from None
    if version.id != folder.name:
        raise _refused(path, f"is the version {version.id}, not that of its folder")
    digest = digest_of(version.inputs, version.versions, version.seed, version.files)
    if digest != version.digest:
        raise _refused(path, "was changed since it was kept")
    return version


def _refused(path: Path, message: str) -> SiteInvalid:
    return SiteInvalid([InputProblem(str(path), None, None, message)])


def _begins(version: Version, text: str) -> bool:
    return version.id.startswith(text) or version.digest.startswith(text)
