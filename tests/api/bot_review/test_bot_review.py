"""``peakcrew bot-review``: its sheet, the weeks that follow each other, and what it refuses."""

import csv
import json
import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from api.bot_review.files import page, review_document
from api.bot_review.run import Review, review_day, run
from api.site.read import read_site
from tests.api.command import SEEDS, peakcrew
from tests.api.shop import FIRST_MONDAY, HISTORY_DAYS

CHAT, VOICE = "refund|de|chat", "fraud|de|voice"
PAYMENTS = ("payment|de|chat", "payment|en|chat", "payment|sv|chat")  # of the sample site
NEWEST = (FIRST_MONDAY + timedelta(days=HISTORY_DAYS)).date()


@pytest.fixture
def site(shop: Path, tmp_path: Path) -> Path:
    """A shop of one's own, whose files may be changed."""
    return Path(shutil.copytree(shop, tmp_path / "shop"))


def outcomes(site: Path, change: Any) -> None:
    """Each row of ``bot_outcomes.csv`` through a function of day and row; it may give several."""
    path = site / "bot_outcomes.csv"
    head, *rows = path.read_text("utf-8").splitlines()
    new = [one for day, row in enumerate(rows) for one in change(day, row.split(","))]
    path.write_text("\n".join([head, *(",".join(one) for one in new)]) + "\n", "utf-8")


def reviewed(site: Path, out: Path, *options: object) -> dict[str, Any]:
    done = peakcrew("bot-review", site, "--out", out, "--json", *options)
    assert done.exit_code == 0, done.output
    document: dict[str, Any] = json.loads(done.output)
    return document


def refused(site: Path, out: Path, *options: object) -> str:
    done = peakcrew("bot-review", site, "--out", out, *options)
    assert done.exit_code == 2, done.output
    assert not out.exists()
    return done.output


