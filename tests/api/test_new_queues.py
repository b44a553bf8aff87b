"""New queues and unstated events on their way from the site to human demand."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from api.forecasting import forecast_demand
from api.site.read import read_site
from api.site.site import Site
from tests.api.shop import HORIZON

NEW = "refund|sv|chat"


@pytest.fixture(scope="module")
def site(shop: Path) -> Site:
    return read_site(shop)


def with_queue(site: Site, **keys: Any) -> Site:
    """The site with a third queue that has no history."""
    chat = site.config.queues[0]
    queues = (*site.config.queues, chat.model_copy(update={"id": NEW, **keys}))
    return replace(site, config=site.config.model_copy(update={"queues": queues}))


def test_a_new_queue_gets_what_is_expected_of_it(site: Site) -> None:
    found = forecast_demand(with_queue(site, expected_contacts_per_week=500.0))
    assert found.queues[2] == NEW
    assert found.volume[2].sum(axis=1).mean() == pytest.approx(500, rel=0.08)
    chats, new = (found.volume[row].mean(axis=0) for row in (0, 2))
    assert np.corrcoef(chats, new)[0, 1] > 0.9
    assert not any(NEW in note for note in found.notes)
    assert found.demand.contacts[2].sum() > 0


def test_a_new_queue_gets_its_share_of_another_one(site: Site) -> None:
    found = forecast_demand(with_queue(site, like="fraud|de|voice", like_share=0.5))
    voice, new = (found.volume[row].sum(axis=1).mean() for row in (1, 2))
    assert new == pytest.approx(voice / 2, rel=0.1)


def test_an_event_without_factor_is_learnt_and_noted(site: Site) -> None:
    assert site.history is not None
    wednesday = pd.Timestamp(HORIZON + timedelta(days=2)).tz_convert("UTC")
    starts = [wednesday - pd.Timedelta(days=14), wednesday - pd.Timedelta(days=7), wednesday]
    history = site.history.copy()
    for start in starts[:2]:
        inside = (history["ds"] >= start) & (history["ds"] < start + pd.Timedelta(days=1))
        history.loc[inside, "y"] *= 2
    events = pd.DataFrame(
        {
            "start": starts,
            "end": [start + pd.Timedelta(days=1) for start in starts],
            "kind": "sale",
            "unique_id": "",
            "factor": np.nan,
        }
    )
    calm = forecast_demand(site)
    busy = forecast_demand(replace(site, history=history, events=events))
    day = (busy.ds >= wednesday) & (busy.ds < wednesday + pd.Timedelta(days=1))
    ratio = busy.volume[0][:, day].sum() / calm.volume[0][:, day].sum()
    assert ratio == pytest.approx(1.9, abs=0.25)
    (note,) = [note for note in busy.notes if "sale" in note]
    assert note.startswith("events: sale multiplies by 1.")
