"""Limits, wishes and prices of a site folder: read, or refused with file, line and column."""

from typing import Any, Literal

import pytest
from pydantic import BaseModel, ValidationError

from api.site.read import read_site
from api.site.terms import Terms
from api.site.toml import complaints
from scheduler.worker import Request, Span

HEAD = "worker_id,name,skills,contract,status,region,hourly_cost,min_hours_per_week,"
WORKERS = HEAD + (
    "max_hours_per_week,max_consecutive_days,desired_hours_per_week,min_hours_hard,"
    "min_consecutive_days,min_days_off,max_days_off,max_weekends,max_shifts_by_template\n"
    "w1,Ada,de;en,mini,student,BY,14.60,0,20,4,12.5,no,2,1,3,0,four=2\n"
    "NA,Böll,de,part,employee,,15.5,4.5,19.25,,,,,,,,\n"
)
REQUESTS = """\
worker_id,start,end,weight,template
w1,2026-01-06T08:00,2026-01-06T09:00,5,four
w1,2026-01-05T08:00,2026-01-05T12:00,-100,
"""
TABLES = """
[[licences]]
id = "phones"
queues = ["fraud|en|voice"]
max_workers = 3

[[unpopular_hours]]
weekdays = ["sat", "sun"]
from = "22:00"
until = "06:00"

[[rolling_limits]]
contract = "mini"
days = 14
min_hours = 7.5
max_hours = 20
shortfall_price_per_hour = 3

[objective]
request_cost_per_point = 1
desired_hours_cost_per_hour = 2
unpopular_cost_per_hour = 3
normalise = true

[[shift_templates]]
id = "night"
minutes = 480
queues = ["refund|de|chat"]
weekdays = ["mon"]
max_shifts_per_day = 2
forbidden_next = ["four"]
pay_percent = 90

[[shift_templates.windows]]
start = 2026-01-05T22:00:00
end = "2026-01-06T08:00"
"""


def whole(folder: Any) -> Any:
    """The valid site with every one of these keys, columns and files."""
    folder.write("workers.csv", WORKERS).write("requests.csv", REQUESTS)
    return folder.append("site.toml", TABLES)


def test_all_of_it_together_is_right(folder: Any) -> None:
    assert whole(folder).printed == []
    assert folder.notes == []


def test_terms_and_requests_are_read(folder: Any) -> None:
    ada, boell = read_site(whole(folder).path).workers
    assert ada.terms == Terms(750, False, 2, 1, 3, 0, (("four", 2),))
    assert boell.terms == Terms()
    assert (ada.line, boell.line) == (2, 3)
    assert ada.requests == (
        Request(8 * 60, 12 * 60, -100),
        Request(32 * 60, 33 * 60, 5, "four"),
    )
    assert boell.requests == ()


def test_a_window_without_an_offset_is_local_time(folder: Any) -> None:
    site = read_site(whole(folder).path)
    (window,) = site.config.shift_templates[1].windows or ()
    assert window.span(site.horizon) == Span(22 * 60, 32 * 60)


@pytest.mark.parametrize(
    ("text", "value"),
    [("yes", True), ("TRUE", True), ("No", False), ("false", False), ("", False)],
)
def test_a_switch_of_a_worker_is_yes_or_no(text: str, value: bool, folder: Any) -> None:
    whole(folder).replace("workers.csv", ",no,", f",{text},")
    assert read_site(folder.path).workers[0].terms.is_min_hard is value


