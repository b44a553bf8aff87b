"""``requirement_only``: a planner brings the need of one week; nothing is forecast."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from seeds.recipes.files import Files, csv_text, totals_block, wall_time

SEED = 20270201
ZONE = ZoneInfo("Europe/Stockholm")
DAYS = tuple(date(2027, 2, 1) + timedelta(days=n) for n in range(7))
OPEN = range(8, 20)

# Workers needed per hour of a Wednesday from 08:00 to 20:00, and the share of other weekdays.
NEED = {
    "support|sv|chat": (2, 3, 4, 5, 5, 4, 4, 4, 5, 4, 3, 2),
    "support|en|chat": (1, 1, 2, 2, 2, 2, 2, 3, 3, 2, 2, 1),
    "support|sv|voice": (1, 2, 3, 4, 3, 2, 2, 3, 3, 2, 2, 1),
}
WEEKDAY_SHARE = (1.2, 1.1, 1.0, 1.0, 0.9, 0.6, 0.5)

SKILL_SETS = (
    ("chat-sv",),
    ("chat-sv", "voice-sv"),
    ("chat-en", "chat-sv"),
    ("chat-en", "chat-sv", "voice-sv"),
    ("chat-en",),
)
SKILL_SHARE = (0.25, 0.35, 0.15, 0.1, 0.15)
NUM_WORKERS = 40

Row = tuple[object, ...]


def files() -> Files:
    """Write the site from its seed."""
    # RandomState, because numpy promises that its streams never change between versions.
    rng = np.random.RandomState(SEED)
    need = list(_need())
    workers = [_worker(rng, number) for number in range(1, NUM_WORKERS + 1)]
    offers = [offer for worker in workers for offer in _offers(rng, str(worker[0]))]
    hours = sum(map(_hours, offers))
    totals: dict[str, int | float] = {
        "workers": len(workers),
        "requirement_rows": len(need),
        "requirement_worker_hours": sum(int(str(row[2])) for row in need) / 2,
        "availability_windows": len(offers),
        "hours_offered": hours,
    }
    return {
        "site.toml": SITE_TOML,
        "requirement.csv": csv_text("unique_id,ds,workers", need),
        "workers.csv": csv_text(
            "worker_id,name,skills,contract,status,region,hourly_cost,min_hours_per_week,"
            "max_hours_per_week,max_shifts_per_day,max_consecutive_days,min_rest_hours",
            workers,
        ),
        "availability.csv": csv_text("worker_id,start,end,preference", offers),
        "README.md": README.format(seed=SEED, totals=totals_block(totals)),
    }


def _need() -> Iterator[Row]:
    for queue, hours in NEED.items():
        for day in DAYS:
            for half_hour in range(2 * len(OPEN)):
                workers = int(hours[half_hour // 2] * WEEKDAY_SHARE[day.weekday()] + 0.5)
                minute = OPEN.start * 60 + half_hour * 30
                yield queue, wall_time(day, minute, ZONE), workers


def _worker(rng: np.random.RandomState, number: int) -> Row:
    skills = SKILL_SETS[int(rng.choice(len(SKILL_SETS), p=SKILL_SHARE))]
    is_student = bool(rng.random_sample() < 0.6)
    pay = 165 + 5 * int(rng.randint(5)) + (5 if "voice-sv" in skills else 0)
    most_hours = (12, 16, 20)[int(rng.randint(3))] if is_student else (20, 28)[int(rng.randint(2))]
    region = ("SE-AB", "SE-AC-rural", "SE-Z-rural")[int(rng.randint(3))]
    return (
        *(f"W{number:02d}", f"Worker {number:02d}", ";".join(skills), "se_hourly"),
        *("student" if is_student else "other", region, f"{pay}.00", 0, most_hours, 1, 5, 11),
    )


def _offers(rng: np.random.RandomState, worker_id: str) -> Iterator[Row]:
    for day in DAYS:
        if rng.random_sample() < 0.75:
            start = int(rng.randint(16, 32))  # half-hours: from 08:00 to 15:30
            end = min(start + int(rng.randint(8, 17)), 2 * OPEN.stop)
            preference = int(rng.randint(-2, 3))
            yield (
                *(worker_id, wall_time(day, start * 30, ZONE), wall_time(day, end * 30, ZONE)),
                preference,
            )


def _hours(offer: Row) -> float:
    start, end = (datetime.fromisoformat(str(value)) for value in offer[1:3])
    return (end - start).total_seconds() / 3600


SITE_TOML = """\
# The planner brings requirement.csv. Amounts in SEK. Written by seeds/generate.py.
name = "Requirement only"
time_zone = "Europe/Stockholm"
country = "SE"
currency = "SEK"
interval_minutes = 30
rule_profile = "se"

[horizon]
start = 2027-02-01
days = 7

[opening_hours]
mon = ["08:00-20:00"]
tue = ["08:00-20:00"]
wed = ["08:00-20:00"]
thu = ["08:00-20:00"]
fri = ["08:00-20:00"]
sat = ["08:00-20:00"]
sun = ["08:00-20:00"]

[[shift_templates]]
id = "micro-4h"
minutes = 240
earliest_start = "08:00"
latest_start = "16:00"

[[shift_templates]]
id = "short-3h"
minutes = 180
earliest_start = "08:00"
latest_start = "17:00"

[[queues]]
id = "support|sv|chat"
skill = "chat-sv"
aht_seconds = 420
understaffing_cost_per_hour = 600

[[queues]]
id = "support|en|chat"
skill = "chat-en"
aht_seconds = 420
understaffing_cost_per_hour = 600

[[queues]]
id = "support|sv|voice"
skill = "voice-sv"
aht_seconds = 300
understaffing_cost_per_hour = 800

[objective]
preference_cost_per_hour = 2
fairness_cost_per_hour = 1
"""

README = """\
# requirement_only: the planner brings the need

One week, Monday 1 to Sunday 7 February 2027, three queues of a Swedish support desk, 40 workers.
`requirement.csv` says how many people are needed in each half-hour; there is no history, and
nothing is forecast. Two kinds of shift: 4 hours and 3 hours.

Everything is synthetic: written by `python -m seeds.generate requirement_only` with seed {seed},
the same bytes each time. No person is real.

## Totals

{totals}

## Units and figures

Instants are ISO 8601 with the offset of Europe/Stockholm, money is SEK, hours are per week. The
need is a daily curve per queue, scaled by weekday and rounded; shares of skills, of students
(60 %), of country people (two thirds) and the offers are drawn. Pay follows the level of Swedish
collective agreements (there is no statutory minimum). Sundays are worked: Sweden asks for 36
hours of rest in a week, not for Sundays.
"""
