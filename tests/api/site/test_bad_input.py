"""Everything a planner may get wrong is named with its file, line and column."""

from collections.abc import Callable
from typing import Any

import pytest

INSTANT = (
    "expected an instant in whole minutes like 2026-01-05T08:00+01:00 "
    "or, in the site's time zone, 2026-01-05T08:00"
)
KNOWN = "known: fraud|en|voice, refund|de|chat"

# file, a line put at its end, what is printed
BAD_ROWS = [
    # counts
    ("history.csv", "refund|de|chat,2026-01-03T10:00,-1",
     'history.csv:5:33: y: expected a whole number of at least 0, found "-1"'),
    ("history.csv", "refund|de|chat,2026-01-03T10:00,1.5",
     'history.csv:5:33: y: expected a whole number of at least 0, found "1.5"'),
    ("history.csv", "refund|de|chat,2026-01-03T10:00,NaN",
     'history.csv:5:33: y: expected a whole number of at least 0, found "NaN"'),
    ("history.csv", "refund|de|chat,2026-01-03T10:00,inf",
     'history.csv:5:33: y: expected a whole number of at least 0, found "inf"'),
    ("history.csv", "refund|de|chat,2026-01-03T10:00,",
     "history.csv:5:33: y: expected a whole number of at least 0, found nothing"),
    ("history.csv", "refund|de|chat,2026-01-03T10:00,1e999",
     'history.csv:5:33: y: expected a whole number of at least 0, found "1e999"'),
    ("history.csv", f"refund|de|chat,2026-01-03T10:00,{'9' * 5000}",
     f'history.csv:5:33: y: expected a whole number of at least 0, found "{"9" * 60}..."'),
    # queues
    ("history.csv", "refund|fr,2026-01-03T10:00,1",
     f'history.csv:5:1: unique_id: unknown queue "refund|fr"; {KNOWN}'),
    ("bot_outcomes.csv", "x,2026-01-02,1,1,0,0,v1",
     f'bot_outcomes.csv:4:1: unique_id: unknown queue "x"; {KNOWN}'),
    # rows that are there already
    ("history.csv", "refund|de|chat,2026-01-04T09:00Z,7",
     "history.csv:5:1: unique_id: the same unique_id and ds as on line 2"),
    ("bot_outcomes.csv", "refund|de|chat,2026-01-04,1,1,0,0,v1",
     "bot_outcomes.csv:4:1: unique_id: the same unique_id and ds and bot_version as on line 3"),
    ("workers.csv", "NA,Nobody,de,mini,student,,14,0,20",
     "workers.csv:4:1: worker_id: the same worker_id as on line 3"),
    # instants
    ("history.csv", "refund|de|chat,04.01.2026 10:00,7",
     f'history.csv:5:16: ds: {INSTANT}, found "04.01.2026 10:00"'),
    ("history.csv", "refund|de|chat,2026-01-04,7",
     f'history.csv:5:16: ds: {INSTANT}, found "2026-01-04"'),
    ("history.csv", "refund|de|chat,2026-01-04T10:00:30,7",
     f'history.csv:5:16: ds: {INSTANT}, found "2026-01-04T10:00:30"'),
    ("history.csv", "refund|de|chat,2025-02-29T10:00,7",
     'history.csv:5:16: ds: "2025-02-29T10:00" is not on the calendar or the clock'),
    ("history.csv", "refund|de|chat,0001-01-01T10:00,7",
     'history.csv:5:16: ds: "0001-01-01T10:00" is not on the calendar or the clock'),
    ("history.csv", "refund|de|chat,2025-03-01T10:00+23:00,7",
     'history.csv:5:16: ds: "2025-03-01T10:00+23:00" has an offset beyond 14:00'),
    ("history.csv", "refund|de|chat,2025-03-30T02:30,7",
     'history.csv:5:16: ds: "2025-03-30T02:30" does not exist in Europe/Berlin, as the clock is '
     "set forward: correct the time or add an offset"),
    ("history.csv", "refund|de|chat,2025-10-26T02:30,7",
     'history.csv:5:16: ds: "2025-10-26T02:30" happens twice in Europe/Berlin, as the clock is '
     "set back: write 2025-10-26T02:30+02:00 or 2025-10-26T02:30+01:00"),
    ("history.csv", "refund|de|chat,2026-01-04T10:10,7",
     "history.csv:5:16: ds: expected the start of a 30-minute interval, "
     'found "2026-01-04T10:10"'),
    # bot outcomes
    ("bot_outcomes.csv", "refund|de|chat,2026-01-02,10,6,3,2,v1",
     "bot_outcomes.csv:4:27: offered: resolved, escalated and bounced are 11 together, "
     "more than the 10 offered"),
    ("bot_outcomes.csv", "refund|de|chat,2026-01-05,10,6,3,1,v1",
     'bot_outcomes.csv:4:16: ds: "2026-01-05" is not before the horizon\'s start: '
     "outcomes of the future cannot be known"),
    # workers
    ("workers.csv", "w3,Cy,de,mini,student,,abc,0,20",
     'workers.csv:4:24: hourly_cost: expected an amount like 14.60, found "abc"'),
    ("workers.csv", "w3,Cy,de,mini,student,,14.605,0,20",
     "workers.csv:4:24: hourly_cost: expected an amount with at most two decimals like 14.60, "
     'found "14.605"'),
    ("workers.csv", 'w3,Cy,de,mini,student,,"14,60",0,20',
     'workers.csv:4:24: hourly_cost: expected an amount like 14.60, found "14,60": '
     "a decimal comma is read only in files separated by semicolons"),
    ("workers.csv", "w3,Cy,de,mini,student,,-3,0,20",
     'workers.csv:4:24: hourly_cost: expected an amount like 14.60, found "-3"'),
    ("workers.csv", "w3,Cy,de;fr,mini,student,,14,0,20",
     'workers.csv:4:7: skills: unknown skill "fr"; known: de, en'),
    ("workers.csv", "w3,Cy,de,mini,student,,14,30,20",
     "workers.csv:4:27: min_hours_per_week: 30 hours exceed max_hours_per_week, 20"),
    ("workers.csv", "w3,Cy,de,mini,student,,14,0,169",
     'workers.csv:4:29: max_hours_per_week: expected hours from 0 to 168 like 19.5, found "169"'),
    ("workers.csv", ",Cy,de,mini,student,,14,0,20",
     "workers.csv:4:1: worker_id: expected a name of 1 to 200 characters, found nothing"),
    ("workers.csv", "w3,Cy,de,mini,student,,14,0",
     "workers.csv:4: expected 9 fields, found 8"),
    ("workers.csv", "w3,Cy,de,mini,student,,14,0,20,x",
     "workers.csv:4:32: expected 9 fields, found 10"),
    # availability
    ("availability.csv", "w9,2026-01-05T08:00,2026-01-05T12:00,0",
     'availability.csv:5:1: worker_id: unknown worker "w9": not in workers.csv'),
    ("availability.csv", "w1,2026-01-06T12:00,2026-01-06T08:00,0",
     "availability.csv:5:21: end: expected an instant after the start of this row"),
    ("availability.csv", "w1,2026-01-06T12:00,2026-01-06T12:00,0",
     "availability.csv:5:21: end: expected an instant after the start of this row"),
    ("availability.csv", "w1,2026-01-05T15:00,2026-01-05T17:00,0",
     "availability.csv:5:4: start: overlaps the time on line 3 of the same worker"),
    ("availability.csv", "w1,2026-01-06T08:00,2026-01-06T12:00,3",
     'availability.csv:5:38: preference: expected a whole number from -2 to 2, found "3"'),
]  # fmt: skip


