"""The command line as a function, and what a plan leaves behind."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from api.cli import app

SEEDS = Path(__file__).parents[2] / "seeds"


def peakcrew(*args: object) -> Result:
    """Run the command inside this process: ``peakcrew("check", folder)``."""
    return CliRunner().invoke(app, [str(arg) for arg in args])


@dataclass(frozen=True)
class Planned:
    """A folder with a finished plan, and what the command printed."""

    folder: Path
    result: Result

    @cached_property
    def schedule(self) -> dict[str, Any]:
        """``schedule.json``."""
        document: dict[str, Any] = json.loads((self.folder / "schedule.json").read_text("utf-8"))
        return document

    @property
    def files(self) -> set[str]:
        """Every file, relative to the folder."""
        return {
            path.relative_to(self.folder).as_posix()
            for path in self.folder.rglob("*")
            if path.is_file()
        }


def entries(path: Path) -> list[str]:
    """Everything below a folder, hidden names included."""
    return sorted(one.relative_to(path).as_posix() for one in path.rglob("*"))
