"""A result appears as a whole or not at all, and nothing foreign is ever replaced."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from api.output import OutputRefused, check_output, result_file, result_folder
from tests.api.command import entries


def write_result(out: Path, **files: str) -> None:
    """A result with these files; a dot in the name is written as two underscores."""
    with result_folder(out) as folder:
        for name, text in files.items():
            (folder / name.replace("__", ".")).write_text(text)


def fail_half_way(place: AbstractContextManager[Path]) -> None:
    with place as path:
        (path / "report.html" if path.is_dir() else path).write_text("half")
        raise ZeroDivisionError


def test_a_new_folder_appears_with_what_was_written(tmp_path: Path) -> None:
    write_result(tmp_path / "out", report__html="new")
    assert entries(tmp_path) == ["out", "out/report.html"]


def test_missing_parents_are_made(tmp_path: Path) -> None:
    write_result(tmp_path / "a" / "b" / "out", report__html="new")
    assert (tmp_path / "a/b/out/report.html").read_text() == "new"


def test_nothing_is_visible_before_the_end(tmp_path: Path) -> None:
    with result_folder(tmp_path / "out") as folder:
        (folder / "report.html").write_text("new")
        assert not (tmp_path / "out").exists()


def test_an_earlier_result_is_replaced_as_a_whole(tmp_path: Path) -> None:
    with result_folder(tmp_path / "out") as folder:
        (folder / "workers").mkdir()
        (folder / "workers" / "gone.ics").write_text("old")
    write_result(tmp_path / "out", report__html="new")
    assert entries(tmp_path) == ["out", "out/report.html"]


def test_a_failure_leaves_neither_result_nor_temporary_folder(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        fail_half_way(result_folder(tmp_path / "a" / "b" / "out"))
    assert entries(tmp_path) == []


def test_a_failure_keeps_the_earlier_result(tmp_path: Path) -> None:
    write_result(tmp_path / "out", report__html="old")
    with pytest.raises(ZeroDivisionError):
        fail_half_way(result_folder(tmp_path / "out"))
    assert entries(tmp_path) == ["out", "out/report.html"]
    assert (tmp_path / "out/report.html").read_text() == "old"


def test_an_interruption_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), result_folder(tmp_path / "out"):
        raise KeyboardInterrupt
    assert entries(tmp_path) == []


def test_an_empty_folder_may_be_filled(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    write_result(tmp_path / "out", report__html="new")
    assert entries(tmp_path) == ["out", "out/report.html"]


def test_others_may_read_the_result(tmp_path: Path) -> None:
    write_result(tmp_path / "out", report__html="new")
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o755


def test_files_of_an_earlier_result_can_be_kept(tmp_path: Path) -> None:
    write_result(tmp_path / "out", problem__json="kept", report__html="old")
    with result_folder(tmp_path / "out", keep=("problem.json", "report.html")) as folder:
        (folder / "report.html").write_text("new")
    assert (tmp_path / "out/problem.json").read_text() == "kept"
    assert (tmp_path / "out/report.html").read_text() == "new"


def test_a_link_to_an_earlier_result_is_followed(tmp_path: Path) -> None:
    write_result(tmp_path / "real", report__html="old")
    (tmp_path / "link").symlink_to(tmp_path / "real", target_is_directory=True)
    write_result(tmp_path / "link", report__html="new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real/report.html").read_text() == "new"


def foreign_file(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.docx").write_text("years of work")
    return tmp_path / "out"


def file_in_the_way(tmp_path: Path) -> Path:
    (tmp_path / "out").write_text("a file")
    return tmp_path / "out"


def file_as_parent(tmp_path: Path) -> Path:
    (tmp_path / "file").write_text("a file")
    return tmp_path / "file" / "out"


def dangling_link(tmp_path: Path) -> Path:
    (tmp_path / "link").symlink_to(tmp_path / "file" / "nowhere")
    (tmp_path / "file").write_text("a file")
    return tmp_path / "link"


def loop_of_links(tmp_path: Path) -> Path:
    (tmp_path / "out").symlink_to(tmp_path / "out")
    return tmp_path / "out"


def current_folder(tmp_path: Path) -> Path:
    os.chdir(tmp_path)
    return Path(".")


def parent_of_current_folder(tmp_path: Path) -> Path:
    (tmp_path / "workers").mkdir()
    os.chdir(tmp_path / "workers")
    return Path("..")


@pytest.mark.parametrize(
    ("place", "named"),
    [
        (foreign_file, "thesis.docx"),
        (file_in_the_way, "is a file"),
        (file_as_parent, "is not a folder"),
        (dangling_link, "is not a folder"),
        (loop_of_links, "is a file"),
        (current_folder, "current folder"),
        (parent_of_current_folder, "current folder"),
    ],
    ids=lambda one: getattr(one, "__name__", None),
)
def test_a_place_that_cannot_be_replaced_is_refused_untouched(
    place: Callable[[Path], Path], named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    out = place(tmp_path)
    before = entries(tmp_path)
    with pytest.raises(OutputRefused, match=named):
        check_output(out)
    with pytest.raises(OutputRefused, match=named), result_folder(out):
        pass
    assert entries(tmp_path) == before


def test_a_file_is_replaced_when_all_went_well(tmp_path: Path) -> None:
    path = tmp_path / "schedule.json"
    path.write_text("old")
    with result_file(path) as file:
        file.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert entries(tmp_path) == ["schedule.json"]


def test_a_failure_keeps_the_earlier_file(tmp_path: Path) -> None:
    path = tmp_path / "schedule.json"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError):
        fail_half_way(result_file(path))
    assert path.read_text() == "old"
    assert entries(tmp_path) == ["schedule.json"]


def test_a_file_cannot_take_the_place_of_a_folder(tmp_path: Path) -> None:
    with pytest.raises(OutputRefused, match="is a folder"), result_file(tmp_path):
        pass


def test_a_file_in_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputRefused, match="does not exist"), result_file(tmp_path / "no" / "f"):
        pass
    assert entries(tmp_path) == []


def test_a_device_is_never_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")  # like /dev/null, which root could replace by a file
    with pytest.raises(OutputRefused, match="not a regular file"), result_file(tmp_path / "pipe"):
        pass
    assert (tmp_path / "pipe").is_fifo()
