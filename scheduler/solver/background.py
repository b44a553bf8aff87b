"""Work that takes a while, without anybody thinking the program is dead."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import TypeVar

from scheduler.solver.limits import Limits

TICK_SECONDS = 0.5

T = TypeVar("T")


def in_background(work: Callable[[], T]) -> Future[T]:
    """Start work in a thread of its own."""
    future: Future[T] = Future()
    # A daemon, so that work nobody waits for any more does not keep the program from ending.
    threading.Thread(target=_fulfil, args=(future, work), daemon=True).start()
    return future


def wait_for(future: Future[T], limits: Limits, meanwhile: Callable[[], None]) -> T:
    """The outcome of work that is not to be cut short, and something to do while it goes on.

    Ctrl-C waits too; a second one raises KeyboardInterrupt and leaves the work to itself.
    """
    while not future.done():
        with limits.heeding_ctrl_c():
            wait([future], TICK_SECONDS)
            meanwhile()
    return future.result()


def _fulfil(future: Future[T], work: Callable[[], T]) -> None:
    try:
        future.set_result(work())
    except Exception as error:
        future.set_exception(error)
