"""Work on several parts of one model at once, a process each.

The processes are forked after the model is built and share its memory. Where forking does not
exist the work is done here, one part after the other; the results are the same.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_all_start_methods, get_context
from typing import Any

Task = Callable[..., Any]
_shared: dict[str, Any] = {}


class Pool:
    """A context with a few processes that all see one shared object."""

    def __init__(self, shared: Any, processes: int) -> None:
        _shared["object"] = shared
        self._executor: ProcessPoolExecutor | None = None
        if processes > 1 and "fork" in get_all_start_methods():
            self._executor = ProcessPoolExecutor(
                processes, get_context("fork"), _end_with_parent, (os.getpid(),)
            )

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *error: object) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=False, cancel_futures=True)

    def run(self, task: Task, arguments: Sequence[tuple[Any, ...]]) -> Iterator[Any]:
        """Results of ``task(shared, *arguments)``, in the order of the arguments."""
        if self._executor is None:
            for one in arguments:
                yield task(_shared["object"], *one)
            return
        futures = [self._executor.submit(_call, task, one) for one in arguments]
        for future in futures:
            yield future.result()


def _end_with_parent(parent: int) -> None:
    """A process whose parent was killed would wait for its next task for ever."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _call(task: Task, arguments: tuple[Any, ...]) -> Any:
    return task(_shared["object"], *arguments)


def num_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
