"""A file whose appearance ends a search: for programs that cannot press Ctrl-C."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scheduler.errors import ProblemInvalid

LOOK_SECONDS = 1.0


@contextmanager
def stop_event(path: Path | None) -> Iterator[threading.Event | None]:
    """An event that is set when the file is there, looked for every second; None without a file.

    Raises ProblemInvalid when the file is there from the start, left by an earlier run.
    """
    if path is None:
        yield None
        return
    if path.exists():
        raise ProblemInvalid(f"stop file: {path} is there already; remove it first")
    stop, is_over = threading.Event(), threading.Event()

    def look() -> None:
        while not path.exists():
            if is_over.wait(LOOK_SECONDS):
                return
        stop.set()

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield stop
    finally:
        is_over.set()
        watcher.join()