BAD_CELLS = [
    (",12.5,", ",169,", "2:43: desired_hours_per_week: expected hours from 0 to 168 like 19.5, "
     'found "169"'),
    (",no,", ",1,", '2:48: min_hours_hard: expected yes or no, found "1"'),
    (",no,2,", ",no,0,",
     '2:51: min_consecutive_days: expected a whole number from 1 to 366, found "0"'),
    (",no,2,", ",no,5,", "2:51: min_consecutive_days: 5 days exceed max_consecutive_days, 4"),
    (",1,3,0,", ",4,3,0,", "2:53: min_days_off: 4 days exceed max_days_off, 3"),
    (",1,3,0,", ",1,x,0,",
     '2:55: max_days_off: expected a whole number from 1 to 366, found "x"'),
    (",3,0,four", ",3,-1,four",
     '2:57: max_weekends: expected a whole number from 0 to 60, found "-1"'),
    ("four=2", "nine=2", '2:59: max_shifts_by_template: unknown shift template "nine"; '
     "known: four, night"),
    ("four=2", "four", "2:59: max_shifts_by_template: expected a template and a number like "
     'night=2, found "four"'),
    ("four=2", "four=2;four=3",
     '2:59: max_shifts_by_template: the shift template "four" is there twice'),
    ("four=2", "four=many",
     '2:59: max_shifts_by_template: expected a whole number from 0 to 1000, found "many"'),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "printed"), BAD_CELLS)
def test_a_wrong_term_is_placed(folder: Any, old: str, new: str, printed: str) -> None:
    whole(folder).replace("workers.csv", old, new)
    assert folder.printed == [f"workers.csv:{printed}"]


BAD_REQUESTS = [
    ("w9,2026-01-05T08:00,2026-01-05T12:00,5,",
     'requests.csv:4:1: worker_id: unknown worker "w9": not in workers.csv'),
    ("NA,2026-01-05T12:00,2026-01-05T12:00,5,",
     "requests.csv:4:21: end: expected an instant after the start of this row"),
    ("NA,2026-01-05T12:00,2026-01-05T13:00,0,",
     'requests.csv:4:38: weight: expected a whole number from -100 to 100 but 0, found "0"'),
    ("NA,2026-01-05T12:00,2026-01-05T13:00,101,",
     'requests.csv:4:38: weight: expected a whole number from -100 to 100 but 0, found "101"'),
    ("NA,2026-01-05T12:00,2026-01-05T13:00,1,nine",
     'requests.csv:4:40: template: unknown shift template "nine"; known: four, night'),
    ("w1,2026-01-06T08:00,2026-01-06T08:00Z,1,four",
     "requests.csv:4:1: worker_id: the same worker_id and start and end and template as on line 2"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "printed"), BAD_REQUESTS)
def test_a_wrong_request_is_placed(folder: Any, row: str, printed: str) -> None:
    whole(folder).append("requests.csv", row)
    assert folder.printed == [printed]


def test_requests_need_no_template_and_end_with_the_horizon(folder: Any) -> None:
    whole(folder).write(
        "requests.csv",
        "worker_id,start,end,weight\n"
        "NA,2026-01-06T20:00,2026-01-08T00:00,1\n"
        "NA,2026-01-07T00:00,2026-01-08T00:00,1\n",
    )
    site = read_site(folder.path)
    assert site.workers[1].requests == (Request(44 * 60, 48 * 60, 1),)
    assert site.notes == (
        "requests.csv: 1 requests outside the horizon left out, 1 cut at its edge",
    )


