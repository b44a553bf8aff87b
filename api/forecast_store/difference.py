"""Two versions side by side: how the days differ, and which data or layer was changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from api.forecast_store.reading import Store, read_table
from api.forecast_store.version import DAYS, LayerRecord, Version

KEYS = ["unique_id", "day"]
SHOWN = ("mean", "q05", "q95")


@dataclass(frozen=True)
class Difference:
    """What changed from the version ``before`` to ``after``.

    ``days``: ``unique_id, day``, and ``base, mean, q05, q95`` of each version with the endings
    ``_before`` and ``_after``, for days that both forecast; ``base`` is the mean without layers,
    ``unique_id`` "all" are all queues together. ``causes`` and ``notes`` are sentences.
    """

    before: Version
    after: Version
    days: pd.DataFrame
    causes: tuple[str, ...]
    notes: tuple[str, ...]


def difference(store: Store, before: Version, after: Version) -> Difference:
    """Compare two versions of a store; raises SiteInvalid where a file of one is not as kept."""
    first, second = _days(store, before), _days(store, after)
    days = first.merge(second, on=KEYS, suffixes=("_before", "_after"))
    notes = []
    for one, other, version in ((first, second, before), (second, first, after)):
        only = sorted(set(one["day"]) - set(other["day"]))
        if only:
            notes.append(f"only {version.id} forecasts {_span(only)}")
    return Difference(before, after, days, tuple(_causes(before, after)), tuple(notes))


def _days(store: Store, version: Version) -> pd.DataFrame:
    table = read_table(store, version, DAYS)
    base = table[table["step"] == 0].set_index(KEYS)["mean"].rename("base")
    last = table[table["step"] == table["step"].max()]
    found: pd.DataFrame = last[[*KEYS, *SHOWN]].join(base, on=KEYS)
    return found


def _causes(before: Version, after: Version) -> Iterator[str]:
    if before.site != after.site:
        yield f"another site: {after.site}, not {before.site}"
    if before.inputs.get("history.csv") != after.inputs.get("history.csv"):
        yield _history(before, after)
    for name in sorted({*before.inputs, *after.inputs} - {"history.csv", "adjustments.csv"}):
        if before.inputs.get(name) != after.inputs.get(name):
            yield f"{name} {_what(name in before.inputs, name in after.inputs)}"
    yield from _layers(before, after)
    if before.seed != after.seed:
        yield f"seed {after.seed}, not {before.seed}"
    for name in sorted({*before.versions, *after.versions}):
        first, second = (one.versions.get(name, "none") for one in (before, after))
        if first != second:
            yield f"{name} {second}, not {first}"


def _history(before: Version, after: Version) -> str:
    first, second = before.history, after.history
    parts = [
        f"{name} {now} instead of {then}"
        for name, then, now in (
            ("rows", f"{first.rows:,}", f"{second.rows:,}"),
            ("contacts", f"{first.contacts:,}", f"{second.contacts:,}"),
            ("known until", _minute(first.until), _minute(second.until)),
        )
        if then != now
    ]
    return f"history.csv changed: {', '.join(parts) or 'other counts'}"


def _layers(before: Version, after: Version) -> Iterator[str]:
    first, second = ({one.layer: one for one in version.layers} for version in (before, after))
    for name in dict.fromkeys((*first, *second)):
        text = _layer(first.get(name), second.get(name))
        if text is not None:
            yield f"layer {name}: {text}"


def _layer(before: LayerRecord | None, after: LayerRecord | None) -> str | None:
    if before is None or after is None:
        return _what(before is not None, after is not None)
    if before.on != after.on:
        return "switched on" if after.on else "switched off"
    return None if before.changes == after.changes else "changed"


def _what(was_there: bool, is_there: bool) -> str:
    if was_there and is_there:
        return "changed"
    return "is gone" if was_there else "is new"


def _minute(at: datetime) -> str:
    return at.isoformat(timespec="minutes")


def _span(days: list[str]) -> str:
    return days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
