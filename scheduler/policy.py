"""Declared policies: what the planner prefers beside cost, by name and at a price.

Each is a price on what stands against it, never a rule and never a reward, so costs stay at or
above zero and a policy that is worth less than it costs gives way. Each is its own term of the
cost, ``policy:<name>``. Prices are cents; 0 switches a policy off.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from scheduler.denied import denial, denied_feature
from scheduler.errors import ProblemInvalid

PERMILLE = 1000
PARTS = 4  # of a worker: in such parts too many of a group are counted
TERM_PREFIX = "policy:"


@dataclass(frozen=True, slots=True)
class Priority:
    """A group goes first: an hour of anybody outside it costs ``price`` more."""

    name: str
    price: int
    members: frozenset[str]

    def __post_init__(self) -> None:
        _check(self.name, self.price, self.members)


@dataclass(frozen=True, slots=True)
class NewStarters:
    """Each member should get ``minutes`` in the horizon: an hour that is missing costs ``price``.

    What counts is his own shifts in whole units of the shift lengths; a part of a unit that is
    missing counts as a whole one.
    """

    name: str
    price: int
    members: frozenset[str]
    minutes: int

    def __post_init__(self) -> None:
        _check(self.name, self.price, self.members)
        if self.minutes < 0:
            raise ProblemInvalid(f"policy {self.name}: minutes is negative")


@dataclass(frozen=True, slots=True)
class Spread:
    """No group has more than a share of those staffed: a worker too many costs ``price`` an hour.

    In each interval in which somebody is needed (on ``queues``; None: on any), of all whose
    shifts cover it there at most ``most_permille`` thousandths should be of one group, such as a
    region that may lose its power. Too many are counted in quarters of a worker, rounded up.
    """

    name: str
    price: int
    groups: Mapping[str, frozenset[str]]
    most_permille: int
    queues: frozenset[str] | None = None

    def __post_init__(self) -> None:
        everybody = [one for group in self.groups.values() for one in group]
        _check(self.name, self.price, everybody, *self.groups)
        if not 0 <= self.most_permille <= PERMILLE:
            raise ProblemInvalid(f"policy {self.name}: a share lies between 0 and 1")
        if len(set(everybody)) < len(everybody):
            raise ProblemInvalid(f"policy {self.name}: a worker stands in two groups")

    def is_about(self, queue: str) -> bool:
        """Whether those on a queue count."""
        return self.queues is None or queue in self.queues


Policy = Priority | NewStarters | Spread


def _check(name: str, price: int, members: Collection[str], *groups: str) -> None:
    if not name:
        raise ProblemInvalid("policy: a name is empty")
    if not members:
        raise ProblemInvalid(f"policy {name}: is about nobody")
    if price < 0:
        raise ProblemInvalid(f"policy {name}: the price is negative")
    for text in (name, *groups):
        if (feature := denied_feature(text)) is not None:
            raise ProblemInvalid(f"policy {name}: {denial(feature)}")


def members_of(policy: Policy) -> frozenset[str]:
    """The workers that a policy names."""
    if isinstance(policy, Spread):
        return frozenset(one for group in policy.groups.values() for one in group)
    return policy.members


def term(policy: Policy) -> str:
    """Name of the policy's own term of the cost."""
    return f"{TERM_PREFIX}{policy.name}"
