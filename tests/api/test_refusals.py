"""Bad input: exit code 2, what is wrong in words, and everything on disk as it was."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from tests.api.command import SEEDS, Planned, entries, peakcrew

Arguments = tuple[object, ...]
Make = Callable[[Path], Arguments]


def refused(done: Result) -> str:
    """What the command said when it refused."""
    assert isinstance(done.exception, SystemExit), done.exception
    assert done.exit_code == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.stderr


def contents(folder: Path) -> dict[str, bytes | None]:
    """Every entry with its bytes."""
    paths = [folder / name for name in entries(folder)]
    return {str(path): path.read_bytes() if path.is_file() else None for path in paths}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A good site that a test may spoil."""
    return Path(shutil.copytree(SEEDS / "tiny", tmp_path / "site"))


def missing(site: Path) -> None:
    shutil.rmtree(site)


def is_file(site: Path) -> None:
    shutil.rmtree(site)
    site.write_text("not a folder")


def empty(site: Path) -> None:
    shutil.rmtree(site)
    site.mkdir()


def invalid_toml(site: Path) -> None:
    (site / "site.toml").write_text("name = [unclosed\n")


def unknown_key(site: Path) -> None:
    with (site / "site.toml").open("a") as file:
        file.write("\n[wishes]\nmany = 1\n")


def bad_table(site: Path) -> None:
    (site / "requirement.csv").write_text("unique_id,ds,workers\nnope,2027-01-11T08:00,-1\n")


def folder_as_table(site: Path) -> None:
    (site / "workers.csv").unlink()
    (site / "workers.csv").mkdir()


def impossible_pin(site: Path) -> None:
    with (site / "pins.csv").open("a") as file:
        file.write("W6,payment|de|chat,2027-01-11T08:00:00+01:00,240\n")


SPOILT: list[tuple[Callable[[Path], None], str]] = [
    (missing, "there is no such folder"),
    (is_file, "is not a folder"),
    (empty, "site.toml: the file is missing"),
    (invalid_toml, "site.toml:1:"),
    (unknown_key, "wishes"),
    (bad_table, "requirement.csv:2:1: "),
    (folder_as_table, "workers.csv: is not a file"),
    (impossible_pin, "W6"),
]


@pytest.mark.parametrize(("spoil", "told"), SPOILT)
def test_a_bad_site_is_not_planned(
    spoil: Callable[[Path], None], told: str, site: Path, tmp_path: Path
) -> None:
    spoil(site)
    before = contents(tmp_path)
    assert told in refused(peakcrew("plan", site, "--out", tmp_path / "a" / "out"))
    assert contents(tmp_path) == before


@pytest.mark.parametrize(("spoil", "told"), SPOILT[:5])
def test_a_bad_site_is_not_forecast(
    spoil: Callable[[Path], None], told: str, site: Path, tmp_path: Path
) -> None:
    spoil(site)
    before = contents(tmp_path)
    assert told in refused(peakcrew("forecast", site, "--out", tmp_path / "a" / "out"))
    assert contents(tmp_path) == before


def test_a_site_without_history_is_not_forecast(site: Path, tmp_path: Path) -> None:
    told = refused(peakcrew("forecast", site, "--out", tmp_path / "out"))
    assert told == "history.csv: needed for a forecast\n"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("verb", ["plan", "forecast", "export"])
