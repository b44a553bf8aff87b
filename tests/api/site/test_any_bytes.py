"""Whatever a file holds, reading a site returns it or raises SiteInvalid."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.site.problems import SiteInvalid
from api.site.read import TABLES, read_site

BUDGET = settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
TIMES = ["2026-01-05T08:00", "2026-01-03", "2026-01-05T24:00", "2025-10-26T02:30"]
NUMBERS = ["1", "-1", "0.5", "1,5", "1e9", "14.60"]
TEXTS = ["", "w1", "NA", "de;en", "refund|de|chat", '"a\nb"', '"', "\x1b"]
CELLS = st.sampled_from(TIMES + NUMBERS + TEXTS) | st.text(max_size=6)


def read_or_refuse(path: Path) -> None:
    try:
        read_site(path)
    except SiteInvalid as error:
        refusal = error
    else:
        return
    assert refusal.problems
    assert str(refusal)


@pytest.mark.parametrize("name", ["site.toml", *TABLES])
@BUDGET
@given(content=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_arbitrary_bytes(make_folder: Callable[[], Any], name: str, content: bytes) -> None:
    folder = make_folder().write(name, content)
    read_or_refuse(folder.path)
    folder.remove(name)


@pytest.mark.parametrize("name", TABLES)
@BUDGET
@given(data=st.data(), delimiter=st.sampled_from(",;\t"), end=st.sampled_from(["\n", "\r\n", "\r"]))
def test_arbitrary_cells(
    make_folder: Callable[[], Any], name: str, data: st.DataObject, delimiter: str, end: str
) -> None:
    columns = TABLES[name].known
    row = st.lists(CELLS, min_size=len(columns) - 1, max_size=len(columns))
    rows = data.draw(st.lists(row, max_size=4))
    lines = [columns, *rows]
    text = end.join(delimiter.join(line) for line in lines)
    folder = make_folder().write(name, text.encode("utf-8", errors="replace"))
    read_or_refuse(folder.path)
    folder.remove(name)


@BUDGET
@given(text=st.text(alphabet="ab=[]{}\"'#.,\n\\ 1", max_size=80))
def test_arbitrary_toml(make_folder: Callable[[], Any], text: str) -> None:
    read_or_refuse(make_folder().write("site.toml", text).path)
