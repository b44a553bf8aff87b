"""The best valid schedule so far, the best bound, and how they came about."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from scheduler.schedule import Progress, Shift
from scheduler.solver.memory import own_peak_mebibytes
from scheduler.solver.messages import News, Size

HEARTBEAT_SECONDS = 4.0

OnProgress = Callable[[Progress], None]


@dataclass
class Best:
    """What a run holds: nothing at first, then ever better schedules under a rising bound.

    ``started`` is a moment of ``time.monotonic()``; ``search_peak`` the most MiB that a search
    process has held.
    """

    started: float
    on_progress: OnProgress
    shifts: tuple[Shift, ...] | None = None
    cost: int | None = None
    bound: int = 0
    stage: str = "greedy"
    history: list[Progress] = field(default_factory=list)
    size: dict[str, int] = field(default_factory=dict)
    search_peak: int = 0
    troubles: list[str] = field(default_factory=list)
    _told: float = 0.0

    def hear(self, message: News | Size) -> None:
        """Take what is better, and tell of it."""
        self.take(message)
        if isinstance(message, News):
            self._tell(self._moment())

    def take(self, message: News | Size) -> None:
        """Take what is better."""
        if isinstance(message, Size):
            self.size = {"columns": message.columns, "rows": message.rows}
            self.search_peak = max(self.search_peak, message.peak_mebibytes)
            return
        self.stage = message.stage
        self.bound = max(self.bound, message.bound)
        if message.shifts is not None and message.cost is not None:
            self._take_schedule(message.shifts, message.cost)
        last = self.history[-1] if self.history else None
        if last is None or (last.cost, last.bound) != (self.cost, self.bound):
            self.history.append(self._moment())

    def enter(self, stage: str) -> None:
        """Tell that another stage begins."""
        self.stage = stage
        self._tell(self._moment())

    def beat(self) -> None:
        """Tell how things stand if nothing was told for a while."""
        if time.monotonic() - self._told >= HEARTBEAT_SECONDS:
            self._tell(self._moment())

    def record(self) -> dict[str, Any]:
        """What the run record keeps of the search."""
        failed = {"search_failed": list(self.troubles)} if self.troubles else {}
        peak = own_peak_mebibytes() + self.search_peak
        return {**self.size, "peak_mebibytes": peak, **failed}

    def _take_schedule(self, shifts: tuple[Shift, ...], cost: int) -> None:
        if self.cost is None or cost < self.cost:
            self.shifts, self.cost = shifts, cost

    def _moment(self) -> Progress:
        return Progress(time.monotonic() - self.started, self.stage, self.cost, self.bound)

    def _tell(self, moment: Progress) -> None:
        self._told = time.monotonic()
        self.on_progress(moment)
