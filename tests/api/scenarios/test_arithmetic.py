"""The arithmetic behind a scenario: exact rounding, a fair choice, one key of a TOML text."""

import tomllib
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.scenarios.need import largest_remainders, percent_text
from api.scenarios.people import chosen
from api.scenarios.toml_text import with_text

FACTORS = st.fractions(min_value=0, max_value=5, max_denominator=1000)


@given(st.lists(st.integers(0, 50), max_size=60), FACTORS)
def test_rounded_counts_add_up(counts: list[int], factor: Fraction) -> None:
    found = largest_remainders(counts, factor)
    assert sum(found) == int(factor * sum(counts) + Fraction(1, 2))
    assert all(abs(one - factor * count) < 1 for one, count in zip(found, counts, strict=True))


def test_what_is_added_stays_in_one_piece() -> None:
    assert largest_remainders([2] * 10, Fraction(6, 5)) == [3, 3, 3, 3, 2, 2, 2, 2, 2, 2]
    assert largest_remainders([0, 4, 1, 0], Fraction(3, 2)) == [0, 6, 2, 0]


@pytest.mark.parametrize(
    ("factor", "text"),
    [(Fraction(6, 5), "+20 %"), (Fraction(37, 40), "-7.5 %"), (Fraction(3), "+200 %")],
)
def test_a_factor_in_words(factor: Fraction, text: str) -> None:
    assert percent_text(factor) == text


WORKERS = st.lists(
    st.tuples(st.sampled_from("ABC"), st.sampled_from(["x", "y", "x;y", "y;x"])),
    min_size=1,
    max_size=80,
)


@given(WORKERS, st.data(), st.integers(0, 1000))
def test_each_group_is_met_in_proportion(
    workers: list[tuple[str, str]], data: st.DataObject, seed: int
) -> None:
    num = data.draw(st.integers(1, 3 * len(workers)))
    rows = [{"contract": contract, "skills": skills} for contract, skills in workers]
    found = chosen(rows, num, seed)
    assert len(found) == num
    assert len(set(found)) == min(num, len(workers))
    groups = {(row["contract"], frozenset(row["skills"].split(";"))) for row in rows}
    for contract, skills in groups:
        own = {
            index
            for index, row in enumerate(rows)
            if (row["contract"], frozenset(row["skills"].split(";"))) == (contract, skills)
        }
        met = sum(index in own for index in found)
        assert abs(met - num * len(own) / len(rows)) < 1


TOML = """\
# A site.
name = {value} # said here
time_zone = "Europe/Berlin"

[horizon]
name = "not this one"
"""


@pytest.mark.parametrize(
    "value", ['"Tiny"', "'Tiny'", '"""\nTi\nny"""', "'''Ti'ny'''", '"a \\" = # b"']
)
def test_one_key_changes_and_nothing_else(value: str) -> None:
    text = TOML.replace("{value}", value)
    assert with_text(text, "name", "Neu") == TOML.replace("{value}", '"Neu"')


def test_an_absent_key_goes_to_the_top() -> None:
    found = tomllib.loads(with_text('[a]\nb = "c"\n', "name", "x"))
    assert found == {"name": "x", "a": {"b": "c"}}


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_is_read_back(value: str) -> None:
    assert tomllib.loads(with_text('name = "old"\n', "name", value))["name"] == value
