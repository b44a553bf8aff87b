"""All files of ``returns_peak``."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from seeds.recipes.files import Files, csv_text, totals_block
from seeds.recipes.returns_peak.availability import terms, windows
from seeds.recipes.returns_peak.contacts import HistoryRow, bot_outcomes, events, history
from seeds.recipes.returns_peak.past import history_of_shifts, pins
from seeds.recipes.returns_peak.queues import QUEUES, queue_toml
from seeds.recipes.returns_peak.season import HORIZON_DAYS, HORIZON_START
from seeds.recipes.returns_peak.staff import pool
from seeds.recipes.returns_peak.text import README, SITE_TOML

SEED = 20261228

Row = tuple[object, ...]


def files() -> Files:
    """Write the site from its seed; each file has a stream of its own."""
    # RandomState, because numpy promises that its streams never change between versions.
    streams = [np.random.RandomState(SEED + n) for n in range(6)]
    past = history(streams[0])
    outcomes = list(bot_outcomes(streams[1], past))
    people = pool(streams[2], streams[5])
    offers = list(windows(streams[3], people))
    totals = _totals(past, outcomes, [person.csv_row for person in people], offers)
    return {
        "site.toml": SITE_TOML.format(
            start=HORIZON_START, days=HORIZON_DAYS, queues="\n\n".join(map(queue_toml, QUEUES))
        ),
        "history.csv": csv_text("unique_id,ds,y", past),
        "bot_outcomes.csv": csv_text(
            "unique_id,ds,offered,resolved,escalated,bounced,bot_version,csat_bot,csat_human",
            outcomes,
        ),
        "events.csv": csv_text("start,end,kind,unique_id,factor", events()),
        "workers.csv": csv_text(
            "worker_id,name,skills,contract,status,region,hourly_cost,min_hours_per_week,"
            "max_hours_per_week,max_shifts_per_day,max_consecutive_days,min_rest_hours,"
            "earned_this_month,half_days_left,calendar",
            (person.csv_row for person in people),
        ),
        "availability.csv": csv_text("worker_id,start,end,preference", offers),
        "history_of_shifts.csv": csv_text(
            "worker_id,start,end", history_of_shifts(streams[4], people)
        ),
        "calendars.csv": csv_text("calendar,start,end,kind", terms()),
        "pins.csv": csv_text("worker_id,queue,start,minutes", pins(people, offers)),
        "README.md": README.format(seed=SEED, totals=totals_block(totals)),
    }


def _totals(
    past: list[HistoryRow], outcomes: list[Row], workers: list[Row], offers: list[Row]
) -> dict[str, int | float]:
    """What a reader should find when he counts the files."""
    offered = sum(int(str(row[2])) for row in outcomes)
    resolved = sum(int(str(row[3])) for row in outcomes)
    contacts = {
        f'contacts."{queue.id}"': sum(row[2] for row in past if row[0] == queue.id)
        for queue in QUEUES
    }
    return {
        "history_rows": len(past),
        "outcome_rows": len(outcomes),
        "bot_resolved_percent": round(100 * resolved / offered, 1),
        "workers": len(workers),
        "students": sum(str(row[4]).startswith("student") for row in workers),
        "rural_workers": sum(str(row[5]).endswith("rural") for row in workers),
        "skill_sets": len({row[2] for row in workers}),
        "availability_windows": len(offers),
        "hours_offered": sum(map(_hours, offers)),
        **contacts,
    }


def _hours(offer: Sequence[object]) -> float:
    start, end = (datetime.fromisoformat(str(value)) for value in offer[1:3])
    return (end - start).total_seconds() / 3600
