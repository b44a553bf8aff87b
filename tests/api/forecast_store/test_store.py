"""Kept forecasts: once each, whole or not at all, never changed, and compared."""

import csv
import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from api.forecast_store.difference import Difference, difference
from api.forecast_store.keep import Kept, keep
from api.forecast_store.reading import open_store, read_steps, read_table, read_versions
from api.forecast_store.version import DAYS, file_hash, input_hashes
from api.forecasting import DemandForecast, forecast_demand
from api.output import OutputRefused
from api.site.problems import SiteInvalid
from api.site.read import read_site
from forecasts.accuracy import POOLED
from forecasts.volume import QUANTILES
from tests.api.command import entries, peakcrew

CHAT = "refund|de|chat"
HEAD = "layer,start,end,unique_id,operation,value\n"
MAIL = f"mail,2026-03-24T08:00,2026-03-24T20:00,{CHAT},add,100\n"
CAP = f"cap,2026-03-28T00:00,2026-03-29T00:00,{CHAT},set,150\n"
TABLES = ["days.csv", "demand.csv", "forecast.csv", "layers.csv", "steps.csv", "version.json"]


def copied(shop: Path, folder: Path, rows: str) -> Path:
    site = Path(shutil.copytree(shop, folder))
    if rows:
        (site / "adjustments.csv").write_text(HEAD + rows, encoding="utf-8")
    return site


def made(site: Path) -> tuple[Any, DemandForecast, dict[str, str]]:
    inputs = input_hashes(site)
    known = read_site(site)
    return known, forecast_demand(known), inputs


