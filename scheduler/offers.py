"""Which shifts are only offers: too late to be told, so the worker has to accept them.

A shift that is made known too late may not be assigned one-sidedly; it may still be offered.
"""

from scheduler.schedule import Shift
from scheduler.worker import Worker


def is_offer(worker: Worker, shift: Shift) -> bool:
    """A shift that starts before the worker's plan is firm needs his acceptance."""
    return worker.firm_from is not None and shift.start < worker.firm_from