def test_a_folder_with_foreign_files_is_left_alone(
    verb: str, tiny: Planned, site: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.docx").write_text("years of work")
    before = contents(tmp_path)
    inputs = (tiny.folder / "problem.json", tiny.folder / "schedule.json")
    given = inputs if verb == "export" else (site,)
    assert "thesis.docx" in refused(peakcrew(verb, *given, "--out", out))
    assert contents(tmp_path) == before


@pytest.mark.parametrize("verb", ["plan", "forecast"])
def test_a_file_is_no_place_for_a_folder(verb: str, site: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    assert "is a file" in refused(peakcrew(verb, site, "--out", tmp_path / "out"))
    assert (tmp_path / "out").read_text() == "a file"


def test_the_site_itself_is_never_replaced(site: Path) -> None:
    before = contents(site)
    assert "which is no result of a plan" in refused(peakcrew("plan", site, "--out", site))
    assert contents(site) == before


def test_a_place_that_cannot_be_written_is_told_before_the_work(site: Path) -> None:
    nowhere = Path("/dev/null/out")
    told = refused(peakcrew("plan", site, "--out", nowhere))
    assert "/dev/null is not a folder" in told
    assert "scheduling" not in told


@pytest.mark.parametrize("spoil", [invalid_toml, bad_table, impossible_pin])
def test_an_earlier_result_survives_a_later_failure(
    spoil: Callable[[Path], None], tiny: Planned, site: Path, tmp_path: Path
) -> None:
    out = Path(shutil.copytree(tiny.folder, tmp_path / "out"))
    spoil(site)
    before = contents(tmp_path)
    refused(peakcrew("plan", site, "--out", out))
    assert contents(tmp_path) == before


def test_an_earlier_result_is_replaced_as_a_whole(
    tiny: Planned, shop: Path, tmp_path: Path
) -> None:
    out = Path(shutil.copytree(tiny.folder, tmp_path / "out"))
    assert peakcrew("forecast", shop, "--out", out).exit_code == 0
    assert entries(tmp_path) == ["out", "out/demand.csv", "out/forecast.csv"]


@pytest.mark.parametrize(
    "option",
    [
        ("--time-limit", "0"),
        ("--time-limit", "-5"),
        ("--time-limit", "nan"),
        ("--time-limit", "soon"),
        ("--seed", "-1"),
        ("--seed", "1.5"),
        ("--seed", str(2**31)),
        ("--workers", "0"),
        ("--gap", "1"),
        ("--gap", "-0.1"),
        ("--gap", "nan"),
        ("--speed", "9"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("verb", ["plan", "solve"])
def test_an_impossible_option_is_refused(
    verb: str, option: tuple[str, str], tiny: Planned, site: Path, tmp_path: Path
) -> None:
    given = site if verb == "plan" else tiny.folder / "problem.json"
    done = peakcrew(verb, given, "--out", tmp_path / "out", *option)
    assert option[0].strip("-").replace("-", " ") in refused(done).replace("-", " ")
    assert entries(tmp_path) == entries(site.parent)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "cannot be read: No such file or directory"),
        ("", ":1:1: "),
        ("{", ":1:2: "),
        ("[]", "problem.json"),
        ('{"format": "peakcrew.problem/2"}', "format"),
        ('{"days": NaN}', "NaN is not a number"),
        ("\x00\xff", "problem.json"),
    ],
)
@pytest.mark.parametrize("verb", ["solve", "validate", "export"])
def test_a_bad_problem_is_named(
    verb: str, text: str | None, told: str, tiny: Planned, tmp_path: Path
) -> None:
    problem = tmp_path / "problem.json"
    if text is not None:
        problem.write_text(text, encoding="latin-1")
    before = contents(tmp_path)
    more: Arguments = () if verb == "solve" else (tiny.folder / "schedule.json",)
    out = () if verb == "validate" else ("--out", tmp_path / "out")
    said = refused(peakcrew(verb, problem, *more, *out))
    assert str(problem) in said
    assert told in said
    assert contents(tmp_path) == before


@pytest.mark.parametrize("verb", ["solve", "validate", "export"])
def test_a_folder_is_no_problem_file(verb: str, tiny: Planned, tmp_path: Path) -> None:
    more: Arguments = () if verb == "solve" else (tiny.folder / "schedule.json",)
    out = () if verb == "validate" else ("--out", tmp_path / "out")
    assert "Is a directory" in refused(peakcrew(verb, tmp_path, *more, *out))
    assert entries(tmp_path) == []


@pytest.mark.parametrize("verb", ["validate", "export"])
@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("format", "peakcrew.schedule/9"),
        ("objective", "cheap"),
        ("objective", 1e999),
        ("bound", 1e999),
        ("shifts", None),
        ("shifts", [{"id": "x"}]),
        ("run", 5),
        ("run", {"finished": "yesterday"}),
    ],
)
def test_a_bad_schedule_is_named(
    verb: str, key: str, value: object, tiny: Planned, tmp_path: Path
) -> None:
    text = json.dumps(dict(tiny.schedule, **{key: value})).replace("Infinity", "1e999")
    (tmp_path / "schedule.json").write_text(text)
    out = () if verb == "validate" else ("--out", tmp_path / "out")
    done = peakcrew(verb, tiny.folder / "problem.json", tmp_path / "schedule.json", *out)
    said = refused(done)
    assert str(tmp_path / "schedule.json") in said
    assert key in said
    assert entries(tmp_path) == ["schedule.json"]


def test_a_schedule_is_not_written_into_a_missing_folder(tiny: Planned, tmp_path: Path) -> None:
    out = tmp_path / "no" / "schedule.json"
    done = peakcrew("solve", tiny.folder / "problem.json", "--out", out)
    assert "does not exist" in refused(done)
    assert entries(tmp_path) == []


def test_a_schedule_does_not_take_the_place_of_a_folder(tiny: Planned, tmp_path: Path) -> None:
    done = peakcrew("solve", tiny.folder / "problem.json", "--out", tmp_path)
    assert "is a folder" in refused(done)


def test_a_schedule_does_not_take_the_place_of_its_problem(tiny: Planned, tmp_path: Path) -> None:
    problem = Path(shutil.copy(tiny.folder / "problem.json", tmp_path))
    for out in (problem, tmp_path / ".." / tmp_path.name / "problem.json"):
        assert "is the problem itself" in refused(peakcrew("solve", problem, "--out", out))
    assert problem.read_bytes() == (tiny.folder / "problem.json").read_bytes()


def test_a_revision_does_not_count_down(tiny: Planned, tmp_path: Path) -> None:
    inputs = (tiny.folder / "problem.json", tiny.folder / "schedule.json")
    done = peakcrew("export", *inputs, "--out", tmp_path / "out", "--revision", -1)
    assert "--revision" in refused(done)


def test_the_site_of_an_export_must_be_good(tiny: Planned, tmp_path: Path) -> None:
    inputs = (tiny.folder / "problem.json", tiny.folder / "schedule.json")
    done = peakcrew("export", *inputs, "--out", tmp_path / "out", "--site", tmp_path / "no")
    assert "there is no such folder" in refused(done)
    assert entries(tmp_path) == []
