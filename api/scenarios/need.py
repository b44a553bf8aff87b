"""More or less to do: volume over the horizon, and times without the bot."""

from collections import defaultdict
from fractions import Fraction
from math import floor

from api.scenarios.changes import VolumeChange, refused
from api.scenarios.draft import Draft, Row
from api.site.instants import epoch_minutes, instant
from scheduler.worker import Span

VOLUME_KIND = "scenario_volume"


def change_volume(draft: Draft, change: VolumeChange) -> None:
    """Multiply the contacts of the horizon, or the requirement that the planner brings.

    Contacts get an event over the horizon: the history, and what the forecast learns from it,
    stays as it is. A requirement is rounded so that the workers of each queue and local day add
    up to the rounded product, and no interval is off by a whole worker.
    """
    if draft.site.requirement is None:
        _add_event(draft, _free_kind(draft), _horizon(draft), change.queue, change.factor)
        what = "contacts"
    else:
        _scale_requirement(draft, change)
        what = "workers required"
    where = f" of {change.queue}" if change.queue else ""
    draft.note(
        "volume",
        f"{what}{where} {percent_text(change.factor)}",
        **({"queue": change.queue} if change.queue else {}),
        factor=float(change.factor),
    )


def stop_bot(draft: Draft, times: Span) -> None:
    """Nothing is offered to the bot in that time."""
    site = draft.site
    if site.requirement is not None:
        message = "requirement.csv states the need, so the bot changes nothing"
        raise refused("--bot-down", message)
    if site.bot_outcomes is None or site.bot_outcomes.empty:
        raise refused("--bot-down", "without bot_outcomes.csv the bot answers nothing anyway")
    _add_event(draft, "bot_down", times, None, Fraction(0))
    start, end = (site.horizon.instant(one) for one in (times.start, times.end))
    texts = [one.isoformat(timespec="minutes") for one in (start, end)]
    draft.note("bot_down", f"no bot from {texts[0]} to {texts[1]}", start=texts[0], end=texts[1])


def percent_text(factor: Fraction) -> str:
    """``+20 %`` of 6/5."""
    return f"{float(100 * (factor - 1)):+.10g} %"


def largest_remainders(counts: list[int], factor: Fraction) -> list[int]:
    """Counts times a factor as whole numbers that add up to the rounded product of the sum.

    Each is the product rounded down or up; up where the remainder is largest, of equals the
    earlier, so that what is added stays in one piece.
    """
    products = [factor * count for count in counts]
    found = [floor(one) for one in products]
    left = floor(factor * sum(counts) + Fraction(1, 2)) - sum(found)
    by_remainder = sorted(range(len(counts)), key=lambda index: found[index] - products[index])
    for index in by_remainder[:left]:
        found[index] += 1
    return found


def _scale_requirement(draft: Draft, change: VolumeChange) -> None:
    horizon, parse = draft.site.horizon, instant(draft.site.config.zone)
    days: dict[tuple[str, int], list[tuple[int, Row]]] = defaultdict(list)
    for row in draft.sheet("requirement.csv").rows:
        queue = row["unique_id"].strip()
        if change.queue in (None, queue):
            minute = parse(row["ds"].strip()) - epoch_minutes(horizon.start)
            days[queue, horizon.day(minute)].append((minute, row))
    for members in days.values():
        ordered = [row for _, row in sorted(members, key=lambda one: one[0])]
        counts = [int(float(row["workers"])) for row in ordered]
        for row, workers in zip(ordered, largest_remainders(counts, change.factor), strict=True):
            row["workers"] = str(workers)


def _add_event(draft: Draft, kind: str, times: Span, queue: str | None, factor: Fraction) -> None:
    horizon = draft.site.horizon
    draft.sheet("events.csv").rows.append(
        {
            "start": horizon.instant(times.start).isoformat(),
            "end": horizon.instant(times.end).isoformat(),
            "kind": kind,
            "unique_id": queue or "",
            "factor": f"{float(factor):.10g}",
        }
    )


def _horizon(draft: Draft) -> Span:
    return Span(0, draft.site.horizon.num_minutes)


def _free_kind(draft: Draft) -> str:
    """A kind that no event has yet: a scenario of a scenario changes the volume twice."""
    taken = {row["kind"].strip() for row in draft.sheet("events.csv").rows}
    number, kind = 1, VOLUME_KIND
    while kind in taken:
        number += 1
        kind = f"{VOLUME_KIND}_{number}"
    return kind
