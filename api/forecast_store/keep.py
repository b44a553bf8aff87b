"""A forecast into a store: a new folder that appears as a whole, and is never written again."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from api.adjustments.told import layers_document
from api.forecast_files import write_forecast
from api.forecast_store.reading import INDEX, read_versions
from api.forecast_store.tables import write_tables
from api.forecast_store.version import (
    FORMAT,
    RECORD,
    Version,
    digest_of,
    file_hash,
    input_hashes,
    library_versions,
)
from api.forecasting import DemandForecast
from api.output import OutputRefused, result_file
from api.site.site import Site
from scheduler.export.text import RFC4180, write_csv

INDEX_COLUMNS = (
    "id", "made_at", "site", "horizon_start", "horizon_days", "known_until", "contacts",
    "contacts_unadjusted", "layers",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """A version in a store, and whether it is new or was there with the very same input."""

    version: Version
    folder: Path
    is_new: bool


def keep(
    site: Site,
    forecast: DemandForecast,
    inputs: Mapping[str, str],
    store: Path,
    now: datetime | None = None,
) -> Kept:
    """Keep a forecast in a store, which is made where there is none.

    ``inputs`` are the ``input_hashes`` from before the site was read; ``now`` is when it is
    kept, by default this moment. The same forecast of the same input, versions and seed is kept
    once.
    Raises OutputRefused when the site was changed meanwhile, or the store is no folder.
    """
    if input_hashes(site.path) != dict(inputs):
        raise OutputRefused(f"{site.path}: was changed while it was forecast; run this again")
    if store.exists() and not store.is_dir():
        raise OutputRefused(f"{store}: is a file, a folder is needed")
    store.mkdir(parents=True, exist_ok=True)
    at = (now or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)
    with _fresh_folder(store) as fresh:
        write_forecast(site, forecast, fresh)
        write_tables(site, forecast, fresh)
        version = _version(site, forecast, at, inputs, fresh)
        for one in read_versions(store).versions:
            if one.digest == version.digest:
                return Kept(one, store / one.id, False)
        _put(version, fresh, store / version.id)
    write_index(store)
    return Kept(version, store / version.id, True)


def write_index(store: Path) -> None:
    """``index.csv``: a line for each version of the store, the oldest first."""
    rows = [
        (
            one.id, one.made_at, one.site, one.horizon_start, one.horizon_days,
            one.history.until, round(one.contacts, 1), round(one.contacts_unadjusted, 1),
            ";".join(layer.layer for layer in one.layers if layer.on),
        )
        for one in read_versions(store).versions
    ]  # fmt: skip
    with result_file(store / INDEX) as fresh:
        write_csv(fresh, INDEX_COLUMNS, rows, RFC4180)


@contextmanager
def _fresh_folder(store: Path) -> Iterator[Path]:
    """A folder to fill, which nothing reads before it has the name of a version."""
    fresh = Path(tempfile.mkdtemp(prefix=".keep-", dir=store))
    try:
        yield fresh
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _put(version: Version, fresh: Path, folder: Path) -> None:
    text = version.model_dump_json(indent=1)
    (fresh / RECORD).write_text(text + "\n", encoding="utf-8", newline="\n")
    for path in fresh.iterdir():
        path.chmod(0o444)
    fresh.chmod(0o755)
    fresh.rename(folder)


def _version(
    site: Site, forecast: DemandForecast, at: datetime, inputs: Mapping[str, str], folder: Path
) -> Version:
    """The record of a forecast whose tables lie in a folder."""
    files = {path.name: file_hash(path) for path in sorted(folder.iterdir())}
    versions = library_versions()
    digest = digest_of(inputs, versions, site.config.forecast.seed, files)
    config, settings = site.config, site.config.forecast
    base = forecast.steps[0].volume if forecast.steps else forecast.volume
    content = {
        "format": FORMAT,
        "id": f"{at:%Y%m%dT%H%M%SZ}-{digest}",
        "made_at": at,
        "site": config.name,
        "time_zone": config.time_zone,
        "interval_minutes": config.interval_minutes,
        "horizon_start": config.horizon.start,
        "horizon_days": config.horizon.days,
        "queues": forecast.queues,
        "history": _history(site),
        "seed": settings.seed,
        "num_paths": settings.num_paths,
        "contacts": float(forecast.volume.mean(axis=1).sum()),
        "contacts_unadjusted": float(base.mean(axis=1).sum()),
        "inputs": dict(inputs),
        "versions": versions,
        "layers": layers_document(site)["layers"],
        "notes": forecast.notes,
        "files": files,
    }
    return Version.model_validate(content)


def _history(site: Site) -> dict[str, object]:
    assert site.history is not None  # there is a forecast
    first, last = site.history["ds"].min(), site.history["ds"].max()
    return {
        "rows": len(site.history),
        "contacts": int(site.history["y"].sum()),
        "first": first.to_pydatetime(),
        "until": (last + pd.Timedelta(minutes=site.config.interval_minutes)).to_pydatetime(),
    }
