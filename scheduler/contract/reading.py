"""Read a JSON file against its shape, or say what is wrong and where."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from scheduler.contract.positions import (
    Position,
    locate,
    locate_constant,
    locate_repeated_key,
)
from scheduler.errors import ProblemInvalid, SchedulerError

D = TypeVar("D", bound=BaseModel)


def read_document(path: Path, kind: type[D]) -> D:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ProblemInvalid(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ProblemInvalid(f"{path}: not UTF-8 text at byte {error.start}") from None
    try:
        _refuse_doubtful(text)
        return kind.model_validate_json(text)
    except json.JSONDecodeError as error:
        raise ProblemInvalid(f"{path}:{error.lineno}:{error.colno}: {error.msg}") from None
    except _Doubtful as error:
        raise ProblemInvalid(f"{path}{_place(error.position)}: {error}") from None
    except RecursionError:
        raise ProblemInvalid(f"{path}: nested too deeply") from None
    except ValidationError as error:
        raise ProblemInvalid("\n".join(_messages(path, text, error))) from None
    except ValueError:
        raise ProblemInvalid(f"{path}: a number has too many digits") from None


def _messages(path: Path, text: str, error: ValidationError) -> list[str]:
    problems = error.errors(include_url=False)
    positions = locate(text, [problem["loc"] for problem in problems[:20]])
    lines = []
    for problem, position in zip(problems, positions, strict=False):
        where = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in problem["loc"])
        field = f"{where.lstrip('.')}: " if where else ""
        lines.append(f"{path}{_place(position)}: {field}{_plain(problem)}")
    if len(problems) > len(lines):
        lines.append(f"{path}: and {len(problems) - len(lines)} more")
    return lines


def _place(position: Position | None) -> str:
    return f":{position[0]}:{position[1]}" if position else ""


def _plain(problem: Mapping[str, Any]) -> str:
    words = {
        "missing": "is missing",
        "extra_forbidden": "is not a known key",
    }
    if problem["type"] in words:
        return words[problem["type"]]
    found = str(problem.get("input"))[:60]
    return f"{str(problem['msg']).replace('Input should be', 'expected').strip()}, found {found!r}"


class _Doubtful(SchedulerError):
    """JSON that parsers read in different ways, and where."""

    def __init__(self, message: str, position: Position | None) -> None:
        super().__init__(message)
        self.position = position


def _refuse_doubtful(text: str) -> None:
    """Refuse duplicate keys and NaN or Infinity, which JSON readers treat differently."""

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(items)
        if len(found) < len(items):
            names = [name for name, _ in items]
            twice = next(name for name in names if names.count(name) > 1)
            where = locate_repeated_key(text, twice)
            raise _Doubtful(f"the key {twice!r} stands twice in one object", where)
        return found

    def constant(name: str) -> float:
        raise _Doubtful(f"{name} is not a number", locate_constant(text, name))

    json.loads(text, object_pairs_hook=pairs, parse_constant=constant)
