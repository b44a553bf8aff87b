"""The planner's layers on a site's volume paths: the base, each layer, the result."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from api.site.adjustments import FILE, layers_of
from api.site.site import Site
from forecasts.adjustments import Adjustment, Grid, following, with_layer

PathArray = npt.NDArray[np.int32]
FloatArray = npt.NDArray[np.float64]
NEWS_STREAM = 3  # apart from the draws of a forecast without news
# Paths (queues, paths, intervals) of all contacts, given what has come by now, if anything.
Draw = Callable[[FloatArray | None], PathArray]


@dataclass(frozen=True)
class Step:
    """The volume once a layer is on it, shape (queues, paths, intervals); "" is without any."""

    layer: str
    volume: PathArray


def changes_in_force(site: Site) -> dict[str, tuple[Adjustment, ...]]:
    """The changes of each layer that is not switched off, in the order of the layers."""
    off = site.config.forecast.layers_off
    return {
        name: tuple(row.change for row in rows)
        for name, rows in layers_of(site.adjustments).items()
        if name not in off
    }


def layered(
    draw: Draw,
    layers: Mapping[str, Sequence[Adjustment]],
    grid: Grid,
    seed: int,
    actual: FloatArray | None = None,
) -> tuple[Step, ...]:
    """The volume without layers, and after each of them.

    ``actual`` (queues, intervals) are contacts that have come, nan where that is not known. They
    came with the layers' causes in force, so what they say of their day is measured against the
    forecast with layers, and they stay as they came.
    """
    if actual is None or not layers:
        return _stacked(draw(actual), layers, grid, seed)
    steps = _stacked(draw(None), layers, grid, seed)
    before, after = (step.volume.mean(axis=1) for step in (steps[0], steps[-1]))
    ratio = np.divide(after, before, out=np.full_like(after, np.nan), where=(before * after) > 0)
    found = _told(draw(actual / ratio), steps, actual, grid, seed)
    known = ~np.isnan(actual)
    for step in found:
        for row, came in enumerate(actual):
            step.volume[row][:, known[row]] = came[known[row]]
    return found


def from_interval(steps: Sequence[Step], first: int) -> tuple[Step, ...]:
    """The steps from an interval on, without layers that change nothing there."""
    cut = [Step(step.layer, step.volume[:, :, first:]) for step in steps]
    changed = [now for before, now in pairwise(cut) if (now.volume != before.volume).any()]
    return (cut[0], *changed) if changed else ()


def layer_notes(steps: Sequence[Step]) -> tuple[str, ...]:
    """What each layer does to the contacts of the horizon, in a sentence."""
    totals = [float(step.volume.mean(axis=1).sum()) for step in steps]
    return tuple(
        f"{FILE}: layer {step.layer}: {now - before:+,.0f} contacts{_percent(before, now)}"
        for step, (before, now) in zip(steps[1:], pairwise(totals), strict=True)
    )


def _stacked(
    volume: PathArray, layers: Mapping[str, Sequence[Adjustment]], grid: Grid, seed: int
) -> tuple[Step, ...]:
    steps = [Step("", volume)]
    for name, changes in layers.items():
        below = steps[-1].volume
        steps.append(Step(name, with_layer(below, changes, grid, name=name, seed=seed)))
    return tuple(steps)


def _told(
    volume: PathArray, steps: Sequence[Step], actual: FloatArray, grid: Grid, seed: int
) -> tuple[Step, ...]:
    """The steps on paths that agree with what came.

    What a layer did to the mean before there was news, it does in proportion to the mean after
    it. Days without news keep the paths that they had.
    """
    is_told = np.isin(grid.day, grid.day[(~np.isnan(actual)).any(axis=0)])
    found = [Step("", volume)]
    for number, (below, step) in enumerate(pairwise(steps)):
        before, after = (one.volume.mean(axis=1) for one in (below, step))
        now = found[-1].volume
        mean = now.mean(axis=1)
        ratio = np.divide(after, before, out=np.ones_like(after), where=before > 0)
        wanted = np.where(before > 0, ratio * mean, mean + after)
        moved = following(now, wanted, grid.day, (seed, NEWS_STREAM, number))
        found.append(Step(step.layer, np.where(is_told, moved, step.volume)))
    return tuple(found)


def _percent(before: float, now: float) -> str:
    return f" ({now / before - 1:+.1%})" if before else ""
