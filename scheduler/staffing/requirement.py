"""Workers required per interval, and the service level that a number of workers promises."""

from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np

from scheduler.errors import ProblemInvalid
from scheduler.problem import IntArray
from scheduler.staffing.backlog import backlog_requirement, share_in_time
from scheduler.staffing.carry_over import held_up
from scheduler.staffing.chat import chat
from scheduler.staffing.erlang import Definition, Performance
from scheduler.staffing.noshow import (
    Rate,
    on_the_queue,
    who_come,
    with_no_shows,
    with_shrinkage,
)
from scheduler.staffing.offered_load import chance_variance, offered_load
from scheduler.staffing.rounding import NOISE, BoolArray, FloatArray, fewest, whole_up

Work = Literal["live", "chat", "deferrable"]

# Demand enters an interval's expected service level as the means of this many equal groups of
# the sorted paths: within 2 thousandths of the mean over all paths, and much faster.
_NUM_GROUPS = 15


@dataclass(frozen=True, slots=True)
class QueueWork:
    """The work of a queue and its promise to customers.

    ``aht_seconds``: one handle time, or one per number of chats served at once. One value with
    a concurrency above 1 holds at every level (it was measured on workers who serve several).
    ``service_level`` of the contacts are answered within ``threshold_seconds``;
    ``service_level_definition`` says of which contacts, and what those count who hang up (see
    ``erlang.Definition``); deferrable work has none. ``patience_seconds`` None: nobody hangs up, so
    more workers are asked for. ``max_occupancy`` caps the offered load per worker, hang-ups
    counted, so no plan counts on them; of a deferrable worker's time, that share is work.
    ``min_workers`` are scheduled at least while the queue is open. ``deadline_minutes`` is for
    deferrable work.
    """

    id: str
    work: Work
    aht_seconds: tuple[float, ...]
    concurrency: int = 1
    patience_seconds: float | None = None
    service_level: float = 0.8
    threshold_seconds: float = 20.0
    deadline_minutes: int | None = None
    max_occupancy: float = 0.9
    min_workers: int = 0
    service_level_definition: Definition = "offered"

    def __post_init__(self) -> None:
        rules = {
            "aht_seconds must be positive": min(self.aht_seconds, default=0.0) > 0,
            "aht_seconds needs one value, or one per chat at once": (
                len(self.aht_seconds) in (1, self.concurrency)
            ),
            "more chats at once must not get less work done": self._gets_more_done(),
            "concurrency above 1 is for chat only": self.concurrency == 1 or self.work == "chat",
            "patience_seconds must be positive": (
                self.patience_seconds is None or self.patience_seconds > 0
            ),
            "service_level must lie between 0 and 1": 0 < self.service_level < 1,
            "threshold_seconds must not be negative": self.threshold_seconds >= 0,
            "deferrable work needs a positive deadline_minutes": (
                self.work != "deferrable" or (self.deadline_minutes or 0) > 0
            ),
            "max_occupancy must be above 0 and at most 1": 0 < self.max_occupancy <= 1,
            "min_workers must not be negative": self.min_workers >= 0,
            "service_level_definition is one of offered, answered, either, virtual": (
                self.service_level_definition in get_args(Definition)
            ),
        }
        for rule, holds in rules.items():
            if not holds:
                raise ProblemInvalid(f"queue {self.id}: {rule}")

    @property
    def handle_seconds(self) -> tuple[float, ...]:
        """Handle time at 1, 2, ... contacts at once."""
        return self.aht_seconds * (self.concurrency // len(self.aht_seconds))

    def _gets_more_done(self) -> bool:
        done = [count / aht for count, aht in enumerate(self.aht_seconds, start=1)]
        return done == sorted(done)


@dataclass(frozen=True, slots=True)
class Allowance:
    """Who is scheduled but not on the queue.

    ``no_show_rate`` of the shifts nobody comes to, one or one per interval (T,); enough come
    with ``no_show_confidence``.
    ``shrinkage`` is the share of the time that those who came are elsewhere.
    """

    no_show_rate: Rate = 0.0
    no_show_confidence: float = 0.8
    shrinkage: float = 0.0

    def __post_init__(self) -> None:
        low, high = np.min(self.no_show_rate), np.max(self.no_show_rate)
        if not 0 <= low <= high < 1 or not 0 <= self.shrinkage < 1:
            raise ProblemInvalid("no_show_rate and shrinkage must be at least 0 and below 1")
        if not 0 < self.no_show_confidence < 1:
            raise ProblemInvalid("no_show_confidence must lie between 0 and 1")

    @property
    def share_there(self) -> float:
        """Share of the scheduled time that is spent on the queue on average."""
        return float(1.0 - np.mean(self.no_show_rate)) * (1.0 - self.shrinkage)


def requirement(
    work: QueueWork,
    contacts: FloatArray,
    handle_factor: FloatArray,
    is_open: BoolArray,
    interval_minutes: int,
    allowance: Allowance,
) -> IntArray:
    """Workers to schedule per interval so that the queue keeps its promise.

    ``contacts`` (T,) arriving per interval, ``handle_factor`` (T,) multiplies the handle time.
    Live work and chat: the fewest for the service level on the modified offered load, within the
    occupancy cap; contacts while closed do not count. Then shrinkage, then no-shows. Deferrable
    work: see ``backlog_requirement``; no-shows count on average, because who comes next does the
    work. 0 while closed, ``min_workers`` while open without contacts.
    Raises ProblemInvalid for contacts that are negative or not finite.
    """
    check_contacts(work, contacts, handle_factor, is_open)
    if work.work == "deferrable":
        scheduled = backlog_requirement(
            contacts * _handle_seconds(work, handle_factor) / 60.0,
            is_open,
            work.deadline_minutes or 0,
            interval_minutes,
            _worker_minutes(work, interval_minutes, allowance),
        )
    else:
        workers = _on_queue(work, contacts, handle_factor, is_open, interval_minutes)
        present = with_shrinkage(workers, allowance.shrinkage)
        scheduled = with_no_shows(present, allowance.no_show_rate, allowance.no_show_confidence)
    return np.where(is_open, np.maximum(scheduled, work.min_workers), 0)


def expected_service_level(
    work: QueueWork,
    contact_paths: FloatArray,
    handle_factor: FloatArray,
    is_open: BoolArray,
    staffed: IntArray,
    interval_minutes: int,
    allowance: Allowance,
    opening_contacts: float = 0.0,
) -> FloatArray:
    """Share of the contacts of each interval that are answered in time by the scheduled workers.

    ``contact_paths`` (P, T), ``staffed`` (T,) scheduled workers; a mean over the rates behind the
    paths (``path_rates``), weighted with contacts, and over no-shows. Steady state per interval on
    the modified offered load, so an interval that is overloaded for ever without abandonment
    counts 0; who waits from the interval before holds up whoever comes (``held_up``). Deferrable
    work: share of the work that arrived in the interval and is done before its deadline, oldest
    first, on every path, with no-shows on average. NaN without contacts, and while closed for live
    work. Raises ProblemInvalid for contacts that are negative or not finite.
    """
    check_contacts(work, contact_paths, handle_factor, is_open)
    if work.work == "deferrable":
        return share_in_time(
            contact_paths * _handle_seconds(work, handle_factor) / 60.0,
            is_open,
            work.deadline_minutes or 0,
            interval_minutes,
            staffed,
            _worker_minutes(work, interval_minutes, allowance),
            opening_contacts * float(_handle_seconds(work, handle_factor).mean()) / 60.0,
        )
    return _live_level(
        work, contact_paths, handle_factor, is_open, staffed, interval_minutes, allowance
    )


def _live_level(
    work: QueueWork,
    contact_paths: FloatArray,
    handle_factor: FloatArray,
    is_open: BoolArray,
    staffed: IntArray,
    interval_minutes: int,
    allowance: Allowance,
) -> FloatArray:
    """``expected_service_level`` of live work and chats."""
    rates = path_rates(work, contact_paths, handle_factor, is_open, interval_minutes)
    busy = is_open & (contact_paths > 0).any(axis=0)
    groups = np.array_split(np.sort(rates, axis=0), min(_NUM_GROUPS, len(rates)))
    # Of a group's rate and number of paths: what its level counts, since it is a share of contacts.
    points = np.stack([group.mean(axis=0) for group in groups], axis=1)
    weights = points * [len(group) for group in groups]
    no_show = np.broadcast_to(allowance.no_show_rate, busy.shape)
    there = staffed * (1.0 - no_show) * (1.0 - allowance.shrinkage)
    drain = there * work.concurrency / _handle_seconds(work, handle_factor)
    late = held_up(
        points, drain, work.patience_seconds, work.threshold_seconds, is_open, interval_minutes
    )
    then = replace(allowance, no_show_rate=no_show[busy])
    level = np.full(len(is_open), np.nan)
    level[busy] = _mean_level(
        work, points[busy], weights[busy], late[busy], handle_factor[busy], staffed[busy], then
    )
    return level


def service_level_total(contacts_mean: FloatArray, levels: FloatArray) -> float:
    """Share of all contacts answered in time: the mean of ``levels`` weighted with contacts.

    Intervals whose level is NaN are left out; NaN when nothing is left.
    """
    known = ~np.isnan(levels) & (contacts_mean > 0)
    weight = float(contacts_mean[known].sum())
    return float(contacts_mean[known] @ levels[known]) / weight if weight > 0 else float("nan")


def _on_queue(
    work: QueueWork,
    contacts: FloatArray,
    handle_factor: FloatArray,
    is_open: BoolArray,
    interval_minutes: int,
) -> IntArray:
    rates = smoothed(work, contacts, handle_factor, is_open, interval_minutes)
    busy = is_open & (contacts > 0)
    rate, factor = rates[busy], handle_factor[busy]
    most_done = work.concurrency / (work.handle_seconds[-1] * factor)
    within_cap = whole_up(rate / (most_done * work.max_occupancy))

    def keeps_promise(workers: IntArray) -> BoolArray:
        level = _performance(work, workers, rate, factor).service_level
        return level >= work.service_level - NOISE

    workers = np.zeros(len(contacts), dtype=np.int64)
    workers[busy] = fewest(keeps_promise, np.maximum(within_cap, 1))
    return workers


def _mean_level(
    work: QueueWork,
    points: FloatArray,
    weights: FloatArray,
    late: FloatArray,
    handle_factor: FloatArray,
    staffed: IntArray,
    allowance: Allowance,
) -> FloatArray:
    """Service level per interval, over weighted demand points (T, points) and over who comes.

    ``late``: share of the interval in which nobody is in time, because of who waits from before.
    A share of the answered contacts is weighed with these, any other with all contacts.
    """
    interval, present, chance = who_come(staffed, allowance.no_show_rate)
    workers = on_the_queue(present, allowance.shrinkage)
    seen = _performance(work, workers[:, None], points[interval], handle_factor[interval, None])
    counted = weights[interval]
    whole = counted.sum(axis=1)
    if work.service_level_definition == "answered":
        counted = counted * (1.0 - seen.p_abandon)
    in_time = counted * seen.service_level * (1.0 - late[interval])
    level, base = np.zeros(len(staffed)), np.zeros(len(staffed))
    np.add.at(level, interval, chance * in_time.sum(axis=1) / whole)
    if work.service_level_definition != "answered":
        return level
    np.add.at(base, interval, chance * counted.sum(axis=1) / whole)
    return np.divide(level, base, out=np.zeros_like(level), where=base > 0)


def _performance(
    work: QueueWork, workers: IntArray, rate: FloatArray, handle_factor: FloatArray
) -> Performance:
    handle = [seconds * handle_factor for seconds in work.handle_seconds]
    return chat(
        workers,
        rate,
        handle,
        work.patience_seconds,
        work.threshold_seconds,
        work.service_level_definition,
    )


def smoothed(
    work: QueueWork,
    contacts: FloatArray,
    handle_factor: FloatArray,
    is_open: BoolArray,
    interval_minutes: int,
) -> FloatArray:
    """Contacts per second that would cause the modified offered load if they came evenly."""
    handle = _handle_seconds(work, handle_factor)
    return offered_load(np.where(is_open, contacts, 0.0), handle, interval_minutes) / handle


def path_rates(
    work: QueueWork,
    contact_paths: FloatArray,
    handle_factor: FloatArray,
    is_open: BoolArray,
    interval_minutes: int,
) -> FloatArray:
    """``smoothed`` rates of demand paths (P, T), without the chance that their counts hold.

    The formulas bring the chance of a Poisson stream themselves; counts are of such a stream, so
    taken for rates they would bring it twice. Deviations from the mean path are scaled until the
    variance left is that of the rates: ``sqrt(max(0, 1 - chance_variance / variance))``.
    """
    rates = smoothed(work, contact_paths, handle_factor, is_open, interval_minutes)
    handle = _handle_seconds(work, handle_factor)
    expected = np.where(is_open, contact_paths.mean(axis=0), 0.0)
    chance = chance_variance(expected, handle, interval_minutes) / handle**2
    mean, variance = rates.mean(axis=0), rates.var(axis=0)
    by_chance = np.divide(chance, variance, out=np.ones_like(mean), where=variance > 0)
    found: FloatArray = mean + (rates - mean) * np.sqrt(np.maximum(0.0, 1.0 - by_chance))
    return found


def _handle_seconds(work: QueueWork, handle_factor: FloatArray) -> FloatArray:
    return work.handle_seconds[-1] * handle_factor


def scheduled_minutes(
    work: QueueWork, handle_factor: FloatArray, interval_minutes: int, allowance: Allowance
) -> FloatArray:
    """Minutes of scheduled workers that one deferrable contact of each interval takes, (T,)."""
    share = _worker_minutes(work, interval_minutes, allowance) / interval_minutes
    return _handle_seconds(work, handle_factor) / 60.0 / share


def _worker_minutes(work: QueueWork, interval_minutes: int, allowance: Allowance) -> float:
    return interval_minutes * work.max_occupancy * allowance.share_there


def check_contacts(
    work: QueueWork, contacts: FloatArray, handle_factor: FloatArray, is_open: BoolArray
) -> None:
    """Raises ProblemInvalid for what no contacts can be, or where lengths differ."""
    if not contacts.shape[-1] == len(handle_factor) == len(is_open):
        raise ProblemInvalid(f"queue {work.id}: contacts, factors and opening differ in length")
    if not np.isfinite(contacts).all() or (contacts < 0).any():
        raise ProblemInvalid(f"queue {work.id}: contacts are negative or not finite")
    if not np.isfinite(handle_factor).all() or (handle_factor <= 0).any():
        raise ProblemInvalid(f"queue {work.id}: handle_factor is not positive")
