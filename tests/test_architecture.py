"""Which way the packages look at each other, read from their imports."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("forecasts", "scheduler", "api")
FILES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


BY_NAME = {module_name(path): path for path in FILES}


@cache
def imports(path: Path) -> tuple[str, ...]:
    """Every module that a file names in an import, wherever it stands."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            assert node.module is not None
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def top_levels(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imports(path)}


def reached(path: Path) -> set[str]:
    """Names imported by a file, or by one of our files that it imports, and so on."""
    seen: set[Path] = set()
    names: set[str] = set()
    todo = [path]
    while todo:
        at = todo.pop()
        if at not in seen:
            seen.add(at)
            names |= set(imports(at))
            todo += [BY_NAME[name] for name in imports(at) if name in BY_NAME]
    return names


def test_there_are_files_to_read() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in FILES} == set(PACKAGES)


@pytest.mark.parametrize(
    ("package", "forbidden"),
    [
        ("forecasts", {"scheduler", "api", "seeds", "benchmarks", "tests"}),
        ("scheduler", {"forecasts", "api", "seeds", "benchmarks", "tests"}),
        ("api", {"seeds", "benchmarks", "tests"}),
    ],
)
def test_data_flows_one_way(package: str, forbidden: set[str]) -> None:
    """Forecasts know no shifts, the scheduler knows no forecasts, and neither knows a door."""
    wrong = {
        str(path.relative_to(ROOT)): found
        for path in (ROOT / package).rglob("*.py")
        if (found := top_levels(path) & forbidden)
    }
    assert wrong == {}


@pytest.mark.parametrize("name", ["validation", "pricing", "problem", "schedule"])
def test_what_judges_a_schedule_knows_no_solver_and_no_model(name: str) -> None:
    names = reached(ROOT / "scheduler" / f"{name}.py")
    assert {one.split(".")[0] for one in names}.isdisjoint({"ortools", "scipy", "pandas"})
    solver = ("scheduler.model", "scheduler.solver")
    assert [one for one in names if one.startswith(solver)] == []


def test_the_greedy_schedule_needs_no_solver() -> None:
    names = reached(ROOT / "scheduler" / "solver" / "greedy.py")
    assert "ortools" not in {one.split(".")[0] for one in names}


def test_nobody_imports_highspy() -> None:
    """It clashes with the copy of HiGHS inside OR-Tools when both are in one process."""
    everything = [path for folder in (*PACKAGES, "seeds", "benchmarks", "tests")
                  for path in (ROOT / folder).rglob("*.py")]  # fmt: skip
    assert [path for path in everything if "highspy" in top_levels(path)] == []


@pytest.mark.parametrize("module", ["api.cli", "scheduler", "scheduler.validation", "forecasts"])
def test_a_light_door_opens_without_heavy_libraries(module: str) -> None:
    heavy = {"ortools", "pandas", "matplotlib"} | ({"numpy"} if module == "api.cli" else set())
    code = f"import sys, {module}; print(sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
