"""``peakcrew rules show``: what is in force on a day, for whom, and why."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from api.rules.record import rules_sha256
from tests.api.command import SEEDS, Planned, peakcrew
from tests.api.rules.laws import law_site

TINY = SEEDS / "tiny"


def shown(*args: object) -> dict[str, dict[str, Any]]:
    """Each rule's line, by its id."""
    result = peakcrew("rules", "show", *args, "--json")
    assert result.exit_code == 0, result.output
    return {one["id"]: one for one in json.loads(result.output)["rules"]}


def test_a_profile_is_shown_with_its_layers_and_sources() -> None:
    lines = shown("de", "--on", "2026-12-24")
    assert lines["eu.rest_weekly"]["layer"] == "eu"
    assert lines["de.rest"]["outcome"] == "in force"
    assert lines["eu.rest_daily"]["outcome"] == "held by de.rest"
    assert lines["de.rest"]["source"] == "ArbZG section 5 (1)"
    assert lines["de.sunday_free"]["kept"].startswith("shown: not enforced here")
    assert lines["de.minor_day"]["applies_if"] == "minor"


@pytest.mark.parametrize(
    ("day", "wage"), [("2026-12-31", "de.minwage_2026"), ("2027-01-01", "de.minwage_2027")]
)
def test_rules_have_their_days(day: str, wage: str) -> None:
    assert [one for one in shown("de", "--on", day) if "minwage" in one] == [wage]


def site_with(folder: Path, rules: str, workers: str = "") -> Path:
    """``seeds/tiny`` with a table of rules, and another column of its workers."""
    shutil.copytree(TINY, folder)
    toml = folder / "site.toml"
    toml.write_text(f"{toml.read_text('utf-8')}\n{rules}", encoding="utf-8")
    if workers:
        table = folder / "workers.csv"
        head, *rows = table.read_text("utf-8").splitlines()
        name, value = workers.split("=")
        lines = [f"{head},{name}", *(f"{row},{value}" for row in rows)]
        table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_a_worker_has_the_rules_of_his_traits(tmp_path: Path) -> None:
    site = site_with(tmp_path / "site", "", "traits=minijob")
    lines = shown("de", "--on", "2026-12-24", "--site", site, "--worker", "W1")
    assert lines["de.minijob_2026"]["kept"].startswith("warned")
    assert "de.call_min" not in lines
    assert "de.minor_day" not in lines


def test_exceptions_are_shown_with_their_reference(tmp_path: Path) -> None:
    rules = (
        '[rules]\nsunday_permit = "LAGetSi 17"\nbinding = ["minijob_cents_per_month"]\n'
        '[[rules.overrides]]\nrule = "de.rest"\nby = "cba"\nreference = "TV 3"\nvalue = 600\n'
        '[[rules.contracts]]\ncontract = "part_time"\nrule = "max_minutes_per_week"\n'
        'level = "soft"\nprice_per_hour = 5\n'
    )
    site = site_with(tmp_path / "site", rules, "traits=minijob")
    lines = shown("de", "--on", "2026-12-24", "--site", site, "--worker", "W1")
    assert lines["de.sunday"]["outcome"] == "lifted by permit: LAGetSi 17"
    assert lines["de.sunday"]["kept"] == "not kept"
    assert (lines["de.rest"]["value"], lines["de.rest"]["outcome"]) == (
        600, "in force, loosened by cba: TV 3"
    )  # fmt: skip
    assert lines["de.minijob_2026"]["kept"].startswith("enforced, as it binds him")
    assert lines["de.daily_avg"]["kept"] == "soft at 5 an hour for contract part_time"


def test_the_table_is_readable_and_says_what_it_is() -> None:
    result = peakcrew("rules", "show", "se", "--on", "2026-12-24")
    assert result.exit_code == 0
    assert "not legal advice" in result.output
    assert "State of the sources: 2026-11-22, 32 days before." in result.output
    assert "Not to be called lawful before se.csn_2026 was verified" in result.output
    for word in ("se.weekly", "min_weekly_rest_minutes", "2160", "ATL section 14"):
        assert word in result.output


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("xx", "--on", "2026-12-24"), "rule_profile: 'xx' is not one of de, eu"),
        (("de", "--on", "2026-12-24", "--worker", "W1"), "--worker: needs the --site"),
        (
            ("de", "--on", "2026-12-24", "--site", TINY, "--worker", "w9"),
            "--worker: 'w9' is not in",
        ),
    ],
)
def test_a_bad_question_is_named(args: tuple[object, ...], message: str) -> None:
    result = peakcrew("rules", "show", *args)
    assert result.exit_code == 2
    assert message in result.output


def test_a_plan_keeps_the_rules_it_was_made_under(tiny: Planned) -> None:
    record = json.loads((tiny.folder / "rules.json").read_text("utf-8"))
    assert record["sha256"] == tiny.schedule["run"]["rules_sha256"]
    assert record["profile"] == "de"
    assert record["layers"] == ["eu", "de"]
    assert "not legal advice" in record["disclaimer"]
    assert {"id", "source", "confidence", "enforcement"} <= record["rules"][0].keys()


def test_the_fingerprint_changes_with_any_exception() -> None:
    plain = rules_sha256(law_site())
    assert rules_sha256(law_site()) == plain
    permit = law_site(rules={"sunday_permit": "P 1"})
    other = law_site(rules={"sunday_permit": "P 2"})
    assert len({plain, rules_sha256(permit), rules_sha256(other)}) == 3
    assert rules_sha256(law_site(profile="se")) != plain
