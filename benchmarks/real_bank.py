"""A real call centre: the calls of a small Israeli bank by type, February 1999.

Three weeks are the history, the last one (22 to 28 February) is planned and then compared with
the calls that came. The calls are real; the pool, its wages and the prices are invented (seeded),
because the data names no agents.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

ZONE = ZoneInfo("Asia/Jerusalem")
FIRST_DAY = date(1999, 2, 22)
NUM_DAYS = 7
SEED = 1999
CALLS = Path("contacts") / "israeli_bank_feb1999_30min_by_type.csv"


@dataclass(frozen=True, slots=True)
class CallType:
    """A type of call; mean service times as measured on the answered calls of that month.

    ``TT`` and ``PE`` have no published mean; theirs is assumed.
    """

    name: str
    skill: str
    aht_seconds: int
    understaffing_cost: int


TYPES = (
    CallType("PS", "general", 184, 120),
    CallType("NW", "general", 107, 90),
    CallType("NE", "stock", 275, 150),
    CallType("TT", "internet", 200, 90),
    CallType("IN", "general", 263, 90),
    CallType("PE", "general", 200, 90),
)

SKILL_SETS = ("general", "general;stock", "stock", "internet", "general;internet")
SKILL_SHARE = (0.6, 0.15, 0.1, 0.1, 0.05)
NUM_WORKERS = 120
WAGE = (22, 30)
# Opening hours, Monday first, read off the calls: closed from Friday 15:00 to Saturday 19:00.
OPENING = ((7, 24), (7, 24), (7, 24), (7, 24), (7, 15), (19, 24), (7, 24))
# What an agent may offer on a whole day, in hours; on short days he offers the opening hours.
OFFERS = ((7, 15), (9, 17), (12, 20), (16, 24))


def read_calls(data: Path) -> pd.DataFrame:
    """``unique_id, ds, y`` with instants of the bank's zone."""
    calls = pd.read_csv(data / CALLS, keep_default_na=False)
    calls["ds"] = pd.to_datetime(calls["ds"]).dt.tz_localize(str(ZONE))
    return calls


def split(calls: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The calls before the planned week, and those of the week."""
    first = pd.Timestamp(FIRST_DAY, tz=str(ZONE))
    is_week = (calls["ds"] >= first) & (calls["ds"] < first + pd.Timedelta(days=NUM_DAYS))
    return calls[calls["ds"] < first], calls[is_week]


def write_site(data: Path, folder: Path) -> None:
    """Write the site folder: real history, synthetic pool."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.RandomState(SEED)
    past, _ = split(read_calls(data))
    past = past.assign(ds=[instant.isoformat() for instant in past["ds"]])
    past.to_csv(folder / "history.csv", index=False, lineterminator="\n")
    queues = "\n".join(
        QUEUE.format(
            name=one.name, skill=one.skill, aht=one.aht_seconds, price=one.understaffing_cost
        )
        for one in TYPES
    )
    opening = "\n".join(
        f'{day} = ["{start:02d}:00-{end:02d}:00"]'
        for day, (start, end) in zip(
            ("mon", "tue", "wed", "thu", "fri", "sat", "sun"), OPENING, strict=True
        )
    )
    (folder / "site.toml").write_text(SITE.format(opening=opening) + queues, encoding="utf-8")
    ids = [f"A{number:03d}" for number in range(1, NUM_WORKERS + 1)]
    pd.DataFrame([_worker(rng, worker) for worker in ids]).to_csv(
        folder / "workers.csv", index=False, lineterminator="\n"
    )
    pd.DataFrame([offer for worker in ids for offer in _offers(rng, worker)]).to_csv(
        folder / "availability.csv", index=False, lineterminator="\n"
    )


def _worker(rng: np.random.RandomState, worker_id: str) -> dict[str, object]:
    return {
        "worker_id": worker_id,
        "name": f"Agent {worker_id[1:]}",
        "skills": SKILL_SETS[int(rng.choice(len(SKILL_SETS), p=SKILL_SHARE))],
        "contract": "hourly",
        "status": "",
        "region": "",
        "hourly_cost": int(rng.randint(WAGE[0], WAGE[1] + 1)),
        "min_hours_per_week": 0,
        "max_hours_per_week": (12, 16, 20)[int(rng.randint(3))],
        "max_shifts_per_day": 1,
        "max_consecutive_days": 5,
        "min_rest_hours": 11,
    }


def _offers(rng: np.random.RandomState, worker_id: str) -> list[dict[str, object]]:
    offers: list[dict[str, object]] = []
    for number in range(NUM_DAYS):
        day = FIRST_DAY + timedelta(days=number)
        opening = OPENING[day.weekday()]
        if rng.random_sample() < 0.65:
            is_whole = opening == (7, 24)
            start, end = OFFERS[int(rng.randint(len(OFFERS)))] if is_whole else opening
            offers.append(
                {
                    "worker_id": worker_id,
                    "start": _instant(day, start),
                    "end": _instant(day, end),
                    "preference": int(rng.randint(-1, 3)),
                }
            )
    return offers


def _instant(day: date, hour: int) -> str:
    local = datetime.combine(day, datetime.min.time()) + timedelta(hours=hour)
    return local.replace(tzinfo=ZONE).isoformat()


SITE = """\
name = "Israeli bank, last week of February 1999"
time_zone = "Asia/Jerusalem"
country = "IL"
currency = "ILS"
interval_minutes = 30
rule_profile = "none"

[horizon]
start = 1999-02-22
days = 7

[opening_hours]
{opening}

[objective]
preference_cost_per_hour = 0.2

[[shift_templates]]
id = "micro-4h"
minutes = 240

"""

QUEUE = """\
[[queues]]
id = "{name}"
skill = "{skill}"
work = "live"
aht_seconds = {aht}
patience_seconds = 180
service_level = 0.8
threshold_seconds = 20
understaffing_cost_per_hour = {price}
"""
