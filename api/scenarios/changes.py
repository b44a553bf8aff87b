"""What a planner wants to be different, read from the words of the command line."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

from api.site.cells import CellInvalid
from api.site.instants import epoch_minutes, instant, span_text
from api.site.problems import InputProblem, SiteInvalid, listed, shown
from api.site.site import Site
from scheduler.worker import Span

_PERCENT = re.compile(r"([+-]?[0-9]{1,6}(?:\.[0-9]{1,4})?) ?%")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOST_TIMES = 100


@dataclass(frozen=True, slots=True)
class VolumeChange:
    """Contacts times ``factor`` over the horizon; ``queue`` None means every queue."""

    factor: Fraction
    queue: str | None = None


@dataclass(frozen=True, slots=True)
class SkillDrop:
    """``num`` of the workers who have a skill lose it; None means all of them."""

    skill: str
    num: int | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that a scenario changes in a site.

    ``bot_down`` are minutes of the horizon. ``workers`` is how many there are more, or, below
    0, fewer. ``wage`` multiplies every hourly cost.
    """

    volume: tuple[VolumeChange, ...] = ()
    bot_down: tuple[Span, ...] = ()
    workers: int = 0
    wage: Fraction | None = None
    profile: str | None = None
    dropped: tuple[SkillDrop, ...] = ()
    name: str | None = None
    seed: int = 1

    @property
    def is_nothing(self) -> bool:
        """Whether the scenario would be the site itself."""
        parts = (self.volume, self.bot_down, self.workers, self.wage, self.profile, self.dropped)
        return not any(parts)


def refused(option: str, message: str) -> SiteInvalid:
    """An option that cannot be followed, in the form of every bad input."""
    return SiteInvalid([InputProblem(option, None, None, message)])


def volume_change(text: str, site: Site) -> VolumeChange:
    """``+20%`` for every queue, ``QUEUE=+20%`` for one."""
    queue, equals, percent = text.rpartition("=")
    known = [one.id for one in site.config.queues]
    if equals and queue not in known:
        raise refused("--volume", f"unknown queue {shown(queue)}; known: {listed(known)}")
    return VolumeChange(factor_of("--volume", percent), queue if equals else None)


def factor_of(option: str, text: str) -> Fraction:
    """``+20%`` as 6/5; more than -100% and at most a hundredfold."""
    match = _PERCENT.fullmatch(text.strip())
    if not match:
        raise refused(option, f"expected a change like +20% or -7.5%, found {shown(text)}")
    factor = 1 + Fraction(Decimal(match[1])) / 100
    if not 0 < factor <= MOST_TIMES:
        raise refused(option, f"expected more than -100% and at most +9900%, found {shown(text)}")
    return factor


def bot_down(text: str, site: Site) -> Span:
    """A local day, ``2026-12-28``, or ``FROM/TO`` in instants, inside the horizon."""
    first, last = _day(text, site) if _DATE.fullmatch(text.strip()) else _span(text, site)
    start, end = (minute - epoch_minutes(site.horizon.start) for minute in (first, last))
    if end <= start:
        raise refused("--bot-down", f"{shown(text)} ends before it starts")
    if start < 0 or end > site.horizon.num_minutes:
        raise refused(
            "--bot-down", f"{shown(text)} lies outside the horizon, {span_text(site.horizon)}"
        )
    return Span(start, end)


def _day(text: str, site: Site) -> tuple[int, int]:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise refused("--bot-down", f"{shown(text)} is not on the calendar") from None
    midnights = (
        datetime.combine(one, time.min, site.config.zone) for one in (day, day + timedelta(days=1))
    )
    first, last = map(epoch_minutes, midnights)
    return first, last


def _span(text: str, site: Site) -> tuple[int, int]:
    start, slash, end = text.partition("/")
    if not slash:
        wanted = "a day like 2026-12-28, or FROM/TO like 2026-12-28T08:00/2026-12-28T12:00"
        raise refused("--bot-down", f"expected {wanted}, found {shown(text)}")
    parse = instant(site.config.zone)
    try:
        return parse(start.strip()), parse(end.strip())
    except CellInvalid as error:
        raise refused("--bot-down", str(error)) from None


def skill_drop(text: str, site: Site) -> SkillDrop:
    """``SKILL``: nobody has it any more; ``SKILL=10``: ten of those who have it lose it."""
    skill, equals, number = text.rpartition("=")
    if not equals:
        skill = text
    have = sum(skill in row.skills for row in site.workers)
    if not have:
        known = sorted({one for row in site.workers for one in row.skills})
        raise refused("--drop-skill", f"nobody has {shown(skill)}; known: {listed(known)}")
    if not equals:
        return SkillDrop(skill)
    if not number.isascii() or not number.isdigit() or not 1 <= int(number) <= have:
        wanted = f"a number of workers from 1 to {have}, as many have {skill}"
        raise refused("--drop-skill", f"expected {wanted}, found {shown(number)}")
    return SkillDrop(skill, int(number))


def workers_change(fewer: int | None, more: int | None, site: Site) -> int:
    """How many workers come (above 0) or go (below 0)."""
    if fewer and more:
        raise refused("--fewer-workers", "not together with --more-workers")
    if fewer and fewer >= len(site.workers):
        raise refused("--fewer-workers", f"{fewer} of {len(site.workers)} workers leave nobody")
    return (more or 0) - (fewer or 0)


def read_changes(
    site: Site,
    *,
    volume: Sequence[str] = (),
    bot_down_at: Sequence[str] = (),
    fewer_workers: int | None = None,
    more_workers: int | None = None,
    wage: str | None = None,
    profile: str | None = None,
    drop_skill: Sequence[str] = (),
    name: str | None = None,
    seed: int = 1,
) -> Changes:
    """The options of ``peakcrew scenario`` against the site they are about.

    Raises SiteInvalid that names the option.
    """
    changes = Changes(
        tuple(volume_change(one, site) for one in volume),
        tuple(bot_down(one, site) for one in bot_down_at),
        workers_change(fewer_workers, more_workers, site),
        None if wage is None else factor_of("--wage", wage),
        profile,
        tuple(skill_drop(one, site) for one in drop_skill),
        name,
        seed,
    )
    if changes.is_nothing:
        raise refused("scenario", "nothing is changed; name a change such as --volume +20%")
    return changes
