"""Bounds before the search: minutes against minutes required, and shifts that stay empty."""

from dataclasses import replace

import numpy as np

from benchmarks.nrp.generation import Pricing, generate
from benchmarks.nrp.instance import Instance


def capacity_bound(instance: Instance) -> int:
    """Cost of the shifts that nobody has minutes for, or of those that somebody must work."""
    needed = int((instance.requirement * instance.minutes).sum())
    longest = int(instance.minutes.max())
    most = sum(worker.max_minutes for worker in instance.workers)
    least = sum(worker.min_minutes for worker in instance.workers)
    lacking = -(-max(0, needed - most) // longest) * int(instance.under.min())
    idle = -(-max(0, least - needed) // longest) * int(instance.over.min())
    return max(lacking, idle, 0)


def fewest_lacking(instance: Instance, deadline: float) -> int:
    """How many shifts stay empty at least, whatever the requests."""
    nothing = np.zeros_like(instance.on)
    under, over = np.ones_like(instance.under), np.zeros_like(instance.over)
    only = replace(instance, on=nothing, off=nothing, under=under, over=over)
    return generate(Pricing(only), [], deadline).bound
