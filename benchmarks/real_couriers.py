"""Real gig couriers: the day's orders as contacts, the real blocks as availability.

The data holds, for one day each, the orders and two sets of courier blocks: ``s1``, as
worked, and ``s2``, as optimised by others. How many couriers an order needs is not in it. The
assumption here: an order keeps one courier busy from its ready time for as long as makes the
day's work equal to the hours of ``s1``. So a perfect plan would need exactly those hours, and
what is short on one quarter-hour is too much on another.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

STEP = 15
DAY = 24 * 60
# The data counts minutes from an unnamed start; 08:00 leaves room on both sides.
START = 8 * 60
MIDNIGHT = datetime.fromisoformat("2027-01-04T00:00:00+00:00")
WAGE = 15
QUEUE = "order|en|delivery"
DAYS = (0, 1, 5, 7)

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class CourierDay:
    """One day: minutes when orders are ready, and the blocks, all in minutes of the day."""

    number: int
    ready: tuple[int, ...]
    worked: tuple[Span, ...]
    optimised: tuple[Span, ...]

    @property
    def minutes_per_order(self) -> float:
        """Courier minutes per order, so that the work fills the hours as worked."""
        return hours(self.worked) * 60 / len(self.ready)


@dataclass(frozen=True, slots=True)
class Plan:
    """One way to let the couriers of ``s1`` work: shift lengths, and what they may offer."""

    name: str
    lengths: tuple[int, ...]
    offer: Callable[[Span], Span] = field(repr=False)


def widened(block: Span) -> Span:
    """A block of less than four hours, stretched evenly on both sides to four."""
    missing = max(0, 240 - (block[1] - block[0]))
    return block[0] - missing // 2, block[1] + missing - missing // 2


PLANS = (
    Plan("4-hour shifts, blocks widened to 4 h", (240,), widened),
    Plan("90-240 min inside the real blocks", (90, 120, 180, 240), lambda block: block),
    Plan("90-240 min, blocks +- 1 h", (90, 120, 180, 240), lambda b: (b[0] - 60, b[1] + 60)),
)


def read_day(data: Path, number: int) -> CourierDay:
    """Read a day's orders and both sets of blocks."""
    folder = data / "grubhub"
    worked = folder / f"{number}o100t100s1p100"
    return CourierDay(
        number,
        tuple(START + int(row["ready_time"]) for row in _rows(worked / "orders.txt")),
        _blocks(worked / "couriers.txt"),
        _blocks(folder / f"{number}o100t100s2p100" / "couriers.txt"),
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def _blocks(path: Path) -> tuple[Span, ...]:
    return tuple((START + int(row["on_time"]), START + int(row["off_time"])) for row in _rows(path))


def hours(spans: tuple[Span, ...]) -> float:
    """Hours of all spans."""
    return sum(end - start for start, end in spans) / 60


def presence(spans: list[tuple[float, float]]) -> FloatArray:
    """Mean number of spans present in each quarter-hour of the day."""
    edges = np.arange(0, DAY + STEP, STEP)
    starts, ends = np.array(spans).T[:, :, None]
    minutes = np.clip(np.minimum(ends, edges[1:]) - np.maximum(starts, edges[:-1]), 0, None)
    total: FloatArray = minutes.sum(axis=0) / STEP
    return total


def need(day: CourierDay) -> npt.NDArray[np.int64]:
    """Couriers needed in each quarter-hour, whole numbers."""
    busy = presence([(ready, ready + day.minutes_per_order) for ready in day.ready])
    return np.floor(busy + 0.5).astype(np.int64)


def cover(day: CourierDay, spans: tuple[Span, ...]) -> tuple[float, float]:
    """Courier-hours too few and too many against the need."""
    gap = presence(list(spans)) - need(day)
    return float(-gap[gap < 0].sum()) * STEP / 60, float(gap[gap > 0].sum()) * STEP / 60


def write_site(day: CourierDay, plan: Plan, price: float, folder: Path) -> None:
    """Write a site whose pool is the couriers of ``s1``; a missing courier-hour costs ``price``."""
    folder.mkdir(parents=True, exist_ok=True)
    templates = "\n".join(
        f'[[shift_templates]]\nid = "{length}-min"\nminutes = {length}\nstart_every_minutes = 15\n'
        for length in plan.lengths
    )
    offers = [(max(0, start), min(DAY, end)) for start, end in map(plan.offer, day.worked)]
    ids = [f"c{number:03d}" for number in range(1, len(offers) + 1)]
    (folder / "site.toml").write_text(
        SITE.format(number=day.number, price=price, templates=templates, queue=QUEUE),
        encoding="utf-8",
    )
    need_rows = [f"{QUEUE},{_instant(step * STEP)},{count}" for step, count in enumerate(need(day))]
    _write(folder / "requirement.csv", "unique_id,ds,workers", need_rows)
    _write(
        folder / "workers.csv",
        "worker_id,name,skills,contract,status,region,hourly_cost,min_hours_per_week,"
        "max_hours_per_week,max_shifts_per_day",
        [f"{worker},Courier {worker[1:]},deliver,gig,,,{WAGE},0,24,1" for worker in ids],
    )
    _write(
        folder / "availability.csv",
        "worker_id,start,end,preference",
        [
            f"{worker},{_instant(start)},{_instant(end)},0"
            for worker, (start, end) in zip(ids, offers, strict=True)
        ],
    )


def _instant(minute: int) -> str:
    return (MIDNIGHT + timedelta(minutes=minute)).isoformat()


def _write(path: Path, header: str, rows: list[str]) -> None:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8", newline="\n")


SITE = """\
name = "Courier day {number}"
time_zone = "UTC"
country = "US"
currency = "USD"
interval_minutes = 15
rule_profile = "none"

[horizon]
start = 2027-01-04
days = 1

{templates}
[[queues]]
id = "{queue}"
skill = "deliver"
aht_seconds = 1800
understaffing_cost_per_hour = {price}
"""
