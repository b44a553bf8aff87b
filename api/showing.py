"""Who of a site comes: shares by group, and the chance that enough do."""

import csv
from collections.abc import Mapping, Sequence
from io import StringIO

import numpy as np

from api.groups import is_in
from api.site.config import QueueConfig
from api.site.site import Site, WorkerRow
from scheduler.problem import IntArray, Problem
from scheduler.schedule import Shift
from scheduler.staffing.noshow import Rate
from scheduler.staffing.showing import Team, Turnout, share_met, turnouts

STANDBY = "standby|"
COLUMNS = ("queues", "start", "needed", "sent", "standby", "chance")


def no_show_rate(site: Site, row: WorkerRow) -> float:
    """Share of a worker's shifts that nobody comes to: that of his first group, or the site's."""
    staffing = site.config.staffing
    rates = (group.no_show_rate for group in staffing.no_show_groups if is_in(group.who, row))
    return next(rates, staffing.no_show_rate)


def offered_no_show_rate(site: Site, queue: QueueConfig) -> Rate:
    """Mean no-show rate of those who can serve a queue, per interval of those who offer it.

    Where nobody offers an interval, the mean of all who can serve it. One number where no group
    is stated.
    """
    if not site.config.staffing.no_show_groups:
        return site.config.staffing.no_show_rate
    length, size = site.config.interval_minutes, site.horizon.num_intervals
    able = [row for row in site.workers if queue.skill in row.skills]
    rates = [no_show_rate(site, row) for row in able]
    total, people = np.zeros(size), np.zeros(size)
    for row, rate in zip(able, rates, strict=True):
        for window in row.availability:
            whole = slice(-(-window.start // length), window.end // length)
            total[whole] += rate
            people[whole] += 1
    usual = float(np.mean(rates)) if rates else site.config.staffing.no_show_rate
    return np.where(people > 0, total / np.maximum(people, 1), usual)


def is_asked(site: Site) -> bool:
    """Whether the site states that somebody may not come."""
    staffing = site.config.staffing
    return bool(staffing.no_show_rate or staffing.no_show_groups)


def site_turnouts(
    site: Site, problem: Problem, shifts: Sequence[Shift], present: Mapping[str, IntArray]
) -> list[Turnout]:
    """The chance of enough in every interval with need; deferrable work waits for who comes next.

    ``present``: workers who must be there per queue and interval.
    """
    rates = {row.id: 1.0 - no_show_rate(site, row) for row in site.workers}
    return turnouts(problem, shifts, rates, present, _teams(site))


def _teams(site: Site) -> list[Team]:
    """Each queue alone; with standby, the queues of a skill, for it fills any of their places."""
    live = [queue for queue in site.config.queues if queue.work != "deferrable"]
    if site.config.staffing.standby is None:
        return [Team(queue.id, (queue.id,)) for queue in live]
    return [
        Team(skill, tuple(one.id for one in live if one.skill == skill), STANDBY + skill)
        for skill in dict.fromkeys(queue.skill for queue in live)
    ]


def turnout_note(site: Site, found: Sequence[Turnout]) -> str:
    """How often enough come, in a planner's words."""
    confidence = site.config.staffing.no_show_confidence
    met = share_met(found, confidence)
    return (
        f"no-shows: in {100 * met:.1f} % of {len(found):,} intervals with need, enough come with "
        f"a chance of at least {100 * confidence:g} %"
    )


def turnout_csv(problem: Problem, found: Sequence[Turnout]) -> str:
    """One row per queue (with standby: per skill) and interval with need."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in found:
        start = problem.horizon.instant(one.start).isoformat()
        row = (one.team, start, one.needed, one.sent, one.standby, f"{one.chance:.4f}")
        writer.writerow(row)
    return text.getvalue()