@pytest.mark.parametrize(("file", "row", "printed"), BAD_ROWS)
def test_a_bad_row_is_placed(folder: Any, file: str, row: str, printed: str) -> None:
    folder.append(file, row)
    assert folder.printed == [printed]


EVENTS = "start,end,kind,unique_id,factor\n"
REQUIREMENT = "unique_id,ds,workers\n"
PINS = "worker_id,queue,start,minutes\n"
PAST = "worker_id,start,end\n"
HORIZON = "2026-01-05T00:00+01:00 to 2026-01-07T00:00+01:00"

# file, its text, what is printed
BAD_OPTIONAL_FILES = [
    ("events.csv", EVENTS + "2026-01-05T08:00,2026-01-05T09:00,campaign,,0",
     "events.csv:2:45: factor: expected more than 0; only bot_degraded, bot_down, outage "
     "may have 0"),
    ("events.csv", EVENTS + "2026-01-05T08:00,2026-01-05T09:00,campaign,,101",
     'events.csv:2:45: factor: expected a number from 0 to 100, found "101"'),
    ("events.csv", EVENTS + "2026-01-05T08:00,2026-01-05T09:00,campaign,x,1",
     f'events.csv:2:44: unique_id: unknown queue "x"; {KNOWN}'),
    ("events.csv", EVENTS + "2026-01-05T09:00,2026-01-05T08:00,campaign,,2",
     "events.csv:2:18: end: expected an instant after the start of this row"),
    ("events.csv", EVENTS + "2026-01-05T08:00,2026-01-05T09:00,,,2",
     "events.csv:2:35: kind: expected a name of 1 to 200 characters, found nothing"),
    ("requirement.csv", REQUIREMENT + "refund|de|chat,2026-01-05T08:00,1.5",
     'requirement.csv:2:33: workers: expected a whole number from 0 to 100000, found "1.5"'),
    ("requirement.csv", REQUIREMENT + "refund|de|chat,2026-01-07T00:00,1",
     f'requirement.csv:2:16: ds: "2026-01-07T00:00" lies outside the horizon, {HORIZON}'),
    ("requirement.csv", REQUIREMENT + "refund|de|chat,2026-01-05T08:00,1\n" * 2,
     "requirement.csv:3:1: unique_id: the same unique_id and ds as on line 2"),
    ("requirement.csv", REQUIREMENT, "requirement.csv: there is a header but no row"),
    ("pins.csv", PINS + "w9,refund|de|chat,2026-01-05T08:00,240",
     'pins.csv:2:1: worker_id: unknown worker "w9": not in workers.csv'),
    ("pins.csv", PINS + "w1,x,2026-01-05T08:00,240",
     f'pins.csv:2:4: queue: unknown queue "x"; {KNOWN}'),
    ("pins.csv", PINS + "w1,refund|de|chat,2026-01-04T08:00,240",
     f'pins.csv:2:19: start: "2026-01-04T08:00" lies outside the horizon, {HORIZON}'),
    ("pins.csv", PINS + "w1,refund|de|chat,2026-01-06T22:00,240",
     f"pins.csv:2:36: minutes: the shift ends after the horizon, {HORIZON}"),
    ("pins.csv", PINS + "w1,refund|de|chat,2026-01-06T08:00,240\n" * 2,
     "pins.csv:3:1: worker_id: the same worker_id and start as on line 2"),
    ("history_of_shifts.csv", PAST + "w1,2026-01-04T22:00,2026-01-05T01:00",
     'history_of_shifts.csv:2:21: end: "2026-01-05T01:00" is after the horizon\'s start: '
     "only shifts that ended before it belong here"),
    ("history_of_shifts.csv", PAST + "w9,2026-01-04T12:00,2026-01-04T16:00",
     'history_of_shifts.csv:2:1: worker_id: unknown worker "w9": not in workers.csv'),
    ("history_of_shifts.csv", PAST + "w1,2026-01-04T12:00,2026-01-04T16:00\n" * 2,
     "history_of_shifts.csv:3:4: start: overlaps the time on line 2 of the same worker"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "text", "printed"), BAD_OPTIONAL_FILES)
