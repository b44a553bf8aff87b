"""A drill on disk and on the terminal."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from api.drills.run import Drilled, Replanned
from api.drills.side import Figures, Side, figures
from api.drills.standing_by import Posts
from api.output import result_folder
from scheduler.contract.problem_file import problem_json
from scheduler.export.text import RFC4180, Cell, write_csv
from scheduler.export.words import amount, count, hours, percent

FORMAT = "peakcrew.drill/1"
FILES = ("drill.csv", "drill.json", "drill.html", "problem.json")
COLUMNS = (
    "queue", "day", "contacts_before", "contacts_before_q05", "contacts_before_q95",
    "contacts_drill", "contacts_drill_q05", "contacts_drill_q95", "bot_resolved_before",
    "bot_resolved_drill", "service_level_before", "service_level_drill", "missing_hours_before",
    "missing_hours_drill",
)  # fmt: skip


def write_drill(drilled: Drilled, out: Path) -> tuple[Path, ...]:
    """Table, document, page, and the problem that ``peakcrew replan`` takes; all or nothing."""
    from api.drills.page import render  # pictures take a while to load

    with result_folder(out, own=FILES) as folder:
        write_csv(folder / FILES[0], COLUMNS, _rows(drilled), RFC4180)
        text = json.dumps(drill_document(drilled), ensure_ascii=False, indent=1) + "\n"
        (folder / FILES[1]).write_text(text, encoding="utf-8")
        (folder / FILES[2]).write_text(render(drilled), encoding="utf-8", newline="\n")
        (folder / FILES[3]).write_text(problem_json(drilled.after.problem), encoding="utf-8")
    return tuple(out / name for name in FILES)


def day_slices(drilled: Drilled) -> list[slice]:
    """The intervals of each local day."""
    horizon = drilled.site.horizon
    edges = [start // horizon.interval_minutes for start in horizon.day_starts]
    return [slice(start, end) for start, end in pairwise(edges)]


def spans(drilled: Drilled) -> dict[str, slice]:
    """The parts of the horizon that are told apart."""
    return {
        "drill": drilled.intervals,
        "afterwards": slice(drilled.intervals.stop, drilled.site.horizon.num_intervals),
        "horizon": slice(0, drilled.site.horizon.num_intervals),
    }


def pair(drilled: Drilled, queues: Sequence[str], intervals: slice) -> tuple[Figures, Figures]:
    """The figures without the drill and with it, the schedule as it is."""
    return figures(drilled.before, queues, intervals), figures(drilled.after, queues, intervals)


def _rows(drilled: Drilled) -> Iterator[Sequence[Cell]]:
    """Each queue and day; the empty queue is all of them."""
    every = drilled.before.forecast.queues
    for name, queues in [("", every), *((queue, (queue,)) for queue in every)]:
        for day, intervals in zip(drilled.site.horizon.dates, day_slices(drilled), strict=True):
            one, two = pair(drilled, queues, intervals)
            yield (
                name, day, *(round(value, 2) for value in (one.contacts, one.low, one.high)),
                *(round(value, 2) for value in (two.contacts, two.low, two.high)),
                round(one.bot_resolved, 2), round(two.bot_resolved, 2),
                _rounded(one.service_level), _rounded(two.service_level),
                one.missing_minutes / 60, two.missing_minutes / 60,
            )  # fmt: skip


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def drill_document(drilled: Drilled) -> dict[str, Any]:
    """The whole drill as one document; amounts in the currency's unit, time in hours."""
    every, horizon = drilled.before.forecast.queues, drilled.site.horizon
    start, end = (horizon.instant(one) for one in
                  (drilled.drill.times.start, drilled.drill.times.end))  # fmt: skip
    document = {
        "format": FORMAT,
        "site": drilled.site.config.name,
        "kind": drilled.drill.kind,
        "from": start.isoformat(),
        "to": end.isoformat(),
        "share": drilled.drill.share,
        "currency": drilled.before.problem.currency,
    }
    for name, intervals in spans(drilled).items():
        one, two = pair(drilled, every, intervals)
        document[name] = {"before": _figures_json(one), "with_drill": _figures_json(two)}
    return document | {
        "costs": {"before": _costs(drilled.before), "with_drill": _costs(drilled.after)},
        "replanned": [_replanned_json(drilled, one) for one in drilled.replanned],
        "standby_planned": None if drilled.on_call is None else {
            "hours": drilled.on_call.minutes / 60,
            "covered_hours": round(drilled.on_call.covered_minutes / 60, 2),
        },
        "standby": [_posts_json(one) for one in drilled.posts],
    }  # fmt: skip


