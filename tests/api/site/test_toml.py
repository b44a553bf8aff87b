"""Each complaint about ``site.toml`` reads well and stands at its key."""

from collections.abc import Iterator
from typing import Any

import pytest

from api.site.config import SiteConfig
from api.site.toml import PATTERNS
from api.site.toml_places import key_offsets

# what is replaced, by what, what is printed
SPOILT = [
    ('name = "small"', "", "site.toml: name is missing"),
    ('country = "DE"', 'country = "Germany"',
     "site.toml:3:1: country: expected a country of two capital letters like DE, "
     'found "Germany"'),
    ('country = "DE"', 'country = "XX"',
     "site.toml:3:1: country: expected a country whose public holidays are known, "
     'found "XX"'),
    ('country = "DE"', 'country = "DE"\nregion = "ZZ"',
     'site.toml:4:1: region: expected a region whose public holidays are known, found "ZZ"'),
    ("Europe/Berlin", "Europe/Berlim",
     "site.toml:2:1: time_zone: expected a time zone like Europe/Berlin, "
     'found "Europe/Berlim"'),
    ("interval_minutes = 30", "interval_minutes = 20",
     "site.toml:5:1: interval_minutes: expected 15, 30 or 60, found 20"),
    ("interval_minutes = 30", 'interval_minutes = 30\nrule_profile = "atlantis"',
     "site.toml:6:1: rule_profile: expected one of de, eu, fr, ie, nl, none, se, uk, us_ca, "
     'us_chicago, us_la, us_nyc_fastfood, us_nyc_retail, us_or, us_seattle, found "atlantis"'),
    ("start = 2026-01-05", "start = 20260105",
     "site.toml:8:1: horizon.start: expected a date like 2026-01-05, found 20260105"),
    ("start = 2026-01-05", "start = 9999-12-31",
     "site.toml:8:1: horizon.start: expected at most 2198-12-31, found 9999-12-31"),
    ("days = 2", "days = 0", "site.toml:9:1: horizon.days: expected at least 1, found 0"),
    ("days = 2", "days = 1.5", "site.toml:9:1: horizon.days: expected a whole number, found 1.5"),
    ("days = 2", "days = true",
     "site.toml:9:1: horizon.days: expected a number or text, found true"),
    ("days = 2", "days = 2\nnights = 2",
     "site.toml:10:1: horizon.nights: unknown key; known here: start, days"),
    ("sun = []", 'sun = ["8-20"]',
     'site.toml:12:1: opening_hours.sun[0]: expected a span like 07:00-23:00, found "8-20"'),
    ("sun = []", 'mon = []\nsun = ["20:00-08:00"]',
     "site.toml:13:1: opening_hours.sun: 20:00-08:00 ends before it starts"),
    ("sun = []", 'sun = "08:00-20:00"',
     'site.toml:12:1: opening_hours.sun: expected a list, found "08:00-20:00"'),
    ("minutes = 240", "minutes = 5",
     "site.toml:16:1: shift_templates[0].minutes: expected at least 15, found 5"),
    ("minutes = 240", 'minutes = 240\nlatest_start = "25:00"',
     "site.toml:17:1: shift_templates[0].latest_start: expected a time of day like 07:30, "
     'found "25:00"'),
    ("aht_seconds = 420", "aht_seconds = nan",
     "site.toml:27:1: queues[1].aht_seconds: expected a finite number, found nan"),
    ("aht_seconds = 420", 'aht_seconds = "long"',
     'site.toml:27:1: queues[1].aht_seconds: expected a number, found "long"'),
    ("[300, 400]", "[]",
     "site.toml:22:1: queues[0].aht_seconds: expected a list of at least 1, found an empty list"),
    ("[300, 400]", "[\n  300,\n  -4, # a comment ]\n]",
     "site.toml:22:1: queues[0].aht_seconds[1]: expected more than 0, found -4"),
    ("aht_seconds = 420", "aht_seconds = [420]",
     "site.toml:24:1: queues[1]: a list of aht_seconds is for chat only"),
    ('skill = "en"', "skill = 3",
     "site.toml:26:1: queues[1].skill: expected text in quotes, found 3"),
    ('skill = "en"', "", "site.toml:24:1: queues[1]: skill is missing"),
    ("fraud|en|voice", "refund|de|chat",
     "site.toml:18:1: queues: the id 'refund|de|chat' is used twice"),
    ("[horizon]", "[horizon",
     "site.toml:7:9: not valid TOML: Expected ']' at the end of a table declaration"),
    ('country = "DE"', 'country = "DE"\ncountry = "SE"',
     "site.toml:4:15: not valid TOML: Cannot overwrite a value"),
    ("days = 2", f"days = {'2' * 5000}", "site.toml: not valid TOML: a number has too many digits"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "printed"), SPOILT)