def test_the_verb_writes_the_sheet_and_its_tables(site: Path, tmp_path: Path) -> None:
    told = reviewed(site, tmp_path / "review")
    written = json.loads((tmp_path / "review" / "review.json").read_text("utf-8"))
    assert told == written | {"files": told["files"]}
    chat, voice = told["queues"]
    assert (chat["queue"], chat["decision"], chat["since"]) == (CHAT, "ramp", NEWEST.isoformat())
    assert chat["resolved_q05"] < chat["resolved"] < chat["resolved_q95"]
    assert set(chat["probabilities"]) == {"bounce", "saved"}
    assert chat["change"] == "first review"
    assert voice["decision"] == "not_offered"
    with (tmp_path / "review" / "review.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["queue"] for row in rows] == [CHAT, VOICE]
    assert float(rows[0]["p_bounce"]) == chat["probabilities"]["bounce"]
    page = (tmp_path / "review" / "bot-review.html").read_text("utf-8")
    assert page.count("<svg") == 1
    assert "http" not in page.replace("http-equiv", "").replace("http://www.w3.org", "")
    again = peakcrew("bot-review", site, "--out", tmp_path / "review")
    assert again.exit_code == 0  # an earlier result is replaced
    assert f"ramp: {CHAT}" in again.output


def test_a_sensitive_category_is_never_offered(site: Path, tmp_path: Path) -> None:
    outcomes(site, lambda _, row: [row, [VOICE, row[1], "200", "199", "1", "0", "v1"]])
    voice = reviewed(site, tmp_path / "review")["queues"][1]
    assert voice["decision"] == "not_offered"
    assert voice["reasons"] == ["sensitive category: never offered"]


def test_a_stop_outlives_the_week(site: Path, tmp_path: Path) -> None:
    """More bounces than the limit stop the bot; next week's better chance is not enough."""
    text = (site / "site.toml").read_text("utf-8")
    strict = text.replace("[bot]", "[bot]\nbounce_limit = 0.08")
    (site / "site.toml").write_text(strict, "utf-8")
    first = NEWEST - timedelta(days=7)
    stopped = reviewed(site, tmp_path / "first", "--at", first)["queues"][0]
    assert (stopped["decision"], stopped["offer_share"]) == ("stop", 0.0)
    (site / "site.toml").write_text(text, "utf-8")
    alone = reviewed(site, tmp_path / "alone")["queues"][0]
    assert alone["decision"] == "ramp"
    previous = tmp_path / "first" / "review.json"
    second = reviewed(site, tmp_path / "second", "--previous", previous)["queues"][0]
    assert (second["decision"], second["since"]) == ("stop", first.isoformat())
    assert "hold is due" in second["reasons"][-1]
    assert second["change"].startswith("unchanged; resolved ")


def test_a_fall_sets_off_the_alarm_and_ends_the_ramp(site: Path, tmp_path: Path) -> None:
    first_bad = HISTORY_DAYS - 5

    def fall(day: int, row: list[str]) -> list[list[str]]:
        return [[*row[:3], "90", "90", "20", "v1"]] if day >= first_bad else [row]

    outcomes(site, fall)
    before = reviewed(site, tmp_path / "before", "--at", NEWEST - timedelta(days=5))["queues"][0]
    assert (before["decision"], before["alarms"]) == ("ramp", [])
    previous = tmp_path / "before" / "review.json"
    after = reviewed(site, tmp_path / "after", "--previous", previous)["queues"][0]
    drop = NEWEST - timedelta(days=5)
    assert [date.fromisoformat(one) - drop for one in after["alarms"]] == [timedelta(days=0)]
    assert after["decision"] == "hold"
    assert after["change"].startswith("was ramp; resolved -")
    page = (tmp_path / "after" / "bot-review.html").read_text("utf-8")
    assert "drift alarm" in page


def test_an_earlier_review_knows_nothing_of_later_days(site: Path, tmp_path: Path) -> None:
    at = NEWEST - timedelta(days=10)
    one = reviewed(site, tmp_path / "one", "--at", at)
    outcomes(
        site,
        lambda day, row: [[*row[:3], "0", "200", "0", "v9"] if day >= HISTORY_DAYS - 10 else row],
    )
    other = reviewed(site, tmp_path / "other", "--at", at)
    assert one["queues"] == other["queues"]
    assert one["notes"] == ["bot_outcomes.csv: 10 rows after the review's morning are not used"]


def test_outcomes_that_are_more_than_was_offered_are_refused(site: Path, tmp_path: Path) -> None:
    outcomes(site, lambda day, row: [[*row[:3], "190", *row[4:]] if day == 3 else row])
    assert "bot_outcomes.csv:5" in refused(site, tmp_path / "review")


def test_sessions_without_outcome_are_told_and_forbid_to_ramp(site: Path, tmp_path: Path) -> None:
    outcomes(site, lambda _, row: [[*row[:3], "100", *row[4:]]])
    told = reviewed(site, tmp_path / "review")
    assert told["queues"][0]["decision"] == "hold"
    assert told["notes"] == [
        f"{CHAT}: 10.0% of the last four weeks' closed sessions have no outcome and pass for "
        "resolved"
    ]


def test_labels_from_the_future_are_refused(site: Path, tmp_path: Path) -> None:
    outcomes(site, lambda day, row: [row] if day else [row, [row[0], "2026-03-23", *row[2:]]])
    message = "outcomes of the future cannot be known"
    assert message in refused(site, tmp_path / "review")


def test_two_versions_in_a_day_are_told(site: Path, tmp_path: Path) -> None:
    twice = HISTORY_DAYS - 3
    outcomes(site, lambda day, row: [row, [*row[:6], "v2"]] if day == twice else [row])
    told = reviewed(site, tmp_path / "review")
    day = (FIRST_MONDAY + timedelta(days=twice)).date()
    assert told["notes"] == [
        f"{CHAT}: {day} has two bot versions; the later one counts for the alarm"
    ]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"site": "Another"}, "site: is of 'Another'"),
        ({"at": "2026-09-01"}, "at: 2026-09-01 is later than this review"),
        ({"format": "peakcrew.schedule/1"}, "format: "),
        ({"queues": [{"queue": CHAT, "decision": "perhaps"}]}, "queues.0.decision: "),
    ],
)
def test_a_wrong_previous_review_is_refused(
    site: Path, tmp_path: Path, change: dict[str, Any], what: str
) -> None:
    known = {"format": "peakcrew.bot_review/1", "site": "Shop", "at": "2026-03-16", "queues": []}
    path = tmp_path / "previous.json"
    path.write_text(json.dumps(known | change), "utf-8")
    assert f"previous.json: {what}" in refused(site, tmp_path / "review", "--previous", path)


