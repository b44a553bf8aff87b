"""The dearest hours stand in ``schedule.json``, and whoever reads it takes no notice."""

import csv
import json
from pathlib import Path

from scheduler.explain.prices import MOST_DEAREST
from tests.api.command import SEEDS, Planned, peakcrew


def test_the_dearest_hours_are_those_of_prices_csv(planned_shop: Planned, tiny: Planned) -> None:
    for plan in (planned_shop, tiny):
        with (plan.folder / "prices.csv").open(encoding="utf-8", newline="") as file:
            every = [
                (row["queue"], row["start"], float(row["worth"])) for row in csv.DictReader(file)
            ]
        kept = [tuple(one.values()) for one in plan.schedule["prices"]]
        worth = sorted((row[2] for row in every if row[2] > 0), reverse=True)
        assert [one[2] for one in kept] == worth[:MOST_DEAREST]
        assert set(kept) <= set(every)
    assert tiny.schedule["prices"]


def test_a_plan_with_prices_is_read_as_ever(tmp_path: Path) -> None:
    """Judged, questioned, and run again the same to the cent."""
    out = tmp_path / "out"
    done = peakcrew("plan", SEEDS / "tiny", "--out", out, "--reproducible", "--json")
    assert done.exit_code == 0, done.output
    schedule = out / "schedule.json"
    assert json.loads(schedule.read_text("utf-8"))["prices"]
    assert peakcrew("validate", out / "problem.json", schedule).exit_code == 0
    assert peakcrew("replay", schedule).exit_code == 0
    asked = ("--worker", "W5", "--shift", "2027-01-12T08:00", "--quick")
    assert peakcrew("why", schedule, *asked).exit_code == 0
    assert peakcrew("fairness", schedule).exit_code == 0
