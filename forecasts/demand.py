"""Volume paths x bot outcomes -> what is left for people.

Each path draws a queue's outcome shares once and keeps them for the whole horizon: when the
bot is worse than believed, it is worse on every day. Contacts are whole numbers throughout, so
every contact of the volume is found exactly once in the result.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from forecasts.bot_share import BotPolicy, OutcomePosterior
from forecasts.calendar import BoolArray, FloatArray, IntArray
from forecasts.errors import ForecastError
from forecasts.kernel import bounce_kernel
from forecasts.new_version import NewVersion

PathArray = npt.NDArray[np.int32]
CARRY_OVER_MINUTES = 120
TINY = 1e-12


@dataclass(frozen=True, slots=True)
class HumanDemand:
    """Contacts that need a person, shape (queues, paths, intervals), when they can be served.

    ``direct`` never met the bot, ``escalated`` were handed over in the session, ``bounced``
    came back later. ``bot_resolved`` are settled. Per queue and path: ``carried_in`` came
    before the horizon and were still due at its start, ``lost`` rang in vain in closed hours,
    ``pending`` are due only after the horizon. Volume + carried_in = all the others together.
    ``bot_offered`` met the bot, whatever became of them, in the interval in which they came.
    """

    unique_ids: tuple[str, ...]
    direct: PathArray
    escalated: PathArray
    bounced: PathArray
    bot_resolved: PathArray
    carried_in: IntArray
    lost: IntArray
    pending: IntArray
    handle_factor: FloatArray
    bot_offered: PathArray

    @property
    def contacts(self) -> PathArray:
        """All contacts for people, shape (queues, paths, intervals)."""
        return self.direct + self.escalated + self.bounced


def human_demand(
    unique_ids: Sequence[str],
    volume_paths: npt.NDArray[np.integer],
    posteriors: Mapping[str, OutcomePosterior],
    is_open: BoolArray,
    interval_minutes: int,
    policy: BotPolicy,
    *,
    seed: int,
    past_volume: npt.NDArray[np.floating] | None = None,
    live_voice: Collection[str] = (),
    bot_availability: FloatArray | None = None,
    bot_quality: FloatArray | None = None,
    new_version: NewVersion | None = None,
    carry_over_minutes: int = CARRY_OVER_MINUTES,
) -> HumanDemand:
    """Pass volume (queues, paths, intervals) through the bot, the delays and the opening hours.

    ``past_volume`` (queues, past intervals), right before the paths, fills the horizon's start
    with bounces and waiting contacts; nan counts as 0. ``is_open`` has shape (intervals,) or
    (queues, intervals), *past intervals included*; ``bot_availability`` in [0, 1] likewise, and
    multiplies the offered share. So does ``bot_quality``, and multiplies the resolved share: what
    a degraded bot fails is escalated or bounces in the usual proportion. A ``new_version`` has
    shares of its own, drawn once per path too. A contact of closed hours moves to the next opening,
    evenly over its first ``carry_over_minutes`` open minutes, but in queues of ``live_voice`` a
    direct one is lost. A queue without posterior never meets the bot.

    Raises ForecastError if shapes do not fit.
    """
    num_queues, _, num = volume_paths.shape
    past = np.zeros((num_queues, 0)) if past_volume is None else np.nan_to_num(past_volume)
    if len(unique_ids) != num_queues or len(past) != num_queues:
        raise ForecastError("unique_ids, volume_paths and past_volume: not the same queues")
    shape = (num_queues, past.shape[1] + num)
    states = _states(unique_ids, posteriors, shape, bot_availability, bot_quality, new_version)
    opened = _fitted("is_open", is_open, shape)
    slots = max(1, carry_over_minutes // interval_minutes)
    queues = []
    for row, unique_id in enumerate(unique_ids):
        rng = np.random.default_rng((seed, row))
        volume = _with_past(past[row], volume_paths[row])
        kernel = bounce_kernel(unique_id, interval_minutes)
        streams = _through_bot(volume, states[row], kernel, rng)
        streams = _in_opening_hours(streams, opened[row], slots, unique_id in live_voice)
        queues.append(_cut(streams, volume, past.shape[1]))
    return _gathered(unique_ids, queues, policy)


@dataclass(frozen=True, slots=True)
class _BotState:
    """The bot of one queue: what is known of it, and how it is in each interval."""

    unique_id: str
    posterior: OutcomePosterior | None
    available: FloatArray
    quality: FloatArray
    is_new: BoolArray
    new_version: NewVersion | None

    def shares(self, rng: np.random.Generator, num_paths: int) -> tuple[FloatArray, FloatArray]:
        """Resolved of the offered, escalated of those that fail: (paths, intervals) or (paths, 1).

        A degraded bot resolves less, and fails in its usual way.
        """
        assert self.posterior is not None
        drawn = self.posterior.draw(rng, num_paths)[:, :, None]
        if self.new_version is not None and self.is_new.any():
            new = self.new_version.shares(self.unique_id, rng, num_paths)[:, :, None]
            drawn = np.where(self.is_new, new, drawn)
        resolved, escalated, bounced = drawn.swapaxes(0, 1)
        return resolved * self.quality, escalated / np.maximum(escalated + bounced, TINY)


def _states(
    unique_ids: Sequence[str],
    posteriors: Mapping[str, OutcomePosterior],
    shape: tuple[int, int],
    availability: FloatArray | None,
    quality: FloatArray | None,
    new_version: NewVersion | None,
) -> list[_BotState]:
    """The bot of each queue over past and future."""
    available, good = (
        np.ones(shape) if values is None else _fitted(name, values, shape)
        for name, values in (("bot_availability", availability), ("bot_quality", quality))
    )
    never = np.zeros(shape, dtype=np.bool_)
    is_new = never if new_version is None else _fitted("is_on", new_version.is_on, shape) > 0
    return [
        _BotState(one, posteriors.get(one), available[row], good[row], is_new[row], new_version)
        for row, one in enumerate(unique_ids)
    ]


@dataclass(frozen=True, slots=True)
class _Streams:
    """One queue's contacts by what became of them: (paths, intervals), ``pending`` (paths,)."""

    offered: IntArray
    direct: IntArray
    escalated: IntArray
    bounced: IntArray
    resolved: IntArray
    lost: IntArray
    pending: IntArray


