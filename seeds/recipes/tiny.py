"""``tiny``: 8 workers, 3 days, 2 queues, with an optimum that can be derived by hand."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from seeds.recipes.files import Files, csv_text, totals_block, wall_time

ZONE = ZoneInfo("Europe/Berlin")
MONDAY, TUESDAY, WEDNESDAY = (date(2027, 1, 11) + timedelta(days=n) for n in range(3))
HOURS = range(8, 24)
PAYMENT, REFUND = "payment|de|chat", "refund|sv|chat"

# (day, first hour of the 4-hour block) to workers needed.
NEED = {
    PAYMENT: {
        (MONDAY, 8): 2,
        (MONDAY, 12): 1,
        (TUESDAY, 8): 1,
        (TUESDAY, 12): 2,
        (WEDNESDAY, 8): 1,
        (WEDNESDAY, 12): 1,
    },
    REFUND: {
        (MONDAY, 8): 1,
        (MONDAY, 20): 1,
        (TUESDAY, 8): 1,
        (WEDNESDAY, 8): 1,
    },
}

BOTH = "payment-de;refund-sv"
# worker, skills, pay per hour, most hours per week, offers as (day, from hour, to hour)
WORKERS = (
    ("W1", "payment-de", 15, 12, ((MONDAY, 8, 12), (TUESDAY, 12, 16), (WEDNESDAY, 8, 12))),
    ("W2", "payment-de", 16, 12, ((MONDAY, 8, 16), (TUESDAY, 12, 16))),
    ("W3", "refund-sv", 17, 8, ((MONDAY, 8, 12), (TUESDAY, 8, 12), (WEDNESDAY, 8, 12))),
    ("W4", BOTH, 20, 8, ((TUESDAY, 8, 12),)),
    ("W5", BOTH, 15, 12, ((MONDAY, 20, 24), (TUESDAY, 8, 12))),
    ("W6", "payment-de", 15, 12, ((MONDAY, 8, 11),)),
    ("W7", "payment-de", 22, 8, ((TUESDAY, 12, 16),)),
    ("W8", "payment-de", 18, 8, ((MONDAY, 12, 16),)),
)

TOTALS: dict[str, int | float] = {
    "workers": 8,
    "requirement_rows": 96,
    "requirement_worker_hours": 48,
    "hours_offered": 59,
    "optimal_shifts": 10,
    "optimal_hours": 40,
    "optimal_wages": 680,
    "optimal_understaffing_hours": 8,
    "optimal_understaffing": 400,
    "optimal_cost": 1080,
}


def files() -> Files:
    """Write the site; nothing is random."""
    need = [
        (queue, wall_time(day, hour * 60, ZONE), blocks.get((day, hour - hour % 4), 0))
        for queue, blocks in NEED.items()
        for day in (MONDAY, TUESDAY, WEDNESDAY)
        for hour in HOURS
    ]
    workers = [
        (worker, f"Worker {worker[1:]}", skills, "part_time", "", "DE-BE", pay, 0, hours, 1, 5, 11)
        for worker, skills, pay, hours, _ in WORKERS
    ]
    offers = [
        (worker, wall_time(day, start * 60, ZONE), wall_time(day, end * 60, ZONE), 0)
        for worker, *_, offered in WORKERS
        for day, start, end in offered
    ]
    return {
        "site.toml": SITE_TOML,
        "requirement.csv": csv_text("unique_id,ds,workers", need),
        "workers.csv": csv_text(
            "worker_id,name,skills,contract,status,region,hourly_cost,min_hours_per_week,"
            "max_hours_per_week,max_shifts_per_day,max_consecutive_days,min_rest_hours",
            workers,
        ),
        "availability.csv": csv_text("worker_id,start,end,preference", offers),
        "pins.csv": csv_text(
            "worker_id,queue,start,minutes",
            [("W7", PAYMENT, wall_time(TUESDAY, 12 * 60, ZONE), 240)],
        ),
        "README.md": README.replace("TOTALS", totals_block(TOTALS)),
    }


SITE_TOML = """\
# Small enough to solve by hand; README.md does. Amounts in EUR. Written by seeds/generate.py.
name = "Tiny"
time_zone = "Europe/Berlin"
country = "DE"
region = "BE"
currency = "EUR"
interval_minutes = 60
rule_profile = "de"