def test_a_complaint_stands_at_its_key(folder: Any, old: str, new: str, printed: str) -> None:
    folder.replace("site.toml", old, new)
    assert [line for line in folder.printed if line.startswith("site.toml")] == [printed]


def test_all_fields_are_checked_at_once(folder: Any) -> None:
    folder.replace("site.toml", "days = 2", "days = 0")
    folder.replace("site.toml", "minutes = 240", "minutes = 0")
    folder.replace("site.toml", 'skill = "en"', 'skills = "en"')
    lines = [problem.line for problem in folder.problems]
    assert lines == [9, 16, 24, 26]


def test_tables_keep_their_form_checked_when_the_configuration_is_wrong(folder: Any) -> None:
    folder.replace("site.toml", "days = 2", "days = 0")
    folder.write("history.csv", "unique_id,ds\n")
    assert folder.printed[1:] == ["history.csv:1: column is missing: y"]
    assert folder.notes == ["*.csv: the values are checked once site.toml is right"]


def test_deeply_nested_lists_are_refused(folder: Any) -> None:
    folder.write("site.toml", "x = " + "[" * 5000)
    assert folder.printed == ["site.toml: lists or tables are nested too deeply"]


def test_the_configuration_is_utf_8_only(folder: Any) -> None:
    folder.write("site.toml", "# an ä\nname = 'Bö'".encode("cp1252"))
    assert folder.printed == ["site.toml:1:6: the byte 0xE4 is not UTF-8 text"]


def test_a_zone_without_that_midnight_is_refused(folder: Any) -> None:
    folder.replace("site.toml", "Europe/Berlin", "Africa/Cairo")
    folder.replace("site.toml", "2026-01-05", "2026-04-24")
    assert folder.printed == [
        "site.toml:8:1: start: 2026-04-24T01:00:00+03:00 is not midnight in Africa/Cairo"
    ]


def test_every_pattern_of_the_configuration_has_words() -> None:
    def patterns(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            if isinstance(node.get("pattern"), str):
                yield node["pattern"]
            node = list(node.values())
        if isinstance(node, list):
            for part in node:
                yield from patterns(part)

    assert set(patterns(SiteConfig.model_json_schema())) == set(PATTERNS)


def test_keys_are_found_behind_strings_comments_and_lists() -> None:
    text = (
        'a = """\nb = 1 # not a key\n[c]"""\n'
        "d = [ # ]\n  'x = 1',\n  { y = 2 },\n]\n"
        'e."f g".h = 1\n'
        "  [[ t ]]\n"
        "u = 1\n"
        "[t.v]\n"
        "[[t]]\n"
        "'u' = 2\n"
    )
    lines = {path: text[:offset].count("\n") + 1 for path, offset in key_offsets(text).items()}
    assert lines == {
        ("a",): 1,
        ("d",): 4,
        ("e",): 8,
        ("e", "f g"): 8,
        ("e", "f g", "h"): 8,
        ("t", 0): 9,
        ("t",): 9,
        ("t", 0, "u"): 10,
        ("t", 0, "v"): 11,
        ("t", 1): 12,
        ("t", 1, "u"): 13,
    }
