"""Who the workers of a site are: what can be erased, apart from what must be kept."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.inputs.tables import Rows, parsed
from api.storage.tables import Person, Site


def update_people(session: Session, site: Site, workers: bytes) -> None:
    """Add whoever is new in ``workers.csv``, and take over names that changed.

    The file was checked before. Who is no longer in it stays, as his shifts of the past do; who
    was erased stays erased.
    """
    known = {
        person.worker_id: person
        for person in session.scalars(select(Person).where(Person.site_id == site.id))
    }
    for worker_id, name in _names(workers).items():
        person = known.get(worker_id)
        if person is None:
            session.add(
                Person(tenant_id=site.tenant_id, site_id=site.id, worker_id=worker_id, name=name)
            )
        elif person.erased_at is None and person.name != name:
            person.name = name
    session.flush()


def _names(workers: bytes) -> dict[str, str]:
    table = parsed("workers.csv", workers)
    return {
        row["worker_id"].strip(): row["name"].strip() or row["worker_id"].strip()
        for row in Rows(table, range(len(table)))[:]
    }
