"""A drill as it is asked for: what happens to the bot, from when to when."""

from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd

from api.site.cells import CellInvalid
from api.site.instants import epoch_minutes, instant, span_text
from api.site.problems import InputProblem, SiteInvalid
from api.site.site import Site
from forecasts.calendar import NEW_VERSION
from forecasts.new_version import CAREFUL_QUANTILE
from scheduler.export.words import percent
from scheduler.horizon import Horizon
from scheduler.worker import Span

Kind = Literal["bot-down", "bot-degraded", "new-version"]
EVENTS: dict[Kind, str] = {
    "bot-down": "bot_down",
    "bot-degraded": "bot_degraded",
    "new-version": NEW_VERSION,
}
LEFT: dict[Kind, float] = {"bot-down": 0.0, "bot-degraded": 0.5, "new-version": 1.0}


@dataclass(frozen=True, slots=True)
class Drill:
    """What happens to the bot in minutes of the horizon.

    ``share``: what is left of what it is offered (down) or resolves (degraded).
    """

    kind: Kind
    times: Span
    share: float

    def words(self, horizon: Horizon) -> str:
        """The drill as a sentence without its full stop."""
        start, end = (horizon.instant(one) for one in (self.times.start, self.times.end))
        when = f"from {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}"
        if self.kind == "bot-down":
            offered = "nothing" if self.share == 0 else f"{percent(self.share, 0)} of the usual"
            return f"the bot is offered {offered} {when}"
        if self.kind == "bot-degraded":
            return f"the bot resolves {percent(self.share, 0)} of what it usually resolves {when}"
        return f"a new bot version answers {when}"

    @property
    def share_quantile(self) -> float | None:
        """The quantile of a new version's resolved share that is planned on."""
        return CAREFUL_QUANTILE if self.kind == "new-version" else None


def read_drill(site: Site, kind: Kind, start: str, end: str, share: float | None) -> Drill:
    """The options of ``peakcrew drill`` against their site; a date is its local midnight.

    Raises SiteInvalid that names the option, or for a site whose need no bot changes.
    """
    if site.requirement is not None:
        raise _refused("drill", "requirement.csv states the need, so the bot changes nothing")
    if site.bot_outcomes is None or site.bot_outcomes.empty:
        raise _refused("drill", "without bot_outcomes.csv the bot answers nothing anyway")
    if kind == "new-version" and share is not None:
        raise _refused("--share", "a new version has no share; what is known of it decides")
    first, last = _minute("--from", start, site), _minute("--to", end, site)
    if last <= first:
        raise _refused("--to", f"{end} is not later than --from")
    return Drill(kind, Span(first, last), LEFT[kind] if share is None else share)


def _minute(option: str, text: str, site: Site) -> int:
    try:
        at = instant(site.config.zone, allow_date=True)(text.strip())
    except CellInvalid as error:
        raise _refused(option, str(error)) from None
    minute = at - epoch_minutes(site.horizon.start)
    if not 0 <= minute <= site.horizon.num_minutes:
        raise _refused(option, f"{text} lies outside the horizon, {span_text(site.horizon)}")
    if minute % site.horizon.interval_minutes:
        raise _refused(option, f"{text} is not the start of an interval")
    return minute


def _refused(option: str, message: str) -> SiteInvalid:
    return SiteInvalid([InputProblem(option, None, None, message)])


def drilled(site: Site, drill: Drill) -> Site:
    """The site with the drill among its events."""
    start, end = (
        pd.Timestamp(site.horizon.instant(one)).tz_convert("UTC")
        for one in (drill.times.start, drill.times.end)
    )
    row = {"start": [start], "end": [end], "kind": [EVENTS[drill.kind]], "unique_id": [""],
           "factor": [drill.share]}  # fmt: skip
    known = [] if site.events is None or site.events.empty else [site.events]
    return replace(site, events=pd.concat([*known, pd.DataFrame(row)], ignore_index=True))
