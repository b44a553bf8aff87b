"""When a contact that the bot failed comes back: the delay of bounces, by channel.

A mixture of three exponentials: at once, the next day, some days later. The weights for voice
and chat are a prior in the shape that recontacts of a bank's callers showed (most of them
within hours); mail is slower. A return after the window counts as a new contact.
"""

from dataclasses import dataclass

import numpy as np

from forecasts.calendar import FloatArray


@dataclass(frozen=True, slots=True)
class BounceDelay:
    """Weights and mean hours of the mixture, cut off at ``window_hours``."""

    weights: tuple[float, float, float]
    mean_hours: tuple[float, float, float]
    window_hours: float

    def share_returned(self, hours: FloatArray) -> FloatArray:
        """Share of all bounces that have come back within these hours, from 0 to 1."""
        share = self._mixture(hours) / self._mixture(self.window_hours)
        return np.clip(share, 0.0, 1.0)

    def _mixture(self, hours: FloatArray | float) -> FloatArray:
        late = np.maximum(np.asarray(hours, dtype=np.float64), 0.0)[..., None]
        back: FloatArray = (1 - np.exp(-late / np.array(self.mean_hours))) @ np.array(self.weights)
        return back


LIVE_DELAY = BounceDelay((0.45, 0.35, 0.20), (0.7, 18.0, 60.0), 72.0)
MAIL_DELAY = BounceDelay((0.20, 0.40, 0.40), (4.0, 24.0, 72.0), 168.0)
MAIL_CHANNELS = frozenset({"email", "e-mail", "mail"})


def delay_of(unique_id: str) -> BounceDelay:
    """The delay of a queue ``category|language|channel``; other ids are taken as live."""
    parts = unique_id.split("|")
    is_mail = len(parts) == 3 and parts[2].lower() in MAIL_CHANNELS
    return MAIL_DELAY if is_mail else LIVE_DELAY


def share_returned(unique_id: str, hours: FloatArray) -> FloatArray:
    """Share of a queue's bounces that have come back within these hours, from 0 to 1."""
    return delay_of(unique_id).share_returned(hours)


def bounce_kernel(unique_id: str, interval_minutes: int) -> FloatArray:
    """Share of bounces that come back 0, 1, 2, ... intervals after the session; sums to 1."""
    delay = delay_of(unique_id)
    hours = np.arange(0, delay.window_hours * 60 + 1, interval_minutes) / 60
    return np.diff(delay.share_returned(hours))
