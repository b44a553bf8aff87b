"""Queues without history, and events without a factor: read, or refused with their place."""

from typing import Any

import numpy as np
import pytest

from api.site.read import read_site

EVENTS = "start,end,kind,unique_id,factor\n2026-01-05T08:00,2026-01-05T09:00,"
NEW = '\n[[queues]]\nid = "new|de|chat"\nskill = "de"\naht_seconds = 300\n'


def test_a_new_queue_needs_no_history(folder: Any) -> None:
    folder.append("site.toml", f"{NEW}expected_contacts_per_week = 120")
    assert folder.problems == []


def test_a_new_queue_may_be_like_another_one(folder: Any) -> None:
    folder.append("site.toml", f'{NEW}like = "refund|de|chat"\nlike_share = 0.2')
    assert folder.problems == []
    assert read_site(folder.path).config.queues[2].like_share == 0.2


def test_a_new_queue_of_which_nothing_is_said_is_named(folder: Any) -> None:
    folder.append("site.toml", NEW)
    assert folder.printed == ["history.csv: no row before the horizon's start for new|de|chat"]


def test_what_is_expected_of_a_queue_with_history_is_not_used(folder: Any) -> None:
    folder.append("site.toml", "expected_contacts_per_week = 120")
    assert folder.problems == []
    assert (
        "history.csv: fraud|en|voice has rows, so what site.toml expects of it is not used"
        in folder.notes
    )


def test_a_queue_that_is_like_one_without_history_is_refused(folder: Any) -> None:
    folder.append("site.toml", f"{NEW}expected_contacts_per_week = 120")
    other = NEW.replace("new|de", "newer|de")
    folder.append("site.toml", f'{other}like = "new|de|chat"\nlike_share = 0.2')
    assert folder.printed == ["history.csv: no row before the horizon's start for newer|de|chat"]


@pytest.mark.parametrize(
    ("keys", "what"),
    [
        ('like = "refund|de|chat"', "like: needs like_share or expected_contacts_per_week"),
        ("like_share = 0.2", "like_share: needs like"),
        (
            'like = "refund|de|chat"\nlike_share = 0.2\nexpected_contacts_per_week = 5',
            "like_share: expected_contacts_per_week says how many come already",
        ),
        ('like = "x|de|chat"\nlike_share = 0.2', 'queues[2].like: unknown other queue "x|de|chat"'),
        ('like = "new|de|chat"\nlike_share = 1', 'queues[2].like: unknown other queue'),
        ("expected_contacts_per_week = 0", "expected_contacts_per_week"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(folder: Any, keys: str, what: str) -> None:
    folder.append("site.toml", NEW + keys)
    (problem,) = folder.printed
    assert problem.startswith("site.toml:")
    assert what in problem


def test_an_event_without_factor_is_to_be_learnt(folder: Any) -> None:
    folder.write("events.csv", f"{EVENTS}campaign,,\n")
    events = read_site(folder.path).events
    assert events is not None
    assert np.isnan(events["factor"].tolist()).all()


@pytest.mark.parametrize("kind", ["bot_down", "bot_degraded", "bot_new_version", "outage"])
def test_what_the_bot_or_an_outage_does_is_not_learnt(folder: Any, kind: str) -> None:
    folder.write("events.csv", f"{EVENTS}{kind},,\n")
    (problem,) = folder.printed
    assert problem.startswith("events.csv:2:")
    assert problem.endswith(f"factor: is empty; what {kind} does is not learnt from the past")
