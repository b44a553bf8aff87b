"""What is compared, by hand: figures of a schedule, differences, and what two bounds prove."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.comparison.figures import Cover, DayFigures, Figures
from api.comparison.files import lines
from api.comparison.measures import Measure, measures
from api.comparison.page import render
from api.comparison.pictures import letter
from api.comparison.proof import difference
from api.comparison.reading import names_of

MONDAY, TUESDAY = date(2026, 11, 2), date(2026, 11, 3)
COVER = Cover(
    days=(
        DayFigures(MONDAY, "a", required=600, staffed=480, missing=120),
        DayFigures(MONDAY, "b", required=240, staffed=300, missing=0),
        DayFigures(TUESDAY, "a", required=360, staffed=360, missing=0),
    ),
    hours=(0, 240, 240, 480),
    service_level=0.8,
)
FIGURES = Figures(
    name="base",
    currency="EUR",
    objective=100_00,
    bound=95_00,
    costs={"wages": 80_00, "understaffing": 20_00, "fairness": 0},
    shifts=4,
    minutes=960,
    workers=3,
    cover=COVER,
)


def by_label(*figures: Figures) -> dict[str, Measure]:
    return {one.label.strip(): one for one in measures(figures)}


def test_the_cover_adds_up() -> None:
    assert (COVER.required, COVER.missing, COVER.covered) == (1200, 120, 1080)
    assert COVER.missing_by_queue == {"a": 120, "b": 0}
    assert COVER.by_day == {MONDAY: (840, 780, 120), TUESDAY: (360, 360, 0)}
    assert COVER.spread == (0, 480)
    assert COVER.gini == pytest.approx(0.375)


def test_each_measure_has_its_unit() -> None:
    found = by_label(FIGURES)
    assert found["Cost"].text(0) == "100.00"
    assert found["Gap"].text(0) == "5.00 %"
    assert found["Hours worked"].text(0) == "16.0"
    assert found["Wages per covered hour"].text(0) == "4.44"  # 80.00 over 18 hours
    assert found["Understaffed worker-hours"].text(0) == "2.0"
    assert found["a"].text(0) == "2.0"
    assert "b" not in found  # nobody is missing there in any schedule
    assert "Uneven load" not in found  # a term that nobody pays
    assert found["Expected service level"].text(0) == "80.00 %"


def test_differences_are_to_the_first() -> None:
    other = replace(FIGURES, name="other", objective=130_00, minutes=900,
                    cover=replace(COVER, service_level=0.75))  # fmt: skip
    found = by_label(FIGURES, other)
    assert found["Cost"].difference_text(1) == "+30.00 (+30.0 %)"
    assert found["Cost"].difference_text(0) == ""
    assert found["Hours worked"].difference_text(1) == "-1.0 (-6.2 %)"
    assert found["Expected service level"].difference_text(1) == "-5.00 points"
    assert found["Shifts"].difference_text(1) == ""
    assert found["Cost"].plain(found["Cost"].difference(1)) == 30.0
    assert found["Hours worked"].plain(900) == 15.0


def test_what_a_schedule_does_not_say_is_not_compared() -> None:
    bare = replace(FIGURES, name="bare", cover=None)
    found = by_label(FIGURES, bare)
    assert found["Understaffed worker-hours"].text(1) == "-"
    assert found["Understaffed worker-hours"].difference_text(1) == ""
    assert found["Understaffed worker-hours"].plain(None) is None


PROOFS = [
    (120_00, 118_00, "base is cheaper than other by 20.00 EUR, proven at least 18.00 EUR"),
    (120_00, 120_00, "base is cheaper than other by 20.00 EUR, all of it proven"),
    (104_00, 99_00,
     "base is cheaper than other by 4.00 EUR; not proven, as the gaps are wider than the "
     "difference"),
    (80_00, 70_00, "other is cheaper than base by 20.00 EUR, proven at least 15.00 EUR"),
    (98_00, 90_00,
     "other is cheaper than base by 2.00 EUR; not proven, as the gaps are wider than the "
     "difference"),
    (100_00, 97_00,
     "other costs the same as base; not proven, the best schedules may differ by -3.00 EUR to "
     "5.00 EUR"),
]  # fmt: skip


@pytest.mark.parametrize(("objective", "bound", "text"), PROOFS)
def test_what_the_bounds_prove(objective: int, bound: int, text: str) -> None:
    other = replace(FIGURES, name="other", objective=objective, bound=bound)
    assert str(difference(FIGURES, other)) == text


def test_two_proven_schedules_of_one_cost() -> None:
    first = replace(FIGURES, bound=100_00)
    assert str(difference(first, replace(first, name="other"))) == ("other costs the same as base")


@given(*[st.integers(0, 1000)] * 4)
def test_no_better_schedule_can_break_the_proof(a: int, a_gap: int, b: int, b_gap: int) -> None:
    """The best schedules may cost anything from bound to objective."""
    first = replace(FIGURES, objective=a + a_gap, bound=a)
    other = replace(FIGURES, name="other", objective=b + b_gap, bound=b)
    found = difference(first, other)
    ends = [(x, y) for x in (a, a + a_gap) for y in (b, b + b_gap)]
    assert min(y - x for x, y in ends) == found.least
    assert max(y - x for x, y in ends) == found.most
    if found.found > 0:
        assert all(y - x >= found.proven for x, y in ends) or found.proven == 0
    if found.proven:
        assert found.proven <= abs(found.found)


def test_names_are_as_short_as_they_may_be(tmp_path: Path) -> None:
    paths = [tmp_path / "x" / "plan", tmp_path / "y" / "plan" / "schedule.json"]
    assert names_of(paths) == ["x/plan", "y/plan"]
    assert names_of([tmp_path / "one", tmp_path / "two.json"]) == ["one", "two"]


def test_letters_do_not_run_out() -> None:
    assert [letter(number) for number in (0, 25, 26, 53)] == ["A", "Z", "A2", "B3"]


def test_the_terminal_s_table_is_aligned() -> None:
    found = lines([FIGURES, replace(FIGURES, name="other", objective=130_00)])
    assert found[0].endswith("other")
    assert "100.00   130.00  +30.00 (+30.0 %)" in found[1]
    assert len(found[0]) == len(found[1])


def test_names_cannot_break_the_page() -> None:
    page = render([FIGURES, replace(FIGURES, name="<script>x</script>")])
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert page.count("<svg") == 3
    assert "http" not in page.replace("http-equiv", "")


def test_a_term_may_be_called_anything() -> None:
    odd = replace(FIGURES, costs=FIGURES.costs | {"policy:<b>$x_{$": 500, "change": 100})
    page = render([odd, FIGURES])
    assert "<b>" not in page
    assert page.count("Policy: &lt;b&gt;$x_{$") == 2  # the picture's legend and the table


def test_a_page_of_schedules_without_problems() -> None:
    bare = replace(FIGURES, cover=None)
    page = render([bare, replace(bare, name="other")])
    assert page.count("<svg") == 1
