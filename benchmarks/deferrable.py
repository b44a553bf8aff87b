"""The same work as a levelled requirement and as a backlog: cost, lateness and time.

The last two queues of a pool of gig workers answer mail; what arrives there is due a day later.

    python -m benchmarks.deferrable --workers 300 --seed 1 --time-limit 60
"""

import argparse
from dataclasses import replace

import numpy as np

from benchmarks.pool import Kind, generate
from scheduler.backlog import Backlog
from scheduler.contract.units import amount
from scheduler.problem import Problem
from scheduler.schedule import Shift
from scheduler.solver.parameters import Parameters
from scheduler.solver.solve import solve
from scheduler.staffing.backlog import backlog_requirement, due_interval
from scheduler.validation import costs, late_work

DEADLINE_MINUTES = 24 * 60
NUM_MAIL_QUEUES = 2


def with_backlogs(problem: Problem) -> Problem:
    """The last queues' requirement as work that arrives and may wait a day."""
    mail = [queue.id for queue in problem.queues[-NUM_MAIL_QUEUES:]]
    kept = {queue: need for queue, need in problem.requirement.items() if queue not in mail}
    backlogs = {queue: _backlog(problem, queue) for queue in mail}
    return replace(problem, requirement=kept, backlogs=backlogs)


def levelled(problem: Problem) -> Problem:
    """The same with a requirement that does the work in time, levelled beforehand."""
    need = dict(problem.requirement)
    length = problem.horizon.interval_minutes
    for queue in problem.queues[-NUM_MAIL_QUEUES:]:
        work = problem.requirement[queue.id].astype(np.float64) * length
        need[queue.id] = backlog_requirement(work, work > 0, DEADLINE_MINUTES, length, length)
    return replace(problem, requirement=need)


def _backlog(problem: Problem, queue: str) -> Backlog:
    length = problem.horizon.interval_minutes
    arriving = problem.requirement[queue] * length
    is_open = arriving > 0
    due = np.zeros(len(arriving) + 1, dtype=np.int64)
    np.add.at(due, due_interval(is_open, DEADLINE_MINUTES, length), arriving)
    price = problem.queue_by_id[queue].understaffing_cost
    return Backlog(arriving, due[:-1], np.where(is_open, length, 0), 0, 0, price, price)


def main() -> None:
    """Solve both and print what they cost on the backlog's terms."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=300)
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--time-limit", type=float, default=60.0)
    parser.add_argument("--gap", type=float, default=0.005)
    asked = parser.parse_args()
    plain = generate(Kind(asked.workers, asked.days, 4), asked.seed)
    waiting = with_backlogs(plain)
    parameters = Parameters(time_limit=asked.time_limit, gap=asked.gap, workers=2)
    for name, problem in (("levelled", levelled(plain)), ("backlog", waiting)):
        found = solve(problem, parameters)
        proof = f"{found.solve_seconds:.1f} s, gap {found.gap:.4%}"
        print(f"{name}: {proof}, {_told(waiting, found.shifts)}", flush=True)


def _told(problem: Problem, shifts: tuple[Shift, ...]) -> str:
    terms = costs(problem, shifts)
    late = sum(one.minutes for one in late_work(problem, shifts)) / 60
    return (
        f"cost {amount(sum(terms.values())):,.2f}, wages {amount(terms['wages']):,.2f}, "
        f"understaffing {amount(terms['understaffing']):,.2f}, "
        f"late work {amount(terms['late_work']):,.2f} ({late:,.1f} h)"
    )


if __name__ == "__main__":
    main()
