"""Rules through a whole plan: offers, bars and refusals, as a planner sees them."""

import json
import shutil
from pathlib import Path

import pytest

from tests.api.command import SEEDS, peakcrew

TINY = SEEDS / "tiny"  # from Monday, 11 January 2027, three days


def tiny_with(folder: Path, rules: str) -> Path:
    shutil.copytree(TINY, folder)
    toml = folder / "site.toml"
    toml.write_text(f"{toml.read_text('utf-8')}\n{rules}", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Told on Friday noon: from Wednesday on, the third day, shifts are told in time."""
    folder = tmp_path_factory.mktemp("rules")
    rules = (
        "[rules]\npublished = 2027-01-08T12:00:00+01:00\n"
        'traits = { on_call = ["part_time"], minijob = ["part_time"] }\n'
    )
    site, out = tiny_with(folder / "site", rules), folder / "out"
    done = peakcrew("plan", site, "--out", out)
    assert done.exit_code == 0, done.output
    return out


def test_shifts_told_too_late_are_offers(planned: Path) -> None:
    shifts = json.loads((planned / "schedule.json").read_text("utf-8"))["shifts"]
    assert shifts
    for shift in shifts:
        assert shift.get("offer", False) == (shift["start"] < "2027-01-13")
    assert {shift.get("offer", False) for shift in shifts} == {True, False}


def test_a_schedule_with_offers_is_valid(planned: Path) -> None:
    done = peakcrew("validate", planned / "problem.json", planned / "schedule.json")
    assert done.exit_code == 0, done.output


def test_the_rules_are_kept_beside_the_plan(planned: Path) -> None:
    record = json.loads((planned / "rules.json").read_text("utf-8"))
    assert record["site"]["traits"] == {"on_call": ["part_time"], "minijob": ["part_time"]}
    assert {one["id"] for one in record["rules"]} >= {"de.call_notice", "de.minijob_2027"}


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        (
            '[[rules.overrides]]\nrule = "de.rest"\nby = "consent"\nreference = "x"\nvalue = 60\n',
            "site.toml: rule de.rest: consent may not loosen it, cba may",
        ),
        (
            '[[rules.overrides]]\nrule = "se.rest"\nby = "cba"\nreference = "x"\nvalue = 60\n',
            "site.toml: rule se.rest: not in the profile de",
        ),
    ],
)
def test_an_exception_that_is_not_allowed_plans_nothing(
    rules: str, message: str, tmp_path: Path
) -> None:
    site = tiny_with(tmp_path / "site", rules)
    for args in (("check", site), ("plan", site, "--out", tmp_path / "out")):
        done = peakcrew(*args)
        assert done.exit_code == 2
        assert message in done.output
    assert not (tmp_path / "out").exists()
