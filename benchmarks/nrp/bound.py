"""A bound that costs nothing: the minutes all workers have, against the minutes required."""

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
