"""The figures of a simulation: a mean, its standard error, and how far replications differ."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from api.simulation.run import SUMS, Simulation
from scheduler.export.words import percent

FloatArray = npt.NDArray[np.float64]
ALL = "all queues"
LOW, HIGH = 0.05, 0.95
CLOSE = 0.02  # service levels that agree
SURE = 3.0  # standard errors: a dozen queues are compared at once
MANY = 300.0  # contacts from which a queue's service level is compared


@dataclass(frozen=True, slots=True)
class Estimate:
    """Over all replications: the figure, its standard error, 5 % and 95 % of the replications."""

    value: float
    error: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Row:
    """A queue, or all, on a day, or on all. Shares, seconds, contacts per replication.

    ``long_wait``: nine of ten contacts wait no longer. Over all queues, waiting and abandonment
    leave out deferrable work. None where nothing came, or nobody was there.
    """

    queue: str
    day: date | None
    contacts: float
    predicted: float | None
    service_level: Estimate | None
    mean_wait: Estimate | None
    long_wait: Estimate | None
    abandonment: Estimate | None
    occupancy: Estimate | None

    @property
    def difference(self) -> float | None:
        """Simulated less predicted service level."""
        if self.predicted is None or self.service_level is None:
            return None
        return self.service_level.value - self.predicted


def rows(simulation: Simulation) -> list[Row]:
    """Every queue and all of them, each in total and by day."""
    queues = [queue.id for queue in simulation.site.config.queues]
    days = [None, *simulation.days]
    return [_row(simulation, queue, day) for queue in [ALL, *queues] for day in days]


def totals(found: list[Row]) -> list[Row]:
    """The rows over all days, that of all queues first."""
    return [row for row in found if row.day is None]


def verdict(found: list[Row]) -> list[str]:
    """What a planner should know, in sentences."""
    total = found[0]
    if total.service_level is None or total.predicted is None or total.difference is None:
        return ["No contact came, so nothing can be said."]
    level = total.service_level
    lines = [
        f"{percent(level.value)} of the contacts are served as promised, {percent(level.low)} to "
        f"{percent(level.high)} in nine of ten replications; the schedule predicts "
        f"{percent(total.predicted)}."
    ]
    compared = [row for row in totals(found)[1:] if row.contacts >= MANY]
    apart = [row for row in compared if abs(row.difference or 0.0) > CLOSE]
    near = [abs(row.difference or 0.0) for row in compared if row not in apart]
    if near:
        which = "the other queues" if apart else "every queue"
        lines.append(
            f"Both agree within {100 * max(near):.1f} points on {which} with {MANY:.0f} contacts "
            "or more."
        )
    return [*lines, *map(_told_apart, apart)]


def _told_apart(row: Row) -> str:
    """A queue on which prediction and simulation differ, and whether that may be chance."""
    assert row.service_level is not None
    assert row.predicted is not None
    told = (
        f"{row.queue}: simulated {percent(row.service_level.value)}, predicted "
        f"{percent(row.predicted)}"
    )
    if abs(row.difference or 0.0) > SURE * row.service_level.error:
        return told + "."
    return told + "; so many replications cannot tell whether they differ."


def _row(simulation: Simulation, queue: str, day: date | None) -> Row:
    works = [one.work for one in simulation.site.config.queues]
    names = [one.id for one in simulation.site.config.queues]
    chosen = np.array([queue in (ALL, name) for name in names])
    at_once = chosen & (np.array([work != "deferrable" for work in works]) | (queue != ALL))
    columns = slice(None) if day is None else [simulation.days.index(day)]
    every, live = (_sums(simulation, rows, columns) for rows in (chosen, at_once))
    expected, in_time = simulation.predicted[chosen][:, columns].sum(axis=(0, 1))
    place = -1 if queue == ALL else names.index(queue)
    waits = simulation.long_waits[:, place, -1 if day is None else simulation.days.index(day)]
    return Row(
        queue, day, float(every["offered"].mean()),
        float(in_time / expected) if expected > 0 else None,
        ratio(every["in_time"], every["judged"]),
        ratio(live["waiting_seconds"], live["offered"]),
        average(waits),
        ratio(live["abandoned"], live["offered"]),
        ratio(every["busy_seconds"], every["present_seconds"]),
    )  # fmt: skip


def _sums(
    simulation: Simulation, rows: npt.NDArray[np.bool_], columns: slice | list[int]
) -> dict[str, FloatArray]:
    """Each sum of some queues and days, one value per replication."""
    table = simulation.sums[:, rows][:, :, columns].sum(axis=(1, 2))
    return dict(zip(SUMS, table.T, strict=True))


def ratio(part: FloatArray, whole: FloatArray) -> Estimate | None:
    """A share of totals over all replications; its error by that of a ratio of two means."""
    if whole.sum() <= 0:
        return None
    share = float(part.sum() / whole.sum())
    each = np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
    error = (part - share * whole).std(ddof=1) / whole.mean() / np.sqrt(len(part))
    low, high = np.nanquantile(each, [LOW, HIGH])
    return Estimate(share, float(error), float(low), float(high))


def average(values: FloatArray) -> Estimate | None:
    """The mean over the replications that have a value."""
    known = values[~np.isnan(values)]
    if not len(known):
        return None
    error = known.std(ddof=1) / np.sqrt(len(known)) if len(known) > 1 else 0.0
    low, high = np.quantile(known, [LOW, HIGH])
    return Estimate(float(known.mean()), float(error), float(low), float(high))
