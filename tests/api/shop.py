"""A small shop with five weeks of history, to be planned over the week of a clock change."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Berlin")
FIRST_MONDAY = datetime(2026, 2, 16, tzinfo=ZONE)
HISTORY_DAYS = 35
HORIZON = FIRST_MONDAY + timedelta(days=HISTORY_DAYS)  # its Sunday has 23 hours

SITE_TOML = """\
name = "Shop"
time_zone = "Europe/Berlin"
country = "DE"
currency = "EUR"
interval_minutes = 60
rule_profile = "de"

[horizon]
start = 2026-03-23
days = 7

[[shift_templates]]
id = "four"
minutes = 240
start_every_minutes = 120

[[queues]]
id = "refund|de|chat"
skill = "chat"
work = "chat"
aht_seconds = 300
concurrency = 2

[[queues]]
id = "fraud|de|voice"
skill = "voice"
aht_seconds = 240

[queues.opening_hours]
sat = []
sun = []

[bot]
sensitive_categories = ["fraud"]

[forecast]
num_paths = 60

[objective]
preference_cost_per_hour = 0.5
"""
WORKERS = """\
worker_id,name,skills,contract,status,region,hourly_cost,min_hours_per_week,max_hours_per_week
a,Ada,chat,part,student,BE,15,0,20
b,Böll,chat;voice,part,employee,BE,16.5,8,32
c,Chen,chat;voice,part,employee,BE,17,0,60
d,Dogan,voice,part,student,BE,13.5,0,20
"""


def write_shop(folder: Path) -> Path:
    """Write the site into a new folder."""
    folder.mkdir()
    for name, lines in (
        ("site.toml", [SITE_TOML]),
        ("workers.csv", [WORKERS]),
        ("history.csv", history_rows()),
        ("bot_outcomes.csv", outcome_rows()),
        ("availability.csv", window_rows()),
    ):
        (folder / name).write_text("".join(lines), encoding="utf-8")
    return folder


def history_rows() -> Iterator[str]:
    """Chats by day and night with a peak at ten, calls by day from Monday to Friday."""
    yield "unique_id,ds,y\n"
    first = FIRST_MONDAY.astimezone(UTC)
    for hour in range(HISTORY_DAYS * 24):
        local = (first + timedelta(hours=hour)).astimezone(ZONE)
        is_day, is_weekend = 8 <= local.hour < 20, local.weekday() >= 5
        chats = (40 if local.hour == 10 else 20 if is_day else 3) + (hour * 7) % 5
        calls = 0 if is_weekend else (6 if is_day else 1) + (hour * 3) % 2
        yield f"refund|de|chat,{local.isoformat()},{chats}\n"
        yield f"fraud|de|voice,{local.isoformat()},{calls}\n"


def outcome_rows() -> Iterator[str]:
    """Of 200 chats a day the bot settles three fifths."""
    yield "unique_id,ds,offered,resolved,escalated,bounced,bot_version\n"
    for day in range(HISTORY_DAYS):
        date = (FIRST_MONDAY + timedelta(days=day)).date()
        yield f"refund|de|chat,{date},200,120,60,20,v1\n"


def window_rows() -> Iterator[str]:
    """Everybody from eight to eight on every day."""
    yield "worker_id,start,end,preference\n"
    for worker in "abcd":
        for day in range(7):
            date = (HORIZON + timedelta(days=day)).date()
            yield f"{worker},{date}T08:00,{date}T20:00,{day % 3}\n"
