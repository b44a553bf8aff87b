"""What a search says to the process that waits for it."""

from dataclasses import dataclass

from scheduler.schedule import Shift


@dataclass(frozen=True, slots=True)
class News:
    """What the search tells: stage and bound, and a better schedule when there is one."""

    stage: str
    bound: int
    cost: int | None = None
    shifts: tuple[Shift, ...] | None = None


@dataclass(frozen=True, slots=True)
class Size:
    """How large the model is, and how much memory the search has taken at its peak so far."""

    columns: int
    rows: int
    peak_mebibytes: int
