"""``peakcrew plan`` of a site with mail, some of which waits already."""

import csv
import json
from pathlib import Path

from tests.api.command import peakcrew
from tests.api.shop import write_shop

MAIL = "fraud|de|voice"


def test_a_site_with_a_backlog_from_the_command_line(tmp_path: Path) -> None:
    site = write_shop(tmp_path / "shop")
    toml = (site / "site.toml").read_text("utf-8")
    plain = f'id = "{MAIL}"\n'
    assert plain in toml
    told = toml.replace(plain, plain + 'work = "deferrable"\ndeadline_hours = 8\n')
    (site / "site.toml").write_text(told, "utf-8")
    rows = f"unique_id,arrived,contacts\n{MAIL},2026-03-20T09:00:00+01:00,40\n"
    (site / "backlog.csv").write_text(rows, "utf-8")
    out = tmp_path / "out"
    result = peakcrew("plan", site, "--out", out, "--time-limit", 10, "--gap", 0.01)
    assert result.exit_code == 0, result.output
    schedule = json.loads((out / "schedule.json").read_text("utf-8"))
    assert schedule["violations"] == []
    assert schedule["costs"]["late_work"] > 0  # what is overdue from the start costs, come what may
    problem = json.loads((out / "problem.json").read_text("utf-8"))
    assert problem["backlogs"].keys() == {MAIL}
    assert problem["backlogs"][MAIL]["overdue_minutes"] >= 160  # 40 contacts of 4 minutes
    with (out / "coverage.csv").open(encoding="utf-8", newline="") as file:
        own = [row for row in csv.DictReader(file) if row["queue"] == MAIL]
    assert sum(int(row["staffed"]) for row in own) > 0
    assert all(int(row["understaffing"]) == 0 for row in own)
    assert "Late work" in (out / "report.html").read_text("utf-8")
