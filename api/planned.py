"""A schedule file with its problem, read fast: whoever asks about it waits for the answer."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from scheduler.contract.documents import ScheduleDocument
from scheduler.contract.problem_file import read_problem
from scheduler.contract.schedule_file import read_shifts
from scheduler.contract.units import sha256
from scheduler.errors import ProblemInvalid
from scheduler.horizon import Horizon
from scheduler.problem import Problem
from scheduler.schedule import Shift
from scheduler.solver.record import fingerprint


@dataclass(frozen=True, slots=True)
class Planned:
    """A problem, the shifts of a schedule on its clock, and their ids in the file.

    ``rules_sha256``: fingerprint of the rule profile that the problem was made with, if known.
    """

    problem: Problem
    shifts: tuple[Shift, ...]
    ids: tuple[str, ...]
    rules_sha256: str | None = None

    def shift(self, id: str) -> Shift:
        """The shift of an id. Raises ProblemInvalid for one that the schedule does not have."""
        if id not in self.ids:
            raise ProblemInvalid(f"shift {id!r}: is not in the schedule; shifts.csv holds the ids")
        return self.shifts[self.ids.index(id)]


def read_planned(schedule: Path, problem: Path | None) -> Planned:
    """A schedule and its problem, which lies beside it unless another one is named.

    Raises ProblemInvalid when the problem beside it is not the one it was computed from, or the
    one that is named has nothing in common with it.
    """
    beside = schedule.parent / "problem.json"
    data = read_problem(problem or beside)
    document, shifts = read_shifts(schedule, data)
    if problem is None:
        _check_same(document, data, beside, schedule)
    else:
        _check_related(data, shifts, problem, schedule)
    end = data.horizon.num_minutes
    inside = [
        (shift, one.id)
        for shift, one in zip(shifts, document.shifts, strict=True)
        if 0 <= shift.start < end
    ]
    found, ids = tuple(one for one, _ in inside), tuple(id for _, id in inside)
    record = document.run.model_extra or {}
    return Planned(data, found, ids, None if problem else record.get("rules_sha256"))


def _check_same(document: ScheduleDocument, problem: Problem, path: Path, schedule: Path) -> None:
    """Refuse a problem that a schedule was not computed from."""
    wanted = (document.run.model_extra or {}).get("problem_sha256")
    # A file as it was written is its own fingerprint; any other is written again to tell.
    if wanted != sha256(path.read_text("utf-8-sig")) and wanted != fingerprint(problem):
        raise ProblemInvalid(
            f"{path}: is not the problem that {schedule} was computed from; "
            "name the one to plan with --problem"
        )


def _check_related(problem: Problem, shifts: tuple[Shift, ...], path: Path, schedule: Path) -> None:
    """Refuse a problem of other days or of another site."""
    inside = [one for one in shifts if 0 <= one.start < problem.horizon.num_minutes]
    if shifts and not inside:
        raise ProblemInvalid(f"{path}: none of its days is one of {schedule}")
    if inside and not any(one.worker in problem.worker_by_id for one in inside):
        raise ProblemInvalid(f"{path}: no worker of {schedule} is in it; is it another site's?")


def minute_of(horizon: Horizon, text: str) -> int:
    """Minute of the horizon of an instant: with an offset, or by the site's clock without one.

    Raises ProblemInvalid for what is no instant, or one that the clock skips or repeats.
    """
    try:
        stated = datetime.fromisoformat(text)
    except ValueError:
        stated = None
    if stated is not None and stated.tzinfo is not None:
        return horizon.minute(stated)
    # Imported here: few write a time without an offset, and the tables take long to load.
    from api.site.cells import CellInvalid
    from api.site.instants import epoch_minutes, instant

    try:
        return instant(horizon.zone)(text) - epoch_minutes(horizon.start)
    except CellInvalid as error:
        raise ProblemInvalid(str(error)) from None