@pytest.fixture(scope="module")
def site(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(shop, tmp_path_factory.mktemp("first") / "shop", MAIL + CAP)


@pytest.fixture(scope="module")
def first(site: Path) -> tuple[Any, DemandForecast, dict[str, str]]:
    return made(site)


@pytest.fixture(scope="module")
def second(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, ...]:
    """Twice the chats of the past week, the letter with another number, and the cap off."""
    site = copied(shop, tmp_path_factory.mktemp("second") / "shop", MAIL.replace("100", "50") + CAP)
    history = pd.read_csv(site / "history.csv")
    history.loc[(history["unique_id"] == CHAT) & (history["ds"] >= "2026-03-16"), "y"] *= 2
    history.to_csv(site / "history.csv", index=False)
    toml = (site / "site.toml").read_text("utf-8")
    (site / "site.toml").write_text(toml.replace("[forecast]", '[forecast]\nlayers_off = ["cap"]'))
    return made(site)


@pytest.fixture(scope="module")
def store(first: Any, second: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("store") / "kept"
    keep(*first, store, datetime(2026, 3, 22, 12, tzinfo=UTC))
    keep(*second, store, datetime(2026, 3, 23, 12, tzinfo=UTC))
    return store


def kept(first: Any, store: Path) -> Kept:
    return keep(*first, store, datetime(2026, 3, 22, 12, tzinfo=UTC))


def test_a_version_says_what_it_was_made_from(store: Path, site: Path) -> None:
    version = read_versions(store).versions[0]
    assert version.id.startswith("20260322T120000Z-")
    assert version.inputs["history.csv"] == file_hash(site / "history.csv")
    assert set(version.inputs) == {
        "site.toml", "history.csv", "bot_outcomes.csv", "adjustments.csv"
    }  # fmt: skip
    assert version.history.rows == 2 * 35 * 24
    assert version.history.until == datetime(2026, 3, 22, 23, tzinfo=UTC)
    assert [(one.layer, one.on) for one in version.layers] == [("mail", True), ("cap", True)]
    assert version.layers[0].changes[0].value == 100
    assert version.seed == 1
    assert {"peakcrew", "numpy", "python"} <= version.versions.keys()


def test_the_same_forecast_is_kept_once(first: Any, tmp_path: Path) -> None:
    one = kept(first, tmp_path / "store")
    assert one.is_new
    assert entries(one.folder) == TABLES
    content = {path: path.read_bytes() for path in one.folder.iterdir()}
    again = keep(*first, tmp_path / "store", datetime(2027, 1, 1, tzinfo=UTC))
    assert not again.is_new
    assert again.version == one.version
    assert {path: path.read_bytes() for path in one.folder.iterdir()} == content
    assert sorted(path.name for path in (tmp_path / "store").iterdir()) == [
        one.version.id, "index.csv"
    ]  # fmt: skip


def test_another_forecast_of_the_same_input_is_another_version(first: Any, tmp_path: Path) -> None:
    """As after a change of the program that no version number tells."""
    known, found, inputs = first
    one = kept(first, tmp_path / "store")
    other = keep(known, replace(found, volume=found.volume + 1), inputs, tmp_path / "store")
    assert other.is_new
    assert other.version.digest != one.version.digest
    assert len(read_versions(tmp_path / "store").versions) == 2


def test_its_files_are_read_only(first: Any, tmp_path: Path) -> None:
    folder = kept(first, tmp_path / "store").folder
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o444}


def test_a_site_that_changed_meanwhile_keeps_nothing(first: Any, tmp_path: Path) -> None:
    known, found, inputs = first
    with pytest.raises(OutputRefused, match="was changed while it was forecast"):
        keep(known, found, inputs | {"history.csv": "0"}, tmp_path / "store")
    assert entries(tmp_path) == []


def test_a_store_that_is_a_file_is_refused(first: Any, tmp_path: Path) -> None:
    (tmp_path / "store").write_text("", encoding="utf-8")
    with pytest.raises(OutputRefused, match="is a file, a folder is needed"):
        kept(first, tmp_path / "store")


def test_what_was_interrupted_leaves_no_version(first: Any, tmp_path: Path) -> None:
    """The tables cannot all be written: the folder of the version never appears."""
    known, found, inputs = first
    broken = pd.DatetimeIndex(found.ds[:5])
    with pytest.raises(ValueError, match="length"):
        keep(known, replace(found, ds=broken), inputs, tmp_path / "store")
    assert entries(tmp_path / "store") == []


def test_the_steps_as_kept_are_those_of_the_forecast(first: Any, store: Path) -> None:
    found = first[1]
    versions = read_versions(store)
    steps = read_steps(versions, versions.versions[0])
    assert list(steps["layer"].unique()) == ["", "mail", "cap"]
    for number, step in enumerate(found.steps):
        mean = steps.loc[steps["step"] == number, "mean"].to_numpy()
        assert mean == pytest.approx(step.volume.mean(axis=1).ravel(), abs=1e-4)
    assert (steps["q05"] <= steps["q95"]).all()
    assert steps["ds"].iloc[0] == found.ds[0]


def test_days_are_sums_of_whole_paths(first: Any, store: Path) -> None:
    """The band of a day is narrower than the sum of its hours' bands."""
    versions = read_versions(store)
    days = read_table(versions, versions.versions[0], DAYS)
    volume = first[1].steps[0].volume
    monday = volume[:, :, :24].sum(axis=2)
    row = days[(days["step"] == 0) & (days["day"] == "2026-03-23")].set_index("unique_id")
    assert row.loc[CHAT, "mean"] == pytest.approx(monday[0].mean(), abs=1e-4)
    assert row.loc[POOLED, "mean"] == pytest.approx(monday.sum(axis=0).mean(), abs=1e-4)
    assert set(days["day"]) == {f"2026-03-{day}" for day in range(23, 30)}
    sunday = days[(days["step"] == 0) & (days["day"] == "2026-03-29")].set_index("unique_id")
    assert sunday.loc[CHAT, "mean"] == pytest.approx(
        volume[0, :, -23:].sum(axis=1).mean(), abs=1e-4
    )


@pytest.fixture(scope="module")
def compared(store: Path) -> Difference:
    found = read_versions(store)
    return difference(found, *found.versions)


def test_the_causes_of_a_difference(compared: Difference) -> None:
    assert compared.causes == (
        "history.csv changed: contacts 16,850 instead of 14,440",
        "site.toml changed",
        "layer mail: changed",
        "layer cap: switched off",
    )
    assert compared.notes == ()


def test_a_day_is_split_into_data_and_layers(compared: Difference) -> None:
    days = compared.days.set_index(["unique_id", "day"])
    tuesday = days.loc[(CHAT, "2026-03-24")]
    assert tuesday["base_after"] > 1.05 * tuesday["base_before"]
    assert tuesday["mean_before"] - tuesday["base_before"] == pytest.approx(100, rel=0.05)
    assert tuesday["mean_after"] - tuesday["base_after"] == pytest.approx(50, rel=0.1)
    saturday = days.loc[(CHAT, "2026-03-28")]
    assert saturday["mean_after"] == saturday["base_after"]
    assert (days["q05_before"] <= days["mean_before"]).all()


def test_the_verbs(store: Path) -> None:
    ids = [one.id for one in read_versions(store).versions]
    listed = peakcrew("forecasts", "list", store)
    assert [line.split()[0] for line in listed.output.splitlines()] == ids
    told = json.loads(peakcrew("forecasts", "list", store, "--json").output)
    assert [one["id"] for one in told["versions"]] == ids
    shown = peakcrew("forecasts", "show", store, ids[0][-12:])
    assert "layer mail" in shown.output
    assert str(store / ids[0] / "forecast.csv") in shown.output
    changed = peakcrew("forecasts", "diff", store, ids[0], "latest")
    assert "layer cap: switched off" in changed.output
    document = json.loads(peakcrew("forecasts", "diff", store, *ids, "--json").output)
    row = next(one for one in document["days"]
               if (one["unique_id"], one["day"]) == (CHAT, "2026-03-28"))  # fmt: skip
    change = row["mean_after"] - row["mean_before"]
    assert row["by_data"] + row["by_layers"] == pytest.approx(change, abs=1e-3)
    same = peakcrew("forecasts", "diff", store, ids[0], ids[0])
    assert same.output.splitlines()[1:] == ["the same input", "no day changed"]


def test_the_index_names_every_version(store: Path) -> None:
    with (store / "index.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == [one.id for one in read_versions(store).versions]
    assert [row["layers"] for row in rows] == ["mail;cap", "mail"]


def test_a_version_that_was_changed_is_refused(store: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(store, tmp_path / "store"))
    ids = [one.id for one in read_versions(copy).versions]
    path = copy / ids[0] / "days.csv"
    path.chmod(0o644)
    path.write_text(path.read_text("utf-8").replace("2026-03-24", "2026-03-25"), encoding="utf-8")
    done = peakcrew("forecasts", "diff", copy, *ids)
    assert done.exit_code == 2
    assert done.output == f"{path}: was changed since it was kept\n"
    path.unlink()
    assert peakcrew("forecasts", "diff", copy, *ids).output == f"{path}: is missing\n"


def test_a_record_that_was_changed_is_no_version(store: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(store, tmp_path / "store"))
    folder = copy / read_versions(copy).versions[0].id
    record = folder / "version.json"
    record.chmod(0o644)
    record.write_text(record.read_text("utf-8").replace('"seed": 1', '"seed": 3'), "utf-8")
    assert read_versions(copy).notes == (f"{record}: was changed since it was kept",)
    folder.rename(copy / "renamed")
    assert "not that of its folder" in read_versions(copy).notes[0]


def test_what_is_no_version_is_noted(store: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(store, tmp_path / "store"))
    ids = [one.id for one in read_versions(copy).versions]
    (copy / "photos").mkdir()
    (copy / ".keep-lost").mkdir()
    record = copy / ids[1] / "version.json"
    record.chmod(0o644)
    record.write_text(record.read_text("utf-8").replace('"seed": 1', '"seed": "x"'), "utf-8")
    found = read_versions(copy)
    assert [one.id for one in found.versions] == ids[:1]
    assert [note.rsplit(": ", 1)[0] for note in found.notes] == [
        f"{record}: seed", f"{copy / 'photos' / 'version.json'}"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("show", "2026"), "is more than one version"),
        (("show", "x"), "is no version of the store"),
        (("show", ""), "is no version of the store"),
        (("show",), "versions: show needs 1 of them, found 0"),
        (("list", "latest"), "versions: list needs 0 of them, found 1"),
    ],
)
def test_slips_of_the_verb(store: Path, args: tuple[str, ...], message: str) -> None:
    done = peakcrew("forecasts", args[0], store, *args[1:])
    assert done.exit_code == 2
    assert message in done.output


