"""The search process itself: how it ends, and what it says about that."""

import time
from collections.abc import Callable
from typing import Any

from scheduler.solver.parameters import Parameters
from scheduler.solver.process import Child

QUICK = Parameters(workers=1)


class Sabotaged:
    """What the search process gets to read: it does this deed instead."""

    def __init__(self, deed: Callable[..., Any], *arguments: Any) -> None:
        self.deed, self.arguments = deed, arguments

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self.deed, self.arguments


def test_a_search_that_breaks_says_why_though_it_is_slow_to_go() -> None:
    """Its last word is spoken a while before the process is gone."""
    last = "(__import__('os').closerange(3, 64), __import__('time').sleep(1), 1 / 0)"
    poisoned: Any = Sabotaged(eval, last)
    with Child(poisoned, QUICK, time.monotonic() + 60) as child:
        assert list(child.messages(time.monotonic() + 60, 60)) == []
        assert child.end() == "ZeroDivisionError: division by zero"


def test_a_silent_search_gives_a_sign_of_life_and_is_stopped() -> None:
    """Stopped is not broken."""
    sleepy: Any = Sabotaged(time.sleep, 600)
    with Child(sleepy, QUICK, time.monotonic() + 60) as child:
        assert list(child.messages(time.monotonic() + 0.3, 0.1))[:2] == [None, None]
        assert child.end() is None
