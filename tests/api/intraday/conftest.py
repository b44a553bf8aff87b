"""The shop on the Wednesday of its horizon, with counts until noon."""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from api.forecasting import DemandForecast, forecast_demand
from api.site.read import read_site
from api.site.site import Site
from tests.api.command import Planned, peakcrew

NOON = "2026-03-25T12:00"
Write = Callable[..., Path]


@pytest.fixture(scope="session")
def lively(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop with long chats, and days that are busy or quiet as a whole, by a fifth or so."""
    folder = Path(shutil.copytree(shop, tmp_path_factory.mktemp("lively") / "shop"))
    toml = (folder / "site.toml").read_text("utf-8")
    (folder / "site.toml").write_text(toml.replace("aht_seconds = 300", "aht_seconds = 1200"))
    with (folder / "history.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    days = sorted({row["ds"][:10] for row in rows})
    rng = np.random.default_rng(6)
    factor = dict(zip(days, rng.gamma(25, 1 / 25, len(days)), strict=True))
    lines = [
        f"{row['unique_id']},{row['ds']},{rng.poisson(int(row['y']) * factor[row['ds'][:10]])}"
        for row in rows
    ]
    (folder / "history.csv").write_text("\n".join(["unique_id,ds,y", *lines]) + "\n", "utf-8")
    return folder


@pytest.fixture(scope="session")
def planned_lively(lively: Path, tmp_path_factory: pytest.TempPathFactory) -> Planned:
    """The lively shop, planned."""
    folder = tmp_path_factory.mktemp("planned") / "out"
    result = peakcrew("plan", lively, "--out", folder, "--gap", 0.05, "--workers", 2, "--json")
    return Planned(folder, result)


@pytest.fixture(scope="session")
def site(lively: Path) -> Site:
    return read_site(lively)


@pytest.fixture(scope="session")
def usual(site: Site) -> DemandForecast:
    """What is expected without any news."""
    return forecast_demand(site)


@pytest.fixture
def write_actuals(usual: DemandForecast, tmp_path: Path) -> Write:
    """Wednesday's expected contacts times a factor, until an hour, as a file."""

    def write(factor: float = 1.0, hours: int = 12, queues: tuple[int, ...] = (0, 1)) -> Path:
        local = usual.ds.tz_convert("Europe/Berlin")
        path = tmp_path / "actuals.csv"
        lines = ["unique_id,ds,y"]
        for row in queues:
            mean = usual.volume[row].mean(axis=0)
            lines += [
                f"{usual.queues[row]},{stamp.isoformat()},{round(factor * float(mean[index]))}"
                for index, stamp in enumerate(local)
                if stamp.day == 25 and stamp.hour < hours
            ]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def nothing() -> pd.DataFrame:
    """No news at all."""
    ds = pd.DatetimeIndex([], tz="UTC")
    return pd.DataFrame({"unique_id": pd.Series([], dtype="str"), "ds": ds, "y": []})