def test_a_folder_without_versions(tmp_path: Path, shop: Path) -> None:
    with pytest.raises(SiteInvalid, match="holds no kept forecast"):
        open_store(tmp_path)
    with pytest.raises(SiteInvalid, match="there is no such folder"):
        open_store(shop)


def test_the_verb_keeps_in_the_site(site: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(site, tmp_path / "shop"))
    done = peakcrew("forecast", copy, "--out", tmp_path / "out", "--keep", "--json")
    assert done.exit_code == 0
    told = json.loads(done.output)
    folder = copy / "forecasts" / told["version"]
    assert told["is_new"]
    for name in ("forecast.csv", "demand.csv"):
        assert (folder / name).read_bytes() == (tmp_path / "out" / name).read_bytes()
    again = peakcrew("forecast", copy, "--out", tmp_path / "out", "--keep")
    assert f"was kept already: {folder}" in again.output
    listed = peakcrew("forecasts", "list", copy)
    assert listed.output.startswith(told["version"])
    assert peakcrew("check", copy).exit_code == 0


def test_a_store_is_never_inside_the_result(site: Path, tmp_path: Path) -> None:
    """The next result takes the folder's place, and the versions would go with the old one."""
    out = tmp_path / "out"
    done = peakcrew("forecast", site, "--out", out, "--store", out / "kept")
    assert done.exit_code == 2
    assert "lies in the folder of the result" in done.output
    assert entries(tmp_path) == []


def test_steps_without_layers_are_the_forecast(shop: Path, tmp_path: Path) -> None:
    found = keep(*made(shop), tmp_path / "store")
    assert entries(found.folder) == ["days.csv", "demand.csv", "forecast.csv", "version.json"]
    steps = read_steps(read_versions(tmp_path / "store"), found.version)
    assert set(steps["step"]) == {0}
    assert set(steps["layer"]) == {""}
    assert {"mean", *QUANTILES} <= set(steps)
