"""The search in a process of its own, so that a native crash costs one attempt and no more.

A plain subprocess, not multiprocessing: it never imports the caller's main module, so a script
or notebook needs no guard.
"""

import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from queue import Empty, Queue
from typing import Any

from scheduler.problem import Problem
from scheduler.solver.messages import News, Size
from scheduler.solver.parameters import Parameters

# What a process takes to be gone after its last word: solver libraries are slow to unload.
EXIT_SECONDS = 5.0


class Child:
    """A running search until a deadline of ``time.monotonic()``; a context that ends it."""

    def __init__(self, problem: Problem, parameters: Parameters, deadline: float) -> None:
        environment = dict(os.environ, PYTHONPATH=os.pathsep.join(p for p in sys.path if p))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "scheduler.solver.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            start_new_session=True,  # Ctrl-C is the parent's to handle
        )
        self._messages: Queue[Any] = Queue()
        self._complaints: list[bytes] = []
        self._is_ending = False
        # The monotonic clock is the machine's, so the deadline means the same to the child.
        payload = pickle.dumps((problem, parameters, deadline))
        for work in (lambda: self._send(payload), self._receive):
            threading.Thread(target=work, daemon=True).start()
        self._listener = threading.Thread(target=self._overhear, daemon=True)
        self._listener.start()

    def __enter__(self) -> "Child":
        return self

    def __exit__(self, *error: object) -> None:
        self.end()

    def messages(self, deadline: float, every: float) -> Iterator[News | Size | None]:
        """What the child says until it ends or the deadline passes; None is a heartbeat."""
        while (left := deadline - time.monotonic()) > 0:
            try:
                message = self._messages.get(timeout=min(every, left))
            except Empty:
                yield None
                continue
            if message is _END:
                self._is_ending = True
                return
            yield message

    def end(self) -> str | None:
        """Stop the child; returns what went wrong, or None after a normal end."""
        try:
            self._process.wait(timeout=EXIT_SECONDS if self._is_ending else 0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            return None
        if not self._process.returncode:
            return None
        self._listener.join(EXIT_SECONDS)
        lines = b"".join(self._complaints).decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else f"ended with code {self._process.returncode}"

    def _send(self, payload: bytes) -> None:
        stream = self._process.stdin
        assert stream is not None
        try:
            stream.write(payload)
            stream.close()
        except BrokenPipeError:
            return  # the child is gone; its exit code tells why

    def _overhear(self) -> None:
        stream = self._process.stderr
        assert stream is not None
        self._complaints.append(stream.read())

    def _receive(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        try:
            while True:
                self._messages.put(pickle.load(stream))
        except (EOFError, pickle.UnpicklingError, OSError, ValueError):
            self._messages.put(_END)


_END = object()