def test_a_previous_review_that_is_no_json_is_refused(site: Path, tmp_path: Path) -> None:
    path = tmp_path / "previous.json"
    path.write_bytes(b"\xff{")
    assert "previous.json: is no peakcrew" in refused(site, tmp_path / "review", "--previous", path)


@pytest.mark.parametrize("at", ["yesterday", "2026-02-16", "2026-03-24", "2026-02-30"])
def test_a_day_that_cannot_be_reviewed_is_refused(site: Path, tmp_path: Path, at: str) -> None:
    assert "--at: " in refused(site, tmp_path / "review", "--at", at)


def test_a_site_without_outcomes_is_refused(tmp_path: Path) -> None:
    seed = SEEDS / "requirement_only"
    assert "history.csv: needed" in refused(seed, tmp_path / "review")


@pytest.mark.parametrize(
    "line", ["decide_at = 0.5", "hold_out_share = 0.6", "substitution_ratio = 1.1"]
)
def test_a_policy_out_of_range_is_refused(site: Path, tmp_path: Path, line: str) -> None:
    text = (site / "site.toml").read_text("utf-8")
    (site / "site.toml").write_text(text.replace("[bot]", f"[bot]\n{line}"), "utf-8")
    assert line.split(" ")[0] in refused(site, tmp_path / "review")


def after_a_fall(falling: tuple[str, ...], smaller: int = 1) -> Review:
    """The sample site, of a smaller size, after some queues fall by 10 points on 14 December."""
    site = read_site(SEEDS / "returns_peak")
    assert site.bot_outcomes is not None
    frame = site.bot_outcomes.copy()
    counts = ["resolved", "escalated", "bounced"]
    frame[counts] //= smaller
    frame["offered"] = frame[counts].sum(axis=1)
    chosen = frame["unique_id"].isin(falling) & (frame["ds"] >= "2026-12-14T00:00+01:00")
    fallen = (0.10 * frame["offered"]).round().astype(int).where(chosen, 0)
    frame["resolved"] -= fallen
    frame["escalated"] += fallen
    return run(replace(site, bot_outcomes=frame), date(2026, 12, 17))


def test_the_alarm_of_one_queue_is_not_its_categorys() -> None:
    review = after_a_fall((PAYMENTS[0],))
    found = {one.queue: one for one in review.queues}
    assert found[PAYMENTS[0]].alarms[-1] == date(2026, 12, 14)
    assert review.categories["payment"] == ()
    assert [found[one].decision for one in PAYMENTS] == ["hold", "ramp", "ramp"]


def test_queues_too_small_alone_share_their_categorys_alarm() -> None:
    review = after_a_fall(PAYMENTS, smaller=25)
    large, *small = (one for one in review.queues if one.queue in PAYMENTS)
    assert large.alarms
    assert [day for one in small for day in one.alarms] == []
    assert review.categories["payment"] == (date(2026, 12, 16),)
    assert [one.decision for one in small] == ["hold", "hold"]
    assert all("drift alarm of 2026-12-16" in one.reasons[0] for one in small)


def test_a_drop_of_the_whole_bot_is_seen_where_no_queue_shows_it() -> None:
    """Queues of twenty to sixty a day, in categories of three: together they know."""
    site = read_site(SEEDS / "returns_peak")
    offered = tuple(
        queue.id
        for queue in site.config.queues
        if queue.category not in site.config.bot.sensitive_categories
    )
    review = after_a_fall(offered, smaller=50)
    assert review.bot
    assert date(2026, 12, 14) <= review.bot[-1] <= date(2026, 12, 16)
    assert review_document(review)["bot"] == [day.isoformat() for day in review.bot]
    assert "Alarm of all queues together: 2026-12-1" in page(review)


def test_the_sample_site_is_reviewed() -> None:
    site = read_site(SEEDS / "returns_peak")
    review = run(site, review_day(site, None))
    found = {one.queue: one.decision for one in review.queues}
    assert found["payment|de|chat"] == "ramp"
    assert found["complaint|de|chat"] == "stop"  # its customers are far less content
    assert found["fraud|en|chat"] == "not_offered"