def test_a_bad_optional_file_is_placed(folder: Any, file: str, text: str, printed: str) -> None:
    folder.write(file, text)
    assert folder.printed == [printed]


HISTORY_COLUMNS = "unique_id, ds, y"
BROKEN_FILES = [
    (b"", f"history.csv: is empty; expected the columns {HISTORY_COLUMNS}"),
    (b"\n\n", f"history.csv: is empty; expected the columns {HISTORY_COLUMNS}"),
    (b"\xef\xbb\xbf", f"history.csv: is empty; expected the columns {HISTORY_COLUMNS}"),
    (b"unique_id|ds|y\n",
     f"history.csv:1:1: expected the columns {HISTORY_COLUMNS} separated by , ; or tab, "
     'found "unique_id|ds|y"'),
    (b"a,b\n",
     f"history.csv:1:1: expected the columns {HISTORY_COLUMNS} separated by , ; or tab, "
     'found "a,b"'),
    (b"unique_id,ds\n", "history.csv:1: column is missing: y"),
    (b"y\n", "history.csv:1: columns are missing: unique_id, ds"),
    (b"unique_id,ds,y,z\n", 'history.csv:1:16: unknown column "z"; known: unique_id, ds, y'),
    (b"unique_id,ds,y,ds\n", "history.csv:1:16: the column ds is there twice"),
    (b"unique_id,ds,y\n", "history.csv: no row lies before the horizon's start: "
     "there is nothing to forecast from"),
    (b"unique_id,ds,y\nrefund\0,1,1\n",
     "history.csv:2:7: a NUL character: is this a text file?"),
    ("unique_id,ds,y\n".encode("utf-16"), "history.csv: the text is in UTF-16; save it as UTF-8"),
    (b"unique_id,ds,y\nrefund\x81,1,1\n",
     "history.csv:2:7: the byte 0x81 is not UTF-8 or Windows-1252 text"),
    (b"\xef\xbb\xbfunique_id,ds,y\nrefund\xfc,1,1\n",
     "history.csv:2:7: the byte 0xFC is not UTF-8 text"),
    (b'unique_id,ds,y\nrefund,"2026,1\nx,2,3\n',
     "history.csv:3: broken quotes in this row or above it (unexpected end of data)"),
    (b'unique_id,ds,y\nrefund,"a"b,1\n',
     "history.csv:2: broken quotes in this row or above it (',' expected after '\"')"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "printed"), BROKEN_FILES)
