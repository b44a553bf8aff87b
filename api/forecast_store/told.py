"""Kept forecasts, as a person reads them in a terminal or a script."""

from collections.abc import Iterator
from typing import Any

from api.forecast_store.difference import Difference
from api.forecast_store.reading import Store
from api.forecast_store.version import LayerRecord, Version

SAME = 0.05  # contacts a day that are no difference


def version_line(one: Version) -> str:
    """One version in a line."""
    layers = ", ".join(layer.layer for layer in one.layers if layer.on)
    days = f"{one.horizon_days} days from {one.horizon_start}"
    return (
        f"{one.id}  {days}, known until {one.history.until:%Y-%m-%d %H:%M}Z, "
        f"{one.contacts:,.0f} contacts" + (f", layers: {layers}" if layers else "")
    )


def version_lines(store: Store, one: Version) -> Iterator[str]:
    """All that is recorded of a version."""
    yield version_line(one)
    yield f"site: {one.site}; made {one.made_at.isoformat()}"
    yield f"history: {one.history.rows:,} rows, {one.history.contacts:,} contacts"
    yield f"without layers: {one.contacts_unadjusted:,.0f} contacts"
    for layer in one.layers:
        yield from _layer_lines(layer)
    for name, sha256 in one.inputs.items():
        yield f"{name}: {sha256}"
    yield ", ".join(f"{name} {number}" for name, number in one.versions.items())
    for note in one.notes:
        yield f"note: {note}"
    for name in one.files:
        yield str(store.folder(one) / name)


def difference_lines(found: Difference) -> Iterator[str]:
    """The causes, then each queue and day that changed."""
    yield f"{found.before.id} -> {found.after.id}"
    yield from found.causes or ("the same input",)
    for note in found.notes:
        yield f"note: {note}"
    changed = found.days[(found.days["mean_after"] - found.days["mean_before"]).abs() >= SAME]
    if changed.empty:
        yield "no day changed"
        return
    width = max(map(len, changed["unique_id"]))
    yield f"{'':<{width}}  {'day':<10}{'before':>26}{'after':>26}{'data':>9}{'layers':>9}"
    for row in changed.to_dict("records"):
        bands = [
            f"{row[f'mean_{end}']:,.0f} ({row[f'q05_{end}']:,.0f} to {row[f'q95_{end}']:,.0f})"
            for end in ("before", "after")
        ]
        data, layers = _parts(row)
        yield (
            f"{row['unique_id']:<{width}}  {row['day']}{bands[0]:>26}{bands[1]:>26}"
            f"{data:>+9,.0f}{layers:>+9,.0f}"
        )


def difference_document(found: Difference) -> dict[str, Any]:
    """The same for a script, unchanged days too."""
    days = []
    for row in found.days.to_dict("records"):
        data, layers = _parts(row)
        days.append(row | {"by_data": round(data, 4), "by_layers": round(layers, 4)})
    return {
        "before": found.before.id,
        "after": found.after.id,
        "causes": list(found.causes),
        "notes": list(found.notes),
        "days": days,
    }


def _parts(row: dict[Any, Any]) -> tuple[float, float]:
    """How much of a day's change the data made, and how much the layers."""
    data = row["base_after"] - row["base_before"]
    return data, row["mean_after"] - row["mean_before"] - data


def _layer_lines(layer: LayerRecord) -> Iterator[str]:
    yield f"layer {layer.layer}" + ("" if layer.on else " (switched off)")
    for one in layer.changes:
        times = (
            f"{one.start.isoformat(timespec='minutes')} to {one.end.isoformat(timespec='minutes')}"
        )
        note = f"; {one.note}" if one.note else ""
        about = one.unique_id or "all queues"
        yield f"  {times}, {about}: {one.operation} {one.value:.12g}{note}"
