"""What can go wrong while scheduling; each error says what to mend."""


class SchedulerError(Exception):
    """Anything the scheduler refuses or fails at."""


class ProblemInvalid(SchedulerError):
    """The data cannot be planned; the message names the field, worker or queue."""


class PinsInvalid(ProblemInvalid):
    """Pinned shifts break a rule; the message names each pin and rule."""


class NoSchedule(SchedulerError):
    """No schedule keeps the hard rules, or none was found; the message says what contradicts."""


class SolverFailed(SchedulerError):
    """The solver crashed or contradicted itself and no schedule could be kept."""


class ScheduleInvalid(SchedulerError):
    """A finished schedule breaks a rule or does not add up: always a fault of the program."""
