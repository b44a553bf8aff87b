"""Processes that work beside the API and end with it, however it ends."""

import os
import threading
from collections.abc import Callable


def when_alone(close: Callable[[], None]) -> None:
    """Call ``close`` when whoever started this process is gone: then its standard input ends."""

    def wait() -> None:
        while os.read(0, 1):
            pass
        close()

    threading.Thread(target=wait, daemon=True).start()
