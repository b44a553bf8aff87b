"""What ends a search before it is proven: time, memory, or somebody who has seen enough."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from scheduler.solver.memory import resident_mebibytes

StopReason = Literal["optimal", "gap", "time_limit", "memory_limit", "stopped", "search_failed"]
GRACE_SECONDS = 2.0  # the search ends by itself at its limit; after this it is stopped


@dataclass
class Limits:
    """The limits of one run; ``deadline`` is a moment of ``time.monotonic()`` or infinite.

    ``reached`` says which limit ended the search, once one did.
    """

    deadline: float
    memory_limit: int | None = None
    stop: threading.Event | None = None
    is_interrupted: bool = False
    reached: StopReason | None = None

    @property
    def is_stopped(self) -> bool:
        """Whether somebody asked for the end, by Ctrl-C or by the event."""
        return self.is_interrupted or (self.stop is not None and self.stop.is_set())

    @property
    def seconds_left(self) -> float:
        """Seconds until the deadline."""
        return self.deadline - time.monotonic()

    @contextmanager
    def heeding_ctrl_c(self) -> Iterator[None]:
        """The first Ctrl-C ends the search in good order; a second one goes to the caller."""
        try:
            yield
        except KeyboardInterrupt:
            if self.is_interrupted:
                raise
            self.is_interrupted = True

    def check(self, search_mebibytes: int) -> bool:
        """Whether the search has to end now, with so much memory beside this process's own."""
        if self.is_stopped:
            self.reached = "stopped"
        elif self._is_too_large(search_mebibytes):
            self.reached = "memory_limit"
        elif self.seconds_left < -GRACE_SECONDS:
            self.reached = "time_limit"
        return self.reached is not None

    def _is_too_large(self, search_mebibytes: int) -> bool:
        if self.memory_limit is None:
            return False
        return resident_mebibytes(os.getpid()) + search_mebibytes > self.memory_limit
