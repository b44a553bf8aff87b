import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.export.text import EXCEL_DE, RFC4180, Profile, file_stems, harmless, money, write_csv

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
DANGEROUS = st.sampled_from(["", " ", "\n", "\u00a0", "\u200b", "\ufeff"])


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+49 30 1", "-Spätdienst", "@SUM(A1)", "\tx", "\rx", "\0x", "＝1", "＋1", "－1", "＠x",
     "﹦1", " =1", "\n=1", "\u00a0@x", "\u200b=1", "\ufeff=1", "\u3000＝1"],
)  # fmt: skip
def test_text_that_a_spreadsheet_would_calculate_gets_a_quote(text: str) -> None:
    assert harmless(text) == "'" + text


@pytest.mark.parametrize("text", ["", " ", "Åsa", "a=b", "1-2", "refund|sv|chat", "'=1", "(=1)"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


@given(blanks=DANGEROUS, mark=st.sampled_from("=+-@＝＋－＠"), rest=TEXT)
def test_no_blank_hides_a_formula(blanks: str, mark: str, rest: str) -> None:
    assert harmless(blanks + mark + rest).startswith("'")


@pytest.mark.parametrize("profile", [RFC4180, EXCEL_DE])
@settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rows=st.lists(st.lists(TEXT, min_size=2, max_size=2), max_size=5))
def test_a_reader_gets_the_text_back_but_for_the_quote(
    tmp_path: Path, profile: Profile, rows: list[list[str]]
) -> None:
    path = tmp_path / "a.csv"

    write_csv(path, ("a", "b"), rows, profile)

    with path.open(encoding=profile.encoding, newline="") as file:
        read = list(csv.reader(file, delimiter=profile.delimiter))[1:]
    assert read == [[harmless(text) for text in row] for row in rows]


def test_numbers_stay_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"

    write_csv(path, ("a", "b", "c", "d"), [(-5, -1.5, money(-1240), None)], RFC4180)

    assert path.read_bytes() == b"a,b,c,d\r\n-5,-1.5,-12.40,\r\n"


def test_german_profile_byte_for_byte(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    moment = datetime(2026, 12, 28, 7, 30, tzinfo=UTC)

    write_csv(
        path, ("Name", "Zeit", "Tag", "h"), [("Zoë;", moment, date(2027, 1, 3), 3.5)], EXCEL_DE
    )

    expected = '\ufeffName;Zeit;Tag;h\r\n"Zoë;";28.12.2026 07:30;03.01.2027;3,5\r\n'
    assert path.read_bytes() == expected.encode()


def test_rfc4180_profile_has_instants_with_offset_and_no_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"

    write_csv(path, ("t",), [(datetime(2026, 12, 28, 7, 30, tzinfo=UTC),)], RFC4180)

    assert path.read_bytes() == b"t\r\n2026-12-28T07:30:00+00:00\r\n"


def test_what_is_not_known_is_an_empty_cell() -> None:
    assert RFC4180.cell(float("nan")) == RFC4180.cell(None) == ""


def test_money_keeps_two_decimals() -> None:
    assert (money(0), money(5), money(123_456)) == (
        Decimal("0.00"), Decimal("0.05"), Decimal("1234.56"),
    )  # fmt: skip


@pytest.mark.parametrize(
    "identifier",
    ["../x", "a/b", "a\\b", "CON", "con.x", "..", ".", "a\0b", "x" * 5000, "Zoë", "a:b*?"],
)
def test_a_file_name_stays_in_its_folder(identifier: str, tmp_path: Path) -> None:
    name = file_stems([identifier])[identifier] + ".ics"

    (tmp_path / name).write_text("x")

    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert name.isascii()
    assert not name.lower().startswith(("con.", "."))


def test_an_ordinary_id_is_its_own_file_name() -> None:
    assert file_stems(["w-001_a.b"]) == {"w-001_a.b": "w-001_a.b"}


@given(st.sets(st.text(max_size=8) | st.sampled_from(["CON", "con", "%43ON", "a", "A", "x" * 200])))
@settings(max_examples=100, deadline=None)
def test_distinct_ids_get_distinct_files_even_without_case(ids: set[str]) -> None:
    stems = file_stems(ids)

    assert len({stem.lower() for stem in stems.values()}) == len(ids)
    assert all(len(stem) <= 150 for stem in stems.values())
