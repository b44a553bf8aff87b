"""States of a site's folder: each one was checked as a whole before it was kept."""

import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.audit.chain import record
from api.http.problems import Problem
from api.inputs import blobs
from api.inputs.people import update_people
from api.schemas.problem import FieldProblem
from api.security.principal import Principal
from api.site.problems import InputProblem
from api.storage.tables import Person, Site, SiteInput
from api.trace.personal import WORKERS, blanked

MAX_PROBLEMS = 200


@dataclass(frozen=True, slots=True)
class Checked:
    """A folder that can be planned: its files, and notes on what was treated."""

    files: Mapping[str, bytes]
    notes: tuple[str, ...]

    @property
    def sha256(self) -> str:
        """Of all names and contents together."""
        return folder_hash({name: _hash(body) for name, body in self.files.items()})


def folder_hash(files: Mapping[str, str]) -> str:
    """The hash of a folder from the hashes of its files."""
    lines = "".join(f"{sha256} {name}\\n" for name, sha256 in sorted(files.items()))
    return _hash(lines.encode())


def check(files: Mapping[str, bytes]) -> Checked:
    """The folder, if it can be planned. Raises Problem 422 with file, line and column of all
    that is wrong."""
    from api.checking import find_problems

    with folder_of(files) as path:
        problems, notes = find_problems(path)
    if problems:
        errors = [field_problem(one) for one in problems[:MAX_PROBLEMS]]
        detail = f"{len(problems)} problems; nothing was changed"
        raise Problem(422, "site_invalid", detail, errors=errors)
    return Checked(dict(files), tuple(notes))


@contextmanager
def folder_of(files: Mapping[str, bytes]) -> Iterator[Path]:
    """The files as a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="peakcrew-site-") as name:
        folder = Path(name) / "site"
        folder.mkdir()
        for file, body in files.items():
            (folder / file).write_bytes(body)
        yield folder


def field_problem(problem: InputProblem) -> FieldProblem:
    """A problem of a file, as the API tells it."""
    return FieldProblem(
        message=problem.message, file=problem.file, line=problem.line, column=problem.column
    )


def current_files(session: Session, site: Site) -> dict[str, bytes]:
    """The files that a site has now; none for a new one."""
    if site.input_id is None:
        return {}
    state = session.get_one(SiteInput, site.input_id)
    return blobs.contents(session, site.tenant_id, state.files)


def keep_state(session: Session, asking: Principal, site: Site, checked: Checked) -> SiteInput:
    """Make a checked folder the state of a site, with its people, and say so in the audit log.

    Who was erased stays so: his name is not kept, although it was handed in again.
    """
    checked = _without_erased(session, site, checked)
    last = select(func.max(SiteInput.number)).where(SiteInput.site_id == site.id)
    state = SiteInput(
        tenant_id=site.tenant_id,
        site_id=site.id,
        number=(session.scalar(last) or 0) + 1,
        sha256=checked.sha256,
        files={
            name: blobs.keep(session, site.tenant_id, body) for name, body in checked.files.items()
        },
        notes=list(checked.notes),
        created_by=asking.key_id,
    )
    session.add(state)
    session.flush()
    site.input_id = state.id
    update_people(session, site, checked.files["workers.csv"])
    facts = {"input": state.id, "number": state.number, "sha256": state.sha256}
    record(session, asking, "site.input_changed", site.id, **facts)
    return state


def _without_erased(session: Session, site: Site, checked: Checked) -> Checked:
    erased = select(Person.worker_id).where(
        Person.site_id == site.id, Person.erased_at.is_not(None)
    )
    ids = set(session.scalars(erased))
    body = blanked(checked.files[WORKERS], ids) if ids else checked.files[WORKERS]
    if body == checked.files[WORKERS]:
        return checked
    note = f"{WORKERS}: names and personal data of workers who were erased were left out"
    return Checked({**checked.files, WORKERS: body}, (*checked.notes, note))


def _hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
