"""``peakcrew scenario``: a new site that differs in what was asked for, and in nothing else."""

import csv
import shutil
import tomllib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from api.forecasting import forecast_demand
from api.output import OutputRefused
from api.scenarios.changes import read_changes
from api.scenarios.folder import Scenario, write_scenario
from api.site.problems import SiteInvalid
from api.site.read import check_site, read_site
from api.staffing import stated_workers
from tests.api.command import SEEDS, entries, peakcrew

TINY = SEEDS / "tiny"
PEAK = SEEDS / "returns_peak"
Make = Callable[..., Scenario]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Write a scenario of a site into ``tmp_path / "out"``."""

    def write(site: Path, **options: object) -> Scenario:
        base = read_site(site)
        return write_scenario(base, read_changes(base, **options), tmp_path / "out")

    return write


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def changed_files(base: Path, scenario: Scenario) -> set[str]:
    """Files that differ from the base; the note and the name are always new."""
    return {
        path.name
        for path in scenario.folder.iterdir()
        if not (base / path.name).is_file() or (base / path.name).read_bytes() != path.read_bytes()
    }


def test_a_scenario_can_be_checked_like_any_site(make: Make) -> None:
    found = make(PEAK, volume=["+20%"], bot_down_at=["2026-12-28"], fewer_workers=50)
    assert check_site(found.folder)[0] == []
    assert changed_files(PEAK, found) == {
        "site.toml", "scenario.toml", "events.csv", "workers.csv", "availability.csv",
        "pins.csv", "history_of_shifts.csv",
    }  # fmt: skip


def test_nothing_else_of_the_configuration_changes(make: Make) -> None:
    found = make(PEAK, volume=["+20%"], name='A "name" with ä')
    before = (PEAK / "site.toml").read_text("utf-8").splitlines()
    after = (found.folder / "site.toml").read_text("utf-8").splitlines()
    assert [line for line in after if line not in before] == ['name = "A \\"name\\" with ä"']
    assert len(after) == len(before)
    assert read_site(found.folder).config.name == 'A "name" with ä'


def test_volume_scales_the_horizon_and_not_what_is_learnt(shop: Path, make: Make) -> None:
    base = forecast_demand(read_site(shop))
    busy = forecast_demand(read_site(make(shop, volume=["+50%"]).folder))
    np.testing.assert_allclose(
        busy.volume.mean(axis=(1, 2)), 1.5 * base.volume.mean(axis=(1, 2)), rtol=0.02
    )
    assert busy.demand.contacts.mean() == pytest.approx(1.5 * base.demand.contacts.mean(), rel=0.03)
    assert (rows(shop / "history.csv")) == rows(make(shop, volume=["+50%"]).folder / "history.csv")


def test_volume_of_one_queue(shop: Path, make: Make) -> None:
    base = forecast_demand(read_site(shop))
    found = forecast_demand(read_site(make(shop, volume=["fraud|de|voice=-40%"]).folder))
    np.testing.assert_array_equal(found.volume[0], base.volume[0])
    assert found.volume[1].mean() == pytest.approx(0.6 * base.volume[1].mean(), rel=0.05)


def test_a_scenario_of_a_scenario_changes_the_volume_again(
    shop: Path, make: Make, tmp_path: Path
) -> None:
    once = make(shop, volume=["+20%"])
    site = read_site(once.folder)
    write_scenario(site, read_changes(site, volume=["+20%"]), tmp_path / "twice")
    kinds = [(row["kind"], row["factor"]) for row in rows(tmp_path / "twice" / "events.csv")]
    assert kinds == [("scenario_volume", "1.2"), ("scenario_volume_2", "1.2")]


def test_a_requirement_is_scaled_day_by_day(make: Make) -> None:
    base, found = read_site(TINY), read_site(make(TINY, volume=["+25%"]).folder)
    before, after = stated_workers(base), stated_workers(found)
    for queue in before:
        for start, end in zip(base.horizon.day_starts, base.horizon.day_starts[1:], strict=False):
            day = slice(start // 60, end // 60)
            wanted = int(before[queue][day].sum()) * 1.25
            assert after[queue][day].sum() == int(wanted + 0.5)
        assert (after[queue][before[queue] == 0] == 0).all()
        assert (abs(after[queue] - 1.25 * before[queue]) < 1).all()


def test_without_the_bot_people_get_everything(shop: Path, make: Make) -> None:
    base = forecast_demand(read_site(shop))
    down = make(shop, bot_down_at=["2026-03-25", "2026-03-26T08:00/2026-03-26T12:00"])
    found = forecast_demand(read_site(down.folder))
    local = found.ds.tz_convert("Europe/Berlin")
    is_down = (local.day == 25) | ((local.day == 26) & (local.hour >= 8) & (local.hour < 12))
    assert found.demand.bot_resolved[0][:, is_down].sum() == 0
    assert found.demand.bot_resolved[0][:, local.day == 24].sum() > 0
    np.testing.assert_array_equal(found.volume, base.volume)


def test_a_day_without_the_bot_may_be_a_clock_change(shop: Path, make: Make) -> None:
    found = make(shop, bot_down_at=["2026-03-29"])
    (row,) = rows(found.folder / "events.csv")
    assert (row["start"], row["end"]) == ("2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00")


def test_workers_go_in_proportion(make: Make) -> None:
    found = make(PEAK, fewer_workers=60)
    before, after = rows(PEAK / "workers.csv"), rows(found.folder / "workers.csv")
    assert len(after) == len(before) - 60
    kept, all_of = (Counter(row["contract"] for row in table) for table in (after, before))
    for contract, number in all_of.items():
        assert abs(kept[contract] - number * 0.8) < 1
    ids = {row["worker_id"] for row in after}
    for name in ("availability.csv", "history_of_shifts.csv", "pins.csv"):
        expected = [row for row in rows(PEAK / name) if row["worker_id"] in ids]
        assert rows(found.folder / name) == expected


def test_the_seed_decides_who_goes(make: Make) -> None:
    def left(seed: int) -> set[str]:
        folder = make(PEAK, fewer_workers=60, seed=seed).folder
        return {row["worker_id"] for row in rows(folder / "workers.csv")}

    assert left(1) == left(1) != left(2)


def test_more_workers_are_copies_with_all_they_offer(make: Make) -> None:
    found = make(TINY, more_workers=12)
    people = {row["worker_id"]: row for row in rows(found.folder / "workers.csv")}
    copies = [one for one in people if "-copy" in one]
    assert len(people) == 8 + 12
    assert len(copies) == 12
    assert sum(one.endswith("-copy2") for one in copies) == 4  # more than there were to copy
    offered = rows(found.folder / "availability.csv")
    for one in copies:
        origin = one.split("-")[0]
        mine, his = (
            [(row["start"], row["end"]) for row in offered if row["worker_id"] == who]
            for who in (one, origin)
        )
        assert mine == his
        assert people[one]["skills"] == people[origin]["skills"]
    assert rows(found.folder / "pins.csv") == rows(TINY / "pins.csv")


def test_wages_are_rounded_half_up(make: Make, tmp_path: Path) -> None:
    site = Path(shutil.copytree(TINY, tmp_path / "site"))
    text = (site / "workers.csv").read_text("utf-8").replace("DE-BE,15,", "DE-BE,15.30,")
    (site / "workers.csv").write_text(text, "utf-8")
    found = make(site, wage="+5%")
    wages = {row["worker_id"]: row["hourly_cost"] for row in rows(found.folder / "workers.csv")}
    assert wages["W1"] == "16.07"  # 16.065
    assert wages["W2"] == "16.80"


def test_the_form_of_a_table_is_kept(make: Make, tmp_path: Path) -> None:
    """Semicolons, decimal commas and skills in quotes."""
    site = Path(shutil.copytree(TINY, tmp_path / "site"))
    table = rows(site / "workers.csv")
    with (site / "workers.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(table[0])
        writer.writerows(
            [value.replace("15", "15,5") if key == "hourly_cost" else value
             for key, value in row.items()]
            for row in table
        )  # fmt: skip
    found = make(site, wage="+10%")
    people = read_site(found.folder).workers
    assert people[0].hourly_cost == 1705
    assert people[3].skills == ("payment-de", "refund-sv")
    assert (found.folder / "workers.csv").read_text("utf-8").startswith("worker_id;name;")


def test_another_profile(make: Make) -> None:
    found = make(TINY, profile="se")
    assert read_site(found.folder).config.rule_profile == "se"
    assert changed_files(TINY, found) == {"site.toml", "scenario.toml"}


def test_a_profile_that_was_not_written_down(make: Make, tmp_path: Path) -> None:
    site = Path(shutil.copytree(TINY, tmp_path / "site"))
    text = (site / "site.toml").read_text("utf-8").replace('rule_profile = "de"\n', "")
    (site / "site.toml").write_text(text, "utf-8")
    assert read_site(make(site, profile="se").folder).config.rule_profile == "se"


@pytest.mark.parametrize(("drop", "left"), [("refund-sv", 0), ("refund-sv=1", 2)])
def test_a_skill_is_lost(drop: str, left: int, make: Make) -> None:
    found = read_site(make(TINY, drop_skill=[drop]).folder)
    assert sum("refund-sv" in row.skills for row in found.workers) == left
    assert sum("payment-de" in row.skills for row in found.workers) == 7


def test_the_note_names_the_base_and_each_change(make: Make) -> None:
    found = make(TINY, volume=["+20%", "refund|sv|chat=+10%"], fewer_workers=1, seed=7)
    note = tomllib.loads((found.folder / "scenario.toml").read_text("utf-8"))
    assert note["base"] == "Tiny"
    assert len(note["base_sha256"]) == 64
    assert note["seed"] == 7
    assert [one["kind"] for one in note["changes"]] == ["volume", "volume", "fewer_workers"]
    assert [one.get("factor") for one in note["changes"]] == [1.2, 1.1, None]
    assert note["changes"][1]["queue"] == "refund|sv|chat"


def test_the_base_s_fingerprint_follows_its_content(make: Make, tmp_path: Path) -> None:
    site = Path(shutil.copytree(TINY, tmp_path / "site"))
    first = make(site, wage="+5%").base_sha256
    (site / "README.md").write_text("not a part of the site")
    assert make(site, wage="+5%").base_sha256 == first
    with (site / "requirement.csv").open("a") as file:
        file.write("\n")
    assert make(site, wage="+5%").base_sha256 != first


def test_an_earlier_scenario_is_replaced(make: Make) -> None:
    make(TINY, volume=["+20%"])
    found = make(TINY, profile="se")
    assert changed_files(TINY, found) == {"site.toml", "scenario.toml"}


def test_a_scenario_that_was_worked_on_is_not_replaced(make: Make) -> None:
    found = make(TINY, volume=["+20%"])
    with (found.folder / "workers.csv").open("a") as file:
        file.write("\n")
    with pytest.raises(OutputRefused, match="was changed since"):
        make(TINY, volume=["+30%"])


def test_a_site_is_never_replaced(tmp_path: Path) -> None:
    site = Path(shutil.copytree(TINY, tmp_path / "site"))
    other = Path(shutil.copytree(TINY, tmp_path / "other"))
    before = entries(tmp_path)
    for out in (site, other):
        done = peakcrew("scenario", site, "--out", out, "--volume", "+20%")
        assert done.exit_code == 2
        assert str(out) in done.output
    assert entries(tmp_path) == before


BAD = [
    (["--volume", "20"], '--volume: expected a change like +20% or -7.5%, found "20"'),
    (["--volume", "-100%"], "--volume: expected more than -100%"),
    (["--volume", "nobody=+5%"], '--volume: unknown queue "nobody"; known: payment|de|chat'),
    (["--wage", "+5"], "--wage: expected a change like +20%"),
    (["--fewer-workers", "8"], "--fewer-workers: 8 of 8 workers leave nobody"),
    (["--fewer-workers", "1", "--more-workers", "1"], "not together with --more-workers"),
    (["--drop-skill", "juggling"], '--drop-skill: nobody has "juggling"; known: payment-de'),
    (["--drop-skill", "refund-sv=4"], "expected a number of workers from 1 to 3"),
    (["--bot-down", "2027-01-11"], "requirement.csv states the need, so the bot changes nothing"),
    (["--bot-down", "2026-01-11"], "lies outside the horizon, 2027-01-11T00:00+01:00"),
    (["--bot-down", "Monday"], "--bot-down: expected a day like 2026-12-28, or FROM/TO"),
    (["--bot-down", "2027-01-32"], "is not on the calendar"),
    (["--bot-down", "2027-01-12T08:00/2027-01-12T08:00"], "ends before it starts"),
    (["--bot-down", "2027-01-12/2027-01-13"], "expected an instant in whole minutes"),
    (["--profile", "moon"], "rule_profile: expected "),
    (["--name", ""], "name: expected text that is not empty"),
    ([], "nothing is changed"),
]


@pytest.mark.parametrize(("options", "message"), BAD, ids=[one[1][:40] for one in BAD])
def test_what_cannot_be_followed_is_named(options: list[str], message: str, tmp_path: Path) -> None:
    wage = [] if not options or "--name" not in options else ["--wage", "+1%"]
    done = peakcrew("scenario", TINY, "--out", tmp_path / "out", *options, *wage)
    assert done.exit_code == 2
    assert message in done.output
    assert entries(tmp_path) == []


def test_a_bot_that_is_not_there_cannot_be_down(shop: Path, tmp_path: Path) -> None:
    site = Path(shutil.copytree(shop, tmp_path / "site"))
    (site / "bot_outcomes.csv").unlink()
    base = read_site(site)
    with pytest.raises(SiteInvalid, match=r"without bot_outcomes\.csv"):
        write_scenario(base, read_changes(base, bot_down_at=["2026-03-25"]), tmp_path / "out")


def test_the_command_tells_what_it_changed(tmp_path: Path) -> None:
    done = peakcrew("scenario", TINY, "--out", tmp_path / "out", "--volume", "+20%",
                    "--wage", "-2.5%")  # fmt: skip
    assert done.exit_code == 0
    assert done.output.splitlines() == [
        "workers required +20 %",
        "hourly costs -2.5 %",
        f"Tiny: workers required +20 %, hourly costs -2.5 %: {tmp_path / 'out'}",
    ]
