"""What the tables of ``site.toml`` name must be there, and their times must exist."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from api.site.problems import listed, shown

if TYPE_CHECKING:
    from api.site.config import SiteConfig


class PartsUnfit(ValueError):
    """Tables that are right alone and not together; each complaint begins with its key."""

    def __init__(self, complaints: Iterable[str]) -> None:
        self.complaints = tuple(complaints)
        super().__init__("\n".join(self.complaints))


def refuse_strangers(config: "SiteConfig") -> None:
    """Names are used once, what is named is known, and local times are on the clock.

    Raises PartsUnfit with everything found.
    """
    checks = (
        _names_used_twice,
        _unknown_queues,
        _queues_while_blended,
        _unknown_templates,
        _impossible_windows,
        _nothing_to_value,
        _like_nobody,
    )
    if complaints := [one for check in checks for one in check(config)]:
        raise PartsUnfit(complaints)


def _like_nobody(config: "SiteConfig") -> Iterator[str]:
    for index, queue in enumerate(config.queues):
        if queue.like is not None:
            others = [one.id for one in config.queues if one.id != queue.id]
            yield from _unknown(f"queues[{index}].like", "other queue", [queue.like], others)


def _nothing_to_value(config: "SiteConfig") -> Iterator[str]:
    if config.staffing.plan_on != "value":
        return
    if not any(queue.is_priced for queue in config.queues):
        yield (
            "staffing.plan_on: no live or chat queue has a waiting_cost_per_hour, an "
            "abandonment_cost or a missed_cost"
        )
    if config.staffing.standby is not None:
        yield 'staffing.standby: is priced by the requirement, so not with plan_on = "value"'


def _names_used_twice(config: "SiteConfig") -> Iterator[str]:
    for kind in ("queues", "shift_templates", "licences"):
        yield from _repeats(kind, "id", [one.id for one in getattr(config, kind)])
    yield from _repeats("policies", "name", [one.name for one in config.policies])


def _repeats(kind: str, key: str, names: list[str]) -> Iterator[str]:
    for one in sorted({one for one in names if names.count(one) > 1}):
        yield f"{kind}: the {key} {one!r} is used twice"


def _unknown_queues(config: "SiteConfig") -> Iterator[str]:
    known = [queue.id for queue in config.queues]
    for kind in ("shift_templates", "licences", "policies"):
        for index, one in enumerate(getattr(config, kind)):
            yield from _unknown(f"{kind}[{index}].queues", "queue", one.queues or (), known)


def _queues_while_blended(config: "SiteConfig") -> Iterator[str]:
    for index, policy in enumerate(config.policies):
        if config.blended and policy.queues is not None:
            yield (
                f"policies[{index}].queues: with blended = true a policy spreads those on any queue"
            )


def _unknown_templates(config: "SiteConfig") -> Iterator[str]:
    known = [template.id for template in config.shift_templates]
    for index, one in enumerate(config.shift_templates):
        key = f"shift_templates[{index}].forbidden_next"
        yield from _unknown(key, "shift template", one.forbidden_next, known)
    standby = config.staffing.standby
    if standby is not None:
        key = "staffing.standby.templates"
        yield from _unknown(key, "shift template", standby.templates or (), known)


def _unknown(key: str, what: str, named: Iterable[str], known: list[str]) -> Iterator[str]:
    for one in sorted(set(named) - set(known)):
        yield f"{key}: unknown {what} {shown(one)}; known: {listed(sorted(known))}"


def _impossible_windows(config: "SiteConfig") -> Iterator[str]:
    for index, template in enumerate(config.shift_templates):
        for position, window in enumerate(template.windows or ()):
            if (fault := window.fault(config.zone)) is not None:
                key, message = fault
                yield f"shift_templates[{index}].windows[{position}].{key}: {message}"
