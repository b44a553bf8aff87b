"""The search process itself: how it ends, and what it says about that."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import islice
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
        assert list(child.messages(60)) == []
        assert child.end() == "ZeroDivisionError: division by zero"


def test_a_silent_search_gives_a_sign_of_life_and_is_stopped() -> None:
    """Stopped is not broken."""
    sleepy: Any = Sabotaged(time.sleep, 600)
    with Child(sleepy, QUICK, time.monotonic() + 60) as child:
        assert list(islice(child.messages(0.1), 2)) == [None, None]
        assert child.end() is None


PROGRAM = """
import sys, time
from scheduler.solver.parameters import Parameters
from scheduler.solver.process import Child

class Sleepy:
    def __reduce__(self):
        return time.sleep, (600,)

child = Child(Sleepy(), Parameters(), time.monotonic() + 600)
print("started", flush=True)
time.sleep(600)
"""


def test_a_search_ends_when_its_program_is_gone() -> None:
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(filter(None, sys.path)))
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert program.stdout is not None
    assert program.stdout.readline() == "started\n"
    (search,) = children(program.pid)
    time.sleep(3)  # until the search watches its program
    program.kill()
    program.communicate()
    end = time.monotonic() + 20
    while is_alive(search) and time.monotonic() < end:
        time.sleep(0.2)
    assert not is_alive(search)


def children(pid: int) -> list[int]:
    """Processes that a process has started."""
    table = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
    ).stdout
    pairs = (line.split() for line in table.splitlines())
    return [int(one) for one, parent in pairs if int(parent) == pid]


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that is dead and not yet collected does not."""
    state = subprocess.run(
        ["ps", "-o", "state=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()
    return state not in ("", "Z")
