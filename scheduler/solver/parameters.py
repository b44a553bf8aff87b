"""How long and how hard to search."""

from dataclasses import dataclass

from scheduler.errors import ProblemInvalid


@dataclass(frozen=True, slots=True)
class Parameters:
    """Limits of a solve: seconds, solver threads, seed, and the gap that is good enough.

    Eight threads also on two cores: CP-SAT then runs its whole portfolio side by side, which
    closed the residual 20 times faster than two threads did (docs/decisions/0003).
    ``memory_limit``: MiB that the program and its search may hold together; None for any.
    ``is_reproducible``: the same problem gives the same schedule again; one solver thread, and
    limits counted in work instead of seconds.
    ``keep_broken_pins``: pins that break a rule are kept and listed instead of refused.
    """

    time_limit: float = 60.0
    workers: int = 8
    seed: int = 1
    gap: float = 0.0
    memory_limit: int | None = None
    is_reproducible: bool = False
    keep_broken_pins: bool = False

    def __post_init__(self) -> None:
        if not 0 < self.time_limit <= 86_400:
            raise ProblemInvalid("time limit: above 0 and at most 86400 seconds is needed")
        if not 1 <= self.workers <= 256:
            raise ProblemInvalid("workers: 1 to 256 solver threads are needed")
        if not 0 <= self.gap < 1:
            raise ProblemInvalid("gap: at least 0 and below 1 is needed")
        if not 0 <= self.seed < 2**31:
            raise ProblemInvalid("seed: 0 to 2147483647 is needed")
        if self.memory_limit is not None and self.memory_limit < 1:
            raise ProblemInvalid("memory limit: at least 1 MiB is needed")
