"""For developers: write the next migration from the difference between tables and models.

``python -m api.storage.revise 0002 "what changes"``; look at the file before it is committed.
"""

import sys
import tempfile
from pathlib import Path

from alembic import command

from api.storage.database import Database
from api.storage.migrate import config, migrate


def main() -> None:
    """Write one file into ``migrations/versions``."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'old.db'}")
        migrate(database)
        command.revision(
            config(database), message=sys.argv[2], autogenerate=True, rev_id=sys.argv[1]
        )
        database.close()


if __name__ == "__main__":
    main()
