"""What the later tables of ``site.toml`` name must be there."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from api.site.config import SiteConfig


def refuse_strangers(config: "SiteConfig") -> None:
    """Policies have names of their own and known queues, standby has known templates.

    Raises ValueError with the key that is wrong.
    """
    names = [policy.name for policy in config.policies]
    for one in sorted({one for one in names if names.count(one) > 1}):
        raise ValueError(f"policies: the name {one!r} is used twice")
    queues = {queue.id for queue in config.queues}
    for policy in config.policies:
        _refuse("policies", f"queue of {policy.name}", policy.queues or (), queues)
    standby = config.staffing.standby
    if standby is not None:
        templates = {template.id for template in config.shift_templates}
        _refuse("staffing", "standby template", standby.templates or (), templates)


def _refuse(key: str, what: str, named: Iterable[str], known: set[str]) -> None:
    for one in sorted(set(named) - known):
        raise ValueError(f"{key}: {what} {one!r} is not known")
