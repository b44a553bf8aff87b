"""A verb that works beside the API and ends with it: ``python -m api.beside VERB``.

Its standard input is a pipe from whoever started it. When that ends, however it went, the verb is
told to close as by SIGTERM, and gives back what it has in hand.
"""

import os
import signal
import threading

from api.cli import main


def _close_when_alone() -> None:
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=_close_when_alone, daemon=True).start()
    main()
