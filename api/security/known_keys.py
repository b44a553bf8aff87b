"""Keys that were good a moment ago, so that not every request asks the database."""

import hashlib
import threading
from datetime import datetime

from cachetools import TTLCache

from api.security.principal import Principal
from api.storage.base import now

# How long a key that another process revoked may still open; this process forgets it at once.
KNOWN_SECONDS = 2.0
MAX_KNOWN = 10_000


class KnownKeys:
    """Who presented which key, by the hash of what he presented; never for long."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: TTLCache[bytes, tuple[Principal, datetime | None]]
        self._known = TTLCache(MAX_KNOWN, KNOWN_SECONDS)
        self.epoch = 0

    def get(self, presented: str) -> Principal | None:
        """Whose key this is; None if that has to be looked up."""
        with self._lock:
            principal, expires_at = self._known.get(_name(presented), (None, None))
        return None if expires_at is not None and expires_at <= now() else principal

    def keep(
        self, presented: str, principal: Principal, expires_at: datetime | None, epoch: int
    ) -> None:
        """Remember a key that was looked up in an epoch, unless one was revoked since."""
        with self._lock:
            if epoch == self.epoch:
                self._known[_name(presented)] = principal, expires_at

    def forget(self) -> None:
        """Look all keys up again: one was revoked."""
        with self._lock:
            self._known.clear()
            self.epoch += 1


def _name(presented: str) -> bytes:
    return hashlib.sha256(presented.encode()).digest()
