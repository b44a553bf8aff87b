"""The notebook page keeps its word: its code runs, and it names every parameter and reason."""

import re
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import pandas as pd
import pytest

from scheduler.solver.limits import StopReason
from scheduler.solver.parameters import Parameters
from scheduler.solver.record import TIMINGS
from tests.api.command import Planned

PAGE = (Path(__file__).parents[2] / "docs" / "library.md").read_text("utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


def test_the_code_runs_from_top_to_bottom(tiny: Planned, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tiny.folder)
    names: dict[str, Any] = {}
    for block in BLOCKS:
        exec(block, names)
    assert names["schedule"].objective == 108_000
    assert isinstance(names["missing"], pd.Series)
    assert names["good_enough"].objective > 0


def test_every_parameter_has_its_line() -> None:
    for one in fields(Parameters):
        assert f"| `{one.name}` | `--" in PAGE


def test_every_stop_reason_is_explained() -> None:
    assert [one for one in get_args(StopReason) if f"`{one}`" not in PAGE] == []


def test_every_timing_is_named() -> None:
    assert [one for one in TIMINGS if f"`{one}`" not in PAGE] == []
