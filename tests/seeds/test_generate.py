"""The sample sites come from their generator, and their READMEs count right."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from seeds.generate import SITES, main, write_site

SEEDS = Path(__file__).parents[2] / "seeds"


@pytest.mark.parametrize("name", sorted(SITES))
def test_a_site_is_the_same_bytes_each_time(name: str, tmp_path: Path) -> None:
    write_site(name, tmp_path)
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    committed = {path.name: path.read_bytes() for path in (SEEDS / name).iterdir()}
    assert written.keys() == committed.keys()
    assert [file for file in written if written[file] != committed[file]] == []


def test_an_unknown_site_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["no_such_site"]) == 2
    assert "no_such_site" in capsys.readouterr().err


@pytest.mark.parametrize("name", sorted(SITES))
def test_the_readme_counts_what_is_there(name: str) -> None:
    folder = SEEDS / name
    expected = readme_totals(folder)
    found = counted(folder)
    assert {key: found[key] for key in expected if key in found} == {
        key: value for key, value in expected.items() if not key.startswith("optimal")
    }


def test_the_worked_example_of_tiny_adds_up() -> None:
    totals = readme_totals(SEEDS / "tiny")
    assert totals["optimal_wages"] + totals["optimal_understaffing"] == totals["optimal_cost"]
    assert totals["optimal_hours"] == 4 * totals["optimal_shifts"]
    missing = totals["requirement_worker_hours"] - totals["optimal_hours"]
    assert missing == totals["optimal_understaffing_hours"]


def readme_totals(folder: Path) -> dict[str, Any]:
    """The fenced block of the README."""
    match = re.search(r"```toml\n(.*?)```", (folder / "README.md").read_text(), re.DOTALL)
    assert match
    return tomllib.loads(match[1])


def counted(folder: Path) -> dict[str, Any]:
    """The same totals, from the files."""
    workers = pd.read_csv(folder / "workers.csv")
    offers = pd.read_csv(folder / "availability.csv")
    start, end = (pd.to_datetime(offers[name], utc=True) for name in ("start", "end"))
    found: dict[str, Any] = {
        "workers": len(workers),
        "students": int(workers["status"].astype(str).str.startswith("student").sum()),
        "rural_workers": int(workers["region"].str.endswith("rural").sum()),
        "skill_sets": workers["skills"].nunique(),
        "availability_windows": len(offers),
        "hours_offered": (end - start).sum() / pd.Timedelta(hours=1),
    }
    if (folder / "requirement.csv").exists():
        interval = tomllib.loads((folder / "site.toml").read_text())["interval_minutes"]
        need = pd.read_csv(folder / "requirement.csv")
        found["requirement_rows"] = len(need)
        found["requirement_worker_hours"] = need["workers"].sum() * interval / 60
    if (folder / "history.csv").exists():
        history = pd.read_csv(folder / "history.csv")
        outcomes = pd.read_csv(folder / "bot_outcomes.csv")
        share = outcomes["resolved"].sum() / outcomes["offered"].sum()
        found |= {
            "history_rows": len(history),
            "outcome_rows": len(outcomes),
            "bot_resolved_percent": round(100 * share, 1),
            "contacts": history.groupby("unique_id")["y"].sum().to_dict(),
        }
    return found
