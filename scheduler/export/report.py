"""What the exports show: a schedule beside the demand it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

import numpy as np
import numpy.typing as npt

from scheduler.explain.policy_effects import PolicyEffect
from scheduler.explain.prices import CoveragePrices
from scheduler.explain.reasons import ReasonsReport
from scheduler.explain.repairs import RepairList
from scheduler.export.score import ScoreBoard
from scheduler.problem import IntArray, Problem
from scheduler.schedule import Schedule, Shift

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class QueueOutlook:
    """One queue over the horizon: what is needed, who is there, and what is expected.

    All arrays hold one value per interval. ``contacts_*``: contacts that need a human, with a
    low and a high estimate. ``service_level``: expected share answered in time, 0 to 1, NaN
    where nothing is expected. What is not known is None.
    """

    queue: str
    requirement: IntArray
    staffed: IntArray
    contacts_mean: FloatArray | None = None
    contacts_low: FloatArray | None = None
    contacts_high: FloatArray | None = None
    service_level: FloatArray | None = None

    def mean_service_level(self, span: slice) -> float | None:
        """Expected share answered in time over a span of intervals, weighted by contacts."""
        if self.service_level is None:
            return None
        level = self.service_level[span]
        mean = self.contacts_mean
        weights = np.ones_like(level) if mean is None else mean[span]
        known = ~np.isnan(level) & (weights > 0)
        return float(np.average(level[known], weights=weights[known])) if known.any() else None


@dataclass(frozen=True)
class Report:
    """A schedule with all that a reader needs to judge it.

    ``human_contacts``: contacts expected over the horizon that need a human. ``bot_share``:
    mean share of all contacts that the bot resolves, 0 to 1, with a low and a high estimate.
    ``service_level``: expected share answered in time over all queues. ``band`` says what the
    low and high estimates mean. ``prices``: what one more worker is worth; where there are none,
    ``prices_note`` says why. ``repairs``: what was tried about missing workers, None if nothing
    was asked. ``dimensions``: by name ("contract"), the group of each worker.
    ``reasons``: why need stays uncovered, None if that was not asked. ``policy_effects``: what each
    policy changes, None if that was not asked; ``policies_note`` then says how to. ``scorecard``:
    what a contact costs, None without a forecast.
    """

    site_name: str
    problem: Problem
    schedule: Schedule
    outlooks: tuple[QueueOutlook, ...]
    names: Mapping[str, str]
    human_contacts: float | None = None
    bot_share: float | None = None
    bot_share_low: float | None = None
    bot_share_high: float | None = None
    service_level: float | None = None
    notes: tuple[str, ...] = ()
    band: str = "low to high estimate"
    prices: CoveragePrices | None = None
    prices_note: str = "Prices were not asked for."
    repairs: RepairList | None = None
    dimensions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    reasons: ReasonsReport | None = None
    policy_effects: tuple[PolicyEffect, ...] | None = None
    policies_note: str = (
        "What each policy changes was not searched for: peakcrew plan SITE --out DIR "
        "--policy-effects shows it here, peakcrew policies DIR/schedule.json in words."
    )
    scorecard: ScoreBoard | None = None

    def name(self, worker: str) -> str:
        """A worker's name; his id when no name is known."""
        return self.names.get(worker) or worker

    @cached_property
    def shifts_by_worker(self) -> dict[str, tuple[Shift, ...]]:
        """Shifts in order of time of every worker who has one, workers in order of id."""
        found: dict[str, list[Shift]] = {}
        for shift in sorted(self.schedule.shifts):
            found.setdefault(shift.worker, []).append(shift)
        return {worker: tuple(found[worker]) for worker in sorted(found)}

    @cached_property
    def missing(self) -> dict[str, IntArray]:
        """Workers missing on each queue, one count per interval."""
        horizon = self.problem.horizon
        counts = {
            queue.id: np.zeros(horizon.num_intervals, dtype=np.int64)
            for queue in self.problem.queues
        }
        for shortage in self.schedule.understaffing:
            counts[shortage.queue][shortage.start // horizon.interval_minutes] += shortage.workers
        return counts

    @property
    def finished(self) -> datetime:
        """When the run ended, in UTC; the horizon's start for a schedule without a run record.

        The files carry this time and never the clock's, so that writing them again gives the
        same bytes.
        """
        stamp = self.schedule.run.get("finished") or self.problem.horizon.start
        instant = stamp if isinstance(stamp, datetime) else datetime.fromisoformat(str(stamp))
        return instant.astimezone(UTC).replace(microsecond=0)
