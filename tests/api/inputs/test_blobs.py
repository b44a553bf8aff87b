"""Contents are kept once, whoever keeps them at the same time."""

import threading

from sqlalchemy import func, select

from api.inputs import blobs
from api.security.tenants import create_tenant
from api.storage.database import Database
from api.storage.tables import Blob


def test_the_same_content_at_once_is_kept_once(database: Database) -> None:
    with database.write() as session:
        tenant = create_tenant(session, "acme")[0].id
    found: list[str] = []

    def keep() -> None:
        for number in range(20):
            with database.write() as session:
                found.append(blobs.keep(session, tenant, b"%d" % number))

    threads = [threading.Thread(target=keep) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 80
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Blob)) == 20
        assert blobs.content(session, tenant, found[0]) in {b"%d" % n for n in range(20)}
