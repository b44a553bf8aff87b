"""The program of the search process: ``python -m scheduler.solver.child``.

The problem comes in on standard input, messages go out on what was standard output; native
solvers may print, but not into the messages.
"""

import os
import pickle
import sys
import threading
import time

from scheduler.model.build import build
from scheduler.solver.large import search
from scheduler.solver.memory import own_peak_mebibytes
from scheduler.solver.messages import News, Size
from scheduler.solver.search import Found


def main() -> None:
    """Search the problem until its deadline and tell every better schedule."""
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    problem, parameters, deadline = pickle.load(sys.stdin.buffer)

    def tell(message: News | Size) -> None:
        pickle.dump(message, out)
        out.flush()

    def report(found: Found) -> None:
        shifts = None if found.values is None else model.shifts(found.values)
        tell(News(found.stage, found.bound, found.cost, shifts))

    def tell_size() -> None:
        tell(Size(model.linear.num_columns, model.linear.num_rows, own_peak_mebibytes()))

    model = build(problem)
    tell_size()
    search(model, parameters, deadline, report)
    tell_size()


def _end_with(parent: int) -> None:
    """Nobody is left to hear the answer once the program that asked is gone."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


if __name__ == "__main__":
    main()