def test_a_broken_file_is_named(folder: Any, content: bytes, printed: str) -> None:
    folder.write("history.csv", content)
    assert folder.printed == [printed]


@pytest.mark.parametrize("name", ["site.toml", "workers.csv", "availability.csv"])
def test_a_missing_file_is_named(folder: Any, name: str) -> None:
    folder.remove(name)
    assert folder.printed == [f"{name}: the file is missing"]


def test_all_missing_files_are_named_at_once(folder: Any) -> None:
    for name in ("site.toml", "workers.csv", "availability.csv", "history.csv"):
        folder.remove(name)
    assert folder.printed == [
        "site.toml: the file is missing",
        "history.csv: the file is missing (or a requirement.csv instead)",
        "workers.csv: the file is missing",
        "availability.csv: the file is missing",
    ]


def test_a_folder_in_place_of_a_file_is_named(folder: Any) -> None:
    folder.remove("history.csv")
    (folder.path / "history.csv").mkdir()
    assert folder.printed == ["history.csv: is not a file"]


def test_a_file_beyond_the_size_limit_is_not_read(folder: Any) -> None:
    with (folder.path / "history.csv").open("wb") as file:
        file.truncate(200 * 1024 * 1024 + 1)  # sparse: takes no room
    assert folder.printed == ["history.csv: is larger than the 200 MB allowed"]


def test_a_table_beyond_the_row_limit_is_refused(
    folder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.site.table_file.MAX_ROWS", 2)
    folder.remove("bot_outcomes.csv")
    assert "history.csv:4: more than the 2 rows allowed" in folder.printed


def test_a_site_that_is_no_folder_is_named(folder: Any, make_folder: Callable[[], Any]) -> None:
    file = type(folder)(folder.path / "site.toml")
    nowhere = type(folder)(folder.path / "nowhere")
    assert file.printed == [f"{file.path}: is not a folder"]
    assert nowhere.printed == [f"{nowhere.path}: there is no such folder"]


def test_problems_of_all_files_come_at_once_and_in_order(folder: Any) -> None:
    folder.append("availability.csv", "w9,2026-01-05T08:00,2026-01-05T12:00,9")
    folder.append("workers.csv", "w3,Cy,fr,mini,student,,abc,0,20")
    folder.append("history.csv", "x,y,z")
    places = [(p.file, p.line, p.column) for p in folder.problems]
    assert places == [
        ("history.csv", 5, 1),
        ("history.csv", 5, 3),
        ("history.csv", 5, 5),
        ("workers.csv", 4, 7),
        ("workers.csv", 4, 24),
        ("availability.csv", 5, 1),
        ("availability.csv", 5, 38),
    ]


def test_a_bad_wage_does_not_make_the_worker_unknown(folder: Any) -> None:
    folder.replace("workers.csv", "14.60", "abc")
    assert [problem.file for problem in folder.problems] == ["workers.csv"]


def test_lines_are_right_below_a_field_with_line_ends(folder: Any) -> None:
    folder.append("workers.csv", 'w3,"Cy\r\nof\nBerlin",de,mini,student,,14,0,20')
    folder.append("workers.csv", 'w4,"Di\nof Rome",fr,mini,student,,14,0,20')
    assert folder.printed == ['workers.csv:8:10: skills: unknown skill "fr"; known: de, en']


def test_lines_are_right_below_blank_rows(folder: Any) -> None:
    folder.append("history.csv", "\n,,\n\nx,2026-01-03T10:00,1")
    assert [(p.line, p.column) for p in folder.problems] == [(8, 1)]


def test_a_queue_without_history_is_named(folder: Any) -> None:
    folder.replace("history.csv", "fraud|en|voice,2026-01-04", "fraud|en|voice,2026-01-05")
    assert folder.printed == ["history.csv: no row before the horizon's start for fraud|en|voice"]


def test_history_only_after_the_start_is_refused(folder: Any) -> None:
    folder.replace("history.csv", "2026-01-04", "2026-01-06")
    assert folder.printed == [
        "history.csv: no row lies before the horizon's start: there is nothing to forecast from"
    ]


def test_a_long_window_overlaps_each_one_inside_it(folder: Any) -> None:
    folder.append("availability.csv", "NA,2026-01-06T09:00,2026-01-06T10:00,0")
    folder.append("availability.csv", "NA,2026-01-06T11:00,2026-01-06T12:00,0")
    assert [problem.line for problem in folder.problems] == [5, 6]


def test_a_found_text_cannot_move_the_terminal(folder: Any) -> None:
    folder.append("history.csv", "\x1b[2J,2026-01-03T10:00,1")
    assert r'unknown queue "\x1b[2J"' in folder.printed[0]
