"""The README keeps its word: its commands run, and it names all there is to run."""

import re
import shlex
from pathlib import Path

import pytest

from api.cli import app
from tests.api.command import peakcrew

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
CONSOLE = re.findall(r"^```console\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
COMMANDS = [
    line.removeprefix("$ ")
    for block in CONSOLE
    for line in block.replace("\\\n", "").splitlines()
    if line.startswith("$ ")
]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like the checkout as far as the commands go, so that results land elsewhere."""
    folder = tmp_path_factory.mktemp("checkout")
    (folder / "seeds").symlink_to(ROOT / "seeds", target_is_directory=True)
    return folder


def test_every_console_line_is_a_command_of_peakcrew() -> None:
    assert COMMANDS
    assert [one for one in COMMANDS if not one.startswith("peakcrew ")] == []


def test_the_commands_run_one_after_the_other(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(checkout)
    for command in COMMANDS:
        done = peakcrew(*shlex.split(command)[1:])
        assert done.exit_code == 0, f"{command}\n{done.output}"


def test_every_verb_is_named() -> None:
    names = [str(one.callback.__name__) for one in app.registered_commands if one.callback]
    verbs = [name.replace("_", "-") for name in names]
    assert len(verbs) >= 6
    assert [verb for verb in verbs if f"peakcrew {verb}" not in README] == []


def test_every_make_target_exists() -> None:
    named = set(re.findall(r"\bmake ([a-z]+)", "\n".join(code_in(README))))
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert {"demo", "test"} <= named
    assert named <= targets


def test_every_linked_file_exists() -> None:
    links = re.findall(r"\]\(([^)#]+)", README)
    assert [one for one in links if "://" not in one and not (ROOT / one).exists()] == []


def code_in(text: str) -> list[str]:
    """Fenced blocks and words set as code."""
    return re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL)
