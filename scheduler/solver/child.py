"""The program of the search process: ``python -m scheduler.solver.child``.

The problem comes in on standard input, messages go out on what was standard output; native
solvers may print, but not into the messages.
"""

import os
import pickle
import resource
import sys

from scheduler.model.build import build
from scheduler.solver.messages import News, Size
from scheduler.solver.search import Found, Search


def main() -> None:
    """Search the problem until its deadline and tell every better schedule."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    problem, parameters, deadline = pickle.load(sys.stdin.buffer)

    def tell(message: News | Size) -> None:
        pickle.dump(message, out)
        out.flush()

    def report(found: Found) -> None:
        shifts = None if found.values is None else model.shifts(found.values)
        tell(News(found.stage, found.bound, found.cost, shifts))

    model = build(problem)
    Search(model, parameters, deadline, report).run()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    tell(Size(model.linear.num_columns, model.linear.num_rows, peak))


if __name__ == "__main__":
    main()
