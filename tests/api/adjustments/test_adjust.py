"""``peakcrew adjust``: rows that appear as a whole, and slips named by their option."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from api.site.read import read_site
from tests.api.command import peakcrew

CHAT = "refund|de|chat"
MORNING = ("--from", "2026-03-24T08:00", "--to", "2026-03-24T12:00")
EVENING = ("--from", "2026-03-24T18:00", "--to", "2026-03-24T20:00")


@pytest.fixture
def site(shop: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(shop, tmp_path / "shop"))


def text(site: Path) -> str:
    return (site / "adjustments.csv").read_text("utf-8")


def adjust(site: Path, *args: object) -> dict[str, Any]:
    done = peakcrew("adjust", site, *args, "--json")
    assert done.exit_code == 0, done.output
    document: dict[str, Any] = json.loads(done.output)
    return document


def test_a_first_change_makes_the_table(site: Path) -> None:
    told = adjust(site, "--layer", "mail", *MORNING, "--queue", CHAT, "--add", 100)
    change = told["layers"][0]["changes"][0]
    assert told["layers"][0]["layer"] == "mail"
    assert told["layers"][0]["on"]
    assert change["start"] == "2026-03-24T08:00+01:00"
    assert (change["unique_id"], change["operation"], change["value"]) == (CHAT, "add", 100)
    head, row = text(site).splitlines()
    assert head == "layer,start,end,unique_id,operation,value,made_at"
    assert row.startswith(
        "mail,2026-03-24T08:00+01:00,2026-03-24T12:00+01:00,refund|de|chat,add,100,20"
    )
    assert read_site(site).adjustments[0].change.value == 100


def test_changes_are_appended_and_a_note_gets_its_column(site: Path) -> None:
    adjust(site, "--layer", "mail", *MORNING, "--factor", "1.25")
    adjust(site, "--layer", "cut", *EVENING, "--add", "-40", "--note", "a,\nb", "--author", "anna")
    told = adjust(site, "--layer", "mail", *EVENING, "--set", 30)
    assert [one["layer"] for one in told["layers"]] == ["mail", "cut"]
    assert [len(one["changes"]) for one in told["layers"]] == [2, 1]
    assert told == adjust(site, "--list")
    rows = read_site(site).adjustments
    assert [row.change.value for row in rows] == [1.25, -40, 30]
    assert (rows[1].note, rows[1].author) == ("a, b", "anna")
    assert rows[0].made_at


def test_a_table_keeps_its_own_shape(site: Path) -> None:
    (site / "adjustments.csv").write_text(
        "value;layer;operation;start;end;unique_id\n"
        "1,5;mail;factor;2026-03-24T08:00;2026-03-24T12:00;\n",
        encoding="utf-8",
    )
    adjust(site, "--layer", "mail", *EVENING, "--factor", "1.5")
    lines = text(site).splitlines()
    assert lines[0] == "value;layer;operation;start;end;unique_id;made_at"
    assert lines[1] == "1,5;mail;factor;2026-03-24T08:00;2026-03-24T12:00;;"
    assert lines[2].startswith("1.5;mail;factor;2026-03-24T18:00+01:00;")
    assert [row.change.value for row in read_site(site).adjustments] == [1.5, 1.5]


def test_a_layer_is_taken_away(site: Path) -> None:
    adjust(site, "--layer", "mail", *MORNING, "--factor", "1.25")
    adjust(site, "--layer", "cut", *MORNING, "--add", "-40")
    told = adjust(site, "--remove", "mail")
    assert [one["layer"] for one in told["layers"]] == ["cut"]
    assert [row.layer for row in read_site(site).adjustments] == ["cut"]


def test_the_list_for_people(site: Path) -> None:
    assert peakcrew("adjust", site, "--list").output == "no layers\n"
    peakcrew("adjust", site, "--layer", "mail", *MORNING, "--factor", "1.25", "--note", "sale")
    with (site / "site.toml").open("a", encoding="utf-8") as file:
        file.write("\n")
    toml = (site / "site.toml").read_text("utf-8")
    (site / "site.toml").write_text(toml.replace("[forecast]", '[forecast]\nlayers_off = ["mail"]'))
    lines = peakcrew("adjust", site, "--list").output.splitlines()
    assert lines[0] == "mail (switched off)"
    assert lines[1].startswith(
        "  2026-03-24T08:00+01:00 to 2026-03-24T12:00+01:00, all queues: x 1.25; sale (20"
    )


BAD = [
    (("--layer", "x", *MORNING), "--factor, --add, --set: exactly one of them is needed"),
    (("--layer", "x", *MORNING, "--add", 1, "--set", 1),
     "--factor, --add, --set: exactly one of them is needed"),
    (("--layer", "x", "--add", 1), "--from: is needed\n--to: is needed"),
    (("--layer", "", *MORNING, "--add", 1),
     "--layer: expected a name of 1 to 200 characters, found nothing"),
    (("--layer", "x", *MORNING, "--queue", "y", "--add", 1),
     '--queue: unknown queue "y"; known: fraud|de|voice, refund|de|chat'),
    (("--layer", "x", *MORNING, "--factor", "inf"),
     '--factor: expected a number like 1.2 or -40, found "inf"'),
    (("--layer", "x", *MORNING, "--factor", "-1"),
     "--factor: expected 0 to 100 for factor, found -1"),
    (("--layer", "x", "--from", "2026-03-29T02:30", "--to", "2026-03-29T08:10", "--add", 1),
     '--from: "2026-03-29T02:30" does not exist in Europe/Berlin, as the clock is set forward: '
     "correct the time or add an offset\n"
     '--to: expected the start of a 60-minute interval, found "2026-03-29T08:10"'),
    (("--layer", "x", "--from", "2026-03-24T12:00", "--to", "2026-03-24T12:00", "--add", 1),
     "--to: expected an instant after --from"),
    (("--remove", "x"), 'adjustments.csv: no layer "x"'),
    ((), "--layer, --remove, --list: one of them is needed; --from, --to, --queue and a value go "
         "with --layer"),
    (("--list", "--add", 1), "--layer, --remove, --list: one of them is needed; --from, --to, "
                             "--queue and a value go with --layer"),
    (("--remove", "x", "--list"), "--layer, --remove, --list: one of them is needed; --from, "
                                  "--to, --queue and a value go with --layer"),
]  # fmt: skip


@pytest.mark.parametrize(("args", "message"), BAD)
def test_a_slip_is_named_by_its_option(site: Path, args: tuple[object, ...], message: str) -> None:
    done = peakcrew("adjust", site, *args)
    assert done.exit_code == 2
    assert done.output == message + "\n"
    assert not (site / "adjustments.csv").exists()


def test_the_same_change_twice_is_refused(site: Path) -> None:
    adjust(site, "--layer", "mail", *MORNING, "--add", 100)
    before = text(site)
    done = peakcrew("adjust", site, "--layer", "mail", *MORNING, "--add", 120)
    assert done.exit_code == 2
    assert done.output == "--layer: has the same change already, with the value 100\n"
    assert text(site) == before


def test_a_broken_table_is_told_and_left_alone(site: Path) -> None:
    adjust(site, "--layer", "mail", *MORNING, "--add", 100)
    broken = text(site).replace(",add,", ",plus,")
    (site / "adjustments.csv").write_text(broken, encoding="utf-8")
    done = peakcrew("adjust", site, "--layer", "cut", *MORNING, "--add", 1)
    assert done.exit_code == 2
    assert "adjustments.csv:2:53: operation: expected one of factor, add, set" in done.output
    assert text(site) == broken


def test_a_table_that_cannot_be_replaced_leaves_nothing(site: Path) -> None:
    (site / "adjustments.csv").mkdir()
    before = sorted(site.iterdir())
    assert peakcrew("adjust", site, "--layer", "mail", *MORNING, "--add", 100).exit_code == 2
    assert sorted(site.iterdir()) == before
