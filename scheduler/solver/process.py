"""The search in a process of its own, so that a native crash costs one attempt and no more.

A plain subprocess, not multiprocessing: it never imports the caller's main module, so a script
or notebook needs no guard.
"""

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Iterator
from queue import Empty, Queue
from typing import Any

from scheduler.problem import Problem
from scheduler.solver.memory import family_mebibytes
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
        self._is_ending = self._is_stopped = False
        # The monotonic clock is the machine's, so the deadline means the same to the child.
        payload = pickle.dumps((problem, parameters, deadline))
        self._receiver = threading.Thread(target=self._receive, daemon=True)
        self._listener = threading.Thread(target=self._overhear, daemon=True)
        sender = threading.Thread(target=self._send, args=(payload,), daemon=True)
        for thread in (sender, self._receiver, self._listener):
            thread.start()

    def __enter__(self) -> "Child":
        return self

    def __exit__(self, *error: object) -> None:
        self.end()

    def messages(self, every: float) -> Iterator[News | Size | None]:
        """What the child says until it ends; None when it was silent for so many seconds."""
        while not self._is_ending:
            try:
                message = self._messages.get(timeout=every)
            except Empty:
                yield None
                continue
            self._is_ending = message is _END
            if not self._is_ending:
                yield message

    def last_messages(self) -> Iterator[News | Size]:
        """What the child had said before it was stopped and nobody has heard yet."""
        self._receiver.join(EXIT_SECONDS)
        while not self._messages.empty():
            message = self._messages.get()
            if message is not _END:
                yield message

    def mebibytes(self) -> int:
        """Memory that the child and its own processes hold now."""
        return family_mebibytes(self._process.pid)

    def stop(self) -> None:
        """End the search where it stands."""
        self._is_stopped = True
        self._process.kill()

    def end(self) -> str | None:
        """Wait for a child that has ended, stop any other; what went wrong, if anything did."""
        if not self._is_ending:
            self.stop()
        try:
            self._process.wait(EXIT_SECONDS)
        except subprocess.TimeoutExpired:
            self.stop()
            self._process.wait()
        if self._is_stopped or not self._process.returncode:
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