BAD_KEYS = [
    ('queues = ["refund|de|chat"]', 'queues = ["x"]', ':55:1: shift_templates[1].queues: '
     'unknown queue "x"; known: fraud|en|voice, refund|de|chat'),
    ('queues = ["refund|de|chat"]', "queues = []", ":55:1: shift_templates[1].queues: expected a "
     "list of at least 1, found an empty list"),
    ('weekdays = ["mon"]', "weekdays = [1]", ":56:1: shift_templates[1].weekdays[0]: expected "
     "'mon', 'tue', 'wed', 'thu', 'fri', 'sat' or 'sun', found 1"),
    ("max_shifts_per_day = 2", "max_shifts_per_day = -1",
     ":57:1: shift_templates[1].max_shifts_per_day: expected at least 0, found -1"),
    ('forbidden_next = ["four"]', 'forbidden_next = ["five", "six"]',
     ':58:1: shift_templates[1].forbidden_next: unknown shift template "five"; known: four, night',
     ':58:1: shift_templates[1].forbidden_next: unknown shift template "six"; known: four, night'),
    ("pay_percent = 90", "pay_percent = 101",
     ":59:1: shift_templates[1].pay_percent: expected at most 100, found 101"),
    ("start = 2026-01-05T22:00:00", "start = 22",
     ":62:1: shift_templates[1].windows[0].start: expected an instant like "
     "2026-12-20T12:00:00+01:00, found 22"),
    ("start = 2026-01-05T22:00:00", 'start = "2026-03-29T02:30"',
     ':62:1: shift_templates[1].windows[0].start: "2026-03-29T02:30" does not exist in '
     "Europe/Berlin, as the clock is set forward: correct the time or add an offset"),
    ('end = "2026-01-06T08:00"', 'end = "2026-01-05T20:00"',
     ":63:1: shift_templates[1].windows[0].end: expected an instant after the start"),
    ('end = "2026-01-06T08:00"', 'end = "tomorrow"',
     ":63:1: shift_templates[1].windows[0].end: expected an instant in whole minutes like "
     "2026-01-05T08:00+01:00 or, in the site's time zone, 2026-01-05T08:00, found \"tomorrow\""),
    ('queues = ["fraud|en|voice"]', 'queues = ["y"]', ':31:1: licences[0].queues: unknown queue '
     '"y"; known: fraud|en|voice, refund|de|chat'),
    ("max_workers = 3", "max_worker = 3", ":29:1: licences[0]: max_workers is missing",
     ":32:1: licences[0].max_worker: unknown key; known here: id, queues, max_workers"),
    ('from = "22:00"', 'from = "24:00"',
     ':36:1: unpopular_hours[0].from: expected a time of day like 07:30, found "24:00"'),
    ('until = "06:00"', 'to = "06:00"', ":34:1: unpopular_hours[0]: until is missing",
     ":37:1: unpopular_hours[0].to: unknown key; known here: weekdays, from, until"),
    ("max_hours = 20", "max_hours = 7",
     ":43:1: rolling_limits[0].max_hours: is below min_hours"),
    ("min_hours = 7.5\n", "", ":43:1: rolling_limits[0].shortfall_price_per_hour: is the price of "
     "hours below min_hours"),
    ("min_hours = 7.5\nmax_hours = 20\nshortfall_price_per_hour = 3\n", "",
     ":39:1: rolling_limits[0]: expected min_hours, max_hours or both"),
    ("days = 14", "days = 0", ":41:1: rolling_limits[0].days: expected at least 1, found 0"),
    ("request_cost_per_point = 1", "request_cost_per_point = -1",
     ":47:1: objective.request_cost_per_point: expected at least 0, found -1"),
    ("normalise = true", "normalise = 1",
     ":50:1: objective.normalise: expected true or false, found 1"),
    ("normalise = true", 'normalise = "yes"',
     ':50:1: objective.normalise: expected true or false, found "yes"'),
    ("unpopular_cost_per_hour = 3", "unpopular_cost_per_hour = true",
     ":49:1: objective.unpopular_cost_per_hour: expected a number or text, found true"),
]  # fmt: skip


@pytest.mark.parametrize("spoilt", BAD_KEYS, ids=lambda spoilt: spoilt[1])
def test_a_wrong_key_is_placed(folder: Any, spoilt: tuple[str, ...]) -> None:
    old, new, *printed = spoilt
    whole(folder).replace("site.toml", old, new)
    assert folder.printed == [f"site.toml{one}" for one in printed]


def test_a_licence_is_stated_once(folder: Any) -> None:
    again = '[[licences]]\nid = "phones"\nqueues = ["refund|de|chat"]\nmax_workers = 1'
    whole(folder).append("site.toml", again)
    assert folder.printed == ["site.toml:29:1: licences: the id 'phones' is used twice"]


