"""One queue simulated: contacts and the workers on it -> what customers and workers see."""

import math
from dataclasses import dataclass
from random import Random

import numpy as np

from scheduler.errors import ProblemInvalid
from scheduler.problem import IntArray
from scheduler.simulation.line import CallsAgain, Capacity, serve, speeds
from scheduler.simulation.result import QueueResult, interval_of, tallied
from scheduler.staffing.requirement import QueueWork
from scheduler.staffing.rounding import BoolArray, FloatArray


@dataclass(frozen=True, slots=True)
class Contacts:
    """Contacts of a queue in the order they come.

    ``at_seconds`` (n,) from the horizon's start. Negative for deferrable work that waits already:
    it is done first and counted nowhere. ``handle_factor`` (n,) multiplies the mean of a
    contact's handle time.
    """

    at_seconds: FloatArray
    handle_factor: FloatArray


@dataclass(frozen=True, slots=True)
class Redial:
    """Whoever hangs up calls again with the chance ``share``, after ``mean_seconds`` on average.

    Exponential; each further call is another contact, on which he may hang up again.
    """

    share: float
    mean_seconds: float


def simulate_queue(
    work: QueueWork,
    contacts: Contacts,
    present: IntArray,
    is_open: BoolArray,
    interval_minutes: int,
    rng: np.random.Generator,
    redial: Redial | None = None,
) -> QueueResult:
    """Contacts one by one, first come, first served, by the workers on the queue.

    Handle times are exponential around AHT times factor; customers of live work and chats hang up
    after an exponential patience, or when the queue closes; who has begun is served to the end.
    Chats are spread evenly over the workers; a call or chat in progress at the end of a shift is
    finished. Deferrable work waits, also over closed hours, and is put down at the end of a shift
    and taken up again; of a worker's time, the share ``max_occupancy`` is work. ``present`` (T,)
    workers on the queue, nobody while it is closed; calls and chats that come then do not count.
    Nobody who hangs up calls again, unless ``redial`` is stated; every try is then a contact.
    Raises ProblemInvalid where lengths differ or contacts are not in order.
    """
    _check(work, contacts, present, is_open)
    seconds = interval_minutes * 60.0
    contacts = _counted(work, contacts, is_open, seconds)
    workers = np.where(is_open, present, 0)
    need = contacts.handle_factor * rng.standard_exponential(len(contacts.at_seconds))
    served = serve(
        np.maximum(contacts.at_seconds, 0.0).tolist(),
        need.tolist(),
        _gives_up(work, contacts, rng).tolist(),
        _intervals(work, workers, is_open, seconds),
        None if redial is None else _calls_again(redial, int(rng.integers(2**31))),
    )
    again = np.array(served.at[len(need) :])
    at = np.concatenate([contacts.at_seconds, again])
    return tallied(work, at, served, workers, is_open, seconds)


def _counted(work: QueueWork, contacts: Contacts, is_open: BoolArray, seconds: float) -> Contacts:
    """Without contacts that nobody is there to take, now or later."""
    interval = interval_of(contacts.at_seconds, seconds)
    counts = interval < len(is_open)
    if work.work != "deferrable":
        counts &= is_open[np.minimum(interval, len(is_open) - 1)] & (contacts.at_seconds >= 0)
    return Contacts(contacts.at_seconds[counts], contacts.handle_factor[counts])


def _gives_up(work: QueueWork, contacts: Contacts, rng: np.random.Generator) -> FloatArray:
    at = contacts.at_seconds
    if work.patience_seconds is None or work.work == "deferrable":
        return np.full(len(at), np.inf)
    return at + work.patience_seconds * rng.standard_exponential(len(at))


def _calls_again(redial: Redial, seed: int) -> CallsAgain:
    """When somebody calls again who hangs up at a second."""
    draw = Random(seed)

    def again(gives_up: float) -> float:
        if draw.random() >= redial.share:
            return math.inf
        return gives_up + draw.expovariate(1.0 / redial.mean_seconds)

    return again


def _intervals(
    work: QueueWork, workers: IntArray, is_open: BoolArray, seconds: float
) -> list[Capacity]:
    """What can be served in each interval."""
    most = int(workers.max(initial=0)) * work.concurrency
    tables = {number: speeds(work, number, most) for number in set(workers.tolist())}
    keeps = work.work == "deferrable"
    return [
        Capacity(
            (index + 1) * seconds, number * work.concurrency, tables[number], not (opened or keeps)
        )
        for index, (number, opened) in enumerate(
            zip(workers.tolist(), is_open.tolist(), strict=True)
        )
    ]


def _check(work: QueueWork, contacts: Contacts, present: IntArray, is_open: BoolArray) -> None:
    if len(present) != len(is_open) or len(contacts.at_seconds) != len(contacts.handle_factor):
        raise ProblemInvalid(f"queue {work.id}: contacts, workers and opening differ in length")
    if (np.diff(contacts.at_seconds) < 0).any():
        raise ProblemInvalid(f"queue {work.id}: contacts are not in the order they came")
    if (contacts.handle_factor <= 0).any() or (present < 0).any():
        raise ProblemInvalid(f"queue {work.id}: a factor or a number of workers is negative")
