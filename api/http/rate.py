"""How often someone may ask."""

import threading
import time

from cachetools import TTLCache

WINDOW_SECONDS = 60.0
MAX_ASKING = 100_000


class RateLimiter:
    """So many requests a minute: all of them at once, then one for each share of a minute passed.

    The generic cell rate algorithm (ITU-T I.371): of each who asks, only the instant is kept at
    which all he asked would be spread out evenly. Whoever was silent for a minute is forgotten.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spread_until: TTLCache[str, float] = TTLCache(MAX_ASKING, WINDOW_SECONDS)

    def seconds_to_wait(self, who: str, per_minute: int) -> float:
        """Count a request; or do not, and return after how many seconds it would be counted."""
        each, at = WINDOW_SECONDS / per_minute, time.monotonic()
        with self._lock:
            until = max(self._spread_until.get(who, at), at) + each
            wait = until - at - WINDOW_SECONDS
            # A request that fits to the last instant must not fail by a rounding.
            if wait > each * 1e-6:
                return wait
            self._spread_until[who] = until
        return 0.0
