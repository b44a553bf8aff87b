"""Labels that come late, seen from an earlier day, and labels that never came."""

import numpy as np
import pandas as pd
import pytest

from forecasts.kernel import share_returned
from forecasts.labels import as_known, open_share
from tests.forecasts.simulated_bots import CHAT, START


def rows(num: int = 10, **columns: object) -> pd.DataFrame:
    ds = pd.date_range(START, periods=num, freq="D")
    counts = {"offered": 1000, "resolved": 600, "escalated": 200, "bounced": 200}
    return pd.DataFrame({"unique_id": CHAT, "ds": ds, **counts} | columns)


def day(number: int) -> pd.Timestamp:
    return START + pd.Timedelta(days=number)


def test_later_days_and_later_bounces_are_forgotten():
    known = as_known(rows(), day(6), day(20))
    assert len(known) == 6
    newest = 200 * share_returned(CHAT, np.array([36.0, 12.0]))
    assert known["bounced"].iloc[4:].tolist() == pytest.approx(newest.tolist(), abs=1)
    assert known["bounced"].iloc[0] == 200


def test_what_was_open_at_the_end_stays_open():
    """A table written at the review's own instant is taken as it is."""
    table = rows(6, bounced=[200, 200, 200, 199, 180, 140])
    pd.testing.assert_frame_equal(as_known(table, day(6), day(6)), table)


def test_sessions_without_outcome_count_once_their_window_has_closed():
    open_days = [600] * 7 + [100, 100, 100]
    assert open_share(rows(resolved=open_days), day(10)) == 0
    assert open_share(rows(resolved=550), day(10)) == pytest.approx(0.05)
    assert open_share(rows(), day(0)) == 0