def test_what_does_not_fit_together_is_named_all_at_once(folder: Any) -> None:
    whole(folder).replace("site.toml", 'queues = ["fraud|en|voice"]', 'queues = ["y"]')
    folder.replace("site.toml", 'forbidden_next = ["four"]', 'forbidden_next = ["five"]')
    folder.replace("site.toml", "2026-01-06T08:00", "2026-01-05T08:00")
    assert [problem.line for problem in folder.problems] == [31, 58, 63]


def test_a_policy_of_some_queues_does_not_go_with_blended(folder: Any) -> None:
    folder.replace("site.toml", "interval_minutes = 30", "interval_minutes = 30\nblended = true")
    folder.append(
        "site.toml",
        '[[policies]]\nname = "p"\nkind = "spread"\nprice_per_hour = 1\nby = "region"\n'
        'max_share = 0.5\nqueues = ["refund|de|chat"]',
    )
    assert folder.printed == [
        "site.toml:35:1: policies[0].queues: with blended = true a policy spreads those on any "
        "queue"
    ]


def test_what_changes_nothing_is_noted(folder: Any) -> None:
    whole(folder).replace("site.toml", TABLES[TABLES.index("[objective]") :].split("\n\n")[0], "")
    folder.replace("site.toml", 'contract = "mini"', 'contract = "maxi"')
    folder.replace("site.toml", "2026-01-05T22:00:00", "2026-01-04T22:00:00")
    folder.replace("site.toml", "2026-01-06T08:00", "2026-01-05T00:00")
    folder.replace("workers.csv", ",no,", ",yes,")
    assert folder.printed == []
    assert folder.notes == [
        "requests.csv: 2 requests have no effect while [objective] has no request_cost_per_point",
        "workers.csv: 1 desired_hours_per_week have no effect while [objective] has no "
        "desired_hours_cost_per_hour",
        "site.toml: unpopular_hours have no effect while [objective] has no "
        "unpopular_cost_per_hour",
        'site.toml: rolling_limits[0]: no worker has the contract "maxi"',
        "workers.csv: 1 workers have min_hours_hard and no min_hours_per_week: w1",
        "site.toml: no window of the shift template night is in the horizon",
    ]


def test_a_queue_without_a_template_is_noted(folder: Any) -> None:
    folder.replace("site.toml", "minutes = 240", 'minutes = 240\nqueues = ["refund|de|chat"]')
    assert folder.notes == ["site.toml: no shift template serves fraud|en|voice"]


def test_a_queue_that_only_standby_serves_is_noted(folder: Any) -> None:
    folder.replace("site.toml", "minutes = 240", "minutes = 240\npay_percent = 50")
    assert folder.notes == [
        f"site.toml: only standby (pay_percent below 100) serves {queue}: who is missing there "
        "counts as no_shows"
        for queue in ("refund|de|chat", "fraud|en|voice")
    ]


class _Table(BaseModel):
    """A table whose keys are limited, as no table of a site has yet."""

    shares: dict[Literal["a", "b"], float | tuple[float, ...]] = {}


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ({"c": [0.5]}, [(("shares", "c"), "unknown key; expected 'a' or 'b'")]),
        ({"c": 0.5}, [(("shares", "c"), "unknown key; expected 'a' or 'b'")]),
        ({"a": "x"}, [(("shares", "a"), 'expected a number, found "x"')]),
        ({"a": ["x"]}, [(("shares", "a", 0), 'expected a number, found "x"')]),
    ],
)
def test_a_wrong_key_among_limited_ones_is_never_lost(
    shares: dict[str, Any], expected: list[Any]
) -> None:
    document = {"shares": shares}
    with pytest.raises(ValidationError) as caught:
        _Table.model_validate(document)
    assert list(dict.fromkeys(complaints(document, caught.value))) == expected