def _figures_json(one: Figures) -> dict[str, Any]:
    found: dict[str, Any] = {key: _rounded(value) for key, value in asdict(one).items()}
    return found | {"missing_hours": found.pop("missing_minutes") / 60}


def _costs(of: Side) -> dict[str, float]:
    return {term: cents / 100 for term, cents in of.costs.items()}


def _replanned_json(drilled: Drilled, one: Replanned) -> dict[str, Any]:
    every = drilled.before.forecast.queues
    return {
        "notice_hours": one.notice_minutes / 60,
        "costs": _costs(one.side),
        "changed_workers": len(one.difference.changed_workers),
        **{kind: one.difference.count(kind) for kind in ("added", "dropped", "moved", "queue")},
        "drill": _figures_json(figures(one.side, every, drilled.intervals)),
        "horizon": _figures_json(figures(one.side, every, spans(drilled)["horizon"])),
    }


def _posts_json(one: Posts) -> dict[str, Any]:
    return {
        "skill": one.skill, "posts": one.posts, "missing_hours": one.missing_minutes / 60,
        "covered_hours": round(one.covered_minutes / 60, 2), "saved": one.saved / 100,
        "pay": one.pay / 100, "break_even_chance": _rounded(one.break_even),
    }  # fmt: skip


def lines(drilled: Drilled) -> list[str]:
    """What a planner wants to know first."""
    every, currency = drilled.before.forecast.queues, drilled.before.problem.currency
    found = [drilled.drill.words(drilled.site.horizon)]
    for name, intervals in spans(drilled).items():
        if intervals.stop > intervals.start:
            one, two = pair(drilled, every, intervals)
            found.append(
                f"{name}: {two.contacts:,.0f} contacts for people instead of {one.contacts:,.0f}; "
                f"service level {_level(two)} instead of {_level(one)}; "
                f"{hours(two.missing_minutes)} worker-hours missing instead of "
                f"{hours(one.missing_minutes)}"
            )
    unmet = [price_of_need(side) for side in (drilled.before, drilled.after)]
    found.append(
        f"price of unmet need: {amount(unmet[1], currency)} instead of {amount(unmet[0], currency)}"
    )
    return [*found, *(replanned_line(drilled, one) for one in drilled.replanned)]


def replanned_line(drilled: Drilled, one: Replanned) -> str:
    """What planning again brings, in a sentence."""
    currency = drilled.before.problem.currency
    wages = one.side.costs["wages"] - drilled.after.costs["wages"]
    unmet = price_of_need(drilled.after) - price_of_need(one.side)
    level = figures(one.side, drilled.before.forecast.queues, drilled.intervals).service_level
    return (
        f"planned again {one.notice_minutes / 60:g} hours before: wages {amount(wages, currency)} "
        f"more, unmet need {amount(unmet, currency)} less, "
        f"{count(len(one.difference.changed_workers), 'worker')} changed, service level in the "
        f"drill {'-' if level is None else percent(level)}"
    )


def price_of_need(side: Side) -> int:
    """Cents of what is not covered or done too late."""
    return side.costs["understaffing"] + side.costs.get("late_work", 0)


def _level(one: Figures) -> str:
    return "-" if one.service_level is None else percent(one.service_level)


def contacts_by_interval(of: Side) -> tuple[Any, Any, Any]:
    """Contacts for people over all queues: mean, 5 % and 95 % of each interval."""
    paths = of.forecast.demand.contacts.sum(axis=0, dtype=np.int64)
    low, high = np.quantile(paths, [0.05, 0.95], axis=0)
    return paths.mean(axis=0), low, high