def _with_past(past: FloatArray, paths: npt.NDArray[np.integer]) -> IntArray:
    known = np.broadcast_to(past.astype(np.int64), (len(paths), len(past)))
    return np.concatenate([known, paths.astype(np.int64)], axis=1)


def _fitted(name: str, values: npt.NDArray[np.generic], shape: tuple[int, int]) -> FloatArray:
    if values.shape not in (shape, shape[1:]):
        raise ForecastError(
            f"{name}: shape {values.shape}, but {shape} is needed (queues, past and future)"
        )
    return np.broadcast_to(values, shape).astype(np.float64)


def _through_bot(
    volume: IntArray, bot: _BotState, kernel: FloatArray, rng: np.random.Generator
) -> _Streams:
    """Thin the volume into the four streams; bounces come back by the kernel."""
    none = np.zeros_like(volume)
    nobody = np.zeros(len(volume), dtype=np.int64)
    if bot.posterior is None or bot.posterior.offered_share == 0:
        return _Streams(none, volume, none, none, none, none, nobody)
    offered = rng.binomial(volume, bot.posterior.offered_share * bot.available)
    resolved_share, escalated_of_failed = bot.shares(rng, len(volume))
    resolved = rng.binomial(offered, resolved_share)
    escalated = rng.binomial(offered - resolved, escalated_of_failed)
    sessions = offered - resolved - escalated
    bounced, pending = _delayed(sessions, kernel, rng)
    return _Streams(offered, volume - offered, escalated, bounced, resolved, none, pending)


def _delayed(
    sessions: IntArray, kernel: FloatArray, rng: np.random.Generator
) -> tuple[IntArray, IntArray]:
    """Give each bounce its own delay; returns those in time, and those after the end."""
    num_paths, num = sessions.shape
    place = np.repeat(np.arange(sessions.size), sessions.ravel())
    delay = np.searchsorted(np.cumsum(kernel)[:-1], rng.random(len(place)), side="right")
    path, start = np.divmod(place, num)
    back = np.minimum(start + delay, num)
    counts = np.bincount(path * (num + 1) + back, minlength=num_paths * (num + 1))
    by_path = counts.reshape(num_paths, num + 1).astype(np.int64)
    return by_path[:, :-1], by_path[:, -1]