[horizon]
start = 2027-01-11
days = 3

[opening_hours]
mon = ["08:00-24:00"]
tue = ["08:00-24:00"]
wed = ["08:00-24:00"]

[[shift_templates]]
id = "block-4h"
minutes = 240
start_every_minutes = 240
earliest_start = "08:00"
latest_start = "20:00"

[[queues]]
id = "payment|de|chat"
skill = "payment-de"
aht_seconds = 300
understaffing_cost_per_hour = 50

[[queues]]
id = "refund|sv|chat"
skill = "refund-sv"
aht_seconds = 420
understaffing_cost_per_hour = 80
"""

README = """\
# tiny: solvable by hand

Two queues, eight invented workers, Monday 11 to Wednesday 13 January 2027, one kind of shift:
4 hours from 08:00, 12:00, 16:00 or 20:00. The planner brings the requirement. Nothing is random;
written by `python -m seeds.generate tiny`. Instants carry the offset of Europe/Berlin, money is
EUR, hours are per week. Pay is above the German minimum of 2027 (14.60 EUR).

## Totals

TOTALS

## What is needed

Workers per 4-hour block; a missing hour costs 50 on payment and 80 on refund.

| block | payment | refund |
|---|---|---|
| Mon 08-12 | 2 | 1 |
| Mon 12-16 | 1 | |
| Mon 20-24 | | 1 |
| Tue 08-12 | 1 | 1 |
| Tue 12-16 | 2 | |
| Wed 08-12 | 1 | 1 |
| Wed 12-16 | 1 | |

That is 12 blocks or 48 worker-hours.

## Who offers what

Everyone works at most one shift a day and rests 11 hours.

| worker | skills | pay | most hours | offers |
|---|---|---|---|---|
| W1 | payment | 15 | 12 | Mon 08-12, Tue 12-16, Wed 08-12 |
| W2 | payment | 16 | 12 | Mon 08-16, Tue 12-16 |
| W3 | refund | 17 | 8 | Mon 08-12, Tue 08-12, Wed 08-12 |
| W4 | both | 20 | 8 | Tue 08-12 |
| W5 | both | 15 | 12 | Mon 20-24, Tue 08-12 |
| W6 | payment | 15 | 12 | Mon 08-11 |
| W7 | payment | 22 | 8 | Tue 12-16, pinned there |
| W8 | payment | 18 | 8 | Mon 12-16 |

## The best schedule, step by step

A shift costs at most 88 in pay and saves 200 or 320 where somebody is missing, so every block
that can be staffed is staffed, and only two questions are open: who, and what stays empty.

1. **W6 can do nothing**: three hours hold no 4-hour shift.
2. **Mon 08-12, payment**: only W1 and W2 are there, both are needed: 60 + 64. W2 has then had the
   one shift of the day, so **Mon 12-16** falls to W8: 72.
3. **Tue 12-16, payment**: W7 is pinned: 88. The second place goes to W1 (60), not to W2 (64).
   Without the pin W1 and W2 would do it, 24 cheaper.
4. **Wed 08-12, payment**: W1, the third shift of 12 hours: 60. **Wed 12-16**: nobody offers it,
   4 hours are missing: 200.
5. **Rest.** W5 could do Mon 20-24 and Tue 08-12, but 8 hours lie between, less than 11.
   Monday's refunds (320) are worth more than Tuesday's payments (200) and nobody else is there on
   Monday night: W5 works **Mon 20-24, refund**: 60.
6. **Most hours.** W3 offers three mornings of refunds, 12 hours, but may work 8. On Tuesday W4 can
   step in, on Monday and Wednesday nobody can. So W3 works **Mon 08-12** and **Wed 08-12**: 68 +
   68, and W4 does **Tue 08-12, refund**: 80.
7. Then **Tue 08-12, payment** stays empty: 4 hours, 200. The other way round, W4 on payments,
   would leave one morning of refunds empty: 320.

| term | sum |
|---|---|
| wages | 60 + 64 + 72 + 88 + 60 + 60 + 60 + 68 + 68 + 80 = 680 for 10 shifts, 40 hours |
| understaffing | 200 (Tue 08-12) + 200 (Wed 12-16) = 400 for 8 hours |
| cost | **1,080.00** |
"""
