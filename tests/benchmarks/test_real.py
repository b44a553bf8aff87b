"""The site folders built out of public research data."""

from pathlib import Path

import numpy as np
import pytest

from api.site.read import read_site
from benchmarks import real_bank, real_couriers
from benchmarks.real import main
from benchmarks.real_couriers import CourierDay, cover, hours, need, widened
from benchmarks.tables import Figures, markdown

DATA = Path(__file__).parents[3] / "shared" / "data"
with_data = pytest.mark.skipif(not DATA.is_dir(), reason="the public research data is not here")

DAY = CourierDay(0, ready=(600, 600, 660), worked=((600, 690), (600, 690)), optimised=())


def test_without_the_data_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--out", str(tmp_path / "out"), "--data", str(tmp_path / "absent")]) == 0
    assert "nothing was planned" in capsys.readouterr().out
    assert not (tmp_path / "out").exists()


def test_the_need_adds_up_to_the_hours_as_worked() -> None:
    assert DAY.minutes_per_order == 60
    assert need(DAY).sum() * 15 / 60 == hours(DAY.worked) == 3


def test_cover_counts_hours_too_few_and_too_many() -> None:
    # Needed: 2 couriers for an hour, then 1 for an hour. Worked: 2 couriers for 90 minutes.
    assert cover(DAY, DAY.worked) == (0.5, 0.5)


@pytest.mark.parametrize(
    ("block", "stretched"), [((600, 780), (570, 810)), ((600, 900), (600, 900))]
)
def test_a_short_block_is_stretched_to_four_hours(
    block: tuple[int, int], stretched: tuple[int, int]
) -> None:
    assert widened(block) == stretched


def test_a_table_becomes_markdown() -> None:
    text = markdown(Figures("Title", "Note.", ("name", "hours"), (("a", "1"),)))
    assert text == "## Title\n\nNote.\n\n| name | hours |\n|---|---:|\n| a | 1 |"


@with_data
def test_the_bank_site_holds_three_weeks_of_six_types(tmp_path: Path) -> None:
    real_bank.write_site(DATA, tmp_path)
    site = read_site(tmp_path)
    assert site.history is not None
    assert len(site.history) == 6 * 21 * 48
    assert len(site.workers) == real_bank.NUM_WORKERS


@with_data
@pytest.mark.parametrize("plan", real_couriers.PLANS)
def test_a_courier_site_has_the_real_pool_and_the_derived_need(
    plan: real_couriers.Plan, tmp_path: Path
) -> None:
    day = real_couriers.read_day(DATA, 1)
    real_couriers.write_site(day, plan, 30, tmp_path)
    site = read_site(tmp_path)
    assert site.requirement is not None
    assert len(site.workers) == len(day.worked) == 94
    assert np.isclose(site.requirement["workers"].sum() / 4, hours(day.worked), atol=1)
