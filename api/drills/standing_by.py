"""What people on standby would do in a drill: posts that are called when somebody is missing."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from api.drills.side import Side
from api.showing import STANDBY
from api.site.site import Site
from scheduler.problem import IntArray
from scheduler.schedule import staffed

USUAL_PAY_PERCENT = 30  # where the site states no standby
STEPS = (1, 2, 5, 10, 20, 50)


@dataclass(frozen=True, slots=True)
class Posts:
    """So many standby posts of a skill through the open hours of the drill; amounts in cents.

    ``covered_minutes``: of missing workers, if the drill happens. ``saved``: what these would have
    cost, less the rest of their wage. ``pay``: for standing by, whether it happens or not.
    """

    skill: str
    posts: int
    missing_minutes: int
    covered_minutes: float
    saved: int
    pay: int

    @property
    def break_even(self) -> float | None:
        """Chance of the drill from which on the posts are worth their pay; None if never."""
        return self.pay / self.saved if self.saved >= self.pay > 0 else None


@dataclass(frozen=True, slots=True)
class OnCall:
    """Standby that the schedule holds in the drill's time, and what of the missing it covers."""

    minutes: int
    covered_minutes: float


def on_call(site: Site, after: Side, intervals: slice) -> OnCall | None:
    """What planned standby would cover; None where the site has none."""
    if site.config.staffing.standby is None:
        return None
    length, rate = site.config.interval_minutes, site.config.staffing.standby.answer_rate
    counts = staffed(after.problem, after.shifts)
    minutes, covered = 0, 0.0
    for skill in _skills(site):
        there = np.array(counts[STANDBY + skill][intervals])
        missing = _missing(site, after, skill, intervals).sum(axis=0)
        minutes += int(there.sum()) * length
        covered += float(np.minimum(there * rate, missing).sum()) * length
    return OnCall(minutes, covered)


def posts(site: Site, before: Side, after: Side, intervals: slice) -> list[Posts]:
    """Posts of each skill that lacks more workers in the drill than without it.

    Up to as many as are ever missing at once. The dearest place is filled first; nobody is asked
    whether he has time.
    """
    return [
        one
        for skill in _skills(site)
        if _missing(site, after, skill, intervals).sum()
        > _missing(site, before, skill, intervals).sum()
        for one in _of_skill(site, skill, after, intervals)
    ]


@dataclass(frozen=True, slots=True)
class _Terms:
    """What a post costs a skill, in cents per hour: standing by, and the rest when called."""

    rate: float
    pay: float
    rest: float


def _terms(site: Site, skill: str) -> _Terms:
    standby = site.config.staffing.standby
    percent = USUAL_PAY_PERCENT if standby is None else standby.pay_percent
    wages = [row.hourly_cost for row in site.workers if skill in row.skills]
    wage = sum(wages) / len(wages) if wages else 0.0
    rate = 1.0 if standby is None else standby.answer_rate
    return _Terms(rate, wage * percent / 100, wage * (100 - percent) / 100)


def _of_skill(site: Site, skill: str, after: Side, intervals: slice) -> list[Posts]:
    terms, length = _terms(site, skill), site.config.interval_minutes
    missing = _missing(site, after, skill, intervals)
    prices = [after.problem.queue_by_id[queue].understaffing_cost for queue in _queues(site, skill)]
    rows = [row for row, one in enumerate(site.config.queues) if one.skill == skill]
    open_hours = int(after.forecast.is_open[rows][:, intervals].any(axis=0).sum()) * length / 60
    most = int(missing.sum(axis=0).max())
    found = []
    for number in sorted({step for step in STEPS if step < most} | {most}):
        minutes = [terms.rate * int(one.sum()) * length for one in _filled(missing, prices, number)]
        value = sum(
            (price - terms.rest) * covered / 60
            for price, covered in zip(prices, minutes, strict=True)
        )
        pay = number * open_hours * terms.pay
        whole = int(missing.sum()) * length
        found.append(Posts(skill, number, whole, sum(minutes), round(value), round(pay)))
    return found


def _filled(missing: IntArray, prices: Sequence[int], number: int) -> list[IntArray]:
    """Places that so many posts fill, the dearest queue first, in the order of the queues."""
    left = np.full(missing.shape[1], number)
    found = [np.zeros_like(left) for _ in prices]
    for row in sorted(range(len(prices)), key=lambda one: -prices[one]):
        found[row] = np.minimum(left, missing[row])
        left = left - found[row]
    return found


def _missing(site: Site, of: Side, skill: str, intervals: slice) -> IntArray:
    return np.stack([of.missing[queue][intervals] for queue in _queues(site, skill)])


def _queues(site: Site, skill: str) -> list[str]:
    return [one.id for one in site.config.queues if one.skill == skill and _is_live(one.work)]


def _skills(site: Site) -> list[str]:
    return list(dict.fromkeys(one.skill for one in site.config.queues if _is_live(one.work)))


def _is_live(work: str) -> bool:
    """Work that may wait is done by whoever comes next."""
    return work != "deferrable"
