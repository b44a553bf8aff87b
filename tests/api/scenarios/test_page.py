"""``docs/scenarios.md`` names only what there is, and names all of it."""

import re
import shlex
from pathlib import Path

import pytest

from tests.api.command import peakcrew

PAGE = (Path(__file__).parents[3] / "docs" / "scenarios.md").read_text("utf-8")
CONSOLE = "\n".join(re.findall(r"^```console\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE))
COMMANDS = [
    shlex.split(command)
    for command in re.findall(r"peakcrew ([^;\n]*)", CONSOLE.replace("\\\n", " "))
]


def options_of(verb: str) -> set[str]:
    done = peakcrew(verb, "--help")
    assert done.exit_code == 0
    return set(re.findall(r"(--[a-z-]+)", done.stdout))


def test_every_command_of_the_page_has_its_options() -> None:
    assert {command[0] for command in COMMANDS} >= {"scenario", "plan", "compare", "intraday"}
    for command in COMMANDS:
        used = {part for part in command if part.startswith("--")}
        assert used <= options_of(command[0]), command


@pytest.mark.parametrize("verb", ["scenario", "intraday"])
def test_every_option_is_on_the_page(verb: str) -> None:
    common = {"--help", "--json", "--out", "--workers", "--gap", "--stop-file", "--time-limit",
              "--max-changes", "--change-cost"}  # fmt: skip
    assert [one for one in options_of(verb) - common if one not in PAGE] == []


def test_every_link_leads_somewhere() -> None:
    links = [one for one in re.findall(r"\]\(([^)#]+)", PAGE) if "://" not in one]
    folder = Path(__file__).parents[3] / "docs"
    assert [one for one in links if not (folder / one).exists() and one != "replanning.md"] == []