def _in_opening_hours(
    streams: _Streams, opened: FloatArray, slots: int, loses_direct: bool
) -> _Streams:
    """Move what comes in closed hours to the next opening, or lose it."""
    closed = opened == 0
    direct, lost = streams.direct, streams.lost
    if loses_direct:
        lost = np.where(closed, direct, 0)
        direct = direct - lost
    direct, late_direct = _moved(direct, closed, slots)
    escalated, late_escalated = _moved(streams.escalated, closed, slots)
    bounced, late_bounced = _moved(streams.bounced, closed, slots)
    pending = streams.pending + late_direct + late_escalated + late_bounced
    return _Streams(streams.offered, direct, escalated, bounced, streams.resolved, lost, pending)


def _moved(counts: IntArray, closed: BoolArray, slots: int) -> tuple[IntArray, IntArray]:
    """Counts with closed intervals emptied into the next open ones, and what found none."""
    moved = np.where(closed, 0, counts)
    pending = np.zeros(len(counts), dtype=np.int64)
    open_intervals = np.flatnonzero(~closed)
    edges = np.flatnonzero(np.diff(closed.astype(np.int8), prepend=0, append=0))
    for start, end in edges.reshape(-1, 2):
        each, rest = np.divmod(counts[:, start:end].sum(axis=1), slots)
        first = np.searchsorted(open_intervals, end)
        targets = open_intervals[first : first + slots]
        for number in range(slots):
            part = each + (number < rest)
            if number < len(targets):
                moved[:, targets[number]] += part
            else:
                pending += part
    return moved, pending


@dataclass(frozen=True, slots=True)
class _Queue:
    """One queue's horizon, cut off its past."""

    streams: _Streams
    carried_in: IntArray


def _cut(streams: _Streams, volume: IntArray, num_past: int) -> _Queue:
    parts = (streams.direct, streams.escalated, streams.bounced, streams.resolved, streams.lost)
    carried_in = (volume - np.sum(parts, axis=0))[:, :num_past].sum(axis=1)
    direct, escalated, bounced, resolved, lost = (part[:, num_past:] for part in parts)
    offered = streams.offered[:, num_past:]
    cut = _Streams(offered, direct, escalated, bounced, resolved, lost, streams.pending)
    return _Queue(cut, carried_in)


def _gathered(
    unique_ids: Sequence[str], queues: Sequence[_Queue], policy: BotPolicy
) -> HumanDemand:
    streams = [queue.streams for queue in queues]
    direct = np.stack([one.direct for one in streams]).astype(np.int32)
    escalated = np.stack([one.escalated for one in streams]).astype(np.int32)
    bounced = np.stack([one.bounced for one in streams]).astype(np.int32)
    return HumanDemand(
        unique_ids=tuple(unique_ids),
        direct=direct,
        escalated=escalated,
        bounced=bounced,
        bot_resolved=np.stack([one.resolved for one in streams]).astype(np.int32),
        carried_in=np.stack([queue.carried_in for queue in queues]),
        lost=np.stack([one.lost.sum(axis=1) for one in streams]),
        pending=np.stack([one.pending for one in streams]),
        handle_factor=_handle_factor(direct, escalated, bounced, policy),
        bot_offered=np.stack([one.offered for one in streams]).astype(np.int32),
    )


def _handle_factor(
    direct: PathArray, escalated: PathArray, bounced: PathArray, policy: BotPolicy
) -> FloatArray:
    """Mean handle time of an interval's contacts / that of a direct one, (queues, intervals)."""
    plain, handed, back = (part.mean(axis=1) for part in (direct, escalated, bounced))
    contacts = plain + handed + back
    work = plain + policy.escalated_aht_factor * handed + policy.bounced_aht_factor * back
    factor: FloatArray = np.divide(work, contacts, out=np.ones_like(work), where=contacts > 0)
    return factor
